package wdfs.kernel;

import java.nio.charset.StandardCharsets;
import wdfs.machine.View;
import wdfs.runtime.Caller;
import wdfs.runtime.Format;
import wdfs.runtime.Native;

/// The safe strings of <ntstrsafe.h> (ENV-070): they know how long the destination is, end every text with a zero, and tell
/// what they had to cut off. Sizes are in bytes (Cb) or characters (Cch), with the zero.
public final class SafeStringApi {
    private static final int BUFFER_OVERFLOW = 0x80000005;
    private static final long MOST_CHARACTERS = Integer.MAX_VALUE;
    private static final int MOST_IN_UNICODE_STRING = 32767;

    private SafeStringApi() {}

    /// Characters that a size stands for; what is left of an odd number of bytes is not used.
    private static long characters(long size, int width, boolean inBytes) {
        return inBytes && width == 2 ? size >>> 1 : size;
    }

    private static boolean refused(long characters) {
        return characters == 0 || Long.compareUnsigned(characters, MOST_CHARACTERS) > 0;
    }

    /// Puts `count` characters of `source` at `at` and ends them; cuts off what does not fit in front of `end`.
    private static int put(Caller caller, long target, long at, long size, long source, long count, int width) {
        View memory = caller.memory;
        long fits = Math.min(count, size - 1 - at);
        RtlApi.copy(caller, target + at * width, source, fits * width);
        if (width == 1) {
            memory.store8(target + at + fits, 0);
        } else {
            memory.store16(target + 2 * (at + fits), 0);
        }
        return fits < count ? BUFFER_OVERFLOW : 0;
    }

    private static int copy(Caller caller, long target, long size, long source, long most, int width) {
        if (refused(size)) {
            return StringApi.INVALID_PARAMETER;
        }
        // No more of the source is looked at than the destination can take and one character, which tells that it was too long.
        return put(caller, target, 0, size, source, StringApi.bounded(caller, source, Math.min(most, size), width), width);
    }

    private static int cat(Caller caller, long target, long size, long source, long most, int width) {
        if (refused(size)) {
            return StringApi.INVALID_PARAMETER;
        }
        long at = StringApi.bounded(caller, target, size, width);
        if (at == size) {
            return StringApi.INVALID_PARAMETER;                       // the destination is not ended inside its size
        }
        return put(caller, target, at, size, source, StringApi.bounded(caller, source, Math.min(most, size - at), width), width);
    }

    private static int print(Caller caller, long target, long size, long format, long[] values, String kinds, int width) {
        if (refused(size)) {
            return StringApi.INVALID_PARAMETER;
        }
        String text = width == 1 ? Format.format(caller.memory, format, values, kinds, wrong -> DebugApi.badArgument(caller, wrong))
                : Format.formatWide(caller.memory, format, values, kinds, wrong -> DebugApi.badArgument(caller, wrong));
        byte[] bytes = text.getBytes(width == 1 ? StandardCharsets.UTF_8 : StandardCharsets.UTF_16LE);
        int fits = (int) Math.min(bytes.length, (size - 1) * width);
        caller.memory.write(target, bytes, 0, fits);
        caller.memory.fill(target + fits, width, 0);
        return fits < bytes.length ? BUFFER_OVERFLOW : 0;
    }

    private static int length(Caller caller, long text, long most, long result, int width, boolean inBytes) {
        if (text == 0 || Long.compareUnsigned(most, MOST_CHARACTERS) > 0) {
            return StringApi.INVALID_PARAMETER;
        }
        long count = StringApi.bounded(caller, text, most, width);
        boolean ended = count < most;
        if (result != 0) {
            caller.memory.store64(result, ended ? count * (inBytes ? width : 1) : 0);
        }
        return ended ? 0 : StringApi.INVALID_PARAMETER;
    }

    @Native
    public static int RtlStringCbCopyA(Caller caller, long target, long size, long source) {
        return copy(caller, target, characters(size, 1, true), source, MOST_CHARACTERS, 1);
    }

    @Native
    public static int RtlStringCbCopyNA(Caller caller, long target, long size, long source, long most) {
        return copy(caller, target, characters(size, 1, true), source, characters(most, 1, true), 1);
    }

    @Native
    public static int RtlStringCbCatA(Caller caller, long target, long size, long source) {
        return cat(caller, target, characters(size, 1, true), source, MOST_CHARACTERS, 1);
    }

    @Native
    public static int RtlStringCbCatNA(Caller caller, long target, long size, long source, long most) {
        return cat(caller, target, characters(size, 1, true), source, characters(most, 1, true), 1);
    }

    @Native
    public static int RtlStringCbPrintfA(Caller caller, long target, long size, long format, long[] values, String kinds) {
        return print(caller, target, characters(size, 1, true), format, values, kinds, 1);
    }

    @Native
    public static int RtlStringCbLengthA(Caller caller, long text, long most, long result) {
        return length(caller, text, characters(most, 1, true), result, 1, true);
    }

    @Native
    public static int RtlStringCbCopyW(Caller caller, long target, long size, long source) {
        return copy(caller, target, characters(size, 2, true), source, MOST_CHARACTERS, 2);
    }

    @Native
    public static int RtlStringCbCopyNW(Caller caller, long target, long size, long source, long most) {
        return copy(caller, target, characters(size, 2, true), source, characters(most, 2, true), 2);
    }

    @Native
    public static int RtlStringCbCatW(Caller caller, long target, long size, long source) {
        return cat(caller, target, characters(size, 2, true), source, MOST_CHARACTERS, 2);
    }

    @Native
    public static int RtlStringCbCatNW(Caller caller, long target, long size, long source, long most) {
        return cat(caller, target, characters(size, 2, true), source, characters(most, 2, true), 2);
    }

    @Native
    public static int RtlStringCbPrintfW(Caller caller, long target, long size, long format, long[] values, String kinds) {
        return print(caller, target, characters(size, 2, true), format, values, kinds, 2);
    }

    @Native
    public static int RtlStringCbLengthW(Caller caller, long text, long most, long result) {
        return length(caller, text, characters(most, 2, true), result, 2, true);
    }

    @Native
    public static int RtlStringCchCopyA(Caller caller, long target, long size, long source) {
        return copy(caller, target, characters(size, 1, false), source, MOST_CHARACTERS, 1);
    }

    @Native
    public static int RtlStringCchCopyNA(Caller caller, long target, long size, long source, long most) {
        return copy(caller, target, characters(size, 1, false), source, characters(most, 1, false), 1);
    }

    @Native
    public static int RtlStringCchCatA(Caller caller, long target, long size, long source) {
        return cat(caller, target, characters(size, 1, false), source, MOST_CHARACTERS, 1);
    }

    @Native
    public static int RtlStringCchCatNA(Caller caller, long target, long size, long source, long most) {
        return cat(caller, target, characters(size, 1, false), source, characters(most, 1, false), 1);
    }

    @Native
    public static int RtlStringCchPrintfA(Caller caller, long target, long size, long format, long[] values, String kinds) {
        return print(caller, target, characters(size, 1, false), format, values, kinds, 1);
    }

    @Native
    public static int RtlStringCchLengthA(Caller caller, long text, long most, long result) {
        return length(caller, text, characters(most, 1, false), result, 1, false);
    }

    @Native
    public static int RtlStringCchCopyW(Caller caller, long target, long size, long source) {
        return copy(caller, target, characters(size, 2, false), source, MOST_CHARACTERS, 2);
    }

    @Native
    public static int RtlStringCchCopyNW(Caller caller, long target, long size, long source, long most) {
        return copy(caller, target, characters(size, 2, false), source, characters(most, 2, false), 2);
    }

    @Native
    public static int RtlStringCchCatW(Caller caller, long target, long size, long source) {
        return cat(caller, target, characters(size, 2, false), source, MOST_CHARACTERS, 2);
    }

    @Native
    public static int RtlStringCchCatNW(Caller caller, long target, long size, long source, long most) {
        return cat(caller, target, characters(size, 2, false), source, characters(most, 2, false), 2);
    }

    @Native
    public static int RtlStringCchPrintfW(Caller caller, long target, long size, long format, long[] values, String kinds) {
        return print(caller, target, characters(size, 2, false), format, values, kinds, 2);
    }

    @Native
    public static int RtlStringCchLengthW(Caller caller, long text, long most, long result) {
        return length(caller, text, characters(most, 2, false), result, 2, false);
    }

    // ---- counted ones ------------------------------------------------------------------------------------------------------------------

    @Native
    public static int RtlUnicodeStringInit(Caller caller, long string, long text) {
        long count = text == 0 ? 0 : StringApi.bounded(caller, text, MOST_IN_UNICODE_STRING, 2);
        if (count == MOST_IN_UNICODE_STRING) {
            return StringApi.INVALID_PARAMETER;
        }
        StringApi.init(caller, string, text, 2 * count, 2);
        return 0;
    }

    /// What fits of the bytes goes behind the first `at` of the string; a UNICODE_STRING needs no zero.
    private static int store(Caller caller, long string, int at, byte[] bytes) {
        View memory = caller.memory;
        int room = (memory.load16(string + 2) & ~1) - at;
        int fits = Math.min(bytes.length, Math.max(0, room));
        memory.write(memory.load64(string + 8) + at, bytes, 0, fits);
        memory.store16(string, at + fits);
        return fits < bytes.length ? BUFFER_OVERFLOW : 0;
    }

    private static byte[] wide(String text) {
        return text.getBytes(StandardCharsets.UTF_16LE);
    }

    @Native
    public static int RtlUnicodeStringPrintf(Caller caller, long string, long format, long[] values, String kinds) {
        return store(caller, string, 0, wide(Format.formatWide(caller.memory, format, values, kinds, wrong -> DebugApi.badArgument(caller, wrong))));
    }

    @Native
    public static int RtlUnicodeStringCopy(Caller caller, long string, long source) {
        return store(caller, string, 0, wide(RtlApi.unicode(caller.memory, source)));
    }

    @Native
    public static int RtlUnicodeStringCopyString(Caller caller, long string, long text) {
        return store(caller, string, 0, wide(Format.wideString(caller.memory, text, MOST_IN_UNICODE_STRING)));
    }

    @Native
    public static int RtlUnicodeStringCat(Caller caller, long string, long source) {
        return store(caller, string, caller.memory.load16(string), wide(RtlApi.unicode(caller.memory, source)));
    }

    @Native
    public static int RtlUnicodeStringCatString(Caller caller, long string, long text) {
        return store(caller, string, caller.memory.load16(string), wide(Format.wideString(caller.memory, text, MOST_IN_UNICODE_STRING)));
    }
}
