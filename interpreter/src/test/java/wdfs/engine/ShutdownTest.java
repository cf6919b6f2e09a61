package wdfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What drivers hear of the system's end, which lies behind the last statement of every script.
class ShutdownTest {
    private static final String DRIVER = """
            driver D kmdf 1.33 {
                VOID Last(WDFDEVICE Device) { DbgPrint("last chance\\n"); }
                VOID Unload(WDFDRIVER Driver) { DbgPrint("unload\\n"); }
                EvtDriverUnload = Unload;
                device First control {
                    name L"\\\\Device\\\\DFirst"; symbolic_link L"\\\\DosDevices\\\\DFirst";
                    EvtDeviceShutdownNotification(Device) { DbgPrint("first at IRQL %d, process %d\\n", KeGetCurrentIrql(), (int)(ULONG_PTR)PsGetCurrentProcessId()); }
                    queue Default parallel {
                        EvtIoWrite(Queue, Request, Length) {
                            PWDFDEVICE_INIT init = WdfControlDeviceInitAllocate(WdfGetDriver(), &SDDL_DEVOBJ_SYS_ALL_ADM_ALL);
                            WDFDEVICE device;
                            NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
                            if (init != NULL) {
                                WdfControlDeviceInitSetShutdownNotification(init, Last, WdfDeviceLastChanceShutdown);
                                status = WdfDeviceCreate(&init, WDF_NO_OBJECT_ATTRIBUTES, &device);
                            }
                            if (NT_SUCCESS(status)) { WdfControlFinishInitializing(device); if (Length == 2) WdfObjectDelete(device); }
                            WdfRequestComplete(Request, status);
                        }
                    }
                }
                device Second control {
                    name L"\\\\Device\\\\DSecond"; symbolic_link L"\\\\DosDevices\\\\DSecond";
                    EvtDeviceShutdownNotification(Device) { DbgPrint("second\\n"); }
                }
            }
            """;

    @Test
    void OBJ_138_controlDevicesHearOfTheSystemsEndTheLastOneFirst() {
        assertThat(Scripts.run(DRIVER + "process app { print(1); }").lines())
                .startsWith("1", "D: second", "D: first at IRQL 0, process 4", "D: unload");
    }

    @Test
    void OBJ_138_theLastChanceComesBehindAllOthers() {
        assertThat(Scripts.run(DRIVER + "process app { expect write(open(L\"\\\\\\\\.\\\\DFirst\"), \"1\").ok; }").lines())
                .startsWith("D: second", "D: first at IRQL 0, process 4", "D: last chance", "D: unload");
    }

    @Test
    void OBJ_138_aDeviceThatIsGoneHearsNothing() {
        assertThat(Scripts.run(DRIVER + "process app { expect write(open(L\"\\\\\\\\.\\\\DFirst\"), \"12\").ok; }").lines())
                .startsWith("D: second", "D: first at IRQL 0, process 4", "D: unload");
    }

    @Test
    void OBJ_138_itIsForControlDevices() {
        Scripts.Ran ran = Scripts.run("""
                driver D kmdf 1.33 {
                    VOID Last(WDFDEVICE Device) { DbgPrint("never\\n"); }
                    NTSTATUS Add(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit) {
                        WDFDEVICE device;
                        WdfControlDeviceInitSetShutdownNotification(DeviceInit, Last, WdfDeviceShutdown);
                        return WdfDeviceCreate(&DeviceInit, WDF_NO_OBJECT_ATTRIBUTES, &device);
                    }
                    NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
                        WDF_DRIVER_CONFIG config;
                        WDF_DRIVER_CONFIG_INIT(&config, Add);
                        return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config, WDF_NO_HANDLE);
                    }
                }
                devnode Node { function D; }
                process app { print(1); }
                """);
        assertThat(ran.reports()).singleElement().asString().contains("FrameworkBreak", "OBJ-138");
        assertThat(ran.text()).doesNotContain("never");
    }
}
