package wdfs.wdf;

import wdfs.io.HostBuffers;
import wdfs.io.IoManager;
import wdfs.kernel.Mdl;
import wdfs.machine.View;
import wdfs.runtime.Caller;
import wdfs.runtime.Handles;
import wdfs.runtime.Native;
import wdfs.runtime.Travel;

/// DDIs of WDFREQUEST that both frameworks have: completion, parameters, buffers and memory.
public final class RequestApi {
    private static final int READ = 0x03;
    private static final int WRITE = 0x04;

    private RequestApi() {}

    /// A live request, or the end of the machine.
    public static FxRequest request(Caller caller, long handle) {
        FxRequest request = Framework.object(caller, handle, FxRequest.class, "WDFREQUEST");
        if (request.irpGone) {                                        // KBUF-202: the object lives, its IRP does not
            throw goneIrp(caller, request);
        }
        return request;
    }

    static RuntimeException goneIrp(Caller caller, FxRequest request) {
        Framework.rule(caller, "InvalidReqAccess", "VER-324", request.label() + " is used after its completion", "", request);
        throw caller.machine.bugCheck(new wdfs.runtime.Report.Builder(wdfs.runtime.Report.Kind.BUGCHECK, "SYSTEM_SERVICE_EXCEPTION", "KBUF-202",
                "the framework looks for the IRP of a completed request").code(0x3B, 0xC0000005L).subject(request.irp).stack(wdfs.runtime.ScriptStack.frames(), "").story(request.irp).build());
    }

    /// For the completion DDIs: with the verifier on a reference is kept until the handler returns (REQ-090).
    private static FxRequest completable(Caller caller, long handle) {
        Handles.Entry entry = caller.machine.handles.entry(handle);
        if (entry != null && entry.object == null && entry.was instanceof FxRequest request && request.inHandler > 0 && request.verifier()) {
            return request;
        }
        return Framework.object(caller, handle, FxRequest.class, "WDFREQUEST");
    }

    // ---- completion ------------------------------------------------------------------------------------------------------------------

    @Native
    public static void WdfRequestComplete(Caller caller, long handle, int status) {
        FxRequest request = completable(caller, handle);
        request.complete(caller, status, request.irpGone ? 0 : request.irp.information());
    }

    @Native
    public static void WdfRequestCompleteWithInformation(Caller caller, long handle, int status, long information) {
        completable(caller, handle).complete(caller, status, information);
    }

    @Native
    public static void WdfRequestCompleteWithPriorityBoost(Caller caller, long handle, int status, int boost) {
        WdfRequestComplete(caller, handle, status);
    }

    /// What the lowering of a `handle` block calls: the body's status, and the information that it set or else the default.
    @Native
    public static void WdfsCompleteHandled(Caller caller, long handle, int status, long defaultInformation) {
        FxRequest request = completable(caller, handle);
        long information = request.informationSet && !request.irpGone ? request.irp.information() : status >= 0 ? defaultInformation : 0;
        request.complete(caller, status, information);
    }

    @Native
    public static void WdfRequestSetInformation(Caller caller, long handle, long information) {
        FxRequest request = request(caller, handle);
        request.irp.information(information);
        request.informationSet = true;
    }

    @Native
    public static long WdfRequestGetInformation(Caller caller, long handle) {
        FxRequest request = request(caller, handle);
        return request.own != null && !request.mustComplete ? request.own.information : request.irp.information();
    }

    @Native
    public static int WdfRequestGetStatus(Caller caller, long handle) {
        FxRequest request = request(caller, handle);
        return request.own != null ? request.own.status : request.onward != null ? request.onward.status : request.irp.status();
    }

    // ---- questions -------------------------------------------------------------------------------------------------------------------

    @Native
    public static void WdfRequestGetParameters(Caller caller, long handle, long parameters) {
        FxRequest request = request(caller, handle);
        Framework.required(caller, parameters, "Parameters");
        if (caller.memory.load16(parameters) != Layouts.REQUEST_PARAMETERS) {
            Framework.broken(caller, "WDF_REQUEST_PARAMETERS has the wrong Size: WDF_REQUEST_PARAMETERS_INIT sets it", "REQ-105", request);
            return;
        }
        if (request.verifier() && request.completed) {
            return;
        }
        parameters(caller, request, parameters);
    }

    static void parameters(Caller caller, FxRequest request, long parameters) {
        View m = caller.memory;
        m.store8(parameters + 2, 0);
        m.store32(parameters + 4, request.major);
        switch (request.major) {
            case READ, WRITE -> {
                m.store64(parameters + 8, request.irp.transferLength());
                m.store32(parameters + 0x10, request.irp.key());
                m.store64(parameters + 0x18, request.irp.byteOffset());
            }
            case 0x0E, 0x0F -> {
                boolean hide = request.hosted != null || request.verifier() && request.major == 0x0E && (request.irp.controlCode() & 3) == 3;   // REQ-106
                m.store64(parameters + 8, request.irp.outputLength());
                m.store64(parameters + 0x10, request.irp.inputLength());
                m.store32(parameters + 0x18, request.irp.controlCode());
                m.store64(parameters + 0x20, hide ? 0 : request.irp.type3InputBuffer());
            }
            default -> { }
        }
    }

    @Native
    public static int WdfRequestGetRequestorMode(Caller caller, long handle) {
        return request(caller, handle).irp.isUserMode() ? 1 : 0;
    }

    /// REQ-108.
    @Native
    public static long WdfRequestGetFileObject(Caller caller, long handle) {
        FxRequest request = request(caller, handle);
        if (request.own != null || !owned(caller, request, "REQ-108")) {
            return 0;
        }
        if (!request.device.hasFileObjects()) {
            if (request.verifier() && !request.device.init.fileConfig) {
                Framework.rule(caller, "FileObjectConfigured", "VER-317", request.label() + " is asked for its file object, and the device has none",
                        "WdfDeviceInitSetFileObjectConfig before WdfDeviceCreate", request);
            }
            return 0;
        }
        if (request.onCreate != null) {
            return request.onCreate.handle;
        }
        FxDevice.FxFile file = request.device.fileObject(request.irp.file);
        return file == null ? 0 : file.handle;
    }

    @Native
    public static long WdfRequestGetIoQueue(Caller caller, long handle) {
        FxRequest request = request(caller, handle);
        return request.queue == null ? 0 : request.queue.handle;
    }

    @Native
    public static int WdfRequestIsCanceled(Caller caller, long handle) {
        FxRequest request = request(caller, handle);
        if (request.own == null && request.verifier()) {              // REQ-151
            if (!owned(caller, request, "REQ-151")) {
                return 0;
            }
            if (request.isCancelable()) {
                Framework.rule(caller, "ReqIsCancOnCancReq", "VER-328", request.label() + " is asked whether it is cancelled while it is cancelable: EvtRequestCancel tells",
                        "WdfRequestIsCanceled is for requests that are not cancelable", request);
                return 0;
            }
        }
        return request.cancelled || request.irp.isCancelled() ? 1 : 0;
    }

    /// REQ-111: there are no 32-bit processes.
    @Native
    public static int WdfRequestIsFrom32BitProcess(Caller caller, long handle) {
        request(caller, handle);
        return 0;
    }

    /// REQ-113: also of one that has no IRP.
    @Native
    public static int WdfRequestIsReserved(Caller caller, long handle) {
        return Framework.object(caller, handle, FxRequest.class, "WDFREQUEST").reserve == null ? 0 : 1;
    }

    // ---- forwarding and cancellation ---------------------------------------------------------------------------------------------------

    private static boolean owned(Caller caller, FxRequest request, String rule) {
        if (!request.driverOwned && request.verifier()) {
            Framework.broken(caller, request.label() + " is not the driver's", rule, request);
            return false;
        }
        return true;
    }

    /// REQ-152: a cancelable request is not given away.
    private static boolean stillCancelable(Caller caller, FxRequest request, String what) {
        if (!request.marked || request.cancelTold || !request.verifier()) {
            return false;
        }
        Framework.rule(caller, "ReqMarkCancelableSend", "VER-329", request.label() + " is " + what + " while it is cancelable",
                "WdfRequestUnmarkCancelable first; leave the request to EvtRequestCancel if that returns STATUS_CANCELLED", request);
        return true;
    }

    /// REQ-071: what a target has, the driver leaves alone until its completion routine runs.
    static boolean withTarget(Caller caller, FxRequest request, String what) {
        if (!request.verifier() || request.onward == null || !request.onward.isWithTarget()) {
            return false;
        }
        Framework.rule(caller, "InvalidReqAccess", "VER-324", request.label() + " is " + what + " while " + request.onward.target.label() + " has it",
                "in its completion routine it is the driver's again; WdfRequestCancelSentRequest makes it come back sooner", request);
        return true;
    }

    /// REQ-160, in its order.
    @Native
    public static int WdfRequestForwardToIoQueue(Caller caller, long handle, long queueHandle) {
        FxRequest request = request(caller, handle);
        FxQueue target = Framework.object(caller, queueHandle, FxQueue.class, "WDFQUEUE");
        if (request.queue == null && request.own != null) {
            return enqueueOwn(caller, request, target, false);
        }
        if (!owned(caller, request, "REQ-073") || stillCancelable(caller, request, "forwarded") || withTarget(caller, request, "forwarded")) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (request.queue == null && !request.isCreate) {
            Framework.broken(caller, request.label() + " is of no queue: WdfDeviceEnqueueRequest gives it to one", "REQ-164", request);
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (target == request.queue || target.device != request.device) {
            Framework.broken(caller, request.label() + (target == request.queue ? " is forwarded to the queue that it is from: WdfRequestRequeue puts it back"
                    : " is forwarded to a queue of another device"), "REQ-160", request);
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (!target.accepts()) {
            return Framework.STATUS_WDF_BUSY;
        }
        FxQueue from = request.queue;
        request.disarm();
        request.inCallerContext = false;
        if (from != null) {
            from.forward(caller, request, target);
        } else {
            request.driverOwned = false;
            request.irp.tell("forwarded", "to queue " + target.shown());
            target.insert(caller, request, true);
        }
        return 0;
    }

    /// REQ-251: a request of the driver's own is like one that came, if WdfRequestReuse has made it one that must be completed.
    private static int enqueueOwn(Caller caller, FxRequest request, FxQueue target, boolean ofParent) {
        if (request.own.given == null || request.own.frees || !request.irp.hasCurrentLocation() || !request.mustComplete || ofParent && request.irp.currentLocation() <= 1) {
            Framework.broken(caller, request.label() + " is the driver's own, and " + (request.own.given == null || request.own.frees ? "no IRP of the driver's is in it"
                    : !request.irp.hasCurrentLocation() ? "its IRP has no current stack location" : !request.mustComplete ? "it cannot be completed: WdfRequestReuse with WDF_REQUEST_REUSE_MUST_COMPLETE comes first"
                    : "its IRP has no stack location for the parent"), "REQ-251", request);
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (stillCancelable(caller, request, "forwarded")) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (!target.accepts()) {
            return Framework.STATUS_WDF_BUSY;
        }
        if (ofParent) {
            IoManager.of(caller).moveOn(request.irp, target.device.device);
        }
        request.driverOwned = false;
        request.irp.markPending();
        request.irp.tell("forwarded", "to queue " + target.shown());
        request.moveTo(target.device);
        target.insert(caller, request, true);
        return 0;
    }

    private static final int FORWARD_OPTIONS = 8;
    private static final int SEND_AND_FORGET = 1;

    /// REQ-166, in its order.
    @Native
    public static int WdfRequestForwardToParentDeviceIoQueue(Caller caller, long handle, long queueHandle, long options) {
        FxQueue target = Framework.object(caller, queueHandle, FxQueue.class, "WDFQUEUE");
        FxRequest request = request(caller, handle);
        Framework.required(caller, options, "ForwardOptions");
        if (caller.memory.load32(options) != FORWARD_OPTIONS) {
            return 0xC0000004;                                        // STATUS_INFO_LENGTH_MISMATCH
        }
        if ((caller.memory.load32(options + 4) & ~SEND_AND_FORGET) != 0) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        if (request.queue == null && request.own != null) {
            return enqueueOwn(caller, request, target, true);
        }
        FxPdo pdo = request.device.pdo;
        if (pdo == null) {
            Framework.broken(caller, request.label() + " is of " + request.device.label() + ", which has no parent: only a device of a bus has one", "REQ-166", request);
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (!owned(caller, request, "REQ-073") || stillCancelable(caller, request, "forwarded") || withTarget(caller, request, "forwarded")) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (target.device != pdo.init.parent) {
            Framework.broken(caller, request.label() + " is forwarded to a queue of a device that is not its parent", "REQ-166", request);
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (request.reserve != null) {
            Framework.broken(caller, request.label() + " is a reserved request, which stays with its device's queues", "REQ-232", request);
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (!pdo.init.forwardsToParent || request.irp.currentLocation() <= 1) {
            Framework.broken(caller, request.label() + " has no stack location for the parent: WdfPdoInitAllowForwardingRequestToParent before the device is created makes room", "REQ-166", request);
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (!target.accepts()) {
            return Framework.STATUS_WDF_BUSY;
        }
        FxQueue from = request.queue;
        request.disarm();
        request.inCallerContext = false;
        IoManager.of(caller).moveOn(request.irp, target.device.device);
        request.irp.markPending();
        request.moveTo(target.device);
        if (from != null) {
            from.forward(caller, request, target);
        } else {
            request.driverOwned = false;
            request.irp.tell("forwarded", "to queue " + target.shown());
            target.insert(caller, request, true);
        }
        return 0;
    }

    /// REQ-165.
    @Native
    public static int WdfRequestRequeue(Caller caller, long handle) {
        FxRequest request = request(caller, handle);
        FxQueue queue = request.queue;
        if (queue == null) {
            Framework.broken(caller, request.label() + " is of no queue", "REQ-066", request);
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (!owned(caller, request, "REQ-073") || stillCancelable(caller, request, "requeued") || withTarget(caller, request, "requeued")) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (queue.dispatchType != FxQueue.MANUAL) {
            Framework.broken(caller, request.label() + " is requeued, and " + queue.label() + " is no manual queue", "REQ-165", request);
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        request.disarm();
        queue.requeue(caller, request);
        return 0;
    }

    /// REQ-134, REQ-135.
    @Native
    public static void WdfRequestStopAcknowledge(Caller caller, long handle, int requeue) {
        FxRequest request = request(caller, handle);
        if (request.queue == null) {
            Framework.broken(caller, request.label() + " is of no queue", "REQ-134", request);
            return;
        }
        if (request.verifier()) {
            if (!request.inStop) {
                Framework.rule(caller, "StopAckWithinEvtIoStop", "VER-352", "WdfRequestStopAcknowledge, and EvtIoStop has not been called for " + request.label(),
                        "it answers EvtIoStop, once", request);
                return;
            }
            if (requeue != 0 && (!owned(caller, request, "REQ-134") || stillCancelable(caller, request, "requeued") || withTarget(caller, request, "requeued"))) {
                return;
            }
        }
        if (requeue == 0 && request.queue.evtResume == 0 && !request.queue.power.purges()) {
            Framework.rule(caller, "EvtIoStopResume", "VER-350", request.label() + " is kept, and its queue has no EvtIoResume that would tell of the power's return",
                    "register EvtIoResume, or requeue the request", request);
        }
        if (requeue != 0) {
            request.disarm();
        }
        request.queue.power.acknowledge(caller, request, requeue != 0);
    }

    /// Whether a request can be marked cancelable (REQ-066, REQ-143).
    private static boolean markable(Caller caller, FxRequest request) {
        if (request.queue == null) {
            Framework.broken(caller, request.label() + " is of no queue: what has not been queued cannot be marked cancelable", "REQ-066", request);
            return false;
        }
        if (!owned(caller, request, "REQ-143") || withTarget(caller, request, "marked cancelable")) {
            return false;
        }
        if (request.marked && request.verifier()) {
            Framework.rule(caller, "MarkCancOnCancReq", "VER-327", request.label() + " is marked cancelable, and is cancelable already", "mark it once; WdfRequestUnmarkCancelable takes it back", request);
            return false;
        }
        return true;
    }

    @Native
    public static void WdfRequestMarkCancelable(Caller caller, long handle, long routine) {
        FxRequest request = request(caller, handle);
        Framework.required(caller, routine, "EvtRequestCancel");
        if (markable(caller, request) && !request.markCancelable(routine)) {
            request.markCancelled(caller, routine);                   // REQ-144
        }
    }

    @Native
    public static int WdfRequestMarkCancelableEx(Caller caller, long handle, long routine) {
        FxRequest request = request(caller, handle);
        Framework.required(caller, routine, "EvtRequestCancel");
        if (!markable(caller, request)) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        return request.markCancelable(routine) ? 0 : Framework.STATUS_CANCELLED;              // REQ-145
    }

    /// REQ-146.
    @Native
    public static int WdfRequestUnmarkCancelable(Caller caller, long handle) {
        FxRequest request = request(caller, handle);
        if (request.queue == null || !owned(caller, request, "REQ-146")) {
            if (request.queue == null) {
                Framework.broken(caller, request.label() + " is of no queue", "REQ-066", request);
            }
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (!request.marked && request.verifier()) {
            Framework.broken(caller, request.label() + " is not cancelable", "REQ-146", request);
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        return request.unmark() ? 0 : Framework.STATUS_CANCELLED;
    }

    // ---- buffers -----------------------------------------------------------------------------------------------------------------------

    /// What one of the two memory slots of a request is, or why there is none.
    /// @param mdl the IRP's MDL, if that is what the address maps; else null
    record Slot(int status, long address, long length, boolean readOnly, Mdl mdl) {
        Slot(int status, long address, long length, boolean readOnly) {
            this(status, address, length, readOnly, null);
        }

        static Slot failed(int status) {
            return new Slot(status, 0, 0, false);
        }
    }

    /// KBUF-061: the input side, up to the length that the driver asks for.
    static Slot input(Caller caller, FxRequest request) {
        if (request.own != null) {
            return ownRequest(caller, request);
        }
        if (request.major == READ) {
            Framework.fullRule(caller, "InputBufferAPI", "VER-341", "a read has no input buffer", "WdfRequestRetrieveOutputBuffer: the driver writes what the application reads", request);
            return Slot.failed(Framework.STATUS_INVALID_DEVICE_REQUEST);
        }
        if (request.verifier() && request.completed) {
            return completed(caller, request);
        }
        if (request.hosted != null) {
            return hosted(caller, request, true);
        }
        if (request.isControl()) {
            long length = request.irp.inputLength();
            if (length == 0) {
                return Slot.failed(Framework.STATUS_BUFFER_TOO_SMALL);
            }
            int method = request.irp.controlCode() & 3;
            if (method == 3) {
                if (request.irp.isUserMode() && request.major == 0x0E) {
                    return Slot.failed(Framework.STATUS_INVALID_DEVICE_REQUEST);
                }
                return new Slot(0, request.capturedType3, length, false);
            }
            return new Slot(0, request.captured, length, method != 0);  // KBUF-050, KBUF-056: SystemBuffer for direct, too
        }
        if (request.major == WRITE) {
            return transfer(caller, request, true);
        }
        return noBuffers(caller, request, "KBUF-061");
    }

    /// KBUF-062: the output side.
    static Slot output(Caller caller, FxRequest request) {
        if (request.own != null) {
            return ownRequest(caller, request);
        }
        if (request.major == WRITE) {
            Framework.fullRule(caller, "OutputBufferAPI", "VER-342", "a write has no output buffer", "WdfRequestRetrieveInputBuffer: the driver reads what the application writes", request);
            return Slot.failed(Framework.STATUS_INVALID_DEVICE_REQUEST);
        }
        if (request.verifier() && request.completed) {
            return completed(caller, request);
        }
        if (request.hosted != null) {
            return hosted(caller, request, false);
        }
        if (request.isControl()) {
            long length = request.irp.outputLength();
            if (length == 0) {
                return Slot.failed(Framework.STATUS_BUFFER_TOO_SMALL);
            }
            return switch (request.irp.controlCode() & 3) {
                case 0 -> new Slot(0, request.captured, length, false);
                case 1 -> mapped(caller, request, length, true);
                case 2 -> mapped(caller, request, length, false);
                default -> request.irp.isUserMode() && request.major == 0x0E ? Slot.failed(Framework.STATUS_INVALID_DEVICE_REQUEST)
                        : new Slot(0, request.capturedUser, length, false);
            };
        }
        if (request.major == READ) {
            return transfer(caller, request, false);
        }
        return noBuffers(caller, request, "KBUF-062");
    }

    private static Slot noBuffers(Caller caller, FxRequest request, String rule) {
        if (request.verifier()) {
            Framework.broken(caller, "this kind of request has no buffers", rule, request);
        }
        return Slot.failed(Framework.STATUS_INVALID_DEVICE_REQUEST);
    }

    /// UMDF-102, UMDF-105: in a host the method makes no difference; a device control has two buffers.
    private static Slot hosted(Caller caller, FxRequest request, boolean in) {
        HostBuffers buffers = request.hosted;
        long length = in ? buffers.inputLength() : buffers.outputLength();
        if (length == 0) {                                            // UMDF-106
            return Slot.failed(Framework.STATUS_BUFFER_TOO_SMALL);
        }
        if (!request.isControl() && request.major != READ && request.major != WRITE) {
            Framework.broken(caller, "this kind of request has no buffers", "UMDF-103", request);
            return Slot.failed(Framework.STATUS_INVALID_DEVICE_REQUEST);
        }
        long address = in ? buffers.input() : buffers.output();
        if (address == 0) {                                           // UMDF-107
            Framework.rule(caller, "NullBufferOnSuccess", "UMDF-107", "the host had no memory for the buffer, and the call succeeds with NULL",
                    "compare the pointer with NULL, too", request);
        }
        return new Slot(0, address, length, in && request.major == WRITE);   // UMDF-110
    }

    /// KBUF-134.
    private static Slot ownRequest(Caller caller, FxRequest request) {
        Framework.broken(caller, request.label() + " is the driver's own: it has nothing to retrieve" + (request.mustComplete ? ", and the buffers of the IRP that is in it are the driver's affair" : ""), "KBUF-134", request);
        return Slot.failed(Framework.STATUS_INVALID_DEVICE_REQUEST);
    }

    private static Slot completed(Caller caller, FxRequest request) {
        Framework.broken(caller, request.label() + " is completed: its buffers are gone", "KBUF-201", request);
        return Slot.failed(Framework.STATUS_INTERNAL_ERROR);
    }

    private static Slot transfer(Caller caller, FxRequest request, boolean write) {
        long length = request.irp.transferLength();
        int type = request.device.ioType();
        boolean refused = type == 1 && request.irp.isUserMode();
        if (refused && request.verifier()) {                          // KBUF-132
            Framework.broken(caller, "a " + (write ? "write" : "read") + " of a device of I/O type neither has no buffer for the driver here", "KBUF-132", request);
        }
        if (length == 0) {
            return Slot.failed(Framework.STATUS_BUFFER_TOO_SMALL);
        }
        if (type == 3) {
            return mapped(caller, request, length, write);
        }
        if (type == 1) {
            if (refused) {
                return request.verifier() ? Slot.failed(Framework.STATUS_INVALID_DEVICE_REQUEST) : new Slot(0, 0, length, write);
            }
            return new Slot(0, request.capturedUser, length, write);
        }
        return new Slot(0, request.captured, length, write);
    }

    /// MAP of KBUF §3: the system address of the IRP's MDL, mapped at the first call (KBUF-101, KBUF-120 to KBUF-123).
    private static Slot mapped(Caller caller, FxRequest request, long length, boolean readOnly) {
        Mdl mdl = request.capturedMdl;                                // KBUF-104: not what the IRP says meanwhile
        if (mdl == null && request.irp.mdlAddress() != 0) {
            mdl = Mdl.at(caller.machine, request.irp.mdlAddress());
        }
        if (mdl == null) {
            return Slot.failed(Framework.STATUS_BUFFER_TOO_SMALL);
        }
        boolean first = !mdl.isMapped();
        long address = mdl.systemAddress();
        if (address == 0) {
            return Slot.failed(Framework.STATUS_INSUFFICIENT_RESOURCES);
        }
        request.capturedMdl = mdl;
        if (first && caller.machine.tracing && mdl.mapping() != null) {
            caller.machine.emit(new Travel.Mapped(request.irp.number, "kmdf", mdl.label(), Travel.Place.system(caller.machine, mdl.mapping().base), length));
        }
        return new Slot(0, address, length, readOnly, mdl);
    }

    private static int buffer(Caller caller, long handle, long minimum, long buffer, long length, boolean in) {
        FxRequest request = request(caller, handle);
        Framework.required(caller, buffer, "Buffer");
        View m = caller.memory;
        m.store64(buffer, 0);
        if (length != 0) {
            m.store64(length, 0);
        }
        Slot slot = in ? input(caller, request) : output(caller, request);
        String name = in ? "WdfRequestRetrieveInputBuffer" : "WdfRequestRetrieveOutputBuffer";
        int status = slot.status;
        if (status >= 0 && Long.compareUnsigned(slot.length, minimum) < 0) {
            status = Framework.STATUS_BUFFER_TOO_SMALL;
        }
        if (status >= 0) {
            m.store64(buffer, slot.address);
            if (length != 0) {
                m.store64(length, slot.length);
            }
        }
        retrieved(caller, request, name, status, "", slot.address, slot.length);
        return status;
    }

    /// Tells what a DDI gave for one of the request's buffers.
    static void retrieved(Caller caller, FxRequest request, String ddi, int status, String object, long address, long length) {
        if (caller.machine.tracing) {
            boolean failed = status < 0;
            caller.machine.emit(new Travel.Retrieved(request.irp.number, request.device.lane(), ddi, status, failed ? "" : object, failed ? Travel.Place.NULL : Travel.Place.of(caller, address), failed ? 0 : length));
        }
    }

    @Native
    public static int WdfRequestRetrieveInputBuffer(Caller caller, long handle, long minimum, long buffer, long length) {
        return buffer(caller, handle, minimum, buffer, length, true);
    }

    @Native
    public static int WdfRequestRetrieveOutputBuffer(Caller caller, long handle, long minimum, long buffer, long length) {
        return buffer(caller, handle, minimum, buffer, length, false);
    }

    private static int memory(Caller caller, long handle, long result, boolean in) {
        FxRequest request = request(caller, handle);
        Framework.required(caller, result, "Memory");
        Slot slot = in ? input(caller, request) : output(caller, request);
        String name = in ? "WdfRequestRetrieveInputMemory" : "WdfRequestRetrieveOutputMemory";
        if (slot.status < 0) {
            retrieved(caller, request, name, slot.status, "", 0, 0);
            return slot.status;                                       // KBUF-032: *Memory is left alone
        }
        // KBUF-073: a read's output and a write's input are one slot, as a control's input is.
        boolean first = in || request.major == READ;
        FxMemory memory = first ? request.input : request.output;
        if (memory == null) {
            memory = new FxMemory(caller.machine, FxMemory.Kind.REQUEST, null, slot.address, slot.length, slot.readOnly, request);
            if (first) {
                request.input = memory;
            } else {
                request.output = memory;
            }
        }
        memory.lentMdl = slot.mdl;
        memory.size = slot.length;                                    // KBUF-104: lengths are read each time
        caller.memory.store64(result, memory.handle);
        retrieved(caller, request, name, 0, memory.label(), memory.address, memory.size);
        return 0;
    }

    @Native
    public static int WdfRequestRetrieveInputMemory(Caller caller, long handle, long result) {
        return memory(caller, handle, result, true);
    }

    @Native
    public static int WdfRequestRetrieveOutputMemory(Caller caller, long handle, long result) {
        return memory(caller, handle, result, false);
    }
}
