package wdfs.semantics;

import java.util.Map;
import java.util.OptionalLong;
import wdfs.semantics.bound.BoundExpr;
import wdfs.semantics.bound.BoundExpr.BinaryOp;
import wdfs.source.Span;
import wdfs.types.CTypes;
import wdfs.types.Conversions;
import wdfs.types.Folding;
import wdfs.types.Type;

/// C's binary operators on bound operands: which conversions they bring, what they give, what is constant already.
final class Operators {
    private static final Map<String, BinaryOp> OPS = Map.ofEntries(Map.entry("+", BinaryOp.ADD), Map.entry("-", BinaryOp.SUB),
            Map.entry("*", BinaryOp.MUL), Map.entry("/", BinaryOp.DIV), Map.entry("%", BinaryOp.REM), Map.entry("&", BinaryOp.AND),
            Map.entry("|", BinaryOp.OR), Map.entry("^", BinaryOp.XOR), Map.entry("<<", BinaryOp.SHL), Map.entry(">>", BinaryOp.SHR),
            Map.entry("==", BinaryOp.EQ), Map.entry("!=", BinaryOp.NE), Map.entry("<", BinaryOp.LT), Map.entry("<=", BinaryOp.LE),
            Map.entry(">", BinaryOp.GT), Map.entry(">=", BinaryOp.GE));

    private final Body body;
    private final Converter converter;

    Operators(Body body) {
        this.body = body;
        this.converter = body.converter;
    }

    static BinaryOp op(String operator) {
        return OPS.get(operator);
    }

    static boolean isComparison(String operator) {
        return switch (operator) {
            case "==", "!=", "<", "<=", ">", ">=" -> true;
            default -> false;
        };
    }

    BoundExpr binary(String operator, BoundExpr left, BoundExpr right, Span operatorSpan, Span span) {
        if (CTypes.isError(left.type()) || CTypes.isError(right.type())) {
            return body.bad(span);
        }
        return switch (operator) {
            case "&&", "||" -> logical(operator.equals("&&"), left, right, span);
            case "," -> new BoundExpr.Comma(left, right, span);
            case "==", "!=", "<", "<=", ">", ">=" -> comparison(operator, left, right, operatorSpan, span);
            case "<<", ">>" -> shift(operator, left, right, operatorSpan, span);
            case "+", "-" -> additive(operator, left, right, operatorSpan, span);
            default -> arithmetic(operator, left, right, operatorSpan, span);
        };
    }

    private BoundExpr logical(boolean and, BoundExpr left, BoundExpr right, Span span) {
        BoundExpr a = converter.condition(left);
        BoundExpr b = converter.condition(right);
        if (CTypes.isError(a.type()) || CTypes.isError(b.type())) {
            return body.bad(span);
        }
        if (a instanceof BoundExpr.Constant c) {
            boolean decided = and == (c.value() == 0);
            if (decided) {
                return new BoundExpr.Constant(and ? 0 : 1, CTypes.INT, span);
            }
            if (b instanceof BoundExpr.Constant d) {
                return new BoundExpr.Constant(d.value() != 0 ? 1 : 0, CTypes.INT, span);
            }
        }
        return new BoundExpr.Logical(and, a, b, CTypes.INT, span);
    }

    private BoundExpr additive(String operator, BoundExpr left, BoundExpr right, Span operatorSpan, Span span) {
        Type a = left.type();
        Type b = right.type();
        boolean minus = operator.equals("-");
        if (a instanceof Type.Pointer p && CTypes.isInteger(b)) {
            return pointerAdd(left, p, right, minus, span);
        }
        if (!minus && b instanceof Type.Pointer p && CTypes.isInteger(a)) {
            return pointerAdd(right, p, left, false, span);
        }
        if (minus && a instanceof Type.Pointer p && b instanceof Type.Pointer q) {
            long size = elementSize(p, span);
            if (size == 0) {
                return body.bad(span);
            }
            if (!CTypes.same(p.target(), q.target())) {
                body.report(SemanticFindings.wrongOperands(operatorSpan, operator, a, b));
                return body.bad(span);
            }
            return new BoundExpr.PointerDifference(left, right, size, CTypes.LONG64, span);
        }
        if (!minus && (isText(left) || isText(right)) && body.script()) {
            return new BoundExpr.RuntimeCall("concat", java.util.List.of(left, right), java.util.List.of(0, 1), Type.Managed.STRING, span);
        }
        return arithmetic(operator, left, right, operatorSpan, span);
    }

    private static boolean isText(BoundExpr value) {
        return value.type() instanceof Type.Managed m && m.kind() == Type.ManagedKind.STRING;
    }

    BoundExpr pointerAdd(BoundExpr pointer, Type.Pointer type, BoundExpr index, boolean negate, Span span) {
        long size = elementSize(type, span);
        BoundExpr scaled = converter.toIndex(index);
        if (size == 0 || CTypes.isError(scaled.type())) {
            return body.bad(span);
        }
        if (pointer instanceof BoundExpr.Constant p && scaled instanceof BoundExpr.Constant i) {
            return new BoundExpr.Constant(p.value() + (negate ? -i.value() : i.value()) * size, type, span);
        }
        return new BoundExpr.PointerAdd(pointer, scaled, negate, size, type, span);
    }

    /// Bytes that a step of the pointer takes; 0 with a finding if it points to nothing that has a size.
    long elementSize(Type.Pointer type, Span span) {
        if (!CTypes.isComplete(type.target())) {
            if (!CTypes.isError(type.target())) {
                body.report(SemanticFindings.noPointerArithmetic(span, type));
            }
            return 0;
        }
        return Math.max(1, type.target().size());
    }

    private BoundExpr arithmetic(String operator, BoundExpr left, BoundExpr right, Span operatorSpan, Span span) {
        if (!CTypes.isInteger(left.type()) || !CTypes.isInteger(right.type())) {
            body.report(SemanticFindings.wrongOperands(operatorSpan, operator, left.type(), right.type()));
            return body.bad(span);
        }
        BoundExpr x = converter.operand(left);
        BoundExpr y = converter.operand(right);
        Type type = Conversions.arithmetic(x.type(), y.type());
        BoundExpr a = converter.convert(x, type);
        BoundExpr b = converter.convert(y, type);
        if (b instanceof BoundExpr.Constant d && d.value() == 0 && (operator.equals("/") || operator.equals("%"))) {
            body.report(SemanticFindings.divisionByZero(span));
        }
        if (a instanceof BoundExpr.Constant c && b instanceof BoundExpr.Constant d) {
            OptionalLong value = Folding.binary(operator, c.value(), d.value(), type);
            if (value.isPresent()) {
                if (Folding.overflows(operator, c.value(), d.value(), type)) {
                    body.report(SemanticFindings.constantOverflow(span, type, value.getAsLong()));
                }
                return new BoundExpr.Constant(value.getAsLong(), type, span);
            }
        }
        return new BoundExpr.Binary(op(operator), a, b, type, span);
    }

    private BoundExpr shift(String operator, BoundExpr left, BoundExpr right, Span operatorSpan, Span span) {
        if (!CTypes.isInteger(left.type()) || !CTypes.isInteger(right.type())) {
            body.report(SemanticFindings.wrongOperands(operatorSpan, operator, left.type(), right.type()));
            return body.bad(span);
        }
        BoundExpr a = converter.promoted(left);
        BoundExpr count = shiftCount(right, a.type());
        if (a instanceof BoundExpr.Constant c && count instanceof BoundExpr.Constant d) {
            return new BoundExpr.Constant(Folding.binary(operator, c.value(), d.value(), a.type()).orElse(0), a.type(), span);
        }
        return new BoundExpr.Binary(op(operator), a, count, a.type(), span);
    }

    /// The count of a shift as `int`; x64 takes it modulo the width of what is shifted.
    BoundExpr shiftCount(BoundExpr count, Type shifted) {
        if (count instanceof BoundExpr.Constant c && (c.value() < 0 || c.value() >= CTypes.bits(shifted))) {
            body.report(SemanticFindings.shiftCount(count.span(), c.value(), CTypes.bits(shifted)));
        }
        return converter.convert(count, CTypes.INT);
    }

    private BoundExpr comparison(String operator, BoundExpr left, BoundExpr right, Span operatorSpan, Span span) {
        Type a = left.type();
        Type b = right.type();
        if (CTypes.isManaged(a) || CTypes.isManaged(b)) {
            return managedComparison(operator, left, right, operatorSpan, span);
        }
        if (CTypes.isInteger(a) && CTypes.isInteger(b)) {
            BoundExpr x = converter.operand(left);
            BoundExpr y = converter.operand(right);
            Type type = Conversions.arithmetic(x.type(), y.type());
            lint(operator, x, y, type, span);
            return compare(operator, converter.convert(x, type), converter.convert(y, type), span);
        }
        boolean leftAddress = a instanceof Type.Pointer || a instanceof Type.Handle;
        boolean rightAddress = b instanceof Type.Pointer || b instanceof Type.Handle;
        if (leftAddress && Converter.isNullConstant(right)) {
            return compare(operator, left, converter.convert(right, a), span);
        }
        if (rightAddress && Converter.isNullConstant(left)) {
            return compare(operator, converter.convert(left, b), right, span);
        }
        if (leftAddress && rightAddress) {
            boolean agree = switch (a) {
                case Type.Pointer p -> b instanceof Type.Pointer q ? CTypes.pointeesAgree(p.target(), q.target()) : CTypes.isVoid(p.target());
                case Type.Handle h -> b instanceof Type.Handle k ? h.equals(k) || h.name().equals("WDFOBJECT") || k.name().equals("WDFOBJECT")
                        : CTypes.isVoidPointer(b);
                default -> false;
            };
            if (!agree) {
                body.report(SemanticFindings.comparesDifferentPointers(operatorSpan, a, b));
            }
            return compare(operator, left, converter.convert(right, a), span);
        }
        body.report(SemanticFindings.wrongOperands(operatorSpan, operator, a, b));
        return body.bad(span);
    }

    private BoundExpr compare(String operator, BoundExpr left, BoundExpr right, Span span) {
        if (left instanceof BoundExpr.Constant c && right instanceof BoundExpr.Constant d) {
            return new BoundExpr.Constant(Folding.binary(operator, c.value(), d.value(), left.type()).orElse(0), CTypes.INT, span);
        }
        return new BoundExpr.Binary(op(operator), left, right, CTypes.INT, span);
    }

    private BoundExpr managedComparison(String operator, BoundExpr left, BoundExpr right, Span operatorSpan, Span span) {
        boolean durations = isDuration(left) && isDuration(right);
        if (durations) {
            return compare(operator, left, right, span);
        }
        if (!operator.equals("==") && !operator.equals("!=") || isDuration(left) || isDuration(right)) {
            body.report(SemanticFindings.wrongOperands(operatorSpan, operator, left.type(), right.type()));
            return body.bad(span);
        }
        BoundExpr equal = new BoundExpr.RuntimeCall("equal", java.util.List.of(left, right), java.util.List.of(0, 1), CTypes.INT, span);
        return operator.equals("==") ? equal
                : new BoundExpr.Binary(BinaryOp.EQ, equal, new BoundExpr.Constant(0, CTypes.INT, span), CTypes.INT, span);
    }

    private static boolean isDuration(BoundExpr value) {
        return value.type() instanceof Type.Managed m && m.kind() == Type.ManagedKind.DURATION;
    }

    /// A constant that the other side can never reach: `unsigned >= 0`, `status < 0` on an unsigned type, `uchar == 256`.
    private void lint(String operator, BoundExpr left, BoundExpr right, Type type, Span span) {
        boolean constantRight = right instanceof BoundExpr.Constant && !(left instanceof BoundExpr.Constant);
        boolean constantLeft = left instanceof BoundExpr.Constant && !(right instanceof BoundExpr.Constant);
        if (!constantLeft && !constantRight) {
            return;
        }
        BoundExpr variable = constantRight ? left : right;
        long constant = Folding.wrap(((BoundExpr.Constant) (constantRight ? right : left)).value(), type);
        String direct = constantRight ? operator : mirrored(operator);
        Type narrow = ofValue(variable);
        int bits = CTypes.bits(narrow);
        boolean unsigned = !CTypes.isSigned(narrow);
        if (narrow instanceof Type.Enum || bits == 64 && !unsigned) {
            return;
        }
        java.math.BigInteger least = unsigned ? java.math.BigInteger.ZERO : java.math.BigInteger.ONE.shiftLeft(bits - 1).negate();
        java.math.BigInteger most = java.math.BigInteger.ONE.shiftLeft(unsigned ? bits : bits - 1).subtract(java.math.BigInteger.ONE);
        java.math.BigInteger value = java.math.BigInteger.valueOf(constant);
        if (CTypes.bits(type) == 64 && !CTypes.isSigned(type) && constant < 0) {
            value = value.add(java.math.BigInteger.ONE.shiftLeft(64));
        }
        if (!CTypes.isSigned(type) && !unsigned) {
            return;     // a signed value converted to unsigned reaches everything
        }
        int low = value.compareTo(least);
        int high = value.compareTo(most);
        Boolean always = switch (direct) {
            case "==" -> low < 0 || high > 0 ? Boolean.FALSE : null;
            case "!=" -> low < 0 || high > 0 ? Boolean.TRUE : null;
            case "<" -> low <= 0 ? Boolean.FALSE : high > 0 ? Boolean.TRUE : null;
            case "<=" -> low < 0 ? Boolean.FALSE : high >= 0 ? Boolean.TRUE : null;
            case ">" -> high >= 0 ? Boolean.FALSE : low < 0 ? Boolean.TRUE : null;
            default -> high > 0 ? Boolean.FALSE : low <= 0 ? Boolean.TRUE : null;
        };
        if (always != null) {
            body.report(SemanticFindings.alwaysSame(span, always, narrow, least.toString(), most.toString()));
        }
    }

    /// The type that a promoted value came from; it says which values there can be.
    private static Type ofValue(BoundExpr value) {
        return value instanceof BoundExpr.Convert(BoundExpr operand, Type to, _) && CTypes.isInteger(operand.type())
                && CTypes.bits(operand.type()) < CTypes.bits(to) ? ofValue(operand) : value.type();
    }

    private static String mirrored(String operator) {
        return switch (operator) {
            case "<" -> ">";
            case ">" -> "<";
            case "<=" -> ">=";
            case ">=" -> "<=";
            default -> operator;
        };
    }
}
