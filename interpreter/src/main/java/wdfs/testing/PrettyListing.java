package wdfs.testing;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// For people: a line for each file, what went wrong with each failure, a count.
public final class PrettyListing implements TestListing {
    private static final int MOST_LINES = 200;

    private final PrintStream out;
    private final boolean colour;
    private final boolean verbose;
    private final int slowest;
    private final PrintStream progress;
    private final List<TestResult> all = new ArrayList<>();
    private int files;
    private int done;

    /// @param slowest how many of the slowest tests are named
    /// @param progress gets a line that shows how far the run is, and is overwritten each time; a terminal, or null
    public PrettyListing(PrintStream out, boolean colour, boolean verbose, int slowest, PrintStream progress) {
        this.out = out;
        this.colour = colour;
        this.verbose = verbose;
        this.slowest = slowest;
        this.progress = progress;
    }

    @Override
    public void begin(int count) {
        files = count;
    }

    @Override
    public synchronized void started(String shown) {
        done++;
        if (progress != null) {
            String name = shown.length() > 60 ? "…" + shown.substring(shown.length() - 59) : shown;
            progress.print("\r\u001B[K" + Math.min(done, files) + "/" + files + " " + name);
            progress.flush();
        }
    }

    private void clear() {
        if (progress != null) {
            progress.print("\r\u001B[K");
            progress.flush();
        }
    }

    @Override
    public synchronized void file(String shown, List<TestResult> results) {
        clear();
        boolean failed = results.stream().anyMatch(r -> r.result().isFailure());
        out.append(failed ? paint("1;31", "FAIL") : paint("32", "ok") + "  ").append(' ').append(shown).append("  ").append(String.valueOf(results.size())).append('\n');
        for (TestResult test : results) {
            all.add(test);
            String note = test.result().note().isEmpty() ? "" : " (" + test.result().note() + ")";
            switch (test.result().status()) {
                case PASSED -> {
                    if (verbose || !note.isEmpty()) {
                        out.append("     ok    ").append(test.test().name()).append(note).append('\n');
                    }
                }
                case SKIPPED -> out.append("     skip  ").append(test.test().name()).append(note).append('\n');
                case EXPECTED_FAILURE -> {
                    if (verbose) {
                        out.append("     xfail ").append(test.test().name()).append(note).append('\n');
                    }
                }
                case FAILED -> {
                    out.append("     ").append(paint("1;31", "FAIL")).append("  ").append(test.test().name()).append('\n');
                    boolean diff = Difference.isOne(test.result().detail());
                    test.result().detail().stream().limit(MOST_LINES).forEach(line -> out.append(diff ? "         " + Difference.painted(line, colour) : ("         " + line).stripTrailing()).append('\n'));
                    if (test.result().detail().size() > MOST_LINES) {
                        out.append("         … and ").append(String.valueOf(test.result().detail().size() - MOST_LINES)).append(" more lines\n");
                    }
                    if (!test.result().events().isEmpty()) {
                        out.append("         ").append(paint("36", TestCase.LAST_EVENTS)).append('\n');
                        test.result().events().forEach(event -> out.append("           ").append(event).append('\n'));
                    }
                    out.append("         ").append(paint("36", "again: ")).append(test.again()).append('\n');
                }
            }
        }
        out.flush();
    }

    private String paint(String code, String text) {
        return colour ? "\u001B[" + code + "m" + text + "\u001B[0m" : text;
    }

    @Override
    public void end(Summary summary) {
        clear();
        if (slowest > 0) {
            all.stream().sorted(Comparator.comparingLong(TestResult::nanos).reversed()).limit(slowest)
                    .forEach(t -> out.append("%8d ms  %s  %s\n".formatted(t.nanos() / 1_000_000, t.file(), t.test().name())));
        }
        out.append(summary.all() == 0 ? "no test matched" : paint(summary.failed() > 0 ? "1;31" : "32", summary.words())).append('\n');
        out.flush();
    }
}
