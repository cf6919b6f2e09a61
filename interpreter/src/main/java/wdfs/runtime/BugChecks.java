package wdfs.runtime;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// Names of bug checks.
public final class BugChecks {
    private static final Map<Integer, String> NAMES = Map.ofEntries(Map.entry(0x1, "APC_INDEX_MISMATCH"), Map.entry(0xC, "MAXIMUM_WAIT_OBJECTS_EXCEEDED"), Map.entry(0xE3, "RESOURCE_NOT_OWNED"), Map.entry(0xA, "IRQL_NOT_LESS_OR_EQUAL"),
            Map.entry(0x18, "REFERENCE_BY_POINTER"), Map.entry(0x19, "BAD_POOL_HEADER"), Map.entry(0x1A, "MEMORY_MANAGEMENT"), Map.entry(0x1E, "KMODE_EXCEPTION_NOT_HANDLED"),
            Map.entry(0x35, "NO_MORE_IRP_STACK_LOCATIONS"), Map.entry(0x3B, "SYSTEM_SERVICE_EXCEPTION"), Map.entry(0x40, "TARGET_MDL_TOO_SMALL"),
            Map.entry(0x44, "MULTIPLE_IRP_COMPLETE_REQUESTS"), Map.entry(0x50, "PAGE_FAULT_IN_NONPAGED_AREA"), Map.entry(0x76, "PROCESS_HAS_LOCKED_PAGES"),
            Map.entry(0x7E, "SYSTEM_THREAD_EXCEPTION_NOT_HANDLED"), Map.entry(0x7F, "UNEXPECTED_KERNEL_MODE_TRAP"), Map.entry(0x9F, "DRIVER_POWER_STATE_FAILURE"),
            Map.entry(0xB8, "ATTEMPTED_SWITCH_FROM_DPC"), Map.entry(0xBE, "ATTEMPTED_WRITE_TO_READONLY_MEMORY"),
            Map.entry(0xC1, "SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION"), Map.entry(0xC2, "BAD_POOL_CALLER"), Map.entry(0xC4, "DRIVER_VERIFIER_DETECTED_VIOLATION"),
            Map.entry(0xC7, "TIMER_OR_DPC_INVALID"), Map.entry(0xC8, "IRQL_UNEXPECTED_VALUE"), Map.entry(0xC9, "DRIVER_VERIFIER_IOMANAGER_VIOLATION"), Map.entry(0xCA, "PNP_DETECTED_FATAL_ERROR"), Map.entry(0xCB, "DRIVER_LEFT_LOCKED_PAGES_IN_PROCESS"),
            Map.entry(0xCE, "DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS"), Map.entry(0xD1, "DRIVER_IRQL_NOT_LESS_OR_EQUAL"),
            Map.entry(0xD5, "DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL"), Map.entry(0xD6, "DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION"),
            Map.entry(0xE2, "MANUALLY_INITIATED_CRASH"), Map.entry(0xE4, "WORKER_INVALID"), Map.entry(0xE6, "DRIVER_VERIFIER_DMA_VIOLATION"), Map.entry(0xFC, "ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY"), Map.entry(0x10D, "WDF_VIOLATION"),
            Map.entry(0x139, "KERNEL_SECURITY_CHECK_FAILURE"));

    private BugChecks() {}

    public static Collection<String> names() {
        return NAMES.values();
    }

    /// The code that has this name, in any case of letters.
    public static OptionalInt code(String name) {
        return NAMES.entrySet().stream().filter(e -> e.getValue().equalsIgnoreCase(name)).mapToInt(Map.Entry::getKey).findFirst();
    }

    public static boolean isKnown(int code) {
        return NAMES.containsKey(code);
    }

    /// What each parameter of the bug check means, from the first; an empty text where nothing worth a line is known.
    public static List<String> parameters(int code) {
        return BugCheckParameters.meanings(code);
    }

    /// What the first parameter of bug check 0x10D says; empty for an unknown one.
    public static String wdfViolation(long subcode) {
        return BugCheckParameters.wdfViolation(subcode);
    }

    /// The subcodes of bug check 0x10D that are known, in their order.
    public static List<Long> wdfViolations() {
        return BugCheckParameters.wdfViolations();
    }

    public static String name(int code) {
        return NAMES.getOrDefault(code, "0x%X".formatted(code));
    }
}
