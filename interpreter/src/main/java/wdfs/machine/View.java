package wdfs.machine;

/// One address space as code of one mode sees it: all loads and stores of generated code and of DDI bodies go through
/// a view. Addresses are virtual. Values are little-endian. An access that is not plainly allowed takes the slow path,
/// which reports, raises a structured exception, or ends the machine.
public abstract class View {
    public abstract int load8(long address);            // zero-extended
    public abstract int load8s(long address);           // sign-extended
    public abstract int load16(long address);
    public abstract int load16s(long address);
    public abstract int load32(long address);
    public abstract long load64(long address);
    public abstract void store8(long address, int value);
    public abstract void store16(long address, int value);
    public abstract void store32(long address, int value);
    public abstract void store64(long address, long value);
    /// Copies bytes together with the mark of what was written (structure assignment, RtlCopyMemory): not a use.
    /// Handles overlap as memmove does.
    public abstract void copy(long target, long source, long length);
    /// Sets bytes; they count as written.
    public abstract void fill(long address, long length, int value);
    /// Stores Java bytes; they count as written.
    public abstract void write(long address, byte[] bytes, int offset, int length);
    /// Reads into Java bytes: a use of each of them.
    public abstract void read(long address, byte[] bytes, int offset, int length);
    /// The bytes get the poison value and count as unwritten (a local comes into being).
    public abstract void unwritten(long address, long length);
}
