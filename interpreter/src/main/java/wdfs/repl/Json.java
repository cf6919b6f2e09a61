package wdfs.repl;

import java.util.List;
import java.util.Map;

/// Values as JSON text.
final class Json {
    private Json() {}

    static void write(Object value, StringBuilder into) {
        switch (value) {
            case null -> into.append("null");
            case Boolean b -> into.append(b);
            case Number n -> into.append(n);
            case Doc.Num n -> write(n.value(), into);
            case Doc.Ref r -> {
                into.append("{\"name\":");
                string(r.name(), into);
                into.append(",\"address\":\"0x%x\",\"command\":".formatted(r.address()));
                string(r.command(), into);
                into.append('}');
            }
            case Map<?, ?> map -> {
                into.append('{');
                String comma = "";
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    into.append(comma);
                    string(String.valueOf(entry.getKey()), into);
                    into.append(':');
                    write(entry.getValue(), into);
                    comma = ",";
                }
                into.append('}');
            }
            case List<?> list -> {
                into.append('[');
                String comma = "";
                for (Object each : list) {
                    into.append(comma);
                    write(each, into);
                    comma = ",";
                }
                into.append(']');
            }
            default -> string(value.toString(), into);
        }
    }

    private static void string(String text, StringBuilder into) {
        into.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> into.append('\\').append(c);
                case '\n' -> into.append("\\n");
                case '\t' -> into.append("\\t");
                default -> {
                    if (c < ' ' || Character.isSurrogate(c)) {
                        into.append("\\u%04x".formatted((int) c));
                    } else {
                        into.append(c);
                    }
                }
            }
        }
        into.append('"');
    }
}
