package wdfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// What DbgPrint makes of its formats, and what else goes to the debugger.
class DebugFormatsTest {
    private static List<String> lines(String body) {
        return Scripts.run(Scripts.driver(body + " WdfRequestComplete(Request, STATUS_SUCCESS);", "ioctl(h, CODE_BUFFERED);")).lines();
    }

    @Test
    void ENV_101_numbers() {
        assertThat(lines("DbgPrint(\"%d|%5d|%-5d|%05d|%+d|% d|%.3d|%*d\\n\", 7, 7, 7, 7, 7, 7, 7, 4, 7);"
                + "DbgPrint(\"%x|%X|%#x|%o|%u|%08X|%I64x|%llu|%hx|%ld|%c%c\\n\", 255, 255, 255, 8, -1, 0xBEEF, 0x123456789ALL, 5000000000ULL, 0x12345, -3, 'o', 'k');"))
                .startsWith("D: 7|    7|7    |00007|+7| 7|007|   7", "D: ff|FF|0xff|10|4294967295|0000BEEF|123456789a|5000000000|2345|-3|ok");
    }

    @Test
    void ENV_101_ENV_102_stringsAndPointers() {
        assertThat(lines("DECLARE_CONST_UNICODE_STRING(wide, L\"wide text\"); ANSI_STRING narrow; RtlInitAnsiString(&narrow, \"narrow\");"
                + "DbgPrint(\"%s|%.2s|%-6s|%6s|%ws|%S|%hs|%wZ|%Z|%%\\n\", \"text\", \"text\", \"ab\", \"ab\", L\"sixteen\", L\"bits\", \"eight\", &wide, &narrow);"
                + "DbgPrint(\"%p\\n\", (PVOID)0xFFFFA00000001000); DbgPrint(\"%s %wZ %p\\n\", NULL, NULL, NULL);"))
                .startsWith("D: text|te|ab    |    ab|sixteen|bits|eight|wide text|narrow|%", "D: FFFFA00000001000", "D: (null) (null) 0000000000000000");
    }

    @Test
    void ENV_102_whatIsWrongIsShownInItsPlace() {
        assertThat(lines("DbgPrint(\"%d %d.\\n\", 1);")).contains("D: 1 <badarg>.");
        assertThat(lines("DbgPrint(\"%s.\\n\", 5);")).contains("D: <badarg>.");
        assertThat(lines("DbgPrint(\"%s.\\n\", (PCSTR)0xFFFFFFFFFFFF0000);")).contains("D: <badarg>.");
    }

    @Test
    void ENV_100_ENV_103_ENV_104_linesTracesAndLevels() {
        assertThat(lines("TraceEvents(TRACE_LEVEL_INFORMATION, 0x10, \"opened %d\", 3); KdPrint((\"%d\\n\", 4)); DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_INFO_LEVEL, \"%d\\n\", 5);"))
                .startsWith("D: [INFORMATION 0x10] opened 3", "D: 4", "D: 5");
        assertThat(lines("CHAR text[600]; RtlFillMemory(text, 599, 'x'); text[599] = 0; DbgPrint(\"%s\", text); DbgPrint(\"\\n\");").getFirst()).isEqualTo("D: " + "x".repeat(512));
    }

    @Test
    void ENV_048_anAssertionThatDoesNotHoldIsPrinted() {
        assertThat(lines("LONG n = 0; ASSERT(n ==  1);").getFirst()).isEqualTo("D: *** Assertion failed: n == 1");
    }
}
