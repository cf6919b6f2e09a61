package wdfs.win32;

import wdfs.kernel.FileCalls;
import wdfs.kernel.FileSystem;
import wdfs.runtime.Caller;
import wdfs.runtime.Format;
import wdfs.runtime.Native;

/// Files of the volume as applications use them, besides opening, reading and writing.
public final class Win32FileApi {
    private static final int ERROR_INVALID_HANDLE = 6;
    private static final int ERROR_INVALID_PARAMETER = 87;
    private static final int ERROR_NEGATIVE_SEEK = 131;
    private static final int ERROR_FILE_NOT_FOUND = 2;
    private static final int ERROR_ACCESS_DENIED = 5;
    private static final int ERROR_DISK_FULL = 112;

    private Win32FileApi() {}

    private static int fail(Caller caller, int error) {
        caller.lastError = error;
        return 0;
    }

    private static FileSystem.Opening file(Caller caller, long handle) {
        Process.Handle entry = NtApi.process(caller).handle(handle);
        return entry != null && entry.object() instanceof FileSystem.Opening file ? file : null;
    }

    /// @return the new position, or -1 with the error set
    private static long move(Caller caller, long handle, long distance, int method) {
        FileSystem.Opening file = file(caller, handle);
        if (file == null || method < 0 || method > 2) {
            fail(caller, file == null ? ERROR_INVALID_HANDLE : ERROR_INVALID_PARAMETER);
            return -1;
        }
        long position = (method == 0 ? 0 : method == 1 ? file.position : file.node.contents().length) + distance;
        if (position < 0) {
            fail(caller, ERROR_NEGATIVE_SEEK);
            return -1;
        }
        file.position = position;
        return position;
    }

    @Native
    public static int SetFilePointerEx(Caller caller, long handle, long distance, long result, int method) {
        long position = move(caller, handle, caller.memory.load64(distance), method);
        if (position >= 0 && result != 0) {
            caller.memory.store64(result, position);
        }
        return position < 0 ? 0 : 1;
    }

    @Native
    public static int SetFilePointer(Caller caller, long handle, int distance, long high, int method) {
        long whole = high == 0 ? distance : (long) caller.memory.load32(high) << 32 | distance & 0xFFFF_FFFFL;
        long position = move(caller, handle, whole, method);
        if (position >= 0) {
            caller.lastError = 0;
            if (high != 0) {
                caller.memory.store32(high, (int) (position >>> 32));
            }
        }
        return (int) position;
    }

    @Native
    public static int GetFileSizeEx(Caller caller, long handle, long result) {
        FileSystem.Opening file = file(caller, handle);
        if (file == null) {
            return fail(caller, ERROR_INVALID_HANDLE);
        }
        caller.memory.store64(result, file.node.contents().length);
        return 1;
    }

    @Native
    public static int GetFileSize(Caller caller, long handle, long high) {
        FileSystem.Opening file = file(caller, handle);
        if (file == null) {
            fail(caller, ERROR_INVALID_HANDLE);
            return -1;
        }
        if (high != 0) {
            caller.memory.store32(high, 0);
        }
        return file.node.contents().length;
    }

    @Native
    public static int SetEndOfFile(Caller caller, long handle) {
        FileSystem.Opening file = file(caller, handle);
        if (file == null || !file.may(FileSystem.WRITE_DATA)) {
            return fail(caller, file == null ? ERROR_INVALID_HANDLE : ERROR_ACCESS_DENIED);
        }
        return FileCalls.resize(file, file.position) ? 1 : fail(caller, ERROR_DISK_FULL);
    }

    @Native
    public static int DeleteFileW(Caller caller, long name) {
        String path = FileSystem.onVolume(Win32Api.ntPath(Format.wideString(caller.memory, name, 32767)));
        if (path == null) {
            return fail(caller, ERROR_FILE_NOT_FOUND);
        }
        int status = FileCalls.delete(caller, path);
        return status < 0 ? fail(caller, Win32Api.error(caller, status)) : 1;
    }

    @Native
    public static int DeleteFile(Caller caller, long name) {
        return DeleteFileW(caller, name);
    }
}
