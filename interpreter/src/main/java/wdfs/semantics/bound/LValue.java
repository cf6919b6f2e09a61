package wdfs.semantics.bound;

import wdfs.types.Type;

/// A place that holds a value.
public sealed interface LValue {
    Type type();

    /// A local that lives in a JVM local variable: its address is never taken and no other thread sees it.
    record Register(LocalSymbol local) implements LValue {
        @Override public Type type() { return local.type(); }
    }

    /// A managed local that a `thread` block shares: it lives in a cell.
    record Cell(LocalSymbol local) implements LValue {
        @Override public Type type() { return local.type(); }
    }

    /// A place in simulated memory.
    sealed interface InMemory extends LValue {}

    /// A local on the simulated stack, at the frame's base plus `local.frameOffset()`.
    record Frame(LocalSymbol local) implements InMemory {
        @Override public Type type() { return local.type(); }
    }

    /// A variable of the image.
    record Global(GlobalSymbol global) implements InMemory {
        @Override public Type type() { return global.type(); }
    }

    /// What `address` points to, `offset` bytes further.
    record Deref(BoundExpr address, long offset, Type type) implements InMemory {}

    /// A member inside another place in memory, `offset` bytes from its start.
    record Part(InMemory whole, long offset, Type type) implements InMemory {}

    /// A bit-field whose storage unit is `unit` (an integer lvalue in memory); not addressable.
    record BitField(InMemory unit, int bitOffset, int bitWidth, Type type) implements LValue {}
}
