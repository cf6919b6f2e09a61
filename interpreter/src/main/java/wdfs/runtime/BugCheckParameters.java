package wdfs.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What the four parameters of a bug check mean (VER §1, §2), for reports.
final class BugCheckParameters {
    private static final String ACCESS = "0 a load, 1 a store, 8 a call";

    /// By code: the meaning of each parameter; empty where it has none worth a line. `@` in front: an address.
    private static final Map<Integer, List<String>> MEANINGS = Map.ofEntries(
            Map.entry(0x0A, List.of("@the address touched", "the IRQL then", ACCESS)),
            Map.entry(0xD1, List.of("@the address touched", "the IRQL then", ACCESS)),
            Map.entry(0x50, List.of("@the address touched", "0 a load, 2 a store, 0x10 a call")),
            Map.entry(0x3B, List.of("the exception's code")),
            Map.entry(0x7E, List.of("the exception's code")),
            Map.entry(0x1E, List.of("the exception's code")),
            Map.entry(0x35, List.of("@the IRP")),
            Map.entry(0x44, List.of("@the IRP")),
            Map.entry(0xBE, List.of("@the address stored to")),
            Map.entry(0xFC, List.of("@the address called")),
            Map.entry(0xD5, List.of("@the address touched", ACCESS)),
            Map.entry(0xD6, List.of("@the address touched", ACCESS)),
            Map.entry(0xC1, List.of("@the block", "", "", "what was found: 0x20 never allocated, 0x23 bytes in front changed, 0x24 bytes behind changed")),
            Map.entry(0x7F, List.of("the trap: 8 a stack overflow")),
            Map.entry(0x139, List.of("3: a corrupt LIST_ENTRY")),
            Map.entry(0xC2, List.of("the mistake", "", "", "@the block")),
            Map.entry(0x9F, List.of("3: a stack has an IRP_MJ_POWER too long", "@the physical device object", "", "@the IRP")),
            Map.entry(0xC4, List.of("the rule of Driver Verifier", "@the object")),
            Map.entry(Caller.ACCESS_VIOLATION, List.of(ACCESS, "@the address touched")));

    /// What bug check 0x10D/5 gives as its third parameter.
    private static final Map<Long, String> TYPES = Map.of(0x1001L, "WDFDRIVER", 0x1002L, "WDFDEVICE", 0x1003L, "WDFQUEUE", 0x1008L, "WDFREQUEST", 0x100AL, "WDFFILEOBJECT",
            0x1012L, "WDFMEMORY");

    private static final Map<Long, String> WDF = Map.ofEntries(Map.entry(1L, "POWER_ROUTINE_TIMED_OUT"), Map.entry(2L, "RECURSIVE_LOCK"),
            Map.entry(3L, "VERIFIER_FATAL_ERROR: completed while its memory is still referenced"), Map.entry(4L, "REQUIRED_PARAMETER_IS_NULL"),
            Map.entry(5L, "INVALID_HANDLE"), Map.entry(6L, "REQUEST_FATAL_ERROR"), Map.entry(7L, "OBJECT_ERROR"), Map.entry(8L, "DMA_FATAL_ERROR"),
            Map.entry(0xAL, "QUEUE_FATAL_ERROR"), Map.entry(0xBL, "INVALID_LOCK_OPERATION"), Map.entry(0xCL, "PNP_FATAL_ERROR"),
            Map.entry(0xEL, "VERIFIER_IRQL_MISMATCH"), Map.entry(0x10L, "API_UNAVAILABLE"));

    private BugCheckParameters() {}

    static List<String> meanings(int code) {
        if (code == 0x10D) {
            return List.of("the mistake", "the handle, or what belongs to the mistake");
        }
        return MEANINGS.getOrDefault(code, List.of()).stream().map(meaning -> meaning.startsWith("@") ? meaning.substring(1) : meaning).toList();
    }

    static String wdfViolation(long subcode) {
        return WDF.getOrDefault(subcode, "");
    }

    static List<Long> wdfViolations() {
        return WDF.keySet().stream().sorted().toList();
    }

    /// A line for each parameter that means something.
    static List<String> describe(Machine machine, Report report) {
        List<String> lines = new ArrayList<>();
        long[] p = report.parameters();
        if (report.code() == 0x10D) {
            lines.add(line(1, p[0], WDF.getOrDefault(p[0], "")));
            boolean handle = p[0] == 3 || p[0] == 5 || p[0] == 7 || p[0] == 0xB;
            if (handle) {
                lines.add(line(2, p[1], "the handle: " + machine.handles.label(p[1])));
            }
            if (report.kind() == Report.Kind.HOST_KILL && p[0] == 5 && TYPES.containsKey(p[2])) {
                lines.add(line(3, p[2], "the type expected: " + TYPES.get(p[2])));
            }
            if (p[0] == 6) {
                lines.add(line(2, p[1], p[1] == 4 ? "INFORMATION_LENGTH_MISMATCH: more bytes than the buffer has" : "the mistake with the request"));
            }
            return lines;
        }
        var space = machine.scheduler.running() instanceof Caller caller ? caller.process.space() : null;
        List<String> meanings = MEANINGS.getOrDefault((int) report.code(), List.of());
        for (int i = 0; i < meanings.size(); i++) {
            String meaning = meanings.get(i);
            if (meaning.startsWith("@")) {
                String place = machine.memory.place(space, p[i]);
                meaning = meaning.substring(1) + (place.startsWith("0x") ? "" : ": " + place);
            } else if (meaning.equals("the exception's code")) {
                meaning = machine.statuses.name((int) p[i]);
            }
            if (!meaning.isEmpty()) {
                lines.add(line(i + 1, p[i], meaning));
            }
        }
        return lines;
    }

    private static String line(int number, long value, String meaning) {
        return "  %-10s %-18s %s".formatted("Arg" + number, "0x" + Long.toHexString(value).toUpperCase(java.util.Locale.ROOT), meaning).stripTrailing();
    }
}
