package wdfs.syntax;

import java.util.List;
import java.util.Optional;
import wdfs.source.Span;

/// A statement as it is written.
public sealed interface Stmt {
    Span span();

    record Block(List<Stmt> statements, Span span) implements Stmt {
        public Block { statements = List.copyOf(statements); }
    }

    record Expression(Expr expr, Span span) implements Stmt {}

    record Empty(Span span) implements Stmt {}

    /// Declarations inside a body: variables, types, prototypes, `#define`.
    record Local(List<Decl> declarations, Span span) implements Stmt {
        public Local { declarations = List.copyOf(declarations); }
    }

    record If(Expr condition, Stmt then, Optional<Stmt> otherwise, Span span) implements Stmt {}

    record While(Expr condition, Stmt body, Span span) implements Stmt {}

    record DoWhile(Stmt body, Expr condition, Span span) implements Stmt {}

    record For(Optional<Stmt> init, Optional<Expr> condition, Optional<Expr> step, Stmt body, Span span) implements Stmt {}

    /// `for (name in values)` in scripts.
    record ForIn(Name variable, Expr values, Stmt body, Span span) implements Stmt {}

    record Switch(Expr value, Stmt body, Span span) implements Stmt {}

    record Case(Expr value, Span span) implements Stmt {}

    record Default(Span span) implements Stmt {}

    record Label(Name name, Span span) implements Stmt {}

    record Goto(Name label, Span span) implements Stmt {}

    record Break(Span span) implements Stmt {}

    record Continue(Span span) implements Stmt {}

    record Return(Optional<Expr> value, Span span) implements Stmt {}

    record TryExcept(Block body, Expr filter, Block handler, Span span) implements Stmt {}

    record TryFinally(Block body, Block cleanup, Span span) implements Stmt {}

    record Leave(Span span) implements Stmt {}

    // ---- scripts (processes and tests) -------------------------------------------------------------------------------

    record Expect(Expr condition, Span span) implements Stmt {}

    /// `expect bugcheck NAME(0x5, _, 0x1008) { … }`, `expect host_kill …`, `expect violation NAME { … }`.
    /// @param kind `bugcheck`, `host_kill` or `violation`
    /// @param parameters an empty element stands for `_`
    record ExpectEvent(String kind, Name name, List<Optional<Expr>> parameters, Block body, Span span) implements Stmt {
        public ExpectEvent { parameters = List.copyOf(parameters); }
    }

    /// `expect error CODE { … }`: `body` holds what parsed of statements, `declarations` of declarations; the words
    /// between the braces are kept too, for text that does not parse at all.
    record ExpectError(String code, Span codeSpan, List<Stmt> body, List<Decl> declarations, wdfs.diagnostics.Findings syntaxFindings, Span span) implements Stmt {
        public ExpectError { body = List.copyOf(body); declarations = List.copyOf(declarations); }
    }

    /// `thread { … }` as a statement.
    record Thread(Block body, Span span) implements Stmt {}

    /// A `process` inside a test.
    record Process(Decl.Process process, Span span) implements Stmt {}

    // ---- hardware ----------------------------------------------------------------------------------------------------

    /// `after 50us { … }`.
    record After(Expr delay, Block body, Span span) implements Stmt {}

    /// `raise Line;`, `lower Line;` or `raise Messages[2];`.
    record InterruptLine(boolean raise, Name line, Optional<Expr> message, Span span) implements Stmt {}
}
