package wdfs.io;

import java.util.ArrayList;
import java.util.List;
import wdfs.hardware.SimulatedDevice;
import wdfs.kernel.Waitable;
import wdfs.kernel.Waits;
import wdfs.runtime.Caller;

/// A device node: what PnP found, and the drivers that are to make up its stack.
public final class Devnode extends Waitable {
    public enum State {
        /// Nothing is there.
        ABSENT,
        /// IRP_MN_START_DEVICE is under way: nobody can open the device yet.
        STARTING,
        STARTED,
        /// Between IRP_MN_STOP_DEVICE and the next IRP_MN_START_DEVICE.
        STOPPED,
        /// IRP_MN_QUERY_REMOVE_DEVICE is under way or has succeeded: no new file can be opened.
        QUERY_REMOVE,
        /// The device is gone, and IRP_MN_REMOVE_DEVICE waits for the last open file (OBJ-177).
        SURPRISE_REMOVED,
        /// It is there and does not run.
        FAILED
    }

    public final String name;
    private final String function;
    private final List<String> order;
    /// Where it stands among the devnodes of the script; its instance number, as `\\?\root#Store#0007#{…}` has it.
    int instance;
    /// Nobody has plugged it in at boot.
    private final boolean unplugged;
    /// Which devices of buses get these drivers: then this is what a script says of them, and each device has a devnode of its
    /// own. Empty for a device of the root bus.
    public final List<String> hardwareIds;
    /// Of a device that a bus has reported, as its IDs make it; empty for one of the root bus.
    private final String path;
    /// The devnode of its bus; null for a device of the root bus.
    Devnode parent;
    /// What its bus has reported; null for a device of the root bus, and while the bus knows of none (OBJ-187).
    DeviceObject pdo;
    /// What its bus has said of it; empty for a device of the root bus.
    List<String> reportedHardwareIds = List.of();
    List<String> reportedCompatibleIds = List.of();
    /// What drivers have set by IoSetDevicePropertyData, by key and locale.
    final java.util.Map<String, DeviceProperties.Value> properties = new java.util.HashMap<>();
    /// Its bus no longer reports it.
    boolean missing;
    /// The devices of the bus that it is, in the order in which they came.
    final List<Devnode> children = new ArrayList<>();
    /// Its bus will be asked for its devices.
    boolean asked;
    /// A device of its bus waits until another one has gone.
    boolean askAgain;
    /// What the drivers drive; null if the devnode names no hardware.
    public final SimulatedDevice hardware;
    State state = State.ABSENT;
    DeviceObject physical;
    /// It is being started or taken down: whoever wants to change it waits.
    private boolean changing;
    /// A request for another device power state is under way: the next one waits for its turn.
    private boolean powering;
    /// IRP_MN_WAIT_WAKE that the bus holds for the device; null if nobody waits for its signal.
    Irp waitWake;
    /// Behind the removal that is under way the stack is built anew.
    boolean comesBack;
    /// How often the drivers had it restarted, and when the first of these was (OBJ-094).
    int restarts;
    long firstRestartNanos;

    /// What a script declares.
    /// @param lowerFilters attached first, in this order
    /// @param upperFilters attached last
    /// @param unplugged it is not there at boot
    /// @param hardwareIds of the devices that it is about, if buses are to report them
    public Devnode(String name, List<String> lowerFilters, String function, List<String> upperFilters, boolean unplugged, List<String> hardwareIds, SimulatedDevice hardware) {
        this(name, function, stack(lowerFilters, function, upperFilters), unplugged, List.copyOf(hardwareIds), "", hardware);
    }

    private Devnode(String name, String function, List<String> order, boolean unplugged, List<String> hardwareIds, String path, SimulatedDevice hardware) {
        this.name = name;
        this.function = function;
        this.order = order;
        this.unplugged = unplugged;
        this.hardwareIds = hardwareIds;
        this.path = path;
        this.hardware = hardware;
    }

    private static List<String> stack(List<String> lowerFilters, String function, List<String> upperFilters) {
        List<String> drivers = new ArrayList<>(lowerFilters);
        drivers.add(function);
        drivers.addAll(upperFilters);
        return List.copyOf(drivers);
    }

    /// A device that a bus has reported.
    /// @param kind what the script says of such devices; null if it says nothing
    static Devnode ofBus(String name, String path, Devnode kind) {
        return new Devnode(name, kind == null ? "" : kind.function, kind == null ? List.of() : kind.order, false, List.of(), path, null);
    }

    void arrive(Devnode bus, DeviceObject device) {
        parent = bus;
        pdo = device;
        missing = false;
        bus.children.add(this);
    }

    void leave() {
        parent.children.remove(this);
        pdo = null;
        missing = false;
    }

    /// A bus has reported it, be it now or long ago.
    boolean isOfBus() {
        return !path.isEmpty();
    }

    /// How many buses there are between it and the root.
    int depth() {
        return parent == null ? 0 : parent.depth() + 1;
    }

    /// The drivers in the order in which they attach: the lowest first (OBJ-150).
    public List<String> drivers() {
        return order;
    }

    /// The function driver.
    public String function() {
        return function;
    }

    public boolean isThereAtBoot() {
        return !unplugged;
    }

    /// `Root\Store\0007`, as PnP names an instance of a device; one of a bus by its IDs.
    public String instancePath() {
        return isOfBus() ? path : "Root\\%s\\%04d".formatted(function, instance);
    }

    void beginChange(Caller caller) {
        while (changing) {
            Waits.wait(caller, List.of(this), false, Waits.FOREVER);
        }
        changing = true;
    }

    void endChange() {
        changing = false;
        changed();
    }

    void beginPower(Caller caller) {
        while (powering) {
            Waits.wait(caller, List.of(turn), false, Waits.FOREVER);
        }
        powering = true;
    }

    void endPower() {
        powering = false;
        turn.changed();
    }

    private final Waitable turn = new Waitable() {
        @Override public boolean isSignaled() { return !powering; }
        @Override public void satisfied() {}
        @Override public String waitName() { return "devnode " + name + " in its change of power"; }
    };

    @Override
    public boolean isSignaled() {
        return !changing;
    }

    @Override
    public void satisfied() {}

    @Override
    public String waitName() {
        return "devnode " + name;
    }

    public State state() {
        return state;
    }

    /// The drivers of its stack are in use.
    public boolean isInUse() {
        return physical != null;
    }

    /// The physical device object at the bottom; null while the device is absent.
    /// The key of a device's own, below which `Device Parameters` is its drivers'.
    public static String hardwareKey(String node) {
        return "\\Registry\\Machine\\System\\CurrentControlSet\\Enum\\Root\\" + node + "\\0000";
    }

    /// The key of the driver for a device.
    public static String softwareKey(String node) {
        return "\\Registry\\Machine\\System\\CurrentControlSet\\Control\\Class\\" + node + "\\0000";
    }

    public DeviceObject physical() {
        return physical;
    }

    /// The files that are open on any device of the stack.
    int openFiles() {
        int open = 0;
        for (DeviceObject at = physical; at != null; at = at.attached) {
            open += at.opens;
        }
        return open;
    }

    /// Behind a surprise removal: nobody has it open, and no device of its bus is left.
    boolean canFinish() {
        return openFiles() == 0 && children.stream().allMatch(child -> child.physical == null);
    }

    /// Whether CreateFile finds a device: not while it starts, nor once its removal has begun.
    boolean admitsOpens() {
        return state == State.STARTED || state == State.STOPPED;
    }
}
