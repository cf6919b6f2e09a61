package wdfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import wdfs.diagnostics.TextRenderer;
import wdfs.doc.Manual;
import wdfs.engine.Compilation;
import wdfs.engine.Engine;
import wdfs.engine.RunOptions;
import wdfs.engine.Simulation;
import wdfs.runtime.BugChecks;
import wdfs.runtime.Events;
import wdfs.runtime.Machine;
import wdfs.runtime.Report;
import wdfs.runtime.ReportNames;
import wdfs.semantics.SourceLoader;
import wdfs.source.SourceFile;

/// Everything that a run can report by a name has a section in docs/reference/reports.md, with a script whose run reports that. The
/// fence of a script may name what the run needs, and what is reported besides: `wdfs report --verifier full with DoubleCompletion`.
class ReportPagesTest {
    private static final Engine ENGINE = new Engine();
    private static final Pattern SECTION = Pattern.compile("(?ms)^## (\\w+): ([^\\n]+)\\n(.*?)(?=^## |\\z)");
    private static final Pattern SCRIPT = Pattern.compile("(?ms)^```wdfs report([^\\n]*)\\n(.*?)^```");
    private static final Pattern COMPANION = Pattern.compile("with (\\w+)");
    private static final Pattern VERIFIER = Pattern.compile("--verifier (\\w+)");

    /// Reports that no `expect` can name: they are found when the machine has ended.
    private static final Set<String> AT_THE_END = Set.of("Stall", "LeftBehind");

    /// What no script's processes show: found at the end of a test's machine only.
    private static final Set<String> NONE = Set.of("LeftBehind");

    private static Path root() {
        return Files.isDirectory(Path.of("docs")) ? Path.of(".") : Path.of("..");
    }

    private static Map<String, String> sections() throws IOException {
        Map<String, String> sections = new LinkedHashMap<>();
        for (Matcher m = SECTION.matcher(Files.readString(root().resolve("docs/reference/reports.md"))); m.find();) {
            assertThat(sections.put(m.group(1), m.group(3))).as(m.group(1) + " stands once").isNull();
        }
        return sections;
    }

    @TestFactory
    List<DynamicTest> theScriptOfASectionReportsThatAndNothingElse() throws IOException {
        return sections().entrySet().stream().filter(e -> !NONE.contains(e.getKey())).map(e -> DynamicTest.dynamicTest(e.getKey(), () -> {
            Matcher script = SCRIPT.matcher(e.getValue());
            assertThat(script.find()).as("a script").isTrue();
            Set<String> expected = new TreeSet<>(Set.of(e.getKey()));
            COMPANION.matcher(script.group(1)).results().forEach(m -> expected.add(m.group(1)));
            Compilation compilation = ENGINE.compile(SourceFile.script("page.wdfs", script.group(2)), SourceLoader.none());
            assertThat(new TextRenderer(false).render(compilation.findings().sorted())).as("findings").isEmpty();
            RunOptions options = RunOptions.DEFAULT;
            Matcher verifier = VERIFIER.matcher(script.group(1));
            if (verifier.find()) {
                options = options.withVerifier(Machine.Verifier.valueOf(verifier.group(1).toUpperCase(Locale.ROOT)));
            }
            List<String> lines = new ArrayList<>();
            List<Report> reports = new ArrayList<>();
            Simulation simulation = new Simulation(ENGINE, compilation.program().orElseThrow().under(options.schedule()), options, lines::add);
            simulation.listen((_, event) -> {
                if (event instanceof Events.Reported reported) {
                    reports.add(reported.report());
                }
            });
            simulation.run();
            assertThat(new TreeSet<>(reports.stream().map(Report::name).toList())).as(String.join("\n", lines)).isEqualTo(expected);
            for (Report report : reports) {
                assertThat(report.page()).isEqualTo(report.name());
                assertThat(lines).as("where more is told, once").containsOnlyOnce("  more: wdfs doc " + report.name());
                if (report.name().equals(e.getKey())) {
                    assertThat(e.getValue()).as("the rule of the report").contains(report.rule());
                }
            }
        })).toList();
    }

    @Test
    void everyReportHasASection() throws IOException {
        Set<String> names = new TreeSet<>(ReportNames.VIOLATIONS);
        names.addAll(AT_THE_END);
        names.add("HOST_TIMEOUT");
        names.addAll(bugChecksOfTheSources());
        assertThat(new TreeSet<>(sections().keySet())).isEqualTo(names);
    }

    @Test
    void whereMoreIsToldThereIsMore() throws IOException {
        Manual manual = new Manual(ENGINE);
        Set<String> names = new TreeSet<>(sections().keySet());
        names.addAll(BugChecks.names());
        assertThat(names).allMatch(name -> manual.of(name).isPresent());
    }

    @Test
    void aBugChecksSectionHasItsNumber() throws IOException {
        Map<String, String> sections = sections();
        for (String name : bugChecksOfTheSources()) {
            assertThat(sections.getOrDefault(name, "")).as(name).contains("Bug check 0x%X.".formatted(BugChecks.code(name).orElseThrow()));
        }
    }

    /// Those that something besides their table names; KeBugCheckEx can give any other.
    private static Set<String> bugChecksOfTheSources() throws IOException {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.walk(root().resolve("interpreter/src/main/java"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java") && !f.endsWith("BugChecks.java")).toList()) {
                String text = Files.readString(file);
                BugChecks.names().stream().filter(name -> text.contains('"' + name + '"')).forEach(names::add);
            }
        }
        names.add("MANUALLY_INITIATED_CRASH");
        return names;
    }
}
