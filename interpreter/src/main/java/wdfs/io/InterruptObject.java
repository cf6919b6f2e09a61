package wdfs.io;

import wdfs.kernel.Interrupts;
import wdfs.machine.Irql;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.LoadedImage;
import wdfs.runtime.Machine;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// KINTERRUPT: an interrupt service routine of a WDM driver that is connected to a vector. Its structure is Windows' own; drivers
/// have its address.
final class InterruptObject implements Interrupts.Connection {
    private final Machine machine;
    final Region block;
    final Interrupts.Vector vector;
    private final LoadedImage image;
    private final long routine;
    private final long context;
    private final int synchronizeIrql;
    private final boolean passMessage;
    private final int message;
    private boolean held;

    /// @param message its number if it is one of several that share a routine; -1 for a line
    InterruptObject(Caller caller, Region block, Interrupts.Vector vector, long routine, long context, int synchronizeIrql, int message) {
        this.machine = caller.machine;
        this.block = block;
        this.vector = vector;
        this.image = caller.image;
        this.routine = routine;
        this.context = context;
        this.synchronizeIrql = Math.max(synchronizeIrql, vector.irql());
        this.passMessage = message >= 0;
        this.message = message;
    }

    @Override
    public boolean service(Caller caller) {
        lock(caller, "the interrupt service routine is called");
        try {
            long own = passMessage ? caller.invoke(routine, block.base, context, message) : caller.invoke(routine, block.base, context);
            return (own & 0xFF) != 0;
        } finally {
            held = false;
        }
    }

    /// KeSynchronizeExecution and KeAcquireInterruptSpinLock: as the routine runs. @return the IRQL before
    int acquire(Caller caller, String who) {
        int before = caller.irql();
        lock(caller, who);
        machine.memory.irql = Math.max(before, synchronizeIrql);
        return before;
    }

    private void lock(Caller caller, String who) {
        if (held) {
            throw machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_VERIFIER_DETECTED_VIOLATION", "VER-150", who + ", and whoever holds the interrupt's spin lock cannot run any more")
                    .code(0xC4, 0x1000, block.base).stack(ScriptStack.frames(), Irql.name(caller.irql())).help("the interrupt service routine holds that lock when it is called").build());
        }
        held = true;
    }

    void release(Caller caller, int irql) {
        held = false;
        caller.setIrql(irql);
    }

    @Override
    public LoadedImage image() {
        return image;
    }

    @Override
    public String described() {
        return block.label() + " of driver " + image.name();
    }
}
