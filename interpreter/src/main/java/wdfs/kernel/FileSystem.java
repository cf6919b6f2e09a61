package wdfs.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// The volume C: of a machine, in memory: directories and files, empty at boot but for Windows' own directories (ENV-090 to
/// ENV-092). Names count without case and keep the one that they were made with.
public final class FileSystem {
    static final int SHARING_VIOLATION = 0xC0000043;
    static final int ACCESS_DENIED = 0xC0000022;
    static final int NAME_NOT_FOUND = 0xC0000034;
    static final int PATH_NOT_FOUND = 0xC000003A;
    static final int NAME_COLLISION = 0xC0000035;
    static final int NAME_INVALID = 0xC0000033;
    static final int DELETE_PENDING = 0xC0000056;
    static final int FILE_IS_A_DIRECTORY = 0xC00000BA;
    static final int NOT_A_DIRECTORY = 0xC0000103;
    static final int DIRECTORY_NOT_EMPTY = 0xC0000101;
    static final int CANNOT_DELETE = 0xC0000121;
    static final int INVALID_PARAMETER = 0xC000000D;
    static final int DISK_FULL = 0xC000007F;
    static final int END_OF_FILE = 0xC0000011;

    // Access rights, share modes, dispositions, options.
    public static final int READ_DATA = 1;
    public static final int WRITE_DATA = 2;
    public static final int APPEND_DATA = 4;
    public static final int DELETE = 0x10000;
    public static final int SYNCHRONIZE = 0x100000;
    private static final int SHARE_DELETE = 4;
    private static final int OPTION_DIRECTORY = 0x1;
    private static final int OPTION_SYNCHRONOUS = 0x30;
    private static final int OPTION_NON_DIRECTORY = 0x40;
    private static final int OPTION_DELETE_ON_CLOSE = 0x1000;
    static final int ATTRIBUTE_READONLY = 0x1;
    static final int ATTRIBUTE_DIRECTORY = 0x10;
    private static final int ATTRIBUTE_ARCHIVE = 0x20;
    private static final int ATTRIBUTE_NORMAL = 0x80;
    /// The volume holds so many bytes in all.
    private static final long CAPACITY = 64L << 20;
    private static final String VOLUME = "\\device\\harddiskvolume1";

    private final Machine machine;
    private final Node root;
    private long used;

    private FileSystem(Machine machine) {
        this.machine = machine;
        this.root = new Node(null, "", true);
        for (String path : List.of("\\Windows\\System32\\drivers", "\\Windows\\Temp", "\\Temp")) {
            directory(path);
        }
    }

    public static FileSystem of(Machine machine) {
        return machine.part(FileSystem.class, FileSystem::new);
    }

    /// A file or a directory.
    public final class Node {
        Node parent;
        String name;
        final TreeMap<String, Node> children;
        byte[] data = new byte[0];
        int length;
        int attributes;
        final long created = KernelApi.systemTime(machine);
        long changed = created;
        boolean deletePending;
        final List<Opening> openings = new ArrayList<>();

        Node(Node parent, String name, boolean directory) {
            this.parent = parent;
            this.name = name;
            this.children = directory ? new TreeMap<>() : null;
            this.attributes = directory ? ATTRIBUTE_DIRECTORY : ATTRIBUTE_ARCHIVE;
        }

        public boolean isDirectory() {
            return children != null;
        }

        public byte[] contents() {
            return Arrays.copyOf(data, length);
        }

        /// @return false if the volume is full
        boolean resize(long size) {
            if (size > Integer.MAX_VALUE - 8 || used - length + size > CAPACITY) {
                return false;
            }
            used += size - length;
            if (size > data.length) {
                data = Arrays.copyOf(data, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(size, data.length * 2L)));
            } else if (size < length) {
                Arrays.fill(data, (int) size, length, (byte) 0);
            }
            length = (int) size;
            touched();
            return true;
        }

        void touched() {
            changed = KernelApi.systemTime(machine);
        }

        String path() {
            return parent == null ? "" : parent.path() + "\\" + name;
        }
    }

    /// What a handle of a file leads to.
    public final class Opening extends Waitable implements HandleObject {
        public final Node node;
        public final int access;
        private final int share;
        /// Each call waits for its end, and the file has a position.
        public final boolean synchronous;
        public long position;
        private final boolean deleteOnClose;
        private int handles;
        private boolean busy;
        /// The port that hears of its requests, and the modes that its opener has set.
        public final FileCompletion completion = new FileCompletion();

        private Opening(Node node, int access, int share, int options) {
            this.node = node;
            this.access = access;
            this.share = share;
            this.synchronous = (options & OPTION_SYNCHRONOUS) != 0;
            this.deleteOnClose = (options & OPTION_DELETE_ON_CLOSE) != 0;
        }

        public boolean may(int right) {
            return (access & right) != 0;
        }

        /// Only FILE_APPEND_DATA: whatever is written goes behind the end.
        public boolean appends() {
            return may(APPEND_DATA) && !may(WRITE_DATA);
        }

        @Override
        public void handleOpened() {
            handles++;
        }

        @Override
        public void handleClosed(Caller caller) {
            if (--handles > 0) {
                return;
            }
            completion.unbind(caller.machine);
            node.openings.remove(this);
            node.deletePending |= deleteOnClose;
            if (node.deletePending && node.openings.isEmpty()) {
                remove(node);
            }
        }

        /// A transfer goes on behind the call that began it: whoever waits for the file waits for its end.
        public void transferBegins() {
            busy = true;
        }

        public void transferEnds() {
            busy = false;
            changed();
        }

        @Override public boolean isSignaled() { return !busy; }
        @Override public void satisfied() {}
        @Override public String waitName() { return "file C:" + node.path(); }
    }

    private void remove(Node node) {
        if (node.parent != null) {
            node.parent.children.remove(key(node.name));
            used -= node.length;
            node.parent = null;
        }
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    // ---- names -----------------------------------------------------------------------------------------------------------------------

    /// The path on the volume that an object manager name leads to, `\Temp\a.txt`; null if it leads elsewhere.
    public static String onVolume(String name) {
        String lower = key(name);
        for (String prefix : List.of("\\??\\c:", "\\dosdevices\\c:", "\\global??\\c:", VOLUME)) {
            if (lower.startsWith(prefix) && (lower.length() == prefix.length() || lower.charAt(prefix.length()) == '\\')) {
                return name.substring(prefix.length());
            }
        }
        return lower.startsWith("\\systemroot\\") || lower.equals("\\systemroot") ? "\\Windows" + name.substring(11) : null;
    }

    /// The path of a script's file: also `C:\Temp\a.txt`.
    public static String ofScript(String path) {
        String full = path.startsWith("\\\\.\\") || path.startsWith("\\\\?\\") ? "\\??\\" + path.substring(4) : path.startsWith("\\") ? path : "\\??\\" + path;
        return onVolume(full);
    }

    private static List<String> parts(String path) {
        return path.isEmpty() || path.equals("\\") ? List.of() : Arrays.asList(path.substring(1).split("\\\\", -1));
    }

    private static boolean isName(String name) {
        return !name.isEmpty() && name.length() <= 255 && name.chars().allMatch(c -> c >= ' ' && "\"*/:<>?\\|".indexOf(c) < 0);
    }

    /// The node at a path, or null.
    public Node find(String path) {
        Node at = root;
        for (String part : parts(path)) {
            at = at.isDirectory() ? at.children.get(key(part)) : null;
            if (at == null) {
                return null;
            }
        }
        return at;
    }

    /// Makes the directories of a path that are missing; null if a file is in the way.
    private Node directory(String path) {
        Node at = root;
        for (String part : parts(path)) {
            if (!at.isDirectory()) {
                return null;
            }
            Node parent = at;
            at = parent.children.computeIfAbsent(key(part), _ -> new Node(parent, part, true));
        }
        return at;
    }

    /// A script puts a file there; its directories are made with it.
    public void seed(String path, byte[] bytes) {
        int slash = path.lastIndexOf('\\');
        Node parent = slash < 0 ? null : directory(path.substring(0, slash));
        String name = path.substring(slash + 1);
        if (parent == null || !isName(name) || !parent.isDirectory()) {
            throw new IllegalArgumentException(path);
        }
        Node node = parent.children.computeIfAbsent(key(name), _ -> new Node(parent, name, false));
        if (node.isDirectory() || !node.resize(bytes.length)) {
            throw new IllegalArgumentException(path);
        }
        System.arraycopy(bytes, 0, node.data, 0, bytes.length);
    }

    // ---- opening ---------------------------------------------------------------------------------------------------------------------

    /// What came of an open. @param information FILE_OPENED and so on (ENV-091)
    public record Opened(int status, int information, Opening opening) {
        private static Opened failed(int status) {
            return new Opened(status, 0, null);
        }

        private static Opened failed(int status, int information) {
            return new Opened(status, information, null);
        }
    }

    private static final int SUPERSEDE = 0;
    private static final int OPEN = 1;
    private static final int CREATE = 2;
    private static final int OVERWRITE = 4;
    private static final int OVERWRITE_IF = 5;
    private static final int SUPERSEDED = 0;
    private static final int OPENED = 1;
    private static final int CREATED = 2;
    private static final int OVERWRITTEN = 3;
    private static final int EXISTS = 4;
    private static final int DOES_NOT_EXIST = 5;

    /// @param path on the volume; @param access specific rights only, generic ones are resolved
    public Opened open(String path, int access, int share, int disposition, int options, int attributes) {
        if (disposition < SUPERSEDE || disposition > OVERWRITE_IF || (options & OPTION_DIRECTORY) != 0 && (options & OPTION_NON_DIRECTORY) != 0
                || (options & OPTION_SYNCHRONOUS) == OPTION_SYNCHRONOUS || (options & OPTION_SYNCHRONOUS) != 0 && (access & SYNCHRONIZE) == 0
                || (options & OPTION_DELETE_ON_CLOSE) != 0 && (access & DELETE) == 0) {
            return Opened.failed(INVALID_PARAMETER);
        }
        List<String> parts = parts(path);
        if (!parts.stream().allMatch(FileSystem::isName)) {
            return Opened.failed(NAME_INVALID);
        }
        Node parent = parts.isEmpty() ? null : find(path.substring(0, path.lastIndexOf('\\')));
        if (!parts.isEmpty() && (parent == null || !parent.isDirectory())) {
            return Opened.failed(PATH_NOT_FOUND);
        }
        Node node = parent == null ? root : parent.children.get(key(parts.getLast()));
        if (node == null) {
            return disposition == OPEN || disposition == OVERWRITE ? Opened.failed(NAME_NOT_FOUND, DOES_NOT_EXIST) : create(parent, parts.getLast(), access, share, options, attributes);
        }
        if (node.deletePending) {
            return Opened.failed(DELETE_PENDING);
        }
        if (disposition == CREATE) {
            return Opened.failed(NAME_COLLISION, EXISTS);
        }
        if (node.isDirectory() ? (options & OPTION_NON_DIRECTORY) != 0 : (options & OPTION_DIRECTORY) != 0) {
            return Opened.failed(node.isDirectory() ? FILE_IS_A_DIRECTORY : NOT_A_DIRECTORY);
        }
        boolean replaces = disposition == SUPERSEDE || disposition >= OVERWRITE;
        if (node.isDirectory() && replaces) {
            return Opened.failed(INVALID_PARAMETER);
        }
        boolean changes = (access & (WRITE_DATA | APPEND_DATA)) != 0 || replaces;
        if ((node.attributes & ATTRIBUTE_READONLY) != 0 && changes && !node.isDirectory()) {
            return Opened.failed(ACCESS_DENIED);
        }
        if ((node.attributes & ATTRIBUTE_READONLY) != 0 && (options & OPTION_DELETE_ON_CLOSE) != 0) {
            return Opened.failed(CANNOT_DELETE);
        }
        int wanted = access | (replaces ? WRITE_DATA : 0);
        for (Opening other : node.openings) {
            if (conflict(wanted, other.share) || conflict(other.access, share)) {
                return Opened.failed(SHARING_VIOLATION);
            }
        }
        if (replaces) {
            node.resize(0);
            node.attributes = ATTRIBUTE_ARCHIVE | attributes & ~(ATTRIBUTE_NORMAL | ATTRIBUTE_DIRECTORY);
        }
        int information = disposition == SUPERSEDE ? SUPERSEDED : replaces ? OVERWRITTEN : OPENED;
        return new Opened(0, information, opened(node, access, share, options));
    }

    /// Reading, writing and deleting are what a share mode allows or not.
    private static boolean conflict(int access, int share) {
        return (access & READ_DATA) != 0 && (share & 1) == 0 || (access & (WRITE_DATA | APPEND_DATA)) != 0 && (share & 2) == 0 || (access & DELETE) != 0 && (share & SHARE_DELETE) == 0;
    }

    private Opened create(Node parent, String name, int access, int share, int options, int attributes) {
        if (parent.deletePending) {
            return Opened.failed(DELETE_PENDING);
        }
        Node node = new Node(parent, name, (options & OPTION_DIRECTORY) != 0);
        node.attributes |= attributes & ~(ATTRIBUTE_NORMAL | ATTRIBUTE_DIRECTORY);
        parent.children.put(key(name), node);
        return new Opened(0, CREATED, opened(node, access, share, options));
    }

    private Opening opened(Node node, int access, int share, int options) {
        Opening opening = new Opening(node, access, share, options);
        node.openings.add(opening);
        return opening;
    }

    // ---- reading, writing, deleting -----------------------------------------------------------------------------------------------------

    /// The bytes from a position on, at most so many; null behind the end of the file.
    static byte[] read(Opening file, long position, int length) {
        Node node = file.node;
        return position >= node.length ? null : Arrays.copyOfRange(node.data, (int) position, (int) Math.min(node.length, position + length));
    }

    /// @return a status
    static int write(Opening file, long position, byte[] bytes) {
        Node node = file.node;
        long end = position + bytes.length;
        if (end > node.length && !node.resize(end)) {
            return DISK_FULL;
        }
        System.arraycopy(bytes, 0, node.data, (int) position, bytes.length);
        node.touched();
        return 0;
    }

    /// Asks for the file to go with its last handle, or takes that back. @return a status
    static int delete(Node node, boolean delete) {
        if (delete && (node.attributes & ATTRIBUTE_READONLY) != 0) {
            return CANNOT_DELETE;
        }
        if (delete && node.isDirectory() && !node.children.isEmpty()) {
            return DIRECTORY_NOT_EMPTY;
        }
        if (delete && node.parent == null) {
            return CANNOT_DELETE;
        }
        node.deletePending = delete;
        return 0;
    }

    /// @return a status
    int rename(Node node, String path, boolean replace) {
        List<String> parts = parts(path);
        if (parts.isEmpty() || !parts.stream().allMatch(FileSystem::isName)) {
            return NAME_INVALID;
        }
        Node parent = find(path.substring(0, path.lastIndexOf('\\')));
        if (parent == null || !parent.isDirectory()) {
            return PATH_NOT_FOUND;
        }
        for (Node above = parent; above != null; above = above.parent) {
            if (above == node) {
                return INVALID_PARAMETER;
            }
        }
        Node there = parent.children.get(key(parts.getLast()));
        if (there != null && there != node) {
            if (!replace) {
                return NAME_COLLISION;
            }
            if (there.isDirectory() || !there.openings.isEmpty()) {
                return ACCESS_DENIED;
            }
            remove(there);
        }
        node.parent.children.remove(key(node.name));
        node.parent = parent;
        node.name = parts.getLast();
        parent.children.put(key(node.name), node);
        return 0;
    }

    /// Generic rights as a file has them.
    public static int specific(int access) {
        int rights = access & 0x00FF_FFFF & ~0x0200_0000;
        rights |= (access & 0x8000_0000) != 0 ? 0x120089 : 0;
        rights |= (access & 0x4000_0000) != 0 ? 0x120116 : 0;
        rights |= (access & 0x2000_0000) != 0 ? 0x1200A0 : 0;
        rights |= (access & 0x1000_0000) != 0 ? 0x1F01FF : 0;
        return rights;
    }
}
