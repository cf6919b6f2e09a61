package wdfs.semantics;

import java.util.ArrayList;
import java.util.List;
import wdfs.semantics.bound.BoundExpr;
import wdfs.syntax.Expr;
import wdfs.types.CTypes;
import wdfs.types.Type;

/// C's literals as constants: which type a number has, which bytes a string.
final class Literals {
    private Literals() {}

    /// C's ladder of types for an integer constant, as Microsoft's compiler climbs it.
    static BoundExpr integer(Expr.IntLiteral e) {
        long value = e.value();
        List<Type.IntKind> ladder = new ArrayList<>();
        if (e.suffixLongs() < 1) {
            ladder.add(Type.IntKind.INT);
            ladder.add(Type.IntKind.UINT);
        }
        if (e.suffixLongs() < 2) {
            ladder.add(Type.IntKind.LONG);
            ladder.add(Type.IntKind.ULONG);
        }
        ladder.add(Type.IntKind.LLONG);
        ladder.add(Type.IntKind.ULLONG);
        for (Type.IntKind kind : ladder) {
            boolean allowed = kind.signed ? !e.suffixUnsigned() : e.suffixUnsigned() || !e.decimal() || kind == Type.IntKind.ULLONG;
            boolean fits = kind.bits == 64 ? !kind.signed || value >= 0 : value >= 0 && value < 1L << (kind.signed ? 31 : 32);
            if (allowed && fits) {
                return new BoundExpr.Constant(value, Type.Int.of(kind), e.span());
            }
        }
        return new BoundExpr.Constant(value, CTypes.ULONG64, e.span());
    }

    static BoundExpr.StringAddress string(Expr.StringLiteral e) {
        Type element = e.wide() ? CTypes.WCHAR : CTypes.CHAR;
        return new BoundExpr.StringAddress(bytes(e.value(), e.wide(), true), new Type.Pointer(element, true), e.span());
    }

    static List<Byte> bytes(String text, boolean wide, boolean terminated) {
        List<Byte> list = new ArrayList<>();
        String all = terminated ? text + "\0" : text;
        for (int i = 0; i < all.length(); i++) {
            list.add((byte) all.charAt(i));
            if (wide) {
                list.add((byte) (all.charAt(i) >> 8));
            }
        }
        return list;
    }
}
