package wdfs.diagnostics;

import wdfs.source.Span;

/// A span in lines and columns, from 1; the end is the place behind its last character.
record Region(int line, int column, int endLine, int endColumn) {
    static Region of(Span span) {
        int length = span.file().text().length();
        int start = Math.min(Math.max(0, span.start()), length);
        int end = Math.min(Math.max(start, span.end()), length);
        return new Region(span.file().lineOf(start), span.file().columnOf(start), span.file().lineOf(end), span.file().columnOf(end));
    }
}
