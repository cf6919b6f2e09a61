package wdfs.win32;

import wdfs.kernel.KernelHandles;
import wdfs.kernel.RtlApi;
import wdfs.machine.Irql;
import wdfs.runtime.Caller;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// What the Zw calls of drivers have in common: where they may be made, which addresses they take, and whose handles they are.
final class ZwCalls {
    private static final int OBJ_KERNEL_HANDLE = 0x200;
    static final int INVALID_HANDLE = 0xC0000008;
    static final int OBJECT_TYPE_MISMATCH = 0xC0000024;

    private ZwCalls() {}

    private static RuntimeException verifier(Caller caller, int subcode, String headline, String rule, long p2, String help) {
        throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_VERIFIER_DETECTED_VIOLATION", rule, headline)
                .code(0xC4, subcode, p2, 0, 0).stack(ScriptStack.frames(), Irql.name(caller.irql())).help(help).build());
    }

    /// ENV-090: at PASSIVE_LEVEL, where special kernel APCs arrive (a critical region keeps only the normal ones away); pointers
    /// lead to kernel memory.
    static void check(Caller caller, String routine, long... pointers) {
        if (!caller.machine.verifierOn()) {
            return;
        }
        if (caller.irql() > Irql.PASSIVE) {
            throw verifier(caller, 0xE6, "%s is called at %s".formatted(routine, Irql.name(caller.irql())), "VER-140", caller.irql(),
                    "Zw routines wait for APCs: call them at PASSIVE_LEVEL, from a work item if need be");
        }
        for (long pointer : pointers) {
            if (pointer > 0) {
                throw verifier(caller, 0xE3, "%s is given the user-mode address 0x%X".formatted(routine, pointer), "VER-139", pointer,
                        "a Zw call trusts its arguments: an application's buffer is copied into kernel memory first");
            }
        }
    }

    /// A name that must be well formed (VER-139).
    static String name(Caller caller, String routine, long string) {
        if (string == 0) {
            return "";
        }
        check(caller, routine, string);
        int length = caller.memory.load16(string);
        int most = caller.memory.load16(string + 2);
        long buffer = caller.memory.load64(string + 8);
        if (caller.machine.verifierOn() && ((length & 1) != 0 || length > most || length > 0 && !caller.memory.canRead(buffer, length))) {
            throw verifier(caller, 0xE4, "%s is given a UNICODE_STRING that is damaged: Length %d, MaximumLength %d".formatted(routine, length, most), "VER-139", string,
                    "RtlInitUnicodeString, or the lengths in bytes");
        }
        if (length > 0) {
            check(caller, routine, buffer);
        }
        return RtlApi.unicode(caller.memory, string);
    }

    /// An OBJECT_ATTRIBUTES: Length 0, RootDirectory 8, ObjectName 0x10, Attributes 0x18.
    record Attributes(long root, String name, boolean kernelHandle) {}

    static Attributes attributes(Caller caller, String routine, long address) {
        check(caller, routine, address);
        return new Attributes(caller.memory.load64(address + 8), name(caller, routine, caller.memory.load64(address + 0x10)), (caller.memory.load32(address + 0x18) & OBJ_KERNEL_HANDLE) != 0);
    }

    /// ENV-090: a handle of the kernel, or one of the process that the driver happens to run in.
    static long open(Caller caller, Object object, int access, boolean kernelHandle) {
        return kernelHandle || !(caller.process instanceof Process process) ? KernelHandles.of(caller.machine).open(object) : process.open(object, access);
    }

    /// What a handle leads to; null if nothing here: a process's handle is good in that process only.
    static Object object(Caller caller, long handle) {
        if (KernelHandles.isKernel(handle)) {
            return KernelHandles.of(caller.machine).object(handle);
        }
        Process.Handle entry = caller.process instanceof Process process ? process.handle(handle) : null;
        return entry == null ? null : entry.object();
    }

    /// A handle that leads nowhere (VER-142).
    static int badHandle(Caller caller, String routine, long handle, Object object) {
        if (object != null) {
            return OBJECT_TYPE_MISMATCH;
        }
        if (caller.machine.verifierOn()) {
            throw verifier(caller, 0xF6, "%s: there is no handle 0x%X in process %s".formatted(routine, handle, caller.process.processName()), "VER-142", handle,
                    "a handle without OBJ_KERNEL_HANDLE belongs to the process in whose thread it was opened");
        }
        return INVALID_HANDLE;
    }
}
