package wdfs.wdf;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import wdfs.io.FileObject;
import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.runtime.Caller;
import wdfs.runtime.Report;

/// Guaranteed forward progress of a queue (REQ-230 to REQ-232): request objects that were made beforehand, for the IRPs that come
/// when there is no memory for a request. An IRP for which none is free waits here until one comes back.
final class ForwardProgress {
    static final int USE_EXAMINE = 2;
    static final int PAGING_IO = 3;
    private static final int ACTION_FAIL = 1;
    private static final int ACTION_USE_RESERVED = 2;

    /// What a driver said: WDF_IO_QUEUE_FORWARD_PROGRESS_POLICY.
    /// @param evtAllocateReserved EvtIoAllocateResourcesForReservedRequest
    /// @param evtAllocate EvtIoAllocateRequestResources
    record Policy(int count, int reserved, long evtExamine, long evtAllocateReserved, long evtAllocate) {}

    /// An IRP of this device, and of a create the file that it would open.
    private record Arrival(FxDevice device, Irp irp, FxDevice.FxFile created) {
        boolean isCreate() {
            return irp.majorFunction() == 0;
        }

        void end(Caller caller, int status) {
            irp.javaCancel = null;
            irp.status(status);
            irp.information(0);
            IoManager.of(caller).complete(caller, irp);
            if (isCreate()) {
                device.forget(caller, created);                       // REQ-203
            }
        }
    }

    private final FxQueue queue;
    private final Policy policy;
    private final Deque<FxRequest> free = new ArrayDeque<>();
    private final Map<Irp, Arrival> waiting = new LinkedHashMap<>();
    private boolean closed;

    private ForwardProgress(FxQueue queue, Policy policy) {
        this.queue = queue;
        this.policy = policy;
    }

    /// REQ-230: makes the reserve. Nothing is left of it if it does not succeed. @return a status
    static int assign(Caller caller, FxQueue queue, Policy policy) {
        ForwardProgress progress = new ForwardProgress(queue, policy);
        for (int i = 0; i != policy.count; i++) {
            int status = progress.add(caller);
            if (status < 0) {
                progress.close(caller);
                return status;
            }
        }
        queue.progress = progress;
        return 0;
    }

    private int add(Caller caller) {
        FxRequest request = FxRequest.reserved(caller, this);
        if (request == null) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        if (policy.evtAllocateReserved != 0) {
            request.presented = true;
            int status = (int) queue.device.driver.call(caller, policy.evtAllocateReserved, queue.handle, request.handle);
            if (status < 0) {
                request.deleteNow(caller);
                return status;
            }
        }
        free.add(request);
        return 0;
    }

    FxQueue queue() {
        return queue;
    }

    /// `2 reserved requests, 1 free, 0 IRPs wait for one`
    String shown() {
        return Report.count(policy.count, "reserved request") + ", " + free.size() + " free, " + Report.count(waiting.size(), "IRP") + (waiting.size() == 1 ? " waits" : " wait") + " for one";
    }

    /// EvtIoAllocateRequestResources, for a request that there was memory for. If it fails, the request is gone again.
    boolean supplies(Caller caller, FxRequest request) {
        if (policy.evtAllocate == 0) {
            return true;
        }
        request.presented = true;
        if ((int) queue.device.driver.call(caller, policy.evtAllocate, queue.handle, request.handle) >= 0) {
            return true;
        }
        request.discard(caller);
        return false;
    }

    /// REQ-231: the IRP gets a reserved request, or waits for one. The caller completes it if the status is a failure.
    /// @return STATUS_PENDING, or why there is none for it
    int serve(Caller caller, FxDevice device, Irp irp, FxDevice.FxFile created) {
        int action = action(caller, irp);
        if (action != ACTION_FAIL && action != ACTION_USE_RESERVED) {
            Framework.broken(caller, "EvtIoWdmIrpForForwardProgress returned " + action + ", which is no WDF_IO_FORWARD_PROGRESS_ACTION", "REQ-231", null);
        }
        if (action != ACTION_USE_RESERVED) {
            return Framework.STATUS_UNSUCCESSFUL;
        }
        Arrival arrival = new Arrival(device, irp, created);
        FxRequest request = nextFree();
        if (request == null && irp.isCancelled()) {
            return Framework.STATUS_CANCELLED;
        }
        irp.markPending();
        if (request != null) {
            begin(caller, request, arrival);
        } else {
            irp.tell("waits", "for a reserved request of queue " + queue.shown());
            irp.javaCancel = () -> {
                waiting.remove(irp);
                arrival.end(irp.cancelCaller, Framework.STATUS_CANCELLED);
            };
            waiting.put(irp, arrival);
        }
        return IoManager.STATUS_PENDING;
    }

    private int action(Caller caller, Irp irp) {
        return switch (policy.reserved) {
            case USE_EXAMINE -> (int) queue.device.driver.call(caller, policy.evtExamine, queue.handle, irp.address);
            case PAGING_IO -> (irp.flags() & Irp.PAGING_IO) != 0 ? ACTION_USE_RESERVED : ACTION_FAIL;
            default -> ACTION_USE_RESERVED;
        };
    }

    private FxRequest nextFree() {
        FxRequest request = free.poll();
        while (request != null && request.destroyed) {                // a driver has dereferenced what it did not reference
            request = free.poll();
        }
        return request;
    }

    private void begin(Caller caller, FxRequest request, Arrival arrival) {
        request.serve(arrival.device, arrival.irp, arrival.irp.majorFunction());
        request.isCreate = arrival.isCreate();
        request.onCreate = arrival.created;
        arrival.irp.tell("reserved", request.label() + " of queue " + queue.shown());
        queue.insert(caller, request, false);
    }

    /// REQ-232: a reserved request is over. It takes the IRP that has waited longest, or rests.
    void giveBack(Caller caller, FxRequest request) {
        while (!waiting.isEmpty()) {
            Arrival next = waiting.remove(waiting.keySet().iterator().next());
            next.irp.javaCancel = null;
            if (queue.accepts()) {
                begin(caller, request, next);
                return;
            }
            next.end(caller, Framework.STATUS_INVALID_DEVICE_STATE);
        }
        if (closed) {
            request.deleteNow(caller);
        } else {
            free.add(request);
        }
    }

    /// The IRPs that wait are cancelled: those of a file, or all.
    void cancelFor(Caller caller, FileObject file) {
        for (Arrival arrival : waiting.values().stream().filter(a -> file == null || a.irp.file == file).toList()) {
            if (waiting.remove(arrival.irp) != null) {
                arrival.end(caller, Framework.STATUS_CANCELLED);
            }
        }
    }

    /// The queue ends. A request that somebody still has ends when it comes back.
    void close(Caller caller) {
        closed = true;
        cancelFor(caller, null);
        for (FxRequest request = free.poll(); request != null; request = free.poll()) {
            request.deleteNow(caller);
        }
    }
}
