package wdfs.semantics.bound;

import java.util.List;
import wdfs.source.Span;
import wdfs.types.Type;

/// An expression with its type, every conversion explicit, every name resolved. Nothing here can fail to compile.
///
/// Values on the JVM: `Int` up to 32 bits and `Enum` are `int`, kept normalised (sign- or zero-extended from their
/// width; an unsigned 32-bit value is the same bits in an `int`); 64-bit `Int`, `Pointer` and `Handle` are `long`; a
/// `Struct` value is the `long` address of memory that holds it; `Managed` as {@link Type.Managed} says. Arrays and
/// functions never appear as values: the checker has made {@link Decay} and {@link FunctionAddress} of them.
public sealed interface BoundExpr {
    Type type();

    Span span();

    // ---- values --------------------------------------------------------------------------------------------------------

    record Constant(long value, Type type, Span span) implements BoundExpr {}

    /// The address of a string literal in the image's read-only data.
    /// @param bytes the array's bytes, terminator included
    record StringAddress(List<Byte> bytes, Type type, Span span) implements BoundExpr {
        public StringAddress { bytes = List.copyOf(bytes); }
    }

    record FunctionAddress(FunctionSymbol function, Type type, Span span) implements BoundExpr {}

    /// Reads an lvalue (a register local, memory, a bit-field, a cell).
    record Load(LValue source, Span span) implements BoundExpr {
        @Override public Type type() { return source.type(); }
    }

    /// The address of an lvalue in memory; `&x`. Type is a pointer.
    record AddressOf(LValue.InMemory target, Type type, Span span) implements BoundExpr {}

    /// An array lvalue as the pointer to its first element.
    record Decay(LValue.InMemory array, Type type, Span span) implements BoundExpr {}

    // ---- operators -------------------------------------------------------------------------------------------------------

    /// The result of an integer, pointer or handle conversion: widen, narrow, change sign, integer to pointer.
    record Convert(BoundExpr operand, Type type, Span span) implements BoundExpr {}

    enum UnaryOp { NEGATE, COMPLEMENT, LOGICAL_NOT }

    record Unary(UnaryOp op, BoundExpr operand, Type type, Span span) implements BoundExpr {}

    enum BinaryOp { ADD, SUB, MUL, DIV, REM, AND, OR, XOR, SHL, SHR, EQ, NE, LT, LE, GT, GE }

    /// Both operands have one type (the left one's for shifts: there the count is converted to `int` by the checker);
    /// signedness is that of `left.type()`. Comparisons give `int`; of pointers and handles they are unsigned.
    record Binary(BinaryOp op, BoundExpr left, BoundExpr right, Type type, Span span) implements BoundExpr {}

    /// `p + n` or, with `negate`, `p - n`: `index` is a signed or unsigned 64-bit integer already, scaled by `elementSize`.
    record PointerAdd(BoundExpr pointer, BoundExpr index, boolean negate, long elementSize, Type type, Span span) implements BoundExpr {}

    /// `p - q` in elements, a signed 64-bit integer.
    record PointerDifference(BoundExpr left, BoundExpr right, long elementSize, Type type, Span span) implements BoundExpr {}

    /// `&&` and `||`; operands are scalars tested against zero; gives `int` 0 or 1.
    record Logical(boolean and, BoundExpr left, BoundExpr right, Type type, Span span) implements BoundExpr {}

    record Conditional(BoundExpr condition, BoundExpr whenTrue, BoundExpr whenFalse, Type type, Span span) implements BoundExpr {}

    record Comma(BoundExpr left, BoundExpr right, Span span) implements BoundExpr {
        @Override public Type type() { return right.type(); }
    }

    // ---- effects -----------------------------------------------------------------------------------------------------------

    /// `target = value`, value already converted to the target's type. A `Struct` is copied byte for byte together with
    /// the mark of what was written. The result is the value stored (a struct's: the target's address).
    record Assign(LValue target, BoundExpr value, Span span) implements BoundExpr {
        @Override public Type type() { return target.type(); }
    }

    /// `target op= value`: the target is evaluated once, read, converted to `computeType`, combined, converted back, stored.
    /// For pointers (`ADD`, `SUB`) `elementSize` scales and `computeType` is the pointer's type; else it is 0.
    /// Shifts: `value` is `int`.
    record CompoundAssign(BinaryOp op, LValue target, BoundExpr value, Type computeType, long elementSize, Span span) implements BoundExpr {
        @Override public Type type() { return target.type(); }
    }

    /// `++x`, `x++`, `--x`, `x--`; pointers move by `step` bytes, integers by 1.
    record IncDec(LValue target, boolean increment, boolean prefix, long step, Span span) implements BoundExpr {
        @Override public Type type() { return target.type(); }
    }

    /// Evaluates the parts in order; the last gives the value. Used for compound literals and initialisers.
    record Sequence(List<BoundStmt> before, BoundExpr value, Span span) implements BoundExpr {
        public Sequence { before = List.copyOf(before); }
        @Override public Type type() { return value.type(); }
    }

    // ---- calls -------------------------------------------------------------------------------------------------------------

    /// A call of a function of this image. Arguments have the parameters' types; a struct argument is an address, and
    /// the callee gets a copy of its own. A struct result is the address of a temporary of the caller.
    /// @param resultSlot of a struct result: where in the calling function's frame it goes, in bytes from its base; -1 otherwise
    record Call(FunctionSymbol callee, List<BoundExpr> arguments, int resultSlot, Span span) implements BoundExpr {
        public Call { arguments = List.copyOf(arguments); }
        @Override public Type type() { return callee.type().returnType(); }
    }

    /// A call of a DDI, Win32 function or runtime helper whose body is a Java method `@Native` of that name.
    /// @param variadic the arguments behind the fixed ones, each promoted as C does
    record NativeCall(FunctionSymbol callee, List<BoundExpr> arguments, List<BoundExpr> variadic, Span span) implements BoundExpr {
        public NativeCall { arguments = List.copyOf(arguments); variadic = List.copyOf(variadic); }
        @Override public Type type() { return callee.type().returnType(); }
    }

    /// A call through a function pointer.
    record IndirectCall(BoundExpr target, Type.Function functionType, List<BoundExpr> arguments, int resultSlot, Span span) implements BoundExpr {
        public IndirectCall { arguments = List.copyOf(arguments); }
        @Override public Type type() { return functionType.returnType(); }
    }

    /// A call of a static Java method of `wdfs.runtime.ScriptRuntime` by name, for the managed values and the helpers of
    /// scripts. The codegen takes the descriptor from the argument types and `type`: C integers up to 32 bits `int`,
    /// other scalars `long`, managed as their Java class, `Object` where `boxed` says so; the first parameter is
    /// always the `Caller`.
    /// @param boxed the arguments (by index) that are passed as `Object`, C values as {@code wdfs.runtime.Value}; a {@link Decay}
    ///     there is the array itself (its type is that of `array`), a {@link Load} of a struct the struct.
    ///     `concat` takes all its arguments in one `Object[]`; `element` gives an `Object` that is unboxed to `type`
    record RuntimeCall(String method, List<BoundExpr> arguments, List<Integer> boxed, Type type, Span span) implements BoundExpr {
        public RuntimeCall { arguments = List.copyOf(arguments); boxed = List.copyOf(boxed); }
    }

    /// A managed constant: a `String`, a `byte[]` as a list, or a duration.
    record ManagedConstant(Object value, Type type, Span span) implements BoundExpr {}

    record ManagedList(List<BoundExpr> elements, Type type, Span span) implements BoundExpr {
        public ManagedList { elements = List.copyOf(elements); }
    }

    /// `thread { … }`: starts a thread that runs `body` with the frame of this function in sight; gives its HANDLE.
    record StartThread(FunctionSymbol body, Type type, Span span) implements BoundExpr {}
}
