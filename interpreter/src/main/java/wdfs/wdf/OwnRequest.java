package wdfs.wdf;

import java.util.ArrayList;
import java.util.List;
import wdfs.io.IoManager;
import wdfs.io.KernelSend;
import wdfs.runtime.Caller;

/// What a request that a driver made and sends has besides: its format, where it went, and what came back (OBJ §6).
final class OwnRequest {
    private final FxRequest request;
    KernelSend send;
    FxTarget target;
    int kind = 0xFF;
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
    int status;
    long information;

    OwnRequest(FxRequest request) {
        this.request = request;
    }

    /// OBJ-221, MEM-083: a formatted request keeps its memory alive, and of a received request the buffers.
    void hold(FxMemory memory) {
        if (memory == null) {
            return;
        }
        held.add(memory);
        if (memory.kind == FxMemory.Kind.REQUEST) {
            memory.request.bufferReferences++;
        } else {
            memory.reference();
        }
    }

    /// Lets go of the format: at the next one, at WdfRequestReuse and at the end of the object.
    void clear(Caller caller) {
        for (FxMemory memory : held) {
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
        kind = 0xFF;
    }

    boolean cancel(Caller caller) {
        return sent && !done && send != null && IoManager.of(caller).cancel(caller, send.irp);
    }

    FxRequest request() {
        return request;
    }
}
