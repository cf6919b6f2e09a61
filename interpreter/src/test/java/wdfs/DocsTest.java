package wdfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import wdfs.diagnostics.TextRenderer;
import wdfs.engine.Compilation;
import wdfs.engine.Engine;
import wdfs.engine.Outcome;
import wdfs.engine.RunOptions;
import wdfs.engine.Simulation;
import wdfs.runtime.CompiledImage;
import wdfs.semantics.SourceLoader;
import wdfs.source.SourceFile;

/// The scripts that the documentation shows are scripts: each block of code marked as `wdfs` compiles, and its tests pass. The
/// mark may name the file, `wdfs case.wdfs`. A block marked `output` behind one is what a run of it prints. The scripts of
/// docs/reference/rules are RulePagesTest's in module conformance, which makes them.
class DocsTest {
    private static final Engine ENGINE = new Engine();

    /// @param line of the page, from 1, where the script begins
    /// @param file what the page calls it, empty if it has no name
    /// @param output what the page says that it prints, null if it does not
    private record Block(Path page, int line, String file, String text, String output) {
        String name() {
            return page.getFileName() + ":" + line;
        }

        Block printing(String lines) {
            return new Block(page, line, file, text, lines);
        }
    }

    @TestFactory
    List<DynamicTest> scriptsOfThePages() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path page : pages()) {
            for (Block block : blocks(page, Files.readString(page))) {
                tests.add(DynamicTest.dynamicTest(block.name(), () -> check(block)));
            }
        }
        assertThat(tests).as("blocks of code marked as wdfs").isNotEmpty();
        return tests;
    }

    private static void check(Block block) {
        Compilation compilation = ENGINE.compile(SourceFile.script(block.file().isEmpty() ? block.name() + ".wdfs" : block.file(), block.text()), SourceLoader.none());
        assertThat(compilation.program()).as(new TextRenderer(false).render(compilation.findings().sorted())).isPresent();
        if (block.output() != null) {
            List<String> transcript = new ArrayList<>();
            new Simulation(ENGINE, compilation.program().get(), RunOptions.DEFAULT, transcript::add).run();
            assertThat(String.join("\n", transcript) + "\n").isEqualTo(block.output());
        }
        for (CompiledImage test : compilation.program().get().tests()) {
            List<String> transcript = new ArrayList<>();
            Outcome outcome = new Simulation(ENGINE, compilation.program().get(), RunOptions.DEFAULT, transcript::add).runTest(test);
            assertThat(outcome.exitCode()).as(test.info().name() + "\n" + String.join("\n", transcript)).isEqualTo(Outcome.DONE);
        }
    }

    /// README.md and all below docs, whether the tests run in the module's folder or in the project's.
    private static List<Path> pages() throws IOException {
        Path root = Files.isDirectory(Path.of("docs")) ? Path.of(".") : Path.of("..");
        List<Path> pages = new ArrayList<>(List.of(root.resolve("README.md")));
        try (Stream<Path> files = Files.walk(root.resolve("docs"))) {
            files.filter(f -> f.toString().endsWith(".md") && !f.startsWith(root.resolve("docs/reference/rules"))).sorted().forEach(pages::add);
        }
        return pages;
    }

    private static List<Block> blocks(Path page, String text) {
        List<Block> blocks = new ArrayList<>();
        StringBuilder script = null;
        String mark = "";
        boolean fenced = false;
        int start = 0;
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith("```")) {
                if (script != null && mark.equals("output")) {
                    blocks.add(blocks.removeLast().printing(script.toString()));
                } else if (script != null) {
                    blocks.add(new Block(page, start, mark.replaceFirst("^wdfs ?", ""), script.toString(), null));
                }
                mark = line.strip().substring(3);
                script = !fenced && mark.matches("wdfs( \\S+\\.wdfs)?|output") ? new StringBuilder() : null;
                fenced = !fenced;
                start = i + 2;
            } else if (script != null) {
                script.append(line).append('\n');
            }
        }
        return blocks;
    }
}
