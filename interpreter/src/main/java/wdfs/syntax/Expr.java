package wdfs.syntax;

import java.util.List;
import java.util.Optional;
import wdfs.source.Span;

/// An expression as it is written.
public sealed interface Expr {
    Span span();

    /// An integer: its value as 64 bits, and what decides its C type.
    /// @param decimal written in decimal (then only signed types are tried unless `unsigned`)
    /// @param suffixUnsigned `u` stood behind it
    /// @param suffixLongs how many `l` stood behind it; 2 also for `i64`
    /// @param overflow does not fit 64 bits
    record IntLiteral(long value, boolean decimal, boolean suffixUnsigned, int suffixLongs, boolean overflow, Span span) implements Expr {}

    /// `'A'`, `L'A'`, `'ohcE'` (value already computed, Microsoft's way).
    record CharLiteral(int value, boolean wide, Span span) implements Expr {}

    /// `"…"` or `L"…"`, neighbours joined, escapes resolved; each char of `value` is one array element (a byte if not wide).
    record StringLiteral(String value, boolean wide, Span span) implements Expr {}

    /// `x"DE AD"`.
    record BytesLiteral(List<Byte> value, Span span) implements Expr {
        public BytesLiteral { value = List.copyOf(value); }
    }

    /// `$"…{expr:format}…"`.
    record Interpolated(List<Part> parts, Span span) implements Expr {
        public Interpolated { parts = List.copyOf(parts); }
        public sealed interface Part {}
        public record Text(String text) implements Part {}
        public record Hole(Expr value, Optional<String> format) implements Part {}
    }

    /// `50us`, in nanoseconds.
    record DurationLiteral(long nanos, Span span) implements Expr {}

    /// `1.33`: only as a version.
    record VersionLiteral(String text, Span span) implements Expr {}

    record NameRef(Name name, Span span) implements Expr {}

    /// `[a, b]` in scripts.
    record ListLiteral(List<Expr> elements, Span span) implements Expr {
        public ListLiteral { elements = List.copyOf(elements); }
    }

    /// `T { Key: 1, 2 }` and `(T){ .Key = 1 }`.
    record Compound(TypeSyntax type, Initializer.Braces value, Span span) implements Expr {}

    /// @param operator as written: `+ - ! ~ * & ++ --`
    record Unary(String operator, Expr operand, Span span) implements Expr {}

    /// `x++`, `x--`.
    record Postfix(String operator, Expr operand, Span span) implements Expr {}

    /// All of C's binary operators, `&&` and `||` and `,` too.
    record Binary(String operator, Expr left, Expr right, Span operatorSpan, Span span) implements Expr {}

    /// @param operator `=`, `+=`, …
    record Assign(String operator, Expr target, Expr value, Span operatorSpan, Span span) implements Expr {}

    record Conditional(Expr condition, Expr whenTrue, Expr whenFalse, Span span) implements Expr {}

    record Cast(TypeSyntax type, Expr operand, Span span) implements Expr {}

    record SizeofType(TypeSyntax type, Span span) implements Expr {}

    record SizeofExpr(Expr operand, Span span) implements Expr {}

    record Call(Expr callee, List<Argument> arguments, Span span) implements Expr {
        public Call { arguments = List.copyOf(arguments); }
    }

    record Index(Expr base, Expr index, Span span) implements Expr {}

    /// `a.b` or, with `arrow`, `a->b`.
    record Member(Expr base, boolean arrow, Name member, Span span) implements Expr {}

    /// A form of the language that takes types or member names: `CONTAINING_RECORD(p, T, f)`, `FIELD_OFFSET(T, a.b[3])`,
    /// `offsetof`, `RTL_NUMBER_OF`, `WDF_DECLARE_CONTEXT_TYPE…`, `WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&a, T)`,
    /// `WdfObjectGet_T` stays a call. Arguments are types or expressions as they parse.
    record Form(Name form, List<FormArgument> arguments, Span span) implements Expr {
        public Form { arguments = List.copyOf(arguments); }
    }

    /// `HANDLE t = thread { … };`
    record ThreadBlock(Stmt.Block body, Span span) implements Expr {}

    /// What stands where no expression could be read; a finding has been given.
    record Missing(Span span) implements Expr {}

    /// @param name present in `out: 64`
    record Argument(Optional<Name> name, Expr value) {}

    sealed interface FormArgument {
        record OfType(TypeSyntax type) implements FormArgument {}
        record OfExpr(Expr expr) implements FormArgument {}
    }
}
