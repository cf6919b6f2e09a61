package wdfs.types;

import java.util.OptionalLong;

/// Arithmetic on constants, exactly as the machine would do it: it wraps around, and a shift counts modulo the width.
///
/// A constant is kept as the mathematical value of its type: an unsigned 32-bit one lies between 0 and 2^32-1; of 64
/// bits the bits are kept.
public final class Folding {
    private Folding() {}

    /// The value as the type holds it.
    public static long wrap(long value, Type type) {
        if (!CTypes.isInteger(type)) {
            return value;
        }
        Type.IntKind kind = CTypes.kind(type);
        if (kind == Type.IntKind.BOOL) {
            return value != 0 ? 1 : 0;
        }
        return switch (kind.bits) {
            case 8 -> kind.signed ? (byte) value : value & 0xFF;
            case 16 -> kind.signed ? (short) value : value & 0xFFFF;
            case 32 -> kind.signed ? (int) value : value & 0xFFFF_FFFFL;
            default -> value;
        };
    }

    /// @param operator one of `+ - * / % & | ^ << >> == != < <= > >=`
    /// @param type the type of both operands (of the left one for shifts)
    /// @return empty for a division by zero and for the least value divided by -1, which raise when they run
    public static OptionalLong binary(String operator, long left, long right, Type type) {
        boolean unsigned = !CTypes.isSigned(type);
        int bits = CTypes.bits(type);
        return switch (operator) {
            case "+" -> of(left + right, type);
            case "-" -> of(left - right, type);
            case "*" -> of(left * right, type);
            case "/", "%" -> {
                boolean overflow = !unsigned && right == -1 && left == (bits == 64 ? Long.MIN_VALUE : Integer.MIN_VALUE);
                if (right == 0 || overflow) {
                    yield OptionalLong.empty();
                }
                long value = operator.equals("/") ? unsigned ? Long.divideUnsigned(left, right) : left / right
                        : unsigned ? Long.remainderUnsigned(left, right) : left % right;
                yield of(value, type);
            }
            case "&" -> of(left & right, type);
            case "|" -> of(left | right, type);
            case "^" -> of(left ^ right, type);
            case "<<" -> of(left << (right & bits - 1), type);
            case ">>" -> of(unsigned ? left >>> (right & bits - 1) : left >> (right & bits - 1), type);
            case "==" -> OptionalLong.of(left == right ? 1 : 0);
            case "!=" -> OptionalLong.of(left != right ? 1 : 0);
            case "<" -> OptionalLong.of(compare(left, right, unsigned) < 0 ? 1 : 0);
            case "<=" -> OptionalLong.of(compare(left, right, unsigned) <= 0 ? 1 : 0);
            case ">" -> OptionalLong.of(compare(left, right, unsigned) > 0 ? 1 : 0);
            case ">=" -> OptionalLong.of(compare(left, right, unsigned) >= 0 ? 1 : 0);
            default -> OptionalLong.empty();
        };
    }

    /// Whether a signed operation on constants leaves the range of its type; it wraps, which is seldom meant.
    public static boolean overflows(String operator, long left, long right, Type type) {
        if (!CTypes.isSigned(type)) {
            return false;
        }
        java.math.BigInteger a = java.math.BigInteger.valueOf(left);
        java.math.BigInteger b = java.math.BigInteger.valueOf(right);
        java.math.BigInteger exact = switch (operator) {
            case "+" -> a.add(b);
            case "-" -> a.subtract(b);
            case "*" -> a.multiply(b);
            default -> java.math.BigInteger.ZERO;
        };
        return exact.bitLength() >= CTypes.bits(type);
    }

    private static OptionalLong of(long value, Type type) {
        return OptionalLong.of(wrap(value, type));
    }

    private static int compare(long left, long right, boolean unsigned) {
        return unsigned ? Long.compareUnsigned(left, right) : Long.compare(left, right);
    }

    /// Whether a constant survives the conversion to an integer type, read as signed or as unsigned: `0xFFFFFFFF` is fine
    /// for a LONG, and -1 for a ULONG.
    public static boolean fits(long value, Type to) {
        int bits = CTypes.bits(to);
        if (bits >= 64 || to instanceof Type.Int(Type.IntKind kind, _) && kind == Type.IntKind.BOOL) {
            return true;
        }
        return value >= -(1L << bits - 1) && value < 1L << bits;
    }
}
