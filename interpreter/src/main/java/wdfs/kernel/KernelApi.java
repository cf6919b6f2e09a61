package wdfs.kernel;

import java.util.regex.Pattern;
import wdfs.machine.Irql;
import wdfs.runtime.BugChecks;
import wdfs.runtime.Caller;
import wdfs.runtime.ImageLayout;
import wdfs.runtime.Machine;
import wdfs.runtime.Native;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptException;
import wdfs.runtime.ScriptStack;

/// IRQL, spin locks, raising, and what else a driver asks of the kernel itself.
public final class KernelApi {
    private KernelApi() {}

    static RuntimeException verifier(Caller caller, int subcode, String headline, String rule, long p2, long p3) {
        throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_VERIFIER_DETECTED_VIOLATION", rule, headline)
                .code(0xC4, subcode, p2, p3).stack(ScriptStack.frames(), Irql.name(caller.irql())).build());
    }

    @Native
    public static int KeGetCurrentIrql(Caller caller) {
        return caller.irql();
    }

    private static void set(Caller caller, int irql) {
        caller.setIrql(irql);
    }

    @Native
    public static void KeRaiseIrql(Caller caller, int irql, long old) {
        if (irql < caller.irql() || irql > Irql.HIGH) {                // ENV-005
            throw verifier(caller, 0x30, "KeRaiseIrql from " + Irql.name(caller.irql()) + " to " + Irql.name(irql), "VER-108", caller.irql(), irql);
        }
        caller.memory.store8(old, caller.irql());
        set(caller, irql);
    }

    @Native
    public static void KeLowerIrql(Caller caller, int irql) {
        if (irql > caller.irql()) {
            throw verifier(caller, 0x31, "KeLowerIrql from " + Irql.name(caller.irql()) + " to " + Irql.name(irql), "VER-109", caller.irql(), irql);
        }
        set(caller, irql);
    }

    @Native
    public static int KeRaiseIrqlToDpcLevel(Caller caller) {
        int old = caller.irql();
        if (old > Irql.DISPATCH) {
            throw verifier(caller, 0x30, "KeRaiseIrqlToDpcLevel at " + Irql.name(old), "VER-108", old, Irql.DISPATCH);
        }
        set(caller, Irql.DISPATCH);
        return old;
    }

    @Native
    public static void KeInitializeSpinLock(Caller caller, long lock) {
        caller.memory.store64(lock, 0);
    }

    private static void take(Caller caller, long lock) {
        if (caller.memory.load64(lock) != 0) {
            // One processor: whoever holds it cannot run any more.
            throw verifier(caller, 0x1000, "a spin lock is acquired that is held already", "VER-150", lock, 0);
        }
        caller.memory.store64(lock, 1);
    }

    @Native
    public static int KeAcquireSpinLockRaiseToDpc(Caller caller, long lock) {
        int old = caller.irql();
        if (old > Irql.DISPATCH) {
            throw verifier(caller, 0x42, "a spin lock is acquired at " + Irql.name(old), "VER-117", old, lock);
        }
        set(caller, Irql.DISPATCH);
        take(caller, lock);
        return old;
    }

    @Native
    public static void KeReleaseSpinLock(Caller caller, long lock, int irql) {
        if (caller.irql() != Irql.DISPATCH) {
            throw verifier(caller, 0x32, "a spin lock is released at " + Irql.name(caller.irql()), "VER-110", caller.irql(), lock);
        }
        if (caller.memory.load64(lock) == 0) {
            throw verifier(caller, 0x1007, "a spin lock is released that nobody holds", "VER-150", lock, 0);
        }
        caller.memory.store64(lock, 0);
        set(caller, irql);
    }

    @Native
    public static void KeAcquireSpinLockAtDpcLevel(Caller caller, long lock) {
        if (caller.irql() != Irql.DISPATCH) {
            throw verifier(caller, 0x40, "KeAcquireSpinLockAtDpcLevel at " + Irql.name(caller.irql()), "VER-116", caller.irql(), lock);
        }
        take(caller, lock);
    }

    @Native
    public static int KeTryToAcquireSpinLockAtDpcLevel(Caller caller, long lock) {
        if (caller.irql() != Irql.DISPATCH) {
            throw verifier(caller, 0x40, "KeTryToAcquireSpinLockAtDpcLevel at " + Irql.name(caller.irql()), "VER-116", caller.irql(), lock);
        }
        if (caller.memory.load64(lock) != 0) {
            return 0;
        }
        caller.memory.store64(lock, 1);
        return 1;
    }

    @Native
    public static int KeTestSpinLock(Caller caller, long lock) {
        return caller.memory.load64(lock) == 0 ? 1 : 0;
    }

    @Native
    public static void KeReleaseSpinLockFromDpcLevel(Caller caller, long lock) {
        if (caller.irql() != Irql.DISPATCH) {
            throw verifier(caller, 0x41, "KeReleaseSpinLockFromDpcLevel at " + Irql.name(caller.irql()), "VER-116", caller.irql(), lock);
        }
        if (caller.memory.load64(lock) == 0) {
            throw verifier(caller, 0x1007, "a spin lock is released that nobody holds", "VER-150", lock, 0);
        }
        caller.memory.store64(lock, 0);
    }

    /// What a thread of the system begins with.
    private static final int NORMAL_PRIORITY = 8;

    private static final class Priorities {
        final java.util.HashMap<Long, Integer> byThread = new java.util.HashMap<>();

        static Priorities of(Caller caller) {
            return caller.machine.part(Priorities.class, _ -> new Priorities());
        }
    }

    @Native
    public static int KeSetPriorityThread(Caller caller, long thread, int priority) {
        Integer before = Priorities.of(caller).byThread.put(thread, priority);
        return before == null ? NORMAL_PRIORITY : before;
    }

    @Native
    public static int KeQueryPriorityThread(Caller caller, long thread) {
        return Priorities.of(caller).byThread.getOrDefault(thread, NORMAL_PRIORITY);
    }

    @Native
    public static void KeEnterCriticalRegion(Caller caller) {
        caller.criticalRegions++;
    }

    @Native
    public static void KeLeaveCriticalRegion(Caller caller) {
        caller.criticalRegions--;
    }

    @Native
    public static int KeAreApcsDisabled(Caller caller) {
        return caller.criticalRegions > 0 || caller.irql() >= Irql.APC ? 1 : 0;
    }

    @Native
    public static void KeBugCheckEx(Caller caller, int code, long p1, long p2, long p3, long p4) {
        throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, BugChecks.name(code), "ENV-048", "the driver called KeBugCheckEx")
                .code(code & 0xFFFF_FFFFL, p1, p2, p3, p4).stack(ScriptStack.frames(), Irql.name(caller.irql())).build());
    }

    @Native
    public static void KeBugCheck(Caller caller, int code) {
        KeBugCheckEx(caller, code, 0, 0, 0, 0);
    }

    @Native
    public static void ExRaiseStatus(Caller caller, int status) {
        throw caller.raise(status, 0, 0);
    }

    @Native
    public static void ExRaiseAccessViolation(Caller caller) {
        throw caller.raise(0xC0000005, 0, 0);
    }

    @Native
    public static void ExRaiseDatatypeMisalignment(Caller caller) {
        throw caller.raise(0x80000002, 0, 0);
    }

    @Native
    public static long PsGetCurrentThread(Caller caller) {
        return threadObject(caller);
    }

    /// 2026-01-01 in 100-ns units since 1601: a run begins there.
    static final long BOOT = 134_116_992_000_000_000L;

    /// System time in units of 100 ns since 1601.
    public static long systemTime(Machine machine) {
        return BOOT + machine.clock.nowNanos() / 100;
    }

    @Native
    public static void KeQuerySystemTime(Caller caller, long result) {
        caller.memory.store64(result, systemTime(caller.machine));
    }

    /// From 1582-10-15, where the time of a UUID begins, to 1601, in units of 100 ns.
    private static final long UUID_EPOCH = 6653L * 864_000_000_000L;
    private static final int RPC_NT_UUID_LOCAL_ONLY = 0x40020056;

    private static final class LastUuid {
        long time;
    }

    /// A UUID of version 1: the time, which never comes again, and a node that is no adapter's.
    @Native
    public static int ExUuidCreate(Caller caller, long uuid) {
        LastUuid last = caller.machine.part(LastUuid.class, _ -> new LastUuid());
        last.time = Math.max(last.time + 1, systemTime(caller.machine) + UUID_EPOCH);
        caller.memory.store32(uuid, (int) last.time);
        caller.memory.store16(uuid + 4, (int) (last.time >>> 32) & 0xFFFF);
        caller.memory.store16(uuid + 6, (int) (last.time >>> 48) & 0xFFF | 0x1000);
        caller.memory.store64(uuid + 8, 0x0153_4644_5703_0080L);
        return RPC_NT_UUID_LOCAL_ONLY;
    }

    @Native
    public static long KeQueryInterruptTime(Caller caller) {
        return caller.machine.clock.nowNanos() / 100;
    }

    @Native
    public static long KeQueryUnbiasedInterruptTime(Caller caller) {
        return KeQueryInterruptTime(caller);
    }

    @Native
    public static long PsGetCurrentProcessId(Caller caller) {
        return caller.process.processId();
    }

    /// A number that stands for the process's object; never memory of a script's.
    @Native
    public static long PsGetCurrentProcess(Caller caller) {
        return processObject(caller.process.processId());
    }

    public static long processObject(long processId) {
        return 0xFFFF_8900_0000_0000L + 0x1000L * processId;
    }

    @Native
    public static long PsGetProcessId(Caller caller, long process) {
        return (process - processObject(0)) / 0x1000;
    }

    /// ENV-085: what the thread was in when it called: an application's thread in a system call came from user mode.
    @Native
    public static int ExGetPreviousMode(Caller caller) {
        return caller.process.space() == null ? 0 : 1;
    }

    /// A number that stands for the thread's object; never memory of a script's.
    public static long threadObject(Caller caller) {
        return 0xFFFF_8800_0000_0000L + 0x1000L * (1 + caller.machine.part(Threads.class, m -> new Threads()).numberOf(caller));
    }

    /// As PsGetCurrentThreadId makes it of the object.
    static long threadId(Caller caller) {
        return threadObject(caller) >>> 12 & 0xFFFFFF;
    }

    /// The address of a routine with a Java body, 0 if there is none; users' routines are none of the kernel's (ENV-086).
    @Native
    public static long MmGetSystemRoutineAddress(Caller caller, long name) {
        String text = RtlApi.unicode(caller.memory, name);
        int ordinal = KERNEL_ROUTINE.matcher(text).lookingAt() ? caller.machine.natives.ordinal(text) : -1;
        return ordinal < 0 ? 0 : ImageLayout.KERNEL_NATIVES + 16L * ordinal;
    }

    private static final Pattern KERNEL_ROUTINE = Pattern.compile("(Ke|Ex|Io|Iof|Mm|Ob|Ps|Rtl|Zw|Dbg|Interlocked)[A-Z].*|memcpy|memmove|memset|memcmp|str.*|wcs.*");

    static final class Threads {
        private final java.util.IdentityHashMap<Caller, Integer> numbers = new java.util.IdentityHashMap<>();

        int numberOf(Caller caller) {
            return numbers.computeIfAbsent(caller, _ -> numbers.size());
        }
    }

    @Native
    public static void PAGED_CODE(Caller caller) {
        if (caller.irql() > Irql.APC && caller.machine.verifierOn()) {   // ENV-008
            caller.machine.violation(new Report.Builder(Report.Kind.VIOLATION, "PAGED_CODE", "ENV-008", "pageable code runs at " + Irql.name(caller.irql()))
                    .stack(ScriptStack.frames(), "").build(), ScriptStack.site());
        }
    }

    /// The end of the machine by an exception that nobody handled (VER-034 to VER-036).
    public static RuntimeException unhandled(Caller caller, ScriptException exception, boolean systemThread) {
        String what = caller.machine.statuses.name(exception.code());
        String where = exception.code() == 0xC0000005
                ? ": a %s %s".formatted(exception.information() == 1 ? "store to" : exception.information() == 8 ? "call to" : "load from",
                        caller.machine.memory.place(caller.process.space(), exception.address())) : "";
        Report.Builder report = systemThread
                ? new Report.Builder(Report.Kind.BUGCHECK, "SYSTEM_THREAD_EXCEPTION_NOT_HANDLED", "VER-035", what + " was not handled" + where).code(0x7E, exception.code() & 0xFFFF_FFFFL, 0, 0, 0)
                : new Report.Builder(Report.Kind.BUGCHECK, "SYSTEM_SERVICE_EXCEPTION", "VER-034", what + " was not handled" + where).code(0x3B, exception.code() & 0xFFFF_FFFFL, 0, 0, 0);
        report.stack(caller.raisedAt, "thread " + caller.threadName() + ", " + Irql.name(caller.irql()));
        report.help("user memory is touched inside __try/__except, after probing; or it is locked first");
        throw caller.machine.bugCheck(report.build());
    }
}
