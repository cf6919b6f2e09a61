package wdfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import wdfs.semantics.SourceLoader;
import wdfs.source.SourceFile;

/// The pool tags of framework memory, which no driver can ask for (MEM-013, OBJ-065).
class MemoryTagsTest {
    /// The tags of the memory objects that a driver made, as text.
    private static List<String> tags(String driver, String member) {
        String text = """
                driver %s kmdf 1.33 {
                    %s
                    device D control {
                        name L"\\\\Device\\\\D"; symbolic_link L"\\\\DosDevices\\\\D";
                        queue Default sequential {
                            EvtIoWrite(Queue, Request, Length) {
                                WDFMEMORY first, second, third;
                                WDFLOOKASIDE list;
                                NTSTATUS status = WdfMemoryCreate(NULL, NonPagedPoolNx, 'nwO', 8, &first, NULL);
                                status = WdfMemoryCreate(NULL, PagedPool, 0, 8, &second, NULL);
                                status = WdfLookasideListCreate(NULL, 8, NonPagedPoolNx, NULL, 0, &list);
                                status = WdfMemoryCreateFromLookaside(list, &third);
                                WdfRequestComplete(Request, status);
                            }
                        }
                    }
                }
                test "t" { write(open(L"\\\\\\\\.\\\\D"), "x"); }
                """.formatted(driver, member);
        Engine engine = new Engine();
        Compilation compilation = engine.compile(SourceFile.script("test.wdfs", text), SourceLoader.none());
        Simulation simulation = new Simulation(engine, compilation.program().orElseThrow(), RunOptions.DEFAULT, line -> { });
        assertThat(simulation.runTest(compilation.program().get().tests().getFirst()).exitCode()).isZero();
        List<String> tags = new ArrayList<>();
        simulation.machine().memory.eachKernelRegion(region -> {
            if (region.kind.equals("Memory") || region.kind.equals("Lookaside")) {
                StringBuilder tag = new StringBuilder();
                for (int i = 0; i < 4 && (region.tag >>> 8 * i & 0xFF) != 0; i++) {
                    tag.append((char) (region.tag >>> 8 * i & 0xFF));
                }
                tags.add(tag.toString());
            }
        });
        return tags;
    }

    @Test
    void MEM_013_aTagOf0IsTheDriversOwn() {
        assertThat(tags("Packets", "pool_tag 'tkPX';")).containsExactlyInAnyOrder("Own", "XPkt", "XPkt");
    }

    @Test
    void MEM_013_OBJ_065_withoutOneItIsMadeFromTheName() {
        assertThat(tags("Packets", "")).containsExactlyInAnyOrder("Own", "Pack", "Pack");
        assertThat(tags("WdfEcho", "")).containsExactlyInAnyOrder("Own", "Echo", "Echo");
        assertThat(tags("Wdf", "")).containsExactlyInAnyOrder("Own", "FxDr", "FxDr");
        assertThat(tags("Packets", "pool_tag ' ddK';")).containsExactlyInAnyOrder("Own", "Pack", "Pack");
    }
}
