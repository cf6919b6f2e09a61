package wdfs.syntax;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.antlr.v4.runtime.CommonToken;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import wdfs.diagnostics.Findings;
import wdfs.grammar.WdfsLexer;
import wdfs.grammar.WdfsParser;
import wdfs.source.SourceFile;
import wdfs.source.Span;

/// Expressions of the parse tree to expressions of the AST.
final class ExprBuilder {
    private static final int OPERATOR_LIMIT = 2000;
    /// Far more than 64 bits need, in any base.
    private static final int MOST_DIGITS = 100;
    private static final Map<String, Integer> PRECEDENCE = Map.ofEntries(Map.entry("*", 10), Map.entry("/", 10), Map.entry("%", 10), Map.entry("+", 9),
            Map.entry("-", 9), Map.entry("<<", 8), Map.entry(">>", 8), Map.entry("<", 7), Map.entry(">", 7), Map.entry("<=", 7), Map.entry(">=", 7),
            Map.entry("==", 6), Map.entry("!=", 6), Map.entry("&", 5), Map.entry("^", 4), Map.entry("|", 3), Map.entry("&&", 2), Map.entry("||", 1));

    private final SourceFile file;
    private final Findings findings;
    private final Predicate<String> knownTypes;
    private final TreeBuilder trees;
    /// How many interpolated strings are around the text.
    private final int stringsAround;

    ExprBuilder(SourceFile file, Findings findings, Predicate<String> knownTypes, TreeBuilder trees, int stringsAround) {
        this.stringsAround = stringsAround;
        this.file = file;
        this.findings = findings;
        this.knownTypes = knownTypes;
        this.trees = trees;
    }

    Span span(ParserRuleContext tree) {
        Token first = tree.getStart();
        Token last = tree.getStop() == null ? first : tree.getStop();
        int start = Math.max(0, first.getStartIndex());
        return file.span(start, Math.max(start, last.getStopIndex() + 1));
    }

    Span span(Token token) {
        return file.span(token.getStartIndex(), token.getStopIndex() + 1);
    }

    Expr expression(WdfsParser.ExpressionContext tree) {
        if (tree == null || tree.assignment().isEmpty()) {
            return new Expr.Missing(tree == null ? file.span(0, 0) : span(tree));
        }
        Expr left = assignment(tree.assignment(0));
        if (tree.assignment().size() > OPERATOR_LIMIT) {
            findings.add(SyntaxFindings.tooManyOperators(span(tree), OPERATOR_LIMIT));
            return new Expr.Missing(span(tree));
        }
        for (int i = 1; i < tree.assignment().size(); i++) {
            Expr right = assignment(tree.assignment(i));
            left = new Expr.Binary(",", left, right, span(tree.Comma(i - 1).getSymbol()), left.span().to(right.span()));
        }
        return left;
    }

    Expr assignment(WdfsParser.AssignmentContext tree) {
        if (tree == null) {
            return new Expr.Missing(file.span(0, 0));
        }
        Expr target = conditional(tree.conditional());
        if (tree.assignment() == null) {
            return target;
        }
        Token operator = (Token) tree.getChild(1).getPayload();
        return new Expr.Assign(operator.getText(), target, assignment(tree.assignment()), span(operator), span(tree));
    }

    Expr conditional(WdfsParser.ConditionalContext tree) {
        if (tree == null) {
            return new Expr.Missing(file.span(0, 0));
        }
        Expr condition = binary(tree.binary());
        if (tree.Question() == null) {
            return condition;
        }
        return new Expr.Conditional(condition, expression(tree.expression()), conditional(tree.conditional()), span(tree));
    }

    private Expr binary(WdfsParser.BinaryContext tree) {
        if (tree == null || tree.unary().isEmpty()) {
            return new Expr.Missing(tree == null ? file.span(0, 0) : span(tree));
        }
        if (tree.unary().size() > OPERATOR_LIMIT) {
            findings.add(SyntaxFindings.tooManyOperators(span(tree), OPERATOR_LIMIT));
            return new Expr.Missing(span(tree));
        }
        int[] position = {0};
        return climb(tree, position, 1);
    }

    private Expr climb(WdfsParser.BinaryContext tree, int[] position, int least) {
        Expr left = unary(tree.unary(position[0]));
        while (position[0] < tree.binaryOperator().size()) {
            Token operator = tree.binaryOperator(position[0]).getStart();
            int precedence = PRECEDENCE.getOrDefault(operator.getText(), 0);
            if (precedence < least || position[0] + 1 >= tree.unary().size()) {
                break;
            }
            position[0]++;
            Expr right = climb(tree, position, precedence + 1);
            left = new Expr.Binary(operator.getText(), left, right, span(operator), left.span().to(right.span()));
        }
        return left;
    }

    private Expr unary(WdfsParser.UnaryContext tree) {
        return switch (tree) {
            case WdfsParser.PrefixExpressionContext c -> new Expr.Unary(c.getStart().getText(), unary(c.unary()), span(c));
            case WdfsParser.SizeofTypeContext c -> new Expr.SizeofType(trees.typeName(c.typeName()), span(c));
            case WdfsParser.SizeofExpressionContext c -> new Expr.SizeofExpr(unary(c.unary()), span(c));
            case WdfsParser.CompoundLiteralContext c ->
                    postfixes(new Expr.Compound(trees.typeName(c.typeName()), braces(c.braces()), span(c)), c.postfix());
            case WdfsParser.CastExpressionContext c -> new Expr.Cast(trees.typeName(c.typeName()), unary(c.unary()), span(c));
            case WdfsParser.PostfixExpressionContext c -> postfixes(primary(c.primary()), c.postfix());
            case null, default -> new Expr.Missing(tree == null ? file.span(0, 0) : span(tree));
        };
    }

    private Expr postfixes(Expr base, List<WdfsParser.PostfixContext> postfixes) {
        Expr result = base;
        for (WdfsParser.PostfixContext postfix : postfixes) {
            Span whole = base.span().to(span(postfix));
            result = switch (postfix) {
                case WdfsParser.IndexPostfixContext c -> new Expr.Index(result, expression(c.expression()), whole);
                case WdfsParser.CallPostfixContext c -> new Expr.Call(result, arguments(c.argument()), whole);
                case WdfsParser.MemberPostfixContext c -> c.anyName() == null ? result : new Expr.Member(result, c.Arrow() != null, trees.name(c.anyName()), whole);
                case WdfsParser.IncDecPostfixContext c -> new Expr.Postfix(c.getStart().getText(), result, whole);
                default -> result;
            };
        }
        return result;
    }

    private List<Expr.Argument> arguments(List<WdfsParser.ArgumentContext> trees) {
        List<Expr.Argument> list = new ArrayList<>();
        for (WdfsParser.ArgumentContext argument : trees) {
            Optional<Name> name = argument.anyName() == null ? Optional.empty() : Optional.of(this.trees.name(argument.anyName()));
            list.add(new Expr.Argument(name, assignment(argument.assignment())));
        }
        return list;
    }

    private Expr primary(WdfsParser.PrimaryContext tree) {
        return switch (tree) {
            case WdfsParser.LiteralPrimaryContext c -> literal(c.literal());
            case WdfsParser.FormPrimaryContext c -> form(c.form());
            case WdfsParser.NamePrimaryContext c -> {
                Name name = trees.name(c.name());
                yield new Expr.NameRef(name, name.span());
            }
            case WdfsParser.ScriptCompoundContext c -> {
                Token type = c.TypeName().getSymbol();
                yield new Expr.Compound(new TypeSyntax.Named(new Name(type.getText(), span(type)), false, span(type)), braces(c.braces()), span(c));
            }
            case WdfsParser.ThreadPrimaryContext c -> new Expr.ThreadBlock(trees.block(c.compound()), span(c));
            case WdfsParser.ParenPrimaryContext c -> expression(c.expression());
            case WdfsParser.ListPrimaryContext c -> new Expr.ListLiteral(c.assignment().stream().map(this::assignment).toList(), span(c));
            case null, default -> new Expr.Missing(tree == null ? file.span(0, 0) : span(tree));
        };
    }

    Expr.Form form(WdfsParser.FormContext tree) {
        Token name = tree.Form().getSymbol();
        List<Expr.FormArgument> arguments = new ArrayList<>();
        for (WdfsParser.FormArgumentContext argument : tree.formArgument()) {
            arguments.add(argument.typeName() != null ? new Expr.FormArgument.OfType(trees.typeName(argument.typeName()))
                    : new Expr.FormArgument.OfExpr(assignment(argument.assignment())));
        }
        return new Expr.Form(new Name(name.getText(), span(name)), arguments, span(tree));
    }

    Initializer initializer(WdfsParser.InitializerContext tree) {
        if (tree.braces() != null) {
            return braces(tree.braces());
        }
        Expr value = assignment(tree.assignment());
        return value instanceof Expr.Form form && form.form().text().equals("RTL_CONSTANT_STRING") ? constantString(form) : new Initializer.Value(value);
    }

    /// `RTL_CONSTANT_STRING(s)` is `{ sizeof(s) - sizeof((s)[0]), sizeof(s), s }`, for strings of both widths.
    private Initializer constantString(Expr.Form form) {
        if (form.arguments().size() != 1 || !(form.arguments().getFirst() instanceof Expr.FormArgument.OfExpr(Expr text))) {
            return new Initializer.Value(form);                       // the checker says what is wrong with it
        }
        Span span = form.span();
        Expr whole = new Expr.SizeofExpr(text, span);
        Expr last = new Expr.SizeofExpr(new Expr.Index(text, new Expr.IntLiteral(0, true, false, 0, false, span), span), span);
        List<Expr> parts = List.of(new Expr.Binary("-", whole, last, span, span), whole, text);
        return new Initializer.Braces(parts.stream().map(part -> new Initializer.Item(List.of(), new Initializer.Value(part), span)).toList(), span);
    }

    private Initializer.Braces braces(WdfsParser.BracesContext tree) {
        List<Initializer.Item> items = new ArrayList<>();
        if (tree == null) {
            return new Initializer.Braces(items, file.span(0, 0));
        }
        for (WdfsParser.InitItemContext item : tree.initItem()) {
            List<Initializer.Designator> path = new ArrayList<>();
            if (item.anyName() != null) {
                path.add(new Initializer.Designator.Member(trees.name(item.anyName())));
            }
            for (WdfsParser.DesignatorContext designator : item.designator()) {
                path.add(designator.anyName() != null ? new Initializer.Designator.Member(trees.name(designator.anyName()))
                        : new Initializer.Designator.Element(conditional(designator.conditional())));
            }
            if (item.initializer() != null) {
                items.add(new Initializer.Item(path, initializer(item.initializer()), span(item)));
            }
        }
        return new Initializer.Braces(items, span(tree));
    }

    // ---- literals ----------------------------------------------------------------------------------------------------------

    Expr literal(WdfsParser.LiteralContext tree) {
        Token token = tree.getStart();
        Span span = span(tree);
        String text = token.getText();
        return switch (token.getType()) {
            case WdfsLexer.IntLiteral -> integer(text, span);
            case WdfsLexer.SizeLiteral -> {
                long unit = text.endsWith("KiB") ? 1L << 10 : text.endsWith("MiB") ? 1L << 20 : 1L << 30;
                BigInteger value = number(text.substring(0, text.length() - 3).replace("_", ""), 10).multiply(BigInteger.valueOf(unit));
                yield new Expr.IntLiteral(value.longValue(), true, false, 0, value.bitLength() > 63, span);
            }
            case WdfsLexer.Duration -> {
                int digits = 0;
                while (digits < text.length() && (Character.isDigit(text.charAt(digits)) || text.charAt(digits) == '_')) {
                    digits++;
                }
                long unit = switch (text.substring(digits)) {
                    case "ns" -> 1L;
                    case "us" -> 1_000L;
                    case "ms" -> 1_000_000L;
                    default -> 1_000_000_000L;
                };
                BigInteger value = number(text.substring(0, digits).replace("_", ""), 10).multiply(BigInteger.valueOf(unit));
                if (value.bitLength() > 62) {
                    findings.add(SyntaxFindings.badConstant(span, "the duration " + brief(text) + " is longer than 146 years"));
                }
                yield new Expr.DurationLiteral(value.longValue(), span);
            }
            case WdfsLexer.VersionLiteral -> new Expr.VersionLiteral(text, span);
            case WdfsLexer.CharLiteral -> character(text, span);
            case WdfsLexer.StringLiteral -> string(tree, span);
            case WdfsLexer.BytesLiteral -> bytes(text, span);
            case WdfsLexer.Interpolated -> interpolated(token, span);
            default -> new Expr.Missing(span);
        };
    }

    /// A number of any length. To read it exactly takes time with the square of its length, so of one that is far too large only
    /// the beginning is read, which is too large as well.
    private static BigInteger number(String digits, int radix) {
        String significant = digits.replaceFirst("^0+(?=.)", "");
        for (int i = MOST_DIGITS; i < significant.length(); i++) {
            if (Character.digit(significant.charAt(i), radix) < 0) {
                throw new NumberFormatException();
            }
        }
        return new BigInteger(significant.substring(0, Math.min(significant.length(), MOST_DIGITS)), radix);
    }

    private static String brief(String text) {
        return text.length() <= MOST_DIGITS ? text : text.substring(0, 20) + "…";
    }

    private Expr integer(String text, Span span) {
        String body = text.toLowerCase(java.util.Locale.ROOT).replace("_", "");
        boolean unsigned = false;
        int longs = 0;
        int end = body.length();
        if (body.endsWith("i64")) {
            end -= 3;
            longs = 2;
        }
        while (end > 0 && (body.charAt(end - 1) == 'u' || body.charAt(end - 1) == 'l')) {
            end--;
            unsigned |= body.charAt(end) == 'u';
            longs += body.charAt(end) == 'l' ? 1 : 0;
        }
        body = body.substring(0, end);
        boolean decimal = false;
        BigInteger value;
        try {
            if (body.startsWith("0x")) {
                value = number(body.substring(2), 16);
            } else if (body.startsWith("0b")) {
                value = number(body.substring(2), 2);
            } else if (body.length() > 1 && body.startsWith("0")) {
                value = number(body.substring(1), 8);
            } else {
                value = number(body, 10);
                decimal = true;
            }
        } catch (NumberFormatException _) {
            findings.add(SyntaxFindings.badConstant(span, "'" + brief(text) + "' is no number: digits do not fit its base"));
            value = BigInteger.ZERO;
        }
        boolean overflow = value.bitLength() > 64;
        if (overflow) {
            findings.add(SyntaxFindings.badConstant(span, "the number " + brief(text) + " does not fit 64 bits"));
        }
        return new Expr.IntLiteral(value.longValue(), decimal, unsigned, longs, overflow, span);
    }

    private Expr character(String text, Span span) {
        boolean wide = text.startsWith("L");
        String body = unescape(text.substring(wide ? 2 : 1, text.length() - 1), span, wide);
        if (wide) {
            return new Expr.CharLiteral(body.isEmpty() ? 0 : body.charAt(0), true, span);
        }
        byte[] bytes = body.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        if (bytes.length > 4) {
            findings.add(SyntaxFindings.badConstant(span, "a character constant holds at most four characters"));
        }
        int value = 0;
        for (byte b : bytes) {
            value = value << 8 | b & 0xFF;
        }
        return new Expr.CharLiteral(bytes.length == 1 ? bytes[0] : value, false, span);
    }

    private Expr string(WdfsParser.LiteralContext tree, Span span) {
        boolean wide = false;
        for (var part : tree.StringLiteral()) {
            wide |= part.getText().startsWith("L");
        }
        StringBuilder value = new StringBuilder();
        for (var part : tree.StringLiteral()) {
            String text = part.getText();
            String body = unescape(text.substring(text.indexOf('"') + 1, text.length() - 1), span(part.getSymbol()), wide);
            value.append(body);
        }
        return new Expr.StringLiteral(value.toString(), wide, span);
    }

    private Expr bytes(String text, Span span) {
        String digits = text.substring(2, text.length() - 1).replaceAll("[\\s_,]", "");
        try {
            List<Byte> list = new ArrayList<>();
            for (byte b : HexFormat.of().parseHex(digits)) {
                list.add(b);
            }
            return new Expr.BytesLiteral(list, span);
        } catch (IllegalArgumentException _) {
            findings.add(SyntaxFindings.badBytes(span));
            return new Expr.BytesLiteral(List.of(), span);
        }
    }

    /// Resolves C's escapes. In a narrow string the characters beyond ASCII become their UTF-8 bytes, one char each.
    private String unescape(String body, Span span, boolean wide) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < body.length(); i++) {
            char c = body.charAt(i);
            if (c != '\\') {
                if (wide || c < 0x80) {
                    out.append(c);
                } else {
                    int cp = body.codePointAt(i);
                    i += Character.charCount(cp) - 1;
                    for (byte b : new String(Character.toChars(cp)).getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
                        out.append((char) (b & 0xFF));
                    }
                }
                continue;
            }
            if (++i >= body.length()) {
                break;
            }
            char e = body.charAt(i);
            switch (e) {
                case 'n' -> out.append('\n');
                case 't' -> out.append('\t');
                case 'r' -> out.append('\r');
                case 'a' -> out.append('\u0007');
                case 'b' -> out.append('\b');
                case 'f' -> out.append('\f');
                case 'v' -> out.append('\u000B');
                case '\\', '\'', '"', '?' -> out.append(e);
                case 'x' -> {
                    int value = 0;
                    int digits = 0;
                    while (i + 1 < body.length() && Character.digit(body.charAt(i + 1), 16) >= 0 && digits < (wide ? 4 : 2)) {
                        value = value * 16 + Character.digit(body.charAt(++i), 16);
                        digits++;
                    }
                    if (digits == 0) {
                        findings.add(SyntaxFindings.badConstant(span, "\\x needs hexadecimal digits"));
                    }
                    out.append((char) value);
                }
                case 'u' -> {
                    int value = 0;
                    for (int k = 0; k < 4 && i + 1 < body.length() && Character.digit(body.charAt(i + 1), 16) >= 0; k++) {
                        value = value * 16 + Character.digit(body.charAt(++i), 16);
                    }
                    out.append((char) value);
                }
                default -> {
                    if (e >= '0' && e <= '7') {
                        int value = e - '0';
                        for (int k = 0; k < 2 && i + 1 < body.length() && body.charAt(i + 1) >= '0' && body.charAt(i + 1) <= '7'; k++) {
                            value = value * 8 + body.charAt(++i) - '0';
                        }
                        out.append((char) (value & (wide ? 0xFFFF : 0xFF)));
                    } else {
                        findings.add(SyntaxFindings.badConstant(span, "\\" + e + " is no escape of C"));
                    }
                }
            }
        }
        return out.toString();
    }

    private Expr interpolated(Token token, Span span) {
        List<Expr.Interpolated.Part> parts = new ArrayList<>();
        String text = file.text();
        int end = token.getStopIndex();
        StringBuilder literal = new StringBuilder();
        for (int i = token.getStartIndex() + 2; i < end; i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < end) {
                literal.append(c).append(text.charAt(++i));
            } else if (c == '{' && text.charAt(i + 1) == '{') {
                literal.append('{');
                i++;
            } else if (c == '}' && text.charAt(i + 1) == '}') {
                literal.append('}');
                i++;
            } else if (c == '{') {
                if (!literal.isEmpty()) {
                    parts.add(new Expr.Interpolated.Text(unescape(literal.toString(), span, true)));
                    literal.setLength(0);
                }
                i = hole(text, i, end, parts);
            } else {
                literal.append(c);
            }
        }
        if (!literal.isEmpty()) {
            parts.add(new Expr.Interpolated.Text(unescape(literal.toString(), span, true)));
        }
        return new Expr.Interpolated(parts, span);
    }

    /// Reads the hole whose brace stands at `open`; gives the offset of its closing brace.
    private int hole(String text, int open, int end, List<Expr.Interpolated.Part> parts) {
        int depth = 0;
        int colon = -1;
        int i = open + 1;
        boolean string = false;
        for (; i < end; i++) {
            char c = text.charAt(i);
            if (string) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    string = false;
                }
                continue;
            }
            if (c == '$' && i + 1 < end && text.charAt(i + 1) == '"') {
                i = Math.min(end, Math.abs(Tokens.interpolatedEnd(text, i + 2))) - 1;
            } else if (c == '"') {
                string = true;
            } else if (c == '(' || c == '[' || c == '{') {
                depth++;
            } else if (c == ')' || c == ']') {
                depth--;
            } else if (c == '}') {
                if (depth == 0) {
                    break;
                }
                depth--;
            } else if (c == ':' && depth == 0 && colon < 0) {
                colon = i;
            }
        }
        int exprEnd = colon >= 0 ? colon : i;
        if (text.substring(open + 1, exprEnd).isBlank()) {
            findings.add(SyntaxFindings.emptyHole(file.span(open, Math.min(i + 1, end))));
            return i;
        }
        if (colon >= 0 && text.indexOf('?', open + 1, colon) >= 0) {
            findings.add(SyntaxFindings.conditionalInHole(file.span(open + 1, Math.min(i, end))));
            return i;
        }
        Expr value = Parser.parseExpression(file, open + 1, exprEnd, findings, knownTypes, stringsAround + 1);
        parts.add(new Expr.Interpolated.Hole(value, colon >= 0 ? Optional.of(text.substring(colon + 1, i).strip()) : Optional.empty()));
        return i;
    }

    static CommonToken own(Token token) {
        return (CommonToken) token;
    }
}
