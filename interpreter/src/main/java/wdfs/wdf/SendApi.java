package wdfs.wdf;

import java.util.List;
import wdfs.io.DeviceObject;
import wdfs.io.FileObject;
import wdfs.io.IoApi;
import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.io.KernelSend;
import wdfs.kernel.Waits;
import wdfs.machine.Irql;
import wdfs.machine.Region;
import wdfs.machine.View;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;
import wdfs.runtime.SystemProcess;
import wdfs.runtime.Travel;

/// Requests that a driver makes itself: create, format, send, reuse (OBJ §6.2 to §6.5).
public final class SendApi {
    private static final int REQUEST_NOT_ACCEPTED = 0xC00000D0;
    private static final int REQUEST_INVALID_STATE = 0xC0200208;
    private static final int REUSE_PARAMS = 0x18;
    private static final int COMPLETION_PARAMS = 0x48;

    private SendApi() {}

    /// A request of the driver's own is there for the next sending when its IRP is gone.
    private static FxRequest request(Caller caller, long handle) {
        FxRequest request = Framework.object(caller, handle, FxRequest.class, "WDFREQUEST");
        return request.own != null ? request : RequestApi.request(caller, handle);
    }

    @Native
    public static int WdfRequestCreate(Caller caller, long attributes, long targetHandle, long result) {
        Attributes read = Attributes.read(caller, attributes);
        FxTarget target = targetHandle == 0 ? null : TargetApi.target(caller, targetHandle);
        FxObject parent = ObjectApi.parent(caller, read);
        Framework.required(caller, result, "Request");
        caller.memory.store64(result, 0);
        int status = read.check(true, false, false, false);
        if (status < 0) {
            return status;
        }
        FxDevice device = target != null ? target.device : FxDevice.above(parent);
        for (FxObject child : DriverApi.current(caller).children) {
            // Only for the verifier's switch: a request of no device in particular belongs to the driver.
            device = device == null && child instanceof FxDevice any ? any : device;
        }
        if (device == null) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (target != null && target.target == null) {                // REQ-250: nobody knows how many stack locations it takes
            return Framework.STATUS_INVALID_DEVICE_STATE;
        }
        Irp placeholder = caller.machine.fails("framework") ? null : IoManager.of(caller).allocate(1);
        if (placeholder == null) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        placeholder.driverOwned = true;
        FxRequest request = FxRequest.own(caller, device, parent, placeholder);
        request.own.allocated = target != null;
        status = request.commit(caller, read);
        if (status >= 0) {
            caller.memory.store64(result, request.handle);
        }
        return status;
    }

    /// With an IRP that the driver has made. @param frees whether it goes with the request
    @Native
    public static int WdfRequestCreateFromIrp(Caller caller, long attributes, long irpAddress, int frees, long result) {
        Framework.required(caller, irpAddress, "Irp");
        Irp irp = IoApi.irp(caller, irpAddress);
        int status = WdfRequestCreate(caller, attributes, 0, result);
        if (status >= 0) {
            request(caller, caller.memory.load64(result)).own.give(irp, (frees & 0xFF) != 0);
        }
        return status;
    }

    private static final int SET_NEW_IRP = 1;
    private static final int MUST_COMPLETE = 2;

    /// OBJ-292, OBJ-294.
    @Native
    public static int WdfRequestReuse(Caller caller, long handle, long parameters) {
        FxRequest request = request(caller, handle);
        Framework.required(caller, parameters, "ReuseParams");
        int flags = caller.memory.load32(parameters + 4);
        if (caller.memory.load32(parameters) != REUSE_PARAMS || (flags & ~(SET_NEW_IRP | MUST_COMPLETE)) != 0) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        Sending own = request.sending();
        if (own.isWithTarget()) {
            Framework.broken(caller, request.label() + " is reused while the target has it", "OBJ-292", request);
            return 0;                                                 // nothing is taken from under the target
        }
        own.clear(caller);
        own.routine = 0;
        if (request.own == null) {
            if ((flags & SET_NEW_IRP) != 0) {
                return REQUEST_INVALID_STATE;                         // OBJ-292: its IRP is the one that came
            }
            request.irp.put8(Irp.CANCEL, 0);                          // OBJ-293
        }
        own.cancelAsked = false;
        own.sent = false;
        own.done = false;
        own.status = caller.memory.load32(parameters + 8);
        own.information = 0;
        if (request.own == null) {
            return 0;
        }
        request.mayComplete(caller);
        if ((flags & SET_NEW_IRP) != 0) {
            long irp = caller.memory.load64(parameters + 0x10);
            own.give(irp == 0 ? null : IoApi.irp(caller, irp), false);
        }
        if (own.given != null && own.frees) {
            own.given.put8(Irp.CANCEL, 0);
            own.given.status(own.status);
        } else if (own.given != null) {
            own.status = own.given.status();                          // the framework does not touch an IRP of the driver's
        }
        return (flags & MUST_COMPLETE) != 0 ? mustComplete(caller, request) : 0;
    }

    /// REQ-251, in its order.
    private static int mustComplete(Caller caller, FxRequest request) {
        Sending own = request.own;
        String why = own.given == null ? "there is no IRP of the driver's in it: WDF_REQUEST_REUSE_PARAMS_SET_NEW_IRP gives it one"
                : own.frees ? "its IRP is the framework's, by WdfRequestCreateFromIrp with RequestFreesIrp"
                : request.references - (own.inRoutine ? 1 : 0) != 1 ? "somebody else holds a reference on it"
                : !own.given.hasCurrentLocation() ? "its IRP has no current stack location: IoSetNextIrpStackLocation makes the first one current" : "";
        if (!why.isEmpty()) {
            Framework.broken(caller, request.label() + " is to be completed by the driver, and " + why, "REQ-251", request);
            return own.given == null && !own.allocated ? Framework.STATUS_INVALID_PARAMETER : Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        request.mustComplete();
        return 0;
    }

    // ---- formatting ------------------------------------------------------------------------------------------------------------------

    /// A memory object and the part of it that is meant; null for none.
    record Part(FxMemory memory, KernelSend.Buffer buffer, long offset) {
        static final Part NONE = new Part(null, KernelSend.Buffer.NONE, 0);

        static Part of(Caller caller, long handle, long offsets) throws TargetApi.Refused {
            if (handle == 0) {
                return NONE;
            }
            FxMemory memory = TargetApi.memory(caller, handle);
            return new Part(memory, TargetApi.part(caller, memory, offsets), offsets == 0 ? 0 : caller.memory.load64(offsets));
        }
    }

    /// How the parts get into the IRP. @return a status
    @FunctionalInterface
    interface Format {
        int into(KernelSend send, FileObject file);
    }

    /// OBJ-220 and OBJ-221, in their order.
    static int format(Caller caller, FxTarget target, Sending own, int kind, int code, Part input, Part output, List<Part> more, Format format) {
        FxRequest request = own.request();
        if (own.isWithTarget()) {                                            // OBJ-244: its IRP is in use
            throw alreadySent(caller, request);
        }
        boolean received = request != null && request.own == null;
        if (target.target == null) {
            return Framework.STATUS_INVALID_DEVICE_STATE;
        }
        if (received && !KernelSend.hasRoom(request.irp, target.destination())) {
            return REQUEST_NOT_ACCEPTED;                              // a received request has the locations of its own stack
        }
        own.clear(caller);
        if (own.given != null && !KernelSend.hasRoom(own.given, target.destination())) {
            if (!own.frees) {
                return REQUEST_NOT_ACCEPTED;                          // OBJ-220: the framework cannot make another one in its place
            }
            own.give(null, false);
        }
        KernelSend send = own.given != null ? KernelSend.given(caller, target.destination(), own.given) : KernelSend.to(caller, target.destination(), received ? request.irp : null);
        if (send == null) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        int status = format.into(send, target.file);
        if (status < 0) {
            send.release();
            return status;
        }
        own.send = send;
        own.allocated = true;
        own.target = target;
        own.kind = kind;
        own.code = code;
        own.input = input.memory();
        own.output = output.memory();
        own.inputOffset = input.offset();
        own.outputOffset = output.offset();
        own.sent = false;
        own.done = false;
        own.hold(input.memory());
        own.hold(output.memory());
        more.forEach(part -> own.hold(part.memory()));
        return 0;
    }

    private static int transfer(Caller caller, long targetHandle, long handle, boolean read, long memory, long offsets, long deviceOffset) {
        FxTarget target = TargetApi.target(caller, targetHandle);
        FxRequest request = request(caller, handle);
        try {
            Part part = Part.of(caller, memory, offsets);
            long at = deviceOffset == 0 ? 0 : caller.memory.load64(deviceOffset);     // OBJ-232
            return format(caller, target, request.sending(), read ? 0x03 : 0x04, 0, read ? Part.NONE : part, read ? part : Part.NONE, List.of(),
                    (send, file) -> send.transfer(read, part.buffer(), at, file));
        } catch (TargetApi.Refused e) {
            return e.status;
        }
    }

    private static int control(Caller caller, long targetHandle, long handle, boolean internal, int code, long in, long inOffsets, long out, long outOffsets) {
        FxTarget target = TargetApi.target(caller, targetHandle);
        FxRequest request = request(caller, handle);
        try {
            Part input = Part.of(caller, in, inOffsets);
            Part output = Part.of(caller, out, outOffsets);
            return format(caller, target, request.sending(), internal ? 0x0F : 0x0E, code, input, output, List.of(),
                    (send, file) -> send.control(internal, code, input.buffer(), output.buffer(), file));
        } catch (TargetApi.Refused e) {
            return e.status;
        }
    }

    @Native
    public static int WdfIoTargetFormatRequestForRead(Caller caller, long target, long request, long output, long offsets, long deviceOffset) {
        return transfer(caller, target, request, true, output, offsets, deviceOffset);
    }

    @Native
    public static int WdfIoTargetFormatRequestForWrite(Caller caller, long target, long request, long input, long offsets, long deviceOffset) {
        return transfer(caller, target, request, false, input, offsets, deviceOffset);
    }

    @Native
    public static int WdfIoTargetFormatRequestForIoctl(Caller caller, long target, long request, int code, long input, long inputOffsets, long output, long outputOffsets) {
        return control(caller, target, request, false, code, input, inputOffsets, output, outputOffsets);
    }

    @Native
    public static int WdfIoTargetFormatRequestForInternalIoctl(Caller caller, long target, long request, int code, long input, long inputOffsets, long output, long outputOffsets) {
        return control(caller, target, request, true, code, input, inputOffsets, output, outputOffsets);
    }

    /// Three arguments that drivers have agreed upon, as Parameters.Others.Argument1, 2 and 4.
    @Native
    public static int WdfIoTargetFormatRequestForInternalIoctlOthers(Caller caller, long targetHandle, long handle, int code, long first, long firstOffsets, long second, long secondOffsets,
            long fourth, long fourthOffsets) {
        FxTarget target = TargetApi.target(caller, targetHandle);
        FxRequest request = request(caller, handle);
        try {
            Part one = Part.of(caller, first, firstOffsets);
            Part two = Part.of(caller, second, secondOffsets);
            Part four = Part.of(caller, fourth, fourthOffsets);
            return format(caller, target, request.sending(), 0x0F, code, one, two, List.of(four), (send, file) -> send.others(code, one.buffer(), two.buffer(), four.buffer(), file));
        } catch (TargetApi.Refused e) {
            return e.status;
        }
    }

    /// OBJ-233.
    @Native
    public static void WdfRequestFormatRequestUsingCurrentType(Caller caller, long handle) {
        current(caller, request(caller, handle)).asItIs();
    }

    /// As above, with a stack location that the driver gives.
    @Native
    public static void WdfRequestWdmFormatUsingStackLocation(Caller caller, long handle, long stack) {
        FxRequest request = request(caller, handle);
        Framework.required(caller, stack, "Stack");
        caller.memory.load64(stack);
        KernelSend send = current(caller, request);
        send.asItIs();
        long next = request.irp.stackLocation() - Irp.STACK_LOCATION_SIZE;
        caller.memory.copy(next, stack, 0x38);
        caller.machine.memory.field8(next + 3, 0);
    }

    private static KernelSend current(Caller caller, FxRequest request) {
        Sending sending = request.sending();
        if (sending.isWithTarget()) {
            throw alreadySent(caller, request);
        }
        boolean none = request.own != null && request.own.given == null;
        if (none || request.irp.currentLocation() < 2 || !request.irp.hasCurrentLocation()) {
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "WDF_VIOLATION", "VER-010",
                    request.label() + " has no stack location left for a lower driver").code(0x10D, 6, 1, request.handle, 0).blank().subject(request.irp)
                    .stack(ScriptStack.frames(), "").help("only a request that came through a stack can be sent down it").build());
        }
        sending.clear(caller);
        sending.send = request.own != null ? KernelSend.given(caller, null, request.irp) : KernelSend.onward(caller, null, request.irp);
        sending.sent = false;
        sending.done = false;
        return sending.send;
    }

    /// OBJ-234: whether the request could be sent to the target, as OBJ-220 asks.
    @Native
    public static int WdfRequestChangeTarget(Caller caller, long handle, long targetHandle) {
        FxRequest request = request(caller, handle);
        FxTarget target = TargetApi.target(caller, targetHandle);
        if (target.target == null) {
            return Framework.STATUS_INVALID_DEVICE_STATE;
        }
        if (request.own != null && (request.own.given == null || request.own.frees)) {
            return 0;
        }
        return KernelSend.hasRoom(request.irp, target.destination()) ? 0 : REQUEST_NOT_ACCEPTED;
    }

    // ---- sending ---------------------------------------------------------------------------------------------------------------------

    @Native
    public static void WdfRequestSetCompletionRoutine(Caller caller, long handle, long routine, long context) {
        Sending sending = request(caller, handle).sending();
        sending.routine = routine;
        sending.context = context;
    }

    private static RuntimeException alreadySent(Caller caller, FxRequest request) {
        throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "WDF_VIOLATION", "VER-012", request.label() + " is sent, and the target still has it")
                .code(0x10D, 6, 3, request.handle, 0).stack(ScriptStack.frames(), "").help("wait for its completion, then WdfRequestReuse").build());
    }

    /// Why a send is refused: the status for WdfRequestGetStatus, with a break if it is a mistake of the driver's.
    private static int refused(Caller caller, FxRequest request, int status, String mistake, String rule) {
        request.sending().status = status;
        if (!mistake.isEmpty()) {
            Framework.broken(caller, mistake, rule, request);
        }
        return 0;
    }

    /// OBJ-240 to OBJ-247. @return TRUE if it was sent; if not, WdfRequestGetStatus says why (OBJ-246)
    @Native
    public static int WdfRequestSend(Caller caller, long handle, long targetHandle, long options) {
        FxRequest request = request(caller, handle);
        Options read = options == 0 ? Options.NONE : Options.read(caller, options, request);
        if (read.status() < 0) {
            return refused(caller, request, Framework.STATUS_INVALID_PARAMETER, "WdfRequestSend with options that are not valid", "OBJ-240");
        }
        FxTarget target = TargetApi.target(caller, targetHandle);
        Sending sending = request.sending();
        if (read.has(Options.SEND_AND_FORGET)) {
            return forget(caller, request, target);
        }
        boolean synchronous = read.has(Options.SYNCHRONOUS);
        if (request.own == null && !synchronous && sending.routine == 0) {
            return refused(caller, request, Framework.STATUS_INVALID_DEVICE_REQUEST,
                    request.label() + " is sent on without a completion routine: nobody would complete it", "OBJ-243");
        }
        if (sending.isWithTarget()) {                                        // OBJ-244
            throw alreadySent(caller, request);
        }
        if (sending.send == null || sending.done) {
            return refused(caller, request, REQUEST_NOT_ACCEPTED, "", "");
        }
        boolean keepsIrp = request.own == null || sending.given != null;
        if (keepsIrp && target.target != null && !(KernelSend.hasRoom(request.irp, target.destination()) && sending.send.canReach(target.destination()))) {
            return refused(caller, request, REQUEST_NOT_ACCEPTED, "", "");
        }
        if (!target.admits(read.has(Options.IGNORE_TARGET_STATE))) {
            return refused(caller, request, Framework.STATUS_INVALID_DEVICE_STATE, "", "");
        }
        if (sending.cancelAsked) {                                    // OBJ-245
            return refused(caller, request, Framework.STATUS_CANCELLED, "", "");
        }
        if (request.isCancelable() && request.verifier()) {
            Framework.rule(caller, "ReqMarkCancelableSend", "VER-329", request.label() + " is sent while it is cancelable: its cancel routine belongs to the driver below from now on",
                    "WdfRequestUnmarkCancelable first; WdfRequestCancelSentRequest cancels what was sent", request);
        }
        request.disarm();
        if (synchronous && caller.irql() > Irql.PASSIVE && request.verifier()) {
            Framework.rule(caller, "WdfRequestSendSyncAtDispatch", "VER-338", "a synchronous send at " + Irql.name(caller.irql()) + ": it waits for the target",
                    "send it asynchronously, with a completion routine", request);
        }
        Sending.Gate gate = go(caller, sending, target, read);
        if (synchronous) {
            // OBJ-248: a target that ignores the cancellation holds the sender, whatever the time-out.
            Waits.wait(caller, List.of(gate), false, Waits.FOREVER);
        }
        return 1;
    }

    /// An admitted request goes. @return opens when it is back and the completion routine has run
    static Sending.Gate go(Caller caller, Sending sending, FxTarget target, Options options) {
        FxRequest request = sending.request();
        KernelSend send = sending.send;
        sending.sent = true;
        sending.done = false;
        sending.target = target;
        Sending.Gate gate = new Sending.Gate(send.irp.number);
        if (request != null) {
            request.reference();
        }
        if (caller.machine.tracing) {
            caller.machine.emit(new Travel.Sent(send.irp.number, target.device.lane(), request == null ? "" : request.label(), target.label()));
        }
        Deadline deadline = Deadline.of(caller, options, target, send);
        send.whenDone(() -> {
            target.ended(send);
            sending.done = true;
            sending.status = deadline.status(send.irp.status());
            sending.information = send.irp.information();
            if (request != null) {
                completed(caller, request, target);
            }
            gate.open();
        });
        target.submit(caller, send, options.has(Options.IGNORE_TARGET_STATE));
        return gate;
    }

    /// OBJ-242: down for good; the framework keeps nothing of the request.
    private static int forget(Caller caller, FxRequest request, FxTarget target) {
        Sending sending = request.sending();
        if (request.own != null) {
            return refused(caller, request, Framework.STATUS_INVALID_DEVICE_STATE, "", "");
        }
        if (sending.send != null && sending.kind != Sending.NO_FORMAT) {
            return refused(caller, request, Framework.STATUS_INVALID_DEVICE_REQUEST, request.label() + " is formatted with memory of its own and cannot be sent and forgotten", "OBJ-242");
        }
        if (sending.isWithTarget()) {
            throw alreadySent(caller, request);
        }
        if (target.target == null) {                                  // there is nobody to send it to; other states are not looked at
            return refused(caller, request, Framework.STATUS_INVALID_DEVICE_STATE, "", "");
        }
        if (request.device.device.inHost && !target.destination().inHost) {
            return refused(caller, request, REQUEST_NOT_ACCEPTED, "", "");                 // it cannot leave its host
        }
        if (sending.routine != 0 && request.verifier()) {
            Framework.broken(caller, request.label() + " is sent and forgotten: its completion routine will never run", "OBJ-242", request);
        }
        if (caller.machine.tracing) {
            caller.machine.emit(new Travel.Passed(request.irp.number, request.device.lane(), request.device.driver.driver.name(), target.destination().label()));
        }
        Irp irp = request.irp;
        DeviceObject to = target.destination();
        boolean formatted = sending.send != null;                     // then the next stack location is the driver's, else the current one goes on
        irp.tell("sent on", "and forgotten by " + request.device.driver.driver.name());
        request.forget(caller, () -> {
            IoManager io = IoManager.of(caller);
            if (formatted) {
                io.call(caller, to, irp);
            } else {
                io.passDown(caller, to, irp);
            }
        });
        return 1;
    }

    /// OBJ-251: the routine is called once, with what came back.
    private static void completed(Caller sender, FxRequest request, FxTarget target) {
        Sending own = request.sending();
        long routine = own.routine;
        own.routine = 0;
        Caller caller = sender.machine.scheduler.running() instanceof Caller c ? c : sender;
        if (request.own == null) {
            own.returned(caller);
        }
        if (routine != 0) {
            Region parameters = caller.machine.need(request.heap, COMPLETION_PARAMS, "CompletionParams");
            fill(caller.memory, own, parameters.base);
            if (caller.machine.tracing) {
                caller.machine.emit(new Travel.Presented(request.irp.number, request.device.lane(), request.device.inTrace(""), caller.functionName(routine)));
            }
            var before = caller.image;
            caller.image = request.device.driver.driver.image;
            try {
                own.inRoutine = true;
                request.device.driver.call(caller, routine, request.handle, target.handle, parameters.base, own.context);
            } finally {
                own.inRoutine = false;
                caller.image = before;
            }
            request.heap.free(parameters);
        }
        request.dereference(caller);
    }

    /// WDF_REQUEST_COMPLETION_PARAMS.
    private static void fill(View m, Sending own, long at) {
        m.store32(at, COMPLETION_PARAMS);
        m.store32(at + 4, own.kind);
        m.store64(at + 8, own.status & 0xFFFF_FFFFL);
        m.store64(at + 0x10, own.information);
        if (own.kind == 0x03 || own.kind == 0x04) {
            FxMemory buffer = own.kind == 0x03 ? own.output : own.input;
            m.store64(at + 0x18, buffer == null ? 0 : buffer.handle);
            m.store64(at + 0x20, own.information);
            m.store64(at + 0x28, own.kind == 0x03 ? own.outputOffset : own.inputOffset);
        } else {
            m.store32(at + 0x18, own.code);
            m.store64(at + 0x20, own.input == null ? 0 : own.input.handle);
            m.store64(at + 0x28, own.inputOffset);
            m.store64(at + 0x30, own.output == null ? 0 : own.output.handle);
            m.store64(at + 0x38, own.outputOffset);
            m.store64(at + 0x40, own.information);
        }
    }

    @Native
    public static void WdfRequestGetCompletionParams(Caller caller, long handle, long parameters) {
        FxRequest request = request(caller, handle);
        Framework.required(caller, parameters, "Params");
        if (caller.memory.load32(parameters) != COMPLETION_PARAMS) {  // REQ-115
            Framework.broken(caller, "WDF_REQUEST_COMPLETION_PARAMS has the wrong Size: WDF_REQUEST_COMPLETION_PARAMS_INIT sets it", "REQ-115", request);
            return;
        }
        if (request.own != null || request.onward != null) {
            fill(caller.memory, request.sending(), parameters);
        }
    }

    /// OBJ-249. A time-out takes no memory here; what can fail is told apart by the call all the same.
    @Native
    public static int WdfRequestAllocateTimer(Caller caller, long handle) {
        request(caller, handle);
        return caller.machine.fails("framework") ? Framework.STATUS_INSUFFICIENT_RESOURCES : 0;
    }

    /// OBJ-290.
    @Native
    public static int WdfRequestCancelSentRequest(Caller caller, long handle) {
        FxRequest request = request(caller, handle);
        return request.sending().cancel(caller) ? 1 : 0;
    }
}
