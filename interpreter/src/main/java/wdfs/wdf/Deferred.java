package wdfs.wdf;

import java.util.List;
import wdfs.kernel.Dpcs;
import wdfs.kernel.SystemCaller;
import wdfs.kernel.Waitable;
import wdfs.kernel.Waits;
import wdfs.runtime.Caller;
import wdfs.runtime.SystemProcess;

/// Work of a driver that runs later: as a DPC at DISPATCH_LEVEL, or at PASSIVE_LEVEL on a thread of the system, or of the
/// driver's host. Queued at most once at a time; it may be queued again while it runs.
abstract class Deferred extends FxObject {
    private final FxDevice device;
    private final boolean passive;
    /// The lock that the callback holds; null without automatic serialization (REQ-177).
    private final CallbackLock lock;
    private final Dpcs.Dpc dpc;
    private final Gate atRest = new Gate(false);
    private final Gate idle = new Gate(true);
    private boolean queued;
    private boolean running;
    private Caller runner;

    /// Signaled while nothing of it runs and, if `all`, nothing is queued either.
    private final class Gate extends Waitable {
        private final boolean all;

        Gate(boolean all) {
            this.all = all;
        }

        @Override public boolean isSignaled() { return !running && !(all && queued); }
        @Override public void satisfied() {}
        @Override public String waitName() { return "the callback of " + label(); }
    }

    Deferred(String type, FxObject parent, FxDevice device, boolean passive, CallbackLock lock) {
        super(parent.machine, type, parent);
        this.device = device;
        this.passive = passive || device.device.inHost;
        this.lock = lock;
        this.dpc = new Dpcs.Dpc(this, device.driver.driver.image, this::execute);
    }

    FxDevice device() {
        return device;
    }

    /// The driver's callback.
    abstract long callback();

    /// STATUS_WDF_INCOMPATIBLE_EXECUTION_LEVEL.
    static final int INCOMPATIBLE_EXECUTION_LEVEL = 0xC020020C;

    /// The lock of the device or queue that an object belongs to, for callbacks that are to be serialized with its own (REQ-177).
    /// @param above the object's parent
    /// @param serialized AutomaticSerialization
    /// @param passive whether the callback belongs at PASSIVE_LEVEL
    static Serialization serialization(FxObject above, boolean serialized, boolean passive) {
        FxObject at = above;
        while (!(at instanceof FxQueue) && !(at instanceof FxDevice)) {
            at = at.parent();
        }
        Constraints constraints = at instanceof FxQueue queue ? queue.constraints : ((FxDevice) at).constraints;
        if (!serialized || constraints.scope() == Constraints.NONE) {
            return new Serialization(0, null);
        }
        boolean inHost = FxDevice.above(at).device.inHost;            // OBJ-308: there all is passive
        if (!inHost && passive != constraints.isPassive()) {          // OBJ-301, OBJ-320, OBJ-323
            return new Serialization(INCOMPATIBLE_EXECUTION_LEVEL, null);
        }
        return new Serialization(0, at instanceof FxQueue queue ? queue.lock : ((FxDevice) at).lock);
    }

    /// @param lock null for none
    record Serialization(int status, CallbackLock lock) {}

    boolean isQueued() {
        return queued;
    }

    boolean isRunning() {
        return running;
    }

    /// Whether `caller` is inside the callback.
    boolean runsOn(Caller caller) {
        return running && runner == caller;
    }

    /// @return false if it is queued already, and has not begun
    boolean enqueue() {
        if (queued) {
            return false;
        }
        queued = true;
        if (!passive) {
            Dpcs.of(machine).insert(dpc);
        } else if (device.device.inHost) {
            device.driver.process.runLater(label(), this::execute);
        } else {
            machine.scheduler.start(new Worker(this));
        }
        return true;
    }

    /// @return whether it was queued, and will not run now
    boolean withdraw() {
        boolean was = queued;
        queued = false;
        if (was && !passive) {
            Dpcs.of(machine).remove(dpc);
        }
        return was;
    }

    /// Waits until a callback that has begun is over.
    void settle(Caller caller) {
        Waits.wait(caller, List.of(atRest), false, Waits.FOREVER);
    }

    /// Waits until what is queued has run, too.
    void flush(Caller caller) {
        Waits.wait(caller, List.of(idle), false, Waits.FOREVER);
    }

    private void execute(Caller caller) {
        if (!queued) {
            return;                                                   // withdrawn while it waited for its thread
        }
        queued = false;
        running = true;
        runner = caller;
        try {
            if (lock == null) {
                device.driver.call(caller, callback(), handle);
            } else {
                lock.call(caller, device.driver, callback(), handle);
            }
        } finally {
            running = false;
            atRest.changed();
            idle.changed();
        }
    }

    @Override
    protected boolean disposesPassive() {
        return true;
    }

    @Override
    protected void disposing(Caller caller) {
        withdraw();
        if (!runsOn(caller)) {
            settle(caller);                                           // OBJ-306
        }
    }

    /// A thread of the system for one call (OBJ-325).
    private static final class Worker extends SystemCaller {
        private final Deferred work;

        Worker(Deferred work) {
            super(work.machine, SystemProcess.INSTANCE);
            this.work = work;
        }

        @Override
        protected void work() {
            image = work.device.driver.driver.image;
            work.execute(this);
        }
    }
}
