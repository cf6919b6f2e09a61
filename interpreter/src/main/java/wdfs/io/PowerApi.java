package wdfs.io;

import wdfs.runtime.Caller;
import wdfs.runtime.Native;

/// The power manager's routines for drivers, and PnP's and the I/O manager's that have to do with a device's life.
public final class PowerApi {
    private PowerApi() {}

    @Native
    public static int PopRequestPowerIrp(Caller caller, long address, int minor, int state, long completion, long context) {
        DeviceObject device = IoApi.device(caller, address);
        var image = caller.image;
        return PowerManager.of(caller.machine).request(caller, device, minor, state, (by, status) -> {
            if (completion == 0) {
                return;
            }
            var block = by.machine.need(by.machine.nonpaged, 0x18, "IO_STATUS_BLOCK");      // and behind it the POWER_STATE
            by.machine.memory.field32(block.base, status);
            by.machine.memory.field32(block.base + 0x10, state);
            var before = by.image;
            by.image = image;
            try {
                by.invoke(completion, address, minor, block.base + 0x10, context, block.base);
            } finally {
                by.image = before;
                by.machine.nonpaged.free(block);
            }
        });
    }

    @Native
    public static int PopSetPowerState(Caller caller, long address, int type, int state) {
        DeviceObject device = IoApi.device(caller, address);
        int before = device.powerState;
        if (type == 1) {
            device.powerState = state;
        }
        return before;
    }

    @Native
    public static void IoInvalidateDeviceState(Caller caller, long address) {
        DeviceObject device = IoApi.device(caller, address);
        if (device.node != null) {
            PnpManager.of(caller.machine).invalidate(device.node);
        }
    }

    @Native
    public static int IoRegisterShutdownNotification(Caller caller, long address) {
        IoManager.of(caller).shutdownNotification(IoApi.device(caller, address), false);
        return 0;
    }

    @Native
    public static int IoRegisterLastChanceShutdownNotification(Caller caller, long address) {
        IoManager.of(caller).shutdownNotification(IoApi.device(caller, address), true);
        return 0;
    }

    @Native
    public static void IoUnregisterShutdownNotification(Caller caller, long address) {
        IoManager.of(caller).noShutdownNotification(IoApi.device(caller, address));
    }
}
