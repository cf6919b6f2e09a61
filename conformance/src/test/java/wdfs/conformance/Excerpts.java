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
    private final Map<String, Optional<String>> done = new HashMap<>();

    /// How a test went in the whole script.
    private record Ran(BitSet reached, Outcome outcome, List<String> transcript) {}

    /// @param engine knows `Reached`
    Excerpts(Engine engine, Path script) throws IOException {
        this.engine = engine;
        this.file = SourceFile.script(script.getFileName().toString(), whole(script, new HashSet<>()));
        this.pieces = new ScriptPieces(file.text(), Parser.parsed(file, types(file)).orElseThrow().tree());
        this.options = Directives.of(file.text(), RunOptions.DEFAULT).run();
        this.marked = compiled(pieces.marked());
    }

    private Program compiled(String text) {
        Compilation compilation = engine.compile(SourceFile.script(file.path(), text), SourceLoader.none());
        return compilation.program().orElseThrow(() -> new IllegalStateException(file.path() + ": " + compilation.findings().sorted().getFirst())).under(options.schedule());
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
                int index = List.copyOf(pieces.tests.keySet()).indexOf(test);
            Ran inside = ran(marked, index);
            if (inside.outcome().exitCode() == Outcome.DONE) {
                return inside;
            }
            // The marks are in its way: nothing is known of where it comes through.
            Ran without = ran(compiled(file.text()), index);
            without.reached().set(0, pieces.places());
            return without;
        });
    }

    private Ran ran(Program program, int index) {
        List<String> transcript = new ArrayList<>();
        Simulation simulation = new Simulation(engine, program, options, transcript::add);
        Outcome outcome = simulation.runTest(program.tests().get(index));
        return new Ran(Reached.of(simulation.machine()), outcome, transcript);
    }

    /// How large the excerpt of a test is at least.
    synchronized int leastSize(String test) {
        return size(Excerpt.of(file.text(), pieces, pieces.tests.get(test), ran(test).reached(), Excerpt.Measure.LEAST));
    }

    /// Layout does not count.
    static int size(String script) {
        return (int) script.chars().filter(c -> !Character.isWhitespace(c)).count();
    }

    /// The test with what it needs, as a script of its own; empty if it does not go alone as it goes in its file.
    synchronized Optional<String> of(String test) {
        return done.computeIfAbsent(test, _ -> {
            for (Excerpt.Measure measure : Excerpt.Measure.values()) {
                SourceFile script = SourceFile.script(file.path(), Excerpt.of(file.text(), pieces, pieces.tests.get(test), ran(test).reached(), measure));
                Optional<String> excerpt = Formatter.format(script, types(script));
                if (excerpt.isPresent() && wrong(test, excerpt.get()).isEmpty()) {
                    return excerpt;
                }
            }
            return Optional.empty();
        });
    }

    /// Why an excerpt is not good enough; empty if it is: it goes as the test goes in the whole script, to the number of expectations
    /// that hold, and prints nothing that the whole script does not.
    private String wrong(String test, String excerpt) {
        Compilation compilation = engine.compile(SourceFile.script(file.path(), excerpt), SourceLoader.none());
        if (compilation.program().isEmpty()) {
            return compilation.findings().sorted().getFirst().toString();
        }
        Ran alone = ran(compilation.program().get().under(options.schedule()), 0);
        Ran whole = ran(test);
        if (!alone.outcome().equals(whole.outcome())) {
            return alone.outcome() + " instead of " + whole.outcome();
        }
        List<String> more = new ArrayList<>(withoutPlaces(alone.transcript()));
        withoutPlaces(whole.transcript()).forEach(more::remove);
        return String.join("\n", more);
    }

    private static List<String> withoutPlaces(List<String> transcript) {
        return transcript.stream().map(line -> line.replaceAll("wdfs:\\d+(?::\\d+)?", "wdfs").replaceAll("\\b[0-9A-F]{8,16}\\b", "")).toList();
    }
}
