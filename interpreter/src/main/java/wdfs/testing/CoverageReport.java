package wdfs.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import wdfs.json.Json;

/// What tests have reached, in words, as a page, as JSON, and in the form of lcov.
public final class CoverageReport {
    private final Coverage coverage;

    public CoverageReport(Coverage coverage) {
        this.coverage = coverage;
    }

    private long statements() {
        return coverage.scripts().stream().mapToLong(s -> s.statements.size()).sum();
    }

    private long run() {
        return coverage.scripts().stream().mapToLong(Coverage.Script::run).sum();
    }

    private long codesRun() {
        return coverage.ioctls().stream().filter(i -> i.requests > 0).count();
    }

    private String words() {
        Map<String, Coverage.Rule> rules = coverage.rules();
        return "%d of %d statements, %d of %d control codes; rules: %d named by tests, %d reported".formatted(run(), statements(), codesRun(), coverage.ioctls().size(),
                rules.values().stream().filter(r -> r.tests() > 0).count(), rules.values().stream().filter(r -> r.reports() > 0).count());
    }

    /// The counts, and what was not reached.
    public List<String> summary() {
        List<String> lines = new ArrayList<>();
        lines.add("coverage: " + words());
        for (Coverage.Script script : coverage.scripts()) {
            String missing = ranges(script.statements.entrySet().stream().filter(e -> e.getValue() == 0).map(e -> script.text.lineOf(e.getKey().start())).distinct().toList());
            lines.add("  " + script.shown + "  " + script.run() + " of " + script.statements.size() + (missing.isEmpty() ? "" : ", not line " + missing));
        }
        coverage.ioctls().stream().filter(i -> i.requests == 0).forEach(i -> lines.add("  " + i.file + "  no application sent " + i.name));
        return lines;
    }

    /// `3, 7-9`
    private static String ranges(List<Integer> numbers) {
        List<String> ranges = new ArrayList<>();
        for (int i = 0; i < numbers.size();) {
            int first = i;
            while (i + 1 < numbers.size() && numbers.get(i + 1) == numbers.get(i) + 1) {
                i++;
            }
            ranges.add(first == i ? String.valueOf(numbers.get(i)) : numbers.get(first) + "-" + numbers.get(i));
            i++;
        }
        return String.join(", ", ranges);
    }

    /// The lines, as the tools around gcov have them.
    public String lcov() {
        StringBuilder text = new StringBuilder();
        for (Coverage.Script script : coverage.scripts()) {
            TreeMap<Integer, Long> lines = script.lines();
            text.append("TN:\nSF:").append(script.shown).append('\n');
            lines.forEach((line, count) -> text.append("DA:").append(line).append(',').append(count).append('\n'));
            text.append("LF:").append(lines.size()).append("\nLH:").append(lines.values().stream().filter(c -> c > 0).count()).append("\nend_of_record\n");
        }
        return text.toString();
    }

    public String json() {
        List<Json> files = new ArrayList<>();
        for (Coverage.Script script : coverage.scripts()) {
            List<Json> statements = new ArrayList<>();
            script.statements.forEach((place, count) -> statements.add(Json.object().put("line", script.text.lineOf(place.start())).put("column", script.text.columnOf(place.start()))
                    .put("endLine", script.text.lineOf(place.end())).put("endColumn", script.text.columnOf(place.end())).put("count", count).build()));
            files.add(Json.object().put("file", script.shown).put("run", script.run()).put("all", script.statements.size()).put("statements", Json.array(statements)).build());
        }
        List<Json> codes = new ArrayList<>();
        for (Coverage.Ioctl ioctl : coverage.ioctls()) {
            Json.Members statuses = Json.object();
            ioctl.statuses.forEach(statuses::put);
            codes.add(Json.object().put("file", ioctl.file).put("name", ioctl.name).put("requests", ioctl.requests).put("statuses", statuses.build()).build());
        }
        List<Json> rules = new ArrayList<>();
        coverage.rules().forEach((id, rule) -> rules.add(Json.object().put("rule", id).put("tests", rule.tests()).put("reports", rule.reports()).build()));
        return Json.object().put("files", Json.array(files)).put("ioctls", Json.array(codes)).put("rules", Json.array(rules)).build().page();
    }

    // ---- the page --------------------------------------------------------------------------------------------------------------------

    public String html() {
        StringBuilder body = new StringBuilder();
        body.append("<table><tr><th>file</th><th>run</th><th>statements</th><th></th></tr>\n");
        int number = 0;
        for (Coverage.Script script : coverage.scripts()) {
            long all = script.statements.size();
            body.append("<tr><td><a href=\"#f%d\">%s</a></td><td>%d</td><td>%d</td><td><meter min=\"0\" max=\"%d\" value=\"%d\"></meter></td></tr>\n"
                    .formatted(number++, HtmlReport.escaped(script.shown), script.run(), all, Math.max(1, all), script.run()));
        }
        body.append("</table>\n");
        if (!coverage.ioctls().isEmpty()) {
            body.append("<table><tr><th>control code</th><th>file</th><th>requests</th><th>ended with</th></tr>\n");
            for (Coverage.Ioctl ioctl : coverage.ioctls()) {
                List<String> statuses = new ArrayList<>(ioctl.statuses.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList());
                if (ioctl.unfinished() > 0) {
                    statuses.add("nothing " + ioctl.unfinished());
                }
                body.append("<tr%s><td>%s</td><td>%s</td><td>%d</td><td>%s</td></tr>\n".formatted(ioctl.requests == 0 ? " class=\"none\"" : "", HtmlReport.escaped(ioctl.name),
                        HtmlReport.escaped(ioctl.file), ioctl.requests, String.join(", ", statuses)));
            }
            body.append("</table>\n");
        }
        if (!coverage.rules().isEmpty()) {
            body.append("<table><tr><th>rule</th><th>tests named after it</th><th>reported</th></tr>\n");
            coverage.rules().forEach((id, rule) -> body.append("<tr><td>%s</td><td>%d</td><td>%d</td></tr>\n".formatted(id, rule.tests(), rule.reports())));
            body.append("</table>\n");
        }
        number = 0;
        for (Coverage.Script script : coverage.scripts()) {
            body.append("<h2 id=\"f%d\">%s</h2>\n<pre>".formatted(number++, HtmlReport.escaped(script.shown)));
            source(script, body);
            body.append("</pre>\n");
        }
        return """
                <!DOCTYPE html>
                <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>wdfs coverage</title>
                <style>
                :root{color-scheme:light dark;--back:#f3f4f6;--card:#fff;--text:#111827;--soft:#6b7280;--line:#d1d5db;--bad:#fecaca;--good:#dcfce7}
                @media(prefers-color-scheme:dark){:root{--back:#111827;--card:#1f2937;--text:#f3f4f6;--soft:#9ca3af;--line:#374151;--bad:#7f1d1d;--good:#14532d}}
                body{margin:0 auto;max-width:1100px;padding:12px 20px;font:15px/1.5 'Segoe UI','DejaVu Sans',Helvetica,Arial,sans-serif;background:var(--back);color:var(--text)}
                table{border-collapse:collapse;margin:12px 0;background:var(--card)}td,th{border:1px solid var(--line);padding:2px 10px;text-align:left}th{color:var(--soft);font-weight:normal}
                .none{background:var(--bad)}h2{font-size:16px}a{color:inherit}
                pre{padding:8px 12px;overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:8px;font:13px/1.45 'Cascadia Mono','DejaVu Sans Mono',Consolas,monospace}
                i{color:var(--soft);font-style:normal}mark{background:var(--bad);color:inherit}b{background:var(--good);font-weight:normal}
                </style></head><body>
                <p><strong>wdfs coverage</strong> %s</p>
                %s</body></html>
                """.formatted(words(), body);
    }

    private static final int NO_STATEMENT = 0;
    private static final int RUN = 1;
    private static final int NOT_RUN = 2;

    /// The text, each statement marked by whether it has run; of one inside another, its own mark counts.
    private static void source(Coverage.Script script, StringBuilder body) {
        String text = script.text.text();
        int[] marks = new int[text.length()];
        script.statements.entrySet().stream().sorted(Comparator.comparingInt(e -> e.getKey().start() - e.getKey().end()))
                .forEach(e -> Arrays.fill(marks, e.getKey().start(), Math.min(text.length(), e.getKey().end()), e.getValue() > 0 ? RUN : NOT_RUN));
        TreeMap<Integer, Long> counts = script.lines();
        int at = 0;
        for (int line = 1; line <= script.text.lineCount(); line++) {
            String content = script.text.line(line);
            body.append("<i>%5d %8s  </i>".formatted(line, counts.containsKey(line) ? String.valueOf(counts.get(line)) : ""));
            for (int from = 0; from < content.length();) {
                int mark = marks[at + from];
                int to = from;
                while (to < content.length() && marks[at + to] == mark) {
                    to++;
                }
                String piece = HtmlReport.escaped(content.substring(from, to));
                boolean blank = piece.isBlank();                       // an indentation inside of a statement is nothing to mark
                body.append(mark == NO_STATEMENT || blank ? piece : mark == RUN ? "<b>" + piece + "</b>" : "<mark>" + piece + "</mark>");
                from = to;
            }
            body.append('\n');
            at = text.indexOf('\n', at) + 1;
        }
    }
}
