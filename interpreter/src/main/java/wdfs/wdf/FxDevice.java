package wdfs.wdf;

import java.util.ArrayList;
import java.util.List;
import wdfs.io.DeviceObject;
import wdfs.io.Devnode;
import wdfs.io.FileObject;
import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.io.KernelSend;
import wdfs.io.PnpManager;
import wdfs.io.Transfers;
import wdfs.kernel.Namespace;
import wdfs.machine.LongMap;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;
import wdfs.runtime.Travel;

/// WDFDEVICE: a control device, or the function or filter device of a plug-and-play stack. Every request of its device object
/// comes through {@link #dispatch}.
public final class FxDevice extends FxObject {
    private static final int ACCESS_DENIED = 0xC0000022;
    /// WDF_FILEOBJECT_CLASS without WdfFileObjectCanBeOptional.
    private static final int FILE_CLASS = 0x7FFF_FFFF;
    private static final int FILE_NOT_REQUIRED = 1;
    private static final int SHUTDOWN = 0x10;

    final FxDriver driver;
    public final DeviceObject device;
    final DeviceInit init;
    final List<FxQueue> queues = new ArrayList<>();
    FxQueue defaultQueue;
    private final LongMap<FxQueue> routes = new LongMap<>();
    final List<String> links = new ArrayList<>();
    boolean finished;
    /// What it is attached to; null for a control device and for a physical device.
    final DeviceObject lower;
    /// What it is to its bus; null for all but physical devices.
    final FxPdo pdo;
    final FxChildren bus = new FxChildren(this);
    /// OBJ-093: null for a control device and for a physical device.
    final FxTarget localTarget;
    /// Null for a control device.
    final FxPnp pnp;
    final FxInterfaces interfaces;
    /// Routines that its driver has for the others of the stack.
    final FxQueryInterfaces queryInterfaces = new FxQueryInterfaces(this);
    final Constraints constraints;
    /// What callbacks of synchronization scope Device hold, and WdfObjectAcquireLock takes (REQ-173, REQ-178).
    final CallbackLock lock;
    final FxHardware hardware = new FxHardware(this);
    private final LongMap<FxFile> files = new LongMap<>();
    /// Creates that came and were not refused, less the closes.
    private int handles;
    private boolean deletePending;
    final DmaEnablers dma = new DmaEnablers();
    final WdmDispatch wdm = new WdmDispatch(this);
    final DeviceFacts facts = new DeviceFacts(this);
    final SpecialFiles specialFiles = new SpecialFiles(this);
    /// Requests that have come and are not completed.
    final LiveRequests live = new LiveRequests();

    FxDevice(Machine machine, FxDriver driver, DeviceObject device, DeviceInit init, Constraints constraints) {
        super(machine, "WDFDEVICE", driver);
        this.driver = driver;
        this.device = device;
        this.init = init;
        this.constraints = constraints;
        this.lock = new CallbackLock(this, constraints.isPassive() || device.inHost);
        this.lower = device.attachedTo;
        this.localTarget = lower == null ? null : FxTarget.local(this, lower);
        this.pdo = init.pdo == null ? null : new FxPdo(this, init.pdo);
        this.pnp = isControl() ? null : new FxPnp(this);
        this.interfaces = new FxInterfaces(this);
        device.framework = this;
    }

    /// The name of its devnode; null for a control device.
    String nodeName() {
        if (init.physical == null) {
            return null;
        }
        return PnpManager.of(machine).nodes().stream().filter(node -> device.inHost ? node.drivers().contains(driver.driver.name()) : node.physical() == init.physical)
                .map(node -> node.name).findFirst().orElse(null);
    }

    /// From now on it can be opened.
    void finishInitializing() {
        finished = true;
        device.flags(device.flags() & ~DeviceObject.DO_DEVICE_INITIALIZING);
    }

    /// UMDF: the driver's wish for reads and writes, WDF_DEVICE_IO_TYPE (UMDF-011).
    public int preferredReadWriteType() {
        return init.ioType;
    }

    /// UMDF: for device controls.
    public int preferredControlType() {
        return init.controlIoType;
    }

    /// UMDF: DirectTransferThreshold, bytes.
    public int directThreshold() {
        return init.threshold;
    }

    /// UMDF: the reflector's side of the stack.
    HostedStack hostedStack() {
        return (HostedStack) init.physical.framework;
    }

    /// `kmdf` or `umdf`, for traces.
    String lane() {
        return device.inHost ? "umdf" : "kmdf";
    }

    boolean isControl() {
        return lower == null && init.pdo == null;
    }

    boolean isFilter() {
        return init.filter;
    }

    /// REQ-108, REQ-211: a KMDF driver gets file objects if it asks for them, a UMDF driver always.
    boolean hasFileObjects() {
        return init.fileConfig ? (init.fileClass & FILE_CLASS) != FILE_NOT_REQUIRED : device.inHost;
    }

    /// The framework's object for an open file; null if the driver wants none (REQ-201).
    FxFile fileObject(FileObject file) {
        return file == null ? null : files.get(file.address());
    }

    /// Sends a request to the lower device with a copy of the stack location; `then` runs when it comes back and has it.
    void sendDown(Caller caller, Irp irp, java.util.function.Consumer<Caller> then) {
        sendDown(caller, irp, null, then);
    }

    /// @param parameters the first ones that the lower device sees, in place of the copied ones; null for none
    void sendDown(Caller caller, Irp irp, long[] parameters, java.util.function.Consumer<Caller> then) {
        if (lower == null) {                                          // nothing is below a physical device
            then.accept(caller);
            return;
        }
        KernelSend send = KernelSend.onward(caller, lower, irp);
        send.asItIs();
        for (int i = 0; parameters != null && i < parameters.length; i++) {
            machine.memory.field64(irp.stackLocation() - Irp.STACK_LOCATION_SIZE + 8 + 8L * i, parameters[i]);
        }
        send.send(() -> then.accept(machine.scheduler.running() instanceof Caller c ? c : caller));
    }

    /// A request of PnP or power goes on as it is; at the bottom of the stack it ends with the status that it has.
    int onward(Caller caller, Irp irp) {
        if (lower != null) {
            return IoManager.of(caller).passDown(caller, lower, irp);
        }
        int status = irp.status();
        IoManager.of(caller).complete(caller, irp);
        return status;
    }

    /// A queue, as a trace names it: in a stack with its driver, for several drivers have a queue of that name.
    String inTrace(String queue) {
        return isControl() ? queue : (driver.driver.name() + " " + queue).strip();
    }

    private int passDown(Caller caller, Irp irp) {
        if (machine.tracing) {
            machine.emit(new Travel.Passed(irp.number, lane(), driver.driver.name(), lower.label()));
        }
        irp.tell("passed on", "by filter " + driver.driver.name());
        return IoManager.of(caller).passDown(caller, lower, irp);
    }

    /// The device that an object belongs to by its parents; null if none is among them.
    static FxDevice above(FxObject object) {
        FxObject at = object;
        while (at != null && !(at instanceof FxDevice)) {
            at = at.parent();
        }
        return (FxDevice) at;
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

    FxQueue route(int major) {
        return routes.get(major);
    }

    void route(int major, FxQueue queue) {
        routes.put(major, queue);
    }

    boolean routesTo(FxQueue queue) {
        for (int major : new int[] {0x00, Transfers.READ, Transfers.WRITE, Transfers.DEVICE_CONTROL, 0x0F}) {
            if (routes.get(major) == queue) {
                return true;
            }
        }
        return false;
    }

    // ---- requests on their way in (REQ-020 to REQ-032) ---------------------------------------------------------------------------------

    int dispatch(Caller caller, Irp irp) {
        return wdm.preprocesses(irp) ? wdm.preprocess(caller, irp) : dispatchPreprocessed(caller, irp);
    }

    /// The framework's own part, behind EvtDeviceWdmIrpPreprocess.
    int dispatchPreprocessed(Caller caller, Irp irp) {
        int major = irp.majorFunction();
        return switch (major) {
            case 0x00 -> create(caller, irp);
            case 0x12 -> cleanup(caller, irp);
            case 0x02 -> close(caller, irp);
            case Transfers.READ, Transfers.WRITE, Transfers.DEVICE_CONTROL, 0x0F -> wdm.dispatches(major) ? wdm.dispatch(caller, irp, major) : transferByType(caller, irp, major);
            case PnpManager.PNP -> pnp == null ? complete(caller, irp, Framework.STATUS_INVALID_DEVICE_REQUEST) : pnp.dispatch(caller, irp);
            case PnpManager.POWER -> pnp == null ? complete(caller, irp, Framework.STATUS_INVALID_DEVICE_REQUEST) : pnp.power.dispatch(caller, irp);
            case SHUTDOWN -> shutdown(caller, irp);
            case PnpManager.SYSTEM_CONTROL -> !isControl() ? onward(caller, irp) : complete(caller, irp, Framework.STATUS_INVALID_DEVICE_REQUEST);
            default -> isFilter() ? passDown(caller, irp) : complete(caller, irp, Framework.STATUS_INVALID_DEVICE_REQUEST);       // REQ-032
        };
    }

    int complete(Caller caller, Irp irp, int status) {
        irp.status(status);
        irp.information(0);
        IoManager.of(caller).complete(caller, irp);
        return status;
    }

    /// OBJ-138.
    private int shutdown(Caller caller, Irp irp) {
        if (!isControl()) {
            return isFilter() ? passDown(caller, irp) : complete(caller, irp, Framework.STATUS_INVALID_DEVICE_REQUEST);
        }
        if (init.shutdown != 0) {
            driver.call(caller, init.shutdown, handle);
        }
        return complete(caller, irp, 0);
    }

    /// To the queue for requests of its type.
    int transferByType(Caller caller, Irp irp, int major) {
        FxQueue queue = queueFor(major);
        if (init.callerContext == 0 && passesOn(queue, major)) {
            return passDown(caller, irp);                             // REQ-021, REQ-022
        }
        if (queue == null && init.callerContext == 0) {
            return complete(caller, irp, Framework.STATUS_INVALID_DEVICE_REQUEST);           // REQ-021
        }
        return enqueue(caller, irp, major, queue, init.callerContext);
    }

    /// @param callerContext EvtIoInCallerContext if it is to be called; 0 if not, and then there is a queue
    int enqueue(Caller caller, Irp irp, int major, FxQueue queue, long callerContext) {
        if (callerContext == 0 && !queue.accepts()) {
            return complete(caller, irp, Framework.STATUS_INVALID_DEVICE_STATE);             // REQ-026
        }
        FxRequest request = FxRequest.of(caller, this, irp, major);
        if (queue != null && queue.progress != null) {
            if (request == null || !queue.progress.supplies(caller, request)) {
                int status = queue.progress.serve(caller, this, irp, null);                   // REQ-231; without EvtIoInCallerContext (REQ-068)
                return status < 0 ? complete(caller, irp, status) : status;
            }
        } else if (request == null) {
            return complete(caller, irp, Framework.STATUS_INSUFFICIENT_RESOURCES);           // REQ-024
        }
        irp.markPending();                                                                    // REQ-027
        if (callerContext != 0) {
            request.destined = queue;
            request.inCallerContext = true;
            request.driverOwned = true;
            request.presented = true;
            irp.tell("presented", "EvtIoInCallerContext");
            if (machine.tracing) {
                machine.emit(new Travel.Presented(irp.number, "kmdf", inTrace(""), caller.functionName(callerContext)));
            }
            caller.criticalRegions++;                                 // REQ-061
            driver.call(caller, callerContext, handle, request.handle);                      // REQ-025, REQ-060
            caller.criticalRegions--;
            return IoManager.STATUS_PENDING;
        }
        queue.insert(caller, request, false);
        return IoManager.STATUS_PENDING;
    }

    /// A filter has no handler for the request: the next driver gets it.
    boolean passesOn(FxQueue queue, int major) {
        return isFilter() && (queue == null || queue == defaultQueue && queue.dispatchType != FxQueue.MANUAL && !queue.hasHandler(major));
    }

    // ---- files -------------------------------------------------------------------------------------------------------------------------

    /// REQ-209: creates without a callback, cleanups and closes go on to the lower device.
    private boolean forwardsFiles() {
        return lower != null && (init.autoForward == 1 || init.autoForward == 2 && isFilter());
    }

    /// REQ-201.
    private int create(Caller caller, Irp irp) {
        FileObject file = IoManager.of(caller).file(irp.fileObjectAddress());
        FxFile object = null;
        if (init.exclusive && handles > 0) {                          // OBJ-089: also where the name that was opened is another device's
            return complete(caller, irp, ACCESS_DENIED);
        }
        handles++;
        if (hasFileObjects() && file != null) {
            object = new FxFile(machine, this, file);
            int status = init.fileAttributes == null ? 0 : object.commit(caller, init.fileAttributes);
            if (status < 0) {
                forget(caller, null);
                return complete(caller, irp, status);
            }
            files.put(file.address(), object);
        }
        FxQueue creates = routes.get(0);
        if (creates != null || object != null && init.fileCreate != 0) {
            FxRequest request = FxRequest.of(caller, this, irp, 0);
            int status = request == null ? Framework.STATUS_INSUFFICIENT_RESOURCES : 0;
            if (creates != null && creates.progress != null && (request == null || !creates.progress.supplies(caller, request))) {
                status = creates.progress.serve(caller, this, irp, object);                   // REQ-231
                if (status >= 0) {
                    return status;
                }
            }
            if (status < 0) {
                forget(caller, object);
                return complete(caller, irp, status);
            }
            irp.markPending();
            request.isCreate = true;
            request.onCreate = object;
            if (creates != null) {                                    // REQ-201: a queue for creates comes before the callback
                creates.insert(caller, request, false);
                return IoManager.STATUS_PENDING;
            }
            request.driverOwned = true;
            request.presented = true;
            irp.tell("presented", "EvtDeviceFileCreate");
            callFile(caller, init.fileCreate, handle, request.handle, object.handle);
            return IoManager.STATUS_PENDING;
        }
        if (!forwardsFiles()) {
            return complete(caller, irp, 0);
        }
        FxFile made = object;
        irp.markPending();
        sendDown(caller, irp, back -> {
            if (irp.status() < 0) {
                forget(back, made);                                   // REQ-203
            }
            IoManager.of(back).complete(back, irp);
        });
        return IoManager.STATUS_PENDING;
    }

    /// A callback of the device's files, under the device's lock if they inherit its scope (REQ-173).
    private void callFile(Caller caller, long function, long... arguments) {
        if (constraints.serializesFiles(init.fileAttributes)) {
            lock.call(caller, driver, function, arguments);
        } else {
            driver.call(caller, function, arguments);
        }
    }

    /// REQ-203: the file was not opened, or is closed.
    void forget(Caller caller, FxFile object) {
        handles--;
        if (object != null) {
            files.remove(object.file.address());
            object.delete(caller);
        }
    }

    private int cleanup(Caller caller, Irp irp) {
        FileObject file = IoManager.of(caller).file(irp.fileObjectAddress());
        FxFile object = fileObject(file);
        if (object != null && init.fileCleanup != 0) {
            callFile(caller, init.fileCleanup, object.handle);
        }
        for (FxQueue queue : List.copyOf(queues)) {
            queue.cancelFor(caller, file);                                                    // REQ-205
        }
        return forwardsFiles() ? passDown(caller, irp) : complete(caller, irp, 0);
    }

    private int close(Caller caller, Irp irp) {
        FxFile object = fileObject(IoManager.of(caller).file(irp.fileObjectAddress()));
        if (object != null && init.fileClose != 0) {
            callFile(caller, init.fileClose, object.handle);
        }
        forget(caller, object);
        int status = forwardsFiles() ? passDown(caller, irp) : complete(caller, irp, 0);
        if (deletePending && handles == 0) {
            delete(caller);                                           // REQ-212
        }
        return status;
    }

    public void removeLink() {
        for (String link : links) {
            Namespace.of(machine).remove(link);
        }
        links.clear();
    }

    /// The devnode whose stack this is part of; null for a control device.
    Devnode devnode() {
        return init.physical == null ? null : init.physical.node;
    }

    // ---- the queues and power (REQ-130 to REQ-137) -----------------------------------------------------------------------------------

    private boolean queuesPowered;
    private boolean queuesShutDown;
    /// Hears that a power-managed queue has become busy or empty; null if nobody wants to know (REQ-269).
    QueueActivity activity;

    /// Power policy: a power-managed queue with requests keeps the device in D0.
    interface QueueActivity {
        void busy(Caller caller);

        void idle(Caller caller);
    }

    /// Whether the device's power lets its power-managed queues present requests: always, for a control device.
    boolean queuesPowered() {
        return queuesPowered || isControl();
    }

    boolean queuesShutDown() {
        return queuesShutDown;
    }

    /// The device enters D0: REQ-137. At PASSIVE_LEVEL, in the thread that handles power.
    void powerUpQueues(Caller caller) {
        queuesPowered = true;
        List<FxQueue> managed = powerManagedQueues();
        managed.forEach(queue -> queue.power.resume(caller));
        managed.forEach(queue -> queue.powered(caller));
    }

    /// The device leaves D0: REQ-130 to REQ-132. Returns when each request of the driver's is acknowledged, completed, or
    /// otherwise its own no more. At PASSIVE_LEVEL.
    void powerDownQueues(Caller caller) {
        queuesPowered = false;
        List<FxQueue> managed = powerManagedQueues();
        managed.forEach(queue -> queue.power.settle(caller));
        managed.forEach(queue -> queue.power.stop(caller));
    }

    /// The device is removed: REQ-133, for the power-managed queues or for the others. Returns when the driver is done with
    /// their requests.
    void purgeQueues(Caller caller, boolean powerManaged) {
        queuesShutDown = true;
        for (FxQueue queue : List.copyOf(queues)) {
            if (queue.powerManaged == powerManaged) {
                queue.shutDown(caller);
            }
        }
    }

    /// A physical device that was removed and is started again (OBJ-187).
    void reopenQueues(Caller caller) {
        queuesShutDown = false;
        List.copyOf(queues).forEach(queue -> queue.reopen(caller));
    }

    private List<FxQueue> powerManagedQueues() {
        return queues.stream().filter(queue -> queue.powerManaged).toList();
    }

    // ---- the end ---------------------------------------------------------------------------------------------------------------------

    /// OBJ-135: the driver deletes a control device. Nobody can open it any more; who has it open goes on until the last close.
    void deleteControl(Caller caller) {
        if (handles == 0) {
            delete(caller);
        } else if (!deletePending) {
            deletePending = true;
            IoManager.of(machine).deleteDevice(device);
        }
    }

    @Override
    protected void disposing(Caller caller) {
        removeLink();
        if (lower != null && device.attachedTo != null) {
            IoManager.of(machine).detach(lower);
        }
        if (pdo != null && pdo.entry != null) {
            pdo.entry.list().gone(caller, pdo.entry);
        }
        if (!device.isDeleted()) {
            IoManager.of(machine).deleteDevice(device);
        }
    }

    @Override
    protected void abandon() {
        for (FxRequest request : live.all()) {
            request.abandon();
            live.remove(request);
        }
        super.abandon();
    }

    /// OBJ-005. A physical device that no list has yet is still the driver's own.
    @Override
    protected boolean mayBeDeleted() {
        return isControl() || pdo != null && pdo.entry == null;
    }

    @Override
    protected boolean disposesPassive() {
        return true;
    }

    /// WDFFILEOBJECT.
    static final class FxFile extends FxObject {
        final FileObject file;
        private final FxDevice device;
        /// Its name, copied for a driver host that asked for it.
        Region nameInHost;

        FxFile(Machine machine, FxDevice device, FileObject file) {
            super(machine, "WDFFILEOBJECT", device);
            this.device = device;
            this.file = file;
        }

        FxDevice device() {
            return device;
        }

        @Override
        protected void destroying(Caller caller) {
            if (nameInHost != null) {
                heap.free(nameInHost);
            }
        }

        @Override
        protected boolean mayBeDeleted() {
            return false;
        }

        @Override
        protected boolean disposesPassive() {
            return true;
        }
    }
}
