package wdfs.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// One test of a file.
/// @param name the `test` block's title; `golden`, `checks` or `findings` for what a file is tested by as a whole
/// @param line where it stands, from 1
/// @param standsForAll whether it is there in place of the tests of a file that cannot be told
public record TestCase(String name, int line, Supplier<Result> body, boolean standsForAll) {
    public TestCase(String name, int line, Supplier<Result> body) {
        this(name, line, body, false);
    }

    static final String LAST_EVENTS = "last events:";

    public enum Status { PASSED, FAILED, SKIPPED, EXPECTED_FAILURE }

    /// @param detail what a person needs to see if it failed
    /// @param events what happened last before it failed, a line each; empty where nothing ran
    /// @param note a word about a test that did not fail: why it was skipped, that a transcript was written
    public record Result(Status status, List<String> detail, List<String> events, String note) {
        public Result {
            detail = List.copyOf(detail);
            events = List.copyOf(events);
        }

        public static Result passed() {
            return new Result(Status.PASSED, List.of(), List.of(), "");
        }

        public static Result passed(String note) {
            return new Result(Status.PASSED, List.of(), List.of(), note);
        }

        public static Result failed(List<String> detail) {
            return failed(detail, List.of());
        }

        public static Result failed(List<String> detail, List<String> events) {
            return new Result(Status.FAILED, detail, events, "");
        }

        public static Result skipped(String reason) {
            return new Result(Status.SKIPPED, List.of(), List.of(), reason);
        }

        /// The detail and the events, in one text.
        public List<String> told() {
            List<String> lines = new ArrayList<>(detail);
            if (!events.isEmpty()) {
                lines.add(LAST_EVENTS);
                events.forEach(event -> lines.add("  " + event));
            }
            return lines;
        }

        public boolean isFailure() {
            return status == Status.FAILED;
        }
    }

    public Result run() {
        return body.get();
    }

    static TestCase failing(String name, int line, List<String> detail) {
        return new TestCase(name, line, () -> Result.failed(detail));
    }

    private TestCase with(Supplier<Result> other) {
        return new TestCase(name, line, other, standsForAll);
    }

    TestCase skipped(String reason) {
        return with(() -> Result.skipped(reason));
    }

    /// The failure of a file in place of its tests.
    static TestCase ofAll(String name, List<String> detail) {
        return new TestCase(name, 1, () -> Result.failed(detail), true);
    }

    /// The same test, which is expected to fail: a pass is the failure then.
    TestCase expectedToFail(String reason) {
        return with(() -> {
            Result result = body.get();
            return result.isFailure() ? new Result(Status.EXPECTED_FAILURE, List.of(), List.of(), reason)
                    : Result.failed(List.of("the test passes, and `// xfail: " + reason + "` says that it fails; remove that line"));
        });
    }

    /// The same test, run several times; the first failure counts.
    TestCase repeated(int times) {
        return times == 1 ? this : with(() -> {
            Result result = Result.passed();
            for (int i = 0; i < times && !result.isFailure(); i++) {
                result = body.get();
            }
            return result;
        });
    }
}
