package wdfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Same script and seed, same bytes.
class DeterminismTest {
    private static final String THREADS = """
            process a {
                LONG order = 0;
                for (int i = 0; i < 6; i++) thread { for (int k = 0; k < 4; k++) { LONG n = InterlockedIncrement(&order); Sleep(1); print(n); } }
            }
            process b { PVOID p = malloc(10); print($"{(ULONG64)p:x}"); for (int i = 0; i < 5; i++) { Sleep(1); print(i); } }
            """;

    @Test
    void twoRunsOfOneSeedAreEqual() {
        for (long seed : new long[] {1, 2, 77}) {
            RunOptions options = RunOptions.DEFAULT.withSeed(seed).withTrace(true);
            assertThat(Scripts.run(THREADS, options).lines()).isEqualTo(Scripts.run(THREADS, options).lines());
        }
    }

    @Test
    void anotherSeedIsAnotherOrder() {
        List<String> first = Scripts.run(THREADS).lines();
        boolean differs = false;
        for (long seed = 2; seed < 8; seed++) {
            differs |= !Scripts.run(THREADS, RunOptions.DEFAULT.withSeed(seed)).lines().equals(first);
        }
        assertThat(differs).isTrue();
    }

    @Test
    void twoProcessesPrintTheSameBytes(@TempDir Path folder) throws IOException, InterruptedException {
        Path script = folder.resolve("same.wdfs");
        Files.writeString(script, THREADS);
        byte[] first = process(script);
        assertThat(first).isEqualTo(process(script));
        assertThat(new String(first, StandardCharsets.UTF_8)).contains("-- done");
    }

    private static byte[] process(Path script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--add-exports",
                "java.base/jdk.internal.vm=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), "wdfs.cli.Main", "run", "--trace", "--seed", "5",
                script.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        byte[] out = process.getInputStream().readAllBytes();
        process.waitFor();
        return out;
    }
}
