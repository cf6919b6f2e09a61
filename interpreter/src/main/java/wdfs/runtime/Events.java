package wdfs.runtime;

/// The events of the runtime itself.
public final class Events {
    private Events() {}

    /// A line that a script printed.
    public record Printed(String process, String text) implements Event {
        @Override public String lane() { return process; }
    }

    /// Text that a driver gave to DbgPrint in one call: a line, several, or a piece of one that the next call goes on with.
    public record DebugPrinted(String driver, String text) implements Event {
        @Override public String lane() { return driver; }
    }

    /// The value of a line of a session, and its type as C writes it.
    /// @param text as `print` shows it
    public record Answered(Caller thread, String type, Object value, String text) implements Event {
        @Override public String lane() { return thread.threadName(); }
    }

    public record Reported(Report report, boolean expected) implements Event {
        @Override public String lane() { return "wdfs"; }
    }

    /// An expectation that held; counted, not shown.
    public record Held(String place) implements Event {
        @Override public String lane() { return "test"; }
    }

    /// What else a trace shows (calls of applications): one line of one lane.
    public record Traced(String lane, String text) implements Event {}
}
