package wdfs.semantics;

import java.util.List;
import wdfs.semantics.bound.BoundExpr;
import wdfs.semantics.bound.LValue;
import wdfs.source.Span;
import wdfs.types.CTypes;
import wdfs.types.Conversions;
import wdfs.types.Folding;
import wdfs.types.Type;

/// Makes conversions explicit, and refuses those that C (or the line between C and managed values) does not have.
final class Converter {
    private final Body body;

    Converter(Body body) {
        this.body = body;
    }

    /// `value` as a value of type `to`, for an assignment, argument, initialiser or return; reports what does not fit.
    /// @param use what the value is for, as the finding begins: `argument 2 (Length) of WdfRequestComplete`
    BoundExpr assign(BoundExpr value, Type to, String use) {
        Type from = value.type();
        if (to instanceof Type.Managed managed) {
            return toManaged(value, managed, use);
        }
        if (from instanceof Type.Managed managed) {
            body.report(SemanticFindings.managedToC(value.span(), managed, to, use));
            return body.bad(value.span());
        }
        if (CTypes.isVoid(from)) {
            body.report(SemanticFindings.noValue(value.span(), use));
            return body.bad(value.span());
        }
        switch (Conversions.assign(from, isNullConstant(value), to)) {
            case FINE -> { }
            case LOSES_CONST -> {
                // C's string literals are arrays of plain characters: a PSTR may be made from one without a word.
                if (!(value instanceof BoundExpr.StringAddress)) {
                    body.report(SemanticFindings.losesConst(value.span(), from, to, use));
                }
            }
            case INTEGER_AND_POINTER -> {
                body.report(SemanticFindings.integerAndPointer(value.span(), from, to, use));
                return body.bad(value.span());
            }
            case OTHER_POINTEE -> {
                if (value instanceof BoundExpr.StringAddress && CTypes.isCharacter(((Type.Pointer) from).target())
                        && to instanceof Type.Pointer p && CTypes.isWideCharacter(p.target())) {
                    body.report(SemanticFindings.narrowString(value.span(), to, use));
                    return body.bad(value.span());
                }
                body.report(SemanticFindings.otherPointee(value.span(), from, to, use));
                return body.bad(value.span());
            }
            case OTHER_HANDLE -> {
                body.report(SemanticFindings.otherHandle(value.span(), from, to, use));
                return body.bad(value.span());
            }
            case IMPOSSIBLE -> {
                body.report(SemanticFindings.cannotConvert(value.span(), from, to, use));
                return body.bad(value.span());
            }
        }
        if (value instanceof BoundExpr.Constant c && CTypes.isInteger(from) && CTypes.isInteger(to) && !Folding.fits(c.value(), to)) {
            body.report(SemanticFindings.constantCut(value.span(), c.value(), to, Folding.wrap(c.value(), to)));
        }
        return convert(value, to);
    }

    private BoundExpr toManaged(BoundExpr value, Type.Managed to, String use) {
        Type from = value.type();
        if (CTypes.isError(from)) {
            return value;
        }
        if (CTypes.isVoid(from)) {
            body.report(SemanticFindings.noValue(value.span(), use));
            return body.bad(value.span());
        }
        if (to.kind() == Type.ManagedKind.ANY) {
            return value;       // whoever passes it on boxes it; an array goes as the place it is
        }
        if (from instanceof Type.Managed m && m.kind() == to.kind()) {
            return value;
        }
        boolean text = from instanceof Type.Pointer p && (CTypes.isCharacter(p.target()) || CTypes.isWideCharacter(p.target()));
        if (to.kind() == Type.ManagedKind.STRING && text) {
            return textOf(value);
        }
        body.report(SemanticFindings.cannotConvert(value.span(), from, to, use));
        return body.bad(value.span());
    }

    /// A C string, or any other value, as a `string`.
    BoundExpr textOf(BoundExpr value) {
        BoundExpr noFormat = new BoundExpr.ManagedConstant("", Type.Managed.STRING, value.span());
        return new BoundExpr.RuntimeCall("format", List.of(value, noFormat), List.of(0), Type.Managed.STRING, value.span());
    }

    /// The conversion itself, without asking whether C allows it without a cast.
    BoundExpr convert(BoundExpr value, Type to) {
        Type from = value.type();
        if (from.equals(to) || from instanceof Type.Struct || CTypes.isError(from) || CTypes.isError(to)) {
            return value;
        }
        if (value instanceof BoundExpr.Constant c) {
            return new BoundExpr.Constant(Folding.wrap(c.value(), to), to, c.span());
        }
        if (to instanceof Type.Int(Type.IntKind kind, _) && kind == Type.IntKind.BOOL && !(from instanceof Type.Int(Type.IntKind f, _)
                && f == Type.IntKind.BOOL)) {
            BoundExpr zero = new BoundExpr.Constant(0, from, value.span());
            BoundExpr test = new BoundExpr.Binary(BoundExpr.BinaryOp.NE, value, zero, CTypes.INT, value.span());
            return new BoundExpr.Convert(test, to, value.span());
        }
        return new BoundExpr.Convert(value, to, value.span());
    }

    /// `(T)value`.
    BoundExpr cast(BoundExpr value, Type to, Span span) {
        Type from = value.type();
        if (CTypes.isError(from) || CTypes.isError(to)) {
            return body.bad(span);
        }
        if (to instanceof Type.Managed managed && from instanceof Type.Pointer) {
            return toManaged(value, managed, "the cast");
        }
        if (!Conversions.castable(from, to)) {
            body.report(SemanticFindings.badCast(span, from, to));
            return body.bad(span);
        }
        if (CTypes.isVoid(to)) {
            return new BoundExpr.Comma(value, new BoundExpr.Constant(0, CTypes.VOID, span), span);
        }
        // Truncating a pointer to 32 bits is the classic mistake of code that comes from 32-bit Windows.
        if ((from instanceof Type.Pointer || from instanceof Type.Handle) && CTypes.isInteger(to) && CTypes.bits(to) < 64
                && !(value instanceof BoundExpr.Constant) && CTypes.kind(to) != Type.IntKind.BOOL) {
            body.report(SemanticFindings.pointerCut(span, to));
        }
        // A bit-field that is cast to its own type is none any more.
        BoundExpr converted = convert(operand(value), to);
        return converted instanceof BoundExpr.Constant c ? new BoundExpr.Constant(c.value(), to, span) : converted;
    }

    /// A condition: a scalar that is tested against zero.
    BoundExpr condition(BoundExpr value) {
        Type type = value.type();
        if (CTypes.isError(type) || CTypes.isScalar(type)) {
            return value;
        }
        body.report(SemanticFindings.noCondition(value.span(), type));
        return body.bad(value.span());
    }

    /// An index or a pointer's offset: 64 bits, signed or not.
    BoundExpr toIndex(BoundExpr value) {
        Type type = value.type();
        if (CTypes.isError(type)) {
            return value;
        }
        if (!CTypes.isInteger(type)) {
            body.report(SemanticFindings.indexNoInteger(value.span(), type));
            return body.bad(value.span());
        }
        return convert(value, CTypes.isSigned(Conversions.promoted(type)) ? CTypes.LONG64 : CTypes.ULONG64);
    }

    BoundExpr promoted(BoundExpr value) {
        BoundExpr operand = operand(value);
        return convert(operand, Conversions.promoted(operand.type()));
    }

    /// An operand of arithmetic: a bit-field is promoted by its width, which its type no longer tells.
    BoundExpr operand(BoundExpr value) {
        return source(value) instanceof LValue.BitField field ? convert(value, promoted(field)) : value;
    }

    /// The place whose value it is; null if there is none.
    private static LValue source(BoundExpr value) {
        return switch (value) {
            case BoundExpr.Load l -> l.source();
            case BoundExpr.Assign a -> a.target();
            case BoundExpr.CompoundAssign a -> a.target();
            case BoundExpr.IncDec i -> i.target();
            case BoundExpr.Comma c -> source(c.right());
            default -> null;
        };
    }

    static Type promoted(LValue.BitField field) {
        return Conversions.promoted(field.type(), field.bitWidth());
    }

    static boolean isNullConstant(BoundExpr value) {
        return value instanceof BoundExpr.Constant c && c.value() == 0 && (CTypes.isInteger(c.type()) || CTypes.isVoidPointer(c.type()));
    }

    /// Reads a place; an array becomes the pointer to its first element.
    BoundExpr load(Operand.Place place) {
        Type type = place.type();
        if (CTypes.isError(type)) {
            return body.bad(place.span());
        }
        if (type instanceof Type.Array array) {
            if (place.lvalue() instanceof LValue.InMemory memory) {
                return new BoundExpr.Decay(memory, new Type.Pointer(array.element(), place.isConst()), place.span());
            }
            return body.bad(place.span());
        }
        return new BoundExpr.Load(place.lvalue(), place.span());
    }
}
