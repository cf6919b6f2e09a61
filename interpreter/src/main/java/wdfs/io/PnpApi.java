package wdfs.io;

import wdfs.runtime.Caller;
import wdfs.runtime.Native;

/// What the root bus does with requests for its physical device objects.
public final class PnpApi {
    private static final int NOT_SUPPORTED = 0xC00000BB;

    private PnpApi() {}

    /// IRP_MJ_PNP and IRP_MJ_POWER at the bottom of a stack: a device of the root bus follows wherever its drivers lead, and
    /// holds IRP_MN_WAIT_WAKE until the device signals.
    @Native
    public static int PnpRootDispatch(Caller caller, long device, long irpAddress) {
        IoManager io = IoManager.of(caller);
        Irp irp = io.irp(irpAddress);
        int major = irp.majorFunction();
        int minor = irp.minorFunction();
        if (major == PnpManager.POWER && minor == PowerManager.WAIT_WAKE) {
            return PowerManager.of(caller.machine).holdWake(io.device(device).node, irp);
        }
        int status = major == PnpManager.PNP && !PnpManager.isHandled(minor) ? irp.status() : 0;
        if (major == PnpManager.PNP && minor == PnpManager.QUERY_INTERFACE) {
            status = NOT_SUPPORTED;
        }
        irp.status(status);
        io.complete(caller, irp);
        return status;
    }
}
