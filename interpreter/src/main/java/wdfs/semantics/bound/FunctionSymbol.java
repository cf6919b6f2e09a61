package wdfs.semantics.bound;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import wdfs.source.Span;
import wdfs.types.Type;

/// A function of an image, or a native one. By identity: a file-level function that a driver and a process use is one
/// symbol in each.
public final class FunctionSymbol {
    private final String name;
    private final Type.Function type;
    private final boolean nativeBody;
    private final Span span;
    private final List<LocalSymbol> parameters = new ArrayList<>();
    private final List<LocalSymbol> locals = new ArrayList<>();
    private BoundStmt body;
    private long frameSize;
    private int cellCount;
    private int index = -1;
    private FunctionSymbol enclosing;
    private OptionalInt irqlCeiling = OptionalInt.empty();

    public FunctionSymbol(String name, Type.Function type, boolean nativeBody, Span span) {
        this.name = name;
        this.type = type;
        this.nativeBody = nativeBody;
        this.span = span;
    }

    /// The name that stack traces show: `EvtIoRead`, `Scramble`, `app`.
    public String name() { return name; }
    public Type.Function type() { return type; }
    /// The body is a Java method `@Native` of this name.
    public boolean isNative() { return nativeBody; }
    public Span span() { return span; }
    /// `_IRQL_requires_max_` of a routine of the kernel: a call above it is told in the run (VER-153).
    public OptionalInt irqlCeiling() { return irqlCeiling; }
    public void irqlCeiling(OptionalInt highest) { irqlCeiling = highest; }
    public List<LocalSymbol> parameters() { return parameters; }
    /// All locals but parameters, of all blocks.
    public List<LocalSymbol> locals() { return locals; }
    public Optional<BoundStmt> body() { return Optional.ofNullable(body); }
    public void body(BoundStmt statements) { body = statements; }
    /// Bytes of frame locals, a multiple of 16; a call takes 64 more.
    public long frameSize() { return frameSize; }
    public void frameSize(long bytes) { frameSize = bytes; }
    public int cellCount() { return cellCount; }
    public void cellCount(int cells) { cellCount = cells; }
    /// The position in its image; its address is the image's text base + 16 * index. -1 for natives.
    public int index() { return index; }
    public void index(int position) { index = position; }
    /// For the body of a `thread` or an `expect bugcheck { … }`: the function whose locals it sees. Such a body has no
    /// parameters; it gets the frame base and the cells of `enclosing`, and its own locals lie in its own frame.
    public Optional<FunctionSymbol> enclosing() { return Optional.ofNullable(enclosing); }
    public void enclosing(FunctionSymbol outer) { enclosing = outer; }
    @Override public String toString() { return name; }
}
