package wdfs.win32;

import wdfs.io.FileObject;
import wdfs.kernel.FileSystem;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;

/// Handles as such: closing, duplicating, and what can be asked of them (ENV-132, ENV-141).
public final class HandleApi {
    static final int FLAG_INHERIT = 1;
    static final int FLAG_PROTECT_FROM_CLOSE = 2;
    private static final int CLOSE_SOURCE = 1;
    private static final int SAME_ACCESS = 2;
    private static final int ERROR_ACCESS_DENIED = 5;
    private static final int ERROR_INVALID_HANDLE = 6;
    private static final int ERROR_INVALID_PARAMETER = 87;
    private static final int FILE_TYPE_UNKNOWN = 0;
    private static final int FILE_TYPE_DISK = 1;
    private static final int FILE_TYPE_CHAR = 2;
    private static final int FILE_TYPE_PIPE = 3;

    private HandleApi() {}

    private static int fail(Caller caller, int error) {
        caller.lastError = error;
        return 0;
    }

    /// The flags of a handle that is made with these SECURITY_ATTRIBUTES: bInheritHandle lies at 16.
    static int flags(Caller caller, long attributes) {
        return attributes != 0 && caller.memory.load32(attributes + 16) != 0 ? FLAG_INHERIT : 0;
    }

    @Native
    public static int CloseHandle(Caller caller, long handle) {
        boolean closed = NtApi.closeHandle(caller, handle);
        Win32Api.trace(caller, "CloseHandle 0x" + Long.toHexString(handle));
        return closed ? 1 : fail(caller, ERROR_INVALID_HANDLE);       // STATUS_HANDLE_NOT_CLOSABLE is the same error
    }

    private static Process process(Caller caller, long handle) {
        Process.Handle entry = NtApi.handle(caller, handle);
        return entry != null && entry.object() instanceof Process process ? process : null;
    }

    @Native
    public static int DuplicateHandle(Caller caller, long sourceProcess, long source, long targetProcess, long target, int access, int inherit, int options) {
        Process from = process(caller, sourceProcess);
        Process.Handle entry = from == null ? null : source == NtApi.CURRENT_PROCESS || source == NtApi.CURRENT_THREAD ? NtApi.handle(caller, source) : from.handle(source);
        if (entry == null) {
            return fail(caller, ERROR_INVALID_HANDLE);
        }
        int error = 0;
        Process to = process(caller, targetProcess);
        if (targetProcess != 0 || (options & CLOSE_SOURCE) == 0) {
            int granted = (options & SAME_ACCESS) != 0 ? entry.access() : specific(entry.object(), access);
            boolean isFile = entry.object() instanceof FileObject || entry.object() instanceof FileSystem.Opening;
            if (to == null) {
                error = ERROR_INVALID_HANDLE;
            } else if (isFile && (granted & ~entry.access()) != 0) {  // a file's handle never gets what the one it comes from has not
                error = ERROR_ACCESS_DENIED;
            } else {
                long made = to.open(entry.object(), granted, inherit != 0 ? FLAG_INHERIT : 0);
                if (target != 0) {
                    caller.memory.store64(target, made);
                }
            }
        }
        if ((options & CLOSE_SOURCE) != 0) {                          // whatever became of the copy
            NtApi.inKernel(caller, () -> from.close(caller, source));
        }
        return error == 0 ? 1 : fail(caller, error);
    }

    private static int specific(Object object, int access) {
        return switch (object) {
            case FileObject _ -> NtApi.granted(access);
            case FileSystem.Opening _ -> FileSystem.specific(access);
            default -> access;
        };
    }

    @Native
    public static int GetHandleInformation(Caller caller, long handle, long flags) {
        Process.Handle entry = NtApi.process(caller).handle(handle);
        if (entry == null) {
            return fail(caller, ERROR_INVALID_HANDLE);
        }
        caller.memory.store32(flags, entry.flags());
        return 1;
    }

    @Native
    public static int SetHandleInformation(Caller caller, long handle, int mask, int flags) {
        Process.Handle entry = NtApi.process(caller).handle(handle);
        if (entry == null || (mask & ~(FLAG_INHERIT | FLAG_PROTECT_FROM_CLOSE)) != 0) {
            return fail(caller, entry == null ? ERROR_INVALID_HANDLE : ERROR_INVALID_PARAMETER);
        }
        NtApi.process(caller).flags(handle, entry.flags() & ~mask | flags & mask);
        return 1;
    }

    /// FILE_TYPE_UNKNOWN is the answer for many a device: only GetLastError tells it from a failure.
    @Native
    public static int GetFileType(Caller caller, long handle) {
        Process.Handle entry = NtApi.process(caller).handle(handle);
        int type = switch (entry == null ? null : entry.object()) {
            case FileSystem.Opening _ -> FILE_TYPE_DISK;
            case FileObject file -> type(file.device.deviceType());
            case null, default -> -1;
        };
        if (type <= FILE_TYPE_UNKNOWN) {
            caller.lastError = type < 0 ? ERROR_INVALID_HANDLE : 0;
        }
        return Math.max(FILE_TYPE_UNKNOWN, type);
    }

    private static int type(int deviceType) {
        return switch (deviceType) {
            // CD_ROM, CD_ROM_FILE_SYSTEM, CONTROLLER, DATALINK, DFS, DISK, DISK_FILE_SYSTEM, VIRTUAL_DISK
            case 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x24 -> FILE_TYPE_DISK;
            // KEYBOARD, MOUSE, NULL, PARALLEL_PORT, PRINTER, SERIAL_MOUSE_PORT, SERIAL_PORT, SCREEN, SOUND, MODEM
            case 0x0B, 0x0F, 0x15, 0x16, 0x18, 0x1A, 0x1B, 0x1C, 0x1D, 0x2B -> FILE_TYPE_CHAR;
            case 0x11 -> FILE_TYPE_PIPE;
            default -> FILE_TYPE_UNKNOWN;
        };
    }
}
