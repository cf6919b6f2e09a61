package wdfs.win32;

import java.util.ArrayList;
import java.util.List;
import wdfs.io.FileObject;
import wdfs.kernel.CompletionPort;
import wdfs.kernel.FileCompletion;
import wdfs.kernel.FileSystem;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;

/// Completion ports as applications use them (ENV-134).
public final class CompletionApi {
    private static final int ERROR_INVALID_HANDLE = 6;
    private static final int ERROR_INVALID_PARAMETER = 87;
    private static final int ERROR_ABANDONED_WAIT_0 = 735;
    private static final int ERROR_NO_SYSTEM_RESOURCES = 1450;
    private static final int IO_COMPLETION_ALL_ACCESS = 0x1F0003;
    private static final long INVALID_HANDLE_VALUE = -1;
    /// OVERLAPPED_ENTRY: lpCompletionKey 0, lpOverlapped 8, Internal 16, dwNumberOfBytesTransferred 24.
    private static final int ENTRY_SIZE = 32;

    private CompletionApi() {}

    private static int fail(Caller caller, int error) {
        caller.lastError = error;
        return 0;
    }

    private static CompletionPort port(Caller caller, long handle) {
        Process.Handle entry = NtApi.process(caller).handle(handle);
        return entry != null && entry.object() instanceof CompletionPort port ? port : null;
    }

    @Native
    public static long CreateIoCompletionPort(Caller caller, long file, long existing, long key, int threads) {
        if (file == INVALID_HANDLE_VALUE && existing != 0) {
            return fail(caller, ERROR_INVALID_PARAMETER);
        }
        CompletionPort port = existing == 0 ? new CompletionPort(caller.machine, threads) : port(caller, existing);
        if (port == null) {
            return fail(caller, ERROR_INVALID_HANDLE);
        }
        long handle = existing == 0 ? NtApi.process(caller).open(port, IO_COMPLETION_ALL_ACCESS) : existing;
        int error = file == INVALID_HANDLE_VALUE ? 0 : associate(caller, file, port, key);
        if (error != 0) {
            if (existing == 0) {
                NtApi.closeHandle(caller, handle);
            }
            Win32Api.trace(caller, "CreateIoCompletionPort → NULL, error " + error);
            return fail(caller, error);
        }
        Win32Api.trace(caller, "CreateIoCompletionPort → handle 0x%x, %s%s".formatted(handle, port.name(), file == INVALID_HANDLE_VALUE ? "" : " for file 0x%x with key 0x%X".formatted(file, key)));
        return handle;
    }

    /// @return an error, or 0
    private static int associate(Caller caller, long handle, CompletionPort port, long key) {
        Process.Handle entry = NtApi.process(caller).handle(handle);
        return switch (entry == null ? null : entry.object()) {
            case FileObject file when file.synchronous || file.completion.port() != null -> ERROR_INVALID_PARAMETER;
            case FileObject file -> file.bind(port, key) ? 0 : ERROR_NO_SYSTEM_RESOURCES;
            case FileSystem.Opening file when file.synchronous || file.completion.port() != null -> ERROR_INVALID_PARAMETER;
            case FileSystem.Opening file -> file.completion.bind(caller.machine, port, key) ? 0 : ERROR_NO_SYSTEM_RESOURCES;
            case null, default -> ERROR_INVALID_HANDLE;
        };
    }

    private static int remove(Caller caller, CompletionPort port, int most, int milliseconds, boolean alertable, List<CompletionPort.Packet> removed) {
        return NtApi.inKernel(caller, () -> port.remove(caller, most, WaitApi.nanos(milliseconds), alertable, removed));
    }

    private static int error(int status) {
        return switch (status) {
            case CompletionPort.TIMED_OUT -> WaitApi.WAIT_TIMEOUT;
            case CompletionPort.USER_APC -> WaitApi.WAIT_IO_COMPLETION;
            default -> ERROR_ABANDONED_WAIT_0;
        };
    }

    @Native
    public static int GetQueuedCompletionStatus(Caller caller, long handle, long count, long key, long overlapped, int milliseconds) {
        CompletionPort port = port(caller, handle);
        List<CompletionPort.Packet> removed = new ArrayList<>(1);
        int status = port == null ? NtApi.INVALID_HANDLE : remove(caller, port, 1, milliseconds, false, removed);
        if (status != 0) {
            caller.memory.store64(overlapped, 0);                     // which tells a packet of a failed request from none at all
            int error = port == null ? ERROR_INVALID_HANDLE : error(status);
            Win32Api.trace(caller, "GetQueuedCompletionStatus → FALSE, no packet, error " + error);
            return fail(caller, error);
        }
        CompletionPort.Packet packet = removed.getFirst();
        caller.memory.store64(overlapped, packet.context());
        caller.memory.store32(count, (int) packet.information());
        caller.memory.store64(key, packet.key());
        tell(caller, "GetQueuedCompletionStatus → " + (packet.status() >= 0 ? "TRUE" : "FALSE"), packet);
        return packet.status() >= 0 ? 1 : fail(caller, Win32Api.error(caller, packet.status()));
    }

    @Native
    public static int GetQueuedCompletionStatusEx(Caller caller, long handle, long entries, int most, long count, int milliseconds, int alertable) {
        CompletionPort port = port(caller, handle);
        if (port == null || most == 0) {
            return fail(caller, port == null ? ERROR_INVALID_HANDLE : ERROR_INVALID_PARAMETER);
        }
        List<CompletionPort.Packet> removed = new ArrayList<>();
        int status = remove(caller, port, most < 0 ? Integer.MAX_VALUE : most, milliseconds, alertable != 0, removed);
        caller.memory.store32(count, removed.size());
        if (status == CompletionPort.USER_APC) {
            caller.runUserApcs();
        }
        if (status != 0) {
            Win32Api.trace(caller, "GetQueuedCompletionStatusEx → FALSE, no packet, error " + error(status));
            return fail(caller, error(status));
        }
        for (int i = 0; i < removed.size(); i++) {
            CompletionPort.Packet packet = removed.get(i);
            long entry = entries + (long) ENTRY_SIZE * i;
            caller.memory.store64(entry, packet.key());
            caller.memory.store64(entry + 8, packet.context());
            caller.memory.store64(entry + 16, packet.status() & 0xFFFF_FFFFL);
            caller.memory.store32(entry + 24, (int) packet.information());
            tell(caller, "GetQueuedCompletionStatusEx → %d of %d".formatted(i + 1, removed.size()), packet);
        }
        return 1;
    }

    private static void tell(Caller caller, String what, CompletionPort.Packet packet) {
        if (caller.machine.tracing) {
            Win32Api.trace(caller, "%s  key 0x%X  OVERLAPPED %s  %s, information %d".formatted(what, packet.key(), caller.machine.memory.place(caller.process.space(), packet.context()),
                    caller.machine.statuses.name(packet.status()), packet.information()));
        }
    }

    @Native
    public static int PostQueuedCompletionStatus(Caller caller, long handle, int count, long key, long overlapped) {
        CompletionPort port = port(caller, handle);
        if (port == null) {
            return fail(caller, ERROR_INVALID_HANDLE);
        }
        Win32Api.trace(caller, "PostQueuedCompletionStatus  key 0x%X to %s".formatted(key, port.name()));
        NtApi.inKernel(caller, () -> {
            port.post(new CompletionPort.Packet(key, overlapped, 0, count & 0xFFFF_FFFFL));
            return null;
        });
        return 1;
    }

    @Native
    public static int SetFileCompletionNotificationModes(Caller caller, long handle, int flags) {
        if ((flags & 0xFF & ~(FileCompletion.SKIP_PORT_ON_SUCCESS | FileCompletion.SKIP_EVENT_ON_HANDLE)) != 0) {
            return fail(caller, ERROR_INVALID_PARAMETER);
        }
        Process.Handle entry = NtApi.process(caller).handle(handle);
        FileCompletion file = switch (entry == null ? null : entry.object()) {
            case FileObject of -> of.completion;
            case FileSystem.Opening of -> of.completion;
            case null, default -> null;
        };
        if (file == null) {
            return fail(caller, ERROR_INVALID_HANDLE);
        }
        file.addModes(flags);
        return 1;
    }
}
