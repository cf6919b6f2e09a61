package wdfs.differential;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import wdfs.diagnostics.TextRenderer;
import wdfs.engine.Compilation;
import wdfs.engine.Engine;
import wdfs.engine.RunOptions;
import wdfs.engine.Simulation;
import wdfs.semantics.SourceLoader;
import wdfs.source.SourceFile;

/// The two ways to run a program: here, and by gcc.
final class Compilers {
    private static final Engine ENGINE = new Engine();

    private Compilers() {}

    /// What the program prints here, without the summary; the findings or the exception if it comes to nothing.
    static List<String> here(Program program) {
        return run(program.wdfs());
    }

    static List<String> run(String script) {
        List<String> lines = new ArrayList<>();
        try {
            Compilation compilation = ENGINE.compile(SourceFile.script("p.wdfs", script), SourceLoader.none());
            if (compilation.program().isEmpty()) {
                return new TextRenderer(false).render(compilation.findings().sorted()).lines().filter(l -> !l.isBlank()).toList();
            }
            new Simulation(ENGINE, compilation.program().get(), RunOptions.DEFAULT, lines::add).run();
        } catch (RuntimeException | LinkageError e) {
            lines.add(e.toString());
            for (StackTraceElement frame : e.getStackTrace()) {
                lines.add("    at " + frame);
            }
            return lines;
        }
        if (!lines.isEmpty() && lines.getLast().startsWith("-- done")) {
            lines.removeLast();
        }
        return lines;
    }

    static boolean gccIsThere() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)).anyMatch(p -> Files.isExecutable(Path.of(p, "gcc")));
    }

    /// What the programs print by gcc, all in one file; by seed.
    static Map<Long, List<String>> gcc(List<Program> programs) {
        StringBuilder text = new StringBuilder(Program.PRELUDE);
        programs.forEach(p -> text.append(p.c()));
        text.append("int main(void) {\n");
        programs.forEach(p -> text.append("    printf(\"# ").append(p.seed()).append("\\n\"); ").append(p.prefix()).append("main(); fflush(stdout);\n"));
        text.append("    return 0;\n}\n");
        Map<Long, List<String>> results = new HashMap<>();
        List<String> now = new ArrayList<>();
        for (String line : compileAndRun(text.toString()).lines().toList()) {
            if (line.startsWith("# ")) {
                now = new ArrayList<>();
                results.put(Long.parseLong(line.substring(2)), now);
            } else {
                now.add(line);
            }
        }
        return results;
    }

    private static String compileAndRun(String text) {
        try {
            Path folder = Files.createTempDirectory("differential");
            try {
                Path source = folder.resolve("programs.c");
                Path program = folder.resolve("programs");
                Files.writeString(source, text);
                String words = command(List.of("gcc", "-fsigned-char", "-fwrapv", "-mms-bitfields", "-O1", "-w", "-fno-strict-aliasing", source.toString(), "-o",
                        program.toString()));
                if (!Files.exists(program)) {
                    throw new IllegalStateException("gcc refuses the programs:\n" + words);
                }
                return command(List.of(program.toString()));
            } finally {
                try (var files = Files.list(folder)) {
                    files.forEach(f -> f.toFile().delete());
                }
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String command(List<String> words) throws IOException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            int exit = process.waitFor();
            return exit == 0 ? output : output + "# exit " + exit;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
