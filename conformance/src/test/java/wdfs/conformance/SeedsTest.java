package wdfs.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// `docs/seeds.md` leads from each statement of the founding pages to its rules and to the scripts that show it. What it says is
/// held against the rule pages and the names of the tests:
///
///     - statement. **KBUF-050**, **IOM-041** · [conformance/rules/a.wdfs](../conformance/rules/a.wdfs), [samples/b.wdfs](../samples/b.wdfs)
class SeedsTest {
    private static final Path DOCS = Path.of("../docs");
    private static final Path PAGE = DOCS.resolve("seeds.md");

    private static final String ID = "[A-Z]{2,5}-\\d{3,4}";
    private static final String LINK = "\\[([^]]+)]\\(([^)]+)\\)";
    private static final Pattern STATEMENT = Pattern.compile("- (?<text>.+?\\S[.)]) (?<rules>\\*\\*" + ID + "\\*\\*(?:, \\*\\*" + ID + "\\*\\*)*) · (?<links>" + LINK + "(?:, " + LINK + ")*)");

    /// @param section  the headings above it
    /// @param text     the statement itself, without its line breaks
    /// @param rules    ids
    /// @param scripts  paths below the project's folder
    private record Statement(String section, String text, List<String> rules, List<String> scripts) {}

    private final String page = Files.readString(PAGE);
    private final List<String> wrong = new ArrayList<>();
    private final List<Statement> statements = statements();

    SeedsTest() throws IOException {}

    @Test
    void everyStatementHasRulesAndScripts() {
        assertThat(wrong).as("lines that are no statement with rules and scripts").isEmpty();
        for (int document = 1; document <= 5; document++) {
            String heading = document + ". ";
            assertThat(statements).as("statements of document " + document).anyMatch(statement -> statement.section.startsWith(heading));
        }
        Set<String> sections = new TreeSet<>(Pattern.compile("^### (.+)$", Pattern.MULTILINE).matcher(page).results().map(heading -> heading.group(1)).toList());
        sections.removeIf(section -> statements.stream().anyMatch(statement -> statement.section.endsWith(" / " + section)));
        assertThat(sections).as("sections without a statement").isEmpty();
    }

    @Test
    void everyRuleExists() throws IOException {
        Set<String> rules = new TreeSet<>();
        try (Stream<Path> pages = Files.list(DOCS.resolve("rules"))) {
            for (Path rulePage : pages.filter(path -> path.toString().endsWith(".md")).toList()) {
                RuleCoverageTest.RULE.matcher(Files.readString(rulePage)).results().forEach(rule -> rules.add(rule.group(1)));
            }
        }
        for (Statement statement : statements) {
            assertThat(rules).as(statement.text).containsAll(statement.rules);
        }
    }

    @Test
    void everyScriptShowsARuleAndEveryRuleIsShown() throws IOException {
        for (Statement statement : statements) {
            Set<String> shown = new TreeSet<>();
            for (String script : statement.scripts) {
                Path file = Path.of("..").resolve(script);
                assertThat(file).as(statement.text).isRegularFile();
                if (script.startsWith("samples/")) {
                    assertThat(Path.of("..").resolve(script.replaceFirst("\\.wdfs$", ".golden"))).as(statement.text).isRegularFile();
                } else {
                    List<String> claims = RuleCoverageTest.claimsOf(Files.readString(file), RuleCoverageTest.TEST);
                    assertThat(claims).as(script + " for: " + statement.text).containsAnyElementsOf(statement.rules);
                    shown.addAll(claims);
                }
            }
            assertThat(shown).as("what tests show of: " + statement.text).containsAll(statement.rules);
        }
    }

    /// A page that is wrong is told at its statement, and in `fidelity.md` with one of the statement's rules.
    @Test
    void whereAPageIsWrongTheFidelityPageSaysSo() throws IOException {
        String fidelity = Files.readString(DOCS.resolve("fidelity.md"));
        List<Statement> corrected = statements.stream().filter(statement -> statement.text.contains("**But** ")).toList();
        assertThat(corrected).hasSizeGreaterThan(4);
        for (Statement statement : corrected) {
            assertThat(statement.text).endsWith("([fidelity](fidelity.md)).");
            assertThat(statement.rules).as("rules with a row in fidelity.md: " + statement.text)
                    .anyMatch(rule -> fidelity.lines().anyMatch(line -> line.startsWith("| ") && line.split("\\|")[1].contains(rule)));
        }
    }

    @Test
    void everyLinkLeadsSomewhere() {
        Set<String> headings = new TreeSet<>(Pattern.compile("^#+ (.+)$", Pattern.MULTILINE).matcher(page).results()
                .map(heading -> heading.group(1).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 _-]", "").replace(' ', '-')).toList());
        for (Matcher link = Pattern.compile(LINK).matcher(page); link.find();) {
            String target = link.group(2);
            if (target.startsWith("#")) {
                assertThat(headings).contains(target.substring(1));
            } else {
                assertThat(DOCS.resolve(target)).exists();
            }
        }
    }

    @Test
    void linesAreReadAsTheyAreWritten() {
        assertThat(read("- It is so. **KBUF-050**, **IOM-041** · [conformance/a.wdfs](../conformance/a.wdfs), [samples/b.wdfs](../samples/b.wdfs)"))
                .isEqualTo(new Statement("", "It is so.", List.of("KBUF-050", "IOM-041"), List.of("conformance/a.wdfs", "samples/b.wdfs")));
        assertThat(read("- It is so. **KBUF-050** ·")).isNull();
        assertThat(read("- It is so. · [conformance/a.wdfs](../conformance/a.wdfs)")).isNull();
        assertThat(read("- **KBUF-050** · [conformance/a.wdfs](../conformance/a.wdfs)")).isNull();
        assertThat(read("- It is so. **KBUF-050** · [conformance/a.wdfs](../conformance/b.wdfs)")).isNull();
        assertThat(read("- It is so. **KBUF-050** · [samples/a.wdfs](../samples/a.wdfs)")).as("a sample alone is no test").isNull();
    }

    /// The items of the lists below the first document's heading.
    private List<Statement> statements() {
        List<Statement> found = new ArrayList<>();
        String document = null;
        String section = "";
        String item = null;
        for (String line : (page + "\n\n").lines().toList()) {
            if (item != null && line.startsWith("  ")) {
                item += " " + line.strip();
                continue;
            }
            if (item != null) {
                Statement statement = read(item);
                if (statement == null) {
                    wrong.add(item);
                } else {
                    found.add(new Statement(section, statement.text, statement.rules, statement.scripts));
                }
                item = null;
            }
            if (line.startsWith("## ")) {
                section = document = line.substring(3);
            } else if (line.startsWith("### ")) {
                section = document + " / " + line.substring(4);
            } else if (line.startsWith("- ") && document != null) {
                item = line;
            } else if (line.startsWith("|") || line.startsWith("* ")) {
                wrong.add(line);
            }
        }
        return found;
    }

    /// Null if the line is not what a statement looks like.
    private static Statement read(String line) {
        Matcher matcher = STATEMENT.matcher(line);
        if (!matcher.matches()) {
            return null;
        }
        List<String> scripts = new ArrayList<>();
        for (Matcher link = Pattern.compile(LINK).matcher(matcher.group("links")); link.find();) {
            if (!link.group(2).equals("../" + link.group(1)) || !link.group(1).endsWith(".wdfs")) {
                return null;
            }
            scripts.add(link.group(1));
        }
        if (scripts.stream().noneMatch(script -> script.startsWith("conformance/"))) {
            return null;
        }
        List<String> rules = Pattern.compile(ID).matcher(matcher.group("rules")).results().map(id -> id.group()).toList();
        return new Statement("", matcher.group("text"), rules, scripts);
    }
}
