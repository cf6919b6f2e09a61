package wdfs.machine;

/// All that a script can grow, and how far (a run that goes further ends with exit code 5).
/// @param steps loop edges and calls of all threads together
/// @param callDepth nested calls of one thread
/// @param memoryBytes physical memory
/// @param outputBytes what the transcript may hold
/// @param threads threads alive at one time
/// @param virtualNanos virtual time
/// @param handles handles that one process has open
public record Limits(long steps, int callDepth, long memoryBytes, long outputBytes, int threads, long virtualNanos, int handles) {
    /// A thousand million steps are two to five seconds of an endless loop.
    public static final Limits DEFAULT = new Limits(1_000_000_000L, 10_000, 512L << 20, 64L << 20, 100_000, Long.MAX_VALUE / 4, 100_000);

    /// Objects of the framework that live at one time: as many requests as handles can be pending, each with its memory.
    public int objects() {
        return handles / 2 * 5;
    }

    public Limits withSteps(long count) {
        return new Limits(count, callDepth, memoryBytes, outputBytes, threads, virtualNanos, handles);
    }

    public Limits withMemoryBytes(long bytes) {
        return new Limits(steps, callDepth, bytes, outputBytes, threads, virtualNanos, handles);
    }

    public Limits withOutputBytes(long bytes) {
        return new Limits(steps, callDepth, memoryBytes, bytes, threads, virtualNanos, handles);
    }

    public Limits withThreads(int count) {
        return new Limits(steps, callDepth, memoryBytes, outputBytes, count, virtualNanos, handles);
    }

    public Limits withVirtualNanos(long nanos) {
        return new Limits(steps, callDepth, memoryBytes, outputBytes, threads, nanos, handles);
    }

    public Limits withHandles(int count) {
        return new Limits(steps, callDepth, memoryBytes, outputBytes, threads, virtualNanos, count);
    }
}
