package wdfs.host;

import wdfs.io.DeviceObject;
import wdfs.io.IoManager;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;

/// The dispatch routines at both ends of a host.
public final class HostApi {
    private HostApi() {}

    private static ReflectedStack stack(Caller caller, long device) {
        DeviceObject object = IoManager.of(caller).device(device);
        return (ReflectedStack) object.framework;
    }

    /// Every major function of the reflector.
    @Native
    public static int ReflectorDispatch(Caller caller, long device, long irp) {
        return stack(caller, device).dispatch(caller, IoManager.of(caller).irp(irp));
    }

    /// What lies below the lowest driver of a stack in a host.
    @Native
    public static int HostBottomDispatch(Caller caller, long device, long irp) {
        return stack(caller, device).fromBelow(caller, IoManager.of(caller).irp(irp));
    }
}
