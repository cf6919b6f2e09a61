package wdfs.wdf;

import wdfs.io.HostBuffers;
import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.kernel.Mdl;
import wdfs.machine.Irql;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;
import wdfs.runtime.Travel;

/// WDFREQUEST: an IRP in the framework's hands.
public final class FxRequest extends FxObject implements Runnable {
    private static final int STATUS_TIMEOUT = 0x102;

    public FxDevice device;
    public Irp irp;
    int major;
    /// Made by the driver (WdfRequestCreate), to be sent; null for what the framework presents.
    Sending own;
    /// How a received request is sent on; null until it is formatted.
    Sending onward;
    FxQueue queue;
    /// Whose reserved request it is (REQ-232); null for all others.
    final ForwardProgress reserve;
    /// Of a reserved request: it has been given an IRP, and is not back in its reserve.
    private boolean serving;
    /// Of a reserved request: what stands for an IRP until it has one.
    private final Irp placeholder;
    boolean driverOwned;
    boolean presented;
    boolean inCallerContext;
    /// Then: the queue that WdfDeviceEnqueueRequest gives it to; null if it had none when it came.
    FxQueue destined;
    /// REQ: the completed flag, set at the beginning of the completion.
    boolean completed;
    boolean irpGone;
    int inHandler;
    /// REQ-251: of an own request, its driver gives it to a queue and completes it.
    boolean mustComplete;
    /// Then: it is completed, and its IRP is once nobody else holds it. Where it was.
    private FxQueue endingIn;
    private boolean ending;
    /// EvtRequestCancel, while the request is cancelable and until it is called; else 0.
    long cancelRoutine;
    /// MarkCancelable is in force: not taken back, nor come to nothing.
    boolean marked;
    long markedAt;
    /// It was cancelled, and the framework has seen that.
    boolean cancelled;
    /// The driver has been called about that.
    boolean cancelTold;
    /// WdfRequestUnmarkCancelable returned STATUS_CANCELLED.
    boolean lostToCancel;
    /// The list of its queue that it is in, and its neighbours there.
    RequestList list;
    FxRequest before;
    FxRequest after;
    /// Its neighbours among those of its device that live.
    FxRequest olderLive;
    FxRequest youngerLive;
    long arrival;
    /// EvtIoStop has been called for it, and is not answered (REQ-134).
    boolean inStop;
    Answer stopAnswer = Answer.NONE;

    /// What a driver says to EvtIoStop by WdfRequestStopAcknowledge.
    enum Answer { NONE, KEEP, REQUEUE }

    boolean isCreate;
    FxDevice.FxFile onCreate;
    FxMemory input;
    FxMemory output;
    /// The one cached MDL over the system buffer (KBUF-084).
    Mdl systemMdl;
    /// KBUF-076: references on the memory that belongs to the request.
    int bufferReferences;
    /// KBUF-100: the pointers as they were when the request came.
    long captured;
    long capturedType3;
    long capturedUser;
    /// KBUF-101: the MDL of direct memory, taken at the first retrieval that mapped it.
    Mdl capturedMdl;
    boolean informationSet;
    boolean userModeDriverInitiated;
    /// A GUID in two halves; null until it is set.
    long[] activityId;
    /// UMDF: the buffers in the host, as they were when the request came.
    HostBuffers hosted;

    private FxRequest(Machine machine, FxDevice device, Irp irp, int major) {
        super(machine, "WDFREQUEST", irp.number, device.driver, device.heap);
        this.device = device;
        this.reserve = null;
        this.placeholder = null;
        receive(irp, major);
    }

    private FxRequest(Machine machine, ForwardProgress reserve, Irp placeholder) {
        super(machine, "WDFREQUEST", placeholder.number, reserve.queue().device.driver, reserve.queue().device.heap);
        this.device = reserve.queue().device;
        this.reserve = reserve;
        this.placeholder = placeholder;
        this.irp = placeholder;
        this.irpGone = true;
    }

    private void receive(Irp received, int majorFunction) {
        irp = received;
        major = majorFunction;
        captured = irp.systemBufferAddress();
        capturedType3 = isControl() ? irp.type3InputBuffer() : 0;
        capturedUser = irp.userBuffer();
        hosted = irp.hosted;
        irp.framework = this;
        device.live.add(this);
    }

    /// For the reserve of a queue, with the contexts and callbacks of the device's requests. Null if memory is short.
    static FxRequest reserved(Caller caller, ForwardProgress reserve) {
        Irp placeholder = caller.machine.fails("request") ? null : IoManager.of(caller).allocate(1);
        if (placeholder == null) {
            return null;
        }
        placeholder.driverOwned = true;
        FxRequest request = new FxRequest(caller.machine, reserve, placeholder);
        Attributes attributes = request.device.init.requestAttributes;
        return attributes != null && request.commit(caller, attributes) < 0 ? null : request;
    }

    /// REQ-231: a reserved request takes an IRP, as a request that was made for it does. Its contexts stay as they are.
    void serve(FxDevice to, Irp received, int majorFunction) {
        serving = true;
        reference();                                                  // leave() gives it up, and what is left is the reserve's
        device = to;
        irpGone = false;
        completed = false;
        cancelled = false;
        cancelTold = false;
        lostToCancel = false;
        marked = false;
        cancelRoutine = 0;
        onward = null;
        input = null;
        output = null;
        capturedMdl = null;
        informationSet = false;
        userModeDriverInitiated = false;
        activityId = null;
        stopAnswer = Answer.NONE;
        receive(received, majorFunction);
    }

    /// The request that was made for an IRP is not wanted; the IRP stays with the framework.
    void discard(Caller caller) {
        device.live.remove(this);
        irp.framework = null;
        irpGone = true;
        closeMemory(input);
        closeMemory(output);
        deleteNow(caller);
    }

    /// A request of the driver's own. Until it is formatted its IRP is a placeholder that nobody sends.
    static FxRequest own(Caller caller, FxDevice device, FxObject parent, Irp placeholder) {
        FxRequest request = new FxRequest(caller.machine, device, parent, placeholder);
        request.own = new Sending(request);
        request.own.placeholder = placeholder;
        return request;
    }

    private FxRequest(Machine machine, FxDevice device, FxObject parent, Irp placeholder) {
        super(machine, "WDFREQUEST", parent);
        this.device = device;
        this.irp = placeholder;
        this.major = 0xFF;
        this.reserve = null;
        this.placeholder = null;
    }

    /// Null if memory is short (REQ-024).
    static FxRequest of(Caller caller, FxDevice device, Irp irp, int major) {
        if (caller.machine.fails("request")) {
            return null;
        }
        FxRequest request = new FxRequest(caller.machine, device, irp, major);
        if (device.init.requestAttributes != null && request.commit(caller, device.init.requestAttributes) < 0) {
            device.live.remove(request);
            irp.framework = null;
            return null;
        }
        return request;
    }

    /// WdfRequestForwardToParentDeviceIoQueue: from now on it is a request of the device of the bus.
    void moveTo(FxDevice parent) {
        device.live.remove(this);
        device = parent;
        device.live.add(this);
    }

    boolean verifier() {
        return device.verifier();
    }

    /// What the request has for being sent.
    Sending sending() {
        if (own != null) {
            return own;
        }
        if (onward == null) {
            onward = new Sending(this);
        }
        return onward;
    }

    boolean isControl() {
        return major == 0x0E || major == 0x0F;
    }

    // ---- completion (REQ-080 to REQ-099) -------------------------------------------------------------------------------------------------

    /// What the driver asks for by WdfRequestComplete and its kin.
    void complete(Caller caller, int status, long information) {
        Sending sent = own != null ? own : onward;
        if (sent != null && sent.isWithTarget() && (own == null || mustComplete)) {
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "MULTIPLE_IRP_COMPLETE_REQUESTS", "VER-324",
                    label() + " is completed while " + sent.target.label() + " has it: the driver below will complete it too").code(0x44, irp.address).blank().subject(irp)
                    .stack(ScriptStack.frames(), "").help("complete it in the completion routine; WdfRequestCancelSentRequest makes it come back sooner").story(irp).build());
        }
        if (own != null && !mustComplete) {                           // REQ-097, REQ-251
            if (!verifier()) {
                throw completedTwice("is the driver's own and is completed: no driver above has sent it");
            }
            Framework.rule(caller, "ReqDelete", "VER-331", label() + " is the driver's own: it is deleted, not completed", "WdfObjectDelete when the request has come back", this);
            return;
        }
        if (status == STATUS_TIMEOUT) {                               // ENV-126
            machine.warning(new Report.Builder(Report.Kind.WARNING, "TimeoutIsSuccess", "ENV-126", label() + " is completed with STATUS_TIMEOUT, which its application sees as a success")
                    .blank().subject(irp).stack(ScriptStack.frames(), "").help("STATUS_IO_TIMEOUT is the error").build(), ScriptStack.site());
        }
        if (verifier()) {
            if (!driverOwned && !completed && queue != null) {       // REQ-073
                Framework.rule(caller, "InvalidReqAccess", "VER-324", label() + " is completed, and queue " + queue.shown() + " has it: the driver gave it away", "return after forwarding or requeueing a request", this);
                return;
            }
            if (!driverOwned) {                                      // REQ-090
                Framework.rule(caller, "DoubleCompletion", "REQ-090", label() + " is completed, and the driver does not own it" + (completed ? " any more: it was completed before" : ""),
                        "return after completing a request", this);
                return;
            }
            if (lostToCancel && !cancelTold) {
                Framework.rule(caller, "CompleteCanceledReq", "VER-325", label() + " is completed though WdfRequestUnmarkCancelable returned STATUS_CANCELLED: its EvtRequestCancel completes it, too",
                        "leave the request to EvtRequestCancel when WdfRequestUnmarkCancelable returns STATUS_CANCELLED", this);
            } else if (marked && !cancelTold) {                      // REQ-091
                Framework.rule(caller, "ReqNotCanceled", "VER-326", label() + " is completed while it is still cancelable",
                        "WdfRequestUnmarkCancelable first; complete it only if that does not return STATUS_CANCELLED", this);
            }
            checkInformation(caller, status, information);
            if (major == 0x0E && irp.isUserMode() && irp.outputLength() == 0 && information != 0 && (irp.flags() & Irp.INPUT_OPERATION) != 0) {
                Framework.broken(caller, "a request without an output buffer is completed with " + information + " bytes", "REQ-093", this);
                irp.flags(irp.flags() & ~Irp.INPUT_OPERATION);
            }
        } else if (!driverOwned && completed) {
            throw completedTwice("is completed twice");
        }
        finish(caller, mapped(status), information, true);
    }

    private RuntimeException completedTwice(String how) {
        throw machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "MULTIPLE_IRP_COMPLETE_REQUESTS", "REQ-090", label() + " " + how).code(0x44, irp.address)
                .stack(ScriptStack.frames(), "").build());
    }

    /// REQ-085: the framework's own statuses do not leave it.
    private static int mapped(int status) {
        if ((status & 0xFFFF_0000) != 0xC0200000) {
            return status;
        }
        return switch (status) {
            case 0xC0200203, 0xC0200204 -> 0x80000011;
            case 0xC0200201 -> Framework.STATUS_INTERNAL_ERROR;
            case 0xC0200214 -> Framework.STATUS_INSUFFICIENT_RESOURCES;
            default -> Framework.STATUS_INVALID_DEVICE_REQUEST;
        };
    }

    /// REQ-092. STATUS_BUFFER_OVERFLOW is a warning, so its length goes unchecked.
    private void checkInformation(Caller caller, int status, long information) {
        if (status < 0) {
            return;
        }
        long limit;
        if (major == 0x03 || major == 0x04) {
            limit = irp.transferLength();
        } else if (major == 0x0E && irp.isUserMode() && irp.outputLength() > 0) {
            limit = irp.outputLength();
        } else {
            return;
        }
        if (Long.compareUnsigned(information, limit) > 0) {
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "WDF_VIOLATION", "REQ-092",
                    "%s is completed with %d bytes, and its buffer has %d".formatted(label(), information, limit)).code(0x10D, 6, 4, handle, information)
                    .blank().subject(irp).stack(ScriptStack.frames(), Irql.name(caller.irql())).help("Information counts the bytes of the output buffer that are valid").story(irp).build());
        }
    }

    /// REQ-084, in its order.
    void finish(Caller caller, int status, long information, boolean byDriver) {
        completed = true;
        irp.status(status);
        irp.information(information);
        boolean owned = driverOwned;
        irp.javaCancel = null;
        if (machine.tracing) {
            machine.emit(new Travel.Completed(irp.number, device.lane(), status, information));
        }
        if (own != null) {
            endOwn(caller, owned);
            return;
        }
        FxDevice.FxFile created = onCreate;
        leave(caller, owned, () -> IoManager.of(caller).complete(caller, irp));               // (6)
        if (isCreate && status < 0) {
            device.forget(caller, created);                           // REQ-099
        }
    }

    /// REQ-251: WdfRequestReuse has found that the driver's own request can be completed. Its IRP ends when this reference, and all
    /// others but the first, are gone.
    void mustComplete() {
        major = irp.majorFunction();
        mustComplete = true;
        driverOwned = true;
        irpGone = false;
        completed = false;
        cancelled = false;
        cancelTold = false;
        lostToCancel = false;
        informationSet = false;
        presented = false;
        irp.framework = this;
        reference();
    }

    /// WdfRequestReuse of the driver's own request, as one that is only sent. What it owed the IRP is the driver's affair now.
    void mayComplete(Caller caller) {
        if (mustComplete && !completed) {
            dereference(caller);
        }
        mustComplete = false;
        driverOwned = false;
        irpGone = false;
        completed = false;
        cancelled = false;
    }

    /// The object lives on, without a call of its callbacks; what ends is its IRP.
    private void endOwn(Caller caller, boolean owned) {
        own.status = irp.status();
        own.clear(caller);
        disarm();
        driverOwned = false;
        irpGone = true;
        device.live.remove(this);
        ending = true;
        endingIn = owned ? queue : null;
        if (queue != null && owned) {
            queue.lose(this);
        }
        queue = null;
        dereference(caller);
    }

    /// With the verifier on the queue holds a reference until its handler has returned (REQ-090).
    void settle(Caller caller) {
        if (!ending || references != 1 || inHandler > 0 && verifier()) {
            return;
        }
        ending = false;
        FxQueue from = endingIn;
        endingIn = null;
        Irp ended = irp;
        own.give(null, false);
        ended.framework = null;
        IoManager.of(caller).complete(caller, ended);
        if (from != null) {
            from.visitIfIdle(caller);
        }
    }

    /// OBJ-242: the request goes to a lower device for good. Its cleanup callback runs before the IRP goes down.
    void forget(Caller caller, Runnable away) {
        boolean owned = driverOwned;
        disarm();
        leave(caller, owned, away);
    }

    /// The object gives its IRP away and ends.
    private void leave(Caller caller, boolean owned, Runnable away) {
        reference();
        if (reserve == null) {
            if (presented) {
                dispose(caller);                                      // (4) cleanup: children first; the IRP is still there
            } else {
                unseen();                                             // REQ-087
            }
            for (FxObject child : new java.util.ArrayList<>(children)) {
                child.release(caller);
            }
            children = java.util.Set.of();
        }
        if (onward != null) {
            onward.clear(caller);                                     // IOM-162: formatted, and not sent
        }
        int stillReferenced = bufferReferences + (int) children.stream().filter(child -> child instanceof FxMemory memory && memory.kind == FxMemory.Kind.LOCKED).count();
        if (stillReferenced != 0) {                                   // (5) KBUF-205
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "WDF_VIOLATION", "VER-004", label() + " is completed while its memory is still referenced")
                    .code(0x10D, 3, handle, stillReferenced, 0).blank().subject(irp).stack(ScriptStack.frames(), "").story(irp).build());
        }
        driverOwned = false;
        closeMemory(input);
        closeMemory(output);
        irpGone = true;
        device.live.remove(this);
        away.run();
        FxQueue from = queue;
        queue = null;
        if (from != null && owned) {
            from.lose(this);
        }
        if (reserve != null) {
            if (from != null && owned) {
                from.visitIfIdle(caller);
            }
            dereference(caller);
            dereference(caller);                                      // REQ-232: back to the reserve, unless the driver holds a reference
            return;
        }
        deleting = true;
        if (references == 2) {
            machine.handles.close(handle);
        }
        dereference(caller);
        dereference(caller);                                          // (8)
        if (from != null && owned) {
            from.visitIfIdle(caller);                                 // (7)
        }
    }

    @Override
    public void dereference(Caller caller) {
        super.dereference(caller);
        if (serving && irpGone && references == 1) {
            serving = false;
            freeSystemMdl();
            reserve.giveBack(caller, this);
        }
        settle(caller);
    }

    private void freeSystemMdl() {
        if (systemMdl != null) {
            systemMdl.free();
            systemMdl = null;
        }
    }

    private void closeMemory(FxMemory memory) {
        if (memory != null) {
            machine.handles.close(memory.handle);
        }
    }

    // ---- cancellation --------------------------------------------------------------------------------------------------------------------

    /// REQ-144, REQ-145. @return false if it is cancelled already, which leaves all as it is
    boolean markCancelable(long routine) {
        if (irp.isCancelled() || queue.cancelsDispatched()) {
            return false;
        }
        mark(routine);
        irp.javaCancel = this;
        return true;
    }

    /// REQ-144: it is cancelled already, and EvtRequestCancel will be called for it.
    void markCancelled(Caller caller, long routine) {
        mark(routine);
        queue.cancelOwned(caller, this);
    }

    private void mark(long routine) {
        cancelRoutine = routine;
        marked = true;
        queue.marked(this);
    }

    /// REQ-146. @return false if EvtRequestCancel has the request, or will
    boolean unmark() {
        if (cancelled || cancelRoutine == 0) {
            lostToCancel = true;
            return false;
        }
        disarm();
        return true;
    }

    /// Nobody is called any more when it is cancelled.
    void disarm() {
        if (!cancelled) {
            cancelRoutine = 0;
            marked = false;
            irp.javaCancel = null;
        }
    }

    boolean isCancelable() {
        return cancelRoutine != 0 && !cancelled && !completed;
    }

    /// The IRP is cancelled while the request waits in a queue, or is cancelable: the framework's cancel routine.
    @Override
    public void run() {
        Caller caller = irp.cancelCaller;
        if (driverOwned) {
            queue.cancelOwned(caller, this);
        } else {
            queue.cancelled(caller, this);
        }
    }

    void cancelIfCancelable(Caller caller) {
        if (isCancelable()) {
            irp.javaCancel = null;
            queue.cancelOwned(caller, this);
        }
    }

    /// EvtRequestCancel; from the queue's event loop.
    void callCancel(Caller caller, FxQueue of) {
        cancelTold = true;
        long routine = cancelRoutine;
        irp.tell("cancel", caller.functionName(routine));
        of.call(caller, routine, handle);
    }

    @Override
    protected void abandon() {
        closeMemory(input);
        closeMemory(output);
        if (own != null) {
            own.abandon();
            own.give(null, false);
            IoManager.of(machine).free(irp);
        }
        super.abandon();
    }

    @Override
    protected boolean mayBeDeleted() {
        return own != null;
    }

    @Override
    void told() {
        super.told();
        if (own != null) {
            told(machine.memory.regionAt(null, irp.address));
            own.told();
        }
    }

    @Override
    protected void destroying(Caller caller) {
        freeSystemMdl();                                              // KBUF-087: with the object, not with the completion
        if (own != null) {
            own.clear(caller);
            own.give(null, false);
            IoManager.of(caller).free(irp);
        }
        if (placeholder != null) {
            IoManager.of(caller).free(placeholder);
        }
    }
}
