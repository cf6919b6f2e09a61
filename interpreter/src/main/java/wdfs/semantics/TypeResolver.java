package wdfs.semantics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import wdfs.diagnostics.Suggestions;
import wdfs.source.Span;
import wdfs.syntax.Decl;
import wdfs.syntax.Expr;
import wdfs.syntax.TypeSyntax;
import wdfs.types.CTypes;
import wdfs.types.Layout;
import wdfs.types.Type;

/// Types as they are written to types as they are.
final class TypeResolver {
    private static final long LARGEST = 1L << 30;
    private static final Map<String, Type> MANAGED = Map.of("string", Type.Managed.STRING, "bytes", Type.Managed.BYTES,
            "list", new Type.Managed(Type.ManagedKind.LIST, Type.Managed.ANY), "duration", Type.Managed.DURATION, "IoResult", Type.Managed.IO_RESULT,
            "anything", Type.Managed.ANY, "var", Type.Managed.ANY);

    private final Analysis analysis;
    private final Map<TypeSyntax, Type> bodies = new IdentityHashMap<>();
    private final Map<String, Type.Struct> opaque = new HashMap<>();
    /// Types that have been told to be none of the driver's; a declaration may be looked at several times.
    private final Set<TypeSyntax> refused = java.util.Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<TypeSyntax> open = java.util.Collections.newSetFromMap(new IdentityHashMap<>());

    TypeResolver(Analysis analysis) {
        this.analysis = analysis;
    }

    static boolean isManagedName(String name) {
        return MANAGED.containsKey(name);
    }

    // ---- structures behind pointers are completed later, so that types may refer to each other in circles ---------------------

    private record Pending(TypeSyntax.StructBody body, Scope scope) {}

    private final Map<Type.Struct, Pending> pending = new java.util.LinkedHashMap<>();
    private int nesting;
    private int behindPointer;

    /// Begins a resolution that may leave structures to be completed; {@link #leave} completes them.
    void enter() {
        nesting++;
    }

    void leave() {
        if (--nesting == 0) {
            nesting++;
            while (!pending.isEmpty()) {
                force(pending.keySet().iterator().next());
            }
            nesting--;
        }
    }

    /// Completes a structure that is waiting for it: its size is needed now.
    private Type force(Type type) {
        if (type instanceof Type.Struct struct) {
            Pending waiting = pending.remove(struct);
            if (waiting != null) {
                int before = behindPointer;
                behindPointer = 0;
                complete(struct, waiting.body(), waiting.scope());
                behindPointer = before;
            }
        }
        return type;
    }

    /// @param body where the type stands, for array lengths; null outside bodies
    Type resolve(TypeSyntax syntax, Scope scope, Body body) {
        enter();
        try {
            Type type = written(syntax, scope, body);
            return behindPointer == 0 ? force(type) : type;
        } finally {
            leave();
        }
    }

    private Type pointer(TypeSyntax.PointerTo t, Scope scope, Body body) {
        behindPointer++;
        try {
            return new Type.Pointer(resolve(t.target(), scope, body), isConst(t.target(), scope));
        } finally {
            behindPointer--;
        }
    }

    private Type written(TypeSyntax syntax, Scope scope, Body body) {
        return switch (syntax) {
            case TypeSyntax.Builtin t -> builtin(t);
            case TypeSyntax.Named t -> named(t, scope, body);
            case TypeSyntax.Tagged t -> tagged(t, scope);
            case TypeSyntax.StructBody t -> struct(t, scope);
            case TypeSyntax.EnumBody t -> enumeration(t, scope);
            case TypeSyntax.PointerTo t -> pointer(t, scope, body);
            case TypeSyntax.ArrayOf t -> array(t, scope, body);
            case TypeSyntax.FunctionOf t -> function(t, scope, body);
            case TypeSyntax.Inferred t -> {
                analysis.report(SemanticFindings.varWithoutValue(t.span()));
                yield CTypes.ERROR;
            }
        };
    }

    /// Whether an object of the type as written may not be stored to.
    boolean isConst(TypeSyntax syntax, Scope scope) {
        return switch (syntax) {
            case TypeSyntax.Builtin t -> t.isConst();
            case TypeSyntax.Named t -> t.isConst() || typedef(t, scope) instanceof Symbol.Entry e && e.type != null && e.isConst;
            case TypeSyntax.Tagged t -> t.isConst();
            case TypeSyntax.StructBody t -> t.isConst();
            case TypeSyntax.EnumBody t -> t.isConst();
            case TypeSyntax.PointerTo t -> t.isConst();
            case TypeSyntax.ArrayOf t -> isConst(t.element(), scope);
            case TypeSyntax.FunctionOf _, TypeSyntax.Inferred _ -> false;
        };
    }

    private Type builtin(TypeSyntax.Builtin t) {
        List<String> words = new ArrayList<>(List.of(t.words().split(" ")));
        boolean unsigned = words.remove("unsigned");
        boolean signed = words.remove("signed");
        int longs = 0;
        while (words.remove("long")) {
            longs++;
        }
        boolean isShort = words.remove("short");
        words.remove("int");
        Type.IntKind kind;
        if (words.isEmpty()) {
            kind = isShort ? Type.IntKind.SHORT : longs == 1 ? Type.IntKind.LONG : longs >= 2 ? Type.IntKind.LLONG : Type.IntKind.INT;
        } else {
            kind = switch (words.getFirst()) {
                case "void" -> null;
                case "char" -> signed ? Type.IntKind.SCHAR : Type.IntKind.CHAR;
                case "__int8" -> Type.IntKind.CHAR;
                case "__int16" -> Type.IntKind.SHORT;
                case "__int32" -> Type.IntKind.INT;
                case "__int64" -> Type.IntKind.LLONG;
                case "bool", "_Bool" -> Type.IntKind.BOOL;
                case "float", "double" -> {
                    analysis.report(SemanticFindings.noFloatingPoint(t.span()));
                    yield Type.IntKind.INT;
                }
                default -> {
                    analysis.report(SemanticFindings.wordsNoType(t.span(), t.words()));
                    yield Type.IntKind.INT;
                }
            };
        }
        boolean nonsense = words.size() > 1 || kind == null && (unsigned || signed || longs > 0 || isShort) || isShort && longs > 0 || longs > 2
                || unsigned && signed;
        if (nonsense) {
            analysis.report(SemanticFindings.wordsNoType(t.span(), t.words()));
            return CTypes.ERROR;
        }
        return kind == null ? CTypes.VOID : Type.Int.of(unsigned ? kind.unsigned() : kind);
    }

    private Type named(TypeSyntax.Named t, Scope scope, Body body) {
        String name = t.name().text();
        Symbol.Entry typedef = typedef(t, scope);
        Symbol.Entry found = typedef != null ? typedef : scope.lookupTag(name);
        if (found != null) {
            if (Absences.isKernelType(found, body == null ? scope.driver() : body.image.symbol.kind(), t.span())) {
                if (refused.add(t)) {
                    analysis.report(SemanticFindings.kernelType(t.span(), name));
                }
                return CTypes.ERROR;
            }
            return analysis.entries.type(found);
        }
        Type managed = MANAGED.get(name);
        if (managed != null) {
            return managed;
        }
        List<String> types = new ArrayList<>();
        for (String candidate : Suggestions.near(name, scope.namesInSight())) {
            if (scope.lookupTag(candidate) != null || scope.lookup(candidate) instanceof Symbol.Entry e && e.kind == Symbol.Entry.Kind.TYPEDEF) {
                types.add(candidate);
            }
        }
        analysis.report(SemanticFindings.unknownType(t.span(), name, types));
        return CTypes.ERROR;
    }

    /// The typedef of that name; inside `typedef ULONG ULONG;` that of the scope around.
    private static Symbol.Entry typedef(TypeSyntax.Named t, Scope scope) {
        for (Scope at = scope; at != null; at = at.parent) {
            if (at.own(t.name().text()) instanceof Symbol.Entry e && e.kind == Symbol.Entry.Kind.TYPEDEF) {
                if (!(e.resolving && at.parent != null && at.parent.lookup(e.name) instanceof Symbol.Entry)) {
                    return e;
                }
            } else if (at.own(t.name().text()) != null) {
                return null;
            }
        }
        return null;
    }

    private Type tagged(TypeSyntax.Tagged t, Scope scope) {
        Symbol.Entry entry = scope.lookupTag(t.tag().text());
        if (entry != null) {
            Type type = analysis.entries.type(entry);
            String keyword = type instanceof Type.Enum ? "enum" : type instanceof Type.Struct s && s.isUnion() ? "union" : "struct";
            if (!CTypes.isError(type) && !keyword.equals(t.keyword())) {
                analysis.report(SemanticFindings.otherKeyword(t.span(), t.tag().text(), keyword, entry.span));
            }
            return type;
        }
        if (scope.lookup(t.tag().text()) instanceof Symbol.Entry e && e.kind == Symbol.Entry.Kind.TYPEDEF && !e.resolving) {
            return analysis.entries.type(e);
        }
        return opaque.computeIfAbsent(t.tag().text(), name -> new Type.Struct(name, t.keyword().equals("union")));
    }

    private Type array(TypeSyntax.ArrayOf t, Scope scope, Body body) {
        Type element = force(resolve(t.element(), scope, body));
        if (element instanceof Type.Managed m) {
            analysis.report(SemanticFindings.managedInside(t.span(), m, "an array"));
            return CTypes.ERROR;
        }
        if (element instanceof Type.Function || CTypes.isVoid(element) || element instanceof Type.Struct s && !s.isComplete()
                || element instanceof Type.Array inner && inner.length() < 0) {
            analysis.report(SemanticFindings.arrayOfNothing(t.span(), element));
            return CTypes.ERROR;
        }
        if (t.length().isEmpty()) {
            return new Type.Array(element, -1);
        }
        OptionalLong length = lengthOf(t.length().get(), scope, body);
        if (length.isEmpty() || CTypes.isError(element)) {
            return CTypes.ERROR;
        }
        if (length.getAsLong() < 0 || length.getAsLong() > LARGEST || length.getAsLong() * Math.max(1, element.size()) > LARGEST) {
            analysis.report(SemanticFindings.badArrayLength(t.length().get().span(), length.getAsLong()));
            return CTypes.ERROR;
        }
        return new Type.Array(element, length.getAsLong());
    }

    private OptionalLong lengthOf(Expr length, Scope scope, Body body) {
        Body constant = body != null ? body : analysis.constantBody(scope);
        var value = constant.exprs.value(length);
        if (CTypes.isError(value.type())) {
            return OptionalLong.empty();
        }
        if (value instanceof wdfs.semantics.bound.BoundExpr.Constant c && CTypes.isInteger(c.type())) {
            return OptionalLong.of(c.value());
        }
        analysis.report(SemanticFindings.variableLength(length.span()));
        return OptionalLong.empty();
    }

    Type.Function function(TypeSyntax.FunctionOf t, Scope scope, Body body) {
        Type result = resolve(t.returnType(), scope, body);
        if (result instanceof Type.Array || result instanceof Type.Function) {
            analysis.report(SemanticFindings.badResult(t.span(), result));
            result = CTypes.ERROR;
        }
        List<Type> parameters = new ArrayList<>();
        for (Decl.Parameter parameter : t.parameters()) {
            parameters.add(parameter(parameter, scope, body));
        }
        return new Type.Function(result, parameters, t.variadic());
    }

    /// A parameter's type: arrays and functions have become pointers.
    Type parameter(Decl.Parameter parameter, Scope scope, Body body) {
        if (parameter.type() instanceof TypeSyntax.Inferred) {
            return Type.Managed.ANY;
        }
        Type type = parameter.type() instanceof TypeSyntax.ArrayOf a
                ? pointer(new TypeSyntax.PointerTo(a.element(), false, a.span()), scope, body) : CTypes.decayed(resolve(parameter.type(), scope, body));
        if (CTypes.isVoid(type) || force(type) instanceof Type.Struct s && !s.isComplete()) {
            analysis.report(SemanticFindings.incompleteParameter(parameter.span(), type));
            return CTypes.ERROR;
        }
        return type;
    }

    // ---- bodies ------------------------------------------------------------------------------------------------------------

    Type.Struct struct(TypeSyntax.StructBody t, Scope scope) {
        Type known = bodies.get(t);
        if (known != null) {
            return (Type.Struct) known;
        }
        String name = t.tag().map(wdfs.syntax.Name::text).orElse(t.union() ? "union" : "struct");
        Type.Struct struct = t.tag().isPresent() && opaque.containsKey(name) && !opaque.get(name).isComplete()
                && opaque.get(name).isUnion() == t.union() ? opaque.get(name) : new Type.Struct(name, t.union());
        bodies.put(t, struct);
        completeNowOrLater(struct, t, scope);
        return struct;
    }

    private void completeNowOrLater(Type.Struct struct, TypeSyntax.StructBody t, Scope scope) {
        if (struct.isComplete()) {
            return;
        }
        pending.put(struct, new Pending(t, scope));
        if (behindPointer == 0) {
            force(struct);
        }
    }

    /// `typedef struct { … } X;`: the structure is known by the typedef's name.
    Type.Struct struct(TypeSyntax.StructBody t, Scope scope, String name) {
        if (!bodies.containsKey(t)) {
            Type.Struct struct = new Type.Struct(name, t.union());
            bodies.put(t, struct);
            completeNowOrLater(struct, t, scope);
        }
        return (Type.Struct) bodies.get(t);
    }

    private void complete(Type.Struct struct, TypeSyntax.StructBody t, Scope scope) {
        if (struct.isComplete()) {
            return;
        }
        List<Layout.Member> members = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < t.members().size(); i++) {
            TypeSyntax.Member member = t.members().get(i);
            Type type = force(resolve(member.type(), scope, null));
            boolean last = i == t.members().size() - 1;
            type = checkedMember(struct, member, type, last && !t.union());
            String name = member.name().map(wdfs.syntax.Name::text).orElse("");
            if (!name.isEmpty() && !names.add(name)) {
                analysis.report(SemanticFindings.memberTwice(member.name().get().span(), struct, name));
                continue;
            }
            OptionalInt width = OptionalInt.empty();
            if (member.bitWidth().isPresent()) {
                width = bitWidth(member, type, scope);
            } else if (name.isEmpty() && !(type instanceof Type.Struct)) {
                continue;       // `struct Tag { … };` without a member's name declares a type only
            } else if (name.isEmpty() && member.type() instanceof TypeSyntax.StructBody s && s.tag().isPresent() && !scopeIsLibrary(scope)) {
                // Microsoft's extension: a tagged structure without a name is an anonymous member all the same.
                name = "";
            }
            members.add(new Layout.Member(name, type, width));
        }
        if (members.isEmpty()) {
            analysis.report(SemanticFindings.emptyStruct(t.span(), struct));
        }
        Layout.complete(struct, members, t.pack());
        if (struct.size() > LARGEST) {
            analysis.report(SemanticFindings.badArrayLength(t.span(), struct.size()));
        }
    }

    private static boolean scopeIsLibrary(Scope scope) {
        return scope.level == Scope.Level.LIBRARY;
    }

    private Type checkedMember(Type.Struct struct, TypeSyntax.Member member, Type type, boolean last) {
        Span span = member.name().map(wdfs.syntax.Name::span).orElse(member.span());
        return switch (type) {
            case Type.Managed m -> {
                analysis.report(SemanticFindings.managedInside(span, m, "a structure"));
                yield CTypes.ERROR;
            }
            case Type.Struct s when !s.isComplete() -> {
                analysis.report(s == struct ? SemanticFindings.containsItself(span, struct) : SemanticFindings.incompleteMember(span, s));
                yield CTypes.ERROR;
            }
            case Type.Function _, Type.Void _ -> {
                analysis.report(SemanticFindings.incompleteMember(span, type));
                yield CTypes.ERROR;
            }
            case Type.Array a when a.length() < 0 && !last && !struct.isUnion() -> {
                analysis.report(SemanticFindings.openArrayNotLast(span));
                yield CTypes.ERROR;
            }
            default -> type;
        };
    }

    private OptionalInt bitWidth(TypeSyntax.Member member, Type type, Scope scope) {
        Expr width = member.bitWidth().get();
        OptionalLong value = analysis.constantBody(scope).exprs.constant(width, "the width of a bit-field");
        if (!CTypes.isInteger(type)) {
            if (!CTypes.isError(type)) {
                analysis.report(SemanticFindings.badBitField(width.span(), type, 0));
            }
            return OptionalInt.empty();
        }
        if (value.isEmpty()) {
            return OptionalInt.of(1);
        }
        if (value.getAsLong() < 0 || value.getAsLong() > CTypes.bits(type) || value.getAsLong() == 0 && member.name().isPresent()) {
            analysis.report(SemanticFindings.badBitField(width.span(), type, value.getAsLong()));
            return OptionalInt.of(1);
        }
        return OptionalInt.of((int) value.getAsLong());
    }

    Type.Enum enumeration(TypeSyntax.EnumBody t, Scope scope) {
        Type known = bodies.get(t);
        if (known != null) {
            return (Type.Enum) known;
        }
        return enumeration(t, scope, t.tag().map(wdfs.syntax.Name::text).orElse("enum"));
    }

    Type.Enum enumeration(TypeSyntax.EnumBody t, Scope scope, String name) {
        Type known = bodies.get(t);
        if (known != null) {
            return (Type.Enum) known;
        }
        Map<String, Integer> values = new LinkedHashMap<>();
        open.add(t);
        long next = 0;
        for (TypeSyntax.Enumerator enumerator : t.enumerators()) {
            if (enumerator.value().isPresent()) {
                OptionalLong value = analysis.constantBody(scope).exprs.constant(enumerator.value().get(), "the value of an enumerator");
                next = value.orElse(next);
                if (next < Integer.MIN_VALUE || next > 0xFFFF_FFFFL) {
                    analysis.report(SemanticFindings.enumTooLarge(enumerator.span(), next));
                }
            }
            values.put(enumerator.name().text(), (int) next);
            // A later enumerator of the same list may be made from this one.
            if (scope.lookup(enumerator.name().text()) instanceof Symbol.Entry e && e.node == t) {
                e.value = (int) next;
                e.resolving = false;
                e.type = CTypes.INT;
            }
            next = (int) next + 1L;
        }
        open.remove(t);
        Type.Enum type = new Type.Enum(name, values);
        bodies.put(t, type);
        return type;
    }

    boolean isOpen(TypeSyntax body) {
        return open.contains(body);
    }
}
