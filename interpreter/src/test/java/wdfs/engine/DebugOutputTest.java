package wdfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What drivers print is one stream, as in a debugger: a line ends with its newline, or before something else is shown.
class DebugOutputTest {
    private static Scripts.Ran run(String body, String application) {
        return Scripts.run(Scripts.driver(body + " WdfRequestComplete(Request, STATUS_SUCCESS);", application));
    }

    @Test
    void aLineGoesOnUntilItsNewline() {
        assertThat(run("DbgPrint(\"a\"); DbgPrint(\"b\\n\"); DbgPrint(\"c%d\\nd\", 1); DbgPrint(\"\\n\"); DbgPrint(\"\");", "ioctl(h, CODE_BUFFERED);").lines())
                .startsWith("D: ab", "D: c1", "D: d").hasSize(4);
    }

    @Test
    void aBegunLineIsShownBeforeWhatComesNext() {
        assertThat(run("DbgPrint(\"a\");", "ioctl(h, CODE_BUFFERED); print(\"p\"); ioctl(h, CODE_BUFFERED);").lines()).startsWith("D: a", "p", "D: a");
        assertThat(run("DbgPrint(\"a\"); *(volatile UCHAR *)((PUCHAR)in + 1000000) = 1;", "ioctl(h, CODE_BUFFERED, x\"01\");").lines().getFirst()).isEqualTo("D: a");
    }

    @Test
    void anEmptyLineIsALine() {
        assertThat(run("DbgPrint(\"a\\n\\nb\\n\");", "ioctl(h, CODE_BUFFERED);").lines()).startsWith("D: a", "D: ", "D: b");
    }

    @Test
    void aLineWithoutEndIsShownInPieces() {
        assertThat(run("for (int i = 0; i < 300; i++) DbgPrint(\"0123456789012345\");", "ioctl(h, CODE_BUFFERED);").lines()).hasSize(3);
    }
}
