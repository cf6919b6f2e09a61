package wdfs.codegen;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import wdfs.codegen.Kinds.Kind;
import wdfs.semantics.bound.BoundExpr;
import wdfs.types.Type;

/// Operators, comparisons and jumps to bytecode; a part of {@link ExpressionGenerator}.
final class OperatorGenerator {
    private static final ClassDesc LENGTHS = ClassDesc.of("wdfs.runtime.Lengths");
    private static final ClassDesc INTEGER = ClassDesc.of("java.lang.Integer");
    private static final ClassDesc LONG = ClassDesc.of("java.lang.Long");
    private static final MethodTypeDesc INT2 = MethodTypeDesc.of(CD_int, CD_int, CD_int);
    private static final MethodTypeDesc LONG2 = MethodTypeDesc.of(CD_int, CD_long, CD_long);

    private final ExpressionGenerator expressions;
    private final FunctionGenerator function;
    private final CodeBuilder code;
    private final CodeGenerator.ImageGenerator image;

    OperatorGenerator(ExpressionGenerator expressions, FunctionGenerator function) {
        this.expressions = expressions;
        this.function = function;
        this.code = function.code;
        this.image = function.image;
    }

    void unary(BoundExpr.Unary unary) {
        if (unary.op() == BoundExpr.UnaryOp.LOGICAL_NOT) {
            asBoolean(unary);
            return;
        }
        expressions.value(unary.operand());
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
        expressions.narrow(unary.type());
    }

    private static boolean isComparison(BoundExpr.BinaryOp op) {
        return op.compareTo(BoundExpr.BinaryOp.EQ) >= 0;
    }

    void binary(BoundExpr.Binary binary) {
        if (isComparison(binary.op())) {
            asBoolean(binary);
            return;
        }
        boolean division = binary.op() == BoundExpr.BinaryOp.DIV || binary.op() == BoundExpr.BinaryOp.REM;
        if (division) {
            code.aload(0);
        }
        expressions.value(binary.left());
        expressions.value(binary.right());
        if (watchesLengths(binary)) {
            code.aload(0).invokestatic(LENGTHS, binary.op() == BoundExpr.BinaryOp.ADD ? "add" : "multiply", MethodTypeDesc.of(CD_int, CD_int, CD_int, CodeGenerator.CALLER));
        } else {
            operate(binary.op(), binary.left().type());
        }
        expressions.narrow(binary.type());
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
    void operate(BoundExpr.BinaryOp op, Type type) {
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
    void asBoolean(BoundExpr expr) {
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
                expressions.value(b.left());
                expressions.value(b.right());
                compareAndJump(b, target, when);
            }
            default -> {
                expressions.value(expr);
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

    static boolean isNarrow(Type type) {
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

    void conditional(BoundExpr.Conditional conditional) {
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
            expressions.discard(expr);
        } else {
            expressions.value(expr);
        }
    }
}
