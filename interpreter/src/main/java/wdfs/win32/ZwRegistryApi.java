package wdfs.win32;

import java.nio.charset.StandardCharsets;
import java.util.List;
import wdfs.io.AccessBits;
import wdfs.kernel.Registry;
import wdfs.machine.View;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;

/// The registry as drivers open, read and write it by handles.
public final class ZwRegistryApi {
    private static final int BUFFER_OVERFLOW = 0x80000005;
    private static final int BUFFER_TOO_SMALL = 0xC0000023;
    private static final int NO_MORE_ENTRIES = 0x8000001A;
    private static final int NAME_NOT_FOUND = 0xC0000034;
    private static final int INVALID_PARAMETER = 0xC000000D;
    private static final int ACCESS_DENIED = 0xC0000022;
    private static final int KEY_DELETED = 0xC000017C;
    private static final int KEY_QUERY_VALUE = 1;
    private static final int KEY_SET_VALUE = 2;
    private static final int DELETE = 0x10000;

    private ZwRegistryApi() {}

    /// Generic rights as a key has them.
    public static int specific(int access) {
        int rights = access & 0x01FF_FFFF;
        rights |= (access & 0x9000_0000) != 0 ? 0x20019 : 0;
        rights |= (access & 0x5000_0000) != 0 ? 0x20006 : 0;
        rights |= (access & 0x1200_0000) != 0 ? 0xF003F : 0;
        return rights;
    }

    private static int open(Caller caller, String routine, long result, int access, long attributes, boolean create, long disposition) {
        ZwCalls.check(caller, routine, result, disposition);
        ZwCalls.Attributes read = ZwCalls.attributes(caller, routine, attributes);
        Registry.Key parent = null;
        if (read.root() != 0) {
            Object root = ZwCalls.object(caller, read.root());
            if (!(root instanceof Registry.Opened opened)) {
                return ZwCalls.badHandle(caller, routine, read.root(), root);
            }
            parent = opened.key();
        }
        Registry.Found found = Registry.of(caller.machine).open(parent, read.name(), create);
        if (found.key() != null) {
            int rights = specific(access);
            caller.memory.store64(result, ZwCalls.open(caller, new Registry.Opened(found.key(), rights), rights, read.kernelHandle()));
            if (disposition != 0) {
                caller.memory.store32(disposition, found.created() ? 1 : 2);
            }
        }
        return found.status();
    }

    @Native
    public static int ZwOpenKey(Caller caller, long result, int access, long attributes) {
        return open(caller, "ZwOpenKey", result, access, attributes, false, 0);
    }

    @Native
    public static int ZwCreateKey(Caller caller, long result, int access, long attributes, int title, long type, int options, long disposition) {
        return open(caller, "ZwCreateKey", result, access, attributes, true, disposition);
    }

    private interface Work {
        int on(Registry.Key key);
    }

    private static int with(Caller caller, String routine, long handle, int needed, Work work) {
        Object object = ZwCalls.object(caller, handle);
        if (!(object instanceof Registry.Opened opened)) {
            return ZwCalls.badHandle(caller, routine, handle, object);
        }
        if ((opened.access() & needed) != needed) {
            return ACCESS_DENIED;
        }
        return opened.key().isDeleted() ? KEY_DELETED : work.on(opened.key());
    }

    private static final int BASIC = 0;
    private static final int FULL = 1;
    private static final int PARTIAL = 2;

    @Native
    public static int ZwQueryValueKey(Caller caller, long handle, long name, int kind, long buffer, int length, long needed) {
        ZwCalls.check(caller, "ZwQueryValueKey", buffer, needed);
        String value = ZwCalls.name(caller, "ZwQueryValueKey", name);
        return with(caller, "ZwQueryValueKey", handle, KEY_QUERY_VALUE, key -> describe(caller, key.value(value), kind, buffer, length, needed));
    }

    @Native
    public static int ZwEnumerateValueKey(Caller caller, long handle, int index, int kind, long buffer, int length, long needed) {
        ZwCalls.check(caller, "ZwEnumerateValueKey", buffer, needed);
        return with(caller, "ZwEnumerateValueKey", handle, KEY_QUERY_VALUE, key -> {
            List<Registry.Value> values = key.values();
            return Integer.compareUnsigned(index, values.size()) >= 0 ? NO_MORE_ENTRIES : describe(caller, values.get(index), kind, buffer, length, needed);
        });
    }

    /// Writes a KEY_VALUE_…_INFORMATION: what does not fit at all is STATUS_BUFFER_TOO_SMALL, without its data STATUS_BUFFER_OVERFLOW.
    private static int describe(Caller caller, Registry.Value value, int kind, long buffer, int length, long needed) {
        if (value == null) {
            return NAME_NOT_FOUND;
        }
        byte[] name = value.name().getBytes(StandardCharsets.UTF_16LE);
        byte[] data = value.data();
        int nameAt = kind == BASIC ? 12 : 20;
        int dataAt = kind == PARTIAL ? 12 : nameAt + name.length + 3 & ~3;
        int fixed = kind == PARTIAL ? 12 : nameAt;
        int all = kind == BASIC ? nameAt + name.length : dataAt + data.length;
        if (kind != BASIC && kind != FULL && kind != PARTIAL) {
            return INVALID_PARAMETER;
        }
        caller.memory.store32(needed, all);
        if (Integer.compareUnsigned(length, fixed) < 0) {
            return BUFFER_TOO_SMALL;
        }
        View memory = caller.memory;
        memory.store32(buffer, 0);
        memory.store32(buffer + 4, value.type());
        switch (kind) {
            case BASIC -> memory.store32(buffer + 8, name.length);
            case PARTIAL -> memory.store32(buffer + 8, data.length);
            default -> {
                memory.store32(buffer + 8, dataAt);
                memory.store32(buffer + 12, data.length);
                memory.store32(buffer + 16, name.length);
            }
        }
        if (kind != PARTIAL) {
            memory.write(buffer + nameAt, name, 0, Math.min(name.length, length - nameAt));
        }
        if (kind != BASIC && length > dataAt) {
            memory.write(buffer + dataAt, data, 0, Math.min(data.length, length - dataAt));
        }
        return length < all ? BUFFER_OVERFLOW : 0;
    }

    @Native
    public static int ZwEnumerateKey(Caller caller, long handle, int index, int kind, long buffer, int length, long needed) {
        ZwCalls.check(caller, "ZwEnumerateKey", buffer, needed);
        return with(caller, "ZwEnumerateKey", handle, 8, key -> {
            List<Registry.Key> children = key.children();
            if (Integer.compareUnsigned(index, children.size()) >= 0) {
                return NO_MORE_ENTRIES;
            }
            if (kind != BASIC) {
                return INVALID_PARAMETER;
            }
            byte[] name = children.get(index).name.getBytes(StandardCharsets.UTF_16LE);
            caller.memory.store32(needed, 16 + name.length);
            if (Integer.compareUnsigned(length, 16) < 0) {
                return BUFFER_TOO_SMALL;
            }
            caller.memory.fill(buffer, 12, 0);
            caller.memory.store32(buffer + 12, name.length);
            caller.memory.write(buffer + 16, name, 0, Math.min(name.length, length - 16));
            return length < 16 + name.length ? BUFFER_OVERFLOW : 0;
        });
    }

    @Native
    public static int ZwSetValueKey(Caller caller, long handle, long name, int title, int type, long data, int length) {
        ZwCalls.check(caller, "ZwSetValueKey", data);
        AccessBits.stateChanges(caller, "a value of the registry");
        String value = ZwCalls.name(caller, "ZwSetValueKey", name);
        return with(caller, "ZwSetValueKey", handle, KEY_SET_VALUE, key -> {
            return length < 0 ? INVALID_PARAMETER : key.set(value, type, caller.memory.read(data, length));
        });
    }

    @Native
    public static int ZwDeleteValueKey(Caller caller, long handle, long name) {
        String value = ZwCalls.name(caller, "ZwDeleteValueKey", name);
        return with(caller, "ZwDeleteValueKey", handle, KEY_SET_VALUE, key -> key.remove(value));
    }

    @Native
    public static int ZwDeleteKey(Caller caller, long handle) {
        ZwCalls.check(caller, "ZwDeleteKey");
        return with(caller, "ZwDeleteKey", handle, DELETE, Registry.Key::delete);
    }

    @Native
    public static int ZwFlushKey(Caller caller, long handle) {
        ZwCalls.check(caller, "ZwFlushKey");
        return with(caller, "ZwFlushKey", handle, 0, _ -> 0);
    }
}
