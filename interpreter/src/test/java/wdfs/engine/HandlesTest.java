package wdfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import wdfs.source.SourceFile;
import wdfs.semantics.SourceLoader;

/// Memory does not grow with the number of requests that a run has had.
class HandlesTest {
    private static int keptAfter(int requests) {
        Engine engine = new Engine();
        String script = Scripts.driver("WdfRequestComplete(Request, STATUS_SUCCESS);", "for (int i = 0; i < " + requests + "; i++) ioctl(h, CODE_BUFFERED, x\"01 02\", out: 4);");
        Simulation simulation = new Simulation(engine, engine.compile(SourceFile.script("t.wdfs", script), SourceLoader.none()).program().orElseThrow(), RunOptions.DEFAULT, _ -> { });
        assertThat(simulation.run().exitCode()).isZero();
        return simulation.machine().handles.kept();
    }

    @Test
    void closedHandlesAreForgotten() {
        int few = keptAfter(5_000);
        assertThat(few).isPositive().isLessThan(4_200);
        assertThat(keptAfter(20_000)).isEqualTo(few);
    }

    @Test
    void aHandleThatWasClosedLongAgoIsStillNoHandle() {
        Scripts.Ran ran = Scripts.run("""
                driver D kmdf 1.33 {
                    WDFOBJECT first;
                    device D control {
                        name L"\\\\Device\\\\D"; symbolic_link L"\\\\DosDevices\\\\D";
                        queue Default sequential {
                            EvtIoRead(Queue, Request, Length) {
                                WDFOBJECT object;
                                WdfObjectCreate(WDF_NO_OBJECT_ATTRIBUTES, &first);
                                WdfObjectDelete(first);
                                for (int i = 0; i < 5000; i++) {
                                    WdfObjectCreate(WDF_NO_OBJECT_ATTRIBUTES, &object);
                                    WdfObjectDelete(object);
                                }
                                WdfObjectDelete(first);
                            }
                        }
                    }
                }
                process app { read(open(L"\\\\\\\\.\\\\D"), 4); }
                """);
        assertThat(ran.text()).contains("BUGCHECK 0x10D WDF_VIOLATION").contains("which is gone");
    }
}
