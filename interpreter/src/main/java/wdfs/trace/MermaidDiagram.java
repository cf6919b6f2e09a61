package wdfs.trace;

import java.util.ArrayList;
import java.util.List;
import wdfs.machine.Clock;
import wdfs.trace.Timeline.Lane;
import wdfs.trace.Timeline.Step;

/// A timeline as a Mermaid sequence diagram, for pages that draw such text.
final class MermaidDiagram {
    private final Timeline timeline;

    MermaidDiagram(Timeline timeline) {
        this.timeline = timeline;
    }

    List<String> lines() {
        List<String> out = new ArrayList<>();
        out.add("sequenceDiagram");
        for (int i = 0; i < timeline.lanes().size(); i++) {
            Lane lane = timeline.lanes().get(i);
            out.add("    " + (lane.role() == Timeline.Role.APPLICATION ? "actor" : "participant") + " L" + i + " as " + escape(lane.name()));
        }
        long last = -1;
        for (Step step : timeline.steps()) {
            if (step.nanos() != last && last >= 0) {
                out.add("    Note over L0" + (timeline.lanes().size() > 1 ? ",L" + (timeline.lanes().size() - 1) : "") + ": " + Clock.stamp(step.nanos()));
            }
            last = step.nanos();
            String from = "L" + timeline.lanes().indexOf(step.from());
            String to = "L" + timeline.lanes().indexOf(step.to());
            if (step.isNote()) {
                out.add("    Note over " + from + ": " + escape(step.text()));
            } else {
                String arrow = switch (step.kind()) {
                    case RETURN, GIVE -> "-->>";
                    case CALL, COPY, LOCK, MAP, HARDWARE, NOTE, PRINT, REPORT -> "->>";
                };
                out.add("    " + from + arrow + to + ": " + escape(step.text()));
            }
        }
        if (timeline.omitted() > 0) {
            out.add("    Note over L0: … and " + timeline.omitted() + " more steps");
        }
        return out;
    }

    /// What would end a message or begin a character code or markup is written as a character code.
    private static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '#', ';', '<', '>', '"', '%', '{', '}', ':' -> escaped.append('#').append((int) c).append(';');
                default -> escaped.append(c < ' ' ? ' ' : c);
            }
        }
        return escaped.isEmpty() ? " " : escaped.toString();
    }
}
