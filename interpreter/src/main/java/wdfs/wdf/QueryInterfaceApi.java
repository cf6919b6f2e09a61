package wdfs.wdf;

import wdfs.io.Guids;
import wdfs.io.PnpManager;
import wdfs.machine.View;
import wdfs.runtime.Caller;
import wdfs.runtime.ImageLayout;
import wdfs.runtime.Native;

/// Interfaces between the drivers of a stack: a driver's own, and asking for those of others.
public final class QueryInterfaceApi {
    private static final int CONFIG = 0x30;
    private static final int INFO_LENGTH_MISMATCH = 0xC0000004;

    private QueryInterfaceApi() {}

    /// The checks are the framework's, in its order.
    @Native
    public static int WdfDeviceAddQueryInterface(Caller caller, long handle, long config) {
        FxDevice device = Framework.object(caller, handle, FxDevice.class, "WDFDEVICE");
        Framework.required(caller, config, "InterfaceConfig");
        View memory = caller.memory;
        Framework.required(caller, memory.load64(config + 0x10), "InterfaceConfig->InterfaceType");
        if (device.isControl()) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (memory.load32(config) != CONFIG) {
            return INFO_LENGTH_MISMATCH;
        }
        long given = memory.load64(config + 8);
        boolean toParent = memory.load8(config + 0x18) != 0;
        long callback = memory.load64(config + 0x20);
        boolean imports = memory.load8(config + 0x28) != 0;
        if (toParent && device.pdo == null || given == 0 && !toParent && !imports || imports && callback == 0) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        int size = given == 0 ? 0 : memory.load16(given);
        if (given != 0 && size < FxQueryInterfaces.INTERFACE) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        if (caller.machine.fails("framework")) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        byte[] content = given == 0 ? null : memory.read(given, size);
        if (content != null) {
            orNothing(caller, content, 0x10, "WdfDeviceInterfaceReferenceNoOp");
            orNothing(caller, content, 0x18, "WdfDeviceInterfaceDereferenceNoOp");
        }
        device.queryInterfaces.add(new FxQueryInterfaces.Exposed(Guids.read(memory, memory.load64(config + 0x10)), content, toParent, imports, callback));
        return 0;
    }

    private static void orNothing(Caller caller, byte[] content, int at, String routine) {
        for (int i = 0; i < 8; i++) {
            if (content[at + i] != 0) {
                return;
            }
        }
        long address = ImageLayout.KERNEL_NATIVES + 16L * caller.machine.natives.ordinal(routine);
        for (int i = 0; i < 8; i++) {
            content[at + i] = (byte) (address >>> 8 * i);
        }
    }

    @Native
    public static void WdfDeviceInterfaceReferenceNoOp(Caller caller, long context) {}

    @Native
    public static void WdfDeviceInterfaceDereferenceNoOp(Caller caller, long context) {}

    @Native
    public static int WdfFdoQueryForInterface(Caller caller, long handle, long type, long into, int size, int version, long data) {
        FxDevice device = Framework.object(caller, handle, FxDevice.class, "WDFDEVICE");
        Framework.required(caller, type, "InterfaceType");
        Framework.required(caller, into, "Interface");
        if (device.lower == null) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        return PnpManager.of(caller.machine).queryInterface(caller, device.device, type, size & 0xFFFF, version & 0xFFFF, into, data);
    }

    @Native
    public static int WdfIoTargetQueryForInterface(Caller caller, long handle, long type, long into, int size, int version, long data) {
        FxTarget target = TargetApi.target(caller, handle);
        Framework.required(caller, type, "InterfaceType");
        Framework.required(caller, into, "Interface");
        if (target.target == null) {
            return Framework.STATUS_INVALID_DEVICE_STATE;
        }
        return PnpManager.of(caller.machine).queryInterface(caller, target.target, type, size & 0xFFFF, version & 0xFFFF, into, data);
    }
}
