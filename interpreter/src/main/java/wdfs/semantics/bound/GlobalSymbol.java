package wdfs.semantics.bound;

import wdfs.source.Span;
import wdfs.types.Type;

/// A variable of a driver, process or test, or a static local. By identity. It lies in its image's data section (or,
/// `readOnly`, among the constants) at `imageOffset`, and `initial` holds its bytes at load.
public final class GlobalSymbol {
    private final String name;
    private final Type type;
    private final boolean readOnly;
    private final Span span;
    private long imageOffset;
    private byte[] initial;

    public GlobalSymbol(String name, Type type, boolean readOnly, Span span) {
        this.name = name;
        this.type = type;
        this.readOnly = readOnly;
        this.span = span;
        this.initial = new byte[(int) type.size()];
    }

    public String name() { return name; }
    public Type type() { return type; }
    public boolean isReadOnly() { return readOnly; }
    public Span span() { return span; }
    /// Bytes from the start of the data section, or of the constants if read-only; set by the checker.
    public long imageOffset() { return imageOffset; }
    public void imageOffset(long offset) { imageOffset = offset; }
    public byte[] initial() { return initial; }
    public void initial(byte[] bytes) { initial = bytes; }
    /// Addresses inside `initial` that the loader adds: image-relative pointers, in {@link ImageSymbol#relocations}.
    @Override public String toString() { return name; }
}
