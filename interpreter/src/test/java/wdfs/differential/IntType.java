package wdfs.differential;

/// The integer types that wdfs and the prelude for gcc call by the same names, with the same widths. C's own `long` is
/// missing: it has 32 bits here and 64 there.
enum IntType {
    BOOL("_Bool", 8, false), CHAR("CHAR", 8, true), SIGNED_CHAR("signed char", 8, true), UCHAR("UCHAR", 8, false),
    SHORT("SHORT", 16, true), USHORT("USHORT", 16, false), INT("int", 32, true), UINT("unsigned int", 32, false),
    LONG("LONG", 32, true), ULONG("ULONG", 32, false), LONGLONG("LONGLONG", 64, true), ULONGLONG("ULONGLONG", 64, false);

    final String spelling;
    final int bits;
    final boolean signed;

    IntType(String spelling, int bits, boolean signed) {
        this.spelling = spelling;
        this.bits = bits;
        this.signed = signed;
    }

    /// What C makes of a value of this type in an operation.
    IntType promoted() {
        return bits < 32 ? INT : this;
    }

    /// What a bit-field of this type and width becomes in an operation: an `int` if that holds all its values.
    IntType promoted(int width) {
        return width < 32 || width == 32 && signed ? INT : width == 32 ? UINT : this;
    }

    /// C's usual arithmetic conversions; of the types of equal width it gives any, as only width and sign count here.
    static IntType arithmetic(IntType left, IntType right) {
        IntType a = left.promoted();
        IntType b = right.promoted();
        if (a.bits != b.bits) {
            return a.bits > b.bits ? a : b;
        }
        return a.signed ? b : a;
    }
}
