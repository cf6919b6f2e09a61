package wdfs.testing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Lines of a script that say what its run prints, in their order:
///
///     // check: STATUS_SUCCESS            some line from here on contains it
///     // check-next: 4 bytes              the line behind the last match does
///     // check-same: done                 the rest of the line of the last match does
///     // check-not: VIOLATION             no line up to the next match does
///     // check-dag: b                     several of them match in any order
///
/// `{{[0-9]+}}` is a regular expression, `[[NAME:[0-9]+]]` remembers what it matched, and `[[NAME]]` is that again. Blanks count as one.
final class OutputChecks {
    private static final Pattern LINE = Pattern.compile("(?m)^[ \\t]*// (check(?:-next|-not|-dag|-same)?): ?(.*?)\\s*$");
    private static final Pattern PART = Pattern.compile("\\{\\{(.*?)\\}\\}|\\[\\[([A-Za-z_]\\w*)(?::(.*?))?\\]\\]");

    private record Check(String kind, String text, int line) {}

    private final List<Check> checks = new ArrayList<>();
    private final Map<String, String> variables = new HashMap<>();

    OutputChecks(String script) {
        for (Matcher m = LINE.matcher(script); m.find();) {
            checks.add(new Check(m.group(1), m.group(2), (int) script.substring(0, m.start(1)).chars().filter(c -> c == '\n').count() + 1));
        }
    }

    boolean isEmpty() {
        return checks.isEmpty();
    }

    int firstLine() {
        return checks.getFirst().line();
    }

    /// A check that does not hold.
    /// @param line the index of the printed line that it could have held in last; beyond all where it could be anywhere
    record Mismatch(List<String> detail, int line) {}

    /// The first check that does not hold, with the lines around the place; empty if all do.
    Optional<Mismatch> compare(List<String> transcript) {
        List<String> lines = transcript.stream().map(line -> line.strip().replaceAll("[ \\t]+", " ")).toList();
        int line = -1;                                              // of the last match
        int column = 0;                                             // behind it
        List<Check> absent = new ArrayList<>();
        for (int i = 0; i < checks.size(); i++) {
            Check check = checks.get(i);
            if (check.kind().equals("check-not")) {
                absent.add(check);
                continue;
            }
            int first = check.kind().equals("check-next") ? line + 1 : Math.max(0, line);
            int last = check.kind().equals("check") || check.kind().equals("check-dag") ? lines.size() - 1 : check.kind().equals("check-next") ? line + 1 : line;
            int found = -1;
            int end = 0;
            for (int k = first; k <= last && k < lines.size() && found < 0; k++) {
                Matcher m = matcher(check, lines.get(k));
                if (m == null) {
                    return Optional.of(new Mismatch(List.of("line " + check.line() + ": `" + check.text() + "` is no pattern"), Integer.MAX_VALUE));
                }
                // What was matched in the line already is not matched again, but by checks of any order.
                int from = k == line && !(check.kind().equals("check-dag") && i > 0 && checks.get(i - 1).kind().equals("check-dag")) ? Math.min(column, lines.get(k).length()) : 0;
                if (m.find(from)) {
                    found = k;
                    end = m.end();
                    remember(check, m);
                }
            }
            if (found < 0) {
                return Optional.of(new Mismatch(missing(check, transcript, Math.max(0, line)), last == lines.size() - 1 ? Integer.MAX_VALUE : last));
            }
            Optional<Mismatch> wrong = absent(absent, lines, line, column, found);
            if (wrong.isPresent()) {
                return wrong;
            }
            absent.clear();
            boolean unordered = check.kind().equals("check-dag") && i + 1 < checks.size() && checks.get(i + 1).kind().equals("check-dag");
            if (!unordered || line < 0) {
                line = unordered ? line : Math.max(line, found);
                column = end;
            }
        }
        return absent(absent, lines, line, column, lines.size());
    }

    private Optional<Mismatch> absent(List<Check> absent, List<String> lines, int from, int column, int to) {
        for (Check check : absent) {
            for (int k = Math.max(0, from); k < to; k++) {
                Matcher m = matcher(check, lines.get(k));
                if (m != null && m.find(k == from ? Math.min(column, lines.get(k).length()) : 0)) {
                    return Optional.of(new Mismatch(List.of("line " + check.line() + ": // check-not: " + check.text(), "line " + (k + 1) + " of the output has it: " + lines.get(k)), k));
                }
            }
        }
        return Optional.empty();
    }

    private static List<String> missing(Check check, List<String> transcript, int from) {
        List<String> detail = new ArrayList<>();
        detail.add("line " + check.line() + ": nothing matches // " + check.kind() + ": " + check.text());
        detail.add("from line " + (from + 1) + " of the output on:");
        transcript.stream().skip(from).limit(12).forEach(line -> detail.add("  " + line));
        return detail;
    }

    private Matcher matcher(Check check, String line) {
        StringBuilder pattern = new StringBuilder();
        String text = check.text().replaceAll("[ \\t]+", " ");
        int at = 0;
        for (Matcher part = PART.matcher(text); part.find(); at = part.end()) {
            pattern.append(Pattern.quote(text.substring(at, part.start())));
            if (part.group(1) != null) {
                pattern.append("(?:").append(part.group(1)).append(')');
            } else if (part.group(3) != null) {
                pattern.append("(?<v").append(part.group(2).replace("_", "0")).append('>').append(part.group(3)).append(')');
            } else {
                pattern.append(Pattern.quote(variables.getOrDefault(part.group(2), "\0")));
            }
        }
        try {
            return Pattern.compile(pattern.append(Pattern.quote(text.substring(at))).toString()).matcher(line);
        } catch (PatternSyntaxException _) {
            return null;
        }
    }

    private void remember(Check check, Matcher match) {
        for (Matcher part = PART.matcher(check.text()); part.find();) {
            if (part.group(3) != null) {
                variables.put(part.group(2), match.group("v" + part.group(2).replace("_", "0")));
            }
        }
    }
}
