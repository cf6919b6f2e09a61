package wdfs.codegen;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import wdfs.codegen.Kinds.Kind;
import wdfs.semantics.bound.BoundExpr;
import wdfs.semantics.bound.LValue;
import wdfs.semantics.bound.LocalSymbol;
import wdfs.types.Type;

/// Values of scripts, which are objects, to bytecode: strings, bytes, lists, and C values in their place; a part of {@link ExpressionGenerator}.
final class ManagedValueGenerator {
    private static final ClassDesc VALUE = ClassDesc.of("wdfs.runtime.Value");
    private static final ClassDesc DURATION = ClassDesc.of("wdfs.runtime.Duration");

    private final ExpressionGenerator expressions;
    private final FunctionGenerator function;
    private final CodeBuilder code;

    ManagedValueGenerator(ExpressionGenerator expressions, FunctionGenerator function) {
        this.expressions = expressions;
        this.function = function;
        this.code = function.code;
    }

    void managedConstant(BoundExpr.ManagedConstant constant) {
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

    void list(BoundExpr.ManagedList list) {
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
            expressions.address(d.array());
            code.loadConstant(Kinds.valueKind(a)).invokestatic(VALUE, "of", MethodTypeDesc.of(VALUE, CD_long, CD_String));
            return;
        }
        expressions.value(expr);
        box(expr.type());
    }

    /// Makes an object of the value on the stack.
    void box(Type type) {
        switch (Kinds.of(type)) {
            case REFERENCE -> { }
            case VOID -> code.aconst_null();
            case INT -> {
                expressions.widen(type);
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

    /// The object on the stack as a value of the type.
    void unbox(Type type) {
        switch (Kinds.of(type)) {
            case REFERENCE -> code.checkcast(Kinds.desc(type));
            case LONG -> code.invokestatic(FunctionGenerator.RUNTIME, "bitsOf", MethodTypeDesc.of(CD_long, CD_Object));
            case INT -> {
                code.invokestatic(FunctionGenerator.RUNTIME, "bitsOf", MethodTypeDesc.of(CD_long, CD_Object)).l2i();
                expressions.narrow(type);
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
                expressions.store(kind, function.slot(local));
            }
            case CELL -> {
                function.cells(local);
                code.loadConstant((int) local.frameOffset()).aload(element).aastore();
            }
            case FRAME -> {
                expressions.memory();
                expressions.address(new LValue.Frame(local));
                code.aload(element);
                unbox(local.type());
                expressions.storeMemory(local.type());
            }
        }
    }
}
