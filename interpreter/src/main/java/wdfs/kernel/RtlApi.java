package wdfs.kernel;

import wdfs.machine.View;
import wdfs.runtime.Caller;
import wdfs.runtime.Format;
import wdfs.runtime.Lengths;
import wdfs.runtime.Native;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// Runtime-library routines of drivers and processes (ENV-060 to ENV-078).
public final class RtlApi {
    private RtlApi() {}

    private static void noOverlap(Caller caller, long target, long source, long length) {
        boolean overlap = length != 0 && target != source
                && Long.compareUnsigned(Long.compareUnsigned(target, source) < 0 ? source - target : target - source, length) < 0;
        if (overlap && caller.inKernel() && caller.machine.verifierOn()) {      // ENV-060
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_VERIFIER_DETECTED_VIOLATION", "VER-141", "RtlCopyMemory with overlapping buffers")
                    .code(0xC4, 0xF0, target, source, length).stack(ScriptStack.frames(), "").help("RtlMoveMemory allows them to overlap").build());
        }
    }

    static void copy(Caller caller, long target, long source, long length) {
        Lengths.used(caller, length, "a copy");
        View memory = caller.memory;
        memory.onBehalf++;
        try {
            memory.copy(target, source, length);
        } finally {
            memory.onBehalf--;
        }
    }

    @Native
    public static void RtlCopyMemory(Caller caller, long target, long source, long length) {
        noOverlap(caller, target, source, length);
        copy(caller, target, source, length);
    }

    @Native
    public static void RtlMoveMemory(Caller caller, long target, long source, long length) {
        copy(caller, target, source, length);
    }

    @Native
    public static void RtlZeroMemory(Caller caller, long target, long length) {
        caller.memory.fill(target, length, 0);
    }

    @Native
    public static void RtlSecureZeroMemory(Caller caller, long target, long length) {
        caller.memory.fill(target, length, 0);
    }

    @Native
    public static void RtlFillMemory(Caller caller, long target, long length, int value) {
        caller.memory.fill(target, length, value);
    }

    @Native
    public static long RtlCompareMemory(Caller caller, long left, long right, long length) {
        for (long i = 0; i < length; i++) {
            if (caller.memory.load8(left + i) != caller.memory.load8(right + i)) {
                return i;
            }
        }
        return length;
    }

    @Native
    public static int RtlEqualMemory(Caller caller, long left, long right, long length) {
        return RtlCompareMemory(caller, left, right, length) == length ? 1 : 0;
    }

    @Native
    public static long memcpy(Caller caller, long target, long source, long length) {
        noOverlap(caller, target, source, length);
        copy(caller, target, source, length);
        return target;
    }

    @Native
    public static long memmove(Caller caller, long target, long source, long length) {
        copy(caller, target, source, length);
        return target;
    }

    @Native
    public static long memset(Caller caller, long target, int value, long length) {
        caller.memory.fill(target, length, value);
        return target;
    }

    @Native
    public static int memcmp(Caller caller, long left, long right, long length) {
        for (long i = 0; i < length; i++) {
            int difference = caller.memory.load8(left + i) - caller.memory.load8(right + i);
            if (difference != 0) {
                return difference;
            }
        }
        return 0;
    }

    // ---- UNICODE_STRING ------------------------------------------------------------------------------------------------------------

    /// The text of a UNICODE_STRING.
    public static String unicode(View memory, long string) {
        int length = memory.load16(string);
        return Format.wideString(memory, memory.load64(string + 8), length / 2);
    }

    // ---- interlocked ---------------------------------------------------------------------------------------------------------------

    @Native
    public static int InterlockedIncrement(Caller caller, long address) {
        int value = caller.memory.load32(address) + 1;
        caller.memory.store32(address, value);
        return value;
    }

    @Native
    public static int InterlockedDecrement(Caller caller, long address) {
        int value = caller.memory.load32(address) - 1;
        caller.memory.store32(address, value);
        return value;
    }

    @Native
    public static int InterlockedExchange(Caller caller, long address, int value) {
        int old = caller.memory.load32(address);
        caller.memory.store32(address, value);
        return old;
    }

    @Native
    public static int InterlockedExchangeAdd(Caller caller, long address, int value) {
        int old = caller.memory.load32(address);
        caller.memory.store32(address, old + value);
        return old;
    }

    @Native
    public static int InterlockedCompareExchange(Caller caller, long address, int value, int comparand) {
        int old = caller.memory.load32(address);
        if (old == comparand) {
            caller.memory.store32(address, value);
        }
        return old;
    }

    @Native
    public static long InterlockedExchangePointer(Caller caller, long address, long value) {
        long old = caller.memory.load64(address);
        caller.memory.store64(address, value);
        return old;
    }

    @Native
    public static long InterlockedCompareExchangePointer(Caller caller, long address, long value, long comparand) {
        long old = caller.memory.load64(address);
        if (old == comparand) {
            caller.memory.store64(address, value);
        }
        return old;
    }

    @Native
    public static long InterlockedIncrement64(Caller caller, long address) {
        long value = caller.memory.load64(address) + 1;
        caller.memory.store64(address, value);
        return value;
    }

    @Native
    public static int InterlockedOr(Caller caller, long address, int value) {
        int old = caller.memory.load32(address);
        caller.memory.store32(address, old | value);
        return old;
    }

    @Native
    public static long InterlockedOr64(Caller caller, long address, long value) {
        long old = caller.memory.load64(address);
        caller.memory.store64(address, old | value);
        return old;
    }

    @Native
    public static int InterlockedAnd(Caller caller, long address, int value) {
        int old = caller.memory.load32(address);
        caller.memory.store32(address, old & value);
        return old;
    }

    @Native
    public static long InterlockedAnd64(Caller caller, long address, long value) {
        long old = caller.memory.load64(address);
        caller.memory.store64(address, old & value);
        return old;
    }

    @Native
    public static int InterlockedXor(Caller caller, long address, int value) {
        int old = caller.memory.load32(address);
        caller.memory.store32(address, old ^ value);
        return old;
    }

    @Native
    public static long InterlockedXor64(Caller caller, long address, long value) {
        long old = caller.memory.load64(address);
        caller.memory.store64(address, old ^ value);
        return old;
    }

    @Native
    public static long InterlockedDecrement64(Caller caller, long address) {
        long value = caller.memory.load64(address) - 1;
        caller.memory.store64(address, value);
        return value;
    }

    @Native
    public static long InterlockedExchange64(Caller caller, long address, long value) {
        return InterlockedExchangePointer(caller, address, value);
    }

    @Native
    public static long InterlockedExchangeAdd64(Caller caller, long address, long value) {
        long old = caller.memory.load64(address);
        caller.memory.store64(address, old + value);
        return old;
    }

    @Native
    public static long InterlockedCompareExchange64(Caller caller, long address, long value, long comparand) {
        return InterlockedCompareExchangePointer(caller, address, value, comparand);
    }

    /// ENV-076: a list whose links do not agree is corrupt.
    @Native
    public static void RtlFailFastList(Caller caller, long entry) {
        if (!caller.inKernel()) {
            throw caller.raise(0xC0000409, entry, 3);                 // STATUS_STACK_BUFFER_OVERRUN, which every fast fail is in user mode
        }
        throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "KERNEL_SECURITY_CHECK_FAILURE", "VER-059", "a list entry is corrupt: its neighbours do not point back to it")
                .code(0x139, 3, entry).stack(ScriptStack.frames(), "").build());
    }
}
