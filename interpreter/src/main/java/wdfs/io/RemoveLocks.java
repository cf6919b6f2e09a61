package wdfs.io;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import wdfs.kernel.Waitable;
import wdfs.kernel.Waits;
import wdfs.machine.Irql;
import wdfs.machine.LongMap;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.LoadedImage;
import wdfs.runtime.Machine;
import wdfs.runtime.Native;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// IO_REMOVE_LOCK: counts who uses a device, so that its removal can wait for them. The count lies in the driver's memory; beside it
/// stands what Driver Verifier keeps of each lock: who has acquired it, with which tag and where.
public final class RemoveLocks {
    private static final int STATUS_DELETE_PENDING = 0xC0000056;
    private static final int REMOVED = 0;
    private static final int IO_COUNT = 4;
    private static final int SIZE = 0x20;
    private static final long NANOS_PER_MINUTE = 60_000_000_000L;

    private final Machine machine;
    private final LongMap<Lock> locks = new LongMap<>();

    private RemoveLocks(Machine machine) {
        this.machine = machine;
        machine.nonpaged.watch(this::freeing);
        machine.paged.watch(this::freeing);
    }

    private static RemoveLocks of(Caller caller) {
        return caller.machine.part(RemoveLocks.class, RemoveLocks::new);
    }

    private record Acquisition(long tag, String site, long atNanos) {}

    /// What IoReleaseRemoveLockAndWait waits for.
    private static final class Lock extends Waitable {
        final Machine machine;
        final long address;
        final long maximumMinutes;
        final long highWater;
        final LoadedImage image;
        final List<Acquisition> acquired = new ArrayList<>();

        Lock(Caller caller, long address, long maximumMinutes, long highWater) {
            this.machine = caller.machine;
            this.image = caller.image;
            this.address = address;
            this.maximumMinutes = maximumMinutes;
            this.highWater = highWater;
        }

        String label() {
            return "remove lock " + machine.memory.place(null, address);
        }

        /// The last one with that tag, null if nobody has acquired it with that.
        Acquisition release(long tag) {
            for (int i = acquired.size() - 1; i >= 0; i--) {
                if (acquired.get(i).tag == tag) {
                    return acquired.remove(i);
                }
            }
            return null;
        }

        String holders() {
            return acquired.stream().map(a -> "at " + a.site + " with tag " + machine.memory.place(null, a.tag)).collect(Collectors.joining("; "));
        }

        @Override public boolean isSignaled() { return machine.memory.field32(address + IO_COUNT) <= 0; }
        @Override public void satisfied() {}
        @Override public String waitName() { return label() + (acquired.isEmpty() ? "" : ", acquired " + holders()); }
    }

    @Native
    public static void IoInitializeRemoveLockEx(Caller caller, long address, int tag, int maximumMinutes, int highWater, int size) {
        RemoveLocks all = of(caller);
        Lock before = all.locks.get(address);
        if (before != null && before.image == caller.image && !caller.isOnKernelStack(address)) {
            all.misuse(caller, 0xD7, before.label() + " is initialised again", address, address, 0, "a lock is initialised once, with the device extension that it lies in; it goes with it");
        }
        caller.memory.fill(address, SIZE, 0);
        caller.memory.store32(address + IO_COUNT, 1);
        all.locks.put(address, new Lock(caller, address, maximumMinutes & 0xFFFF_FFFFL, highWater & 0xFFFF_FFFFL));
    }

    private Lock lock(Caller caller, long address, String what) {
        Lock lock = locks.get(address);
        if (lock == null) {
            told(caller, "%s was never initialised as a remove lock, and is %s".formatted(machine.memory.place(null, address), what), "IoInitializeRemoveLock where the device extension is made");
        }
        return lock;
    }

    @Native
    public static int IoAcquireRemoveLockEx(Caller caller, long address, long tag, long file, int line, int size) {
        RemoveLocks all = of(caller);
        int count = caller.memory.load32(address + IO_COUNT) + 1;
        Lock lock = all.lock(caller, address, "acquired");
        if (caller.memory.load8(address + REMOVED) != 0) {
            return STATUS_DELETE_PENDING;
        }
        caller.memory.store32(address + IO_COUNT, count);
        if (lock != null) {
            lock.acquired.add(new Acquisition(tag, ScriptStack.site(), caller.machine.clock.nowNanos()));
            if (lock.highWater != 0 && lock.acquired.size() > lock.highWater && caller.machine.verifierOn()) {
                told(caller, "%s is acquired %d times at once, and was made for %d".formatted(lock.label(), lock.acquired.size(), lock.highWater),
                        "some path acquires it and does not release it: " + lock.holders());
            }
        }
        return 0;
    }

    /// @param waiting IoReleaseRemoveLockAndWait's check of the tag has a subcode of its own
    private void release(Caller caller, long address, long tag, boolean waiting) {
        int count = caller.memory.load32(address + IO_COUNT);
        Lock lock = lock(caller, address, "released");
        Acquisition acquisition = lock == null ? null : lock.release(tag);
        if (lock != null && acquisition == null) {
            Acquisition last = lock.acquired.isEmpty() ? null : lock.acquired.getLast();
            misuse(caller, waiting ? 0xD6 : 0xD5, "%s is released with the tag %s, and nobody has acquired it with that".formatted(lock.label(), machine.memory.place(null, tag)), address, tag,
                    waiting && last != null ? last.tag : 0, last == null ? "each release needs an acquire before it, with the same tag" : "acquired it was " + lock.holders());
        }
        if (acquisition != null && lock.maximumMinutes != 0 && machine.verifierOn() && machine.clock.nowNanos() - acquisition.atNanos > lock.maximumMinutes * NANOS_PER_MINUTE) {
            told(caller, "%s was held for more than %s".formatted(lock.label(), Report.count(lock.maximumMinutes, "minute")), "acquired at " + acquisition.site);
        }
        caller.memory.store32(address + IO_COUNT, count - 1);
    }

    @Native
    public static void IoReleaseRemoveLockEx(Caller caller, long address, long tag, int size) {
        RemoveLocks all = of(caller);
        all.release(caller, address, tag, false);
        Lock lock = all.locks.get(address);
        if (lock != null) {
            lock.changed();
        }
    }

    @Native
    public static void IoReleaseRemoveLockAndWaitEx(Caller caller, long address, long tag, int size) {
        RemoveLocks all = of(caller);
        caller.memory.store8(address + REMOVED, 1);
        all.release(caller, address, tag, true);
        caller.memory.store32(address + IO_COUNT, caller.memory.load32(address + IO_COUNT) - 1);
        Lock lock = all.locks.get(address);
        if (lock != null) {
            Waits.wait(caller, List.of(lock), false, Waits.FOREVER);
        }
    }

    /// A lock goes with its memory. Who still holds it works on a device that is gone.
    private void freeing(Region region) {
        if (locks.size() == 0) {
            return;
        }
        for (long address : locks.sortedKeys()) {
            if (region.contains(address)) {
                Lock lock = locks.remove(address);
                if (!lock.acquired.isEmpty()) {
                    machine.violation(new Report.Builder(Report.Kind.VIOLATION, "BadRemoveLock", "", "%s is freed while %s is held".formatted(region.label(), lock.label())).fact("acquired", lock.holders())
                            .stack(ScriptStack.frames(), "").help("IoReleaseRemoveLockAndWait before IoDeleteDevice").build(), ScriptStack.site());
                }
            }
        }
    }

    private void misuse(Caller caller, int subcode, String headline, long p2, long p3, long p4, String help) {
        if (machine.verifierOn()) {
            throw machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_VERIFIER_DETECTED_VIOLATION", "VER-100", headline).code(0xC4, subcode, p2, p3, p4)
                    .stack(ScriptStack.frames(), Irql.name(caller.irql())).help(help).build());
        }
        told(caller, headline, help);
    }

    private static void told(Caller caller, String headline, String help) {
        caller.machine.violation(new Report.Builder(Report.Kind.VIOLATION, "BadRemoveLock", "", headline).stack(ScriptStack.frames(), "").help(help).build(), ScriptStack.site());
    }
}
