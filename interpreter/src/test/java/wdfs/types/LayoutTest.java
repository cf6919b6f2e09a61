package wdfs.types;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import wdfs.types.Layout.Member;
import wdfs.types.Type.IntKind;

/// Holds {@link Layout} against what mingw-w64 makes of the same structures under `-mms-bitfields` (`layouts.sh`).
class LayoutTest {
    private static final Type UCHAR = Type.Int.of(IntKind.UCHAR);
    private static final Type USHORT = Type.Int.of(IntKind.USHORT);
    private static final Type SHORT = Type.Int.of(IntKind.SHORT);
    private static final Type ULONG = Type.Int.of(IntKind.ULONG);
    private static final Type LONG = Type.Int.of(IntKind.LONG);
    private static final Type UINT = Type.Int.of(IntKind.UINT);
    private static final Type ULONG64 = Type.Int.of(IntKind.ULLONG);
    private static final Type LONG64 = Type.Int.of(IntKind.LLONG);
    private static final Type PVOID = CTypes.VOID_POINTER;
    private static final Type KIND = new Type.Enum("KIND", Map.of("ZERO", 0, "ONE", 1));

    private final Map<String, Type.Struct> structs = new LinkedHashMap<>();

    private static Member m(String name, Type type) {
        return Member.of(name, type);
    }

    private static Member b(String name, Type type, int width) {
        return new Member(name, type, OptionalInt.of(width));
    }

    private static Type array(Type element, long length) {
        return new Type.Array(element, length);
    }

    private Type.Struct make(String name, boolean union, int pack, Member... members) {
        Type.Struct struct = new Type.Struct(name, union);
        Layout.complete(struct, List.of(members), pack);
        structs.put(name, struct);
        return struct;
    }

    private void s(String name, Member... members) {
        make(name, false, 0, members);
    }

    private void declare() {
        s("S01", m("a", UCHAR));
        s("S02", m("a", UCHAR), m("b", ULONG));
        s("S03", m("a", ULONG), m("b", UCHAR));
        s("S04", m("a", UCHAR), m("b", ULONG64), m("c", UCHAR));
        s("S05", m("a", UCHAR), m("b", USHORT), m("c", UCHAR), m("d", ULONG));
        s("S06", m("a", PVOID), m("b", UCHAR), m("c", PVOID));
        s("S07", m("a", array(UCHAR, 3)), m("b", array(USHORT, 2)));
        s("S08", m("a", UCHAR), m("b", structs.get("S04")), m("c", UCHAR));
        s("S09", m("a", LONG), m("b", KIND), m("c", UCHAR));
        make("S10", true, 0, m("a", UCHAR), m("b", ULONG), m("c", ULONG64));
        make("S11", true, 0, m("a", array(UCHAR, 5)), m("b", ULONG));
        Type.Struct u = make("u", true, 0, m("b", ULONG64), m("c", UCHAR));
        s("S12", m("a", UCHAR), m("u", u), m("d", UCHAR));
        s("S13", b("a", ULONG, 3), b("b", ULONG, 5), b("c", ULONG, 24));
        s("S14", b("a", ULONG, 3), b("b", ULONG, 30));
        s("S15", b("a", UCHAR, 3), b("b", ULONG, 5));
        s("S16", b("a", ULONG, 5), b("b", UCHAR, 3), b("c", UCHAR, 2));
        s("S17", b("a", UCHAR, 4), b("b", UCHAR, 4), b("c", UCHAR, 1));
        s("S18", b("a", USHORT, 9), b("b", USHORT, 7), b("c", USHORT, 1), m("d", UCHAR));
        s("S19", b("a", ULONG, 1), b("b", LONG, 2), b("c", UINT, 3));
        s("S20", b("a", ULONG, 1), b("", ULONG, 0), b("b", ULONG, 1));
        s("S21", b("a", UCHAR, 1), b("", ULONG, 0), b("b", UCHAR, 1));
        s("S22", m("a", UCHAR), b("", ULONG, 0), m("b", UCHAR));
        s("S23", b("a", ULONG, 7), b("", ULONG, 9), b("b", ULONG, 4));
        s("S24", m("a", UCHAR), b("b", ULONG, 4), m("c", UCHAR));
        s("S25", b("a", ULONG64, 33), b("b", ULONG64, 31), b("c", ULONG64, 1));
        s("S26", b("a", ULONG64, 40), b("b", ULONG, 8));
        make("S27", true, 0, b("a", ULONG, 3), b("b", ULONG, 9), m("c", ULONG));
        make("S28", true, 0, b("a", UCHAR, 3), b("b", USHORT, 9));
        s("S29", b("a", ULONG, 4), m("b", UCHAR), b("c", ULONG, 4));
        make("S30", false, 1, m("a", UCHAR), m("b", ULONG), m("c", USHORT), m("d", ULONG64));
        make("S31", false, 2, m("a", UCHAR), m("b", ULONG), m("c", UCHAR), m("d", ULONG64));
        make("S32", false, 4, m("a", UCHAR), m("b", ULONG64), m("c", UCHAR));
        make("S33", false, 1, m("a", UCHAR), b("b", ULONG, 3), b("c", ULONG, 30), m("d", UCHAR));
        make("S34", false, 1, m("a", UCHAR), m("b", structs.get("S04")), m("c", UCHAR));
        s("S35", m("a", UCHAR), m("b", structs.get("S30")), m("c", UCHAR));
        s("S36", m("a", array(structs.get("S30"), 3)), m("b", UCHAR));
        s("S37", m("a", ULONG), m("b", array(ULONG64, -1)));
        s("S38", m("a", USHORT), m("b", USHORT), m("c", PVOID));
        s("S39", b("a", KIND, 2), b("b", KIND, 2), m("c", UCHAR));
        s("S40", b("a", SHORT, 4), b("b", USHORT, 4), b("c", LONG, 4));
        s("S41", m("a", LONG64), m("b", LONG));
        Type.Struct d = make("d", false, 0, m("b", UCHAR), m("c", ULONG));
        s("S42", m("a", UCHAR), m("d", d), m("e", USHORT));
        s("S43", m("a", PVOID), m("b", UCHAR));
        s("S44", m("a", array(UCHAR, 7)), m("b", array(ULONG64, 2)), m("c", UCHAR));
        make("S45", true, 2, m("a", array(UCHAR, 5)), m("b", ULONG64));
        s("S46", b("a", ULONG, 16), b("b", ULONG, 16), b("c", USHORT, 16), b("d", USHORT, 1));
        s("S47", b("a", UCHAR, 7), b("", UCHAR, 0), b("b", USHORT, 3));
        make("S48", false, 1, b("a", ULONG, 5), b("", ULONG, 0), m("b", UCHAR));
    }

    @TestFactory
    List<DynamicTest> asMicrosoftsCompilerLaysThemOut() throws IOException {
        declare();
        List<DynamicTest> tests = new ArrayList<>();
        try (var in = LayoutTest.class.getResourceAsStream("/wdfs/types/layouts.csv")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            text.lines().skip(1).forEach(line -> {
                String[] row = line.split(",");
                tests.add(DynamicTest.dynamicTest(row[0] + "." + row[1], () -> assertThat(value(structs.get(row[0]), row[1])).isEqualTo(row[2])));
            });
        }
        assertThat(tests).hasSizeGreaterThan(200);
        return tests;
    }

    private static String value(Type.Struct struct, String what) {
        return switch (what) {
            case "sizeof" -> Long.toString(struct.size());
            case "alignof" -> Integer.toString(struct.alignment());
            default -> {
                Type.Field field = struct.find(what).orElseThrow();
                yield field.isBitField() ? "bit " + (field.offset() * 8 + field.bitOffset()) + " width " + field.bitWidth() : Long.toString(field.offset());
            }
        };
    }
}
