package wdfs.engine;

import wdfs.machine.Limits;
import wdfs.runtime.Machine;

/// How a script is run.
/// @param seed decides every choice; 1 takes the first way each time
/// @param trace whether the transcript shows the I/O
public record RunOptions(long seed, Machine.Verifier verifier, Limits limits, boolean trace) {
    public static final RunOptions DEFAULT = new RunOptions(1, Machine.Verifier.STANDARD, Limits.DEFAULT, false);

    public RunOptions withSeed(long value) {
        return new RunOptions(value, verifier, limits, trace);
    }

    public RunOptions withVerifier(Machine.Verifier value) {
        return new RunOptions(seed, value, limits, trace);
    }

    public RunOptions withLimits(Limits value) {
        return new RunOptions(seed, verifier, value, trace);
    }

    public RunOptions withTrace(boolean value) {
        return new RunOptions(seed, verifier, limits, value);
    }
}
