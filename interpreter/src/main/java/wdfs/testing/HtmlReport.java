package wdfs.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Collects results into a page for people, which loads nothing from elsewhere; and hands them on.
public final class HtmlReport implements TestListing {
    private final TestListing next;
    private final StringBuilder files = new StringBuilder();
    private Summary summary = Summary.NONE;
    private long nanos;

    public HtmlReport(TestListing next) {
        this.next = next;
    }

    @Override
    public void begin(int count) {
        next.begin(count);
    }

    @Override
    public void started(String shown) {
        next.started(shown);
    }

    @Override
    public void file(String shown, List<TestResult> results) {
        boolean failed = results.stream().anyMatch(r -> r.result().isFailure());
        nanos += results.stream().mapToLong(TestResult::nanos).sum();
        files.append("<section><h2 class=\"%s\">%s <small>%d</small></h2>\n".formatted(failed ? "failed" : "", escaped(shown), results.size()));
        results.forEach(this::test);
        files.append("</section>\n");
        next.file(shown, results);
    }

    private void test(TestResult r) {
        String kind = switch (r.result().status()) {
            case PASSED -> "passed";
            case FAILED -> "failed";
            case SKIPPED -> "skipped";
            case EXPECTED_FAILURE -> "xfail";
        };
        String name = escaped(r.test().name());
        String note = r.result().note().isEmpty() ? "" : " <small>" + escaped(r.result().note()) + "</small>";
        String head = "<b>%s</b> <span>%s</span>%s <small class=\"at\">line %d, %d ms</small>".formatted(kind, name, note, r.test().line(), r.nanos() / 1_000_000);
        if (!r.result().isFailure()) {
            files.append("<div class=\"test %s\">%s</div>\n".formatted(kind, head));
            return;
        }
        files.append("<details class=\"test failed\" open><summary>%s</summary>\n<pre>%s</pre>\n".formatted(head, detail(r.result().detail())));
        if (!r.result().events().isEmpty()) {
            files.append("<h3>%s</h3>\n<pre>%s</pre>\n".formatted(TestCase.LAST_EVENTS.replace(":", ""), escaped(String.join("\n", r.result().events()))));
        }
        files.append("<h3>again</h3>\n<pre class=\"again\">%s</pre></details>\n".formatted(escaped(r.again())));
    }

    private static String detail(List<String> lines) {
        boolean diff = Difference.isOne(lines);
        List<String> shown = new ArrayList<>();
        for (String line : lines) {
            String mark = !diff ? "" : line.startsWith("-") ? "del" : line.startsWith("+") ? "ins" : "";
            shown.add(mark.isEmpty() ? escaped(line) : "<" + mark + ">" + escaped(line) + "</" + mark + ">");
        }
        return String.join("\n", shown);
    }

    @Override
    public void end(Summary of) {
        summary = of;
        next.end(of);
    }

    public String html() {
        return """
                <!DOCTYPE html>
                <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>wdfs test: %s</title>
                <style>
                :root{color-scheme:light dark;--back:#f3f4f6;--card:#fff;--text:#111827;--soft:#6b7280;--line:#d1d5db;--bad:#b91c1c;--good:#15803d;--else:#a16207}
                @media(prefers-color-scheme:dark){:root{--back:#111827;--card:#1f2937;--text:#f3f4f6;--soft:#9ca3af;--line:#374151;--bad:#f87171;--good:#4ade80;--else:#facc15}}
                body{margin:0;font:15px/1.5 'Segoe UI','DejaVu Sans',Helvetica,Arial,sans-serif;background:var(--back);color:var(--text)}
                header{position:sticky;top:0;z-index:1;background:var(--card);border-bottom:1px solid var(--line);padding:8px 20px;display:flex;flex-wrap:wrap;gap:6px 18px;align-items:center}
                header .failed{color:var(--bad);font-weight:bold}select,input{font:inherit;padding:2px 6px}main{max-width:1100px;margin:0 auto;padding:12px 20px}
                section{background:var(--card);border:1px solid var(--line);border-radius:8px;margin:12px 0;padding:8px 14px}
                h2{font-size:16px;margin:2px 0}h2.failed{color:var(--bad)}h3{font-size:13px;margin:8px 0 2px;color:var(--soft)}small{color:var(--soft);font-weight:normal}
                .test{padding:1px 0}.test b{display:inline-block;min-width:66px;font-weight:normal}.passed b{color:var(--good)}.failed b{color:var(--bad);font-weight:bold}.skipped b,.xfail b{color:var(--else)}
                summary{cursor:pointer}summary b{min-width:52px!important}pre{margin:4px 0;padding:8px 12px;overflow-x:auto;background:var(--back);border-radius:6px;font:13px/1.45 'Cascadia Mono','DejaVu Sans Mono',Consolas,monospace}
                del,ins{text-decoration:none}del{color:var(--bad)}ins{color:var(--good)}.again{user-select:all}.off{display:none}#count{color:var(--soft);font-size:13px}
                </style></head><body>
                <header><strong>wdfs test</strong><span class="%s">%s</span><small>%s s</small>
                <label>show <select id="kind"><option value="">all</option><option>failed</option><option>passed</option><option>skipped</option><option>xfail</option></select></label>
                <label>find <input id="find" type="search" placeholder="file or test"></label><span id="count"></span></header>
                <main>
                %s</main>
                <script>
                const kind=document.getElementById('kind'),find=document.getElementById('find'),count=document.getElementById('count'),sections=[...document.querySelectorAll('section')];
                function show(){let n=0,all=0;const word=find.value.toLowerCase();for(const s of sections){const file=s.querySelector('h2').textContent.toLowerCase();let any=false;for(const t of s.querySelectorAll('.test')){const on=(!kind.value||t.classList.contains(kind.value))&&(!word||file.includes(word)||t.querySelector('span').textContent.toLowerCase().includes(word));t.classList.toggle('off',!on);all++;if(on){n++;any=true}}s.classList.toggle('off',!any)}count.textContent=n===all?all+' tests':n+' of '+all+' tests'}
                kind.onchange=show;find.oninput=show;show();
                </script></body></html>
                """.formatted(escaped(summary.words()), summary.failed() > 0 ? "failed" : "", escaped(summary.words()), String.format(Locale.ROOT, "%.1f", nanos / 1e9), files);
    }

    /// As HTML has it, without the control characters that it has no place for.
    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;").replaceAll("[\\p{Cntrl}&&[^\\n\\t]]", "\uFFFD");
    }
}
