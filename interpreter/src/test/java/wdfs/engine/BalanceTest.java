package wdfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import wdfs.machine.Region;
import wdfs.runtime.Machine;

/// Whatever is left behind the shutdown of a test fails it, with the thing's name and the place that made it.
class BalanceTest {
    private static final String DRIVER = """
            #define CODE CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)
            driver D kmdf 1.33 {
                PMDL Left;
                device D control {
                    name L"\\\\Device\\\\D"; symbolic_link L"\\\\DosDevices\\\\D";
                    queue Default sequential {
                        EvtIoDeviceControl(Queue, Request, OutputBufferLength, InputBufferLength, IoControlCode) {
                            PUCHAR *in;
                            WDFMEMORY memory;
                            WDFOBJECT object;
                            NTSTATUS status = WdfRequestRetrieveInputBuffer(Request, 8, (PVOID *)&in, NULL);
            %s
                            WdfRequestComplete(Request, STATUS_SUCCESS);
                        }
                    }
                }
            }
            test "t" {
                UCHAR data[16] = { 0 };
                UCHAR *address = data;
                ioctl(open(L"\\\\\\\\.\\\\D"), CODE, &address);
            }
            """;

    private static Scripts.Ran leaves(String body) {
        return Scripts.test(DRIVER.formatted(body.indent(16)).replace("CODE, &address", "CODE, (ULONG64)address"));
    }

    @Test
    void nothingIsLeftOfAnOrderlyTest() {
        Scripts.Ran ran = leaves("""
                ExFreePool(ExAllocatePool2(POOL_FLAG_NON_PAGED, 8, 'tfeL'));
                status = WdfMemoryCreate(NULL, NonPagedPoolNx, 'tfeL', 8, &memory, NULL);
                Left = IoAllocateMdl(*in, 16, FALSE, FALSE, NULL);
                __try { MmProbeAndLockPages(Left, UserMode, IoReadAccess); } __except (EXCEPTION_EXECUTE_HANDLER) { }
                MmUnlockPages(Left);
                IoFreeMdl(Left);
                """);
        assertThat(ran.text()).isEmpty();
        assertThat(ran.exit()).isZero();
    }

    @Test
    void poolIsLeft() {
        Scripts.Ran ran = leaves("ExAllocatePool2(POOL_FLAG_NON_PAGED, 24, 'tfeL');");
        assertThat(ran.exit()).isEqualTo(4);
        assertThat(ran.text()).contains("BUGCHECK 0xC4").contains("leaves 1 pool block").contains("24 bytes, allocated as 'Left' at test.wdfs:12");
    }

    @Test
    void anMdlIsLeft() {
        Scripts.Ran ran = leaves("Left = IoAllocateMdl(in, 8, FALSE, FALSE, NULL);");
        assertThat(ran.exit()).isEqualTo(4);
        assertThat(ran.text()).contains("BUGCHECK 0xC4").contains("(0x62, ").contains("MDL#").contains("test.wdfs:12");
    }

    @Test
    void aLockOnPagesOfAProcessIsLeft() {
        Scripts.Ran ran = leaves("Left = IoAllocateMdl(*in, 16, FALSE, FALSE, NULL); MmProbeAndLockPages(Left, UserMode, IoReadAccess);");
        assertThat(ran.exit()).isEqualTo(4);
        assertThat(ran.text()).contains("BUGCHECK 0xCB").contains("process test ends").contains("test.wdfs:12");
    }

    @Test
    void aMappedMdlIsLeftWithoutTheVerifierAndThatIsTold() {
        Scripts.Ran ran = run("""
                Left = IoAllocateMdl(&Left, 8, FALSE, FALSE, NULL);
                MmProbeAndLockPages(Left, KernelMode, IoReadAccess);
                MmGetSystemAddressForMdlSafe(Left, NormalPagePriority);
                """, RunOptions.DEFAULT.withVerifier(Machine.Verifier.OFF), machine -> { });
        assertThat(ran.exit()).isEqualTo(4);
        assertThat(ran.text()).contains("LEAK PoolLeak").contains("MDL#");
        assertThat(ran.text()).contains("LEAK LeftBehind").contains("1 mapping").contains("SystemSpace#");
    }

    @Test
    void aFrameworkObjectIsLeft() {
        Scripts.Ran ran = leaves("status = WdfObjectCreate(NULL, &object); WdfObjectReference(object);");
        assertThat(ran.exit()).isEqualTo(4);
        assertThat(ran.text()).contains("LEAK ObjectLeak (VER-220): driver D unloads and leaves 1 framework object").contains("WDFOBJECT#1 with 1 reference, made at test.wdfs:12");
        assertThat(ran.text()).doesNotContain("LeftBehind");
    }

    @Test
    void memoryIsLeft() {
        Scripts.Ran ran = leaves("status = WdfMemoryCreate(NULL, NonPagedPoolNx, 'tfeL', 8, &memory, NULL); WdfObjectReference(memory);");
        assertThat(ran.exit()).isEqualTo(4);
        assertThat(ran.text()).contains("ObjectLeak").contains("WDFMEMORY#1 with 1 reference").doesNotContain("LeftBehind");
    }

    @Test
    void anIrpIsLeft() {
        Scripts.Ran ran = leaves("IoAllocateIrp(2, FALSE);");
        assertThat(ran.exit()).isEqualTo(4);
        assertThat(ran.text()).contains("LEAK LeftBehind: after the shutdown the machine still has 1 IRP").contains("IRP: IRP#3").contains("of driver D, made at test.wdfs:12");
    }

    @Test
    void whatIsAnnouncedIsNotToldAgain() {
        Scripts.Ran ran = Scripts.test(DRIVER.formatted("status = WdfObjectCreate(NULL, &object); WdfObjectReference(object);".indent(16))
                .replace("ioctl(open(L\"\\\\\\\\.\\\\D\"), CODE, &address);", "HANDLE h = open(L\"\\\\\\\\.\\\\D\"); ioctl(h, CODE, (ULONG64)address); close(h); expect violation ObjectLeak { unload(\"D\"); }"));
        assertThat(ran.text()).isEmpty();
        assertThat(ran.exit()).isZero();
    }

    /// What the machine itself forgets: put there by hand, since it forgets nothing.
    @Test
    void theMachinesOwnIsSeen() {
        assertThat(run("", RunOptions.DEFAULT, machine -> machine.nonpaged.allocate(40, "SystemBuffer", true)).text())
                .contains("LEAK LeftBehind").contains("system block: SystemBuffer#").contains("40 bytes");
        assertThat(run("", RunOptions.DEFAULT, machine -> machine.paged.allocate(40, "Pool", true)).text()).contains("1 pool block");
        assertThat(run("", RunOptions.DEFAULT, machine -> machine.memory.add(null, new Region(Machine.SYSTEM_PTES + 0x5_0000, 64, "SystemSpace", 9))).text())
                .contains("1 mapping").contains("SystemSpace#9, 64 bytes");
        assertThat(run("", RunOptions.DEFAULT, machine -> machine.memory.lockFrame(null, machine.nonpaged.allocate(40, "SystemBuffer", true).base)).text())
                .contains("1 page lock").contains("1 that no MDL accounts for");
    }

    private interface Change {
        void to(Machine machine);
    }

    /// Runs the test, and changes its machine when the first request has come.
    private static Scripts.Ran run(String body, RunOptions options, Change change) {
        Engine engine = new Engine();
        String text = DRIVER.formatted(body.indent(16)).replace("CODE, &address", "CODE, (ULONG64)address");
        Compilation compilation = engine.compile(wdfs.source.SourceFile.script("test.wdfs", text), wdfs.semantics.SourceLoader.none());
        List<String> lines = new ArrayList<>();
        Simulation simulation = new Simulation(engine, compilation.program().orElseThrow(), options, lines::add);
        change.to(simulation.machine());
        Outcome outcome = simulation.runTest(compilation.program().get().tests().getFirst());
        return new Scripts.Ran(lines, outcome.exitCode(), outcome);
    }
}
