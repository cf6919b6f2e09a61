package wdfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wdfs.runtime.BugChecks;
import wdfs.runtime.ReportNames;

/// The names that `expect` knows are those that the machine reports, all of them, and those that the language's page lists.
class ReportNamesTest {
    /// The second argument of a report: names in quotes up to the next argument, a `? :` between two of them included.
    private static final Pattern REPORT = Pattern.compile("Kind\\.(VIOLATION|WARNING|LEAK|BUGCHECK),((?:[^,\"]|\"[^\"]*\")*),");
    private static final Pattern RULE = Pattern.compile("\\b(?:(?:rule|fullRule)\\(caller|finished\\(\"\\w+\"), \"(\\w+)\"");
    private static final Pattern NAME = Pattern.compile("\"(\\w+)\"");

    private static void eachSource(java.util.function.Consumer<String> visit) throws IOException {
        try (Stream<Path> files = Files.walk(root().resolve("interpreter/src/main/java"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                visit.accept(Files.readString(file));
            }
        }
    }

    private static Path root() {
        return Files.isDirectory(Path.of("interpreter")) ? Path.of(".") : Path.of("..");
    }

    @Test
    void everyReportOfTheSourcesHasAKnownName() throws IOException {
        Set<String> violations = new TreeSet<>();
        Set<String> bugChecks = new TreeSet<>();
        eachSource(text -> {
            for (Matcher m = REPORT.matcher(text); m.find();) {
                for (Matcher name = NAME.matcher(m.group(2)); name.find();) {
                    (m.group(1).equals("BUGCHECK") ? bugChecks : violations).add(name.group(1));
                }
            }
            for (Matcher m = RULE.matcher(text); m.find();) {
                violations.add(m.group(1));
            }
        });
        violations.remove("LeftBehind");
        assertThat(violations).as("ReportNames.VIOLATIONS").isEqualTo(new TreeSet<>(ReportNames.VIOLATIONS));
        bugChecks.remove("HOST_TIMEOUT");
        assertThat(BugChecks.names()).containsAll(bugChecks);
    }

    @Test
    void thePageListsThem() throws IOException {
        String page = Files.readString(root().resolve("docs/language.md"));
        String table = page.substring(page.indexOf("Violations that can be expected"), page.indexOf("`RequestNotCompleted` is found"));
        Set<String> listed = new TreeSet<>();
        for (Matcher m = Pattern.compile("`(\\w+)`").matcher(table); m.find();) {
            listed.add(m.group(1));
        }
        assertThat(listed).isEqualTo(new TreeSet<>(ReportNames.VIOLATIONS));
    }

    @ParameterizedTest
    @CsvSource({"violation InfoLeek, InfoLeak", "violation UseAfterFre, UseAfterFree", "bugcheck WDF_VIOLATON, WDF_VIOLATION", "host_kill STATUS_ACCESS_VIOLATON, STATUS_ACCESS_VIOLATION",
        "host_kill WDF_VIOLATOIN, WDF_VIOLATION", "host_kill HOST_TIMEUOT, HOST_TIMEOUT"})
    void aMisspeltNameIsFoundBeforeTheRun(String event, String meant) {
        assertThat(Scripts.findings("test \"t\" { expect " + event + " { print(1); } }")).contains("LANG-101").contains("did you mean " + meant);
    }

    @ParameterizedTest
    @CsvSource({"violation InfoLeak", "bugcheck MEMORY_MANAGEMENT", "host_kill STATUS_ACCESS_VIOLATION", "host_kill WDF_VIOLATION", "host_kill HOST_TIMEOUT"})
    void aKnownNameIsTaken(String event) {
        assertThat(Scripts.findings("test \"t\" { expect " + event + " { print(1); } }")).doesNotContain("error");
    }
}
