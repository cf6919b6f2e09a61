package wdfs.semantics;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import wdfs.semantics.bound.BoundExpr;
import wdfs.semantics.bound.FunctionSymbol;
import wdfs.source.Span;
import wdfs.syntax.Expr;
import wdfs.syntax.Stmt;
import wdfs.types.CTypes;
import wdfs.types.Conversions;
import wdfs.types.Type;

/// What only processes and tests have: managed literals, interpolation, lists, threads, and the members of managed values.
final class ScriptValues {
    private final Body body;
    private final ExprBinder exprs;

    ScriptValues(Body body, ExprBinder exprs) {
        this.body = body;
        this.exprs = exprs;
    }

    /// The value where a managed one is wanted: there a string literal is a `string`.
    BoundExpr toward(Expr expr, Type wanted) {
        boolean text = wanted instanceof Type.Managed m && (m.kind() == Type.ManagedKind.STRING || m.kind() == Type.ManagedKind.ANY);
        return switch (expr) {
            case Expr.StringLiteral e when text -> new BoundExpr.ManagedConstant(text(e), Type.Managed.STRING, e.span());
            case Expr.Conditional e when e.whenTrue() instanceof Expr.StringLiteral || e.whenFalse() instanceof Expr.StringLiteral ->
                    exprs.choose(body.converter.condition(exprs.value(e.condition())), toward(e.whenTrue(), wanted), toward(e.whenFalse(), wanted), e.span());
            default -> exprs.value(expr);
        };
    }

    /// The value of `var x = …` or of a list's element.
    BoundExpr inferred(Expr expr) {
        return toward(expr, Type.Managed.ANY);
    }

    private static String text(Expr.StringLiteral e) {
        return e.wide() ? e.value() : new String(e.value().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /// Whether an expression gives a managed value, as far as can be told without binding it.
    boolean isManaged(Expr expr) {
        return switch (expr) {
            case Expr.Interpolated _, Expr.BytesLiteral _, Expr.ListLiteral _ -> true;
            case Expr.NameRef e -> switch (body.scope.lookup(e.name().text())) {
                case Symbol.Local(var local, _) -> CTypes.isManaged(local.type());
                case Symbol.Entry x -> x.kind == Symbol.Entry.Kind.DRIVER || x.kind == Symbol.Entry.Kind.DEVNODE;
                case null, default -> false;
            };
            case Expr.Binary e -> e.operator().equals("+") && (isManaged(e.left()) || isManaged(e.right()));
            case Expr.Conditional e -> isManaged(e.whenTrue()) || isManaged(e.whenFalse());
            case Expr.Call e -> e.callee() instanceof Expr.NameRef n && body.scope.lookup(n.name().text()) instanceof Symbol.Entry x
                    && x.kind == Symbol.Entry.Kind.FUNCTION && CTypes.isManaged(body.analysis.entries.prototype(x).type().returnType());
            default -> false;
        };
    }

    BoundExpr literal(Expr expr) {
        if (!body.script()) {
            body.report(SemanticFindings.scriptOnly(expr.span(), describe(expr)));
            return body.bad(expr.span());
        }
        return switch (expr) {
            case Expr.BytesLiteral e -> new BoundExpr.ManagedConstant(e.value(), Type.Managed.BYTES, e.span());
            case Expr.DurationLiteral e -> new BoundExpr.ManagedConstant(e.nanos(), Type.Managed.DURATION, e.span());
            case Expr.Interpolated e -> interpolated(e);
            case Expr.ListLiteral e -> list(e);
            case Expr.ThreadBlock e -> thread(e.body(), e.span());
            default -> body.bad(expr.span());
        };
    }

    private static String describe(Expr expr) {
        return switch (expr) {
            case Expr.BytesLiteral _ -> "a bytes literal";
            case Expr.DurationLiteral _ -> "a duration";
            case Expr.Interpolated _ -> "an interpolated string";
            case Expr.ListLiteral _ -> "a list";
            default -> "a thread block";
        };
    }

    private BoundExpr interpolated(Expr.Interpolated e) {
        List<BoundExpr> parts = new ArrayList<>();
        for (Expr.Interpolated.Part part : e.parts()) {
            switch (part) {
                case Expr.Interpolated.Text(String text) -> parts.add(new BoundExpr.ManagedConstant(text, Type.Managed.STRING, e.span()));
                case Expr.Interpolated.Hole(Expr hole, var format) -> {
                    BoundExpr value = toward(hole, Type.Managed.ANY);
                    if (CTypes.isVoid(value.type())) {
                        body.report(SemanticFindings.noValue(hole.span(), "the { } of an interpolated string"));
                        continue;
                    }
                    if (CTypes.isError(value.type())) {
                        continue;
                    }
                    String spec = format.orElse("");
                    if (!spec.matches("0?\\d*[xXduboc]?")) {
                        body.report(SemanticFindings.badFormat(hole.span(), spec));
                    }
                    BoundExpr constant = new BoundExpr.ManagedConstant(spec, Type.Managed.STRING, hole.span());
                    parts.add(new BoundExpr.RuntimeCall("format", List.of(value, constant), List.of(0), Type.Managed.STRING, hole.span()));
                }
            }
        }
        return new BoundExpr.RuntimeCall("concat", parts, IntStream.range(0, parts.size()).boxed().toList(), Type.Managed.STRING, e.span());
    }

    private BoundExpr list(Expr.ListLiteral e) {
        List<BoundExpr> elements = new ArrayList<>();
        Type common = null;
        boolean mixed = false;
        for (Expr element : e.elements()) {
            BoundExpr value = inferred(element);
            if (CTypes.isError(value.type())) {
                return body.bad(e.span());
            }
            if (CTypes.isVoid(value.type())) {
                body.report(SemanticFindings.noValue(element.span(), "an element of a list"));
                return body.bad(e.span());
            }
            elements.add(value);
            if (common == null) {
                common = value.type();
            } else if (CTypes.isInteger(common) && CTypes.isInteger(value.type())) {
                common = common.equals(value.type()) ? common : Conversions.arithmetic(common, value.type());
            } else if (!CTypes.same(common, value.type())) {
                mixed = true;
            }
        }
        Type element = common == null || mixed ? Type.Managed.ANY : common;
        List<BoundExpr> converted = elements.stream()
                .map(v -> CTypes.isManaged(element) ? v : body.converter.convert(v, element)).toList();
        return new BoundExpr.ManagedList(converted, new Type.Managed(Type.ManagedKind.LIST, element), e.span());
    }

    BoundExpr thread(Stmt.Block block, Span span) {
        if (body.function == null) {
            return body.bad(span);
        }
        FunctionSymbol function = inner("thread", block, span);
        return new BoundExpr.StartThread(function, body.analysis.entries.handleType(), span);
    }

    /// A body inside this one that sees its locals: a thread's or an expectation's.
    FunctionSymbol inner(String name, Stmt.Block block, Span span) {
        FunctionSymbol function = body.image.bodyFunction(name, body.function, span);
        Body inner = new Body(body.analysis, body.image, function, body, body.scope.inner(Scope.Level.BODY), Captures.of(block));
        body.image.finish(inner, block);
        return function;
    }

    // ---- members of managed values -------------------------------------------------------------------------------------------

    BoundExpr member(BoundExpr value, Type.Managed type, Expr.Member e) {
        String name = e.member().text();
        Span span = e.span();
        switch (type.kind()) {
            case STRING, BYTES, LIST -> {
                if (name.equals("length")) {
                    return new BoundExpr.RuntimeCall("length", List.of(value), List.of(0), CTypes.LONG64, span);
                }
                body.report(SemanticFindings.unknownManagedMember(e.member().span(), type, name, List.of("length")));
            }
            case IO_RESULT -> {
                switch (name) {
                    case "status" -> {
                        return call("ioStatus", value, body.analysis.entries.statusType(), span);
                    }
                    case "error" -> {
                        return call("ioError", value, new Type.Int(Type.IntKind.ULONG, "DWORD"), span);
                    }
                    case "information" -> {
                        return call("ioInformation", value, new Type.Int(Type.IntKind.ULLONG, "ULONG_PTR"), span);
                    }
                    case "data" -> {
                        return call("ioData", value, Type.Managed.BYTES, span);
                    }
                    case "ok" -> {
                        return call("ioOk", value, CTypes.BOOL, span);
                    }
                    default -> {
                        List<String> members = List.of("status", "error", "information", "data", "ok");
                        body.report(SemanticFindings.unknownManagedMember(e.member().span(), type, name, members));
                    }
                }
            }
            case DURATION, ANY -> body.report(SemanticFindings.unknownManagedMember(e.member().span(), type, name, List.of()));
        }
        return body.bad(span);
    }

    private static BoundExpr call(String method, BoundExpr value, Type type, Span span) {
        return new BoundExpr.RuntimeCall(method, List.of(value), List.of(), type, span);
    }

    /// `data[3]`, `list[i]`.
    BoundExpr index(BoundExpr value, Type.Managed type, Expr.Index e) {
        BoundExpr index = body.converter.toIndex(exprs.value(e.index()));
        if (CTypes.isError(index.type())) {
            return index;
        }
        index = body.converter.convert(index, CTypes.LONG64);
        return switch (type.kind()) {
            case BYTES -> new BoundExpr.RuntimeCall("byteAt", List.of(value, index), List.of(), new Type.Int(Type.IntKind.UCHAR, "UCHAR"), e.span());
            case LIST -> new BoundExpr.RuntimeCall("element", List.of(value, index), List.of(), type.element(), e.span());
            default -> {
                body.report(SemanticFindings.indexesNoArray(e.span(), type));
                yield body.bad(e.span());
            }
        };
    }
}
