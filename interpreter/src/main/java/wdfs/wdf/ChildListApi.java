package wdfs.wdf;

import wdfs.machine.Irql;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;

/// DDIs of WDFCHILDLIST (OBJ-155).
public final class ChildListApi {
    private static final int CONFIG = 0x60;
    private static final int ITERATOR = 0x28;
    private static final int RETRIEVE_INFO = 0x28;
    private static final int ALL_CHILDREN = 7;
    private static final int INFO_LENGTH_MISMATCH = 0xC0000004;
    private static final int NO_MORE_ENTRIES = 0x8000001A;
    /// WDF_CHILD_LIST_RETRIEVE_DEVICE_STATUS.
    private static final int SUCCESS = 1;
    private static final int NOT_YET_CREATED = 2;
    private static final int NO_SUCH_DEVICE = 3;

    private ChildListApi() {}

    private static FxChildList list(Caller caller, long handle) {
        return Framework.object(caller, handle, FxChildList.class, "WDFCHILDLIST");
    }

    private static FxChildList.Config config(Caller caller, long config) {
        long[] callbacks = new long[FxChildList.Callback.values().length];
        for (int i = 0; i < callbacks.length; i++) {
            callbacks[i] = caller.memory.load64(config + 0x10 + 8L * i);
        }
        return new FxChildList.Config(caller.memory.load32(config + 4), caller.memory.load32(config + 8), callbacks);
    }

    /// @return a status
    private static int valid(Caller caller, long config) {
        if (caller.memory.load32(config) != CONFIG) {
            return INFO_LENGTH_MISMATCH;
        }
        FxChildList.Config read = config(caller, config);
        long[] callbacks = read.callbacks();
        boolean id = own(callbacks, FxChildList.Callback.ID_COPY, FxChildList.Callback.ID_DUPLICATE, FxChildList.Callback.ID_CLEANUP);
        boolean address = own(callbacks, FxChildList.Callback.ADDRESS_COPY, FxChildList.Callback.ADDRESS_DUPLICATE, FxChildList.Callback.ADDRESS_CLEANUP);
        return read.idBytes() < 4 || read.idBytes() > 0x10000 || read.addressBytes() != 0 && (read.addressBytes() < 4 || read.addressBytes() > 0x10000)
                || callbacks[0] == 0 || !id || !address ? Framework.STATUS_INVALID_PARAMETER : 0;
    }

    /// All three or none of them.
    private static boolean own(long[] callbacks, FxChildList.Callback... three) {
        int given = 0;
        for (FxChildList.Callback each : three) {
            given += callbacks[each.ordinal()] != 0 ? 1 : 0;
        }
        return given == 0 || given == three.length;
    }

    @Native
    public static void WdfFdoInitSetDefaultChildListConfig(Caller caller, long address, long config, long attributes) {
        DeviceInit init = DeviceApi.init(caller, address);
        Framework.required(caller, config, "Config");
        Attributes read = Attributes.read(caller, attributes);
        if (init.physical == null || init.pdo != null || valid(caller, config) < 0 || read.check(false, false, false, false) < 0) {
            Framework.broken(caller, init.physical == null || init.pdo != null ? "only a function or filter device has a child list"
                    : "this WDF_CHILD_LIST_CONFIG or these attributes are wrong: WDF_CHILD_LIST_CONFIG_INIT sets what is needed", "OBJ-155", null);
            return;
        }
        init.childList = config(caller, config);
        init.childListAttributes = read;
    }

    @Native
    public static long WdfFdoGetDefaultChildList(Caller caller, long handle) {
        FxDevice device = PdoApi.bus(caller, handle);
        return device == null || device.bus.byDefault == null ? 0 : device.bus.byDefault.handle;
    }

    @Native
    public static int WdfChildListCreate(Caller caller, long handle, long config, long attributes, long result) {
        FxDevice device = Framework.object(caller, handle, FxDevice.class, "WDFDEVICE");
        Framework.required(caller, config, "Config");
        Framework.required(caller, result, "ChildList");
        caller.memory.store64(result, 0);
        if (!Framework.atMost(caller, Irql.PASSIVE, "WdfChildListCreate", device.verifier())) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        int status = valid(caller, config);
        if (status < 0) {
            return status;
        }
        Attributes read = Attributes.read(caller, attributes);
        status = read.check(false, false, false, false);
        if (status < 0) {
            return status;
        }
        if (device.lower == null) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        FxChildList list = new FxChildList(device, config(caller, config));
        status = list.commit(caller, read);
        if (status >= 0) {
            device.bus.add(list);
            caller.memory.store64(result, list.handle);
        }
        return status;
    }

    @Native
    public static long WdfChildListGetDevice(Caller caller, long handle) {
        return list(caller, handle).device.handle;
    }

    // ---- what is there -----------------------------------------------------------------------------------------------------------------

    private static boolean fitsId(Caller caller, FxChildList list, long id) {
        return caller.memory.load32(id) == list.config.idBytes();
    }

    private static boolean fitsAddress(Caller caller, FxChildList list, long address) {
        return list.config.addressBytes() != 0 && caller.memory.load32(address) == list.config.addressBytes();
    }

    @Native
    public static int WdfChildListAddOrUpdateChildDescriptionAsPresent(Caller caller, long handle, long id, long address) {
        FxChildList list = list(caller, handle);
        Framework.required(caller, id, "IdentificationDescription");
        // An address is given exactly if the list has some.
        if (!fitsId(caller, list, id) || address == 0 != (list.config.addressBytes() == 0) || address != 0 && !fitsAddress(caller, list, address)) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        return list.add(caller, id, address);
    }

    @Native
    public static int WdfChildListUpdateChildDescriptionAsMissing(Caller caller, long handle, long id) {
        FxChildList list = list(caller, handle);
        Framework.required(caller, id, "IdentificationDescription");
        return fitsId(caller, list, id) ? list.markMissing(caller, id) : Framework.STATUS_INVALID_DEVICE_REQUEST;
    }

    @Native
    public static void WdfChildListUpdateAllChildDescriptionsAsPresent(Caller caller, long handle) {
        list(caller, handle).markAllPresent();
    }

    @Native
    public static void WdfChildListBeginScan(Caller caller, long handle) {
        list(caller, handle).beginScan();
    }

    @Native
    public static void WdfChildListEndScan(Caller caller, long handle) {
        list(caller, handle).endScan(caller);
    }

    // ---- looking at it -----------------------------------------------------------------------------------------------------------------

    private static int iterator(Caller caller, long iterator) {
        Framework.required(caller, iterator, "Iterator");
        int flags = caller.memory.load32(iterator + 4);
        return caller.memory.load32(iterator) != ITERATOR ? INFO_LENGTH_MISMATCH : flags == 0 || (flags & ~ALL_CHILDREN) != 0 ? Framework.STATUS_INVALID_PARAMETER : 0;
    }

    @Native
    public static void WdfChildListBeginIteration(Caller caller, long handle, long iterator) {
        FxChildList list = list(caller, handle);
        if (iterator(caller, iterator) < 0) {
            Framework.broken(caller, "this WDF_CHILD_LIST_ITERATOR is wrong: WDF_CHILD_LIST_ITERATOR_INIT sets it", "OBJ-155", null);
            return;
        }
        list.beginIteration();
        caller.memory.store64(iterator + 8, 0);
    }

    @Native
    public static void WdfChildListEndIteration(Caller caller, long handle, long iterator) {
        FxChildList list = list(caller, handle);
        if (iterator(caller, iterator) >= 0) {
            list.endIteration(caller);
        }
    }

    @Native
    public static int WdfChildListRetrieveNextDevice(Caller caller, long handle, long iterator, long result, long info) {
        FxChildList list = list(caller, handle);
        Framework.required(caller, result, "Device");
        caller.memory.store64(result, 0);
        int status = iterator(caller, iterator);
        status = status >= 0 && info != 0 ? fits(caller, list, info, false) : status;
        if (status < 0) {
            return status;
        }
        if (!list.isOpen()) {
            return Framework.STATUS_INVALID_DEVICE_STATE;
        }
        long at = caller.memory.load64(iterator + 8);
        long compare = info == 0 ? 0 : caller.memory.load64(info + 0x20);
        var entries = list.ordered();
        while (at >= 0 && at < entries.size()) {
            FxChildList.Entry entry = entries.get((int) at++);
            boolean meant = entry.matches(caller.memory.load32(iterator + 4));
            if (meant && compare != 0) {
                meant = (list.device.driver.call(caller, compare, list.handle, caller.memory.load64(info + 8), entry.id.base) & 0xFF) != 0;
            }
            if (meant) {
                caller.memory.store64(iterator + 8, at);
                if (entry.pdo != null) {
                    caller.memory.store64(result, entry.pdo.handle);
                }
                if (info != 0) {
                    tell(caller, list, entry, info, true);
                }
                return 0;
            }
        }
        caller.memory.store64(iterator + 8, at);
        return NO_MORE_ENTRIES;
    }

    /// WDF_CHILD_RETRIEVE_INFO. @return a status
    private static int fits(Caller caller, FxChildList list, long info, boolean needsId) {
        if (caller.memory.load32(info) != RETRIEVE_INFO) {
            return INFO_LENGTH_MISMATCH;
        }
        long id = caller.memory.load64(info + 8);
        long address = caller.memory.load64(info + 0x10);
        if (id == 0 ? needsId : !fitsId(caller, list, id)) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        return address == 0 ? 0 : list.config.addressBytes() == 0 ? Framework.STATUS_INVALID_DEVICE_REQUEST : fitsAddress(caller, list, address) ? 0 : Framework.STATUS_INVALID_PARAMETER;
    }

    private static void tell(Caller caller, FxChildList list, FxChildList.Entry entry, long info, boolean withId) {
        long id = caller.memory.load64(info + 8);
        long address = caller.memory.load64(info + 0x10);
        if (withId && id != 0) {
            list.copyId(caller, entry, id);
        }
        if (address != 0) {
            list.copyAddress(caller, entry, address);
        }
        caller.memory.store32(info + 0x18, entry.pdo == null ? NOT_YET_CREATED : SUCCESS);
    }

    @Native
    public static long WdfChildListRetrievePdo(Caller caller, long handle, long info) {
        FxChildList list = list(caller, handle);
        Framework.required(caller, info, "RetrieveInfo");
        if (fits(caller, list, info, true) < 0) {
            return 0;
        }
        FxChildList.Entry entry = list.find(caller, caller.memory.load64(info + 8));
        if (entry == null) {
            caller.memory.store32(info + 0x18, NO_SUCH_DEVICE);
            return 0;
        }
        tell(caller, list, entry, info, false);
        return entry.pdo == null ? 0 : entry.pdo.handle;
    }

    @Native
    public static int WdfChildListRetrieveAddressDescription(Caller caller, long handle, long id, long address) {
        FxChildList list = list(caller, handle);
        Framework.required(caller, id, "IdentificationDescription");
        Framework.required(caller, address, "AddressDescription");
        if (!fitsId(caller, list, id) || !fitsAddress(caller, list, address)) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        FxChildList.Entry entry = list.find(caller, id);
        if (entry == null) {
            return FxChildList.NO_SUCH_DEVICE;
        }
        list.copyAddress(caller, entry, address);
        return 0;
    }
}
