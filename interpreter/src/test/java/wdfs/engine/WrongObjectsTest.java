package wdfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Addresses of readable memory where no driver, device or IRP lies: the driver's mistake, and not a fault of wdfs.
class WrongObjectsTest {
    private static final String DRIVER = """
            driver D wdm {
                NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
                    PDEVICE_OBJECT device;
                    PVOID wrong = ExAllocatePool2(POOL_FLAG_NON_PAGED, 1024, 'gnrW');
                    NTSTATUS status = IoCreateDevice(DriverObject, %s, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
                    DbgPrint("status %%x\\n", status);
                    if (!NT_SUCCESS(status)) return status;
                    %s
                    return status;
                }
            }
            process app { print(1); }
            """;

    @ParameterizedTest
    @ValueSource(strings = {"status = IoCreateDevice((PDRIVER_OBJECT)wrong, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);",
        "IoRegisterShutdownNotification((PDEVICE_OBJECT)wrong);", "IoUnregisterShutdownNotification((PDEVICE_OBJECT)wrong);", "IoInvalidateDeviceState((PDEVICE_OBJECT)wrong);",
        "POWER_STATE state; state.DeviceState = PowerDeviceD0; PoSetPowerState((PDEVICE_OBJECT)wrong, DevicePowerState, state);",
        "status = DriverObject->MajorFunction[IRP_MJ_READ](device, (PIRP)wrong);"})
    void VER_033_VER_037_whatIsNoObjectEndsTheMachine(String call) {
        Scripts.Ran ran = Scripts.run(DRIVER.formatted("0", call));
        assertThat(ran.outcome().bugChecks()).as(ran.text()).isEqualTo(1);
        assertThat(ran.text()).contains(" is no ");
    }

    @Test
    void anExtensionThatThereIsNoMemoryForFailsTheCreation() {
        assertThat(Scripts.run(DRIVER.formatted("0xF0000000", "")).lines()).startsWith("D: status c000009a");
    }

    /// The dispatch routine of the framework, for a device that is none of the framework's.
    @ParameterizedTest
    @ValueSource(strings = {"(PDEVICE_OBJECT)wrong, irp", "other, irp", "WdfDeviceWdmGetDeviceObject(WdfIoQueueGetDevice(Queue)), (PIRP)wrong"})
    void theFrameworksDispatchRoutineIsCalledWithWhatIsNotItsOwn(String arguments) {
        Scripts.Ran ran = Scripts.run("""
                driver D kmdf 1.33 {
                    device D control {
                        name L"\\\\Device\\\\D";
                        symbolic_link L"\\\\DosDevices\\\\D";
                        queue Default parallel {
                            EvtIoRead(Queue, Request, Length) {
                                PDRIVER_OBJECT driver = WdfDriverWdmGetDriverObject(WdfGetDriver());
                                PVOID wrong = ExAllocatePool2(POOL_FLAG_NON_PAGED, 1024, 'gnrW');
                                PIRP irp = WdfRequestWdmGetIrp(Request);
                                PDEVICE_OBJECT other;
                                if (NT_SUCCESS(IoCreateDevice(driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &other))) driver->MajorFunction[IRP_MJ_READ](%s);
                            }
                        }
                    }
                }
                process app { read(open(L"\\\\\\\\.\\\\D"), 8); }
                """.formatted(arguments));
        assertThat(ran.outcome().bugChecks()).as(ran.text()).isEqualTo(1);
        assertThat(ran.text()).contains(" is no ");
    }

    /// The count of handles of an exclusive device: what was not opened does not count.
    @Test
    void REQ_201_aFileObjectThatCannotBeMadeLeavesTheDeviceFree() {
        Scripts.Ran ran = Scripts.run("""
                struct CONTEXT { ULONG Value; };
                WDF_DECLARE_CONTEXT_TYPE(CONTEXT);
                driver D kmdf 1.33 {
                    VOID Opens(WDFDEVICE Device, WDFREQUEST Request, WDFFILEOBJECT File) { WdfRequestComplete(Request, STATUS_SUCCESS); }
                    NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
                        WDF_DRIVER_CONFIG config;
                        WDF_OBJECT_ATTRIBUTES attributes;
                        WDF_FILEOBJECT_CONFIG files;
                        WDFDRIVER driver;
                        WDFDEVICE device;
                        DECLARE_CONST_UNICODE_STRING(name, L"\\\\Device\\\\D");
                        DECLARE_CONST_UNICODE_STRING(link, L"\\\\DosDevices\\\\D");
                        WDF_DRIVER_CONFIG_INIT(&config, WDF_NO_EVENT_CALLBACK);
                        config.DriverInitFlags = WdfDriverInitNonPnpDriver;
                        NTSTATUS status = WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config, &driver);
                        if (!NT_SUCCESS(status)) return status;
                        PWDFDEVICE_INIT init = WdfControlDeviceInitAllocate(driver, &SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_RW_RES_R);
                        if (init == NULL) return STATUS_INSUFFICIENT_RESOURCES;
                        WDF_FILEOBJECT_CONFIG_INIT(&files, Opens, WDF_NO_EVENT_CALLBACK, WDF_NO_EVENT_CALLBACK);
                        WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, CONTEXT);
                        attributes.ContextSizeOverride = (SIZE_T)-1;
                        WdfDeviceInitSetFileObjectConfig(init, &files, &attributes);
                        WdfDeviceInitSetExclusive(init, TRUE);
                        status = WdfDeviceInitAssignName(init, &name);
                        if (NT_SUCCESS(status)) status = WdfDeviceCreate(&init, WDF_NO_OBJECT_ATTRIBUTES, &device);
                        if (NT_SUCCESS(status)) status = WdfDeviceCreateSymbolicLink(device, &link);
                        if (NT_SUCCESS(status)) WdfControlFinishInitializing(device);
                        return status;
                    }
                }
                process app {
                    for (i in [0, 1]) { HANDLE h = CreateFile(L"\\\\\\\\.\\\\D", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL); print(GetLastError()); }
                }
                """);
        assertThat(ran.lines().subList(0, 2)).as(ran.text()).containsExactly("534", "534");
    }
}
