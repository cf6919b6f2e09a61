package wdfs.wdf;

import java.util.ArrayList;
import java.util.List;
import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.io.KernelSend;
import wdfs.kernel.Waitable;
import wdfs.runtime.Caller;

/// What a request that a driver sends has besides: its format, where it went, and what came back (OBJ §6). A request of the
/// driver's own has it from the start, a received one once it is formatted.
final class Sending {
    /// WdfRequestTypeNoFormat: the current stack location is sent once more.
    static final int NO_FORMAT = 0xFF;

    /// Open once the request is back; what a synchronous sender waits for.
    static final class Gate extends Waitable {
        private final int number;
        private boolean open;

        Gate(int number) {
            this.number = number;
        }

        void open() {
            open = true;
            changed();
        }

        @Override public boolean isSignaled() { return open; }
        @Override public void satisfied() {}
        @Override public String waitName() { return "request #" + number + " that it sent"; }
    }

    /// Null for a synchronous send without a request of the driver's.
    private final FxRequest request;
    KernelSend send;
    FxTarget target;
    int kind = NO_FORMAT;
    int code;
    FxMemory input;
    FxMemory output;
    long inputOffset;
    long outputOffset;
    private final List<FxMemory> held = new ArrayList<>();
    long routine;
    long context;
    boolean sent;
    boolean done;
    /// OBJ-245: WdfRequestCancelSentRequest was called; until WdfRequestReuse nothing can be sent.
    boolean cancelAsked;
    int status;
    long information;
    /// Of a request of the driver's own: the IRP that the driver gave (WdfRequestCreateFromIrp, WdfRequestReuse); null while each
    /// format makes one.
    Irp given;
    /// The given IRP goes with the request, or when another takes its place.
    boolean frees;
    /// The framework has made an IRP for it: when it was created for a target, or formatted.
    boolean allocated;
    /// Of an own request: stands for an IRP while there is none; nobody sends it.
    Irp placeholder;
    /// OBJ-251: the completion routine runs, and the framework holds a reference on the request.
    boolean inRoutine;

    Sending(FxRequest request) {
        this.request = request;
    }

    /// OBJ-221, MEM-083: a formatted request keeps its memory alive, and of a received request the buffers.
    void hold(FxMemory memory) {
        if (memory == null) {
            return;
        }
        held.add(memory);
        memory.users.add(this);
        if (memory.kind == FxMemory.Kind.REQUEST) {
            memory.request.bufferReferences++;
        } else {
            memory.reference();
        }
    }

    /// Lets go of the format: at the next one, at WdfRequestReuse and at the end of the object.
    void clear(Caller caller) {
        for (FxMemory memory : held) {
            memory.users.remove(this);
            if (memory.kind == FxMemory.Kind.REQUEST) {
                memory.request.bufferReferences--;
            } else {
                memory.dereference(caller);
            }
        }
        held.clear();
        if (send != null) {
            send.release();
            send = null;
        }
        input = null;
        output = null;
        kind = NO_FORMAT;
    }

    /// The target is done with a received request: its IRP and memory are as they were; what came back stays to be read.
    void returned(Caller caller) {
        FxMemory in = input;
        FxMemory out = output;
        int type = kind;
        clear(caller);
        input = in;
        output = out;
        kind = type;
    }

    /// Another IRP for the driver's own request; null for none. Who gave the one before frees it, unless the request does.
    void give(Irp irp, boolean freesIt) {
        if (frees) {
            IoManager.of(request.machine).free(given);
        }
        given = irp;
        frees = freesIt;
        request.irp = irp == null ? placeholder : irp;
    }

    /// The request's leak has been reported: what its format holds is part of it.
    void told() {
        if (send != null) {
            FxObject.told(request.machine.memory.regionAt(null, send.irp.address));
            FxObject.told(send.irp.systemBuffer);
            FxObject.told(send.irp.mdl == null ? null : send.irp.mdl.block());
        }
    }

    /// A target has the request, or it waits in one.
    boolean isWithTarget() {
        return sent && !done;
    }

    /// The host of the driver is gone. What is under way is seen to by the host's own end.
    void abandon() {
        if (send != null && (!sent || done)) {
            send.release();
        }
        send = null;
    }

    boolean cancel(Caller caller) {
        cancelAsked = true;
        return isWithTarget() && send != null && target.cancel(caller, send);
    }

    FxRequest request() {
        return request;
    }
}
