package wdfs.semantics;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import wdfs.diagnostics.Suggestions;
import wdfs.semantics.bound.BoundExpr;
import wdfs.semantics.bound.BoundExpr.UnaryOp;
import wdfs.semantics.bound.BoundStmt;
import wdfs.semantics.bound.ImageSymbol;
import wdfs.semantics.bound.GlobalSymbol;
import wdfs.semantics.bound.LValue;
import wdfs.semantics.bound.LocalSymbol;
import wdfs.source.Span;
import wdfs.syntax.Expr;
import wdfs.types.CTypes;
import wdfs.types.Conversions;
import wdfs.types.Folding;
import wdfs.types.Type;

/// Expressions of C, from names and operators to the bound tree. Calls, forms and what only scripts have stand in classes
/// of their own.
final class ExprBinder {
    private final Body body;
    private final Converter converter;
    private final Operators operators;
    private final Calls calls;
    private final Forms forms;
    private final ScriptValues scripts;
    private int depth;

    ExprBinder(Body body) {
        this.body = body;
        this.converter = body.converter;
        this.operators = new Operators(body);
        this.scripts = new ScriptValues(body, this);
        this.calls = new Calls(body, this);
        this.forms = new Forms(body, this);
    }

    Operators operators() {
        return operators;
    }

    ScriptValues scripts() {
        return scripts;
    }

    /// The value of an expression: arrays and functions have become pointers.
    BoundExpr value(Expr expr) {
        return read(operand(expr));
    }

    BoundExpr read(Operand operand) {
        return switch (operand) {
            case Operand.Value v -> v.expr();
            case Operand.Place p -> converter.load(p);
            case Operand.Function f when takesManaged(f.symbol().type()) -> {
                body.report(SemanticFindings.managedFunctionAddress(f.span(), f.symbol().name()));
                yield body.bad(f.span());
            }
            case Operand.Function f -> new BoundExpr.FunctionAddress(f.symbol(), Type.Pointer.to(f.symbol().type()), f.span());
        };
    }

    private static boolean takesManaged(Type.Function type) {
        return CTypes.isManaged(type.returnType()) || type.parameters().stream().anyMatch(CTypes::isManaged);
    }

    /// The value for a place of type `wanted`: there a string literal can become a `string`, and a list knows its elements.
    BoundExpr valueFor(Expr expr, Type wanted, String use) {
        return converter.assign(valueToward(expr, wanted), wanted, use);
    }

    BoundExpr valueToward(Expr expr, Type wanted) {
        if (wanted instanceof Type.Managed) {
            return scripts.toward(expr, wanted);
        }
        return value(expr);
    }

    Operand operand(Expr expr) {
        if (++depth > 400) {
            depth--;
            body.report(SemanticFindings.tooDeep(expr.span()));
            return bad(expr.span());
        }
        try {
            return bind(expr);
        } finally {
            depth--;
        }
    }

    private Operand bind(Expr expr) {
        return switch (expr) {
            case Expr.IntLiteral e -> value(Literals.integer(e));
            case Expr.CharLiteral e -> value(new BoundExpr.Constant(e.value(), e.wide() ? CTypes.WCHAR : CTypes.INT, e.span()));
            case Expr.StringLiteral e -> value(Literals.string(e));
            case Expr.NameRef e -> name(e.name().text(), e.span());
            case Expr.Unary e -> unary(e);
            case Expr.Postfix e -> value(incDec(e.operand(), e.operator().equals("++"), false, e.span()));
            case Expr.Binary e -> value(binary(e));
            case Expr.Assign e -> value(assign(e));
            case Expr.Conditional e -> value(conditional(e));
            case Expr.Cast e -> value(cast(e));
            case Expr.SizeofType e -> value(sizeof(body.analysis.types.resolve(e.type(), body.scope, body), e.span()));
            case Expr.SizeofExpr e -> value(sizeofExpression(e));
            case Expr.Call e -> calls.call(e);
            case Expr.Index e -> index(e);
            case Expr.Member e -> member(e);
            case Expr.Form e -> forms.bind(e);
            case Expr.Compound e -> compound(e);
            case Expr.DurationLiteral d when body.image.hardware() != null -> value(new BoundExpr.Constant(d.nanos(), CTypes.ULONG64, d.span()));
            case Expr.BytesLiteral _, Expr.Interpolated _, Expr.DurationLiteral _, Expr.ListLiteral _, Expr.ThreadBlock _ -> value(scripts.literal(expr));
            case Expr.VersionLiteral e -> {
                body.report(SemanticFindings.noFloatingPoint(e.span()));
                yield bad(e.span());
            }
            case Expr.Missing e -> bad(e.span());
        };
    }

    private static Operand value(BoundExpr expr) {
        return new Operand.Value(expr);
    }

    Operand bad(Span span) {
        return new Operand.Value(body.bad(span));
    }

    // ---- literals and names ------------------------------------------------------------------------------------------------

    Operand name(String name, Span span) {
        Symbol symbol = body.scope.lookup(name);
        if (symbol == null && (name.equals("true") || name.equals("false"))) {
            return value(new BoundExpr.Constant(name.equals("true") ? 1 : 0, CTypes.BOOL, span));
        }
        if (symbol == null) {
            body.report(SemanticFindings.unknownName(span, name, Suggestions.near(name, body.scope.namesInSight())));
            // One finding for each unknown name of a body is enough.
            body.scope.put(new Symbol.Value(name, 0, CTypes.ERROR, span));
            return bad(span);
        }
        return switch (symbol) {
            case Symbol.Local s -> local(s, span);
            case Symbol.Static s -> place(new LValue.Global(s.global()), s.isConst(), span);
            case Symbol.Fifo s -> value(new BoundExpr.Decay(new LValue.Global(s.global()), s.pointer(), span));
            case Symbol.Value s -> value(new BoundExpr.Constant(s.value(), s.type(), span));
            case Symbol.Instance s -> value(body.image.driver().instance(s, body, span));
            case Symbol.DeviceInstance s -> value(body.image.driver().device(s, body, span));
            case Symbol.Entry e -> entry(e, span);
        };
    }

    private Operand local(Symbol.Local symbol, Span span) {
        LocalSymbol local = symbol.local();
        if (body.function == null) {
            body.report(SemanticFindings.notConstant(span, local.name()));
            return bad(span);
        }
        if (!body.reaches(local)) {
            body.report(SemanticFindings.localOfAnother(span, local.name(), local.span()));
            return bad(span);
        }
        if (CTypes.isError(local.type())) {
            return bad(span);
        }
        return place(placeOf(local), symbol.isConst(), span);
    }

    static LValue placeOf(LocalSymbol local) {
        return switch (local.storage()) {
            case REGISTER -> new LValue.Register(local);
            case FRAME -> new LValue.Frame(local);
            case CELL -> new LValue.Cell(local);
        };
    }

    private static Operand place(LValue lvalue, boolean isConst, Span span) {
        return new Operand.Place(lvalue, isConst, span);
    }

    private Operand entry(Symbol.Entry entry, Span span) {
        Entries entries = body.analysis.entries;
        return switch (entry.kind) {
            case ENUMERATOR -> value(new BoundExpr.Constant(entries.enumerator(entry), entries.enumeratorType(entry), span));
            case MACRO -> value(macro(entry, span));
            case IOCTL -> value(new BoundExpr.Constant(entries.ioctl(entry).code() & 0xFFFF_FFFFL, entries.controlCodeType(), span));
            case FUNCTION -> {
                Prototype prototype = entries.prototype(entry);
                calls.checkAvailable(entry, prototype, span);
                yield prototype == null ? bad(span) : new Operand.Function(body.image.function(entry), prototype, span);
            }
            case VARIABLE -> variable(entry, span);
            case GUID, UNICODE_STRING -> place(new LValue.Global(body.image.global(entry)), true, span);
            case ACCESSOR -> {
                body.report(SemanticFindings.accessorNotCalled(span, entry.name));
                yield bad(span);
            }
            case DRIVER, DEVNODE, PROCESS, HARDWARE -> {
                if (body.script()) {
                    yield value(new BoundExpr.ManagedConstant(entry.name, Type.Managed.STRING, span));
                }
                body.report(SemanticFindings.notAValue(span, entry.name, entry.kind.name().toLowerCase(java.util.Locale.ROOT), entry.span));
                yield bad(span);
            }
            case TYPEDEF, TAG -> {
                body.report(SemanticFindings.notAValue(span, entry.name, "type", entry.span));
                yield bad(span);
            }
        };
    }

    private Operand variable(Symbol.Entry entry, Span span) {
        Type type = body.analysis.entries.variableType(entry);
        if (type instanceof Type.Function) {
            // A prototype made with a function type's name: `EVT_WDF_TIMER EchoTimer;`.
            Prototype prototype = body.analysis.entries.prototype(entry);
            return prototype == null ? bad(span) : new Operand.Function(body.image.function(entry), prototype, span);
        }
        if (CTypes.isError(type)) {
            return bad(span);
        }
        if (entry.scope.level == Scope.Level.FILE && !body.analysis.entries.isConstVariable(entry)) {
            return bad(span);       // refused where it is declared
        }
        return place(new LValue.Global(body.image.global(entry)), body.analysis.entries.isConstVariable(entry), span);
    }

    /// A `#define`: its expression is bound where it was written, its findings shown there; its place is that of the use.
    private BoundExpr macro(Symbol.Entry entry, Span span) {
        BoundExpr value = body.analysis.entries.macro(entry, body.image);
        return switch (value) {
            case BoundExpr.Constant c -> new BoundExpr.Constant(c.value(), c.type(), span);
            case BoundExpr.StringAddress s -> new BoundExpr.StringAddress(s.bytes(), s.type(), span);
            default -> value;
        };
    }

    // ---- operators ---------------------------------------------------------------------------------------------------------

    private Operand unary(Expr.Unary e) {
        return switch (e.operator()) {
            case "&" -> value(addressOf(e));
            case "*" -> dereference(read(operand(e.operand())), e.span());
            case "++", "--" -> value(incDec(e.operand(), e.operator().equals("++"), true, e.span()));
            case "!" -> value(not(converter.condition(value(e.operand())), e.span()));
            default -> value(arithmeticUnary(e));
        };
    }

    BoundExpr not(BoundExpr operand, Span span) {
        if (CTypes.isError(operand.type())) {
            return operand;
        }
        return operand instanceof BoundExpr.Constant c ? new BoundExpr.Constant(c.value() == 0 ? 1 : 0, CTypes.INT, span)
                : new BoundExpr.Unary(UnaryOp.LOGICAL_NOT, operand, CTypes.INT, span);
    }

    private BoundExpr arithmeticUnary(Expr.Unary e) {
        BoundExpr operand = value(e.operand());
        if (CTypes.isError(operand.type())) {
            return operand;
        }
        if (!CTypes.isInteger(operand.type())) {
            body.report(SemanticFindings.wrongOperand(e.span(), e.operator(), operand.type()));
            return body.bad(e.span());
        }
        BoundExpr promoted = converter.promoted(operand);
        Type type = promoted.type();
        if (promoted instanceof BoundExpr.Constant c) {
            long value = switch (e.operator()) {
                case "-" -> -c.value();
                case "~" -> ~c.value();
                default -> c.value();
            };
            return new BoundExpr.Constant(Folding.wrap(value, type), type, e.span());
        }
        return switch (e.operator()) {
            case "-" -> new BoundExpr.Unary(UnaryOp.NEGATE, promoted, type, e.span());
            case "~" -> new BoundExpr.Unary(UnaryOp.COMPLEMENT, promoted, type, e.span());
            default -> promoted;
        };
    }

    private BoundExpr addressOf(Expr.Unary e) {
        if (e.operand() instanceof Expr.Unary inner && inner.operator().equals("*")) {
            return value(inner.operand());
        }
        Operand operand = operand(e.operand());
        if (CTypes.isError(operand.type())) {
            return body.bad(e.span());
        }
        switch (operand) {
            case Operand.Function f -> {
                return read(f);
            }
            case Operand.Place p when p.lvalue() instanceof LValue.InMemory memory -> {
                Type pointer = new Type.Pointer(p.type(), p.isConst());
                // `&p->member` of a constant address, as FIELD_OFFSET is written by hand.
                if (memory instanceof LValue.Deref(BoundExpr.Constant c, long offset, _)) {
                    return new BoundExpr.Constant(c.value() + offset, pointer, e.span());
                }
                return new BoundExpr.AddressOf(memory, pointer, e.span());
            }
            case Operand.Place p when p.lvalue() instanceof LValue.BitField -> body.report(SemanticFindings.addressOfBitField(e.span()));
            case Operand.Place p when CTypes.isManaged(p.type()) -> body.report(SemanticFindings.managedAddress(e.span(), p.type()));
            default -> body.report(SemanticFindings.noAddress(e.span()));
        }
        return body.bad(e.span());
    }

    Operand dereference(BoundExpr pointer, Span span) {
        if (CTypes.isError(pointer.type())) {
            return bad(span);
        }
        if (!(pointer.type() instanceof Type.Pointer type)) {
            body.report(SemanticFindings.dereferencesNoPointer(span, pointer.type()));
            return bad(span);
        }
        if (type.target() instanceof Type.Function) {
            return value(pointer);      // `(*function)(…)`
        }
        if (!CTypes.isComplete(type.target()) && !(type.target() instanceof Type.Array)) {
            body.report(SemanticFindings.dereferencesIncomplete(span, type));
            return bad(span);
        }
        return place(deref(pointer, 0, type.target()), type.constTarget(), span);
    }

    /// What a pointer points to; `*&x` is x again.
    static LValue.InMemory deref(BoundExpr pointer, long offset, Type type) {
        return switch (pointer) {
            case BoundExpr.AddressOf a when CTypes.same(a.target().type(), type) && offset == 0 -> a.target();
            default -> new LValue.Deref(pointer, offset, type);
        };
    }

    BoundExpr incDec(Expr target, boolean increment, boolean prefix, Span span) {
        Operand operand = operand(target);
        Operand.Place place = writable(operand, span, increment ? "++" : "--");
        if (place == null) {
            return body.bad(span);
        }
        long step = 1;
        if (place.type() instanceof Type.Pointer pointer) {
            step = operators.elementSize(pointer, span);
        } else if (!CTypes.isInteger(place.type())) {
            body.report(SemanticFindings.wrongOperand(span, increment ? "++" : "--", place.type()));
            return body.bad(span);
        }
        return new BoundExpr.IncDec(place.lvalue(), increment, prefix, step, span);
    }

    /// The operand as a place that may be stored to; null with a finding if it is none.
    Operand.Place writable(Operand operand, Span span, String operator) {
        if (CTypes.isError(operand.type())) {
            return null;
        }
        if (!(operand instanceof Operand.Place place)) {
            body.report(SemanticFindings.notAssignable(operand.span(), operator));
            return null;
        }
        if (place.isConst()) {
            body.report(SemanticFindings.writesToConst(operand.span()));
            return null;
        }
        return place;
    }

    private BoundExpr binary(Expr.Binary e) {
        BoundExpr left = operandOfBinary(e.left(), e.right());
        BoundExpr right = operandOfBinary(e.right(), e.left());
        return operators.binary(e.operator(), left, right, e.operatorSpan(), e.span());
    }

    /// A string literal beside a managed value is one itself.
    private BoundExpr operandOfBinary(Expr expr, Expr other) {
        if (body.script() && expr instanceof Expr.StringLiteral && scripts.isManaged(other)) {
            return scripts.toward(expr, Type.Managed.STRING);
        }
        return value(expr);
    }

    private BoundExpr assign(Expr.Assign e) {
        Operand target = operand(e.target());
        Operand.Place place = writable(target, e.span(), e.operator());
        if (place == null) {
            value(e.value());
            return body.bad(e.span());
        }
        Type type = place.type();
        if (type instanceof Type.Array) {
            body.report(SemanticFindings.assignsArray(e.span()));
            return body.bad(e.span());
        }
        if (e.operator().equals("=")) {
            BoundExpr value = valueFor(e.value(), type, "the value assigned");
            if (type == Type.Managed.ANY && value.type() != type && !CTypes.isError(value.type())) {
                body.report(SemanticFindings.cannotConvert(value.span(), value.type(), type, "the value assigned"));
                return body.bad(e.span());
            }
            return new BoundExpr.Assign(place.lvalue(), value, e.span());       // of a wrong value too: the place counts as assigned
        }
        String operator = e.operator().substring(0, e.operator().length() - 1);
        BoundExpr value = operandOfBinary(e.value(), e.target());
        if (CTypes.isError(value.type())) {
            return value;
        }
        if (type instanceof Type.Managed) {
            BoundExpr sum = operators.binary(operator, converter.load(place), value, e.operatorSpan(), e.span());
            return CTypes.isError(sum.type()) ? sum : new BoundExpr.Assign(place.lvalue(), converter.assign(sum, type, "the value assigned"), e.span());
        }
        return compoundAssign(e, operator, place, value);
    }

    private BoundExpr compoundAssign(Expr.Assign e, String operator, Operand.Place place, BoundExpr value) {
        Type type = place.type();
        if (type instanceof Type.Pointer pointer && (operator.equals("+") || operator.equals("-"))) {
            BoundExpr index = converter.toIndex(value);
            long size = operators.elementSize(pointer, e.span());
            return size == 0 || CTypes.isError(index.type()) ? body.bad(e.span())
                    : new BoundExpr.CompoundAssign(Operators.op(operator), place.lvalue(), index, pointer, size, e.span());
        }
        if (!CTypes.isInteger(type) || !CTypes.isInteger(value.type())) {
            body.report(SemanticFindings.wrongOperands(e.operatorSpan(), e.operator(), type, value.type()));
            return body.bad(e.span());
        }
        boolean shift = operator.equals("<<") || operator.equals(">>");
        Type left = place.lvalue() instanceof LValue.BitField field ? Converter.promoted(field) : Conversions.promoted(type);
        BoundExpr right = converter.operand(value);
        Type compute = shift ? left : Conversions.arithmetic(left, right.type());
        BoundExpr operand = shift ? operators.shiftCount(right, compute) : converter.convert(right, compute);
        if (operand instanceof BoundExpr.Constant c && c.value() == 0 && (operator.equals("/") || operator.equals("%"))) {
            body.report(SemanticFindings.divisionByZero(e.span()));
        }
        return new BoundExpr.CompoundAssign(Operators.op(operator), place.lvalue(), operand, compute, 0, e.span());
    }

    private BoundExpr conditional(Expr.Conditional e) {
        BoundExpr condition = converter.condition(value(e.condition()));
        BoundExpr left = converter.operand(operandOfBinary(e.whenTrue(), e.whenFalse()));
        BoundExpr right = converter.operand(operandOfBinary(e.whenFalse(), e.whenTrue()));
        if (body.script() && e.whenTrue() instanceof Expr.StringLiteral && e.whenFalse() instanceof Expr.StringLiteral) {
            return new BoundExpr.Conditional(condition, left, right, left.type(), e.span());
        }
        return choose(condition, left, right, e.span());
    }

    /// The type of `c ? a : b` by C's rules.
    BoundExpr choose(BoundExpr condition, BoundExpr left, BoundExpr right, Span span) {
        Type a = left.type();
        Type b = right.type();
        if (CTypes.isError(a) || CTypes.isError(b) || CTypes.isError(condition.type())) {
            return body.bad(span);
        }
        Type type = null;
        if (CTypes.isInteger(a) && CTypes.isInteger(b)) {
            // C makes an `int` of two narrow values. Only their size tells; `print` shall tell a BOOLEAN or a character.
            type = a.equals(b) && !body.unevaluated ? a : Conversions.arithmetic(a, b);
        } else if (CTypes.isVoid(a) && CTypes.isVoid(b) || a instanceof Type.Struct && a == b) {
            type = a;
        } else if (a instanceof Type.Managed || b instanceof Type.Managed) {
            type = CTypes.same(a, b) ? a : null;
        } else if (Converter.isNullConstant(right) && (a instanceof Type.Pointer || a instanceof Type.Handle)) {
            type = a;
        } else if (Converter.isNullConstant(left) && (b instanceof Type.Pointer || b instanceof Type.Handle)) {
            type = b;
        } else if (a instanceof Type.Pointer p && b instanceof Type.Pointer q && CTypes.pointeesAgree(p.target(), q.target())) {
            Type target = CTypes.isVoid(p.target()) ? p.target() : CTypes.isVoid(q.target()) ? q.target() : p.target();
            type = new Type.Pointer(target, p.constTarget() || q.constTarget());
        } else if (CTypes.same(a, b)) {
            type = a;
        }
        if (type == null) {
            body.report(SemanticFindings.branchesDiffer(span, a, b));
            return body.bad(span);
        }
        BoundExpr whenTrue = converter.convert(left, type);
        BoundExpr whenFalse = converter.convert(right, type);
        if (condition instanceof BoundExpr.Constant c) {
            return c.value() != 0 ? whenTrue : whenFalse;
        }
        return new BoundExpr.Conditional(condition, whenTrue, whenFalse, type, span);
    }

    private BoundExpr cast(Expr.Cast e) {
        Type type = body.analysis.types.resolve(e.type(), body.scope, body);
        return converter.cast(valueToward(e.operand(), type), type, e.span());
    }

    private BoundExpr sizeof(Type type, Span span) {
        if (CTypes.isError(type)) {
            return body.bad(span);
        }
        if (!CTypes.isComplete(type)) {
            body.report(SemanticFindings.sizeofIncomplete(span, type));
            return body.bad(span);
        }
        return new BoundExpr.Constant(type.size(), body.analysis.entries.sizeType(), span);
    }

    private BoundExpr sizeofExpression(Expr.SizeofExpr e) {
        if (e.operand() instanceof Expr.StringLiteral s) {
            return new BoundExpr.Constant((s.value().length() + 1L) * (s.wide() ? 2 : 1), body.analysis.entries.sizeType(), e.span());
        }
        // Nothing inside is evaluated, so nothing inside is a use of a value.
        boolean before = body.unevaluated;
        body.unevaluated = true;
        Operand operand = operand(e.operand());
        body.unevaluated = before;
        if (operand instanceof Operand.Value(BoundExpr v) && v instanceof BoundExpr.StringAddress s) {
            return new BoundExpr.Constant(s.bytes().size(), body.analysis.entries.sizeType(), e.span());
        }
        if (operand instanceof Operand.Place p && p.lvalue() instanceof LValue.BitField) {
            body.report(SemanticFindings.sizeofIncomplete(e.span(), p.type()));
            return body.bad(e.span());
        }
        return sizeof(operand.type(), e.span());
    }

    // ---- places ------------------------------------------------------------------------------------------------------------

    private Operand index(Expr.Index e) {
        Operand base = operand(e.base());
        if (base.type() instanceof Type.Managed managed) {
            return value(scripts.index(read(base), managed, e));
        }
        BoundExpr index = value(e.index());
        if (base instanceof Operand.Place p && p.type() instanceof Type.Array array && p.lvalue() instanceof LValue.InMemory memory
                && index instanceof BoundExpr.Constant c && CTypes.isInteger(c.type()) && CTypes.isComplete(array.element())) {
            boolean inside = c.value() >= 0 && c.value() < array.length();
            boolean atMost = c.value() == array.length();
            // An array of one element at the end of a structure stands for any number of them.
            boolean open = array.length() <= 1 && !(memory instanceof LValue.Frame || memory instanceof LValue.Global);
            if (inside) {
                return place(part(memory, c.value() * array.element().size(), array.element()), p.isConst(), e.span());
            }
            if (!open && !atMost && !body.unevaluated) {
                body.report(SemanticFindings.indexOutside(e.span(), c.value(), array.length()));
            }
        }
        BoundExpr pointer = read(base);
        if (CTypes.isError(pointer.type()) || CTypes.isError(index.type())) {
            return bad(e.span());
        }
        if (pointer.type() instanceof Type.Pointer type) {
            return element(pointer, type, index, e.span());
        }
        if (index.type() instanceof Type.Pointer type) {
            return element(index, type, pointer, e.span());
        }
        body.report(SemanticFindings.indexesNoArray(e.span(), pointer.type()));
        return bad(e.span());
    }

    private Operand element(BoundExpr pointer, Type.Pointer type, BoundExpr index, Span span) {
        if (index instanceof BoundExpr.Constant c && CTypes.isInteger(c.type()) && CTypes.isComplete(type.target())
                && !(pointer instanceof BoundExpr.Constant)) {
            return place(new LValue.Deref(pointer, c.value() * type.target().size(), type.target()), type.constTarget(), span);
        }
        return dereference(operators.pointerAdd(pointer, type, index, false, span), span);
    }

    static LValue.InMemory part(LValue.InMemory whole, long offset, Type type) {
        return switch (whole) {
            case LValue.Deref(BoundExpr address, long before, _) -> new LValue.Deref(address, before + offset, type);
            case LValue.Part(LValue.InMemory outer, long before, _) -> new LValue.Part(outer, before + offset, type);
            default -> new LValue.Part(whole, offset, type);
        };
    }

    private Operand member(Expr.Member e) {
        String name = e.member().text();
        if (e.arrow()) {
            BoundExpr pointer = value(e.base());
            if (CTypes.isError(pointer.type())) {
                return bad(e.span());
            }
            if (!(pointer.type() instanceof Type.Pointer type)) {
                body.report(SemanticFindings.arrowOnNoPointer(e.span(), e.base().span(), pointer.type(), name));
                return bad(e.span());
            }
            if (!(type.target() instanceof Type.Struct struct)) {
                body.report(SemanticFindings.noMembers(e.member().span(), type, name));
                return bad(e.span());
            }
            Optional<Type.Field> field = field(struct, e);
            return field.isEmpty() ? bad(e.span()) : fieldOf(deref(pointer, 0, struct), type.constTarget(), field.get(), e.span());
        }
        Operand base = operand(e.base());
        if (CTypes.isError(base.type())) {
            return bad(e.span());
        }
        if (body.image.hardware() != null) {
            Optional<Operand> bits = body.image.hardware().field(base, e, body);
            if (bits.isPresent()) {
                return bits.get();
            }
        }
        if (base.type() instanceof Type.Managed managed) {
            return value(scripts.member(read(base), managed, e));
        }
        if (base.type() instanceof Type.Pointer(Type.Struct struct, boolean isConst)) {
            // The arrow was meant: say so once, and go on as if it stood there.
            body.report(SemanticFindings.dotOnPointer(e.span(), name));
            return field(struct, e).map(f -> fieldOf(new LValue.Deref(read(base), 0, struct), isConst, f, e.span())).orElseGet(() -> bad(e.span()));
        }
        if (!(base.type() instanceof Type.Struct struct)) {
            body.report(SemanticFindings.noMembers(e.member().span(), base.type(), name));
            return bad(e.span());
        }
        Optional<Type.Field> field = field(struct, e);
        if (field.isEmpty()) {
            return bad(e.span());
        }
        if (base instanceof Operand.Place p && p.lvalue() instanceof LValue.InMemory memory) {
            return fieldOf(memory, p.isConst(), field.get(), e.span());
        }
        // The value of a structure is the address of memory that holds it.
        return fieldOf(new LValue.Deref(read(base), 0, struct), true, field.get(), e.span());
    }

    private Optional<Type.Field> field(Type.Struct struct, Expr.Member e) {
        if (body.image.symbol.kind() == ImageSymbol.Kind.UMDF_DRIVER && isClosedToUserMode(struct, e)) {
            return Optional.empty();
        }
        if (!struct.isComplete()) {
            body.report(SemanticFindings.incompleteStruct(e.span(), struct));
            return Optional.empty();
        }
        Optional<Type.Field> field = struct.find(e.member().text());
        if (field.isEmpty()) {
            body.report(SemanticFindings.unknownMember(e.member().span(), struct, e.member().text(),
                    Suggestions.near(e.member().text(), struct.memberNames())));
        }
        return field;
    }

    /// What user mode has only as a pointer, or in part; a finding has been given.
    private boolean isClosedToUserMode(Type.Struct struct, Expr.Member e) {
        Symbol.Entry tag = body.analysis.libraryScope.lookupTag(struct.name());
        if (Absences.isKernelStructure(tag, e.span()) && struct == body.analysis.entries.type(tag)) {
            body.report(SemanticFindings.kernelMember(e.member().span(), struct.name(), e.member().text()));
            return true;
        }
        if (e.member().text().equals("MdlType") && isOfMemoryDescriptor(struct)) {
            body.report(SemanticFindings.noMdlDescriptor(e.member().span()));
            return true;
        }
        return false;
    }

    /// Whether it is the union `u` of WDF_MEMORY_DESCRIPTOR.
    private boolean isOfMemoryDescriptor(Type.Struct struct) {
        return body.analysis.entries.libraryType("WDF_MEMORY_DESCRIPTOR") instanceof Type.Struct descriptor
                && descriptor.find("u").filter(f -> f.type() == struct).isPresent();
    }

    static Operand fieldOf(LValue.InMemory whole, boolean isConst, Type.Field field, Span span) {
        LValue.InMemory part = part(whole, field.offset(), field.type());
        if (field.isBitField()) {
            return place(new LValue.BitField(part, field.bitOffset(), field.bitWidth(), field.type()), isConst, span);
        }
        return place(part, isConst, span);
    }

    // ---- compound literals -------------------------------------------------------------------------------------------------

    /// `T { … }`: an unnamed local, made anew each time it is reached.
    private Operand compound(Expr.Compound e) {
        Type type = body.analysis.types.resolve(e.type(), body.scope, body);
        if (CTypes.isError(type)) {
            return bad(e.span());
        }
        if (body.function == null) {
            body.report(SemanticFindings.notConstant(e.span(), "a compound literal"));
            return bad(e.span());
        }
        Initializers initializers = new Initializers(body);
        Type complete = initializers.completed(type, e.value());
        if (!CTypes.isComplete(complete)) {
            body.report(SemanticFindings.sizeofIncomplete(e.span(), complete));
            return bad(e.span());
        }
        LocalSymbol local = body.temporary(complete, e.span());
        local.storage(LocalSymbol.Storage.FRAME);
        LValue.Frame frame = new LValue.Frame(local);
        List<BoundStmt> steps = new ArrayList<>();
        steps.add(new BoundStmt.Declare(local, e.span()));
        steps.addAll(initializers.local(frame, complete, e.value()));
        Type pointer = Type.Pointer.to(complete);
        BoundExpr address = new BoundExpr.Sequence(steps, new BoundExpr.AddressOf(frame, pointer, e.span()), e.span());
        return place(new LValue.Deref(address, 0, complete), false, e.span());
    }

    // ---- constants ---------------------------------------------------------------------------------------------------------

    /// An integer constant expression; empty with a finding if it is none.
    OptionalLong constant(Expr expr, String use) {
        BoundExpr value = value(expr);
        if (CTypes.isError(value.type())) {
            return OptionalLong.empty();
        }
        if (value instanceof BoundExpr.Constant c && CTypes.isInteger(c.type())) {
            return OptionalLong.of(c.value());
        }
        body.report(SemanticFindings.notConstant(expr.span(), use));
        return OptionalLong.empty();
    }

    /// A local that holds the value of `expr`, so that it is evaluated once; `steps` gets its assignment. Constants and
    /// plain reads of registers need none.
    BoundExpr once(BoundExpr expr, List<BoundStmt> steps) {
        if (expr instanceof BoundExpr.Constant || CTypes.isError(expr.type()) || body.function == null) {
            return expr;
        }
        LocalSymbol local = body.temporary(expr.type(), expr.span());
        LValue place = placeOf(local);
        steps.add(new BoundStmt.Expression(new BoundExpr.Assign(place, expr, expr.span()), expr.span()));
        return new BoundExpr.Load(place, expr.span());
    }

    GlobalSymbol textGlobal(List<Byte> bytes, Span span) {
        return body.image.text(bytes, span);
    }
}
