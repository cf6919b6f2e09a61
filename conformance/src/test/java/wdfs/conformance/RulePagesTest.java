package wdfs.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import wdfs.doc.Rule;
import wdfs.engine.Engine;
import wdfs.engine.Sources;
import wdfs.testing.TestCase;
import wdfs.testing.TestRun;
import wdfs.testing.TestSettings;

/// The pages of docs/reference/rules are those of docs/rules and of the scripts of this folder, and their scripts run by themselves.
/// `-Dwdfs.pages=write` writes them anew.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RulePagesTest {
    private static final Path RULES = Path.of("../docs/reference/rules");
    private static final Pattern SCRIPT = Pattern.compile("(?ms)^## (\\S+)$(?:(?!^## ).)*?^```wdfs\\n(.*?)^```$");

    @Test
    @Order(1)
    void thePagesAreUpToDate() throws IOException, Sources.Unreadable {
        Map<String, String> made = new TreeMap<>(new RulePages(Path.of("."), Path.of("../docs"), TestRun.scripts(List.of(Path.of("."))), RuleCoverageTest.claimsOfJavaTests(),
                RuleCoverageTest.reasons(RuleCoverageTest.NOT_YET)).all());
        if ("write".equals(System.getProperty("wdfs.pages"))) {
            for (String old : pages().keySet()) {
                Files.delete(RULES.resolve(old));
            }
            for (Map.Entry<String, String> page : made.entrySet()) {
                Files.createDirectories(RULES.resolve(page.getKey()).getParent());
                Files.writeString(RULES.resolve(page.getKey()), page.getValue());
            }
        }
        Map<String, String> pages = pages();
        Set<String> outdated = new TreeSet<>(made.keySet());
        outdated.addAll(pages.keySet());
        outdated.removeIf(name -> made.getOrDefault(name, "").equals(pages.getOrDefault(name, "")));
        assertThat(outdated).as("pages of docs/reference/rules that are out of date; to write them anew: " + RulePages.COMMAND).isEmpty();
    }

    @Test
    void everyRuleHasASection() throws IOException {
        Map<String, String> pages = pages();
        List<Rule> rules = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("../docs/rules"))) {
            for (Path file : files.sorted().toList()) {
                rules.addAll(Rule.in(file.getFileName().toString().replace(".md", ""), Files.readString(file)));
            }
        }
        assertThat(rules).hasSizeGreaterThan(1000);
        assertThat(rules).allMatch(rule -> pages.getOrDefault(rule.file(), "").contains("\n## " + rule.id() + "\n"));
        assertThat(pages.get("README.md")).contains(rules.stream().map(rule -> "[" + rule.id() + "](").toList());
    }

    /// As `wdfs test` runs the files that somebody made of them.
    @Test
    void theScriptsOfThePagesPassByThemselves(@TempDir Path folder) throws IOException, Sources.Unreadable {
        List<Path> scripts = new ArrayList<>();
        for (String page : pages().values()) {
            for (Matcher script = SCRIPT.matcher(page); script.find();) {
                scripts.add(Files.writeString(folder.resolve(script.group(1) + ".wdfs"), script.group(2)));
            }
        }
        assertThat(scripts).hasSizeGreaterThan(500);
        TestRun run = new TestRun(TestRun.kinds(new Engine()), TestSettings.DEFAULT, System::nanoTime);
        List<String> failures = scripts.parallelStream().flatMap(script -> failures(run, script).stream()).toList();
        assertThat(failures).isEmpty();
    }

    private static List<String> failures(TestRun run, Path script) {
        try {
            List<TestCase> tests = run.tests(script);
            if (tests.size() != 1) {
                return List.of(script.getFileName() + " has " + tests.size() + " tests");
            }
            TestCase.Result result = tests.getFirst().run();
            return result.status() == TestCase.Status.PASSED ? List.of() : List.of(script.getFileName() + ": " + String.join("\n", result.detail()));
        } catch (Sources.Unreadable e) {
            return List.of(e.getMessage());
        }
    }

    private static Map<String, String> pages() throws IOException {
        Map<String, String> pages = new TreeMap<>();
        if (Files.isDirectory(RULES)) {
            try (Stream<Path> files = Files.walk(RULES)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    pages.put(RULES.relativize(file).toString().replace('\\', '/'), Files.readString(file).replace("\r\n", "\n"));
                }
            }
        }
        return pages;
    }
}
