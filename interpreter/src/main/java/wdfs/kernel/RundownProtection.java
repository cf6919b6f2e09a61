package wdfs.kernel;

import java.util.List;
import wdfs.machine.LongMap;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;
import wdfs.runtime.Native;

/// EX_RUNDOWN_REF: counts who uses an object, in steps of 2; bit 0 says that its rundown has begun.
public final class RundownProtection {
    private static final long BEGUN = 1;
    private static final long ONE = 2;

    private final LongMap<Waiting> waiting = new LongMap<>();

    private RundownProtection() {}

    private static RundownProtection of(Caller caller) {
        return caller.machine.part(RundownProtection.class, _ -> new RundownProtection());
    }

    private static final class Waiting extends Waitable {
        private final Machine machine;
        private final long address;

        Waiting(Machine machine, long address) {
            this.machine = machine;
            this.address = address;
        }

        @Override public boolean isSignaled() { return machine.memory.field64(address) == BEGUN; }
        @Override public void satisfied() {}
        @Override public String waitName() { return "rundown protection %s, acquired %d times".formatted(machine.memory.place(null, address), machine.memory.field64(address) / ONE); }
    }

    @Native
    public static int ExAcquireRundownProtectionEx(Caller caller, long reference, int count) {
        long now = caller.memory.load64(reference);
        if ((now & BEGUN) != 0) {
            return 0;
        }
        caller.memory.store64(reference, now + ONE * (count & 0xFFFF_FFFFL));
        return 1;
    }

    @Native
    public static void ExReleaseRundownProtectionEx(Caller caller, long reference, int count) {
        caller.memory.store64(reference, caller.memory.load64(reference) - ONE * (count & 0xFFFF_FFFFL));
        Waiting waiter = of(caller).waiting.get(reference);
        if (waiter != null) {
            waiter.changed();
        }
    }

    @Native
    public static void ExWaitForRundownProtectionRelease(Caller caller, long reference) {
        caller.memory.store64(reference, caller.memory.load64(reference) | BEGUN);
        RundownProtection all = of(caller);
        Waiting waiter = all.waiting.get(reference);
        if (waiter == null) {
            waiter = new Waiting(caller.machine, reference);
            all.waiting.put(reference, waiter);
        }
        Waits.wait(caller, List.of(waiter), false, Waits.FOREVER);
        all.waiting.remove(reference);
    }
}
