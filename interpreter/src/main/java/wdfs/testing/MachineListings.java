package wdfs.testing;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import wdfs.json.Json;

/// Results for programs, and in short: dots, JSON lines, TAP 14, annotations of GitHub.
public final class MachineListings {
    private MachineListings() {}

    /// A character for each test, then what failed.
    public record Dots(PrintStream out, List<TestResult> failures, int[] column) implements TestListing {
        public Dots(PrintStream out) {
            this(out, new ArrayList<>(), new int[1]);
        }

        @Override
        public void file(String shown, List<TestResult> results) {
            for (TestResult r : results) {
                out.append(switch (r.result().status()) {
                    case PASSED -> '.';
                    case FAILED -> 'F';
                    case SKIPPED -> 's';
                    case EXPECTED_FAILURE -> 'x';
                });
                if (++column[0] % 80 == 0) {
                    out.append('\n');
                }
                if (r.result().isFailure()) {
                    failures.add(r);
                }
            }
            out.flush();
        }

        @Override
        public void end(Summary summary) {
            out.append('\n');
            for (TestResult r : failures) {
                out.append("FAIL  ").append(r.file()).append("  ").append(r.test().name()).append('\n');
                r.result().told().forEach(line -> out.append(("    " + line).stripTrailing()).append('\n'));
                out.append("    again: ").append(r.again()).append('\n');
            }
            out.append(summary.all() == 0 ? "no test matched" : summary.words()).append('\n');
            out.flush();
        }
    }

    /// A line for each test, and one for the count.
    public record JsonLines(PrintStream out) implements TestListing {
        @Override
        public void file(String shown, List<TestResult> results) {
            for (TestResult r : results) {
                Json.Members members = Json.object().put("file", r.file()).put("line", r.test().line()).put("name", r.test().name())
                        .put("status", r.result().status().name().toLowerCase(Locale.ROOT)).put("millis", r.nanos() / 1_000_000).putUnlessEmpty("note", r.result().note());
                if (r.result().isFailure()) {
                    members.put("detail", Json.texts(r.result().detail())).put("events", Json.texts(r.result().events())).put("again", r.again());
                }
                out.append(members.build().line()).append('\n');
            }
            out.flush();
        }

        @Override
        public void end(Summary s) {
            Json.Members members = Json.object().put("passed", s.passed()).put("failed", s.failed()).put("skipped", s.skipped()).put("expectedFailures", s.expectedFailures()).put("ended", s.ended());
            s.shuffle().ifPresent(seed -> members.put("shuffle", seed));
            out.append(members.build().line()).append('\n');
            out.flush();
        }
    }

    /// The Test Anything Protocol, version 14; the plan stands at the end.
    public record Tap(PrintStream out, int[] count) implements TestListing {
        public Tap(PrintStream out) {
            this(out, new int[1]);
        }

        @Override
        public void begin(int files) {
            out.append("TAP version 14\n");
        }

        @Override
        public void file(String shown, List<TestResult> results) {
            for (TestResult r : results) {
                boolean ok = r.result().status() == TestCase.Status.PASSED || r.result().status() == TestCase.Status.SKIPPED;
                out.append(ok ? "ok " : "not ok ").append(String.valueOf(++count[0])).append(" - ").append((r.file() + ": " + r.test().name()).replace("\\", "\\\\").replace("#", "\\#"));
                out.append(switch (r.result().status()) {
                    case SKIPPED -> " # SKIP " + r.result().note();
                    case EXPECTED_FAILURE -> " # TODO " + r.result().note();
                    default -> "";
                }).append('\n');
                if (r.result().isFailure()) {
                    out.append("  ---\n  message: |\n");
                    r.result().detail().forEach(line -> out.append(("    " + line).stripTrailing()).append('\n'));
                    if (!r.result().events().isEmpty()) {
                        out.append("  events: |\n");
                        r.result().events().forEach(line -> out.append("    ").append(line).append('\n'));
                    }
                    out.append("  again: ").append(Json.of(r.again()).line()).append("\n  ...\n");
                }
            }
            out.flush();
        }

        @Override
        public void end(Summary summary) {
            out.append("1..").append(String.valueOf(count[0])).append('\n');
            summary.shuffle().ifPresent(seed -> out.append("# this order again: --shuffle=").append(String.valueOf(seed)).append('\n'));
            out.flush();
        }
    }

    /// Workflow commands that GitHub shows beside the lines of a change.
    public record GitHub(PrintStream out) implements TestListing {
        @Override
        public void file(String shown, List<TestResult> results) {
            for (TestResult r : results) {
                if (r.result().isFailure()) {
                    List<String> detail = new ArrayList<>(r.result().told());
                    detail.add("again: " + r.again());
                    out.append("::error file=").append(property(r.file())).append(",line=").append(String.valueOf(r.test().line())).append(",title=").append(property(r.test().name()))
                            .append("::").append(data(String.join("\n", detail))).append('\n');
                }
            }
            out.flush();
        }

        @Override
        public void end(Summary summary) {
            out.append(summary.all() == 0 ? "no test matched" : summary.words()).append('\n');
            out.flush();
        }

        private static String data(String text) {
            return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
        }

        private static String property(String text) {
            return data(text).replace(":", "%3A").replace(",", "%2C");
        }
    }
}
