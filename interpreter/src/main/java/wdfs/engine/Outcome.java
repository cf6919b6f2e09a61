package wdfs.engine;

/// How a run ended.
/// @param failures expectations that did not hold
/// @param held expectations that did
/// @param violations violations, leaks, stalls and unhandled exceptions that nothing expected
/// @param bugChecks bug checks that nothing expected, 0 or 1
/// @param hostKills UMDF hosts that ended by a mistake that nothing expected
/// @param limit the limit that ended it, or empty
public record Outcome(int failures, int held, int violations, int bugChecks, int hostKills, String limit) {
    public static final int DONE = 0;
    public static final int FAILED = 1;
    public static final int USAGE = 2;
    public static final int SCRIPT_ERRORS = 3;
    public static final int FOUND = 4;
    public static final int LIMIT = 5;
    public static final int INTERNAL = 70;

    /// The exit code of the process, for one run.
    public int exitCode() {
        if (!limit.isEmpty()) {
            return LIMIT;
        }
        if (violations + bugChecks + hostKills > 0) {
            return FOUND;
        }
        return failures > 0 ? FAILED : DONE;
    }
}
