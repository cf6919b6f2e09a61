package wdfs.repl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import wdfs.engine.Outcome;

/// `.edit`: what comes back behind the prompt.
class EditTest {
    private static final String TWICE = "int twice(int n) {\n    return 2 * n;\n}";

    private final Typed typed = new Typed();
    private String text;

    private String edit(String what) {
        text = "";
        typed.session.editor(t -> text = t);
        assertThat(typed.type(".edit " + what)).isEmpty();
        return text;
    }

    private String refused(String what) {
        typed.session.editor(_ -> text = "");
        String shown = typed.last(".edit " + what);
        assertThat(typed.code).isEqualTo(Outcome.USAGE);
        return shown;
    }

    @Test
    void theLastInputComesBackWhateverItWas() {
        typed.with("k = 20", "nothing +  1", "!irp");
        assertThat(edit("")).isEqualTo("!irp");
        assertThat(edit("")).as(".edit is no input to edit").isEqualTo("!irp");
        assertThat(edit("2")).as("one that was wrong").isEqualTo("nothing +  1");
        assertThat(edit("#1")).isEqualTo("k = 20");
    }

    @Test
    void aDeclarationComesBackAsItWasWritten() {
        typed.with(".load " + Typed.ECHO, TWICE, "struct P { ULONG a; };  struct Q { ULONG b; };", "#define TEN 10", "UCHAR bytes[4] = x\"01\"", "ioctl I = CTL_CODE(0x22, 0x801, METHOD_BUFFERED, FILE_ANY_ACCESS);");
        assertThat(edit("twice")).isEqualTo(TWICE);
        assertThat(edit("Echo")).startsWith("driver Echo kmdf 1.33 {\n    context DEVICE_CONTEXT").endsWith("\n}");
        assertThat(edit("P")).as("a type: the input it came with").startsWith("struct P { ULONG a; };  struct Q");
        assertThat(edit("TEN")).isEqualTo("#define TEN 10");
        assertThat(edit("bytes")).isEqualTo("UCHAR bytes[4] = x\"01\"");
        assertThat(edit("I")).startsWith("ioctl I = CTL_CODE(");
    }

    @Test
    void whatCannotBeEditedIsSaid() {
        assertThat(refused("")).isEqualTo("wdfs: .edit: nothing has been typed yet");
        typed.with(TWICE);
        assertThat(refused("twcie")).isEqualTo("wdfs: .edit: nothing is called `twcie` here; did you mean twice?");
        assertThat(refused("DeviceIoControl")).isEqualTo("wdfs: .edit: `DeviceIoControl` is declared by the library; DeviceIoControl?? shows it");
        assertThat(refused("77")).isEqualTo("wdfs: .edit: there is no input 77; .history lists them");
    }

    @Test
    void withoutATerminalItIsShown() {
        assertThat(typed.with(TWICE).type(".edit twice")).containsExactlyElementsOf(TWICE.lines().toList());
        assertThat(typed.last(".edit twice --json")).isEqualTo("{\"text\":[\"int twice(int n) {\",\"    return 2 * n;\",\"}\"]}");
    }

    @Test
    void atATerminalItStandsBehindThePrompt() throws IOException {
        Screen screen = new Screen(100, 20).when("wdfs>", "int twice(int n) {\r    return 3 * n;\r}\r").when("    > }\nwdfs>", ".edit twice\r").when("wdfs> int twice(int n) {\n    >     return 3 * n;\n    > }", "\u001BOA\u0005" + "\u001BOD".repeat(5) + "\b2\r")
                .when("}\nwdfs>", "twice(21)\r").when("twice(21)\nint ", ".quit\r").session();
        assertThat(screen.seen.get(4)).contains("int 42");
    }
}
