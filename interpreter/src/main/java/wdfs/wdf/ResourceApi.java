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
    public static long WdfCmResourceListGetDescriptor(Caller caller, long list, int index) {
        return list(caller, list).descriptor(index);
    }
}
