package wdfs.win32;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import wdfs.io.Devnode;
import wdfs.io.PnpManager;
import wdfs.kernel.Registry;
import wdfs.kernel.StringApi;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Format;
import wdfs.runtime.Machine;
import wdfs.runtime.Native;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// The registry without handles of the caller's: tables of values, single values, and what it says of a device.
public final class RtlRegistryApi {
    private static final int STATUS_INVALID_PARAMETER = 0xC000000D;
    private static final int STATUS_INVALID_DEVICE_REQUEST = 0xC0000010;
    private static final int STATUS_BUFFER_TOO_SMALL = 0xC0000023;
    private static final int STATUS_OBJECT_TYPE_MISMATCH = 0xC0000024;
    private static final int STATUS_OBJECT_NAME_NOT_FOUND = 0xC0000034;
    private static final int STATUS_NO_MEMORY = 0xC0000017;
    private static final int STATUS_INVALID_PARAMETER_2 = 0xC00000F0;

    private static final int LONGEST_TEXT = 0x7FFF;
    private static final int OPTIONAL = 0x8000_0000;
    private static final int HANDLE = 0x4000_0000;
    /// RTL_REGISTRY_ABSOLUTE and on.
    private static final List<String> ROOTS = List.of("", Registry.SERVICES, "\\Registry\\Machine\\System\\CurrentControlSet\\Control\\", "\\Registry\\Machine\\Software\\Microsoft\\Windows NT\\CurrentVersion\\",
            "\\Registry\\Machine\\Hardware\\DeviceMap\\", "\\Registry\\User\\.Default\\");
    private static final List<String> SYSTEM_HIVES = List.of("hardware", "software", "system", "security", "sam");

    // RTL_QUERY_REGISTRY_TABLE
    private static final int ROUTINE = 0;
    private static final int FLAGS = 8;
    private static final int NAME = 0x10;
    private static final int ENTRY_CONTEXT = 0x18;
    private static final int DEFAULT_TYPE = 0x20;
    private static final int DEFAULT_DATA = 0x28;
    private static final int DEFAULT_LENGTH = 0x30;
    private static final int ENTRY_SIZE = 0x38;

    private static final int SUBKEY = 1;
    private static final int TOPKEY = 2;
    private static final int REQUIRED = 4;
    private static final int NOVALUE = 8;
    private static final int NOEXPAND = 0x10;
    private static final int DIRECT = 0x20;
    private static final int DELETE = 0x40;
    private static final int TYPECHECK = 0x100;
    private static final int TYPECHECK_SHIFT = 24;
    private static final int FAST_FAIL_UNSAFE_REGISTRY_ACCESS = 27;

    private RtlRegistryApi() {}

    private static boolean isText(int type) {
        return type == Registry.REG_SZ || type == Registry.REG_EXPAND_SZ || type == Registry.REG_MULTI_SZ;
    }

    private static String text(Caller caller, long address) {
        return address == 0 ? "" : Format.wideString(caller.memory, address, LONGEST_TEXT);
    }

    /// A path as RelativeTo says; null for a RelativeTo that is none.
    private static String path(Caller caller, int relativeTo, long path) {
        int root = relativeTo & ~(OPTIONAL | HANDLE);
        return root < 0 || root >= ROOTS.size() ? null : ROOTS.get(root) + text(caller, path);
    }

    private static Registry.Key opened(Caller caller, String routine, int relativeTo, long path) {
        if ((relativeTo & HANDLE) != 0) {
            Object object = ZwCalls.object(caller, path);
            if (!(object instanceof Registry.Opened opened)) {
                ZwCalls.badHandle(caller, routine, path, object);
                return null;
            }
            return opened.key().isDeleted() ? null : opened.key();
        }
        String full = path(caller, relativeTo, path);
        return full == null ? null : Registry.of(caller.machine).find(full.replaceAll("\\\\+$", ""));
    }

    // ---- tables ----------------------------------------------------------------------------------------------------------------------

    private record Entry(long routine, int flags, long nameAddress, String name, long context, int defaultType, long defaultData, int defaultLength) {
        static Entry read(Caller caller, long at) {
            long name = caller.memory.load64(at + NAME);
            return new Entry(caller.memory.load64(at + ROUTINE), caller.memory.load32(at + FLAGS), name, text(caller, name), caller.memory.load64(at + ENTRY_CONTEXT),
                    caller.memory.load32(at + DEFAULT_TYPE), caller.memory.load64(at + DEFAULT_DATA), caller.memory.load32(at + DEFAULT_LENGTH));
        }

        boolean has(int flag) {
            return (flags & flag) != 0;
        }

        boolean isEnd() {
            return routine == 0 && nameAddress == 0 && !has(SUBKEY | DIRECT);
        }

        boolean isNone() {
            boolean needsName = has(SUBKEY | DIRECT);
            return needsName && nameAddress == 0 || has(DIRECT) && (has(SUBKEY) || routine != 0) || !needsName && routine == 0;
        }
    }

    @Native
    public static int RtlQueryRegistryValues(Caller caller, int relativeTo, long path, long table, long context, long environment) {
        Registry.Key top = opened(caller, "RtlQueryRegistryValues", relativeTo, path);
        if (top == null && (relativeTo & OPTIONAL) == 0) {
            return STATUS_OBJECT_NAME_NOT_FOUND;
        }
        Registry.Key key = top;
        for (long at = table; ; at += ENTRY_SIZE) {
            Entry entry = Entry.read(caller, at);
            if (entry.isEnd()) {
                return 0;
            }
            if (entry.isNone()) {
                return STATUS_INVALID_PARAMETER;
            }
            if (entry.has(TOPKEY | SUBKEY)) {
                key = top;
            }
            int status;
            if (entry.has(SUBKEY)) {
                key = top == null ? null : top.below(entry.name);
                status = key == null && entry.has(REQUIRED) ? STATUS_OBJECT_NAME_NOT_FOUND : key == null || entry.routine == 0 ? 0 : all(caller, key, entry, context);
            } else if (entry.has(NOVALUE) && entry.nameAddress == 0) {
                status = told(caller, entry, 0, 0, 0, 0, context);
            } else if (entry.nameAddress == 0) {
                status = key == null ? 0 : all(caller, key, entry, context);
                status = status == 0 && entry.has(REQUIRED) && (key == null || key.values().isEmpty()) ? STATUS_OBJECT_NAME_NOT_FOUND : status;
            } else {
                status = named(caller, key, entry, context);
            }
            if (status < 0) {
                return status;
            }
        }
    }

    private static int all(Caller caller, Registry.Key key, Entry entry, long context) {
        for (Registry.Value value : key.values()) {
            int status = given(caller, entry, value, context);
            if (status < 0) {
                return status;
            }
            if (entry.has(DELETE)) {
                key.remove(value.name());
            }
        }
        return 0;
    }

    private static int named(Caller caller, Registry.Key key, Entry entry, long context) {
        if (entry.has(DIRECT) && !entry.has(TYPECHECK) && key != null) {
            trusted(caller, key, entry);
        }
        Registry.Value value = key == null ? null : key.value(entry.name);
        if (value == null) {
            int type = entry.defaultType & 0xFF;
            if (entry.has(REQUIRED)) {
                return STATUS_OBJECT_NAME_NOT_FOUND;
            }
            return type == 0 ? 0 : given(caller, entry, new Registry.Value(entry.name, type, defaultData(caller, entry, type)), context);
        }
        if (entry.has(TYPECHECK) && value.type() != entry.defaultType >>> TYPECHECK_SHIFT) {
            return STATUS_OBJECT_TYPE_MISMATCH;
        }
        int status = given(caller, entry, value, context);
        if (status >= 0 && entry.has(DELETE)) {
            key.remove(value.name());
        }
        return status;
    }

    private static byte[] defaultData(Caller caller, Entry entry, int type) {
        if (entry.defaultLength != 0 || entry.defaultData == 0 || !isText(type)) {
            byte[] data = new byte[entry.defaultData == 0 ? 0 : entry.defaultLength];
            for (int i = 0; i < data.length; i++) {
                data[i] = (byte) caller.memory.load8(entry.defaultData + i);
            }
            return data;
        }
        if (type != Registry.REG_MULTI_SZ) {
            return Registry.text(text(caller, entry.defaultData));
        }
        List<String> texts = new ArrayList<>();
        for (long at = entry.defaultData; caller.memory.load16(at) != 0; at += 2L * texts.getLast().length() + 2) {
            texts.add(text(caller, at));
        }
        return Registry.texts(texts);
    }

    /// One value, to the routine or into the entry's buffer; of several texts each by itself, unless NOEXPAND.
    private static int given(Caller caller, Entry entry, Registry.Value value, long context) {
        boolean raw = entry.has(NOEXPAND);
        if (value.type() != Registry.REG_MULTI_SZ || raw) {
            int type = value.type() == Registry.REG_EXPAND_SZ && !raw ? Registry.REG_SZ : value.type();
            return given(caller, entry, new Registry.Value(value.name(), type, value.data()), type, context);
        }
        String all = new String(value.data(), StandardCharsets.UTF_16LE);
        for (int from = 0; from < all.length() && all.charAt(from) != 0; ) {
            int end = all.indexOf('\0', from) < 0 ? all.length() : all.indexOf('\0', from);
            int status = given(caller, entry, new Registry.Value(value.name(), Registry.REG_SZ, Registry.text(all.substring(from, end))), Registry.REG_SZ, context);
            if (status < 0) {
                return status;
            }
            from = end + 1;
        }
        return 0;
    }

    private static int given(Caller caller, Entry entry, Registry.Value value, int type, long context) {
        if (entry.has(DIRECT)) {
            return direct(caller, entry.context, value.data(), type);
        }
        Machine machine = caller.machine;
        byte[] name = Registry.text(value.name());
        Region names = machine.paged.allocate(name.length, "RegistryValue", true);
        Region data = value.data().length == 0 ? null : machine.paged.allocate(value.data().length, "RegistryValue", true);
        if (names == null || data == null && value.data().length != 0) {
            return STATUS_NO_MEMORY;
        }
        machine.memory.store(null, names.base, name);
        if (data != null) {
            machine.memory.store(null, data.base, value.data());
        }
        try {
            return told(caller, entry, names.base, type, data == null ? 0 : data.base, value.data().length, context);
        } finally {
            machine.paged.free(names);
            if (data != null) {
                machine.paged.free(data);
            }
        }
    }

    private static int told(Caller caller, Entry entry, long name, int type, long data, int length, long context) {
        int status = (int) caller.invoke(entry.routine, name, type, data, length, context, entry.context);
        return status == STATUS_BUFFER_TOO_SMALL ? 0 : status;
    }

    /// The value goes where EntryContext says, in the form that its type asks for.
    private static int direct(Caller caller, long to, byte[] data, int type) {
        if (isText(type)) {
            long buffer = caller.memory.load64(to + 8);
            if (buffer == 0) {
                buffer = StringApi.allocate(caller, data.length);
                if (buffer == 0) {
                    return STATUS_NO_MEMORY;
                }
                caller.memory.store16(to + 2, data.length);
                caller.memory.store64(to + 8, buffer);
            } else if ((caller.memory.load16(to + 2) & 0xFFFF) < data.length) {
                return STATUS_BUFFER_TOO_SMALL;
            }
            store(caller, buffer, data);
            boolean ended = data.length >= 2 && data[data.length - 1] == 0 && data[data.length - 2] == 0;
            caller.memory.store16(to, ended ? data.length - 2 : data.length);
            return 0;
        }
        if (data.length <= 4) {
            store(caller, to, data);
            return 0;
        }
        int size = caller.memory.load32(to);
        if (size < 0) {
            if (data.length > -size) {
                return STATUS_BUFFER_TOO_SMALL;
            }
            store(caller, to, data);
            return 0;
        }
        if (data.length + 8 > size) {
            return STATUS_BUFFER_TOO_SMALL;
        }
        caller.memory.store32(to, data.length);
        caller.memory.store32(to + 4, type);
        store(caller, to + 8, data);
        return 0;
    }

    private static void store(Caller caller, long to, byte[] data) {
        for (int i = 0; i < data.length; i++) {
            caller.memory.store8(to + i, data[i]);
        }
    }

    /// A hive that users can write may hold a longer value than the driver's buffer: there the type has to be checked.
    private static void trusted(Caller caller, Registry.Key key, Entry entry) {
        String[] parts = key.path().toLowerCase(java.util.Locale.ROOT).split("\\\\");
        boolean system = parts.length > 2 && parts[1].equals("machine") && SYSTEM_HIVES.contains(parts[2]);
        if (!system) {
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "KERNEL_SECURITY_CHECK_FAILURE", "VER-059",
                    "RtlQueryRegistryValues reads the value %s of an untrusted hive with RTL_QUERY_REGISTRY_DIRECT, and does not check its type".formatted(entry.name))
                    .code(0x139, FAST_FAIL_UNSAFE_REGISTRY_ACCESS).stack(ScriptStack.frames(), "")
                    .help("RTL_QUERY_REGISTRY_TYPECHECK, and the type in the upper eight bits of DefaultType").build());
        }
    }

    // ---- single values ---------------------------------------------------------------------------------------------------------------

    @Native
    public static int RtlCheckRegistryKey(Caller caller, int relativeTo, long path) {
        return opened(caller, "RtlCheckRegistryKey", relativeTo, path) == null ? STATUS_OBJECT_NAME_NOT_FOUND : 0;
    }

    private static Registry.Key made(Caller caller, String routine, int relativeTo, long path) {
        String full = (relativeTo & HANDLE) != 0 ? null : path(caller, relativeTo, path);
        return full == null ? opened(caller, routine, relativeTo, path) : Registry.of(caller.machine).make(full);
    }

    @Native
    public static int RtlCreateRegistryKey(Caller caller, int relativeTo, long path) {
        return made(caller, "RtlCreateRegistryKey", relativeTo, path) == null ? STATUS_INVALID_PARAMETER : 0;
    }

    @Native
    public static int RtlWriteRegistryValue(Caller caller, int relativeTo, long path, long name, int type, long data, int length) {
        Registry.Key key = made(caller, "RtlWriteRegistryValue", relativeTo, path);
        if (key == null) {
            return STATUS_OBJECT_NAME_NOT_FOUND;
        }
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) caller.memory.load8(data + i);
        }
        return key.set(text(caller, name), type, bytes);
    }

    @Native
    public static int RtlDeleteRegistryValue(Caller caller, int relativeTo, long path, long name) {
        Registry.Key key = opened(caller, "RtlDeleteRegistryValue", relativeTo, path);
        return key == null ? STATUS_OBJECT_NAME_NOT_FOUND : key.remove(text(caller, name));
    }

    // ---- devices -----------------------------------------------------------------------------------------------------------------------

    private static Devnode node(Caller caller, long device) {
        return PnpManager.of(caller.machine).nodes().stream().filter(each -> each.physical() != null && each.physical().address() == device).findFirst().orElse(null);
    }

    @Native
    public static int IoOpenDeviceRegistryKey(Caller caller, long device, int type, int access, long result) {
        caller.memory.load16(device);
        Devnode node = node(caller, device);
        int which = type & 3;
        if (node == null || which != 1 && which != 2 || (type & ~7) != 0) {
            return STATUS_INVALID_PARAMETER;
        }
        Registry.Key key = Registry.of(caller.machine).make(which == 1 ? Devnode.hardwareKey(node.name) + "\\Device Parameters" : Devnode.softwareKey(node.name));
        int rights = ZwRegistryApi.specific(access);
        caller.memory.store64(result, ZwCalls.open(caller, new Registry.Opened(key, rights), rights, true));
        return 0;
    }

    /// Properties that are values of the device's key, by their numbers.
    private static final List<String> VALUES = List.of("DeviceDesc", "HardwareID", "CompatibleIDs", "BootConfig", "", "Class", "ClassGUID", "Driver", "Mfg", "FriendlyName", "LocationInformation",
            "", "BusTypeGuid", "LegacyBusType", "BusNumber", "", "Address", "UINumber", "InstallState", "RemovalPolicy", "", "", "ContainerID");

    /// What the device's key says; else what PnP knows of it.
    @Native
    public static int IoGetDeviceProperty(Caller caller, long device, int property, int length, long buffer, long resultLength) {
        caller.memory.load16(device);
        Devnode node = node(caller, device);
        if (node == null) {
            return STATUS_INVALID_DEVICE_REQUEST;
        }
        if (property < 0 || property >= VALUES.size()) {
            return STATUS_INVALID_PARAMETER_2;
        }
        Registry.Key key = Registry.of(caller.machine).find(Devnode.hardwareKey(node.name));
        Registry.Value value = key == null || VALUES.get(property).isEmpty() ? null : key.value(VALUES.get(property));
        byte[] data = value != null ? value.data() : known(caller, node, property);
        if (data == null) {
            caller.memory.store32(resultLength, 0);
            return STATUS_OBJECT_NAME_NOT_FOUND;
        }
        caller.memory.store32(resultLength, data.length);
        if (Integer.compareUnsigned(length, data.length) < 0) {
            return STATUS_BUFFER_TOO_SMALL;
        }
        store(caller, buffer, data);
        return 0;
    }

    private static byte[] known(Caller caller, Devnode node, int property) {
        return switch (property) {
            case 1 -> Registry.texts(PnpManager.of(caller.machine).hardwareIds(caller, node));
            case 7 -> Registry.text(node.name + "\\0000");
            case 11 -> node.physical().pnpName.isEmpty() ? null : Registry.text(node.physical().pnpName);
            case 15 -> Registry.text(node.instancePath().substring(0, node.instancePath().indexOf('\\')));
            case 18 -> Registry.number(0, 4);                             // InstallStateInstalled
            case 19 -> Registry.number(1, 4);                             // RemovalPolicyExpectNoRemoval
            default -> null;
        };
    }
}
