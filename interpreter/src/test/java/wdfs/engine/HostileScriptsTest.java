package wdfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wdfs.machine.Limits;

/// No script, however wrong, crashes or hangs the interpreter.
class HostileScriptsTest {
    private static final RunOptions SMALL = RunOptions.DEFAULT.withLimits(Limits.DEFAULT.withSteps(3_000_000).withMemoryBytes(64L << 20)
            .withOutputBytes(1 << 20).withThreads(1000));

    @ParameterizedTest
    @ValueSource(strings = {"process a { for (;;) { } }", "process a { Again: goto Again; }", "process a { while (1) Sleep(0); }",
        "VOID F() { F(); } process a { for (;;) F(); }", "process a { bool b = true; do { } while (b); }"})
    void endlessLoopsEndAtTheLimitOfSteps(String script) {
        assertThat(Scripts.run(script, SMALL).exit()).isEqualTo(Outcome.LIMIT);
    }

    @Test
    void endlessRecursionEndsAtTheLimitOfCallDepth() {
        Scripts.Ran ran = Scripts.run("int F(int n) { return F(n + 1) + 1; } process a { print(F(0)); }");
        assertThat(ran.exit()).isEqualTo(Outcome.LIMIT);
        assertThat(ran.text()).contains("LIMIT of call depth").contains("test.wdfs:1");
    }

    @Test
    void allMemoryIsGivenUntilThereIsNone() {
        Scripts.Ran ran = Scripts.run("process a { ULONG n = 0; while (malloc(1 << 20) != NULL) n++; print(n > 10); }", SMALL);
        assertThat(ran.lines().getFirst()).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"process a { string s = \"x\"; for (;;) s = s + s; }", "process a { for (;;) print(\"again and again\"); }",
        "process a { for (;;) thread { sleep(1s); } }"})
    void whatGrowsWithoutEndMeetsALimit(String script) {
        assertThat(Scripts.run(script, SMALL).exit()).isEqualTo(Outcome.LIMIT);
    }

    @Test
    void aRunEndsAtItsVirtualTime() {
        Scripts.Ran ran = Scripts.run("process a { for (;;) sleep(1s); }", RunOptions.DEFAULT.withLimits(Limits.DEFAULT.withVirtualNanos(5_000_000_000L)));
        assertThat(ran.exit()).isEqualTo(Outcome.LIMIT);
    }

    @Test
    void aBodyTooLargeForAMethodIsAFinding() {
        String script = "int F(int n) { return n; } process a { int x = 0; " + "x = x * 3 + F(x); ".repeat(9000) + "print(x); }";
        assertThat(Scripts.findings(script)).contains("LANG-017");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "{", "-", "if (1) ", "x[", "f(", "*", "struct { ", "/*", "$\"{", "[[", "sizeof(", "(ULONG)"})
    void nestingWithoutEndIsAFinding(String piece) {
        for (String around : new String[] {"process a { int x = %s1; }", "%s", "driver D kmdf 1.33 { %s }", "ULONG F(VOID) { return %s; }"}) {
            Compilation compilation = Scripts.compile(around.formatted(piece.repeat(50_000)));
            assertThat(compilation.program()).isEmpty();
            assertThat(compilation.findings().hasErrors()).isTrue();
        }
    }

    @Test
    void garbageIsRefusedWithPlaces() {
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            StringBuilder text = new StringBuilder();
            for (int k = 0; k < 400; k++) {
                text.append((char) (random.nextInt(20) == 0 ? '\n' : 32 + random.nextInt(95)));
            }
            Compilation compilation = Scripts.compile(text.toString());
            if (compilation.program().isEmpty()) {
                assertThat(compilation.findings().sorted()).allSatisfy(f -> assertThat(f.span().line()).isPositive());
            }
        }
    }

    @Test
    void aScriptWithPiecesMissingIsCheckedWithoutAFault() {
        String script = Scripts.driver("if (inLength > 3) { out[0] = in[1]; } WdfRequestComplete(Request, STATUS_SUCCESS);",
                "ULONG n[4] = { 1, 2 }; var r = ioctl(h, CODE_BUFFERED, n, out: 4); expect r.ok; thread { print(r); }");
        Random random = new Random(11);
        for (int i = 0; i < 2000; i++) {
            int from = random.nextInt(script.length());
            int until = Math.min(script.length(), from + 1 + random.nextInt(12));
            String text = script.substring(0, from) + script.substring(until);
            Compilation compilation;
            try {
                compilation = Scripts.compile(text);
            } catch (RuntimeException e) {
                throw new AssertionError(text, e);
            }
            assertThat(compilation.findings().hasErrors() || compilation.program().isPresent()).isTrue();
        }
    }
}
