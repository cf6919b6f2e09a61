package wdfs.wdf;

import wdfs.runtime.Caller;
import wdfs.runtime.Native;

/// DDIs of resource lists (OBJ-184).
public final class ResourceApi {
    private ResourceApi() {}

    private static FxResourceList list(Caller caller, long handle) {
        return Framework.object(caller, handle, FxResourceList.class, "WDFCMRESLIST");
    }

    @Native
    public static int WdfCmResourceListGetCount(Caller caller, long list) {
        return list(caller, list).count();
    }

    @Native
    public static void WdfCmResourceListRemove(Caller caller, long handle, int index) {
        FxResourceList list = list(caller, handle);
        if (!list.removable) {
            Framework.broken(caller, "nothing is taken out of " + list.label() + ": only EvtDeviceRemoveAddedResources may", "OBJ-170", null);
        } else if (index < 0 || index >= list.count()) {
            Framework.broken(caller, list.label() + " has nothing at " + Integer.toUnsignedString(index) + ": it has " + list.count(), "OBJ-170", null);
        } else {
            list.remove(index);
        }
    }

    @Native
    public static long WdfCmResourceListGetDescriptor(Caller caller, long list, int index) {
        return list(caller, list).descriptor(index);
    }
}
