package wdfs.kernel;

import wdfs.runtime.Caller;
import wdfs.runtime.Report;

/// How long code above the threads may keep the processor (VER-174), in virtual time: what it asked for by stalls and register
/// accesses, and its steps. What interrupts it does not count. Longer is no mistake of its own, so it is told and not counted.
final class RaisedTime {
    private static final long ISR_MICROSECONDS = 25;
    private static final long DPC_MICROSECONDS = 100;

    private RaisedTime() {}

    /// @param since what {@link Caller#busyNanos} was before
    static void ofIsr(Caller caller, long since, String whose) {
        check(caller, since, false, "the interrupt service routine of " + whose, ISR_MICROSECONDS);
    }

    static void ofDpc(Caller caller, long since, String driver) {
        check(caller, since, true, "a DPC of driver " + driver, DPC_MICROSECONDS);
    }

    private static void check(Caller caller, long since, boolean dpc, String what, long most) {
        long took = (caller.busyNanos() - since) / 1_000;
        if (took > most && caller.machine.verifierOn()) {
            caller.machine.warning(new Report.Builder(Report.Kind.WARNING, dpc ? "LongDpc" : "LongIsr", "VER-174", "%s took %,d µs, and should be done in %d".formatted(what, took, most))
                    .help(dpc ? "leave what takes long to a work item: no thread runs meanwhile" : "quiet the device, and queue a DPC for the rest: nothing of a lower IRQL runs meanwhile").build(), what);
        }
    }
}
