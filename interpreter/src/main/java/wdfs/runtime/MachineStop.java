package wdfs.runtime;

/// Ends the work of a simulated thread at once: the machine bug-checked, a limit was reached, the process was ended, or
/// a block of `expect bugcheck` has what it waited for. No script code runs on the way (`__finally` neither).
public class MachineStop extends Error {
    public MachineStop(String why) {
        super(why, null, false, false);
    }
}
