package wdfs.syntax;

import java.util.ArrayList;
import java.util.List;
import org.antlr.v4.runtime.ANTLRInputStream;
import org.antlr.v4.runtime.Token;
import wdfs.grammar.WdfsLexer;

/// The words of a text that need not be whole, for those who colour it or complete it.
public final class Words {
    public enum Kind { KEYWORD, WORD, NUMBER, STRING, OPEN_STRING, COMMENT, PREPROCESSOR, OTHER, BAD }

    /// @param start and end: offsets in the text
    public record Word(Kind kind, int start, int end, String text) {}

    private Words() {}

    /// The words in order, without the space between them; comments of one line are space.
    public static List<Word> of(String text) {
        @SuppressWarnings("deprecation") // the stream that counts UTF-16 code units, as all our offsets do
        WdfsLexer lexer = new WdfsLexer(new ANTLRInputStream(text));
        lexer.removeErrorListeners();
        List<Word> list = new ArrayList<>();
        for (Token token = lexer.nextToken(); token.getType() != Token.EOF; token = lexer.nextToken()) {
            int start = token.getStartIndex();
            int end = token.getStopIndex() + 1;
            if (token.getType() == WdfsLexer.InterpolatedOpen) {
                int close = Tokens.interpolatedEnd(text, end);
                end = close > 0 ? close : text.length();
                list.add(new Word(close > 0 ? Kind.STRING : Kind.OPEN_STRING, start, end, text.substring(start, end)));
                lexer.getInputStream().seek(end);
                continue;
            }
            list.add(new Word(kindOf(token.getType()), start, end, text.substring(start, end)));
        }
        return list;
    }

    private static Kind kindOf(int type) {
        return switch (type) {
            case WdfsLexer.Identifier, WdfsLexer.Sal -> Kind.WORD;
            case WdfsLexer.IntLiteral, WdfsLexer.Duration, WdfsLexer.SizeLiteral, WdfsLexer.VersionLiteral -> Kind.NUMBER;
            case WdfsLexer.StringLiteral, WdfsLexer.CharLiteral, WdfsLexer.BytesLiteral -> Kind.STRING;
            case WdfsLexer.OpenString -> Kind.OPEN_STRING;
            case WdfsLexer.BlockComment, WdfsLexer.DocComment, WdfsLexer.LineComment -> Kind.COMMENT;
            case WdfsLexer.PpLine -> Kind.PREPROCESSOR;
            case WdfsLexer.Other -> Kind.BAD;
            default -> type >= WdfsLexer.Auto && type <= WdfsLexer.Leave ? Kind.KEYWORD : type >= WdfsLexer.DRIVER && type <= WdfsLexer.DMA_ENABLER ? Kind.WORD : Kind.OTHER;
        };
    }
}
