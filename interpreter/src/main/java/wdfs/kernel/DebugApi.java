package wdfs.kernel;

import java.nio.charset.StandardCharsets;
import wdfs.machine.Irql;
import wdfs.runtime.Caller;
import wdfs.runtime.Events;
import wdfs.runtime.Format;
import wdfs.runtime.Native;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// What drivers write for the debugger, and what would stop in it: breakpoints and assertions (ENV §6, ENV-048, ENV-049).
public final class DebugApi {
    /// So many bytes one call prints.
    private static final int MOST_BYTES = 512;

    private DebugApi() {}

    @Native
    public static int DbgPrint(Caller caller, long format, long[] values, String kinds) {
        print(caller, "", format, values, kinds);
        return 0;
    }

    @Native
    public static int DbgPrintEx(Caller caller, int component, int level, long format, long[] values, String kinds) {
        print(caller, "", format, values, kinds);
        return 0;
    }

    /// ENV-104: a trace message of WPP is a line of its own, behind its level and its flags.
    @Native
    public static void TraceEvents(Caller caller, int level, int flags, long format, long[] values, String kinds) {
        String name = switch (level) {
            case 0 -> "NONE";
            case 1 -> "CRITICAL";
            case 2 -> "ERROR";
            case 3 -> "WARNING";
            case 4 -> "INFORMATION";
            case 5 -> "VERBOSE";
            default -> "LEVEL " + Integer.toUnsignedString(level);
        };
        print(caller, "[%s 0x%X] ".formatted(name, flags), format, values, kinds);
    }

    private static void print(Caller caller, String prefix, long format, long[] values, String kinds) {
        boolean traced = !prefix.isEmpty();
        if (caller.irql() > Irql.PASSIVE && caller.inKernel() && caller.machine.verifierOn() && Format.needsCodePages(Format.cString(caller.memory, format, MOST_BYTES))) {
            caller.machine.violation(new Report.Builder(Report.Kind.VIOLATION, "WideFormatAboveDispatch", "ENV-100",
                    "DbgPrint converts 16-bit characters at %s".formatted(Irql.name(caller.irql()))).stack(ScriptStack.frames(), "")
                    .help("%C, %S, %ls, %ws, %wZ and their like need tables that can be paged out: print them at PASSIVE_LEVEL only").build(), ScriptStack.site());
        }
        String text = prefix + cut(Format.format(caller.memory, format, values, kinds, wrong -> badArgument(caller, wrong)));
        caller.machine.emit(new Events.DebugPrinted(caller.image == null ? "kernel" : caller.image.name(), traced && !text.endsWith("\n") ? text + "\n" : text));
    }

    /// ENV-100: what is longer is cut off.
    private static String cut(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MOST_BYTES) {
            return text;
        }
        int end = MOST_BYTES;
        while ((bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    /// ENV-102: printed as `<badarg>`, and told.
    public static void badArgument(Caller caller, String wrong) {
        caller.machine.violation(new Report.Builder(Report.Kind.VIOLATION, "BadFormatArgument", "ENV-102", wrong).stack(ScriptStack.frames(), "").build(), ScriptStack.site());
    }

    /// ENV-048: an assertion that does not hold is printed, and would stop in the debugger; the run goes on.
    @Native
    public static void RtlAssertionFailed(Caller caller, long expression) {
        String text = Format.cString(caller.memory, expression, MOST_BYTES);
        if (caller.inKernel()) {
            caller.machine.emit(new Events.DebugPrinted(caller.image == null ? "kernel" : caller.image.name(), "*** Assertion failed: " + text + "\n"));
        }
        caller.machine.violation(new Report.Builder(Report.Kind.VIOLATION, "AssertionFailed", "ENV-048", "the assertion " + text + " does not hold")
                .stack(ScriptStack.frames(), caller.inKernel() ? Irql.name(caller.irql()) : "").build(), ScriptStack.site());
    }

    /// ENV-049: no debugger is there to stop in; on Windows it would be an exception that nobody handles.
    @Native
    public static void DbgBreakPoint(Caller caller) {
        caller.machine.violation(new Report.Builder(Report.Kind.VIOLATION, "Breakpoint", "ENV-049", "the driver stops in the debugger")
                .stack(ScriptStack.frames(), Irql.name(caller.irql())).line("  Without a debugger, Windows ends here with STATUS_BREAKPOINT, an exception that nobody handles.").build(), ScriptStack.site());
    }
}
