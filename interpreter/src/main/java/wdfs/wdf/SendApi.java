package wdfs.wdf;

import java.util.List;
import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.io.KernelSend;
import wdfs.kernel.SystemCaller;
import wdfs.kernel.Waits;
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
    private static final int IO_TIMEOUT = 0xC00000B5;
    private static final int REUSE_PARAMS = 0x18;
    private static final int COMPLETION_PARAMS = 0x48;
    private static final int SYNCHRONOUS = 2;
    private static final int TIMEOUT = 1;
    private static final int SEND_AND_FORGET = 8;

    private SendApi() {}

    private static FxRequest request(Caller caller, long handle) {
        return RequestApi.request(caller, handle);
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
        Irp placeholder = caller.machine.fails("framework") ? null : IoManager.of(caller).allocate(1);
        if (placeholder == null) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        placeholder.driverOwned = true;
        FxRequest request = FxRequest.own(caller, device, parent, placeholder);
        status = request.commit(caller, read);
        if (status >= 0) {
            caller.memory.store64(result, request.handle);
        }
        return status;
    }

    /// OBJ-292, OBJ-294.
    @Native
    public static int WdfRequestReuse(Caller caller, long handle, long parameters) {
        FxRequest request = request(caller, handle);
        Framework.required(caller, parameters, "ReuseParams");
        if (caller.memory.load32(parameters) != REUSE_PARAMS || (caller.memory.load32(parameters + 4) & ~1) != 0) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        if (request.own == null && (caller.memory.load32(parameters + 4) & 1) != 0) {
            return REQUEST_INVALID_STATE;                             // OBJ-292: its IRP is the one that came
        }
        Sending own = request.sending();
        if (own.sent && !own.done) {
            Framework.broken(caller, request.label() + " is reused while the target has it", "OBJ-292", request);
        }
        own.clear(caller);
        own.sent = false;
        own.done = false;
        own.routine = 0;
        own.status = caller.memory.load32(parameters + 8);
        own.information = 0;
        return 0;
    }

    // ---- formatting ------------------------------------------------------------------------------------------------------------------

    private static int format(Caller caller, long targetHandle, long handle, int kind, int code, long in, long inOffsets, long out, long outOffsets, long deviceOffset) {
        FxTarget target = TargetApi.target(caller, targetHandle);
        FxRequest request = request(caller, handle);
        if (request.own == null && target.target != null && !KernelSend.hasRoom(request.irp, target.destination())) {
            return REQUEST_NOT_ACCEPTED;                              // OBJ-220: a received request has the locations of its own stack
        }
        FxMemory input = in == 0 ? null : TargetApi.memory(caller, in);
        FxMemory output = out == 0 ? null : TargetApi.memory(caller, out);
        try {
            KernelSend.Buffer from = input == null ? KernelSend.Buffer.NONE : TargetApi.part(caller, input, inOffsets);
            KernelSend.Buffer to = output == null ? KernelSend.Buffer.NONE : TargetApi.part(caller, output, outOffsets);
            if (target.target == null) {
                return Framework.STATUS_INVALID_DEVICE_STATE;
            }
            Sending own = request.sending();
            own.clear(caller);
            KernelSend send = request.own != null ? KernelSend.prepare(caller, target.destination()) : KernelSend.onward(caller, target.destination(), request.irp);
            if (send == null) {
                return Framework.STATUS_INSUFFICIENT_RESOURCES;
            }
            int status = switch (kind) {
                case 0x03 -> send.transfer(true, to, deviceOffset == 0 ? 0 : caller.memory.load64(deviceOffset), target.file);
                case 0x04 -> send.transfer(false, from, deviceOffset == 0 ? 0 : caller.memory.load64(deviceOffset), target.file);
                default -> send.control(kind == 0x0F, code, from, to, target.file);
            };
            if (status < 0) {
                send.release();
                return status;
            }
            own.send = send;
            own.target = target;
            own.kind = kind;
            own.code = code;
            own.input = input;
            own.output = output;
            own.inputOffset = inOffsets == 0 ? 0 : caller.memory.load64(inOffsets);
            own.outputOffset = outOffsets == 0 ? 0 : caller.memory.load64(outOffsets);
            own.sent = false;
            own.done = false;
            own.hold(input);
            own.hold(output);
            return 0;
        } catch (TargetApi.Refused e) {
            return e.status;
        }
    }

    @Native
    public static int WdfIoTargetFormatRequestForRead(Caller caller, long target, long request, long output, long offsets, long deviceOffset) {
        return format(caller, target, request, 0x03, 0, 0, 0, output, offsets, deviceOffset);
    }

    @Native
    public static int WdfIoTargetFormatRequestForWrite(Caller caller, long target, long request, long input, long offsets, long deviceOffset) {
        return format(caller, target, request, 0x04, 0, input, offsets, 0, 0, deviceOffset);
    }

    @Native
    public static int WdfIoTargetFormatRequestForIoctl(Caller caller, long target, long request, int code, long input, long inputOffsets, long output, long outputOffsets) {
        return format(caller, target, request, 0x0E, code, input, inputOffsets, output, outputOffsets, 0);
    }

    @Native
    public static int WdfIoTargetFormatRequestForInternalIoctl(Caller caller, long target, long request, int code, long input, long inputOffsets, long output, long outputOffsets) {
        return format(caller, target, request, 0x0F, code, input, inputOffsets, output, outputOffsets, 0);
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
        if (request.irp.currentLocation() < 2 || request.own != null) {
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "WDF_VIOLATION", "VER-010",
                    request.label() + " has no stack location left for a lower driver").code(0x10D, 6, 1, request.handle, 0).blank().subject(request.irp)
                    .stack(ScriptStack.frames(), "").help("only a request that came through a stack can be sent down it").build());
        }
        Sending sending = request.sending();
        sending.clear(caller);
        sending.send = KernelSend.onward(caller, null, request.irp);
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
        return request.own != null || KernelSend.hasRoom(request.irp, target.destination()) ? 0 : REQUEST_NOT_ACCEPTED;
    }

    // ---- sending ---------------------------------------------------------------------------------------------------------------------

    @Native
    public static void WdfRequestSetCompletionRoutine(Caller caller, long handle, long routine, long context) {
        Sending sending = request(caller, handle).sending();
        sending.routine = routine;
        sending.context = context;
    }

    /// Why a send is refused: the status for WdfRequestGetStatus, with a break if it is a mistake of the driver's.
    private static int refused(Caller caller, FxRequest request, int status, String mistake, String rule) {
        request.sending().status = status;
        if (!mistake.isEmpty()) {
            Framework.broken(caller, mistake, rule, request);
        }
        return 0;
    }

    /// OBJ-241 to OBJ-247. @return TRUE if it was sent; if not, WdfRequestGetStatus says why (OBJ-246)
    @Native
    public static int WdfRequestSend(Caller caller, long handle, long targetHandle, long options) {
        FxRequest request = request(caller, handle);
        FxTarget target = TargetApi.target(caller, targetHandle);
        Sending sending = request.sending();
        int flags = options == 0 ? 0 : caller.memory.load32(options + 4);
        long timeout = (flags & TIMEOUT) == 0 ? 0 : caller.memory.load64(options + 8);
        if (options != 0 && (caller.memory.load32(options) != 0x10 || (flags & ~0xF) != 0 || (flags & SEND_AND_FORGET) != 0 && flags != SEND_AND_FORGET)) {
            return refused(caller, request, Framework.STATUS_INVALID_PARAMETER, "WdfRequestSend with options that are not valid", "OBJ-240");
        }
        if ((flags & SEND_AND_FORGET) != 0) {
            return forget(caller, request, target);
        }
        if (sending.sent && !sending.done) {                          // OBJ-244
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "WDF_VIOLATION", "VER-012", request.label() + " is sent, and the target still has it")
                    .code(0x10D, 6, 3, request.handle, 0).stack(ScriptStack.frames(), "").help("wait for its completion, then WdfRequestReuse").build());
        }
        if (request.own == null && (flags & SYNCHRONOUS) == 0 && sending.routine == 0) {
            return refused(caller, request, Framework.STATUS_INVALID_DEVICE_REQUEST,
                    request.label() + " is sent on without a completion routine: nobody would complete it", "OBJ-243");
        }
        if (sending.send == null || sending.done) {
            return refused(caller, request, REQUEST_NOT_ACCEPTED, "", "");
        }
        if (target.state != FxTarget.State.STARTED) {
            return refused(caller, request, Framework.STATUS_INVALID_DEVICE_STATE, "", "");
        }
        if (request.own == null && !KernelSend.hasRoom(request.irp, target.destination())) {
            return refused(caller, request, REQUEST_NOT_ACCEPTED, "", "");
        }
        sending.sent = true;
        request.reference();
        KernelSend send = sending.send;
        send.redirect(target.destination());
        if (caller.machine.tracing) {
            caller.machine.emit(new Travel.Sent(send.irp.number, request.device.lane(), request.label(), target.label()));
        }
        boolean[] late = new boolean[1];
        var timer = timeout >= 0 ? null : caller.machine.scheduler.after(-timeout * 100, () -> {
            late[0] = true;
            caller.machine.scheduler.start(new Canceller(caller, send));
        });
        send.send(() -> {
            sending.done = true;
            sending.status = late[0] && send.irp.status() == Framework.STATUS_CANCELLED ? IO_TIMEOUT : send.irp.status();
            sending.information = send.irp.information();
            if (timer != null) {
                timer.cancel();
            }
            completed(caller, request, target);
        });
        if ((flags & SYNCHRONOUS) != 0 && !sending.done) {
            Waits.wait(caller, List.of(send), false, Waits.FOREVER);
        }
        return 1;
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
        if (target.state != FxTarget.State.STARTED) {
            return refused(caller, request, Framework.STATUS_INVALID_DEVICE_STATE, "", "");
        }
        if (!KernelSend.hasRoom(request.irp, target.destination())) {
            return refused(caller, request, REQUEST_NOT_ACCEPTED, "", "");
        }
        if (sending.routine != 0 && request.verifier()) {
            Framework.broken(caller, request.label() + " is sent and forgotten: its completion routine will never run", "OBJ-242", request);
        }
        if (caller.machine.tracing) {
            caller.machine.emit(new Travel.Passed(request.irp.number, request.device.lane(), request.device.driver.driver.name(), target.destination().label()));
        }
        Irp irp = request.irp;
        request.irp.tell("sent on", "and forgotten by " + request.device.driver.driver.name());
        request.forget(caller, () -> IoManager.of(caller).passDown(caller, target.destination(), irp));
        return 1;
    }

    /// Cancels a request whose time is over, from a thread of the system.
    private static final class Canceller extends SystemCaller {
        private final KernelSend send;

        Canceller(Caller like, KernelSend send) {
            super(like.machine, SystemProcess.INSTANCE);
            this.send = send;
        }

        @Override
        protected void work() {
            IoManager.of(machine).cancel(this, send.irp);
        }
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
            Region parameters = request.heap.allocate(COMPLETION_PARAMS, "CompletionParams", true);
            fill(caller.memory, own, parameters.base);
            var before = caller.image;
            caller.image = request.device.driver.driver.image;
            try {
                caller.invoke(routine, request.handle, target.handle, parameters.base, own.context);
            } finally {
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
        if (request.own != null || request.onward != null) {
            fill(caller.memory, request.sending(), parameters);
        }
    }

    /// OBJ-290.
    @Native
    public static int WdfRequestCancelSentRequest(Caller caller, long handle) {
        FxRequest request = request(caller, handle);
        return request.sending().cancel(caller) ? 1 : 0;
    }
}
