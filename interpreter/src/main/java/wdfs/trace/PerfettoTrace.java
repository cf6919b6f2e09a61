package wdfs.trace;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import wdfs.machine.Clock;
import wdfs.trace.Timeline.Kind;
import wdfs.trace.Timeline.Lane;
import wdfs.trace.Timeline.Step;

/// A timeline in the trace event format that Perfetto and Chrome read: a thread for each lane, an asynchronous slice for each
/// request, and for each step a slice on the lane where it begins, with a flow to the lane where it ends.
///
/// Code takes no virtual time, so many steps share one instant. Each is drawn a nanosecond wide and behind the one before; the
/// argument `at` is the virtual time.
final class PerfettoTrace {
    private static final int PROCESS = 1;

    private final Timeline timeline;
    private final List<String> events = new ArrayList<>();

    PerfettoTrace(Timeline timeline) {
        this.timeline = timeline;
    }

    List<String> lines() {
        event("M", 0, 0, "process_name", "\"args\":{\"name\":" + quote(timeline.title()) + "}");
        for (int i = 0; i < timeline.lanes().size(); i++) {
            event("M", i + 1, 0, "thread_name", "\"args\":{\"name\":" + quote(timeline.lanes().get(i).name()) + "}");
            event("M", i + 1, 0, "thread_sort_index", "\"args\":{\"sort_index\":" + i + "}");
        }
        Map<Integer, Long> ends = new HashMap<>();
        Map<Integer, String> names = new HashMap<>();
        long at = 0;
        long flow = 0;
        for (Step step : timeline.steps()) {
            at = Math.max(at + 2, step.nanos());
            int from = lane(step.from());
            int to = lane(step.to());
            if (step.request() != 0) {
                if (names.putIfAbsent(step.request(), "#" + step.request() + " " + step.label()) == null) {
                    event("b", from, at, names.get(step.request()), "\"cat\":\"request\",\"id\":" + step.request());
                }
                ends.put(step.request(), at + 1);
            }
            event(step.kind() == Kind.PRINT || step.kind() == Kind.REPORT ? "i" : "X", from, at, step.text(), "\"cat\":\"" + step.kind().name().toLowerCase(java.util.Locale.ROOT) + "\","
                    + (step.kind() == Kind.PRINT || step.kind() == Kind.REPORT ? "\"s\":\"" + (step.kind() == Kind.REPORT ? "g" : "t") + "\"," : "\"dur\":0.001,")
                    + "\"args\":{\"at\":" + quote(Clock.stamp(step.nanos())) + ",\"from\":" + quote(step.from().name()) + ",\"to\":" + quote(step.to().name()) + "}");
            if (from != to) {
                flow++;
                event("s", from, at, step.label(), "\"cat\":\"flow\",\"id\":" + flow);
                event("X", to, at + 1, step.label(), "\"cat\":\"arrives\",\"dur\":0.001");
                event("f", to, at + 1, step.label(), "\"cat\":\"flow\",\"bp\":\"e\",\"id\":" + flow);
            }
        }
        for (Map.Entry<Integer, Long> end : new java.util.TreeMap<>(ends).entrySet()) {
            event("e", 1, end.getValue(), names.get(end.getKey()), "\"cat\":\"request\",\"id\":" + end.getKey());
        }
        List<String> out = new ArrayList<>();
        out.add("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[");
        for (int i = 0; i < events.size(); i++) {
            out.add(events.get(i) + (i + 1 < events.size() ? "," : ""));
        }
        out.add("]}");
        return out;
    }

    private int lane(Lane lane) {
        return timeline.lanes().indexOf(lane) + 1;
    }

    /// @param at nanoseconds; the format wants microseconds
    private void event(String phase, int thread, long at, String name, String more) {
        events.add("{\"ph\":\"%s\",\"pid\":%d,\"tid\":%d,\"ts\":%d.%03d,\"name\":%s,%s}".formatted(phase, PROCESS, thread, at / 1000, at % 1000, quote(name), more));
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append("\\u%04x".formatted((int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
