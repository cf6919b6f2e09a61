package wdfs.format;

import org.antlr.v4.runtime.ParserRuleContext;

/// A token or comment of the text, and where it stood. What the layout finds out about it is filled in on the way.
final class Piece {
    enum Kind {
        TOKEN,
        /// `//` and `///`: the line ends behind it.
        LINE_COMMENT,
        BLOCK_COMMENT,
        /// A line that begins with `#`.
        DIRECTIVE,
        /// Text that is not read, over several lines perhaps: the block of `expect error`.
        OPAQUE,
        /// Whole lines that stay as they are: what `#if` leaves out.
        VERBATIM
    }

    final Kind kind;
    /// The type of the token; 0 for what is none.
    final int type;
    final String text;
    final int start;
    /// Newlines between the piece in front and this one.
    final int newlines;
    /// Whether there is anything at all between them.
    final boolean apart;
    /// Where it began, from 0, and where its line did; tabs count up to the next multiple of four.
    final int column;
    final int lineIndent;

    /// The rule of the parse tree that the token belongs to; null if the parser did not get it.
    ParserRuleContext rule;
    /// Blanks in front of it, behind the one that the tokens need.
    int padding;
    /// The line of the result that it stands in.
    int line;
    /// The column of the result that it stands in, from 0.
    int outColumn;

    Piece(Kind kind, int type, String text, int start, int newlines, boolean apart, int column, int lineIndent) {
        this.kind = kind;
        this.type = type;
        this.text = text;
        this.start = start;
        this.newlines = newlines;
        this.apart = apart;
        this.column = column;
        this.lineIndent = lineIndent;
    }

    /// Whether something stood between this piece and `next`, the one behind it.
    boolean apart(Piece next) {
        return next.apart;
    }

    boolean isComment() {
        return kind == Kind.LINE_COMMENT || kind == Kind.BLOCK_COMMENT;
    }

    boolean endsLine() {
        return kind == Kind.LINE_COMMENT || kind == Kind.DIRECTIVE || kind == Kind.VERBATIM;
    }

    /// The width of its last line.
    int width() {
        return text.length() - text.lastIndexOf('\n') - 1;
    }

    @Override
    public String toString() {
        return text;
    }
}
