package wdfs.codegen;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.constant.ClassDesc;
import wdfs.types.Type;

/// How values of the language's types are held by the JVM.
final class Kinds {
    enum Kind { INT, LONG, REFERENCE, VOID }

    private Kinds() {}

    static Kind of(Type type) {
        return switch (type) {
            case Type.Int i -> i.bits() <= 32 ? Kind.INT : Kind.LONG;
            case Type.Enum _, Type.Error _ -> Kind.INT;
            case Type.Pointer _, Type.Handle _, Type.Struct _, Type.Array _, Type.Function _ -> Kind.LONG;
            case Type.Managed m -> m.kind() == Type.ManagedKind.DURATION ? Kind.LONG : Kind.REFERENCE;
            case Type.Void _ -> Kind.VOID;
        };
    }

    static ClassDesc desc(Type type) {
        return switch (of(type)) {
            case INT -> CD_int;
            case LONG -> CD_long;
            case VOID -> CD_void;
            case REFERENCE -> switch (((Type.Managed) type).kind()) {
                case STRING -> CD_String;
                case BYTES -> CD_byte.arrayType();
                case LIST -> ClassDesc.of("java.util.List");
                case IO_RESULT -> ClassDesc.of("wdfs.runtime.IoResult");
                default -> CD_Object;
            };
        };
    }

    /// What {@code wdfs.runtime.Value} calls the type.
    static String valueKind(Type type) {
        return switch (type) {
            case Type.Int i -> switch (i.alias()) {
                case "NTSTATUS" -> "NTSTATUS";
                case "BOOLEAN", "BOOL" -> "BOOLEAN";
                case "CHAR", "char" -> "char";
                case "WCHAR", "wchar_t" -> "wchar";
                default -> i.kind() == Type.IntKind.BOOL ? "bool" : i.kind() == Type.IntKind.CHAR ? "char" : (i.signed() ? "i" : "u") + i.bits();
            };
            case Type.Enum e -> {
                StringBuilder text = new StringBuilder("enum:");
                e.enumerators().forEach((name, value) -> text.append(text.length() == 5 ? "" : ",").append(name).append('=').append(value));
                yield text.length() < 4000 ? text.toString() : "i32";
            }
            case Type.Handle h -> "h:" + h.name();
            case Type.Pointer p -> switch (p.target()) {
                case Type.Int i when i.kind() == Type.IntKind.CHAR -> "cstr";
                case Type.Int i when i.alias().equals("WCHAR") -> "wstr";
                default -> "ptr";
            };
            case Type.Array a -> "array:" + elementKind(a.element()) + ":" + a.length();
            case Type.Struct s -> "struct:" + s.name() + ":" + s.size();
            default -> "i64";
        };
    }

    private static String elementKind(Type type) {
        return switch (type) {
            case Type.Struct s -> "struct:" + s.name() + ":" + s.size();
            case Type.Array a -> "struct:array:" + a.size();
            case Type.Enum _ -> "i32";
            case Type.Pointer _, Type.Handle _ -> "u64";
            default -> valueKind(type);
        };
    }
}
