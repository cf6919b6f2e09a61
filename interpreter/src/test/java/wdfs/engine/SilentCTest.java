package wdfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where C is silent: what the language says in its place, as far as no script can show it.
class SilentCTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "int x = 2147483647 + 1;                                 | LANG-112",
        "int x = -2147483647 - 2;                                | LANG-112",
        "int x = 65536 * 65536;                                  | LANG-112",
        "LONGLONG x = 9223372036854775807 + 1;                   | LANG-112",
        "int n = 1; int x = n << 32;                             | LANG-120",
        "int n = 1; int x = n >> 40;                             | LANG-120",
        "int n = 1; n <<= 33;                                    | LANG-120",
        "ULONG64 n = 1; ULONG64 x = n << 64;                     | LANG-120",
        "int n = 1; int x = n << -1;                             | LANG-120",
        "int n = 1; int x = n / 0;                               | LANG-121",
    })
    void theCheckerWarnsWhereConstantsShowIt(String body, String code) {
        assertThat(Scripts.findings("process a { " + body + " }")).contains("warning[" + code + "]").doesNotContain("error[");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"int x = 2147483646 + 1;", "UINT x = 4294967295u + 1u;", "int n = 1; int x = n << 31;", "ULONG64 n = 1; ULONG64 x = n << 63;"})
    void andNotWhereNothingHappens(String body) {
        assertThat(Scripts.findings("process a { " + body + " }")).doesNotContain("LANG-112").doesNotContain("LANG-120");
    }

    /// Two threads that count long enough for each to be interrupted.
    private static int counted(String step, long seed) {
        Scripts.Ran ran = Scripts.run("""
                process a {
                    LONG n = 0;
                    { for (i in [1, 2]) thread { for (int k = 0; k < 700000; k++) { %s } } }
                    print(n);
                }
                """.formatted(step), RunOptions.DEFAULT.withSeed(seed));
        return Integer.parseInt(ran.lines().getFirst());
    }

    @Test
    void anInterlockedIncrementIsWhole() {
        assertThat(counted("InterlockedIncrement(&n);", 1)).isEqualTo(1_400_000);
        assertThat(counted("InterlockedIncrement(&n);", 7)).isEqualTo(1_400_000);
    }

    @Test
    void loadAndStoreWithATurnBetweenThemAreNot() {
        // A thread changes at a call or a turn of a loop: what was read in front of it is old behind it.
        Set<Integer> sums = new HashSet<>();
        for (long seed = 1; seed <= 3; seed++) {
            sums.add(counted("LONG old = n; for (int w = 0; w < 3; w++) { } n = old + 1;", seed));
        }
        assertThat(sums).allMatch(sum -> sum >= 700_000 && sum <= 1_400_000).anyMatch(sum -> sum < 1_400_000);
    }

    @Test
    void equalSeedsGiveEqualAddresses() {
        String script = """
                process a {
                    int local; PVOID heap = malloc(40); PVOID pages = VirtualAlloc(NULL, 4096, MEM_COMMIT, PAGE_READWRITE);
                    printf("%p %p %p\\n", &local, heap, pages);
                    print((ULONG64)heap);
                }
                """;
        Scripts.Ran first = Scripts.run(script, RunOptions.DEFAULT.withSeed(5));
        assertThat(first.lines().getFirst()).matches("[0-9A-F]{16} [0-9A-F]{16} [0-9A-F]{16}").doesNotContain("0000000000000000");
        assertThat(Scripts.run(script, RunOptions.DEFAULT.withSeed(5)).lines()).isEqualTo(first.lines());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "((VOID (*)(VOID))NULL)();                                                                               | EXCEPTION STATUS_ACCESS_VIOLATION",
        "PVOID p = malloc(16); ((VOID (*)(VOID))p)();                                                            | EXCEPTION STATUS_ACCESS_VIOLATION",
        "PVOID p = malloc(16); free(p); ((VOID (*)(VOID))p)();                                                   | EXCEPTION STATUS_ACCESS_VIOLATION",
    })
    void aProcessThatCallsWhatIsNoFunctionEndsByAnException(String body, String report) {
        assertThat(Scripts.run("process a { " + body + " }").text()).contains(report);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "((VOID (*)(VOID))NULL)();                                                                               | BUGCHECK 0x3B SYSTEM_SERVICE_EXCEPTION",
        "KIRQL old; KeRaiseIrql(DISPATCH_LEVEL, &old); ((VOID (*)(VOID))NULL)();                                 | BUGCHECK 0xD1 DRIVER_IRQL_NOT_LESS_OR_EQUAL",
        "PVOID p = ExAllocatePoolWithTag(NonPagedPoolNx, 64, 'abcd'); ((VOID (*)(VOID))p)();                     | BUGCHECK 0xFC ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY",
        "PVOID p = ExAllocatePoolWithTag(NonPagedPoolNx, 8192, 'abcd'); ((VOID (*)(VOID))((PUCHAR)p + 0x100000000))(); | BUGCHECK 0x50 PAGE_FAULT_IN_NONPAGED_AREA",
        "((VOID (*)(VOID))WdfRequestWdmGetIrp(Request)->UserBuffer)();                                           | BUGCHECK 0x3B SYSTEM_SERVICE_EXCEPTION",
        "__try { ((VOID (*)(VOID))NULL)(); } __except (EXCEPTION_EXECUTE_HANDLER) { DbgPrint(\"caught %X\\n\", GetExceptionCode()); } | D: caught C0000005",
    })
    void aDriverThatCallsWhatIsNoFunctionEndsAsOnWindows(String body, String report) {
        Scripts.Ran ran = Scripts.run(Scripts.driver(body + " WdfRequestComplete(Request, STATUS_SUCCESS);", "UCHAR out[8]; ioctl(h, CODE_NEITHER, x\"01\", out: out);"));
        assertThat(ran.text()).contains(report);
    }
}
