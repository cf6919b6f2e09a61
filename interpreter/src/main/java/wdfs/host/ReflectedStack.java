package wdfs.host;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import wdfs.io.DeviceObject;
import wdfs.io.Devnode;
import wdfs.io.DriverObject;
import wdfs.io.FileObject;
import wdfs.io.HostBuffers;
import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.io.KernelSend;
import wdfs.io.PnpManager;
import wdfs.io.PowerManager;
import wdfs.io.Transfers;
import wdfs.machine.Irql;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;
import wdfs.wdf.FxDevice;
import wdfs.wdf.HostedStack;

/// The reflector's device in a kernel stack, in the place of the UMDF drivers of one devnode, and their stack inside the host.
/// Requests come in here, go to the host, and come back (UMDF-001).
final class ReflectedStack implements HostedStack {
    private static final int INVALID_DEVICE_REQUEST = 0xC0000010;
    private static final int INVALID_DEVICE_STATE = 0xC0000184;
    private static final int INTERNAL_DEVICE_CONTROL = 0x0F;
    private static final int CREATE = 0x00;
    private static final int CLOSE = 0x02;
    private static final int CLEANUP = 0x12;

    final Machine machine;
    private final DriverHosts hosts;
    private final Devnode node;
    final DeviceObject device;
    final DriverHost host;
    /// The end of the stack inside the host: what its lowest driver is attached to.
    private final DeviceObject bottom;
    private final Map<String, String> inf;
    private final Map<Irp, Reflection> outstanding = new LinkedHashMap<>();
    private long threshold = IoTypes.threshold(List.of());
    private int openFiles;
    /// The file objects that a create request has brought here and no close has taken away (UMDF-145).
    private final Set<Long> known = new HashSet<>();
    private boolean offline;
    /// The device is on its way out: whatever happens, it does not start again.
    private boolean removing;
    /// The requests of PnP and power that are under way inside the host: one of the system's power has one of the device's in it.
    private final List<Irp> ofPnp = new ArrayList<>();

    ReflectedStack(DriverHosts hosts, Devnode node, DeviceObject device, DriverHost host, DeviceObject bottom, Map<String, String> inf) {
        this.hosts = hosts;
        this.machine = host.machine;
        this.node = node;
        this.device = device;
        this.host = host;
        this.bottom = bottom;
        this.inf = inf;
        host.stacks.add(this);
        device.framework = this;
        device.takesAnyForm = true;
        bottom.framework = this;
    }

    Devnode node() {
        return node;
    }

    /// The numbers of the requests that the host has.
    List<Integer> outstanding() {
        return outstanding.keySet().stream().map(irp -> irp.number).toList();
    }

    boolean isRemoving() {
        return removing;
    }

    long threshold() {
        return threshold;
    }

    DeviceObject bottom() {
        return bottom;
    }

    // ---- what the drivers agreed on ------------------------------------------------------------------------------------------------

    private List<FxDevice> members() {
        List<FxDevice> members = new ArrayList<>();
        for (DeviceObject at = bottom.attached; at != null; at = at.attached) {
            members.add((FxDevice) at.framework);
        }
        return members;
    }

    private IoTypes.Result resolved(boolean control) {
        return IoTypes.resolve(members().stream().map(m -> control ? m.preferredControlType() : m.preferredReadWriteType()).toList(), host.pooled);
    }

    private int type(boolean control) {
        return resolved(control) instanceof IoTypes.Result.Agreed(int type) ? type : IoTypes.BUFFERED;
    }

    @Override
    public int readWriteType() {
        return type(false);
    }

    @Override
    public int controlType() {
        return type(true);
    }

    @Override
    public String directive(String name, String otherwise) {
        return inf.getOrDefault(name, otherwise);
    }

    /// All drivers have added their devices: what they agreed on holds from now on. @return a status
    int settle() {
        for (boolean control : new boolean[] {false, true}) {
            if (resolved(control) instanceof IoTypes.Result.Refused(String why)) {
                hosts.log("device %s does not start: %s, for %s (UMDF-033, UMDF-037)".formatted(node.name, why, control ? "device controls" : "reads and writes"));
                return INVALID_DEVICE_STATE;
            }
        }
        threshold = IoTypes.threshold(members().stream().map(FxDevice::directThreshold).toList());
        device.flags(device.flags() & ~DeviceObject.DO_DEVICE_INITIALIZING | (readWriteType() == IoTypes.DIRECT ? DeviceObject.DO_DIRECT_IO : DeviceObject.DO_BUFFERED_IO));
        return 0;
    }

    // ---- requests ------------------------------------------------------------------------------------------------------------------

    private int complete(Caller caller, Irp irp, int status) {
        irp.status(status);
        irp.information(0);
        IoManager.of(caller).complete(caller, irp);
        return status;
    }

    private DeviceObject lower() {
        return device.attachedTo;
    }

    /// The reflector's dispatch routine.
    int dispatch(Caller caller, Irp irp) {
        int major = irp.majorFunction();
        return switch (major) {
            case PnpManager.PNP -> pnp(caller, irp);
            case PnpManager.POWER -> power(caller, irp);
            case PnpManager.SYSTEM_CONTROL -> IoManager.of(caller).passDown(caller, lower(), irp);
            case CREATE, CLEANUP, CLOSE -> file(caller, irp, major);
            case Transfers.READ, Transfers.WRITE, Transfers.DEVICE_CONTROL -> transfer(caller, irp);
            case INTERNAL_DEVICE_CONTROL -> complete(caller, irp, INVALID_DEVICE_REQUEST);   // UMDF-007
            default -> complete(caller, irp, INVALID_DEVICE_REQUEST);
        };
    }

    /// UMDF-160, UMDF-161: whether the request may come from where it comes from.
    private boolean trusted(Caller caller, Irp irp) {
        if (irp.isUserMode()) {
            return true;
        }
        return directive("UmdfKernelModeClientPolicy", "").equals("AllowKernelModeClients") && caller.irql() == Irql.PASSIVE
                && (known.contains(irp.fileObjectAddress()) || directive("UmdfFileObjectPolicy", "").equals("AllowNullAndUnknownFileObjects"));
    }

    private int file(Caller caller, Irp irp, int major) {
        if (major == CREATE) {
            if (offline) {
                return complete(caller, irp, DriverHost.TERMINATED);
            }
            if (!irp.isUserMode() && !directive("UmdfKernelModeClientPolicy", "").equals("AllowKernelModeClients")) {
                return complete(caller, irp, INVALID_DEVICE_REQUEST);
            }
            openFiles++;
        }
        if (offline) {
            int status = complete(caller, irp, 0);
            if (major == CLOSE) {
                fileClosed();
            }
            return status;
        }
        reflect(caller, irp, HostMemory.NONE);
        return IoManager.STATUS_PENDING;
    }

    /// A file is closed, or was not opened after all.
    private void fileClosed() {
        if (--openFiles == 0 && offline) {
            hosts.restart(this);                                      // UMDF-174
        }
    }

    private int transfer(Caller caller, Irp irp) {
        if (offline) {
            return complete(caller, irp, DriverHost.TERMINATED);      // UMDF-174
        }
        if (!trusted(caller, irp)) {
            return complete(caller, irp, INVALID_DEVICE_REQUEST);     // UMDF-160
        }
        boolean control = irp.majorFunction() == Transfers.DEVICE_CONTROL;
        if (control && (irp.controlCode() & 3) == 3 && !directive("UmdfMethodNeitherAction", "Reject").equals("Copy")) {
            irp.tell("rejected", "METHOD_NEITHER, and the INF has no UmdfMethodNeitherAction = Copy");
            return complete(caller, irp, INVALID_DEVICE_REQUEST);     // UMDF-123 to UMDF-125
        }
        HostMemory memory = new HostMemory(this, irp, caller);
        int status = memory.prepare((control ? controlType() : readWriteType()) == IoTypes.DIRECT && !host.pooled);
        if (status < 0) {
            memory.release();
            return complete(caller, irp, status);
        }
        reflect(caller, irp, memory);
        return IoManager.STATUS_PENDING;
    }

    /// Gives the request to the host.
    private void reflect(Caller caller, Irp irp, HostMemory memory) {
        irp.markPending();
        Irp inside = IoManager.of(caller).standIn(irp, bottom.top().stackSize());
        if (inside == null) {
            memory.release();
            complete(caller, irp, IoManager.STATUS_INSUFFICIENT_RESOURCES);
            return;
        }
        Reflection reflection = new Reflection(this, irp, inside, memory);
        outstanding.put(irp, reflection);
        irp.holder = bottom.top().driver.name();
        irp.javaCancel = () -> cancel(reflection, inside);
        host.post("request #" + irp.number, this, thread -> IoManager.of(thread).call(thread, bottom.top(), inside)).subject = irp;
        if (irp.majorFunction() == CLEANUP) {
            reflection.mustEndWithin(DriverHost.CRITICAL_NANOS, () -> hosts.inSystemThread(thread -> host.late(thread, "the cleanup of a file", this, false)));
        }
    }

    /// UMDF-177, UMDF-178: the host is told, and has a minute for it.
    private void cancel(Reflection reflection, Irp inside) {
        Irp irp = reflection.kernel;
        String what = "the cancellation of request #" + irp.number;
        host.post(what, this, thread -> {
            if (outstanding.containsKey(irp)) {
                IoManager.of(thread).cancel(thread, inside);
            }
            return 0;
        });
        reflection.mustEndWithin(DriverHost.CRITICAL_NANOS, () -> hosts.inSystemThread(thread -> host.late(thread, what, this, irp.reportedLost)));
    }

    /// The host is done with a request: a thread of it, in kernel mode.
    void returned(Caller caller, Reflection reflection) {
        Irp irp = reflection.kernel;
        outstanding.remove(irp);
        reflection.ended();
        irp.javaCancel = null;
        int major = irp.majorFunction();
        boolean failedCreate = major == CREATE && irp.status() < 0;
        if (major == CREATE && !failedCreate) {
            known.add(irp.fileObjectAddress());
        } else if (major == CLOSE) {
            known.remove(irp.fileObjectAddress());
        }
        IoManager.of(caller).complete(caller, irp);
        if (major == CLOSE || failedCreate) {
            fileClosed();
        }
    }

    /// A request comes back from the kernel driver below, and the host that sent it there is gone.
    void returnedLate(Caller caller, Reflection reflection) {
        outstanding.remove(reflection.kernel);
        reflection.abandon();
        complete(caller, reflection.kernel, DriverHost.TERMINATED);
    }

    // ---- below the host --------------------------------------------------------------------------------------------------------------

    /// A request that came down to the end of the stack inside the host.
    int fromBelow(Caller thread, Irp inside) {
        int major = inside.majorFunction();
        if (major == PnpManager.PNP || major == PnpManager.POWER) {
            inside.status(0);
            IoManager.of(thread).complete(thread, inside);
            return 0;
        }
        inside.markPending();
        thread.enterKernel();
        try {
            if (inside.requestor instanceof Reflection reflection) {
                reflection.sendDown(thread, lower());
            } else {
                sendOwn(thread, inside);
            }
        } finally {
            thread.leaveKernel();
        }
        return IoManager.STATUS_PENDING;
    }

    /// A request that a UMDF driver of the stack made itself: the kernel driver below gets one like it (UMDF-155).
    private void sendOwn(Caller thread, Irp inside) {
        HostBuffers buffers = inside.hosted;
        int major = inside.majorFunction();
        KernelSend send = buffers == null ? null : KernelSend.prepare(thread, lower());
        if (send == null) {
            backUp(inside, buffers == null ? INVALID_DEVICE_REQUEST : IoManager.STATUS_INSUFFICIENT_RESOURCES, 0);
            return;
        }
        KernelSend.Buffer in = new KernelSend.Buffer(buffers.input(), null, 0, buffers.inputLength());
        KernelSend.Buffer out = new KernelSend.Buffer(buffers.output(), null, 0, buffers.outputLength());
        int status = major == Transfers.READ || major == Transfers.WRITE ? send.transfer(major == Transfers.READ, major == Transfers.READ ? out : in, inside.byteOffset(), null)
                : send.control(major == INTERNAL_DEVICE_CONTROL, inside.controlCode(), in, out, null);
        if (status < 0) {
            send.release();
            backUp(inside, status, 0);
            return;
        }
        inside.javaCancel = () -> cancelInKernel(send.irp);
        send.send(() -> {
            inside.javaCancel = null;
            int end = send.irp.status();
            long information = send.irp.information();
            send.release();
            backUp(inside, end, information);
        });
    }

    /// A request comes back up through the drivers of the host, on one of its threads; if there still is one.
    private void backUp(Irp inside, int status, long information) {
        host.post("request #" + inside.number, this, thread -> {
            inside.status(status);
            inside.information(information);
            IoManager.of(thread).complete(thread, inside);
            return 0;
        });
    }

    /// From a thread in whatever mode.
    void cancelInKernel(Irp irp) {
        Caller caller = (Caller) machine.scheduler.running();
        boolean user = !caller.inKernel();
        if (user) {
            caller.enterKernel();
        }
        try {
            IoManager.of(machine).cancel(caller, irp);
        } finally {
            if (user) {
                caller.leaveKernel();
            }
        }
    }

    // ---- PnP -------------------------------------------------------------------------------------------------------------------------

    private int pnp(Caller caller, Irp irp) {
        IoManager io = IoManager.of(caller);
        return switch (irp.minorFunction()) {
            case PnpManager.START_DEVICE -> upward(caller, irp, "the start");
            case PnpManager.QUERY_REMOVE_DEVICE, PnpManager.QUERY_STOP_DEVICE -> {
                int status = isServed() ? inside(caller, irp, "the query") : 0;
                yield status < 0 ? complete(caller, irp, status) : onward(caller, irp);
            }
            case PnpManager.CANCEL_REMOVE_DEVICE, PnpManager.CANCEL_STOP_DEVICE, PnpManager.STOP_DEVICE, PnpManager.SURPRISE_REMOVAL -> {
                removing |= irp.minorFunction() == PnpManager.SURPRISE_REMOVAL;
                if (isServed()) {
                    inside(caller, irp, irp.minorFunction() == PnpManager.SURPRISE_REMOVAL ? "the surprise removal" : "the stop");
                }
                yield onward(caller, irp);
            }
            case PnpManager.DEVICE_USAGE_NOTIFICATION -> isServed() ? upward(caller, irp, "the use for a special file") : io.passDown(caller, lower(), irp);
            case PnpManager.QUERY_CAPABILITIES -> isServed() ? upward(caller, irp, "the capabilities") : io.passDown(caller, lower(), irp);
            case PnpManager.QUERY_PNP_DEVICE_STATE -> {
                long[] state = {irp.information()};
                if (isServed()) {
                    inside(caller, irp, "the state", state);
                }
                irp.information(state[0]);
                yield onward(caller, irp);
            }
            case PnpManager.REMOVE_DEVICE -> {
                remove(caller, irp);
                irp.status(0);
                DeviceObject lower = lower();
                int status = io.passDown(caller, lower, irp);
                io.detach(lower);
                io.deleteDevice(device);
                yield status;
            }
            default -> io.passDown(caller, lower(), irp);
        };
    }

    void began(Irp inside) {
        ofPnp.add(inside);
    }

    void ended(Irp inside) {
        ofPnp.remove(inside);
    }

    /// Whether the drivers inside can still hear of anything.
    private boolean isServed() {
        return !offline && !host.isTerminated() && bottom.attached != null;
    }

    private int onward(Caller caller, Irp irp) {
        irp.status(0);
        return IoManager.of(caller).passDown(caller, lower(), irp);
    }

    /// First the drivers below, then those inside.
    private int upward(Caller caller, Irp irp, String what) {
        irp.markPending();
        irp.status(0);
        KernelSend send = KernelSend.onward(caller, lower(), irp);
        send.asItIs();
        send.send(() -> {
            Caller back = (Caller) machine.scheduler.running();
            if (irp.status() >= 0) {
                irp.status(inside(back, irp, what));
            }
            irp.information(0);
            IoManager.of(back).complete(back, irp);
        });
        return IoManager.STATUS_PENDING;
    }

    /// Going down the drivers inside come first, coming up those below.
    private int power(Caller caller, Irp irp) {
        if (irp.minorFunction() == PowerManager.WAIT_WAKE || !isServed()) {
            return IoManager.of(caller).passDown(caller, lower(), irp);
        }
        if (irp.minorFunction() == PowerManager.SET_POWER && irp.powerState() == (irp.isDevicePower() ? PowerManager.D0 : PowerManager.WORKING)) {
            return upward(caller, irp, "the way into power");
        }
        int status = inside(caller, irp, "the way out of power");
        return status < 0 && irp.minorFunction() == PowerManager.QUERY_POWER ? complete(caller, irp, status) : onward(caller, irp);
    }

    /// A request of PnP or power through the stack inside the host. @return its status
    private int inside(Caller caller, Irp irp, String what) {
        return inside(caller, irp, what, new long[1]);
    }

    private int inside(Caller caller, Irp irp, String what, long[] information) {
        DeviceObject top = bottom.top();
        return host.call(caller, what + " of device " + node.name, this, thread -> Reflection.pnp(thread, this, top, irp, information));
    }

    private void remove(Caller caller, Irp irp) {
        removing = true;
        host.keptRequests |= !outstanding.isEmpty();
        if (!host.isTerminated()) {
            if (bottom.attached != null) {
                inside(caller, irp, "the removal");
            }
            host.stacks.remove(this);
        }
        dismantle(caller);
        if (host.stacks.isEmpty() && !host.isTerminated()) {
            host.shutDown(caller);
        }
    }

    /// UMDF-171, UMDF-172: the requests end; what was stored in shared pages stays.
    void hostLost(Caller caller, boolean guilty) {
        offline = true;
        members().forEach(FxDevice::removeLink);
        hosts.failed(this, guilty);
        ofPnp.forEach(IoManager.of(caller)::free);
        ofPnp.clear();
        for (Reflection reflection : new ArrayList<>(outstanding.values())) {
            if (reflection.isBelow()) {                               // UMDF-179: the driver below has it, and sees it cancelled
                reflection.lose();
                cancelInKernel(reflection.kernel);
                continue;
            }
            outstanding.remove(reflection.kernel);
            reflection.abandon();
            reflection.kernel.javaCancel = null;
            int major = reflection.kernel.majorFunction();
            complete(caller, reflection.kernel, major == CLEANUP || major == CLOSE ? 0 : DriverHost.TERMINATED);
            if (major == CLOSE || major == CREATE) {
                openFiles--;
            }
        }
        dismantle(caller);
        if (openFiles == 0 && !removing) {
            hosts.restart(this);
        }
    }

    /// The stack inside the host goes.
    private void dismantle(Caller caller) {
        if (bottom.isDeleted()) {
            return;
        }
        IoManager io = IoManager.of(caller);
        for (DeviceObject at = bottom.top(); at != bottom; ) {
            DeviceObject below = at.attachedTo;
            io.detach(below);
            io.deleteDevice(at);
            at = below;
        }
        io.deleteDevice(bottom);
    }

    FileObject file(Irp irp) {
        return IoManager.of(machine).file(irp.fileObjectAddress());
    }

    DriverObject reflector() {
        return device.driver;
    }
}
