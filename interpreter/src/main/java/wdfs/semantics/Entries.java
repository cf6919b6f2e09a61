package wdfs.semantics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import wdfs.semantics.Symbol.Entry;
import wdfs.semantics.bound.BoundExpr;
import wdfs.source.SourceFile;
import wdfs.syntax.Decl;
import wdfs.syntax.Expr;
import wdfs.syntax.Name;
import wdfs.syntax.TypeSyntax;
import wdfs.types.CTypes;
import wdfs.types.Type;

/// Finds out what a declared name is, when it is first asked for; later answers are remembered in the entry.
final class Entries {
    private static final Map<String, Integer> IRQLS = Map.of("PASSIVE_LEVEL", 0, "APC_LEVEL", 1, "DISPATCH_LEVEL", 2, "HIGH_LEVEL", 15);

    private final Analysis analysis;
    private final Map<Entry, IoctlFacts> ioctls = new HashMap<>();
    private final Map<Entry, BoundExpr> macros = new HashMap<>();

    /// What an ioctl declaration says.
    /// @param input the type that a caller must pass at least; null without one
    record IoctlFacts(String name, int code, Type input, Type output) {}

    Entries(Analysis analysis) {
        this.analysis = analysis;
    }

    // ---- types -------------------------------------------------------------------------------------------------------------

    Type type(Entry entry) {
        if (entry.type != null) {
            return entry.type;
        }
        if (entry.resolving) {
            if (!entry.failed) {
                entry.failed = true;
                analysis.report(SemanticFindings.definedByItself(entry.span, entry.name));
            }
            return CTypes.ERROR;
        }
        entry.resolving = entry.kind == Entry.Kind.TYPEDEF;
        analysis.types.enter();
        try {
            return resolved(entry);
        } finally {
            analysis.types.leave();
        }
    }

    private Type resolved(Entry entry) {
        Type type = switch (entry.node) {
            case Decl.Typedef d -> typedef(entry, d.type());
            case Decl.Variable d -> d.attributes().stream().anyMatch(a -> a.name().equals("handle"))
                    ? new Type.Handle(entry.name) : typedef(entry, d.type());
            case TypeSyntax syntax -> analysis.types.resolve(syntax, entry.scope, null);
            default -> CTypes.ERROR;
        };
        entry.resolving = false;
        entry.type = type;
        return type;
    }

    private Type typedef(Entry entry, TypeSyntax syntax) {
        Type type = switch (syntax) {
            case TypeSyntax.StructBody s when s.tag().isEmpty() -> analysis.types.struct(s, entry.scope, entry.name);
            case TypeSyntax.EnumBody e when e.tag().isEmpty() -> analysis.types.enumeration(e, entry.scope, entry.name);
            default -> analysis.types.resolve(syntax, entry.scope, null);
        };
        entry.isConst = analysis.types.isConst(syntax, entry.scope);
        return type instanceof Type.Int i ? new Type.Int(i.kind(), entry.name) : type;
    }

    /// A library type by its name; ERROR if the library lacks it.
    Type libraryType(String name) {
        Symbol symbol = analysis.libraryScope.lookup(name);
        if (symbol instanceof Entry e && e.kind == Entry.Kind.TYPEDEF) {
            return type(e);
        }
        Entry tag = analysis.libraryScope.lookupTag(name);
        return tag != null ? type(tag) : CTypes.ERROR;
    }

    /// The type by its library name, or the built-in one that stands for it.
    private Type named(String name, Type otherwise) {
        Type type = libraryType(name);
        return CTypes.isError(type) ? otherwise : type;
    }

    Type sizeType() {
        return new Type.Int(Type.IntKind.ULLONG, "size_t");
    }

    Type controlCodeType() {
        return new Type.Int(Type.IntKind.ULONG, "ULONG");
    }

    Type handleType() {
        return named("HANDLE", CTypes.VOID_POINTER);
    }

    Type statusType() {
        return new Type.Int(Type.IntKind.LONG, "NTSTATUS");
    }

    // ---- constants -----------------------------------------------------------------------------------------------------------

    long enumerator(Entry entry) {
        if (entry.type == null) {
            TypeSyntax.EnumBody body = (TypeSyntax.EnumBody) entry.node;
            if (analysis.types.isOpen(body)) {
                analysis.report(SemanticFindings.definedByItself(entry.span, entry.name));
                entry.type = CTypes.ERROR;
                return 0;
            }
            Entry typedef = body.tag().isPresent() ? null : typedefOf(entry, body);
            Type.Enum type = typedef == null ? analysis.types.enumeration(body, entry.scope) : (Type.Enum) type(typedef);
            entry.value = type.enumerators().getOrDefault(entry.name, 0);
            entry.type = CTypes.INT;
        }
        return entry.value;
    }

    /// An enumerator's type is `int` in C; it shows its own name when printed, so it bears the enumeration's type.
    Type enumeratorType(Entry entry) {
        enumerator(entry);
        TypeSyntax.EnumBody body = (TypeSyntax.EnumBody) entry.node;
        return entry.type instanceof Type.Error || analysis.types.isOpen(body) ? entry.type : analysis.types.enumeration(body, entry.scope);
    }

    /// The typedef that names an enumeration without a tag.
    private static Entry typedefOf(Entry entry, TypeSyntax.EnumBody body) {
        for (Symbol symbol : entry.scope.symbols()) {
            if (symbol instanceof Entry e && e.kind == Entry.Kind.TYPEDEF && e.node instanceof Decl.Typedef d && d.type() == body) {
                return e;
            }
        }
        return null;
    }

    /// The value of a `#define`.
    BoundExpr macro(Entry entry, Image image) {
        BoundExpr known = macros.get(entry);
        if (known != null) {
            return known;
        }
        Decl.Define define = (Decl.Define) entry.node;
        if (entry.resolving) {
            analysis.report(SemanticFindings.definedByItself(entry.span, entry.name));
            return new BoundExpr.Constant(0, CTypes.ERROR, entry.span);
        }
        if (define.value().isEmpty()) {
            analysis.report(SemanticFindings.emptyMacro(entry.span, entry.name));
            BoundExpr bad = new BoundExpr.Constant(0, CTypes.ERROR, entry.span);
            macros.put(entry, bad);
            return bad;
        }
        entry.resolving = true;
        Body body = analysis.constantBody(entry.scope, image);
        BoundExpr value = body.exprs.value(define.value().get());
        entry.resolving = false;
        boolean constant = value instanceof BoundExpr.Constant || value instanceof BoundExpr.StringAddress || CTypes.isError(value.type());
        boolean ofImage = value instanceof BoundExpr.FunctionAddress || value instanceof BoundExpr.AddressOf;
        if (!constant && !ofImage && !CTypes.isManaged(value.type())) {
            analysis.report(SemanticFindings.notConstant(define.value().get().span(), "the value of a #define"));
            value = new BoundExpr.Constant(0, CTypes.ERROR, entry.span);
        }
        if (value instanceof BoundExpr.Constant c && c.type() instanceof Type.Int && isControlCode(define.value().get())) {
            new ControlCodes(analysis).lint(define.value().get(), body, entry.name);
        }
        if (!ofImage) {
            macros.put(entry, value);
        }
        return value;
    }

    static boolean isControlCode(Expr value) {
        return switch (value) {
            case Expr.Call c -> c.callee() instanceof Expr.NameRef n && n.name().text().equals("CTL_CODE");
            case Expr.Cast c -> isControlCode(c.operand());
            default -> false;
        };
    }

    IoctlFacts ioctl(Entry entry) {
        return ioctls.computeIfAbsent(entry, e -> new ControlCodes(analysis).facts((Decl.Ioctl) e.node, e.scope));
    }

    /// The control code that a name stands for: an ioctl, or a `#define` of a CTL_CODE.
    Optional<IoctlFacts> controlCode(Symbol symbol) {
        if (!(symbol instanceof Entry entry)) {
            return Optional.empty();
        }
        if (entry.kind == Entry.Kind.IOCTL) {
            return Optional.of(ioctl(entry));
        }
        if (entry.kind == Entry.Kind.MACRO && macro(entry, analysis.neutral) instanceof BoundExpr.Constant c && CTypes.isInteger(c.type())) {
            return Optional.of(new IoctlFacts(entry.name, (int) c.value(), null, null));
        }
        return Optional.empty();
    }

    // ---- variables and functions -----------------------------------------------------------------------------------------------

    Type variableType(Entry entry) {
        if (entry.type != null) {
            return entry.type;
        }
        if (entry.kind == Entry.Kind.GUID) {
            entry.type = libraryType("GUID");
            return entry.type;
        }
        if (entry.kind == Entry.Kind.UNICODE_STRING) {
            entry.type = libraryType("UNICODE_STRING");
            return entry.type;
        }
        Decl.Variable d = (Decl.Variable) entry.node;
        if (entry.resolving) {
            analysis.report(SemanticFindings.definedByItself(entry.span, entry.name));
            return CTypes.ERROR;
        }
        entry.resolving = true;
        Type type = analysis.types.resolve(d.type(), entry.scope, null);
        if (d.initializer().isPresent() && type instanceof Type.Array) {
            type = new Initializers(analysis.constantBody(entry.scope)).completed(type, d.initializer().get());
        }
        if (type instanceof Type.Managed m) {
            analysis.report(SemanticFindings.managedInside(d.name().span(), m, "a driver's or file's variable"));
            type = CTypes.ERROR;
        }
        if (!(type instanceof Type.Function) && !CTypes.isError(type) && !CTypes.isComplete(type)) {
            if (!d.storage().equals("extern")) {
                analysis.report(SemanticFindings.incompleteVariable(d.name().span(), d.name().text(), type));
            }
            type = CTypes.ERROR;
        }
        entry.resolving = false;
        entry.type = type;
        return type;
    }

    boolean isConstVariable(Entry entry) {
        return entry.kind != Entry.Kind.VARIABLE || entry.node instanceof Decl.Variable d && analysis.types.isConst(d.type(), entry.scope);
    }

    /// Null with a finding if the declaration declares no function.
    Prototype prototype(Entry entry) {
        if (entry.prototype == null) {
            entry.prototype = entry.synthetic != null ? ofSynthetic(entry.synthetic) : declared(entry);
        }
        return entry.prototype;
    }

    private static Prototype ofSynthetic(Symbol.SyntheticFunction f) {
        List<Prototype.Parameter> list = new ArrayList<>();
        for (int i = 0; i < f.type().parameters().size(); i++) {
            list.add(new Prototype.Parameter(f.parameters().get(i).text(), f.type().parameters().get(i), Optional.empty(), false));
        }
        return new Prototype(f.type(), list, Set.of(), false, Optional.empty(), false, null);
    }

    private Prototype declared(Entry entry) {
        boolean library = entry.span.file().origin() == SourceFile.Origin.LIBRARY;
        if (entry.node instanceof Decl.Variable v) {
            Type.Function type = (Type.Function) variableType(entry);
            return ofType(type, library);
        }
        Decl.Function first = (Decl.Function) entry.node;
        // The definition's words win: it names the parameters. The prototype's attributes and SAL count too.
        Decl.Function d = entry.definition != null ? entry.definition : first;
        Type.Function type = analysis.types.function(d.type(), entry.scope, null);
        List<Prototype.Parameter> parameters = new ArrayList<>();
        for (int i = 0; i < d.type().parameters().size(); i++) {
            Decl.Parameter p = d.type().parameters().get(i);
            boolean out = p.sal().stream().anyMatch(s -> s.name().startsWith("_Out_"));
            parameters.add(new Prototype.Parameter(p.name().map(Name::text).orElse(""), type.parameters().get(i), p.defaultValue(), out));
        }
        if (entry.definition != null && entry.definition != first) {
            Type.Function before = analysis.types.function(first.type(), entry.scope, null);
            if (!CTypes.same(before, type)) {
                analysis.report(SemanticFindings.prototypeDiffers(d.name().span(), d.name().text(), type, before, first.name().span()));
            }
        }
        Set<String> places = new HashSet<>();
        for (Decl.Attribute a : first.attributes()) {
            switch (a.name()) {
                case "kmdf", "umdf", "wdm", "kernel", "user", "script", "hardware" -> places.add(a.name());
                default -> { }
            }
        }
        boolean mustInspect = first.sal().stream().anyMatch(s -> s.name().equals("_Must_inspect_result_") || s.name().equals("_Check_return_"));
        Optional<Integer> maxIrql = first.sal().stream().filter(s -> s.name().equals("_IRQL_requires_max_") && !s.arguments().isEmpty())
                .map(s -> IRQLS.get(s.arguments().getFirst() instanceof Expr.NameRef n ? n.name().text() : "")).filter(java.util.Objects::nonNull).findFirst();
        return new Prototype(type, parameters, places, mustInspect, maxIrql, library, entry.scope);
    }

    static Prototype ofType(Type.Function type, boolean library) {
        List<Prototype.Parameter> list = type.parameters().stream().map(t -> new Prototype.Parameter("", t, Optional.empty(), false)).toList();
        return new Prototype(type, list, Set.of(), false, Optional.empty(), library, null);
    }

    /// The type that `WDF_DECLARE_CONTEXT_TYPE…` or a `context` declares an accessor for.
    Type contextType(Entry accessor) {
        if (accessor.type == null) {
            Name type = (Name) accessor.node;
            if (type.text().startsWith(Forms.CUSTOM_TYPE)) {
                accessor.type = libraryType("WDF_CUSTOM_TYPE_CONTEXT");
                return accessor.type;
            }
            accessor.type = analysis.types.resolve(new TypeSyntax.Named(type, false, type.span()), accessor.scope, null);
        }
        return accessor.type;
    }

    OptionalLong guidPart(Expr part, Scope scope) {
        return analysis.constantBody(scope).exprs.constant(part, "a part of a GUID");
    }
}
