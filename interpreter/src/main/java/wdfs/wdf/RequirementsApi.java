package wdfs.wdf;

import wdfs.hardware.ResourceLists;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;

/// DDIs of resource requirements: WDFIORESREQLIST and WDFIORESLIST.
public final class RequirementsApi {
    private static final int FDO_CALLBACKS = 0x20;
    private static final int AT_END = -1;

    private RequirementsApi() {}

    private static FxRequirements list(Caller caller, long handle) {
        return Framework.object(caller, handle, FxRequirements.class, "WDFIORESREQLIST");
    }

    private static FxRequirements.Alternative alternative(Caller caller, long handle) {
        return Framework.object(caller, handle, FxRequirements.Alternative.class, "WDFIORESLIST");
    }

    @Native
    public static void WdfFdoInitSetEventCallbacks(Caller caller, long address, long callbacks) {
        DeviceInit init = DeviceApi.init(caller, address);
        Framework.required(caller, callbacks, "FdoEventCallbacks");
        if (init.physical == null) {
            Framework.broken(caller, "this WDFDEVICE_INIT is not that of a function or filter device", "OBJ-170", null);
            return;
        }
        if (caller.memory.load32(callbacks) != FDO_CALLBACKS) {
            Framework.broken(caller, "WDF_FDO_EVENT_CALLBACKS has the wrong Size: WDF_FDO_EVENT_CALLBACKS_INIT sets it", "OBJ-090", null);
            return;
        }
        if (caller.memory.load64(callbacks + 8) != 0 && caller.memory.load64(callbacks + 0x18) == 0) {
            Framework.broken(caller, "EvtDeviceFilterAddResourceRequirements without EvtDeviceRemoveAddedResources: the lower drivers would see what was added", "OBJ-170", null);
            return;
        }
        for (int i = 0; i < init.fdoCallbacks.length; i++) {
            init.fdoCallbacks[i] = caller.memory.load64(callbacks + 8 + 8L * i);
        }
    }

    // ---- alternatives ----------------------------------------------------------------------------------------------------------------

    @Native
    public static int WdfIoResourceRequirementsListGetCount(Caller caller, long handle) {
        return list(caller, handle).alternatives.size();
    }

    @Native
    public static long WdfIoResourceRequirementsListGetIoResList(Caller caller, long handle, int index) {
        FxRequirements list = list(caller, handle);
        return index < 0 || index >= list.alternatives.size() ? 0 : list.alternatives.get(index).handle;
    }

    @Native
    public static int WdfIoResourceRequirementsListInsertIoResList(Caller caller, long handle, long alternativeHandle, int index) {
        FxRequirements list = list(caller, handle);
        FxRequirements.Alternative alternative = alternative(caller, alternativeHandle);
        if (alternative.of != list) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        int at = index == AT_END ? list.alternatives.size() : index;
        if (at < 0 || at > list.alternatives.size() || list.alternatives.contains(alternative)) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        list.alternatives.add(at, alternative);
        list.changed = true;
        return 0;
    }

    @Native
    public static int WdfIoResourceRequirementsListAppendIoResList(Caller caller, long handle, long alternative) {
        return WdfIoResourceRequirementsListInsertIoResList(caller, handle, alternative, AT_END);
    }

    @Native
    public static void WdfIoResourceRequirementsListRemove(Caller caller, long handle, int index) {
        FxRequirements list = list(caller, handle);
        if (there(caller, list, index, list.alternatives.size())) {
            list.remove(caller, list.alternatives.get(index));
        }
    }

    @Native
    public static void WdfIoResourceRequirementsListRemoveByIoResList(Caller caller, long handle, long alternativeHandle) {
        FxRequirements list = list(caller, handle);
        FxRequirements.Alternative alternative = alternative(caller, alternativeHandle);
        if (list.alternatives.contains(alternative)) {
            list.remove(caller, alternative);
        }
    }

    @Native
    public static void WdfIoResourceRequirementsListSetSlotNumber(Caller caller, long handle, int slot) {
        FxRequirements list = list(caller, handle);
        list.changed |= list.slot != slot;
        list.slot = slot;
    }

    @Native
    public static void WdfIoResourceRequirementsListSetInterfaceType(Caller caller, long handle, int type) {
        FxRequirements list = list(caller, handle);
        list.changed |= list.interfaceType != type;
        list.interfaceType = type;
    }

    private static boolean there(Caller caller, FxObject list, int index, int count) {
        if (index < 0 || index >= count) {
            Framework.broken(caller, list.label() + " has nothing at " + Integer.toUnsignedString(index) + ": it has " + count, "OBJ-170", null);
            return false;
        }
        return true;
    }

    // ---- descriptors -----------------------------------------------------------------------------------------------------------------

    @Native
    public static int WdfIoResourceListCreate(Caller caller, long handle, long attributes, long result) {
        FxRequirements list = list(caller, handle);
        Framework.required(caller, result, "ResourceList");
        caller.memory.store64(result, 0);
        Attributes read = Attributes.read(caller, attributes);
        int status = read.check(false, false, false, false);
        if (status < 0) {
            return status;
        }
        if (caller.machine.fails("framework")) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        FxRequirements.Alternative made = new FxRequirements.Alternative(caller.machine, list);
        status = made.commit(caller, read);
        if (status >= 0) {
            caller.memory.store64(result, made.handle);
        }
        return status;
    }

    @Native
    public static int WdfIoResourceListGetCount(Caller caller, long handle) {
        return alternative(caller, handle).descriptors.size();
    }

    @Native
    public static long WdfIoResourceListGetDescriptor(Caller caller, long handle, int index) {
        return alternative(caller, handle).show(index);
    }

    private static byte[] descriptor(Caller caller, long address) {
        Framework.required(caller, address, "Descriptor");
        return caller.memory.read(address, ResourceLists.IO_DESCRIPTOR_SIZE);
    }

    @Native
    public static int WdfIoResourceListInsertDescriptor(Caller caller, long handle, long address, int index) {
        FxRequirements.Alternative list = alternative(caller, handle);
        byte[] bytes = descriptor(caller, address);
        int at = index == AT_END ? list.descriptors.size() : index;
        if (at < 0 || at > list.descriptors.size()) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        if (caller.machine.fails("framework")) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        list.descriptors.add(at, bytes);
        list.of.changed = true;
        return 0;
    }

    @Native
    public static int WdfIoResourceListAppendDescriptor(Caller caller, long handle, long address) {
        return WdfIoResourceListInsertDescriptor(caller, handle, address, AT_END);
    }

    @Native
    public static void WdfIoResourceListUpdateDescriptor(Caller caller, long handle, long address, int index) {
        FxRequirements.Alternative list = alternative(caller, handle);
        byte[] bytes = descriptor(caller, address);
        if (there(caller, list, index, list.descriptors.size())) {
            list.descriptors.set(index, bytes);
            list.of.changed = true;
        }
    }

    @Native
    public static void WdfIoResourceListRemove(Caller caller, long handle, int index) {
        FxRequirements.Alternative list = alternative(caller, handle);
        if (there(caller, list, index, list.descriptors.size())) {
            list.descriptors.remove(index);
            list.of.changed = true;
        }
    }

    @Native
    public static void WdfIoResourceListRemoveByDescriptor(Caller caller, long handle, long address) {
        FxRequirements.Alternative list = alternative(caller, handle);
        byte[] bytes = descriptor(caller, address);
        for (byte[] each : list.descriptors) {
            if (java.util.Arrays.equals(each, bytes)) {
                list.descriptors.remove(each);
                list.of.changed = true;
                return;
            }
        }
    }
}
