package wdfs.codegen;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.MethodTypeDesc;
import wdfs.codegen.Kinds.Kind;
import wdfs.semantics.bound.BoundExpr;
import wdfs.semantics.bound.BoundStmt;
import wdfs.semantics.bound.LValue;
import wdfs.types.Type;

/// Expressions to bytecode. Integers of up to 32 bits are `int`s kept sign- or zero-extended from their width; everything
/// is evaluated from left to right.
final class ExpressionGenerator {
    private final FunctionGenerator function;
    private final CodeBuilder code;
    private final CodeGenerator.ImageGenerator image;
    final OperatorGenerator operators;
    final AssignmentGenerator assignments;
    final CallGenerator calls;
    final ManagedValueGenerator managed;

    ExpressionGenerator(FunctionGenerator function) {
        this.function = function;
        this.code = function.code;
        this.image = function.image;
        this.operators = new OperatorGenerator(this, function);
        this.assignments = new AssignmentGenerator(this, function);
        this.calls = new CallGenerator(this, function);
        this.managed = new ManagedValueGenerator(this, function);
    }

    // ---- values --------------------------------------------------------------------------------------------------------------------------

    /// Pushes the value; nothing for `void`.
    void value(BoundExpr expr) {
        switch (expr) {
            case BoundExpr.Constant c -> constant(c.value(), c.type());
            case BoundExpr.StringAddress s -> code.loadConstant(image.addressOf(s.bytes()));
            case BoundExpr.FunctionAddress f -> code.loadConstant(image.addressOf(f.function()));
            case BoundExpr.Load l -> load(l.source());
            case BoundExpr.AddressOf a -> address(a.target());
            case BoundExpr.Decay d -> address(d.array());
            case BoundExpr.Convert c -> convert(c);
            case BoundExpr.Unary u -> operators.unary(u);
            case BoundExpr.Binary b -> operators.binary(b);
            case BoundExpr.PointerAdd p -> {
                value(p.pointer());
                value(p.index());
                scale(p.elementSize());
                if (p.negate()) {
                    code.lsub();
                } else {
                    code.ladd();
                }
            }
            case BoundExpr.PointerDifference p -> {
                value(p.left());
                value(p.right());
                code.lsub();
                if (p.elementSize() > 1) {
                    code.loadConstant(p.elementSize()).ldiv();
                }
            }
            case BoundExpr.Logical _ -> operators.asBoolean(expr);
            case BoundExpr.Conditional c -> operators.conditional(c);
            case BoundExpr.Comma c -> {
                discard(c.left());
                value(c.right());
            }
            case BoundExpr.Assign a -> assignments.assign(a, true);
            case BoundExpr.CompoundAssign a -> assignments.compound(a, true);
            case BoundExpr.IncDec i -> assignments.incDec(i, true);
            case BoundExpr.Sequence s -> {
                for (BoundStmt statement : s.before()) {
                    function.statement(statement);
                }
                value(s.value());
            }
            case BoundExpr.Call c -> calls.call(c);
            case BoundExpr.NativeCall c -> calls.nativeCall(c);
            case BoundExpr.IndirectCall c -> calls.indirectCall(c);
            case BoundExpr.RuntimeCall c -> calls.runtimeCall(c);
            case BoundExpr.ManagedConstant m -> managed.managedConstant(m);
            case BoundExpr.ManagedList l -> managed.list(l);
            case BoundExpr.StartThread t -> {
                function.startedThread();
                code.aload(0);
                function.pushImage();
                code.loadConstant(t.body().index());
                function.pushSurroundings();
                code.invokevirtual(CodeGenerator.CALLER, "startThread",
                        MethodTypeDesc.of(CD_long, CodeGenerator.IMAGE, CD_int, CD_long, CodeGenerator.OBJECTS));
            }
        }
    }

    private void constant(long value, Type type) {
        switch (Kinds.of(type)) {
            case LONG -> code.loadConstant(value);
            case VOID -> { }
            default -> code.loadConstant((int) value);
        }
    }

    void scale(long size) {
        if (size != 1) {
            code.loadConstant(size).lmul();
        }
    }

    /// Evaluates for the effects alone.
    void discard(BoundExpr expr) {
        switch (expr) {
            case BoundExpr.Assign a -> assignments.assign(a, false);
            case BoundExpr.CompoundAssign a -> assignments.compound(a, false);
            case BoundExpr.IncDec i -> assignments.incDec(i, false);
            case BoundExpr.Comma c -> {
                discard(c.left());
                discard(c.right());
            }
            case BoundExpr.Sequence s -> {
                for (BoundStmt statement : s.before()) {
                    function.statement(statement);
                }
                discard(s.value());
            }
            default -> {
                value(expr);
                pop(Kinds.of(expr.type()));
            }
        }
    }

    void pop(Kind kind) {
        switch (kind) {
            case INT, REFERENCE -> code.pop();
            case LONG -> code.pop2();
            case VOID -> { }
        }
    }

    void store(Kind kind, int slot) {
        switch (kind) {
            case INT -> code.istore(slot);
            case LONG -> code.lstore(slot);
            default -> code.astore(slot);
        }
    }

    void load(Kind kind, int slot) {
        switch (kind) {
            case INT -> code.iload(slot);
            case LONG -> code.lload(slot);
            default -> code.aload(slot);
        }
    }

    // ---- memory --------------------------------------------------------------------------------------------------------------------------

    /// Pushes the caller's view of memory.
    void memory() {
        code.aload(0).getfield(CodeGenerator.CALLER, "memory", FunctionGenerator.VIEW);
    }

    /// Pushes the address of a place in memory.
    void address(LValue.InMemory place) {
        address(place, 0);
    }

    void address(LValue.InMemory place, long plus) {
        switch (place) {
            case LValue.Frame f -> {
                function.frameBase(f.local());
                code.loadConstant(f.local().frameOffset() + plus).ladd();
            }
            case LValue.Global g -> code.loadConstant(image.addressOf(g.global()) + plus);
            case LValue.Deref d -> {
                value(d.address());
                if (d.offset() + plus != 0) {
                    code.loadConstant(d.offset() + plus).ladd();
                }
            }
            case LValue.Part p -> address(p.whole(), p.offset() + plus);
        }
    }

    void loadMemory(Type type) {
        switch (type) {
            case Type.Int i -> {
                String name = switch (i.bits()) {
                    case 8 -> i.signed() ? "load8s" : "load8";
                    case 16 -> i.signed() ? "load16s" : "load16";
                    case 32 -> "load32";
                    default -> "load64";
                };
                code.invokevirtual(FunctionGenerator.VIEW, name, MethodTypeDesc.of(i.bits() == 64 ? CD_long : CD_int, CD_long));
            }
            case Type.Enum _ -> code.invokevirtual(FunctionGenerator.VIEW, "load32", MethodTypeDesc.of(CD_int, CD_long));
            default -> code.invokevirtual(FunctionGenerator.VIEW, "load64", MethodTypeDesc.of(CD_long, CD_long));
        }
    }

    /// View, address and value are on the stack.
    void storeMemory(Type type) {
        int bits = type instanceof Type.Int i ? i.bits() : type instanceof Type.Enum ? 32 : 64;
        code.invokevirtual(FunctionGenerator.VIEW, "store" + bits, MethodTypeDesc.of(CD_void, CD_long, bits == 64 ? CD_long : CD_int));
    }

    void load(LValue source) {
        switch (source) {
            case LValue.Register r -> load(Kinds.of(r.type()), function.slot(r.local()));
            case LValue.Cell c -> {
                function.cells(c.local());
                code.loadConstant((int) c.local().frameOffset()).aaload();
                managed.unbox(c.type());
            }
            case LValue.InMemory m -> {
                if (m.type() instanceof Type.Struct || m.type() instanceof Type.Array) {
                    address(m);
                } else {
                    memory();
                    address(m);
                    loadMemory(m.type());
                }
            }
            case LValue.BitField b -> {
                memory();
                address(b.unit());
                loadMemory(b.unit().type());
                extract(b);
            }
        }
    }

    /// The unit is on the stack; leaves the field's value, extended.
    void extract(LValue.BitField field) {
        boolean wide = Kinds.of(field.unit().type()) == Kind.LONG;
        int unitBits = wide ? 64 : 32;
        boolean signed = field.type() instanceof Type.Int i ? i.signed() : true;
        int left = unitBits - field.bitOffset() - field.bitWidth();
        int right = unitBits - field.bitWidth();
        if (wide) {
            code.loadConstant(left).lshl().loadConstant(right);
            if (signed) {
                code.lshr();
            } else {
                code.lushr();
            }
        } else {
            code.loadConstant(left).ishl().loadConstant(right);
            if (signed) {
                code.ishr();
            } else {
                code.iushr();
            }
        }
    }

    // ---- conversions ---------------------------------------------------------------------------------------------------------------------

    void convert(BoundExpr.Convert conversion) {
        value(conversion.operand());
        convert(conversion.operand().type(), conversion.type());
    }

    void convert(Type from, Type to) {
        Kind source = Kinds.of(from);
        Kind target = Kinds.of(to);
        if (target == Kind.VOID) {
            pop(source);
            return;
        }
        if (source == Kind.REFERENCE || target == Kind.REFERENCE) {
            return;
        }
        if (to instanceof Type.Int i && i.kind() == Type.IntKind.BOOL) {
            Label zero = code.newLabel();
            Label end = code.newLabel();
            if (source == Kind.LONG) {
                code.lconst_0().lcmp();
            }
            code.ifeq(zero).iconst_1().goto_(end);
            code.labelBinding(zero);
            code.iconst_0();
            code.labelBinding(end);
            return;
        }
        if (target == Kind.LONG) {
            if (source == Kind.INT) {
                code.i2l();
                if (isUnsigned32(from)) {
                    code.loadConstant(0xFFFF_FFFFL).land();
                }
            }
            return;
        }
        if (source == Kind.LONG) {
            code.l2i();
        }
        if (to instanceof Type.Int i && i.bits() < 32 && !(from instanceof Type.Int f && f.bits() <= i.bits() && f.signed() == i.signed())) {
            narrow(i);
        }
    }

    private static boolean isUnsigned32(Type type) {
        return type instanceof Type.Int i && !i.signed() && i.bits() == 32;
    }

    /// Keeps an `int` of a narrow type normalised.
    void narrow(Type type) {
        if (type instanceof Type.Int i) {
            switch (i.bits()) {
                case 8 -> {
                    if (i.signed()) {
                        code.i2b();
                    } else {
                        code.loadConstant(0xFF).iand();
                    }
                }
                case 16 -> {
                    if (i.signed()) {
                        code.i2s();
                    } else {
                        code.i2c();
                    }
                }
                default -> { }
            }
        }
    }

    /// Pushes the value as 64 bits, an `int` extended as its type says.
    void asLong(BoundExpr expr) {
        value(expr);
        widen(expr.type());
    }

    void widen(Type type) {
        if (Kinds.of(type) == Kind.INT) {
            code.i2l();
            if (isUnsigned32(type)) {
                code.loadConstant(0xFFFF_FFFFL).land();
            }
        }
    }
}
