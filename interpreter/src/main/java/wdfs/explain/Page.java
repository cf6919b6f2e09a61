package wdfs.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import wdfs.runtime.Travel;

/// The tables of an explanation as text: a column for each transfer type, 100 columns wide.
final class Page {
    private static final int WIDTH = 100;
    private static final int LABEL = 20;

    private final Explanation explanation;
    private final Question question;
    private final Wording words = new Wording();
    private final List<String> lines = new ArrayList<>();
    private List<Column> columns = List.of();
    private int cellWidth;

    Page(Explanation explanation) {
        this.explanation = explanation;
        this.question = explanation.question();
    }

    private boolean hasIn() {
        return question.kind() != Question.Kind.READ;
    }

    private boolean hasOut() {
        return question.kind() != Question.Kind.WRITE;
    }

    List<String> lines() {
        lines.add("%s%s  %s".formatted(question.name(), question.kind() == Question.Kind.CONTROL ? "  0x%08X".formatted(question.code()) : "", question.lengths()));
        lines.add("One request with each transfer type, seen by a probe driver that takes it as that type wants;");
        lines.add(question.own().isPresent() ? "* is the type that the script itself has." : "the script's own type could not be found out.");
        for (int i = 0; i < explanation.blocks().size(); i++) {
            Explanation.Block block = explanation.blocks().get(i);
            List<String> rows = rows(block);
            boolean same = i + 1 < explanation.blocks().size() && rows.equals(rows(explanation.blocks().get(i + 1)));
            Explanation.Block shown = same ? explanation.blocks().get(++i) : block;
            lines.add("");
            use(shown);
            title(shown, same);
            lines.addAll(rows);
        }
        lines.add("");
        own();
        return List.copyOf(lines);
    }

    private void use(Explanation.Block block) {
        columns = block.columns();
        cellWidth = (WIDTH - LABEL) / Math.max(3, columns.size());
    }

    /// @param both the block stands for the other preference too
    private void title(Explanation.Block block, boolean both) {
        boolean own = explanation.blocks().stream().filter(b -> b.framework() == block.framework()).flatMap(b -> b.columns().stream()).anyMatch(Column::own);
        row(block.framework() + (both || block.preference().isEmpty() ? "" : ",\nprefers " + block.preference().get().ioType),
                c -> c.transfer().title(question.kind()) + ((both ? own && question.own().equals(Optional.of(c.transfer())) : c.own()) ? " *" : ""));
        lines.add("─".repeat(WIDTH));
        if (block.framework() == Probe.Framework.UMDF) {
            if (both) {
                lines.add("the same whether the driver prefers buffered or direct, at these lengths");
            }
            if (columns.stream().anyMatch(c -> c.least().isPresent())) {
                row(both ? "direct, if that is preferred, from" : "direct from", c -> c.least().map(Wording::least).orElse("not asked for"));
            }
        }
    }

    /// A block without its title.
    List<String> rows(Explanation.Block block) {
        use(block);
        int before = lines.size();
        lines.add("-");
        if (block.framework() == Probe.Framework.KMDF) {
            kmdf();
        } else {
            umdf();
        }
        List<String> part = lines.subList(before, lines.size());
        List<String> rows = List.copyOf(part.subList(1, part.size()));
        part.clear();
        return rows;
    }

    private void umdf() {
        heading("before the driver is called");
        steps("I/O manager", c -> wayIn(c, "io"));
        steps("reflector", c -> wayIn(c, "umdf"));
        heading("what the driver is told");
        row("effective I/O type", c -> Wording.effective(c.journey()));
        heading("what WdfRequestRetrieve… gives the driver, in its host's memory");
        for (String what : List.of("InputBuffer", "OutputBuffer", "InputMemory", "OutputMemory")) {
            ddi("…" + what, "WdfRequestRetrieve" + what);
        }
        sights();
        heading("after WdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, %d)".formatted(question.some()));
        steps("reflector", c -> wayBack(c, "umdf"));
        steps("I/O manager", c -> wayBack(c, "io"));
        endings();
    }

    private void kmdf() {
        heading("before the driver is called");
        steps("I/O manager", c -> wayIn(c, ""));
        heading("in the IRP as the driver gets it");
        field("SystemBuffer", Travel.Dispatched::systemBuffer);
        field("MdlAddress", Travel.Dispatched::mdl);
        field("UserBuffer", Travel.Dispatched::userBuffer);
        if (question.kind() == Question.Kind.CONTROL) {
            field("Type3InputBuffer", Travel.Dispatched::type3);
        }
        row("Flags", c -> c.journey().first(Travel.Dispatched.class, _ -> true).map(d -> Wording.flags(d.flags())).orElse(Wording.NOT_OBSERVED));
        heading("what WdfRequestRetrieve… gives the driver");
        for (String what : List.of("InputBuffer", "OutputBuffer", "InputMemory", "OutputMemory", "InputWdmMdl")) {
            ddi("…" + what, "WdfRequestRetrieve" + what);
        }
        row("…OutputWdmMdl", this::outputMdl);
        heading("in EvtIoInCallerContext");
        if (hasIn()) {
            ddi("…UnsafeUser\nInputBuffer", "WdfRequestRetrieveUnsafeUserInputBuffer");
        }
        if (hasOut()) {
            ddi("…UnsafeUser\nOutputBuffer", "WdfRequestRetrieveUnsafeUserOutputBuffer");
        }
        steps("…ProbeAndLock", c -> stepsOf(c, c.journey().travel().stream().filter(t -> t.lane().equals("kmdf") && t instanceof Travel.Locked).toList()));
        sights();
        heading("after WdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, %d)".formatted(question.some()));
        steps("framework, I/O manager", c -> wayBack(c, ""));
        endings();
    }

    private void sights() {
        heading("who sees whose stores, while the request is pending");
        if (hasIn() && hasOut()) {
            row("In and Out are", c -> c.journey().number("same").map(n -> n != 0 ? "one pointer" : "two pointers").orElse(Wording.NOT_OBSERVED));
        }
        if (hasOut()) {
            row("the output holds at first", Sights::outputAtFirst);
        }
        if (hasIn()) {
            row("driver stores to the input", Sights::driverStoresInput);
        }
        if (hasOut()) {
            row("driver stores to the output", Sights::driverStoresOutput);
        }
        if (hasIn()) {
            row("app changes the input", Sights::appChangesInput);
        }
        if (hasOut()) {
            row("app changes the output", Sights::appChangesOutput);
        }
    }

    private void endings() {
        heading("what %s gives for a status and Information".formatted(switch (question.kind()) {
            case READ -> "ReadFile";
            case WRITE -> "WriteFile";
            case CONTROL -> "DeviceIoControl";
        }));
        for (int i = 0; i < columns.getFirst().endings().size(); i++) {
            int index = i;
            Scenario.Ending ending = columns.getFirst().endings().get(i).scenario();
            row(ending.title(), c -> ended(c.endings().get(index)));
        }
    }

    private String ended(Column.Ended end) {
        Observation seen = end.seen();
        boolean uncalled = end.scenario().reject() && seen.begun().isPresent() && seen.first(Travel.Presented.class, _ -> true).isEmpty();
        return words.ended(question, seen) + (uncalled ? "\ndriver is not called" : "");
    }

    // ---- cells -----------------------------------------------------------------------------------------------------------------------

    private List<String> stepsOf(Column column, List<Travel> events) {
        return events.stream().map(t -> words.step(column.journey(), t)).filter(s -> !s.isEmpty()).toList();
    }

    /// Up to the call of the driver. @param lane whose steps; empty for all
    private List<String> wayIn(Column column, String lane) {
        List<Travel> before = new ArrayList<>();
        for (Travel t : column.journey().travel()) {
            if (column.probe().isUmdf() ? t instanceof Travel.Presented : t instanceof Travel.Dispatched) {
                break;
            }
            if (t.lane().equals(lane) || lane.isEmpty()) {
                before.add(t);
            }
        }
        return stepsOf(column, before);
    }

    private List<String> wayBack(Column column, String lane) {
        List<Travel> behind = new ArrayList<>();
        boolean completed = false;
        for (Travel t : column.journey().travel()) {
            completed |= t instanceof Travel.Completed;
            if (completed && (t.lane().equals(lane) || lane.isEmpty())) {
                behind.add(t);
            }
        }
        return completed ? stepsOf(column, behind) : List.of(Wording.NOT_OBSERVED);
    }

    private void field(String label, Function<Travel.Dispatched, Travel.Place> field) {
        row(label, c -> c.journey().first(Travel.Dispatched.class, _ -> true).map(d -> Wording.name(c.journey(), field.apply(d))).orElse(Wording.NOT_OBSERVED));
    }

    private void ddi(String label, String name) {
        row(label, c -> {
            for (Observation seen : c.raw().map(raw -> List.of(c.journey(), raw)).orElse(List.of(c.journey()))) {
                Optional<Observation.Given> got = seen.given(name);
                if (got.isPresent()) {
                    Optional<Travel.Mapped> mapped = seen.first(Travel.Mapped.class, m -> m.at().address() == got.get().place().address());
                    boolean first = mapped.isPresent() && seen.given().stream().filter(g -> g.place().address() == got.get().place().address()).findFirst().equals(got);
                    return words.given(seen, got.get()) + (first && !c.probe().isUmdf() ? "\nmaps " + seen.label(mapped.get().mdl()) : "");
                }
            }
            return Wording.NOT_OBSERVED;
        });
    }

    /// Asked for on its own and, if that differs, behind the input's.
    private String outputMdl(Column c) {
        String name = "WdfRequestRetrieveOutputWdmMdl";
        Optional<Observation.Given> behind = c.journey().given(name);
        Optional<Observation.Given> alone = c.raw().flatMap(raw -> raw.given(name));
        boolean same = alone.isEmpty() || behind.isPresent() && behind.get().status() == alone.get().status() && behind.get().length() == alone.get().length()
                && Wording.name(c.journey(), behind.get().place()).equals(Wording.name(c.raw().get(), alone.get().place()));
        String shown = gave(c.journey(), name);
        return same ? shown : gave(c.raw().get(), name) + "\nbehind the input's:\n" + shown;
    }

    private String gave(Observation seen, String ddi) {
        return seen.given(ddi).map(g -> words.given(seen, g)).orElse(Wording.NOT_OBSERVED);
    }

    // ---- the script as it stands -------------------------------------------------------------------------------------------------------

    private void own() {
        lines.add("the script's own driver, as it stands" + explanation.own().device().map(d -> ": " + d.path()).orElse(""));
        lines.add("─".repeat(WIDTH));
        explanation.own().lines().forEach(l -> lines.addAll(l.length() > WIDTH - 2 ? wrap(l, WIDTH - 2, " ".repeat(10)).stream().map(w -> "  " + w).toList() : List.of("  " + l)));
    }

    // ---- layout ----------------------------------------------------------------------------------------------------------------------

    private void heading(String text) {
        lines.add(text);
    }

    private void steps(String label, Function<Column, List<String>> cell) {
        table(label, columns.stream().map(c -> {
            List<String> wrapped = new ArrayList<>();
            List<String> list = c.journey().begun().isEmpty() ? List.of(Wording.NOT_OBSERVED) : cell.apply(c);
            for (String step : list) {
                wrapped.addAll(wrap(step, cellWidth - 1, " "));
            }
            return wrapped.isEmpty() ? List.of("nothing") : wrapped;
        }).toList());
    }

    private void row(String label, Function<Column, String> cell) {
        table(label, columns.stream().map(c -> wrap(cell.apply(c), cellWidth - 1, "")).toList());
    }

    private void table(String label, List<List<String>> cells) {
        boolean title = lines.isEmpty() || lines.getLast().isEmpty();
        List<String> labels = wrap(label, LABEL - (title ? 1 : 3), "");
        int height = cells.stream().mapToInt(List::size).reduce(labels.size(), Math::max);
        for (int i = 0; i < height; i++) {
            StringBuilder line = new StringBuilder((title ? "%-20s" : "  %-18s").formatted(i < labels.size() ? labels.get(i) : ""));
            for (List<String> cell : cells) {
                line.append(("%-" + cellWidth + "s").formatted(i < cell.size() ? cell.get(i) : ""));
            }
            lines.add(line.toString().stripTrailing());
        }
    }

    /// Breaks at blanks, and a word that is too long behind an underscore or in front of a capital.
    /// @param hang what lines behind the first begin with
    static List<String> wrap(String text, int width, String hang) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        int empty = 0;
        for (String word : text.replace("\n", " \n").split(" ")) {
            boolean breaks = word.startsWith("\n");
            String rest = breaks ? word.substring(1) : word;
            if (!breaks && line.length() > empty && line.length() + 1 + rest.length() <= width) {
                line.append(' ').append(rest);
                continue;
            }
            if (line.length() > empty) {
                lines.add(line.toString());
                line = new StringBuilder(hang);
                empty = hang.length();
            }
            while (line.length() + rest.length() > width) {
                int room = width - line.length();
                int at = rest.lastIndexOf('_', room - 1) + 1;
                int cut = at > 0 ? at : hump(rest, room);
                lines.add(line + rest.substring(0, cut));
                rest = rest.substring(cut);
                line = new StringBuilder(hang);
                empty = hang.length();
            }
            line.append(rest);
        }
        lines.add(line.toString());
        return lines;
    }

    /// Where a capital begins a new part of a long name.
    private static int hump(String word, int width) {
        for (int i = width; i > 4; i--) {
            if (Character.isUpperCase(word.charAt(i)) && Character.isLowerCase(word.charAt(i - 1))) {
                return i;
            }
        }
        return width;
    }
}
