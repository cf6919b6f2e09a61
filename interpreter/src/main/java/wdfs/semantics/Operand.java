package wdfs.semantics;

import wdfs.semantics.bound.BoundExpr;
import wdfs.semantics.bound.FunctionSymbol;
import wdfs.semantics.bound.LValue;
import wdfs.source.Span;
import wdfs.types.Type;

/// What an expression is before it is known how it is used: a value, a place that can be read, stored to or have its
/// address taken, or a function.
sealed interface Operand {
    Type type();

    Span span();

    record Value(BoundExpr expr) implements Operand {
        @Override public Type type() { return expr.type(); }
        @Override public Span span() { return expr.span(); }
    }

    /// @param isConst may not be stored to
    record Place(LValue lvalue, boolean isConst, Span span) implements Operand {
        @Override public Type type() { return lvalue.type(); }
    }

    record Function(FunctionSymbol symbol, Prototype prototype, Span span) implements Operand {
        @Override public Type type() { return symbol.type(); }
    }
}
