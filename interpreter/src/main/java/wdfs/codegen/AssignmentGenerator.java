package wdfs.codegen;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.MethodTypeDesc;
import wdfs.codegen.Kinds.Kind;
import wdfs.semantics.bound.BoundExpr;
import wdfs.semantics.bound.LValue;
import wdfs.types.Type;

/// Assignments, compound assignments, `++` and `--` to bytecode; a part of {@link ExpressionGenerator}.
final class AssignmentGenerator {
    private final ExpressionGenerator expressions;
    private final FunctionGenerator function;
    private final CodeBuilder code;

    AssignmentGenerator(ExpressionGenerator expressions, FunctionGenerator function) {
        this.expressions = expressions;
        this.function = function;
        this.code = function.code;
    }

    void assign(BoundExpr.Assign assign, boolean wanted) {
        Kind kind = Kinds.of(assign.type());
        switch (assign.target()) {
            case LValue.Register r -> {
                expressions.value(assign.value());
                if (wanted) {
                    duplicate(kind);
                }
                expressions.store(kind, function.slot(r.local()));
            }
            case LValue.Cell c -> {
                function.cells(c.local());
                code.loadConstant((int) c.local().frameOffset());
                expressions.value(assign.value());
                int held = -1;
                if (wanted) {
                    held = function.temporary(kind);
                    duplicate(kind);
                    expressions.store(kind, held);
                }
                expressions.managed.box(c.type());
                code.aastore();
                if (wanted) {
                    expressions.load(kind, held);
                }
            }
            case LValue.InMemory m when m.type() instanceof Type.Struct s -> {
                expressions.memory();
                expressions.address(m);
                int held = -1;
                if (wanted) {
                    held = function.temporary(Kind.LONG);
                    code.dup2().lstore(held);
                }
                expressions.value(assign.value());
                code.loadConstant(s.size()).invokevirtual(FunctionGenerator.VIEW, "copy", MethodTypeDesc.of(CD_void, CD_long, CD_long, CD_long));
                if (wanted) {
                    code.lload(held);
                }
            }
            case LValue.InMemory m -> {
                expressions.memory();
                expressions.address(m);
                expressions.value(assign.value());
                int held = -1;
                if (wanted) {
                    held = function.temporary(kind);
                    duplicate(kind);
                    expressions.store(kind, held);
                }
                expressions.storeMemory(m.type());
                if (wanted) {
                    expressions.load(kind, held);
                }
            }
            case LValue.BitField b -> {
                int at = function.temporary(Kind.LONG);
                expressions.address(b.unit());
                code.lstore(at);
                expressions.value(assign.value());
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
        expressions.store(kind, value);
        long mask = field.bitWidth() == 64 ? -1L : (1L << field.bitWidth()) - 1;
        // The unit need not have been written before: its other bits are then what they were.
        expressions.memory();
        code.lload(at);
        expressions.memory();
        code.lload(at);
        code.loadConstant((int) field.unit().type().size());
        code.invokestatic(FunctionGenerator.RUNTIME, "bitUnit", MethodTypeDesc.of(CD_long, FunctionGenerator.VIEW, CD_long, CD_int));
        code.loadConstant(~(mask << field.bitOffset())).land();
        expressions.load(kind, value);
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
        expressions.storeMemory(field.unit().type());
        if (wanted) {
            expressions.load(kind, value);
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
                expressions.memory();
                code.lload(at);
                expressions.loadMemory(m.type());
            }
            case LValue.BitField b -> {
                expressions.memory();
                code.lload(at);
                expressions.loadMemory(b.unit().type());
                expressions.extract(b);
            }
            default -> expressions.load(target);
        }
    }

    private int fixAddress(LValue target) {
        LValue.InMemory place = target instanceof LValue.InMemory m ? m : target instanceof LValue.BitField b ? b.unit() : null;
        if (place == null) {
            return -1;
        }
        int at = function.temporary(Kind.LONG);
        expressions.address(place);
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
                expressions.store(kind, function.slot(r.local()));
            }
            case LValue.Cell c -> {
                int held = function.temporary(kind);
                expressions.store(kind, held);
                function.cells(c.local());
                code.loadConstant((int) c.local().frameOffset());
                expressions.load(kind, held);
                expressions.managed.box(c.type());
                code.aastore();
                if (wanted) {
                    expressions.load(kind, held);
                }
            }
            case LValue.InMemory m -> {
                int held = function.temporary(kind);
                expressions.store(kind, held);
                expressions.memory();
                code.lload(at);
                expressions.load(kind, held);
                expressions.storeMemory(m.type());
                if (wanted) {
                    expressions.load(kind, held);
                }
            }
            case LValue.BitField b -> storeBits(b, at, wanted);
        }
    }

    void compound(BoundExpr.CompoundAssign assign, boolean wanted) {
        int at = fixAddress(assign.target());
        boolean division = assign.op() == BoundExpr.BinaryOp.DIV || assign.op() == BoundExpr.BinaryOp.REM;
        if (division) {
            code.aload(0);
        }
        read(assign.target(), at);
        if (assign.elementSize() > 0) {
            expressions.value(assign.value());
            expressions.widen(assign.value().type());
            expressions.scale(assign.elementSize());
            if (assign.op() == BoundExpr.BinaryOp.SUB) {
                code.lsub();
            } else {
                code.ladd();
            }
        } else {
            expressions.convert(assign.target().type(), assign.computeType());
            expressions.value(assign.value());
            expressions.operators.operate(assign.op(), assign.computeType());
            expressions.convert(assign.computeType(), assign.target().type());
        }
        write(assign.target(), at, wanted);
    }

    void incDec(BoundExpr.IncDec step, boolean wanted) {
        Type type = step.type();
        Kind kind = Kinds.of(type);
        if (step.target() instanceof LValue.Register r && kind == Kind.INT && !expressions.operators.isNarrow(type) && !wanted) {
            code.iinc(function.slot(r.local()), step.increment() ? 1 : -1);
            return;
        }
        int at = fixAddress(step.target());
        read(step.target(), at);
        int old = -1;
        if (wanted && !step.prefix()) {
            old = function.temporary(kind);
            duplicate(kind);
            expressions.store(kind, old);
        }
        long amount = type instanceof Type.Pointer ? step.step() : 1;
        if (kind == Kind.LONG) {
            code.loadConstant(step.increment() ? amount : -amount).ladd();
        } else {
            code.loadConstant(step.increment() ? 1 : -1).iadd();
            if (type instanceof Type.Int i && i.kind() == Type.IntKind.BOOL) {
                expressions.convert(Type.Int.of(Type.IntKind.INT), type);
            } else {
                expressions.narrow(type);
            }
        }
        write(step.target(), at, wanted && step.prefix());
        if (old >= 0) {
            expressions.load(kind, old);
        }
    }
}
