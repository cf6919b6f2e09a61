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
    private static final List<String> RULES = List.of("rules/io-manager.md", "rules/kmdf-buffers.md", "rules/memory-objects.md", "rules/umdf-buffers.md");
    private static final Pattern SECTION = Pattern.compile("(?ms)^## ([A-Za-z0-9_-]+)(?:: ([^\\n]+))?\\n(.*?)(?=^## |\\z)");
    private static final Pattern RULE = Pattern.compile("(?m)^- \\*\\*([A-Z]+-\\d+)\\*\\* (.*(?:\\n  .*)*)");
    private static final Pattern LINK = Pattern.compile("\\[([^\\]]+)\\]\\([^)]+\\)");

    /// @param page below docs/
    record Section(String name, String title, List<String> text, String page) {}

    private final Map<String, Section> sections = new LinkedHashMap<>();

    Sections() {
        for (String page : PAGES) {
            for (Matcher m = SECTION.matcher(read(page)); m.find();) {
                sections.put(m.group(1), new Section(m.group(1), m.group(2) == null ? "" : m.group(2), plain(m.group(3)), page));
            }
        }
        for (String page : RULES) {
            for (Matcher m = RULE.matcher(read(page)); m.find();) {
                sections.putIfAbsent(m.group(1), new Section(m.group(1), "", List.of(LINK.matcher(m.group(2).replaceAll("\\n\\s+", " ")).replaceAll("$1")), page));
            }
        }
    }

    /// The section of that name, else of one that differs from it in the case of letters only.
    Optional<Section> of(String name) {
        return Optional.ofNullable(sections.get(name)).or(() -> sections.values().stream().filter(s -> s.name().equalsIgnoreCase(name)).findFirst());
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
