package wdfs.trace;

import java.util.List;
import wdfs.machine.Clock;
import wdfs.trace.Timeline.Kind;
import wdfs.trace.Timeline.Lane;
import wdfs.trace.Timeline.Step;

/// A timeline as a self-contained SVG: a lifeline for each lane, a row for each step, the words of a step at the right.
final class SequencePicture {
    private static final int ROW = 26;
    private static final int TIME = 84;
    private static final int LANE = 206;
    private static final int HEAD = 138;
    private static final int DETAIL = 560;
    private static final int LABEL_CHARACTERS = 30;
    private static final int DETAIL_CHARACTERS = 86;

    private final Timeline timeline;
    private final StringBuilder out = new StringBuilder();
    private final int lanesEnd;
    private final int width;

    SequencePicture(Timeline timeline) {
        this.timeline = timeline;
        this.lanesEnd = TIME + Math.max(1, timeline.lanes().size()) * LANE;
        this.width = lanesEnd + DETAIL;
    }

    String svg() {
        int height = HEAD + timeline.steps().size() * ROW + (timeline.omitted() > 0 ? ROW : 0) + 84;
        out.append("""
                <svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" width="%d" height="%d" viewBox="0 0 %d %d" font-family="'Segoe UI', 'DejaVu Sans', Helvetica, Arial, sans-serif" font-size="12">
                <title>%s</title>
                <style>.m{font-family:Consolas,'DejaVu Sans Mono',Menlo,monospace;font-size:11px}.l{font-size:11.5px;paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}.h{font-size:14px;font-weight:600}.t{font-size:20px;font-weight:600}</style>
                <defs>""".formatted(width, height, width, height, escape(timeline.title())));
        for (Kind kind : Kind.values()) {
            out.append("<marker id=\"%s\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto-start-reverse\"><path d=\"M0,1 L9,5 L0,9 z\" fill=\"%s\"/></marker>"
                    .formatted(kind.name(), kind.colour));
        }
        out.append("</defs>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        out.append("<text class=\"t\" x=\"20\" y=\"34\">%s</text>\n".formatted(escape(timeline.title())));
        legend();
        lanes(height);
        rows();
        out.append("</svg>\n");
        return out.toString();
    }

    private void legend() {
        double x = 20;
        int y = 55;
        for (Kind kind : timeline.steps().stream().map(Step::kind).distinct().sorted().toList()) {
            double w = 52 + kind.meaning.length() * 6.4;
            if (x + w > width - 20) {
                x = 20;
                y += 20;
            }
            out.append("<path d=\"M%.1f,%d h26\" stroke=\"%s\" stroke-width=\"2\"%s/><text x=\"%.1f\" y=\"%d\" fill=\"#4b5563\">%s</text>\n".formatted(x, y, kind.colour, dashes(kind), x + 32, y + 4, kind.meaning));
            x += w;
        }
    }

    private int centre(Lane lane) {
        return TIME + timeline.lanes().indexOf(lane) * LANE + LANE / 2;
    }

    private void lanes(int height) {
        for (Lane lane : timeline.lanes()) {
            int x = centre(lane);
            String fill = switch (lane.role()) {
                case APPLICATION -> "#dbeafe";
                case SYSTEM, IO -> "#ede9fe";
                case FRAMEWORK -> "#f3e8ff";
                case DRIVER -> "#dcfce7";
                case HARDWARE -> "#ffe4e6";
            };
            out.append("<path d=\"M%d,%d V%d\" stroke=\"#d1d5db\" stroke-width=\"1.2\"/>\n".formatted(x, HEAD - 18, height - 46));
            for (int y : new int[] {HEAD - 44, height - 46}) {
                out.append("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"28\" rx=\"6\" fill=\"%s\" stroke=\"#9ca3af\"/><text class=\"h\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n"
                        .formatted(x - LANE / 2 + 12, y, LANE - 24, fill, x, y + 19, escape(shortened(lane.name(), 22))));
            }
        }
    }

    private void rows() {
        List<Step> steps = timeline.steps();
        String lastTime = "";
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            int top = HEAD + i * ROW;
            String time = Clock.stamp(step.nanos());
            out.append("<g class=\"step\" data-request=\"%d\"><title>%s</title>\n".formatted(step.request(), escape(time + "  " + step.text())));
            if (i % 2 == 1) {
                out.append("<rect x=\"0\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#111827\" fill-opacity=\"0.025\"/>\n".formatted(top, width, ROW));
            }
            if (!time.equals(lastTime)) {
                out.append("<text class=\"m\" x=\"20\" y=\"%d\" fill=\"#6b7280\">%s</text>\n".formatted(top + 18, escape(time)));
                lastTime = time;
            }
            if (step.isNote()) {
                note(step, top);
            } else {
                arrow(step, top);
            }
            detail(step, top);
            out.append("</g>\n");
        }
        if (timeline.omitted() > 0) {
            out.append("<text x=\"%d\" y=\"%d\" fill=\"#6b7280\">… and %d more steps; --format text shows them all</text>\n".formatted(TIME, HEAD + steps.size() * ROW + 18, timeline.omitted()));
        }
    }

    private void arrow(Step step, int top) {
        int from = centre(step.from());
        int to = centre(step.to());
        int y = top + 20;
        int tip = to > from ? to - 2 : to + 2;
        out.append("<path d=\"M%d,%d H%d\" stroke=\"%s\" stroke-width=\"%s\" fill=\"none\"%s marker-end=\"url(#%s)\"/>\n".formatted(from, y, tip, step.kind().colour,
                step.kind() == Kind.COPY ? "2.6" : "1.6", dashes(step.kind()), step.kind().name()));
        out.append("<circle cx=\"%d\" cy=\"%d\" r=\"2.4\" fill=\"%s\"/>\n".formatted(from, y, step.kind().colour));
        out.append("<text class=\"l\" x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"%s\">%s</text>\n".formatted((from + to) / 2, top + 13, step.kind().colour,
                escape(shortened(step.label(), LABEL_CHARACTERS * Math.max(1, Math.abs(to - from) / LANE)))));
    }

    private void note(Step step, int top) {
        int x = centre(step.from());
        String shown = shortened(step.label(), LABEL_CHARACTERS - 4);
        double w = Math.max(22, shown.length() * 6.1 + 14);
        out.append("<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"18\" rx=\"4\" fill=\"%s\" stroke=\"%s\" stroke-width=\"0.8\"/>\n".formatted(x - w / 2, top + 4, w,
                step.kind() == Kind.REPORT ? "#fee2e2" : step.kind() == Kind.PRINT ? "#f9fafb" : "#ffffff", step.kind().colour));
        out.append("<text x=\"%d\" y=\"%d\" font-size=\"11\" text-anchor=\"middle\" fill=\"%s\">%s</text>\n".formatted(x, top + 17, step.kind().colour, escape(shown)));
    }

    /// The request's number and the words behind the label; those of a note that was too long are told whole.
    private void detail(Step step, int top) {
        int x = lanesEnd + 8;
        if (step.request() != 0) {
            out.append("<text class=\"m\" x=\"%d\" y=\"%d\" fill=\"%s\" font-weight=\"600\">#%d</text>\n".formatted(x, top + 17, colour(step.request()), step.request()));
        }
        boolean whole = step.isNote() && step.detail().isEmpty() && step.label().length() > LABEL_CHARACTERS - 4;
        String text = whole ? step.label() : step.detail();
        if (!text.isEmpty()) {
            out.append("<text class=\"m\" x=\"%d\" y=\"%d\" fill=\"#374151\">%s</text>\n".formatted(x + 44, top + 17, escape(shortened(text, DETAIL_CHARACTERS - 8))));
        }
    }

    private static String dashes(Kind kind) {
        return switch (kind) {
            case RETURN -> " stroke-dasharray=\"7 3\"";
            case LOCK -> " stroke-dasharray=\"2 2\"";
            case GIVE -> " stroke-dasharray=\"1 3\" stroke-linecap=\"round\"";
            case CALL, COPY, MAP, HARDWARE, NOTE, PRINT, REPORT -> "";
        };
    }

    /// Requests that follow each other differ in colour.
    private static String colour(int request) {
        return "hsl(%d,65%%,38%%)".formatted(request * 67 % 360);
    }

    private static String shortened(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most - 1) + "…";
    }

    static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                default -> escaped.append(c < ' ' || c >= 0xFFFE || Character.isSurrogate(c) ? '\uFFFD' : c);
            }
        }
        return escaped.toString();
    }
}
