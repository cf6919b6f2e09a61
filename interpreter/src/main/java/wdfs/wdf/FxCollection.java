package wdfs.wdf;

import java.util.ArrayList;
import java.util.List;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// WDFCOLLECTION: framework objects in the order in which they were added. It holds a reference to each.
final class FxCollection extends FxObject {
    final List<FxObject> items = new ArrayList<>();

    FxCollection(Machine machine, FxObject parent) {
        super(machine, "WDFCOLLECTION", parent);
    }

    void add(FxObject object) {
        object.reference();
        items.add(object);
    }

    void remove(Caller caller, int index) {
        items.remove(index).dereference(caller);
    }

    @Override
    protected void disposing(Caller caller) {
        while (!items.isEmpty()) {
            remove(caller, items.size() - 1);
        }
    }
}
