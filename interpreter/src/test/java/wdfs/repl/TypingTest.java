package wdfs.repl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wdfs.diagnostics.Findings;
import wdfs.source.SourceFile;
import wdfs.syntax.Decl;
import wdfs.syntax.Parser;

/// What is said of an input before Enter, and what is not.
class TypingTest {
    private final Typed typed = new Typed().with(".load " + Typed.ECHO, "k = 20", "int twice(int n) { return 2 * n; }", "struct P { ULONG first; ULONG second; };", "P p");

    /// The codes and the places that they are about.
    private List<String> said(String text) {
        return said(text, text.length());
    }

    private List<String> said(String text, int cursor) {
        return new Typing(typed.session).of(text, cursor).stream().map(r -> r.finding().code() + " " + text.substring(r.start(), r.end())).toList();
    }

    /// Nothing is said of a text, nor of any beginning of it.
    private void silent(String text) {
        for (int i = 0; i <= text.length(); i++) {
            assertThat(said(text.substring(0, i))).as(text.substring(0, i)).isEmpty();
        }
    }

    @Test
    void anUnknownNameIsToldWhenItsWordHasEnded() {
        assertThat(said("twcie")).isEmpty();
        assertThat(said("twcie(")).containsExactly("LANG-101 twcie");
        assertThat(said("int x = twcie(k, ")).containsExactly("LANG-101 twcie");
        assertThat(said("k + nohting + 1")).containsExactly("LANG-101 nohting");
        assertThat(new Typing(typed.session).of("twcie(", 6).getFirst().text()).isEqualTo("error[LANG-101]: there is no function twcie; did you mean twice?");
    }

    @Test
    void aNameThatMayStillBeDeclaredIsNotTold() {
        silent("nothing = 3");
        silent("for (i in [1, 2]) k += i;");
        silent("k == 20 ? k : twice(k)");
        assertThat(said("nothing ")).isEmpty();
        assertThat(said("nothing + ")).containsExactly("LANG-101 nothing");
        String driver = "driver X kmdf { device control { name L\"\\\\Device\\\\X\"; queue Default parallel { EvtIoRead(Queue, Request, Length) { Answer(Request);";
        silent(driver);
        assertThat(said(driver + " } } } }")).as("once it is closed, nothing can be declared below").containsExactly("LANG-101 Answer");
    }

    @Test
    void typesAndArgumentsAreHeldAgainstTheirUse() {
        assertThat(said("twice(1, 2);")).containsExactly("LANG-113 twice(1, 2)");
        assertThat(said("twice(\"a\", ")).as("an argument that is whole").hasSize(1);
        assertThat(said("twice(\"a\"")).as("it may be \"a\"[0]").isEmpty();
        assertThat(said("p.frist = ")).containsExactly("LANG-103 frist");
        assertThat(said("p.fir")).isEmpty();
        assertThat(said("ULONG n = p;")).containsExactly("LANG-105 p");
        assertThat(said("ULONG n = p")).as("it may be p.first").isEmpty();
        assertThat(said("CreateFileW(L\"x\", GENERIC_REED, ")).containsExactly("LANG-101 GENERIC_REED");
    }

    @Test
    void whatIsNotWholeIsNotToldAsMissing() {
        for (String text : List.of("for (i in [1, 2, 3]) {\n    k += i;\n}", "for (int i = 0; i < 3; i++) { k += twice(i); }", "if (k > 3) { k = 1; } else { k = 2; }", "do { k--; } while (k > 3);",
                "UCHAR bytes[4] = x\"01 02\";", "P two[2] = { { 1, 2 }, { 3, 4 } };", "P q = { 1, 2 };", "enum Colour { RED, GREEN = 3 };", "struct Q { ULONG a; struct Q *next; };", "typedef struct _R { ULONG a; } R, *PR;",
                "int half(int n) {\n    // half of it\n    if (n < 0) return 0;\n    return n / 2;\n}", "string s = $\"a{k + 1}b\";", "h = open(L\"\\\\\\\\.\\\\Echo\", overlapped: true)", "sizeof(P)", "(UCHAR)k + 1", "k ? twice(k) : -k",
                "switch (k) { case 20: k++; break; default: ; }", "thread { Sleep(3); }", "t = thread { Sleep(3); };", "while (k > 20) k--;", "x = (P*)&p; x->first", "/* what\nis this */ k", "k // a comment", "goto done; done: k++;",
                "ioctl IOCTL_Z = CTL_CODE(0x22, 0x801, METHOD_BUFFERED, FILE_ANY_ACCESS);", "process q { print(1); }", "test \"t\" { expect k == 20; }", "#define TEN 10\nint ten() { return TEN; }", "expect k == 20;", "return 1",
                "driver Y kmdf 1.33 {\n    context CTX { ULONG a; }\n    device control {\n        name L\"\\\\Device\\\\Y\";\n        queue Default parallel {\n            EvtIoRead(Queue, Request, Length) { Done(Request); }\n        }\n    }\n    VOID Done(WDFREQUEST r) { WdfRequestComplete(r, STATUS_SUCCESS); }\n}")) {
            silent(text);
        }
    }

    /// Of no beginning of a declaration of a sound script is anything said to be wrong.
    @ParameterizedTest
    @ValueSource(strings = {"hello", "mdl-tour", "dma-copy", "wdm-equivalents"})
    void nothingIsSaidOfASoundScriptWhileItIsTyped(String name) throws IOException {
        Typed session = new Typed().with(".load " + Typed.sample(name + ".wdfs"));
        SourceFile file = SourceFile.script(name, Files.readString(Path.of(Typed.sample(name + ".wdfs"))));
        for (Decl declaration : Parser.parse(file, new Findings(), session.session.live().checker()::isType).declarations()) {
            String text = declaration.span().text();
            for (int end = 1; end <= text.length(); end += 1 + end % 4) {
                String typed = text.substring(0, end);
                List<Typing.Remark> remarks = new Typing(session.session).of(typed, end);
                assertThat(remarks.stream().filter(r -> r.finding().isError()).map(Typing.Remark::text)).as(typed).isEmpty();
            }
        }
    }

    @Test
    void aTokenThatCannotStandThereIsToldWhenAnotherFollows() {
        assertThat(said("k = 3 3")).isEmpty();
        assertThat(said("k = 3 3;")).containsExactly("LANG-001 3");
        assertThat(said("k = ) + 1;")).contains("LANG-001 )");
        assertThat(said("k = 1 @ 3;")).containsExactly("LANG-004 @", "LANG-001 3");
    }

    @Test
    void theWordAtTheCursorIsLeftAlone() {
        assertThat(said("twcie(3);", 9)).containsExactly("LANG-101 twcie");
        assertThat(said("twcie(3);", 3)).isEmpty();
        assertThat(said("twcie(3);", 5)).isEmpty();
        assertThat(said("twcie(3);", 7)).containsExactly("LANG-101 twcie");
    }

    @Test
    void commandsAndHugeInputsAreLeftAlone() {
        silent("!irp twcie(3);");
        silent(".run twcie");
        silent("dt NOTHING 3");
        silent("nothing?");
        assertThat(said("twcie(3);" + " ".repeat(Typing.MOST_CHECKED))).isEmpty();
    }

    @Test
    void whatIsTypedLeavesNoTrace() {
        List<String> inputs = List.of("UCHAR big[5 << 20]", "big[1] = 7", "k = twice(k)", "driver Z kmdf 1.33 { context ZC { ULONG a; } device control { name L\"\\\\Device\\\\Z\"; queue Default parallel { EvtIoRead(Queue, Request, Length) { WdfRequestComplete(Request, STATUS_SUCCESS); } } } }",
                "string s = \"abc\"", "&big[2]", "!drvobj Z 3", "int thrice(int n) { return n + twice(n); }", "thrice(2)", ".vars", "_", ".devices");
        Typed plain = new Typed().with(".load " + Typed.ECHO, "k = 20", "int twice(int n) { return 2 * n; }");
        Typed watched = new Typed().with(".load " + Typed.ECHO, "k = 20", "int twice(int n) { return 2 * n; }");
        for (String input : inputs) {
            for (int i = 1; i <= input.length(); i++) {
                new Typing(watched.session).of(input.substring(0, i), i);
            }
            assertThat(watched.type(input)).as(input).isEqualTo(plain.type(input));
        }
    }
}
