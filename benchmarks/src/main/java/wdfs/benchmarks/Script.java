package wdfs.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import wdfs.codegen.Program;
import wdfs.diagnostics.TextRenderer;
import wdfs.engine.Compilation;
import wdfs.engine.Engine;
import wdfs.engine.Outcome;
import wdfs.engine.RunOptions;
import wdfs.engine.Simulation;
import wdfs.machine.Limits;
import wdfs.semantics.SourceLoader;
import wdfs.source.SourceFile;

/// A script of the resources, compiled once; each run boots a machine of its own, as `wdfs run` does.
final class Script {
    private static final RunOptions OPTIONS = RunOptions.DEFAULT.withLimits(Limits.DEFAULT.withSteps(Long.MAX_VALUE / 2));

    private final Engine engine = new Engine();
    private final Program program;

    /// @param values what stands for `@NAME@` in the text
    Script(String resource, Map<String, String> values) {
        String text = text(resource);
        for (Map.Entry<String, String> value : values.entrySet()) {
            text = text.replace("@" + value.getKey() + "@", value.getValue());
        }
        Compilation compilation = engine.compile(SourceFile.script(resource, text), SourceLoader.none());
        if (!compilation.findings().isEmpty()) {
            throw new IllegalStateException(new TextRenderer(false).render(compilation.findings().sorted()));
        }
        program = compilation.program().orElseThrow();
    }

    private static String text(String resource) {
        try (InputStream in = Script.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Boot, processes, shutdown. A run that ends in anything but one printed line and the summary measures the wrong
    /// thing, and is refused.
    /// @return the line that the script printed
    String run() {
        List<String> transcript = new ArrayList<>();
        Outcome outcome = new Simulation(engine, program, OPTIONS, transcript::add).run();
        if (outcome.exitCode() != Outcome.DONE || transcript.size() != 2) {
            throw new IllegalStateException(String.join("\n", transcript));
        }
        return transcript.getFirst();
    }

    void runExpecting(String line) {
        String printed = run();
        if (!printed.equals(line)) {
            throw new IllegalStateException("the script gave " + printed + ", not " + line);
        }
    }
}
