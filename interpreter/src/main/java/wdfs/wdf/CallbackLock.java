package wdfs.wdf;

import java.util.List;
import wdfs.kernel.LockOrder;
import wdfs.kernel.Waitable;
import wdfs.kernel.Waits;
import wdfs.machine.Irql;
import wdfs.runtime.Caller;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// The lock of a device or queue that its callbacks hold under automatic synchronization, and that WdfObjectAcquireLock
/// takes (REQ-171, REQ-178): a spin lock, or a mutex where the level is passive and in a driver host.
final class CallbackLock extends Waitable {
    private final FxObject of;
    private final boolean mutex;
    private final LockOrder.Lock order;
    private Caller owner;
    /// A waiter has it, and has not gone on yet.
    private boolean promised;
    private int oldIrql;

    CallbackLock(FxObject of, boolean mutex) {
        this.of = of;
        this.mutex = mutex;
        this.order = new LockOrder.Lock("the callback lock of " + of.label());
    }

    boolean isHeldBy(Caller caller) {
        return owner == caller;
    }

    void acquire(Caller caller) {
        if (owner == caller) {
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "WDF_VIOLATION", "VER-003",
                    "the callback lock of " + of.label() + " is acquired by the thread that holds it").code(0x10D, 2, of.handle, 0, 0)
                    .stack(ScriptStack.frames(), Irql.name(caller.irql())).help("a callback of a device or queue with a synchronization scope holds the lock already").build());
        }
        LockOrder.of(caller.machine).take(caller, order);
        int irql = caller.irql();
        if (caller.inKernel()) {
            if (mutex) {
                caller.criticalRegions++;
            } else {
                caller.machine.memory.irql = Math.max(irql, Irql.DISPATCH);
            }
        }
        if (owner != null || promised) {
            Waits.wait(caller, List.of(this), false, Waits.FOREVER);
        }
        promised = false;
        owner = caller;
        oldIrql = irql;
    }

    void release(Caller caller) {
        LockOrder.release(caller, order);
        owner = null;
        if (caller.inKernel()) {
            if (mutex) {
                caller.criticalRegions--;
            } else {
                changed();
                caller.setIrql(oldIrql);
                return;
            }
        }
        changed();
    }

    /// Calls a callback of the driver's that holds the lock.
    long call(Caller caller, FxDriver driver, long function, long... arguments) {
        acquire(caller);
        boolean returned = false;
        try {
            long result = driver.call(caller, function, arguments);
            returned = true;
            return result;
        } finally {
            if (returned) {
                release(caller);
            } else {
                abandon(caller);
            }
        }
    }

    /// The thread that holds it ends.
    private void abandon(Caller caller) {
        if (owner == caller) {
            LockOrder.release(caller, order);
            owner = null;
            if (caller.inKernel() && mutex) {
                caller.criticalRegions--;
            } else if (caller.inKernel()) {
                caller.machine.memory.irql = oldIrql;
            }
            changed();
        }
    }

    @Override
    public boolean isSignaled() {
        return owner == null && !promised;
    }

    @Override
    public void satisfied() {
        promised = true;
    }

    @Override
    public String waitName() {
        return "the callback lock of " + of.label();
    }
}
