package wdfs.wdf;

import wdfs.io.DeviceObject;
import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.io.PnpManager;
import wdfs.runtime.Caller;

/// The special files that a device holds or lies in the way to: a paging file, one for hibernation, a dump. The system tells when it
/// makes one and when it takes it away, by IRP_MN_DEVICE_USAGE_NOTIFICATION; a device in such use is neither stopped nor removed.
final class SpecialFiles {
    private static final int NOT_IMPLEMENTED = 0xC0000002;
    private static final int DEVICE_NOT_READY = 0xC00000A3;
    /// WDF_SPECIAL_FILE_TYPE, the same numbers as DEVICE_USAGE_NOTIFICATION_TYPE.
    private static final int PAGING = 1;
    private static final int DUMP = 3;
    private static final int POST_DISPLAY = 5;
    private static final int MAXIMUM = 7;

    private final FxDevice device;
    private final boolean[] supported = new boolean[MAXIMUM];
    private final int[] counts = new int[MAXIMUM];

    SpecialFiles(FxDevice device) {
        this.device = device;
    }

    /// WdfDeviceSetSpecialFileSupport. @return false if there is no such file that a driver could support
    boolean support(int type, boolean supports) {
        if (type < PAGING || type == POST_DISPLAY || type >= MAXIMUM) {
            return false;
        }
        supported[type] = supports;
        return true;
    }

    boolean inUse() {
        for (int type = PAGING; type < MAXIMUM; type++) {
            if (type != POST_DISPLAY && counts[type] != 0) {
                return true;
            }
        }
        return false;
    }

    /// What a query to stop or remove a device in such use gets.
    int refusal() {
        return inUse() ? DEVICE_NOT_READY : 0;
    }

    private static boolean isInPath(Irp irp) {
        return (irp.parameter(0) & 0xFF) != 0;
    }

    /// The drivers below hear of it first, and of a physical device its bus; then the driver is asked.
    int notify(Caller caller, Irp irp) {
        int type = (int) irp.parameter(1);
        boolean inPath = isInPath(irp);
        if (type < PAGING || type >= MAXIMUM || inPath && !device.isFilter() && !supported[type]) {
            return complete(caller, irp, NOT_IMPLEMENTED);
        }
        int before = note(type, inPath);
        int status = device.pdo == null ? 0 : tellParent(caller, irp, inPath);
        boolean held = false;
        if (status >= 0 && device.pnp.power.policy != null) {
            status = device.pnp.power.stopIdle(caller, true);         // it is in D0 while it is asked
            held = status >= 0;
        }
        if (status < 0) {
            revert(type, inPath, before);
            return complete(caller, irp, status);
        }
        boolean release = held;
        irp.markPending();
        irp.status(0);
        device.sendDown(caller, irp, back -> below(back, irp, type, inPath, before, release));
        return IoManager.STATUS_PENDING;
    }

    private void below(Caller caller, Irp irp, int type, boolean inPath, int before, boolean held) {
        int status = irp.status();
        if (status >= 0) {
            device.pnp.call(caller, PnpEvent.USAGE_NOTIFICATION, type, inPath ? 1 : 0);
            status = device.pnp.call(caller, PnpEvent.USAGE_NOTIFICATION_EX, type, inPath ? 1 : 0);
            if (status < 0) {
                int refused = status;
                takeBack(caller, irp, back -> end(back, irp, type, inPath, before, held, refused));
                return;
            }
        }
        end(caller, irp, type, inPath, before, held, status);
    }

    private void end(Caller caller, Irp irp, int type, boolean inPath, int before, boolean held, int status) {
        if (status < 0) {
            revert(type, inPath, before);
        } else {
            device.pnp.invalidate(false);
            if (held && type == DUMP) {                               // the system can come down at any time
                if (inPath) {
                    device.pnp.power.stopIdle(caller, false);
                } else {
                    device.pnp.power.resumeIdle(caller);
                }
            }
        }
        if (held) {
            device.pnp.power.resumeIdle(caller);
        }
        complete(caller, irp, status);
    }

    /// The driver has refused: those that have heard of the file hear that there will be none.
    private void takeBack(Caller caller, Irp irp, java.util.function.Consumer<Caller> then) {
        if (device.pdo != null) {
            tellParent(caller, irp, false);
            then.accept(caller);
            return;
        }
        long original = irp.parameter(0);
        irp.parameter(0, original & ~0xFFL);
        irp.status(0);
        device.sendDown(caller, irp, back -> {
            irp.parameter(0, original);
            then.accept(back);
        });
    }

    private int tellParent(Caller caller, Irp irp, boolean inPath) {
        return PnpManager.of(device.machine).ask(caller, device.pdo.init.parent.init.physical, PnpManager.DEVICE_USAGE_NOTIFICATION, new long[1], inPath ? 1 : 0, irp.parameter(1));
    }

    /// @return the flags of the device object before
    private int note(int type, boolean inPath) {
        DeviceObject object = device.device;
        int before = object.flags();
        counts[type] += inPath ? 1 : -1;
        if (type > DUMP) {                                            // that has nothing to do with power
            return before;
        }
        if (device.isFilter()) {
            object.flags(before & ~DeviceObject.DO_POWER_PAGABLE | device.lower.flags() & DeviceObject.DO_POWER_PAGABLE);
        } else if (inPath) {
            object.flags(before & ~DeviceObject.DO_POWER_PAGABLE);
        } else if (device.init.powerPageable && !inUse()) {
            object.flags(before | DeviceObject.DO_POWER_PAGABLE);
        }
        return before;
    }

    private void revert(int type, boolean inPath, int before) {
        counts[type] -= inPath ? 1 : -1;
        device.device.flags(before);
    }

    private static int complete(Caller caller, Irp irp, int status) {
        irp.status(status);
        IoManager.of(caller).complete(caller, irp);
        return status;
    }
}
