package wdfs.repl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jline.terminal.Size;
import org.jline.terminal.impl.LineDisciplineTerminal;
import org.jline.utils.AttributedString;
import org.jline.utils.ScreenTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wdfs.engine.Engine;
import wdfs.engine.RunOptions;

/// Keys at a terminal, and what stands on it.
class ConsoleTest {
    private static final Engine ENGINE = new Engine();
    private static final String CLEAR = "\u0015";
    private static final String CTRL_C = "\u0003";
    private static final String LEFT = "\u001BOD";

    /// What the terminal was sent, without colours and movements of the cursor.
    private static String screen(String... keys) throws IOException {
        return screenOf("xterm-256color", keys);
    }

    private static String screenOf(String type, String... keys) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (LineDisciplineTerminal terminal = new LineDisciplineTerminal("test", type, out, StandardCharsets.UTF_8)) {
            terminal.setSize(new Size(110, 200));
            Console console = new Console(terminal, true, null, lines -> new Session(ENGINE, RunOptions.DEFAULT, List.of(), true, lines));
            console.session();
            terminal.processInputBytes((String.join("", keys) + ".quit\r").getBytes(StandardCharsets.UTF_8));
            console.run(List.of(".load " + Typed.ECHO));
        }
        return AttributedString.stripAnsi(out.toString(StandardCharsets.UTF_8)).replaceAll("\\u001B[=>]|\\u001B\\[[0-9;?]*[A-Za-z]", "");
    }

    @Test
    void anExclamationMarkIsNoEventOfTheHistory() throws IOException {
        assertThat(screen("!irp\r", "!irp\t\r")).contains("wdfs: !irp: there has been no request yet").doesNotContain("event not found");
    }

    @Test
    void answersStandBehindTheirInputs() throws IOException {
        assertThat(screen("1+1\r")).contains("driver Echo (kmdf 1.33)", "wdfs> ", "int 2");
    }

    @Test
    void anInputMayHaveSeveralLines() throws IOException {
        assertThat(screen("for (i in [20, 22]) {\r", "print(i);\r", "}\r")).contains("    > ", "20", "22");
    }

    @ParameterizedTest
    @ValueSource(strings = {"xterm-256color", "screen", "tmux-256color"})
    void backslashesInFrontOfAnEArriveLikeAnyOthers(String type) throws IOException {
        assertThat(screenOf(type, "x = \"a\\\\Eb\"\r", "open(L\"\\\\\\\\.\\\\Echo\")\r")).contains("a\\\\Eb").contains("HANDLE").doesNotContain("LANG-");
    }

    @Test
    void aCommandLeavesAnInputThatIsNotWhole() throws IOException {
        assertThat(screen("LONG x =\r", ".devices\r", "1+1\r")).contains("LANG-001", "\\Device\\Echo", "int 2");
        assertThat(screen("LONG x =\r", "!irp\r", "1+1\r")).contains("LANG-001", "wdfs: !irp: there has been no request yet", "int 2");
        assertThat(screen("struct S { int load; };\r", "S s = {\r", ".load = 3\r", "};\r", "s.load\r")).contains("int 3").doesNotContain("LANG-");
    }

    @Test
    void whatIsWrongIsToldBeforeEnter() throws IOException {
        Screen screen = new Screen(100, 20).when("wdfs>", "x = nohting(1, ").when("LANG-101", CLEAR + "x = write(1").when("IoResult write(", CLEAR + "for (i in [20, 22]) {\r").when("    >", "print(j);")
                .when("print(j);", CLEAR + "\b" + CLEAR + ".quit\r").session(".load " + Typed.ECHO);
        assertThat(screen.seen.get(1)).as("nothing moves for it").startsWith(screen.seen.get(0)).endsWith("error[LANG-101]: there is no function nohting");
        assertThat(screen.at(1, ScreenTerminal::cellUnderline)).isEqualTo("nohting");
        assertThat(screen.seen.get(2)).as("if nothing is wrong, the signature").endsWith("IoResult write(⟨HANDLE handle⟩, anything data, bool async = false)").doesNotContain("LANG-");
        assertThat(screen.seen.get(4)).as("in a later line, too").endsWith("error[LANG-101]: nothing here is called j");
        assertThat(screen.at(4, ScreenTerminal::cellUnderline)).isEqualTo("j");
    }

    @Test
    void whatIsMendedIsNoMoreToldAndWhatIsTypedIsAsBefore() throws IOException {
        Screen screen = new Screen(100, 20).when("wdfs>", "nohting + 1").when("LANG-101", LEFT.repeat(4) + "\b".repeat(7)).when("wdfs>  + 1", "k").when("wdfs> k + 1", "\rk = 20\r").when("int 20", "k + 1\r")
                .when("int 21", ".quit\r").session();
        assertThat(screen.seen.get(2)).doesNotContain("LANG-");
        assertThat(screen.at(3, ScreenTerminal::cellUnderline)).isEmpty();
        assertThat(screen.text().lines().filter(line -> line.startsWith("error[LANG-101]"))).as("by Enter").hasSize(1);
    }

    @Test
    void atAFullPageAKeySaysHowItGoesOn() throws IOException {
        String loop = "for (int i = 1; i <= 40; i++) print($\"line {i}.\");\r";
        Screen screen = new Screen(60, 12).when("wdfs>", loop).when("-- more", " ").when("-- more", "\r").when("-- more", "q").when("wdfs>", ".quit\r").session();
        assertThat(screen.seen.get(1)).contains("line 9.").doesNotContain("line 10.");
        assertThat(screen.seen.get(2)).contains("line 18.").doesNotContain("line 19.");
        assertThat(screen.seen.get(3)).contains("line 19.").doesNotContain("line 20.");
        assertThat(screen.seen.get(4)).doesNotContain("line 20.").doesNotContain("-- more").contains("line 19.\nwdfs>");
    }

    @Test
    void controlCAtAFullPageStopsTheLineAndTakesItBack() throws IOException {
        Screen screen = new Screen(60, 12).when("wdfs>", "k = 1\r").when("int 1", "while (1) print(k++);\r").when("-- more", CTRL_C).when("wdfs>", "k\r").when("wdfs> k\n", ".quit\r").session();
        assertThat(screen.seen.get(3)).contains("9\nthe input was taken back: the machine is as it was before, a\nt +0us\nwdfs>").doesNotContain("-- more");
        assertThat(screen.seen.get(4)).endsWith("wdfs> k\nint 1\nwdfs>");
    }

    @Test
    void aSignalAtAFullPageDoesTheSame() throws IOException {
        Screen screen = new Screen(100, 12).when("wdfs>", "while (1) print(\"again\");\r").interruptedAt("-- more").when("taken back", ".quit\r").session();
        assertThat(screen.seen.get(2)).endsWith("again\nthe input was taken back: the machine is as it was before, at +0us\nwdfs>");
    }

    @Test
    void whoSkipsTheRestIsStillToldThatTheInputWasTakenBack() throws IOException {
        Screen screen = new Screen(100, 12).when("wdfs>", "while (1) print(\"again\");\r").when("-- more", "q").when("taken back", ".quit\r").session();
        assertThat(screen.seen.get(2)).endsWith("again\nthe input was taken back: the machine is as it was before, at +0us\nwdfs>");
    }

    @Test
    void tabCompletesWhatThereIs() throws IOException {
        assertThat(screen("!wdfque\t\r")).contains("Dumping WDFQUEUE");
        assertThat(screen("WdfRequestRetr\t\u0015")).as("nothing of the framework in a process").doesNotContain("WdfRequestRetrieveInputBuffer");
    }

    @Test
    void completionKnowsWhatCanStandThere() {
        Session s = new Typed().with(".load " + Typed.ECHO, "h = open(L\"\\\\\\\\.\\\\Echo\")", "r = write(h, x\"01\")", "struct P { ULONG first; ULONG second; };", "P p").session;
        assertThat(values(s, "r.")).containsExactly("status", "error", "information", "data", "ok");
        assertThat(values(s, "p.f")).containsExactly("first");
        assertThat(values(s, "!wdfkd.wdfq")).containsExactly("!wdfkd.wdfqueue");
        assertThat(values(s, "!wdfqueue ")).contains("Default");
        assertThat(values(s, "!devobj \\Device\\E")).containsExactly("\\Device\\Echo");
        assertThat(values(s, "!irp #")).contains("#1", "#2");
        assertThat(values(s, "dt DEVICE_OB")).contains("DEVICE_OBJECT");
        assertThat(values(s, "DeviceIoC")).containsExactly("DeviceIoControl");
        assertThat(values(s, "WdfRequestRetrieveInputB")).as("no DDI of drivers in a process").isEmpty();
        assertThat(values(s, "driver X kmdf { VOID f() { WdfRequestRetrieveInputB")).containsExactly("WdfRequestRetrieveInputBuffer");
        assertThat(values(s, ".loa")).containsExactly(".load");
        assertThat(values(s, "open(L\"\\\\\\\\.\\\\Ec")).containsExactly("\\\\\\\\.\\\\Echo");
        assertThat(new Completion(s).hint("write(h, ", 9)).isEqualTo("IoResult write(HANDLE handle, ⟨anything data⟩, bool async = false)");
    }

    private static List<String> values(Session session, String text) {
        return new Completion(session).at(text, text.length()).candidates().stream().map(Completion.Candidate::value).toList();
    }
}
