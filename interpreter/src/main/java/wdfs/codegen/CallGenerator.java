package wdfs.codegen;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import wdfs.codegen.Kinds.Kind;
import wdfs.semantics.bound.BoundExpr;
import wdfs.semantics.bound.LocalSymbol;
import wdfs.types.Type;

/// Calls to bytecode: of functions, of Java bodies, through pointers and of the runtime; a part of {@link ExpressionGenerator}.
final class CallGenerator {
    private final ExpressionGenerator expressions;
    private final FunctionGenerator function;
    private final CodeBuilder code;
    private final CodeGenerator.ImageGenerator image;

    CallGenerator(ExpressionGenerator expressions, FunctionGenerator function) {
        this.expressions = expressions;
        this.function = function;
        this.code = function.code;
        this.image = function.image;
    }

    void call(BoundExpr.Call call) {
        code.aload(0);
        if (call.type() instanceof Type.Struct) {
            resultAddress(call.resultSlot());
        }
        call.arguments().forEach(expressions::value);
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

    void nativeCall(BoundExpr.NativeCall call) {
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
                expressions.asLong(argument);
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
            expressions.managed.boxed(argument);
            return;
        }
        expressions.value(argument);
        Kind kind = Kinds.of(argument.type());
        if (wanted == long.class && kind == Kind.INT) {
            expressions.widen(argument.type());
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
            expressions.pop(from == long.class ? Kind.LONG : Kind.INT);
        } else if (wanted == Kind.LONG && from == int.class) {
            code.i2l();
        } else if (wanted == Kind.INT && from == long.class) {
            code.l2i();
            expressions.narrow(to);
        } else if (wanted == Kind.INT) {
            expressions.narrow(to);
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

    void indirectCall(BoundExpr.IndirectCall call) {
        boolean struct = call.type() instanceof Type.Struct;
        code.aload(0);
        expressions.value(call.target());
        code.loadConstant(call.arguments().size() + (struct ? 1 : 0)).newarray(java.lang.classfile.TypeKind.LONG);
        int at = 0;
        if (struct) {
            code.dup().loadConstant(at++);
            resultAddress(call.resultSlot());
            code.lastore();
        }
        for (BoundExpr argument : call.arguments()) {
            code.dup().loadConstant(at++);
            expressions.value(argument);
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
                expressions.narrow(call.type());
            }
            case VOID -> code.pop2();
            case REFERENCE -> code.pop2().aconst_null();
            case LONG -> { }
        }
    }

    void runtimeCall(BoundExpr.RuntimeCall call) {
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
                expressions.managed.boxed(call.arguments().get(i));
                code.aastore();
            }
            parameters.add(CodeGenerator.OBJECTS);
        } else {
            for (int i = 0; i < call.arguments().size(); i++) {
                BoundExpr argument = call.arguments().get(i);
                if (call.boxed().contains(i)) {
                    expressions.managed.boxed(argument);
                    parameters.add(CD_Object);
                } else {
                    expressions.value(argument);
                    parameters.add(Kinds.desc(argument.type()));
                }
            }
        }
        boolean element = call.method().equals("element");
        ClassDesc result = element ? CD_Object : Kinds.desc(call.type());
        code.invokestatic(FunctionGenerator.RUNTIME, call.method(), MethodTypeDesc.of(result, parameters));
        if (element) {
            expressions.managed.unbox(call.type());
        }
    }
}
