package wdfs.explain;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import wdfs.runtime.Travel;

/// The address spaces as a picture: for each transfer type a panel with the application's buffers, system space, and the
/// pointers of IRP and driver. Boxes and arrows are made from the events of the probe's run, one for each.
final class Picture {
    private static final int WIDTH = 1240;
    private static final int MARGIN = 20;
    private static final int TITLE = 44;
    private static final int APP_X = 46;
    private static final int APP_W = 176;
    private static final int MDL_W = 84;
    private static final int SYSTEM_W = 168;
    private static final int CARD_RIGHT = WIDTH - 26;
    private static final int ROW = 22;
    private static final int BOX_H = 62;
    private static final int LONGEST_NOTE = 170;

    private enum Ink {
        FIELD("#6b7280"), IN("#1d4ed8"), DRIVER("#7c3aed"), BACK("#15803d");

        final String colour;

        Ink(String colour) {
            this.colour = colour;
        }
    }

    private record Box(double x, double y, double w, double h) {
        double right() {
            return x + w;
        }

        double middle() {
            return y + h / 2;
        }
    }

    private final Explanation explanation;
    private final Question question;
    private final StringBuilder out = new StringBuilder();

    Picture(Explanation explanation) {
        this.explanation = explanation;
        this.question = explanation.question();
    }

    /// A panel as it is shown.
    /// @param heading tells framework, preference and transfer type
    record Drawn(Column column, String heading, boolean own, String body, double height) {}

    /// Two preferences of UMDF drivers that make the same picture share a panel.
    List<Drawn> panels() {
        List<Drawn> panels = new ArrayList<>();
        for (Explanation.Block block : explanation.blocks()) {
            for (Column column : block.columns()) {
                Panel panel = new Panel(column);
                double height = panel.draw();
                String heading = block.framework() + "  " + column.transfer().title(question.kind());
                Drawn drawn = new Drawn(column, heading + block.preference().map(p -> ", the driver prefers " + p.ioType).orElse(""), column.own(), out.toString(), height);
                out.setLength(0);
                int same = -1;
                for (int i = 0; i < panels.size(); i++) {
                    if (panels.get(i).column.probe().isUmdf() && panels.get(i).column.transfer() == column.transfer()) {
                        same = i;
                    }
                }
                if (!column.probe().isUmdf() || same < 0) {
                    panels.add(drawn);
                } else if (panels.get(same).body.equals(drawn.body)) {
                    panels.set(same, new Drawn(column, heading, column.own() || panels.get(same).own, drawn.body, height));
                } else {
                    panels.add(same + 1, drawn);
                }
            }
        }
        return panels;
    }

    String svg() {
        double y = 76;
        StringBuilder panels = new StringBuilder();
        for (Drawn drawn : panels()) {
            frame(drawn);
            panels.append("<g transform=\"translate(0,%s)\">\n".formatted(number(y))).append(out).append(drawn.body).append("</g>\n");
            out.setLength(0);
            y += drawn.height + 18;
        }
        legend(y);
        String legend = out.toString();
        double height = y + 62;
        return """
                <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%s" viewBox="0 0 %d %s" font-family="'Segoe UI', 'DejaVu Sans', Helvetica, Arial, sans-serif" font-size="13">
                <title>%s</title>
                <style>.m{font-family:Consolas,'DejaVu Sans Mono',Menlo,monospace;font-size:12px}.s{font-size:11.5px}.h{font-size:15px;font-weight:600}.t{font-size:20px;font-weight:600}</style>
                <defs>%s</defs>
                <rect width="100%%" height="100%%" fill="#ffffff"/>
                <text class="t" x="%d" y="36">%s</text>
                <text x="%d" y="58" fill="#4b5563">%s</text>
                """.formatted(WIDTH, number(height), WIDTH, number(height), escape(title()), markers(), MARGIN, escape(title()), MARGIN,
                escape("one request with each transfer type, drawn from the events of a probe driver's runs" + (question.own().isPresent() ? "; ★ the script's own type" : "")))
                + panels + legend + "</svg>\n";
    }

    private void frame(Drawn drawn) {
        out.append("<rect x=\"%d\" y=\"0\" width=\"%d\" height=\"%s\" rx=\"10\" fill=\"#fbfbfd\" stroke=\"%s\" stroke-width=\"%s\"/>\n".formatted(MARGIN, WIDTH - 2 * MARGIN + 4, number(drawn.height),
                drawn.own ? "#b45309" : "#d1d5db", drawn.own ? "2" : "1"));
        text(MARGIN + 16, 28, "h", "#111827", "start", drawn.heading + (drawn.own ? "  ★" : ""));
    }

    private String title() {
        return question.name() + "   " + question.lengths();
    }

    private static String markers() {
        StringBuilder text = new StringBuilder();
        for (Ink ink : Ink.values()) {
            text.append("<marker id=\"%s\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto-start-reverse\"><path d=\"M0,1 L9,5 L0,9 z\" fill=\"%s\"/></marker>"
                    .formatted(ink.name(), ink.colour));
        }
        return text.toString();
    }

    private void legend(double y) {
        double x = MARGIN;
        String[][] entries = {{"IN", "", "before the driver is called"}, {"DRIVER", "", "while the driver has the request"}, {"BACK", "", "after completion"}, {"FIELD", "4 3", "field of the IRP"}};
        for (String[] entry : entries) {
            Ink ink = Ink.valueOf(entry[0]);
            out.append("<path d=\"M%s,%s h34\" stroke=\"%s\" stroke-width=\"1.8\" fill=\"none\"%s marker-end=\"url(#%s)\"/>\n".formatted(number(x), number(y + 14), ink.colour,
                    entry[1].isEmpty() ? "" : " stroke-dasharray=\"" + entry[1] + "\"", ink.name()));
            text(x + 42, y + 18, "s", "#374151", "start", entry[2]);
            x += 62 + entry[2].length() * 6.6;
        }
        swatch(MARGIN, y + 30, "#dbeafe", "#1e40af", "pages of the application, also where they are mapped elsewhere");
        swatch(MARGIN + 460, y + 30, "#ede9fe", "#5b21b6", "memory of the system");
        swatch(MARGIN + 660, y + 30, "#dcfce7", "#166534", "memory of the driver's host");
        swatch(MARGIN + 900, y + 30, "#fef3c7", "#b45309", "list of locked pages");
    }

    private void swatch(double x, double y, String fill, String stroke, String meaning) {
        out.append("<rect x=\"%s\" y=\"%s\" width=\"34\" height=\"14\" rx=\"3\" fill=\"%s\" stroke=\"%s\"/>\n".formatted(number(x), number(y), fill, stroke));
        text(x + 42, y + 12, "s", "#374151", "start", meaning);
    }

    // ---- one panel -------------------------------------------------------------------------------------------------------------------

    private final class Panel {
        private final Column column;
        /// Where the lanes are; those of KMDF have no host between system space and the cards.
        private final int mdlX;
        private final int systemX;
        private final int hostX;
        private final int cardX;
        private final Observation seen;
        private final Map<String, Box> boxes = new LinkedHashMap<>();
        /// Which rows (0 input, 1 output) a box of system space belongs to.
        private final Map<String, List<Integer>> rows = new LinkedHashMap<>();
        private final Map<String, Integer> ports = new LinkedHashMap<>();
        private final Map<String, Integer> flows = new LinkedHashMap<>();
        private double rowA;
        private double rowB;
        private int topLanes;
        private int bottomLanes;
        private int sideLanes;
        private double bottom;

        Panel(Column column) {
            this.column = column;
            this.seen = column.journey();
            boolean umdf = column.probe().isUmdf();
            this.mdlX = umdf ? 350 : 400;
            this.systemX = umdf ? 496 : 640;
            this.hostX = umdf ? 790 : 0;
            this.cardX = umdf ? 1024 : 1000;
        }

        private record Pointer(String label, Travel.Place target, Ink ink, boolean failed) {}

        double draw() {
            List<Pointer> fields = fields();
            List<Pointer> pointers = pointers();
            double cards = (fields.size() + pointers.size() + 2) * ROW + 34;
            boolean control = question.kind() == Question.Kind.CONTROL;
            double content = Math.max(cards, control ? 246 : 140);
            List<String> notes = notes();
            double height = TITLE + 22 + content + 34 + notes.size() * 17 + 6;
            double top = TITLE + 22;
            rowA = top + 46;
            rowB = top + content - 46 - BOX_H;
            if (!control) {
                rowA = rowB = top + (content - BOX_H) / 2;
            }
            bottom = top + content;
            lane(APP_X - 10, APP_W + 20, content, "application", "#eff6ff");
            lane(mdlX - 14, systemX + SYSTEM_W - mdlX + 28, content, "system space", "#f5f3ff");
            if (column.probe().isUmdf()) {
                lane(hostX - 14, SYSTEM_W + 28, content, "driver host", "#f0fdf4");
            }
            if (seen.begun().isEmpty()) {
                text(APP_X, top + 40, "", "#b91c1c", "start", "not observed: the request was never made");
                return height;
            }
            Travel.Begun begun = seen.begun().get();
            if (begun.inLength() > 0) {
                box("app.in", new Box(APP_X, rowA, APP_W, BOX_H), "#dbeafe", "#1e40af", "input buffer", begun.inLength() + " bytes");
            }
            if (begun.outLength() > 0) {
                box("app.out", new Box(APP_X, rowB, APP_W, BOX_H), "#dbeafe", "#1e40af", "output buffer", begun.outLength() + " bytes");
            }
            systemBoxes();
            arrows();
            cards(fields, pointers, top);
            double y = bottom + 34;
            for (String note : notes) {
                text(APP_X - 8, y, "s", "#374151", "start", note);
                y += 17;
            }
            return height;
        }

        private void lane(double x, double w, double content, String name, String fill) {
            out.append("<rect x=\"%s\" y=\"%d\" width=\"%s\" height=\"%s\" rx=\"6\" fill=\"%s\"/>\n".formatted(number(x), TITLE, number(w), number(content + 28), fill));
            text(x + w / 2, TITLE + 16, "s", "#6b7280", "middle", name);
        }

        private void box(String key, Box box, String fill, String stroke, String name, String detail) {
            boxes.put(key, box);
            out.append("<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"5\" fill=\"%s\" stroke=\"%s\" stroke-width=\"1.3\"/>\n".formatted(number(box.x), number(box.y), number(box.w),
                    number(box.h), fill, stroke));
            String[] details = detail.split(", ");
            double y = box.middle() - 8 * details.length + 4;
            text(box.x + box.w / 2, y, "m", "#111827", "middle", name);
            for (String each : details) {
                y += 17;
                text(box.x + box.w / 2, y, "s", "#4b5563", "middle", each);
            }
        }

        /// The key of the box that a place lies in; empty if it has none.
        private String key(Travel.Place place) {
            String name = Wording.name(seen, place);
            return name.startsWith("app's input") ? "app.in" : name.startsWith("app's output") ? "app.out" : place.label().replaceFirst("\\+0x.*", "");
        }

        private void serves(String key, int row) {
            List<Integer> list = rows.computeIfAbsent(key, _ -> new ArrayList<>());
            if (!list.contains(row)) {
                list.add(row);
            }
        }

        private int row(Travel.Place appBuffer) {
            return key(appBuffer).equals("app.in") ? 0 : 1;
        }

        /// `MDL#1` of `MDL#1 (2 pages shared)`.
        private static String mdlOf(Travel.Mapped mapped) {
            return mapped.mdl().split(" ")[0];
        }

        private static boolean inHost(Travel.Place place) {
            return place.owner().startsWith(Observation.HOST);
        }

        /// Which rows each buffer and mapping serves follows from what is copied and locked.
        private void systemBoxes() {
            Map<String, Long> sizes = new LinkedHashMap<>();
            Map<String, String> mdls = new LinkedHashMap<>();
            Map<String, Integer> mdlRows = new LinkedHashMap<>();
            for (Travel event : seen.travel()) {
                switch (event) {
                    case Travel.Allocated a when inHost(a.buffer()) -> hostBox(a.buffer(), a.buffer().label().startsWith("Input") ? rowA : rowB, false, a.length() + " bytes");
                    case Travel.Allocated a -> {
                        sizes.put(a.buffer().label(), a.length());
                        rows.computeIfAbsent(a.buffer().label(), _ -> new ArrayList<>());
                    }
                    case Travel.Copied c when key(c.from()).startsWith("app.") -> serves(key(c.to()), row(c.from()));
                    case Travel.Copied c when key(c.to()).startsWith("app.") -> serves(key(c.from()), row(c.to()));
                    case Travel.Locked l -> {
                        mdlRows.put(l.mdl(), row(l.buffer()));
                        mdls.put(l.mdl(), "%d page%s".formatted(l.pages(), l.pages() == 1 ? "" : "s"));
                        if (l.mapped().address() != 0) {
                            sizes.put(l.mapped().label(), l.length());
                            serves(l.mapped().label(), row(l.buffer()));
                        }
                    }
                    case Travel.Mapped m when inHost(m.at()) -> hostBox(m.at(), rowOf(mdlRows.getOrDefault(mdlOf(m), 1)), true, m.length() + " bytes, " + m.mdl().replaceFirst(".*\\((.*)\\)", "$1"));
                    case Travel.Mapped m when mdlRows.containsKey(mdlOf(m)) -> {
                        sizes.put(m.at().label(), m.length());
                        serves(m.at().label(), mdlRows.get(mdlOf(m)));
                    }
                    default -> { }
                }
            }
            for (Observation.Given given : seen.given()) {
                if (given.ddi().endsWith("Buffer") && sizes.containsKey(given.place().label())) {
                    serves(given.place().label(), given.ddi().contains("Input") ? 0 : 1);
                }
            }
            mdls.forEach((name, pages) -> box(name, new Box(mdlX, rowOf(mdlRows.get(name)) + 8, MDL_W, BOX_H - 16), "#fef3c7", "#b45309", seen.label(name), pages));
            sizes.forEach((name, size) -> {
                List<Integer> list = rows.getOrDefault(name, List.of(0));
                boolean both = list.contains(0) && list.contains(1);
                double y = list.contains(0) || list.isEmpty() ? rowA : rowB;
                boolean mapping = name.startsWith("SystemSpace");
                box(name, new Box(systemX, y, SYSTEM_W, both ? rowB + BOX_H - rowA : BOX_H), mapping ? "#dbeafe" : "#ede9fe", mapping ? "#1e40af" : "#5b21b6", seen.label(name), size + " bytes");
            });
        }

        private void hostBox(Travel.Place place, double y, boolean shared, String detail) {
            box(place.label(), new Box(hostX, y, SYSTEM_W, BOX_H), shared ? "#dbeafe" : "#dcfce7", shared ? "#1e40af" : "#166534", seen.label(place.label()), detail);
        }

        private double rowOf(int row) {
            return row == 0 ? rowA : rowB;
        }

        private void arrows() {
            Ink now = Ink.IN;
            for (Travel event : seen.travel()) {
                switch (event) {
                    case Travel.Presented _ -> now = Ink.DRIVER;
                    case Travel.Completed _ -> now = Ink.BACK;
                    case Travel.Copied c when c.why() == Travel.Why.IN -> flow(c.from(), c.to(), Ink.IN, "copy in %d".formatted(c.length()), "copy");
                    case Travel.Copied c -> flow(c.from(), c.to(), Ink.BACK, "copy back %d".formatted(c.length()), "back");
                    case Travel.Locked l -> {
                        Box from = boxes.get(key(l.buffer()));
                        Box to = boxes.get(l.mdl());
                        arrow("lock", from.right(), from.middle(), to.x, from.middle(), now, "");
                        text((from.right() + mdlX - 4) / 2, from.middle() - 7, "s", now.colour, "middle", "lock for " + (l.forWrite() ? "writing" : "reading"));
                        if (l.mapped().address() != 0) {
                            map(l.mdl(), l.mapped(), now);
                        }
                    }
                    case Travel.Mapped m when boxes.containsKey(mdlOf(m)) -> map(mdlOf(m), m.at(), now);
                    default -> { }
                }
            }
        }

        /// The host's mapping goes around a mapping in system space.
        private void map(String mdl, Travel.Place at, Ink ink) {
            Box from = boxes.get(mdl);
            Box to = boxes.get(at.label());
            boolean blocked = inHost(at) && boxes.entrySet().stream().anyMatch(e -> e.getValue().x == systemX && e.getValue().y <= from.y && e.getValue().y + e.getValue().h >= from.y);
            if (!blocked) {
                arrow("map", from.right(), from.middle(), to.x, from.middle(), ink, "");
                text(inHost(at) ? (systemX + SYSTEM_W + hostX) / 2.0 : (from.right() + to.x) / 2, from.middle() - 7, "s", ink.colour, "middle", inHost(at) ? "share" : "map");
                return;
            }
            boolean above = from.y < (rowA + rowB) / 2;
            double y = above ? to.y - 16 : to.y + to.h + 16;
            out.append("<path class=\"a-map\" d=\"M%s,%s V%s H%s V%s\" stroke=\"%s\" stroke-width=\"1.8\" fill=\"none\" marker-end=\"url(#%s)\"/>\n".formatted(number(from.x + from.w / 2),
                    number(above ? from.y : from.y + from.h), number(y), number(to.x + to.w / 2), number(above ? to.y : to.y + to.h), ink.colour, ink.name()));
            text((systemX + SYSTEM_W + hostX) / 2.0, above ? y - 5 : y + 14, "s", ink.colour, "middle", "share");
        }

        /// At the height of the application's buffer or the host's; a second one between the same two a little lower.
        private void flow(Travel.Place from, Travel.Place to, Ink ink, String label, String kind) {
            Box a = boxes.get(key(from));
            Box b = boxes.get(key(to));
            if (a == null || b == null) {
                return;
            }
            Box left = a.x < b.x ? a : b;
            Box right = left == a ? b : a;
            boolean app = left.x == APP_X;
            double middle = app ? left.middle() : right.middle();
            double y = middle + 22 * (flows.merge(number(left.x) + " " + number(right.x) + " " + number(middle), 1, Integer::sum) - 1);
            if (left == a) {
                arrow(kind, a.right(), y, b.x, y, ink, "");
            } else {
                arrow(kind, a.x, y, b.right(), y, ink, "");
            }
            text(app ? (APP_X + APP_W + mdlX) / 2.0 - 2 : (left.right() + right.x) / 2.0, y - 7, "s", ink.colour, "middle", label);
        }

        private void arrow(String kind, double x1, double y1, double x2, double y2, Ink ink, String dash) {
            out.append("<path class=\"a-%s\" d=\"M%s,%s L%s,%s\" stroke=\"%s\" stroke-width=\"1.8\" fill=\"none\"%s marker-end=\"url(#%s)\"/>\n".formatted(kind, number(x1), number(y1), number(x2),
                    number(y2), ink.colour, dash, ink.name()));
        }

        // ---- pointers ------------------------------------------------------------------------------------------------------------------

        private List<Pointer> fields() {
            List<Pointer> list = new ArrayList<>();
            if (column.probe().isUmdf()) {
                return list;
            }
            seen.first(Travel.Dispatched.class, _ -> true).ifPresent(d -> {
                list.add(new Pointer("SystemBuffer", d.systemBuffer(), Ink.FIELD, false));
                list.add(new Pointer("MdlAddress", d.mdl(), Ink.FIELD, false));
                list.add(new Pointer("UserBuffer", d.userBuffer(), Ink.FIELD, false));
                if (question.kind() == Question.Kind.CONTROL) {
                    list.add(new Pointer("Type3InputBuffer", d.type3(), Ink.FIELD, false));
                }
            });
            return list;
        }

        private List<Pointer> pointers() {
            List<Pointer> list = new ArrayList<>();
            if (seen.begun().isEmpty()) {
                return list;
            }
            for (Observation.Given given : seen.given()) {
                if (given.ddi().endsWith("Buffer")) {
                    list.add(new Pointer("…" + given.ddi().substring("WdfRequestRetrieve".length()), given.place(), Ink.DRIVER, given.status() < 0));
                }
            }
            for (Travel event : seen.travel()) {
                if (event instanceof Travel.Locked l && l.mapped().address() != 0) {
                    list.add(new Pointer("ProbeAndLock…For" + (l.forWrite() ? "Write" : "Read"), l.mapped(), Ink.DRIVER, false));
                }
            }
            return list;
        }

        private void cards(List<Pointer> fields, List<Pointer> pointers, double top) {
            if (column.probe().isUmdf()) {
                double y = card("WdfRequestRetrieve… gives", pointers, top + (question.kind() == Question.Kind.CONTROL ? 60 : 20), "#7c3aed");
                text(cardX + 10, y + 22, "s", "#374151", "start", "effective I/O type: " + Wording.effective(seen));
                return;
            }
            double y = card("IRP", fields, top - 18, "#6b7280");
            card("WdfRequestRetrieve… gives", pointers, y + 14, "#7c3aed");
        }

        private double card(String title, List<Pointer> list, double y, String colour) {
            double height = ROW * (list.size() + 1) + 6;
            out.append("<rect x=\"%d\" y=\"%s\" width=\"%d\" height=\"%s\" rx=\"5\" fill=\"#ffffff\" stroke=\"%s\"/>\n".formatted(cardX, number(y), CARD_RIGHT - cardX, number(height), colour));
            text(cardX + 10, y + 17, "s", colour, "start", title);
            for (int i = 0; i < list.size(); i++) {
                Pointer pointer = list.get(i);
                double line = y + ROW * (i + 1) + 16;
                boolean none = pointer.failed || pointer.target.address() == 0;
                text(cardX + 10, line, "m", none ? "#9ca3af" : "#111827", "start", pointer.label);
                if (none) {
                    text(CARD_RIGHT - 8, line, "s", pointer.failed ? "#b91c1c" : "#9ca3af", "end", pointer.failed ? "error" : "NULL");
                } else {
                    point(pointer, line - 4);
                }
            }
            return y + height;
        }

        /// From a card's row to what it points to. What lies in the application is reached around system space.
        private void point(Pointer pointer, double y) {
            String key = key(pointer.target);
            Box target = boxes.get(key);
            if (target == null) {
                return;
            }
            String dash = pointer.ink == Ink.FIELD ? " stroke-dasharray=\"4 3\"" : "";
            String d;
            if (key.startsWith("app.")) {
                boolean above = key.equals("app.in");
                double channelX = systemX + SYSTEM_W + 24 + 11 * sideLanes++;
                double channelY = above ? rowA - 14 - 9 * topLanes++ : rowB + BOX_H + 14 + 9 * bottomLanes++;
                double into = target.x + target.w * (0.55 + 0.2 * ((above ? topLanes : bottomLanes) - 1));
                d = "M%d,%s H%s V%s H%s V%s".formatted(cardX, number(y), number(channelX), number(channelY), number(into), number(above ? target.y : target.y + target.h));
            } else if (key.startsWith("MDL")) {
                double channelX = systemX + SYSTEM_W + 24 + 11 * sideLanes++;
                boolean above = target.y < (rowA + rowB) / 2;
                double channelY = above ? rowA - 14 - 9 * topLanes++ : rowB + BOX_H + 14 + 9 * bottomLanes++;
                d = "M%d,%s H%s V%s H%s V%s".formatted(cardX, number(y), number(channelX), number(channelY), number(target.x + target.w / 2), number(above ? target.y : target.y + target.h));
            } else {
                int port = ports.merge(key, 1, Integer::sum);
                double into = Math.max(target.y + 8, Math.min(target.y + target.h - 8, target.h > BOX_H ? y : target.y + 10 * port));
                d = "M%d,%s C%s,%s %s,%s %s,%s".formatted(cardX, number(y), number(cardX - 40.0), number(y), number(target.right() + 40), number(into), number(target.right()), number(into));
            }
            out.append("<path class=\"a-%s\" d=\"%s\" stroke=\"%s\" stroke-width=\"1.5\" fill=\"none\"%s marker-end=\"url(#%s)\"/>\n".formatted(pointer.ink == Ink.FIELD ? "field" : "pointer", d,
                    pointer.ink.colour, dash, pointer.ink.name()));
        }

        private List<String> notes() {
            List<String> list = new ArrayList<>();
            if (question.kind() != Question.Kind.READ) {
                note(list, "input", Sights.driverStoresInput(column), Sights.appChangesInput(column));
            }
            if (question.kind() != Question.Kind.WRITE) {
                note(list, "output", Sights.driverStoresOutput(column), Sights.appChangesOutput(column));
            }
            return list;
        }

        private static void note(List<String> list, String buffer, String driver, String app) {
            String first = buffer + ":  driver stores to it → " + flat(driver) + ".";
            String second = "The app changes it meanwhile → " + flat(app) + ".";
            if (first.length() + second.length() < LONGEST_NOTE) {
                list.add(first + "   " + second);
            } else {
                list.add(first);
                list.add(buffer + ":  " + second.replaceFirst("The", "the"));
            }
        }

        private static String flat(String cell) {
            return cell.replace("\nviolation\n", ", violation ").replace("byte:\n", "byte: ").replace("\n", ", ");
        }
    }

    // ---- text ------------------------------------------------------------------------------------------------------------------------

    private void text(double x, double y, String style, String colour, String anchor, String text) {
        out.append("<text%s x=\"%s\" y=\"%s\" fill=\"%s\"%s>%s</text>\n".formatted(style.isEmpty() ? "" : " class=\"" + style + "\"", number(x), number(y), colour,
                anchor.equals("start") ? "" : " text-anchor=\"" + anchor + "\"", escape(text)));
    }

    private static String number(double value) {
        long tenths = Math.round(value * 10);
        return tenths % 10 == 0 ? Long.toString(tenths / 10) : tenths / 10 + "." + Math.abs(tenths % 10);
    }

    private static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                default -> escaped.append(c < ' ' ? ' ' : c);
            }
        }
        return escaped.toString();
    }
}
