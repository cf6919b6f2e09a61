package wdfs.differential;

import java.util.ArrayList;
import java.util.List;

/// Makes structures and unions: bit-fields of mixed types among plain members, arrays, and earlier structures.
final class Shapes {
    private final Dice dice;
    private int names;

    Shapes(Dice dice) {
        this.dice = dice;
    }

    Shape structure(int number, List<Shape> earlier) {
        String name = "@S" + number;
        StringBuilder text = new StringBuilder("typedef struct _" + name + " {\n");
        List<Shape.Member> members = new ArrayList<>();
        boolean overlaps = dice.percent(25);
        if (overlaps) {
            text.append("    union {").append(covering(members, "")).append(" };\n");
        }
        for (int i = dice.between(2, 6); i > 0; i--) {
            switch (dice.below(10)) {
                case 0, 1, 2 -> text.append("    ").append(plain(members, dice.type())).append('\n');
                case 3, 4, 5, 6 -> text.append(fields(members));
                case 7 -> text.append("    ").append(array(members, dice.type(), dice.between(2, 5))).append('\n');
                case 8 -> {
                    text.append("    struct {\n").append(fields(members).indent(4)).append("    };\n");
                }
                default -> {
                    if (!earlier.isEmpty()) {
                        Shape inner = dice.of(earlier);
                        String member = "m" + names++;
                        text.append("    ").append(inner.name()).append(' ').append(member).append(";\n");
                        members.addAll(inner.inside("." + member));
                        overlaps |= !inner.whole();
                    }
                }
            }
        }
        if (members.isEmpty()) {
            text.append("    ").append(plain(members, dice.type())).append('\n');
        }
        text.append("} ").append(name).append(", *@P").append(name.substring(1)).append(";\n");
        return new Shape(name, text.toString(), List.copyOf(members), !overlaps);
    }

    Shape union(int number) {
        String name = "@S" + number;
        List<Shape.Member> members = new ArrayList<>();
        StringBuilder text = new StringBuilder("typedef union _" + name + " {").append(covering(members, ""));
        text.append(" struct { ");
        int bits = 64;
        while (bits > 0) {
            int width = Math.min(bits, dice.between(1, 31));
            IntType type = dice.of(IntType.LONGLONG, IntType.ULONGLONG);
            String member = "m" + names++;
            text.append(type.spelling).append(' ').append(member).append(" : ").append(width).append("; ");
            members.add(new Shape.Member("." + member, type, width, 0));
            bits -= width;
        }
        text.append("}; } ").append(name).append(", *@P").append(name.substring(1)).append(";\n");
        return new Shape(name, text.toString(), List.copyOf(members), false);
    }

    /// Members that all lie on the same eight bytes, the first one on all of them.
    private String covering(List<Shape.Member> members, String before) {
        StringBuilder text = new StringBuilder(before).append(' ').append(plain(members, dice.of(IntType.LONGLONG, IntType.ULONGLONG)));
        for (int i = dice.between(1, 3); i > 0; i--) {
            IntType type = dice.of(IntType.CHAR, IntType.UCHAR, IntType.SHORT, IntType.USHORT, IntType.LONG, IntType.ULONG, IntType.INT);
            text.append(' ').append(dice.percent(30) ? plain(members, type) : array(members, type, 64 / type.bits));
        }
        return text.toString();
    }

    private String plain(List<Shape.Member> members, IntType type) {
        String member = "m" + names++;
        members.add(new Shape.Member("." + member, type, 0, 0));
        return type.spelling + " " + member + ";";
    }

    private String array(List<Shape.Member> members, IntType type, int length) {
        String member = "m" + names++;
        members.add(new Shape.Member("." + member, type, 0, length));
        return type.spelling + " " + member + "[" + length + "];";
    }

    private String fields(List<Shape.Member> members) {
        StringBuilder text = new StringBuilder();
        IntType type = dice.type();
        for (int i = dice.between(1, 4); i > 0; i--) {
            if (dice.percent(35)) {
                type = dice.type();
            }
            int most = type == IntType.BOOL ? 1 : type.bits;
            int width = dice.percent(70) ? dice.between(1, Math.min(most, 13)) : dice.between(1, most);
            String member = "m" + names++;
            String spelling = type == IntType.INT && dice.percent(40) ? "enum @E" : type.spelling;
            text.append("    ").append(spelling).append(' ').append(member).append(" : ").append(width).append(";\n");
            members.add(new Shape.Member("." + member, type, width, 0));
            if (dice.percent(12)) {
                text.append("    ").append(dice.of("USHORT", "ULONG", "UCHAR", "ULONGLONG")).append(" : ").append(dice.of(0, 0, 3, 5)).append(";\n");
            }
        }
        return text.toString();
    }
}
