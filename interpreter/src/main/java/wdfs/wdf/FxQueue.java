package wdfs.wdf;

import java.util.ArrayList;
import java.util.LinkedList;
import java.util.List;
import wdfs.io.FileObject;
import wdfs.io.IoManager;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;
import wdfs.runtime.Travel;

/// WDFQUEUE: holds requests and presents them to the driver (REQ §4, §9).
public final class FxQueue extends FxObject {
    static final int SEQUENTIAL = 1;
    static final int PARALLEL = 2;
    static final int MANUAL = 3;

    final FxDevice device;
    final int dispatchType;
    final boolean isDefault;
    /// Off while the device is not in D0.
    boolean powerManaged;
    final boolean allowZeroLength;
    final long presentedLimit;
    final long evtDefault;
    final long evtRead;
    final long evtWrite;
    final long evtControl;
    final long evtInternal;
    final long evtCanceled;
    private final LinkedList<FxRequest> waiting = new LinkedList<>();
    private int owned;
    private boolean accepting = true;
    private boolean dispatching = true;
    private boolean shutDown;
    private int loops;
    private long readyNotify;
    private long readyContext;
    /// Callbacks that wait for the queue to become idle: function and context.
    private long stopDone;
    private long stopContext;
    private long drainDone;
    private long drainContext;

    FxQueue(Machine machine, FxDevice device, FxObject parent, int dispatchType, boolean isDefault, boolean allowZeroLength, long presentedLimit, long[] callbacks) {
        super(machine, "WDFQUEUE", parent);
        this.device = device;
        this.dispatchType = dispatchType;
        this.isDefault = isDefault;
        this.allowZeroLength = allowZeroLength;
        this.presentedLimit = presentedLimit;
        this.evtDefault = callbacks[0];
        this.evtRead = callbacks[1];
        this.evtWrite = callbacks[2];
        this.evtControl = callbacks[3];
        this.evtInternal = callbacks[4];
        this.evtCanceled = callbacks[7];
        device.queues.add(this);
    }

    /// As traces and stories name it.
    String shown() {
        return isDefault ? "Default" : label();
    }

    boolean accepts() {
        return accepting && !shutDown;
    }

    int waitingCount() {
        return waiting.size();
    }

    int ownedCount() {
        return owned;
    }

    boolean dispatches() {
        return dispatching;
    }

    boolean hasHandler(int major) {
        return handler(major) != 0;
    }

    private long handler(int major) {
        long specific = switch (major) {
            case 0x03 -> evtRead;
            case 0x04 -> evtWrite;
            case 0x0E -> evtControl;
            case 0x0F -> evtInternal;
            default -> 0;
        };
        return specific != 0 ? specific : evtDefault;                // REQ-040
    }

    // ---- arrival ---------------------------------------------------------------------------------------------------------------------

    /// A request joins the queue, at its end.
    void insert(Caller caller, FxRequest request) {
        request.queue = this;
        if (request.irp.isCancelled() && !(waiting.isEmpty() && canDispatch())) {
            cancelWaiting(caller, request);                           // REQ-028
            return;
        }
        waiting.add(request);
        armCancel(caller, request);
        request.irp.tell("queued", "queue " + shown());
        dispatch(caller, true);
        if (dispatchType == MANUAL && readyNotify != 0 && waiting.size() == 1) {
            caller.invoke(readyNotify, handle, readyContext);
        }
    }

    void insertFirst(Caller caller, FxRequest request) {
        request.queue = this;
        waiting.addFirst(request);
        armCancel(caller, request);
        dispatch(caller, true);
    }

    private void armCancel(Caller caller, FxRequest request) {
        request.irp.javaCancel = () -> {
            if (waiting.remove(request)) {
                cancelWaiting(request.irp.cancelCaller, request);
            }
        };
    }

    /// REQ-141, REQ-148: completed STATUS_CANCELLED without the driver, unless it saw the request before and wants to hear.
    private void cancelWaiting(Caller caller, FxRequest request) {
        request.irp.javaCancel = null;
        if (evtCanceled != 0 && request.presented) {
            request.driverOwned = true;
            owned++;
            caller.invoke(evtCanceled, handle, request.handle);
            return;
        }
        request.finish(caller, Framework.STATUS_CANCELLED, 0, false);
        idle(caller);
    }

    void cancelFor(Caller caller, FileObject file) {
        for (FxRequest request : new ArrayList<>(waiting)) {
            if (request.irp.file == file && waiting.remove(request)) {
                cancelWaiting(caller, request);
            }
        }
    }

    // ---- dispatch ----------------------------------------------------------------------------------------------------------------------

    private boolean canDispatch() {
        return dispatching && !shutDown && switch (dispatchType) {
            case SEQUENTIAL -> owned == 0;                            // REQ-051
            case PARALLEL -> Integer.toUnsignedLong(owned) < presentedLimit;   // REQ-052
            default -> false;                                         // REQ-053
        };
    }

    /// REQ-056: a completion finds the looping thread and leaves the rest to it; an arrival enters with its own thread.
    void dispatch(Caller caller, boolean arrival) {
        if (loops > 0 && (!arrival || dispatchType == SEQUENTIAL)) {
            return;
        }
        loops++;
        try {
            while (!waiting.isEmpty() && canDispatch()) {
                present(caller, waiting.removeFirst());
            }
        } finally {
            loops--;
        }
        idle(caller);
    }

    private void present(Caller caller, FxRequest request) {
        request.irp.javaCancel = null;
        int major = request.major;
        long handler = handler(major);
        if (handler == 0) {
            request.finish(caller, Framework.STATUS_INVALID_DEVICE_REQUEST, 0, false);        // REQ-043, REQ-048
            return;
        }
        if (isEmptyTransfer(request)) {
            request.finish(caller, 0, 0, false);                      // REQ-044
            return;
        }
        owned++;
        request.driverOwned = true;
        request.presented = true;
        request.inHandler++;
        String name = caller.functionName(handler);
        request.irp.tell("presented", "queue " + shown() + " → " + name);
        if (machine.tracing) {
            machine.emit(new Travel.Presented(request.irp.number, device.lane(), device.inTrace(shown()), name));
        }
        int probes = caller.serve(request.irp.requestorProcessId());
        try {
            boolean specific = handler != evtDefault || evtDefault == handlerOf(major);
            if (handler == evtDefault && handlerOf(major) == 0) {
                caller.invoke(handler, handle, request.handle);
            } else if (major == 0x03 || major == 0x04) {
                caller.invoke(handler, handle, request.handle, request.irp.transferLength());
            } else {
                caller.invoke(handler, handle, request.handle, request.irp.outputLength(), request.irp.inputLength(), request.irp.controlCode());
            }
        } finally {
            caller.served(probes);
            request.inHandler--;
        }
    }

    private long handlerOf(int major) {
        return switch (major) {
            case 0x03 -> evtRead;
            case 0x04 -> evtWrite;
            case 0x0E -> evtControl;
            case 0x0F -> evtInternal;
            default -> 0;
        };
    }

    private boolean isEmptyTransfer(FxRequest request) {
        return !allowZeroLength && (request.major == 0x03 || request.major == 0x04) && request.irp.transferLength() == 0;
    }

    /// The driver gave a request of this queue away: completion, forwarding, requeueing.
    void gaveAway(Caller caller) {
        owned--;
        dispatch(caller, false);
        idle(caller);
    }

    // ---- what drivers take themselves --------------------------------------------------------------------------------------------------

    /// @return the next request, or null
    FxRequest retrieve(Caller caller, FileObject file) {
        while (true) {
            FxRequest found = null;
            for (FxRequest request : waiting) {
                if (file == null || request.irp.file == file) {
                    found = request;
                    break;
                }
            }
            if (found == null) {
                return null;
            }
            waiting.remove(found);
            found.irp.javaCancel = null;
            if (isEmptyTransfer(found)) {                             // REQ-045
                found.finish(caller, 0, 0, false);
                continue;
            }
            owned++;
            found.driverOwned = true;
            found.presented = true;
            found.irp.tell("retrieved", "from queue " + shown());
            return found;
        }
    }

    List<FxRequest> waiting() {
        return List.copyOf(waiting);
    }

    boolean take(FxRequest request) {
        if (!waiting.remove(request)) {
            return false;
        }
        request.irp.javaCancel = null;
        owned++;
        request.driverOwned = true;
        request.presented = true;
        return true;
    }

    // ---- states (REQ-120) ----------------------------------------------------------------------------------------------------------------

    void start(Caller caller) {
        accepting = true;
        dispatching = true;
        dispatch(caller, true);
    }

    void stop(Caller caller, long callback, long context) {
        accepting = true;
        dispatching = false;
        stopDone = callback;
        stopContext = context;
        idle(caller);
    }

    void drain(Caller caller, long callback, long context) {
        accepting = false;
        drainDone = callback;
        drainContext = context;
        idle(caller);
    }

    void purge(Caller caller, long callback, long context) {
        accepting = false;
        for (FxRequest request : new ArrayList<>(waiting)) {
            if (waiting.remove(request)) {
                cancelWaiting(caller, request);
            }
        }
        for (FxRequest request : device.ownedRequests(this)) {
            request.cancelIfCancelable(caller);
        }
        drainDone = callback;
        drainContext = context;
        idle(caller);
    }

    private void idle(Caller caller) {
        if (stopDone != 0 && owned == 0) {
            long callback = stopDone;
            stopDone = 0;
            caller.invoke(callback, handle, stopContext);
        }
        if (drainDone != 0 && owned == 0 && waiting.isEmpty()) {
            long callback = drainDone;
            drainDone = 0;
            caller.invoke(callback, handle, drainContext);
        }
    }

    void readyNotify(long callback, long context) {
        readyNotify = callback;
        readyContext = context;
    }

    void shutDown(Caller caller) {
        if (!shutDown) {
            purge(caller, 0, 0);
            shutDown = true;
        }
    }

    /// OBJ-005: neither the default queue nor one that requests are routed to.
    @Override
    protected boolean mayBeDeleted() {
        return !isDefault && !device.routesTo(this);
    }

    @Override
    protected boolean disposesPassive() {
        return true;
    }

    @Override
    protected void destroying(Caller caller) {
        device.queues.remove(this);
    }

    static IoManager io(Caller caller) {
        return IoManager.of(caller);
    }
}
