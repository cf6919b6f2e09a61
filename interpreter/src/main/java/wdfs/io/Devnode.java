package wdfs.io;

import java.util.ArrayList;
import java.util.List;
import wdfs.kernel.Waitable;
import wdfs.kernel.Waits;
import wdfs.runtime.Caller;

/// A device node: what PnP found, and the drivers that are to make up its stack.
public final class Devnode extends Waitable {
    public enum State { ABSENT, STARTED, FAILED }

    public final String name;
    private final String function;
    private final List<String> order;
    State state = State.ABSENT;
    DeviceObject physical;
    /// It is being started or taken down: whoever wants to change it waits.
    private boolean changing;

    /// @param lowerFilters attached first, in this order; @param upperFilters attached last
    public Devnode(String name, List<String> lowerFilters, String function, List<String> upperFilters) {
        this.name = name;
        this.function = function;
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

    /// The physical device object at the bottom; null while the device is absent.
    public DeviceObject physical() {
        return physical;
    }
}
