package wdfs.wdf;

import wdfs.io.Guids;
import wdfs.kernel.RtlApi;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;

/// DDIs of device interfaces, and of the string objects that name them.
public final class FxInterfaceApi {
    private static final int OBJECT_NAME_NOT_FOUND = 0xC0000034;

    private FxInterfaceApi() {}

    /// The checks that all have in common. @return a status
    private static int check(Caller caller, FxDevice device, long guid, long reference) {
        Framework.required(caller, guid, "InterfaceClassGUID");
        if (Framework.abovePassive(caller, device.verifier())) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (reference != 0 && !DeviceApi.wellFormed(caller, reference)) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        return device.isControl() ? Framework.STATUS_INVALID_DEVICE_REQUEST : 0;     // OBJ-087: not for control devices
    }

    private static String text(Caller caller, long reference) {
        return reference == 0 ? "" : RtlApi.unicode(caller.memory, reference);
    }

    @Native
    public static int WdfDeviceCreateDeviceInterface(Caller caller, long handle, long guid, long reference) {
        FxDevice device = Framework.object(caller, handle, FxDevice.class, "WDFDEVICE");
        int status = check(caller, device, guid, reference);
        if (status < 0) {
            return status;
        }
        if (caller.machine.fails("framework")) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        return device.interfaces.create(Guids.read(caller.memory, guid), text(caller, reference));
    }

    @Native
    public static void WdfDeviceSetDeviceInterfaceState(Caller caller, long handle, long guid, long reference, int enable) {
        set(caller, handle, guid, reference, enable, false);
    }

    @Native
    public static void WdfDeviceSetDeviceInterfaceStateEx(Caller caller, long handle, long guid, long reference, int enable) {
        set(caller, handle, guid, reference, enable, true);
    }

    private static void set(Caller caller, long handle, long guid, long reference, int enable, boolean keeps) {
        FxDevice device = Framework.object(caller, handle, FxDevice.class, "WDFDEVICE");
        if (check(caller, device, guid, reference) >= 0) {
            device.interfaces.set(Guids.read(caller.memory, guid), text(caller, reference), enable != 0, keeps);
        }
    }

    @Native
    public static int WdfDeviceRetrieveDeviceInterfaceString(Caller caller, long handle, long guid, long reference, long string) {
        FxDevice device = Framework.object(caller, handle, FxDevice.class, "WDFDEVICE");
        int status = check(caller, device, guid, reference);
        if (status < 0) {
            return status;
        }
        FxString target = Framework.object(caller, string, FxString.class, "WDFSTRING");
        String link = device.interfaces.link(Guids.read(caller.memory, guid), text(caller, reference));
        return link == null ? OBJECT_NAME_NOT_FOUND : target.assign(link) ? 0 : Framework.STATUS_INSUFFICIENT_RESOURCES;
    }

    @Native
    public static int WdfDeviceRetrieveDeviceName(Caller caller, long handle, long string) {
        FxDevice device = Framework.object(caller, handle, FxDevice.class, "WDFDEVICE");
        FxString target = Framework.object(caller, string, FxString.class, "WDFSTRING");
        if (device.device.name.isEmpty()) {                           // OBJ-092
            return Framework.STATUS_INVALID_PARAMETER;
        }
        return target.assign(device.device.name) ? 0 : Framework.STATUS_INSUFFICIENT_RESOURCES;
    }

    // ---- WDFSTRING -----------------------------------------------------------------------------------------------------------------------

    @Native
    public static int WdfStringCreate(Caller caller, long text, long attributes, long result) {
        Framework.required(caller, result, "String");
        Attributes read = Attributes.read(caller, attributes);
        int status = read.check(true, false, false, false);
        if (status < 0) {
            return status;
        }
        if (text != 0 && !DeviceApi.wellFormed(caller, text)) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        if (caller.machine.fails("framework")) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        FxObject parent = read.parent() != 0 ? Framework.object(caller, read.parent(), FxObject.class, "WDFOBJECT") : DriverApi.current(caller);
        FxString string = new FxString(caller.machine, parent);
        if (text != 0 && !string.assign(RtlApi.unicode(caller.memory, text))) {
            string.unseen();
            string.deleteNow(caller);
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        status = string.commit(caller, read);
        if (status >= 0) {
            caller.memory.store64(result, string.handle);
        }
        return status;
    }

    @Native
    public static void WdfStringGetUnicodeString(Caller caller, long handle, long result) {
        FxString string = Framework.object(caller, handle, FxString.class, "WDFSTRING");
        Framework.required(caller, result, "UnicodeString");
        string.describe(caller, result);
    }
}
