package wdfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wdfs.machine.Limits;

/// Devices that never come to an end, and drivers that never leave an interrupt, meet a limit or are told.
class HostileHardwareTest {
    private static final RunOptions SMALL = RunOptions.DEFAULT.withLimits(Limits.DEFAULT.withSteps(3_000_000).withMemoryBytes(64L << 20).withThreads(1000));

    /// @param chip what the hardware does besides its register GO
    /// @param isr the driver's interrupt service routine
    private static String script(String chip, String isr) {
        return """
                hardware Chip {
                    registers memory { 0 GO ULONG; 4 ACK ULONG; }
                    interrupt Line level_sensitive irql 5;
                    on write ACK(value) { lower Line; }
                    %s
                }
                devnode Node { hardware Chip; function D; }
                driver D kmdf 1.33 {
                    context C as GetC { PULONG Registers; SIZE_T Length; }
                    device D {
                        context C;
                        interrupt Line { EvtInterruptIsr(Interrupt, MessageID) { %s } }
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
                            WRITE_REGISTER_ULONG(GetC(Device)->Registers, 1);
                            return STATUS_SUCCESS;
                        }
                    }
                }
                process app { sleep(1ms); print("done"); }
                """.formatted(chip, isr);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "on write GO(value) { for (;;) { } } | steps",
        "void again(void) { after 0us { again(); } } on write GO(value) { again(); } | steps",
        "void more(void) { after 1us { more(); more(); } } on write GO(value) { more(); } | hardware events",
        "void deep(void) { deep(); deep(); } on write GO(value) { deep(); } | call depth"})
    void aDeviceWithoutEndMeetsALimit(String chip, String limit) {
        Scripts.Ran ran = Scripts.run(script(chip, "return FALSE;"), SMALL);
        assertThat(ran.exit()).isEqualTo(Outcome.LIMIT);
        assertThat(ran.text()).contains("LIMIT of " + limit);
    }

    @Test
    void anInterruptServiceRoutineWithoutEndMeetsTheLimitOfSteps() {
        Scripts.Ran ran = Scripts.run(script("on write GO(value) { raise Line; raise Line; }", "for (;;) { } return TRUE;"), SMALL);
        assertThat(ran.exit()).isEqualTo(Outcome.LIMIT);
    }

    @Test
    void aLineThatRisesAgainWheneverItFallsEndsAtTheLimitOfSteps() {
        String chip = "on write GO(value) { raise Line; }";
        Scripts.Ran ran = Scripts.run(script(chip, "WRITE_REGISTER_ULONG(GetC(WdfInterruptGetDevice(Interrupt))->Registers + 1, 0);"
                + "WRITE_REGISTER_ULONG(GetC(WdfInterruptGetDevice(Interrupt))->Registers, 1); return TRUE;"), SMALL);
        assertThat(ran.exit()).isEqualTo(Outcome.LIMIT);
    }

    @Test
    void aStormIsToldAndTheMachineGoesOn() {
        Scripts.Ran ran = Scripts.run(script("on write GO(value) { raise Line; }", "return TRUE;"), SMALL);
        assertThat(ran.text()).contains("InterruptStorm").contains("done");
    }

    @Test
    void anExceptionInADeviceIsTheModelsFault() {
        Scripts.Ran ran = Scripts.run(script("on write GO(value) { ULONG zero = value - 1; ACK = value / zero; }", "return FALSE;"), SMALL);
        assertThat(ran.text()).contains("HardwareFault").contains("STATUS_INTEGER_DIVIDE_BY_ZERO").contains("done");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hardware H { registers memory { 0 DATA UCHAR[100000]; } }", "hardware H { registers memory { 0x7FFFFFFFFFFFFFFF A ULONG; } }",
        "hardware H { registers memory { 0 A UCHAR fifo(1000000); } }", "hardware H { registers memory { 0 A ULONG { B : 200..3; } } }"})
    void whatIsTooLargeIsAFinding(String script) {
        assertThat(Scripts.findings(script)).contains("LANG-160");
    }

    @Test
    void variablesOfADeviceHaveARoomOfTheirOwn() {
        assertThat(Scripts.findings("hardware H { UCHAR big[100000000]; }")).contains("error");
    }
}
