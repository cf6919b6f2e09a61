package wdfs.wdf;

import wdfs.kernel.Waitable;
import wdfs.kernel.Waits;
import wdfs.machine.Irql;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;
import wdfs.runtime.Native;

/// WDFSPINLOCK and WDFWAITLOCK.
public final class LockApi {
    private LockApi() {}

    static final class SpinLock extends FxObject {
        boolean held;
        int oldIrql;

        SpinLock(Machine machine, FxObject parent) {
            super(machine, "WDFSPINLOCK", parent);
        }
    }

    static final class WaitLock extends FxObject {
        final Gate gate = new Gate();

        WaitLock(Machine machine, FxObject parent) {
            super(machine, "WDFWAITLOCK", parent);
        }
    }

    static final class Gate extends Waitable {
        boolean held;

        @Override public boolean isSignaled() { return !held; }
        @Override public void satisfied() { held = true; }
        @Override public String waitName() { return "a wait lock"; }
    }

    @Native
    public static int WdfSpinLockCreate(Caller caller, long attributes, long result) {
        Attributes read = Attributes.read(caller, attributes);
        FxObject parent = ObjectApi.parent(caller, read);
        Framework.required(caller, result, "SpinLock");
        int status = read.check(true, false, false, false);
        if (status < 0) {
            return status;
        }
        SpinLock lock = new SpinLock(caller.machine, parent);
        status = lock.commit(caller, read);
        if (status >= 0) {
            caller.memory.store64(result, lock.handle);
        }
        return status;
    }

    @Native
    public static void WdfSpinLockAcquire(Caller caller, long handle) {
        SpinLock lock = Framework.object(caller, handle, SpinLock.class, "WDFSPINLOCK");
        int old = caller.irql();
        if (lock.held) {
            Framework.broken(caller, lock.label() + " is held already: on one processor nobody can release it", "VER-364", null);
            return;
        }
        if (caller.inKernel()) {                                      // OBJ-461: in a host it is a critical section
            caller.machine.memory.irql = Math.max(old, Irql.DISPATCH);
        }
        lock.oldIrql = old;
        lock.held = true;
    }

    @Native
    public static void WdfSpinLockRelease(Caller caller, long handle) {
        SpinLock lock = Framework.object(caller, handle, SpinLock.class, "WDFSPINLOCK");
        if (!lock.held) {
            Framework.broken(caller, lock.label() + " is released and nobody holds it", "VER-364", null);
            return;
        }
        lock.held = false;
        if (caller.inKernel()) {
            caller.setIrql(lock.oldIrql);
        }
    }

    @Native
    public static int WdfWaitLockCreate(Caller caller, long attributes, long result) {
        Attributes read = Attributes.read(caller, attributes);
        FxObject parent = ObjectApi.parent(caller, read);
        Framework.required(caller, result, "Lock");
        int status = read.check(true, false, false, false);
        if (status < 0) {
            return status;
        }
        WaitLock lock = new WaitLock(caller.machine, parent);
        status = lock.commit(caller, read);
        if (status >= 0) {
            caller.memory.store64(result, lock.handle);
        }
        return status;
    }

    @Native
    public static int WdfWaitLockAcquire(Caller caller, long handle, long timeout) {
        WaitLock lock = Framework.object(caller, handle, WaitLock.class, "WDFWAITLOCK");
        long nanos = timeout == 0 ? Waits.FOREVER : Math.max(0, -caller.memory.load64(timeout) * 100);
        return Waits.wait(caller, java.util.List.of(lock.gate), false, nanos) == Waits.TIMED_OUT ? 0x102 : 0;
    }

    @Native
    public static void WdfWaitLockRelease(Caller caller, long handle) {
        WaitLock lock = Framework.object(caller, handle, WaitLock.class, "WDFWAITLOCK");
        lock.gate.held = false;
        lock.gate.changed();
    }
}
