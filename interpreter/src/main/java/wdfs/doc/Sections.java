package wdfs.doc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Pages of docs/ that come with the program, by the name that a section or rule is about.
final class Sections {
    /// The page of what runs can report.
    static final String REPORTS = "reference/reports.md";

    private static final List<String> PAGES = List.of("reference/findings.md", REPORTS, "reference/methods.md");
    /// The pages of docs/rules, without their ending.
    static final List<String> RULES = List.of("io-manager", "kernel-environment", "kmdf-buffers", "memory-objects", "objects-devices-targets", "requests-and-queues", "umdf-buffers");
    private static final Pattern SECTION = Pattern.compile("(?ms)^## ([A-Za-z0-9_-]+)(?:: ([^\\n]+))?\\n(.*?)(?=^## |\\z)");
    private static final Pattern LINK = Pattern.compile("\\[([^\\]]+)\\]\\([^)]+\\)");

    /// @param page below docs/
    record Section(String name, String title, List<String> text, String page) {}

    private final Map<String, Section> sections = new LinkedHashMap<>();
    private final Map<String, Rule> rules = new LinkedHashMap<>();

    Sections() {
        for (String page : PAGES) {
            for (Matcher m = SECTION.matcher(read(page)); m.find();) {
                sections.put(m.group(1), new Section(m.group(1), m.group(2) == null ? "" : m.group(2), plain(m.group(3)), page));
            }
        }
        for (String page : RULES) {
            for (Rule rule : Rule.in(page, read("rules/" + page + ".md"))) {
                rules.put(rule.id(), rule);
                sections.putIfAbsent(rule.id(), new Section(rule.id(), "", List.of(LINK.matcher(rule.text()).replaceAll("$1")), "reference/rules/" + rule.file()));
            }
        }
    }

    /// The section of that name, else of one that differs from it in the case of letters only.
    Optional<Section> of(String name) {
        return Optional.ofNullable(sections.get(name)).or(() -> sections.values().stream().filter(s -> s.name().equalsIgnoreCase(name)).findFirst());
    }

    Optional<Rule> rule(String id) {
        return Optional.ofNullable(rules.get(id));
    }

    List<Rule> rules() {
        return List.copyOf(rules.values());
    }

    /// What the page of a rule shows behind its text: a script and where it is from, or why there is none. A script that stands with
    /// another rule is shown all the same.
    List<String> shownFor(Rule rule) {
        for (Matcher m = SECTION.matcher(read("reference/rules/" + rule.file())); m.find();) {
            if (m.group(1).equals(rule.id())) {
                List<String> lines = new ArrayList<>(plain(m.group(3)));
                lines.removeIf(line -> line.startsWith("**"));                       // the heading of what follows
                List<String> shown = lines.subList(Math.min(2, lines.size()), lines.size());
                Matcher other = Rule.ID.matcher(shown.isEmpty() ? "" : shown.getFirst());
                boolean elsewhere = !shown.isEmpty() && shown.getFirst().startsWith("The script of ") && other.find() && rules.containsKey(other.group());
                return elsewhere ? shownFor(rules.get(other.group())) : shown;
            }
        }
        return List.of();
    }

    /// The sections of findings and reports whose text names something.
    List<Section> naming(String word) {
        Pattern whole = Pattern.compile("\\b" + Pattern.quote(word) + "\\b");
        return sections.values().stream().filter(s -> !rules.containsKey(s.name()) && s.text().stream().anyMatch(line -> whole.matcher(line).find())).toList();
    }

    List<String> names() {
        return List.copyOf(sections.keySet());
    }

    /// Markdown as a terminal shows it: code indented, links as their words.
    private static List<String> plain(String markdown) {
        List<String> lines = new ArrayList<>();
        boolean code = false;
        for (String line : markdown.strip().lines().toList()) {
            if (line.startsWith("```")) {
                code = !code;
            } else {
                String text = code ? ("    " + line).stripTrailing() : LINK.matcher(line).replaceAll("$1");
                boolean goesOn = !code && !text.isEmpty() && !text.startsWith("|") && !lines.isEmpty() && !lines.getLast().isEmpty() && !lines.getLast().startsWith("    ");
                lines.add(goesOn ? lines.removeLast() + " " + text : text);
            }
        }
        return lines;
    }

    private static String read(String page) {
        try (InputStream in = Sections.class.getResourceAsStream("/wdfs/pages/" + page)) {
            if (in == null) {
                throw new IllegalStateException("missing page " + page);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
