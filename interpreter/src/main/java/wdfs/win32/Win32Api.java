package wdfs.win32;

import java.util.List;
import wdfs.io.FileObject;
import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.io.ThreadRequests;
import wdfs.io.Transfers;
import wdfs.kernel.EventObject;
import wdfs.kernel.FileSystem;
import wdfs.kernel.DebugApi;
import wdfs.kernel.Waitable;
import wdfs.kernel.Waits;
import wdfs.machine.Memory;
import wdfs.machine.Region;
import wdfs.machine.Shadow;
import wdfs.runtime.Caller;
import wdfs.runtime.Events;
import wdfs.runtime.Format;
import wdfs.runtime.Machine;
import wdfs.runtime.Native;
import wdfs.runtime.ScriptException;

/// The Win32 functions of applications (ENV §7).
public final class Win32Api {
    private static final int ERROR_INVALID_HANDLE = 6;
    private static final int ERROR_INVALID_PARAMETER = 87;
    private static final int ERROR_IO_INCOMPLETE = 996;
    private static final int ERROR_NOT_FOUND = 1168;
    private static final int FILE_FLAG_OVERLAPPED = 0x4000_0000;
    private static final int SECURITY_SQOS_PRESENT = 0x0010_0000;
    private static final int ERROR_ALREADY_EXISTS = 183;
    private static final int FILE_CREATED = 2;
    private static final int WT_EXECUTEINIOTHREAD = 1;
    private static final int MOST_DEBUG_TEXT = 65_536;

    private Win32Api() {}

    static int error(Caller caller, int status) {
        return caller.machine.statuses.toWin32(status);
    }

    private static int fail(Caller caller, int error) {
        caller.lastError = error;
        return 0;
    }

    static void trace(Caller caller, String text) {
        if (caller.machine.tracing) {
            caller.machine.trace(caller.threadName(), text);
        }
    }

    // ---- files ---------------------------------------------------------------------------------------------------------------------

    /// `\\.\X` and `\\?\X` are `\??\X`.
    static String ntPath(String path) {
        return path.startsWith("\\\\.\\") || path.startsWith("\\\\?\\") ? "\\??\\" + path.substring(4) : path.startsWith("\\") ? path : "\\??\\" + path;
    }

    static long create(Caller caller, String path, int access, int flags) {
        return create(caller, path, access, flags, NtApi.Creation.OPEN);
    }

    private static long create(Caller caller, String path, int access, int flags, NtApi.Creation creation) {
        long[] handle = new long[1];
        long[] information = new long[1];
        boolean synchronous = (flags & FILE_FLAG_OVERLAPPED) == 0;
        NtApi.Creation full = new NtApi.Creation(creation.share(), creation.disposition(), creation.options() & ~0x20 | (synchronous ? 0x20 : 0), creation.attributes());
        int status = NtApi.open(caller, ntPath(path), access | FileSystem.SYNCHRONIZE, synchronous, full, handle, information);
        if (status < 0) {
            caller.lastError = error(caller, status);
            trace(caller, "CreateFile " + path + "  → " + caller.machine.statuses.name(status) + ", error " + caller.lastError);
            return -1;
        }
        if ((flags & SECURITY_SQOS_PRESENT) != 0 && NtApi.process(caller).handle(handle[0]).object() instanceof FileObject file) {
            file.impersonationLevel = flags >>> 16 & 3;               // UMDF-192
        }
        if (NtApi.process(caller).handle(handle[0]).object() instanceof FileSystem.Opening && creation.disposition() != 1) {
            caller.lastError = information[0] == FILE_CREATED ? 0 : ERROR_ALREADY_EXISTS;
        }
        trace(caller, "CreateFile " + path + "  → handle 0x" + Long.toHexString(handle[0]));
        return handle[0];
    }

    @Native
    public static long CreateFileW(Caller caller, long name, int access, int share, long security, int disposition, int flags, long template) {
        int how = switch (disposition) {
            case 1 -> 2;                                              // CREATE_NEW: FILE_CREATE
            case 2 -> 5;                                              // CREATE_ALWAYS: FILE_OVERWRITE_IF
            case 3 -> 1;                                              // OPEN_EXISTING: FILE_OPEN
            case 4 -> 3;                                              // OPEN_ALWAYS: FILE_OPEN_IF
            case 5 -> 4;                                              // TRUNCATE_EXISTING: FILE_OVERWRITE
            default -> -1;
        };
        String path = Format.wideString(caller.memory, name, 32767);
        if (how < 0 || how == 4 && (access & 0x4000_0000) == 0) {
            caller.lastError = ERROR_INVALID_PARAMETER;
            return -1;
        }
        boolean deletes = (flags & 0x0400_0000) != 0;
        int options = ((flags & 0x0200_0000) != 0 ? 0 : 0x40) | (deletes ? 0x1000 : 0);
        long handle = create(caller, path, access | (deletes ? FileSystem.DELETE : 0), flags, new NtApi.Creation(share, how, options, flags & 0xFFFF));
        if (handle >= 0) {
            NtApi.process(caller).flags(handle, HandleApi.flags(caller, security));
        }
        return handle;
    }

    @Native
    public static long CreateFile(Caller caller, long name, int access, int share, long security, int disposition, int flags, long template) {
        return CreateFileW(caller, name, access, share, security, disposition, flags, template);
    }

    private static boolean isOverlapped(Caller caller, long handle) {
        Process.Handle entry = NtApi.process(caller).handle(handle);
        return entry != null && (entry.object() instanceof FileObject file && !file.synchronous || entry.object() instanceof FileSystem.Opening opening && !opening.synchronous);
    }

    /// OVERLAPPED: Internal 0, InternalHigh 8, Offset 16, hEvent 24.
    private static int transfer(Caller caller, long handle, Transfers.Request request, long done, boolean clearFirst, long overlapped, String call) {
        if (overlapped == 0 && isOverlapped(caller, handle)) {
            return fail(caller, ERROR_INVALID_PARAMETER);            // ENV-123
        }
        if (clearFirst && done != 0) {
            caller.memory.store32(done, 0);
        }
        long event = 0;
        long iosb = 0;
        long offset = 0;
        long context = 0;
        if (overlapped != 0) {
            event = caller.memory.load64(overlapped + 24);
            context = (event & 1) != 0 ? 0 : overlapped;              // ENV-134: the low bit wants no packet
            event &= ~1L;
            offset = caller.memory.load64(overlapped + 16);
            caller.memory.store64(overlapped, NtApi.STATUS_PENDING); // ENV-128
            iosb = overlapped;
        }
        Transfers.Outcome outcome = NtApi.transfer(caller, handle, event, overlapped != 0, new Transfers.Request(request.major(), request.code(), request.in(), request.inLength(),
                request.out(), request.outLength(), iosb, null, offset, context, null));
        int status = outcome.status;
        // VER-146: without an OVERLAPPED the call has waited, and STATUS_PENDING is what a driver completed the request with: a success.
        boolean pending = status == NtApi.STATUS_PENDING && overlapped != 0;
        boolean success = status >= 0 && !pending;
        boolean counted = success || status >>> 30 == 2 && !pending;
        if (request.major() == Transfers.READ && status == 0xC0000011 && overlapped == 0) {
            success = true;                                           // ENV-123: the end of the file is no error to a synchronous read
        }
        if (done != 0 && counted) {
            caller.memory.store32(done, (int) outcome.information);
        }
        if (caller.machine.tracing) {
            trace(caller, call + " → " + (success ? "TRUE, " + outcome.information + (outcome.information == 1 ? " byte" : " bytes")
                    : "FALSE, " + (pending ? "ERROR_IO_PENDING" : caller.machine.statuses.name(status))));
        }
        return success ? 1 : fail(caller, error(caller, status));
    }

    @Native
    public static int ReadFile(Caller caller, long handle, long buffer, int length, long done, long overlapped) {
        return transfer(caller, handle, new Transfers.Request(Transfers.READ, 0, 0, 0, buffer, length & 0xFFFF_FFFFL, 0, null, 0), done, true, overlapped, "ReadFile");
    }

    @Native
    public static int WriteFile(Caller caller, long handle, long buffer, int length, long done, long overlapped) {
        return transfer(caller, handle, new Transfers.Request(Transfers.WRITE, 0, buffer, length & 0xFFFF_FFFFL, 0, 0, 0, null, 0), done, true, overlapped, "WriteFile");
    }

    @Native
    public static int DeviceIoControl(Caller caller, long handle, int code, long in, int inLength, long out, int outLength, long done, long overlapped) {
        if (done == 0 && overlapped == 0) {
            caller.memory.store32(0, 0);                              // ENV-124: the count is written without a look
        }
        return transfer(caller, handle, new Transfers.Request(Transfers.DEVICE_CONTROL, code, in, inLength & 0xFFFF_FFFFL, out, outLength & 0xFFFF_FFFFL, 0, null, 0), done, false,
                overlapped, "DeviceIoControl");
    }

    @Native
    public static int FlushFileBuffers(Caller caller, long handle) {
        Region iosb = caller.machine.need(NtApi.process(caller).heap, 16, "IO_STATUS_BLOCK");
        int status = NtApi.NtFlushBuffersFile(caller, handle, iosb.base);
        NtApi.process(caller).heap.free(iosb);
        if (caller.machine.tracing) {
            trace(caller, "FlushFileBuffers → " + (status >= 0 ? "TRUE" : "FALSE, " + caller.machine.statuses.name(status)));
        }
        return status >= 0 ? 1 : fail(caller, error(caller, status));
    }

    @Native
    public static int GetOverlappedResult(Caller caller, long handle, long overlapped, long count, int wait) {
        return overlappedResult(caller, handle, overlapped, count, wait != 0 ? Waits.FOREVER : 0, false);
    }

    @Native
    public static int GetOverlappedResultEx(Caller caller, long handle, long overlapped, long count, int milliseconds, int alertable) {
        return overlappedResult(caller, handle, overlapped, count, WaitApi.nanos(milliseconds), alertable != 0 && milliseconds != 0);
    }

    private static int overlappedResult(Caller caller, long handle, long overlapped, long count, long timeout, boolean alertable) {
        if ((int) caller.memory.load64(overlapped) == NtApi.STATUS_PENDING) {
            if (timeout == 0) {
                return fail(caller, ERROR_IO_INCOMPLETE);
            }
            long event = caller.memory.load64(overlapped + 24) & ~1L;
            Process.Handle entry = NtApi.process(caller).handle(event != 0 ? event : handle);
            if (entry == null || !(entry.object() instanceof Waitable object)) {
                return fail(caller, ERROR_INVALID_HANDLE);
            }
            do {
                int result = Waits.wait(caller, List.of(object), false, timeout, alertable);
                if (result == Waits.TIMED_OUT) {
                    return fail(caller, WaitApi.WAIT_TIMEOUT);
                }
                if (result == Waits.ALERTED) {
                    caller.runUserApcs();
                    return fail(caller, WaitApi.WAIT_IO_COMPLETION);
                }
            } while ((int) caller.memory.load64(overlapped) == NtApi.STATUS_PENDING && timeout == Waits.FOREVER && !object.isSignaled());
        }
        int status = (int) caller.memory.load64(overlapped);
        if (count != 0) {
            caller.memory.store32(count, (int) caller.memory.load64(overlapped + 8));
        }
        return status >= 0 && status != NtApi.STATUS_PENDING ? 1 : fail(caller, status == NtApi.STATUS_PENDING ? ERROR_IO_INCOMPLETE : error(caller, status));
    }

    private static int cancel(Caller caller, long handle, long overlapped, boolean ownThread) {
        Process.Handle entry = NtApi.process(caller).handle(handle);
        if (entry == null || !(entry.object() instanceof FileObject file)) {
            return fail(caller, ERROR_INVALID_HANDLE);
        }
        return NtApi.inKernel(caller, () -> {
            int found = 0;
            IoManager io = IoManager.of(caller);
            for (Irp irp : overlapped == 0 ? io.pending() : io.pending(overlapped)) {
                boolean mine = irp.file == file && irp.requestor != null && irp.requestor.thread() != null && irp.requestor.thread().process == caller.process
                        && (!ownThread || irp.requestor.thread() == caller);
                if (mine) {
                    found++;
                    io.cancel(caller, irp);
                }
            }
            return found > 0 || ownThread ? 1 : fail(caller, ERROR_NOT_FOUND);
        });
    }

    @Native
    public static int CancelIo(Caller caller, long handle) {
        return cancel(caller, handle, 0, true);
    }

    @Native
    public static int CancelIoEx(Caller caller, long handle, long overlapped) {
        return cancel(caller, handle, overlapped, false);
    }

    @Native
    public static int CancelSynchronousIo(Caller caller, long handle) {
        Process.Handle entry = NtApi.handle(caller, handle);
        if (entry == null || !(entry.object() instanceof ThreadObject thread)) {
            return fail(caller, ERROR_INVALID_HANDLE);
        }
        return NtApi.inKernel(caller, () -> {
            int found = 0;
            for (Irp irp : IoManager.of(caller).pending()) {
                if (irp.requestor != null && irp.requestor.thread() == thread.thread && thread.thread.waitingFor().startsWith("request #" + irp.number + " ")) {
                    found++;
                    IoManager.of(caller).cancel(caller, irp);
                }
            }
            return found > 0 ? 1 : fail(caller, ERROR_NOT_FOUND);
        });
    }

    @Native
    public static int GetLastError(Caller caller) {
        return caller.lastError;
    }

    @Native
    public static void SetLastError(Caller caller, int error) {
        caller.lastError = error;
    }

    // ---- events -----------------------------------------------------------------------------------------------------------------------

    @Native
    public static long CreateEventW(Caller caller, long attributes, int manual, int initial, long name) {
        return NtApi.process(caller).open(new EventObject(manual != 0, initial != 0), 0x1F0003, HandleApi.flags(caller, attributes));
    }

    @Native
    public static long CreateEvent(Caller caller, long attributes, int manual, int initial, long name) {
        return CreateEventW(caller, attributes, manual, initial, name);
    }

    private static EventObject event(Caller caller, long handle) {
        Process.Handle entry = NtApi.process(caller).handle(handle);
        return entry != null && entry.object() instanceof EventObject event ? event : null;
    }

    @Native
    public static int SetEvent(Caller caller, long handle) {
        EventObject event = event(caller, handle);
        if (event == null) {
            return fail(caller, ERROR_INVALID_HANDLE);
        }
        event.set();
        return 1;
    }

    @Native
    public static int ResetEvent(Caller caller, long handle) {
        EventObject event = event(caller, handle);
        if (event == null) {
            return fail(caller, ERROR_INVALID_HANDLE);
        }
        event.reset();
        return 1;
    }

    @Native
    public static long GetTickCount64(Caller caller) {
        return caller.machine.clock.nowNanos() / 1_000_000;
    }

    @Native
    public static void RaiseException(Caller caller, int code, int flags, int count, long arguments) {
        throw caller.raise(code & ~0x1000_0000, 0, 0);
    }

    // ---- threads and processes ---------------------------------------------------------------------------------------------------------

    @Native
    public static long CreateThread(Caller caller, long attributes, long stackSize, long start, long parameter, int flags, long id) {
        if (caller.machine.scheduler.aliveCount() >= caller.machine.limits.threads()) {
            throw caller.machine.limit("threads");
        }
        Process process = NtApi.process(caller);
        UserThread thread = new UserThread(process, false, t -> (int) t.invoke(start, parameter));
        caller.machine.scheduler.start(thread);
        if (id != 0) {
            caller.memory.store32(id, process.id + 4 * process.threadIndex(thread));
        }
        return process.open(thread.object, NtApi.ALL_ACCESS, HandleApi.flags(caller, attributes));
    }

    /// A thread of the pool for each, which stays while it has requests under way (ENV-142); what the other flags say of the pool's
    /// economy changes nothing here.
    @Native
    public static int QueueUserWorkItem(Caller caller, long function, long context, int flags) {
        if (caller.machine.scheduler.aliveCount() >= caller.machine.limits.threads()) {
            throw caller.machine.limit("threads");
        }
        caller.machine.scheduler.start(new UserThread(NtApi.process(caller), false, t -> {
            t.invoke(function, context);
            ThreadRequests.awaitEnds(t, (flags & WT_EXECUTEINIOTHREAD) != 0);
            return 0;
        }));
        return 1;
    }

    /// A number that stands for the running thread.
    @Native
    public static long GetCurrentThread(Caller caller) {
        return NtApi.CURRENT_THREAD;
    }

    @Native
    public static int GetExitCodeThread(Caller caller, long handle, long code) {
        Process.Handle entry = NtApi.handle(caller, handle);
        if (entry == null || !(entry.object() instanceof ThreadObject thread)) {
            return fail(caller, ERROR_INVALID_HANDLE);
        }
        caller.memory.store32(code, thread.thread.finished ? thread.thread.exitCode : 259);
        return 1;
    }

    @Native
    public static void ExitThread(Caller caller, int code) {
        throw new UserThread.Exit(false, code);
    }

    @Native
    public static void ExitProcess(Caller caller, int code) {
        throw new UserThread.Exit(true, code);
    }

    @Native
    public static long GetCurrentProcess(Caller caller) {
        return NtApi.CURRENT_PROCESS;
    }

    @Native
    public static int GetCurrentProcessId(Caller caller) {
        return NtApi.process(caller).id;
    }

    @Native
    public static int GetCurrentThreadId(Caller caller) {
        return NtApi.process(caller).id + 4 * NtApi.process(caller).threadIndex(caller);
    }

    // ---- memory ------------------------------------------------------------------------------------------------------------------------

    @Native
    public static long VirtualAlloc(Caller caller, long address, long size, int type, int protect) {
        Machine machine = caller.machine;
        long pages = (size + Memory.PAGE - 1) / Memory.PAGE;
        if (size <= 0 || pages > 1 << 20) {
            fail(caller, ERROR_INVALID_PARAMETER);
            return 0;
        }
        Memory.Space space = caller.process.space();
        long base = address != 0 ? address & ~0xFFFL : space.reserve(pages * Memory.PAGE);
        for (long i = 0; i < pages; i++) {
            if (machine.memory.isMapped(space, base + i * Memory.PAGE)) {
                fail(caller, 487);
                return 0;
            }
        }
        if (!machine.memory.map(space, base, pages, true, true)) {
            fail(caller, 8);
            return 0;
        }
        if (protect == 2) {
            machine.memory.protect(space, base, pages, false);
        }
        Region region = new Region(base, pages * Memory.PAGE, "VirtualAlloc", machine.numbers.next("VirtualAlloc"));
        machine.memory.add(space, region);
        return base;
    }

    @Native
    public static int VirtualFree(Caller caller, long address, long size, int type) {
        Memory.Space space = caller.process.space();
        Region region = caller.machine.memory.regionAt(space, address);
        if (region == null || !region.kind.equals("VirtualAlloc") || region.freed) {
            return fail(caller, 487);
        }
        region.freed = true;
        caller.machine.memory.unmap(space, region.base, region.size / Memory.PAGE);
        caller.machine.memory.remove(space, region);
        return 1;
    }

    @Native
    public static int VirtualProtect(Caller caller, long address, long size, int protect, long old) {
        Memory.Space space = caller.process.space();
        if (!caller.machine.memory.isMapped(space, address)) {
            return fail(caller, 487);
        }
        caller.memory.store32(old, caller.machine.memory.isWritable(space, address) ? 4 : 2);
        long first = address & ~0xFFFL;
        long pages = ((address + size + 0xFFF) & ~0xFFFL) - first >>> 12;
        caller.machine.memory.protect(space, first, pages, protect != 2 && protect != 0x20);
        return 1;
    }

    @Native
    public static long malloc(Caller caller, long size) {
        Region region = NtApi.process(caller).heap.allocate(Math.max(1, size), "heap", false);
        return region == null ? 0 : region.base;
    }

    @Native
    public static long calloc(Caller caller, long count, long size) {
        if (Math.multiplyHigh(count, size) != 0 || count * size < 0) {
            return 0;
        }
        Region region = NtApi.process(caller).heap.allocate(Math.max(1, count * size), "heap", true);
        return region == null ? 0 : region.base;
    }

    @Native
    public static void free(Caller caller, long address) {
        if (address == 0) {
            return;
        }
        Region region = NtApi.process(caller).heap.blockAt(address);
        if (region == null) {
            throw caller.raise(0xC0000374, address, 0);               // STATUS_HEAP_CORRUPTION
        }
        NtApi.process(caller).heap.free(region);
    }

    @Native
    public static long GetProcessHeap(Caller caller) {
        return 0x10;
    }

    @Native
    public static long HeapAlloc(Caller caller, long heap, int flags, long size) {
        Region region = NtApi.process(caller).heap.allocate(Math.max(1, size), "heap", (flags & 8) != 0);
        return region == null ? 0 : region.base;
    }

    @Native
    public static int HeapFree(Caller caller, long heap, int flags, long address) {
        free(caller, address);
        return 1;
    }

    // ---- output ------------------------------------------------------------------------------------------------------------------------

    /// Lines that `printf` has begun and not ended, by process.
    private static final class Lines {
        final java.util.Map<String, StringBuilder> open = new java.util.HashMap<>();
    }

    /// Shown like DbgPrint's text: behind the name of the image whose code calls; a line ends with its newline.
    @Native
    public static void OutputDebugStringA(Caller caller, long text) {
        debug(caller, text == 0 ? "" : Format.cString(caller.memory, text, MOST_DEBUG_TEXT));
    }

    @Native
    public static void OutputDebugStringW(Caller caller, long text) {
        debug(caller, text == 0 ? "" : Format.wideString(caller.memory, text, MOST_DEBUG_TEXT));
    }

    private static void debug(Caller caller, String text) {
        caller.machine.emit(new Events.DebugPrinted(caller.image.name(), text));
    }

    @Native
    public static int printf(Caller caller, long format, long[] values, String kinds) {
        String text = Format.format(caller.memory, format, values, kinds, wrong -> DebugApi.badArgument(caller, wrong));
        StringBuilder line = caller.machine.part(Lines.class, m -> new Lines()).open.computeIfAbsent(caller.process.processName(), _ -> new StringBuilder());
        line.append(text);
        for (int end = line.indexOf("\n"); end >= 0; end = line.indexOf("\n")) {
            caller.machine.emit(new Events.Printed(caller.process.processName(), line.substring(0, end)));
            line.delete(0, end + 1);
        }
        return text.length();
    }

    /// What was printed without a line end comes out when the run ends.
    public static void flush(Machine machine) {
        machine.part(Lines.class, m -> new Lines()).open.forEach((process, line) -> {
            if (!line.isEmpty()) {
                machine.emit(new Events.Printed(process, line.toString()));
                line.setLength(0);
            }
        });
    }

    static int shadow() {
        return Shadow.UNWRITTEN;
    }

    static int code(ScriptException e) {
        return e.code();
    }
}
