package wdfs.host;

import java.util.List;

/// How the drivers of one UMDF stack agree on buffered or direct (UMDF §3), and from how many bytes on direct is used (§4.1).
final class IoTypes {
    static final int BUFFERED = 2;
    static final int DIRECT = 3;
    static final int BUFFERED_OR_DIRECT = 4;
    private static final int PAGE = 4096;
    private static final int LEAST_THRESHOLD = 8192;

    private IoTypes() {}

    /// The stack-wide result, or why the stack does not start.
    sealed interface Result {
        record Agreed(int type) implements Result {}

        record Refused(String why) implements Result {}
    }

    /// @param preferences of all drivers, WDF_DEVICE_IO_TYPE, for one class of requests
    /// @param shared other devices may live in the same host
    static Result resolve(List<Integer> preferences, boolean shared) {
        boolean buffered = preferences.contains(BUFFERED);
        boolean direct = preferences.contains(DIRECT);
        if (buffered && direct) {                                     // UMDF-033, UMDF-039, UMDF-041
            return new Result.Refused("one driver of the stack wants buffered transfer and another direct");
        }
        if (buffered) {                                               // UMDF-030, UMDF-032, UMDF-038
            return new Result.Agreed(BUFFERED);
        }
        if (direct && shared) {                                       // UMDF-037
            return new Result.Refused("direct transfer needs a host of its own: UmdfHostProcessSharing = ProcessSharingDisabled");
        }
        return new Result.Agreed(direct || !shared ? DIRECT : BUFFERED);   // UMDF-031, UMDF-034 to UMDF-036
    }

    /// UMDF-068, UMDF-070. @return bytes
    static long threshold(List<Integer> thresholds) {
        long largest = 0;
        for (int each : thresholds) {
            largest = Math.max(largest, each & 0xFFFF_FFFFL);
        }
        return largest <= LEAST_THRESHOLD ? LEAST_THRESHOLD : (largest + PAGE - 1) / PAGE * PAGE;
    }

    /// Whether the buffer holds at least one whole page (UMDF-056).
    static boolean hasWholePage(long address, long length) {
        long first = (address + PAGE - 1) / PAGE * PAGE;
        return first + PAGE <= address + length;
    }
}
