package wdfs.engine;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import wdfs.codegen.Program;
import wdfs.diagnostics.TextRenderer;
import wdfs.machine.Schedule;
import wdfs.runtime.CompiledImage;
import wdfs.source.SourceFile;

/// The tests of one script: its `test` blocks, each on a machine of its own, and its golden transcript.
public final class ScriptTests {
    private static final Pattern EXIT = Pattern.compile("(?m)^// exit: (\\d+)\\s*$");

    private static final Pattern DIRECTIVE = Pattern.compile("(?m)^// test: (.*)$");

    private final Engine engine;
    private final TestOptions options;
    private final Path script;
    private final String shown;

    /// @param shown the path that names the script in results
    public ScriptTests(Engine engine, TestOptions options, Path script, String shown) {
        this.engine = engine;
        this.options = options;
        this.script = script;
        this.shown = shown;
    }

    public Path golden() {
        String name = script.getFileName().toString();
        return script.resolveSibling(name.substring(0, name.length() - ".wdfs".length()) + ".golden");
    }

    /// All of them that the filter lets through; runs nothing if `listOnly`.
    public List<TestCase> run() throws Sources.Unreadable {
        Sources sources = Sources.of(script, options.includes());
        // Findings name the script by its file name alone, so that they do not depend on where the tests were started.
        SourceFile main = sources.main(script, script.getFileName().toString());
        Compilation compilation = engine.compile(main, sources);
        List<TestCase> cases = new ArrayList<>();
        int expectedExit = expectedExit(main);
        if (compilation.program().isEmpty()) {
            String findings = new TextRenderer(false).render(compilation.findings().sorted());
            if (expectedExit == Outcome.SCRIPT_ERRORS && wanted("golden")) {
                cases.add(golden(findings, Outcome.SCRIPT_ERRORS, expectedExit));
            } else if (wanted("findings")) {
                cases.add(new TestCase("findings", false, findings.lines().toList()));
            }
            return cases;
        }
        Program program = compilation.program().get().under(options(main).schedule());
        for (CompiledImage test : program.tests()) {
            if (wanted(test.info().name())) {
                cases.add(options.listOnly() ? new TestCase(test.info().name(), true, List.of()) : block(program, test, options(main)));
            }
        }
        boolean hasGolden = Files.exists(golden());
        if (!program.processes().isEmpty() && (hasGolden || options.update() && program.tests().isEmpty()) && wanted("golden")) {
            if (options.listOnly()) {
                cases.add(new TestCase("golden", true, List.of()));
            } else {
                List<String> transcript = new ArrayList<>();
                Outcome outcome = new Simulation(engine, program, options(main), transcript::add).run();
                if (!options(main).equals(RunOptions.DEFAULT) && options(main).equals(options.run())) {
                    SeedCampaign.withoutSeed(transcript);             // the command line's, not the script's
                }
                StringBuilder text = new StringBuilder();
                transcript.forEach(line -> text.append(line).append('\n'));
                cases.add(golden(text.toString(), outcome.exitCode(), expectedExit));
            }
        }
        return cases;
    }

    /// `// test: verifier=off seed=7` in the script says how its tests are run.
    private RunOptions options(SourceFile main) {
        RunOptions run = options.run();
        Matcher directive = DIRECTIVE.matcher(main.text());
        while (directive.find()) {
            for (String word : directive.group(1).strip().split("\\s+")) {
                String value = word.substring(word.indexOf('=') + 1);
                if (word.startsWith("verifier=")) {
                    run = run.withVerifier(switch (value) {
                        case "off" -> wdfs.runtime.Machine.Verifier.OFF;
                        case "full" -> wdfs.runtime.Machine.Verifier.FULL;
                        default -> wdfs.runtime.Machine.Verifier.STANDARD;
                    });
                } else if (word.matches("seed=\\d{1,18}")) {
                    run = run.withSeed(Long.parseLong(value));
                } else if (word.startsWith("schedule=")) {
                    run = Schedule.named(value).map(run::withSchedule).orElse(run);
                }
            }
        }
        return run;
    }

    private boolean wanted(String name) {
        return options.filter().isEmpty() || (shown + " " + name).contains(options.filter());
    }

    private static int expectedExit(SourceFile main) {
        Matcher matcher = EXIT.matcher(main.text());
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    private TestCase block(Program program, CompiledImage test, RunOptions run) {
        List<String> transcript = new ArrayList<>();
        Outcome outcome = new Simulation(engine, program, run, transcript::add).runTest(test);
        if (outcome.exitCode() == 0) {
            return new TestCase(test.info().name(), true, List.of());
        }
        if (!outcome.limit().isEmpty()) {
            transcript.add("the test reached the limit of " + outcome.limit());
        }
        return new TestCase(test.info().name(), false, transcript);
    }

    private TestCase golden(String actual, int exit, int expectedExit) {
        if (exit != expectedExit) {
            List<String> detail = new ArrayList<>(actual.lines().toList());
            detail.add("exit code " + exit + ", expected " + expectedExit);
            return new TestCase("golden", false, detail);
        }
        try {
            Optional<String> expected = Files.exists(golden()) ? Optional.of(Files.readString(golden()).replace("\r\n", "\n")) : Optional.empty();
            if (expected.isPresent() && expected.get().equals(actual)) {
                return new TestCase("golden", true, List.of());
            }
            if (options.update()) {
                Files.writeString(golden(), actual);
                return new TestCase("golden", true, List.of("written"));
            }
            List<String> before = expected.orElse("").lines().toList();
            return new TestCase("golden", false, UnifiedDiffUtils.generateUnifiedDiff(golden().getFileName().toString(), "this run", before,
                    DiffUtils.diff(before, actual.lines().toList()), 3));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
