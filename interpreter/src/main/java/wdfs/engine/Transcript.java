package wdfs.engine;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import wdfs.runtime.Event;
import wdfs.runtime.Events;
import wdfs.runtime.Machine;
import wdfs.runtime.Report;
import wdfs.runtime.Travel;

/// Events to lines. What is printed is held to the limit of output, so that no script fills a disk.
final class Transcript implements BiConsumer<Long, Event> {
    /// A line that a driver never ends is shown in pieces of this many characters.
    private static final int LONGEST_BEGUN = 4096;

    private final Machine machine;
    private final Consumer<String> out;
    private boolean tracing;
    private boolean brief;
    private final TraceText trace;
    private long bytesLeft;
    private boolean closed;
    /// The pages that were named.
    private final Set<String> pages = new HashSet<>();

    /// @param tracing whether the I/O is shown
    Transcript(Machine machine, Consumer<String> out, boolean tracing) {
        this.machine = machine;
        this.out = out;
        this.tracing = tracing;
        this.trace = new TraceText(machine.statuses);
        this.bytesLeft = machine.limits.outputBytes();
    }

    /// One that only remembers, and whose lines no limit counts: a line for each event, so of a report what it is called.
    Transcript(Machine machine, Consumer<String> memory) {
        this(machine, memory, true);
        this.bytesLeft = Long.MAX_VALUE;
        this.brief = true;
    }

    /// Shows the I/O from now on, or no more.
    void tracing(boolean on) {
        tracing = on;
    }

    @Override
    public void accept(Long nanos, Event event) {
        switch (event) {
            case Events.Printed(_, String text) -> {
                if (text.isEmpty()) {
                    line("");                                         // an empty line has no lines of its own
                }
                text.lines().forEach(this::line);
            }
            case Events.DebugPrinted(String driver, String text) -> debugged(driver, text);
            case Events.Reported(var report, boolean expected) -> {
                if (report.kind() == Report.Kind.LIMIT && !brief) {
                    // Stands outside the limit of output, which it may tell of.
                    out.accept(report.title());
                    report.body().forEach(out);
                } else if (!expected && brief) {
                    traced(nanos, "report", report.title());
                } else if (!expected) {
                    line("");
                    Wrapping.of(report.title(), 4).forEach(this::line);
                    if (!report.body().isEmpty()) {
                        line("");
                        report.body().forEach(text -> Wrapping.of(text, Wrapping.indentOf(text)).forEach(this::line));
                    }
                    more(report);
                    line("");
                } else {
                    traced(nanos, "test", "expected: " + report.title());
                }
            }
            case Events.Traced(String lane, String text) -> traced(nanos, lane, text);
            case Travel travel -> traced(nanos, travel.lane(), trace.of(travel));
            default -> { }
        }
    }

    /// Where more is told, once for each name: behind what to do, or behind the rest.
    private void more(Report report) {
        if (!report.page().isEmpty() && pages.add(report.page())) {
            if (report.body().isEmpty() || !report.body().getLast().startsWith("  mend: ")) {
                line("");
            }
            line("  more: wdfs doc " + report.page());
        }
    }

    private void traced(long nanos, String lane, String text) {
        if (tracing && !text.isEmpty()) {
            line(TraceText.line(nanos, lane, text));
        }
    }

    /// What a driver has printed of a line that no newline has ended yet, and which driver.
    private final StringBuilder begun = new StringBuilder();
    private String beginner = "";

    /// A debugger shows what drivers print as one stream: a line goes on with the next call. It ends with its newline, and
    /// before anything else is shown, so that the transcript keeps the order in which things happened.
    private void debugged(String driver, String text) {
        if (!beginner.equals(driver)) {
            flush();
            beginner = driver;
        }
        int from = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
            String whole = driver + ": " + begun + text.substring(from, end);
            begun.setLength(0);
            line(whole);
            from = end + 1;
        }
        begun.append(text, from, text.length());
        if (begun.length() >= LONGEST_BEGUN) {
            flush();
        }
    }

    /// Shows the line that a driver has begun and not ended.
    void flush() {
        if (!begun.isEmpty()) {
            String whole = beginner + ": " + begun;
            begun.setLength(0);
            line(whole);
        }
    }

    private String last = "";

    /// Never two empty lines together.
    void line(String text) {
        flush();
        if (closed || text.isEmpty() && last.isEmpty()) {
            return;
        }
        last = text;
        bytesLeft -= text.getBytes(StandardCharsets.UTF_8).length + 1;
        if (bytesLeft < 0) {
            closed = true;
            throw machine.limit("output");
        }
        out.accept(text);
    }

    /// What the run itself says at its end, outside the limit.
    void closing(String text) {
        out.accept(text);
    }
}
