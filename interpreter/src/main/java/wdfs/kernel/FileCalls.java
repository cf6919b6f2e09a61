package wdfs.kernel;

import java.nio.charset.StandardCharsets;
import wdfs.machine.View;
import wdfs.runtime.Caller;

/// What is done with an open file, by drivers and applications alike.
public final class FileCalls {
    public static final int INVALID_PARAMETER = 0xC000000D;
    private static final int INFO_LENGTH_MISMATCH = 0xC0000004;
    private static final int INVALID_INFO_CLASS = 0xC0000003;
    private static final int ACCESS_DENIED = 0xC0000022;
    private static final int BUFFER_OVERFLOW = 0x80000005;
    private static final int NAME_NOT_FOUND = 0xC0000034;
    private static final long END_OF_FILE_POSITION = 0xFFFF_FFFF_FFFF_FFFFL;
    private static final long CURRENT_POSITION = 0xFFFF_FFFF_FFFF_FFFEL;

    private FileCalls() {}

    /// What came of a call.
    public record Result(int status, long information) {}

    public static String path(FileSystem.Opening file) {
        return file.node.path();
    }

    /// Where a transfer begins; -1 if that cannot be said (ENV-091).
    /// @param offset as it was given; null for none
    public static long position(FileSystem.Opening file, Long offset) {
        if (file.appends() || offset != null && offset == END_OF_FILE_POSITION) {
            return file.node.length;
        }
        if (offset == null || offset == CURRENT_POSITION) {
            return file.synchronous ? file.position : -1;
        }
        return offset < 0 ? -1 : offset;
    }

    public static Result read(Caller caller, FileSystem.Opening file, long position, long buffer, int length) {
        if (length == 0) {
            return new Result(0, 0);
        }
        byte[] bytes = length < 0 ? null : FileSystem.read(file, position, length);
        if (bytes == null) {
            return new Result(FileSystem.END_OF_FILE, 0);
        }
        caller.memory.write(buffer, bytes, 0, bytes.length);
        if (file.synchronous) {
            file.position = position + bytes.length;
        }
        return new Result(0, bytes.length);
    }

    public static Result write(Caller caller, FileSystem.Opening file, long position, long buffer, int length) {
        if (length < 0) {
            return new Result(INVALID_PARAMETER, 0);
        }
        int status = FileSystem.write(file, position, caller.memory.read(buffer, length));
        if (status < 0) {
            return new Result(status, 0);
        }
        if (file.synchronous) {
            file.position = position + length;
        }
        return new Result(0, length);
    }

    // ---- information ---------------------------------------------------------------------------------------------------------------

    private static final int BASIC = 4;
    private static final int STANDARD = 5;
    private static final int NAME = 9;
    private static final int RENAME = 10;
    private static final int DISPOSITION = 13;
    private static final int POSITION = 14;
    private static final int ALLOCATION = 19;
    private static final int END_OF_FILE = 20;
    private static final int CLUSTER = 4096;

    public static Result query(Caller caller, FileSystem.Opening file, long buffer, int length, int kind) {
        View memory = caller.memory;
        FileSystem.Node node = file.node;
        int needed = switch (kind) {
            case BASIC -> 40;
            case STANDARD -> 24;
            case POSITION -> 8;
            case NAME -> 8;
            default -> 0;
        };
        if (needed == 0) {
            return new Result(INVALID_INFO_CLASS, 0);
        }
        if (Integer.compareUnsigned(length, needed) < 0) {
            return new Result(INFO_LENGTH_MISMATCH, 0);
        }
        switch (kind) {
            case BASIC -> {
                memory.store64(buffer, node.created);
                memory.store64(buffer + 8, node.changed);
                memory.store64(buffer + 16, node.changed);
                memory.store64(buffer + 24, node.changed);
                memory.store32(buffer + 32, node.attributes);
                memory.store32(buffer + 36, 0);
            }
            case STANDARD -> {
                memory.store64(buffer, (node.length + CLUSTER - 1L) / CLUSTER * CLUSTER);
                memory.store64(buffer + 8, node.length);
                memory.store32(buffer + 16, 1);
                memory.store8(buffer + 20, node.deletePending ? 1 : 0);
                memory.store8(buffer + 21, node.isDirectory() ? 1 : 0);
                memory.store16(buffer + 22, 0);
            }
            case POSITION -> memory.store64(buffer, file.position);
            default -> {
                byte[] name = node.path().getBytes(StandardCharsets.UTF_16LE);
                int fits = Math.min(name.length, length - 4);
                memory.store32(buffer, name.length);
                memory.write(buffer + 4, name, 0, fits);
                return new Result(fits < name.length ? BUFFER_OVERFLOW : 0, 4L + fits);
            }
        }
        return new Result(0, needed);
    }

    /// @return a status
    public static int set(Caller caller, FileSystem.Opening file, long buffer, int length, int kind) {
        View memory = caller.memory;
        int needed = switch (kind) {
            case BASIC -> 40;
            case RENAME -> 24;
            case DISPOSITION -> 1;
            case POSITION, ALLOCATION, END_OF_FILE -> 8;
            default -> 0;
        };
        if (needed == 0) {
            return INVALID_INFO_CLASS;
        }
        if (Integer.compareUnsigned(length, needed) < 0) {
            return INFO_LENGTH_MISMATCH;
        }
        switch (kind) {
            case BASIC -> {
                int attributes = memory.load32(buffer + 32);
                if (attributes != 0) {
                    file.node.attributes = attributes & ~0x90 | file.node.attributes & FileSystem.ATTRIBUTE_DIRECTORY;
                }
                return 0;
            }
            case RENAME -> {
                if (!file.may(FileSystem.DELETE)) {
                    return ACCESS_DENIED;
                }
                int bytes = memory.load32(buffer + 16);
                if (bytes < 0 || bytes > length - 20) {
                    return INVALID_PARAMETER;
                }
                String text = new String(memory.read(buffer + 20, bytes), StandardCharsets.UTF_16LE);
                String path = FileSystem.onVolume(text);
                String parent = file.node.path();
                path = path != null ? path : text.startsWith("\\") ? text : parent.substring(0, parent.lastIndexOf('\\') + 1) + text;
                return FileSystem.of(caller.machine).rename(file.node, path, memory.load8(buffer) != 0);
            }
            case DISPOSITION -> {
                return file.may(FileSystem.DELETE) ? FileSystem.delete(file.node, memory.load8(buffer) != 0) : ACCESS_DENIED;
            }
            case POSITION -> {
                long position = memory.load64(buffer);
                if (position < 0) {
                    return INVALID_PARAMETER;
                }
                file.position = position;
                return 0;
            }
            default -> {
                long size = memory.load64(buffer);
                if (!file.may(FileSystem.WRITE_DATA)) {
                    return ACCESS_DENIED;
                }
                if (size < 0) {
                    return INVALID_PARAMETER;
                }
                return kind == ALLOCATION && size >= file.node.length || file.node.resize(size) ? 0 : FileSystem.DISK_FULL;
            }
        }
    }

    /// @return false if the volume is full
    public static boolean resize(FileSystem.Opening file, long size) {
        return file.node.resize(size);
    }

    /// Deletes the file at a path: it goes at once if nobody has it open. @return a status
    public static int delete(Caller caller, String path) {
        FileSystem.Opened opened = FileSystem.of(caller.machine).open(path, FileSystem.DELETE, 7, 1, 0, 0);
        if (opened.opening() == null) {
            return opened.status() == 0 ? NAME_NOT_FOUND : opened.status();
        }
        opened.opening().handleOpened();
        int status = FileSystem.delete(opened.opening().node, true);
        opened.opening().handleClosed(caller);
        return status;
    }
}
