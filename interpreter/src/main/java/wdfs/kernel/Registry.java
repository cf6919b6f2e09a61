package wdfs.kernel;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// The registry of a machine, in memory (OBJ-440): at boot it has Windows' own roots, a key for each driver's service with
/// `Parameters` in it, and what a script puts there. Names count without case.
public final class Registry {
    public static final int REG_SZ = 1;
    public static final int REG_EXPAND_SZ = 2;
    public static final int REG_BINARY = 3;
    public static final int REG_DWORD = 4;
    public static final int REG_MULTI_SZ = 7;
    public static final int REG_QWORD = 11;
    static final int NAME_NOT_FOUND = 0xC0000034;
    static final int NAME_INVALID = 0xC0000033;
    static final int KEY_DELETED = 0xC000017C;
    static final int CANNOT_DELETE = 0xC0000121;
    static final int NO_RESOURCES = 0xC000009A;
    public static final String SERVICES = "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\";
    /// All values together hold so many bytes.
    private static final long CAPACITY = 32L << 20;

    private final Key root = new Key(null, "");
    private long used;

    private Registry() {
        for (String path : List.of("Machine\\System\\CurrentControlSet\\Services", "Machine\\System\\CurrentControlSet\\Enum", "Machine\\System\\CurrentControlSet\\Control\\Class",
                "Machine\\Software", "Machine\\Hardware\\DeviceMap", "User\\.Default")) {
            make("\\Registry\\" + path);
        }
    }

    public static Registry of(Machine machine) {
        return machine.part(Registry.class, _ -> new Registry());
    }

    /// A value with its name as it was given.
    public record Value(String name, int type, byte[] data) {}

    public final class Key {
        private Key parent;
        public final String name;
        private final TreeMap<String, Key> children = new TreeMap<>();
        private final Map<String, Value> values = new LinkedHashMap<>();
        private boolean deleted;

        private Key(Key parent, String name) {
            this.parent = parent;
            this.name = name;
        }

        public boolean isDeleted() {
            return deleted;
        }

        public Value value(String wanted) {
            return values.get(lower(wanted));
        }

        public List<Value> values() {
            return List.copyOf(values.values());
        }

        public List<Key> children() {
            return new ArrayList<>(children.values());
        }

        /// @return a status
        public int set(String valueName, int type, byte[] data) {
            if (deleted) {
                return KEY_DELETED;
            }
            Value before = values.get(lower(valueName));
            long size = used + data.length - (before == null ? 0 : before.data.length);
            if (size > CAPACITY) {
                return NO_RESOURCES;
            }
            used = size;
            values.put(lower(valueName), new Value(valueName, type, data.clone()));
            return 0;
        }

        /// @return a status
        public int remove(String valueName) {
            Value before = deleted ? null : values.remove(lower(valueName));
            used -= before == null ? 0 : before.data.length;
            return deleted ? KEY_DELETED : before == null ? NAME_NOT_FOUND : 0;
        }

        /// A key with keys below it stays. @return a status
        public int delete() {
            if (deleted) {
                return KEY_DELETED;
            }
            if (!children.isEmpty() || parent == null) {
                return CANNOT_DELETE;
            }
            List.copyOf(values.keySet()).forEach(this::remove);
            parent.children.remove(lower(name));
            deleted = true;
            return 0;
        }

        /// The key below this one at a relative path, or null.
        public Key below(String path) {
            Key at = this;
            for (String part : parts(path)) {
                at = at == null ? null : at.children.get(lower(part));
            }
            return at;
        }

        /// The same, and makes what is missing; null if a name is none.
        Key makeBelow(String path) {
            Key at = this;
            for (String part : parts(path)) {
                if (part.length() > 255) {
                    return null;
                }
                Key above = at;
                at = above.children.computeIfAbsent(lower(part), _ -> new Key(above, part));
            }
            return at;
        }

        public String path() {
            return parent == null ? "" : parent.path() + "\\" + name;
        }
    }

    /// What a handle of a key leads to.
    public record Opened(Key key, int access) implements HandleObject {
        @Override public void handleOpened() {}
        @Override public void handleClosed(Caller caller) {}
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static List<String> parts(String path) {
        List<String> parts = new ArrayList<>();
        for (String part : path.split("\\\\")) {
            if (!part.isEmpty()) {
                parts.add(part);
            }
        }
        return parts;
    }

    /// A path from the root, `\Registry\Machine\…`; null if it is none.
    private static String inside(String path) {
        return lower(path).startsWith("\\registry\\") ? path.substring(10) : lower(path).equals("\\registry") ? "" : null;
    }

    /// The key at a path, or null.
    public Key find(String path) {
        String rest = inside(path);
        return rest == null ? null : root.below(rest);
    }

    /// The key at a path, made if it is missing; null if the path is none.
    public Key make(String path) {
        String rest = inside(path);
        return rest == null ? null : root.makeBelow(rest);
    }

    /// What came of ZwCreateKey and ZwOpenKey. @param created REG_CREATED_NEW_KEY rather than REG_OPENED_EXISTING_KEY
    public record Found(int status, Key key, boolean created) {}

    /// Opens a key, relative to another one if that is not null.
    public Found open(Key parent, String path, boolean create) {
        if (parent != null && parent.deleted) {
            return new Found(KEY_DELETED, null, false);
        }
        if (parent != null && path.startsWith("\\")) {
            return new Found(0xC000003B, null, false);                // STATUS_OBJECT_PATH_SYNTAX_BAD
        }
        Key found = parent == null ? find(path) : parent.below(path);
        if (found != null) {
            return new Found(0, found, false);
        }
        if (!create) {
            return new Found(parent == null && inside(path) == null && !path.startsWith("\\") ? 0xC000003B : NAME_NOT_FOUND, null, false);
        }
        // Only the last name is made; what is above it must be there.
        int slash = path.lastIndexOf('\\');
        String above = slash < 0 ? "" : path.substring(0, slash);
        Key holder = parent == null ? find(above) : parent.below(above);
        Key made = holder == null ? null : holder.makeBelow(path.substring(slash + 1));
        return made == null ? new Found(holder == null ? NAME_NOT_FOUND : NAME_INVALID, null, false) : new Found(0, made, true);
    }

    /// The key of a driver's service, with `Parameters` and what the driver's declaration puts there.
    public void service(String driver, Map<String, String> parameters) {
        Key key = make(SERVICES + driver + "\\Parameters");
        parameters.forEach((name, value) -> {
            String data = value.substring(value.indexOf(':') + 1);
            switch (value.substring(0, value.indexOf(':'))) {
                case "dword" -> key.set(name, REG_DWORD, number(Long.parseLong(data), 4));
                case "qword" -> key.set(name, REG_QWORD, number(Long.parseLong(data), 8));
                case "sz" -> key.set(name, REG_SZ, text(data));
                case "multi" -> key.set(name, REG_MULTI_SZ, text(data));
                default -> key.set(name, REG_BINARY, java.util.HexFormat.of().parseHex(data));
            }
        });
    }

    // ---- values as text ------------------------------------------------------------------------------------------------------------------

    public static byte[] text(String text) {
        return (text + "\0").getBytes(StandardCharsets.UTF_16LE);
    }

    public static byte[] texts(List<String> texts) {
        StringBuilder all = new StringBuilder();
        texts.forEach(text -> all.append(text).append('\0'));
        return all.append(texts.isEmpty() ? "\0\0" : "\0").toString().getBytes(StandardCharsets.UTF_16LE);
    }

    public static byte[] number(long value, int bytes) {
        byte[] data = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            data[i] = (byte) (value >>> 8 * i);
        }
        return data;
    }
}
