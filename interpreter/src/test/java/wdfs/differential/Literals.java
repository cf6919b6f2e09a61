package wdfs.differential;

import java.math.BigInteger;

/// Integer constants in all of C's spellings, with the values at the edges of the types preferred.
final class Literals {
    private final Dice dice;

    Literals(Dice dice) {
        this.dice = dice;
    }

    Value any() {
        if (dice.percent(8)) {
            String text = dice.of("'a'", "'Z'", "'0'", "'\\n'", "'\\0'", "'\\\\'", "'\\x7f'", "'\\377'", "'\\''", "'\\t'");
            return new Value(text, IntType.INT, Value.PRIMARY);
        }
        long value = magnitude();
        Value literal = spelled(value);
        return dice.percent(25) ? new Value("-" + literal.text(), literal.type(), Value.UNARY) : literal;
    }

    Value small(int bound) {
        return new Value(Integer.toString(dice.below(bound)), IntType.INT, Value.PRIMARY);
    }

    /// A constant that fits the type, for initialisers.
    String fitting(IntType type) {
        if (type == IntType.BOOL) {
            return dice.of("0", "1");
        }
        long value = magnitude() & (1L << Math.min(type.bits, 63) - (type.signed || type.bits == 64 ? 1 : 0)) - 1;
        return (type.signed && dice.percent(40) ? "-" : "") + spelled(value).text();
    }

    private long magnitude() {
        return switch (dice.below(10)) {
            case 0, 1, 2, 3 -> dice.below(20);
            case 4, 5 -> Math.abs((1L << dice.of(7, 8, 15, 16, 31, 32, 63)) + dice.between(-2, 2));
            case 6 -> dice.below(70_000);
            case 7 -> dice.bits() & 0xFFFF_FFFFL;
            default -> dice.bits();
        };
    }

    private Value spelled(long value) {
        boolean negative = value < 0;
        int base = dice.of(10, 10, 10, 16, 16, 8);
        boolean unsigned = dice.percent(35) || negative && base == 10;
        boolean wide = dice.percent(25);
        String digits = new BigInteger(Long.toUnsignedString(value)).toString(base);
        if (base == 16 && dice.percent(50)) {
            digits = digits.toUpperCase(java.util.Locale.ROOT);
        }
        String prefix = base == 16 ? dice.of("0x", "0x", "0X") : base == 8 && value != 0 ? "0" : "";
        String u = unsigned ? dice.of("u", "U") : "";
        String l = wide ? dice.of("ll", "LL") : "";
        String suffix = dice.percent(80) ? u + l : l + u;
        boolean any = unsigned || base != 10;
        IntType type;
        if (!wide && !unsigned && !negative && value <= Integer.MAX_VALUE) {
            type = IntType.INT;
        } else if (!wide && any && !negative && value <= 0xFFFF_FFFFL) {
            type = IntType.UINT;
        } else {
            type = unsigned || negative ? IntType.ULONGLONG : IntType.LONGLONG;
        }
        return new Value(prefix + digits + suffix, type, Value.PRIMARY);
    }
}
