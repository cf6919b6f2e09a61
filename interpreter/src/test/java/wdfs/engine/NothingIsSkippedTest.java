package wdfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the runtime lacks is refused by name, and what makes no sense where it stands is refused too: nothing that a script
/// says is read and then forgotten.
class NothingIsSkippedTest {
    private static String device(String kind, String device) {
        return """
                context STATE as GetState { ULONG n; }
                driver D %s {
                    device D %s { name L"\\\\Device\\\\D"; %s }
                }
                """.formatted(kind, kind.equals("kmdf") ? "control" : "", device);
    }

    @ParameterizedTest
    @ValueSource(strings = {"context STATE;", "request_context STATE;", "file_context STATE;", "interface X;", "filter;", "file_object;", "power_policy_owner;", "auto_forward on;"})
    void aWdmDeviceHasNothingOfTheFramework(String property) {
        assertThat(Scripts.findings(device("wdm", property))).contains("LANG-142").contains("is the framework's, which a wdm driver does not have");
    }

    @Test
    void aWdmDriverHasNothingOfTheFramework() {
        assertThat(Scripts.findings("driver D wdm { pool_tag 'abcd'; device D { name L\"\\\\Device\\\\D\"; } }")).contains("LANG-142").contains("pool_tag is the framework's");
    }

    @Test
    void hostMeansNothingInADriver() {
        assertThat(Scripts.findings("driver D kmdf { host own; device D control { name L\"\\\\Device\\\\D\"; } }")).contains("LANG-142").contains("host means nothing in a driver");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "spin_lock Lock interrupt;                                                   | LANG-142 | interrupt means nothing in a spin_lock",
        "interrupt Line lock Guard { EvtInterruptIsr(Interrupt, MessageID) { return TRUE; } } spin_lock Guard; | LANG-142 | a spin_lock of the device that stands above",
        "spin_lock Guard; interrupt Line passive lock Guard { EvtInterruptIsr(Interrupt, MessageID) { return TRUE; } } | LANG-142 | a wait_lock of the device that stands above",
        "dma_enabler Engine length 4096;                                             | LANG-142 | profile NAME",
        "dma_enabler Engine profile packet;                                          | LANG-142 | length N",
        "dma_enabler Engine profile fast length 4096;                                | LANG-142 | fast is nothing that profile can be",
        "dma_enabler Engine profile packet length 4096 { EvtDmaEnabler(DmaEnabler) { return 0; } } | LANG-143 | EvtDmaEnabler is no callback of a dma_enabler",
        "interface L\"X\";                                                            | LANG-142 | interface",
        "power_policy_owner maybe;                                                   | LANG-142 | maybe",
        "extension STATE;                                                            | LANG-142 | context",
        "queue Q parallel { execution_level high; }                                  | LANG-142 | high",
        "queue Q parallel { power_managed on; }                                      | LANG-159 | power",
        "queue Q parallel { power_managed maybe; }                                   | LANG-142 | maybe",
        "queue Q parallel { EvtIoQueueState(Queue, Context) { } }                    | LANG-143 | EvtIoQueueState is no callback of a queue",
        "wait_lock Gate { synchronization_scope none; }                              | LANG-142 | synchronization_scope",
    })
    void whatAKmdfDeviceCannotHave(String text, String code, String words) {
        assertThat(Scripts.findings(device("kmdf", text))).contains(code).contains(words);
    }

    @Test
    void aContextMayBearAWordOfAnotherProperty() {
        assertThat(Scripts.findings("driver D kmdf { context queue as GetIt { ULONG n; } device D control { name L\"\\\\Device\\\\D\"; queue Q parallel { context queue; power_managed off; synchronization_scope none; } } }"))
                .doesNotContain("error");
    }

    @Test
    void theSddlOfAWdmDeviceDecidesWhoOpensIt() {
        String script = """
                driver D wdm {
                    device D { name L"\\\\Device\\\\D"; symbolic_link L"\\\\DosDevices\\\\D"; %s }
                    IRP_MJ_CREATE(DeviceObject, Irp) { Irp->IoStatus.Status = STATUS_SUCCESS; IoCompleteRequest(Irp, IO_NO_INCREMENT); return STATUS_SUCCESS; }
                }
                process a { print(open(L"\\\\\\\\.\\\\D", GENERIC_READ) != INVALID_HANDLE_VALUE); print(open(L"\\\\\\\\.\\\\D", GENERIC_WRITE) != INVALID_HANDLE_VALUE); }
                """;
        assertThat(Scripts.run(script.formatted("")).lines()).startsWith("1", "1");
        assertThat(Scripts.run(script.formatted("sddl L\"D:P(A;;GA;;;SY)(A;;GR;;;WD)\";")).lines()).startsWith("1", "0");
        assertThat(Scripts.run(script.formatted("sddl SDDL_DEVOBJ_SYS_ALL_ADM_ALL;")).lines()).startsWith("0", "0");
    }

    @Test
    void aProcessOfATestComesAfterAnother() {
        String test = """
                test "t" {
                    process a { sleep(5ms); print("a"); }
                    process b after %s { print("b"); }
                }
                """;
        assertThat(Scripts.test(test.formatted("a")).lines()).containsExactly("a", "b");
        assertThat(Scripts.findings(test.formatted("aa"))).contains("LANG-152").contains("did you mean a?");
    }
}
