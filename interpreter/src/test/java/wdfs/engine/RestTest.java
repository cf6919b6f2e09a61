package wdfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import wdfs.machine.Limits;

/// What drivers have begun and left to itself, when the boot or the last process is over: the machine does not wait for it for ever.
class RestTest {
    private static String driver(String timer, String start) {
        return """
                driver D kmdf 1.33 {
                    VOID OnTimer(WDFTIMER Timer) { DbgPrint("fires\\n"); }
                    VOID Begin(WDFDEVICE device) {
                        WDFTIMER timer;
                        WDF_TIMER_CONFIG config;
                        WDF_OBJECT_ATTRIBUTES attributes;
                        %s
                        WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
                        attributes.ParentObject = device;
                        if (NT_SUCCESS(WdfTimerCreate(&config, &attributes, &timer))) WdfTimerStart(timer, %s);
                    }
                    device D {
                        name L"\\\\Device\\\\D"; symbolic_link L"\\\\DosDevices\\\\D";
                        EvtDevicePrepareHardware(Device, ResourcesRaw, ResourcesTranslated) { Begin(Device); return STATUS_SUCCESS; }
                    }
                }
                devnode N { function D; }
                process app { print(GetTickCount64()); }
                """.formatted(timer, start);
    }

    private static final String ONCE = "WDF_TIMER_CONFIG_INIT(&config, OnTimer);";
    private static final String PERIODIC = "WDF_TIMER_CONFIG_INIT_PERIODIC(&config, OnTimer, 20000);";

    @Test
    void aTimerThatIsDueInAnHourHoldsUpNeitherTheBootNorTheEnd() {
        Scripts.Ran ran = Scripts.run(driver(ONCE, "WDF_REL_TIMEOUT_IN_SEC(3600)"));
        assertThat(ran.lines()).startsWith("0");
        assertThat(ran.text()).doesNotContain("fires", "STALL").contains("done at +0us");
    }

    @Test
    void theLongestTimeOfAllIsNoLimitOfVirtualTime() {
        assertThat(Scripts.run(driver(ONCE, "-0x7FFFFFFFFFFFFFFF - 1")).text()).doesNotContain("limit", "fires").contains("done at +0us");
    }

    @Test
    void aPeriodicTimerEndsWithItsTimeAndIsNoStall() {
        Scripts.Ran ran = Scripts.run(driver(PERIODIC, "WDF_REL_TIMEOUT_IN_SEC(1)"));
        assertThat(ran.lines().stream().filter("D: fires"::equals)).hasSize(4 + 3);     // until 70 s have passed, behind the boot and behind the process
        assertThat(ran.text()).doesNotContain("STALL").contains("done at +121s");
    }

    @Test
    void whatNobodyWaitsForReachesNoLimitOfVirtualTime() {
        RunOptions options = RunOptions.DEFAULT.withLimits(Limits.DEFAULT.withVirtualNanos(10_000_000_000L));
        assertThat(Scripts.run(driver(PERIODIC, "WDF_REL_TIMEOUT_IN_SEC(15)"), options).outcome().limit()).isEmpty();
    }
}
