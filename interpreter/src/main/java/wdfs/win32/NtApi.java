package wdfs.win32;

import java.util.List;
import wdfs.io.DeviceObject;
import wdfs.io.FileObject;
import wdfs.io.Transfers;
import wdfs.kernel.EventObject;
import wdfs.kernel.FileCalls;
import wdfs.kernel.FileSystem;
import wdfs.kernel.KernelApi;
import wdfs.kernel.Namespace;
import wdfs.kernel.RtlApi;
import wdfs.kernel.Waits;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;
import wdfs.runtime.ScriptException;
import wdfs.runtime.UserApc;

/// The native calls: what the Win32 functions are made of.
public final class NtApi {
    static final int STATUS_PENDING = 0x103;
    static final int ACCESS_VIOLATION = 0xC0000005;
    static final int INVALID_HANDLE = 0xC0000008;
    static final int ACCESS_DENIED = 0xC0000022;
    private static final int HANDLE_NOT_CLOSABLE = 0xC0000235;
    static final int OBJECT_NAME_NOT_FOUND = 0xC0000034;
    static final int OBJECT_PATH_NOT_FOUND = 0xC000003A;
    private static final int INVALID_DEVICE_REQUEST = 0xC0000010;
    static final int OBJECT_TYPE_MISMATCH = 0xC0000024;
    static final long CURRENT_PROCESS = -1;
    static final long CURRENT_THREAD = -2;
    static final int ALL_ACCESS = 0x1FFFFF;
    static final int FILE_READ_DATA = 1;
    static final int FILE_WRITE_DATA = 2;
    static final int FILE_APPEND_DATA = 4;

    private NtApi() {}

    static Process process(Caller caller) {
        return (Process) caller.process;
    }

    /// What a handle leads to, the numbers that stand for the process and the running thread among them; null if it is none.
    static Process.Handle handle(Caller caller, long value) {
        return value == CURRENT_PROCESS ? new Process.Handle(process(caller), ALL_ACCESS, 0)
                : value == CURRENT_THREAD && caller instanceof UserThread thread ? new Process.Handle(thread.object, ALL_ACCESS, 0) : process(caller).handle(value);
    }

    /// Enters the kernel for a call; an exception that no driver handles ends the machine (VER-034).
    interface SystemCall<T> {
        T run();
    }

    static <T> T inKernel(Caller caller, SystemCall<T> call) {
        caller.enterKernel();
        try {
            return call.run();
        } catch (ScriptException e) {
            throw KernelApi.unhandled(caller, e, false);
        } finally {
            caller.leaveKernel();
        }
    }

    /// Reads, writes and controls alike. @return what came of it; `status` is STATUS_PENDING for what goes on
    static Transfers.Outcome transfer(Caller caller, long fileHandle, long eventHandle, boolean hasEvent, Transfers.Request request) {
        Transfers.Outcome failed = new Transfers.Outcome();
        if (request.major() == Transfers.DEVICE_CONTROL) {           // IOM-101: (1) the buffers that are probed early
            failed.status = Transfers.probeControl(caller, request.code(), request.in(), request.inLength(), request.out(), request.outLength());
            if (failed.status < 0) {
                return failed;
            }
        }
        Process process = process(caller);
        Process.Handle handle = process.handle(fileHandle);
        if (handle == null) {
            failed.status = INVALID_HANDLE;
            return failed;
        }
        if (handle.object() instanceof FileSystem.Opening file) {
            return ofVolume(caller, file, handle.access(), eventHandle, hasEvent, request);
        }
        if (!(handle.object() instanceof FileObject file)) {
            failed.status = OBJECT_TYPE_MISMATCH;
            return failed;
        }
        int needed = switch (request.major()) {
            case Transfers.READ -> FILE_READ_DATA;
            case Transfers.WRITE, Transfers.FLUSH -> (handle.access() & FILE_APPEND_DATA) != 0 ? 0 : FILE_WRITE_DATA;
            default -> request.code() >>> 14 & 3;                    // IOM-105
        };
        if ((handle.access() & needed) != needed) {
            failed.status = ACCESS_DENIED;
            return failed;
        }
        if (request.apc() != null && file.completion.port() != null) {
            failed.status = FileCalls.INVALID_PARAMETER;              // ENV-139: a file tells its port, or its callers
            return failed;
        }
        EventObject event = request.event();
        if (hasEvent && eventHandle != 0) {
            Process.Handle entry = process.handle(eventHandle);
            if (entry == null) {
                failed.status = INVALID_HANDLE;
                return failed;
            }
            if (!(entry.object() instanceof EventObject found)) {
                failed.status = OBJECT_TYPE_MISMATCH;
                return failed;
            }
            event = found;
        }
        long in = request.in();
        long inLength = request.inLength();
        long out = request.out();
        long outLength = request.outLength();
        if (request.major() == Transfers.DEVICE_CONTROL && (request.code() & 3) != 3) {
            // IOM-079: a NULL pointer has no length, except the locked one.
            if (in == 0) {
                inLength = 0;
            }
            if (out == 0 && (request.code() & 3) == 0) {
                outLength = 0;
            }
        }
        Transfers.Request checked = new Transfers.Request(request.code() >>> 16 == 9 && request.major() == Transfers.DEVICE_CONTROL ? Transfers.FILE_SYSTEM_CONTROL : request.major(),
                request.code(), in, inLength, out, outLength, request.iosb(), event, request.offset(), request.context(), request.apc());
        return inKernel(caller, () -> Transfers.perform(caller, file, checked));
    }

    /// A read or write of a file of the volume: done at once.
    private static Transfers.Outcome ofVolume(Caller caller, FileSystem.Opening file, int access, long eventHandle, boolean hasEvent, Transfers.Request request) {
        Transfers.Outcome outcome = new Transfers.Outcome();
        boolean read = request.major() == Transfers.READ;
        if (request.apc() != null && file.completion.port() != null) {
            outcome.status = FileCalls.INVALID_PARAMETER;             // ENV-139, as for devices
            return outcome;
        }
        if (request.major() == Transfers.FLUSH) {
            return outcome;                                           // there is nothing that lies elsewhere yet
        }
        long buffer = read ? request.out() : request.in();
        long length = read ? request.outLength() : request.inLength();
        long position = FileCalls.position(file, file.synchronous && request.iosb() == 0 ? null : (Long) request.offset());
        if (request.major() == Transfers.DEVICE_CONTROL) {
            outcome.status = INVALID_DEVICE_REQUEST;
        } else if ((access & (read ? FILE_READ_DATA : FILE_WRITE_DATA | FILE_APPEND_DATA)) == 0) {
            outcome.status = ACCESS_DENIED;
        } else if (position < 0) {
            outcome.status = FileCalls.INVALID_PARAMETER;
        } else if (!Transfers.range(caller, buffer, length, read)) {
            outcome.status = ACCESS_VIOLATION;
        } else {
            FileCalls.Result done = read ? FileCalls.read(caller, file, position, buffer, (int) length) : FileCalls.write(caller, file, position, buffer, (int) length);
            outcome.status = done.status();
            outcome.information = done.information();
        }
        if (request.iosb() != 0 && outcome.status >>> 30 != 3) {
            caller.memory.store64(request.iosb(), outcome.status & 0xFFFF_FFFFL);
            caller.memory.store64(request.iosb() + 8, outcome.information);
        }
        if (outcome.status >>> 30 != 3) {
            if (request.apc() != null) {
                caller.queueUserApc(request.apc());
            } else {
                file.completion.tell(request.context(), outcome.status, outcome.information, false);
            }
        }
        if (hasEvent && process(caller).handle(eventHandle) != null && process(caller).handle(eventHandle).object() instanceof EventObject event && outcome.status >>> 30 != 3) {
            event.set();
        }
        return outcome;
    }

    /// An IO_APC_ROUTINE of the caller; null for NULL.
    private static UserApc routine(Caller caller, long apc, long context, long iosb) {
        return apc == 0 ? null : new UserApc("APC " + caller.functionName(apc), thread -> thread.invoke(apc, context, iosb, 0));
    }

    @Native
    public static int NtReadFile(Caller caller, long file, long event, long apc, long apcContext, long iosb, long buffer, int length, long offset, long key) {
        long position = offset == 0 ? 0 : caller.memory.load64(offset);
        return transfer(caller, file, event, true, new Transfers.Request(Transfers.READ, 0, 0, 0, buffer, length & 0xFFFF_FFFFL, iosb, null, position, apcContext, routine(caller, apc, apcContext, iosb))).status;
    }

    @Native
    public static int NtWriteFile(Caller caller, long file, long event, long apc, long apcContext, long iosb, long buffer, int length, long offset, long key) {
        long position = offset == 0 ? 0 : caller.memory.load64(offset);
        return transfer(caller, file, event, true, new Transfers.Request(Transfers.WRITE, 0, buffer, length & 0xFFFF_FFFFL, 0, 0, iosb, null, position, apcContext, routine(caller, apc, apcContext, iosb))).status;
    }

    @Native
    public static int NtDeviceIoControlFile(Caller caller, long file, long event, long apc, long apcContext, long iosb, int code, long in, int inLength, long out, int outLength) {
        return transfer(caller, file, event, true, new Transfers.Request(Transfers.DEVICE_CONTROL, code, in, inLength & 0xFFFF_FFFFL, out, outLength & 0xFFFF_FFFFL, iosb, null, 0, apcContext,
                routine(caller, apc, apcContext, iosb))).status;
    }

    /// A service that always waits, whatever the handle is like; the status block is written at its end.
    @Native
    public static int NtFlushBuffersFile(Caller caller, long fileHandle, long iosb) {
        EventObject ended = new EventObject(false, false);
        Process process = process(caller);
        Process.Handle handle = process.handle(fileHandle);
        Transfers.Outcome outcome = transfer(caller, fileHandle, 0, false, new Transfers.Request(Transfers.FLUSH, 0, 0, 0, 0, 0, iosb, ended, 0));
        if (outcome.status == STATUS_PENDING && handle != null) {
            Waits.wait(caller, List.of(ended), false, Waits.FOREVER);
            return caller.memory.load32(iosb);
        }
        return outcome.status;
    }

    @Native
    public static int NtClose(Caller caller, long handle) {
        boolean known = process(caller).handle(handle) != null;
        return closeHandle(caller, handle) ? 0 : known ? HANDLE_NOT_CLOSABLE : INVALID_HANDLE;
    }

    static boolean closeHandle(Caller caller, long handle) {
        Process.Handle entry = process(caller).handle(handle);
        if (entry != null && (entry.flags() & HandleApi.FLAG_PROTECT_FROM_CLOSE) != 0) {
            return false;
        }
        return inKernel(caller, () -> process(caller).close(caller, handle));
    }

    /// How a file is opened or made; a device takes no notice of it (ENV-120).
    record Creation(int share, int disposition, int options, int attributes) {
        /// Any file that is there, shared with everybody.
        static final Creation OPEN = new Creation(7, 1, 0x20, 0);
    }

    /// Opens a device or a file of the volume by an object manager path. @param result the handle
    static int open(Caller caller, String path, int access, boolean synchronous, Creation creation, long[] result, long[] information) {
        String onVolume = FileSystem.onVolume(path);
        if (onVolume != null) {
            int rights = FileSystem.specific(access);
            FileSystem.Opened opened = FileSystem.of(caller.machine).open(onVolume, rights, creation.share, creation.disposition, creation.options, creation.attributes);
            information[0] = opened.information();
            if (opened.opening() != null) {
                result[0] = process(caller).open(opened.opening(), rights);
            }
            return opened.status();
        }
        Namespace names = Namespace.of(caller.machine);
        Namespace.Found found = names.resolve(path);
        if (found == null || !(found.object() instanceof DeviceObject device)) {
            int first = path.indexOf('\\', 1);
            return first < 0 || names.hasDirectory(path) ? OBJECT_NAME_NOT_FOUND : OBJECT_PATH_NOT_FOUND;
        }
        int granted = granted(access);
        if (!Security.allows(device.sddl, granted)) {
            return ACCESS_DENIED;
        }
        return inKernel(caller, () -> {
            FileObject[] opened = new FileObject[1];
            int status = Transfers.open(caller, device, found.rest(), path, synchronous, opened, information);
            if (status >= 0 && opened[0] != null) {
                opened[0].granted((granted & 1) != 0, (granted & 2) != 0);
                result[0] = process(caller).open(opened[0], granted);
            }
            return status;
        });
    }

    /// What of an access mask a handle of a device gets.
    static int granted(int access) {
        return ((access & 0x8000_0000) != 0 ? FILE_READ_DATA : 0)                // GENERIC_READ
                | ((access & 0x4000_0000) != 0 ? FILE_WRITE_DATA | FILE_APPEND_DATA : 0)
                | ((access & 0x1000_0000) != 0 ? 0x1FF : 0) | access & 0x1FF;
    }

    @Native
    public static int NtCreateFile(Caller caller, long result, int access, long attributes, long iosb, long size, int fileAttributes, int share, int disposition, int options,
            long ea, int eaLength) {
        String path = RtlApi.unicode(caller.memory, caller.memory.load64(attributes + 16));
        long[] handle = new long[1];
        long[] information = new long[1];
        boolean synchronous = (options & 0x30) != 0;             // FILE_SYNCHRONOUS_IO_ALERT, …_NONALERT
        int status = open(caller, path, access, synchronous, new Creation(share, disposition, options, fileAttributes), handle, information);
        if (status >= 0) {
            caller.memory.store64(result, handle[0]);
            caller.memory.store64(iosb, status & 0xFFFF_FFFFL);
            caller.memory.store64(iosb + 8, information[0]);
        }
        return status;
    }
}
