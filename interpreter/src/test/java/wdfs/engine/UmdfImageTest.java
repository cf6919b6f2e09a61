package wdfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import wdfs.codegen.CodeGenerator;
import wdfs.diagnostics.Findings;
import wdfs.diagnostics.TextRenderer;
import wdfs.runtime.CompiledImage;
import wdfs.semantics.Checker;
import wdfs.semantics.CheckResult;
import wdfs.semantics.Features;
import wdfs.semantics.Imports;
import wdfs.semantics.SourceLoader;
import wdfs.source.SourceFile;

/// What a UMDF driver's declaration hands on to the run.
class UmdfImageTest {
    private static CompiledImage.Info driver(String script) {
        Engine engine = new Engine();
        Findings findings = new Findings();
        var units = Imports.resolve(SourceFile.script("test.wdfs", script), SourceLoader.none(), engine.library(), findings);
        CheckResult checked = Checker.check(units, engine.library(), engine.natives()::has, Features.all(), findings);
        assertThat(new TextRenderer(false).render(findings.sorted())).isEmpty();
        return CodeGenerator.generate(checked.program(), engine.natives()::find, engine.natives()::ordinal).driver("U").orElseThrow().info();
    }

    @Test
    void directivesReachTheImageInWindowsSpelling() {                // UMDF-140 to UMDF-153
        CompiledImage.Info info = driver("""
                driver U umdf 2.15 {
                    inf {
                        UMDFHOSTPROCESSSHARING   = processsharingdisabled;
                        UmdfMethodNeitherAction  = Copy;
                        UmdfServiceOrder         = Lower, U;
                        UmdfLibraryVersion       = 2.15.0;
                        UmdfService              = "U", U_Install;
                    }
                    device U { io_type { read_write direct; ioctl buffered_or_direct; threshold 12KiB; } queue Default parallel; }
                }
                devnode Node { function U; }
                """);
        assertThat(info.inf()).containsExactlyEntriesOf(ordered("UmdfHostProcessSharing", "ProcessSharingDisabled", "UmdfMethodNeitherAction", "Copy",
                "UmdfServiceOrder", "Lower, U", "UmdfLibraryVersion", "2.15.0", "UmdfService", "U, U_Install"));
        assertThat(info.isKernel()).isFalse();
        assertThat(info.functionNames()).contains("DriverEntry", "U$EvtDriverDeviceAdd", "U$Create", "WDF_IO_TYPE_CONFIG_INIT");
    }

    @Test
    void withoutInfThereAreNone() {
        assertThat(driver("driver U umdf { device U { } } devnode Node { function U; }").inf()).isEmpty();
        assertThat(driver("driver U kmdf { device U control { } }").inf()).isEmpty();
    }

    @Test
    void debugOutputBearsTheNameOfTheProcess() {                     // ENV-180
        assertThat(Scripts.run("process app { OutputDebugStringA(\"one\\ntwo\\n\"); OutputDebugString(L\"th\\u00fcree\"); OutputDebugStringW(NULL); }").lines())
                .startsWith("app: one", "app: two", "app: th\u00fcree").hasSize(4);
    }

    @Test
    void theTraceShowsHowEachRequestWasTransferred() {               // UMDF-050, UMDF-053
        List<String> lines = Scripts.run("""
                driver U umdf 2.15 {
                    inf { UmdfHostProcessSharing = ProcessSharingDisabled; }
                    device U {
                        symbolic_link L"\\\\DosDevices\\\\U";
                        io_type { read_write direct; ioctl direct; }
                        queue Default parallel {
                            EvtIoRead(Queue, Request, Length) {
                                PVOID out;
                                NTSTATUS status = WdfRequestRetrieveOutputBuffer(Request, 1, &out, NULL);
                                if (NT_SUCCESS(status)) memset(out, 1, Length);
                                WdfRequestCompleteWithInformation(Request, status, Length);
                            }
                        }
                    }
                }
                devnode Node { function U; }
                process app {
                    HANDLE h = CreateFile(L"\\\\\\\\.\\\\U", GENERIC_READ);
                    PVOID pages = VirtualAlloc(NULL, 12288, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
                    ULONG done;
                    ReadFile(h, pages, 100, &done, NULL);
                    ReadFile(h, pages, 8192, &done, NULL);
                    CloseHandle(h);
                }
                """, RunOptions.DEFAULT.withTrace(true)).lines();
        List<String> copied = lines.stream().filter(l -> l.contains(" umdf ") && l.contains(" copy ")).toList();
        List<String> mapped = lines.stream().filter(l -> l.contains(" umdf ") && l.contains(" map ") && l.contains("WUDFHost-Node:")).toList();
        assertThat(copied).hasSize(1).first().asString().contains("100 bytes  WUDFHost-Node:OutputBuffer#");
        assertThat(mapped).hasSize(1).first().asString().contains("(2 pages shared)").contains("WUDFHost-Node:MappedBuffer#");
    }

    private static Map<String, String> ordered(String... pairs) {
        Map<String, String> map = new java.util.LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }
}
