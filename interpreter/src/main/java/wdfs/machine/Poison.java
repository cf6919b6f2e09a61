package wdfs.machine;

/// The fixed values that bytes have which nobody wrote, so that a run that reads them is still the same run.
public final class Poison {
    /// Pool and heap memory that was not cleared (MEM-015, ENV-024).
    public static final int FRESH = 0xCD;
    /// Freed pool and heap memory while it is in quarantine.
    public static final int FREED = 0xDD;
    /// Locals before their first assignment.
    public static final int STACK = 0xCC;
    /// The bytes around a block that belong to nobody.
    public static final int RED_ZONE = 0xFD;

    private Poison() {}
}
