package wdfs.format;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import wdfs.format.Structure.Place;
import wdfs.grammar.WdfsLexer;

/// Puts the lines together.
final class Layout {
    private final List<Piece> pieces;
    private final Structure structure;
    private final Map<Integer, Piece> byOffset = new HashMap<>();
    private final List<List<Piece>> lines = new ArrayList<>();
    private final List<Integer> indents = new ArrayList<>();

    Layout(List<Piece> pieces, Structure structure) {
        this.pieces = pieces;
        this.structure = structure;
        for (Piece piece : pieces) {
            piece.rule = structure.rules.get(piece.start);
            byOffset.put(piece.start, piece);
        }
    }

    String text() {
        if (pieces.isEmpty()) {
            return "";
        }
        breakLines();
        // What a line is aligned to may move when the lines above are aligned.
        for (int round = 0; round < 3; round++) {
            indent();
            pieces.forEach(piece -> piece.padding = 0);
            keepGapsOfComments();
            lines.forEach(Columns::place);
            new Columns(lines).align();
            indent();
        }
        return print();
    }

    // ---- lines -------------------------------------------------------------------------------------------------------------

    private void breakLines() {
        List<Piece> line = new ArrayList<>();
        Piece before = null;
        for (Piece piece : pieces) {
            boolean breaks = before != null && (piece.newlines > 0 || before.endsLine() || piece.kind == Piece.Kind.DIRECTIVE || piece.kind == Piece.Kind.VERBATIM);
            if (breaks && (piece.type == WdfsLexer.Semi || piece.type == WdfsLexer.Comma) && !before.endsLine() && !before.isComment()) {
                breaks = false;
            }
            if (breaks) {
                lines.add(line);
                line = new ArrayList<>();
            }
            piece.line = lines.size();
            line.add(piece);
            before = piece;
        }
        lines.add(line);
    }

    private void keepGapsOfComments() {
        for (List<Piece> line : lines) {
            Piece last = line.getLast();
            if (line.size() > 1 && last.isComment() && last.newlines == 0) {
                Piece before = line.get(line.size() - 2);
                int gap = last.column - before.column - before.width();
                last.padding = before.text.indexOf('\n') >= 0 || before.newlines > 0 && line.size() > 2 && before.type == WdfsLexer.Semi ? 0 : Math.max(0, gap - 1);
            }
        }
    }

    // ---- indentation -------------------------------------------------------------------------------------------------------

    private void indent() {
        indents.clear();
        Deque<Integer> open = new ArrayDeque<>();                     // indices of pieces that are brackets
        int index = 0;
        for (int i = 0; i < lines.size(); i++) {
            List<Piece> line = lines.get(i);
            Piece first = line.getFirst();
            int column = Math.max(0, column(i, index, first, open));
            indents.add(column);
            first.outColumn = column;
            Columns.place(line);
            for (Piece piece : line) {
                switch (piece.type) {
                    case WdfsLexer.LParen, WdfsLexer.LBracket, WdfsLexer.LBrace -> open.push(index);
                    case WdfsLexer.RParen, WdfsLexer.RBracket, WdfsLexer.RBrace -> open.poll();
                    default -> { }
                }
                index++;
            }
        }
    }

    private int column(int line, int index, Piece first, Deque<Integer> open) {
        switch (first.kind) {
            case VERBATIM -> {
                return 0;
            }
            case DIRECTIVE -> {
                if (first.column == 0) {
                    return 0;
                }
                Place own = structure.places.get(first.start);
                return own != null ? column(own, first, index, open) : ofNext(index, first, open);
            }
            case LINE_COMMENT, BLOCK_COMMENT -> {
                // A comment behind code may go on in the next line.
                if (line > 0) {
                    Piece above = lines.get(line - 1).getLast();
                    if (above.kind == Piece.Kind.LINE_COMMENT && first.newlines == 1 && above.column == first.column && (lines.get(line - 1).size() > 1 || isContinuedComment(line - 1))) {
                        return above.outColumn;
                    }
                }
                return ofNext(index, first, open);
            }
            case TOKEN, OPAQUE -> {
                return column(structure.places.get(first.start), first, index, open);
            }
        }
        return 0;
    }

    /// Whether the line holds only a comment that goes on from one behind code.
    private boolean isContinuedComment(int line) {
        int above = line;
        while (above > 0 && lines.get(above).size() == 1 && lines.get(above).getFirst().kind == Piece.Kind.LINE_COMMENT
                && lines.get(above).getFirst().newlines == 1 && lines.get(above - 1).getLast().column == lines.get(above).getFirst().column) {
            above--;
        }
        return above != line && lines.get(above).size() > 1 && lines.get(above).getLast().kind == Piece.Kind.LINE_COMMENT;
    }

    /// The column of a comment or directive: that of what follows.
    private int ofNext(int index, Piece first, Deque<Integer> open) {
        for (int i = index + 1; i < pieces.size(); i++) {
            Piece next = pieces.get(i);
            if (next.kind != Piece.Kind.TOKEN && next.kind != Piece.Kind.OPAQUE) {
                continue;
            }
            Place place = structure.insides.getOrDefault(next.start, structure.places.get(next.start));
            return column(place, first, index, open);
        }
        return 0;
    }

    private int column(Place place, Piece first, int index, Deque<Integer> open) {
        return switch (place) {
            case Place.Fixed(int anchor, int delta) -> anchor < 0 ? 0 : indentOf(anchor) + delta;
            case Place.Listed(int brace, int item) -> {
                Piece opener = byOffset.get(brace);
                Piece next = pieces.get(pieces.indexOf(opener) + 1);
                yield next.line == opener.line && next != first && !next.isComment() ? continued(item, Structure.STEP, first, open) : indentOf(brace) + Structure.STEP;
            }
            case Place.Continued(int item, int least) -> continued(item, least, first, open);
            case null -> index == 0 ? 0 : first.lineIndent;
        };
    }

    private int indentOf(int offset) {
        Piece piece = byOffset.get(offset);
        return piece == null || piece.line >= indents.size() ? 0 : indents.get(piece.line);
    }

    /// A line that goes on: under what follows an open bracket if it stood there, else as far right of the beginning as it was.
    private int continued(int item, int least, Piece first, Deque<Integer> open) {
        boolean closes = first.type == WdfsLexer.RParen || first.type == WdfsLexer.RBracket;
        if (!open.isEmpty() && !closes) {
            Piece opener = pieces.get(open.peek());
            Piece next = pieces.get(open.peek() + 1);
            if (next.line == opener.line && next.newlines == 0 && next.column == first.column) {
                return next.outColumn;
            }
        }
        Piece begin = byOffset.get(item);
        int offset = first.lineIndent - (begin == null ? 0 : begin.lineIndent);
        return indentOf(item) + Math.max(closes ? 0 : least, offset);
    }

    // ---- printing ----------------------------------------------------------------------------------------------------------

    private String print() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            List<Piece> line = lines.get(i);
            Piece first = line.getFirst();
            if (i > 0) {
                text.append('\n');
                Piece before = lines.get(i - 1).getLast();
                boolean opened = before.type == WdfsLexer.LBrace && before.kind == Piece.Kind.TOKEN;
                if (first.newlines > 1 && !opened && first.type != WdfsLexer.RBrace) {
                    text.append('\n');
                }
            }
            text.append(" ".repeat(indents.get(i)));
            Piece before = null;
            for (Piece piece : line) {
                if (before != null) {
                    text.append(" ".repeat((Spacing.between(before, piece) ? 1 : 0) + piece.padding));
                }
                text.append(shifted(piece));
                before = piece;
            }
        }
        return text.append('\n').toString();
    }

    /// The lines of a comment or opaque text keep their distance to the first.
    private static String shifted(Piece piece) {
        if (piece.text.indexOf('\n') < 0 || piece.kind != Piece.Kind.BLOCK_COMMENT && piece.kind != Piece.Kind.OPAQUE) {
            return piece.kind == Piece.Kind.VERBATIM || piece.kind == Piece.Kind.DIRECTIVE ? withoutTrailingBlanks(piece.text) : piece.text;
        }
        int shift = piece.outColumn - piece.column;
        StringBuilder text = new StringBuilder();
        for (String line : piece.text.split("\n", -1)) {
            if (text.isEmpty()) {
                text.append(line.stripTrailing());
                continue;
            }
            String words = line.strip();
            int indent = Pieces.width(line, 0, line.indexOf(words.isEmpty() ? "" : words));
            text.append('\n').append(words.isEmpty() ? "" : " ".repeat(Math.max(0, indent + shift)) + words);
        }
        return text.toString();
    }

    private static String withoutTrailingBlanks(String text) {
        return String.join("\n", text.lines().map(String::stripTrailing).toList());
    }
}
