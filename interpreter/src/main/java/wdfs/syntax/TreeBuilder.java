package wdfs.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import wdfs.diagnostics.Findings;
import wdfs.grammar.WdfsLexer;
import wdfs.grammar.WdfsParser;
import wdfs.source.SourceFile;
import wdfs.source.Span;

/// The parse tree to declarations and statements of the AST; ANTLR's classes end here. A piece that the parser could not
/// make sense of is left out: its finding has been given.
final class TreeBuilder {
    private final SourceFile file;
    private final Tokens tokens;
    private final Findings findings;
    private final Predicate<String> knownTypes;
    private final ExprBuilder expressions;
    private final DeclaratorBuilder declarators;

    /// @param depth how many interpolated strings are around the text
    TreeBuilder(SourceFile file, Tokens tokens, Findings findings, Predicate<String> knownTypes, int depth) {
        this.file = file;
        this.tokens = tokens;
        this.findings = findings;
        this.knownTypes = knownTypes;
        this.expressions = new ExprBuilder(file, findings, knownTypes, this, depth);
        this.declarators = new DeclaratorBuilder(file, tokens, this);
    }

    ExprBuilder expressions() {
        return expressions;
    }

    Span span(ParserRuleContext tree) {
        return expressions.span(tree);
    }

    Name name(ParserRuleContext tree) {
        return new Name(tree.getText(), span(tree));
    }

    TypeSyntax typeName(WdfsParser.TypeNameContext tree) {
        return declarators.typeName(tree);
    }

    Optional<String> doc(ParserRuleContext tree) {
        return Optional.ofNullable(tokens.docBefore(tree.getStart().getStartIndex()));
    }

    /// A tree with holes is no news once the parser has complained.
    private <T> Optional<T> whole(Supplier<T> build) {
        try {
            return Optional.ofNullable(build.get());
        } catch (NullPointerException | IndexOutOfBoundsException | IllegalStateException e) {
            if (!findings.hasErrors()) {
                throw e;
            }
            return Optional.empty();
        }
    }

    // ---- declarations ------------------------------------------------------------------------------------------------------

    List<Decl> topLevels(List<WdfsParser.TopLevelContext> trees) {
        List<Decl> list = new ArrayList<>();
        for (WdfsParser.TopLevelContext tree : trees) {
            whole(() -> {
                topLevel(tree, list);
                return tree;
            });
        }
        return list;
    }

    private void topLevel(WdfsParser.TopLevelContext tree, List<Decl> into) {
        switch (tree) {
            case WdfsParser.ImportDeclContext c -> {
                if (c.StringLiteral() != null) {
                    String text = c.StringLiteral().getText();
                    into.add(new Decl.Import(text.substring(1, text.length() - 1), false, expressions.span(c.StringLiteral().getSymbol()), span(c)));
                } else {
                    into.add(new Decl.Import(c.importPath().getText(), true, span(c.importPath()), span(c)));
                }
            }
            case WdfsParser.IncludeLineContext c -> include(c, into);
            case WdfsParser.DefineLineContext c -> into.add(define(c.anyName(), c.defineValue(), c));
            case WdfsParser.IoctlTopContext c -> whole(() -> ioctl(c.ioctl())).ifPresent(into::add);
            case WdfsParser.DriverDeclContext c -> into.add(new Decl.Driver(name(c.anyName()), name(c.framework()),
                    c.VersionLiteral() == null ? Optional.empty() : Optional.of(c.VersionLiteral().getText()), driverMembers(c.driverMember()), doc(c), span(c)));
            case WdfsParser.HardwareDeclContext c -> into.add(new Decl.Hardware(name(c.anyName()), hardwareMembers(c.hardwareMember()), doc(c), span(c)));
            case WdfsParser.DevnodeDeclContext c -> into.add(new Decl.Devnode(name(c.anyName()), properties(c.property()), doc(c), span(c)));
            case WdfsParser.ProcessTopContext c -> into.add(process(c.process()));
            case WdfsParser.TestDeclContext c -> {
                String text = c.StringLiteral().getText();
                into.add(new Decl.Test(text.substring(1, text.length() - 1), expressions.span(c.StringLiteral().getSymbol()), block(c.compound()), doc(c), span(c)));
            }
            case WdfsParser.ContextTopContext c -> into.add(context(c.context()));
            case WdfsParser.DeclarationTopContext c -> into.addAll(declarators.declaration(c.declaration()));
            case WdfsParser.FormTopContext c -> into.add(new Decl.FormDecl(expressions.form(c.form()), span(c)));
            case WdfsParser.ExternCContext c -> into.addAll(topLevels(c.topLevel()));
            default -> { }
        }
    }

    private void include(WdfsParser.IncludeLineContext tree, List<Decl> into) {
        String text = tree.PpInclude().getText();
        if (text.length() > 2) {
            into.add(new Decl.Import(text.substring(1, text.length() - 1), text.startsWith("<"), span(tree), span(tree)));
        }
    }

    private Decl.Define define(WdfsParser.AnyNameContext name, WdfsParser.DefineValueContext value, ParserRuleContext tree) {
        return new Decl.Define(name(name), value == null ? Optional.empty() : Optional.of(expressions.expression(value.expression())), doc(tree), span(tree));
    }

    private Decl ioctl(WdfsParser.IoctlContext tree) {
        return switch (tree) {
            case WdfsParser.IoctlBlockContext c -> new Decl.Ioctl(name(c.anyName()), Optional.empty(), properties(c.property()), doc(c), span(c));
            case WdfsParser.IoctlCodeContext c -> new Decl.Ioctl(name(c.anyName()), Optional.of(expressions.expression(c.expression())), List.of(), doc(c), span(c));
            default -> throw new IllegalStateException("a tree without an alternative");
        };
    }

    private Decl.Process process(WdfsParser.ProcessContext tree) {
        Optional<Name> after = tree.anyName().size() > 1 ? Optional.of(name(tree.anyName(1))) : Optional.empty();
        return new Decl.Process(name(tree.anyName(0)), after, block(tree.compound()), doc(tree), span(tree));
    }

    private Decl.Context context(WdfsParser.ContextContext tree) {
        Name name = name(tree.anyName(0));
        Optional<Name> accessor = tree.anyName().size() > 1 ? Optional.of(name(tree.anyName(1))) : Optional.empty();
        TypeSyntax.StructBody body = new TypeSyntax.StructBody(false, Optional.of(name), declarators.members(tree.structMember()),
                tokens.packAt(tree.getStart().getStartIndex()), false, span(tree));
        return new Decl.Context(name, accessor, body, doc(tree), span(tree));
    }

    private List<Decl> driverMembers(List<WdfsParser.DriverMemberContext> trees) {
        List<Decl> list = new ArrayList<>();
        for (WdfsParser.DriverMemberContext tree : trees) {
            whole(() -> {
                switch (tree) {
                    case WdfsParser.DriverContextContext c -> list.add(context(c.context()));
                    case WdfsParser.DeviceDeclContext c ->
                            list.add(new Decl.Device(name(c.anyName()), c.CONTROL() != null, deviceMembers(c.deviceMember()), doc(c), span(c)));
                    case WdfsParser.DriverOtherContext c -> member(c.member(), list);
                    default -> { }
                }
                return tree;
            });
        }
        return list;
    }

    private List<Decl> deviceMembers(List<WdfsParser.DeviceMemberContext> trees) {
        List<Decl> list = new ArrayList<>();
        for (WdfsParser.DeviceMemberContext tree : trees) {
            whole(() -> {
                switch (tree) {
                    case WdfsParser.QueueDeclContext c -> list.add(new Decl.Queue(name(c.anyName(0)), name(c.queueDispatch()),
                            c.anyName().size() > 1 ? Optional.of(name(c.anyName(1))) : Optional.empty(), members(c.member()), doc(c), span(c)));
                    case WdfsParser.ObjectDeclContext c -> list.add(new Decl.FrameworkObject(name(c.objectKind()), name(c.anyName(0)),
                            c.anyName().size() > 1 ? Optional.of(name(c.anyName(1))) : Optional.empty(),
                            clauses(c.clause()), members(c.member()), doc(c), span(c)));
                    case WdfsParser.DeviceOtherContext c -> member(c.member(), list);
                    default -> { }
                }
                return tree;
            });
        }
        return list;
    }

    /// Words of clauses that take no name behind them.
    private static final Set<String> FLAGS = Set.of("passive", "paged", "nonpaged", "high_resolution", "level_sensitive", "latched", "message", "shared");

    /// `passive lock Gate` and `latched shared` read like words and their values, one as the other; a flag's name is the next word.
    private List<Decl.Clause> clauses(List<WdfsParser.ClauseContext> trees) {
        List<Decl.Clause> list = new ArrayList<>();
        Name word = null;
        for (WdfsParser.ClauseContext tree : trees) {
            Decl.Clause clause = clause(tree);
            boolean literal = clause.value().isPresent() && !(clause.value().get() instanceof Expr.NameRef);
            if (word != null && !literal && !FLAGS.contains(word.text())) {
                list.add(new Decl.Clause(word, Optional.of(new Expr.NameRef(clause.word(), clause.word().span())), word.span().to(clause.word().span())));
                word = null;
            } else {
                if (word != null) {
                    list.add(new Decl.Clause(word, Optional.empty(), word.span()));
                    word = null;
                }
                if (literal || !FLAGS.contains(clause.word().text())) {
                    list.add(clause);
                    continue;
                }
                list.add(new Decl.Clause(clause.word(), Optional.empty(), clause.word().span()));
            }
            if (clause.value().isPresent()) {
                word = ((Expr.NameRef) clause.value().get()).name();
            }
        }
        if (word != null) {
            list.add(new Decl.Clause(word, Optional.empty(), word.span()));
        }
        return list;
    }

    private Decl.Clause clause(WdfsParser.ClauseContext tree) {
        Optional<Expr> value = Optional.empty();
        if (tree.primaryValue() != null) {
            WdfsParser.PrimaryValueContext v = tree.primaryValue();
            if (v.literal() != null) {
                value = Optional.of(expressions.literal(v.literal()));
            } else if (v.expression() != null) {
                value = Optional.of(expressions.expression(v.expression()));
            } else {
                value = Optional.of(new Expr.NameRef(name(v), span(v)));
            }
        }
        return new Decl.Clause(name(tree.name()), value, span(tree));
    }

    private List<Decl> members(List<WdfsParser.MemberContext> trees) {
        List<Decl> list = new ArrayList<>();
        for (WdfsParser.MemberContext tree : trees) {
            whole(() -> {
                member(tree, list);
                return tree;
            });
        }
        return list;
    }

    private void member(WdfsParser.MemberContext tree, List<Decl> into) {
        switch (tree) {
            case WdfsParser.MemberDefineContext c -> into.add(define(c.anyName(), c.defineValue(), c));
            case WdfsParser.HandleDeclContext c -> into.add(new Decl.Handle(c.INTERNAL() != null, name(c.anyName()), callbackParameters(c.callbackParameters()),
                    block(c.compound()), doc(c), span(c)));
            case WdfsParser.CallbackBodyContext c -> into.add(new Decl.Callback(name(c.name()), callbackParameters(c.callbackParameters()),
                    Optional.of(block(c.compound())), Optional.empty(), doc(c), span(c)));
            case WdfsParser.CallbackFunctionContext c -> into.add(new Decl.Callback(name(c.name()), List.of(), Optional.empty(),
                    Optional.of(expressions.expression(c.expression())), doc(c), span(c)));
            case WdfsParser.MemberDeclarationContext c -> into.addAll(declarators.declaration(c.declaration()));
            case WdfsParser.MemberPropertyContext c -> whole(() -> property(c.property())).ifPresent(into::add);
            case WdfsParser.MemberFormContext c -> into.add(new Decl.FormDecl(expressions.form(c.form()), span(c)));
            default -> { }
        }
    }

    private List<Decl.CallbackParameter> callbackParameters(WdfsParser.CallbackParametersContext tree) {
        List<Decl.CallbackParameter> list = new ArrayList<>();
        if (tree != null) {
            for (WdfsParser.CallbackParameterContext parameter : tree.callbackParameter()) {
                if (parameter.name() != null) {
                    list.add(new Decl.CallbackParameter(Optional.empty(), name(parameter.name()), span(parameter)));
                } else {
                    DeclaratorBuilder.Declared declared = declarators.declarator(declarators.specifiers(parameter.declSpec()).type(), parameter.declarator());
                    list.add(new Decl.CallbackParameter(Optional.of(declared.type()), declared.name(), span(parameter)));
                }
            }
        }
        return list;
    }

    private List<Decl.Property> properties(List<WdfsParser.PropertyContext> trees) {
        List<Decl.Property> list = new ArrayList<>();
        for (WdfsParser.PropertyContext tree : trees) {
            whole(() -> property(tree)).ifPresent(p -> {
                if (p instanceof Decl.Property property) {
                    list.add(property);
                } else {
                    findings.add(SyntaxFindings.unexpected(p.span(), "this block", "word value;"));
                }
            });
        }
        return list;
    }

    private List<Decl.Directive> directives(List<WdfsParser.DirectiveContext> trees) {
        List<Decl.Directive> list = new ArrayList<>();
        for (WdfsParser.DirectiveContext tree : trees) {
            whole(() -> {
                List<Name> values = new ArrayList<>();
                for (WdfsParser.DirectiveValueContext value : tree.directiveValue()) {
                    Span place = span(value);
                    String text = value.StringLiteral() == null ? place.text() : place.text().substring(place.text().indexOf('"') + 1, place.text().length() - 1);
                    values.add(new Name(text, place));
                }
                return new Decl.Directive(name(tree.name()), values, span(tree));
            }).ifPresent(list::add);
        }
        return list;
    }

    private Decl property(WdfsParser.PropertyContext tree) {
        return switch (tree) {
            case WdfsParser.PropertyBlockContext c -> new Decl.PropertyBlock(name(c.name()), properties(c.property()), directives(c.directive()), span(c));
            case WdfsParser.PropertyLineContext c -> {
                List<Decl.PropertyValue> values = new ArrayList<>();
                for (WdfsParser.PropertyValueContext value : c.propertyValue()) {
                    values.add(value.typeName() != null ? new Decl.PropertyValue.OfType(typeName(value.typeName()))
                            : new Decl.PropertyValue.OfExpr(expressions.assignment(value.assignment())));
                }
                yield new Decl.Property(name(c.name()), values, span(c));
            }
            default -> throw new IllegalStateException("a tree without an alternative");
        };
    }

    private List<Decl> hardwareMembers(List<WdfsParser.HardwareMemberContext> trees) {
        List<Decl> list = new ArrayList<>();
        for (WdfsParser.HardwareMemberContext tree : trees) {
            whole(() -> {
                switch (tree) {
                    case WdfsParser.RegistersDeclContext c ->
                            list.add(new Decl.Registers(name(c.name()), c.register().stream().map(this::register).toList(), span(c)));
                    case WdfsParser.HardwareInterruptContext c -> list.add(new Decl.FrameworkObject(new Name("interrupt", span(c)), name(c.anyName()), Optional.empty(),
                            clauses(c.clause()), List.of(), doc(c), span(c)));
                    case WdfsParser.OnEventContext c -> list.add(new Decl.OnEvent(name(c.name(0)),
                            c.name().size() > 1 ? Optional.of(name(c.name(1))) : Optional.empty(),
                            c.onParameters() == null ? List.of() : c.onParameters().name().stream().map(this::name).toList(), block(c.compound()), span(c)));
                    case WdfsParser.HardwareDeclarationContext c -> list.addAll(declarators.declaration(c.declaration()));
                    case WdfsParser.HardwarePropertyContext c -> whole(() -> property(c.property())).ifPresent(list::add);
                    default -> { }
                }
                return tree;
            });
        }
        return list;
    }

    private Decl.Register register(WdfsParser.RegisterContext tree) {
        return new Decl.Register(expressions.literal(tree.literal()), name(tree.anyName()), typeName(tree.typeName()),
                tree.registerFlag().stream().map(this::flag).toList(), optional(tree.conditional()),
                tree.registerField().stream().map(this::field).toList(), doc(tree), span(tree));
    }

    private Decl.RegisterField field(WdfsParser.RegisterFieldContext tree) {
        int bits = tree.DotDot() == null ? 1 : 2;
        return new Decl.RegisterField(name(tree.anyName()), expressions.conditional(tree.conditional(0)),
                bits > 1 ? Optional.of(expressions.conditional(tree.conditional(1))) : Optional.empty(),
                tree.registerFlag().stream().map(this::flag).toList(),
                tree.conditional().size() > bits ? Optional.of(expressions.conditional(tree.conditional(bits))) : Optional.empty(), span(tree));
    }

    private Optional<Expr> optional(WdfsParser.ConditionalContext tree) {
        return tree == null ? Optional.empty() : Optional.of(expressions.conditional(tree));
    }

    private Decl.Clause flag(WdfsParser.RegisterFlagContext tree) {
        return new Decl.Clause(name(tree.name()), optional(tree.conditional()), span(tree));
    }

    // ---- statements ----------------------------------------------------------------------------------------------------------

    Stmt.Block block(WdfsParser.CompoundContext tree) {
        List<Stmt> list = new ArrayList<>();
        if (tree == null) {
            return new Stmt.Block(list, file.span(0, 0));
        }
        list.addAll(statements(tree.statement()));
        return new Stmt.Block(list, span(tree));
    }

    List<Stmt> statements(List<WdfsParser.StatementContext> trees) {
        List<Stmt> list = new ArrayList<>();
        for (WdfsParser.StatementContext statement : trees) {
            whole(() -> statement(statement)).ifPresent(list::add);
        }
        return list;
    }

    private Stmt statement(WdfsParser.StatementContext tree) {
        Span span = span(tree);
        return switch (tree) {
            case WdfsParser.BlockStatementContext c -> block(c.compound());
            case WdfsParser.CaseStatementContext c -> new Stmt.Case(expressions.expression(c.expression()), span);
            case WdfsParser.DefaultStatementContext _ -> new Stmt.Default(span);
            case WdfsParser.LabelStatementContext c -> new Stmt.Label(name(c.anyName()), span);
            case WdfsParser.IfStatementContext c -> new Stmt.If(expressions.expression(c.expression()), statement(c.statement(0)),
                    c.statement().size() > 1 ? Optional.of(statement(c.statement(1))) : Optional.empty(), span);
            case WdfsParser.SwitchStatementContext c -> new Stmt.Switch(expressions.expression(c.expression()), statement(c.statement()), span);
            case WdfsParser.WhileStatementContext c -> new Stmt.While(expressions.expression(c.expression()), statement(c.statement()), span);
            case WdfsParser.DoStatementContext c -> new Stmt.DoWhile(statement(c.statement()), expressions.expression(c.expression()), span);
            case WdfsParser.ForInStatementContext c -> new Stmt.ForIn(name(c.name()), expressions.expression(c.expression()), statement(c.statement()), span);
            case WdfsParser.ForStatementContext c -> forStatement(c, span);
            case WdfsParser.GotoStatementContext c -> new Stmt.Goto(name(c.anyName()), span);
            case WdfsParser.ContinueStatementContext _ -> new Stmt.Continue(span);
            case WdfsParser.BreakStatementContext _ -> new Stmt.Break(span);
            case WdfsParser.ReturnStatementContext c ->
                    new Stmt.Return(c.expression() == null ? Optional.empty() : Optional.of(expressions.expression(c.expression())), span);
            case WdfsParser.LeaveStatementContext _ -> new Stmt.Leave(span);
            case WdfsParser.TryStatementContext c -> c.Except() != null
                    ? new Stmt.TryExcept(block(c.compound(0)), expressions.expression(c.expression()), block(c.compound(1)), span)
                    : new Stmt.TryFinally(block(c.compound(0)), block(c.compound(1)), span);
            case WdfsParser.DefineStatementContext c -> new Stmt.Local(List.of(define(c.anyName(), c.defineValue(), c)), span);
            case WdfsParser.ExpectEventContext c -> new Stmt.ExpectEvent(c.eventKind().getText(), name(c.anyName()), c.eventParameter().stream()
                    .map(p -> p.getText().equals("_") ? Optional.<Expr>empty() : Optional.of(expressions.conditional(p.conditional()))).toList(),
                    block(c.compound()), span);
            case WdfsParser.ExpectErrorContext c -> expectError(c.ExpectErrorBlock().getSymbol(), span);
            case WdfsParser.ExpectStatementContext c -> new Stmt.Expect(expressions.expression(c.expression()), span);
            case WdfsParser.ThreadStatementContext c -> new Stmt.Thread(block(c.compound()), span);
            case WdfsParser.ProcessStatementContext c -> new Stmt.Process(process(c.process()), span);
            case WdfsParser.AfterStatementContext c -> new Stmt.After(expressions.conditional(c.conditional()), block(c.compound()), span);
            case WdfsParser.LineStatementContext c -> new Stmt.InterruptLine(c.RAISE() != null, name(c.name()),
                    c.expression() == null ? Optional.empty() : Optional.of(expressions.expression(c.expression())), span);
            case WdfsParser.DeclarationStatementContext c -> new Stmt.Local(declarators.declaration(c.declaration()), span);
            case WdfsParser.ExpressionStatementContext c -> new Stmt.Expression(expressions.expression(c.expression()), span);
            default -> new Stmt.Empty(span);
        };
    }

    private Stmt forStatement(WdfsParser.ForStatementContext tree, Span span) {
        // The two semicolons tell which of the optional expressions are there.
        Optional<Stmt> init = Optional.empty();
        Optional<Expr> condition = Optional.empty();
        Optional<Expr> step = Optional.empty();
        int semicolons = 0;
        for (int i = 0; i < tree.getChildCount(); i++) {
            var child = tree.getChild(i);
            if (child instanceof WdfsParser.DeclarationContext declaration) {
                init = Optional.of(new Stmt.Local(declarators.declaration(declaration), span(declaration)));
                semicolons++;
            } else if (child.getPayload() instanceof Token token && token.getType() == WdfsLexer.Semi) {
                semicolons++;
            } else if (child instanceof WdfsParser.ExpressionContext expression) {
                Expr value = expressions.expression(expression);
                switch (semicolons) {
                    case 0 -> init = Optional.of(new Stmt.Expression(value, value.span()));
                    case 1 -> condition = Optional.of(value);
                    default -> step = Optional.of(value);
                }
            }
        }
        return new Stmt.For(init, condition, step, statement(tree.statement()), span);
    }

    private Stmt expectError(Token token, Span span) {
        String text = token.getText();
        int open = text.indexOf('{');
        String head = text.substring(0, open).strip();
        String code = head.substring(head.lastIndexOf("error") + 5).strip();
        int codeStart = token.getStartIndex() + text.indexOf(code, text.indexOf("error") + 5);
        int start = token.getStartIndex() + open;
        int end = token.getStopIndex() + 1;
        Findings declarationFindings = new Findings();
        List<Decl> declarations = Parser.parseDeclarations(file, start + 1, end - 1, declarationFindings, knownTypes, false);
        Span codeSpan = file.span(codeStart, codeStart + code.length());
        if (!declarationFindings.hasErrors()) {
            return new Stmt.ExpectError(code, codeSpan, List.of(), declarations, declarationFindings, span);
        }
        Findings statementFindings = new Findings();
        List<Stmt> statements = Parser.parseStatements(file, start, end, statementFindings, knownTypes);
        return new Stmt.ExpectError(code, codeSpan, statements, List.of(), statementFindings, span);
    }
}
