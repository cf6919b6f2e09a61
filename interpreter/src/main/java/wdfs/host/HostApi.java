package wdfs.host;

import wdfs.io.IoApi;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;

/// The dispatch routines at both ends of a host.
public final class HostApi {
    private HostApi() {}

    private static ReflectedStack stack(Caller caller, long device) {
        return (ReflectedStack) IoApi.device(caller, device).framework;
    }

    /// Every major function of the reflector.
    @Native
    public static int ReflectorDispatch(Caller caller, long device, long irp) {
        return stack(caller, device).dispatch(caller, IoApi.irp(caller, irp));
    }

    /// What lies below the lowest driver of a stack in a host.
    @Native
    public static int HostBottomDispatch(Caller caller, long device, long irp) {
        return stack(caller, device).fromBelow(caller, IoApi.irp(caller, irp));
    }
}
