package wdfs.engine;

import wdfs.machine.Limits;
import wdfs.machine.Schedule;
import wdfs.runtime.Machine;

/// How a script is run.
/// @param seed decides every choice
/// @param schedule how it decides whose turn it is
/// @param trace whether the transcript shows the I/O
public record RunOptions(long seed, Schedule schedule, Machine.Verifier verifier, Limits limits, boolean trace) {
    public static final RunOptions DEFAULT = new RunOptions(1, Schedule.of(1), Machine.Verifier.STANDARD, Limits.DEFAULT, false);

    /// With the schedule that goes with the seed.
    public RunOptions withSeed(long value) {
        return new RunOptions(value, Schedule.of(value), verifier, limits, trace);
    }

    public RunOptions withSchedule(Schedule value) {
        return new RunOptions(seed, value, verifier, limits, trace);
    }

    public RunOptions withVerifier(Machine.Verifier value) {
        return new RunOptions(seed, schedule, value, limits, trace);
    }

    public RunOptions withLimits(Limits value) {
        return new RunOptions(seed, schedule, verifier, value, trace);
    }

    public RunOptions withTrace(boolean value) {
        return new RunOptions(seed, schedule, verifier, limits, value);
    }
}
