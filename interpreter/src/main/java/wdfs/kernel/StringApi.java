package wdfs.kernel;

import java.nio.charset.StandardCharsets;
import wdfs.machine.View;
import wdfs.runtime.Caller;
import wdfs.runtime.Format;
import wdfs.runtime.Native;

/// Counted strings and C's strings (ENV-065 to ENV-071); the safe ones are {@link SafeStringApi}'s.
public final class StringApi {
    static final int INVALID_PARAMETER = 0xC000000D;
    private static final int BUFFER_TOO_SMALL = 0xC0000023;
    private static final int BUFFER_OVERFLOW = 0x80000005;
    private static final int NO_MEMORY = 0xC0000017;
    /// So long a text fits into a UNICODE_STRING with its zero.
    private static final int MOST_BYTES = 0xFFFE;
    private static final int TEXT_TAG = 0x536C_7452;                     // 'RtlS'

    private StringApi() {}

    // ---- UNICODE_STRING: Length 0, MaximumLength 2, Buffer 8 -------------------------------------------------------------------------

    private static int length(View memory, long string) {
        return memory.load16(string);
    }

    private static int capacity(View memory, long string) {
        return memory.load16(string + 2);
    }

    private static long buffer(View memory, long string) {
        return memory.load64(string + 8);
    }

    @Native
    public static void RtlInitUnicodeString(Caller caller, long string, long text) {
        init(caller, string, text, text == 0 ? 0 : Math.min(wcslen(caller, text), 32766) * 2, 2);
    }

    @Native
    public static void RtlInitAnsiString(Caller caller, long string, long text) {
        init(caller, string, text, text == 0 ? 0 : Math.min(strlen(caller, text), 65534), 1);
    }

    static void init(Caller caller, long string, long text, long bytes, int zero) {
        caller.memory.store16(string, (int) bytes);
        caller.memory.store16(string + 2, text == 0 ? 0 : (int) bytes + zero);
        caller.memory.store32(string + 4, 0);
        caller.memory.store64(string + 8, text);
    }

    @Native
    public static void RtlCopyUnicodeString(Caller caller, long target, long source) {
        View memory = caller.memory;
        if (source == 0) {
            memory.store16(target, 0);
            return;
        }
        int bytes = Math.min(length(memory, source), capacity(memory, target));      // ENV-067
        RtlApi.copy(caller, buffer(memory, target), buffer(memory, source), bytes);
        memory.store16(target, bytes);
        if (bytes + 2 <= capacity(memory, target)) {
            memory.store16(buffer(memory, target) + bytes, 0);
        }
    }

    /// ENV-066: all of it or nothing.
    private static int append(Caller caller, long target, long from, int bytes) {
        View memory = caller.memory;
        int now = length(memory, target);
        if (now + bytes > capacity(memory, target)) {
            return BUFFER_TOO_SMALL;
        }
        RtlApi.copy(caller, buffer(memory, target) + now, from, bytes);
        memory.store16(target, now + bytes);
        if (now + bytes + 2 <= capacity(memory, target)) {
            memory.store16(buffer(memory, target) + now + bytes, 0);
        }
        return 0;
    }

    @Native
    public static int RtlAppendUnicodeToString(Caller caller, long target, long text) {
        long bytes = text == 0 ? 0 : wcslen(caller, text) * 2;
        return bytes > MOST_BYTES ? BUFFER_TOO_SMALL : append(caller, target, text, (int) bytes);
    }

    @Native
    public static int RtlAppendUnicodeStringToString(Caller caller, long target, long source) {
        return append(caller, target, buffer(caller.memory, source), length(caller.memory, source));
    }

    private static String text(Caller caller, long string) {
        return RtlApi.unicode(caller.memory, string);
    }

    /// Windows folds by upper case, character by character.
    private static String folded(String text, int ignoreCase) {
        if (ignoreCase == 0) {
            return text;
        }
        StringBuilder upper = new StringBuilder(text.length());
        text.chars().forEach(c -> upper.append((char) Character.toUpperCase(c)));
        return upper.toString();
    }

    @Native
    public static int RtlEqualUnicodeString(Caller caller, long left, long right, int ignoreCase) {
        return folded(text(caller, left), ignoreCase).equals(folded(text(caller, right), ignoreCase)) ? 1 : 0;
    }

    @Native
    public static int RtlCompareUnicodeString(Caller caller, long left, long right, int ignoreCase) {
        return Integer.signum(folded(text(caller, left), ignoreCase).compareTo(folded(text(caller, right), ignoreCase)));
    }

    @Native
    public static int RtlPrefixUnicodeString(Caller caller, long prefix, long string, int ignoreCase) {
        return folded(text(caller, string), ignoreCase).startsWith(folded(text(caller, prefix), ignoreCase)) ? 1 : 0;
    }

    @Native
    public static int RtlUpcaseUnicodeChar(Caller caller, int character) {
        return Character.toUpperCase(character & 0xFFFF);
    }

    // ---- from one kind to the other ----------------------------------------------------------------------------------------------------

    /// Stores a text's bytes into a counted string, which gets a buffer of its own if it is asked for.
    private static int give(Caller caller, long target, byte[] bytes, int zero, boolean allocate) {
        View memory = caller.memory;
        if (bytes.length + zero > 0xFFFF) {
            return 0xC00000F0;                                        // STATUS_INVALID_PARAMETER_2
        }
        if (allocate) {
            long block = allocate(caller, bytes.length + zero);
            if (block == 0) {
                return NO_MEMORY;
            }
            memory.store16(target + 2, bytes.length + zero);
            memory.store64(target + 8, block);
        } else if (bytes.length + zero > capacity(memory, target)) {
            return BUFFER_OVERFLOW;
        }
        memory.store16(target, bytes.length);
        long at = buffer(memory, target);
        memory.write(at, bytes, 0, bytes.length);
        memory.fill(at + bytes.length, zero, 0);
        return 0;
    }

    @Native
    public static int RtlUnicodeStringToAnsiString(Caller caller, long target, long source, int allocate) {
        return give(caller, target, text(caller, source).getBytes(StandardCharsets.ISO_8859_1), 1, allocate != 0);
    }

    @Native
    public static int RtlAnsiStringToUnicodeString(Caller caller, long target, long source, int allocate) {
        View memory = caller.memory;
        byte[] bytes = memory.read(buffer(memory, source), length(memory, source));
        return give(caller, target, new String(bytes, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.UTF_16LE), 2, allocate != 0);
    }

    @Native
    public static int RtlUpcaseUnicodeString(Caller caller, long target, long source, int allocate) {
        return give(caller, target, folded(text(caller, source), 1).getBytes(StandardCharsets.UTF_16LE), 0, allocate != 0);
    }

    /// Room for a text that the driver frees by RtlFreeUnicodeString or its like; 0 if there is none.
    public static long allocate(Caller caller, int bytes) {
        return PoolApi.allocate(caller, true, bytes, TEXT_TAG, false);
    }

    private static void free(Caller caller, long string) {
        long at = buffer(caller.memory, string);
        if (at != 0) {
            PoolApi.ExFreePool(caller, at);
            caller.memory.store32(string, 0);
            caller.memory.store64(string + 8, 0);
        }
    }

    @Native
    public static void RtlFreeUnicodeString(Caller caller, long string) {
        free(caller, string);
    }

    @Native
    public static void RtlFreeAnsiString(Caller caller, long string) {
        free(caller, string);
    }

    // ---- numbers -----------------------------------------------------------------------------------------------------------------------

    @Native
    public static int RtlUnicodeStringToInteger(Caller caller, long string, int base, long value) {
        String text = text(caller, string);
        int at = 0;
        while (at < text.length() && text.charAt(at) <= ' ') {
            at++;
        }
        boolean negative = at < text.length() && text.charAt(at) == '-';
        if (negative || at < text.length() && text.charAt(at) == '+') {
            at++;
        }
        int radix = base;
        if (base == 0) {
            radix = 10;
            String prefix = text.substring(Math.min(at, text.length()), Math.min(at + 2, text.length()));
            switch (prefix) {
                case "0x" -> radix = 16;
                case "0o" -> radix = 8;
                case "0b" -> radix = 2;
                default -> { }
            }
            at += radix == 10 ? 0 : 2;
        } else if (base != 2 && base != 8 && base != 10 && base != 16) {
            return INVALID_PARAMETER;
        }
        int number = 0;
        for (; at < text.length(); at++) {
            int digit = Character.digit(text.charAt(at), radix);
            if (digit < 0) {
                break;
            }
            number = number * radix + digit;                          // as Windows does: what does not fit is lost
        }
        caller.memory.store32(value, negative ? -number : number);
        return 0;
    }

    private static int toString(Caller caller, String digits, long string) {
        byte[] bytes = digits.toUpperCase(java.util.Locale.ROOT).getBytes(StandardCharsets.UTF_16LE);
        View memory = caller.memory;
        if (bytes.length > capacity(memory, string)) {
            return BUFFER_OVERFLOW;
        }
        memory.write(buffer(memory, string), bytes, 0, bytes.length);
        memory.store16(string, bytes.length);
        if (bytes.length + 2 <= capacity(memory, string)) {
            memory.store16(buffer(memory, string) + bytes.length, 0);
        }
        return 0;
    }

    private static boolean isBase(int base) {
        return base == 0 || base == 2 || base == 8 || base == 10 || base == 16;
    }

    @Native
    public static int RtlIntegerToUnicodeString(Caller caller, int value, int base, long string) {
        return isBase(base) ? toString(caller, Integer.toUnsignedString(value, base == 0 ? 10 : base), string) : INVALID_PARAMETER;
    }

    @Native
    public static int RtlInt64ToUnicodeString(Caller caller, long value, int base, long string) {
        return isBase(base) ? toString(caller, Long.toUnsignedString(value, base == 0 ? 10 : base), string) : INVALID_PARAMETER;
    }

    // ---- C's strings: narrow ones ------------------------------------------------------------------------------------------------------

    @Native
    public static long strlen(Caller caller, long text) {
        long n = 0;
        while (caller.memory.load8(text + n) != 0) {
            n++;
        }
        return n;
    }

    @Native
    public static long wcslen(Caller caller, long text) {
        long n = 0;
        while (caller.memory.load16(text + 2 * n) != 0) {
            n++;
        }
        return n;
    }

    private static int compare(Caller caller, long left, long right, long most, int width, boolean fold) {
        for (long i = 0; i < most; i++) {
            int a = width == 1 ? caller.memory.load8(left + i) : caller.memory.load16(left + 2 * i);
            int b = width == 1 ? caller.memory.load8(right + i) : caller.memory.load16(right + 2 * i);
            if (fold) {
                a = Character.toLowerCase(a);
                b = Character.toLowerCase(b);
            }
            if (a != b || a == 0) {
                return a - b;
            }
        }
        return 0;
    }

    @Native
    public static int strcmp(Caller caller, long left, long right) {
        return compare(caller, left, right, Long.MAX_VALUE, 1, false);
    }

    @Native
    public static int strncmp(Caller caller, long left, long right, long most) {
        return compare(caller, left, right, most, 1, false);
    }

    @Native
    public static int wcscmp(Caller caller, long left, long right) {
        return compare(caller, left, right, Long.MAX_VALUE, 2, false);
    }

    @Native
    public static int wcsncmp(Caller caller, long left, long right, long most) {
        return compare(caller, left, right, most, 2, false);
    }

    @Native
    public static int _stricmp(Caller caller, long left, long right) {
        return compare(caller, left, right, Long.MAX_VALUE, 1, true);
    }

    @Native
    public static int _wcsicmp(Caller caller, long left, long right) {
        return compare(caller, left, right, Long.MAX_VALUE, 2, true);
    }

    @Native
    public static long strcpy(Caller caller, long target, long source) {
        RtlApi.copy(caller, target, source, strlen(caller, source) + 1);
        return target;
    }

    @Native
    public static long strcat(Caller caller, long target, long source) {
        RtlApi.copy(caller, target + strlen(caller, target), source, strlen(caller, source) + 1);
        return target;
    }

    @Native
    public static long wcscpy(Caller caller, long target, long source) {
        RtlApi.copy(caller, target, source, 2 * (wcslen(caller, source) + 1));
        return target;
    }

    @Native
    public static long wcscat(Caller caller, long target, long source) {
        RtlApi.copy(caller, target + 2 * wcslen(caller, target), source, 2 * (wcslen(caller, source) + 1));
        return target;
    }

    /// Fills the whole of the destination, with zeros behind a shorter text; without a zero behind a longer one.
    @Native
    public static long strncpy(Caller caller, long target, long source, long most) {
        long bytes = bounded(caller, source, most, 1);
        RtlApi.copy(caller, target, source, bytes);
        caller.memory.fill(target + bytes, most - bytes, 0);
        return target;
    }

    @Native
    public static long wcsncpy(Caller caller, long target, long source, long most) {
        long count = bounded(caller, source, most, 2);
        RtlApi.copy(caller, target, source, 2 * count);
        caller.memory.fill(target + 2 * count, 2 * (most - count), 0);
        return target;
    }

    /// How many characters stand in front of the zero, at most so many.
    static long bounded(Caller caller, long text, long most, int width) {
        long n = 0;
        while (Long.compareUnsigned(n, most) < 0 && (width == 1 ? caller.memory.load8(text + n) : caller.memory.load16(text + 2 * n)) != 0) {
            n++;
        }
        return n;
    }

    private static long find(Caller caller, long text, int character, int width, boolean last) {
        long found = 0;
        for (long at = text; ; at += width) {
            int c = width == 1 ? caller.memory.load8(at) : caller.memory.load16(at);
            if (c == character) {
                found = at;
                if (!last) {
                    return at;
                }
            }
            if (c == 0) {
                return found;
            }
        }
    }

    @Native
    public static long strchr(Caller caller, long text, int c) {
        return find(caller, text, c & 0xFF, 1, false);
    }

    @Native
    public static long strrchr(Caller caller, long text, int c) {
        return find(caller, text, c & 0xFF, 1, true);
    }

    @Native
    public static long wcschr(Caller caller, long text, int c) {
        return find(caller, text, c & 0xFFFF, 2, false);
    }

    @Native
    public static long wcsrchr(Caller caller, long text, int c) {
        return find(caller, text, c & 0xFFFF, 2, true);
    }

    @Native
    public static long strstr(Caller caller, long text, long wanted) {
        String all = new String(bytes(caller, text, strlen(caller, text)), StandardCharsets.ISO_8859_1);
        int at = all.indexOf(new String(bytes(caller, wanted, strlen(caller, wanted)), StandardCharsets.ISO_8859_1));
        return at < 0 ? 0 : text + at;
    }

    @Native
    public static long wcsstr(Caller caller, long text, long wanted) {
        int at = Format.wideString(caller.memory, text, Integer.MAX_VALUE).indexOf(Format.wideString(caller.memory, wanted, Integer.MAX_VALUE));
        return at < 0 ? 0 : text + 2L * at;
    }

    static byte[] bytes(Caller caller, long address, long count) {
        return caller.memory.read(address, (int) count);
    }
}
