package wdfs.runtime;

/// Where an image lies. Addresses depend only on the image's position in the program, so they are constants of the
/// generated code and the same in every run.
public final class ImageLayout {
    public static final long KERNEL_BASE = 0xFFFF_F800_1000_0000L;
    public static final long USER_BASE = 0x0000_7FF6_0000_0000L;
    public static final long STRIDE = 0x0200_0000L;
    /// Functions: each takes {@link #FUNCTION_STRIDE} bytes of addresses.
    public static final long TEXT_OFFSET = 0x1000L;
    public static final long FUNCTION_STRIDE = 16;
    public static final long CONSTANTS_OFFSET = 0x0080_0000L;
    public static final long DATA_OFFSET = 0x0100_0000L;
    /// Where the functions with Java bodies have their addresses: kernel routines, and those of processes.
    public static final long KERNEL_NATIVES = 0xFFFF_F800_0010_0000L;
    public static final long USER_NATIVES = 0x0000_7FFD_0000_0000L;

    private ImageLayout() {}

    public static long base(boolean kernel, int ordinal) {
        return (kernel ? KERNEL_BASE : USER_BASE) + ordinal * STRIDE;
    }

    public static long function(boolean kernel, int ordinal, int index) {
        return base(kernel, ordinal) + TEXT_OFFSET + index * FUNCTION_STRIDE;
    }

    public static long constants(boolean kernel, int ordinal) {
        return base(kernel, ordinal) + CONSTANTS_OFFSET;
    }

    public static long data(boolean kernel, int ordinal) {
        return base(kernel, ordinal) + DATA_OFFSET;
    }
}
