package wdfs.format;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.antlr.v4.runtime.CommonToken;
import wdfs.grammar.WdfsLexer;
import wdfs.source.Span;
import wdfs.syntax.ParsedText;

/// Cuts a text into tokens and comments, and notes how they stood to each other.
final class Pieces {
    private static final int TAB = 4;

    private final String text;
    private final List<Piece> pieces = new ArrayList<>();
    private int newlines;
    private boolean apart;
    private int lineStart;

    private Pieces(String text) {
        this.text = text;
    }

    /// @param opaque where tokens begin that the parser took as one, and where they end
    static List<Piece> of(String text, ParsedText parsed, Map<Integer, Integer> opaque) {
        Pieces cut = new Pieces(text);
        Map<Integer, Integer> verbatim = new HashMap<>();
        for (Span span : parsed.leftOut()) {
            verbatim.put(span.start(), span.end());
        }
        int at = 0;
        for (CommonToken token : parsed.tokens()) {
            if (token.getStartIndex() < at) {
                continue;                       // lies in an opaque stretch
            }
            at = cut.gap(at, token.getStartIndex());
            Integer end = opaque.get(token.getStartIndex());
            if (end != null) {
                cut.add(Piece.Kind.OPAQUE, token.getType(), token.getStartIndex(), end);
                at = end;
                continue;
            }
            Piece.Kind kind = switch (token.getType()) {
                case WdfsLexer.DocComment -> Piece.Kind.LINE_COMMENT;
                case WdfsLexer.BlockComment -> Piece.Kind.BLOCK_COMMENT;
                case WdfsLexer.PpLine -> Piece.Kind.DIRECTIVE;
                default -> Piece.Kind.TOKEN;
            };
            at = token.getStopIndex() + 1;
            cut.add(kind, token.getType(), token.getStartIndex(), at);
            Integer left = verbatim.get(at);
            if (left != null && !text.substring(at, left).isBlank()) {
                int from = text.indexOf('\n', at) + 1;
                cut.newlines = 1;
                cut.apart = true;
                cut.lineStart = from;
                cut.add(Piece.Kind.VERBATIM, 0, from, text.lastIndexOf('\n', left - 1) + 1);
                cut.newlines = 1;
                cut.apart = true;
                cut.lineStart = text.lastIndexOf('\n', left - 1) + 1;
                at = left;
            }
        }
        cut.gap(at, text.length());
        return cut.pieces;
    }

    /// Takes the blanks and `//` comments up to `end`.
    private int gap(int from, int end) {
        int i = from;
        while (i < end) {
            char c = text.charAt(i);
            if (c == '/' && text.startsWith("//", i)) {
                int stop = text.indexOf('\n', i);
                stop = stop < 0 || stop > end ? end : stop;
                add(Piece.Kind.LINE_COMMENT, 0, i, stop);
                i = stop;
                continue;
            }
            if (c == '\n') {
                newlines++;
                lineStart = i + 1;
            }
            apart = true;
            i++;
        }
        return end;
    }

    private void add(Piece.Kind kind, int type, int start, int end) {
        String words = text.substring(start, end).replace("\r\n", "\n");
        words = kind == Piece.Kind.VERBATIM ? words.stripTrailing() : kind == Piece.Kind.TOKEN ? words : words.stripTrailing();
        pieces.add(new Piece(kind, type, words, start, pieces.isEmpty() ? 0 : newlines, apart, column(start), indent()));
        newlines = 0;
        apart = false;
        int last = text.lastIndexOf('\n', end - 1);
        if (last >= start) {
            lineStart = last + 1;
        }
    }

    private int column(int offset) {
        return width(text, lineStart, offset);
    }

    private int indent() {
        int i = lineStart;
        while (i < text.length() && (text.charAt(i) == ' ' || text.charAt(i) == '\t' || text.charAt(i) == '\f' || text.charAt(i) == 0xB || text.charAt(i) == 0xFEFF)) {
            i++;
        }
        return width(text, lineStart, i);
    }

    /// The columns that a stretch of one line takes.
    static int width(String text, int from, int to) {
        int column = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            column = c == '\t' ? (column / TAB + 1) * TAB : c == 0xFEFF || c == '\r' ? column : column + 1;
        }
        return column;
    }
}
