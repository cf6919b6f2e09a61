package wdfs.syntax;

import wdfs.source.Span;

/// An identifier where it stands.
public record Name(String text, Span span) {
    @Override
    public String toString() {
        return text;
    }
}
