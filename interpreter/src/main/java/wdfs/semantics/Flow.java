package wdfs.semantics;

import java.util.BitSet;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import wdfs.semantics.bound.BoundExpr;
import wdfs.semantics.bound.BoundStmt;
import wdfs.semantics.bound.FunctionSymbol;
import wdfs.semantics.bound.LValue;
import wdfs.semantics.bound.LocalSymbol;
import wdfs.source.SourceFile;
import wdfs.source.Span;
import wdfs.syntax.Stmt;
import wdfs.types.CTypes;
import wdfs.types.Type;

/// Follows a body's paths: a local that is read before it has a value, statements that nothing reaches, an end without
/// the value that the function returns.
///
/// Two sets of locals go along each path: those that have a value on every way here, and those that have one on some way.
/// Jumps backwards make it go round until nothing changes; findings are given in the last round only. Taking a local's
/// address counts as giving it a value: who has the address may store through it.
final class Flow {
    private static final int MOST_ROUNDS = 20;

    private final Analysis analysis;
    private final FunctionSymbol function;
    private final Stmt.Block block;
    private final Map<LocalSymbol, Integer> numbers = new IdentityHashMap<>();
    private final Map<BoundStmt.Label, State> atLabel = new IdentityHashMap<>();
    private final Set<Object> told = new HashSet<>();
    private boolean changed;
    private boolean tell;
    private Targets targets = new Targets(null, null, null);
    private State state;

    /// What is known at a point; null stands for a point that nothing reaches.
    private record State(BitSet always, BitSet sometimes) {
        State copy() {
            return new State((BitSet) always.clone(), (BitSet) sometimes.clone());
        }

        static State join(State a, State b) {
            if (a == null || b == null) {
                return a == null ? b : a;
            }
            State joined = a.copy();
            joined.always.and(b.always);
            joined.sometimes.or(b.sometimes);
            return joined;
        }
    }

    /// Where `break`, `continue` and `__leave` go: what they bring along is gathered there.
    private static final class Targets {
        final Gather onBreak;
        final Gather onContinue;
        final Gather onLeave;

        Targets(Gather onBreak, Gather onContinue, Gather onLeave) {
            this.onBreak = onBreak;
            this.onContinue = onContinue;
            this.onLeave = onLeave;
        }
    }

    private static final class Gather {
        State state;

        void add(State more) {
            state = State.join(state, more);
        }
    }

    Flow(Analysis analysis, FunctionSymbol function, Stmt.Block block) {
        this.analysis = analysis;
        this.function = function;
        this.block = block;
    }

    void check() {
        BoundStmt body = function.body().orElse(null);
        if (body == null) {
            return;
        }
        for (LocalSymbol local : function.locals()) {
            numbers.put(local, numbers.size());
        }
        int rounds = 0;
        do {
            changed = false;
            run(body);
        } while (changed && ++rounds < MOST_ROUNDS);
        tell = true;
        run(body);
        Type result = function.type().returnType();
        if (state != null && !CTypes.isVoid(result) && !CTypes.isError(result)) {
            Span span = block.span();
            analysis.report(SemanticFindings.endsWithoutValue(new Span(span.file(), Math.max(span.start(), span.end() - 1), span.end()),
                    Mangled.shown(function.name()), result));
        }
    }

    private void run(BoundStmt body) {
        state = new State(new BitSet(), new BitSet());
        statement(body);
    }

    // ---- statements ----------------------------------------------------------------------------------------------------------

    private void statement(BoundStmt statement) {
        switch (statement) {
            case BoundStmt.Block s -> block(s);
            case BoundStmt.Expression s -> expression(s.expr());
            case BoundStmt.Declare s -> {
                Integer number = numbers.get(s.local());
                if (number != null && state != null) {
                    state.always.clear(number);
                    state.sometimes.clear(number);
                }
            }
            case BoundStmt.Zero s -> assigned(s.target());
            case BoundStmt.FillBytes s -> assigned(s.target());
            case BoundStmt.If s -> branch(s);
            case BoundStmt.Loop s -> loop(s);
            case BoundStmt.ForIn s -> {
                expression(s.values());
                State before = copy();
                Gather exit = new Gather();
                exit.add(before);
                inLoop(exit, () -> {
                    mark(s.element());
                    statement(s.body());
                }, before, null, null);
                state = exit.state;
            }
            case BoundStmt.Switch s -> switchStatement(s);
            case BoundStmt.Case s -> join(enteringSwitch);
            case BoundStmt.Default s -> join(enteringSwitch);
            case BoundStmt.Label s -> join(atLabel.get(s));
            case BoundStmt.Goto s -> {
                State before = atLabel.get(s.target());
                State joined = State.join(before, state == null ? null : state.copy());
                if (joined != null && !joined.equals(before)) {
                    atLabel.put(s.target(), joined.copy());
                    changed = true;
                }
                state = null;
            }
            case BoundStmt.Break _ -> leave(targets.onBreak);
            case BoundStmt.Continue _ -> leave(targets.onContinue);
            case BoundStmt.Leave _ -> leave(targets.onLeave);
            case BoundStmt.Return s -> {
                s.value().ifPresent(this::expression);
                state = null;
            }
            case BoundStmt.TryExcept s -> tryExcept(s);
            case BoundStmt.TryFinally s -> tryFinally(s);
            case BoundStmt.Expect s -> expression(s.condition());
            case BoundStmt.ExpectEvent s -> {
                s.parameters().forEach(p -> p.ifPresent(this::expression));
                captured(s.body());
            }
            case BoundStmt.StartProcess _ -> { }
        }
    }

    private State enteringSwitch;

    private State copy() {
        return state == null ? null : state.copy();
    }

    private void join(State other) {
        state = State.join(copy(), other == null ? null : other.copy());
    }

    private void leave(Gather target) {
        if (target != null) {
            target.add(copy());
        }
        state = null;
    }

    private void block(BoundStmt.Block s) {
        // A block that cannot be reached as a whole has been told of where it stands.
        boolean told = state == null;
        for (BoundStmt statement : s.statements()) {
            if (state == null && tell && !told && isCode(statement)) {
                told = true;
                unreachable(statement);
            }
            boolean dead = state == null;
            statement(statement);
            if (!dead || state != null) {
                told = false;
            }
        }
    }

    private static boolean isCode(BoundStmt statement) {
        return switch (statement) {
            case BoundStmt.Block b -> b.statements().stream().anyMatch(Flow::isCode) && !startsWithLabel(b);
            case BoundStmt.Label _, BoundStmt.Case _, BoundStmt.Default _, BoundStmt.Declare _ -> false;
            // What stands behind a return for the sake of form.
            case BoundStmt.Break _ -> false;
            default -> statement.span().file().origin() == SourceFile.Origin.SCRIPT;
        };
    }

    private static boolean startsWithLabel(BoundStmt.Block block) {
        for (BoundStmt s : block.statements()) {
            if (s instanceof BoundStmt.Label || s instanceof BoundStmt.Case || s instanceof BoundStmt.Default) {
                return true;
            }
            if (isCode(s)) {
                return false;
            }
        }
        return false;
    }

    private void unreachable(BoundStmt statement) {
        Span span = statement.span();
        if (told.add(span)) {
            int line = span.file().text().indexOf('\n', span.start());
            int end = line < 0 ? span.end() : Math.min(span.end(), line);
            analysis.report(SemanticFindings.unreachable(new Span(span.file(), span.start(), Math.max(span.start() + 1, end))));
        }
    }

    private void branch(BoundStmt.If s) {
        Boolean known = known(s.condition());
        Split split = condition(s.condition());
        State before = split.whenFalse();
        state = split.whenTrue();
        if (Boolean.FALSE.equals(known)) {
            state = before == null ? null : before.copy();
            // `if (FALSE)` is how code is switched off: no finding, and nothing comes out of it.
            boolean telling = tell;
            tell = false;
            statement(s.then());
            tell = telling;
            state = null;
        } else {
            statement(s.then());
        }
        State then = state;
        state = Boolean.TRUE.equals(known) ? null : before;
        if (s.otherwise().isPresent()) {
            boolean telling = tell;
            tell &= !Boolean.TRUE.equals(known);
            statement(s.otherwise().get());
            tell = telling;
        }
        state = State.join(then, state);
    }

    /// A loop's condition: what is false goes to the exit, what is true goes on.
    private void test(BoundExpr condition, Boolean known, Gather exit) {
        Split split = condition(condition);
        if (!Boolean.TRUE.equals(known)) {
            exit.add(split.whenFalse());
        }
        state = split.whenTrue();
    }

    /// What is known behind a condition, by its outcome.
    private record Split(State whenTrue, State whenFalse) {}

    /// `a && (x = f())` gives x a value where the whole is true.
    private Split condition(BoundExpr expr) {
        return switch (expr) {
            case BoundExpr.Logical e -> {
                Split left = condition(e.left());
                state = e.and() ? left.whenTrue() : left.whenFalse();
                Split right = condition(e.right());
                yield e.and() ? new Split(right.whenTrue(), State.join(left.whenFalse(), right.whenFalse()))
                        : new Split(State.join(left.whenTrue(), right.whenTrue()), right.whenFalse());
            }
            case BoundExpr.Unary e when e.op() == BoundExpr.UnaryOp.LOGICAL_NOT -> {
                Split inner = condition(e.operand());
                yield new Split(inner.whenFalse(), inner.whenTrue());
            }
            default -> {
                expression(expr);
                yield new Split(copy(), copy());
            }
        };
    }

    private static Boolean known(BoundExpr condition) {
        return condition instanceof BoundExpr.Constant c && !CTypes.isError(c.type()) ? c.value() != 0 : null;
    }

    private void loop(BoundStmt.Loop s) {
        Gather exit = new Gather();
        Boolean known = s.condition().isPresent() ? known(s.condition().get()) : Boolean.TRUE;
        inLoop(exit, () -> {
            if (s.testFirst() && s.condition().isPresent()) {
                test(s.condition().get(), known, exit);
            }
            statement(s.body());
        }, copy(), s, known);
        state = exit.state;
    }

    /// Goes round until what comes back to the loop's head adds nothing.
    private void inLoop(Gather exit, Runnable body, State entry, BoundStmt.Loop loop, Boolean known) {
        State head = entry;
        Targets outer = targets;
        boolean telling = tell;
        for (int round = 0; round < MOST_ROUNDS; round++) {
            Gather next = new Gather();
            targets = new Targets(exit, next, outer.onLeave);
            state = head == null ? null : head.copy();
            tell = false;
            State end = pass(body, next, loop, exit, known);
            State joined = State.join(entry, end);
            boolean stable = java.util.Objects.equals(joined, head);
            head = joined;
            if (stable) {
                break;
            }
        }
        tell = telling;
        if (tell) {
            Gather next = new Gather();
            targets = new Targets(exit, next, outer.onLeave);
            state = head == null ? null : head.copy();
            pass(body, next, loop, exit, known);
        }
        targets = outer;
    }

    private State pass(Runnable body, Gather next, BoundStmt.Loop loop, Gather exit, Boolean known) {
        body.run();
        state = State.join(state, next.state);
        if (loop == null) {
            exit.add(copy());
            return state;
        }
        if (!loop.testFirst() && state != null) {
            test(loop.condition().orElseThrow(), known, exit);
        }
        if (state != null) {
            loop.step().ifPresent(this::expression);
        }
        return state;
    }

    private void switchStatement(BoundStmt.Switch s) {
        expression(s.value());
        State outerEntry = enteringSwitch;
        Targets outer = targets;
        Gather exit = new Gather();
        targets = new Targets(exit, outer.onContinue, outer.onLeave);
        // A value of an `enum` can be any int: cases for all its names leave a way past them all the same.
        if (s.otherwise().isEmpty()) {
            exit.add(copy());
        }
        State entry = copy();
        enteringSwitch = entry;
        state = null;
        statement(s.body());
        exit.add(copy());
        targets = outer;
        enteringSwitch = outerEntry;
        state = exit.state;
    }

    private void tryExcept(BoundStmt.TryExcept s) {
        State before = copy();
        Gather left = new Gather();
        Targets outer = targets;
        targets = new Targets(outer.onBreak, outer.onContinue, left);
        statement(s.body());
        State after = State.join(state, left.state);
        targets = outer;
        // The exception may come from anywhere in the body: of what that assigns, nothing is sure.
        state = before == null ? null : before.copy();
        if (state != null) {
            touched(s.body(), state.sometimes);
        }
        expression(s.filter());
        statement(s.handler());
        state = State.join(after, state);
    }

    private void tryFinally(BoundStmt.TryFinally s) {
        State before = copy();
        Gather left = new Gather();
        Targets outer = targets;
        targets = new Targets(outer.onBreak, outer.onContinue, left);
        statement(s.body());
        State after = State.join(state, left.state);
        targets = outer;
        State entry = before == null ? null : before.copy();
        if (entry != null) {
            touched(s.body(), entry.sometimes);
        }
        state = State.join(entry, after);
        statement(s.cleanup());
        boolean ends = state == null;
        // Behind it comes who left the body normally, with what the cleanup added.
        if (!ends && after != null) {
            BitSet always = (BitSet) state.always.clone();
            always.or(after.always);
            BitSet sometimes = (BitSet) state.sometimes.clone();
            sometimes.or(after.sometimes);
            state = new State(always, sometimes);
        } else {
            state = null;
        }
    }

    /// All locals that a statement may give a value.
    private void touched(BoundStmt body, BitSet into) {
        State keep = state;
        boolean telling = tell;
        Targets outer = targets;
        tell = false;
        targets = new Targets(new Gather(), new Gather(), new Gather());
        state = new State(new BitSet(), new BitSet());
        BitSet seen = new BitSet();
        watching = seen;
        statement(body);
        watching = null;
        into.or(seen);
        targets = outer;
        tell = telling;
        state = keep;
    }

    private BitSet watching;

    // ---- expressions ---------------------------------------------------------------------------------------------------------

    private void expression(BoundExpr expr) {
        switch (expr) {
            case BoundExpr.Constant _, BoundExpr.StringAddress _, BoundExpr.FunctionAddress _, BoundExpr.ManagedConstant _ -> { }
            case BoundExpr.Load e -> read(e.source(), e.span());
            case BoundExpr.AddressOf e -> taken(e.target());
            case BoundExpr.Decay e -> taken(e.array());
            case BoundExpr.Convert e -> expression(e.operand());
            case BoundExpr.Unary e -> expression(e.operand());
            case BoundExpr.Binary e -> both(e.left(), e.right());
            case BoundExpr.PointerAdd e -> both(e.pointer(), e.index());
            case BoundExpr.PointerDifference e -> both(e.left(), e.right());
            case BoundExpr.Logical e -> logical(e);
            case BoundExpr.Conditional e -> {
                Split split = condition(e.condition());
                state = split.whenTrue();
                expression(e.whenTrue());
                State then = state;
                state = split.whenFalse();
                expression(e.whenFalse());
                state = State.join(then, state);
            }
            case BoundExpr.Comma e -> both(e.left(), e.right());
            case BoundExpr.Assign e -> {
                addressOf(e.target());
                expression(e.value());
                assigned(e.target());
            }
            case BoundExpr.CompoundAssign e -> {
                read(e.target(), e.span());
                expression(e.value());
                assigned(e.target());
            }
            case BoundExpr.IncDec e -> {
                read(e.target(), e.span());
                assigned(e.target());
            }
            case BoundExpr.Sequence e -> {
                e.before().forEach(this::statement);
                expression(e.value());
            }
            case BoundExpr.Call e -> all(e.arguments());
            case BoundExpr.NativeCall e -> {
                all(e.arguments());
                all(e.variadic());
            }
            case BoundExpr.IndirectCall e -> {
                expression(e.target());
                all(e.arguments());
            }
            case BoundExpr.RuntimeCall e -> all(e.arguments());
            case BoundExpr.ManagedList e -> all(e.elements());
            case BoundExpr.StartThread e -> captured(e.body());
        }
    }

    private void all(List<BoundExpr> list) {
        list.forEach(this::expression);
    }

    private void both(BoundExpr left, BoundExpr right) {
        expression(left);
        expression(right);
    }

    private void logical(BoundExpr.Logical e) {
        Split split = condition(e);
        state = State.join(split.whenTrue(), split.whenFalse());
    }

    /// What a thread or an expectation's body does with the locals around it cannot be followed: they count as given.
    private void captured(FunctionSymbol body) {
        for (LocalSymbol local : numbers.keySet()) {
            if (local.storage() != LocalSymbol.Storage.REGISTER) {
                mark(local);
            }
        }
    }

    // ---- places --------------------------------------------------------------------------------------------------------------

    /// The local that a place is, or is part of; null if it lies elsewhere.
    private static LocalSymbol localOf(LValue place) {
        return switch (place) {
            case LValue.Register r -> r.local();
            case LValue.Cell c -> c.local();
            case LValue.Frame f -> f.local();
            case LValue.Part p -> localOf(p.whole());
            case LValue.BitField b -> localOf(b.unit());
            case LValue.Global _, LValue.Deref _ -> null;
        };
    }

    private void read(LValue place, Span span) {
        addressOf(place);
        LocalSymbol local = localOf(place);
        Integer number = local == null ? null : numbers.get(local);
        if (number == null || state == null) {
            return;
        }
        if (!state.always.get(number)) {
            if (tell && told.add(local)) {
                analysis.report(state.sometimes.get(number) ? SemanticFindings.maybeUnassigned(span, local.name(), local.span())
                        : SemanticFindings.neverAssigned(span, local.name(), local.span()));
            }
            mark(local);
        }
    }

    /// What has to be evaluated to find a place.
    private void addressOf(LValue place) {
        switch (place) {
            case LValue.Deref d -> expression(d.address());
            case LValue.Part p -> addressOf(p.whole());
            case LValue.BitField b -> addressOf(b.unit());
            case LValue.Register _, LValue.Cell _, LValue.Frame _, LValue.Global _ -> { }
        }
    }

    private void taken(LValue.InMemory place) {
        addressOf(place);
        assigned(place);
    }

    private void assigned(LValue place) {
        LocalSymbol local = localOf(place);
        if (local != null) {
            mark(local);
        }
    }

    private void mark(LocalSymbol local) {
        Integer number = numbers.get(local);
        if (number == null) {
            return;
        }
        if (watching != null) {
            watching.set(number);
        }
        if (state != null) {
            state.always.set(number);
            state.sometimes.set(number);
        }
    }
}
