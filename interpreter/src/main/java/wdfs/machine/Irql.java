package wdfs.machine;

/// IRQL of x64 (ENV-001).
public final class Irql {
    public static final int PASSIVE = 0;
    public static final int APC = 1;
    public static final int DISPATCH = 2;
    public static final int CLOCK = 13;
    public static final int HIGH = 15;

    private Irql() {}

    public static String name(int level) {
        return switch (level) {
            case PASSIVE -> "PASSIVE_LEVEL";
            case APC -> "APC_LEVEL";
            case DISPATCH -> "DISPATCH_LEVEL";
            case CLOCK -> "CLOCK_LEVEL";
            case 14 -> "IPI_LEVEL";
            case HIGH -> "HIGH_LEVEL";
            default -> "DIRQL " + level;
        };
    }
}
