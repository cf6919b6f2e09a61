package wdfs.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import wdfs.codegen.Program;
import wdfs.engine.Compilation;
import wdfs.engine.Engine;
import wdfs.engine.Outcome;
import wdfs.engine.RunOptions;
import wdfs.engine.Simulation;
import wdfs.format.Formatter;
import wdfs.runtime.CompiledImage;
import wdfs.semantics.Imports;
import wdfs.semantics.SourceLoader;
import wdfs.source.SourceFile;
import wdfs.syntax.Parser;
import wdfs.testing.Directives;

/// The excerpts of one script, one for each of its tests. A test is run once in the whole script, where it tells what it comes
/// through, and its excerpts until one of them goes as the test went.
final class Excerpts {
    private static final Pattern IMPORT = Pattern.compile("(?m)^import \"([^\"]+)\";\\n");

    private final Engine engine;
    private final SourceFile file;
    private final ScriptPieces pieces;
    private final RunOptions options;
    private final Program marked;
    private final Map<String, Ran> ran = new HashMap<>();
    private final Map<String, String> done = new HashMap<>();

    /// How a test went in the whole script.
    private record Ran(BitSet reached, Outcome outcome, List<String> transcript) {}

    /// @param engine knows `Reached`
    Excerpts(Engine engine, Path script) throws IOException {
        this.engine = engine;
        this.file = SourceFile.script(script.getFileName().toString(), whole(script, new HashSet<>()));
        this.pieces = new ScriptPieces(file.text(), Parser.parsed(file, types(file)).orElseThrow().tree());
        this.options = Directives.of(file.text(), RunOptions.DEFAULT).run();
        Compilation compilation = engine.compile(SourceFile.script(file.path(), pieces.marked()), SourceLoader.none());
        this.marked = compilation.program().orElseThrow(() -> new IllegalStateException(script + ": " + compilation.findings().sorted().getFirst())).under(options.schedule());
    }

    /// The script with what it imports in place of the imports, each once.
    private static String whole(Path script, Set<Path> read) throws IOException {
        StringBuilder text = new StringBuilder();
        Matcher imports = IMPORT.matcher(Files.readString(script).replace("\r\n", "\n"));
        while (imports.find()) {
            Path imported = script.resolveSibling(imports.group(1));
            imports.appendReplacement(text, Matcher.quoteReplacement(read.add(imported) ? whole(imported, read) : ""));
        }
        return imports.appendTail(text).toString();
    }

    private Predicate<String> types(SourceFile script) {
        return Imports.knownTypes(script, SourceLoader.none(), engine.library());
    }

    private Ran ran(String test) {
        return ran.computeIfAbsent(test, _ -> {
                List<String> transcript = new ArrayList<>();
            Simulation simulation = new Simulation(engine, marked, options, transcript::add);
            Outcome outcome = simulation.runTest(test(marked, test));
            return new Ran(Reached.of(simulation.machine()), outcome, transcript);
        });
    }

    private static CompiledImage test(Program program, String title) {
        return program.tests().stream().filter(t -> t.info().name().equals(title)).findFirst().orElseThrow();
    }

    /// How large the excerpt of a test is at least.
    synchronized int leastSize(String test) {
        return size(Excerpt.of(file.text(), pieces, pieces.tests.get(test), ran(test).reached(), Excerpt.Measure.LEAST));
    }

    /// Layout does not count.
    static int size(String script) {
        return (int) script.chars().filter(c -> !Character.isWhitespace(c)).count();
    }

    /// The test with what it needs, as a script of its own.
    synchronized String of(String test) {
        return done.computeIfAbsent(test, _ -> {
            List<String> wrong = new ArrayList<>();
            for (Excerpt.Measure measure : Excerpt.Measure.values()) {
                String text = Excerpt.of(file.text(), pieces, pieces.tests.get(test), ran(test).reached(), measure);
                        SourceFile script = SourceFile.script(file.path(), text);
                Optional<String> excerpt = Formatter.format(script, types(script));
                wrong.add(excerpt.isEmpty() ? "no script:\n" + text : wrong(test, excerpt.get()));
                if (wrong.getLast().isEmpty()) {
                    return excerpt.get();
                }
            }
            throw new IllegalStateException("no excerpt of " + file.path() + ", " + test + ": " + String.join("\n", wrong));
        });
    }

    /// Why an excerpt is not good enough; empty if it is: it goes as the test goes in the whole script, to the number of expectations
    /// that hold, and prints nothing that the whole script does not.
    private String wrong(String test, String excerpt) {
        Compilation compilation = engine.compile(SourceFile.script(file.path(), excerpt), SourceLoader.none());
        if (compilation.program().isEmpty()) {
            return compilation.findings().sorted().getFirst().toString();
        }
        List<String> transcript = new ArrayList<>();
        Program program = compilation.program().get().under(options.schedule());
        Outcome outcome = new Simulation(engine, program, options, transcript::add).runTest(test(program, test));
        Ran whole = ran(test);
        if (!outcome.equals(whole.outcome())) {
            return outcome + " instead of " + whole.outcome();
        }
        List<String> more = new ArrayList<>(withoutPlaces(transcript));
        withoutPlaces(whole.transcript()).forEach(more::remove);
        return String.join("\n", more);
    }

    private static List<String> withoutPlaces(List<String> transcript) {
        return transcript.stream().map(line -> line.replaceAll("wdfs:\\d+(?::\\d+)?", "wdfs").replaceAll("\\b[0-9A-F]{8,16}\\b", "")).toList();
    }
}
