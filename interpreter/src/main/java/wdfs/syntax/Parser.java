package wdfs.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.antlr.v4.runtime.BailErrorStrategy;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.CommonToken;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.DefaultErrorStrategy;
import org.antlr.v4.runtime.ListTokenSource;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.atn.PredictionMode;
import org.antlr.v4.runtime.misc.IntervalSet;
import org.antlr.v4.runtime.misc.ParseCancellationException;
import wdfs.diagnostics.Findings;
import wdfs.grammar.WdfsLexer;
import wdfs.grammar.WdfsParser;
import wdfs.source.SourceFile;

/// Text to tree. Total: whatever the text is, a tree and findings come back.
public final class Parser {
    private Parser() {}

    /// @param knownTypes the type names that imports and the library bring
    public static Decl.Unit parse(SourceFile file, Findings findings, Predicate<String> knownTypes) {
        return new Decl.Unit(file, parseDeclarations(file, 0, file.text().length(), findings, knownTypes, false));
    }

    /// The declarations in a stretch of `file`: a part of the library, or text that the lowering made.
    public static List<Decl> parseDeclarations(SourceFile file, int start, int end, Findings findings, Predicate<String> knownTypes, boolean script) {
        Tokens tokens = Tokens.of(file, start, end, findings);
        if (!tokens.isSound()) {
            return List.of();
        }
        List<CommonToken> list = script ? tokens.list() : Outline.mend(file, tokens.list(), findings);
        return deep(() -> run(file, tokens, list, end, findings, knownTypes, script, 0, WdfsParser::unit,
                (tree, builder) -> builder.topLevels(tree.topLevel())).orElse(List.of()), List.of(), file, findings);
    }

    /// The statements in a stretch of `file`, as a process would have them.
    static List<Stmt> parseStatements(SourceFile file, int start, int end, Findings findings, Predicate<String> knownTypes) {
        Tokens tokens = Tokens.of(file, start, end, findings);
        if (!tokens.isSound()) {
            return List.of();
        }
        return run(file, tokens, tokens.list(), end, findings, knownTypes, true, 0, WdfsParser::compound, (tree, builder) -> builder.block(tree).statements()).orElse(List.of());
    }

    /// Statements as they are typed in a session: the last one needs no semicolon.
    public static List<Stmt> parseInput(SourceFile file, Findings findings, Predicate<String> knownTypes) {
        int end = file.text().length();
        Tokens tokens = Tokens.of(file, 0, end, findings);
        if (!tokens.isSound()) {
            return List.of();
        }
        List<CommonToken> list = new ArrayList<>(tokens.list());
        if (!list.isEmpty() && list.getLast().getType() != WdfsLexer.Semi) {
            CommonToken semicolon = new CommonToken(list.getLast());
            semicolon.setType(WdfsLexer.Semi);
            semicolon.setText("the end of the input");
            semicolon.setStartIndex(end);
            semicolon.setStopIndex(end - 1);
            list.add(semicolon);
        }
        return deep(() -> run(file, tokens, list, end, findings, knownTypes, true, 0, WdfsParser::inputLines, (tree, builder) -> builder.statements(tree.statement()))
                .orElse(List.of()), List.of(), file, findings);
    }

    /// The expression in a hole of an interpolated string; {@link Expr.Missing} if there is none.
    /// @param depth how many interpolated strings are around it; each level reads its text anew, so there are few
    static Expr parseExpression(SourceFile file, int start, int end, Findings findings, Predicate<String> knownTypes, int depth) {
        if (depth > Tokens.INTERPOLATION_LIMIT) {
            findings.add(SyntaxFindings.tooDeep(file.span(start, end), Tokens.INTERPOLATION_LIMIT));
            return new Expr.Missing(file.span(start, end));
        }
        Tokens tokens = Tokens.of(file, start, end, findings);
        if (!tokens.isSound()) {
            return new Expr.Missing(file.span(start, end));
        }
        return run(file, tokens, tokens.list(), end, findings, knownTypes, true, depth, WdfsParser::expression, (tree, builder) -> builder.expressions().expression(tree))
                .orElse(new Expr.Missing(file.span(start, end)));
    }

    /// The tokens and the parse tree of a text without mistakes, for those who lay it out; empty if it has any.
    public static Optional<ParsedText> parsed(SourceFile file, Predicate<String> knownTypes) {
        Findings findings = new Findings();
        parse(file, findings, knownTypes);
        if (findings.hasErrors()) {
            return Optional.empty();
        }
        Tokens tokens = Tokens.of(file, findings);
        List<CommonToken> settled = TypeNames.settle(file, Outline.mend(file, tokens.list(), findings), knownTypes, findings, false);
        try {
            WdfsParser parser = parser(file, settled, file.text().length());
            parser.removeErrorListeners();
            parser.setErrorHandler(new BailErrorStrategy());
            return Optional.of(new ParsedText(Tokens.raw(file.text(), 0), parser.unit(), tokens.leftOut()));
        } catch (ParseCancellationException _) {
            return Optional.empty();
        }
    }

    /// The type names that a file declares at file level.
    public static Set<String> typeNamesOf(SourceFile file) {
        Tokens tokens = Tokens.of(file, new Findings());
        return TypeNames.declared(file, tokens.list());
    }

    /// Whether the lines typed so far are a whole input: no bracket, string or comment is open.
    public static boolean isComplete(String text) {
        Findings findings = new Findings();
        Tokens.of(SourceFile.script("input", text), findings);
        return findings.sorted().stream().noneMatch(f -> f.code().equals("LANG-002") && f.message().contains("never closed") || f.code().equals("LANG-006"));
    }

    /// @return empty if the text was given up; findings have been given
    private static <T extends ParserRuleContext, R> Optional<R> run(SourceFile file, Tokens tokens, List<CommonToken> list, int end, Findings findings,
            Predicate<String> knownTypes, boolean script, int depth, Function<WdfsParser, T> rule, java.util.function.BiFunction<T, TreeBuilder, R> build) {
        List<CommonToken> settled = TypeNames.settle(file, list, knownTypes, findings, script);
        boolean bracketsAreWrong = findings.hold("LANG-002");
        T tree;
        try {
            WdfsParser fast = parser(file, settled, end);
            fast.getInterpreter().setPredictionMode(PredictionMode.SLL);
            fast.removeErrorListeners();
            fast.setErrorHandler(new BailErrorStrategy());
            tree = rule.apply(fast);
            if (fast.getCurrentToken().getType() != Token.EOF) {
                throw new ParseCancellationException();
            }
        } catch (ParseCancellationException _) {
            WdfsParser careful = parser(file, settled, end);
            careful.removeErrorListeners();
            careful.addErrorListener(new Reporter(file, findings, bracketsAreWrong));
            careful.setErrorHandler(new DefaultErrorStrategy());
            try {
                tree = rule.apply(careful);
            } catch (ParseCancellationException _) {
                return Optional.empty();
            }
            if (careful.getCurrentToken().getType() != Token.EOF && !findings.hasErrors()) {
                // A rule that does not run to the end leaves what it cannot use: `{a b}` in an interpolated string.
                CommonToken left = (CommonToken) careful.getCurrentToken();
                findings.add(SyntaxFindings.unexpected(file.span(left.getStartIndex(), left.getStopIndex() + 1), "'" + left.getText() + "'", ""));
            }
        }
        return Optional.of(build.apply(tree, new TreeBuilder(file, tokens, findings, knownTypes, depth)));
    }

    private static WdfsParser parser(SourceFile file, List<CommonToken> tokens, int endOffset) {
        List<Token> list = new ArrayList<>(tokens);
        CommonToken end = new CommonToken(Token.EOF, endOffset == file.text().length() ? "the end of the file" : "the end of the expression");
        end.setStartIndex(endOffset);
        end.setStopIndex(endOffset - 1);
        list.add(end);
        return new WdfsParser(new CommonTokenStream(new ListTokenSource(list)));
    }

    /// Runs with a stack that the limits on nesting cannot exhaust; should it happen all the same, it is a finding.
    private static <R> R deep(java.util.function.Supplier<R> work, R otherwise, SourceFile file, Findings findings) {
        try {
            return work.get();
        } catch (StackOverflowError _) {
            findings.add(SyntaxFindings.tooDeep(file.span(0, 0), Tokens.NESTING_LIMIT));
            return otherwise;
        }
    }

    /// Turns ANTLR's errors into findings: the first of each statement, in our words.
    private static final class Reporter extends BaseErrorListener {
        /// A text with more errors is no script. To look for what might be meant at each of them takes long, and says nothing.
        private static final int MOST = 2000;

        private final SourceFile file;
        private final Findings findings;
        private final boolean quiet;
        private int lastLine = -10;
        private int count;
        private int met;

        Reporter(SourceFile file, Findings findings, boolean quiet) {
            this.file = file;
            this.findings = findings;
            this.quiet = quiet;
        }

        @Override
        public void syntaxError(Recognizer<?, ?> recognizer, Object symbol, int line, int column, String message, RecognitionException e) {
            CommonToken token = (CommonToken) symbol;
            if (++met > MOST) {
                throw new ParseCancellationException();
            }
            int at = file.lineOf(Math.max(0, token.getStartIndex()));
            if (at - lastLine <= 1 || quiet && token.getType() == Token.EOF || count >= 50) {
                lastLine = at;
                return;
            }
            lastLine = at;
            count++;
            WdfsParser parser = (WdfsParser) recognizer;
            IntervalSet expected = e == null ? parser.getExpectedTokens() : e.getExpectedTokens() == null ? new IntervalSet() : e.getExpectedTokens();
            String found = token.getType() == Token.EOF ? token.getText() : "'" + token.getText().lines().findFirst().orElse("") + "'";
            var span = file.span(token.getStartIndex(), Math.max(token.getStartIndex(), token.getStopIndex() + 1));
            if (expected.contains(WdfsLexer.Semi) && expected.size() < 40 && endsStatement(parser, token)) {
                CommonToken before = (CommonToken) parser.getTokenStream().LT(-1);
                if (before != null) {
                    findings.add(SyntaxFindings.missingBefore(file.span(before.getStopIndex(), before.getStopIndex() + 1), "';'", found)
                            .help("write ';' at the end of the statement"));
                    return;
                }
            }
            Token beforeName = parser.getTokenStream().LT(-2);
            if (beforeName != null && beforeName.getType() == WdfsLexer.DRIVER && token.getType() == WdfsLexer.LBrace) {
                findings.add(SyntaxFindings.unknownFramework(span));
                return;
            }
            findings.add(wantsExpression(expected) ? SyntaxFindings.noExpression(span, found) : SyntaxFindings.unexpected(span, found, describe(expected)));
        }

        /// Whether nothing but an expression can go on here; a statement, which could be one, can do so as well as others.
        private static boolean wantsExpression(IntervalSet expected) {
            return expected.contains(WdfsLexer.IntLiteral) && expected.contains(WdfsLexer.LParen) && expected.contains(WdfsLexer.Tilde) && !expected.contains(WdfsLexer.Return)
                    && !expected.contains(WdfsLexer.Semi) && !expected.contains(WdfsLexer.RParen) && !expected.contains(WdfsLexer.RBrace) && !expected.contains(WdfsLexer.RBracket);
        }

        private boolean endsStatement(WdfsParser parser, CommonToken token) {
            Token before = parser.getTokenStream().LT(-1);
            return before != null && file.lineOf(before.getStopIndex()) < file.lineOf(Math.max(0, token.getStartIndex())) || token.getType() == WdfsLexer.RBrace;
        }

        private static String describe(IntervalSet expected) {
            List<String> words = new ArrayList<>();
            boolean names = false;
            for (int type : expected.toList()) {
                if (type == WdfsLexer.Identifier) {
                    names = true;
                }
            }
            for (int type : expected.toList()) {
                if (names && type >= WdfsLexer.DRIVER && type <= WdfsLexer.DMA_ENABLER) {
                    continue;
                }
                String literal = WdfsLexer.VOCABULARY.getLiteralName(type);
                words.add(literal != null ? literal : switch (type) {
                    case WdfsLexer.Identifier -> "a name";
                    case WdfsLexer.TypeName -> "a type";
                    case WdfsLexer.IntLiteral -> "a number";
                    case WdfsLexer.StringLiteral -> "a string";
                    case Token.EOF -> "the end of the file";
                    case WdfsLexer.PpEnd -> "the end of the line";
                    default -> "";
                });
            }
            words.removeIf(String::isEmpty);
            return words.isEmpty() || words.size() > 8 ? "" : String.join(" or ", words);
        }
    }
}
