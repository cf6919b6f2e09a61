package wdfs.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wdfs.diagnostics.Diagnostic;
import wdfs.diagnostics.Findings;
import wdfs.source.SourceFile;

/// One finding for a word that is misspelt or stands in the wrong place, and none for what follows it.
class OutlineTest {
    private static List<Diagnostic> parse(String text) {
        Findings findings = new Findings();
        Parser.parse(SourceFile.script("t.wdfs", text), findings, _ -> false);
        return findings.sorted();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "drvier X kmdf { device D control { name L\"n\"; } }             | driver",
        "Driver X wdm { IRP_MJ_READ(DeviceObject, Irp) { return 0; } }   | driver",
        "proces app { f(1); }                                            | process",
        "tset \"t\" { f(1); }                                            | test",
        "devnod N { function X; }                                        | devnode",
        "contxt C { int n; }                                             | context",
        "driver X kmdf { devcie D control { queue Q manual; } }          | device",
        "driver X kmdf { device D control { queu Q manual { context C; } } } | queue",
    })
    void misspelt(String text, String meant) {
        List<Diagnostic> found = parse(text);
        assertThat(found).hasSize(1);
        assertThat(found.getFirst().code()).isEqualTo("LANG-001");
        assertThat(found.getFirst().help()).containsExactly("did you mean " + meant + "?");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "queue Q sequential { EvtIoRead(Queue, Request, Length) { f(1); } } int x;                | a queue is not expected here: it stands in a device",
        "driver X kmdf { queue Q sequential { EvtIoRead(Queue, Request, Length) { f(1); } } }     | a queue is not expected here: it stands in a device",
        "driver X kmdf { device D { queue Q manual { queue R manual; } } }                        | a queue is not expected here: it stands in a device",
        "device D control { name L\"n\"; queue Q manual { context C; } }                          | a device is not expected here: it stands in a driver",
        "driver X kmdf { device D { device E control { name L\"n\"; } } }                         | a device is not expected here: it stands in a driver",
        "driver X kmdf { driver Y kmdf { device D { queue Q manual; } } }                         | a driver is not expected here: it stands in a file, in no block",
    })
    void misplaced(String text, String message) {
        String lines = text.replace("{ ", "{\n").replace("; ", ";\n");
        assertThat(parse(lines)).extracting(Diagnostic::message).containsExactly(message);
    }

    @Test
    void whatIsRightStaysUntouched() {
        assertThat(parse("struct tset { int n; };\n driver X kmdf { int queue; device D control { int devices; queue Q manual as GetQ; } }\n int queue(int driver) { return driver; }")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "process a { LONG x = ; }             | ';'",
        "process a { x = y + ; }              | ';'",
        "process a { if () f(); }             | ')'",
    })
    void whereAnExpressionIsMissingThatIsSaid(String text, String found) {
        assertThat(parse(text)).anySatisfy(f -> assertThat(f.message()).isEqualTo("an expression is wanted here, not " + found));
    }
}
