package wdfs.wdf;

import java.util.HashMap;
import java.util.Map;
import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.io.Transfers;
import wdfs.runtime.Caller;

/// What a driver sees of an IRP before the framework does: EvtDeviceWdmIrpPreprocess, for any major function, and behind it
/// EvtDeviceWdmIrpDispatch, which chooses the queue of a request.
final class WdmDispatch {
    /// What marks the framework's context that EvtDeviceWdmIrpDispatch gets.
    private static final int IN_DISPATCH_CALLBACK = 1;

    /// @param minors the minor functions that the driver wants to see; empty for all of them
    record Preprocess(long callback, byte[] minors) {
        boolean wants(int minor) {
            for (byte each : minors) {
                if ((each & 0xFF) == minor) {
                    return true;
                }
            }
            return minors.length == 0;
        }

        Preprocess with(long another) {
            return new Preprocess(another, minors);
        }
    }

    private record Dispatch(long callback, long context) {}

    private final FxDevice device;
    private final Map<Integer, Dispatch> dispatches = new HashMap<>();

    WdmDispatch(FxDevice device) {
        this.device = device;
    }

    // ---- EvtDeviceWdmIrpPreprocess ---------------------------------------------------------------------------------------------------

    boolean preprocesses(Irp irp) {
        Preprocess preprocess = device.init.preprocess.get(irp.majorFunction());
        return preprocess != null && preprocess.wants(irp.minorFunction());
    }

    /// The IRP is the driver's: it completes it, passes it on, or gives it back by WdfDeviceWdmDispatchPreprocessedIrp.
    int preprocess(Caller caller, Irp irp) {
        irp.tell("presented", "EvtDeviceWdmIrpPreprocess");
        return (int) caller.invoke(device.init.preprocess.get(irp.majorFunction()).callback, device.handle, irp.address);
    }

    /// As IoCallDriver does it: the next stack location becomes the current one.
    void nextLocation(Caller caller, Irp irp) {
        IoManager.of(caller).next(irp, "a preprocessed IRP comes back to the framework");
        if (device.machine.memory.field64(irp.stackLocation() + 0x28) != device.device.address()) {
            Framework.broken(caller, "the framework gets a request with a stack location that nobody has filled: IoSkipCurrentIrpStackLocation or IoCopyCurrentIrpStackLocationToNext comes before", "REQ-020", null);
        }
    }

    // ---- EvtDeviceWdmIrpDispatch -----------------------------------------------------------------------------------------------------

    /// @return false if the driver has one for this major function
    boolean configure(int major, long callback, long context) {
        return dispatches.putIfAbsent(major, new Dispatch(callback, context)) == null;
    }

    boolean dispatches(int major) {
        return dispatches.containsKey(major);
    }

    /// A request that the framework would give to the queue for its type: the driver chooses another one, or gives it back.
    int dispatch(Caller caller, Irp irp, int major) {
        Dispatch dispatch = dispatches.get(major);
        irp.tell("presented", "EvtDeviceWdmIrpDispatch");
        boolean control = major == Transfers.DEVICE_CONTROL || major == 0x0F;
        return (int) caller.invoke(dispatch.callback, device.handle, major, irp.minorFunction(), control ? irp.controlCode() : 0, dispatch.context, irp.address, context());
    }

    /// What EvtDeviceWdmIrpDispatch hands back to WdfDeviceWdmDispatchIrp.
    private long context() {
        return device.device.address() | IN_DISPATCH_CALLBACK;
    }

    boolean isContext(long context) {
        return context == context();
    }

    static boolean isOfDispatch(long context) {
        return (context & IN_DISPATCH_CALLBACK) != 0;
    }
}
