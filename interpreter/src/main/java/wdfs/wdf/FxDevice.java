package wdfs.wdf;

import java.util.ArrayList;
import java.util.List;
import wdfs.io.DeviceObject;
import wdfs.io.FileObject;
import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.io.Transfers;
import wdfs.kernel.Namespace;
import wdfs.machine.LongMap;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// WDFDEVICE: a control device. Every request of its device object comes through {@link #dispatch}.
public final class FxDevice extends FxObject {
    final FxDriver driver;
    public final DeviceObject device;
    final DeviceInit init;
    final List<FxQueue> queues = new ArrayList<>();
    FxQueue defaultQueue;
    private final LongMap<FxQueue> routes = new LongMap<>();
    final List<String> links = new ArrayList<>();
    boolean finished;
    /// Requests that have come and are not completed.
    final java.util.Set<FxRequest> live = new java.util.LinkedHashSet<>();

    FxDevice(Machine machine, FxDriver driver, DeviceObject device, DeviceInit init) {
        super(machine, "WDFDEVICE", driver);
        this.driver = driver;
        this.device = device;
        this.init = init;
        device.framework = this;
    }

    boolean verifier() {
        return driver.verifier();
    }

    /// The device's access method for reads and writes: 1 neither, 2 buffered, 3 direct.
    public int ioType() {
        int flags = device.flags();
        return (flags & DeviceObject.DO_BUFFERED_IO) != 0 ? 2 : (flags & DeviceObject.DO_DIRECT_IO) != 0 ? 3 : 1;
    }

    FxQueue queueFor(int major) {
        FxQueue routed = routes.get(major);
        return routed != null ? routed : defaultQueue;
    }

    /// The requests that the driver holds of a queue.
    List<FxRequest> ownedRequests(FxQueue queue) {
        return live.stream().filter(r -> r.queue == queue && r.driverOwned).toList();
    }

    FxQueue route(int major) {
        return routes.get(major);
    }

    void route(int major, FxQueue queue) {
        routes.put(major, queue);
    }

    // ---- requests on their way in (REQ-020 to REQ-032) ---------------------------------------------------------------------------------

    int dispatch(Caller caller, Irp irp) {
        int major = irp.majorFunction();
        return switch (major) {
            case 0x00 -> create(caller, irp);
            case 0x12 -> cleanup(caller, irp);
            case 0x02 -> close(caller, irp);
            case Transfers.READ, Transfers.WRITE, Transfers.DEVICE_CONTROL, 0x0F -> transfer(caller, irp, major);
            default -> complete(caller, irp, Framework.STATUS_INVALID_DEVICE_REQUEST);       // REQ-032
        };
    }

    private int complete(Caller caller, Irp irp, int status) {
        irp.status(status);
        irp.information(0);
        IoManager.of(caller).complete(caller, irp);
        return status;
    }

    private int transfer(Caller caller, Irp irp, int major) {
        FxQueue queue = queueFor(major);
        if (queue == null && init.callerContext == 0) {
            return complete(caller, irp, Framework.STATUS_INVALID_DEVICE_REQUEST);           // REQ-021
        }
        if (init.callerContext == 0 && !queue.accepts()) {
            return complete(caller, irp, Framework.STATUS_INVALID_DEVICE_STATE);             // REQ-026
        }
        FxRequest request = FxRequest.of(caller, this, irp, major);
        if (request == null) {
            return complete(caller, irp, Framework.STATUS_INSUFFICIENT_RESOURCES);           // REQ-024
        }
        irp.markPending();                                                                    // REQ-027
        if (init.callerContext != 0) {
            request.inCallerContext = true;
            request.driverOwned = true;
            request.presented = true;
            irp.tell("presented", "EvtIoInCallerContext");
            if (machine.tracing) {
                machine.trace("kmdf", "#%d present → %s".formatted(irp.number, caller.functionName(init.callerContext)));
            }
            caller.invoke(init.callerContext, handle, request.handle);                       // REQ-025, REQ-060
            return IoManager.STATUS_PENDING;
        }
        queue.insert(caller, request);
        return IoManager.STATUS_PENDING;
    }

    // ---- files -------------------------------------------------------------------------------------------------------------------------

    private int create(Caller caller, Irp irp) {
        FileObject file = IoManager.of(caller).file(irp.fileObjectAddress());
        if (init.fileConfig) {
            FxFile object = new FxFile(machine, this, file);
            file.framework = object;
            if (init.fileAttributes != null) {
                object.addContext(init.fileAttributes);
            }
            if (init.fileCreate != 0) {
                FxRequest request = FxRequest.of(caller, this, irp, 0);
                irp.markPending();
                request.driverOwned = true;
                request.presented = true;
                request.onCreate = object;
                irp.tell("presented", "EvtDeviceFileCreate");
                caller.invoke(init.fileCreate, handle, request.handle, object.handle);
                return IoManager.STATUS_PENDING;
            }
        }
        return complete(caller, irp, 0);
    }

    private int cleanup(Caller caller, Irp irp) {
        FileObject file = IoManager.of(caller).file(irp.fileObjectAddress());
        for (FxQueue queue : queues) {
            queue.cancelFor(caller, file);                                                    // REQ-205
        }
        if (file != null && file.framework instanceof FxFile object && init.fileCleanup != 0) {
            caller.invoke(init.fileCleanup, object.handle);
        }
        return complete(caller, irp, 0);
    }

    private int close(Caller caller, Irp irp) {
        FileObject file = IoManager.of(caller).file(irp.fileObjectAddress());
        if (file != null && file.framework instanceof FxFile object) {
            if (init.fileClose != 0) {
                caller.invoke(init.fileClose, object.handle);
            }
            object.delete(caller);
            file.framework = null;
        }
        return complete(caller, irp, 0);
    }

    @Override
    protected void disposing(Caller caller) {
        for (FxQueue queue : queues) {
            queue.shutDown(caller);
        }
        for (String link : links) {
            Namespace.of(machine).remove(link);
        }
        if (!device.isDeleted()) {
            IoManager.of(machine).deleteDevice(device);
        }
    }

    @Override
    protected boolean mayBeDeleted() {
        return true;
    }

    /// WDFFILEOBJECT.
    static final class FxFile extends FxObject {
        final FileObject file;

        FxFile(Machine machine, FxDevice device, FileObject file) {
            super(machine, "WDFFILEOBJECT", device);
            this.file = file;
        }

        @Override
        protected boolean mayBeDeleted() {
            return false;
        }
    }
}
