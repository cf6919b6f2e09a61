package wdfs.semantics;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import wdfs.diagnostics.Findings;
import wdfs.diagnostics.Suggestions;
import wdfs.semantics.bound.BoundExpr;
import wdfs.semantics.bound.BoundStmt;
import wdfs.semantics.bound.FunctionSymbol;
import wdfs.semantics.bound.GlobalSymbol;
import wdfs.semantics.bound.ImageSymbol;
import wdfs.semantics.bound.LValue;
import wdfs.semantics.bound.LocalSymbol;
import wdfs.runtime.BugChecks;
import wdfs.runtime.ReportNames;
import wdfs.source.Span;
import wdfs.syntax.Decl;
import wdfs.syntax.Expr;
import wdfs.syntax.Initializer;
import wdfs.syntax.Name;
import wdfs.syntax.Stmt;
import wdfs.syntax.TypeSyntax;
import wdfs.types.CTypes;
import wdfs.types.Folding;
import wdfs.types.Type;

/// Statements to the bound tree.
final class Statements {
    private final Body body;
    private final ExprBinder exprs;
    private final Converter converter;
    private final Deque<SwitchCases> switches = new ArrayDeque<>();

    /// The cases seen so far of the innermost switch.
    private static final class SwitchCases {
        final Type type;
        final List<BoundStmt.Case> cases = new ArrayList<>();
        final Map<Long, Span> seen = new HashMap<>();
        BoundStmt.Default otherwise;

        SwitchCases(Type type) {
            this.type = type;
        }
    }

    Statements(Body body) {
        this.body = body;
        this.exprs = body.exprs;
        this.converter = body.converter;
    }

    /// The outermost block: its declarations share the parameters' scope.
    BoundStmt function(Stmt.Block block) {
        BoundStmt bound = new BoundStmt.Block(statements(block.statements()), block.span());
        for (Map.Entry<String, Span> use : body.labelUses.entrySet()) {
            if (!declaredLabels.containsKey(use.getKey())) {
                body.report(SemanticFindings.unknownLabel(use.getValue(), use.getKey(), Suggestions.near(use.getKey(), declaredLabels.keySet())));
            }
        }
        return bound;
    }

    private final Map<String, Integer> declaredLabels = new HashMap<>();
    private final Map<String, List<Integer>> labelTries = new HashMap<>();

    private List<BoundStmt> statements(List<Stmt> statements) {
        List<BoundStmt> list = new ArrayList<>();
        // Types and functions of a block are known in all of it.
        for (Stmt statement : statements) {
            if (statement instanceof Stmt.Local local) {
                for (Decl d : local.declarations()) {
                    if (!(d instanceof Decl.Variable v && !v.storage().equals("typedef")) && !(d instanceof Decl.FormDecl)) {
                        body.scope.declare(d, this::clash);
                    }
                }
            }
        }
        for (Stmt statement : statements) {
            list.add(statement(statement));
        }
        return list;
    }

    private void clash(Name again, Symbol before) {
        body.report(SemanticFindings.declaredTwice(again.span(), again.text(), before.span()));
    }

    private BoundStmt block(Stmt.Block block) {
        List<BoundStmt> list = new ArrayList<>();
        body.within(Scope.Level.BODY, () -> list.addAll(statements(block.statements())));
        return new BoundStmt.Block(list, block.span());
    }

    /// A statement in a scope of its own, such as a loop's body without braces.
    private BoundStmt scoped(Stmt statement) {
        BoundStmt[] bound = new BoundStmt[1];
        body.within(Scope.Level.BODY, () -> bound[0] = statement(statement));
        return bound[0];
    }

    private static BoundStmt nothing(Span span) {
        return new BoundStmt.Block(List.of(), span);
    }

    private BoundStmt statement(Stmt statement) {
        return switch (statement) {
            case Stmt.Block s -> block(s);
            case Stmt.Expression s -> expression(s);
            case Stmt.Empty s -> nothing(s.span());
            case Stmt.Local s -> local(s);
            case Stmt.If s -> new BoundStmt.If(condition(s.condition()), scoped(s.then()), s.otherwise().map(this::scoped), s.span());
            case Stmt.While s -> new BoundStmt.Loop(Optional.of(condition(s.condition())), Optional.empty(), loopBody(s.body()), true, s.span());
            case Stmt.DoWhile s -> {
                BoundStmt inside = loopBody(s.body());
                yield new BoundStmt.Loop(Optional.of(condition(s.condition())), Optional.empty(), inside, false, s.span());
            }
            case Stmt.For s -> forLoop(s);
            case Stmt.ForIn s -> forIn(s);
            case Stmt.Switch s -> switchStatement(s);
            case Stmt.Case s -> caseLabel(s);
            case Stmt.Default s -> defaultLabel(s);
            case Stmt.Label s -> label(s);
            case Stmt.Goto s -> gotoStatement(s);
            case Stmt.Break s -> {
                if (body.breakDepth == 0) {
                    body.report(SemanticFindings.jumpOutside(s.span(), "break", "a loop or switch"));
                    yield nothing(s.span());
                }
                yield new BoundStmt.Break(s.span());
            }
            case Stmt.Continue s -> {
                if (body.loopDepth == 0) {
                    body.report(SemanticFindings.jumpOutside(s.span(), "continue", "a loop"));
                    yield nothing(s.span());
                }
                yield new BoundStmt.Continue(s.span());
            }
            case Stmt.Return s -> returnStatement(s);
            case Stmt.TryExcept s -> tryExcept(s);
            case Stmt.TryFinally s -> tryFinally(s);
            case Stmt.Leave s -> {
                if (body.tryDepth == 0) {
                    body.report(SemanticFindings.jumpOutside(s.span(), "__leave", "the block of a __try"));
                    yield nothing(s.span());
                }
                yield new BoundStmt.Leave(s.span());
            }
            case Stmt.Expect s -> expect(s);
            case Stmt.ExpectEvent s -> expectEvent(s);
            case Stmt.ExpectError s -> expectError(s);
            case Stmt.Thread s -> new BoundStmt.Expression(exprs.scripts().thread(s.body(), s.span()), s.span());
            case Stmt.Process s -> process(s);
            case Stmt.After s -> body.image.hardware() != null ? body.image.hardware().after(s, body) : hardwareOnly(s.span(), "after");
            case Stmt.InterruptLine s -> body.image.hardware() != null ? body.image.hardware().line(s, body) : hardwareOnly(s.span(), s.raise() ? "raise" : "lower");
        };
    }

    private BoundStmt hardwareOnly(Span span, String word) {
        body.report(SemanticFindings.hardwareOnly(span, word));
        return nothing(span);
    }

    // ---- expressions and conditions ----------------------------------------------------------------------------------------

    private BoundStmt expression(Stmt.Expression s) {
        if (body.session != null && body.session.takes(body.scope)) {
            return body.session.expression(s, exprs);
        }
        if (s.expr() instanceof Expr.Form form && Forms.declares(form.form().text()) || s.expr() instanceof Expr.Form f && isStringDeclaration(f)) {
            return localForm((Expr.Form) s.expr());
        }
        BoundExpr value = exprs.value(s.expr());
        if (value instanceof BoundExpr.Constant c && CTypes.isVoid(c.type())) {
            return nothing(s.span());
        }
        if (!CTypes.isError(value.type()) && !hasEffect(value) && s.span().file().origin() != wdfs.source.SourceFile.Origin.LIBRARY) {
            body.report(SemanticFindings.noEffect(s.span()));
        }
        mustInspect(value);
        return new BoundStmt.Expression(value, s.span());
    }

    private static boolean isStringDeclaration(Expr.Form form) {
        return form.form().text().equals("DECLARE_UNICODE_STRING_SIZE");
    }

    private static boolean hasEffect(BoundExpr value) {
        return switch (value) {
            case BoundExpr.Assign _, BoundExpr.CompoundAssign _, BoundExpr.IncDec _, BoundExpr.Call _, BoundExpr.NativeCall _, BoundExpr.IndirectCall _,
                    BoundExpr.RuntimeCall _, BoundExpr.StartThread _, BoundExpr.Sequence _ -> true;
            case BoundExpr.Comma c -> CTypes.isVoid(c.right().type()) || hasEffect(c.right());
            case BoundExpr.Conditional c -> hasEffect(c.whenTrue()) || hasEffect(c.whenFalse());
            case BoundExpr.Logical l -> hasEffect(l.right());
            case BoundExpr.Convert c -> hasEffect(c.operand());
            default -> false;
        };
    }

    private void mustInspect(BoundExpr value) {
        FunctionSymbol callee = switch (value) {
            case BoundExpr.NativeCall c -> c.callee();
            case BoundExpr.Call c -> c.callee();
            default -> null;
        };
        if (callee == null || CTypes.isVoid(callee.type().returnType()) || body.script()) {
            return;
        }
        if (body.scope.lookup(callee.name()) instanceof Symbol.Entry e && e.prototype != null && e.prototype.mustInspect()
                && value.span().file().origin() == wdfs.source.SourceFile.Origin.SCRIPT) {
            body.report(SemanticFindings.ignoredResult(value.span(), callee.name()));
        }
    }

    private BoundExpr condition(Expr expr) {
        if (expr instanceof Expr.Assign a && a.operator().equals("=") && !isParenthesised(expr.span())) {
            body.report(SemanticFindings.assignmentInCondition(a.span()));
        }
        return converter.condition(exprs.value(expr));
    }

    /// Whether the condition has parentheses of its own besides those of the statement.
    private static boolean isParenthesised(Span span) {
        String text = span.file().text();
        int i = before(text, span.start());
        return i >= 0 && text.charAt(i) == '(' && before(text, i) >= 0 && text.charAt(before(text, i)) == '(';
    }

    private static int before(String text, int i) {
        int k = i - 1;
        while (k >= 0 && Character.isWhitespace(text.charAt(k))) {
            k--;
        }
        return k;
    }

    // ---- declarations --------------------------------------------------------------------------------------------------------

    private BoundStmt local(Stmt.Local s) {
        List<BoundStmt> list = new ArrayList<>();
        for (Decl d : s.declarations()) {
            switch (d) {
                case Decl.Variable v when !v.storage().equals("typedef") -> variable(v, list);
                case Decl.FormDecl f -> list.add(localForm(f.form()));
                case Decl.TypeOnly t -> body.analysis.types.resolve(t.type(), body.scope, body);
                case Decl.Typedef t -> {
                    if (body.scope.own(t.name().text()) instanceof Symbol.Entry e) {
                        body.analysis.entries.type(e);
                    }
                }
                case Decl.Function f when f.body().isPresent() && !body.script() ->
                        body.report(SemanticFindings.nestedFunction(f.name().span(), f.name().text()));
                default -> { }
            }
        }
        return list.size() == 1 ? list.getFirst() : new BoundStmt.Block(list, s.span());
    }

    private BoundStmt localForm(Expr.Form form) {
        Optional<Name> name = Forms.argumentName(form, 0);
        if (name.isEmpty()) {
            body.report(SemanticFindings.formArguments(form.span(), form.form().text(), 2, form.arguments().size()));
            return nothing(form.span());
        }
        switch (form.form().text()) {
            case "DECLARE_CONST_UNICODE_STRING", "DECLARE_GLOBAL_CONST_UNICODE_STRING" -> {
                Type type = body.analysis.entries.libraryType("UNICODE_STRING");
                if (!CTypes.isError(type)) {
                    GlobalSymbol global = body.image.staticLocal(name.get().text(), type, true, name.get().span());
                    new Initializers(body).unicodeString(global, form);
                    declared(name.get());
                    body.scope.put(new Symbol.Static(global, true));
                }
            }
            case "DECLARE_UNICODE_STRING_SIZE" -> {
                return sizedString(form, name.get());
            }
            default -> body.scope.declare(new Decl.FormDecl(form, form.span()), this::clash);
        }
        return nothing(form.span());
    }

    /// `DECLARE_UNICODE_STRING_SIZE(name, bytes)`: a buffer on the stack and the string that describes it.
    private BoundStmt sizedString(Expr.Form form, Name name) {
        Type type = body.analysis.entries.libraryType("UNICODE_STRING");
        OptionalLong size = form.arguments().size() == 2 && form.arguments().get(1) instanceof Expr.FormArgument.OfExpr(Expr e)
                ? exprs.constant(e, "the size of a string") : OptionalLong.empty();
        if (!(type instanceof Type.Struct struct) || size.isEmpty()) {
            return nothing(form.span());
        }
        Span span = form.span();
        LocalSymbol buffer = body.declareLocal(name.text() + "_buffer", new Type.Array(CTypes.WCHAR, size.getAsLong()), false, false, name.span());
        LocalSymbol string = body.declareLocal(name.text(), struct, false, false, name.span());
        LValue.Frame place = new LValue.Frame(string);
        List<BoundStmt> steps = new ArrayList<>();
        steps.add(new BoundStmt.Declare(buffer, span));
        steps.add(new BoundStmt.Declare(string, span));
        steps.add(new BoundStmt.Zero(place, 0, struct.size(), span));
        struct.find("MaximumLength").ifPresent(f -> steps.add(new BoundStmt.Expression(new BoundExpr.Assign(ExprBinder.part(place, f.offset(), f.type()),
                new BoundExpr.Constant(size.getAsLong() * 2, f.type(), span), span), span)));
        struct.find("Buffer").ifPresent(f -> steps.add(new BoundStmt.Expression(new BoundExpr.Assign(ExprBinder.part(place, f.offset(), f.type()),
                new BoundExpr.Decay(new LValue.Frame(buffer), f.type(), span), span), span)));
        return new BoundStmt.Block(steps, span);
    }

    private void declared(Name name) {
        Symbol before = body.scope.own(name.text());
        if (before != null && !(before instanceof Symbol.Value v && CTypes.isError(v.type()))) {
            body.report(SemanticFindings.declaredTwice(name.span(), name.text(), before.span()));
        }
    }

    private void variable(Decl.Variable v, List<BoundStmt> into) {
        body.scope.types(v.type(), this::clash);
        declared(v.name());
        if (v.type() instanceof TypeSyntax.Inferred) {
            inferred(v, into);
            return;
        }
        Type type = body.analysis.types.resolve(v.type(), body.scope, body);
        boolean isConst = body.analysis.types.isConst(v.type(), body.scope);
        if (type instanceof Type.Function) {
            body.report(SemanticFindings.nestedFunction(v.name().span(), v.name().text()));
            return;
        }
        if (v.initializer().isPresent()) {
            type = new Initializers(body).completed(type, v.initializer().get());
        }
        if (type instanceof Type.Managed m && !body.script()) {
            body.report(SemanticFindings.scriptOnly(v.span(), "a " + m.show()));
            type = CTypes.ERROR;
        }
        if (!CTypes.isManaged(type) && !CTypes.isError(type) && !CTypes.isComplete(type)) {
            body.report(SemanticFindings.incompleteVariable(v.name().span(), v.name().text(), type));
            type = CTypes.ERROR;
        }
        if (v.storage().equals("static") && !CTypes.isManaged(type)) {
            staticVariable(v, type, isConst);
            if (body.session != null && body.session.takes(body.scope)) {
                body.session.keep(v.name().text());
            }
            return;
        }
        if (v.storage().equals("extern")) {
            body.report(DeclarationFindings.noExternInside(v.span(), v.name().text()));
        }
        if (body.session != null && body.session.takes(body.scope) && !CTypes.isError(type)) {
            LValue place = body.session.declare(v.name(), type, isConst);
            v.initializer().ifPresent(i -> initialise(v.name().text(), place, place.type(), i, into));
            return;
        }
        // The initialiser already sees the name, as in C.
        LocalSymbol local = body.declareLocal(v.name().text(), type, false, isConst, v.name().span());
        into.add(new BoundStmt.Declare(local, v.span()));
        if (v.initializer().isPresent() && !CTypes.isError(type)) {
            initialise(local.name(), ExprBinder.placeOf(local), type, v.initializer().get(), into);
        } else if (v.initializer().isPresent() && v.initializer().get() instanceof Initializer.Value value) {
            exprs.value(value.expr());
        }
    }

    private void initialise(String name, LValue place, Type type, Initializer initializer, List<BoundStmt> into) {
        if (type instanceof Type.Array || type instanceof Type.Struct) {
            into.addAll(new Initializers(body).local((LValue.InMemory) place, type, initializer));
            return;
        }
        Initializer one = initializer;
        while (one instanceof Initializer.Braces braces) {
            if (braces.items().size() != 1 || !braces.items().getFirst().path().isEmpty()) {
                if (braces.items().isEmpty() && CTypes.isScalar(type)) {
                    BoundExpr zero = converter.convert(new BoundExpr.Constant(0, CTypes.INT, braces.span()), type);
                    into.add(new BoundStmt.Expression(new BoundExpr.Assign(place, zero, braces.span()), braces.span()));
                } else {
                    body.report(SemanticFindings.tooManyValues(braces.span(), type, 1));
                }
                return;
            }
            one = braces.items().getFirst().value();
        }
        BoundExpr value = exprs.valueFor(((Initializer.Value) one).expr(), type, "the first value of " + name);
        if (!CTypes.isError(value.type())) {
            into.add(new BoundStmt.Expression(new BoundExpr.Assign(place, value, initializer.span()), initializer.span()));
        } else {
            // Counts as assigned, so that the one mistake is not told twice.
            into.add(new BoundStmt.Expression(new BoundExpr.Assign(place, value, initializer.span()), initializer.span()));
        }
    }

    /// `var x = …;`: the type of the value.
    private void inferred(Decl.Variable v, List<BoundStmt> into) {
        if (!(v.initializer().orElse(null) instanceof Initializer.Value value)) {
            body.report(SemanticFindings.varWithoutValue(v.span()));
            body.declareLocal(v.name().text(), CTypes.ERROR, false, false, v.name().span());
            return;
        }
        BoundExpr bound = exprs.scripts().inferred(value.expr());
        Type type = bound.type();
        if (CTypes.isVoid(type)) {
            body.report(SemanticFindings.noValue(value.span(), "the first value of " + v.name().text()));
            type = CTypes.ERROR;
        }
        if (body.session != null && body.session.takes(body.scope) && !CTypes.isError(type)) {
            LValue place = body.session.declare(v.name(), type, false);
            into.add(new BoundStmt.Expression(new BoundExpr.Assign(place, bound, v.span()), v.span()));
            return;
        }
        LocalSymbol local = body.declareLocal(v.name().text(), type, false, false, v.name().span());
        into.add(new BoundStmt.Declare(local, v.span()));
        if (!CTypes.isError(type)) {
            into.add(new BoundStmt.Expression(new BoundExpr.Assign(ExprBinder.placeOf(local), bound, v.span()), v.span()));
        }
    }

    private void staticVariable(Decl.Variable v, Type type, boolean isConst) {
        if (CTypes.isError(type)) {
            body.declareLocal(v.name().text(), type, false, false, v.name().span());
            return;
        }
        GlobalSymbol global = body.image.staticLocal(v.name().text(), type, isConst, v.name().span());
        body.scope.put(new Symbol.Static(global, isConst));
        v.initializer().ifPresent(i -> new Initializers(body.analysis.constantBody(body.scope, body.image)).constant(global, i));
    }

    // ---- loops ---------------------------------------------------------------------------------------------------------------

    private BoundStmt loopBody(Stmt statement) {
        body.loopDepth++;
        body.breakDepth++;
        BoundStmt bound = scoped(statement);
        body.loopDepth--;
        body.breakDepth--;
        return bound;
    }

    private BoundStmt forLoop(Stmt.For s) {
        List<BoundStmt> list = new ArrayList<>();
        body.within(Scope.Level.BODY, () -> {
            s.init().ifPresent(init -> list.add(statement(init)));
            Optional<BoundExpr> condition = s.condition().map(this::condition);
            Optional<BoundExpr> step = s.step().map(exprs::value);
            list.add(new BoundStmt.Loop(condition, step, loopBody(s.body()), true, s.span()));
        });
        return list.size() == 1 ? list.getFirst() : new BoundStmt.Block(list, s.span());
    }

    private BoundStmt forIn(Stmt.ForIn s) {
        BoundExpr values = exprs.value(s.values());
        Type element = switch (values.type()) {
            case Type.Managed m when m.kind() == Type.ManagedKind.LIST -> m.element();
            case Type.Managed m when m.kind() == Type.ManagedKind.BYTES -> new Type.Int(Type.IntKind.UCHAR, "UCHAR");
            case Type.Error _ -> CTypes.ERROR;
            default -> {
                body.report(SemanticFindings.forInNoList(s.values().span(), values.type()));
                yield CTypes.ERROR;
            }
        };
        BoundStmt[] bound = new BoundStmt[1];
        body.within(Scope.Level.BODY, () -> {
            LocalSymbol local = body.declareLocal(s.variable().text(), element, false, false, s.variable().span());
            bound[0] = new BoundStmt.ForIn(local, values, loopBody(s.body()), s.span());
        });
        return bound[0];
    }

    // ---- switch --------------------------------------------------------------------------------------------------------------

    private BoundStmt switchStatement(Stmt.Switch s) {
        BoundExpr value = exprs.value(s.value());
        if (!CTypes.isInteger(value.type()) && !CTypes.isError(value.type())) {
            body.report(SemanticFindings.switchNoInteger(s.value().span(), value.type()));
            value = body.bad(s.value().span());
        }
        BoundExpr promoted = CTypes.isError(value.type()) ? value : converter.promoted(value);
        SwitchCases cases = new SwitchCases(promoted.type());
        switches.push(cases);
        body.breakDepth++;
        BoundStmt inside = scoped(s.body());
        body.breakDepth--;
        switches.pop();
        return new BoundStmt.Switch(promoted, cases.cases, Optional.ofNullable(cases.otherwise), inside, s.span());
    }

    private BoundStmt caseLabel(Stmt.Case s) {
        OptionalLong value = exprs.constant(s.value(), "the value of a case");
        if (switches.isEmpty()) {
            body.report(SemanticFindings.jumpOutside(s.span(), "case", "a switch"));
            return nothing(s.span());
        }
        if (value.isEmpty()) {
            return nothing(s.span());
        }
        SwitchCases cases = switches.peek();
        long converted = Folding.wrap(value.getAsLong(), cases.type);
        Span before = cases.seen.putIfAbsent(converted, s.value().span());
        if (before != null) {
            body.report(SemanticFindings.caseTwice(s.value().span(), converted, before));
            return nothing(s.span());
        }
        BoundStmt.Case label = new BoundStmt.Case(converted, s.span());
        cases.cases.add(label);
        return label;
    }

    private BoundStmt defaultLabel(Stmt.Default s) {
        if (switches.isEmpty()) {
            body.report(SemanticFindings.jumpOutside(s.span(), "default", "a switch"));
            return nothing(s.span());
        }
        SwitchCases cases = switches.peek();
        if (cases.otherwise != null) {
            body.report(SemanticFindings.defaultTwice(s.span(), cases.otherwise.span()));
            return nothing(s.span());
        }
        cases.otherwise = new BoundStmt.Default(s.span());
        return cases.otherwise;
    }

    // ---- jumps ---------------------------------------------------------------------------------------------------------------

    private final Deque<Integer> tries = new ArrayDeque<>();
    private int tryCount;

    private BoundStmt label(Stmt.Label s) {
        String name = s.name().text();
        BoundStmt.Label label = body.labels.computeIfAbsent(name, key -> new BoundStmt.Label(key, s.span()));
        if (declaredLabels.put(name, s.span().start()) != null) {
            body.report(SemanticFindings.labelTwice(s.name().span(), name));
            return nothing(s.span());
        }
        List<Integer> around = List.copyOf(tries);
        List<Integer> early = labelTries.get(name);
        if (early != null && !early.containsAll(around)) {
            body.report(SemanticFindings.gotoIntoTry(body.labelUses.get(name), name));
        }
        labelTries.put(name, around);
        return label;
    }

    private BoundStmt gotoStatement(Stmt.Goto s) {
        String name = s.label().text();
        BoundStmt.Label label = body.labels.computeIfAbsent(name, key -> new BoundStmt.Label(key, s.span()));
        body.labelUses.putIfAbsent(name, s.label().span());
        if (declaredLabels.containsKey(name)) {
            if (!tries.containsAll(labelTries.get(name))) {
                body.report(SemanticFindings.gotoIntoTry(s.label().span(), name));
            }
        } else {
            // What the label must not lie in more of than all jumps to it do.
            labelTries.merge(name, List.copyOf(tries), (a, b) -> a.stream().filter(b::contains).toList());
        }
        return new BoundStmt.Goto(label, s.span());
    }

    private BoundStmt returnStatement(Stmt.Return s) {
        Type result = body.function.type().returnType();
        if (body.inFinally && body.tryDepth == 0) {
            body.report(SemanticFindings.returnInFinally(s.span()));
        }
        if (body.outer != null) {
            s.value().ifPresent(v -> body.report(SemanticFindings.returnsValue(v.span(), "a thread or expect block")));
            return new BoundStmt.Return(Optional.empty(), s.span());
        }
        if (s.value().isEmpty()) {
            if (!CTypes.isVoid(result) && !CTypes.isError(result)) {
                body.report(SemanticFindings.returnsNothing(s.span(), Mangled.shown(body.function.name()), result));
            }
            return new BoundStmt.Return(Optional.empty(), s.span());
        }
        if (CTypes.isVoid(result)) {
            BoundExpr value = exprs.value(s.value().get());
            if (!CTypes.isVoid(value.type())) {
                body.report(SemanticFindings.returnsValue(s.value().get().span(), Mangled.shown(body.function.name())));
                return new BoundStmt.Return(Optional.empty(), s.span());
            }
            // `return Void();` is what C compilers let pass.
            return new BoundStmt.Block(List.of(new BoundStmt.Expression(value, s.span()), new BoundStmt.Return(Optional.empty(), s.span())), s.span());
        }
        BoundExpr value = exprs.valueFor(s.value().get(), result, "the result of " + Mangled.shown(body.function.name()));
        if (value instanceof BoundExpr.AddressOf a && isOwnFrame(a.target()) || value instanceof BoundExpr.Decay d && isOwnFrame(d.array())) {
            body.report(SemanticFindings.returnsLocalAddress(s.value().get().span()));
        }
        return new BoundStmt.Return(Optional.of(value), s.span());
    }

    private static boolean isOwnFrame(LValue.InMemory place) {
        return switch (place) {
            case LValue.Frame _ -> true;
            case LValue.Part p -> isOwnFrame(p.whole());
            default -> false;
        };
    }

    // ---- structured exceptions -----------------------------------------------------------------------------------------------

    private BoundStmt guarded(Stmt.Block block) {
        tries.push(tryCount++);
        body.tryDepth++;
        BoundStmt bound = block(block);
        body.tryDepth--;
        tries.pop();
        return bound;
    }

    private BoundStmt tryExcept(Stmt.TryExcept s) {
        BoundStmt inside = guarded(s.body());
        boolean filter = body.inFilter;
        boolean handler = body.inHandler;
        body.inFilter = true;
        BoundExpr value = exprs.value(s.filter());
        body.inFilter = filter;
        if (!CTypes.isInteger(value.type()) && !CTypes.isError(value.type())) {
            body.report(SemanticFindings.filterNoInteger(s.filter().span(), value.type()));
            value = body.bad(s.filter().span());
        }
        BoundExpr converted = CTypes.isError(value.type()) ? value : converter.convert(value, CTypes.INT);
        body.inHandler = true;
        tries.push(tryCount++);
        BoundStmt handled = block(s.handler());
        tries.pop();
        body.inHandler = handler;
        return new BoundStmt.TryExcept(inside, converted, handled, s.span());
    }

    private BoundStmt tryFinally(Stmt.TryFinally s) {
        BoundStmt inside = guarded(s.body());
        boolean before = body.inFinally;
        int depth = body.tryDepth;
        body.inFinally = true;
        body.tryDepth = 0;
        tries.push(tryCount++);
        BoundStmt cleanup = block(s.cleanup());
        tries.pop();
        body.inFinally = before;
        body.tryDepth = depth;
        return new BoundStmt.TryFinally(inside, cleanup, s.span());
    }

    // ---- scripts ---------------------------------------------------------------------------------------------------------------

    private BoundStmt expect(Stmt.Expect s) {
        String text = s.condition().span().text().replaceAll("\\s+", " ");
        if (s.condition() instanceof Expr.Assign a && a.operator().equals("=")) {
            body.report(SemanticFindings.assignmentInCondition(a.span()));
        }
        BoundExpr condition = converter.condition(exprs.value(s.condition()));
        // The two sides of a comparison are shown when it fails; they are evaluated once, by whoever runs it.
        if (s.condition() instanceof Expr.Binary b && Operators.isComparison(b.operator()) && condition instanceof BoundExpr.Binary bound
                && Operators.op(b.operator()) == bound.op() && !CTypes.isManaged(bound.left().type())) {
            return new BoundStmt.Expect(condition, Optional.of(bound.left()), Optional.of(bound.right()), text, s.span());
        }
        if (condition instanceof BoundExpr.RuntimeCall call && call.method().equals("equal")) {
            // Kept, so that what a side does happens once even if both are shown.
            List<BoundStmt> steps = new ArrayList<>();
            BoundExpr left = exprs.once(call.arguments().get(0), steps);
            BoundExpr right = exprs.once(call.arguments().get(1), steps);
            BoundExpr again = new BoundExpr.RuntimeCall("equal", List.of(left, right), call.boxed(), call.type(), call.span());
            steps.add(new BoundStmt.Expect(again, Optional.of(left), Optional.of(right), text, s.span()));
            return new BoundStmt.Block(steps, s.span());
        }
        return new BoundStmt.Expect(condition, Optional.empty(), Optional.empty(), text, s.span());
    }

    private BoundStmt expectEvent(Stmt.ExpectEvent s) {
        List<Optional<BoundExpr>> parameters = new ArrayList<>();
        for (Optional<Expr> parameter : s.parameters()) {
            parameters.add(parameter.map(e -> {
                BoundExpr value = exprs.value(e);
                return CTypes.isScalar(value.type()) ? converter.convert(value, CTypes.ULONG64) : value;
            }));
        }
        knownEvent(s);
        FunctionSymbol function = exprs.scripts().inner("expect " + s.kind(), s.body(), s.span());
        return new BoundStmt.ExpectEvent(s.kind(), s.name().text(), parameters, function, s.span());
    }

    /// What nothing reports by that name would never be met.
    private void knownEvent(Stmt.ExpectEvent s) {
        String name = s.name().text();
        java.util.Collection<String> known = switch (s.kind()) {
            case "violation" -> ReportNames.VIOLATIONS;
            case "bugcheck" -> BugChecks.names();
            default -> ReportNames.hostEnds();
        };
        if (!known.contains(name)) {
            body.report(SemanticFindings.unknownEvent(s.name().span(), s.kind(), name, Suggestions.near(name, known)));
        }
    }

    /// The block is checked as if it stood alone; what it holds never runs.
    private BoundStmt expectError(Stmt.ExpectError s) {
        Findings found = new Findings();
        found.addAll(s.syntaxFindings());
        if (!s.syntaxFindings().hasErrors()) {
            found.addAll(new IsolatedCheck(body.analysis).check(s, body));
        }
        boolean has = found.sorted().stream().anyMatch(d -> d.code().equals(s.code()));
        if (!has) {
            List<String> codes = found.sorted().stream().map(wdfs.diagnostics.Diagnostic::code).distinct().toList();
            body.report(SemanticFindings.expectedErrorMissing(s.codeSpan(), s.code(), codes));
        }
        return nothing(s.span());
    }

    private BoundStmt process(Stmt.Process s) {
        Decl.Process p = s.process();
        if (body.image.symbol.kind() != ImageSymbol.Kind.TEST) {
            body.report(SemanticFindings.processOutsideTest(s.span()));
            return nothing(s.span());
        }
        ImageSymbol symbol = new ImageSymbol(ImageSymbol.Kind.PROCESS, p.name().text(), body.analysis.nextOrdinal(), p.name().span());
        symbol.after(p.after().map(Name::text));
        List<String> above = body.image.symbol.processes().stream().map(ImageSymbol::name).toList();
        p.after().filter(n -> !above.contains(n.text())).ifPresent(n ->
                body.report(DeclarationFindings.unknownProcess(n.span(), n.text(), Suggestions.near(n.text(), above)).help("a process of a test comes after one that stands above it")));
        new ProcessBinder(body.analysis).bind(symbol, p.body(), body.analysis.fileScope);
        body.image.symbol.processes().add(symbol);
        return new BoundStmt.StartProcess(symbol, s.span());
    }
}
