package wdfs.machine;

/// Virtual time, in nanoseconds since boot. Only the scheduler and waits move it.
public final class Clock {
    private long nowNanos;

    public long nowNanos() {
        return nowNanos;
    }

    void advanceTo(long nanos) {
        if (nanos > nowNanos) {
            nowNanos = nanos;
        }
    }

    /// `+0us`, `+1250us`, `+100ms`: the form of traces and reports.
    public String stamp() {
        return stamp(nowNanos);
    }

    public static String stamp(long nanos) {
        return "+" + text(nanos);
    }

    /// The greatest unit that leaves no fraction, but microseconds at least as long as they are whole: `0us`, `15ns`, `2s`.
    public static String text(long nanos) {
        if (nanos % 1_000 != 0) {
            return nanos + "ns";
        }
        if (nanos == 0 || nanos % 1_000_000 != 0) {
            return nanos / 1_000 + "us";
        }
        return nanos % 1_000_000_000 != 0 ? nanos / 1_000_000 + "ms" : nanos / 1_000_000_000 + "s";
    }
}
