package wdfs.wdf;

import wdfs.io.FileObject;
import wdfs.io.IoManager;
import wdfs.machine.View;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;

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
        FxQueue queue = new FxQueue(caller.machine, device, parent, type, isDefault, m.load8(config + 0x0C) != 0, limit, callbacks);
        int powerManaged = m.load32(config + 8);                      // WDF_TRI_STATE: 0 no, 1 yes, 2 as the device has it
        queue.powerManaged = device.lower != null && (powerManaged == 1 || powerManaged == 2 && !device.isFilter());     // OBJ-151
        status = queue.commit(caller, read);
        if (status < 0) {
            return status;
        }
        if (isDefault) {
            device.defaultQueue = queue;
        }
        if (result != 0) {
            m.store64(result, queue.handle);
        }
        return 0;
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
        if (queue.dispatchType == FxQueue.PARALLEL) {
            return Framework.STATUS_INVALID_DEVICE_STATE;             // HO-175
        }
        if (!queue.dispatches()) {
            return Framework.STATUS_WDF_PAUSED;
        }
        FileObject file = fileHandle == 0 ? null : Framework.object(caller, fileHandle, FxDevice.FxFile.class, "WDFFILEOBJECT").file;
        FxRequest request = queue.retrieve(caller, file);
        if (request == null) {
            return STATUS_NO_MORE_ENTRIES;
        }
        caller.memory.store64(result, request.handle);
        return 0;
    }

    @Native
    public static int WdfIoQueueFindRequest(Caller caller, long handle, long found, long file, long parameters, long result) {
        FxQueue queue = queue(caller, handle);
        Framework.required(caller, result, "OutRequest");
        caller.memory.store64(result, 0);
        boolean past = found == 0;
        for (FxRequest request : queue.waiting()) {
            if (past) {
                request.reference();
                if (parameters != 0) {
                    RequestApi.parameters(caller, request, parameters);
                }
                caller.memory.store64(result, request.handle);
                return 0;
            }
            past = request.handle == found;
        }
        return past ? STATUS_NO_MORE_ENTRIES : STATUS_NOT_FOUND;
    }

    @Native
    public static int WdfIoQueueRetrieveFoundRequest(Caller caller, long handle, long found, long result) {
        FxQueue queue = queue(caller, handle);
        Framework.required(caller, result, "OutRequest");
        caller.memory.store64(result, 0);
        FxRequest request = Framework.object(caller, found, FxRequest.class, "WDFREQUEST");
        if (!queue.take(request)) {
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
        queue(caller, handle).stop(caller, callback, context);
    }

    @Native
    public static void WdfIoQueueDrain(Caller caller, long handle, long callback, long context) {
        queue(caller, handle).drain(caller, callback, context);
    }

    @Native
    public static void WdfIoQueuePurge(Caller caller, long handle, long callback, long context) {
        queue(caller, handle).purge(caller, callback, context);
    }

    @Native
    public static int WdfIoQueueGetState(Caller caller, long handle, long waiting, long owned) {
        FxQueue queue = queue(caller, handle);
        if (waiting != 0) {
            caller.memory.store32(waiting, queue.waitingCount());
        }
        if (owned != 0) {
            caller.memory.store32(owned, queue.ownedCount());
        }
        return (queue.accepts() ? 1 : 0) | (queue.dispatches() ? 2 : 0) | (queue.waitingCount() == 0 ? 4 : 0) | (queue.ownedCount() == 0 ? 8 : 0);
    }

    @Native
    public static int WdfIoQueueReadyNotify(Caller caller, long handle, long callback, long context) {
        FxQueue queue = queue(caller, handle);
        if (queue.dispatchType != FxQueue.MANUAL) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        queue.readyNotify(callback, context);
        return 0;
    }

    static IoManager io(Caller caller) {
        return IoManager.of(caller);
    }
}
