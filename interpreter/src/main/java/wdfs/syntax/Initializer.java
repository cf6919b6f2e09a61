package wdfs.syntax;

import java.util.List;
import wdfs.source.Span;

public sealed interface Initializer {
    Span span();

    record Value(Expr expr) implements Initializer {
        @Override public Span span() { return expr.span(); }
    }

    record Braces(List<Item> items, Span span) implements Initializer {
        public Braces { items = List.copyOf(items); }
    }

    /// @param path the designator, outermost first: empty without one
    record Item(List<Designator> path, Initializer value, Span span) {
        public Item { path = List.copyOf(path); }
    }

    sealed interface Designator {
        record Member(Name name) implements Designator {}
        record Element(Expr index) implements Designator {}
    }
}
