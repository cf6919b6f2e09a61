package wdfs.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.api.Test;

class LibraryScanTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "typedef unsigned long ULONG, *PULONG; | ULONG PULONG | ULONG PULONG",
        "typedef struct _S { int a, b; struct _T { int c; } d; } S, *PS; | _S _T S PS | _S _T S PS",
        "typedef enum _E { One = 1, Two, Three = (One, 3) } E; | _E One Two Three E | _E E",
        "typedef VOID EVT_X(_In_ WDFTIMER Timer, ULONG (*Inner)(int)); | EVT_X | EVT_X",
        "typedef _Function_class_(EVT_Y) _IRQL_requires_max_(DISPATCH_LEVEL) VOID EVT_Y(WDFTIMER Timer); | EVT_Y | EVT_Y",
        "typedef NTSTATUS (*PFN_Z)(PVOID Context); | PFN_Z | PFN_Z",
        "typedef struct _OPAQUE *POPAQUE; | POPAQUE | _OPAQUE POPAQUE",
        "[[handle]] typedef PVOID WDFREQUEST; | WDFREQUEST | WDFREQUEST",
        "[[kmdf(1.0), rules(REQ-185)]] _Must_inspect_result_ NTSTATUS F(_In_reads_(n) PVOID p, size_t n); | F |",
        "ULONG Inline(ULONG a) { if (a) { return 1; } return Other(a); } | Inline |",
        "#define NAME(x) 1 | NAME |",
        "const GUID GUID_X = { 1, 2 }; | GUID_X |",
        "DEFINE_GUID(GUID_Y, 1, 2); | GUID_Y |",
        "const ULONG A = 0xBEEF, B = 1UL, C = 0b1_0; | A B C |",
        "ULONG Default(ULONG a = 0x10UL, ULONG b = 7u); | Default |",
        "struct PLAIN { ULONG a; }; | PLAIN | PLAIN"})
    void aDeclarationIsFoundByItsNames(String text, String names, String types) {
        var stretches = LibraryScan.of(text);
        assertThat(stretches).hasSize(1);
        assertThat(String.join(" ", stretches.getFirst().names())).isEqualTo(names == null ? "" : names);
        assertThat(stretches.getFirst().types()).containsExactlyInAnyOrder(types == null ? new String[0] : types.split(" "));
    }

    @Test
    void declarationsAreCutWhereTheyEndWithTheirComments() {
        String text = """
                // A heading.

                /// What it is.
                typedef int A;      // behind
                #define B \\
                    (1 + \\
                     2)
                int C(int x) { return '}' + x; } int D;
                """;
        var stretches = LibraryScan.of(text);
        assertThat(stretches).extracting(s -> text.substring(s.start(), s.end()).strip()).containsExactly("/// What it is.\ntypedef int A;",
                "#define B \\\n    (1 + \\\n     2)", "int C(int x) { return '}' + x; }", "int D;");
    }

    @Test
    void oneDeclarationAnswersForAllItsNames() {
        TextLibrary library = Checked.library();
        assertThat(library.find("PLIST_ENTRY")).isPresent();
        assertThat(library.find("NonPagedPoolNx")).isEqualTo(library.find("POOL_TYPE"));
        assertThat(library.isType("_LIST_ENTRY")).isTrue();
        assertThat(library.isType("NonPagedPool")).isFalse();
        assertThat(library.find("Nothing")).isEmpty();
        for (String name : library.names()) {
            assertThat(library.find(name)).as(name).isPresent();
        }
        assertThat(library.problems().sorted()).isEmpty();
    }
}
