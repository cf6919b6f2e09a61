package wdfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What scripts themselves cannot see of plug and play: the machine's size and its shutdown.
class PlugAndPlayTest {
    private static String forest(int devnodes) {
        StringBuilder script = new StringBuilder("""
                DEFINE_GUID(GUID_LEAF, 0x6b2c4a12, 0x1d3e, 0x4f5a, 0x81, 0x92, 0xa3, 0xb4, 0xc5, 0xd6, 0xe7, 0xf8);
                driver Leaf kmdf {
                    ULONG Started, Left;
                    device Leaf {
                        interface GUID_LEAF;
                        EvtDeviceD0Entry(Device, PreviousState) { Started++; return STATUS_SUCCESS; }
                        EvtDeviceD0Exit(Device, TargetState) { Left++; return STATUS_SUCCESS; }
                        queue Default parallel { EvtIoRead(Queue, Request, Length) { WdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, 0); } }
                    }
                    EvtDriverUnload(Driver) { DbgPrint("%u in, %u out\\n", Started, Left); }
                }
                """);
        for (int i = 0; i < devnodes; i++) {
            script.append("devnode N").append(i).append(" { function Leaf; }\n");
        }
        return script.append("""
                process app {
                    HANDLE h = open(device_interface(GUID_LEAF, %d));
                    print(read(h, 4).ok);
                    close(h);
                    print(power(S3));
                    print(power(S0));
                }
                """.formatted(devnodes - 1)).toString();
    }

    @Test
    void aThousandDevicesStartSleepWakeUpAndGo() {
        assertThat(Scripts.run(forest(1000)).lines()).startsWith("true", "STATUS_SUCCESS", "STATUS_SUCCESS", "Leaf: 2000 in, 2000 out");
    }

    @Test
    void theSystemsShutdownIsToldToWhoRegisteredLastFirst() {
        assertThat(Scripts.run("""
                driver First kmdf { device First control { name L"\\\\Device\\\\First"; EvtDeviceShutdownNotification(Device) { DbgPrint("down\\n"); } } }
                driver Second wdm {
                    device Second { name L"\\\\Device\\\\Second"; }
                    IRP_MJ_SHUTDOWN(DeviceObject, Irp) {
                        DbgPrint("down\\n");
                        Irp->IoStatus.Status = STATUS_SUCCESS;
                        IoCompleteRequest(Irp, IO_NO_INCREMENT);
                        return STATUS_SUCCESS;
                    }
                    IRP_MJ_CREATE(DeviceObject, Irp) {
                        IoRegisterLastChanceShutdownNotification(DeviceObject);
                        IoRegisterShutdownNotification(DeviceObject);
                        Irp->IoStatus.Status = STATUS_SUCCESS;
                        IoCompleteRequest(Irp, IO_NO_INCREMENT);
                        return STATUS_SUCCESS;
                    }
                    DriverUnload(DriverObject) { DbgPrint("unload\\n"); }
                }
                process app {
                    HANDLE h;
                    IO_STATUS_BLOCK iosb;
                    UNICODE_STRING name;
                    OBJECT_ATTRIBUTES attributes;
                    RtlInitUnicodeString(&name, L"\\\\Device\\\\Second");
                    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, NULL, NULL);
                    print(NtCreateFile(&h, GENERIC_READ, &attributes, &iosb, NULL, 0, 0, FILE_OPEN, FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0));
                }
                """).lines()).startsWith("STATUS_SUCCESS", "Second: down", "First: down", "Second: down", "Second: unload");
    }

    /// The file is closed behind the removal, by another thread of the system, and its device is PnP's own: that driver goes last.
    @Test
    void whatOnlyTheLastRemovalCompletesKeepsItsFileUntilThen() {
        assertThat(Scripts.run("""
                driver Holder kmdf {
                    device Holder {
                        symbolic_link L"\\\\DosDevices\\\\Holder";
                        queue Default parallel {
                            power_managed off;
                            EvtIoRead(Queue, Request, Length) { }
                            EvtIoStop(Queue, Request, ActionFlags) { DbgPrint("stop %x\\n", ActionFlags); WdfRequestComplete(Request, STATUS_DEVICE_REMOVED); }
                        }
                        EvtDeviceSurpriseRemoval(Device) { DbgPrint("pulled out\\n"); }
                        EvtDeviceSelfManagedIoCleanup(Device) { DbgPrint("gone\\n"); }
                    }
                }
                devnode Node { function Holder; }
                process app {
                    HANDLE h = open(L"\\\\\\\\.\\\\Holder", overlapped: true);
                    read(h, 4, async: true);
                    print(unplug(Node));
                    print(close(h));
                }
                """).text()).contains("Holder: pulled out\nSTATUS_SUCCESS\ntrue\n", "RequestNotCompleted", "Holder: stop 2\nHolder: gone\n").doesNotContain("BUGCHECK");
    }

    @Test
    void aHelperForDevnodesIsNotAboutDrivers() {
        String script = "driver D kmdf { device D { } } devnode N { function D; } process p { %s; }";
        assertThat(Scripts.findings(script.formatted("plug(D)"))).contains("LANG-105").contains("plug is about a devnode, and D is a driver");
        assertThat(Scripts.findings(script.formatted("load(N)"))).contains("LANG-105").contains("load is about a driver, and N is a devnode");
        assertThat(Scripts.findings(script.formatted("unplug(N)"))).doesNotContain("LANG-105");
    }
}
