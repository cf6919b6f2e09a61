package wdfs.wdf;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import wdfs.io.AccessBits;
import wdfs.io.Devnode;
import wdfs.kernel.PoolApi;
import wdfs.kernel.Registry;
import wdfs.machine.View;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;

/// DDIs of WDFKEY (OBJ-440 to OBJ-443). Checks come in the framework's order: handles and pointers, the IRQL, attributes, the
/// name of the value; then the registry answers.
public final class RegistryApi {
    private static final int NAME_NOT_FOUND = 0xC0000034;
    private static final int TYPE_MISMATCH = 0xC0000024;
    private static final int BUFFER_OVERFLOW = 0x80000005;
    private static final int ACCESS_DENIED = 0xC0000022;
    private static final int KEY_DELETED = 0xC000017C;
    private static final int INVALID_BUFFER_SIZE = 0xC0000206;
    private static final int MOST_IN_STRING = 0xFFFF;
    private static final int QUERY = 1;
    private static final int SET = 2;

    private RegistryApi() {}

    private static FxKey key(Caller caller, long handle) {
        return Framework.object(caller, handle, FxKey.class, "WDFKEY");
    }

    private static String text(byte[] characters) {
        return new String(characters, StandardCharsets.UTF_16LE);
    }

    // ---- opening -----------------------------------------------------------------------------------------------------------------------

    /// Makes the WDFKEY for a key that was found.
    private static int opened(Caller caller, FxObject parent, Attributes attributes, Registry.Key found, int access, long result) {
        if (caller.machine.fails("framework")) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        FxKey key = new FxKey(caller.machine, parent, found, access);
        int status = key.commit(caller, attributes);
        if (status >= 0) {
            caller.memory.store64(result, key.handle);
        }
        return status;
    }

    private static int open(Caller caller, long parentHandle, long name, int access, long attributes, long result, boolean create, long disposition) {
        Attributes read = Attributes.read(caller, attributes);
        FxKey above = parentHandle == 0 ? null : key(caller, parentHandle);
        FxObject parent = ObjectApi.parent(caller, read);
        Framework.required(caller, name, "KeyName");
        Framework.required(caller, result, "Key");
        caller.memory.store64(result, 0);
        int status = Framework.passive(caller);
        if (status >= 0) {
            status = read.check(true, false, false, false);
        }
        if (status >= 0) {
            status = Framework.unicode(caller, name);
        }
        if (status < 0) {
            return status;
        }
        String path = text(Framework.characters(caller, name));
        if (above == null && !caller.image.isKernel() && !ofDriver(caller, path)) {
            return ACCESS_DENIED;                                     // OBJ-443
        }
        Registry.Found found = Registry.of(caller.machine).open(above == null ? null : above.key, path, create);
        if (found.status() < 0) {
            return found.status();
        }
        status = opened(caller, parent, read, found.key(), rights(access), result);
        if (status >= 0 && disposition != 0) {
            caller.memory.store32(disposition, found.created() ? 1 : 2);
        }
        return status;
    }

    /// OBJ-443: a UMDF driver has its own service's key and what lies below.
    private static boolean ofDriver(Caller caller, String path) {
        String own = Registry.SERVICES + caller.image.name();
        return path.length() >= own.length() && path.regionMatches(true, 0, own, 0, own.length()) && (path.length() == own.length() || path.charAt(own.length()) == '\\');
    }

    private static int rights(int access) {
        int rights = access & 0x01FF_FFFF;
        rights |= (access & 0x9000_0000) != 0 ? 0x20019 : 0;
        rights |= (access & 0x5000_0000) != 0 ? 0x20006 : 0;
        rights |= (access & 0x1200_0000) != 0 ? 0xF003F : 0;
        return rights;
    }

    @Native
    public static int WdfRegistryOpenKey(Caller caller, long parent, long name, int access, long attributes, long result) {
        return open(caller, parent, name, access, attributes, result, false, 0);
    }

    @Native
    public static int WdfRegistryCreateKey(Caller caller, long parent, long name, int access, int options, long disposition, long attributes, long result) {
        return open(caller, parent, name, access, attributes, result, true, disposition);
    }

    private static int openOf(Caller caller, FxObject owner, String path, int access, long attributes, long result) {
        Attributes read = Attributes.read(caller, attributes);
        FxObject parent = read.sized() && read.parent() != 0 ? ObjectApi.any(caller, read.parent()) : owner;
        Framework.required(caller, result, "Key");
        caller.memory.store64(result, 0);
        int status = Framework.passive(caller);
        if (status >= 0) {
            status = read.check(true, false, false, false);
        }
        return status < 0 ? status : opened(caller, parent, read, Registry.of(caller.machine).make(path), rights(access), result);
    }

    @Native
    public static int WdfDriverOpenParametersRegistryKey(Caller caller, long handle, int access, long attributes, long result) {
        FxDriver driver = Framework.object(caller, handle, FxDriver.class, "WDFDRIVER");
        return openOf(caller, driver, Registry.SERVICES + driver.driver.name() + "\\Parameters", access, attributes, result);
    }

    private static final int DEVICE = 1;
    private static final int DRIVER = 2;

    /// The hardware key of a devnode, or the software key of the driver for it.
    @Native
    public static int WdfDeviceOpenRegistryKey(Caller caller, long handle, int type, int access, long attributes, long result) {
        FxDevice device = Framework.object(caller, handle, FxDevice.class, "WDFDEVICE");
        if ((type & (DEVICE | DRIVER)) == 0) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        String node = device.nodeName();
        if (node == null) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;           // a control device has no devnode
        }
        return openOf(caller, device, keyOf(node, type), access, attributes, result);
    }

    private static String keyOf(String node, int type) {
        return (type & DEVICE) != 0 ? Devnode.hardwareKey(node) + "\\Device Parameters" : Devnode.softwareKey(node);
    }

    /// The same before the device is created: the key is the driver's.
    @Native
    public static int WdfFdoInitOpenRegistryKey(Caller caller, long address, int type, int access, long attributes, long result) {
        DeviceInit init = DeviceApi.init(caller, address);
        Framework.required(caller, result, "Key");
        caller.memory.store64(result, 0);
        if (init.physical == null || init.pdo != null || (type & (DEVICE | DRIVER)) == 0) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        return openOf(caller, init.driver, keyOf(init.physical.devnode().name, type), access, attributes, result);
    }

    @Native
    public static void WdfRegistryClose(Caller caller, long handle) {
        FxKey key = key(caller, handle);
        if (Framework.passive(caller) >= 0) {
            key.delete(caller);                                       // OBJ-442
        }
    }

    @Native
    public static long WdfRegistryWdmGetHandle(Caller caller, long handle) {
        return key(caller, handle).kernelHandle();
    }

    @Native
    public static int WdfRegistryRemoveKey(Caller caller, long handle) {
        FxKey key = key(caller, handle);
        int status = Framework.passive(caller);
        if (status >= 0) {
            status = (key.access & 0x10000) == 0 ? ACCESS_DENIED : key.key.delete();
        }
        if (status >= 0) {
            key.delete(caller);
        }
        return status;
    }

    @Native
    public static int WdfRegistryRemoveValue(Caller caller, long handle, long name) {
        FxKey key = key(caller, handle);
        int status = ready(caller, name);
        return status < 0 ? status : (key.access & SET) == 0 ? ACCESS_DENIED : key.key.remove(text(Framework.characters(caller, name)));
    }

    // ---- reading -----------------------------------------------------------------------------------------------------------------------

    private static int ready(Caller caller, long name) {
        Framework.required(caller, name, "ValueName");
        int status = Framework.passive(caller);
        return status < 0 ? status : Framework.unicode(caller, name);
    }

    /// What stands under a name. @param value null if `status` is an error
    private record Read(int status, Registry.Value value) {}

    private static Read read(Caller caller, FxKey key, long name) {
        int status = ready(caller, name);
        if (status >= 0 && (key.access & QUERY) == 0) {
            status = ACCESS_DENIED;
        }
        if (status >= 0 && key.key.isDeleted()) {
            status = KEY_DELETED;
        }
        Registry.Value value = status < 0 ? null : key.key.value(text(Framework.characters(caller, name)));
        return new Read(status < 0 ? status : value == null ? NAME_NOT_FOUND : 0, value);
    }

    private static boolean isText(int type) {
        return type == Registry.REG_SZ || type == Registry.REG_EXPAND_SZ || type == Registry.REG_MULTI_SZ;
    }

    @Native
    public static int WdfRegistryQueryValue(Caller caller, long handle, long name, int length, long buffer, long queried, long type) {
        Read read = read(caller, key(caller, handle), name);
        if (read.status < 0) {
            return read.status;
        }
        byte[] data = read.value.data();
        int room = buffer == 0 ? 0 : length;
        boolean fits = Integer.compareUnsigned(data.length, room) <= 0;
        if (fits) {
            caller.memory.write(buffer, data, 0, data.length);        // what does not fit whole is not copied
        }
        if (queried != 0) {
            caller.memory.store32(queried, data.length);
        }
        if (type != 0) {
            caller.memory.store32(type, read.value.type());
        }
        return fits ? 0 : BUFFER_OVERFLOW;
    }

    /// OBJ-441.
    @Native
    public static int WdfRegistryQueryULong(Caller caller, long handle, long name, long result) {
        FxKey key = key(caller, handle);
        Framework.required(caller, name, "ValueName");
        Framework.required(caller, result, "Value");
        Read read = read(caller, key, name);
        if (read.status < 0) {
            return read.status;
        }
        byte[] data = read.value.data();
        if (read.value.type() != Registry.REG_DWORD || data.length < 4) {
            return TYPE_MISMATCH;
        }
        if (data.length > 4) {
            return BUFFER_OVERFLOW;
        }
        caller.memory.write(result, data, 0, 4);
        return 0;
    }

    /// The characters of a value without the zero behind them.
    private static byte[] withoutZero(byte[] data) {
        int length = data.length & ~1;
        boolean ended = length >= 2 && data[length - 1] == 0 && data[length - 2] == 0;
        return java.util.Arrays.copyOf(data, ended ? length - 2 : length);
    }

    @Native
    public static int WdfRegistryQueryUnicodeString(Caller caller, long handle, long name, long byteLength, long string) {
        FxKey key = key(caller, handle);
        int status = ready(caller, name);
        if (status >= 0 && string != 0) {
            status = Framework.unicode(caller, string);
        }
        Read read = status < 0 ? new Read(status, null) : read(caller, key, name);
        if (read.status < 0) {
            return read.status;
        }
        byte[] data = read.value.data();
        View memory = caller.memory;
        int room = string == 0 ? 0 : memory.load16(string + 2);
        status = data.length > room ? BUFFER_OVERFLOW : isText(read.value.type()) ? 0 : TYPE_MISMATCH;
        if (status != TYPE_MISMATCH && byteLength != 0) {
            memory.store16(byteLength, data.length);
        }
        if (status == 0 && string != 0) {
            memory.write(memory.load64(string + 8), data, 0, data.length);
            memory.store16(string, withoutZero(data).length);
        }
        return status;
    }

    @Native
    public static int WdfRegistryQueryString(Caller caller, long handle, long name, long stringHandle) {
        FxKey key = key(caller, handle);
        Framework.required(caller, name, "ValueName");
        Framework.required(caller, stringHandle, "String");
        int status = ready(caller, name);
        if (status < 0) {
            return status;
        }
        FxString string = Framework.object(caller, stringHandle, FxString.class, "WDFSTRING");
        Read read = read(caller, key, name);
        if (read.status < 0) {
            return read.status;
        }
        if (!isText(read.value.type())) {
            return TYPE_MISMATCH;
        }
        return read.value.data().length > MOST_IN_STRING ? INVALID_BUFFER_SIZE : string.assign(text(withoutZero(read.value.data()))) ? 0 : Framework.STATUS_INSUFFICIENT_RESOURCES;
    }

    @Native
    public static int WdfRegistryQueryMultiString(Caller caller, long handle, long name, long attributes, long collectionHandle) {
        FxKey key = key(caller, handle);
        Framework.required(caller, name, "ValueName");
        Framework.required(caller, collectionHandle, "Collection");
        Attributes read = Attributes.read(caller, attributes);
        int status = read.check(true, false, false, false);
        if (status >= 0) {
            status = ready(caller, name);
        }
        if (status < 0) {
            return status;
        }
        FxCollection collection = Framework.object(caller, collectionHandle, FxCollection.class, "WDFCOLLECTION");
        Read value = read(caller, key, name);
        if (value.status < 0) {
            return value.status;
        }
        byte[] data = value.value.data();
        int n = data.length;
        boolean ended = n >= 4 && n % 2 == 0 && data[n - 1] == 0 && data[n - 2] == 0 && data[n - 3] == 0 && data[n - 4] == 0;
        if (value.value.type() != Registry.REG_MULTI_SZ || !ended) {
            return TYPE_MISMATCH;
        }
        FxObject parent = ObjectApi.parent(caller, read);
        int before = collection.items.size();
        for (String part : parts(text(data))) {
            FxString string = new FxString(caller.machine, parent);
            status = string.assign(part) ? 0 : Framework.STATUS_INSUFFICIENT_RESOURCES;
            if (status >= 0) {
                status = string.commit(caller, read);
            } else {
                string.unseen();
                string.deleteNow(caller);
            }
            if (status < 0) {
                while (collection.items.size() > before) {
                    collection.remove(caller, before);
                }
                return status;
            }
            collection.add(string);
        }
        return 0;
    }

    /// The strings in front of the empty one.
    private static List<String> parts(String all) {
        List<String> parts = new ArrayList<>();
        for (int at = 0; at < all.length() && all.charAt(at) != 0; ) {
            int end = all.indexOf('\0', at);
            parts.add(all.substring(at, end));
            at = end + 1;
        }
        return parts;
    }

    @Native
    public static int WdfRegistryQueryMemory(Caller caller, long handle, long name, int poolType, long attributes, long result, long type) {
        FxKey key = key(caller, handle);
        Framework.required(caller, name, "ValueName");
        Framework.required(caller, result, "Memory");
        caller.memory.store64(result, 0);
        int status = Framework.passive(caller);
        if (status >= 0 && caller.image.isKernel()) {
            PoolApi.executable(caller, poolType);
        }
        if (status >= 0) {
            status = Attributes.read(caller, attributes).check(true, false, false, false);
        }
        Read read = status < 0 ? new Read(status, null) : read(caller, key, name);
        if (read.status < 0) {
            return read.status;
        }
        if (type != 0) {
            caller.memory.store32(type, read.value.type());
        }
        byte[] data = read.value.data();
        status = MemoryApi.WdfMemoryCreate(caller, attributes, poolType, 0, data.length, result, 0);
        if (status >= 0) {
            FxMemory memory = Framework.object(caller, caller.memory.load64(result), FxMemory.class, "WDFMEMORY");
            caller.memory.write(memory.address, data, 0, data.length);
        }
        return status;
    }

    // ---- writing -----------------------------------------------------------------------------------------------------------------------

    private static int assign(Caller caller, FxKey key, long name, int type, byte[] data) {
        AccessBits.stateChanges(caller, "a value of the registry");
        return (key.access & SET) == 0 ? ACCESS_DENIED : key.key.set(text(Framework.characters(caller, name)), type, data);
    }

    @Native
    public static int WdfRegistryAssignValue(Caller caller, long handle, long name, int type, int length, long value) {
        FxKey key = key(caller, handle);
        int status = ready(caller, name);
        return status < 0 ? status : length < 0 ? Framework.STATUS_INVALID_PARAMETER : assign(caller, key, name, type, caller.memory.read(value, length));
    }

    @Native
    public static int WdfRegistryAssignMemory(Caller caller, long handle, long name, int type, long memoryHandle, long offsets) {
        FxKey key = key(caller, handle);
        Framework.required(caller, name, "ValueName");
        Framework.required(caller, memoryHandle, "Memory");
        int status = ready(caller, name);
        if (status < 0) {
            return status;
        }
        FxMemory memory = Framework.object(caller, memoryHandle, FxMemory.class, "WDFMEMORY");
        long from = offsets == 0 ? 0 : caller.memory.load64(offsets);
        long length = offsets == 0 ? 0 : caller.memory.load64(offsets + 8);
        if (from < 0 || length < 0 || from + length < 0) {
            return FxObject.STATUS_INTEGER_OVERFLOW;
        }
        if (from + length > memory.size) {
            return INVALID_BUFFER_SIZE;
        }
        // Without a length in the offsets the whole size counts, and the framework does not take the offset off it.
        long count = length > 0 ? length : memory.size - from;
        return assign(caller, key, name, type, caller.memory.read(memory.address + from, (int) count));
    }

    @Native
    public static int WdfRegistryAssignULong(Caller caller, long handle, long name, int value) {
        FxKey key = key(caller, handle);
        int status = ready(caller, name);
        return status < 0 ? status : assign(caller, key, name, Registry.REG_DWORD, Registry.number(value, 4));
    }

    @Native
    public static int WdfRegistryAssignUnicodeString(Caller caller, long handle, long name, long value) {
        FxKey key = key(caller, handle);
        Framework.required(caller, name, "ValueName");
        Framework.required(caller, value, "Value");
        int status = ready(caller, name);
        if (status >= 0) {
            status = Framework.unicode(caller, value);
        }
        return status < 0 ? status : assign(caller, key, name, Registry.REG_SZ, Registry.text(text(Framework.characters(caller, value))));
    }

    @Native
    public static int WdfRegistryAssignString(Caller caller, long handle, long name, long stringHandle) {
        FxKey key = key(caller, handle);
        Framework.required(caller, name, "ValueName");
        Framework.required(caller, stringHandle, "String");
        int status = ready(caller, name);
        return status < 0 ? status : assign(caller, key, name, Registry.REG_SZ, Registry.text(Framework.object(caller, stringHandle, FxString.class, "WDFSTRING").text()));
    }

    @Native
    public static int WdfRegistryAssignMultiString(Caller caller, long handle, long name, long collectionHandle) {
        FxKey key = key(caller, handle);
        Framework.required(caller, name, "ValueName");
        Framework.required(caller, collectionHandle, "StringsCollection");
        int status = ready(caller, name);
        if (status < 0) {
            return status;
        }
        FxCollection collection = Framework.object(caller, collectionHandle, FxCollection.class, "WDFCOLLECTION");
        List<String> texts = new ArrayList<>();
        for (FxObject item : collection.items) {
            if (!(item instanceof FxString string)) {
                return Framework.STATUS_INVALID_PARAMETER;
            }
            texts.add(string.text());
        }
        return assign(caller, key, name, Registry.REG_MULTI_SZ, Registry.texts(texts));
    }
}
