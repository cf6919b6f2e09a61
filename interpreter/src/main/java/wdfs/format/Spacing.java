package wdfs.format;

import java.util.Set;
import org.antlr.v4.runtime.ParserRuleContext;
import wdfs.grammar.WdfsLexer;
import wdfs.grammar.WdfsParser;

/// Whether a blank stands between two pieces of one line.
final class Spacing {
    private static final Set<Class<?>> CALLS = Set.of(WdfsParser.CallPostfixContext.class, WdfsParser.FunctionDeclaratorContext.class, WdfsParser.AbstractFunctionOfContext.class,
            WdfsParser.SalContext.class, WdfsParser.AttributeContext.class, WdfsParser.FormContext.class, WdfsParser.HandleDeclContext.class, WdfsParser.CallbackBodyContext.class,
            WdfsParser.OnEventContext.class, WdfsParser.OnParametersContext.class, WdfsParser.RegisterFlagContext.class, WdfsParser.ExpectEventContext.class, WdfsParser.SizeofTypeContext.class, WdfsParser.AbstractFunctionContext.class);

    private Spacing() {}

    static boolean between(Piece a, Piece b) {
        if (a.isComment() || b.isComment() || a.kind == Piece.Kind.OPAQUE || b.kind == Piece.Kind.OPAQUE) {
            return a.apart(b);
        }
        return wanted(a, b) || sticks(a, b);
    }

    private static boolean wanted(Piece a, Piece b) {
        int left = a.type;
        int right = b.type;
        if (right == WdfsLexer.Semi && left == WdfsLexer.Colon) {
            return true;
        }
        if (right == WdfsLexer.Semi || right == WdfsLexer.Comma || right == WdfsLexer.RParen || right == WdfsLexer.RBracket) {
            return false;
        }
        if (left == WdfsLexer.LParen || left == WdfsLexer.LBracket) {
            return false;
        }
        if (left == WdfsLexer.Semi || left == WdfsLexer.Comma) {
            return true;
        }
        // The words of annotations and attributes are read as they stand: `rules(REQ-185)`, `_In_reads_(n * 2)`.
        if (a.rule instanceof WdfsParser.BalancedContext && b.rule instanceof WdfsParser.BalancedContext) {
            return a.apart(b);
        }
        if (left == WdfsLexer.RParen && a.rule instanceof WdfsParser.CompoundLiteralContext) {
            return false;
        }
        if (left == WdfsLexer.LBrace || right == WdfsLexer.RBrace || right == WdfsLexer.LBrace) {
            return true;
        }
        if (a.rule instanceof WdfsParser.ImportPathContext || b.rule instanceof WdfsParser.ImportPathContext || b.rule instanceof WdfsParser.ImportDeclContext && right == WdfsLexer.Gt) {
            return false;
        }
        if (left == WdfsLexer.Dot || right == WdfsLexer.Dot || left == WdfsLexer.Arrow || right == WdfsLexer.Arrow || left == WdfsLexer.DotDot || right == WdfsLexer.DotDot) {
            return false;
        }
        if (isPrefix(a)) {
            return false;
        }
        if (right == WdfsLexer.Inc || right == WdfsLexer.Dec) {
            return isPrefix(b) && !isCastEnd(a);
        }
        if (isPointerStar(a)) {
            return false;
        }
        if (right == WdfsLexer.Colon) {
            return b.rule instanceof WdfsParser.ConditionalContext || b.rule instanceof WdfsParser.StructDeclaratorContext || b.rule instanceof WdfsParser.RegisterFieldContext;
        }
        if (right == WdfsLexer.LParen) {
            return b.rule == null ? a.apart(b) : !isCastEnd(a) && left != WdfsLexer.Sizeof && !isCall(b.rule);
        }
        if (right == WdfsLexer.LBracket) {
            return b.rule == null ? a.apart(b) : !isCastEnd(a) && !(b.rule instanceof WdfsParser.IndexPostfixContext) && !isDeclarator(b.rule);
        }
        return !isCastEnd(a);
    }

    /// `balanced` brackets are those in SAL and attributes, where words are read as they are.
    private static boolean isCall(ParserRuleContext rule) {
        return CALLS.contains(rule.getClass()) || rule instanceof WdfsParser.BalancedContext;
    }

    private static boolean isDeclarator(ParserRuleContext rule) {
        return rule instanceof WdfsParser.ArrayDeclaratorContext || rule instanceof WdfsParser.AbstractArrayContext || rule instanceof WdfsParser.AbstractArrayOfContext
                || rule instanceof WdfsParser.DesignatorContext || rule instanceof WdfsParser.LineStatementContext || rule instanceof WdfsParser.BalancedContext;
    }

    private static boolean isCastEnd(Piece piece) {
        return piece.type == WdfsLexer.RParen && piece.rule instanceof WdfsParser.CastExpressionContext;
    }

    static boolean isPrefix(Piece piece) {
        return piece.rule instanceof WdfsParser.PrefixExpressionContext;
    }

    static boolean isPointerStar(Piece piece) {
        return piece.type == WdfsLexer.Star && piece.rule instanceof WdfsParser.PointerContext;
    }

    /// Whether the two would be read as something else if nothing stood between them.
    private static boolean sticks(Piece a, Piece b) {
        char left = a.text.charAt(a.text.length() - 1);
        char right = b.text.charAt(0);
        if (isWord(left) && (isWord(right) || right == '"' || right == '\'')) {
            return true;
        }
        boolean number = Character.isDigit(a.text.charAt(0)) && right == '.' || left == '.' && Character.isDigit(right);
        boolean twice = left == right && "+-&|<>=./".indexOf(left) >= 0;
        boolean assigns = right == '=' && "+-&|<>=*/%^!".indexOf(left) >= 0;
        return number || twice || assigns || left == '-' && right == '>' || left == '/' && right == '*' || left == '$' && right == '"' || left == '\\';
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '$';
    }
}
