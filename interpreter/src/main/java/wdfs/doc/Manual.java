package wdfs.doc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import wdfs.decode.Decoder;
import wdfs.decode.Reading;
import wdfs.diagnostics.Suggestions;
import wdfs.engine.Engine;
import wdfs.runtime.BugChecks;

/// One screen on a name: a finding, a report, a rule, a transfer method, a status or other number, a DDI, type, constant or
/// callback.
public final class Manual {
    private static final Pattern BUG_CHECK = Pattern.compile("0[xX][0-9A-Fa-f]{1,4}");

    private final Engine engine;
    private final Declarations declarations;
    private final Decoder decoder;
    private Sections sections;

    public Manual(Engine engine) {
        this.engine = engine;
        this.declarations = new Declarations(engine);
        this.decoder = new Decoder(engine.statuses());
    }

    /// The lines about `name`; empty if wdfs knows nothing of that name. A report's section may have the name of something else as
    /// well, a bug check's of its number, that of a rule on a DDI of the DDI: then that follows.
    public Optional<List<String>> of(String name) {
        if (sections == null) {
            sections = new Sections();
        }
        Optional<Sections.Section> section = sections.of(BUG_CHECK.matcher(name).matches() ? bugCheck(name) : name);
        if (section.isEmpty()) {
            return declaredOrNumber(name);
        }
        List<String> lines = new ArrayList<>(section(section.get(), sections.rule(section.get().name()).map(sections::shownFor).orElse(List.of())));
        if (section.get().page().equals(Sections.REPORTS)) {
            declaredOrNumber(section.get().name()).ifPresent(more -> {
                lines.add("");
                lines.addAll(more);
            });
        }
        return Optional.of(lines);
    }

    /// `0x10D` is WDF_VIOLATION.
    private static String bugCheck(String number) {
        int code = Integer.parseInt(number.substring(2), 16);
        return BugChecks.isKnown(code) ? BugChecks.name(code) : number;
    }

    private Optional<List<String>> declaredOrNumber(String name) {
        Optional<Entry> entry = declarations.of(name);
        boolean number = entry.isEmpty() || entry.get().module().equals("ntstatus") || entry.get().module().equals("winerror") || name.startsWith("FILE_DEVICE_");
        if (number && !name.matches("[0-9-].*")) {
            try {
                return Optional.of(readings(decoder.read(name)));
            } catch (Decoder.Unknown _) {
                // no number has that name
            }
        }
        return entry.map(this::entry);
    }

    /// What to say of a name that nothing is known of, and what to do.
    public String unknown(String name) {
        if (sections == null) {
            sections = new Sections();
        }
        String id = name.toUpperCase(Locale.ROOT);
        if (Rule.ID.matcher(id).matches()) {
            String family = id.substring(0, id.indexOf('-') + 1);
            List<Rule> ofFamily = sections.rules().stream().filter(rule -> rule.id().startsWith(family)).sorted(Comparator.comparing(Rule::id)).toList();
            if (!ofFamily.isEmpty()) {
                return "there is no rule " + id + "; those of " + family.replace("-", "") + " are " + ofFamily.getFirst().id() + " to " + ofFamily.getLast().id() + ", with gaps: docs/rules/"
                        + ofFamily.getFirst().page() + ".md";
            }
            List<String> naming = sections.naming(id).stream().map(Sections.Section::name).limit(3).toList();
            if (!naming.isEmpty()) {
                return "the rule " + id + " has no page of its own; what it is about is told with " + String.join(", ", naming) + ": wdfs doc " + naming.getFirst();
            }
            return "there is nothing about " + id + "; tests that are named after it: wdfs test conformance --filter " + id;
        }
        List<String> near = near(name);
        return "there is nothing about `" + name + "`" + (near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?");
    }

    /// Names that a misspelt one may have meant.
    public List<String> near(String name) {
        Set<String> names = new LinkedHashSet<>(new Sections().names());
        names.addAll(engine.library().names());
        names.addAll(BugChecks.names());
        return Suggestions.near(name, names);
    }

    /// @param shown what shows a rule
    private static List<String> section(Sections.Section section, List<String> shown) {
        List<String> lines = new ArrayList<>();
        lines.add(section.title().isEmpty() ? section.name() : section.name() + ": " + section.title());
        lines.add("");
        lines.addAll(wrapped(section.text()));
        lines.add("");
        if (!shown.isEmpty()) {
            lines.addAll(wrapped(shown));
            lines.add("");
        }
        lines.add("  page: docs/" + section.page());
        return lines;
    }

    private static List<String> wrapped(List<String> text) {
        List<String> lines = new ArrayList<>();
        text.forEach(line -> lines.addAll(line.startsWith("    ") || line.isEmpty() ? List.of(line) : Words.wrap(line, "  ")));
        return lines;
    }

    private static List<String> readings(List<Reading> readings) {
        List<String> lines = new ArrayList<>();
        for (Reading reading : readings) {
            lines.add("%s: %s 0x%08X, %d".formatted(reading.title(), reading.kind(), reading.value(), (int) reading.value()));
            lines.add("");
            for (Reading.Field field : reading.fields()) {
                lines.addAll(Words.wrap("%-13s %s".formatted(field.name(), (field.value() + " " + field.meaning()).strip()), "  "));
            }
        }
        return lines;
    }

    private List<String> entry(Entry entry) {
        List<String> lines = new ArrayList<>();
        lines.add(entry.name() + ": " + entry.kind() + " of " + entry.module());
        lines.add("");
        entry.declaration().forEach(line -> lines.add("    " + line));
        lines.add("");
        if (!entry.doc().isEmpty()) {
            lines.addAll(Words.wrap(String.join(" ", entry.doc()), "  "));
            lines.add("");
        }
        for (Entry.Fact fact : entry.facts()) {
            lines.add("  %-10s %s".formatted(fact.name(), fact.value()));
            if (fact.name().equals("rules")) {
                for (String rule : fact.value().split(", ")) {
                    sections.of(rule).ifPresent(s -> lines.addAll(Words.wrap(rule + "  " + s.text().getFirst(), "             ")));
                }
            }
        }
        while (lines.getLast().isEmpty()) {
            lines.removeLast();
        }
        return lines;
    }

    /// All names that `of` answers, apart from numbers.
    public Collection<String> names() {
        Set<String> names = new LinkedHashSet<>(new Sections().names());
        names.addAll(engine.library().names());
        return names;
    }
}
