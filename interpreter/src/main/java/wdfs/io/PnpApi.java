package wdfs.io;

import wdfs.runtime.Caller;
import wdfs.runtime.Native;

/// What the root bus does with requests for its physical device objects.
public final class PnpApi {
    private PnpApi() {}

    /// IRP_MJ_PNP and IRP_MJ_POWER at the bottom of a stack: a device of the root bus is always there and always on.
    @Native
    public static int PnpRootDispatch(Caller caller, long device, long irpAddress) {
        Irp irp = IoManager.of(caller).irp(irpAddress);
        irp.status(0);
        IoManager.of(caller).complete(caller, irp);
        return 0;
    }
}
