package wdfs.kernel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import wdfs.machine.Irql;
import wdfs.runtime.Caller;
import wdfs.runtime.LoadedImage;
import wdfs.runtime.Machine;
import wdfs.runtime.SystemProcess;

/// The processor's queue of deferred procedure calls (ENV-034, OBJ-321): first in, first out, at DISPATCH_LEVEL, before any
/// thread goes on whose IRQL is lower.
public final class Dpcs {
    /// One DPC: queued at most once at a time.
    public static final class Dpc extends Waitable {
        private final Consumer<Caller> routine;
        private final LoadedImage image;
        private final Object subject;
        private boolean queued;
        private boolean running;

        /// @param subject what it belongs to: an object of the framework, or the address of a KDPC
        /// @param image the driver's, whose code the routine is
        public Dpc(Object subject, LoadedImage image, Consumer<Caller> routine) {
            this.subject = subject;
            this.image = image;
            this.routine = routine;
        }

        public Object subject() {
            return subject;
        }

        public boolean isQueued() {
            return queued;
        }

        public boolean isRunning() {
            return running;
        }

        /// Signaled while it does not run: what cancels a DPC may wait for that.
        @Override
        public boolean isSignaled() {
            return !running;
        }

        @Override
        public void satisfied() {}

        @Override
        public String waitName() {
            return "a DPC";
        }
    }

    private final Machine machine;
    private final Deque<Dpc> queue = new ArrayDeque<>();
    private DpcThread processor;
    private Dpc current;

    private Dpcs(Machine machine) {
        this.machine = machine;
    }

    public static Dpcs of(Machine machine) {
        return machine.part(Dpcs.class, Dpcs::new);
    }

    /// @return false if it is queued already, and has not begun
    public boolean insert(Dpc dpc) {
        if (dpc.queued) {
            return false;
        }
        dpc.queued = true;
        queue.add(dpc);
        if (processor == null) {
            processor = new DpcThread(machine, this);
            machine.scheduler.start(processor);
        } else {
            processor.wake(0);
        }
        if (machine.scheduler.running() instanceof Caller caller) {
            caller.letDpcsRun();
        }
        return true;
    }

    /// The one that runs, and those that are queued, in their order.
    public List<Dpc> all() {
        List<Dpc> all = new ArrayList<>(queue);
        if (current != null) {
            all.addFirst(current);
        }
        return all;
    }

    /// @return whether it was queued
    public boolean remove(Dpc dpc) {
        if (!dpc.queued) {
            return false;
        }
        dpc.queued = false;
        return queue.remove(dpc);
    }

    /// What runs the DPCs: in no process in particular, on the processor's behalf.
    private static final class DpcThread extends SystemCaller {
        private static final String QUEUE = "a DPC";
        private final Dpcs dpcs;

        DpcThread(Machine machine, Dpcs dpcs) {
            super(machine, SystemProcess.INSTANCE);
            this.dpcs = dpcs;
        }

        @Override
        protected boolean isUrgent() {
            return true;
        }

        @Override
        public boolean isIdle() {
            return isWaiting() && waitingFor().equals(QUEUE);
        }

        @Override
        protected void work() {
            while (true) {
                for (Dpc dpc = dpcs.queue.poll(); dpc != null; dpc = dpcs.queue.poll()) {
                    dpc.queued = false;
                    dpc.running = true;
                    dpcs.current = dpc;
                    machine.memory.irql = Irql.DISPATCH;
                    image = dpc.image;
                    long since = busyNanos();
                    dpc.routine.accept(this);
                    if (dpc.image != null) {
                        RaisedTime.ofDpc(this, since, dpc.image.name());
                    }
                    machine.memory.irql = Irql.PASSIVE;
                    dpc.running = false;
                    dpcs.current = null;
                    dpc.changed();
                }
                waitFor(QUEUE);
            }
        }

        @Override
        public String threadName() {
            return "DPC";
        }
    }
}
