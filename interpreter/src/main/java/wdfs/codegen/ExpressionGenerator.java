package wdfs.codegen;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import wdfs.codegen.Kinds.Kind;
import wdfs.semantics.bound.BoundExpr;
import wdfs.semantics.bound.BoundStmt;
import wdfs.semantics.bound.LValue;
import wdfs.semantics.bound.LocalSymbol;
import wdfs.types.Type;

/// Expressions to bytecode. Integers of up to 32 bits are `int`s kept sign- or zero-extended from their width; everything
/// is evaluated from left to right.
final class ExpressionGenerator {
    private static final ClassDesc LENGTHS = ClassDesc.of("wdfs.runtime.Lengths");
    private static final ClassDesc VALUE = ClassDesc.of("wdfs.runtime.Value");
    private static final ClassDesc DURATION = ClassDesc.of("wdfs.runtime.Duration");
    private static final ClassDesc INTEGER = ClassDesc.of("java.lang.Integer");
    private static final ClassDesc LONG = ClassDesc.of("java.lang.Long");
    private static final MethodTypeDesc INT2 = MethodTypeDesc.of(CD_int, CD_int, CD_int);
    private static final MethodTypeDesc LONG2 = MethodTypeDesc.of(CD_int, CD_long, CD_long);

    private final FunctionGenerator function;
    private final CodeBuilder code;
    private final CodeGenerator.ImageGenerator image;

    ExpressionGenerator(FunctionGenerator function) {
        this.function = function;
        this.code = function.code;
        this.image = function.image;
    }

    // ---- values --------------------------------------------------------------------------------------------------------------------

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
            case BoundExpr.Unary u -> unary(u);
            case BoundExpr.Binary b -> binary(b);
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
            case BoundExpr.Logical _ -> asBoolean(expr);
            case BoundExpr.Conditional c -> conditional(c);
            case BoundExpr.Comma c -> {
                discard(c.left());
                value(c.right());
            }
            case BoundExpr.Assign a -> assign(a, true);
            case BoundExpr.CompoundAssign a -> compound(a, true);
            case BoundExpr.IncDec i -> incDec(i, true);
            case BoundExpr.Sequence s -> {
                for (BoundStmt statement : s.before()) {
                    function.statement(statement);
                }
                value(s.value());
            }
            case BoundExpr.Call c -> call(c);
            case BoundExpr.NativeCall c -> nativeCall(c);
            case BoundExpr.IndirectCall c -> indirectCall(c);
            case BoundExpr.RuntimeCall c -> runtimeCall(c);
            case BoundExpr.ManagedConstant m -> managedConstant(m);
            case BoundExpr.ManagedList l -> list(l);
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

    private void scale(long size) {
        if (size != 1) {
            code.loadConstant(size).lmul();
        }
    }

    /// Evaluates for the effects alone.
    void discard(BoundExpr expr) {
        switch (expr) {
            case BoundExpr.Assign a -> assign(a, false);
            case BoundExpr.CompoundAssign a -> compound(a, false);
            case BoundExpr.IncDec i -> incDec(i, false);
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

    private void pop(Kind kind) {
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

    // ---- memory --------------------------------------------------------------------------------------------------------------------

    /// Pushes the caller's view of memory.
    void memory() {
        code.aload(0).getfield(CodeGenerator.CALLER, "memory", FunctionGenerator.VIEW);
    }

    /// Pushes the address of a place in memory.
    void address(LValue.InMemory place) {
        address(place, 0);
    }

    private void address(LValue.InMemory place, long plus) {
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

    private void loadMemory(Type type) {
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

    private void load(LValue source) {
        switch (source) {
            case LValue.Register r -> load(Kinds.of(r.type()), function.slot(r.local()));
            case LValue.Cell c -> {
                function.cells(c.local());
                code.loadConstant((int) c.local().frameOffset()).aaload();
                unbox(c.type());
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
    private void extract(LValue.BitField field) {
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

    // ---- conversions ---------------------------------------------------------------------------------------------------------------

    private void convert(BoundExpr.Convert conversion) {
        value(conversion.operand());
        convert(conversion.operand().type(), conversion.type());
    }

    private void convert(Type from, Type to) {
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
    private void narrow(Type type) {
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

    private void widen(Type type) {
        if (Kinds.of(type) == Kind.INT) {
            code.i2l();
            if (isUnsigned32(type)) {
                code.loadConstant(0xFFFF_FFFFL).land();
            }
        }
    }

    // ---- operators -----------------------------------------------------------------------------------------------------------------

    private void unary(BoundExpr.Unary unary) {
        if (unary.op() == BoundExpr.UnaryOp.LOGICAL_NOT) {
            asBoolean(unary);
            return;
        }
        value(unary.operand());
        boolean wide = Kinds.of(unary.type()) == Kind.LONG;
        if (unary.op() == BoundExpr.UnaryOp.NEGATE) {
            if (wide) {
                code.lneg();
            } else {
                code.ineg();
            }
        } else if (wide) {
            code.loadConstant(-1L).lxor();
        } else {
            code.iconst_m1().ixor();
        }
        narrow(unary.type());
    }

    private static boolean isComparison(BoundExpr.BinaryOp op) {
        return op.compareTo(BoundExpr.BinaryOp.EQ) >= 0;
    }

    private void binary(BoundExpr.Binary binary) {
        if (isComparison(binary.op())) {
            asBoolean(binary);
            return;
        }
        boolean division = binary.op() == BoundExpr.BinaryOp.DIV || binary.op() == BoundExpr.BinaryOp.REM;
        if (division) {
            code.aload(0);
        }
        value(binary.left());
        value(binary.right());
        if (watchesLengths(binary)) {
            code.aload(0).invokestatic(LENGTHS, binary.op() == BoundExpr.BinaryOp.ADD ? "add" : "multiply", MethodTypeDesc.of(CD_int, CD_int, CD_int, CodeGenerator.CALLER));
        } else {
            operate(binary.op(), binary.left().type());
        }
        narrow(binary.type());
    }

    /// VER-508: a sum or product of 32 bits in a driver of the kernel, which could wrap around and then be taken for a length.
    private boolean watchesLengths(BoundExpr.Binary binary) {
        return image.kernel && (binary.op() == BoundExpr.BinaryOp.ADD || binary.op() == BoundExpr.BinaryOp.MUL) && binary.left().type() instanceof Type.Int i && !i.signed() && i.bits() == 32
                && function.function.span().file().origin() != wdfs.source.SourceFile.Origin.LIBRARY && !isOne(binary.right()) && !isOne(binary.left());
    }

    private static boolean isOne(BoundExpr operand) {
        return operand instanceof BoundExpr.Constant c && c.value() == 1;
    }

    /// Both operands are on the stack (behind the caller, for a division).
    private void operate(BoundExpr.BinaryOp op, Type type) {
        boolean wide = Kinds.of(type) == Kind.LONG;
        boolean signed = type instanceof Type.Int i ? i.signed() : type instanceof Type.Enum;
        switch (op) {
            case ADD -> {
                if (wide) {
                    code.ladd();
                } else {
                    code.iadd();
                }
            }
            case SUB -> {
                if (wide) {
                    code.lsub();
                } else {
                    code.isub();
                }
            }
            case MUL -> {
                if (wide) {
                    code.lmul();
                } else {
                    code.imul();
                }
            }
            case AND -> {
                if (wide) {
                    code.land();
                } else {
                    code.iand();
                }
            }
            case OR -> {
                if (wide) {
                    code.lor();
                } else {
                    code.ior();
                }
            }
            case XOR -> {
                if (wide) {
                    code.lxor();
                } else {
                    code.ixor();
                }
            }
            case SHL -> {
                if (wide) {
                    code.lshl();
                } else {
                    code.ishl();
                }
            }
            case SHR -> {
                if (wide && signed) {
                    code.lshr();
                } else if (wide) {
                    code.lushr();
                } else if (signed) {
                    code.ishr();
                } else {
                    code.iushr();
                }
            }
            case DIV, REM -> {
                String name = (op == BoundExpr.BinaryOp.DIV ? "div" : "rem") + (signed ? "S" : "U") + (wide ? "64" : "32");
                ClassDesc kind = wide ? CD_long : CD_int;
                code.invokestatic(CodeGenerator.CALLER, name, MethodTypeDesc.of(kind, CodeGenerator.CALLER, kind, kind));
            }
            default -> throw new IllegalStateException(op.name());
        }
    }

    /// Pushes 0 or 1.
    private void asBoolean(BoundExpr expr) {
        Label yes = code.newLabel();
        Label end = code.newLabel();
        jump(expr, yes, true);
        code.iconst_0().goto_(end);
        code.labelBinding(yes);
        code.iconst_1();
        code.labelBinding(end);
    }

    /// Jumps if the truth of the expression is `when`.
    void jump(BoundExpr expr, Label target, boolean when) {
        switch (expr) {
            case BoundExpr.Constant c -> {
                if (c.value() != 0 == when) {
                    code.goto_(target);
                }
            }
            case BoundExpr.Unary u when u.op() == BoundExpr.UnaryOp.LOGICAL_NOT -> jump(u.operand(), target, !when);
            case BoundExpr.Logical l -> {
                if (l.and() == when) {
                    Label skip = code.newLabel();
                    jump(l.left(), skip, !when);
                    jump(l.right(), target, when);
                    code.labelBinding(skip);
                } else {
                    jump(l.left(), target, when);
                    jump(l.right(), target, when);
                }
            }
            case BoundExpr.Binary b when isComparison(b.op()) -> {
                value(b.left());
                value(b.right());
                compareAndJump(b, target, when);
            }
            default -> {
                value(expr);
                if (Kinds.of(expr.type()) == Kind.LONG) {
                    code.lconst_0().lcmp();
                }
                if (when) {
                    code.ifne(target);
                } else {
                    code.ifeq(target);
                }
            }
        }
    }

    /// Both operands are on the stack: jumps if the comparison holds.
    void compare(BoundExpr.Binary binary, Label target) {
        compareAndJump(binary, target, true);
    }

    private void compareAndJump(BoundExpr.Binary binary, Label target, boolean when) {
        Type type = binary.left().type();
        boolean wide = Kinds.of(type) == Kind.LONG;
        boolean signed = type instanceof Type.Int i ? i.signed() : type instanceof Type.Enum;
        BoundExpr.BinaryOp op = binary.op();
        boolean equality = op == BoundExpr.BinaryOp.EQ || op == BoundExpr.BinaryOp.NE;
        if (!wide && (equality || signed || isNarrow(type))) {
            switch (when ? op : opposite(op)) {
                case EQ -> code.if_icmpeq(target);
                case NE -> code.if_icmpne(target);
                case LT -> code.if_icmplt(target);
                case LE -> code.if_icmple(target);
                case GT -> code.if_icmpgt(target);
                default -> code.if_icmpge(target);
            }
            return;
        }
        if (wide && (equality || signed)) {
            code.lcmp();
        } else if (wide) {
            code.invokestatic(LONG, "compareUnsigned", LONG2);
        } else {
            code.invokestatic(INTEGER, "compareUnsigned", INT2);
        }
        switch (when ? op : opposite(op)) {
            case EQ -> code.ifeq(target);
            case NE -> code.ifne(target);
            case LT -> code.iflt(target);
            case LE -> code.ifle(target);
            case GT -> code.ifgt(target);
            default -> code.ifge(target);
        }
    }

    private static boolean isNarrow(Type type) {
        return type instanceof Type.Int i && i.bits() < 32;
    }

    private static BoundExpr.BinaryOp opposite(BoundExpr.BinaryOp op) {
        return switch (op) {
            case EQ -> BoundExpr.BinaryOp.NE;
            case NE -> BoundExpr.BinaryOp.EQ;
            case LT -> BoundExpr.BinaryOp.GE;
            case GE -> BoundExpr.BinaryOp.LT;
            case GT -> BoundExpr.BinaryOp.LE;
            default -> BoundExpr.BinaryOp.GT;
        };
    }

    private void conditional(BoundExpr.Conditional conditional) {
        Label otherwise = code.newLabel();
        Label end = code.newLabel();
        jump(conditional.condition(), otherwise, false);
        branch(conditional.whenTrue(), conditional.type());
        code.goto_(end);
        code.labelBinding(otherwise);
        branch(conditional.whenFalse(), conditional.type());
        code.labelBinding(end);
    }

    private void branch(BoundExpr expr, Type type) {
        if (Kinds.of(type) == Kind.VOID) {
            discard(expr);
        } else {
            value(expr);
        }
    }

    // ---- assignment ----------------------------------------------------------------------------------------------------------------

    private void assign(BoundExpr.Assign assign, boolean wanted) {
        Kind kind = Kinds.of(assign.type());
        switch (assign.target()) {
            case LValue.Register r -> {
                value(assign.value());
                if (wanted) {
                    duplicate(kind);
                }
                store(kind, function.slot(r.local()));
            }
            case LValue.Cell c -> {
                function.cells(c.local());
                code.loadConstant((int) c.local().frameOffset());
                value(assign.value());
                int held = -1;
                if (wanted) {
                    held = function.temporary(kind);
                    duplicate(kind);
                    store(kind, held);
                }
                boxPlain(c.type());
                code.aastore();
                if (wanted) {
                    load(kind, held);
                }
            }
            case LValue.InMemory m when m.type() instanceof Type.Struct s -> {
                memory();
                address(m);
                int held = -1;
                if (wanted) {
                    held = function.temporary(Kind.LONG);
                    code.dup2().lstore(held);
                }
                value(assign.value());
                code.loadConstant(s.size()).invokevirtual(FunctionGenerator.VIEW, "copy", MethodTypeDesc.of(CD_void, CD_long, CD_long, CD_long));
                if (wanted) {
                    code.lload(held);
                }
            }
            case LValue.InMemory m -> {
                memory();
                address(m);
                value(assign.value());
                int held = -1;
                if (wanted) {
                    held = function.temporary(kind);
                    duplicate(kind);
                    store(kind, held);
                }
                storeMemory(m.type());
                if (wanted) {
                    load(kind, held);
                }
            }
            case LValue.BitField b -> {
                int at = function.temporary(Kind.LONG);
                address(b.unit());
                code.lstore(at);
                value(assign.value());
                storeBits(b, at, wanted);
            }
        }
    }

    private void duplicate(Kind kind) {
        if (kind == Kind.LONG) {
            code.dup2();
        } else if (kind != Kind.VOID) {
            code.dup();
        }
    }

    /// The new value is on the stack, the unit's address in a register. Leaves the field's new value if it is wanted.
    private void storeBits(LValue.BitField field, int at, boolean wanted) {
        Kind kind = Kinds.of(field.type());
        boolean wide = Kinds.of(field.unit().type()) == Kind.LONG;
        int value = function.temporary(kind);
        store(kind, value);
        long mask = field.bitWidth() == 64 ? -1L : (1L << field.bitWidth()) - 1;
        // The unit need not have been written before: its other bits are then what they were.
        memory();
        code.lload(at);
        memory();
        code.lload(at);
        code.loadConstant((int) field.unit().type().size());
        code.invokestatic(FunctionGenerator.RUNTIME, "bitUnit", MethodTypeDesc.of(CD_long, FunctionGenerator.VIEW, CD_long, CD_int));
        code.loadConstant(~(mask << field.bitOffset())).land();
        load(kind, value);
        if (kind == Kind.INT) {
            code.i2l();
        }
        code.loadConstant(mask).land();
        if (field.bitOffset() > 0) {
            code.loadConstant(field.bitOffset()).lshl();
        }
        code.lor();
        if (!wide) {
            code.l2i();
        }
        storeMemory(field.unit().type());
        if (wanted) {
            load(kind, value);
            int bits = kind == Kind.LONG ? 64 : 32;
            int shift = bits - field.bitWidth();
            boolean signed = !(field.type() instanceof Type.Int i) || i.signed();
            if (shift > 0 && kind == Kind.LONG) {
                code.loadConstant(shift).lshl().loadConstant(shift);
                if (signed) {
                    code.lshr();
                } else {
                    code.lushr();
                }
            } else if (shift > 0) {
                code.loadConstant(shift).ishl().loadConstant(shift);
                if (signed) {
                    code.ishr();
                } else {
                    code.iushr();
                }
            }
        }
    }

    /// Reads a target once its address is fixed; `at` holds the address of a place in memory.
    private void read(LValue target, int at) {
        switch (target) {
            case LValue.InMemory m -> {
                memory();
                code.lload(at);
                loadMemory(m.type());
            }
            case LValue.BitField b -> {
                memory();
                code.lload(at);
                loadMemory(b.unit().type());
                extract(b);
            }
            default -> load(target);
        }
    }

    private int fixAddress(LValue target) {
        LValue.InMemory place = target instanceof LValue.InMemory m ? m : target instanceof LValue.BitField b ? b.unit() : null;
        if (place == null) {
            return -1;
        }
        int at = function.temporary(Kind.LONG);
        address(place);
        code.lstore(at);
        return at;
    }

    /// Stores the value on the stack; leaves it there if it is wanted.
    private void write(LValue target, int at, boolean wanted) {
        Kind kind = Kinds.of(target.type());
        switch (target) {
            case LValue.Register r -> {
                if (wanted) {
                    duplicate(kind);
                }
                store(kind, function.slot(r.local()));
            }
            case LValue.Cell c -> {
                int held = function.temporary(kind);
                store(kind, held);
                function.cells(c.local());
                code.loadConstant((int) c.local().frameOffset());
                load(kind, held);
                boxPlain(c.type());
                code.aastore();
                if (wanted) {
                    load(kind, held);
                }
            }
            case LValue.InMemory m -> {
                int held = function.temporary(kind);
                store(kind, held);
                memory();
                code.lload(at);
                load(kind, held);
                storeMemory(m.type());
                if (wanted) {
                    load(kind, held);
                }
            }
            case LValue.BitField b -> storeBits(b, at, wanted);
        }
    }

    private void compound(BoundExpr.CompoundAssign assign, boolean wanted) {
        int at = fixAddress(assign.target());
        boolean division = assign.op() == BoundExpr.BinaryOp.DIV || assign.op() == BoundExpr.BinaryOp.REM;
        if (division) {
            code.aload(0);
        }
        read(assign.target(), at);
        if (assign.elementSize() > 0) {
            value(assign.value());
            widen(assign.value().type());
            scale(assign.elementSize());
            if (assign.op() == BoundExpr.BinaryOp.SUB) {
                code.lsub();
            } else {
                code.ladd();
            }
        } else {
            convert(assign.target().type(), assign.computeType());
            value(assign.value());
            operate(assign.op(), assign.computeType());
            convert(assign.computeType(), assign.target().type());
        }
        write(assign.target(), at, wanted);
    }

    private void incDec(BoundExpr.IncDec step, boolean wanted) {
        Type type = step.type();
        Kind kind = Kinds.of(type);
        if (step.target() instanceof LValue.Register r && kind == Kind.INT && !isNarrow(type) && !wanted) {
            code.iinc(function.slot(r.local()), step.increment() ? 1 : -1);
            return;
        }
        int at = fixAddress(step.target());
        read(step.target(), at);
        int old = -1;
        if (wanted && !step.prefix()) {
            old = function.temporary(kind);
            duplicate(kind);
            store(kind, old);
        }
        long amount = type instanceof Type.Pointer ? step.step() : 1;
        if (kind == Kind.LONG) {
            code.loadConstant(step.increment() ? amount : -amount).ladd();
        } else {
            code.loadConstant(step.increment() ? 1 : -1).iadd();
            if (type instanceof Type.Int i && i.kind() == Type.IntKind.BOOL) {
                convert(Type.Int.of(Type.IntKind.INT), type);
            } else {
                narrow(type);
            }
        }
        write(step.target(), at, wanted && step.prefix());
        if (old >= 0) {
            load(kind, old);
        }
    }

    // ---- calls ---------------------------------------------------------------------------------------------------------------------

    private void call(BoundExpr.Call call) {
        code.aload(0);
        if (call.type() instanceof Type.Struct) {
            resultAddress(call.resultSlot());
        }
        call.arguments().forEach(this::value);
        function.lineOf(call.span());
        if (call.callee().span().file().origin() == wdfs.source.SourceFile.Origin.LIBRARY) {
            function.site(call.span());
        }
        code.invokestatic(image.classOf(call.callee()), image.methodName(call.callee()), image.descriptor(call.callee()));
    }

    /// The temporary of this frame that a struct result goes to.
    private void resultAddress(int offset) {
        function.frameBase(new LocalSymbol("", new Type.Void(), false, function.function, null));
        code.loadConstant((long) offset).ladd();
    }

    private void nativeCall(BoundExpr.NativeCall call) {
        Method method = image.owner().nativeMethod(call.callee().name());
        Class<?>[] types = method.getParameterTypes();
        code.aload(0);
        int at = 1;
        for (BoundExpr argument : call.arguments()) {
            Class<?> wanted = at < types.length ? types[at] : Object.class;
            nativeArgument(argument, wanted);
            at++;
        }
        if (call.callee().type().variadic()) {
            code.loadConstant(call.variadic().size()).newarray(java.lang.classfile.TypeKind.LONG);
            StringBuilder kinds = new StringBuilder();
            for (int i = 0; i < call.variadic().size(); i++) {
                BoundExpr argument = call.variadic().get(i);
                code.dup().loadConstant(i);
                asLong(argument);
                code.lastore();
                kinds.append(variadicKind(argument.type()));
            }
            code.loadConstant(kinds.toString());
        }
        List<ClassDesc> parameters = new ArrayList<>();
        for (Class<?> type : types) {
            parameters.add(type.describeConstable().orElseThrow());
        }
        ClassDesc result = method.getReturnType().describeConstable().orElseThrow();
        function.lineOf(call.span());
        function.site(call.span());
        function.checkIrql(call.callee());
        code.invokestatic(method.getDeclaringClass().describeConstable().orElseThrow(), method.getName(), MethodTypeDesc.of(result, parameters));
        adapt(method.getReturnType(), call.type());
    }

    private void nativeArgument(BoundExpr argument, Class<?> wanted) {
        if (wanted == Object.class) {
            boxed(argument);
            return;
        }
        value(argument);
        Kind kind = Kinds.of(argument.type());
        if (wanted == long.class && kind == Kind.INT) {
            widen(argument.type());
        } else if (wanted == int.class && kind == Kind.LONG) {
            code.l2i();
        }
    }

    /// What a Java body returns to what the prototype says.
    private void adapt(Class<?> from, Type to) {
        Kind wanted = Kinds.of(to);
        if (from == void.class) {
            switch (wanted) {
                case INT -> code.iconst_0();
                case LONG -> code.lconst_0();
                case REFERENCE -> code.aconst_null();
                case VOID -> { }
            }
            return;
        }
        if (wanted == Kind.VOID) {
            pop(from == long.class ? Kind.LONG : Kind.INT);
        } else if (wanted == Kind.LONG && from == int.class) {
            code.i2l();
        } else if (wanted == Kind.INT && from == long.class) {
            code.l2i();
            narrow(to);
        } else if (wanted == Kind.INT) {
            narrow(to);
        }
    }

    private static char variadicKind(Type type) {
        return switch (type) {
            case Type.Int i -> i.bits() == 64 ? i.signed() ? 'I' : 'U' : i.signed() ? 'i' : 'u';
            case Type.Enum _ -> 'i';
            case Type.Handle _ -> 'h';
            case Type.Pointer p -> p.target() instanceof Type.Int i ? i.bits() == 8 ? 's' : i.bits() == 16 ? 'w' : 'p' : 'p';
            default -> 'U';
        };
    }

    private void indirectCall(BoundExpr.IndirectCall call) {
        boolean struct = call.type() instanceof Type.Struct;
        code.aload(0);
        value(call.target());
        code.loadConstant(call.arguments().size() + (struct ? 1 : 0)).newarray(java.lang.classfile.TypeKind.LONG);
        int at = 0;
        if (struct) {
            code.dup().loadConstant(at++);
            resultAddress(call.resultSlot());
            code.lastore();
        }
        for (BoundExpr argument : call.arguments()) {
            code.dup().loadConstant(at++);
            value(argument);
            if (Kinds.of(argument.type()) == Kind.INT) {
                code.i2l();
            }
            code.lastore();
        }
        function.lineOf(call.span());
        code.invokevirtual(CodeGenerator.CALLER, "invoke", MethodTypeDesc.of(CD_long, CD_long, CodeGenerator.LONGS));
        switch (Kinds.of(call.type())) {
            case INT -> {
                code.l2i();
                narrow(call.type());
            }
            case VOID -> code.pop2();
            case REFERENCE -> code.pop2().aconst_null();
            case LONG -> { }
        }
    }

    private void runtimeCall(BoundExpr.RuntimeCall call) {
        if (call.method().equals("abnormalTermination")) {
            function.abnormalTermination();
            return;
        }
        function.lineOf(call.span());
        List<ClassDesc> parameters = new ArrayList<>();
        parameters.add(CodeGenerator.CALLER);
        code.aload(0);
        if (call.method().equals("concat")) {
            code.loadConstant(call.arguments().size()).anewarray(CD_Object);
            for (int i = 0; i < call.arguments().size(); i++) {
                code.dup().loadConstant(i);
                boxed(call.arguments().get(i));
                code.aastore();
            }
            parameters.add(CodeGenerator.OBJECTS);
        } else {
            for (int i = 0; i < call.arguments().size(); i++) {
                BoundExpr argument = call.arguments().get(i);
                if (call.boxed().contains(i)) {
                    boxed(argument);
                    parameters.add(CD_Object);
                } else {
                    value(argument);
                    parameters.add(Kinds.desc(argument.type()));
                }
            }
        }
        boolean element = call.method().equals("element");
        ClassDesc result = element ? CD_Object : Kinds.desc(call.type());
        code.invokestatic(FunctionGenerator.RUNTIME, call.method(), MethodTypeDesc.of(result, parameters));
        if (element) {
            unbox(call.type());
        }
    }

    // ---- managed values ------------------------------------------------------------------------------------------------------------

    private void managedConstant(BoundExpr.ManagedConstant constant) {
        switch (constant.value()) {
            case String s -> string(s);
            case Long l -> code.loadConstant(l.longValue());
            case byte[] b -> {
                List<Byte> list = new ArrayList<>();
                for (byte x : b) {
                    list.add(x);
                }
                bytes(list);
            }
            case List<?> l -> {
                List<Byte> list = new ArrayList<>();
                for (Object x : l) {
                    list.add((Byte) x);
                }
                bytes(list);
            }
            default -> throw new IllegalStateException("a managed constant of " + constant.value().getClass());
        }
    }

    private void string(String text) {
        if (text.length() < 20_000) {
            code.loadConstant(text);
            return;
        }
        code.loadConstant(text.substring(0, 20_000));
        string(text.substring(20_000));
        code.invokevirtual(CD_String, "concat", MethodTypeDesc.of(CD_String, CD_String));
    }

    /// Pushes a `byte[]`: kept as a string of Latin-1 characters in the class file.
    void bytes(List<Byte> bytes) {
        StringBuilder text = new StringBuilder();
        for (byte b : bytes) {
            text.append((char) (b & 0xFF));
        }
        string(text.toString());
        code.invokestatic(FunctionGenerator.RUNTIME, "latin", MethodTypeDesc.of(CD_byte.arrayType(), CD_String));
    }

    private void list(BoundExpr.ManagedList list) {
        code.loadConstant(list.elements().size()).anewarray(CD_Object);
        for (int i = 0; i < list.elements().size(); i++) {
            code.dup().loadConstant(i);
            boxed(list.elements().get(i));
            code.aastore();
        }
        code.invokestatic(FunctionGenerator.LIST, "of", MethodTypeDesc.of(FunctionGenerator.LIST, CodeGenerator.OBJECTS), true);
    }

    /// Pushes the value as an object: a C value as {@code wdfs.runtime.Value}.
    void boxed(BoundExpr expr) {
        if (expr instanceof BoundExpr.Decay d && d.array().type() instanceof Type.Array a && !(expr.type() instanceof Type.Array)) {
            // An array is passed as what it is, not as a pointer.
            address(d.array());
            code.loadConstant(Kinds.valueKind(a)).invokestatic(VALUE, "of", MethodTypeDesc.of(VALUE, CD_long, CD_String));
            return;
        }
        value(expr);
        box(expr.type());
    }

    /// Makes an object of the value on the stack.
    void box(Type type) {
        switch (Kinds.of(type)) {
            case REFERENCE -> { }
            case VOID -> code.aconst_null();
            case INT -> {
                widen(type);
                code.loadConstant(Kinds.valueKind(type)).invokestatic(VALUE, "of", MethodTypeDesc.of(VALUE, CD_long, CD_String));
            }
            case LONG -> {
                if (type instanceof Type.Managed) {
                    int held = function.temporary(Kind.LONG);
                    code.lstore(held).new_(DURATION).dup().lload(held).invokespecial(DURATION, "<init>", MethodTypeDesc.of(CD_void, CD_long));
                } else {
                    code.loadConstant(Kinds.valueKind(type)).invokestatic(VALUE, "of", MethodTypeDesc.of(VALUE, CD_long, CD_String));
                }
            }
        }
    }

    /// As {@link #box}, for cells: what comes out again by {@link #unbox}.
    private void boxPlain(Type type) {
        box(type);
    }

    /// The object on the stack as a value of the type.
    private void unbox(Type type) {
        switch (Kinds.of(type)) {
            case REFERENCE -> code.checkcast(Kinds.desc(type));
            case LONG -> code.invokestatic(FunctionGenerator.RUNTIME, "bitsOf", MethodTypeDesc.of(CD_long, CD_Object));
            case INT -> {
                code.invokestatic(FunctionGenerator.RUNTIME, "bitsOf", MethodTypeDesc.of(CD_long, CD_Object)).l2i();
                narrow(type);
            }
            case VOID -> code.pop();
        }
    }

    /// Stores the element of a `for … in`, an object in a register, into its variable.
    void storeElement(LocalSymbol local, int element) {
        Kind kind = Kinds.of(local.type());
        switch (local.storage()) {
            case REGISTER -> {
                code.aload(element);
                unbox(local.type());
                store(kind, function.slot(local));
            }
            case CELL -> {
                function.cells(local);
                code.loadConstant((int) local.frameOffset()).aload(element).aastore();
            }
            case FRAME -> {
                memory();
                address(new LValue.Frame(local));
                code.aload(element);
                unbox(local.type());
                storeMemory(local.type());
            }
        }
    }
}
