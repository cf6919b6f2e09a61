package wdfs.source;

/// A stretch of a source file: `start` inclusive, `end` exclusive.
public record Span(SourceFile file, int start, int end) {
    public int line() {
        return file.lineOf(start);
    }

    public int column() {
        return file.columnOf(start);
    }

    public String text() {
        return file.text().substring(Math.max(0, start), Math.min(end, file.text().length()));
    }

    /// The smallest span that holds both; `this` when the other lies in another file.
    public Span to(Span other) {
        return other.file != file ? this : new Span(file, Math.min(start, other.start), Math.max(end, other.end));
    }

    /// Whether it has text in common with the other.
    public boolean touches(Span other) {
        return other.file == file && start < other.end && other.start < end;
    }

    /// `file:line:column`, as findings print it.
    public String place() {
        return file.path() + ":" + line() + ":" + column();
    }

    @Override
    public String toString() {
        return place();
    }
}
