package wdfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import wdfs.machine.Schedule;

/// Where an interrupt lands is a choice like all others (ENV-034): at once when nobody interferes, later under some seeds of a
/// random schedule, and the same for the same seed.
class InterruptLandingTest {
    private static final String SCRIPT = """
            hardware Chip {
                registers memory { 0 GO ULONG; }
                interrupt Line latched irql 5;
                on write GO(value) { raise Line; }
            }
            devnode Node { hardware Chip; function D; }
            driver D kmdf 1.33 {
                context C as GetC { PULONG Registers; SIZE_T Length; LONG Reached; LONG Landed; }
                VOID Step(C *c) { c->Reached++; }
                device D {
                    context C;
                    interrupt Line { EvtInterruptIsr(Interrupt, MessageID) {
                        C *c = GetC(WdfInterruptGetDevice(Interrupt));
                        c->Landed = c->Reached;
                        return TRUE;
                    } }
                    EvtDevicePrepareHardware(Device, ResourcesRaw, ResourcesTranslated) {
                        PCM_PARTIAL_RESOURCE_DESCRIPTOR m = WdfCmResourceListGetDescriptor(ResourcesTranslated, 0);
                        GetC(Device)->Length = m->u.Memory.Length;
                        GetC(Device)->Registers = MmMapIoSpace(m->u.Memory.Start, m->u.Memory.Length, MmNonCached);
                        return STATUS_SUCCESS;
                    }
                    EvtDeviceReleaseHardware(Device, ResourcesTranslated) {
                        MmUnmapIoSpace(GetC(Device)->Registers, GetC(Device)->Length);
                        return STATUS_SUCCESS;
                    }
                    EvtDeviceD0EntryPostInterruptsEnabled(Device, PreviousState) {
                        C *c = GetC(Device);
                        c->Landed = -1;
                        WRITE_REGISTER_ULONG(c->Registers, 1);
                        for (int i = 0; i < 40; i++) Step(c);
                        DbgPrint("landed at %d\\n", c->Landed);
                        return STATUS_SUCCESS;
                    }
                }
            }
            """;

    private static String run(RunOptions options) {
        return Scripts.run(SCRIPT, options).text();
    }

    @Test
    void atOnceWhenNobodyInterferes() {
        assertThat(run(RunOptions.DEFAULT)).contains("landed at 0");
    }

    @Test
    void laterUnderSomeSeedOfTheRandomSchedule() {
        Set<String> seen = new TreeSet<>();
        for (long seed = 1; seed <= 60; seed++) {
            RunOptions options = RunOptions.DEFAULT.withSeed(seed).withSchedule(Schedule.RANDOM);
            String text = run(options);
            if (seed <= 10) {
                assertThat(run(options)).as("seed " + seed + " again").isEqualTo(text);
            }
            text.lines().filter(l -> l.contains("landed at")).forEach(l -> seen.add(l.substring(l.indexOf("landed at"))));
        }
        assertThat(seen).contains("landed at 0").hasSizeGreaterThan(1);
    }
}
