package wdfs.wdf;

import wdfs.io.DeviceObject;
import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.io.PnpManager;
import wdfs.runtime.Caller;

/// What the framework does for a device with IRP_MJ_PNP: start and removal, with the driver's callbacks in their order
/// (OBJ-170, OBJ-172, OBJ-175, OBJ-176). All at PASSIVE_LEVEL, in a thread of the system.
final class FxPnp {
    /// WDF_POWER_DEVICE_STATE.
    private static final int D3_FINAL = 5;

    private final FxDevice device;
    private boolean prepared;
    private boolean inD0;
    private boolean interruptsOn;
    /// EvtDeviceSelfManagedIoInit succeeded; when it failed only flush and cleanup follow.
    private boolean started;
    private boolean selfManaged;

    FxPnp(FxDevice device) {
        this.device = device;
    }

    int dispatch(Caller caller, Irp irp) {
        return switch (irp.minorFunction()) {
            case PnpManager.START_DEVICE -> start(caller, irp);
            case PnpManager.REMOVE_DEVICE -> remove(caller, irp);
            default -> IoManager.of(caller).passDown(caller, device.lower, irp);
        };
    }

    private long callback(PnpEvent event) {
        return device.init.pnpCallbacks[event.ordinal()];
    }

    private int call(Caller caller, PnpEvent event, long... arguments) {
        long callback = callback(event);
        if (callback == 0) {
            return 0;
        }
        long[] all = new long[arguments.length + 1];
        all[0] = device.handle;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return (int) caller.invoke(callback, all);
    }

    /// The lower drivers start first; then this one has its hardware.
    private int start(Caller caller, Irp irp) {
        irp.markPending();
        device.sendDown(caller, irp, back -> {
            int status = irp.status() < 0 ? irp.status() : powerUp(back);
            irp.status(status);
            irp.information(0);
            IoManager.of(back).complete(back, irp);
        });
        return IoManager.STATUS_PENDING;
    }

    /// OBJ-170, as far as devices without interrupts and DMA go.
    private int powerUp(Caller caller) {
        prepared = true;                                              // OBJ-172: released even if preparing it fails
        int status = call(caller, PnpEvent.PREPARE_HARDWARE, 0, 0);
        if (status >= 0) {
            status = call(caller, PnpEvent.D0_ENTRY, D3_FINAL);
            inD0 = status >= 0;
        }
        if (status >= 0) {
            status = call(caller, PnpEvent.D0_ENTRY_POST_INTERRUPTS_ENABLED, D3_FINAL);
            interruptsOn = status >= 0;
        }
        if (status >= 0) {
            device.powerUpQueues(caller);                             // OBJ-171
            selfManaged = true;
            status = call(caller, PnpEvent.SELF_MANAGED_IO_INIT);
        }
        started = status >= 0;
        if (!started) {
            powerDown(caller);                                        // OBJ-173: at once, before the drivers above hear of it
        }
        return status;
    }

    /// OBJ-172, OBJ-175: what was entered is left again, and nothing else.
    private void powerDown(Caller caller) {
        if (started) {
            call(caller, PnpEvent.SELF_MANAGED_IO_SUSPEND);
        }
        if (interruptsOn) {
            device.powerDownQueues(caller);
            call(caller, PnpEvent.D0_EXIT_PRE_INTERRUPTS_DISABLED, D3_FINAL);
        }
        if (inD0) {
            call(caller, PnpEvent.D0_EXIT, D3_FINAL);
        }
        if (prepared) {
            call(caller, PnpEvent.RELEASE_HARDWARE, 0);
        }
        started = false;
        interruptsOn = false;
        inD0 = false;
        prepared = false;
    }

    /// OBJ-175, OBJ-176: the driver's part first, then the lower drivers', then the device goes.
    private int remove(Caller caller, Irp irp) {
        powerDown(caller);
        device.removeLink();
        device.purgeQueues(caller, true);
        if (selfManaged) {
            call(caller, PnpEvent.SELF_MANAGED_IO_FLUSH);
        }
        device.purgeQueues(caller, false);
        if (selfManaged) {
            call(caller, PnpEvent.SELF_MANAGED_IO_CLEANUP);
        }
        device.localTarget.remove(caller);                            // OBJ-214: before the devices below hear of the removal
        DeviceObject lower = device.lower;
        irp.status(0);
        int status = IoManager.of(caller).passDown(caller, lower, irp);
        device.delete(caller);
        return status;
    }
}
