package wdfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import wdfs.diagnostics.Diagnostic;
import wdfs.diagnostics.TextRenderer;
import wdfs.engine.Engine;
import wdfs.semantics.SourceLoader;
import wdfs.source.SourceFile;

/// Every finding has a section in docs/reference/findings.md with a script that has that finding, and no other.
class FindingPagesTest {
    private static final Engine ENGINE = new Engine();
    private static final Pattern SECTION = Pattern.compile("(?ms)^## ([A-Z]+-\\d+): ([^\\n]+)\\n(.*?)(?=^## |\\z)");
    private static final Pattern SCRIPT = Pattern.compile("(?ms)^```wdfs finding\\n(.*?)^```");

    /// Scripts that are too large for the page.
    private static final Map<String, String> LARGE = Map.of(
            "LANG-007", "process a { print(" + "(".repeat(251) + "1" + ")".repeat(251) + "); }",
            "LANG-008", "// " + "x".repeat((2 << 20) + 1),
            "LANG-016", "process a { print(1" + " | 1".repeat(2001) + "); }",
            "LANG-017", "process a { ULONG n = 1;" + " n = n * 3 + n / 7 - (n << 2);".repeat(6000) + " print(n); }");

    /// What no script shows: a fault of wdfs, and what the limits of the text come before.
    private static final Set<String> NONE = Set.of("LANG-149", "LANG-156");

    private static Path root() {
        return Files.isDirectory(Path.of("docs")) ? Path.of(".") : Path.of("..");
    }

    private static Map<String, String> sections() throws IOException {
        Map<String, String> sections = new LinkedHashMap<>();
        for (Matcher m = SECTION.matcher(Files.readString(root().resolve("docs/reference/findings.md"))); m.find();) {
            assertThat(sections.put(m.group(1), m.group(3))).as(m.group(1) + " stands once").isNull();
        }
        return sections;
    }

    @TestFactory
    List<DynamicTest> theScriptOfASectionHasThatFindingAndNoOther() throws IOException {
        return sections().entrySet().stream().filter(e -> !NONE.contains(e.getKey())).map(e -> DynamicTest.dynamicTest(e.getKey(), () -> {
            Matcher script = SCRIPT.matcher(e.getValue());
            String text = LARGE.containsKey(e.getKey()) ? LARGE.get(e.getKey()) : script.find() ? script.group(1) : "";
            SourceFile file = SourceFile.script("page.wdfs", text);
            SourceLoader loader = (importing, target) -> target.equals("page.wdfs") ? new SourceLoader.Loaded.Found(file) : new SourceLoader.Loaded.Refused("there is no such file");
            List<Diagnostic> findings = ENGINE.compile(file, loader).findings().sorted();
            assertThat(findings.stream().map(Diagnostic::code).distinct()).as(new TextRenderer(false).render(findings)).containsExactly(e.getKey());
        })).toList();
    }

    @Test
    void everyCodeOfTheSourcesHasASection() throws IOException {
        Set<String> codes = new TreeSet<>();
        try (Stream<Path> files = Files.walk(root().resolve("interpreter/src/main/java"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                for (Matcher m = Pattern.compile("Diagnostic\\.(?:error|warning)\\(\"([A-Z]+-\\d+)\"").matcher(Files.readString(file)); m.find();) {
                    codes.add(m.group(1));
                }
            }
        }
        assertThat(new TreeSet<>(sections().keySet())).isEqualTo(codes);
    }

    @Test
    void theTableOfTheLanguagesPageHasTheSameCodes() throws IOException {
        String page = Files.readString(root().resolve("docs/language.md"));
        Set<String> listed = new TreeSet<>();
        for (Matcher m = Pattern.compile("(?m)^\\| ((?:LANG|IOM)-\\d+) \\|").matcher(page.substring(page.indexOf("\n## Findings\n"))); m.find();) {
            listed.add(m.group(1));
        }
        assertThat(listed).isEqualTo(new TreeSet<>(sections().keySet()));
    }
}
