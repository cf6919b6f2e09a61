package wdfs.runtime;

import java.util.ArrayList;
import java.util.List;

/// What the managed values of scripts can do: `print`, interpolation, comparison, `expect`. Generated code calls these by
/// name.
public final class ScriptRuntime {
    /// Characters of a string.
    private static final int LONGEST = 16 << 20;

    private ScriptRuntime() {}

    public static void print(Caller caller, Object value) {
        for (String line : plain(caller, value).split("\n", -1)) {
            caller.machine.emit(new Events.Printed(caller.process.processName(), line));
        }
    }

    /// A line of a session has a value.
    public static void answer(Caller caller, Object value, String type) {
        caller.machine.emit(new Events.Answered(caller, type, value, text(caller, value)));
    }

    public static String format(Caller caller, Object value, String spec) {
        if (spec.isEmpty() || !(value instanceof Value v)) {
            return plain(caller, value);
        }
        String digits = spec.replaceAll("[^0-9]", "");
        int width = digits.isEmpty() ? 0 : Math.min(Integer.parseInt(digits.length() > 3 ? "999" : digits), 256);
        char conversion = spec.charAt(spec.length() - 1);
        long bits = mask(v);
        String text = switch (conversion) {
            case 'x' -> Long.toHexString(bits);
            case 'X' -> Long.toHexString(bits).toUpperCase(java.util.Locale.ROOT);
            case 'b' -> Long.toBinaryString(bits);
            case 'o' -> Long.toOctalString(bits);
            case 'u' -> Long.toUnsignedString(bits);
            case 'd' -> Long.toString(v.bits());
            default -> text(caller, value);
        };
        String pad = spec.startsWith("0") ? "0" : " ";
        return text.length() >= width ? text : pad.repeat(width - text.length()) + text;
    }

    /// The value's bits as its width has them.
    private static long mask(Value value) {
        return switch (value.kind()) {
            case "i8", "u8", "char", "bool", "BOOLEAN" -> value.bits() & 0xFF;
            case "i16", "u16", "wchar" -> value.bits() & 0xFFFF;
            case "i32", "u32", "NTSTATUS" -> value.bits() & 0xFFFF_FFFFL;
            default -> value.kind().startsWith("enum:") ? value.bits() & 0xFFFF_FFFFL : value.bits();
        };
    }

    public static String concat(Caller caller, Object[] parts) {
        StringBuilder text = new StringBuilder();
        for (Object part : parts) {
            text.append(plain(caller, part));
            if (text.length() > LONGEST) {
                throw caller.machine.limit("memory");
            }
        }
        return text.toString();
    }

    public static int equal(Caller caller, Object left, Object right) {
        if (left instanceof byte[] a && right instanceof byte[] b) {
            return java.util.Arrays.equals(a, b) ? 1 : 0;
        }
        if (left instanceof Value a && right instanceof Value b) {
            return a.bits() == b.bits() ? 1 : 0;
        }
        if (left instanceof byte[] a && right instanceof Value b) {
            return java.util.Arrays.equals(a, bytesOf(caller, b)) ? 1 : 0;
        }
        if (left instanceof Value a && right instanceof byte[] b) {
            return java.util.Arrays.equals(bytesOf(caller, a), b) ? 1 : 0;
        }
        return left != null && left.equals(right) ? 1 : 0;
    }

    public static long length(Caller caller, Object value) {
        return switch (value) {
            case String s -> s.length();
            case byte[] b -> b.length;
            case List<?> l -> l.size();
            default -> 0;
        };
    }

    public static int byteAt(Caller caller, byte[] value, long index) {
        if (index < 0 || index >= value.length) {
            throw caller.raise(0xC000008C, 0, 0);            // STATUS_ARRAY_BOUNDS_EXCEEDED
        }
        return value[(int) index] & 0xFF;
    }

    public static Object element(Caller caller, List<Object> list, long index) {
        if (index < 0 || index >= list.size()) {
            throw caller.raise(0xC000008C, 0, 0);
        }
        return list.get((int) index);
    }

    /// What `for … in` goes through.
    public static java.util.Iterator<Object> iterate(Object value) {
        List<Object> list = new ArrayList<>();
        switch (value) {
            case List<?> l -> list.addAll(l);
            case byte[] b -> {
                for (byte x : b) {
                    list.add(new Value(x & 0xFF, "u8"));
                }
            }
            case String s -> s.chars().forEach(c -> list.add(new Value(c, "wchar")));
            default -> { }
        }
        return list.iterator();
    }

    public static long bitsOf(Object value) {
        return value instanceof Value v ? v.bits() : value instanceof Duration d ? d.nanos() : 0;
    }

    /// Bytes that a class file keeps as Latin-1 characters.
    public static byte[] latin(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    /// The unit of a bit-field as it is in memory; what was never written counts as it lies there, and the store that
    /// follows does not make a use of it.
    public static long bitUnit(wdfs.machine.View memory, long address, int size) {
        long value = 0;
        boolean unknown = false;
        for (int i = 0; i < size; i++) {
            int b = memory.memory().peek(memory.space(), address + i);
            unknown |= b < 0;
            value |= (long) (b & 0xFF) << 8 * i;
        }
        return unknown ? memory.load8(address) : value;
    }

    /// The bits of a C value in a list.
    public static long bits(Caller caller, Object value) {
        return value instanceof Value v ? v.bits() : value instanceof Duration d ? d.nanos() : 0;
    }

    private static final int STATUS_PENDING = 0x103;

    /// What a managed variable that threads share holds before anybody gave it a value.
    public static Object unset(String kind) {
        return switch (kind) {
            case "STRING" -> "";
            case "BYTES" -> new byte[0];
            case "LIST" -> List.of();
            case "IO_RESULT" -> IoResult.of(STATUS_PENDING, 0, 0, new byte[0]);
            default -> null;
        };
    }

    public static int ioStatus(Caller caller, IoResult result) {
        return result.status;
    }

    public static int ioError(Caller caller, IoResult result) {
        return result.error;
    }

    public static long ioInformation(Caller caller, IoResult result) {
        return result.information;
    }

    public static byte[] ioData(Caller caller, IoResult result) {
        return result.data;
    }

    public static int ioOk(Caller caller, IoResult result) {
        return result.ok() ? 1 : 0;
    }

    // ---- exceptions ------------------------------------------------------------------------------------------------------------

    public static int exceptionCode(Caller caller) {
        return caller.handled() == null ? 0 : caller.handled().code();
    }

    public static long exceptionInformation(Caller caller) {
        return 0;
    }

    // ---- expectations ------------------------------------------------------------------------------------------------------------

    public static void expectHeld(Caller caller) {
        caller.machine.held++;
    }

    /// @param left and right: the two sides of a comparison, or null
    public static void expectFailed(Caller caller, String condition, Object left, Object right, String place) {
        Report.Builder report = new Report.Builder(Report.Kind.EXPECTATION, "expect", "", condition);
        if (left != null) {
            String a = text(caller, left);
            String b = text(caller, right);
            if (a.equals(b) && left instanceof Value v && right instanceof Value w) {
                a += " (0x%X)".formatted(v.bits());
                b += " (0x%X)".formatted(w.bits());
            }
            report.fact("left", a).fact("right", b);
        }
        report.fact("at", place);
        caller.machine.failures++;
        caller.machine.emit(new Events.Reported(report.build(), false));
    }

    static void expectationMissed(Caller caller, String kind, String name, String almost, String place) {
        Report.Builder report = new Report.Builder(Report.Kind.EXPECTATION, "expect", "", "expected %s %s, and none came".formatted(kind, name));
        if (!almost.isEmpty()) {
            report.fact("but", almost);
        }
        report.fact("at", place);
        caller.machine.failures++;
        caller.machine.emit(new Events.Reported(report.build(), false));
    }

    // ---- text --------------------------------------------------------------------------------------------------------------------

    /// The text of a value that stands for itself: C strings without the quotes that they have inside of lists.
    private static String plain(Caller caller, Object value) {
        if (value instanceof Value v && v.bits() != 0) {
            String kind = v.kind();
            if (kind.equals("cstr") || kind.equals("wstr")) {
                return kind.equals("cstr") ? Format.cString(caller.memory, v.bits(), 4096) : Format.wideString(caller.memory, v.bits(), 4096);
            }
            if (kind.startsWith("array:char:")) {
                return Format.cString(caller.memory, v.bits(), Integer.parseInt(kind.substring(11)));
            }
        }
        return text(caller, value);
    }

    public static String text(Caller caller, Object value) {
        return switch (value) {
            case null -> "null";
            case String s -> s;
            case byte[] b -> hex(b, null);
            case Value v -> text(caller, v);
            case IoResult r -> text(caller, r);
            case List<?> l -> {
                List<String> parts = new ArrayList<>();
                l.forEach(e -> parts.add(text(caller, e)));
                yield "[" + String.join(", ", parts) + "]";
            }
            default -> value.toString();
        };
    }

    public static String hex(byte[] bytes, boolean[] unknown) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < bytes.length; i++) {
            text.append(i == 0 ? "" : " ").append(unknown != null && unknown[i] ? "??" : "%02X".formatted(bytes[i] & 0xFF));
        }
        return text.toString();
    }

    /// `STATUS_SUCCESS, 2 bytes: AB BB`.
    private static String text(Caller caller, IoResult result) {
        StringBuilder text = new StringBuilder(caller.machine.statuses.name(result.status));
        if (result.information != 0 || result.data.length > 0) {
            text.append(", ").append(result.information).append(result.information == 1 ? " byte" : " bytes");
            if (result.data.length > 0) {
                text.append(": ").append(hex(result.data.length > 64 ? java.util.Arrays.copyOf(result.data, 64) : result.data, result.unknown));
                text.append(result.data.length > 64 ? " …" : "");
            }
        }
        return text.toString();
    }

    private static String text(Caller caller, Value value) {
        long bits = value.bits();
        String kind = value.kind();
        return switch (kind) {
            case "u8", "i8", "i16", "u16", "i32", "i64" -> Long.toString(bits);
            case "u32" -> Long.toString(bits & 0xFFFF_FFFFL);
            case "u64" -> Long.toUnsignedString(bits);
            case "bool" -> bits != 0 ? "true" : "false";
            case "BOOLEAN" -> bits == 0 ? "FALSE" : bits == 1 ? "TRUE" : Long.toString(bits & 0xFF);
            case "char" -> bits >= 32 && bits < 127 ? "'" + (char) bits + "'" : Long.toString(bits);
            case "wchar" -> (bits & 0xFFFF) >= 32 && (bits & 0xFFFF) < 127 ? "'" + (char) bits + "'" : Long.toString(bits & 0xFFFF);
            case "NTSTATUS" -> caller.machine.statuses.name((int) bits);
            case "HANDLE" -> bits == 0 ? "NULL" : bits == -1 ? "INVALID_HANDLE_VALUE" : "0x%X".formatted(bits);
            case "ptr" -> caller.machine.memory.place(caller.memory.space(), bits);
            case "cstr" -> bits == 0 ? "NULL" : "\"" + Format.cString(caller.memory, bits, 256) + "\"";
            case "wstr" -> bits == 0 ? "NULL" : "L\"" + Format.wideString(caller.memory, bits, 256) + "\"";
            default -> {
                if (kind.startsWith("h:")) {
                    yield caller.machine.handles.label(bits);
                }
                if (kind.startsWith("enum:")) {
                    yield enumName(kind.substring(5), (int) bits);
                }
                if (kind.startsWith("array:char:")) {
                    int length = Integer.parseInt(kind.substring(11));
                    yield "\"" + Format.cString(caller.memory, bits, length) + "\"";
                }
                if (kind.startsWith("array:") || kind.startsWith("struct:")) {
                    yield hex(bytesOf(caller, value), null);
                }
                yield Long.toString(bits);
            }
        };
    }

    private static String enumName(String table, int value) {
        for (String entry : table.split(",")) {
            int equals = entry.indexOf('=');
            if (equals > 0 && Integer.parseInt(entry.substring(equals + 1)) == value) {
                return entry.substring(0, equals);
            }
        }
        return Integer.toString(value);
    }

    /// How many bytes a value takes in memory.
    public static long sizeOf(Value value) {
        String kind = value.kind();
        if (kind.startsWith("struct:")) {
            return Long.parseLong(kind.substring(kind.lastIndexOf(':') + 1));
        }
        if (kind.startsWith("array:")) {
            String[] parts = kind.split(":");
            long count = Long.parseLong(parts[parts.length - 1]);
            return count * (parts[1].equals("struct") ? Long.parseLong(parts[3]) : scalarSize(parts[1]));
        }
        return scalarSize(kind);
    }

    private static long scalarSize(String kind) {
        return switch (kind) {
            case "i8", "u8", "char", "bool", "BOOLEAN" -> 1;
            case "i16", "u16", "wchar" -> 2;
            case "i32", "u32", "NTSTATUS" -> 4;
            default -> kind.startsWith("enum") ? 4 : 8;
        };
    }

    /// The bytes of a value: of data that is written, of an array or a structure in memory.
    public static byte[] bytesOf(Caller caller, Object value) {
        return switch (value) {
            case null -> new byte[0];
            case byte[] b -> b;
            case String s -> s.getBytes(java.nio.charset.StandardCharsets.UTF_8);
            case Value v -> {
                byte[] bytes = new byte[(int) sizeOf(v)];
                if (v.kind().startsWith("array:") || v.kind().startsWith("struct:")) {
                    for (int i = 0; i < bytes.length; i++) {
                        int b = caller.machine.memory.peek(caller.memory.space(), v.bits() + i);
                        bytes[i] = (byte) b;
                    }
                } else if (v.kind().equals("cstr")) {
                    yield Format.cString(caller.memory, v.bits(), 1 << 20).getBytes(java.nio.charset.StandardCharsets.UTF_8);
                } else {
                    for (int i = 0; i < bytes.length; i++) {
                        bytes[i] = (byte) (v.bits() >>> 8 * i);
                    }
                }
                yield bytes;
            }
            default -> new byte[0];
        };
    }
}
