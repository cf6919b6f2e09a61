package wdfs.types;

import wdfs.types.Type.IntKind;

/// C's conversions under LLP64: what a value becomes in an operation, and what may be assigned to what.
public final class Conversions {
    private Conversions() {}

    /// What an assignment, argument or return would be.
    public enum Verdict {
        FINE,
        /// `const T *` to `T *`.
        LOSES_CONST,
        /// A pointer from an integer, or the reverse.
        INTEGER_AND_POINTER,
        /// Pointers to different types.
        OTHER_POINTEE,
        /// A framework handle of another kind.
        OTHER_HANDLE,
        /// Nothing of this kind.
        IMPOSSIBLE
    }

    /// C's integer promotions: what is smaller than `int` becomes `int`, an enumeration too.
    public static Type promoted(Type type) {
        return switch (type) {
            case Type.Int i -> i.kind().rank < IntKind.INT.rank ? CTypes.INT : i;
            case Type.Enum _ -> CTypes.INT;
            default -> type;
        };
    }

    /// What a bit-field becomes: an `int` if that holds all the values of its width, whatever its type is. C says so of
    /// `int` and `unsigned` fields; compilers say it of all.
    public static Type promoted(Type type, int width) {
        if (width < 32 || width == 32 && CTypes.isSigned(type)) {
            return CTypes.INT;
        }
        return width == 32 ? CTypes.UINT : promoted(type);
    }

    /// C's usual arithmetic conversions. `unsigned int` with `long` gives `unsigned long`: both have 32 bits here.
    public static Type arithmetic(Type left, Type right) {
        Type a = promoted(left);
        Type b = promoted(right);
        if (a instanceof Type.Error || b instanceof Type.Error) {
            return CTypes.ERROR;
        }
        if (a.equals(b)) {
            return a;
        }
        IntKind x = CTypes.kind(a);
        IntKind y = CTypes.kind(b);
        if (x == y) {
            return Type.Int.of(x);
        }
        if (x.signed == y.signed) {
            return x.rank > y.rank ? a : b;
        }
        IntKind unsigned = x.signed ? y : x;
        IntKind signed = x.signed ? x : y;
        if (unsigned.rank >= signed.rank) {
            return x.signed ? b : a;
        }
        if (signed.bits > unsigned.bits) {
            return x.signed ? a : b;
        }
        return Type.Int.of(signed.unsigned());
    }

    /// @param nullConstant the value is an integer constant 0 or `(void *)0`
    public static Verdict assign(Type from, boolean nullConstant, Type to) {
        if (CTypes.isError(from) || CTypes.isError(to)) {
            return Verdict.FINE;
        }
        return switch (to) {
            case Type.Int _, Type.Enum _ -> CTypes.isInteger(from) ? Verdict.FINE
                    : from instanceof Type.Pointer || from instanceof Type.Handle
                            ? to instanceof Type.Int(IntKind k, _) && k == IntKind.BOOL ? Verdict.FINE : Verdict.INTEGER_AND_POINTER
                            : Verdict.IMPOSSIBLE;
            case Type.Pointer target -> toPointer(from, nullConstant, target);
            case Type.Handle(String name) -> switch (from) {
                case Type.Handle(String other) -> other.equals(name) || name.equals("WDFOBJECT") || other.equals("WDFOBJECT")
                        ? Verdict.FINE : Verdict.OTHER_HANDLE;
                // In the WDK a handle is a pointer; `void *` goes both ways.
                case Type.Pointer p -> CTypes.isVoid(p.target()) ? Verdict.FINE : Verdict.OTHER_POINTEE;
                default -> CTypes.isInteger(from) ? nullConstant ? Verdict.FINE : Verdict.INTEGER_AND_POINTER : Verdict.IMPOSSIBLE;
            };
            case Type.Struct s -> from == s ? Verdict.FINE : Verdict.IMPOSSIBLE;
            case Type.Managed m -> from instanceof Type.Managed f && (f.kind() == m.kind() || m.kind() == Type.ManagedKind.ANY) ? Verdict.FINE
                    : Verdict.IMPOSSIBLE;
            default -> Verdict.IMPOSSIBLE;
        };
    }

    private static Verdict toPointer(Type from, boolean nullConstant, Type.Pointer to) {
        return switch (from) {
            case Type.Pointer p -> {
                if (nullConstant) {
                    yield Verdict.FINE;
                }
                // `&buffer` for a PVOID *: by the book C wants a cast here, and published drivers, which compile, do without one.
                boolean anyBuffer = to.target() instanceof Type.Pointer(Type inner, _) && CTypes.isVoid(inner) && p.target() instanceof Type.Pointer;
                if (!anyBuffer && !CTypes.pointeesAgree(p.target(), to.target())) {
                    yield Verdict.OTHER_POINTEE;
                }
                yield p.constTarget() && !to.constTarget() && !(p.target() instanceof Type.Function) ? Verdict.LOSES_CONST : Verdict.FINE;
            }
            case Type.Handle _ -> CTypes.isVoid(to.target()) ? Verdict.FINE : Verdict.OTHER_POINTEE;
            default -> CTypes.isInteger(from) ? nullConstant ? Verdict.FINE : Verdict.INTEGER_AND_POINTER : Verdict.IMPOSSIBLE;
        };
    }

    /// Whether `(to)value` is C.
    public static boolean castable(Type from, Type to) {
        if (CTypes.isError(from) || CTypes.isError(to) || CTypes.isVoid(to)) {
            return true;
        }
        return CTypes.isScalar(from) && CTypes.isScalar(to) || from instanceof Type.Struct && from == to
                || from instanceof Type.Managed && CTypes.same(from, to);
    }
}
