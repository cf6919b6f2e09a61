package wdfs.types;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A type of the language: C's types in the Microsoft x64 ABI (LLP64), the framework's opaque handles, and the managed
/// types of scripts. Sizes and alignments are in bytes.
public sealed interface Type {
    /// Size in bytes; 0 for `void`, functions, incomplete and managed types.
    long size();

    int alignment();

    /// The type as C writes it, for messages.
    String show();

    // ---- C ---------------------------------------------------------------------------------------------------------

    record Void() implements Type {
        @Override public long size() { return 0; }
        @Override public int alignment() { return 1; }
        @Override public String show() { return "void"; }
    }

    /// C's integer types. `long` and `int` are distinct types of the same representation.
    enum IntKind {
        BOOL("bool", 8, false, 0), CHAR("char", 8, true, 1), SCHAR("signed char", 8, true, 1), UCHAR("unsigned char", 8, false, 1),
        SHORT("short", 16, true, 2), USHORT("unsigned short", 16, false, 2), INT("int", 32, true, 3), UINT("unsigned int", 32, false, 3),
        LONG("long", 32, true, 4), ULONG("unsigned long", 32, false, 4), LLONG("long long", 64, true, 5), ULLONG("unsigned long long", 64, false, 5);

        public final String spelling;
        public final int bits;
        public final boolean signed;
        /// C's conversion rank.
        public final int rank;

        IntKind(String spelling, int bits, boolean signed, int rank) {
            this.spelling = spelling;
            this.bits = bits;
            this.signed = signed;
            this.rank = rank;
        }

        public IntKind unsigned() {
            return switch (this) {
                case CHAR, SCHAR, UCHAR -> UCHAR;
                case SHORT, USHORT -> USHORT;
                case INT, UINT -> UINT;
                case LONG, ULONG -> ULONG;
                case LLONG, ULLONG -> ULLONG;
                case BOOL -> BOOL;
            };
        }
    }

    /// @param alias the typedef's name (`ULONG`, `NTSTATUS`, `BOOLEAN`) or the C spelling; it decides how a value is
    ///     printed (an NTSTATUS by name) and never whether types agree: compare kinds.
    record Int(IntKind kind, String alias) implements Type {
        public static Int of(IntKind kind) { return new Int(kind, kind.spelling); }
        @Override public long size() { return kind.bits / 8; }
        @Override public int alignment() { return kind.bits / 8; }
        @Override public String show() { return alias; }
        public int bits() { return kind.bits; }
        public boolean signed() { return kind.signed; }
    }

    /// An enumeration: represented as `int`.
    record Enum(String name, Map<String, Integer> enumerators) implements Type {
        public Enum { enumerators = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(enumerators)); }
        @Override public long size() { return 4; }
        @Override public int alignment() { return 4; }
        @Override public String show() { return name; }
    }

    /// @param constTarget what is pointed to may not be stored to through this pointer
    record Pointer(Type target, boolean constTarget) implements Type {
        public static Pointer to(Type target) { return new Pointer(target, false); }
        @Override public long size() { return 8; }
        @Override public int alignment() { return 8; }
        @Override public String show() { return (constTarget ? "const " : "") + target.show() + " *"; }
    }

    /// @param length elements; -1 while unknown (`T a[]`)
    record Array(Type element, long length) implements Type {
        @Override public long size() { return length < 0 ? 0 : element.size() * length; }
        @Override public int alignment() { return element.alignment(); }
        @Override public String show() { return element.show() + "[" + (length < 0 ? "" : length) + "]"; }
    }

    /// A member of a structure or union.
    /// @param offset bytes from the start of the structure to the member, or to its storage unit if it is a bit-field
    /// @param bitOffset bits from the unit's low end; -1 if not a bit-field
    /// @param bitWidth bits; 0 if not a bit-field
    /// @param name the empty string for an unnamed bit-field or an anonymous struct or union, whose members are found
    ///     through {@link Struct#find}
    record Field(String name, Type type, long offset, int bitOffset, int bitWidth) {
        public boolean isBitField() { return bitOffset >= 0; }
    }

    /// A structure or union; identity counts, and the members are set once when its body has been seen.
    final class Struct implements Type {
        private final String name;
        private final boolean union;
        private List<Field> fields;
        private long size;
        private int alignment = 1;

        public Struct(String name, boolean union) {
            this.name = name;
            this.union = union;
        }

        public String name() { return name; }
        public boolean isUnion() { return union; }
        public boolean isComplete() { return fields != null; }

        public void complete(List<Field> members, long sizeBytes, int alignmentBytes) {
            if (fields != null) {
                throw new IllegalStateException("completed twice: " + name);
            }
            fields = List.copyOf(members);
            size = sizeBytes;
            alignment = alignmentBytes;
        }

        public List<Field> fields() { return fields == null ? List.of() : fields; }

        /// The member of that name, looked for in anonymous members too; its offset counts from this structure's start.
        public Optional<Field> find(String member) {
            for (Field field : fields()) {
                if (field.name().equals(member)) {
                    return Optional.of(field);
                }
                if (field.name().isEmpty() && field.type() instanceof Struct inner) {
                    Optional<Field> found = inner.find(member);
                    if (found.isPresent()) {
                        Field f = found.get();
                        return Optional.of(new Field(f.name(), f.type(), field.offset() + f.offset(), f.bitOffset(), f.bitWidth()));
                    }
                }
            }
            return Optional.empty();
        }

        /// All member names that {@link #find} knows, for suggestions.
        public List<String> memberNames() {
            List<String> names = new ArrayList<>();
            for (Field field : fields()) {
                if (!field.name().isEmpty()) {
                    names.add(field.name());
                } else if (field.type() instanceof Struct inner) {
                    names.addAll(inner.memberNames());
                }
            }
            return names;
        }

        @Override public long size() { return size; }
        @Override public int alignment() { return alignment; }
        @Override public String show() { return name; }
        @Override public String toString() { return name; }
    }

    record Function(Type returnType, List<Type> parameters, boolean variadic) implements Type {
        public Function { parameters = List.copyOf(parameters); }
        @Override public long size() { return 0; }
        @Override public int alignment() { return 1; }
        @Override public String show() {
            StringBuilder text = new StringBuilder(returnType.show()).append(" (");
            for (int i = 0; i < parameters.size(); i++) {
                text.append(i == 0 ? "" : ", ").append(parameters.get(i).show());
            }
            return text.append(variadic ? ", ...)" : ")").toString();
        }
    }

    /// A framework handle (`WDFREQUEST`, `WDFMEMORY`, …): 64 opaque bits, a type of its own, convertible to `WDFOBJECT`
    /// without a cast and to another handle type with one. The Win32 and kernel `HANDLE` is `void *`, as in C.
    record Handle(String name) implements Type {
        @Override public long size() { return 8; }
        @Override public int alignment() { return 8; }
        @Override public String show() { return name; }
    }

    // ---- scripts ---------------------------------------------------------------------------------------------------

    enum ManagedKind { STRING("string"), BYTES("bytes"), LIST("list"), DURATION("duration"), IO_RESULT("IoResult"),
        /// Any value, boxed: what `print` takes and `ioctl` sends. Only as a parameter of the helpers of scripts.
        ANY("value");
        public final String spelling;
        ManagedKind(String spelling) { this.spelling = spelling; }
    }

    /// A managed value: no address, no size. STRING is `java.lang.String`, BYTES `byte[]`, LIST `java.util.List<Object>`,
    /// DURATION a `long` of nanoseconds, IO_RESULT `wdfs.runtime.IoResult`, ANY `java.lang.Object`.
    /// @param element the element type of a list, for `for … in`; null otherwise
    record Managed(ManagedKind kind, Type element) implements Type {
        public static final Managed STRING = new Managed(ManagedKind.STRING, null);
        public static final Managed BYTES = new Managed(ManagedKind.BYTES, null);
        public static final Managed DURATION = new Managed(ManagedKind.DURATION, null);
        public static final Managed IO_RESULT = new Managed(ManagedKind.IO_RESULT, null);
        public static final Managed ANY = new Managed(ManagedKind.ANY, null);
        @Override public long size() { return 0; }
        @Override public int alignment() { return 1; }
        @Override public String show() { return kind.spelling; }
    }

    /// Stands where a type could not be found out; agrees with everything, so that one cause makes one finding.
    record Error() implements Type {
        @Override public long size() { return 4; }
        @Override public int alignment() { return 4; }
        @Override public String show() { return "?"; }
    }
}
