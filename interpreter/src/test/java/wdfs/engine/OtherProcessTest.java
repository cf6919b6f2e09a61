package wdfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A user pointer that was probed where it came from, and is used where another process runs: the same number is another's
/// memory there, even if that process has probed it for a request of its own.
class OtherProcessTest {
    private static final String SCRIPT = """
            #define CODE_KEEP CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_NEITHER, FILE_ANY_ACCESS)
            #define CODE_FREE CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_NEITHER, FILE_ANY_ACCESS)
            driver D kmdf 1.33 {
                context USED as GetUsed { PUCHAR Pointer; }
                WDFREQUEST kept;
                device D control {
                    name L"\\\\Device\\\\D"; symbolic_link L"\\\\DosDevices\\\\D"; request_context USED;
                    EvtIoInCallerContext(Device, Request) {
                        PVOID in;
                        if (NT_SUCCESS(WdfRequestRetrieveUnsafeUserInputBuffer(Request, 1, &in, NULL))) {
                            __try { ProbeForRead(in, 8, 1); } __except (EXCEPTION_EXECUTE_HANDLER) { }
                            GetUsed(Request)->Pointer = in;
                        }
                        WdfDeviceEnqueueRequest(Device, Request);
                    }
                    queue Default parallel {
                        EvtIoDeviceControl(Queue, Request, OutputBufferLength, InputBufferLength, IoControlCode) {
                            if (IoControlCode == CODE_KEEP) { WdfRequestForwardToIoQueue(Request, Slow); return; }
                            WdfRequestComplete(kept, STATUS_SUCCESS);
                            WdfRequestComplete(Request, STATUS_SUCCESS);
                        }
                    }
                    queue Slow sequential {
                        EvtIoDeviceControl(Queue, Request, OutputBufferLength, InputBufferLength, IoControlCode) {
                            if (kept == NULL) { kept = Request; return; }
                            UCHAR first = 0;
                            __try { first = GetUsed(Request)->Pointer[0]; } __except (EXCEPTION_EXECUTE_HANDLER) { }
                            DbgPrint("%%c\\n", first);
                            WdfRequestComplete(Request, STATUS_SUCCESS);
                        }
                    }
                }
            }
            process a {
                PUCHAR mine = (PUCHAR)VirtualAlloc(NULL, 4096, MEM_COMMIT, PAGE_READWRITE);
                memset(mine, 'a', 16);
                HANDLE h = open(L"\\\\\\\\.\\\\D", overlapped: true);
                OVERLAPPED o = { 0 };
                DeviceIoControl(h, CODE_KEEP, mine, 8, NULL, 0, NULL, &o);
                sleep(10ms);
                OVERLAPPED p = { 0 };
                DeviceIoControl(h, CODE_FREE, mine, %s, NULL, 0, NULL, &p);
                sleep(10ms);
            }
            process b {
                sleep(5ms);
                PUCHAR mine = (PUCHAR)VirtualAlloc(NULL, 4096, MEM_COMMIT, PAGE_READWRITE);
                memset(mine, 'b', 16);
                HANDLE h = open(L"\\\\\\\\.\\\\D", overlapped: true);
                OVERLAPPED o = { 0 };
                DeviceIoControl(h, CODE_KEEP, mine, 8, NULL, 0, NULL, &o);
                sleep(30ms);
            }
            """;

    @ParameterizedTest
    @ValueSource(strings = {"8", "0"})
    void whatTheRunningProcessHasProbedIsNotTheRequestsMemory(String length) {
        Scripts.Ran ran = Scripts.run(SCRIPT.formatted(length));
        assertThat(ran.lines()).as("the driver reads the wrong process").contains("D: a");
        assertThat(ran.reports()).singleElement().asString().contains("UserPointerNoProbe").contains("process a");
    }

    @Test
    void whatTheRequestsOwnProcessHasProbedIs() {
        assertThat(Scripts.run(SCRIPT.formatted("8").replace("process b {", "process b after a {")).reports()).isEmpty();
    }
}
