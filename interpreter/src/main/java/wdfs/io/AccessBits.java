package wdfs.io;

import wdfs.runtime.Caller;
import wdfs.runtime.Machine;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// VER-509: a control code that anybody may send, or a reader, and whose handler changes the state of the device or the system.
public final class AccessBits {
    private static final int FILE_WRITE_ACCESS = 2;

    private AccessBits() {}

    /// The driver changes something that outlives the request. Told at the verifier's level `full`: many a code is meant to be so.
    /// @param what `a register`, `a value of the registry`
    public static void stateChanges(Caller caller, String what) {
        if (caller.machine.verifier != Machine.Verifier.FULL || !(caller.served() instanceof Irp irp) || irp.major != Transfers.DEVICE_CONTROL || !irp.isUserMode()) {
            return;
        }
        int code = irp.controlCode();
        if ((code >>> 14 & FILE_WRITE_ACCESS) == 0) {
            caller.machine.violation(new Report.Builder(Report.Kind.VIOLATION, "WrongAccessBits", "VER-509",
                    "%s may be sent by %s, and its handler changes %s".formatted(caller.machine.ioctlName(code), (code >>> 14 & 3) == 0 ? "whoever can open the device" : "a reader", what))
                    .blank().subject(irp).stack(ScriptStack.frames(), "").help("access write in the control code: the I/O manager refuses handles that were not opened for it").build(), "code " + code);
        }
    }
}
