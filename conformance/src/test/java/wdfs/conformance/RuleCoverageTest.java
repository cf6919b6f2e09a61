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
import org.junit.jupiter.api.Test;
import wdfs.engine.Sources;
import wdfs.testing.TestRun;

/// Every rule of `docs/rules` is claimed by a test, or stands in `rules.not-yet.txt` with its reason. A `test` claims the ids that
/// its name begins with (`KBUF-050, KBUF-052: …`, `IOM-020 IOM-021 …`, `KBUF-040 to KBUF-043 …`); a Java test the ids that its
/// method's name begins with (`KBUF_050_…`). Families without a page are nobody's business here.
class RuleCoverageTest {
    private static final Path PAGES = Path.of("../docs/rules");
    private static final Path JAVA_TESTS = Path.of("../interpreter/src/test/java");
    static final Path NOT_YET = Path.of("rules.not-yet.txt");

    private static final String ID = "[A-Z]{2,5}-\\d{3,4}";
    static final Pattern RULE = Pattern.compile("^- \\*\\*(" + ID + ")\\*\\* \\S.*$", Pattern.MULTILINE);
    static final Pattern TEST = Pattern.compile("^\\s*test \"(" + ID + "(?:(?:, | to | )" + ID + ")*)[^\"]*\"", Pattern.MULTILINE);
    private static final Pattern METHOD = Pattern.compile("\\bvoid ((?:[A-Z]{2,5}_\\d{3,4}_)+)\\w*\\(");
    private static final Pattern CLAIM = Pattern.compile("(?<from>" + ID + ")(?: to (?<to>" + ID + "))?");

    private final TreeMap<String, List<String>> rules = rules();
    private final TreeMap<String, List<String>> claims = claims();
    private final TreeMap<String, String> notYet = reasons(NOT_YET);

    RuleCoverageTest() throws IOException, Sources.Unreadable {}

    @Test
    void everyRuleIsShownOrHasAReason() {
        Set<String> missing = new TreeSet<>(rules.keySet());
        missing.removeAll(claims.keySet());
        missing.removeAll(notYet.keySet());
        assertThat(missing).as("rules that no test claims").isEmpty();
    }

    @Test
    void theListOfRulesToComeOnlyShrinks() {
        assertThat(notYet.keySet().stream().filter(claims::containsKey)).as("rules in " + NOT_YET + " that tests claim").isEmpty();
        assertThat(notYet.keySet().stream().filter(id -> !rules.containsKey(id))).as("ids in " + NOT_YET + " that no page has").isEmpty();
        assertThat(notYet.values()).as("reasons").noneMatch(String::isBlank);
    }

    @Test
    void testsClaimRulesThatExist() {
        Set<String> families = new TreeSet<>(rules.keySet().stream().map(RuleCoverageTest::family).toList());
        Map<String, List<String>> unknown = new TreeMap<>(claims);
        unknown.keySet().removeIf(id -> rules.containsKey(id) || !families.contains(family(id)));
        assertThat(unknown).as("claims of rules that no page has, and where").isEmpty();
    }

    @Test
    void eachRuleStandsOnce() {
        assertThat(rules).isNotEmpty();
        assertThat(rules.entrySet().stream().filter(rule -> rule.getValue().size() > 1)).as("rules that stand twice").isEmpty();
    }

    @Test
    void namesAreReadAsTheyAreWritten() {
        assertThat(claimsOf("test \"CB-0118, KBUF-050: a name (KBUF-099)\" {\n", TEST)).containsExactly("CB-0118", "KBUF-050");
        assertThat(claimsOf("    test \"IOM-020 IOM-021 a code\" { }\n", TEST)).containsExactly("IOM-020", "IOM-021");
        assertThat(claimsOf("test \"KBUF-040 to KBUF-043, KBUF-050: a table\" {\n", TEST)).containsExactly("KBUF-040", "KBUF-041", "KBUF-042", "KBUF-043", "KBUF-050");
        assertThat(claimsOf("test \"what KBUF-050 says\" {\n", TEST)).isEmpty();
        assertThat(claimsOf("    void KBUF_220_IOM_093_aTrace() {", METHOD)).containsExactly("KBUF-220", "IOM-093");
    }

    /// Each rule, with the pages that have it.
    private static TreeMap<String, List<String>> rules() throws IOException {
        TreeMap<String, List<String>> rules = new TreeMap<>();
        try (Stream<Path> pages = Files.list(PAGES)) {
            for (Path page : pages.filter(path -> path.toString().endsWith(".md")).sorted().toList()) {
                RULE.matcher(Files.readString(page)).results()
                        .forEach(rule -> rules.computeIfAbsent(rule.group(1), id -> new ArrayList<>()).add(page.getFileName().toString()));
            }
        }
        return rules;
    }

    /// Each id that a test claims, with the files that do.
    private static TreeMap<String, List<String>> claims() throws IOException, Sources.Unreadable {
        TreeMap<String, List<String>> claims = new TreeMap<>();
        for (Path script : TestRun.scripts(List.of(Path.of(".")))) {
            claim(claims, script, TEST);
        }
        claimsOfJavaTests().forEach((id, files) -> claims.computeIfAbsent(id, any -> new ArrayList<>()).addAll(files));
        return claims;
    }

    /// Each id that a test in Java claims, with the files that do.
    static TreeMap<String, List<String>> claimsOfJavaTests() throws IOException {
        TreeMap<String, List<String>> claims = new TreeMap<>();
        try (Stream<Path> files = Files.walk(JAVA_TESTS)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java")).sorted().toList()) {
                claim(claims, file, METHOD);
            }
        }
        return claims;
    }

    private static void claim(TreeMap<String, List<String>> claims, Path file, Pattern names) throws IOException {
        for (String id : claimsOf(Files.readString(file), names)) {
            claims.computeIfAbsent(id, any -> new ArrayList<>()).add(file.getFileName().toString());
        }
    }

    static List<String> claimsOf(String text, Pattern names) {
        List<String> ids = new ArrayList<>();
        for (Matcher name = names.matcher(text); name.find();) {
            String list = names == METHOD ? name.group(1).replaceAll("([A-Z]+)_(\\d+)_", "$1-$2 ") : name.group(1);
            for (Matcher claim = CLAIM.matcher(list); claim.find();) {
                String from = claim.group("from");
                String to = claim.group("to") == null ? from : claim.group("to");
                for (int number = number(from); number <= number(to); number++) {
                    ids.add(family(from) + "-" + "%0{}d".replace("{}", String.valueOf(from.length() - from.indexOf('-') - 1)).formatted(number));
                }
            }
        }
        return ids;
    }

    private static String family(String id) {
        return id.substring(0, id.indexOf('-'));
    }

    private static int number(String id) {
        return Integer.parseInt(id.substring(id.indexOf('-') + 1));
    }

    /// What a list of things to come says: an id, and why or what.
    static TreeMap<String, String> reasons(Path list) throws IOException {
        TreeMap<String, String> reasons = new TreeMap<>();
        for (String line : Files.readAllLines(list)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                String[] parts = line.split("\\s+", 2);
                assertThat(reasons.put(parts[0], parts.length > 1 ? parts[1] : "")).as(parts[0] + " stands twice in " + list).isNull();
            }
        }
        return reasons;
    }
}
