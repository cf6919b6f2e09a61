package wdfs.repl;

import java.util.Optional;
import wdfs.engine.Live;
import wdfs.runtime.IoResult;
import wdfs.runtime.Value;
import wdfs.semantics.Interactive;
import wdfs.types.Type;

/// Values as the session shows them: the type, and what `print` would say; numbers from ten on in hexadecimal too.
final class Values {
    private Values() {}

    static String text(Live live, Live.Answer answer) {
        if (answer.value() instanceof IoResult result) {
            return answer.text() + ascii(result.data);
        }
        String shown = answer.text();
        if (answer.type().equals("void *") && answer.value() instanceof Value v && (v.bits() == -1 || live.process().handle(v.bits()) != null)) {
            return "HANDLE " + (v.bits() == -1 ? "INVALID_HANDLE_VALUE" : "0x%X".formatted(v.bits()));
        }
        if (answer.value() instanceof Value value) {
            if (value.kind().startsWith("struct:")) {
                Optional<Interactive.Variable> last = live.checker().variable("_");
                Type type = last.map(Interactive.Variable::type).orElse(null);
                if (type instanceof Type.Struct struct) {
                    shown = Types.compact(live, struct, value.bits());
                }
            } else if (isNumber(value.kind()) && (value.bits() > 9 || value.bits() < 0)) {
                shown += " (0x%X)".formatted(value.bits() & mask(value.kind()));
            } else if (value.kind().equals("NTSTATUS") && !shown.startsWith("0x")) {
                shown += " (0x%08X)".formatted((int) value.bits());
            }
        } else if (answer.value() instanceof String s) {
            shown = "\"" + s + "\"";
        } else if (answer.value() instanceof byte[] bytes) {
            shown += ascii(bytes);
        }
        return answer.type() + " " + shown;
    }

    static boolean isNumber(String kind) {
        return kind.matches("[iu](8|16|32|64)");
    }

    private static long mask(String kind) {
        return switch (kind.substring(1)) {
            case "8" -> 0xFF;
            case "16" -> 0xFFFF;
            case "32" -> 0xFFFF_FFFFL;
            default -> -1L;
        };
    }

    /// `  "Hi"` for bytes that are all letters and the like.
    static String ascii(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        if (end == 0 || end > 64) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < end; i++) {
            if (bytes[i] < 32 || bytes[i] > 126) {
                return "";
            }
            text.append((char) bytes[i]);
        }
        return "  \"" + text + "\"";
    }
}
