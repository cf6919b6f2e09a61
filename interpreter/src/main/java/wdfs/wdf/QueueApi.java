package wdfs.wdf;

import wdfs.io.FileObject;
import wdfs.machine.View;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;
import wdfs.runtime.Report;

/// DDIs of WDFQUEUE.
public final class QueueApi {
    private static final int STATUS_NO_MORE_ENTRIES = 0x8000001A;
    private static final int STATUS_NOT_FOUND = 0xC0000225;

    private QueueApi() {}

    private static FxQueue queue(Caller caller, long handle) {
        return Framework.object(caller, handle, FxQueue.class, "WDFQUEUE");
    }

    /// REQ-010, in its order.
    @Native
    public static int WdfIoQueueCreate(Caller caller, long deviceHandle, long config, long attributes, long result) {
        FxDevice device = Framework.object(caller, deviceHandle, FxDevice.class, "WDFDEVICE");
        Framework.required(caller, config, "Config");
        Attributes read = Attributes.read(caller, attributes);
        int status = read.check(true, false, true, true);
        if (status < 0) {
            return status;
        }
        View m = caller.memory;
        if (m.load32(config) != Layouts.IO_QUEUE_CONFIG) {
            return 0xC0000004;
        }
        boolean isDefault = m.load8(config + 0x0D) != 0;
        if (!isDefault && result == 0) {
            return 0xC00000F2;                                        // STATUS_INVALID_PARAMETER_4
        }
        if (isDefault && device.finished) {
            return Framework.STATUS_INVALID_DEVICE_STATE;
        }
        FxObject parent = device;
        if (read.parent() != 0) {
            parent = Framework.object(caller, read.parent(), FxObject.class, "WDFOBJECT");
            FxObject above = parent;
            while (above != null && above != device) {
                above = above.parent();
            }
            if (above == null) {
                return Framework.STATUS_INVALID_DEVICE_REQUEST;
            }
        }
        if (caller.machine.fails("framework")) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        Constraints constraints = device.constraints.with(read);
        if (constraints.scope() == Constraints.OF_DEVICE && constraints.level() != device.constraints.level()) {
            return Framework.STATUS_INVALID_PARAMETER;                // REQ-174
        }
        int type = m.load32(config + 4);
        if (type < 1 || type > 3) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        long[] callbacks = new long[8];
        boolean any = false;
        for (int i = 0; i < 8; i++) {
            callbacks[i] = m.load64(config + 0x10 + 8L * i);
            any |= i < 5 && callbacks[i] != 0;
        }
        if (device.device.inHost && callbacks[4] != 0 && device.driver.isSince(2, 19)) {
            return Framework.STATUS_INVALID_PARAMETER;                // REQ-010, 12
        }
        if (type != FxQueue.MANUAL && !any) {
            return 0xC020020B;                                        // STATUS_WDF_NO_CALLBACK
        }
        if (type == FxQueue.MANUAL && any) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        long limit = m.load32(config + 0x50) & 0xFFFF_FFFFL;
        if (type != FxQueue.PARALLEL && limit != 0) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        if (isDefault && device.defaultQueue != null) {
            return 0xC0000001;
        }
        int powerManaged = m.load32(config + 8);                      // WDF_TRI_STATE: 0 no, 1 yes, 2 as the device has it
        boolean managed = !device.isControl() && (powerManaged == 1 || powerManaged == 2 && !device.isFilter());             // OBJ-151, REQ-006, REQ-007
        FxQueue queue = new FxQueue(device, parent, new FxQueue.Settings(type, isDefault, m.load8(config + 0x0C) != 0, managed, limit, callbacks), constraints);
        status = queue.commit(caller, read);
        if (status < 0) {
            return status;
        }
        if (type == FxQueue.PARALLEL && limit == 0 && device.verifier()) {                    // REQ-005
            Framework.rule(caller, "NeverPresents", "REQ-005", queue.label() + " is parallel with NumberOfPresentedRequests = 0: it never presents a request",
                    "WDF_IO_QUEUE_CONFIG_INIT sets no limit; then set one of at least 1, if any", null);
        }
        if (isDefault) {
            device.defaultQueue = queue;
        }
        if (result != 0) {
            m.store64(result, queue.handle);
        }
        return 0;
    }

    /// REQ-230, in its order.
    @Native
    public static int WdfIoQueueAssignForwardProgressPolicy(Caller caller, long handle, long policy) {
        FxQueue queue = queue(caller, handle);
        Framework.required(caller, policy, "ForwardProgressPolicy");
        if (Framework.abovePassive(caller, queue.device.verifier())) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (queue.progress != null) {
            Framework.broken(caller, queue.label() + " has a forward progress policy already", "REQ-230", null);
            return Framework.STATUS_INVALID_PARAMETER;
        }
        View m = caller.memory;
        if (m.load32(policy) != Layouts.IO_QUEUE_FORWARD_PROGRESS_POLICY) {
            return 0xC0000004;                                        // STATUS_INFO_LENGTH_MISMATCH
        }
        ForwardProgress.Policy read = new ForwardProgress.Policy(m.load32(policy + 4), m.load32(policy + 8), m.load64(policy + 0x10), m.load64(policy + 0x18), m.load64(policy + 0x20));
        if (read.reserved() == ForwardProgress.USE_EXAMINE && read.evtExamine() == 0 || read.count() == 0) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        if (!queue.device.driver.isSince(1, 11) && queue != queue.device.defaultQueue && !queue.device.routesTo(queue)) {
            return Framework.STATUS_INVALID_PARAMETER;                // any queue may be a top-level one since 1.11
        }
        return ForwardProgress.assign(caller, queue, read);
    }

    @Native
    public static long WdfIoQueueGetDevice(Caller caller, long handle) {
        return queue(caller, handle).device.handle;
    }

    @Native
    public static int WdfIoQueueRetrieveNextRequest(Caller caller, long handle, long result) {
        return retrieve(caller, handle, 0, result);
    }

    @Native
    public static int WdfIoQueueRetrieveRequestByFileObject(Caller caller, long handle, long file, long result) {
        return retrieve(caller, handle, file, result);
    }

    private static int retrieve(Caller caller, long handle, long fileHandle, long result) {
        FxQueue queue = queue(caller, handle);
        Framework.required(caller, result, "OutRequest");
        caller.memory.store64(result, 0);
        int status = takeable(queue);
        if (status < 0) {
            return status;
        }
        if (queue.dispatchType == FxQueue.SEQUENTIAL && queue.ownedCount() == 0 && queue.device.verifier()) {
            Framework.broken(caller, "a request of the sequential " + queue.label() + " is taken while the driver has none: the queue may present one at the same time", "REQ-185", null);
        }
        FileObject file = fileHandle == 0 ? null : Framework.object(caller, fileHandle, FxDevice.FxFile.class, "WDFFILEOBJECT").file;
        FxRequest request = queue.retrieve(caller, file);
        if (request == null) {
            return STATUS_NO_MORE_ENTRIES;
        }
        caller.memory.store64(result, request.handle);
        return 0;
    }

    /// REQ-185: why a driver may take nothing from the queue now; 0 if it may.
    private static int takeable(FxQueue queue) {
        return queue.dispatchType == FxQueue.PARALLEL ? Framework.STATUS_INVALID_DEVICE_STATE                              // HO-175
                : queue.letsTake() ? 0 : Framework.STATUS_WDF_PAUSED;
    }

    /// REQ-187.
    @Native
    public static int WdfIoQueueFindRequest(Caller caller, long handle, long found, long file, long parameters, long result) {
        FxQueue queue = queue(caller, handle);
        Framework.required(caller, result, "OutRequest");
        caller.memory.store64(result, 0);
        FxRequest tag = found == 0 ? null : Framework.object(caller, found, FxRequest.class, "WDFREQUEST");
        FileObject only = file == 0 ? null : Framework.object(caller, file, FxDevice.FxFile.class, "WDFFILEOBJECT").file;
        if (queue.dispatchType != FxQueue.MANUAL) {
            Framework.broken(caller, "WdfIoQueueFindRequest is for manual queues, and " + queue.label() + " is none", "REQ-187", null);
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (parameters != 0 && (caller.memory.load16(parameters) & 0xFFFF) < Layouts.REQUEST_PARAMETERS) {
            return 0xC00000F2;                                        // STATUS_INVALID_PARAMETER_4
        }
        if (tag != null && !queue.isWaiting(tag)) {
            return STATUS_NOT_FOUND;
        }
        FxRequest request = tag == null ? queue.firstWaiting() : RequestList.after(tag);
        while (request != null && (request.irp.isCancelled() || only != null && request.irp.file != only)) {
            request = RequestList.after(request);
        }
        if (request == null) {
            return STATUS_NO_MORE_ENTRIES;
        }
        request.reference();
        if (parameters != 0) {
            RequestApi.parameters(caller, request, parameters);
        }
        caller.memory.store64(result, request.handle);
        return 0;
    }

    /// REQ-188.
    @Native
    public static int WdfIoQueueRetrieveFoundRequest(Caller caller, long handle, long found, long result) {
        FxQueue queue = queue(caller, handle);
        Framework.required(caller, result, "OutRequest");
        caller.memory.store64(result, 0);
        FxRequest request = Framework.object(caller, found, FxRequest.class, "WDFREQUEST");
        if (queue.dispatchType != FxQueue.MANUAL && queue.device.verifier()) {
            Framework.broken(caller, "WdfIoQueueRetrieveFoundRequest is for manual queues, and " + queue.label() + " is none", "REQ-188", null);
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        int status = takeable(queue);
        if (status < 0) {
            return status;
        }
        if (!queue.isWaiting(request) || !queue.take(caller, request)) {
            return STATUS_NOT_FOUND;
        }
        caller.memory.store64(result, request.handle);
        return 0;
    }

    @Native
    public static void WdfIoQueueStart(Caller caller, long handle) {
        queue(caller, handle).start(caller);
    }

    @Native
    public static void WdfIoQueueStop(Caller caller, long handle, long callback, long context) {
        queue(caller, handle).stop(caller, false, callback, context);
    }

    @Native
    public static void WdfIoQueueStopAndPurge(Caller caller, long handle, long callback, long context) {
        queue(caller, handle).stop(caller, true, callback, context);
    }

    @Native
    public static void WdfIoQueueDrain(Caller caller, long handle, long callback, long context) {
        FxQueue queue = queue(caller, handle);
        warnOfStoppedDrain(caller, queue);
        queue.close(caller, false, callback, context);
    }

    @Native
    public static void WdfIoQueuePurge(Caller caller, long handle, long callback, long context) {
        queue(caller, handle).close(caller, true, callback, context);
    }

    @Native
    public static void WdfIoQueueStopSynchronously(Caller caller, long handle) {
        FxQueue queue = queue(caller, handle);
        if (mayWait(caller, queue, "WdfIoQueueStopSynchronously")) {
            queue.stopAndWait(caller, false);
        }
    }

    @Native
    public static void WdfIoQueueStopAndPurgeSynchronously(Caller caller, long handle) {
        FxQueue queue = queue(caller, handle);
        if (mayWait(caller, queue, "WdfIoQueueStopAndPurgeSynchronously")) {
            queue.stopAndWait(caller, true);
        }
    }

    @Native
    public static void WdfIoQueueDrainSynchronously(Caller caller, long handle) {
        FxQueue queue = queue(caller, handle);
        if (mayWait(caller, queue, "WdfIoQueueDrainSynchronously")) {
            warnOfStoppedDrain(caller, queue);
            queue.closeAndWait(caller, false);
        }
    }

    @Native
    public static void WdfIoQueuePurgeSynchronously(Caller caller, long handle) {
        FxQueue queue = queue(caller, handle);
        if (mayWait(caller, queue, "WdfIoQueuePurgeSynchronously")) {
            queue.closeAndWait(caller, true);
        }
    }

    /// REQ-121, REQ-125.
    private static boolean mayWait(Caller caller, FxQueue queue, String call) {
        if (Framework.abovePassive(caller, queue.device.verifier())) {
            return false;
        }
        if (queue.isVisitedBy(caller)) {
            FrameworkWait.refuseDeadlock(caller, queue.device.driver, call, "thread %s waits until no callback of %s is running, and is in one%s".formatted(caller.threadName(), queue.label(),
                    queue.ownedCount() == 0 ? "" : "; the driver has " + Report.count(queue.ownedCount(), "request") + " of it"),
                    "call it from a callback that is not the queue's, or use the form with a completion callback");
        }
        return true;
    }

    /// REQ-124.
    private static void warnOfStoppedDrain(Caller caller, FxQueue queue) {
        if (!queue.dispatches() && queue.device.verifier()) {
            Framework.broken(caller, queue.label() + " is drained while it is stopped: what waits in it is never presented", "REQ-124", null);
        }
    }

    /// REQ-128.
    @Native
    public static int WdfIoQueueGetState(Caller caller, long handle, long waiting, long owned) {
        FxQueue queue = queue(caller, handle);
        if (waiting != 0) {
            caller.memory.store32(waiting, queue.waitingCount());
        }
        if (owned != 0) {
            caller.memory.store32(owned, queue.ownedCount());
        }
        return (queue.accepts() ? 1 : 0) | (queue.dispatches() ? 2 : 0) | (queue.waitingCount() == 0 ? 4 : 0) | (queue.ownedCount() == 0 ? 8 : 0)
                | (queue.power.isOn() ? 0 : 0x10);
    }

    @Native
    public static int WdfIoQueueReadyNotify(Caller caller, long handle, long callback, long context) {
        FxQueue queue = queue(caller, handle);
        if (queue.dispatchType != FxQueue.MANUAL) {
            Framework.broken(caller, "WdfIoQueueReadyNotify is for manual queues, and " + queue.label() + " is none", "REQ-189", null);
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        return queue.readyNotify(caller, callback, context);
    }
}
