package wdfs.semantics;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What a version cannot run is checked in full and then refused by name, once.
class FeaturesTest {
    @Test
    void declarationsThatTheMachineLacks() {
        Checked.check("""
                hardware Chip { registers memory { 0x00 ID ULONG; } }
                //       ^^^^ error LANG-132: hardware
                devnode Node { hardware Chip; function Fifo; upper_filter Tracer; }
                //                                                        ^^^^^^ error LANG-152: there is no driver Tracer
                driver Fifo kmdf 1.33 {
                    NTSTATUS DriverEntry(PDRIVER_OBJECT d, PUNICODE_STRING r) { return 0; }
                }
                driver User umdf 2.15 {
                //          ^^^^ error LANG-132: umdf driver
                    NTSTATUS DriverEntry(PDRIVER_OBJECT d, PUNICODE_STRING r) {
                        WdfRequestComplete(NULL, STATUS_SUCCESS);
                        WdfRequestWdmGetIrp(NULL);
                //      ^^^^^^^^^^^^^^^^^^^ error LANG-131: WdfRequestWdmGetIrp is KMDF only: a UMDF driver never sees an IRP (UMDF-002, UMDF-061)
                        ProbeForRead(NULL, 0, 1);
                //      ^^^^^^^^^^^^ error LANG-131: ProbeForRead is a routine of the kernel: a UMDF driver runs in user mode
                        CloseHandle(NULL);
                        return missing;
                //             ^^^^^^^ error LANG-101: nothing here is called missing
                    }
                }
                driver Timed kmdf 1.33 {
                    device Timed control {
                        timer Tick every 10ms { EvtTimerFunc(Timer) { WdfTimerNotYet(Timer); } }
                //            ^^^^ error LANG-132: timer
                //                                                    ^^^^^^^^^^^^^^ error LANG-132: WdfTimerNotYet
                    }
                }
                """, new Features(Set.of("hardware", "umdf driver", "timer")), Map.of());
    }
}
