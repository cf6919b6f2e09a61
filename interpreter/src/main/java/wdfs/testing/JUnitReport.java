package wdfs.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Collects results into the XML that continuous integration reads, in the form of JUnit's; and hands them on.
public final class JUnitReport implements TestListing {
    private final TestListing next;
    private final StringBuilder suites = new StringBuilder();
    private Summary summary = Summary.NONE;
    private long nanos;

    public JUnitReport(TestListing next) {
        this.next = next;
    }

    @Override
    public void begin(int files) {
        next.begin(files);
    }

    @Override
    public void started(String shown) {
        next.started(shown);
    }

    @Override
    public void file(String shown, List<TestResult> results) {
        long failures = results.stream().filter(r -> r.result().isFailure()).count();
        long skipped = results.stream().filter(r -> isSkipped(r.result())).count();
        long time = results.stream().mapToLong(TestResult::nanos).sum();
        nanos += time;
        suites.append("  <testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"0\" skipped=\"%d\" time=\"%s\">\n".formatted(escaped(shown), results.size(), failures, skipped, seconds(time)));
        for (TestResult r : results) {
            suites.append("    <testcase name=\"%s\" classname=\"%s\" file=\"%s\" line=\"%d\" time=\"%s\"".formatted(escaped(r.test().name()), escaped(shown), escaped(shown), r.test().line(), seconds(r.nanos())));
            if (r.result().isFailure()) {
                List<String> lines = new ArrayList<>(r.result().told());
                lines.add("again: " + r.again());
                suites.append(">\n      <failure message=\"%s\">%s</failure>\n    </testcase>\n".formatted(escaped(lines.getFirst()), escaped(String.join("\n", lines))));
            } else if (isSkipped(r.result())) {
                suites.append(">\n      <skipped message=\"%s\"/>\n    </testcase>\n".formatted(escaped(r.result().note())));
            } else {
                suites.append("/>\n");
            }
        }
        suites.append("  </testsuite>\n");
        next.file(shown, results);
    }

    /// The form knows no failure that was expected: it counts as skipped.
    private static boolean isSkipped(TestCase.Result result) {
        return result.status() == TestCase.Status.SKIPPED || result.status() == TestCase.Status.EXPECTED_FAILURE;
    }

    @Override
    public void end(Summary of) {
        summary = of;
        next.end(of);
    }

    public String xml() {
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"wdfs\" tests=\"%d\" failures=\"%d\" errors=\"0\" skipped=\"%d\" time=\"%s\">\n".formatted(summary.all(), summary.failed(),
                summary.skipped() + summary.expectedFailures(), seconds(nanos)) + suites + "</testsuites>\n";
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.3f", nanos / 1e9);
    }

    /// XML 1.0 has no place for most control characters at all.
    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\n' -> escaped.append("&#10;");
                case '\t' -> escaped.append("&#9;");
                default -> escaped.appendCodePoint(c < 0x20 || c >= 0xD800 && c <= 0xDFFF || c == 0xFFFE || c == 0xFFFF ? '\uFFFD' : c);
            }
        });
        return escaped.toString();
    }
}
