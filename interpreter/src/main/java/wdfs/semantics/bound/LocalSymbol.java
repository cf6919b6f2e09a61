package wdfs.semantics.bound;

import wdfs.source.Span;
import wdfs.types.Type;

/// A local variable or parameter. By identity.
public final class LocalSymbol {
    /// REGISTER: a JVM local. FRAME: bytes of the simulated stack. CELL: a managed value shared with a `thread` block.
    public enum Storage { REGISTER, FRAME, CELL }

    private final String name;
    private final Type type;
    private final boolean parameter;
    private final Span span;
    private FunctionSymbol owner;
    private Storage storage = Storage.REGISTER;
    private long frameOffset;

    public LocalSymbol(String name, Type type, boolean parameter, FunctionSymbol owner, Span span) {
        this.name = name;
        this.type = type;
        this.parameter = parameter;
        this.owner = owner;
        this.span = span;
    }

    public String name() { return name; }
    public Type type() { return type; }
    public boolean isParameter() { return parameter; }
    public Span span() { return span; }
    /// The function whose frame holds it; a `thread` or `expect` body reaches the locals of the function around it.
    public FunctionSymbol owner() { return owner; }
    public Storage storage() { return storage; }
    public void storage(Storage kind) { storage = kind; }
    /// Bytes from the frame's base; meaningful for FRAME, and for CELL the cell's index.
    public long frameOffset() { return frameOffset; }
    public void frameOffset(long offset) { frameOffset = offset; }
    @Override public String toString() { return name; }
}
