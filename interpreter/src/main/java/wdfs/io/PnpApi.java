package wdfs.io;

import wdfs.hardware.SimulatedDevice;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;

/// What the root bus does with requests for its physical device objects.
public final class PnpApi {
    private static final int NOT_SUPPORTED = 0xC00000BB;

    /// DeviceD1, DeviceD2, WakeFromD0 to WakeFromD3.
    private static final int SLEEPS_AND_WAKES = 0x3C03;

    private PnpApi() {}

    /// The bus turns the device on and off as the requests for power say, which reach it before the drivers on the way up and
    /// behind them on the way down.
    private static void power(DeviceObject physical, Irp irp, int major, int minor) {
        SimulatedDevice hardware = physical.hardware();
        if (hardware == null) {
            return;
        }
        if (major == PnpManager.PNP && (minor == PnpManager.STOP_DEVICE || minor == PnpManager.REMOVE_DEVICE)) {
            hardware.switchOff();
        } else if (major == PnpManager.POWER && minor == PowerManager.SET_POWER && irp.isDevicePower()) {
            if (irp.powerState() == PowerManager.D0) {
                hardware.switchOn();
            } else {
                hardware.switchOff();
            }
        }
    }

    /// DEVICE_CAPABILITIES: a device of the root bus sleeps as deep as its drivers want, and can wake the system from there.
    private static int capabilities(Caller caller, Irp irp) {
        var memory = caller.machine.memory;
        long to = memory.field64(irp.stackLocation() + 8);
        if ((memory.field32(to) & 0xFFFF) < 0x40) {
            return NOT_SUPPORTED;
        }
        memory.field32(to + 4, memory.field32(to + 4) | SLEEPS_AND_WAKES | BusDevices.UNIQUE_ID);
        for (int system = 1; system < 7; system++) {
            memory.field32(to + 0x10 + 4 * system, system == 1 ? 1 : 4);
        }
        memory.field32(to + 0x2C, PowerManager.HIBERNATE);
        memory.field32(to + 0x30, 4);
        return 0;
    }

    /// IRP_MJ_PNP and IRP_MJ_POWER at the bottom of a stack: a device of the root bus follows wherever its drivers lead, and
    /// holds IRP_MN_WAIT_WAKE until the device signals.
    @Native
    public static int PnpRootDispatch(Caller caller, long device, long irpAddress) {
        IoManager io = IoManager.of(caller);
        Irp irp = IoApi.irp(caller, irpAddress);
        int major = irp.majorFunction();
        int minor = irp.minorFunction();
        if (major == PnpManager.POWER && minor == PowerManager.WAIT_WAKE) {
            return PowerManager.of(caller.machine).holdWake(IoApi.device(caller, device).node, irp);
        }
        int status = major == PnpManager.PNP && !PnpManager.isHandled(minor) ? irp.status() : 0;
        if (major == PnpManager.PNP && minor == PnpManager.QUERY_CAPABILITIES) {
            status = capabilities(caller, irp);
        }
        power(IoApi.device(caller, device), irp, major, minor);
        irp.status(status);
        io.complete(caller, irp);
        return status;
    }

    /// For the device itself: who calls is the driver of its bus.
    @Native
    public static void IoRequestDeviceEject(Caller caller, long physicalAddress) {
        DeviceObject physical = IoManager.of(caller).device(physicalAddress);
        if (physical != null && physical.node != null) {
            PnpManager.of(caller.machine).requestEject(physical.node);
        }
    }

    /// The bus has another device, or one fewer: PnP asks it. Only the devices of a bus are asked for here.
    @Native
    public static void IoInvalidateDeviceRelations(Caller caller, long physicalAddress, int type) {
        DeviceObject physical = IoManager.of(caller).device(physicalAddress);
        if (physical != null && physical.devnode() != null && type == 0) {
            PnpManager.of(caller.machine).invalidateRelations(physical.devnode());
        }
    }
}
