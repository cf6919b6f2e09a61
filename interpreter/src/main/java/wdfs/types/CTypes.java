package wdfs.types;

import wdfs.types.Type.IntKind;

/// Questions about types that C's rules ask all the time.
public final class CTypes {
    public static final Type.Void VOID = new Type.Void();
    public static final Type.Error ERROR = new Type.Error();
    public static final Type.Int INT = Type.Int.of(IntKind.INT);
    public static final Type.Int UINT = Type.Int.of(IntKind.UINT);
    public static final Type.Int LONG64 = Type.Int.of(IntKind.LLONG);
    public static final Type.Int ULONG64 = Type.Int.of(IntKind.ULLONG);
    public static final Type.Int CHAR = Type.Int.of(IntKind.CHAR);
    public static final Type.Int BOOL = Type.Int.of(IntKind.BOOL);
    /// Microsoft's `wchar_t`: 16 bits, unsigned.
    public static final Type.Int WCHAR = new Type.Int(IntKind.USHORT, "WCHAR");
    public static final Type.Pointer VOID_POINTER = Type.Pointer.to(VOID);

    private CTypes() {}

    public static boolean isError(Type type) {
        return switch (type) {
            case Type.Error _ -> true;
            case Type.Pointer p -> isError(p.target());
            case Type.Array a -> isError(a.element());
            default -> false;
        };
    }

    /// An integer or an enumeration.
    public static boolean isInteger(Type type) {
        return type instanceof Type.Int || type instanceof Type.Enum;
    }

    /// What can be tested against zero.
    public static boolean isScalar(Type type) {
        return isInteger(type) || type instanceof Type.Pointer || type instanceof Type.Handle;
    }

    public static boolean isVoid(Type type) {
        return type instanceof Type.Void;
    }

    public static boolean isManaged(Type type) {
        return type instanceof Type.Managed;
    }

    public static boolean isVoidPointer(Type type) {
        return type instanceof Type.Pointer(Type.Void _, _);
    }

    public static boolean isCharacter(Type type) {
        return type instanceof Type.Int(IntKind kind, _) && kind.bits == 8 && kind != IntKind.BOOL;
    }

    public static boolean isWideCharacter(Type type) {
        return type instanceof Type.Int(IntKind kind, _) && kind == IntKind.USHORT;
    }

    /// The integer kind that a value of this type has; an enumeration's is `int`.
    public static IntKind kind(Type type) {
        return switch (type) {
            case Type.Int i -> i.kind();
            case Type.Enum _ -> IntKind.INT;
            default -> IntKind.ULLONG;
        };
    }

    public static boolean isSigned(Type type) {
        return isInteger(type) && kind(type).signed;
    }

    public static int bits(Type type) {
        return isInteger(type) ? kind(type).bits : 64;
    }

    /// Whether objects of the type exist: it has a size.
    public static boolean isComplete(Type type) {
        return switch (type) {
            case Type.Void _, Type.Function _ -> false;
            case Type.Struct s -> s.isComplete();
            case Type.Array a -> a.length() >= 0 && isComplete(a.element());
            case Type.Managed _ -> false;
            default -> true;
        };
    }

    /// Whether two types are one type for C; typedef names do not count, and neither does the difference between `int`,
    /// `long` and an enumeration, which have one representation here.
    public static boolean same(Type left, Type right) {
        if (left == right || left instanceof Type.Error || right instanceof Type.Error) {
            return true;
        }
        return switch (left) {
            case Type.Int a -> isInteger(right) && sameRepresentation(a.kind(), kind(right));
            case Type.Enum a -> right instanceof Type.Enum e ? a.name().equals(e.name()) : right instanceof Type.Int i
                    && sameRepresentation(IntKind.INT, i.kind());
            case Type.Pointer(Type target, _) -> right instanceof Type.Pointer(Type other, _)
                    && same(target, other);
            case Type.Array a -> right instanceof Type.Array b && same(a.element(), b.element()) && (a.length() == b.length() || a.length() < 0 || b.length() < 0);
            case Type.Function a -> right instanceof Type.Function b && sameFunction(a, b);
            case Type.Handle a -> right instanceof Type.Handle b && a.name().equals(b.name());
            case Type.Managed a -> right instanceof Type.Managed b && a.kind() == b.kind();
            case Type.Void _ -> right instanceof Type.Void;
            case Type.Struct _, Type.Error _ -> false;
        };
    }

    private static boolean sameRepresentation(IntKind a, IntKind b) {
        return a.bits == b.bits && a.signed == b.signed && (a == IntKind.BOOL) == (b == IntKind.BOOL);
    }

    private static boolean sameFunction(Type.Function a, Type.Function b) {
        if (a.variadic() != b.variadic() || a.parameters().size() != b.parameters().size() || !same(a.returnType(), b.returnType())) {
            return false;
        }
        for (int i = 0; i < a.parameters().size(); i++) {
            if (!same(a.parameters().get(i), b.parameters().get(i))) {
                return false;
            }
        }
        return true;
    }

    /// Whether a pointer to the one may be used as a pointer to the other without a cast: the same type, `void`, or
    /// integers of one size (`CHAR *` for `UCHAR *`).
    public static boolean pointeesAgree(Type from, Type to) {
        return from instanceof Type.Void || to instanceof Type.Void || same(from, to)
                || isInteger(from) && isInteger(to) && bits(from) == bits(to);
    }

    /// Arrays become pointers and functions pointers to functions, as in a parameter or a value.
    public static Type decayed(Type type) {
        return switch (type) {
            case Type.Array a -> Type.Pointer.to(a.element());
            case Type.Function f -> Type.Pointer.to(f);
            default -> type;
        };
    }
}
