package wdfs.testing;

import java.util.List;
import java.util.OptionalLong;

/// Hears of the results of a run, file by file in the order of their names.
public interface TestListing {
    /// @param files how many files will be looked into
    default void begin(int files) {}

    /// A file was begun, perhaps beside others; for a line that shows how far the run is.
    default void started(String shown) {}

    void file(String shown, List<TestResult> results);

    void end(Summary summary);

    /// @param nanos how long it took on this computer
    /// @param again the command that repeats it
    record TestResult(String file, TestCase test, TestCase.Result result, long nanos, String again) {}

    /// @param ended whether the run ended before all was run, for there were as many failures as were asked for
    /// @param shuffle the seed of the order, unless that is the usual one
    record Summary(int passed, int failed, int skipped, int expectedFailures, boolean ended, OptionalLong shuffle) {
        static final Summary NONE = new Summary(0, 0, 0, 0, false, OptionalLong.empty());

        public int all() {
            return passed + failed + skipped + expectedFailures;
        }

        /// How to get the same order again; empty for the usual one.
        String order() {
            return shuffle.isEmpty() ? "" : "; this order again: --shuffle=" + shuffle.getAsLong();
        }

        /// `3 passed, 1 FAILED, 2 skipped`
        public String words() {
            StringBuilder text = new StringBuilder().append(passed).append(" passed");
            text.append(failed == 0 ? "" : ", " + failed + " FAILED").append(skipped == 0 ? "" : ", " + skipped + " skipped");
            return text.append(expectedFailures == 0 ? "" : ", " + expectedFailures + " failed as expected").append(ended ? "; the run ended there" : "").append(order()).toString();
        }
    }
}
