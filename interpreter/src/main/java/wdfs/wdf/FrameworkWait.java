package wdfs.wdf;

import java.util.List;
import wdfs.kernel.Waitable;
import wdfs.kernel.Waits;
import wdfs.machine.Irql;
import wdfs.runtime.Caller;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// What the framework waits for on a driver's behalf: the driver must do something before it ends.
final class FrameworkWait {
    private static final long MINUTE_NANOS = 60_000_000_000L;

    private FrameworkWait() {}

    /// VER-170: after a minute the wait is told, once; the wait goes on.
    /// @param what `for the driver to complete …`
    static void forever(Caller caller, FxDriver driver, Waitable object, String what) {
        if (Waits.wait(caller, List.of(object), false, MINUTE_NANOS) == Waits.TIMED_OUT) {
            if (driver.verifier()) {
                Framework.broken(caller, "thread " + caller.threadName() + " has been waiting a minute " + what, "VER-170", null);
            }
            Waits.wait(caller, List.of(object), false, Waits.FOREVER);
        }
    }

    /// VER-171: the wait could only end by what this thread itself does after it.
    /// @param call the DDI, and what it is asked for
    static void refuseDeadlock(Caller caller, FxDriver driver, String call, String cycle, String help) {
        if (driver.verifier()) {
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_VERIFIER_DETECTED_VIOLATION", "VER-171", call + " can never return")
                    .code(0xC4, 0x1001, 0, 0, 0).blank().fact("deadlock", cycle).stack(ScriptStack.frames(), Irql.name(caller.irql())).help(help).build());
        }
    }
}
