package wdfs.semantics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import wdfs.diagnostics.Suggestions;
import wdfs.semantics.Symbol.Entry;
import wdfs.semantics.bound.BoundExpr;
import wdfs.semantics.bound.BoundStmt;
import wdfs.semantics.bound.FunctionSymbol;
import wdfs.semantics.bound.ImageSymbol;
import wdfs.semantics.bound.LValue;
import wdfs.source.SourceFile;
import wdfs.source.Span;
import wdfs.syntax.Expr;
import wdfs.syntax.Stmt;
import wdfs.types.CTypes;
import wdfs.types.Type;

/// Calls: of functions of the image, of DDIs, through pointers, and of the few names that the language itself answers.
final class Calls {
    /// What the language has not, by name; unknown names might be anything, these are known.
    private static final Set<String> REFUSED = Set.of("setjmp", "_setjmp", "longjmp", "__asm", "_asm", "asm", "alloca", "_alloca", "va_start",
            "va_arg", "va_end");

    private final Body body;
    private final ExprBinder exprs;
    private final Converter converter;

    Calls(Body body, ExprBinder exprs) {
        this.body = body;
        this.exprs = exprs;
        this.converter = body.converter;
    }

    /// What a misspelt call may have meant: no type is called.
    private java.util.List<String> callable(String name) {
        java.util.List<String> names = body.scope.namesInSight();
        if (body.image.isScript()) {
            names.add("print");
        }
        return Suggestions.near(name, names).stream()
                .filter(near -> !(body.scope.lookup(near) instanceof Entry entry && (entry.kind == Entry.Kind.TYPEDEF || entry.kind == Entry.Kind.TAG))).toList();
    }

    Operand call(Expr.Call e) {
        if (e.callee() instanceof Expr.NameRef ref) {
            String name = ref.name().text();
            Symbol symbol = body.scope.lookup(name);
            boolean own = symbol != null && !(symbol instanceof Entry entry && entry.scope.level == Scope.Level.LIBRARY);
            if (!own) {
                Optional<BoundExpr> answer = builtin(name, e);
                if (answer.isPresent()) {
                    return new Operand.Value(answer.get());
                }
            }
            if (symbol instanceof Entry entry && entry.kind == Entry.Kind.ACCESSOR) {
                return new Operand.Value(accessor(entry, e));
            }
            if (symbol instanceof Entry entry && entry.kind == Entry.Kind.FUNCTION) {
                return new Operand.Value(direct(entry, e));
            }
            if (symbol == null && REFUSED.contains(name)) {
                body.report(SemanticFindings.refusedFunction(ref.span(), name));
                return new Operand.Value(failed(e));
            }
            if (symbol == null) {
                body.report(SemanticFindings.unknownFunction(ref.span(), name, callable(name)));
                return new Operand.Value(failed(e));
            }
        }
        Operand callee = exprs.operand(e.callee());
        if (callee instanceof Operand.Function f) {
            return new Operand.Value(called(f.symbol(), f.prototype(), e));
        }
        BoundExpr pointer = exprs.read(callee);
        if (CTypes.isError(pointer.type())) {
            return new Operand.Value(failed(e));
        }
        if (pointer.type() instanceof Type.Pointer(Type.Function function, _)) {
            List<BoundExpr> variadic = new ArrayList<>();
            List<BoundExpr> evaluated = new ArrayList<>();
            List<BoundExpr> arguments = arguments(e, Entries.ofType(function, false), "the function", variadic, evaluated);
            return new Operand.Value(arguments == null ? failed(evaluated, e.span())
                    : new BoundExpr.IndirectCall(pointer, function, arguments, resultSlot(function), e.span()));
        }
        body.report(SemanticFindings.notCallable(e.callee().span(), pointer.type()));
        return exprs.bad(e.span());
    }

    private BoundExpr direct(Entry entry, Expr.Call e) {
        Prototype prototype = body.analysis.entries.prototype(entry);
        if (prototype == null) {
            return body.bad(e.span());
        }
        namedPart(entry, e);
        Optional<BoundExpr> constant = constantCall(entry, prototype, e);
        if (constant.isPresent()) {
            return constant.get();
        }
        if (!checkAvailable(entry, prototype, e.callee().span())) {
            return failed(e);
        }
        return called(body.image.function(entry), prototype, e);
    }

    /// Which part of the script the helpers for drivers and devnodes are about: its name is looked at before the run.
    private static final Map<String, Entry.Kind> PARTS = Map.of("load", Entry.Kind.DRIVER, "unload", Entry.Kind.DRIVER, "plug", Entry.Kind.DEVNODE, "unplug", Entry.Kind.DEVNODE,
            "remove", Entry.Kind.DEVNODE, "rebalance", Entry.Kind.DEVNODE, "wake", Entry.Kind.DEVNODE);

    private void namedPart(Entry function, Expr.Call e) {
        Entry.Kind wanted = function.scope.level == Scope.Level.LIBRARY && body.script() ? PARTS.get(function.name) : null;
        if (wanted != null && e.arguments().size() == 1 && e.arguments().getFirst().value() instanceof Expr.NameRef name
                && body.scope.lookup(name.name().text()) instanceof Entry part && part.kind != wanted
                && (part.kind == Entry.Kind.DRIVER || part.kind == Entry.Kind.DEVNODE || part.kind == Entry.Kind.HARDWARE || part.kind == Entry.Kind.PROCESS)) {
            body.report(SemanticFindings.otherPart(name.span(), function.name, part.name, wanted == Entry.Kind.DRIVER ? "driver" : "devnode", part.kind));
        }
    }

    private BoundExpr called(FunctionSymbol function, Prototype prototype, Expr.Call e) {
        List<BoundExpr> variadic = new ArrayList<>();
        List<BoundExpr> evaluated = new ArrayList<>();
        List<BoundExpr> arguments = arguments(e, prototype, function.name(), variadic, evaluated);
        if (arguments == null) {
            return failed(evaluated, e.span());
        }
        if (body.function == null) {
            body.report(SemanticFindings.notConstant(e.span(), "a call of " + function.name()));
            return body.bad(e.span());
        }
        if (function.isNative()) {
            return new BoundExpr.NativeCall(function, arguments, variadic, e.span());
        }
        return new BoundExpr.Call(function, arguments, resultSlot(prototype.type()), e.span());
    }

    /// A call that cannot be made: its arguments count as evaluated, so that what they assign is not told as missing.
    private BoundExpr failed(Expr.Call e) {
        return failed(e.arguments().stream().map(a -> exprs.value(a.value())).toList(), e.span());
    }

    private BoundExpr failed(List<BoundExpr> evaluated, Span span) {
        List<BoundStmt> steps = new ArrayList<>();
        evaluated.forEach(v -> steps.add(new BoundStmt.Expression(v, v.span())));
        return new BoundExpr.Sequence(steps, body.bad(span), span);
    }

    /// Where a structure that a call returns is kept.
    private int resultSlot(Type.Function type) {
        if (!(type.returnType() instanceof Type.Struct) || body.function == null) {
            return -1;
        }
        return body.reserveResult(type.returnType());
    }

    /// A call of a library function by the names of its parameters, made by the checker itself.
    BoundExpr library(String name, List<BoundExpr> arguments, Span span) {
        return library(name, arguments, List.of(), span);
    }

    /// @param variadic behind the fixed ones, already promoted
    BoundExpr library(String name, List<BoundExpr> arguments, List<BoundExpr> variadic, Span span) {
        if (!(body.analysis.libraryScope.lookup(name) instanceof Entry entry) || entry.kind != Entry.Kind.FUNCTION) {
            body.report(SemanticFindings.libraryLacks(span, name));
            return body.bad(span);
        }
        Prototype prototype = body.analysis.entries.prototype(entry);
        checkAvailable(entry, prototype, span);
        List<BoundExpr> converted = new ArrayList<>();
        for (int i = 0; i < arguments.size() && i < prototype.type().parameters().size(); i++) {
            converted.add(converter.assign(arguments.get(i), prototype.type().parameters().get(i), argumentName(i, prototype, name)));
        }
        FunctionSymbol function = body.image.function(entry);
        // Without the ceiling on its IRQL: the script has not written this call, and so breaks no rule by it.
        return function.isNative() ? new BoundExpr.NativeCall(new FunctionSymbol(function.name(), function.type(), true, function.span()), converted, variadic, span)
                : new BoundExpr.Call(function, converted, resultSlot(prototype.type()), span);
    }

    // ---- arguments ---------------------------------------------------------------------------------------------------------

    /// The arguments in the parameters' order and types; null if their number is wrong (a finding has been given).
    /// @param evaluated gets all of them, for the case that they do not fit
    private List<BoundExpr> arguments(Expr.Call e, Prototype prototype, String callee, List<BoundExpr> variadic, List<BoundExpr> evaluated) {
        int expected = prototype.parameters().size();
        BoundExpr[] bound = new BoundExpr[expected];
        boolean wrong = false;
        int position = 0;
        boolean named = false;
        Map<String, Integer> byName = new HashMap<>();
        for (int i = 0; i < expected; i++) {
            byName.put(prototype.parameters().get(i).name(), i);
        }
        int surplus = 0;
        for (Expr.Argument argument : e.arguments()) {
            int index;
            if (argument.name().isPresent()) {
                named = true;
                String name = argument.name().get().text();
                if (!body.script()) {
                    body.report(SemanticFindings.namedOutsideScript(argument.name().get().span(), name));
                }
                Integer found = byName.get(name);
                if (found == null) {
                    body.report(SemanticFindings.unknownArgument(argument.name().get().span(), callee, name, Suggestions.near(name, byName.keySet())));
                    evaluated.add(exprs.value(argument.value()));
                    wrong = true;
                    continue;
                }
                index = found;
            } else {
                index = position++;
                if (named && index < expected) {
                    body.report(SemanticFindings.positionalAfterNamed(argument.value().span()));
                    evaluated.add(exprs.value(argument.value()));
                    wrong = true;
                    continue;
                }
            }
            if (index >= expected) {
                if (prototype.type().variadic()) {
                    variadic.add(promotedArgument(argument.value()));
                } else {
                    evaluated.add(exprs.value(argument.value()));
                    surplus++;
                }
                continue;
            }
            if (bound[index] != null) {
                body.report(SemanticFindings.argumentTwice(argument.value().span(), callee, prototype.parameters().get(index).name()));
                wrong = true;
            }
            Type type = prototype.parameters().get(index).type();
            bound[index] = exprs.valueFor(argument.value(), type, argumentName(index, prototype, callee));
            evaluated.add(bound[index]);
        }
        List<BoundExpr> list = new ArrayList<>();
        int missing = 0;
        for (int i = 0; i < expected; i++) {
            if (bound[i] == null) {
                Optional<Expr> defaultValue = prototype.parameters().get(i).defaultValue();
                if (defaultValue.isPresent() && body.script()) {
                    bound[i] = defaultArgument(defaultValue.get(), prototype, i, callee);
                } else {
                    missing++;
                    continue;
                }
            }
            list.add(bound[i]);
        }
        if (wrong) {
            return null;
        }
        if (missing > 0 || surplus > 0) {
            body.report(SemanticFindings.argumentCount(e.span(), callee, prototype, e.arguments().size(), body.script()));
            return null;
        }
        return list;
    }

    private static String argumentName(int index, Prototype prototype, String callee) {
        String name = prototype.parameters().get(index).name();
        return "argument " + (index + 1) + (name.isEmpty() ? "" : " (" + name + ")") + " of " + callee;
    }

    /// The names of a default value are those of the place where the function is declared.
    private BoundExpr defaultArgument(Expr value, Prototype prototype, int index, String callee) {
        Scope before = body.scope;
        boolean inside = body.inDefaultValue;
        body.scope = prototype.scope();
        body.inDefaultValue = true;
        try {
            return exprs.valueFor(value, prototype.parameters().get(index).type(), argumentName(index, prototype, callee));
        } finally {
            body.scope = before;
            body.inDefaultValue = inside;
        }
    }

    /// An argument behind the `...`: promoted as C does.
    private BoundExpr promotedArgument(Expr expr) {
        BoundExpr value = exprs.value(expr);
        if (value.type() instanceof Type.Managed m) {
            body.report(SemanticFindings.managedVariadic(value.span(), m));
            return body.bad(value.span());
        }
        if (value.type() instanceof Type.Struct || CTypes.isVoid(value.type())) {
            body.report(SemanticFindings.structVariadic(value.span(), value.type()));
            return body.bad(value.span());
        }
        return CTypes.isInteger(value.type()) ? converter.promoted(value) : value;
    }

    // ---- availability ------------------------------------------------------------------------------------------------------

    /// Whether this kind of image may call it, and whether this version can.
    boolean checkAvailable(Entry entry, Prototype prototype, Span span) {
        if (prototype == null || body.image.isNeutral() || span.file().origin() == SourceFile.Origin.LIBRARY) {
            return true;
        }
        ImageSymbol.Kind kind = body.image.symbol.kind();
        if (!prototype.places().isEmpty() && !isAvailable(prototype, kind)) {
            body.report(kind == ImageSymbol.Kind.UMDF_DRIVER && prototype.library() ? SemanticFindings.notInUmdf(span, entry.name, prototype.places())
                    : SemanticFindings.notAvailable(span, entry.name, kind, prototype.places()));
            return false;
        }
        boolean isNative = entry.definition == null && entry.synthetic == null && prototype.library();
        if (isNative && !body.analysis.nativeImplemented.test(entry.name)) {
            body.report(SemanticFindings.cannotRunYet(span, entry.name));
        }
        return true;
    }

    static boolean isAvailable(Prototype prototype, ImageSymbol.Kind kind) {
        return switch (kind) {
            case KMDF_DRIVER -> prototype.places().contains("kmdf") || prototype.places().contains("kernel");
            case UMDF_DRIVER -> prototype.places().contains("umdf") || prototype.places().contains("user");
            case WDM_DRIVER -> prototype.places().contains("wdm") || prototype.places().contains("kernel");
            case HARDWARE -> prototype.places().contains("hardware");
            case PROCESS, TEST -> prototype.places().contains("user") || prototype.places().contains("script");
        };
    }

    // ---- what the language answers -----------------------------------------------------------------------------------------

    private Optional<BoundExpr> builtin(String name, Expr.Call e) {
        return switch (name) {
            case "GetExceptionCode", "_exception_code" -> Optional.of(exceptionCode(name, e));
            case "GetExceptionInformation", "_exception_info" -> Optional.of(exceptionInformation(name, e));
            case "AbnormalTermination", "_abnormal_termination" -> Optional.of(abnormalTermination(name, e));
            case "print" -> Optional.of(print(e));
            default -> Optional.empty();
        };
    }

    private BoundExpr exceptionCode(String name, Expr.Call e) {
        if (!body.inFilter && !body.inHandler) {
            body.report(SemanticFindings.exceptionOutside(e.span(), name, "in the filter or the block of an __except"));
            return body.bad(e.span());
        }
        return new BoundExpr.RuntimeCall("exceptionCode", List.of(), List.of(), body.analysis.entries.statusType(), e.span());
    }

    private BoundExpr exceptionInformation(String name, Expr.Call e) {
        if (!body.inFilter) {
            body.report(SemanticFindings.exceptionOutside(e.span(), name, "in the filter of an __except"));
            return body.bad(e.span());
        }
        Type pointers = body.analysis.entries.libraryType("EXCEPTION_POINTERS");
        Type type = Type.Pointer.to(CTypes.isError(pointers) ? CTypes.VOID : pointers);
        return new BoundExpr.RuntimeCall("exceptionInformation", List.of(), List.of(), type, e.span());
    }

    private BoundExpr abnormalTermination(String name, Expr.Call e) {
        if (!body.inFinally) {
            body.report(SemanticFindings.exceptionOutside(e.span(), name, "in the block of a __finally"));
            return body.bad(e.span());
        }
        return new BoundExpr.RuntimeCall("abnormalTermination", List.of(), List.of(), CTypes.INT, e.span());
    }

    private BoundExpr print(Expr.Call e) {
        if (!body.script()) {
            body.report(SemanticFindings.scriptOnly(e.callee().span(), "print").help("in a driver: DbgPrint(\"%%d\\n\", value)"));
            return failed(e);
        }
        if (e.arguments().size() != 1) {
            body.report(SemanticFindings.printTakesOne(e.span(), e.arguments().size()));
            return failed(e);
        }
        BoundExpr value = exprs.scripts().toward(e.arguments().getFirst().value(), Type.Managed.ANY);
        if (CTypes.isError(value.type())) {
            return value;
        }
        if (CTypes.isVoid(value.type())) {
            body.report(SemanticFindings.noValue(value.span(), "the argument of print"));
            return body.bad(value.span());
        }
        return new BoundExpr.RuntimeCall("print", List.of(value), List.of(0), CTypes.VOID, e.span());
    }

    // ---- context accessors -------------------------------------------------------------------------------------------------

    /// `GetDeviceContext(handle)` is `(T *)WdfObjectGetTypedContextWorker(handle, &WDF_T_TYPE_INFO)`.
    private BoundExpr accessor(Entry entry, Expr.Call e) {
        Type context = body.analysis.entries.contextType(entry);
        if (e.arguments().size() != 1) {
            body.report(SemanticFindings.accessorTakesOne(e.span(), entry.name, e.arguments().size()));
            return body.bad(e.span());
        }
        BoundExpr handle = exprs.value(e.arguments().getFirst().value());
        if (CTypes.isError(handle.type()) || CTypes.isError(context)) {
            return body.bad(e.span());
        }
        return accessorCall(context, ((wdfs.syntax.Name) entry.node).text(), handle, e.span());
    }

    BoundExpr accessorCall(Type context, String name, BoundExpr handle, Span span) {
        if (!CTypes.isComplete(context)) {
            body.report(SemanticFindings.sizeofIncomplete(span, context));
            return body.bad(span);
        }
        BoundExpr info = typeInfo(context, name, span);
        BoundExpr result = library("WdfObjectGetTypedContextWorker", List.of(handle, info), span);
        return CTypes.isError(result.type()) ? result : converter.convert(result, Type.Pointer.to(context));
    }

    BoundExpr typeInfo(Type context, String name, Span span) {
        var global = body.image.typeInfo(context, name, span);
        return new BoundExpr.AddressOf(new LValue.Global(global), new Type.Pointer(global.type() instanceof Type.Struct s ? s : CTypes.VOID, true), span);
    }

    // ---- constants -----------------------------------------------------------------------------------------------------------

    /// A macro of the WDK is a function in the library: with constant arguments `CTL_CODE(…)` or `WDF_REL_TIMEOUT_IN_MS(10)`
    /// is a constant, as in C. That holds for library functions that are one `return`.
    private Optional<BoundExpr> constantCall(Entry entry, Prototype prototype, Expr.Call e) {
        if (!prototype.library() || entry.definition == null || prototype.type().variadic() || body.analysis.noConstants.contains(e)
                || e.arguments().size() != prototype.parameters().size()) {
            return Optional.empty();
        }
        List<Stmt> statements = entry.definition.body().get().statements();
        if (statements.size() != 1 || !(statements.getFirst() instanceof Stmt.Return r) || r.value().isEmpty()) {
            return Optional.empty();
        }
        for (Expr.Argument argument : e.arguments()) {
            if (argument.name().isPresent() || !mayBeConstant(argument.value())) {
                return Optional.empty();
            }
        }
        List<BoundExpr> arguments = new ArrayList<>();
        var findings = body.analysis.isolated(() -> {
            for (int i = 0; i < e.arguments().size(); i++) {
                arguments.add(exprs.valueFor(e.arguments().get(i).value(), prototype.type().parameters().get(i), "an argument"));
            }
        });
        Scope inner = entry.scope.inner(Scope.Level.BODY);
        for (int i = 0; i < arguments.size(); i++) {
            if (!(arguments.get(i) instanceof BoundExpr.Constant c) || CTypes.isError(c.type())) {
                body.analysis.noConstants.add(e);
                return Optional.empty();
            }
            inner.put(new Symbol.Value(prototype.parameters().get(i).name(), c.value(), c.type(), c.span()));
        }
        if (findings.hasErrors()) {
            body.analysis.noConstants.add(e);
            return Optional.empty();
        }
        Body constant = body.analysis.constantBody(inner);
        BoundExpr[] value = new BoundExpr[1];
        var inside = body.analysis.isolated(() -> value[0] = constant.exprs.valueFor(r.value().get(), prototype.type().returnType(), "the result"));
        if (inside.hasErrors() || !(value[0] instanceof BoundExpr.Constant c)) {
            body.analysis.noConstants.add(e);
            return Optional.empty();
        }
        findings.sorted().forEach(body::report);
        checkControlCode(entry, e);
        return Optional.of(new BoundExpr.Constant(c.value(), prototype.type().returnType(), e.span()));
    }

    private void checkControlCode(Entry entry, Expr.Call e) {
        if (entry.name.equals("CTL_CODE") && e.span().file().origin() != SourceFile.Origin.LIBRARY && body.function != null) {
            new ControlCodes(body.analysis).lint(e, body, "");
        }
    }

    /// A quick look that keeps calls with variables from being bound twice.
    private boolean mayBeConstant(Expr expr) {
        return switch (expr) {
            case Expr.IntLiteral _, Expr.CharLiteral _, Expr.SizeofType _, Expr.SizeofExpr _ -> true;
            case Expr.NameRef e -> switch (body.scope.lookup(e.name().text())) {
                case Entry x -> x.kind == Entry.Kind.ENUMERATOR || x.kind == Entry.Kind.MACRO || x.kind == Entry.Kind.IOCTL;
                case Symbol.Value _ -> true;
                case null, default -> false;
            };
            case Expr.Unary e -> !e.operator().equals("&") && !e.operator().equals("*") && !e.operator().equals("++") && !e.operator().equals("--")
                    && mayBeConstant(e.operand());
            case Expr.Binary e -> mayBeConstant(e.left()) && mayBeConstant(e.right());
            case Expr.Conditional e -> mayBeConstant(e.condition()) && mayBeConstant(e.whenTrue()) && mayBeConstant(e.whenFalse());
            case Expr.Cast e -> mayBeConstant(e.operand());
            case Expr.Call e -> !body.analysis.noConstants.contains(e) && e.arguments().stream().allMatch(a -> mayBeConstant(a.value()));
            case Expr.Form _ -> true;
            default -> false;
        };
    }
}
