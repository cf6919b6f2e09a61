package wdfs.semantics;

import java.util.function.Consumer;
import wdfs.semantics.bound.BoundExpr;
import wdfs.semantics.bound.BoundStmt;
import wdfs.semantics.bound.LValue;

/// Walks a bound tree, each node before its parts.
final class BoundTrees {
    private BoundTrees() {}

    static void visit(BoundStmt statement, Consumer<Object> visitor) {
        visitor.accept(statement);
        switch (statement) {
            case BoundStmt.Block s -> s.statements().forEach(t -> visit(t, visitor));
            case BoundStmt.Expression s -> visit(s.expr(), visitor);
            case BoundStmt.If s -> {
                visit(s.condition(), visitor);
                visit(s.then(), visitor);
                s.otherwise().ifPresent(t -> visit(t, visitor));
            }
            case BoundStmt.Loop s -> {
                s.condition().ifPresent(e -> visit(e, visitor));
                visit(s.body(), visitor);
                s.step().ifPresent(e -> visit(e, visitor));
            }
            case BoundStmt.ForIn s -> {
                visit(s.values(), visitor);
                visit(s.body(), visitor);
            }
            case BoundStmt.Switch s -> {
                visit(s.value(), visitor);
                visit(s.body(), visitor);
            }
            case BoundStmt.Return s -> s.value().ifPresent(e -> visit(e, visitor));
            case BoundStmt.TryExcept s -> {
                visit(s.body(), visitor);
                visit(s.filter(), visitor);
                visit(s.handler(), visitor);
            }
            case BoundStmt.TryFinally s -> {
                visit(s.body(), visitor);
                visit(s.cleanup(), visitor);
            }
            case BoundStmt.Expect s -> visit(s.condition(), visitor);
            case BoundStmt.ExpectEvent s -> s.parameters().forEach(p -> p.ifPresent(e -> visit(e, visitor)));
            case BoundStmt.Zero s -> visit(s.target(), visitor);
            case BoundStmt.FillBytes s -> visit(s.target(), visitor);
            case BoundStmt.Declare _, BoundStmt.Case _, BoundStmt.Default _, BoundStmt.Label _, BoundStmt.Goto _, BoundStmt.Break _, BoundStmt.Continue _,
                    BoundStmt.Leave _, BoundStmt.StartProcess _ -> { }
        }
    }

    static void visit(BoundExpr expr, Consumer<Object> visitor) {
        visitor.accept(expr);
        switch (expr) {
            case BoundExpr.Load e -> visit(e.source(), visitor);
            case BoundExpr.AddressOf e -> visit(e.target(), visitor);
            case BoundExpr.Decay e -> visit(e.array(), visitor);
            case BoundExpr.Convert e -> visit(e.operand(), visitor);
            case BoundExpr.Unary e -> visit(e.operand(), visitor);
            case BoundExpr.Binary e -> both(e.left(), e.right(), visitor);
            case BoundExpr.PointerAdd e -> both(e.pointer(), e.index(), visitor);
            case BoundExpr.PointerDifference e -> both(e.left(), e.right(), visitor);
            case BoundExpr.Logical e -> both(e.left(), e.right(), visitor);
            case BoundExpr.Conditional e -> {
                visit(e.condition(), visitor);
                both(e.whenTrue(), e.whenFalse(), visitor);
            }
            case BoundExpr.Comma e -> both(e.left(), e.right(), visitor);
            case BoundExpr.Assign e -> {
                visit(e.target(), visitor);
                visit(e.value(), visitor);
            }
            case BoundExpr.CompoundAssign e -> {
                visit(e.target(), visitor);
                visit(e.value(), visitor);
            }
            case BoundExpr.IncDec e -> visit(e.target(), visitor);
            case BoundExpr.Sequence e -> {
                e.before().forEach(s -> visit(s, visitor));
                visit(e.value(), visitor);
            }
            case BoundExpr.Call e -> e.arguments().forEach(a -> visit(a, visitor));
            case BoundExpr.NativeCall e -> {
                e.arguments().forEach(a -> visit(a, visitor));
                e.variadic().forEach(a -> visit(a, visitor));
            }
            case BoundExpr.IndirectCall e -> {
                visit(e.target(), visitor);
                e.arguments().forEach(a -> visit(a, visitor));
            }
            case BoundExpr.RuntimeCall e -> e.arguments().forEach(a -> visit(a, visitor));
            case BoundExpr.ManagedList e -> e.elements().forEach(a -> visit(a, visitor));
            case BoundExpr.Constant _, BoundExpr.StringAddress _, BoundExpr.FunctionAddress _, BoundExpr.ManagedConstant _, BoundExpr.StartThread _ -> { }
        }
    }

    private static void both(BoundExpr left, BoundExpr right, Consumer<Object> visitor) {
        visit(left, visitor);
        visit(right, visitor);
    }

    private static void visit(LValue place, Consumer<Object> visitor) {
        switch (place) {
            case LValue.Deref d -> visit(d.address(), visitor);
            case LValue.Part p -> visit(p.whole(), visitor);
            case LValue.BitField b -> visit(b.unit(), visitor);
            case LValue.Register _, LValue.Cell _, LValue.Frame _, LValue.Global _ -> { }
        }
    }
}
