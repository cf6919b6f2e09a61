package wdfs.trace;

import java.util.ArrayList;
import java.util.List;
import wdfs.machine.Clock;
import wdfs.trace.Timeline.Kind;
import wdfs.trace.Timeline.Lane;
import wdfs.trace.Timeline.Step;

/// A timeline for a terminal: a column for each lane, arrows between them, at most 100 characters wide as long as the lanes are few.
final class TextTimeline {
    private static final int WIDTH = 100;
    private static final int TIME = 9;
    private static final int COLUMN = 10;

    private final Timeline timeline;
    private final int textAt;
    private final List<String> out = new ArrayList<>();

    TextTimeline(Timeline timeline) {
        this.timeline = timeline;
        this.textAt = TIME + timeline.lanes().size() * COLUMN + 1;
    }

    List<String> lines() {
        header();
        String last = "";
        for (Step step : timeline.steps()) {
            String stamp = Clock.stamp(step.nanos());
            String time = stamp.equals(last) ? "" : stamp;
            last = stamp;
            step(time, step);
        }
        if (timeline.omitted() > 0) {
            out.add("… and " + timeline.omitted() + " more steps");
        }
        return out;
    }

    private void header() {
        StringBuilder names = new StringBuilder(" ".repeat(TIME));
        for (Lane lane : timeline.lanes()) {
            String name = lane.role() == Timeline.Role.IO ? "I/O" : lane.name().length() > COLUMN - 1 ? lane.name().substring(0, COLUMN - 2) + "…" : lane.name();
            int before = (COLUMN - name.length()) / 2;
            names.append(" ".repeat(before)).append(name).append(" ".repeat(COLUMN - name.length() - before));
        }
        out.add(names.toString().stripTrailing());
    }

    private int centre(Lane lane) {
        return TIME + timeline.lanes().indexOf(lane) * COLUMN + COLUMN / 2;
    }

    private void step(String time, Step step) {
        StringBuilder row = new StringBuilder(columns());
        row.replace(0, time.length(), time);
        int from = centre(step.from());
        int to = centre(step.to());
        char shaft = switch (step.kind()) {
            case COPY -> '=';
            case LOCK -> '#';
            case MAP -> '~';
            case GIVE -> '.';
            case CALL, RETURN, HARDWARE, NOTE, PRINT, REPORT -> '-';
        };
        if (step.isNote()) {
            row.setCharAt(from, step.kind() == Kind.REPORT ? '!' : step.kind() == Kind.PRINT ? '"' : 'o');
        } else {
            int left = Math.min(from, to);
            int right = Math.max(from, to);
            for (int i = left + 1; i < right; i++) {
                row.setCharAt(i, shaft);
            }
            if (to > from) {
                row.setCharAt(right - 1, '>');
            } else {
                row.setCharAt(left + 1, '<');
            }
        }
        String blank = columns();
        boolean first = true;
        for (String part : wrapped(step.text())) {
            out.add(((first ? row : new StringBuilder(blank)) + " " + part).stripTrailing());
            first = false;
        }
    }

    private String columns() {
        StringBuilder row = new StringBuilder(" ".repeat(textAt - 1));
        for (Lane lane : timeline.lanes()) {
            row.setCharAt(centre(lane), '|');
        }
        return row.toString();
    }

    /// At spaces, and further lines a little to the right.
    private List<String> wrapped(String text) {
        int room = Math.max(36, WIDTH - textAt);
        List<String> parts = new ArrayList<>();
        String rest = text;
        while (rest.length() > room) {
            int space = rest.lastIndexOf(' ', room);
            if (space <= 4) {
                space = rest.indexOf(' ', 5);
                if (space < 0) {
                    break;
                }
            }
            parts.add(rest.substring(0, space).stripTrailing());
            rest = "  " + rest.substring(space + 1).strip();
        }
        parts.add(rest);
        return parts;
    }
}
