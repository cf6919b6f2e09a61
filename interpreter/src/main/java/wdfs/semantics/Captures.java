package wdfs.semantics;

import java.util.HashSet;
import java.util.Set;
import wdfs.syntax.Decl;
import wdfs.syntax.Expr;
import wdfs.syntax.Initializer;
import wdfs.syntax.Stmt;

/// Which names of a function's body have their address taken, and which are used by a `thread` or `expect` body inside
/// it. Found before the body is bound, by name alone: a namesake in another block is kept in memory too, which changes
/// nothing but its speed.
record Captures(Set<String> addressTaken, Set<String> captured) {
    static final Captures NONE = new Captures(Set.of(), Set.of());

    static Captures of(Stmt.Block body) {
        Walk walk = new Walk();
        walk.statement(body, false);
        return new Captures(walk.addressTaken, walk.captured);
    }

    private static final class Walk {
        private final Set<String> addressTaken = new HashSet<>();
        private final Set<String> captured = new HashSet<>();

        void statement(Stmt statement, boolean inside) {
            switch (statement) {
                case Stmt.Block s -> s.statements().forEach(t -> statement(t, inside));
                case Stmt.Expression s -> expression(s.expr(), inside);
                case Stmt.Local s -> s.declarations().forEach(d -> declaration(d, inside));
                case Stmt.If s -> {
                    expression(s.condition(), inside);
                    statement(s.then(), inside);
                    s.otherwise().ifPresent(t -> statement(t, inside));
                }
                case Stmt.While s -> {
                    expression(s.condition(), inside);
                    statement(s.body(), inside);
                }
                case Stmt.DoWhile s -> {
                    statement(s.body(), inside);
                    expression(s.condition(), inside);
                }
                case Stmt.For s -> {
                    s.init().ifPresent(t -> statement(t, inside));
                    s.condition().ifPresent(e -> expression(e, inside));
                    s.step().ifPresent(e -> expression(e, inside));
                    statement(s.body(), inside);
                }
                case Stmt.ForIn s -> {
                    expression(s.values(), inside);
                    statement(s.body(), inside);
                }
                case Stmt.Switch s -> {
                    expression(s.value(), inside);
                    statement(s.body(), inside);
                }
                case Stmt.Case s -> expression(s.value(), inside);
                case Stmt.Return s -> s.value().ifPresent(e -> expression(e, inside));
                case Stmt.TryExcept s -> {
                    statement(s.body(), inside);
                    expression(s.filter(), inside);
                    statement(s.handler(), inside);
                }
                case Stmt.TryFinally s -> {
                    statement(s.body(), inside);
                    statement(s.cleanup(), inside);
                }
                case Stmt.Expect s -> expression(s.condition(), inside);
                case Stmt.ExpectEvent s -> {
                    s.parameters().forEach(p -> p.ifPresent(e -> expression(e, inside)));
                    statement(s.body(), true);
                }
                case Stmt.Thread s -> {
                    statement(s.body(), true);
                }
                case Stmt.After s -> {
                    expression(s.delay(), inside);
                    statement(s.body(), inside);
                }
                case Stmt.Empty _, Stmt.Default _, Stmt.Label _, Stmt.Goto _, Stmt.Break _, Stmt.Continue _, Stmt.Leave _, Stmt.ExpectError _,
                        Stmt.Process _, Stmt.InterruptLine _ -> { }
            }
        }

        private void declaration(Decl declaration, boolean inside) {
            switch (declaration) {
                case Decl.Variable v -> v.initializer().ifPresent(i -> initializer(i, inside));
                case Decl.Define d -> d.value().ifPresent(e -> expression(e, inside));
                default -> { }
            }
        }

        private void initializer(Initializer initializer, boolean inside) {
            switch (initializer) {
                case Initializer.Value v -> expression(v.expr(), inside);
                case Initializer.Braces b -> b.items().forEach(item -> initializer(item.value(), inside));
            }
        }

        private void expression(Expr expr, boolean inside) {
            switch (expr) {
                case Expr.NameRef e -> {
                    if (inside) {
                        captured.add(e.name().text());
                    }
                }
                case Expr.Unary e -> {
                    if (e.operator().equals("&")) {
                        taken(e.operand());
                    }
                    expression(e.operand(), inside);
                }
                case Expr.Postfix e -> expression(e.operand(), inside);
                case Expr.Binary e -> {
                    expression(e.left(), inside);
                    expression(e.right(), inside);
                }
                case Expr.Assign e -> {
                    expression(e.target(), inside);
                    expression(e.value(), inside);
                }
                case Expr.Conditional e -> {
                    expression(e.condition(), inside);
                    expression(e.whenTrue(), inside);
                    expression(e.whenFalse(), inside);
                }
                case Expr.Cast e -> expression(e.operand(), inside);
                case Expr.Compound e -> initializer(e.value(), inside);
                case Expr.Call e -> {
                    expression(e.callee(), inside);
                    e.arguments().forEach(a -> expression(a.value(), inside));
                }
                case Expr.Index e -> {
                    expression(e.base(), inside);
                    expression(e.index(), inside);
                }
                case Expr.Member e -> expression(e.base(), inside);
                case Expr.ListLiteral e -> e.elements().forEach(x -> expression(x, inside));
                case Expr.Interpolated e -> e.parts().forEach(p -> {
                    if (p instanceof Expr.Interpolated.Hole hole) {
                        expression(hole.value(), inside);
                    }
                });
                case Expr.Form e -> e.arguments().forEach(a -> {
                    if (a instanceof Expr.FormArgument.OfExpr(Expr x)) {
                        expression(x, inside);
                    } else if (inside && a instanceof Expr.FormArgument.OfType(wdfs.syntax.TypeSyntax.Named n)) {
                        captured.add(n.name().text());
                    }
                });
                case Expr.ThreadBlock e -> {
                    statement(e.body(), true);
                }
                case Expr.SizeofExpr _, Expr.SizeofType _, Expr.IntLiteral _, Expr.CharLiteral _, Expr.StringLiteral _, Expr.BytesLiteral _,
                        Expr.DurationLiteral _, Expr.VersionLiteral _, Expr.Missing _ -> { }
            }
        }

        /// `&x`, `&x.member`, `&x[i]` need x in memory; behind a `->` or `*` it is what x points to that needs it.
        private void taken(Expr operand) {
            switch (operand) {
                case Expr.NameRef e -> addressTaken.add(e.name().text());
                case Expr.Member e when !e.arrow() -> taken(e.base());
                case Expr.Index e -> taken(e.base());
                default -> { }
            }
        }
    }
}
