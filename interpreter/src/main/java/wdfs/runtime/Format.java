package wdfs.runtime;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import wdfs.machine.View;

/// C's printf for DbgPrint, printf and the safe strings (ENV-100 to ENV-102): integers, strings and pointers, no floating point.
public final class Format {
    private static final int MOST = 4096;
    private static final Pattern WIDE = Pattern.compile("%[-+0 #]*(?:\\d+|\\*)?(?:\\.(?:\\d+|\\*)?)?(?:[CS]|[lw][cs]|wZ)");
    private static final String BAD = "<badarg>";

    private Format() {}

    /// @param kinds one char for each value: `i u I U p s w h`, as {@link Native} says
    /// @param wrong told once when an argument is missing or of the wrong kind
    public static String format(View memory, long format, long[] values, String kinds, Consumer<String> wrong) {
        return format(memory, cString(memory, format, MOST), false, values, kinds, wrong);
    }

    /// The same with a format of 16-bit characters: there %s and %c are wide, %S and %C narrow.
    public static String formatWide(View memory, long format, long[] values, String kinds, Consumer<String> wrong) {
        return format(memory, wideString(memory, format, MOST), true, values, kinds, wrong);
    }

    /// Whether a format holds a conversion that needs the tables of code pages, which can be paged out (ENV-100).
    public static boolean needsCodePages(String format) {
        return WIDE.matcher(format.replace("%%", "")).find();
    }

    private static String format(View memory, String text, boolean isWide, long[] values, String kinds, Consumer<String> wrong) {
        StringBuilder out = new StringBuilder();
        int next = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '%') {
                out.append(c);
                continue;
            }
            if (++i >= text.length()) {
                break;
            }
            if (text.charAt(i) == '%') {
                out.append('%');
                continue;
            }
            boolean left = false;
            boolean plus = false;
            boolean zero = false;
            boolean space = false;
            boolean alternate = false;
            for (; i < text.length() && "-+0 #".indexOf(text.charAt(i)) >= 0; i++) {
                switch (text.charAt(i)) {
                    case '-' -> left = true;
                    case '+' -> plus = true;
                    case '0' -> zero = true;
                    case ' ' -> space = true;
                    default -> alternate = true;
                }
            }
            int width = 0;
            if (i < text.length() && text.charAt(i) == '*') {
                width = next < values.length ? (int) values[next] : 0;
                next++;
                i++;
                if (width < 0) {
                    left = true;
                    width = -width;
                }
            }
            for (; i < text.length() && Character.isDigit(text.charAt(i)); i++) {
                width = Math.min(width * 10 + text.charAt(i) - '0', 4096);
            }
            int precision = -1;
            if (i < text.length() && text.charAt(i) == '.') {
                precision = 0;
                i++;
                if (i < text.length() && text.charAt(i) == '*') {
                    precision = next < values.length ? (int) values[next] : 0;
                    next++;
                    i++;
                }
                for (; i < text.length() && Character.isDigit(text.charAt(i)); i++) {
                    precision = Math.min(precision * 10 + text.charAt(i) - '0', 4096);
                }
            }
            String size = "";
            for (String prefix : new String[] {"I64", "I32", "ll", "hh", "I", "l", "h", "z", "w", "j", "t"}) {
                if (text.startsWith(prefix, i)) {
                    size = prefix;
                    i += prefix.length();
                    break;
                }
            }
            if (i >= text.length()) {
                break;
            }
            char conversion = text.charAt(i);
            if ("fegEGaA".indexOf(conversion) >= 0) {
                wrong.accept("%" + conversion + " needs floating point, which kernel code does not have");
                out.append(BAD);
                next++;
                continue;
            }
            if (next >= values.length) {
                wrong.accept("there is no argument for %" + size + conversion);
                out.append(BAD);
                continue;
            }
            long value = values[next];
            char kind = next < kinds.length() ? kinds.charAt(next) : 'I';
            next++;
            boolean wide64 = size.equals("I64") || size.equals("ll") || size.equals("I") || size.equals("z") || size.equals("j") || size.equals("t");
            // ENV-102: an address where a number of 32 bits is wanted.
            if ("diuxXoc".indexOf(conversion) >= 0 && !wide64 && (kind == 'p' || kind == 's' || kind == 'w' || kind == 'h')) {
                wrong.accept("%" + size + conversion + " got " + (kind == 'h' ? "a handle" : "a pointer"));
                out.append(BAD);
                continue;
            }
            String piece;
            switch (conversion) {
                case 'd', 'i' -> {
                    long n = wide64 ? value : size.equals("h") ? (short) value : size.equals("hh") ? (byte) value : (int) value;
                    piece = number(n < 0 ? Long.toUnsignedString(-n) : Long.toString(n), precision);
                    String sign = n < 0 ? "-" : plus ? "+" : space ? " " : "";
                    out.append(pad(sign, piece, width, left, zero && precision < 0));
                    continue;
                }
                case 'u', 'x', 'X', 'o' -> {
                    long n = wide64 ? value : size.equals("h") ? value & 0xFFFF : size.equals("hh") ? value & 0xFF : value & 0xFFFFFFFFL;
                    piece = switch (conversion) {
                        case 'u' -> Long.toUnsignedString(n);
                        case 'o' -> Long.toOctalString(n);
                        default -> Long.toHexString(n);
                    };
                    piece = number(piece, precision);
                    if (conversion == 'X') {
                        piece = piece.toUpperCase(java.util.Locale.ROOT);
                    }
                    String prefix = alternate && n != 0 ? conversion == 'x' ? "0x" : conversion == 'X' ? "0X" : conversion == 'o' ? "0" : "" : "";
                    out.append(pad(prefix, piece, width, left, zero && precision < 0));
                    continue;
                }
                case 'c', 'C' -> piece = String.valueOf((char) (size.equals("w") || size.equals("l") || !size.equals("h") && conversion == 'C' != isWide ? value & 0xFFFF : value & 0xFF));
                case 'p' -> piece = "%016X".formatted(value);
                case 's', 'S' -> {
                    boolean wide = size.equals("w") || size.equals("l") || !size.equals("h") && conversion == 'S' != isWide;
                    if (kind == 'i' || kind == 'u') {
                        wrong.accept("%s got a number");
                        out.append(BAD);
                        continue;
                    }
                    if (kind == 'w' && !wide || kind == 's' && wide) {
                        wrong.accept(wide ? "%ws got a string of 8-bit characters" : "%s got a string of 16-bit characters");
                        out.append(BAD);
                        continue;
                    }
                    if (value != 0 && !memory.canRead(value, wide ? 2 : 1)) {
                        wrong.accept("%" + size + conversion + " got an address that cannot be read");
                        out.append(BAD);
                        continue;
                    }
                    piece = value == 0 ? "(null)" : wide ? wideString(memory, value, precision < 0 ? 4096 : precision) : cString(memory, value, precision < 0 ? 4096 : precision);
                }
                case 'Z' -> {
                    if (value == 0) {
                        piece = "(null)";
                    } else if (kind == 'i' || kind == 'u' || kind == 's' || kind == 'w' || !memory.canRead(value, 16)) {
                        wrong.accept("%" + size + "Z wants a pointer to a counted string");
                        piece = BAD;
                    } else if (memory.load16(value) > 0 && !memory.canRead(memory.load64(value + 8), memory.load16(value))) {
                        wrong.accept("the buffer of the string for %" + size + "Z cannot be read");
                        piece = BAD;
                    } else {
                        int bytes = memory.load16(value);
                        long buffer = memory.load64(value + 8);
                        piece = size.equals("w") ? wideString(memory, buffer, bytes / 2) : cString(memory, buffer, bytes);
                    }
                }
                default -> {
                    wrong.accept("%" + size + conversion + " is no conversion");
                    piece = BAD;
                }
            }
            out.append(pad("", precision >= 0 && piece.length() > precision && (conversion == 's' || conversion == 'S') ? piece.substring(0, precision) : piece, width, left, false));
        }
        return out.toString();
    }

    private static String number(String digits, int precision) {
        return digits.length() >= precision ? digits : "0".repeat(precision - digits.length()) + digits;
    }

    private static String pad(String prefix, String text, int width, boolean left, boolean zero) {
        int missing = width - prefix.length() - text.length();
        if (missing <= 0) {
            return prefix + text;
        }
        return left ? prefix + text + " ".repeat(missing) : zero ? prefix + "0".repeat(missing) + text : " ".repeat(missing) + prefix + text;
    }

    /// A string of 8-bit characters up to its NUL, at most `limit` of them; UTF-8 where it is that.
    public static String cString(View memory, long address, int limit) {
        byte[] bytes = new byte[Math.min(limit, 64)];
        int length = 0;
        while (length < limit) {
            int c = memory.load8(address + length);
            if (c == 0) {
                break;
            }
            if (length == bytes.length) {
                bytes = java.util.Arrays.copyOf(bytes, length * 2);
            }
            bytes[length++] = (byte) c;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /// A string of 16-bit characters up to its NUL, at most `limit` of them.
    public static String wideString(View memory, long address, int limit) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < limit; i++) {
            int c = memory.load16(address + 2L * i);
            if (c == 0) {
                break;
            }
            text.append((char) c);
        }
        return text.toString();
    }
}
