package wdfs.semantics.bound;

import java.util.List;
import java.util.Optional;
import wdfs.source.Span;

/// A checked statement.
public sealed interface BoundStmt {
    Span span();

    record Block(List<BoundStmt> statements, Span span) implements BoundStmt {
        public Block { statements = List.copyOf(statements); }
    }

    record Expression(BoundExpr expr, Span span) implements BoundStmt {}

    /// The declaration of a local is reached: a frame local's bytes become unwritten (again), a cell becomes new.
    /// Initialisation follows as ordinary assignments.
    record Declare(LocalSymbol local, Span span) implements BoundStmt {}

    /// Clears `length` bytes of a place, marking them written (initialisers: "what is not named is zero").
    record Zero(LValue.InMemory target, long offset, long length, Span span) implements BoundStmt {}

    /// Copies constant bytes (a string or bytes initialiser) into a place.
    record FillBytes(LValue.InMemory target, long offset, List<Byte> bytes, Span span) implements BoundStmt {
        public FillBytes { bytes = List.copyOf(bytes); }
    }

    record If(BoundExpr condition, BoundStmt then, Optional<BoundStmt> otherwise, Span span) implements BoundStmt {}

    /// All loops: `init` already stands before; `testFirst` is false for do-while; no condition means for ever.
    record Loop(Optional<BoundExpr> condition, Optional<BoundExpr> step, BoundStmt body, boolean testFirst, Span span) implements BoundStmt {}

    /// `for (x in values)`: `element` is a Register, Cell or Frame local.
    record ForIn(LocalSymbol element, BoundExpr values, BoundStmt body, Span span) implements BoundStmt {}

    /// `value` is int or long; the body holds the {@link Case} and {@link Default} of this switch, each by identity.
    record Switch(BoundExpr value, List<Case> cases, Optional<Default> otherwise, BoundStmt body, Span span) implements BoundStmt {
        public Switch { cases = List.copyOf(cases); }
    }

    final class Case implements BoundStmt {
        private final long value;
        private final Span span;
        public Case(long value, Span span) { this.value = value; this.span = span; }
        public long value() { return value; }
        @Override public Span span() { return span; }
    }

    final class Default implements BoundStmt {
        private final Span span;
        public Default(Span span) { this.span = span; }
        @Override public Span span() { return span; }
    }

    /// A label, by identity.
    final class Label implements BoundStmt {
        private final String name;
        private final Span span;
        public Label(String name, Span span) { this.name = name; this.span = span; }
        public String name() { return name; }
        @Override public Span span() { return span; }
    }

    record Goto(Label target, Span span) implements BoundStmt {}

    record Break(Span span) implements BoundStmt {}

    record Continue(Span span) implements BoundStmt {}

    record Return(Optional<BoundExpr> value, Span span) implements BoundStmt {}

    /// `filter` is int; inside `filter` and `handler` the RuntimeCalls `exceptionCode` and `exceptionInformation` see the exception.
    record TryExcept(BoundStmt body, BoundExpr filter, BoundStmt handler, Span span) implements BoundStmt {}

    record TryFinally(BoundStmt body, BoundStmt cleanup, Span span) implements BoundStmt {}

    record Leave(Span span) implements BoundStmt {}

    // ---- scripts -----------------------------------------------------------------------------------------------------

    /// @param left the two sides of a comparison, shown when it fails; empty for another condition
    /// @param text the condition as written
    record Expect(BoundExpr condition, Optional<BoundExpr> left, Optional<BoundExpr> right, String text, Span span) implements BoundStmt {}

    /// @param parameters empty elements match anything
    record ExpectEvent(String kind, String name, List<Optional<BoundExpr>> parameters, FunctionSymbol body, Span span) implements BoundStmt {
        public ExpectEvent { parameters = List.copyOf(parameters); }
    }

    /// A process of a test: starts when reached.
    record StartProcess(ImageSymbol process, Span span) implements BoundStmt {}
}
