package wdfs.repl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.StringReader;
import java.util.Set;
import org.junit.jupiter.api.Test;
import wdfs.engine.Outcome;

/// What kind a line is.
class InputTest {
    private final Commands commands = new Commands();

    private String kind(String text, String... named) {
        return switch (Input.of(text, commands, Set.of(named)::contains)) {
            case Input.Run(Command c, String words) -> c.name() + " |" + words.strip();
            case Input.Statements _ -> "statements";
            case Input.Declarations _ -> "declarations";
            case Input.Help(String name, boolean source) -> "help " + name + (source ? " with source" : "");
            case Input.Unknown(String word) -> "unknown " + word;
            case Input.Nothing _ -> "nothing";
        };
    }

    @Test
    void commandsBeginWithADotOrAKnownWordBehindAnExclamationMark() {
        assertThat(kind(".load x.wdfs")).isEqualTo(".load |x.wdfs");
        assertThat(kind(".laod x")).isEqualTo("unknown .laod");
        assertThat(kind("!irp #3")).isEqualTo("!irp |#3");
        assertThat(kind("!wdfkd.wdfqueue Default")).isEqualTo("!wdfqueue |Default");
        assertThat(kind("!wdfkd.irp")).as("only the framework's extension has that prefix").isEqualTo("statements");
    }

    @Test
    void aCommandBehindLinesThatGoOnIsAnInputOfItsOwn() {
        Session session = new Typed().with("LONG irp = 1").session;
        assertThat(session.inputs("LONG x =\n.vars\n")).containsExactly("LONG x =\n", ".vars\n");
        assertThat(session.inputs("x(1,\n!wdfqueue Default")).containsExactly("x(1,\n", "!wdfqueue Default");
        assertThat(session.isComplete("LONG x =\n.vars\n")).isTrue();
        for (String whole : new String[] {"LONG x = 1 +\n!irp\n", "S s = {\n.load = 3\n", "LONG x =\n .vars\n", "/* what\n.vars\n", "LONG x =\n.nothing\n", "LONG x =\n!nothing\n"}) {
            assertThat(session.inputs(whole)).as(whole).containsExactly(whole);
        }
        for (String goesOn : new String[] {"S s = {\n.load = 3\n", "/* what\n.vars\n"}) {
            assertThat(session.isComplete(goesOn)).as(goesOn).isFalse();
        }
    }

    @Test
    void aPipeEndsAtTheInputThatWasLeftUnlessItKeepsGoing() {
        for (boolean keepGoing : new boolean[] {false, true}) {
            Typed typed = new Typed();
            int code = new Filter(typed.session, keepGoing, null).run(new BufferedReader(new StringReader("LONG x =\n!irp\n1+1\n")));
            assertThat(code).isEqualTo(Outcome.SCRIPT_ERRORS);
            assertThat(String.join("\n", typed.shown)).contains("LANG-001");
            assertThat(typed.shown.contains("int 2")).isEqualTo(keepGoing);
            assertThat(typed.shown.contains("wdfs: !irp: there has been no request yet")).isEqualTo(keepGoing);
        }
    }

    @Test
    void elseTheExclamationMarkIsC() {
        assertThat(kind("!done")).isEqualTo("statements");
        assertThat(kind("!done", "done")).isEqualTo("statements");
        assertThat(kind("!(x)")).isEqualTo("statements");
        assertThat(kind("!irp(3)")).isEqualTo("statements");
    }

    @Test
    void wordsOfTheDebuggerGiveWayToNames() {
        assertThat(kind("k")).isEqualTo("k |");
        assertThat(kind("k", "k")).isEqualTo("statements");
        assertThat(kind("k = 3")).isEqualTo("statements");
        assertThat(kind("k++")).isEqualTo("statements");
        assertThat(kind("db SystemBuffer#1")).isEqualTo("db |SystemBuffer#1");
        assertThat(kind("db &buffer")).isEqualTo("db |&buffer");
        assertThat(kind("db && x")).isEqualTo("statements");
        assertThat(kind("dt -r IRP")).isEqualTo("dt |-r IRP");
        assertThat(kind("dt(3)")).isEqualTo("statements");
        assertThat(kind("dd", "dd")).isEqualTo("statements");
    }

    @Test
    void helpIsAWholeLineThatEndsInAQuestionMark() {
        assertThat(kind("WdfRequestComplete?")).isEqualTo("help WdfRequestComplete");
        assertThat(kind("WdfRequestComplete??")).isEqualTo("help WdfRequestComplete with source");
        assertThat(kind("!irp?")).isEqualTo("help !irp");
        assertThat(kind("a ? b : c")).isEqualTo("statements");
    }

    @Test
    void declarationsOfTheLanguage() {
        assertThat(kind("driver X kmdf { }")).isEqualTo("declarations");
        assertThat(kind("ioctl I = CTL_CODE(1, 2, 3, 4);")).isEqualTo("declarations");
        assertThat(kind("#define X 1")).isEqualTo("declarations");
        assertThat(kind("// a driver\n\n/* of\n * many * words */\ndriver X kmdf { }")).as("copied with the comment above it").isEqualTo("declarations");
        assertThat(kind("/* driver X { */ k")).isEqualTo("statements");
        assertThat(kind("/* driver X {")).isEqualTo("statements");
        assertThat(kind("/*".repeat(50_000))).isEqualTo("statements");
        assertThat(kind("driver = 3", "driver")).isEqualTo("statements");
        assertThat(kind("int f() { return 1; }")).isEqualTo("statements").as("C's declarations are statements first");
        assertThat(kind("// nothing")).isEqualTo("nothing");
        assertThat(kind("  ")).isEqualTo("nothing");
    }
}
