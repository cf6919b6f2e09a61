package wdfs.differential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// What the comparison with gcc found, one test for each cause.
class CodegenRegressionTest {
    private static final String FIELDS = "typedef struct _S { unsigned f : 7; ULONG g : 31; ULONG w : 32; UCHAR c : 3; ULONGLONG q : 20; ULONGLONG l : 40; } S;\n";

    /// Values of a bit-field that fit into `int` are `int`s in an operation, though their type is unsigned.
    @Test
    void bitFieldsArePromotedByTheirWidth() {
        assertThat(run(FIELDS, """
                S s = { .f = 3, .g = 3, .w = 3, .c = 3, .q = 3, .l = 3 };
                printf("%d %d %d %d %d %d\\n", s.f - 8 < 0, s.g - 8 < 0, s.w - 8 < 0, s.c - 8 < 0, s.q - 8 < 0, s.l - 8 < 0);
                printf("%d %d %d\\n", -s.f < 0, ~s.g < 0, -s.w < 0);
                """)).containsExactly("1 1 0 1 1 0", "1 1 0");
    }

    @Test
    void bitFieldsArePromotedInCompoundAssignments() {
        assertThat(run(FIELDS, """
                S s = { .f = 100, .q = 100 };
                s.f /= -3;
                s.q %= -7;
                printf("%u %u\\n", s.f, (unsigned)s.q);
                s.f = 3;
                LONGLONG wide = 5;
                wide *= s.f - 4;
                printf("%lld %lld\\n", wide, (1 ? s.f : 0) - 4LL);
                """)).containsExactly("95 2", "-5 -1");
    }

    /// A cast to the type it has makes a bit-field a value of that type.
    @Test
    void aCastBitFieldKeepsItsType() {
        assertThat(run(FIELDS, """
                S s = { .f = 3, .q = 3 };
                printf("%d %d\\n", (unsigned)s.f - 8 < 0, (ULONGLONG)s.q - 8 < 0);
                printf("%016llx\\n", 1 ? -1 : (ULONGLONG)s.q);
                """)).containsExactly("0 0", "ffffffffffffffff");
    }

    @Test
    void aCommaPassesABitFieldOn() {
        assertThat(run(FIELDS, """
                S s = { .f = 3, .l = 3 };
                int n = 0;
                printf("%d %d\\n", (n++, s.f) > ~'0', (n++, s.l) > ~'0');
                """)).containsExactly("1 0");
    }

    /// `?:` of two narrow values is an `int`, as its size tells.
    @Test
    void narrowBranchesArePromoted() {
        assertThat(run("int size(int n, UCHAR a, UCHAR b) { return (int)sizeof(n ? a : b) * 10 + (int)sizeof(n ? 1LL : a); }\n", """
                printf("%d\\n", size(1, 2, 3));
                """)).containsExactly("48");
    }

    private static List<String> run(String file, String body) {
        return Compilers.run(file + "process app {\n" + body + "}\n");
    }
}
