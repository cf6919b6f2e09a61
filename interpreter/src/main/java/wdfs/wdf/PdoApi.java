package wdfs.wdf;

import java.util.function.BiConsumer;
import wdfs.io.PnpManager;
import wdfs.kernel.RtlApi;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;

/// DDIs of physical device objects, which a bus driver makes for what is on its bus, and of the list of those that it reports itself.
public final class PdoApi {
    private static final int PDO_CALLBACKS = 0x40;
    private static final int ALL_CHILDREN = 7;

    private PdoApi() {}

    private static FxDevice device(Caller caller, long handle) {
        return Framework.object(caller, handle, FxDevice.class, "WDFDEVICE");
    }

    /// A function device that can be a bus; null, and told, if it is none.
    static FxDevice bus(Caller caller, long handle) {
        FxDevice device = device(caller, handle);
        if (device.lower == null) {
            Framework.broken(caller, device.label() + " is no function or filter device, so it has no devices of its own", "OBJ-155", null);
            return null;
        }
        return device;
    }

    // ---- before the device is created ------------------------------------------------------------------------------------------------

    @Native
    public static long WdfPdoInitAllocate(Caller caller, long parentHandle) {
        FxDevice parent = bus(caller, parentHandle);
        DeviceInit init = parent == null ? null : DeviceApi.initForChild(caller, parent, null);
        return init == null ? 0 : init.block.base;
    }

    private static PdoInit pdo(Caller caller, long address) {
        DeviceInit init = DeviceApi.init(caller, address);
        if (init.pdo == null) {
            Framework.broken(caller, "this WDFDEVICE_INIT is not that of a physical device: WdfPdoInitAllocate and EvtChildListCreateDevice give one", "OBJ-155", null);
        }
        return init.pdo;
    }

    private static int text(Caller caller, long address, long string, BiConsumer<PdoInit, String> into) {
        PdoInit pdo = pdo(caller, address);
        Framework.required(caller, string, "String");
        if (pdo == null || !DeviceApi.wellFormed(caller, string)) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        into.accept(pdo, RtlApi.unicode(caller.memory, string));
        return 0;
    }

    @Native
    public static int WdfPdoInitAssignDeviceID(Caller caller, long address, long id) {
        return text(caller, address, id, (pdo, text) -> pdo.deviceId = text);
    }

    @Native
    public static int WdfPdoInitAssignInstanceID(Caller caller, long address, long id) {
        return text(caller, address, id, (pdo, text) -> pdo.instanceId = text);
    }

    @Native
    public static int WdfPdoInitAssignContainerID(Caller caller, long address, long id) {
        return text(caller, address, id, (pdo, text) -> pdo.containerId = text);
    }

    @Native
    public static int WdfPdoInitAddHardwareID(Caller caller, long address, long id) {
        return text(caller, address, id, (pdo, text) -> pdo.hardwareIds.add(text));
    }

    @Native
    public static int WdfPdoInitAddCompatibleID(Caller caller, long address, long id) {
        return text(caller, address, id, (pdo, text) -> pdo.compatibleIds.add(text));
    }

    @Native
    public static int WdfPdoInitAddDeviceText(Caller caller, long address, long description, long location, int locale) {
        PdoInit pdo = pdo(caller, address);
        Framework.required(caller, description, "DeviceDescription");
        Framework.required(caller, location, "DeviceLocation");
        if (pdo == null || !DeviceApi.wellFormed(caller, description) || !DeviceApi.wellFormed(caller, location)) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        pdo.texts.put(locale, new PdoInit.Text(RtlApi.unicode(caller.memory, description), RtlApi.unicode(caller.memory, location)));
        return 0;
    }

    @Native
    public static void WdfPdoInitSetDefaultLocale(Caller caller, long address, int locale) {
        PdoInit pdo = pdo(caller, address);
        if (pdo != null) {
            pdo.defaultLocale = locale;
        }
    }

    @Native
    public static int WdfPdoInitAssignRawDevice(Caller caller, long address, long setupClass) {
        PdoInit pdo = pdo(caller, address);
        Framework.required(caller, setupClass, "DeviceClassGuid");
        if (pdo == null) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        pdo.raw = true;
        return 0;
    }

    /// REQ-166.
    @Native
    public static void WdfPdoInitAllowForwardingRequestToParent(Caller caller, long address) {
        PdoInit pdo = pdo(caller, address);
        if (pdo != null) {
            pdo.forwardsToParent = true;
        }
    }

    @Native
    public static void WdfPdoInitRemovePowerDependencyOnParent(Caller caller, long address) {
        PdoInit pdo = pdo(caller, address);
        if (pdo != null) {
            pdo.powerNeedsParent = false;
        }
    }

    @Native
    public static void WdfPdoInitSetEventCallbacks(Caller caller, long address, long callbacks) {
        PdoInit pdo = pdo(caller, address);
        Framework.required(caller, callbacks, "DispatchTable");
        if (pdo == null) {
            return;
        }
        if (caller.memory.load32(callbacks) != PDO_CALLBACKS) {
            Framework.broken(caller, "WDF_PDO_EVENT_CALLBACKS has the wrong Size: WDF_PDO_EVENT_CALLBACKS_INIT sets it", "OBJ-090", null);
            return;
        }
        for (int i = 0; i < PdoInit.CALLBACKS; i++) {
            pdo.callbacks[i] = caller.memory.load64(callbacks + 8 + 8L * i);
        }
    }

    // ---- the device --------------------------------------------------------------------------------------------------------------------

    /// A physical device; null, and told, if it is none.
    private static FxPdo physical(Caller caller, long handle) {
        FxDevice device = device(caller, handle);
        if (device.pdo == null) {
            Framework.broken(caller, device.label() + " is no physical device that this driver has made for its bus", "OBJ-155", null);
        }
        return device.pdo;
    }

    @Native
    public static long WdfPdoGetParent(Caller caller, long handle) {
        FxPdo pdo = physical(caller, handle);
        return pdo == null ? 0 : pdo.init.parent.handle;
    }

    @Native
    public static void WdfPdoRequestEject(Caller caller, long handle) {
        FxPdo pdo = physical(caller, handle);
        if (pdo == null) {
            return;
        }
        FxDevice device = device(caller, handle);
        if (device.device.node == null) {
            Framework.broken(caller, device.label() + " is to be ejected, and PnP has not heard of it yet", "OBJ-155", null);
            return;
        }
        PnpManager.of(caller.machine).requestEject(device.device.node);
    }

    @Native
    public static int WdfPdoMarkMissing(Caller caller, long handle) {
        FxPdo pdo = physical(caller, handle);
        return pdo == null ? Framework.STATUS_INVALID_PARAMETER : pdo.entry == null ? FxChildList.NO_SUCH_DEVICE : pdo.entry.list().markMissing(caller, pdo.entry);
    }

    /// The description of a device of a dynamic list; null if it has none, or the caller's structure does not fit.
    private static FxChildList.Entry described(Caller caller, long handle, long description, boolean address) {
        FxPdo pdo = physical(caller, handle);
        Framework.required(caller, description, address ? "AddressDescription" : "IdentificationDescription");
        FxChildList.Entry entry = pdo == null ? null : pdo.entry;
        if (entry == null || (address ? entry.address : entry.id) == null) {
            return null;
        }
        FxChildList.Config config = entry.list().config;
        return caller.memory.load32(description) == (address ? config.addressBytes() : config.idBytes()) ? entry : null;
    }

    @Native
    public static int WdfPdoRetrieveIdentificationDescription(Caller caller, long handle, long description) {
        FxChildList.Entry entry = described(caller, handle, description, false);
        if (entry == null) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        entry.list().copyId(caller, entry, description);
        return 0;
    }

    @Native
    public static int WdfPdoRetrieveAddressDescription(Caller caller, long handle, long description) {
        FxChildList.Entry entry = described(caller, handle, description, true);
        if (entry == null) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        entry.list().copyAddress(caller, entry, description);
        return 0;
    }

    @Native
    public static int WdfPdoUpdateAddressDescription(Caller caller, long handle, long description) {
        FxChildList.Entry entry = described(caller, handle, description, true);
        if (entry == null) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        entry.list().updateAddress(caller, entry, description);
        return 0;
    }

    // ---- children that the driver makes itself ---------------------------------------------------------------------------------------

    @Native
    public static int WdfFdoAddStaticChild(Caller caller, long handle, long childHandle) {
        FxDevice parent = device(caller, handle);
        if (parent.lower == null) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        FxDevice child = device(caller, childHandle);
        if (child.pdo == null) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        child.finished = true;
        return parent.bus.fixed().addStatic(caller, child);
    }

    @Native
    public static void WdfFdoLockStaticChildListForIteration(Caller caller, long handle) {
        FxDevice parent = bus(caller, handle);
        if (parent != null) {
            parent.bus.fixed().beginIteration();
        }
    }

    @Native
    public static long WdfFdoRetrieveNextStaticChild(Caller caller, long handle, long previous, int flags) {
        FxDevice parent = bus(caller, handle);
        if (parent == null || flags == 0 || (flags & ~ALL_CHILDREN) != 0 || !parent.bus.fixed().isOpen()) {
            if (parent != null) {
                Framework.broken(caller, parent.bus.fixed().isOpen() ? "WDF_RETRIEVE_CHILD_FLAGS are 1 to 7" : "WdfFdoLockStaticChildListForIteration comes before WdfFdoRetrieveNextStaticChild", "OBJ-155", null);
            }
            return 0;
        }
        boolean next = previous == 0;
        for (FxChildList.Entry entry : parent.bus.fixed().ordered()) {
            if (next && entry.matches(flags)) {
                return entry.pdo.handle;
            }
            next |= entry.pdo.handle == previous;
        }
        return 0;
    }

    @Native
    public static void WdfFdoUnlockStaticChildListFromIteration(Caller caller, long handle) {
        FxDevice parent = bus(caller, handle);
        if (parent != null) {
            parent.bus.fixed().endIteration(caller);
        }
    }
}
