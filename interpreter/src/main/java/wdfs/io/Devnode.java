package wdfs.io;

import java.util.ArrayList;
import java.util.List;

/// A device node: what PnP found, and the drivers that are to make up its stack.
public final class Devnode {
    public enum State { ABSENT, STARTED, FAILED }

    public final String name;
    private final List<String> order;
    State state = State.ABSENT;
    DeviceObject physical;

    /// @param lowerFilters attached first, in this order; @param upperFilters attached last
    public Devnode(String name, List<String> lowerFilters, String function, List<String> upperFilters) {
        this.name = name;
        List<String> drivers = new ArrayList<>(lowerFilters);
        drivers.add(function);
        drivers.addAll(upperFilters);
        this.order = List.copyOf(drivers);
    }

    /// The drivers in the order in which they attach: the lowest first (OBJ-150).
    public List<String> drivers() {
        return order;
    }

    public State state() {
        return state;
    }

    /// The physical device object at the bottom; null while the device is absent.
    public DeviceObject physical() {
        return physical;
    }
}
