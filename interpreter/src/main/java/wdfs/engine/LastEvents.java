package wdfs.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import wdfs.runtime.Event;
import wdfs.runtime.Events;
import wdfs.runtime.Machine;
import wdfs.runtime.Travel;

/// Keeps the last events up to the one that matters, as the lines that a trace has of them: how a run came to its failure.
public final class LastEvents implements BiConsumer<Long, Event> {
    private static final int MOST = 10;
    /// A page of text, printed in one call, is no reason to show a page.
    private static final int LONGEST = 160;

    private final TraceText trace;
    private final Predicate<Event> reached;
    private final Deque<String> lines = new ArrayDeque<>();
    private boolean closed;
    private boolean onlyReports = true;

    /// @param reached asked behind each event, when the transcript has it already; the first event for which it holds is the last one
    /// that is kept
    public LastEvents(Machine machine, Predicate<Event> reached) {
        this.trace = new TraceText(machine.statuses);
        this.reached = reached;
    }

    @Override
    public void accept(Long nanos, Event event) {
        if (closed) {
            return;
        }
        switch (event) {
            case Events.Printed(String process, String text) -> text.lines().forEach(line -> add(nanos, process, line));
            case Events.DebugPrinted(String driver, String text) -> text.lines().forEach(line -> add(nanos, driver, line));
            case Events.Reported(var report, boolean expected) -> add(nanos, event.lane(), (expected ? "expected: " : "") + report.title().replaceFirst("^\\*\\*\\* ", ""));
            case Events.Traced(String lane, String text) -> add(nanos, lane, text);
            case Travel travel -> add(nanos, travel.lane(), trace.of(travel));
            default -> { }
        }
        onlyReports &= event instanceof Events.Reported || lines.isEmpty();
        closed = reached.test(event);
    }

    private void add(long nanos, String lane, String text) {
        if (text.isBlank()) {
            return;
        }
        String line = TraceText.line(nanos, lane, text);
        lines.addLast(line.length() > LONGEST ? line.substring(0, LONGEST) + " …" : line);
        if (lines.size() > MOST) {
            lines.removeFirst();
        }
    }

    /// The oldest first; none if there are only reports, which the transcript has.
    public List<String> lines() {
        return onlyReports ? List.of() : List.copyOf(lines);
    }
}
