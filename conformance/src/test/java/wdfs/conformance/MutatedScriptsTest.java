package wdfs.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import wdfs.codegen.Program;
import wdfs.engine.Compilation;
import wdfs.engine.Engine;
import wdfs.engine.RunOptions;
import wdfs.engine.Simulation;
import wdfs.engine.Sources;
import wdfs.machine.Limits;
import wdfs.runtime.CompiledImage;
import wdfs.semantics.SourceLoader;
import wdfs.source.SourceFile;
import wdfs.testing.TestRun;

/// No script, however wrong, crashes the interpreter: the scripts of this folder with numbers, names, statements and
/// operators changed at random are checked and, where they still pass, run. Other seeds: `-Dmutations=5000 -Dseed=7`.
class MutatedScriptsTest {
    private static final List<Pattern> PIECES = List.of(Pattern.compile("\\b(?:0x[0-9A-Fa-f]+|\\d+)\\b"), Pattern.compile("\\b[A-Za-z_]\\w*\\b"),
            Pattern.compile("[^\\n]*;\\n"), Pattern.compile("[+*/&|<>=!-]+"));
    private static final String[] NUMBERS = {"0", "1", "-1", "0xFFFFFFFF", "0x7FFFFFFF", "0xFFFFFFFFFFFFFFFF", "4096", "65536", "NULL", "0x80000000", "1000000"};
    private static final String[] OPERATORS = {"+", "-", "*", "==", "<", ">>", "&", "="};
    private static final RunOptions SMALL = RunOptions.DEFAULT.withLimits(Limits.DEFAULT.withSteps(300_000).withMemoryBytes(64L << 20)
            .withOutputBytes(1 << 20).withThreads(1000));

    @Test
    void everyMutationEndsInAnOutcome() throws IOException, Sources.Unreadable {
        List<String> scripts = new ArrayList<>();
        for (Path path : TestRun.scripts(List.of(Path.of(".")))) {
            String text = Files.readString(path);
            if (!text.contains("import \"") && text.length() < 40_000) {
                scripts.add(text);
            }
        }
        Engine engine = new Engine();
        Random random = new Random(Long.getLong("seed", 1));
        int runs = 0;
        for (int i = 0; i < Integer.getInteger("mutations", 250); i++) {
            String script = mutate(scripts.get(random.nextInt(scripts.size())), random);
            try {
                runs += run(engine, script, random);
            } catch (RuntimeException | Error e) {
                throw new AssertionError(script, e);
            }
        }
        assertThat(runs).isPositive();
    }

    private static int run(Engine engine, String script, Random random) {
        Compilation compilation = engine.compile(SourceFile.script("mutated.wdfs", script), SourceLoader.none());
        if (compilation.program().isEmpty()) {
            assertThat(compilation.findings().hasErrors()).isTrue();
            return 0;
        }
        Program program = compilation.program().get();
        List<CompiledImage> tests = program.tests();
        int from = tests.isEmpty() ? 0 : random.nextInt(tests.size());
        for (int k = 0; k < Math.min(3, tests.size()); k++) {
            new Simulation(engine, program, SMALL, line -> { }).runTest(tests.get((from + k) % tests.size()));
        }
        if (!program.processes().isEmpty()) {
            new Simulation(engine, program, SMALL, line -> { }).run();
        }
        return 1;
    }

    private static String mutate(String script, Random random) {
        StringBuilder text = new StringBuilder(script);
        for (int k = 1 + random.nextInt(4); k > 0; k--) {
            int kind = random.nextInt(PIECES.size());
            List<int[]> pieces = new ArrayList<>();
            Matcher matcher = PIECES.get(kind).matcher(text);
            while (matcher.find()) {
                pieces.add(new int[] {matcher.start(), matcher.end()});
            }
            if (pieces.isEmpty()) {
                continue;
            }
            int[] here = pieces.get(random.nextInt(pieces.size()));
            int[] there = pieces.get(random.nextInt(pieces.size()));
            String other = text.substring(there[0], there[1]);
            switch (kind) {
                case 0 -> text.replace(here[0], here[1], NUMBERS[random.nextInt(NUMBERS.length)]);
                case 1 -> text.replace(here[0], here[1], other);
                case 2 -> {
                    if (random.nextBoolean()) {
                        text.delete(here[0], here[1]);
                    } else {
                        text.insert(here[1], other);
                    }
                }
                default -> text.replace(here[0], here[1], OPERATORS[random.nextInt(OPERATORS.length)]);
            }
        }
        return text.toString();
    }
}
