package wdfs.wdf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import wdfs.io.DeviceObject;
import wdfs.kernel.Interrupts;
import wdfs.machine.Region;
import wdfs.runtime.Machine;

/// The framework's objects as a debugger sees them: what they are now, and nothing that changes them.
public final class FxView {
    private FxView() {}

    /// @param shown the name that the script gave, where the framework knows it
    /// @param callbacks by the name of the event; only those that there are
    public record Queue(FxObject object, FxDevice device, String shown, String dispatching, boolean powerManaged, boolean powerOff, boolean accepts, boolean dispatches, int owned,
            List<FxRequest> ownedRequests, List<FxRequest> waiting, Map<String, Long> callbacks, boolean isDefault, String reserve) {}

    /// @param inFlight how many requests have come and are not completed
    public record Device(FxDevice object, DeviceObject device, FxDriver driver, DeviceObject lower, List<FxRequest> inFlight, List<String> links, String state, boolean filter,
            List<FxObject> targets) {}

    /// @param owner where it is: `driver Echo`, `queue Default`, `target WDFIOTARGET#1`
    public record Request(FxRequest object, String state, FxQueue queue, FxMemory input, FxMemory output, long cancelRoutine, boolean cancelFired, FxDevice device, FxObject target,
            long completionRoutine) {}

    public record Memory(FxMemory object, long address, long size, String kind, boolean readOnly, FxRequest request, boolean requestGone) {}

    public record Target(FxObject object, FxDevice device, DeviceObject target, boolean local, String state, int sent, int waiting, int ignoringState) {}

    /// @param contexts `DEVICE_CONTEXT` and where it lies, for each
    public record Details(FxObject object, FxObject parent, List<FxObject> children, int references, String madeAt, boolean deleting, List<Ctx> contexts, FxDriver driver) {}

    /// @param type the context's name
    public record Ctx(String type, Region memory) {}

    /// A timer that runs.
    public record Timer(FxObject object, long dueNanos, long periodNanos, long callback) {}

    /// @param vector null while the device has no resources
    /// @param callbacks by the name of the event; only those that there are
    public record Interrupt(FxObject object, FxDevice device, Interrupts.Vector vector, boolean connected, boolean passive, boolean messageSignaled, int message, Map<String, Long> callbacks) {}

    public static List<Timer> timers(Machine machine) {
        return machine.handles.live(DeferredApi.Timer.class).stream().filter(t -> t.due() != null).map(t -> new Timer(t, t.due().atNanos(), t.periodNanos(), t.callback())).toList();
    }

    public static List<Interrupt> interrupts(Machine machine) {
        return machine.handles.live(FxInterrupt.class).stream().map(FxView::interrupt).toList();
    }

    private static Interrupt interrupt(FxInterrupt i) {
        Map<String, Long> callbacks = new LinkedHashMap<>();
        put(callbacks, "EvtInterruptIsr", i.callbacks().isr());
        put(callbacks, "EvtInterruptDpc", i.callbacks().dpc());
        put(callbacks, "EvtInterruptWorkItem", i.callbacks().workItem());
        put(callbacks, "EvtInterruptEnable", i.callbacks().enable());
        put(callbacks, "EvtInterruptDisable", i.callbacks().disable());
        return new Interrupt(i, i.device(), i.vector(), i.isConnected(), i.isPassive(), i.isMessageSignaled(), i.message(), callbacks);
    }

    /// What a DPC of the framework calls; 0 if it is nothing of the driver's.
    public static long dpcRoutine(FxObject object) {
        return switch (object) {
            case Deferred d -> d.callback();
            case FxInterrupt i -> i.callbacks().dpc();
            default -> 0;
        };
    }

    public static List<Queue> queuesOf(DeviceObject device) {
        return device.framework instanceof FxDevice fx ? fx.queues.stream().map(FxView::queue).toList() : List.of();
    }

    public static List<Queue> queues(Machine machine) {
        return machine.handles.live(FxQueue.class).stream().map(FxView::queue).toList();
    }

    public static Queue queue(FxQueue q) {
        Map<String, Long> callbacks = new LinkedHashMap<>();
        put(callbacks, "EvtIoDefault", q.evtDefault);
        put(callbacks, "EvtIoRead", q.evtRead);
        put(callbacks, "EvtIoWrite", q.evtWrite);
        put(callbacks, "EvtIoDeviceControl", q.evtControl);
        put(callbacks, "EvtIoInternalDeviceControl", q.evtInternal);
        put(callbacks, "EvtIoStop", q.evtStop);
        put(callbacks, "EvtIoResume", q.evtResume);
        put(callbacks, "EvtIoCanceledOnQueue", q.evtCanceled);
        String dispatching = switch (q.dispatchType) {
            case FxQueue.SEQUENTIAL -> "sequential";
            case FxQueue.PARALLEL -> "parallel";
            default -> "manual";
        };
        return new Queue(q, q.device, q.shown(), dispatching, q.powerManaged, q.power.isOff(), q.accepts(), q.dispatches(), q.ownedCount(), of(q, true), of(q, false), callbacks, q.isDefault,
                q.progress == null ? "" : q.progress.shown());
    }

    /// The requests of a queue: those that the driver owns, or those that wait, in the order in which they came.
    private static List<FxRequest> of(FxQueue q, boolean owned) {
        return q.device.live.all().stream().filter(r -> r.queue == q && r.driverOwned == owned && !r.completed).sorted(Comparator.comparingLong(r -> r.arrival)).toList();
    }

    private static void put(Map<String, Long> map, String name, long address) {
        if (address != 0) {
            map.put(name, address);
        }
    }

    public static List<FxDevice> devices(Machine machine) {
        return machine.handles.live(FxDevice.class);
    }

    public static Device device(FxDevice d) {
        List<FxObject> targets = new ArrayList<>();
        if (d.localTarget != null) {
            targets.add(d.localTarget);
        }
        d.machine.handles.live(FxTarget.class).stream().filter(t -> t.device == d && t != d.localTarget).forEach(targets::add);
        String state = d.pdo != null ? "physical device of a bus" : d.lower == null ? d.finished ? "control device, started" : "control device, being initialised" : "";
        return new Device(d, d.device, d.driver, d.lower, d.live.all(), List.copyOf(d.links), state, d.lower != null && d.isFilter(), targets);
    }

    public static Request request(FxRequest r) {
        Sending sending = r.own != null ? r.own : r.onward;
        boolean withTarget = sending != null && sending.isWithTarget();
        String state = r.reserve != null && r.irpGone ? "in the reserve of queue " + r.reserve.queue().shown() : r.completed ? "completed" : withTarget ? "sent to " + sending.target.label() : r.driverOwned ? "driver owns it" + (r.cancelRoutine != 0 ? ", cancelable" : "")
                : r.queue != null ? "waits in queue " + r.queue.shown() : r.inCallerContext ? "in EvtIoInCallerContext" : "the framework's";
        return new Request(r, state, r.queue, r.input, r.output, r.cancelRoutine, r.cancelled, r.device, withTarget ? sending.target : null, sending == null ? 0 : sending.routine);
    }

    public static Memory memory(FxMemory m) {
        return new Memory(m, m.address, m.size, m.kind.name().toLowerCase(java.util.Locale.ROOT), m.readOnly, m.request, m.request != null && (m.request.completed || m.request.destroyed));
    }

    public static Target target(FxTarget t) {
        int[] counts = t.counts();
        return new Target(t, t.device, t.destination(), t.device.localTarget == t, t.state.name().toLowerCase(java.util.Locale.ROOT), counts[0], counts[1], counts[2]);
    }

    public static Details object(FxObject o) {
        return new Details(o, o.parent(), List.copyOf(o.children), o.references, o.machine.siteText(o.madeAt), o.deleting, o.contextViews(), o.home());
    }

    /// The drivers that are bound to the framework.
    public static List<FxDriver> drivers(Machine machine) {
        return machine.handles.live(FxDriver.class);
    }

    public static List<FxDevice> devicesOf(FxDriver driver) {
        return driver.machine.handles.live(FxDevice.class).stream().filter(d -> d.driver == driver).toList();
    }

    /// The driver's pool tag.
    public static int tag(FxDriver driver) {
        return driver.tag();
    }
}
