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

    /// @param lowerFilters attached first, in this order
    /// @param upperFilters attached last
    /// @param unplugged it is not there at boot
    public Devnode(String name, List<String> lowerFilters, String function, List<String> upperFilters, boolean unplugged, SimulatedDevice hardware) {
        this.hardware = hardware;
        this.name = name;
        this.function = function;
        this.unplugged = unplugged;
        List<String> drivers = new ArrayList<>(lowerFilters);
        drivers.add(function);
        drivers.addAll(upperFilters);
        this.order = List.copyOf(drivers);
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

    /// `Root\Store\0007`, as PnP names an instance of a device.
    public String instancePath() {
        return "Root\\%s\\%04d".formatted(function, instance);
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

    /// Whether CreateFile finds a device: not while it starts, nor once its removal has begun.
    boolean admitsOpens() {
        return state == State.STARTED || state == State.STOPPED;
    }
}
