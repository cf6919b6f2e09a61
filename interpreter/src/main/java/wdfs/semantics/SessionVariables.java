package wdfs.semantics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import wdfs.semantics.bound.BoundExpr;
import wdfs.semantics.bound.BoundStmt;
import wdfs.semantics.bound.GlobalSymbol;
import wdfs.semantics.bound.LValue;
import wdfs.semantics.bound.LocalSymbol;
import wdfs.source.Span;
import wdfs.syntax.Expr;
import wdfs.syntax.Name;
import wdfs.syntax.Stmt;
import wdfs.types.CTypes;
import wdfs.types.Type;

/// The outermost variables of one line of a session. They outlive the line: a C variable lies in the image of the session's
/// process, a managed value in a cell of its own. They become names of the session when the line has passed the checker.
final class SessionVariables {
    private final Interactive session;
    private final Body body;
    private final Scope scope;
    private final int number;
    private final Map<String, Symbol> declared = new LinkedHashMap<>();
    private int cells;

    SessionVariables(Interactive session, Body body, int number) {
        this.session = session;
        this.body = body;
        this.scope = body.scope;
        this.number = number;
        this.cells = session.cells();
    }

    /// Whether a declaration or expression in that scope is one of the line itself, in no block.
    boolean takes(Scope where) {
        return where == scope;
    }

    LValue declare(Name name, Type type, boolean isConst) {
        return declare(name.text(), type, isConst, name.span());
    }

    private LValue declare(String name, Type type, boolean isConst, Span span) {
        if (type instanceof Type.Managed) {
            if (cells >= Interactive.MOST_CELLS) {
                body.report(SemanticFindings.imageTooLarge(span, 8L << 20));
            }
            LocalSymbol local = new LocalSymbol(name, type, false, session.cellOwner(), span);
            local.storage(LocalSymbol.Storage.CELL);
            local.frameOffset(Math.min(cells++, Interactive.MOST_CELLS - 1));
            put(name, new Symbol.Local(local, false));
            return new LValue.Cell(local);
        }
        GlobalSymbol global = body.image.staticLocal(name, type, false, span);
        put(name, new Symbol.Static(global, isConst));
        return new LValue.Global(global);
    }

    private void put(String name, Symbol symbol) {
        scope.put(name, symbol);
        declared.put(name, symbol);
    }

    /// A static variable, which the line's scope has already.
    void keep(String name) {
        if (scope.own(name) instanceof Symbol symbol) {
            declared.put(name, symbol);
        }
    }

    /// An expression as a line: its value is shown with its type, and is `_` from then on. What is assigned to an unknown name
    /// declares it.
    BoundStmt expression(Stmt.Expression s, ExprBinder exprs) {
        Expr expr = s.expr();
        List<BoundStmt> steps = new ArrayList<>();
        BoundExpr value;
        if (expr instanceof Expr.Assign a && a.operator().equals("=") && a.target() instanceof Expr.NameRef name && scope.lookup(name.name().text()) == null) {
            BoundExpr first = exprs.scripts().inferred(a.value());
            if (CTypes.isError(first.type())) {
                return nothing(s.span());
            }
            if (CTypes.isVoid(first.type())) {
                body.report(SemanticFindings.noValue(a.value().span(), "the first value of " + name.name().text()));
                return nothing(s.span());
            }
            LValue place = declare(name.name(), first.type(), false);
            steps.add(new BoundStmt.Expression(new BoundExpr.Assign(place, first, s.span()), s.span()));
            value = new BoundExpr.Load(place, s.span());
        } else {
            value = exprs.scripts().inferred(expr);
        }
        Type type = value.type();
        if (CTypes.isError(type)) {
            return nothing(s.span());
        }
        if (CTypes.isVoid(type)) {
            return value instanceof BoundExpr.Constant ? nothing(s.span()) : new BoundStmt.Expression(value, s.span());
        }
        if (value instanceof BoundExpr.Decay d) {
            steps.add(answer(value, d.array().type(), s.span()));
            steps.add(new BoundStmt.Expression(new BoundExpr.Assign(last(type, s.span()), value, s.span()), s.span()));
        } else {
            LValue last = last(type, s.span());
            steps.add(new BoundStmt.Expression(new BoundExpr.Assign(last, value, s.span()), s.span()));
            steps.add(answer(new BoundExpr.Load(last, s.span()), type, s.span()));
        }
        return new BoundStmt.Block(steps, s.span());
    }

    /// The place of `_` and `_3`.
    private LValue last(Type type, Span span) {
        LValue place = declare("_" + number, type, false, span);
        put("_", declared.get("_" + number));
        return place;
    }

    private static BoundStmt answer(BoundExpr value, Type type, Span span) {
        BoundExpr shown = new BoundExpr.ManagedConstant(type.show(), Type.Managed.STRING, span);
        return new BoundStmt.Expression(new BoundExpr.RuntimeCall("answer", List.of(value, shown), List.of(0), CTypes.VOID, span), span);
    }

    private static BoundStmt nothing(Span span) {
        return new BoundStmt.Block(List.of(), span);
    }

    /// The line is sound: its names are the session's.
    void commit(Scope into) {
        declared.forEach(into::put);
        session.cells(cells);
    }

    Map<String, Symbol> declared() {
        return declared;
    }
}
