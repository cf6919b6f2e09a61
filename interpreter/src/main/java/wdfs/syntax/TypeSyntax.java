package wdfs.syntax;

import java.util.List;
import java.util.Optional;
import wdfs.source.Span;

/// A type as it is written; the parser has already turned C's declarators inside out.
public sealed interface TypeSyntax {
    Span span();

    /// C's own words (`unsigned long`, `void`, `__int64`), joined by one space in the order `unsigned`, `signed`, rest.
    record Builtin(String words, boolean isConst, Span span) implements TypeSyntax {}

    /// A typedef's, structure's, context's or handle's name.
    record Named(Name name, boolean isConst, Span span) implements TypeSyntax {}

    /// `struct S`, `union U`, `enum E` without a body.
    record Tagged(String keyword, Name tag, boolean isConst, Span span) implements TypeSyntax {}

    /// @param pack the packing in force (`#pragma pack`, `[[packed(n)]]`) in bytes; 0 for the default
    record StructBody(boolean union, Optional<Name> tag, List<Member> members, int pack, boolean isConst, Span span) implements TypeSyntax {
        public StructBody { members = List.copyOf(members); }
    }

    record EnumBody(Optional<Name> tag, List<Enumerator> enumerators, boolean isConst, Span span) implements TypeSyntax {
        public EnumBody { enumerators = List.copyOf(enumerators); }
    }

    /// @param isConst the pointer itself is const
    record PointerTo(TypeSyntax target, boolean isConst, Span span) implements TypeSyntax {}

    /// @param length empty for `[]`
    record ArrayOf(TypeSyntax element, Optional<Expr> length, Span span) implements TypeSyntax {}

    record FunctionOf(TypeSyntax returnType, List<Decl.Parameter> parameters, boolean variadic, Span span) implements TypeSyntax {
        public FunctionOf { parameters = List.copyOf(parameters); }
    }

    /// `var` in scripts: the type of the initialiser.
    record Inferred(Span span) implements TypeSyntax {}

    /// @param name empty for an unnamed bit-field and for an anonymous structure or union
    record Member(TypeSyntax type, Optional<Name> name, Optional<Expr> bitWidth, Optional<String> doc, Span span) {}

    record Enumerator(Name name, Optional<Expr> value, Span span) {}
}
