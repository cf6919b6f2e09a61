package wdfs.wdf;

import wdfs.kernel.DispatcherApi;
import wdfs.machine.Irql;
import wdfs.machine.Scheduler;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;

/// WDFTIMER, WDFDPC and WDFWORKITEM (OBJ §7, §8).
public final class DeferredApi {
    private static final int INFO_LENGTH_MISMATCH = 0xC0000004;
    private static final int NOT_SUPPORTED = 0xC00000BB;
    private static final int NOT_IMPLEMENTED = 0xC0000002;
    private static final int TIMER_CONFIG = 0x20;
    private static final int DPC_CONFIG = 0x18;
    private static final int WORKITEM_CONFIG = 0x18;
    private static final int LEVEL_PASSIVE = 2;
    private static final long NANOS_PER_MILLISECOND = 1_000_000;

    private DeferredApi() {}

    // ---- timers --------------------------------------------------------------------------------------------------------------------

    static final class Timer extends Deferred {
        private final long function;
        private final long periodNanos;
        private Scheduler.Due due;

        Timer(FxObject parent, FxDevice device, boolean passive, CallbackLock lock, long function, long periodMilliseconds) {
            super("WDFTIMER", parent, device, passive, lock);
            this.function = function;
            this.periodNanos = periodMilliseconds * NANOS_PER_MILLISECOND;
        }

        @Override
        long callback() {
            return function;
        }

        /// Null while it does not run.
        Scheduler.Due due() { return due; }
        long periodNanos() { return periodNanos; }

        /// @return whether it was running already
        boolean start(long nanos) {
            boolean was = cancel();
            due = machine.scheduler.after(nanos, this::expire);
            return was;
        }

        private void expire() {
            due = periodNanos == 0 ? null : machine.scheduler.after(periodNanos, this::expire);
            enqueue();                                                // OBJ-307: a tick that finds the last one waiting is dropped
        }

        /// @return whether it was running
        boolean cancel() {
            boolean was = due != null;
            if (was) {
                due.cancel();
                due = null;
            }
            return was;
        }

        @Override
        protected void disposing(Caller caller) {
            cancel();
            super.disposing(caller);
        }
    }

    private static Timer timer(Caller caller, long handle) {
        return Framework.object(caller, handle, Timer.class, "WDFTIMER");
    }

    /// OBJ-300, in its order.
    @Native
    public static int WdfTimerCreate(Caller caller, long config, long attributes, long result) {
        Framework.required(caller, config, "Config");
        Framework.required(caller, attributes, "Attributes");
        Framework.required(caller, result, "Timer");
        caller.memory.store64(result, 0);
        Attributes read = Attributes.read(caller, attributes);
        if (read.parent() == 0) {
            return Attributes.PARENT_NOT_SPECIFIED;
        }
        FxObject parent = ObjectApi.parent(caller, read);
        if (caller.memory.load32(config) != TIMER_CONFIG) {
            return INFO_LENGTH_MISMATCH;
        }
        long function = caller.memory.load64(config + 8);
        int period = caller.memory.load32(config + 0x10);
        int tolerance = caller.memory.load32(config + 0x18);
        boolean precise = caller.memory.load32(config + 0x1C) == 1;
        if (function == 0 || period < 0 || precise && tolerance > 0) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        if (precise && !caller.inKernel()) {
            return NOT_IMPLEMENTED;
        }
        int status = read.check(true, true, true, false);
        if (status < 0) {
            return status;
        }
        boolean passive = read.executionLevel() == LEVEL_PASSIVE;     // OBJ-302
        if (passive && period > 0) {
            return NOT_SUPPORTED;
        }
        FxDevice device = FxDevice.above(parent);
        if (device == null) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        Deferred.Serialization serialization = Deferred.serialization(parent, caller.memory.load8(config + 0x14) != 0, passive);
        if (serialization.status() < 0) {
            return serialization.status();
        }
        if (caller.machine.fails("framework")) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        return made(caller, new Timer(parent, device, passive, serialization.lock(), function, period), read, result);
    }

    /// The last step of all three: the object gets its contexts, and the driver its handle. @return a status
    private static int made(Caller caller, Deferred object, Attributes attributes, long result) {
        int status = object.commit(caller, attributes);
        if (status >= 0) {
            caller.memory.store64(result, object.handle);
        }
        return status;
    }

    /// OBJ-303. @param dueTime in units of 100 ns; negative: from now on, positive: a point in system time
    @Native
    public static int WdfTimerStart(Caller caller, long handle, long dueTime) {
        Timer timer = timer(caller, handle);
        if (timer.isDeleting()) {
            Framework.broken(caller, timer.label() + " is started while it is deleted", "OBJ-303", null);
            return 0;
        }
        return timer.start(DispatcherApi.nanosFromNow(caller, dueTime)) ? 1 : 0;
    }

    /// OBJ-305.
    @Native
    public static int WdfTimerStop(Caller caller, long handle, int wait) {
        Timer timer = timer(caller, handle);
        if (wait != 0 && caller.irql() > Irql.PASSIVE) {
            Framework.atMost(caller, Irql.PASSIVE, "WdfTimerStop, which waits,", FxDriver.verifies(caller, timer));
            return 0;
        }
        if (wait != 0 && timer.runsOn(caller)) {
            Framework.broken(caller, "WdfTimerStop waits for the callback that calls it", "OBJ-305", null);
            return 0;
        }
        boolean was = timer.cancel();
        if (wait != 0) {
            timer.withdraw();
            timer.settle(caller);
        }
        return was ? 1 : 0;
    }

    @Native
    public static long WdfTimerGetParentObject(Caller caller, long handle) {
        return timer(caller, handle).parent().handle;
    }

    // ---- DPCs ----------------------------------------------------------------------------------------------------------------------

    static final class FxDpc extends Deferred {
        private final long function;

        FxDpc(FxObject parent, FxDevice device, CallbackLock lock, long function) {
            super("WDFDPC", parent, device, false, lock);
            this.function = function;
        }

        @Override
        long callback() {
            return function;
        }
    }

    private static FxDpc dpc(Caller caller, long handle) {
        return Framework.object(caller, handle, FxDpc.class, "WDFDPC");
    }

    /// OBJ-320.
    @Native
    public static int WdfDpcCreate(Caller caller, long config, long attributes, long result) {
        return create(caller, config, DPC_CONFIG, attributes, result, "Dpc", false, FxDpc::new);
    }

    private interface Maker {
        Deferred make(FxObject parent, FxDevice device, CallbackLock lock, long function);
    }

    /// OBJ-320, OBJ-323, in their order: the configurations of a DPC and of a work item are alike.
    /// @param passive whether its callback runs at PASSIVE_LEVEL
    private static int create(Caller caller, long config, int size, long attributes, long result, String name, boolean passive, Maker maker) {
        Framework.required(caller, config, "Config");
        Framework.required(caller, attributes, "Attributes");
        Framework.required(caller, result, name);
        caller.memory.store64(result, 0);
        Attributes read = Attributes.read(caller, attributes);
        if (read.parent() == 0) {                                     // OBJ-045
            return Attributes.PARENT_NOT_SPECIFIED;
        }
        if (caller.memory.load32(config) != size) {
            return INFO_LENGTH_MISMATCH;
        }
        long function = caller.memory.load64(config + 8);
        if (function == 0) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        int status = read.check(true, true, false, false);
        if (status < 0) {
            return status;
        }
        FxObject parent = ObjectApi.parent(caller, read);
        FxDevice device = FxDevice.above(parent);
        if (device == null) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        Deferred.Serialization serialization = Deferred.serialization(parent, caller.memory.load8(config + 0x10) != 0, passive);
        if (serialization.status() < 0) {
            return serialization.status();
        }
        if (caller.machine.fails("framework")) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        return made(caller, maker.make(parent, device, serialization.lock(), function), read, result);
    }

    /// OBJ-321.
    @Native
    public static int WdfDpcEnqueue(Caller caller, long handle) {
        return dpc(caller, handle).enqueue() ? 1 : 0;
    }

    /// OBJ-322.
    @Native
    public static int WdfDpcCancel(Caller caller, long handle, int wait) {
        FxDpc dpc = dpc(caller, handle);
        if (wait != 0 && caller.irql() > Irql.PASSIVE) {
            Framework.atMost(caller, Irql.PASSIVE, "WdfDpcCancel, which waits,", FxDriver.verifies(caller, dpc));
            return 0;
        }
        boolean was = dpc.withdraw();
        if (wait != 0) {
            dpc.settle(caller);
        }
        return was ? 1 : 0;
    }

    @Native
    public static long WdfDpcGetParentObject(Caller caller, long handle) {
        return dpc(caller, handle).parent().handle;
    }

    // ---- work items ----------------------------------------------------------------------------------------------------------------

    static final class WorkItem extends Deferred {
        private final long function;

        WorkItem(FxObject parent, FxDevice device, CallbackLock lock, long function) {
            super("WDFWORKITEM", parent, device, true, lock);
            this.function = function;
        }

        @Override
        long callback() {
            return function;
        }
    }

    private static WorkItem workItem(Caller caller, long handle) {
        return Framework.object(caller, handle, WorkItem.class, "WDFWORKITEM");
    }

    /// OBJ-323.
    @Native
    public static int WdfWorkItemCreate(Caller caller, long config, long attributes, long result) {
        return create(caller, config, WORKITEM_CONFIG, attributes, result, "WorkItem", true, WorkItem::new);
    }

    /// OBJ-324.
    @Native
    public static void WdfWorkItemEnqueue(Caller caller, long handle) {
        WorkItem item = workItem(caller, handle);
        if (item.isDeleting()) {
            Framework.broken(caller, item.label() + " is queued while it is deleted", "OBJ-324", null);
            return;
        }
        item.enqueue();
    }

    /// OBJ-326.
    @Native
    public static void WdfWorkItemFlush(Caller caller, long handle) {
        WorkItem item = workItem(caller, handle);
        if (item.runsOn(caller)) {
            Framework.broken(caller, "WdfWorkItemFlush waits for the callback that calls it", "OBJ-326", null);
            return;
        }
        item.flush(caller);
    }

    @Native
    public static long WdfWorkItemGetParentObject(Caller caller, long handle) {
        return workItem(caller, handle).parent().handle;
    }
}
