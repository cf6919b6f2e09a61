package wdfs.win32;

import wdfs.io.AccessBits;
import wdfs.kernel.DispatcherApi;
import wdfs.kernel.FileCalls;
import wdfs.kernel.FileSystem;
import wdfs.kernel.KernelHandles;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;

/// Files as drivers open, read and write them (ENV-090, ENV-091).
public final class ZwFileApi {
    private static final int NAME_NOT_FOUND = 0xC0000034;
    private static final int PATH_SYNTAX_BAD = 0xC000003B;
    private static final int PENDING = 0x103;
    private static final int ACCESS_DENIED = 0xC0000022;
    private static final long SLOW_NANOS = 100_000;

    private ZwFileApi() {}

    private static void status(Caller caller, long iosb, int status, long information) {
        caller.memory.store64(iosb, status & 0xFFFF_FFFFL);
        caller.memory.store64(iosb + 8, information);
    }

    /// The path on the volume that attributes name, relative to their directory if they have one; null if it is none.
    private static String path(Caller caller, ZwCalls.Attributes attributes) {
        if (attributes.root() != 0) {
            return ZwCalls.object(caller, attributes.root()) instanceof FileSystem.Opening directory ? FileCalls.path(directory) + (attributes.name().isEmpty() ? "" : "\\" + attributes.name()) : null;
        }
        return FileSystem.onVolume(attributes.name());
    }

    @Native
    public static int ZwCreateFile(Caller caller, long result, int access, long attributes, long iosb, long size, int fileAttributes, int share, int disposition, int options, long ea, int eaLength) {
        return create(caller, "ZwCreateFile", result, access, attributes, iosb, fileAttributes, share, disposition, options);
    }

    @Native
    public static int ZwOpenFile(Caller caller, long result, int access, long attributes, long iosb, int share, int options) {
        return create(caller, "ZwOpenFile", result, access, attributes, iosb, 0, share, 1, options);
    }

    private static int create(Caller caller, String routine, long result, int access, long attributes, long iosb, int fileAttributes, int share, int disposition, int options) {
        ZwCalls.check(caller, routine, result, iosb);
        ZwCalls.Attributes read = ZwCalls.attributes(caller, routine, attributes);
        String path = path(caller, read);
        if (path == null) {
            return read.root() == 0 && !read.name().startsWith("\\") ? PATH_SYNTAX_BAD : NAME_NOT_FOUND;
        }
        int rights = FileSystem.specific(access);
        FileSystem.Opened opened = FileSystem.of(caller.machine).open(path, rights, share, disposition, options, fileAttributes);
        status(caller, iosb, opened.status(), opened.information());
        if (opened.opening() != null) {
            caller.memory.store64(result, ZwCalls.open(caller, opened.opening(), rights, read.kernelHandle()));
        }
        if (caller.machine.tracing) {
            caller.machine.trace(caller.threadName(), routine + " " + read.name() + "  → " + caller.machine.statuses.name(opened.status()));
        }
        return opened.status();
    }

    @Native
    public static int ZwReadFile(Caller caller, long handle, long event, long apc, long apcContext, long iosb, long buffer, int length, long offset, long key) {
        ZwCalls.check(caller, "ZwReadFile", iosb, buffer, offset);
        return transfer(caller, "ZwReadFile", handle, event, iosb, offset, FileSystem.READ_DATA, (file, at) -> FileCalls.read(caller, file, at, buffer, length));
    }

    @Native
    public static int ZwWriteFile(Caller caller, long handle, long event, long apc, long apcContext, long iosb, long buffer, int length, long offset, long key) {
        ZwCalls.check(caller, "ZwWriteFile", iosb, buffer, offset);
        AccessBits.stateChanges(caller, "a file");
        return transfer(caller, "ZwWriteFile", handle, event, iosb, offset, FileSystem.WRITE_DATA | FileSystem.APPEND_DATA, (file, at) -> FileCalls.write(caller, file, at, buffer, length));
    }

    private interface Piece {
        FileCalls.Result at(FileSystem.Opening file, long position);
    }

    private static int transfer(Caller caller, String routine, long handle, long event, long iosb, long offset, int needed, Piece piece) {
        Object object = ZwCalls.object(caller, handle);
        if (!(object instanceof FileSystem.Opening file)) {
            return ZwCalls.badHandle(caller, routine, handle, object);
        }
        if (!file.may(needed)) {
            return ACCESS_DENIED;
        }
        long position = FileCalls.position(file, offset == 0 ? null : caller.memory.load64(offset));
        if (position < 0) {
            return FileCalls.INVALID_PARAMETER;
        }
        FileCalls.Result done = piece.at(file, position);
        // ENV-091: without FILE_SYNCHRONOUS_IO_… the call may come back before the transfer is over.
        if (!file.synchronous && caller.machine.choices.choose("slow file", 2) == 1) {
            file.transferBegins();
            caller.machine.scheduler.after(SLOW_NANOS, () -> {
                caller.machine.memory.field32(iosb, done.status());
                caller.machine.memory.field64(iosb + 8, done.information());
                file.transferEnds();
                signal(caller, event);
            });
            return PENDING;
        }
        status(caller, iosb, done.status(), done.information());
        signal(caller, event);
        return done.status();
    }

    private static void signal(Caller caller, long event) {
        if (event != 0 && ZwCalls.object(caller, event) instanceof wdfs.kernel.EventObject known) {
            known.set();
        }
    }

    @Native
    public static int ZwQueryInformationFile(Caller caller, long handle, long iosb, long buffer, int length, int kind) {
        ZwCalls.check(caller, "ZwQueryInformationFile", iosb, buffer);
        Object object = ZwCalls.object(caller, handle);
        if (!(object instanceof FileSystem.Opening file)) {
            return ZwCalls.badHandle(caller, "ZwQueryInformationFile", handle, object);
        }
        FileCalls.Result done = FileCalls.query(caller, file, buffer, length, kind);
        if (done.status() >>> 30 != 3) {
            status(caller, iosb, done.status(), done.information());
        }
        return done.status();
    }

    @Native
    public static int ZwSetInformationFile(Caller caller, long handle, long iosb, long buffer, int length, int kind) {
        ZwCalls.check(caller, "ZwSetInformationFile", iosb, buffer);
        Object object = ZwCalls.object(caller, handle);
        if (!(object instanceof FileSystem.Opening file)) {
            return ZwCalls.badHandle(caller, "ZwSetInformationFile", handle, object);
        }
        int status = FileCalls.set(caller, file, buffer, length, kind);
        if (status >>> 30 != 3) {
            status(caller, iosb, status, 0);
        }
        return status;
    }

    @Native
    public static int ZwDeleteFile(Caller caller, long attributes) {
        String path = path(caller, ZwCalls.attributes(caller, "ZwDeleteFile", attributes));
        return path == null ? NAME_NOT_FOUND : FileCalls.delete(caller, path);
    }

    @Native
    public static int ZwFlushBuffersFile(Caller caller, long handle, long iosb) {
        ZwCalls.check(caller, "ZwFlushBuffersFile", iosb);
        Object object = ZwCalls.object(caller, handle);
        if (!(object instanceof FileSystem.Opening)) {
            return ZwCalls.badHandle(caller, "ZwFlushBuffersFile", handle, object);
        }
        status(caller, iosb, 0, 0);
        return 0;
    }

    @Native
    public static int ZwClose(Caller caller, long handle) {
        ZwCalls.check(caller, "ZwClose");
        boolean closed = KernelHandles.isKernel(handle) ? KernelHandles.of(caller.machine).close(caller, handle) : caller.process instanceof Process process && process.close(caller, handle);
        return closed ? 0 : ZwCalls.badHandle(caller, "ZwClose", handle, null);
    }

    /// A driver's own event behind a handle.
    @Native
    public static int ZwCreateEvent(Caller caller, long result, int access, long attributes, int type, int state) {
        ZwCalls.check(caller, "ZwCreateEvent", result, attributes);
        boolean kernel = attributes != 0 && ZwCalls.attributes(caller, "ZwCreateEvent", attributes).kernelHandle();
        caller.memory.store64(result, ZwCalls.open(caller, new wdfs.kernel.EventObject(type == 0, state != 0), access, kernel));
        return 0;
    }

    @Native
    public static int ZwSetEvent(Caller caller, long handle, long previous) {
        ZwCalls.check(caller, "ZwSetEvent", previous);
        Object object = ZwCalls.object(caller, handle);
        if (!(object instanceof wdfs.kernel.EventObject event)) {
            return ZwCalls.badHandle(caller, "ZwSetEvent", handle, object);
        }
        if (previous != 0) {
            caller.memory.store32(previous, event.isSignaled() ? 1 : 0);
        }
        event.set();
        return 0;
    }

    @Native
    public static int ZwWaitForSingleObject(Caller caller, long handle, int alertable, long timeout) {
        ZwCalls.check(caller, "ZwWaitForSingleObject", timeout);
        Object object = ZwCalls.object(caller, handle);
        if (!(object instanceof wdfs.kernel.Waitable waitable)) {
            return ZwCalls.badHandle(caller, "ZwWaitForSingleObject", handle, object);
        }
        return DispatcherApi.waitFor(caller, waitable, timeout);
    }

    /// The object behind a handle, with a reference. A NULL type takes any.
    @Native
    public static int ObReferenceObjectByHandle(Caller caller, long handle, int access, long type, int mode, long result, long information) {
        Object object = handle == -1 || handle == -2 ? null : ZwCalls.object(caller, handle);
        if (object == null || KernelHandles.isKernel(handle) && mode != 0) {
            return ZwCalls.INVALID_HANDLE;
        }
        long kind = type == 0 ? 0 : type & 0xFF;
        boolean fits = kind == 0 || (kind == 0x10 ? object instanceof wdfs.kernel.EventObject : kind == 0x30 ? object instanceof wdfs.io.FileObject || object instanceof FileSystem.Opening
                : object instanceof wdfs.kernel.Waitable waitable && waitable.waitName().startsWith("thread "));
        if (!fits) {
            return ZwCalls.OBJECT_TYPE_MISMATCH;
        }
        Process.Handle entry = !KernelHandles.isKernel(handle) && caller.process instanceof Process process ? process.handle(handle) : null;
        if (mode != 0 && entry != null && (access & ~entry.access() & 0xFFFF) != 0) {
            return ACCESS_DENIED;
        }
        if (object instanceof wdfs.io.FileObject file) {
            file.references++;
            caller.memory.store64(result, file.address());
        } else {
            caller.memory.store64(result, wdfs.kernel.KernelObjects.of(caller.machine).reference(object));
        }
        return 0;
    }
}
