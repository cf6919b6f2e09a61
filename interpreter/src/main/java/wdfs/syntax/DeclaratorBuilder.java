package wdfs.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.antlr.v4.runtime.ParserRuleContext;
import wdfs.grammar.WdfsParser;
import wdfs.source.SourceFile;
import wdfs.source.Span;

/// C's declarations: specifiers and declarators, turned inside out into types.
final class DeclaratorBuilder {
    record Specifiers(TypeSyntax type, String storage, List<Decl.Sal> sal) {}

    record Declared(TypeSyntax type, Name name) {}

    private final SourceFile file;
    private final Tokens tokens;
    private final TreeBuilder trees;

    DeclaratorBuilder(SourceFile file, Tokens tokens, TreeBuilder trees) {
        this.file = file;
        this.tokens = tokens;
        this.trees = trees;
    }

    List<Decl> declaration(WdfsParser.DeclarationContext tree) {
        Specifiers specifiers = specifiers(tree.declSpec());
        List<Decl.Attribute> attributes = attributes(tree.attributes());
        Optional<String> doc = trees.doc(tree);
        Span span = trees.span(tree);
        List<Decl> list = new ArrayList<>();
        TypeSyntax base = withPacking(specifiers.type(), attributes);
        if (tree.initDeclarator().isEmpty()) {
            list.add(new Decl.TypeOnly(base, doc, span));
            return list;
        }
        boolean first = true;
        for (WdfsParser.InitDeclaratorContext declarator : tree.initDeclarator()) {
            Declared declared = declarator(base, declarator.declarator());
            List<Decl.Sal> sal = new ArrayList<>(specifiers.sal());
            declarator.sal().forEach(s -> sal.add(sal(s)));
            if (specifiers.storage().equals("typedef")) {
                list.add(first && !attributes.isEmpty()
                        ? new Decl.Variable("typedef", declared.type(), declared.name(), Optional.empty(), sal, attributes, doc, span)
                        : new Decl.Typedef(declared.type(), declared.name(), doc, span));
            } else if (declared.type() instanceof TypeSyntax.FunctionOf function && declarator.initializer() == null) {
                Optional<Stmt.Block> body = tree.compound() == null ? Optional.empty() : Optional.of(trees.block(tree.compound()));
                list.add(new Decl.Function(specifiers.storage(), function, declared.name(), body, sal, attributes, doc, span));
            } else {
                Optional<Initializer> initializer = declarator.initializer() == null ? Optional.empty()
                        : Optional.of(trees.expressions().initializer(declarator.initializer()));
                list.add(new Decl.Variable(specifiers.storage(), declared.type(), declared.name(), initializer, sal, attributes, doc,
                        trees.span(declarator)));
            }
            base = withoutBody(base);
            first = false;
        }
        return list;
    }

    /// The second declarator of `struct S { … } a, *b;` means the same structure.
    private static TypeSyntax withoutBody(TypeSyntax type) {
        return switch (type) {
            case TypeSyntax.StructBody s when s.tag().isPresent() -> new TypeSyntax.Tagged(s.union() ? "union" : "struct", s.tag().get(), s.isConst(), s.span());
            case TypeSyntax.EnumBody e when e.tag().isPresent() -> new TypeSyntax.Tagged("enum", e.tag().get(), e.isConst(), e.span());
            default -> type;
        };
    }

    private static TypeSyntax withPacking(TypeSyntax type, List<Decl.Attribute> attributes) {
        for (Decl.Attribute attribute : attributes) {
            if (attribute.name().equals("packed") && type instanceof TypeSyntax.StructBody s) {
                int pack = attribute.arguments().isEmpty() ? 1 : Integer.parseInt(attribute.arguments().getFirst());
                return new TypeSyntax.StructBody(s.union(), s.tag(), s.members(), pack, s.isConst(), s.span());
            }
        }
        return type;
    }

    List<Decl.Attribute> attributes(WdfsParser.AttributesContext tree) {
        List<Decl.Attribute> list = new ArrayList<>();
        if (tree != null) {
            for (WdfsParser.AttributeContext attribute : tree.attribute()) {
                list.add(new Decl.Attribute(attribute.anyName().getText(), splitWords(attribute.balanced()), trees.span(attribute)));
            }
        }
        return list;
    }

    /// The arguments as written, split at commas.
    private List<String> splitWords(List<WdfsParser.BalancedContext> parts) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        for (WdfsParser.BalancedContext part : parts) {
            if (part.getText().equals(",")) {
                words.add(word.toString());
                word.setLength(0);
            } else {
                word.append(part.getText());
            }
        }
        if (!word.isEmpty()) {
            words.add(word.toString());
        }
        return words;
    }

    private Decl.Sal sal(WdfsParser.SalContext tree) {
        List<Expr> arguments = new ArrayList<>();
        for (String word : splitWords(tree.balanced())) {
            arguments.add(new Expr.NameRef(new Name(word, trees.span(tree)), trees.span(tree)));
        }
        return new Decl.Sal(tree.Sal().getText(), arguments, trees.span(tree));
    }

    Specifiers specifiers(List<WdfsParser.DeclSpecContext> trees) {
        String storage = "";
        boolean isConst = false;
        List<String> words = new ArrayList<>();
        List<Decl.Sal> sal = new ArrayList<>();
        TypeSyntax type = null;
        Span span = null;
        for (WdfsParser.DeclSpecContext tree : trees) {
            if (tree.storage() != null) {
                String word = tree.storage().getText();
                storage = word.equals("static") && storage.equals("typedef") || tree.storage().Inline() != null || tree.storage().Auto() != null
                        || tree.storage().Register() != null ? storage : word;
            } else if (tree.qualifier() != null) {
                isConst |= tree.qualifier().Const() != null;
            } else if (tree.sal() != null) {
                sal.add(sal(tree.sal()));
            } else if (tree.typeSpec() != null) {
                Span here = this.trees.span(tree);
                span = span == null ? here : span.to(here);
                WdfsParser.TypeSpecContext spec = tree.typeSpec();
                if (spec.structSpec() != null) {
                    type = struct(spec.structSpec());
                } else if (spec.enumSpec() != null) {
                    type = enumeration(spec.enumSpec());
                } else if (spec.VAR() != null) {
                    type = new TypeSyntax.Inferred(here);
                } else if (spec.TypeName() != null) {
                    type = new TypeSyntax.Named(this.trees.name(spec), false, here);
                } else {
                    words.add(spec.getText());
                }
            }
        }
        if (span == null) {
            span = trees.isEmpty() ? file.span(0, 0) : this.trees.span(trees.getLast());
        }
        if (type == null || !words.isEmpty()) {
            words.sort((a, b) -> Integer.compare(order(a), order(b)));
            type = new TypeSyntax.Builtin(String.join(" ", words), isConst, span);
        } else if (isConst) {
            type = constant(type);
        }
        return new Specifiers(type, storage, sal);
    }

    private static int order(String word) {
        return switch (word) {
            case "unsigned", "signed" -> 0;
            case "long" -> 1;
            case "short" -> 2;
            default -> 3;
        };
    }

    private static TypeSyntax constant(TypeSyntax type) {
        return switch (type) {
            case TypeSyntax.Builtin t -> new TypeSyntax.Builtin(t.words(), true, t.span());
            case TypeSyntax.Named t -> new TypeSyntax.Named(t.name(), true, t.span());
            case TypeSyntax.Tagged t -> new TypeSyntax.Tagged(t.keyword(), t.tag(), true, t.span());
            case TypeSyntax.StructBody t -> new TypeSyntax.StructBody(t.union(), t.tag(), t.members(), t.pack(), true, t.span());
            case TypeSyntax.EnumBody t -> new TypeSyntax.EnumBody(t.tag(), t.enumerators(), true, t.span());
            default -> type;
        };
    }

    private TypeSyntax struct(WdfsParser.StructSpecContext tree) {
        boolean union = tree.Union() != null;
        Span span = trees.span(tree);
        if (tree.LBrace() == null) {
            return new TypeSyntax.Tagged(union ? "union" : "struct", trees.name(tree.anyName()), false, span);
        }
        Optional<Name> tag = tree.anyName() == null ? Optional.empty() : Optional.of(trees.name(tree.anyName()));
        TypeSyntax.StructBody body = new TypeSyntax.StructBody(union, tag, members(tree.structMember()), tokens.packAt(tree.getStart().getStartIndex()), false, span);
        return withPacking(body, attributes(tree.attributes()));
    }

    List<TypeSyntax.Member> members(List<WdfsParser.StructMemberContext> list) {
        List<TypeSyntax.Member> members = new ArrayList<>();
        for (WdfsParser.StructMemberContext tree : list) {
            if (tree.declSpec().isEmpty()) {
                continue;
            }
            TypeSyntax base = specifiers(tree.declSpec()).type();
            Optional<String> doc = trees.doc(tree);
            if (tree.structDeclarator().isEmpty()) {
                members.add(new TypeSyntax.Member(base, Optional.empty(), Optional.empty(), doc, trees.span(tree)));
            }
            for (WdfsParser.StructDeclaratorContext declarator : tree.structDeclarator()) {
                Optional<Expr> width = declarator.conditional() == null ? Optional.empty() : Optional.of(trees.expressions().conditional(declarator.conditional()));
                if (declarator.declarator() == null) {
                    members.add(new TypeSyntax.Member(base, Optional.empty(), width, doc, trees.span(declarator)));
                } else {
                    Declared declared = declarator(base, declarator.declarator());
                    members.add(new TypeSyntax.Member(declared.type(), Optional.of(declared.name()), width, doc, trees.span(declarator)));
                }
            }
        }
        return members;
    }

    private TypeSyntax enumeration(WdfsParser.EnumSpecContext tree) {
        Span span = trees.span(tree);
        if (tree.LBrace() == null) {
            return new TypeSyntax.Tagged("enum", trees.name(tree.anyName()), false, span);
        }
        List<TypeSyntax.Enumerator> enumerators = new ArrayList<>();
        for (WdfsParser.EnumeratorContext e : tree.enumerator()) {
            enumerators.add(new TypeSyntax.Enumerator(trees.name(e.anyName()),
                    e.conditional() == null ? Optional.empty() : Optional.of(trees.expressions().conditional(e.conditional())), trees.span(e)));
        }
        Optional<Name> tag = tree.anyName() == null ? Optional.empty() : Optional.of(trees.name(tree.anyName()));
        return new TypeSyntax.EnumBody(tag, enumerators, false, span);
    }

    // ---- declarators ---------------------------------------------------------------------------------------------------------

    Declared declarator(TypeSyntax base, WdfsParser.DeclaratorContext tree) {
        return direct(pointers(base, tree.pointer()), tree.directDeclarator());
    }

    private TypeSyntax pointers(TypeSyntax base, List<WdfsParser.PointerContext> pointers) {
        TypeSyntax type = base;
        for (WdfsParser.PointerContext pointer : pointers) {
            boolean isConst = pointer.qualifier().stream().anyMatch(q -> q.Const() != null);
            type = new TypeSyntax.PointerTo(type, isConst, trees.span(pointer));
        }
        return type;
    }

    /// Wraps from the outside in: `*a[3]` is an array of pointers because the suffix belongs to the name first.
    private Declared direct(TypeSyntax type, WdfsParser.DirectDeclaratorContext tree) {
        return switch (tree) {
            case WdfsParser.NameDeclaratorContext c -> new Declared(type, trees.name(c));
            case WdfsParser.ParenDeclaratorContext c -> declarator(type, c.declarator());
            case WdfsParser.ArrayDeclaratorContext c -> direct(array(type, c.expression(), c), c.directDeclarator());
            case WdfsParser.FunctionDeclaratorContext c -> direct(function(type, c.parameters(), c), c.directDeclarator());
            default -> throw new NullPointerException();
        };
    }

    private TypeSyntax array(TypeSyntax element, WdfsParser.ExpressionContext length, ParserRuleContext tree) {
        return new TypeSyntax.ArrayOf(element, length == null ? Optional.empty() : Optional.of(trees.expressions().expression(length)), trees.span(tree));
    }

    private TypeSyntax.FunctionOf function(TypeSyntax result, WdfsParser.ParametersContext parameters, ParserRuleContext tree) {
        List<Decl.Parameter> list = new ArrayList<>();
        boolean variadic = false;
        if (parameters != null) {
            variadic = parameters.Ellipsis() != null;
            for (WdfsParser.ParameterContext parameter : parameters.parameter()) {
                list.add(parameter(parameter));
            }
        }
        if (list.size() == 1 && list.getFirst().name().isEmpty() && list.getFirst().type() instanceof TypeSyntax.Builtin b && b.words().equals("void")) {
            list.clear();
        }
        if (list.size() == 1 && list.getFirst().name().isEmpty() && list.getFirst().type() instanceof TypeSyntax.Named n && n.name().text().equals("VOID")) {
            list.clear();
        }
        return new TypeSyntax.FunctionOf(result, list, variadic, trees.span(tree));
    }

    private Decl.Parameter parameter(WdfsParser.ParameterContext tree) {
        Specifiers specifiers = specifiers(tree.declSpec());
        TypeSyntax type = specifiers.type();
        Optional<Name> name = Optional.empty();
        if (tree.declarator() != null) {
            Declared declared = declarator(type, tree.declarator());
            type = declared.type();
            name = Optional.of(declared.name());
        } else if (tree.abstractDeclarator() != null) {
            type = abstractType(type, tree.abstractDeclarator());
        }
        Optional<Expr> defaultValue = tree.assignment() == null ? Optional.empty() : Optional.of(trees.expressions().assignment(tree.assignment()));
        return new Decl.Parameter(type, name, defaultValue, specifiers.sal(), trees.span(tree));
    }

    TypeSyntax typeName(WdfsParser.TypeNameContext tree) {
        TypeSyntax base = specifiers(tree.declSpec()).type();
        return tree.abstractDeclarator() == null ? base : abstractType(base, tree.abstractDeclarator());
    }

    private TypeSyntax abstractType(TypeSyntax base, WdfsParser.AbstractDeclaratorContext tree) {
        TypeSyntax type = pointers(base, tree.pointer());
        return tree.directAbstract() == null ? type : directAbstract(type, tree.directAbstract());
    }

    private TypeSyntax directAbstract(TypeSyntax type, WdfsParser.DirectAbstractContext tree) {
        return switch (tree) {
            case WdfsParser.AbstractParenContext c -> abstractType(type, c.abstractDeclarator());
            case WdfsParser.AbstractArrayContext c -> array(type, c.expression(), c);
            case WdfsParser.AbstractFunctionContext c -> function(type, c.parameters(), c);
            case WdfsParser.AbstractArrayOfContext c -> directAbstract(array(type, c.expression(), c), c.directAbstract());
            case WdfsParser.AbstractFunctionOfContext c -> directAbstract(function(type, c.parameters(), c), c.directAbstract());
            default -> type;
        };
    }
}
