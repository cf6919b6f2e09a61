package wdfs.repl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import wdfs.engine.Compilation;
import wdfs.engine.Engine;
import wdfs.engine.Outcome;
import wdfs.engine.RunOptions;
import wdfs.engine.Simulation;
import wdfs.engine.Sources;

/// `.save FILE.wdfs`: what a session did, a script does.
class SavedScriptTest {
    private static final Engine ENGINE = new Engine();
    @TempDir
    private Path folder;

    private final List<String> answers = new ArrayList<>();

    /// Types the inputs, saves, and runs what was saved. @return what the run prints
    private List<String> run(String... inputs) throws IOException, Sources.Unreadable {
        List<String> shown = new ArrayList<>();
        Session session = new Session(ENGINE, RunOptions.DEFAULT, List.of(), false, shown::add).in(folder);
        Files.copy(Path.of(Typed.ECHO), folder.resolve("echo.wdfs"));
        for (String input : inputs) {
            assertThat(session.input(input)).as(input + ": " + shown).isEqualTo(Outcome.DONE);
        }
        shown.clear();
        assertThat(session.input(".save saved.wdfs")).as(shown.toString()).isEqualTo(Outcome.DONE);
        answers.addAll(shown);
        Path saved = folder.resolve("saved.wdfs");
        Sources sources = Sources.of(saved, List.of());
        Compilation compilation = ENGINE.compile(sources.main(saved, "saved.wdfs"), sources);
        assertThat(compilation.findings().sorted()).as(Files.readString(saved)).isEmpty();
        List<String> printed = new ArrayList<>();
        new Simulation(ENGINE, compilation.program().orElseThrow(), RunOptions.DEFAULT, printed::add).run();
        return printed;
    }

    @Test
    void linesAreStatementsOfAProcess() throws Exception {
        assertThat(run("1 + 1", "UCHAR bytes[4] = x\"01 02\"", "for (i in [1, 2, 3]) {\n    bytes[0] += i;\n}", "bytes[0]", "k = 20", "k * 2", "_ + 1", "_6 + _7"))
                .startsWith("2", "7", "81");
    }

    @Test
    void whatWasDeclaredStandsAtFileLevel() throws Exception {
        assertThat(run("int twice(int n) { return 2 * n; }", "#define TEN 10", "struct P { ULONG a; };", "enum E { A, B };", "P p = P { a: 4 }",
                "print(twice(TEN) + p.a + B)")).startsWith("25");
    }

    @Test
    void theLastDeclarationOfANameCounts() throws Exception {
        assertThat(run("int twice(int n) { return 2 * n; }", "int twice(int n) { return n + n + 0; }", "int v = 1", "string v = \"text\"", "print(v + \" \" + twice(4))")).startsWith("text 8");
    }

    @Test
    void aLineThatWaitedIsAThread() throws Exception {
        assertThat(run(".load echo.wdfs", "h = open(L\"\\\\\\\\.\\\\Echo\", overlapped: true)", "r = read(h, 8)", "print(r.status)", ".run 5ms", "write(h, x\"41\")", "print(r.data)", ".run 10ms", "print(r.status)"))
                .startsWith("STATUS_PENDING", "41", "STATUS_SUCCESS").last().asString().startsWith("-- done at +15ms: ");
        assertThat(Files.readString(folder.resolve("saved.wdfs"))).contains("import \"echo.wdfs\";", "sleep(5ms);", "thread {");
    }

    @Test
    void whatAScriptHasNoWordsForIsSaid() throws Exception {
        run("UCHAR b[4]", "eb b 41", ".break IRP_MJ_READ", "b[0]");
        assertThat(answers).contains("  left out, a script has no words for it: eb b 41", "  left out, a script has no words for it: .break IRP_MJ_READ");
    }
}
