package wdfs.kernel;

import java.util.ArrayList;
import java.util.List;
import wdfs.machine.Irql;
import wdfs.machine.LongMap;
import wdfs.machine.View;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// Events, semaphores and mutexes in a driver's memory, and waiting for them (ENV-079, ENV-080, HO-087, HO-090). The state
/// lies where Windows keeps it (SignalState at offset 4), so a script that looks finds it; who waits is kept here.
public final class DispatcherApi {
    private static final int NOTIFICATION_EVENT = 0;
    private static final int SYNCHRONIZATION_EVENT = 1;
    private static final int MUTANT = 2;
    private static final int SEMAPHORE = 5;
    /// KMUTANT.OwnerThread.
    private static final int MUTANT_OWNER = 0x28;
    private static final int THREAD_WAIT_OBJECTS = 3;
    private static final int MAXIMUM_WAIT_OBJECTS = 64;
    private static final int SYNCHRONIZATION_TIMER = 9;
    private static final int STATUS_TIMEOUT = 0x102;

    private DispatcherApi() {}

    /// A dispatcher object at an address.
    static final class MemoryObject extends Waitable {
        final View memory;
        final long address;
        Caller owner;

        MemoryObject(View memory, long address) {
            this.memory = memory;
            this.address = address;
        }

        int type() {
            return memory.load8(address);
        }

        int state() {
            return memory.load32(address + 4);
        }

        void state(int value) {
            memory.store32(address + 4, value);
        }

        @Override
        public boolean isSignaled() {
            return state() > 0;
        }

        @Override
        public void satisfied() {
            switch (type()) {
                case SYNCHRONIZATION_EVENT, SYNCHRONIZATION_TIMER -> state(0);
                case SEMAPHORE, MUTANT -> state(state() - 1);
                default -> { }
            }
        }

        /// ENV-082: who owns a mutex gets it again.
        @Override
        protected boolean isSignaledFor(Caller thread) {
            return isSignaled() || type() == MUTANT && owner == thread;
        }

        /// A mutex of the kernel keeps kernel APCs away from its owner: it is in a critical region until it lets go.
        @Override
        protected void satisfiedFor(Caller thread) {
            satisfied();
            if (type() == MUTANT && owner != thread) {
                owner = thread;
                thread.criticalRegions++;
                memory.store64(address + MUTANT_OWNER, KernelApi.threadObject(thread));
            }
        }

        @Override
        public String waitName() {
            return switch (type()) {
                case SEMAPHORE -> "semaphore ";
                case MUTANT -> "mutex ";
                default -> "event ";
            } + memory.memory().place(memory.space(), address);
        }
    }

    private static final class Objects {
        final LongMap<MemoryObject> known = new LongMap<>();
    }

    static MemoryObject object(Caller caller, long address) {
        Objects objects = caller.machine.part(Objects.class, m -> new Objects());
        MemoryObject found = objects.known.get(address);
        if (found == null) {
            found = new MemoryObject(caller.memory, address);
            objects.known.put(address, found);
        }
        return found;
    }

    static void initialize(Caller caller, long address, int type, int state, int size) {
        View memory = caller.memory;
        memory.store8(address, type);
        memory.store8(address + 1, 0);
        memory.store8(address + 2, size / 4);
        memory.store8(address + 3, 0);
        memory.store32(address + 4, state);
        memory.store64(address + 8, address + 8);          // WaitListHead, empty
        memory.store64(address + 16, address + 8);
        caller.machine.part(Objects.class, m -> new Objects()).known.remove(address);
    }

    @Native
    public static void KeInitializeEvent(Caller caller, long event, int type, int state) {
        initialize(caller, event, type == 0 ? NOTIFICATION_EVENT : SYNCHRONIZATION_EVENT, state != 0 ? 1 : 0, 24);
    }

    /// Sets a KEVENT from Java: completion of an IRP with a UserEvent.
    public static void set(Caller caller, long event) {
        MemoryObject object = object(caller, event);
        object.state(1);
        object.changed();
    }

    @Native
    public static int KeSetEvent(Caller caller, long event, int increment, int wait) {
        if (KernelObjects.at(caller, event) instanceof EventObject behindHandle) {
            int was = behindHandle.isSignaled() ? 1 : 0;
            behindHandle.set();
            return was;
        }
        MemoryObject object = object(caller, event);
        int before = object.state();
        object.state(1);
        object.changed();
        return before;
    }

    @Native
    public static int KeResetEvent(Caller caller, long event) {
        if (KernelObjects.at(caller, event) instanceof EventObject behindHandle) {
            int was = behindHandle.isSignaled() ? 1 : 0;
            behindHandle.reset();
            return was;
        }
        MemoryObject object = object(caller, event);
        int before = object.state();
        object.state(0);
        return before;
    }

    @Native
    public static void KeClearEvent(Caller caller, long event) {
        KeResetEvent(caller, event);
    }

    @Native
    public static int KeReadStateEvent(Caller caller, long event) {
        if (KernelObjects.at(caller, event) instanceof EventObject behindHandle) {
            return behindHandle.isSignaled() ? 1 : 0;
        }
        return object(caller, event).state();
    }

    @Native
    public static void KeInitializeSemaphore(Caller caller, long semaphore, int count, int limit) {
        initialize(caller, semaphore, SEMAPHORE, count, 32);
        caller.memory.store32(semaphore + 24, limit);
    }

    @Native
    public static int KeReleaseSemaphore(Caller caller, long semaphore, int increment, int adjustment, int wait) {
        MemoryObject object = object(caller, semaphore);
        int before = object.state();
        if (before + adjustment > caller.memory.load32(semaphore + 24) || before + adjustment < before) {
            throw caller.raise(0xC0000047, 0, 0);            // STATUS_SEMAPHORE_LIMIT_EXCEEDED
        }
        object.state(before + adjustment);
        object.changed();
        return before;
    }

    @Native
    public static void KeInitializeMutex(Caller caller, long mutex, int level) {
        initialize(caller, mutex, MUTANT, 1, 56);
    }

    @Native
    public static int KeReleaseMutex(Caller caller, long mutex, int wait) {
        MemoryObject object = object(caller, mutex);
        int before = object.state();
        if (object.owner != caller) {
            throw caller.raise(0xC0000046, 0, 0);            // STATUS_MUTANT_NOT_OWNED
        }
        object.state(before + 1);
        if (before + 1 > 0) {
            object.owner = null;
            caller.criticalRegions--;
            object.memory.store64(object.address + MUTANT_OWNER, 0);
            object.changed();
        }
        return before;
    }

    @Native
    public static int KeReadStateMutex(Caller caller, long mutex) {
        return object(caller, mutex).state();
    }

    @Native
    public static int KeReadStateSemaphore(Caller caller, long semaphore) {
        return object(caller, semaphore).state();
    }

    /// A LARGE_INTEGER time-out: NULL for ever, negative relative in 100 ns, positive a point in time.
    static long timeout(Caller caller, long pointer) {
        return pointer == 0 ? Waits.FOREVER : nanosFromNow(caller, caller.memory.load64(pointer));
    }

    /// What a time-out means now: negative relative in 100 ns, positive a point of the system's time. @return nanoseconds, at least 0
    public static long nanosFromNow(Caller caller, long value) {
        if (value <= 0) {
            return value == Long.MIN_VALUE ? Long.MAX_VALUE / 2 : Math.min(-value, Long.MAX_VALUE / 200) * 100;
        }
        return Math.max(0, Math.clamp(value - KernelApi.BOOT, 0, Long.MAX_VALUE / 200) * 100 - caller.machine.clock.nowNanos());
    }

    /// What a thread can wait for at an address: a dispatcher object in memory, or one that has only an address (a thread).
    private static Waitable waitable(Caller caller, long address) {
        return KernelObjects.at(caller, address) instanceof Waitable known ? known : object(caller, address);
    }

    /// VER-148: who waits in user mode can lose its kernel stack to the pager.
    private static void checkStack(Caller caller, long object, int mode) {
        if (mode != 0 && caller.isOnKernelStack(object) && caller.machine.verifierOn()) {
            throw KernelApi.verifier(caller, 0x123, "a wait in user mode for an object on the kernel stack", "VER-148", object, 0);
        }
    }

    private static void checkWait(Caller caller, long pointer) {
        int irql = caller.irql();
        if (irql < Irql.DISPATCH) {
            return;
        }
        boolean zero = pointer != 0 && caller.memory.load64(pointer) == 0;
        if (irql == Irql.DISPATCH && zero) {
            return;
        }
        // VER-113, VER-148, VER-152: no waiting at DISPATCH_LEVEL and above.
        String headline = "a wait at " + Irql.name(irql);
        Report.Builder report = caller.machine.verifierOn()
                ? new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_VERIFIER_DETECTED_VIOLATION", "VER-148", headline).code(0xC4, irql > Irql.DISPATCH ? 0x120 : pointer == 0 ? 0x121 : 0x122, irql)
                : new Report.Builder(Report.Kind.BUGCHECK, "IRQL_NOT_LESS_OR_EQUAL", "VER-152", headline).code(0xA, 0, irql);
        throw caller.machine.bugCheck(report.stack(ScriptStack.frames(), Irql.name(irql)).help("wait at PASSIVE_LEVEL, or queue a work item").build());
    }

    @Native
    public static int KeWaitForSingleObject(Caller caller, long object, int reason, int mode, int alertable, long timeout) {
        checkWait(caller, timeout);
        checkStack(caller, object, mode);
        int result = Waits.wait(caller, List.of(waitable(caller, object)), false, timeout(caller, timeout));
        return result == Waits.TIMED_OUT ? STATUS_TIMEOUT : 0;
    }

    /// A wait for what stands behind a handle. @param timeout where the LARGE_INTEGER lies, or 0
    public static int waitFor(Caller caller, Waitable object, long timeout) {
        return Waits.wait(caller, List.of(object), false, timeout(caller, timeout)) == Waits.TIMED_OUT ? STATUS_TIMEOUT : 0;
    }

    @Native
    public static int KeWaitForMultipleObjects(Caller caller, int count, long objects, int type, int reason, int mode, int alertable, long timeout, long blocks) {
        checkWait(caller, timeout);
        if (count < 0 || count > (blocks == 0 ? THREAD_WAIT_OBJECTS : MAXIMUM_WAIT_OBJECTS)) {
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "MAXIMUM_WAIT_OBJECTS_EXCEEDED", "ENV-080", "a wait for %d objects%s".formatted(count, blocks == 0 ? " without a WaitBlockArray" : ""))
                    .code(0xC).stack(ScriptStack.frames(), "").help("without an array of KWAIT_BLOCK three objects can be waited for, with one 64").build());
        }
        List<Waitable> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long object = caller.memory.load64(objects + 8L * i);
            checkStack(caller, object, mode);
            list.add(waitable(caller, object));
        }
        int result = Waits.wait(caller, list, type == 0, timeout(caller, timeout));
        return result == Waits.TIMED_OUT ? STATUS_TIMEOUT : result;
    }

    @Native
    public static int KeDelayExecutionThread(Caller caller, int mode, int alertable, long interval) {
        if (caller.irql() >= Irql.DISPATCH && caller.machine.verifierOn()) {
            throw KernelApi.verifier(caller, 0x3B, "KeDelayExecutionThread at " + Irql.name(caller.irql()), "VER-113", caller.irql(), 0);   // OBJ-422
        }
        checkWait(caller, interval);
        long nanos = timeout(caller, interval);
        if (nanos > 0) {
            caller.sleepNanos(nanos);
        }
        return 0;
    }

    @Native
    public static void KeStallExecutionProcessor(Caller caller, int microseconds) {
        caller.spendNanos(microseconds * 1_000L);
    }
}
