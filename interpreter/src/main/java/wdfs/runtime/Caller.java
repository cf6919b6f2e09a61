package wdfs.runtime;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import wdfs.machine.Irql;
import wdfs.machine.Memory;
import wdfs.machine.Poison;
import wdfs.machine.Shadow;
import wdfs.machine.SimThread;
import wdfs.machine.View;

/// The simulated thread as code sees it: the first argument of every generated function and of every DDI body.
public abstract class Caller extends SimThread {
    public static final int ACCESS_VIOLATION = 0xC0000005;
    public static final int INTEGER_DIVIDE_BY_ZERO = 0xC0000094;
    public static final int INTEGER_OVERFLOW = 0xC0000095;
    public static final int STACK_OVERFLOW = 0xC00000FD;
    private static final int QUANTUM = 100_000;
    /// About a microsecond of the host.
    private static final int SYSTEM_CALL_STEPS = 500;
    private static final int EXCEPTION_STEPS = 2_000;
    private static final long STEPS_PER_MILLISECOND = 1_000_000;
    private static final long KERNEL_STACK = 24 * 1024;
    private static final long USER_STACK = 1 << 20;
    /// A call takes this many bytes of stack besides its locals.
    private static final long CALL_BYTES = 64;

    public final Machine machine;
    public final ProcessContext process;
    /// The memory this thread sees now; changes on the way into the kernel and back.
    public View memory;
    /// Steps left until {@link #refuel}: counted down at each loop edge and call.
    public int fuel;
    /// What {@link #fuel} began with.
    private int slice;
    /// The image whose code is running (a driver, or the thread's process).
    public LoadedImage image;
    public int lastError;
    /// Where the script last called into the system: a file of the program (from 1) in the upper half, the line in the lower one.
    public int site;
    /// How often the thread entered the kernel and has not come back.
    private int kernelDepth;
    private int callDepth;
    private long stackPointer;
    private long stackLimit;
    private long stackTop;
    private long mappedFrom;
    private long userPointer;
    private long userLimit;
    private long userTop;
    private long userMapped;
    private long kernelPointer;
    private long stepsSinceTime;
    private ScriptException current;

    protected Caller(Machine machine, ProcessContext process) {
        this.machine = machine;
        this.process = process;
        this.image = process.image();
        this.slice = machine.scheduler.slice(QUANTUM);
        this.fuel = slice;
        if (process.space() != null) {
            long base = process.space().reserve(USER_STACK);
            userLimit = base;
            machine.memory.add(process.space(), new wdfs.machine.Region(base, USER_STACK, "Stack", machine.numbers.next("Stack of " + process.processName())));
            userTop = base + USER_STACK;
            userPointer = userTop;
            userMapped = userTop;
            useUserStack();
            memory = process.space().user;
        } else {
            useKernelStack();
            kernelDepth = 1;
            memory = systemView(machine);
        }
    }

    private static View systemView(Machine machine) {
        return machine.part(SystemSpace.class, m -> new SystemSpace(m.memory.newSpace("System"))).space.kernel;
    }

    private record SystemSpace(Memory.Space space) {}

    // ---- modes -----------------------------------------------------------------------------------------------------------------

    public boolean inKernel() {
        return kernelDepth > 0;
    }

    /// A system call begins: kernel memory is in sight, and a kernel stack is used.
    public void enterKernel() {
        if (kernelDepth++ == 0) {
            spend(SYSTEM_CALL_STEPS);
            userPointer = stackPointer;
            userMapped = mappedFrom;
            useKernelStack();
            memory = process.space().kernel;
        }
    }

    public void leaveKernel() {
        if (--kernelDepth == 0) {
            balanced();
            probedCount = 0;
            probedFrom = 0;
            fetched.clear();
            if (wrapped != null) {
                wrapped.forget();
            }
            kernelPointer = stackPointer;
            useUserStack();
            memory = process.space().user;
        }
    }

    /// What the thread holds, for the order of locks; null while it has never held any.
    public java.util.List<Object> locks;
    /// KeEnterCriticalRegion less KeLeaveCriticalRegion.
    public int criticalRegions;

    /// VER-030: a system call, or a thread of the system, ends with kernel APCs disabled, or enabled once too often.
    protected final void balanced() {
        int count = criticalRegions;
        if (count == 0 || machine.isDead()) {
            return;
        }
        criticalRegions = 0;
        throw machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "APC_INDEX_MISMATCH", "VER-030",
                count > 0 ? "the system call ends inside %d critical %s that nobody left".formatted(count, count == 1 ? "region" : "regions") : "KeLeaveCriticalRegion without KeEnterCriticalRegion")
                .code(0x1, 0, 0, count, 0).stack(ScriptStack.frames(), "thread " + threadName()).help("each KeEnterCriticalRegion needs a KeLeaveCriticalRegion, on every path").build());
    }

    /// Whether an address lies on this thread's kernel stack.
    public boolean isOnKernelStack(long address) {
        return kernelTop != 0 && address >= kernelLimit && address < kernelTop;
    }

    private long kernelLimit;
    private long kernelTop;
    private long kernelMapped;

    private void useKernelStack() {
        if (kernelTop == 0) {
            kernelLimit = machine.newKernelStack();
            kernelTop = kernelLimit + KERNEL_STACK;
            kernelPointer = kernelTop;
            kernelMapped = kernelTop;
        }
        stackPointer = kernelPointer;
        stackLimit = kernelLimit;
        stackTop = kernelTop;
        mappedFrom = kernelMapped;
    }

    private void useUserStack() {
        if (kernelTop != 0) {
            kernelMapped = mappedFrom;
        }
        stackPointer = userPointer;
        stackLimit = userLimit;
        stackTop = userTop;
        mappedFrom = userMapped;
    }

    // ---- probed memory -----------------------------------------------------------------------------------------------------------

    /// VER-508: see {@link Lengths}.
    private Lengths wrapped;

    Lengths wrapped() {
        if (wrapped == null) {
            wrapped = new Lengths();
        }
        return wrapped;
    }

    Lengths wrappedOrNull() {
        return wrapped;
    }

    /// VER-505: where a driver has read each value of the application's memory in this system call.
    private final java.util.HashMap<Long, String> fetched = new java.util.HashMap<>();
    private static final int MOST_FETCHED = 256;

    /// A driver reads a value of the application's memory. @return where it read the same value before in this call, at another place
    String fetchedBefore(long address, long size, String site) {
        String before = fetched.get(address << 4 | size);
        if (before == null && fetched.size() < MOST_FETCHED) {
            fetched.put(address << 4 | size, site);
        }
        return before == null || before.equals(site) ? null : before;
    }

    private long[] probed = new long[8];
    private int probedCount;
    private int probedFrom;

    /// The driver probed this range of user memory: touching it is no mistake any more, until the system call ends.
    public void probe(long address, long length) {
        if (probedCount + 2 > probed.length) {
            probed = java.util.Arrays.copyOf(probed, probed.length * 2);
        }
        probed[probedCount++] = address;
        probed[probedCount++] = length;
    }

    /// Serves a request of the process with that id. If it is another than this thread's, what the thread has probed is no
    /// memory of that request, though the addresses may be the same.
    /// @return for {@link #served}
    public int serve(long processId) {
        int before = probedFrom;
        if (process.processId() != processId) {
            probedFrom = probedCount;
        }
        return before;
    }

    private Service serving;

    /// What a callback of a queue works on. @param request its IRP
    public record Service(LoadedImage driver, Subject request) {}

    /// The callback of a queue begins, or ends with what this gave at its beginning.
    public Service serving(Service service) {
        Service before = serving;
        serving = service;
        return before;
    }

    /// The request whose callback the driver's code runs in; null outside of one.
    public Subject served() {
        return isServing() ? serving.request : null;
    }

    /// ENV-045: whether the code that runs belongs to a callback of a queue, which may run in any process.
    public boolean isServing() {
        return serving != null && serving.driver == image;
    }

    public void served(int before) {
        probedFrom = before;
    }

    boolean isProbed(long address, long length) {
        for (int i = probedFrom; i < probedCount; i += 2) {
            if (address >= probed[i] && address + length <= probed[i] + probed[i + 1]) {
                return true;
            }
        }
        return false;
    }

    public int irql() {
        return machine.memory.irql;
    }

    // ---- frames ------------------------------------------------------------------------------------------------------------------

    /// Begins a call: takes `frameSize` + 64 bytes of stack; gives the frame's base.
    public long enter(long frameSize) {
        if (++callDepth > machine.limits.callDepth()) {
            callDepth = 0;
            throw machine.limit("call depth");
        }
        long base = stackPointer - frameSize - CALL_BYTES & ~15L;
        if (base < stackLimit) {
            callDepth--;
            overflow();
        }
        stackPointer = base;
        if (frameSize > 0) {
            if (base < mappedFrom) {
                mapStack(base);
            }
            machine.memory.mark(memory.space(), base, frameSize, Shadow.UNWRITTEN, Poison.STACK);
        }
        return base;
    }

    /// Ends the frame: its bytes are gone.
    public void leave(long base, long frameSize) {
        callDepth--;
        if (frameSize > 0) {
            machine.memory.mark(memory.space(), base, frameSize, Shadow.GONE, -1);
        }
        stackPointer = base + frameSize + CALL_BYTES;
    }

    private void mapStack(long base) {
        long from = base & ~(Memory.PAGE - 1L);
        if (!machine.memory.map(memory.space(), from, (mappedFrom - from) / Memory.PAGE, true, false)) {
            throw machine.limit("memory");
        }
        machine.memory.mark(memory.space(), from, mappedFrom - from, Shadow.GONE, Poison.STACK);
        mappedFrom = from;
        if (kernelDepth > 0) {
            kernelMapped = from;
        } else {
            userMapped = from;
        }
    }

    /// The stack is used up; never returns.
    protected void overflow() {
        if (inKernel()) {
            throw machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "UNEXPECTED_KERNEL_MODE_TRAP", "VER-057", "the kernel stack of 24 KiB is used up")
                    .code(0x7F, 8, stackLimit).stack(ScriptStack.frames(), "").help("keep large buffers in pool, and recursion shallow").build());
        }
        throw raise(STACK_OVERFLOW, stackLimit, 1);
    }

    /// The frame of a thread's or expect block's enclosing function counts as this thread's own stack.
    public int callDepth() {
        return callDepth;
    }

    // ---- steps -------------------------------------------------------------------------------------------------------------------

    /// Work that takes the host as long as so many steps counts as them: an endless loop ends in time whatever it calls.
    public void spend(int steps) {
        if (fuel < steps) {
            slice += steps - fuel;
            fuel = steps;
        }
        fuel -= steps;
    }

    /// The fuel is used up: counts the steps, lets time pass and others run.
    public void refuel() {
        machine.steps -= slice;
        if (machine.steps <= 0) {
            throw machine.limit("steps");
        }
        if (machine.isDead()) {
            throw new MachineStop("dead");
        }
        int used = slice;
        stepsTaken += used;
        slice = outsideTime() ? QUANTUM : machine.scheduler.slice(QUANTUM);
        fuel = slice;
        if (outsideTime()) {
            return;
        }
        stepsSinceTime += used;
        boolean quantumOver = stepsSinceTime >= STEPS_PER_MILLISECOND;
        if (quantumOver) {
            stepsSinceTime = 0;
            machine.scheduler.spend(1_000_000);
            letDpcsRun();
        }
        if (quantumOver || machine.scheduler.interleaves()) {
            letDpcsRun();
            if (machine.memory.irql < Irql.DISPATCH && machine.scheduler.preempts()) {
                letOthersRun();
            }
        }
    }

    /// Its code takes no time and gives way to nobody: that of simulated devices.
    protected boolean outsideTime() {
        return false;
    }

    /// Lets virtual time pass while this thread keeps the processor; DPCs land behind it.
    public void spendNanos(long nanos) {
        spentNanos += nanos;
        machine.scheduler.spend(nanos);
        letDpcsRun();
    }

    private long spentNanos;
    private long stepsTaken;

    /// How much virtual time this thread has kept the processor so far: what its code asked for, and what its steps take.
    public long busyNanos() {
        return spentNanos + (stepsTaken + slice - fuel) * (1_000_000 / STEPS_PER_MILLISECOND);
    }

    /// A point at which interrupts may land: something was raised, time has passed, the IRQL fell, or a slice is over.
    private void letInterruptsLand() {
        wdfs.machine.Scheduler scheduler = machine.scheduler;
        if (outsideTime() || !scheduler.interrupts().pending(machine.memory.irql) || !scheduler.interruptLands()) {
            return;
        }
        scheduler.interrupts().deliver(machine.memory.irql);
        afterSwitch();
        letAllDpcsRun();                                              // OBJ-349: what an ISR queued, before any thread goes on
    }

    /// A point at which DPCs may land (ENV-034): something was queued, time has passed, or the IRQL fell.
    public void letDpcsRun() {
        letInterruptsLand();
        if (machine.memory.irql < Irql.DISPATCH && machine.scheduler.lands()) {
            letOthersRun();
        }
    }

    /// Below DISPATCH_LEVEL: everything that is queued runs now.
    public void letAllDpcsRun() {
        while (machine.memory.irql < Irql.DISPATCH && machine.scheduler.urgentReady()) {
            letOthersRun();
        }
    }

    /// The IRQL is the processor's: a thread finds its own again when it goes on.
    private void letOthersRun() {
        int irql = machine.memory.irql;
        machine.memory.irql = Irql.PASSIVE;
        giveWay();
        machine.memory.irql = irql;
        afterSwitch();
    }

    /// Sets the IRQL; when it falls, what waited for that lands.
    public void setIrql(int irql) {
        int before = machine.memory.irql;
        machine.memory.irql = irql;
        if (before >= Irql.DISPATCH && irql < before) {
            letDpcsRun();
        }
    }

    /// Another thread ran: the processor's state is this thread's again.
    public void afterSwitch() {
        if (machine.isDead()) {
            throw new MachineStop("dead");
        }
        if (ending) {
            throw new MachineStop("the thread was ended");
        }
    }

    /// Set when the thread's process ends: it stops at its next step into the scheduler.
    public boolean ending;

    /// A thread of a pool that has nothing to do.
    public boolean isIdle() {
        return false;
    }

    private final java.util.ArrayDeque<UserApc> userApcs = new java.util.ArrayDeque<>();
    private Runnable alert;

    /// The thread runs it in its next alertable wait, or as soon as it begins; one that waits alertably stops waiting.
    public void queueUserApc(UserApc apc) {
        userApcs.add(apc);
        Runnable ends = alert;
        alert = null;
        if (ends != null) {
            ends.run();
        }
    }

    public boolean hasUserApcs() {
        return !userApcs.isEmpty();
    }

    /// Until {@link #unalertable} an APC ends the wait.
    public void alertable(Runnable endWait) {
        alert = endWait;
    }

    public void unalertable() {
        alert = null;
    }

    /// In user mode, behind an alertable wait: the oldest first, those included that come meanwhile.
    public void runUserApcs() {
        while (!userApcs.isEmpty()) {
            UserApc apc = userApcs.poll();
            machine.trace(threadName(), apc.what());
            apc.body().accept(this);
        }
    }

    /// What counts this thread among those that run; null if nothing does.
    public Crew crew;

    /// Waits for {@link #wake}; time passes for others.
    public int waitFor(String why) {
        int irql = machine.memory.irql;
        machine.memory.irql = Irql.PASSIVE;                           // whoever runs next begins, or finds its own again
        Crew of = crew;
        if (of != null) {
            of.waits(this);
        }
        int reason = block(why);
        if (of != null) {
            of.goesOn(this);
        }
        machine.memory.irql = irql;
        afterSwitch();
        return reason;
    }

    /// Lets virtual time pass for this thread.
    public void sleepNanos(long nanos) {
        machine.scheduler.after(nanos, () -> wake(0));
        waitFor("time");
    }

    // ---- calls through pointers ----------------------------------------------------------------------------------------------------

    /// Calls the function at an address of an image, as `dispatch` does.
    public long invoke(long function, long... arguments) {
        LoadedImage target = imageAt(function);
        int index = target == null ? -1 : target.functionAt(function);
        if (index < 0) {
            Method method = nativeAt(function);
            if (method != null) {
                return invokeNative(method, arguments);
            }
            throw badCall(function);
        }
        LoadedImage before = image;
        int calledFrom = site;
        image = target;
        try {
            return target.code().dispatch(index, this, arguments);
        } finally {
            image = before;
            site = calledFrom;
        }
    }

    private LoadedImage imageAt(long function) {
        if (function < 0) {
            if (!inKernel()) {
                return null;
            }
            long ordinal = (function - ImageLayout.KERNEL_BASE) / ImageLayout.STRIDE;
            return ordinal < 0 || ordinal > 10_000 ? null : machine.kernelImages.get((int) ordinal);
        }
        return inKernel() ? null : process.imageAt(function);
    }

    private Method nativeAt(long function) {
        long base = inKernel() ? ImageLayout.KERNEL_NATIVES : ImageLayout.USER_NATIVES;
        long offset = function - base;
        return offset >= 0 && offset % 16 == 0 ? machine.natives.at((int) Math.min(Integer.MAX_VALUE, offset / 16)) : null;
    }

    private long invokeNative(Method method, long[] arguments) {
        Class<?>[] types = method.getParameterTypes();
        Object[] values = new Object[types.length];
        values[0] = this;
        for (int i = 1; i < types.length; i++) {
            long bits = i - 1 < arguments.length ? arguments[i - 1] : 0;
            values[i] = types[i] == int.class ? (Object) (int) bits : types[i] == long.class ? (Object) bits : null;
        }
        try {
            Object result = method.invoke(null, values);
            return result instanceof Integer i ? i : result instanceof Long l ? l : 0;
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException r) {
                throw r;
            }
            if (e.getCause() instanceof Error r) {
                throw r;
            }
            throw new IllegalStateException(e);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Runs what a function pointer names that names no function: it ends as on Windows.
    private RuntimeException badCall(long function) {
        if (!inKernel()) {
            return raise(ACCESS_VIOLATION, function, 8);
        }
        String place = machine.memory.place(memory.space(), function);
        String headline = function == 0 ? "a call through a NULL function pointer" : "a call to " + place + ", which is no function";
        Report.Builder report;
        if (irql() >= Irql.DISPATCH) {
            report = new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_IRQL_NOT_LESS_OR_EQUAL", "VER-032", headline).code(0xD1, function, irql(), 8);
        } else if (function >= 0) {
            return raise(ACCESS_VIOLATION, function, 8);
        } else if (machine.memory.isMapped(memory.space(), function)) {
            report = new Report.Builder(Report.Kind.BUGCHECK, "ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY", "VER-056", headline).code(0xFC, function);
        } else {
            report = new Report.Builder(Report.Kind.BUGCHECK, "PAGE_FAULT_IN_NONPAGED_AREA", "VER-033", headline).code(0x50, function, 0x10);
        }
        throw machine.bugCheck(report.stack(ScriptStack.frames(), Irql.name(irql())).build());
    }

    /// `EvtIoRead` for the address of a function of a driver; the number if it is none.
    public String functionName(long function) {
        LoadedImage target = function < 0 ? machine.kernelImages.get((int) ((function - ImageLayout.KERNEL_BASE) / ImageLayout.STRIDE)) : process.imageAt(function);
        int index = target == null ? -1 : target.functionAt(function);
        return index < 0 ? "0x%X".formatted(function) : ScriptStack.shown(target.info().functionNames().get(index));
    }

    // ---- exceptions ----------------------------------------------------------------------------------------------------------------

    /// A structured exception on its way: `throw raise(…)`.
    public ScriptException raise(int code, long address, long information) {
        spend(EXCEPTION_STEPS);
        raisedAt = ScriptStack.frames();
        return new ScriptException(code, address, information);
    }

    /// Where the last exception was raised; for reports of unhandled ones.
    public List<wdfs.machine.ScriptFrame> raisedAt = List.of();

    /// Entered by generated code around a filter or handler, so that GetExceptionCode knows.
    public void handling(ScriptException exception) {
        current = exception;
    }

    public ScriptException handled() {
        return current;
    }

    public static int divS32(Caller caller, int left, int right) {
        if (right == 0) {
            throw caller.raise(INTEGER_DIVIDE_BY_ZERO, 0, 0);
        }
        if (left == Integer.MIN_VALUE && right == -1) {
            throw caller.raise(INTEGER_OVERFLOW, 0, 0);
        }
        return left / right;
    }

    public static int remS32(Caller caller, int left, int right) {
        if (right == 0) {
            throw caller.raise(INTEGER_DIVIDE_BY_ZERO, 0, 0);
        }
        if (left == Integer.MIN_VALUE && right == -1) {
            throw caller.raise(INTEGER_OVERFLOW, 0, 0);
        }
        return left % right;
    }

    public static int divU32(Caller caller, int left, int right) {
        if (right == 0) {
            throw caller.raise(INTEGER_DIVIDE_BY_ZERO, 0, 0);
        }
        return Integer.divideUnsigned(left, right);
    }

    public static int remU32(Caller caller, int left, int right) {
        if (right == 0) {
            throw caller.raise(INTEGER_DIVIDE_BY_ZERO, 0, 0);
        }
        return Integer.remainderUnsigned(left, right);
    }

    public static long divS64(Caller caller, long left, long right) {
        if (right == 0) {
            throw caller.raise(INTEGER_DIVIDE_BY_ZERO, 0, 0);
        }
        if (left == Long.MIN_VALUE && right == -1) {
            throw caller.raise(INTEGER_OVERFLOW, 0, 0);
        }
        return left / right;
    }

    public static long remS64(Caller caller, long left, long right) {
        if (right == 0) {
            throw caller.raise(INTEGER_DIVIDE_BY_ZERO, 0, 0);
        }
        if (left == Long.MIN_VALUE && right == -1) {
            throw caller.raise(INTEGER_OVERFLOW, 0, 0);
        }
        return left % right;
    }

    public static long divU64(Caller caller, long left, long right) {
        if (right == 0) {
            throw caller.raise(INTEGER_DIVIDE_BY_ZERO, 0, 0);
        }
        return Long.divideUnsigned(left, right);
    }

    public static long remU64(Caller caller, long left, long right) {
        if (right == 0) {
            throw caller.raise(INTEGER_DIVIDE_BY_ZERO, 0, 0);
        }
        return Long.remainderUnsigned(left, right);
    }

    // ---- scripts -------------------------------------------------------------------------------------------------------------------

    /// Starts a thread of this process that runs a `thread { … }` block; gives its HANDLE. Such blocks stand in processes only.
    public long startThread(CompiledImage code, int function, long frameBase, Object[] cells) {
        throw new IllegalStateException("thread blocks belong to processes");
    }

    /// A block waits at its end for the threads that began in it.
    /// @param mark only those that began after {@link #threadMark} gave this
    public void joinThreads(long frameBase, int mark) {}

    /// How many threads this one has begun so far.
    public int threadMark() {
        return 0;
    }

    public void startProcess(CompiledImage code) {}

    /// `expect bugcheck NAME(…) { … }` and its like: runs the block and looks at what came of it.
    public void expectEvent(String kind, String name, Long[] parameters, CompiledImage code, int function, long frameBase, Object[] cells, String place) {
        Machine.Expectation expectation = new Machine.Expectation(kind, name, parameters);
        machine.push(expectation);
        int depth = callDepth;
        try {
            code.runBody(function, this, frameBase, cells);
        } catch (MachineStop stop) {
            if (!expectation.met || ending) {
                machine.pop(expectation);
                if (ending && !machine.isDead()) {                    // its process ends while the block waits: nothing more can come
                    judge(expectation, kind, name, place);
                } else if (!expectation.almost.isEmpty()) {
                    ScriptRuntime.expectationMissed(this, kind, name, expectation.almost, place);
                }
                throw stop;
            }
        }
        machine.pop(expectation);
        callDepth = depth;
        judge(expectation, kind, name, place);
        if (expectation.met && machine.isDead()) {
            throw new MachineStop("as expected");
        }
    }

    private void judge(Machine.Expectation expectation, String kind, String name, String place) {
        if (expectation.met) {
            machine.held++;
        } else {
            ScriptRuntime.expectationMissed(this, kind, name, expectation.almost, place);
        }
    }
}
