package wdfs.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import wdfs.kernel.Registry;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// What PnP knows of a device: its properties, by DEVICE_REGISTRY_PROPERTY or by key. What an INF would say stands in the device's key of
/// the registry, if a script or a driver has put it there.
public final class DeviceProperties {
    private static final int NAME_NOT_FOUND = 0xC0000034;
    private static final int INVALID_PARAMETER_2 = 0xC00000F0;
    /// DEVICE_REGISTRY_PROPERTY, as far as a device has one.
    private static final int DESCRIPTION = 0x0;
    private static final int HARDWARE_ID = 0x1;
    private static final int COMPATIBLE_IDS = 0x2;
    private static final int CLASS_NAME = 0x5;
    private static final int CLASS_GUID = 0x6;
    private static final int DRIVER_KEY_NAME = 0x7;
    private static final int MANUFACTURER = 0x8;
    private static final int FRIENDLY_NAME = 0x9;
    private static final int LOCATION = 0xA;
    private static final int PDO_NAME = 0xB;
    private static final int BUS_TYPE_GUID = 0xC;
    private static final int LEGACY_BUS_TYPE = 0xD;
    private static final int BUS_NUMBER = 0xE;
    private static final int ENUMERATOR_NAME = 0xF;
    private static final int ADDRESS = 0x10;
    private static final int UI_NUMBER = 0x11;
    private static final int INSTALL_STATE = 0x12;
    private static final int REMOVAL_POLICY = 0x13;
    private static final int CONTAINER_ID = 0x16;
    private static final int QUERY_DEVICE_TEXT = 0x0C;
    private static final int QUERY_BUS_INFORMATION = 0x15;
    private static final int ENGLISH = 0x409;
    private static final int REMOVABLE = 0x10;
    private static final int SURPRISE_REMOVAL_OK = 0x200;

    /// DEVPROPTYPE.
    private static final int UINT32 = 0x7;
    private static final int GUID = 0xD;
    private static final int STRING = 0x12;
    private static final int STRING_LIST = 0x2012;
    private static final String OF_DEVICE = "a45c254e-df1c-4efd-8020-67d146a850e0";
    private static final String INSTANCE_ID = "78c34fc8-104a-4aca-9ea4-524d52996e57/256";
    private static final String PARENT = "4340a6c5-93fa-4706-972c-7b648008a5a7/8";
    private static final String SERVICE = OF_DEVICE + "/6";
    /// Of the keys of that GUID, the property that is meant.
    private static final Map<Integer, Integer> BY_NUMBER = Map.ofEntries(Map.entry(2, DESCRIPTION), Map.entry(3, HARDWARE_ID), Map.entry(4, COMPATIBLE_IDS), Map.entry(9, CLASS_NAME), Map.entry(10, CLASS_GUID),
            Map.entry(11, DRIVER_KEY_NAME), Map.entry(13, MANUFACTURER), Map.entry(14, FRIENDLY_NAME), Map.entry(15, LOCATION), Map.entry(16, PDO_NAME), Map.entry(18, UI_NUMBER),
            Map.entry(21, BUS_TYPE_GUID), Map.entry(22, LEGACY_BUS_TYPE), Map.entry(23, BUS_NUMBER), Map.entry(24, ENUMERATOR_NAME), Map.entry(30, ADDRESS), Map.entry(33, REMOVAL_POLICY), Map.entry(36, INSTALL_STATE));

    /// @param type DEVPROPTYPE
    public record Value(int type, byte[] data) {}

    /// @param value null unless the status is STATUS_SUCCESS
    public record Answer(int status, Value value) {}

    private final Machine machine;
    private final Caller caller;
    private final Devnode node;

    private DeviceProperties(Caller caller, Devnode node) {
        this.machine = caller.machine;
        this.caller = caller;
        this.node = node;
    }

    /// IoGetDeviceProperty. @param property DEVICE_REGISTRY_PROPERTY
    public static Answer get(Caller caller, Devnode node, int property) {
        if (property < 0 || property > CONTAINER_ID) {
            return new Answer(INVALID_PARAMETER_2, null);
        }
        return answer(inKernel(caller, () -> new DeviceProperties(caller, node).value(property)));
    }

    /// The stack is asked by the kernel, on behalf of a driver in a host as well.
    private static Value inKernel(Caller caller, Supplier<Value> question) {
        if (caller.inKernel()) {
            return question.get();
        }
        caller.enterKernel();
        try {
            return question.get();
        } finally {
            caller.leaveKernel();
        }
    }

    private static Answer answer(Value value) {
        return value == null ? new Answer(NAME_NOT_FOUND, null) : new Answer(0, value);
    }

    /// IoGetDevicePropertyData: what somebody has set comes first. @param key the GUID and the number, as `{@link #key}` makes it
    public static Answer get(Caller caller, Devnode node, String key, int locale) {
        Value set = node.properties.get(key + "@" + locale);
        return answer(set != null ? set : inKernel(caller, () -> new DeviceProperties(caller, node).byKey(key)));
    }

    /// IoSetDevicePropertyData. @param data null removes the property; @return a status
    public static int set(Devnode node, String key, int locale, int type, byte[] data) {
        if (data == null) {
            return node.properties.remove(key + "@" + locale) == null ? NAME_NOT_FOUND : 0;
        }
        node.properties.put(key + "@" + locale, new Value(type, data));
        return 0;
    }

    public static String key(String guid, int number) {
        return guid + "/" + number;
    }

    private Value byKey(String key) {
        if (key.equals(INSTANCE_ID)) {
            return text(node.instancePath());
        } else if (key.equals(PARENT)) {
            return text(node.parent == null ? "HTREE\\ROOT\\0" : node.parent.instancePath());
        } else if (key.equals(SERVICE)) {
            return node.function().isEmpty() ? null : text(node.function());
        } else if (!key.startsWith(OF_DEVICE)) {
            return null;
        }
        Integer property = BY_NUMBER.get(Integer.parseInt(key.substring(OF_DEVICE.length() + 1)));
        Value value = property == null ? null : value(property);
        return value != null && property == CLASS_GUID ? guid(value) : value;
    }

    /// The registry has a GUID as text, in braces.
    private static Value guid(Value text) {
        String digits = new String(text.data, StandardCharsets.UTF_16LE).replaceAll("[{}\0]", "");
        return digits.matches("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}") ? new Value(GUID, Guids.bytes(digits)) : null;
    }

    private Value value(int property) {
        return switch (property) {
            case DESCRIPTION -> or(registry("DeviceDesc"), or(asked(0), text(node.name)));
            case HARDWARE_ID -> texts(node.isOfBus() ? node.reportedHardwareIds : List.of("Root\\" + node.function()));
            case COMPATIBLE_IDS -> texts(node.reportedCompatibleIds);
            case CLASS_NAME -> registry("Class");
            case CLASS_GUID -> registry("ClassGUID");
            case DRIVER_KEY_NAME -> text(node.name + "\\0000");
            case MANUFACTURER -> registry("Mfg");
            case FRIENDLY_NAME -> registry("FriendlyName");
            case LOCATION -> or(registry("LocationInformation"), asked(1));
            case PDO_NAME -> text(node.physical.pnpName);
            case BUS_TYPE_GUID, LEGACY_BUS_TYPE, BUS_NUMBER -> bus(property);
            case ENUMERATOR_NAME -> text(node.instancePath().substring(0, node.instancePath().indexOf('\\')));
            case ADDRESS -> number(capabilities()[2]);
            case UI_NUMBER -> number(capabilities()[3]);
            case INSTALL_STATE -> new Value(UINT32, bytes(0));
            case REMOVAL_POLICY -> {
                int flags = capabilities()[1];
                yield new Value(UINT32, bytes((flags & SURPRISE_REMOVAL_OK) != 0 ? 3 : (flags & REMOVABLE) != 0 ? 2 : 1));
            }
            default -> null;
        };
    }

    private static Value or(Value first, Value second) {
        return first != null ? first : second;
    }

    private static Value text(String text) {
        return text.isEmpty() ? null : new Value(STRING, (text + "\0").getBytes(StandardCharsets.UTF_16LE));
    }

    private static Value texts(List<String> texts) {
        return texts.isEmpty() ? null : new Value(STRING_LIST, (String.join("\0", texts) + "\0\0").getBytes(StandardCharsets.UTF_16LE));
    }

    private static Value number(int value) {
        return value == -1 ? null : new Value(UINT32, bytes(value));
    }

    private static byte[] bytes(int value) {
        return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
    }

    private Value registry(String name) {
        Registry.Key key = Registry.of(machine).find(Devnode.hardwareKey(node.name));
        Registry.Value value = key == null ? null : key.value(name);
        return value == null || value.type() != Registry.REG_SZ ? null : new Value(STRING, value.data());
    }

    /// @return of a stack that does not answer, that nothing is known
    private int[] capabilities() {
        int[] status = new int[1];
        int[] capabilities = PnpManager.of(machine).capabilities(caller, node.physical, status);
        return status[0] >= 0 ? capabilities : new int[] {0, 0, -1, -1};
    }

    /// IRP_MN_QUERY_DEVICE_TEXT; only a device of a bus has one.
    private Value asked(int type) {
        long[] answer = new long[1];
        int status = !node.isOfBus() ? -1 : PnpManager.of(machine).ask(caller, node.physical, QUERY_DEVICE_TEXT, answer, type, ENGLISH);
        if (status < 0 || answer[0] == 0) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        for (long at = answer[0]; ; at += 2) {
            int low = machine.memory.peek(null, at);
            int high = machine.memory.peek(null, at + 1);
            if (low < 0 || high < 0 || low == 0 && high == 0) {
                break;
            }
            text.append((char) (low & 0xFF | (high & 0xFF) << 8));
        }
        PnpManager.of(machine).freeAnswer(answer[0]);
        return text(text.toString());
    }

    private Value bus(int property) {
        long[] answer = new long[1];
        int status = PnpManager.of(machine).ask(caller, node.physical, QUERY_BUS_INFORMATION, answer, 0, 0);
        if (status < 0 || answer[0] == 0) {
            return null;
        }
        byte[] information = new byte[0x18];
        for (int i = 0; i < information.length; i++) {
            information[i] = (byte) machine.memory.peek(null, answer[0] + i);
        }
        PnpManager.of(machine).freeAnswer(answer[0]);
        ByteBuffer numbers = ByteBuffer.wrap(information).order(ByteOrder.LITTLE_ENDIAN);
        return switch (property) {
            case BUS_TYPE_GUID -> new Value(GUID, java.util.Arrays.copyOf(information, 16));
            case LEGACY_BUS_TYPE -> new Value(UINT32, bytes(numbers.getInt(16)));
            default -> new Value(UINT32, bytes(numbers.getInt(20)));
        };
    }
}
