package wdfs.win32;

import java.util.ArrayList;
import java.util.List;
import wdfs.io.Transfers;
import wdfs.kernel.EventObject;
import wdfs.kernel.Waitable;
import wdfs.kernel.Waits;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;
import wdfs.runtime.UserApc;

/// Waiting, and what a thread runs while it waits alertably: user APCs and completion routines (ENV-139).
public final class WaitApi {
    static final int WAIT_IO_COMPLETION = 0xC0;
    static final int WAIT_TIMEOUT = 258;
    private static final int WAIT_FAILED = -1;
    private static final int MOST_OBJECTS = 64;
    private static final int ERROR_INVALID_HANDLE = 6;
    private static final int ERROR_GEN_FAILURE = 31;
    private static final int ERROR_INVALID_PARAMETER = 87;

    private WaitApi() {}

    private static int fail(Caller caller, int error, int result) {
        caller.lastError = error;
        return result;
    }

    /// INFINITE is no time-out.
    static long nanos(int milliseconds) {
        return milliseconds == -1 ? Waits.FOREVER : (milliseconds & 0xFFFF_FFFFL) * 1_000_000;
    }

    private static Waitable waitable(Caller caller, long handle) {
        Process.Handle entry = NtApi.handle(caller, handle);
        return entry != null && entry.object() instanceof Waitable object ? object : null;
    }

    /// @return what WaitForMultipleObjectsEx gives
    private static int wait(Caller caller, List<Waitable> objects, boolean all, int milliseconds, int alertable) {
        int result = Waits.wait(caller, objects, all, nanos(milliseconds), alertable != 0);
        if (result == Waits.ALERTED) {
            caller.runUserApcs();
            return WAIT_IO_COMPLETION;
        }
        return result == Waits.TIMED_OUT ? WAIT_TIMEOUT : result;
    }

    @Native
    public static int WaitForSingleObject(Caller caller, long handle, int milliseconds) {
        return WaitForSingleObjectEx(caller, handle, milliseconds, 0);
    }

    @Native
    public static int WaitForSingleObjectEx(Caller caller, long handle, int milliseconds, int alertable) {
        Waitable object = waitable(caller, handle);
        return object == null ? fail(caller, ERROR_INVALID_HANDLE, WAIT_FAILED) : wait(caller, List.of(object), false, milliseconds, alertable);
    }

    @Native
    public static int WaitForMultipleObjects(Caller caller, int count, long handles, int all, int milliseconds) {
        return WaitForMultipleObjectsEx(caller, count, handles, all, milliseconds, 0);
    }

    @Native
    public static int WaitForMultipleObjectsEx(Caller caller, int count, long handles, int all, int milliseconds, int alertable) {
        if (count <= 0 || count > MOST_OBJECTS) {
            return fail(caller, ERROR_INVALID_PARAMETER, WAIT_FAILED);
        }
        List<Waitable> objects = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Waitable object = waitable(caller, caller.memory.load64(handles + 8L * i));
            if (object == null) {
                return fail(caller, ERROR_INVALID_HANDLE, WAIT_FAILED);
            }
            if (all != 0 && objects.contains(object)) {               // STATUS_INVALID_PARAMETER_MIX: nothing can be taken twice
                return fail(caller, ERROR_INVALID_PARAMETER, WAIT_FAILED);
            }
            objects.add(object);
        }
        return wait(caller, objects, all != 0, milliseconds, alertable);
    }

    /// One step: nobody comes between the signal and the wait.
    @Native
    public static int SignalObjectAndWait(Caller caller, long signal, long handle, int milliseconds, int alertable) {
        Process.Handle entry = NtApi.handle(caller, signal);
        Waitable object = waitable(caller, handle);
        if (object == null || entry == null || !(entry.object() instanceof EventObject event)) {
            return fail(caller, ERROR_INVALID_HANDLE, WAIT_FAILED);
        }
        event.set();
        return wait(caller, List.of(object), false, milliseconds, alertable);
    }

    @Native
    public static void Sleep(Caller caller, int milliseconds) {
        SleepEx(caller, milliseconds, 0);
    }

    @Native
    public static int SleepEx(Caller caller, int milliseconds, int alertable) {
        boolean alerted = Waits.sleep(caller, nanos(milliseconds), alertable != 0) == Waits.ALERTED;
        if (alerted) {
            caller.runUserApcs();
        }
        return alerted ? WAIT_IO_COMPLETION : 0;
    }

    // ---- APCs ------------------------------------------------------------------------------------------------------------------------

    @Native
    public static int QueueUserAPC(Caller caller, long routine, long handle, long data) {
        Process.Handle entry = NtApi.handle(caller, handle);
        if (entry == null || !(entry.object() instanceof ThreadObject of)) {
            return fail(caller, ERROR_INVALID_HANDLE, 0);
        }
        if (of.thread.finished) {
            return fail(caller, ERROR_GEN_FAILURE, 0);
        }
        Win32Api.trace(caller, "QueueUserAPC " + caller.functionName(routine) + " to " + of.thread.threadName());
        of.thread.queueUserApc(new UserApc("APC " + caller.functionName(routine), thread -> thread.invoke(routine, data)));
        return 1;
    }

    /// What ReadFileEx has the thread call: the routine's own parameters are made of the status block as it is then.
    static UserApc completionRoutine(Caller caller, long routine, long overlapped) {
        return new UserApc("completion routine " + caller.functionName(routine), thread -> {
            int status = (int) thread.memory.load64(overlapped);
            boolean error = status >>> 30 == 3;
            thread.invoke(routine, error ? Win32Api.error(thread, status) : 0, error ? 0 : thread.memory.load64(overlapped + 8) & 0xFFFF_FFFFL, overlapped);
        });
    }

    private static int transfer(Caller caller, String call, long handle, Transfers.Request request, long overlapped, long routine) {
        caller.memory.store64(overlapped, NtApi.STATUS_PENDING);
        long offset = caller.memory.load64(overlapped + 16);
        int status = NtApi.transfer(caller, handle, 0, false, new Transfers.Request(request.major(), 0, request.in(), request.inLength(), request.out(), request.outLength(), overlapped, null,
                offset, 0, completionRoutine(caller, routine, overlapped))).status;
        boolean error = status >>> 30 == 3;
        if (caller.machine.tracing) {
            Win32Api.trace(caller, call + " → " + (error ? "FALSE, " : "TRUE, ") + caller.machine.statuses.name(status));
        }
        // A warning is TRUE, and only GetLastError tells it: so it must be 0 otherwise.
        caller.lastError = status >>> 30 >= 2 ? Win32Api.error(caller, status) : 0;
        return error ? 0 : 1;
    }

    @Native
    public static int ReadFileEx(Caller caller, long handle, long buffer, int length, long overlapped, long routine) {
        return transfer(caller, "ReadFileEx", handle, new Transfers.Request(Transfers.READ, 0, 0, 0, buffer, length & 0xFFFF_FFFFL, 0, null, 0), overlapped, routine);
    }

    @Native
    public static int WriteFileEx(Caller caller, long handle, long buffer, int length, long overlapped, long routine) {
        return transfer(caller, "WriteFileEx", handle, new Transfers.Request(Transfers.WRITE, 0, buffer, length & 0xFFFF_FFFFL, 0, 0, 0, null, 0), overlapped, routine);
    }
}
