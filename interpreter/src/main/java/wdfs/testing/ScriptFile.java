package wdfs.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntFunction;
import wdfs.codegen.Program;
import wdfs.diagnostics.TextRenderer;
import wdfs.engine.Compilation;
import wdfs.engine.Engine;
import wdfs.engine.LastEvents;
import wdfs.engine.Outcome;
import wdfs.engine.RunOptions;
import wdfs.engine.SeedCampaign;
import wdfs.engine.Simulation;
import wdfs.engine.Sources;
import wdfs.runtime.CompiledImage;
import wdfs.runtime.Event;
import wdfs.runtime.Events;
import wdfs.source.SourceFile;

/// A script: its `test` blocks, each on a machine of its own; its golden transcript; the `// check:` lines for what its processes
/// print; the findings that it says it has.
final class ScriptFile implements TestFile {
    /// Scripts, by their ending.
    record Kind(Engine engine) implements TestKind {
        @Override
        public boolean takes(String fileName) {
            return fileName.endsWith(ENDING);
        }

        @Override
        public TestFile open(Path file, String shown, TestSettings settings) {
            return new ScriptFile(engine, file, shown, settings);
        }
    }

    /// The name of the test that a script's findings are.
    static final String FINDINGS = "findings";
    /// The name of the test that its transcript is.
    static final String GOLDEN = "golden";
    static final String ENDING = ".wdfs";

    private final Engine engine;
    private final Path script;
    private final String shown;
    private final TestSettings settings;
    private final Set<Path> reads = new LinkedHashSet<>();
    private Sources sources;
    private SourceFile main;

    private ScriptFile(Engine engine, Path script, String shown, TestSettings settings) {
        this.engine = engine;
        this.script = script;
        this.shown = shown;
        this.settings = settings;
    }

    @Override
    public String shown() {
        return shown;
    }

    private Directives read() throws Sources.Unreadable {
        if (main == null) {
            sources = Sources.of(script, settings.includes());
            // Findings name the script by its file name alone, so that they do not depend on where the tests were started.
            main = sources.main(script, script.getFileName().toString());
        }
        return Directives.of(main.text(), settings.run());
    }

    @Override
    public Set<String> tags() throws Sources.Unreadable {
        return read().tags();
    }

    @Override
    public OptionalLong seed() throws Sources.Unreadable {
        return OptionalLong.of(read().run().seed());
    }

    @Override
    public Set<Path> reads() {
        return Set.copyOf(reads);
    }

    @Override
    public List<TestCase> tests() throws Sources.Unreadable {
        Directives directives = read();
        Compilation compilation = engine.compile(main, sources);
        reads.add(script);
        reads.add(Golden.of(script));
        reads.addAll(sources.places());
        return directives.applied(cases(directives, compilation));
    }

    private List<TestCase> cases(Directives directives, Compilation compilation) {
        List<TestCase> cases = new ArrayList<>();
        ExpectedFindings expected = new ExpectedFindings(main);
        if (!expected.isEmpty()) {
            cases.add(new TestCase(FINDINGS, expected.firstLine(), () -> {
                List<String> wrong = expected.compare(compilation.findings().sorted());
                return wrong.isEmpty() ? TestCase.Result.passed() : TestCase.Result.failed(wrong);
            }));
        }
        if (compilation.program().isEmpty()) {
            String findings = new TextRenderer(false).render(compilation.findings().sorted());
            if (directives.exit() == Outcome.SCRIPT_ERRORS) {
                cases.add(new TestCase(GOLDEN, 1, () -> golden(findings, Outcome.SCRIPT_ERRORS, directives.exit(), _ -> List.of())));
            } else if (expected.isEmpty()) {
                cases.add(TestCase.ofAll(FINDINGS, findings.lines().toList()));
            }
            return cases;
        }
        RunOptions run = directives.run();
        Program program = compilation.program().get().under(run.schedule());
        for (CompiledImage test : program.tests()) {
            cases.add(new TestCase(test.info().name(), lineOf(test.info().place()), () -> block(program, test, run)));
        }
        if (program.processes().isEmpty()) {
            return cases;
        }
        OutputChecks checks = new OutputChecks(main.text());
        if (!checks.isEmpty()) {
            cases.add(new TestCase("checks", checks.firstLine(), () -> checked(program, run, directives.exit())));
        }
        boolean writesNew = settings.golden().writesNew() && program.tests().isEmpty() && checks.isEmpty() && expected.isEmpty();
        if (Files.exists(Golden.of(script)) || writesNew) {
            cases.add(new TestCase(GOLDEN, 1, () -> {
                List<String> transcript = new ArrayList<>();
                Outcome outcome = run(program, Optional.empty(), run, transcript);
                if (!run.equals(RunOptions.DEFAULT) && run.equals(settings.run())) {
                    SeedCampaign.withoutSeed(transcript);             // the command line's, not the script's
                }
                return golden(text(transcript), outcome.exitCode(), directives.exit(), line -> events(program, Optional.empty(), run, line < 0 ? untilFailed(directives.exit()) : untilPrinted(line)));
            }));
        }
        return cases;
    }

    private static int lineOf(String place) {
        int colon = place.lastIndexOf(':');
        return colon > 0 && place.substring(colon + 1).matches("\\d{1,9}") ? Integer.parseInt(place.substring(colon + 1)) : 1;
    }

    private static String text(List<String> lines) {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    /// @param test in place of the processes
    private Outcome run(Program program, Optional<CompiledImage> test, RunOptions run, List<String> transcript) {
        Simulation simulation = new Simulation(engine, program, run, transcript::add);
        settings.coverage().ifPresent(coverage -> coverage.listen(simulation, shown, program));
        Outcome outcome = test.isPresent() ? simulation.runTest(test.get()) : simulation.run();
        settings.coverage().ifPresent(coverage -> {
            coverage.add(program, simulation.machine(), sources);
            test.ifPresent(t -> coverage.named(t.info().name()));
        });
        return outcome;
    }

    private TestCase.Result block(Program program, CompiledImage test, RunOptions run) {
        List<String> transcript = new ArrayList<>();
        Outcome outcome = run(program, Optional.of(test), run, transcript);
        if (outcome.exitCode() == 0) {
            return TestCase.Result.passed();
        }
        if (!outcome.limit().isEmpty()) {
            transcript.add("the test reached the limit of " + outcome.limit());
        }
        return TestCase.Result.failed(transcript, events(program, Optional.of(test), run, untilFailed(0)));
    }

    /// The last events of a run that has failed. It is run once more to hear of them, for it does the same again, and runs that pass
    /// cost nothing so.
    private List<String> events(Program program, Optional<CompiledImage> test, RunOptions run, Until until) {
        int[] printed = {0};
        Simulation simulation = new Simulation(engine, program, run.withTrace(false), _ -> printed[0]++);
        LastEvents last = new LastEvents(simulation.machine(), event -> until.isReached(event, printed[0]));
        simulation.listen(last);
        if (test.isPresent()) {
            simulation.runTest(test.get());
        } else {
            simulation.run();
        }
        return last.lines();
    }

    /// Which event is the one that a failure is about.
    private interface Until {
        /// @param printed how many lines there are
        boolean isReached(Event event, int printed);
    }

    /// Of a run that ended with a code that nobody expected: the first report, unless one is expected.
    private static Until untilFailed(int expectedExit) {
        return (event, _) -> expectedExit == Outcome.DONE && event instanceof Events.Reported(_, boolean expected) && !expected;
    }

    /// @param line an index
    private static Until untilPrinted(int line) {
        return (_, printed) -> printed > line;
    }

    private TestCase.Result checked(Program program, RunOptions run, int expectedExit) {
        List<String> transcript = new ArrayList<>();
        Outcome outcome = run(program, Optional.empty(), run, transcript);
        Optional<OutputChecks.Mismatch> wrong = new OutputChecks(main.text()).compare(transcript);
        if (wrong.isPresent()) {
            return TestCase.Result.failed(wrong.get().detail(), events(program, Optional.empty(), run, untilPrinted(wrong.get().line())));
        }
        if (outcome.exitCode() != expectedExit) {
            return TestCase.Result.failed(List.of(exits(outcome.exitCode(), expectedExit)), events(program, Optional.empty(), run, untilFailed(expectedExit)));
        }
        return TestCase.Result.passed();
    }

    private TestCase.Result golden(String actual, int exit, int expectedExit, IntFunction<List<String>> events) {
        return Golden.compare(Golden.of(script), actual, Redactions.of(main.text()), settings.golden(), exit == expectedExit ? List.of() : List.of(exits(exit, expectedExit)), events);
    }

    private static String exits(int exit, int expected) {
        return "exit code " + exit + ", expected " + expected;
    }
}
