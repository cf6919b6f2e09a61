package wdfs.machine;

/// What the machine knows about each byte of physical memory. 0 means: addressable and written, the fast path of every access.
public final class Shadow {
    /// Addressable, but nothing was ever stored there; a load is the violation `UninitializedRead`.
    public static final int UNWRITTEN = 0x01;
    /// Between or behind blocks: belongs to nobody.
    public static final int RED_ZONE = 0x02;
    /// The block was freed and lies in quarantine.
    public static final int FREED = 0x04;
    /// A frame of the stack that was left.
    public static final int GONE = 0x08;
    /// Every access takes the slow path and is told to the {@link FaultHandler}.
    public static final int WATCHED = 0x10;
    /// A store is the violation `WriteToReadOnlyBuffer`, but goes through (KBUF-211). Loads do not mind.
    public static final int READ_ONLY = 0x20;
    /// The site of the first store of this byte is remembered in its region; stands beside UNWRITTEN only.
    public static final int TRACED = 0x40;

    /// A device has the byte: the buffer of a transfer that runs (OBJ-392). What the processor does with it is told, and works.
    public static final int DEVICE = 0x80;

    /// The bits that make a load slow.
    static final int LOAD = UNWRITTEN | RED_ZONE | FREED | GONE | WATCHED | DEVICE;
    /// The bits that no access may meet.
    static final int FORBIDDEN = RED_ZONE | FREED | GONE;

    static final int LOAD16 = LOAD * 0x0101;
    static final int LOAD32 = LOAD * 0x01010101;
    static final long LOAD64 = LOAD * 0x0101010101010101L;

    private Shadow() {}
}
