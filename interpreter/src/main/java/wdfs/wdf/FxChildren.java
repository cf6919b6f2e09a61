package wdfs.wdf;

import java.util.ArrayList;
import java.util.List;
import wdfs.io.DeviceObject;
import wdfs.io.Irp;
import wdfs.runtime.Caller;

/// The devices of a bus, as the framework knows them: all child lists of one function device.
final class FxChildren {
    /// BusRelations.
    private static final int BUS = 0;

    private final FxDevice device;
    private final List<FxChildList> lists = new ArrayList<>();
    /// Null until the driver adds a static child.
    private FxChildList fixed;
    /// Null if the driver has said nothing of one.
    FxChildList byDefault;

    FxChildren(FxDevice device) {
        this.device = device;
    }

    void add(FxChildList list) {
        lists.removeIf(FxObject::isDeleting);
        lists.add(list);
    }

    FxChildList fixed() {
        if (fixed == null) {
            fixed = new FxChildList(device, null);
            lists.addFirst(fixed);
        }
        return fixed;
    }

    void scan(Caller caller) {
        for (FxChildList list : List.copyOf(lists)) {
            if (!list.isDeleting()) {
                list.scan(caller);
            }
        }
    }

    /// IRP_MN_QUERY_DEVICE_RELATIONS on its way down.
    void relations(Caller caller, Irp irp, int type) {
        if (type != BUS || lists.isEmpty()) {
            return;
        }
        List<DeviceObject> devices = new ArrayList<>();
        for (FxChildList list : List.copyOf(lists)) {
            if (!list.isDeleting()) {
                list.report(caller, devices);
            }
        }
        FxChildList.answer(irp, device.machine, devices);
    }

    void deleteDevices(Caller caller) {
        List.copyOf(lists).reversed().forEach(list -> list.deleteDevices(caller));
    }
}
