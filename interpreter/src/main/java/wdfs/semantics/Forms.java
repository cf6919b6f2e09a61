package wdfs.semantics;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import wdfs.diagnostics.Suggestions;
import wdfs.semantics.Symbol.Entry;
import wdfs.semantics.bound.BoundExpr;
import wdfs.semantics.bound.BoundStmt;
import wdfs.semantics.bound.LValue;
import wdfs.source.Span;
import wdfs.syntax.Decl;
import wdfs.syntax.Expr;
import wdfs.syntax.Name;
import wdfs.syntax.TypeSyntax;
import wdfs.types.CTypes;
import wdfs.types.Conversions;
import wdfs.types.Type;

/// The forms of the language: what the WDK has as macros over types, members and names.
final class Forms {
    private final Body body;
    private final ExprBinder exprs;

    Forms(Body body, ExprBinder exprs) {
        this.body = body;
        this.exprs = exprs;
    }

    /// A custom type is a context of its own, WDF_CUSTOM_TYPE_CONTEXT by another name.
    static final String CUSTOM_TYPE = "WdfCustomType_";
    private static final String CUSTOM_TYPE_ACCESSOR = "WdfObjectGetCustomType_";

    // ---- forms that declare --------------------------------------------------------------------------------------------------

    /// `WDF_DECLARE_CONTEXT_TYPE…`, `DEFINE_GUID`, `DECLARE_CONST_UNICODE_STRING` at file or driver level.
    static void declare(Decl.FormDecl d, Scope scope, Scope.Clash clash) {
        Expr.Form form = d.form();
        Optional<Name> first = argumentName(form, 0);
        if (first.isEmpty()) {
            return;     // the checker reports it when it comes by
        }
        switch (form.form().text()) {
            case "WDF_DECLARE_CONTEXT_TYPE" ->
                    scope.add(Entry.Kind.ACCESSOR, new Name("WdfObjectGet_" + first.get().text(), first.get().span()), first.get(), clash);
            case "WDF_DECLARE_CONTEXT_TYPE_WITH_NAME" -> argumentName(form, 1).ifPresent(name -> scope.add(Entry.Kind.ACCESSOR, name, first.get(), clash));
            case "WDF_DECLARE_CUSTOM_TYPE" ->
                    scope.add(Entry.Kind.ACCESSOR, new Name(CUSTOM_TYPE_ACCESSOR + first.get().text(), first.get().span()), new Name(CUSTOM_TYPE + first.get().text(), first.get().span()), clash);
            case "DEFINE_GUID" -> scope.add(Entry.Kind.GUID, first.get(), form, clash);
            case "DECLARE_CONST_UNICODE_STRING", "DECLARE_GLOBAL_CONST_UNICODE_STRING" -> scope.add(Entry.Kind.UNICODE_STRING, first.get(), form, clash);
            default -> { }
        }
    }

    /// Whether a form may stand where declarations stand.
    static boolean declares(String form) {
        return switch (form) {
            case "WDF_DECLARE_CONTEXT_TYPE", "WDF_DECLARE_CONTEXT_TYPE_WITH_NAME", "WDF_DECLARE_CUSTOM_TYPE", "DEFINE_GUID", "DECLARE_CONST_UNICODE_STRING", "DECLARE_GLOBAL_CONST_UNICODE_STRING" -> true;
            default -> false;
        };
    }

    /// Whether a form is a promise about constants, which stands wherever declarations and statements do.
    static boolean promises(String form) {
        return form.equals("C_ASSERT") || form.equals("static_assert") || form.equals("_Static_assert");
    }

    /// A promise that does not hold ends the check, as it ends a compiler's work.
    static void promise(Body body, Expr.Form form) {
        if (form.arguments().isEmpty() || !(form.arguments().getFirst() instanceof Expr.FormArgument.OfExpr(Expr condition))) {
            body.report(SemanticFindings.formArguments(form.span(), form.form().text(), 1, form.arguments().size()));
            return;
        }
        OptionalLong value = body.exprs.constant(condition, "a promise");
        if (value.isPresent() && value.getAsLong() == 0) {
            body.report(SemanticFindings.promiseBroken(form.span(), form.form().text(), condition.span().text().replaceAll("\\s+", " ")));
        }
    }

    static Optional<Name> argumentName(Expr.Form form, int index) {
        if (index >= form.arguments().size()) {
            return Optional.empty();
        }
        return switch (form.arguments().get(index)) {
            case Expr.FormArgument.OfExpr(Expr.NameRef n) -> Optional.of(n.name());
            case Expr.FormArgument.OfType(TypeSyntax.Named n) -> Optional.of(n.name());
            case Expr.FormArgument.OfType(TypeSyntax.Tagged n) -> Optional.of(n.tag());
            default -> Optional.empty();
        };
    }

    // ---- forms that are values -----------------------------------------------------------------------------------------------

    Operand bind(Expr.Form e) {
        int count = e.arguments().size();
        String name = e.form().text();
        int expected = switch (name) {
            case "CONTAINING_RECORD" -> 3;
            case "WdfObjectAddCustomTypeWithData" -> 5;
            case "RTL_NUMBER_OF", "ARRAYSIZE", "UNREFERENCED_PARAMETER", "WDF_TYPE_NAME_TO_TYPE_INFO", "ASSERT", "NT_ASSERT", "NT_VERIFY", "__analysis_assume", "_countof", "RTL_CONSTANT_STRING" -> 1;
            default -> 2;
        };
        if (declares(name)) {
            body.report(SemanticFindings.formDeclares(e.span(), name));
            return exprs.bad(e.span());
        }
        if (promises(name)) {
            promise(body, e);
            return new Operand.Value(new BoundExpr.Constant(0, CTypes.VOID, e.span()));
        }
        if (count != expected) {
            body.report(SemanticFindings.formArguments(e.span(), name, expected, count));
            return exprs.bad(e.span());
        }
        return new Operand.Value(switch (name) {
            case "CONTAINING_RECORD" -> containingRecord(e);
            case "FIELD_OFFSET", "offsetof" -> fieldOffset(e);
            case "RTL_NUMBER_OF", "ARRAYSIZE", "_countof" -> numberOf(e);
            case "RTL_CONSTANT_STRING" -> {
                body.report(SemanticFindings.formInitializes(e.span(), name));
                yield body.bad(e.span());
            }
            case "RTL_FIELD_SIZE" -> fieldSize(e, false);
            case "RTL_SIZEOF_THROUGH_FIELD" -> fieldSize(e, true);
            case "WDF_TYPE_NAME_TO_TYPE_INFO" -> typeInfo(e, 0);
            case "WdfObjectGetTypedContext" -> typedContext(e);
            case "WdfObjectAddCustomType", "WdfObjectAddCustomTypeWithData" -> customType(e, "WdfsAddCustomType");
            case "WdfObjectIsCustomType" -> customType(e, "WdfsIsCustomType");
            case "WdfObjectGetCustomTypeData" -> customType(e, "WdfsCustomTypeData");
            case "WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE" -> contextType(e, true);
            case "WDF_OBJECT_ATTRIBUTES_SET_CONTEXT_TYPE" -> contextType(e, false);
            case "UNREFERENCED_PARAMETER" -> unreferenced(e);
            case "__analysis_assume" -> unreferenced(e);
            case "ASSERT", "NT_ASSERT" -> asserted(e, 0, false);
            case "NT_VERIFY" -> asserted(e, 0, true);
            case "ASSERTMSG", "NT_ASSERTMSG" -> asserted(e, 1, false);
            case "NT_VERIFYMSG" -> asserted(e, 1, true);
            case "ALIGN_DOWN" -> aligned(e, "ALIGN_DOWN_BY");
            case "ALIGN_UP" -> aligned(e, "ALIGN_UP_BY");
            case "min", "max" -> extreme(e, name.equals("min"));
            default -> {
                body.report(SemanticFindings.cannotRunYet(e.form().span(), name));
                yield body.bad(e.span());
            }
        });
    }

    private Type type(Expr.Form e, int index) {
        return switch (e.arguments().get(index)) {
            case Expr.FormArgument.OfType(TypeSyntax t) -> body.analysis.types.resolve(t, body.scope, body);
            case Expr.FormArgument.OfExpr(Expr.NameRef n) -> body.analysis.types.resolve(new TypeSyntax.Named(n.name(), false, n.span()), body.scope, body);
            case Expr.FormArgument.OfExpr(Expr x) -> {
                body.report(SemanticFindings.formWantsType(x.span(), e.form().text()));
                yield CTypes.ERROR;
            }
        };
    }

    private Expr expr(Expr.Form e, int index) {
        return switch (e.arguments().get(index)) {
            case Expr.FormArgument.OfExpr(Expr x) -> x;
            // A name that is a type elsewhere, such as a parameter called like one.
            case Expr.FormArgument.OfType(TypeSyntax.Named n) -> new Expr.NameRef(n.name(), n.span());
            case Expr.FormArgument.OfType(TypeSyntax t) -> new Expr.Missing(t.span());
        };
    }

    /// A member's place inside a type: `a`, `a.b`, `a.b[3]`.
    private record Place(long offset, Type type) {}

    private Place path(Type type, Expr path) {
        if (CTypes.isError(type)) {
            return null;
        }
        return switch (path) {
            case Expr.NameRef e -> member(type, e.name());
            case Expr.Member e -> {
                Place base = path(type, e.base());
                Place inner = base == null ? null : member(base.type(), e.member());
                yield inner == null ? null : new Place(base.offset() + inner.offset(), inner.type());
            }
            case Expr.Index e -> {
                Place base = path(type, e.base());
                var index = exprs.constant(e.index(), "an index here");
                if (base == null || index.isEmpty()) {
                    yield null;
                }
                if (!(base.type() instanceof Type.Array a)) {
                    body.report(SemanticFindings.indexesNoArray(e.span(), base.type()));
                    yield null;
                }
                yield new Place(base.offset() + index.getAsLong() * a.element().size(), a.element());
            }
            default -> {
                body.report(SemanticFindings.formWantsMember(path.span()));
                yield null;
            }
        };
    }

    private Place member(Type type, Name name) {
        if (!(type instanceof Type.Struct struct) || !struct.isComplete()) {
            body.report(SemanticFindings.noMembers(name.span(), type, name.text()));
            return null;
        }
        Optional<Type.Field> field = struct.find(name.text());
        if (field.isEmpty()) {
            body.report(SemanticFindings.unknownMember(name.span(), struct, name.text(), Suggestions.near(name.text(), struct.memberNames())));
            return null;
        }
        if (field.get().isBitField()) {
            body.report(SemanticFindings.addressOfBitField(name.span()));
            return null;
        }
        return new Place(field.get().offset(), field.get().type());
    }

    private BoundExpr containingRecord(Expr.Form e) {
        BoundExpr address = exprs.value(expr(e, 0));
        Type type = type(e, 1);
        Place place = path(type, expr(e, 2));
        if (place == null || CTypes.isError(address.type())) {
            return body.bad(e.span());
        }
        if (!(address.type() instanceof Type.Pointer)) {
            body.report(SemanticFindings.dereferencesNoPointer(address.span(), address.type()));
            return body.bad(e.span());
        }
        Type bytes = Type.Pointer.to(CTypes.CHAR);
        BoundExpr offset = new BoundExpr.Constant(place.offset(), CTypes.ULONG64, e.span());
        BoundExpr start = new BoundExpr.PointerAdd(body.converter.convert(address, bytes), offset, true, 1, bytes, e.span());
        return body.converter.convert(start, Type.Pointer.to(type));
    }

    private BoundExpr fieldOffset(Expr.Form e) {
        Place place = path(type(e, 0), expr(e, 1));
        if (place == null) {
            return body.bad(e.span());
        }
        Type type = e.form().text().equals("offsetof") ? body.analysis.entries.sizeType() : new Type.Int(Type.IntKind.LONG, "LONG");
        return new BoundExpr.Constant(place.offset(), type, e.span());
    }

    private BoundExpr fieldSize(Expr.Form e, boolean through) {
        Place place = path(type(e, 0), expr(e, 1));
        return place == null ? body.bad(e.span())
                : new BoundExpr.Constant((through ? place.offset() : 0) + place.type().size(), body.analysis.entries.sizeType(), e.span());
    }

    private BoundExpr numberOf(Expr.Form e) {
        boolean before = body.unevaluated;
        body.unevaluated = true;
        Operand operand = exprs.operand(expr(e, 0));
        body.unevaluated = before;
        if (CTypes.isError(operand.type())) {
            return body.bad(e.span());
        }
        if (!(operand.type() instanceof Type.Array array)) {
            body.report(SemanticFindings.numberOfNoArray(e.span(), operand.type()));
            return body.bad(e.span());
        }
        return new BoundExpr.Constant(array.length(), body.analysis.entries.sizeType(), e.span());
    }

    private BoundExpr typeInfo(Expr.Form e, int index) {
        Type type = type(e, index);
        if (CTypes.isError(type)) {
            return body.bad(e.span());
        }
        if (!CTypes.isComplete(type)) {
            body.report(SemanticFindings.sizeofIncomplete(e.span(), type));
            return body.bad(e.span());
        }
        String name = argumentName(e, index).map(Name::text).orElse("context");
        return new Calls(body, exprs).typeInfo(type, name, e.span());
    }

    /// `WdfObjectGetTypedContext(handle, T)`: what the accessor of T gives.
    private BoundExpr typedContext(Expr.Form e) {
        BoundExpr handle = exprs.value(expr(e, 0));
        Type context = type(e, 1);
        if (CTypes.isError(handle.type()) || CTypes.isError(context)) {
            return body.bad(e.span());
        }
        return new Calls(body, exprs).accessorCall(context, argumentName(e, 1).map(Name::text).orElse("context"), handle, e.span());
    }

    /// `WdfObjectAddCustomType(handle, T)` and its like: a call with the handle and what the framework knows the type by. The type is no
    /// type of C's, only a name that WDF_DECLARE_CUSTOM_TYPE has declared.
    private BoundExpr customType(Expr.Form e, String function) {
        Name type = argumentName(e, 1).orElse(null);
        if (type == null || !(body.scope.lookup(CUSTOM_TYPE_ACCESSOR + type.text()) instanceof Entry)) {
            body.report(SemanticFindings.noCustomType(type == null ? e.span() : type.span(), type == null ? e.form().text() : type.text()));
            return body.bad(e.span());
        }
        Calls calls = new Calls(body, exprs);
        List<BoundExpr> arguments = new ArrayList<>();
        arguments.add(exprs.value(expr(e, 0)));
        arguments.add(calls.typeInfo(body.analysis.entries.libraryType("WDF_CUSTOM_TYPE_CONTEXT"), CUSTOM_TYPE + type.text(), e.span()));
        for (int i = 2; i < 5 && function.equals("WdfsAddCustomType"); i++) {
            arguments.add(i < e.arguments().size() ? exprs.value(expr(e, i)) : new BoundExpr.Constant(0, CTypes.INT, e.span()));
        }
        return arguments.stream().anyMatch(a -> CTypes.isError(a.type())) ? body.bad(e.span()) : calls.library(function, arguments, e.span());
    }

    /// `WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, T)`: initialises the structure, then names the context's type in it.
    private BoundExpr contextType(Expr.Form e, boolean initialise) {
        BoundExpr attributes = exprs.value(expr(e, 0));
        BoundExpr info = typeInfo(e, 1);
        if (CTypes.isError(attributes.type()) || CTypes.isError(info.type())) {
            return body.bad(e.span());
        }
        if (!(attributes.type() instanceof Type.Pointer(Type.Struct struct, _)) || struct.find("ContextTypeInfo").isEmpty()) {
            body.report(SemanticFindings.cannotConvert(attributes.span(), attributes.type(),
                    Type.Pointer.to(body.analysis.entries.libraryType("WDF_OBJECT_ATTRIBUTES")), "the first argument of " + e.form().text()));
            return body.bad(e.span());
        }
        List<BoundStmt> steps = new ArrayList<>();
        BoundExpr address = attributes instanceof BoundExpr.AddressOf ? attributes : exprs.once(attributes, steps);
        if (initialise) {
            BoundExpr call = new Calls(body, exprs).library("WDF_OBJECT_ATTRIBUTES_INIT", List.of(address), e.span());
            if (CTypes.isError(call.type())) {
                return call;
            }
            steps.add(new BoundStmt.Expression(call, e.span()));
        }
        Type.Field field = struct.find("ContextTypeInfo").get();
        LValue.InMemory member = ExprBinder.part(ExprBinder.deref(address, 0, struct), field.offset(), field.type());
        BoundExpr assign = new BoundExpr.Assign(member, body.converter.convert(info, field.type()), e.span());
        steps.add(new BoundStmt.Expression(assign, e.span()));
        return new BoundExpr.Sequence(steps, new BoundExpr.Constant(0, CTypes.VOID, e.span()), e.span());
    }

    private BoundExpr unreferenced(Expr.Form e) {
        boolean before = body.unevaluated;
        body.unevaluated = true;
        exprs.operand(expr(e, 0));
        body.unevaluated = before;
        return new BoundExpr.Constant(0, CTypes.VOID, e.span());
    }

    /// ENV-048: as in a checked build, the condition is evaluated, and one that does not hold is told.
    /// @param at which argument is the condition; one in front of it is a text that is told as well
    /// @param value NT_VERIFY's value is whether it held
    private BoundExpr asserted(Expr.Form e, int at, boolean value) {
        BoundExpr condition = body.converter.condition(exprs.value(expr(e, at)));
        if (CTypes.isError(condition.type()) || at == 1 && CTypes.isError(exprs.value(expr(e, 0)).type())) {
            return body.bad(e.span());
        }
        List<BoundStmt> steps = new ArrayList<>();
        BoundExpr held = value ? exprs.once(condition, steps) : condition;
        String text = expr(e, at).span().text().replaceAll("\\s+", " ");
        if (at == 1) {
            text = expr(e, 0).span().text().replaceAll("^L?\"|\"$", "") + ": " + text;
        }
        BoundExpr shown = new BoundExpr.StringAddress(Literals.bytes(text, false, true), new Type.Pointer(CTypes.CHAR, true), e.span());
        BoundExpr told = new Calls(body, exprs).library("RtlAssertionFailed", List.of(shown), e.span());
        if (CTypes.isError(told.type())) {
            return told;
        }
        steps.add(new BoundStmt.If(exprs.not(held, e.span()), new BoundStmt.Expression(told, e.span()), Optional.empty(), e.span()));
        return new BoundExpr.Sequence(steps, value ? held : new BoundExpr.Constant(0, CTypes.VOID, e.span()), e.span());
    }

    /// `ALIGN_UP(length, T)`: to a multiple of the size of T.
    private BoundExpr aligned(Expr.Form e, String by) {
        BoundExpr length = exprs.value(expr(e, 0));
        Type type = type(e, 1);
        if (CTypes.isError(length.type()) || CTypes.isError(type)) {
            return body.bad(e.span());
        }
        if (!CTypes.isComplete(type)) {
            body.report(SemanticFindings.sizeofIncomplete(e.span(), type));
            return body.bad(e.span());
        }
        return new Calls(body, exprs).library(by, List.of(length, new BoundExpr.Constant(type.size(), CTypes.ULONG64, e.span())), e.span());
    }

    /// `min(a, b)`: each argument is evaluated once, which the macro does not do.
    private BoundExpr extreme(Expr.Form e, boolean least) {
        List<BoundStmt> steps = new ArrayList<>();
        BoundExpr left = exprs.value(expr(e, 0));
        BoundExpr right = exprs.value(expr(e, 1));
        if (CTypes.isError(left.type()) || CTypes.isError(right.type())) {
            return body.bad(e.span());
        }
        if (CTypes.isInteger(left.type()) && CTypes.isInteger(right.type())) {
            Type type = Conversions.arithmetic(left.type(), right.type());
            left = body.converter.convert(left, type);
            right = body.converter.convert(right, type);
        }
        Span span = e.span();
        BoundExpr a = exprs.once(left, steps);
        BoundExpr b = exprs.once(right, steps);
        BoundExpr smaller = exprs.operators().binary("<", least ? a : b, least ? b : a, span, span);
        BoundExpr chosen = exprs.choose(smaller, a, b, span);
        return steps.isEmpty() ? chosen : new BoundExpr.Sequence(steps, chosen, span);
    }
}
