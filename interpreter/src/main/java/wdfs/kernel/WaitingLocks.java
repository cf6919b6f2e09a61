package wdfs.kernel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import wdfs.machine.Irql;
import wdfs.machine.LongMap;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;
import wdfs.runtime.Native;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// Locks that a thread waits for: fast mutexes and resources (ENV-082, VER-111, VER-112, VER-150).
public final class WaitingLocks {
    // FAST_MUTEX
    private static final int COUNT = 0;
    private static final int OWNER = 8;
    private static final int CONTENTION = 16;
    private static final int OLD_IRQL = 48;
    private static final int FAST_MUTEX_SIZE = 56;

    private final LongMap<Gate> mutexes = new LongMap<>();
    private final LongMap<Resource> resources = new LongMap<>();

    private WaitingLocks(Machine machine) {
        machine.nonpaged.watch(region -> freeing(machine, region));
    }

    private static WaitingLocks of(Machine machine) {
        return machine.part(WaitingLocks.class, WaitingLocks::new);
    }

    /// The system keeps a list of all resources: one leaves it by ExDeleteResourceLite, before its memory goes.
    private void freeing(Machine machine, Region region) {
        for (long address : resources.sortedKeys()) {
            if (region.contains(address)) {
                resources.remove(address);
                if (machine.verifierOn()) {
                    throw machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_VERIFIER_DETECTED_VIOLATION", "VER-150",
                            "%s is freed, and the resource %s is still in use".formatted(region.label(), machine.memory.place(null, address)))
                            .code(0xC4, 0xD2, address, region.base, region.size).stack(ScriptStack.frames(), "").help("ExDeleteResourceLite before its memory is freed").build());
                }
            }
        }
    }

    /// A lock that somebody holds.
    public record Held(String kind, long address, boolean exclusive, List<Caller> owners, List<Caller> waiters) {}

    public static List<Held> held(Machine machine) {
        WaitingLocks all = of(machine);
        List<Held> list = new ArrayList<>();
        for (long address : all.mutexes.sortedKeys()) {
            Gate gate = all.mutexes.get(address);
            if (gate.owner != null) {
                list.add(new Held("fast mutex", address, true, List.of(gate.owner), gate.waiting()));
            }
        }
        for (long address : all.resources.sortedKeys()) {
            Resource resource = all.resources.get(address);
            if (resource.isHeld()) {
                List<Caller> waiters = new ArrayList<>(resource.writing.waiting());
                waiters.addAll(resource.reading.waiting());
                list.add(new Held("resource", address, resource.owner != null, resource.owner != null ? List.of(resource.owner) : List.copyOf(resource.readers.keySet()), waiters));
            }
        }
        return list;
    }

    private static RuntimeException verifier(Caller caller, int subcode, String headline, String rule, long p2, long p3, long p4, String help) {
        Report.Builder report = new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_VERIFIER_DETECTED_VIOLATION", rule, headline)
                .code(0xC4, subcode, p2, p3, p4).stack(ScriptStack.frames(), Irql.name(caller.irql()));
        throw caller.machine.bugCheck((help.isEmpty() ? report : report.help(help)).build());
    }

    // ---- fast mutexes --------------------------------------------------------------------------------------------------------------

    private static final class Gate extends Waitable {
        private final Caller maker;
        private final long address;
        private Caller owner;

        Gate(Caller maker, long address) {
            this.maker = maker;
            this.address = address;
        }

        @Override public boolean isSignaled() { return owner == null; }
        @Override public void satisfied() {}
        @Override protected void satisfiedFor(Caller thread) { owner = thread; }
        @Override public String waitName() { return "fast mutex " + maker.machine.memory.place(null, address); }
    }

    @Native
    public static void ExInitializeFastMutex(Caller caller, long mutex) {
        caller.memory.fill(mutex, FAST_MUTEX_SIZE, 0);
        caller.memory.store32(mutex + COUNT, 1);
        DispatcherApi.KeInitializeEvent(caller, mutex + 24, 1, 0);
        of(caller.machine).mutexes.put(mutex, new Gate(caller, mutex));
    }

    private static Gate gate(Caller caller, long mutex) {
        caller.memory.load32(mutex + COUNT);
        Gate gate = of(caller.machine).mutexes.get(mutex);
        if (gate == null) {
            throw verifier(caller, 0x1002, "a fast mutex is used that was never initialised", "VER-150", mutex, 0, 0, "ExInitializeFastMutex first");
        }
        return gate;
    }

    private static void take(Caller caller, long mutex, boolean raise) {
        Gate gate = gate(caller, mutex);
        if (gate.owner == caller && caller.machine.verifierOn()) {
            throw verifier(caller, 0x1000, "a fast mutex is acquired by the thread that holds it: it would wait for itself", "VER-150", mutex, 0, 0, "a KMUTEX can be acquired again by its owner");
        }
        if (gate.owner != null) {
            caller.memory.store32(mutex + CONTENTION, caller.memory.load32(mutex + CONTENTION) + 1);
        }
        int old = caller.irql();
        Waits.wait(caller, List.of(gate), false, Waits.FOREVER);
        held(caller, mutex, old, raise);
    }

    private static void held(Caller caller, long mutex, int old, boolean raise) {
        caller.memory.store32(mutex + COUNT, 0);
        caller.memory.store64(mutex + OWNER, KernelApi.threadObject(caller));
        if (raise) {
            caller.memory.store32(mutex + OLD_IRQL, old);
            caller.setIrql(Irql.APC);                                 // ENV-007
        }
    }

    private static int letGo(Caller caller, long mutex) {
        Gate gate = gate(caller, mutex);
        if (gate.owner != caller) {
            throw verifier(caller, gate.owner == null ? 0x1007 : 0x1004, gate.owner == null ? "a fast mutex is released that nobody holds" : "a fast mutex is released by a thread that does not hold it",
                    "VER-150", mutex, 0, 0, "");
        }
        int old = caller.memory.load32(mutex + OLD_IRQL);
        caller.memory.store32(mutex + COUNT, 1);
        caller.memory.store64(mutex + OWNER, 0);
        gate.owner = null;
        gate.changed();
        return old;
    }

    @Native
    public static void ExAcquireFastMutex(Caller caller, long mutex) {
        take(caller, mutex, true);
    }

    @Native
    public static int ExTryToAcquireFastMutex(Caller caller, long mutex) {
        Gate gate = gate(caller, mutex);
        if (gate.owner != null) {
            return 0;
        }
        int old = caller.irql();
        gate.owner = caller;
        held(caller, mutex, old, true);
        return 1;
    }

    @Native
    public static void ExReleaseFastMutex(Caller caller, long mutex) {
        if (caller.irql() != Irql.APC && caller.machine.verifierOn()) {
            throw verifier(caller, 0x34, "a fast mutex is released at " + Irql.name(caller.irql()), "VER-111", caller.irql(), 0, mutex, "its owner runs at APC_LEVEL until it lets go");
        }
        caller.setIrql(letGo(caller, mutex));
    }

    private static void apcsAreOff(Caller caller, int subcode, String what, String rule, long lock) {
        boolean off = caller.irql() == Irql.APC || caller.criticalRegions > 0;
        if (!off && caller.machine.verifierOn()) {
            throw verifier(caller, subcode, what + " while kernel APCs can come", rule, caller.irql(), caller.criticalRegions, lock, "KeEnterCriticalRegion before, KeLeaveCriticalRegion behind it");
        }
    }

    @Native
    public static void ExAcquireFastMutexUnsafe(Caller caller, long mutex) {
        apcsAreOff(caller, 0x39, "ExAcquireFastMutexUnsafe", "VER-111", mutex);
        take(caller, mutex, false);
    }

    @Native
    public static void ExReleaseFastMutexUnsafe(Caller caller, long mutex) {
        apcsAreOff(caller, 0x3A, "ExReleaseFastMutexUnsafe", "VER-111", mutex);
        letGo(caller, mutex);
    }

    // ---- resources -------------------------------------------------------------------------------------------------------------------

    private static final class Resource {
        private final Machine machine;
        private final long address;
        private Caller owner;
        private int depth;
        private final Map<Caller, Integer> readers = new LinkedHashMap<>();
        private final Side writing = new Side(this, true);
        private final Side reading = new Side(this, false);

        Resource(Machine machine, long address) {
            this.machine = machine;
            this.address = address;
        }

        void changed() {
            writing.changed();
            reading.changed();
        }

        boolean isHeld() {
            return owner != null || !readers.isEmpty();
        }
    }

    /// What those wait for who want to write, and those who want to read.
    private static final class Side extends Waitable {
        private final Resource resource;
        private final boolean exclusive;

        Side(Resource resource, boolean exclusive) {
            this.resource = resource;
            this.exclusive = exclusive;
        }

        @Override
        protected boolean isSignaledFor(Caller thread) {
            if (resource.owner == thread) {
                return true;
            }
            // A reader waits behind a writer that waits, unless it reads already.
            return resource.owner == null && (exclusive ? resource.readers.isEmpty() : resource.readers.containsKey(thread) || resource.writing.waiters.isEmpty());
        }

        @Override
        protected void satisfiedFor(Caller thread) {
            if (exclusive || resource.owner == thread) {
                resource.owner = thread;
                resource.depth++;
            } else {
                resource.readers.merge(thread, 1, Integer::sum);
            }
        }

        @Override public boolean isSignaled() { return !resource.isHeld(); }
        @Override public void satisfied() {}
        @Override public String waitName() { return "resource " + resource.machine.memory.place(null, resource.address); }
    }

    @Native
    public static int ExInitializeResourceLite(Caller caller, long address) {
        Resource known = of(caller.machine).resources.get(address);
        if (known != null && known.isHeld() && caller.machine.verifierOn()) {
            throw verifier(caller, 0x1005, "a resource is initialised while it is held", "VER-150", address, 0, 0, "");
        }
        caller.memory.fill(address, 0x68, 0);
        of(caller.machine).resources.put(address, new Resource(caller.machine, address));
        return 0;
    }

    private static Resource resource(Caller caller, long address) {
        caller.memory.load64(address);
        Resource resource = of(caller.machine).resources.get(address);
        if (resource == null) {
            throw verifier(caller, 0x1002, "a resource is used that was never initialised", "VER-150", address, 0, 0, "ExInitializeResourceLite first");
        }
        return resource;
    }

    @Native
    public static int ExDeleteResourceLite(Caller caller, long address) {
        Resource resource = resource(caller, address);
        if (resource.isHeld() && caller.machine.verifierOn()) {
            throw verifier(caller, 0x100B, "a resource is deleted while it is held", "VER-150", address, 0, 0, "");
        }
        of(caller.machine).resources.remove(address);
        return 0;
    }

    private static int acquire(Caller caller, long address, boolean exclusive, boolean wait, String routine) {
        Resource resource = resource(caller, address);
        if (caller.process.space() != null) {                         // threads of the system need no critical region
            apcsAreOff(caller, 0x37, routine, "VER-112", address);
        }
        Side side = exclusive ? resource.writing : resource.reading;
        return Waits.wait(caller, List.of(side), false, wait ? Waits.FOREVER : 0) == Waits.TIMED_OUT ? 0 : 1;
    }

    @Native
    public static int ExAcquireResourceExclusiveLite(Caller caller, long address, int wait) {
        return acquire(caller, address, true, wait != 0, "ExAcquireResourceExclusiveLite");
    }

    @Native
    public static int ExAcquireResourceSharedLite(Caller caller, long address, int wait) {
        return acquire(caller, address, false, wait != 0, "ExAcquireResourceSharedLite");
    }

    @Native
    public static void ExReleaseResourceLite(Caller caller, long address) {
        Resource resource = resource(caller, address);
        if (caller.process.space() != null) {
            apcsAreOff(caller, 0x38, "ExReleaseResourceLite", "VER-112", address);
        }
        if (resource.owner == caller) {
            if (--resource.depth == 0) {
                resource.owner = null;
            }
        } else if (resource.readers.containsKey(caller)) {
            resource.readers.compute(caller, (_, count) -> count == 1 ? null : count - 1);
        } else {
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "RESOURCE_NOT_OWNED", "ENV-082", "a resource is released by a thread that does not hold it")
                    .code(0xE3, address, KernelApi.threadObject(caller), 0, 1).stack(ScriptStack.frames(), "").build());
        }
        resource.changed();
    }

    @Native
    public static void ExConvertExclusiveToSharedLite(Caller caller, long address) {
        Resource resource = resource(caller, address);
        if (resource.owner == caller) {
            resource.readers.merge(caller, resource.depth, Integer::sum);
            resource.owner = null;
            resource.depth = 0;
            resource.reading.changed();
        }
    }

    @Native
    public static int ExIsResourceAcquiredExclusiveLite(Caller caller, long address) {
        return resource(caller, address).owner == caller ? 1 : 0;
    }

    /// How often the caller has it, to read or to write.
    @Native
    public static int ExIsResourceAcquiredSharedLite(Caller caller, long address) {
        Resource resource = resource(caller, address);
        return resource.owner == caller ? resource.depth : resource.readers.getOrDefault(caller, 0);
    }
}
