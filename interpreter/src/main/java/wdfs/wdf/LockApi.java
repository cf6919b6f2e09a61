package wdfs.wdf;

import java.util.List;
import wdfs.kernel.DispatcherApi;
import wdfs.kernel.LockOrder;
import wdfs.kernel.Waitable;
import wdfs.kernel.Waits;
import wdfs.machine.Irql;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;
import wdfs.runtime.Native;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// WDFSPINLOCK and WDFWAITLOCK (OBJ §10), and the lock that a device or queue has anyway.
public final class LockApi {
    private static final int TIMEOUT = 0x102;

    private LockApi() {}

    /// A lock object: who holds it, and who waits.
    private abstract static class Lock extends FxObject {
        final LockOrder.Lock order;
        final Gate gate = new Gate();
        Caller owner;
        int oldIrql;
        /// The lock of an interrupt: only the framework takes it (OBJ-345).
        boolean ofInterrupt;

        Lock(Machine machine, String type, FxObject parent) {
            super(machine, type, parent);
            this.order = new LockOrder.Lock(label());
        }

        boolean isHeld() {
            return gate.held;
        }

        void taken(Caller caller) {
            gate.held = true;
            owner = caller;
        }

        void free() {
            owner = null;
            gate.held = false;
            gate.changed();
        }

        final class Gate extends Waitable {
            boolean held;

            @Override public boolean isSignaled() { return !held; }
            @Override public void satisfied() { held = true; }
            @Override public String waitName() { return label() + (owner == null ? "" : ", which " + owner.threadName() + " holds"); }
        }

        /// VER-150: a lock that is deleted while somebody holds it.
        @Override
        protected void disposing(Caller caller) {
            if (isHeld() && machine.verifierOn()) {
                throw machine.bugCheck(verifier(0x100B, label() + " is deleted while " + owner.threadName() + " holds it").stack(ScriptStack.frames(), Irql.name(caller.irql()))
                        .help("release it first").build());
            }
        }

        /// OBJ-360, OBJ-362: the thread that holds it acquires it again, and would wait for itself.
        void refuseRecursion(Caller caller) {
            if (isHeld() && owner == caller && machine.verifierOn()) {
                throw machine.bugCheck(verifier(0x1000, label() + " is acquired by the thread that holds it, which would wait for itself").stack(ScriptStack.frames(), Irql.name(caller.irql()))
                        .help("neither kind of lock can be acquired twice by one thread").build());
            }
        }

        private Report.Builder verifier(int code, String headline) {
            return new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_VERIFIER_DETECTED_VIOLATION", "VER-150", headline).code(0xC4, code, handle, 0, 0).blank();
        }
    }

    static final class SpinLock extends Lock {
        SpinLock(Machine machine, FxObject parent) {
            super(machine, "WDFSPINLOCK", parent);
        }
    }

    static final class WaitLock extends Lock {
        WaitLock(Machine machine, FxObject parent) {
            super(machine, "WDFWAITLOCK", parent);
        }
    }

    private static int create(Caller caller, long attributes, long result, String parameter, java.util.function.BiFunction<Machine, FxObject, Lock> make) {
        Attributes read = Attributes.read(caller, attributes);
        FxObject parent = ObjectApi.parent(caller, read);
        Framework.required(caller, result, parameter);
        int status = read.check(true, false, false, false);
        if (status < 0) {
            return status;
        }
        Lock lock = make.apply(caller.machine, parent);
        status = lock.commit(caller, read);
        if (status >= 0) {
            caller.memory.store64(result, lock.handle);
        }
        return status;
    }

    // ---- spin locks ----------------------------------------------------------------------------------------------------------------

    @Native
    public static int WdfSpinLockCreate(Caller caller, long attributes, long result) {
        return create(caller, attributes, result, "SpinLock", SpinLock::new);
    }

    /// OBJ-360.
    @Native
    public static void WdfSpinLockAcquire(Caller caller, long handle) {
        SpinLock lock = Framework.object(caller, handle, SpinLock.class, "WDFSPINLOCK");
        if (lock.ofInterrupt) {                                       // OBJ-345
            ofInterrupt(caller, lock, "WdfInterruptAcquireLock takes it, and raises to the interrupt's IRQL");
            return;
        }
        lock.refuseRecursion(caller);
        LockOrder.of(caller.machine).take(caller, lock.order);
        int old = caller.irql();
        if (caller.inKernel()) {                                      // OBJ-461: in a host it is a critical section
            caller.machine.memory.irql = Math.max(old, Irql.DISPATCH);
        }
        if (lock.isHeld()) {
            Waits.wait(caller, List.of(lock.gate), false, Waits.FOREVER);
        }
        lock.taken(caller);
        lock.oldIrql = old;
    }

    @Native
    public static void WdfSpinLockRelease(Caller caller, long handle) {
        SpinLock lock = Framework.object(caller, handle, SpinLock.class, "WDFSPINLOCK");
        if (lock.ofInterrupt) {                                       // OBJ-345: before it asks who holds it
            ofInterrupt(caller, lock, "WdfInterruptReleaseLock gives it back");
            return;
        }
        boolean own = lock.isHeld() && lock.owner == caller;
        if (!own && FxDriver.verifies(caller, lock)) {                // OBJ-361
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "WDF_VIOLATION", "VER-017",
                    lock.label() + " is released by thread " + caller.threadName() + (lock.isHeld() ? ", and " + lock.owner.threadName() + " holds it" : ", and nobody holds it"))
                    .code(0x10D, 0xB, handle, 1, 0).stack(ScriptStack.frames(), Irql.name(caller.irql())).help("the thread that acquired a spin lock releases it, once").build());
        }
        if (!lock.isHeld()) {
            return;
        }
        LockOrder.release(lock.owner, lock.order);
        lock.free();
        if (caller.inKernel()) {
            caller.setIrql(lock.oldIrql);
        }
    }

    private static void ofInterrupt(Caller caller, SpinLock lock, String instead) {
        Framework.broken(caller, lock.label() + " is the lock of an interrupt: " + instead, "OBJ-345", null);
    }

    // ---- wait locks ----------------------------------------------------------------------------------------------------------------

    @Native
    public static int WdfWaitLockCreate(Caller caller, long attributes, long result) {
        return create(caller, attributes, result, "Lock", WaitLock::new);
    }

    /// OBJ-362.
    @Native
    public static int WdfWaitLockAcquire(Caller caller, long handle, long timeout) {
        WaitLock lock = Framework.object(caller, handle, WaitLock.class, "WDFWAITLOCK");
        long units = timeout == 0 ? 0 : caller.memory.load64(timeout);
        boolean looks = timeout != 0 && units == 0;
        if (!Framework.atMost(caller, looks ? Irql.APC : Irql.PASSIVE, looks ? "WdfWaitLockAcquire" : "WdfWaitLockAcquire, which may wait,", FxDriver.verifies(caller, lock))) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (timeout == 0) {
            lock.refuseRecursion(caller);
        }
        LockOrder.of(caller.machine).take(caller, lock.order);
        enterRegion(caller, 1);
        long nanos = timeout == 0 ? Waits.FOREVER : DispatcherApi.nanosFromNow(caller, units);
        if (Waits.wait(caller, List.of(lock.gate), false, nanos) == Waits.TIMED_OUT) {
            LockOrder.release(caller, lock.order);
            enterRegion(caller, -1);
            return TIMEOUT;
        }
        lock.taken(caller);
        return 0;
    }

    /// OBJ-363.
    @Native
    public static void WdfWaitLockRelease(Caller caller, long handle) {
        WaitLock lock = Framework.object(caller, handle, WaitLock.class, "WDFWAITLOCK");
        if (!lock.isHeld() || lock.owner != caller) {
            Framework.rule(caller, "WdfWaitLockRelease", "OBJ-363", lock.label() + " is released by thread " + caller.threadName()
                    + (lock.isHeld() ? ", and " + lock.owner.threadName() + " holds it" : ", and nobody holds it"), "the thread that acquired a wait lock releases it, once", null);
        }
        if (lock.isHeld()) {
            LockOrder.release(lock.owner, lock.order);
            lock.free();
            enterRegion(caller, -1);
        }
    }

    private static void enterRegion(Caller caller, int by) {
        if (caller.inKernel()) {
            caller.criticalRegions += by;
        }
    }

    // ---- the lock of a device or queue -----------------------------------------------------------------------------------------------

    /// REQ-178. @param call the DDI, for a report
    private static CallbackLock callbackLock(Caller caller, long handle, String call) {
        FxObject object = ObjectApi.any(caller, handle);
        CallbackLock lock = object instanceof FxDevice device ? device.lock : object instanceof FxQueue queue ? queue.lock : null;
        if (lock == null) {
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "WDF_VIOLATION", "VER-017", call + " for " + object.label() + ", which has no lock")
                    .code(0x10D, 0xB, handle, 0, 0).stack(ScriptStack.frames(), Irql.name(caller.irql())).help("devices and queues have a callback lock; for others make a WDFSPINLOCK or WDFWAITLOCK").build());
        }
        return lock;
    }

    @Native
    public static void WdfObjectAcquireLock(Caller caller, long handle) {
        callbackLock(caller, handle, "WdfObjectAcquireLock").acquire(caller);
    }

    @Native
    public static void WdfObjectReleaseLock(Caller caller, long handle) {
        CallbackLock lock = callbackLock(caller, handle, "WdfObjectReleaseLock");
        if (!lock.isHeldBy(caller)) {
            Framework.broken(caller, "WdfObjectReleaseLock for " + ObjectApi.any(caller, handle).label() + ", whose lock this thread does not hold", "REQ-178", null);
            return;
        }
        lock.release(caller);
    }
}
