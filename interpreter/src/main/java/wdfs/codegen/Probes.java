package wdfs.codegen;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wdfs.semantics.bound.BoundStmt;
import wdfs.source.SourceFile;
import wdfs.source.Span;

/// The statements of a script whose runs are counted, each with a number: `Machine.probes` has a count for each. A statement that
/// stands in several images, or that the checker has made several of, is one.
public final class Probes {
    private final Map<Span, Integer> numbers = new HashMap<>();
    private final List<Span> spans = new ArrayList<>();

    /// Where the statements stand, by their numbers.
    public synchronized List<Span> spans() {
        return List.copyOf(spans);
    }

    /// The number of a statement; empty for one that nobody wrote, or that does nothing by itself.
    synchronized Optional<Integer> number(BoundStmt statement) {
        return place(statement).filter(span -> isWritten(span.file())).map(span -> numbers.computeIfAbsent(span, this::add));
    }

    private int add(Span span) {
        spans.add(span);
        return spans.size() - 1;
    }

    private static boolean isWritten(SourceFile file) {
        return file.origin() == SourceFile.Origin.SCRIPT || file.origin() == SourceFile.Origin.HEADER;
    }

    /// Of a statement that holds others it is what it decides by.
    private static Optional<Span> place(BoundStmt statement) {
        return switch (statement) {
            case BoundStmt.Expression _, BoundStmt.Zero _, BoundStmt.FillBytes _, BoundStmt.Goto _, BoundStmt.Break _, BoundStmt.Continue _, BoundStmt.Leave _, BoundStmt.Return _,
                    BoundStmt.Expect _, BoundStmt.StartProcess _ -> Optional.of(statement.span());
            case BoundStmt.If i -> Optional.of(i.condition().span());
            case BoundStmt.Switch s -> Optional.of(s.value().span());
            case BoundStmt.ForIn f -> Optional.of(f.values().span());
            case BoundStmt.Loop l when l.testFirst() && l.condition().isPresent() -> Optional.of(l.condition().get().span());
            case BoundStmt.Block _, BoundStmt.Declare _, BoundStmt.Loop _, BoundStmt.Case _, BoundStmt.Default _, BoundStmt.Label _, BoundStmt.TryExcept _, BoundStmt.TryFinally _,
                    BoundStmt.ExpectEvent _ -> Optional.empty();
        };
    }
}
