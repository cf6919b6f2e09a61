package wdfs.io;

import java.nio.charset.StandardCharsets;
import java.util.List;
import wdfs.kernel.RtlApi;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;
import wdfs.runtime.ScriptStack;

/// Device interfaces and PnP's notifications, for drivers without a framework.
public final class InterfaceApi {
    private static final int INVALID_PARAMETER = 0xC000000D;
    /// `Intf`, in paged pool.
    private static final int TAG = 0x66746E49;

    private InterfaceApi() {}

    /// Memory that the driver frees; null if there is none.
    private static Region pool(Caller caller, byte[] content) {
        Region block = caller.machine.fails("pool") ? null : caller.machine.paged.allocate(content.length, "Pool", true);
        if (block != null) {
            block.tag = TAG;
            block.owner = caller.image == null ? "" : caller.image.name();
            block.allocatedAt = "by the I/O manager at " + ScriptStack.site();
            caller.machine.memory.store(null, block.base, content);
        }
        return block;
    }

    private static byte[] wide(String text) {
        return text.getBytes(StandardCharsets.UTF_16LE);
    }

    @Native
    public static int IoRegisterDeviceInterface(Caller caller, long physical, long guid, long reference, long result) {
        caller.memory.load16(physical);
        DeviceObject device = IoManager.of(caller).device(physical);
        if (device == null || device.node == null) {
            return DeviceInterfaces.INVALID_DEVICE_REQUEST;           // only a physical device object has interfaces
        }
        String text = reference == 0 ? "" : RtlApi.unicode(caller.memory, reference);
        if (text.indexOf('\\') >= 0 || text.indexOf('/') >= 0) {
            return DeviceInterfaces.INVALID_DEVICE_REQUEST;
        }
        DeviceInterfaces.Interface made = DeviceInterfaces.of(caller.machine).register(device, Guids.read(caller.memory, guid), text);
        byte[] name = wide(made.link() + "\0");
        Region block = pool(caller, name);
        if (block == null) {
            return IoManager.STATUS_INSUFFICIENT_RESOURCES;
        }
        caller.memory.store16(result, name.length - 2);
        caller.memory.store16(result + 2, name.length);
        caller.memory.store64(result + 8, block.base);
        return 0;
    }

    @Native
    public static int IoSetDeviceInterfaceState(Caller caller, long name, int enable) {
        DeviceInterfaces interfaces = DeviceInterfaces.of(caller.machine);
        DeviceInterfaces.Interface found = interfaces.find(RtlApi.unicode(caller.memory, name));
        return found == null ? DeviceInterfaces.OBJECT_NAME_NOT_FOUND : interfaces.set(found, enable != 0);
    }

    @Native
    public static int IoGetDeviceInterfaces(Caller caller, long guid, long physical, int flags, long result) {
        List<String> links = DeviceInterfaces.of(caller.machine).list(Guids.read(caller.memory, guid), (flags & 1) == 0,
                physical == 0 ? null : IoManager.of(caller).device(physical));
        StringBuilder text = new StringBuilder();
        links.forEach(link -> text.append("\\??\\").append(link.substring(4)).append('\0'));
        Region block = pool(caller, wide(text.append('\0').toString()));
        caller.memory.store64(result, block == null ? 0 : block.base);
        return block == null ? IoManager.STATUS_INSUFFICIENT_RESOURCES : 0;
    }

    @Native
    public static int IoRegisterPlugPlayNotification(Caller caller, int category, int flags, long data, long driver, long callback, long context, long result) {
        IoManager io = IoManager.of(caller);
        FileObject file = category == DeviceInterfaces.TARGET_CHANGE ? io.file(data) : null;
        if (category == DeviceInterfaces.TARGET_CHANGE && (file == null || file.device.devnode() == null)) {
            return INVALID_PARAMETER;
        }
        if (category < 1 || category > DeviceInterfaces.TARGET_CHANGE || callback == 0 || io.driver(driver) == null) {
            return INVALID_PARAMETER;
        }
        Region entry = caller.machine.nonpaged.allocate(16, "NotifyEntry", true);
        if (entry == null) {
            return IoManager.STATUS_INSUFFICIENT_RESOURCES;
        }
        String guid = category == DeviceInterfaces.INTERFACE_CHANGE ? Guids.read(caller.memory, data) : "";
        entry.owner = io.driver(driver).name();
        DeviceInterfaces.of(caller.machine).listen(new DeviceInterfaces.Listener(entry, category, guid, file, io.driver(driver), callback, context),
                category == DeviceInterfaces.INTERFACE_CHANGE && (flags & 1) != 0);
        caller.memory.store64(result, entry.base);
        return 0;
    }

    @Native
    public static int IoUnregisterPlugPlayNotification(Caller caller, long entry) {
        DeviceInterfaces.Listener listener = DeviceInterfaces.of(caller.machine).forget(entry);
        if (listener == null) {
            return INVALID_PARAMETER;
        }
        caller.machine.nonpaged.free(listener.entry);
        return 0;
    }
}
