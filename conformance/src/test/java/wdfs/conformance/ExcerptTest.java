package wdfs.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an excerpt of a script keeps and leaves out.
class ExcerptTest {
    @TempDir
    Path folder;

    private String excerpt(String script, String test) throws IOException {
        return new Excerpts(Reached.engine(), Files.writeString(folder.resolve("script.wdfs"), script)).of(test).orElseThrow();
    }

    @Test
    void whatTheTestNamesIsKeptAndWhatThatNames() throws IOException {
        assertThat(excerpt("""
                // The file.

                #define ONE 1
                /// Not asked for.
                #define TWO 2

                // One more.
                ULONG More(ULONG n) { return n + ONE; }
                ULONG Less(ULONG n) { return n - TWO; }

                test "more" { expect More(4) == 5; }
                test "less" { expect Less(4) == 2; }
                """, "more")).isEqualTo("""
                #define ONE 1

                // One more.
                ULONG More(ULONG n) { return n + ONE; }

                test "more" { expect More(4) == 5; }
                """);
    }

    @Test
    void waysThatTheTestDoesNotGoAreLeftOut() throws IOException {
        assertThat(excerpt("""
                enum { ADD, NEGATE, TWICE };
                ULONG Do(ULONG what, ULONG n) {
                    ULONG a = 7, other, m = n;
                    switch (what) {
                    case ADD: n += a; break;        // seven
                    case NEGATE: other = n; n = 0 - other; break;
                    // two times
                    case TWICE:
                        n += n;
                        break;
                    }
                    if (n > 100) return m;
                    if (n == 6) n++;
                    else n--;
                    if (what == NEGATE) n = 1;
                    else if (n == 0) n = 2;
                    else { n += 10; }
                    return n;
                }
                test "twice" { expect Do(TWICE, 3) == 17; }
                test "negate" { expect Do(NEGATE, 3) == 1; }
                """, "twice")).isEqualTo("""
                enum { TWICE = 2 };
                ULONG Do(ULONG what, ULONG n) {
                    switch (what) {
                    // two times
                    case TWICE:
                        n += n;
                        break;
                    }
                    if (n == 6) n++;
                    n += 10;
                    return n;
                }
                test "twice" { expect Do(TWICE, 3) == 17; }
                """);
    }

    @Test
    void checksOfWhatACallGaveAreKept() throws IOException {
        String script = """
                driver Kept kmdf 1.33 {
                    device Kept control {
                        name L"\\\\Device\\\\Kept"; symbolic_link L"\\\\DosDevices\\\\Kept";
                        queue Default parallel {
                            EvtIoRead(Queue, Request, Length) {
                                PUCHAR buffer;
                                NTSTATUS status = WdfRequestRetrieveOutputBuffer(Request, 1, (PVOID *)&buffer, NULL);
                                if (!NT_SUCCESS(status)) { WdfRequestComplete(Request, status); return; }
                                buffer[0] = 7;
                                WdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, 1);
                            }
                        }
                    }
                }

                test "a read" { expect read(open(L"\\\\\\\\.\\\\Kept"), 1).data == x"07"; }
                """;
        assertThat(excerpt(script, "a read")).isEqualTo(script);
    }

    @Test
    void driversHandlersAndMembersThatTheTestDoesNotMeetAreLeftOut() throws IOException {
        assertThat(excerpt("""
                typedef struct _SEEN { ULONG Reads, Writes; UCHAR Irql; } SEEN;

                driver Other kmdf 1.33 {
                    device Other control { name L"\\\\Device\\\\Other"; symbolic_link L"\\\\DosDevices\\\\Other"; }
                }
                driver Counts kmdf 1.33 {
                    SEEN Seen;
                    device Counts control {
                        name L"\\\\Device\\\\Counts"; symbolic_link L"\\\\DosDevices\\\\Counts";
                        queue Default parallel {
                            EvtIoRead(Queue, Request, Length) { Seen.Reads++; WdfRequestComplete(Request, STATUS_SUCCESS); }
                            EvtIoWrite(Queue, Request, Length) {
                                Seen.Writes++;
                                Seen.Irql = KeGetCurrentIrql();
                                WdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, Seen.Writes);
                            }
                        }
                        queue Spare manual;
                    }
                }

                test "reads" { expect read(open(L"\\\\\\\\.\\\\Counts"), 1).ok; }
                test "writes" { expect write(open(L"\\\\\\\\.\\\\Counts"), x"0102").information == 1; }
                """, "writes")).isEqualTo("""
                typedef struct _SEEN { ULONG Writes; } SEEN;
                driver Counts kmdf 1.33 {
                    SEEN Seen;
                    device Counts control {
                        name L"\\\\Device\\\\Counts"; symbolic_link L"\\\\DosDevices\\\\Counts";
                        queue Default parallel {
                            EvtIoWrite(Queue, Request, Length) {
                                Seen.Writes++;
                                WdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, Seen.Writes);
                            }
                        }
                    }
                }
                test "writes" { expect write(open(L"\\\\\\\\.\\\\Counts"), x"0102").information == 1; }
                """);
    }

    @Test
    void importsStandInPlaceAndTheLineForTestsComesAlong() throws IOException {
        Files.writeString(folder.resolve("part.wdfs"), "ULONG Seven() { return 7; }\nULONG Eight() { return 8; }\n");
        assertThat(excerpt("""
                // test: verifier=off
                import "part.wdfs";

                test "seven" { expect Seven() == 7; }
                """, "seven")).isEqualTo("""
                // test: verifier=off

                ULONG Seven() { return 7; }

                test "seven" { expect Seven() == 7; }
                """);
    }
}
