package wdfs.win32;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import wdfs.io.DeviceInterfaces;
import wdfs.io.Devnode;
import wdfs.io.Guids;
import wdfs.io.PnpManager;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Format;
import wdfs.runtime.Native;

/// How applications find devices (`setupapi.h`, ENV-140). Of a structure that is input, the wrong cbSize is a wrong parameter; of one
/// that is filled in, a wrong buffer.
public final class SetupApi {
    private static final int DIGCF_PRESENT = 2;
    private static final int DIGCF_ALLCLASSES = 4;
    private static final int DIGCF_DEVICEINTERFACE = 0x10;
    private static final int SPINT_ACTIVE = 1;
    private static final int ERROR_INVALID_HANDLE = 6;
    private static final int ERROR_NOT_ENOUGH_MEMORY = 8;
    private static final int ERROR_INVALID_PARAMETER = 87;
    private static final int ERROR_INSUFFICIENT_BUFFER = 122;
    private static final int ERROR_NO_MORE_ITEMS = 259;
    private static final int ERROR_INVALID_USER_BUFFER = 1784;
    private static final long INVALID_HANDLE_VALUE = -1;
    /// SP_DEVINFO_DATA and SP_DEVICE_INTERFACE_DATA: cbSize 0, GUID 4, DevInst or Flags 20, Reserved 24.
    private static final int DATA_SIZE = 32;
    /// SP_DEVICE_INTERFACE_DETAIL_DATA: cbSize 0, DevicePath 4.
    private static final int DETAIL_SIZE = 8;
    private static final int PATH = 4;
    private static final String NO_CLASS = "00000000-0000-0000-0000-000000000000";

    private SetupApi() {}

    private static int fail(Caller caller, int error) {
        caller.lastError = error;
        return 0;
    }

    /// DevInst: a device has one number, in whichever set it is.
    private static final class Instances {
        final Map<Devnode, Integer> numbers = new HashMap<>();
    }

    private static DeviceInfoSet set(Caller caller, long handle) {
        return NtApi.process(caller).deviceInfoSets.get(handle);
    }

    // ---- sets ------------------------------------------------------------------------------------------------------------------------

    @Native
    public static long SetupDiGetClassDevsW(Caller caller, long guid, long enumerator, long parent, int flags) {
        if (guid == 0 && (flags & DIGCF_ALLCLASSES) == 0) {
            fail(caller, ERROR_INVALID_PARAMETER);
            return INVALID_HANDLE_VALUE;
        }
        String name = enumerator == 0 ? null : Format.wideString(caller.memory, enumerator, 400);
        String type = (flags & DIGCF_ALLCLASSES) != 0 ? null : Guids.read(caller.memory, guid);
        boolean present = (flags & DIGCF_PRESENT) != 0;
        List<DeviceInfoSet.Member> interfaces = new ArrayList<>();
        Set<Devnode> devices = new LinkedHashSet<>();
        if ((flags & DIGCF_DEVICEINTERFACE) != 0) {
            for (DeviceInterfaces.Interface of : DeviceInterfaces.of(caller.machine).all(type)) {
                // Here Enumerator is the instance ID of one device.
                if ((of.isEnabled() || !present) && (name == null || of.device().instancePath().equalsIgnoreCase(name))) {
                    interfaces.add(new DeviceInfoSet.Member(of, of.isEnabled()));
                    devices.add(of.device());
                }
            }
        } else if (type == null) {
            Predicate<Devnode> wanted = node -> (!present || node.isInUse()) && (name == null || node.instancePath().toLowerCase(java.util.Locale.ROOT)
                    .startsWith(name.toLowerCase(java.util.Locale.ROOT) + "\\"));
            PnpManager.of(caller.machine).nodes().stream().filter(wanted).forEach(devices::add);
        }
        Region block = NtApi.process(caller).heap.allocate(16, "HDEVINFO", true);
        if (block == null) {
            fail(caller, ERROR_NOT_ENOUGH_MEMORY);
            return INVALID_HANDLE_VALUE;
        }
        NtApi.process(caller).deviceInfoSets.put(block.base, new DeviceInfoSet(block, List.copyOf(devices), interfaces));
        Win32Api.trace(caller, "SetupDiGetClassDevs → %d devices, %d interfaces".formatted(devices.size(), interfaces.size()));
        return block.base;
    }

    @Native
    public static int SetupDiDestroyDeviceInfoList(Caller caller, long handle) {
        DeviceInfoSet set = NtApi.process(caller).deviceInfoSets.remove(handle);
        if (set == null) {
            return fail(caller, ERROR_INVALID_HANDLE);
        }
        NtApi.process(caller).heap.free(set.block());
        return 1;
    }

    // ---- devices ---------------------------------------------------------------------------------------------------------------------

    @Native
    public static int SetupDiEnumDeviceInfo(Caller caller, long handle, int index, long data) {
        DeviceInfoSet set = set(caller, handle);
        if (set == null || data == 0 || caller.memory.load32(data) != DATA_SIZE) {
            return fail(caller, set == null ? ERROR_INVALID_HANDLE : data == 0 ? ERROR_INVALID_PARAMETER : ERROR_INVALID_USER_BUFFER);
        }
        if (Integer.compareUnsigned(index, set.devices().size()) >= 0) {
            return fail(caller, ERROR_NO_MORE_ITEMS);
        }
        describe(caller, set, set.devices().get(index), data);
        return 1;
    }

    /// Setup classes are the business of INF files that nobody reads here: a device has none.
    private static void describe(Caller caller, DeviceInfoSet set, Devnode node, long data) {
        store(caller, data + 4, Guids.bytes(NO_CLASS));
        caller.memory.store32(data + 20, caller.machine.part(Instances.class, _ -> new Instances()).numbers.computeIfAbsent(node, _ -> caller.machine.numbers.next("DevInst")));
        caller.memory.store64(data + 24, set.devices().indexOf(node) + 1);
    }

    private static void store(Caller caller, long at, byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            caller.memory.store8(at + i, bytes[i]);
        }
    }

    /// @return null if it is none of the set's
    private static Devnode device(Caller caller, DeviceInfoSet set, long data) {
        long index = caller.memory.load32(data) == DATA_SIZE ? caller.memory.load64(data + 24) - 1 : -1;
        return index < 0 || index >= set.devices().size() ? null : set.devices().get((int) index);
    }

    @Native
    public static int SetupDiGetDeviceInstanceIdW(Caller caller, long handle, long data, long buffer, int size, long required) {
        DeviceInfoSet set = set(caller, handle);
        Devnode device = set == null || data == 0 ? null : device(caller, set, data);
        if (device == null || buffer == 0 && size != 0) {
            return fail(caller, set == null ? ERROR_INVALID_HANDLE : ERROR_INVALID_PARAMETER);
        }
        String text = device.instancePath() + "\0";
        if (required != 0) {
            caller.memory.store32(required, text.length());
        }
        if (Integer.compareUnsigned(size, text.length()) < 0) {
            return fail(caller, ERROR_INSUFFICIENT_BUFFER);
        }
        store(caller, buffer, text.getBytes(java.nio.charset.StandardCharsets.UTF_16LE));
        return 1;
    }

    // ---- interfaces ------------------------------------------------------------------------------------------------------------------

    @Native
    public static int SetupDiEnumDeviceInterfaces(Caller caller, long handle, long deviceData, long guid, int index, long data) {
        DeviceInfoSet set = set(caller, handle);
        if (set == null) {
            return fail(caller, ERROR_INVALID_HANDLE);
        }
        Devnode device = deviceData == 0 ? null : device(caller, set, deviceData);
        if (guid == 0 || data == 0 || deviceData != 0 && device == null) {
            return fail(caller, ERROR_INVALID_PARAMETER);
        }
        if (caller.memory.load32(data) != DATA_SIZE) {
            return fail(caller, ERROR_INVALID_USER_BUFFER);
        }
        String type = Guids.read(caller.memory, guid);
        List<DeviceInfoSet.Member> members = set.interfaces().stream().filter(member -> member.of().type().equals(type) && (device == null || member.of().device() == device)).toList();
        if (Integer.compareUnsigned(index, members.size()) >= 0) {
            return fail(caller, ERROR_NO_MORE_ITEMS);
        }
        DeviceInfoSet.Member member = members.get(index);
        store(caller, data + 4, Guids.bytes(type));
        caller.memory.store32(data + 20, member.active() ? SPINT_ACTIVE : 0);
        caller.memory.store64(data + 24, set.interfaces().indexOf(member) + 1);
        return 1;
    }

    @Native
    public static int SetupDiGetDeviceInterfaceDetailW(Caller caller, long handle, long data, long detail, int size, long required, long deviceData) {
        DeviceInfoSet set = set(caller, handle);
        if (set == null) {
            return fail(caller, ERROR_INVALID_HANDLE);
        }
        long index = data == 0 || caller.memory.load32(data) != DATA_SIZE ? -1 : caller.memory.load64(data + 24) - 1;
        if (index < 0 || index >= set.interfaces().size()) {
            return fail(caller, ERROR_INVALID_PARAMETER);
        }
        boolean badDetail = detail == 0 ? size != 0 : Integer.compareUnsigned(size, DETAIL_SIZE - 2) < 0 || caller.memory.load32(detail) != DETAIL_SIZE;
        if (badDetail || deviceData != 0 && caller.memory.load32(deviceData) != DATA_SIZE) {
            return fail(caller, ERROR_INVALID_USER_BUFFER);
        }
        DeviceInterfaces.Interface of = set.interfaces().get((int) index).of();
        String path = of.path() + "\0";
        int needed = PATH + 2 * path.length();
        if (required != 0) {
            caller.memory.store32(required, needed);
        }
        if (deviceData != 0) {
            describe(caller, set, of.device(), deviceData);
        }
        if (Integer.compareUnsigned(size, needed) < 0) {
            return fail(caller, ERROR_INSUFFICIENT_BUFFER);
        }
        store(caller, detail + PATH, path.getBytes(java.nio.charset.StandardCharsets.UTF_16LE));
        return 1;
    }
}
