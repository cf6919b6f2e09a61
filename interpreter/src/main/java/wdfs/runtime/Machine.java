package wdfs.runtime;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import wdfs.machine.Choices;
import wdfs.machine.Clock;
import wdfs.machine.Heap;
import wdfs.machine.Limits;
import wdfs.machine.Memory;
import wdfs.machine.Numbering;
import wdfs.machine.Region;
import wdfs.machine.Scheduler;

/// One simulated computer: memory, time, threads, and what the packages of Windows add to it as parts. Nothing here is
/// static: any number of machines live in one JVM.
public final class Machine {
    public static final long NONPAGED_POOL = 0xFFFF_A000_0000_0000L;
    public static final long PAGED_POOL = 0xFFFF_B000_0000_0000L;
    public static final long SYSTEM_PTES = 0xFFFF_C000_0000_0000L;
    public static final long KERNEL_STACKS = 0xFFFF_D000_0000_0000L;
    public static final long IO_SPACE = 0xFFFF_E000_0000_0000L;

    public enum Verifier { OFF, STANDARD, FULL }

    public final Limits limits;
    public final Clock clock = new Clock();
    public final Choices choices;
    public final Scheduler scheduler;
    public final Memory memory;
    public final Numbering numbers = new Numbering();
    public final Heap nonpaged;
    public final Heap paged;
    public final Natives natives;
    public final Verifier verifier;
    /// Whose transfer has bytes that are marked {@link wdfs.machine.Shadow#DEVICE}; null until there is one.
    public DeviceOwnership deviceOwnership;
    public final Map<Integer, LoadedImage> kernelImages = new HashMap<>();
    public final Statuses statuses;
    public final Handles handles = new Handles(this);
    private final Map<Class<?>, Object> parts = new HashMap<>();
    private final List<BiConsumer<Long, Event>> listeners = new ArrayList<>();
    private final Deque<Expectation> expectations = new ArrayDeque<>();
    private final Set<String> reportedOnce = new HashSet<>();
    /// Injected faults: how often the next operation of a kind fails; {@link #FOR_EVER} without an end.
    private final Map<String, Long> injected = new HashMap<>();
    private static final long FOR_EVER = 0xFFFF_FFFFL;
    long steps;
    /// Also set from outside, when a person stops the run.
    private volatile boolean dead;
    private String limitReached = "";
    private long kernelStack = KERNEL_STACKS;
    private Function<Integer, String> ioctlNames = code -> null;
    public int violations;
    public int bugChecks;
    /// Driver hosts that ended by a mistake of their drivers.
    public int hostKills;
    public int failures;
    public int held;
    public int threadsEver;

    public Machine(Natives natives, Statuses statuses, Limits limits, Choices choices, Verifier verifier) {
        this.natives = natives;
        this.statuses = statuses;
        this.limits = limits;
        this.choices = choices;
        this.verifier = verifier;
        this.steps = limits.steps();
        this.scheduler = new Scheduler(clock, choices, limits.virtualNanos());
        this.memory = new Memory(limits.memoryBytes());
        this.memory.faults = new Faults(this);
        this.nonpaged = new Heap(memory, null, NONPAGED_POOL, false, numbers);
        this.paged = new Heap(memory, null, PAGED_POOL, true, numbers);
    }

    /// The part of that class, made at the first question.
    @SuppressWarnings("unchecked")
    public <T> T part(Class<T> type, Function<Machine, T> make) {
        Object found = parts.get(type);
        if (found == null) {
            found = make.apply(this);
            parts.put(type, found);
        }
        return (T) found;
    }

    public boolean verifierOn() {
        return verifier != Verifier.OFF;
    }

    public void ioctlNames(Function<Integer, String> names) {
        ioctlNames = names;
    }

    private List<String> siteFiles = List.of();

    /// The files that the sites of generated code count, from 0.
    public void siteFiles(List<String> files) {
        siteFiles = files;
    }

    /// The last place from which the running thread's script called into the system; 0 if there is none.
    public int site() {
        return scheduler.running() instanceof Caller caller ? caller.site : 0;
    }

    /// `sample.wdfs:84`; empty for 0.
    public String siteText(int site) {
        int file = (site >>> 16) - 1;
        return file < 0 || file >= siteFiles.size() ? "" : siteFiles.get(file) + ":" + (site & 0xFFFF);
    }

    /// The script's name of a control code, or its number.
    public String ioctlName(int code) {
        String name = ioctlNames.apply(code);
        return name != null ? name : "0x%08X".formatted(code);
    }

    long newKernelStack() {
        long base = kernelStack;
        kernelStack += 0x10000;
        return base;
    }

    private final Map<String, String> shared = new HashMap<>();

    /// The same text as one object: stories of requests repeat each other.
    public String shared(String text) {
        if (shared.size() > 1024) {
            shared.clear();
        }
        String first = shared.putIfAbsent(text, text);
        return first == null ? text : first;
    }

    // ---- events ------------------------------------------------------------------------------------------------------------

    public void listen(BiConsumer<Long, Event> listener) {
        listeners.add(listener);
    }

    /// Somebody listens to the I/O: {@link Travel} and the trace's lines are emitted.
    public boolean tracing;

    /// How often each statement has run that the program counts; its code counts them here.
    public int[] probes = {};

    public void emit(Event event) {
        for (BiConsumer<Long, Event> listener : listeners) {
            listener.accept(clock.nowNanos(), event);
        }
    }

    /// A line of the trace; costs nothing when nobody traces: callers ask {@link #tracing} before they build the text.
    public void trace(String lane, String text) {
        if (tracing) {
            emit(new Events.Traced(lane, text));
        }
    }

    // ---- what goes wrong -----------------------------------------------------------------------------------------------------

    /// Waits for a bug check or violation that the script announces.
    public static final class Expectation {
        final String kind;
        final String name;
        final Long[] parameters;
        boolean met;
        String almost = "";

        Expectation(String kind, String name, Long[] parameters) {
            this.kind = kind;
            this.name = name;
            this.parameters = parameters;
        }
    }

    void push(Expectation expectation) {
        expectations.push(expectation);
    }

    void pop(Expectation expectation) {
        expectations.remove(expectation);
    }

    public boolean isDead() {
        return dead;
    }

    public String limitReached() {
        return limitReached;
    }

    /// A violation: reported once for each place, counted, and the run goes on.
    public void violation(Report report, String oncePer) {
        if (unannounced(report, oncePer)) {
            violations++;
            emit(new Events.Reported(report, false));
        }
    }

    /// Something that is allowed, and probably not meant: reported once for each place, and not counted.
    public void warning(Report report, String oncePer) {
        if (unannounced(report, oncePer)) {
            emit(new Events.Reported(report, false));
        }
    }

    /// Whether nothing expects the report, and this place has not had it yet. What is expected is emitted.
    private boolean unannounced(Report report, String oncePer) {
        for (Expectation expectation : expectations) {
            if (expectation.kind.equals("violation") && expectation.name.equals(report.name())) {
                expectation.met = true;
                emit(new Events.Reported(report, true));
                return false;
            }
            if (expectation.kind.equals("bugcheck") || expectation.kind.equals("host_kill")) {
                emit(new Events.Reported(report, true));
                return false;
            }
        }
        return oncePer.isEmpty() || reportedOnce.add(report.name() + "@" + oncePer);
    }

    /// The end of the machine; never returns.
    public MachineStop bugCheck(Report report) {
        if (scheduler.running() instanceof Caller caller && !caller.inKernel()) {
            caller.process.endInstead(report);                        // UMDF-170: a host of drivers dies, and the machine goes on
        }
        boolean expected = announced(report, "bugcheck");
        if (!expected) {
            bugChecks++;
        }
        dead = true;
        emit(new Events.Reported(report.with(BugCheckParameters.describe(this, report)), expected));
        throw new MachineStop(report.name());
    }

    /// VER-040: a driver host ends. The caller sees to its requests; `report` says what it would have been in the kernel.
    /// @param echo what led to it has been reported: it is told, and not counted
    public void hostTerminated(Report report, boolean echo) {
        boolean expected = announced(report, "host_kill");
        if (!expected && !echo) {
            hostKills++;
        }
        emit(new Events.Reported(report.with(BugCheckParameters.describe(this, report)), expected));
    }

    /// Whether an `expect` block waits for this end.
    private boolean announced(Report report, String kind) {
        boolean expected = false;
        for (Expectation expectation : expectations) {
            if (expectation.kind.equals(kind) && (expectation.name.equals(report.name()) || expectation.name.equalsIgnoreCase("0x%X".formatted(report.code())))) {
                boolean same = true;
                for (int i = 0; i < expectation.parameters.length; i++) {
                    same &= expectation.parameters[i] == null || expectation.parameters[i] == report.parameters()[i];
                }
                if (same) {
                    expectation.met = true;
                    expected = true;
                    break;
                }
                expectation.almost = report.title();
            }
        }
        return expected;
    }

    /// A cleared block that the system cannot do without: with its memory full, the run ends at that limit.
    public Region need(Heap heap, long size, String kind) {
        Region block = heap.allocate(size, kind, true);
        if (block == null) {
            throw limit("memory");
        }
        return block;
    }

    /// A limit of the run: ends it.
    public MachineStop limit(String what) {
        if (limitReached.isEmpty()) {
            limitReached = what;
            dead = true;
            emit(new Events.Reported(new Report.Builder(Report.Kind.LIMIT, what, "", limitText(what)).stack(ScriptStack.frames(), "").help(switch (what) {
                case "steps" -> "look for a loop that never ends; --steps N allows more";
                case "call depth" -> "look for a function that calls itself without end";
                case "virtual time" -> "look for a wait that nothing ends; --timeout allows more";
                default -> "ask for less";
            }).build(), false));
        }
        dead = true;
        throw new MachineStop(what);
    }

    private String limitText(String what) {
        return switch (what) {
            case "steps" -> "the run took %,d steps (calls and loop turns)".formatted(limits.steps());
            case "call depth" -> "%,d calls inside each other".formatted(limits.callDepth());
            case "memory" -> "the simulated memory, %,d MiB, or a value of the script's own is full".formatted(limits.memoryBytes() >> 20);
            case "output" -> "the transcript has %,d MiB".formatted(limits.outputBytes() >> 20);
            case "handles" -> "%,d handles are open, or %,d objects of the framework alive".formatted(limits.handles(), limits.objects());
            case "hardware events" -> "%,d `after` blocks of simulated devices wait for their time".formatted(limits.threads());
            case "threads" -> "%,d threads are alive".formatted(limits.threads());
            default -> what;
        };
    }

    /// A session counts the steps of each line anew.
    public void renewSteps() {
        steps = limits.steps();
    }

    /// A person stops what runs; from another thread than the machine's.
    public void stopByHand() {
        if (!dead) {
            limitReached = "patience";
            dead = true;
        }
    }

    /// Takes {@link #stopByHand} back, of a machine that did not run when it came. Nothing for one that has stopped otherwise.
    public void goOn() {
        if (dead && limitReached.equals("patience")) {
            limitReached = "";
            dead = false;
        }
    }

    /// Ends the machine without a report of its own.
    public void kill() {
        dead = true;
    }

    // ---- injected faults -------------------------------------------------------------------------------------------------------

    /// Makes so many operations more fail, with {@link #FOR_EVER} all of them; 0 ends what was asked for before.
    public void inject(String point, long count) {
        if (count == 0) {
            injected.remove(point);
        } else {
            injected.merge(point, count, (before, more) -> before == FOR_EVER || more == FOR_EVER ? FOR_EVER : Math.min(before + more, FOR_EVER - 1));
        }
    }

    /// Whether a fault was asked for by name; it is used up.
    public boolean takeInjected(String point) {
        Long left = injected.get(point);
        if (left == null) {
            return false;
        }
        if (left == 1) {
            injected.remove(point);
        } else if (left != FOR_EVER) {
            injected.put(point, left - 1);
        }
        return true;
    }

    /// VER-204: from now on the framework can make so many objects more for a driver.
    public void allocationsLeft(String driver, int count) {
        allocationsLeft.put(driver, count);
    }

    private final Map<String, Integer> allocationsLeft = new HashMap<>();

    private boolean isUsedUp() {
        Integer left = scheduler.running() instanceof Caller caller && caller.image != null ? allocationsLeft.get(caller.image.name()) : null;
        if (left == null) {
            return false;
        }
        allocationsLeft.put(((Caller) scheduler.running()).image.name(), Math.max(0, left - 1));
        return left == 0;
    }

    /// Whether the operation at hand is to fail; asks the recorded choices too.
    public boolean fails(String point) {
        if (point.equals("framework") && !allocationsLeft.isEmpty() && isUsedUp()) {
            return true;
        }
        return takeInjected(point) || choices.choose(point, 1) != 0;
    }
}
