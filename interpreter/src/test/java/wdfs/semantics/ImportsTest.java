package wdfs.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import wdfs.diagnostics.Diagnostic;
import wdfs.semantics.bound.ImageSymbol;

class ImportsTest {
    @Test
    void aHeaderBringsItsTypesAndConstants() {
        Checked.check("""
                import <ntstrsafe>;
                import "public.h";
                #include "more.h"
                process app { SHARED s = { LIMIT }; MORE m = s.Value; print(m); }
                """, Features.all(), Map.of(
                "public.h", "#ifndef P\n#define P\n#define LIMIT 5\ntypedef struct { ULONG Value; } SHARED, *PSHARED;\n#endif\n",
                "more.h", "#include \"public.h\"\ntypedef ULONG MORE;\nVOID Takes(PSHARED shared);\n"));
    }

    @Test
    void whatIsMissingIsToldAtTheImport() {
        Checked.check("""
                // import "comment.wdfs";
                import "nowhere.wdfs";
                //     ^^^^^^^^^^^^^^ error LANG-153: there is no such file
                import <nomodule>;
                //     ^^^^^^^^^^ error LANG-153: the standard library has no such module
                process app { print(1); }
                """);
    }

    @Test
    void filesThatImportEachOtherAreRefused() {
        try {
            Checked.check("import \"a.wdfs\";\n", Features.all(), Map.of("a.wdfs", "import \"b.wdfs\";\n", "b.wdfs", "import \"a.wdfs\";\n"));
        } catch (AssertionError e) {
            assertThat(e).hasMessageContaining("LANG-154").hasMessageContaining("a.wdfs → b.wdfs → a.wdfs").hasMessageContaining("b.wdfs:1:")
                    .hasMessageContaining("a.wdfs:1:");
            return;
        }
        throw new AssertionError("the circle was not found");
    }

    @Test
    void aNameDeclaredTwiceIsToldAtBothPlaces() {
        try {
            Checked.check("import \"a.wdfs\";\nstruct SAME { ULONG X; };\n", Features.all(), Map.of("a.wdfs", "struct SAME { LONG Y; };\n"));
        } catch (AssertionError e) {
            assertThat(e).hasMessageContaining("LANG-104").hasMessageContaining("a.wdfs:1:8").hasMessageContaining("test.wdfs:2:8");
            return;
        }
        throw new AssertionError("nothing was found");
    }

    @Test
    void driversOfImportsRunAndTheirProcessesDoNot() {
        Checked checked = Checked.check("import \"d.wdfs\";\nprocess app { load(D); }\n", Features.all(), Map.of("d.wdfs", """
                driver D kmdf 1.33 { start demand; NTSTATUS DriverEntry(PDRIVER_OBJECT d, PUNICODE_STRING r) { return 0; } }
                process demo { print(1); }
                test "its own" { }
                """));
        assertThat(checked.findings).extracting(Diagnostic::message).isEmpty();
        assertThat(checked.program.images()).extracting(ImageSymbol::name).containsExactly("D", "app");
        assertThat(checked.program.images().getFirst().startsOnDemand()).isTrue();
    }
}
