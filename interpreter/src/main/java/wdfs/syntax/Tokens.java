package wdfs.syntax;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.antlr.v4.runtime.ANTLRInputStream;
import org.antlr.v4.runtime.CommonToken;
import org.antlr.v4.runtime.Token;
import wdfs.diagnostics.Findings;
import wdfs.grammar.WdfsLexer;
import wdfs.source.SourceFile;
import wdfs.source.Span;

/// A file's tokens as the parser wants them: comments set aside, `#` lines turned into tokens or obeyed, brackets
/// checked. Offsets are UTF-16 code units of the file's text.
final class Tokens {
    /// How deep brackets, prefix operators and the like may nest.
    static final int NESTING_LIMIT = 250;
    /// How deep interpolated strings may stand in holes of one another.
    static final int INTERPOLATION_LIMIT = 8;
    /// How many characters a file may have.
    static final long LENGTH_LIMIT = 2L << 20;

    private final SourceFile file;
    private final Findings findings;
    private final List<CommonToken> tokens = new ArrayList<>();
    private final Map<Integer, String> docs = new HashMap<>();
    private final Map<Integer, Integer> packs = new HashMap<>();
    private final Set<String> defined = new HashSet<>();
    private final Deque<Integer> packStack = new ArrayDeque<>();
    /// The stretches that a condition leaves out, each between the ends of two `#` lines.
    private final List<Span> leftOut = new ArrayList<>();
    private int pack;
    private boolean sound = true;

    private Tokens(SourceFile file, Findings findings) {
        this.file = file;
        this.findings = findings;
    }

    static Tokens of(SourceFile file, Findings findings) {
        return of(file, 0, file.text().length(), findings);
    }

    /// The tokens of a stretch of the file.
    static Tokens of(SourceFile file, int start, int end, Findings findings) {
        Tokens result = new Tokens(file, findings);
        if (end - start > LENGTH_LIMIT) {
            findings.add(SyntaxFindings.tooLarge(file.span(0, 0), end - start, LENGTH_LIMIT));
            result.sound = false;
            return result;
        }
        result.lex(start, end);
        result.checkNesting();
        return result;
    }

    List<CommonToken> list() {
        return tokens;
    }

    /// The text is too deep or too long to be parsed; a finding has been given.
    boolean isSound() {
        return sound;
    }

    /// The stretches that `#if` and its relatives leave out.
    List<Span> leftOut() {
        return leftOut;
    }

    /// The `///` lines in front of the token that starts at `offset`.
    String docBefore(int offset) {
        return docs.get(offset);
    }

    /// The packing in force at the `struct` or `union` that starts at `offset`; 0 for the default.
    int packAt(int offset) {
        return packs.getOrDefault(offset, 0);
    }

    // ---- lexing ------------------------------------------------------------------------------------------------------------

    static List<CommonToken> raw(String text, int shift) {
        @SuppressWarnings("deprecation") // the stream that counts UTF-16 code units, as all our offsets do
        WdfsLexer lexer = new WdfsLexer(new ANTLRInputStream(text));
        lexer.removeErrorListeners();
        List<CommonToken> list = new ArrayList<>();
        for (Token token = lexer.nextToken(); token.getType() != Token.EOF; token = lexer.nextToken()) {
            CommonToken own = (CommonToken) token;
            if (own.getText() != null) {
                own.setText(own.getText());
            }
            own.setStartIndex(own.getStartIndex() + shift);
            own.setStopIndex(own.getStopIndex() + shift);
            list.add(own);
            if (token.getType() == WdfsLexer.InterpolatedOpen) {
                int begin = own.getStartIndex() - shift;
                int end = interpolatedEnd(text, begin + 2);
                boolean closed = end > 0;
                end = Math.abs(end);
                own.setType(closed ? WdfsLexer.Interpolated : WdfsLexer.OpenString);
                own.setText(text.substring(closed ? begin : begin + 1, end));
                own.setStopIndex(end - 1 + shift);
                lexer.getInputStream().seek(end);
            }
        }
        return list;
    }

    /// Where the interpolated string whose text begins at `at` ends; negative if its line ends first. Strings in its holes
    /// may be interpolated too.
    static int interpolatedEnd(String text, int at) {
        int[] braces = new int[8];                    // of each string that is open: 0 in its text, else how deep in a hole
        int open = 0;
        int i = at;
        while (i < text.length()) {
            char c = text.charAt(i);
            char next = i + 1 < text.length() ? text.charAt(i + 1) : 0;
            if (c == '\n' || c == '\r') {
                return -i;
            }
            if (braces[open] == 0) {
                if (c == '\\' || c == '{' && next == '{') {
                    i++;
                } else if (c == '{') {
                    braces[open] = 1;
                } else if (c == '"' && open-- == 0) {
                    return i + 1;
                }
            } else if (c == '{') {
                braces[open]++;
            } else if (c == '}') {
                braces[open]--;
            } else if (c == '$' && next == '"') {
                i++;
                if (++open == braces.length) {
                    braces = java.util.Arrays.copyOf(braces, open * 2);
                }
                braces[open] = 0;
            } else if (c == '"') {
                for (i++; i < text.length() && text.charAt(i) != '"' && text.charAt(i) != '\n'; i++) {
                    if (text.charAt(i) == '\\') {
                        i++;
                    }
                }
                if (i < text.length() && text.charAt(i) == '\n') {
                    return -i;
                }
            }
            i++;
        }
        return -text.length();
    }

    private Span span(CommonToken token) {
        return file.span(token.getStartIndex(), token.getStopIndex() + 1);
    }

    private void lex(int start, int end) {
        StringBuilder doc = new StringBuilder();
        int lastBad = -2;
        int leftFrom = 0;
        Deque<Boolean> conditions = new ArrayDeque<>();      // taken?
        Deque<Boolean> branchTaken = new ArrayDeque<>();
        for (CommonToken token : raw(file.text().substring(start, end), start)) {
            if (conditions.size() > NESTING_LIMIT) {
                findings.add(SyntaxFindings.tooDeep(span(token), NESTING_LIMIT));
                sound = false;
                return;
            }
            boolean skipped = conditions.contains(Boolean.FALSE);
            switch (token.getType()) {
                case WdfsLexer.DocComment -> {
                    String line = token.getText().substring(3);
                    doc.append(doc.isEmpty() ? "" : "\n").append(line.startsWith(" ") ? line.substring(1) : line);
                    continue;
                }
                case WdfsLexer.BlockComment -> {
                    if (token.getStopIndex() - token.getStartIndex() < 3 || !token.getText().endsWith("*/")) {
                        findings.add(SyntaxFindings.openComment(file.span(token.getStartIndex(), token.getStartIndex() + 2)));
                    }
                }
                case WdfsLexer.OpenString -> {
                    if (!skipped) {
                        findings.add(SyntaxFindings.openString(span(token)));
                        token.setType(WdfsLexer.StringLiteral);
                        token.setText(token.getText() + "\"");
                        tokens.add(token);
                    }
                }
                case WdfsLexer.Other -> {
                    if (!skipped && token.getStartIndex() != lastBad + 1) {
                        findings.add(SyntaxFindings.badCharacter(span(token), show(token.getText())));
                    }
                    lastBad = token.getStopIndex();
                }
                case WdfsLexer.PpLine -> {
                    directive(token, conditions, branchTaken, doc);
                    boolean leaves = conditions.contains(Boolean.FALSE);
                    if (leaves && !skipped) {
                        leftFrom = token.getStopIndex() + 1;
                    } else if (!leaves && skipped) {
                        leftOut.add(file.span(leftFrom, token.getStartIndex()));
                    }
                }
                default -> {
                    if (!skipped) {
                        if (!doc.isEmpty()) {
                            docs.put(token.getStartIndex(), doc.toString());
                        }
                        if (pack != 0 && (token.getType() == WdfsLexer.Struct || token.getType() == WdfsLexer.Union)) {
                            packs.put(token.getStartIndex(), pack);
                        }
                        tokens.add(token);
                    }
                }
            }
            doc.setLength(0);
        }
        refuseAssembly();
        if (!conditions.isEmpty()) {
            findings.add(SyntaxFindings.unbalancedConditional(file.span(end, end), "if"));
        }
    }

    /// Each block or line of `__asm` is told once, and an empty statement takes its place.
    private void refuseAssembly() {
        List<CommonToken> kept = new ArrayList<>(tokens.size());
        for (int i = 0; i < tokens.size(); i++) {
            CommonToken word = tokens.get(i);
            kept.add(word);
            if (word.getType() != WdfsLexer.Identifier || !word.getText().equals("__asm") && !word.getText().equals("_asm")) {
                continue;
            }
            findings.add(SyntaxFindings.inlineAssembly(span(word)));
            int end = i + 1;
            if (end < tokens.size() && tokens.get(end).getType() == WdfsLexer.LBrace) {
                int depth = 0;
                do {
                    int type = tokens.get(end++).getType();
                    depth += type == WdfsLexer.LBrace ? 1 : type == WdfsLexer.RBrace ? -1 : 0;
                } while (depth > 0 && end < tokens.size());
            } else {
                int line = file.lineOf(word.getStartIndex());
                while (end < tokens.size() && file.lineOf(tokens.get(end).getStartIndex()) == line && tokens.get(end).getType() != WdfsLexer.RBrace) {
                    end++;
                }
            }
            word.setType(WdfsLexer.Semi);
            i = end - 1;
        }
        tokens.clear();
        tokens.addAll(kept);
    }

    private static String show(String text) {
        char c = text.charAt(0);
        return c < 32 || c > 126 ? "U+%04X".formatted((int) c) : "'" + text + "'";
    }

    // ---- directives ----------------------------------------------------------------------------------------------------------

    private void directive(CommonToken line, Deque<Boolean> conditions, Deque<Boolean> branchTaken, StringBuilder doc) {
        String text = line.getText();
        int at = 1;
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        int wordEnd = at;
        while (wordEnd < text.length() && Character.isLetter(text.charAt(wordEnd))) {
            wordEnd++;
        }
        String word = text.substring(at, wordEnd);
        String rest = withoutComment(text.substring(wordEnd)).replace("\\\r\n", " ").replace("\\\n", " ").strip();
        boolean skipped = conditions.contains(Boolean.FALSE);
        switch (word) {
            case "if", "ifdef", "ifndef" -> {
                boolean value = switch (word) {
                    case "ifdef" -> defined.contains(rest);
                    case "ifndef" -> !defined.contains(rest);
                    default -> condition(rest);
                };
                conditions.push(value);
                branchTaken.push(value);
            }
            case "elif", "else", "endif" -> {
                if (conditions.isEmpty()) {
                    findings.add(SyntaxFindings.unbalancedConditional(span(line), word));
                    return;
                }
                conditions.pop();
                if (word.equals("endif")) {
                    branchTaken.pop();
                } else {
                    boolean before = branchTaken.pop();
                    boolean value = !before && (word.equals("else") || condition(rest));
                    conditions.push(value);
                    branchTaken.push(before || value);
                }
            }
            case "define" -> {
                if (!skipped) {
                    define(line, text, wordEnd, doc);
                }
            }
            case "include" -> {
                if (!skipped) {
                    CommonToken include = new CommonToken(line);
                    include.setType(WdfsLexer.PpInclude);
                    include.setText(rest);
                    tokens.add(include);
                }
            }
            case "pragma" -> {
                if (!skipped) {
                    pragma(rest);
                }
            }
            case "undef" -> defined.remove(rest);
            case "error", "warning", "line", "" -> { }
            default -> {
                if (!skipped) {
                    findings.add(SyntaxFindings.unknownDirective(span(line), word));
                }
            }
        }
    }

    private static String withoutComment(String text) {
        StringBuilder kept = new StringBuilder();
        boolean string = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                string = !string;
            }
            if (!string && c == '/' && i + 1 < text.length()) {
                if (text.charAt(i + 1) == '/') {
                    break;
                }
                if (text.charAt(i + 1) == '*') {
                    int end = text.indexOf("*/", i + 2);
                    if (end < 0) {
                        break;
                    }
                    kept.append(' ');
                    i = end + 1;
                    continue;
                }
            }
            kept.append(c);
        }
        return kept.toString();
    }

    /// The conditions that headers use: numbers, `defined(X)`, `!`, `&&`, `||`; an unknown name is 0, as in C.
    private boolean condition(String text) {
        for (String alternative : text.split("\\|\\|")) {
            boolean all = true;
            for (String part : alternative.split("&&")) {
                String term = part.strip();
                boolean negated = false;
                while (term.startsWith("!")) {
                    negated = !negated;
                    term = term.substring(1).strip();
                }
                while (term.startsWith("(") && term.endsWith(")")) {
                    term = term.substring(1, term.length() - 1).strip();
                }
                boolean value;
                if (term.startsWith("defined")) {
                    value = defined.contains(term.substring(7).replaceAll("[()\\s]", ""));
                } else {
                    value = term.matches("[0-9].*") ? !term.matches("0[uUlL]*|0[xX]0+") : defined.contains(term);
                }
                all &= value != negated;
            }
            if (all) {
                return true;
            }
        }
        return false;
    }

    private void pragma(String rest) {
        String body = rest.replaceAll("\\s", "");
        if (!body.startsWith("pack(") || !body.endsWith(")")) {
            return;
        }
        String[] arguments = body.substring(5, body.length() - 1).split(",");
        for (String argument : arguments) {
            if (argument.equals("push")) {
                packStack.push(pack);
            } else if (argument.equals("pop")) {
                pack = packStack.isEmpty() ? 0 : packStack.pop();
            } else if (argument.matches("1|2|4|8|16")) {
                pack = Integer.parseInt(argument);
            } else if (argument.isEmpty()) {
                pack = 0;
            }
        }
    }

    private void define(CommonToken line, String text, int wordEnd, StringBuilder doc) {
        int shift = line.getStartIndex() + wordEnd;
        List<CommonToken> parts = new ArrayList<>();
        for (CommonToken part : raw(text.substring(wordEnd), shift)) {
            if (part.getChannel() == Token.DEFAULT_CHANNEL) {
                parts.add(part);
            }
        }
        if (parts.isEmpty() || !parts.getFirst().getText().matches("[A-Za-z_$][A-Za-z0-9_$]*")) {
            findings.add(SyntaxFindings.badConstant(span(line), "#define needs a name"));
            return;
        }
        CommonToken name = parts.getFirst();
        defined.add(name.getText());
        if (parts.size() > 1 && parts.get(1).getType() == WdfsLexer.LParen && parts.get(1).getStartIndex() == name.getStopIndex() + 1) {
            findings.add(SyntaxFindings.macroWithParameters(span(name), name.getText()));
            return;
        }
        if (parts.size() > 1 && parts.stream().anyMatch(p -> p.getType() == WdfsLexer.LBrace || p.getType() == WdfsLexer.Semi || p.getType() == WdfsLexer.Do)) {
            findings.add(SyntaxFindings.macroOfStatements(span(name), name.getText()));
            return;
        }
        CommonToken define = new CommonToken(line);
        define.setType(WdfsLexer.PpDefine);
        define.setStopIndex(line.getStartIndex() + wordEnd - 1);
        define.setText(text.substring(0, wordEnd));
        if (!doc.isEmpty()) {
            docs.put(define.getStartIndex(), doc.toString());
        }
        CommonToken end = new CommonToken(line);
        end.setType(WdfsLexer.PpEnd);
        end.setText("the end of the line");
        end.setStartIndex(line.getStopIndex() + 1);
        end.setStopIndex(line.getStopIndex());
        tokens.add(define);
        tokens.addAll(parts);
        tokens.add(end);
    }

    // ---- nesting ---------------------------------------------------------------------------------------------------------------

    private void checkNesting() {
        Deque<CommonToken> open = new ArrayDeque<>();
        int prefixes = 0;
        int elseChain = 0;
        for (int i = 0; i < tokens.size(); i++) {
            CommonToken token = tokens.get(i);
            int type = token.getType();
            boolean prefix = switch (type) {
                case WdfsLexer.Not, WdfsLexer.Tilde, WdfsLexer.Minus, WdfsLexer.Plus, WdfsLexer.Star, WdfsLexer.And, WdfsLexer.Inc, WdfsLexer.Dec,
                        WdfsLexer.Sizeof, WdfsLexer.Question, WdfsLexer.Assign, WdfsLexer.Do, WdfsLexer.Case -> true;
                default -> false;
            };
            prefixes = prefix ? prefixes + 1 : type == WdfsLexer.Semi || type == WdfsLexer.RBrace || type == WdfsLexer.Comma || type == WdfsLexer.PpEnd ? 0 : prefixes;
            if (type == WdfsLexer.Else) {
                elseChain++;
            } else if (type == WdfsLexer.RBrace && i + 1 < tokens.size() && tokens.get(i + 1).getType() != WdfsLexer.Else) {
                elseChain = 0;
            }
            switch (type) {
                case WdfsLexer.LParen, WdfsLexer.LBrace, WdfsLexer.LBracket -> {
                    open.push(token);
                    if (open.size() > NESTING_LIMIT) {
                        findings.add(SyntaxFindings.tooDeep(span(token), NESTING_LIMIT));
                        sound = false;
                        return;
                    }
                }
                case WdfsLexer.RParen, WdfsLexer.RBrace, WdfsLexer.RBracket -> {
                    if (open.isEmpty()) {
                        findings.add(SyntaxFindings.closesNothing(span(token), token.getText()));
                        return;
                    }
                    if (matches(open.peek().getType(), type)) {
                        open.pop();
                    } else if (type == WdfsLexer.RBrace) {
                        while (!open.isEmpty() && open.peek().getType() != WdfsLexer.LBrace) {
                            CommonToken lost = open.pop();
                            findings.add(SyntaxFindings.neverClosed(span(lost), lost.getText()));
                        }
                        if (!open.isEmpty()) {
                            open.pop();
                        }
                    } else {
                        findings.add(SyntaxFindings.closesNothing(span(token), token.getText()).label(span(open.peek()), "open here"));
                    }
                }
                default -> { }
            }
            if (prefixes > 4 * NESTING_LIMIT || elseChain > 8 * NESTING_LIMIT) {
                findings.add(SyntaxFindings.tooDeep(span(token), prefixes > 4 * NESTING_LIMIT ? 4 * NESTING_LIMIT : 8 * NESTING_LIMIT));
                sound = false;
                return;
            }
        }
        for (CommonToken lost : open.reversed()) {
            findings.add(SyntaxFindings.neverClosed(span(lost), lost.getText()));
        }
    }

    private static boolean matches(int open, int close) {
        return open == WdfsLexer.LParen && close == WdfsLexer.RParen || open == WdfsLexer.LBrace && close == WdfsLexer.RBrace
                || open == WdfsLexer.LBracket && close == WdfsLexer.RBracket;
    }
}
