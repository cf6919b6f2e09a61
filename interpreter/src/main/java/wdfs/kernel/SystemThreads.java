package wdfs.kernel;

import java.util.ArrayList;
import java.util.List;
import wdfs.machine.Irql;
import wdfs.runtime.Caller;
import wdfs.runtime.LoadedImage;
import wdfs.runtime.Machine;
import wdfs.runtime.MachineStop;
import wdfs.runtime.Native;
import wdfs.runtime.Report;
import wdfs.runtime.SystemProcess;

/// Threads that drivers make in the process System (OBJ-426).
public final class SystemThreads {
    private static final int INVALID_PARAMETER = 0xC000000D;
    private static final int INSUFFICIENT_RESOURCES = 0xC000009A;

    private final List<DriverThread> threads = new ArrayList<>();
    private int made;

    private SystemThreads() {}

    private static SystemThreads of(Machine machine) {
        return machine.part(SystemThreads.class, _ -> new SystemThreads());
    }

    /// What a thread's handle and address lead to; signaled when it has ended.
    private static final class Ended extends Waitable {
        private final DriverThread thread;

        Ended(DriverThread thread) {
            this.thread = thread;
        }

        @Override public boolean isSignaled() { return thread.over; }
        @Override public void satisfied() {}
        @Override public String waitName() { return "thread " + thread.threadName(); }
    }

    /// The thread ends itself.
    private static final class Exit extends MachineStop {
        Exit() {
            super("PsTerminateSystemThread");
        }
    }

    private static final class DriverThread extends SystemCaller {
        private final String name;
        private final LoadedImage driver;
        private final long routine;
        private final long context;
        private final Ended object = new Ended(this);
        private boolean over;

        DriverThread(Machine machine, String name, LoadedImage driver, long routine, long context) {
            super(machine, SystemProcess.INSTANCE);
            this.name = name;
            this.driver = driver;
            this.routine = routine;
            this.context = context;
        }

        @Override
        protected void work() {
            if (!ending) {
                image = driver;
                machine.memory.irql = Irql.PASSIVE;
                try {
                    invoke(routine, context);
                } catch (Exit _) {
                    // as it wished
                }
            }
            finish();
        }

        private void finish() {
            over = true;
            of(machine).threads.remove(this);
            object.changed();
        }

        /// A thread that serves its driver until it unloads stalls nobody.
        @Override
        public boolean isIdle() {
            return !over;
        }

        @Override
        public String threadName() {
            return name;
        }
    }

    /// @param id gets process and thread if it is not NULL
    @Native
    public static int PsCreateSystemThread(Caller caller, long handle, int access, long attributes, long process, long id, long routine, long context) {
        Machine machine = caller.machine;
        if (machine.scheduler.aliveCount() >= machine.limits.threads()) {
            throw machine.limit("threads");
        }
        if (machine.fails("thread")) {
            return INSUFFICIENT_RESOURCES;
        }
        SystemThreads all = of(machine);
        DriverThread thread = new DriverThread(machine, caller.image.name() + ".thread" + ++all.made, caller.image, routine, context);
        caller.memory.store64(handle, KernelHandles.of(machine).open(thread.object));
        if (id != 0) {
            caller.memory.store64(id, SystemProcess.INSTANCE.processId());
            caller.memory.store64(id + 8, KernelApi.threadId(thread));
        }
        all.threads.add(thread);
        machine.scheduler.start(thread);
        return 0;
    }

    @Native
    public static int PsTerminateSystemThread(Caller caller, int status) {
        if (caller instanceof DriverThread) {
            throw new Exit();
        }
        return INVALID_PARAMETER;
    }

    @Native
    public static int PsIsSystemThread(Caller caller, long thread) {
        return KernelObjects.at(caller, thread) instanceof Ended || thread == KernelApi.threadObject(caller) && caller.process.space() == null ? 1 : 0;
    }

    /// OBJ-426: the driver's code goes, and threads of its own still run in it. They are told, and end.
    public static void unloading(Machine machine, LoadedImage driver) {
        for (DriverThread thread : List.copyOf(of(machine).threads)) {
            if (thread.driver == driver) {
                machine.violation(new Report.Builder(Report.Kind.VIOLATION, "ThreadRunningAtUnload", "OBJ-426",
                        "driver %s unloads while its thread %s runs".formatted(driver.name(), thread.name))
                        .fact("waits", thread.isWaiting() ? "for " + thread.waitingFor() : "for its turn")
                        .help("tell the thread to end, wait for it with KeWaitForSingleObject, and return from the unload routine then").build(), thread.name);
                thread.ending = true;
                thread.over = true;
                of(machine).threads.remove(thread);
                thread.wake(-1);
            }
        }
    }
}
