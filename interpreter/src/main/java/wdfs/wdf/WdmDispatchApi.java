package wdfs.wdf;

import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.io.Transfers;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// DDIs of drivers that look at an IRP before the framework does, and that choose the queue of a request themselves.
public final class WdmDispatchApi {
    private static final int MAJOR_FUNCTIONS = 0x1C;
    /// WDF_DISPATCH_IRP_TO_IO_QUEUE_FLAGS.
    private static final int INVOKE_IN_CALLER_CONTEXT = 1;
    private static final int PREPROCESSED_IRP = 2;
    private static final int INTERNAL_CONTROL = 0x0F;

    private WdmDispatchApi() {}

    private static FxDevice device(Caller caller, long handle) {
        return Framework.object(caller, handle, FxDevice.class, "WDFDEVICE");
    }

    private static Irp irp(Caller caller, long address) {
        Framework.required(caller, address, "Irp");
        Irp irp = IoManager.of(caller).irp(address);
        if (irp == null) {
            caller.memory.load8(address);                             // no IRP, or one that is gone: what an access finds there
            Framework.required(caller, 0, "Irp");
        }
        return irp;
    }

    @Native
    public static int WdfDeviceInitAssignWdmIrpPreprocessCallback(Caller caller, long address, long callback, int major, long minors, int count) {
        DeviceInit init = DeviceApi.init(caller, address);
        Framework.required(caller, callback, "EvtDeviceWdmIrpPreprocess");
        if (count != 0) {
            Framework.required(caller, minors, "MinorFunctions");
        }
        if ((major & 0xFF) >= MAJOR_FUNCTIONS) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        WdmDispatch.Preprocess before = init.preprocess.get(major & 0xFF);
        if (count != 0) {
            if (before != null && before.minors().length != 0) {
                return Framework.STATUS_INVALID_DEVICE_REQUEST;
            }
            byte[] copy = new byte[count];
            caller.memory.read(minors, copy, 0, count);
            init.preprocess.put(major & 0xFF, new WdmDispatch.Preprocess(callback, copy));
        } else {
            init.preprocess.put(major & 0xFF, before == null ? new WdmDispatch.Preprocess(callback, new byte[0]) : before.with(callback));
        }
        return 0;
    }

    @Native
    public static int WdfDeviceWdmDispatchPreprocessedIrp(Caller caller, long handle, long irpAddress) {
        FxDevice device = device(caller, handle);
        Irp irp = irp(caller, irpAddress);
        device.wdm.nextLocation(caller, irp);
        return device.dispatchPreprocessed(caller, irp);
    }

    /// REQ-020.
    @Native
    public static int WdfDeviceConfigureWdmIrpDispatchCallback(Caller caller, long handle, long driver, int major, long callback, long context) {
        FxDevice device = device(caller, handle);
        switch (major & 0xFF) {
            case Transfers.READ, Transfers.WRITE, Transfers.DEVICE_CONTROL -> { }
            case INTERNAL_CONTROL -> {
                if (device.driver.inHost()) {
                    return Framework.STATUS_INVALID_PARAMETER;
                }
            }
            default -> {
                return Framework.STATUS_INVALID_PARAMETER;
            }
        }
        if (driver != 0) {
            Framework.object(caller, driver, FxDriver.class, "WDFDRIVER");
        }
        Framework.required(caller, callback, "EvtDeviceWdmIrpDispatch");
        if (device.isControl() ? device.finished : device.pnp.state() != FxPnp.State.INIT) {
            return Framework.STATUS_INVALID_DEVICE_STATE;
        }
        return device.wdm.configure(major & 0xFF, callback, context) ? 0 : Framework.STATUS_INVALID_PARAMETER;
    }

    @Native
    public static int WdfDeviceWdmDispatchIrp(Caller caller, long handle, long irpAddress, long context) {
        FxDevice device = device(caller, handle);
        Irp irp = irp(caller, irpAddress);
        Framework.required(caller, context, "DispatchContext");
        if (!WdmDispatch.isOfDispatch(context)) {
            if (device.driver.inHost()) {
                throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "WDF_VIOLATION", "VER-005", "WdfDeviceWdmDispatchIrp is called outside of EvtDeviceWdmIrpDispatch")
                        .code(0x10D, 4, 0, 0, 0).stack(ScriptStack.frames(), "").help("give it the DispatchContext that EvtDeviceWdmIrpDispatch got, while that runs").build());
            }
            Framework.broken(caller, "WdfDeviceWdmDispatchIrp is for EvtDeviceWdmIrpDispatch, with the DispatchContext that it got: behind EvtDeviceWdmIrpPreprocess it is WdfDeviceWdmDispatchPreprocessedIrp", "REQ-020", null);
            device.wdm.nextLocation(caller, irp);
            return device.dispatchPreprocessed(caller, irp);
        }
        if (!device.wdm.isContext(context) && device.verifier()) {
            Framework.broken(caller, "the DispatchContext 0x%X is not the one that EvtDeviceWdmIrpDispatch got".formatted(context), "REQ-020", null);
            return device.complete(caller, irp, Framework.STATUS_INVALID_PARAMETER);
        }
        return device.transferByType(caller, irp, irp.majorFunction());
    }

    @Native
    public static int WdfDeviceWdmDispatchIrpToIoQueue(Caller caller, long handle, long irpAddress, long queueHandle, int flags) {
        FxDevice device = device(caller, handle);
        FxQueue queue = Framework.object(caller, queueHandle, FxQueue.class, "WDFQUEUE");
        Irp irp = irp(caller, irpAddress);
        if ((flags & PREPROCESSED_IRP) != 0 && !device.driver.inHost()) {
            device.wdm.nextLocation(caller, irp);
        }
        int major = irp.majorFunction();
        boolean toParent = device.pdo != null && queue.device == device.pdo.init.parent;
        if (device.verifier()) {
            Refusal refusal = refusal(device, queue, major, flags, toParent);
            if (refusal != null) {
                Framework.broken(caller, "the IRP cannot go to " + queue.label() + ": " + refusal.why, "REQ-020", null);
                return device.complete(caller, irp, refusal.status);
            }
        }
        FxDevice target = device;
        if (toParent) {
            target = device.pdo.init.parent;
            IoManager.of(caller).moveOn(irp, target.device);
        }
        return target.enqueue(caller, irp, major, queue, (flags & INVOKE_IN_CALLER_CONTEXT) != 0 ? target.init.callerContext : 0);
    }

    private record Refusal(int status, String why) {}

    /// What the verifier refuses, in its order; null if the IRP may go to the queue.
    private static Refusal refusal(FxDevice device, FxQueue queue, int major, int flags, boolean toParent) {
        int known = device.driver.inHost() ? 0 : INVOKE_IN_CALLER_CONTEXT | PREPROCESSED_IRP;
        if ((flags & ~known) != 0) {
            return new Refusal(Framework.STATUS_INVALID_PARAMETER, "%s has no flags 0x%X".formatted(device.driver.inHost() ? "UMDF" : "WDF_DISPATCH_IRP_TO_IO_QUEUE_FLAGS", flags & ~known));
        }
        if (major != Transfers.READ && major != Transfers.WRITE && major != Transfers.DEVICE_CONTROL && major != INTERNAL_CONTROL) {
            return new Refusal(Framework.STATUS_INVALID_PARAMETER, "a queue takes reads, writes and device controls");
        }
        if (!queue.takes(major)) {
            return new Refusal(Framework.STATUS_INVALID_PARAMETER, "the queue has no handler for it");
        }
        if (toParent && !device.pdo.init.forwardsToParent) {
            return new Refusal(Framework.STATUS_INVALID_DEVICE_REQUEST, "WdfPdoInitAllowForwardingRequestToParent has not been called for " + device.label());
        }
        return toParent || queue.device == device ? null : new Refusal(Framework.STATUS_INVALID_PARAMETER, "the queue is another device's");
    }
}
