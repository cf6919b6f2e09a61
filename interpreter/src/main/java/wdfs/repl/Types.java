package wdfs.repl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import wdfs.engine.Live;
import wdfs.types.Type;

/// Values in memory by their types: for `dt`, and for structures that a line gives.
final class Types {
    private static final int MOST_ELEMENTS = 16;

    private Types() {}

    /// `{ Key: 1, Count: 2 }`.
    static String compact(Live live, Type.Struct struct, long address) {
        List<String> parts = new ArrayList<>();
        for (Type.Field field : struct.fields()) {
            parts.add((field.name().isEmpty() ? "" : field.name() + ": ") + value(live, field, address));
        }
        return "{ " + String.join(", ", parts) + " }";
    }

    static String value(Live live, Type.Field field, long base) {
        if (field.isBitField()) {
            long unit = Bytes.number(live, base + field.offset(), (int) field.type().size());
            return Long.toString(unit >>> field.bitOffset() & (field.bitWidth() >= 64 ? -1L : (1L << field.bitWidth()) - 1));
        }
        return value(live, field.type(), base + field.offset());
    }

    static String value(Live live, Type type, long address) {
        if (type.size() > 0 && !Bytes.isMapped(live, address)) {
            return "????";
        }
        return switch (type) {
            case Type.Int i -> integer(live, i, Bytes.number(live, address, (int) i.size()));
            case Type.Enum e -> enumerator(e, (int) Bytes.number(live, address, 4));
            case Type.Pointer _ -> pointer(live, Bytes.number(live, address, 8));
            case Type.Handle _ -> live.machine().handles.label(Bytes.number(live, address, 8));
            case Type.Array a -> array(live, a, address);
            case Type.Struct s -> compact(live, s, address);
            default -> type.show();
        };
    }

    private static String integer(Live live, Type.Int type, long bits) {
        if (type.alias().equals("NTSTATUS")) {
            return live.machine().statuses.name((int) bits);
        }
        if (type.alias().equals("BOOLEAN")) {
            return bits == 0 ? "FALSE" : bits == 1 ? "TRUE" : "0x%X".formatted(bits);
        }
        long value = type.signed() ? bits << 64 - type.bits() >> 64 - type.bits() : bits;
        return value >= 0 && value < 10 ? Long.toString(value) : "0x%X".formatted(bits);
    }

    private static String enumerator(Type.Enum type, int value) {
        for (Map.Entry<String, Integer> entry : type.enumerators().entrySet()) {
            if (entry.getValue() == value) {
                return entry.getKey() + " (" + value + ")";
            }
        }
        return Integer.toString(value);
    }

    static String pointer(Live live, long address) {
        if (address == 0) {
            return "NULL";
        }
        if (address == -1) {
            return "INVALID_HANDLE_VALUE";
        }
        String handle = live.machine().handles.entry(address) == null ? "" : live.machine().handles.label(address);
        return !handle.isEmpty() ? handle : Bytes.place(live, address);
    }

    private static String array(Live live, Type.Array type, long address) {
        if (type.element() instanceof Type.Int i && i.alias().matches("char|CHAR|CCHAR")) {
            StringBuilder text = new StringBuilder();
            for (int k = 0; k < type.length() && k < 64; k++) {
                int c = Bytes.at(live, address + k);
                if (c <= 0) {
                    break;
                }
                text.append(c >= 32 && c < 127 ? (char) c : '.');
            }
            return "\"" + text + "\"";
        }
        List<String> parts = new ArrayList<>();
        boolean bytes = type.element().size() == 1;
        for (int k = 0; k < type.length() && k < MOST_ELEMENTS; k++) {
            long at = address + k * type.element().size();
            parts.add(bytes ? Bytes.at(live, at) < 0 ? "??" : "%02X".formatted(Bytes.at(live, at)) : value(live, type.element(), at));
        }
        return "[" + String.join(bytes ? " " : ", ", parts) + (type.length() > MOST_ELEMENTS ? " …" : "") + "]";
    }

    /// The lines of `dt`: offset, name, type or value.
    static List<List<Object>> rows(Live live, Type.Struct struct, Long address, long base, String prefix, int depth) {
        List<List<Object>> rows = new ArrayList<>();
        for (Type.Field field : struct.fields()) {
            String name = prefix + (field.name().isEmpty() ? "(unnamed)" : field.name());
            String at = "+0x%03x".formatted(base + field.offset());
            boolean nested = field.type() instanceof Type.Struct;
            String value = address == null ? field.isBitField() ? "%s : %d bit%s at %d".formatted(field.type().show(), field.bitWidth(), field.bitWidth() == 1 ? "" : "s", field.bitOffset())
                    : field.type().show() : nested && (depth > 0 || field.name().isEmpty()) ? field.type().show() : value(live, field, address + base);
            rows.add(List.of(at, name, ": " + value));
            if (field.type() instanceof Type.Struct inner && (depth > 0 || field.name().isEmpty())) {
                rows.addAll(rows(live, inner, address, base + field.offset(), prefix + "  ", depth - 1));
            }
        }
        return rows;
    }
}
