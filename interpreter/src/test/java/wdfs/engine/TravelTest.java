package wdfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import wdfs.runtime.Travel;

/// The events of a request's buffers, and the trace that is made of them.
class TravelTest {
    private static final String BODY = """
            if (out != NULL) RtlFillMemory(out, outLength, 7);
            WdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, 3);
            """;

    private static List<Travel> travel(String code) {
        Compilation compilation = Scripts.compile(Scripts.driver(BODY, "ioctl(h, " + code + ", x\"01 02\", out: 5); close(h);"));
        List<Travel> events = new ArrayList<>();
        List<String> printed = new ArrayList<>();
        Simulation simulation = new Simulation(new Engine(), compilation.program().orElseThrow(), RunOptions.DEFAULT, printed::add);
        simulation.listen((_, event) -> {
            if (event instanceof Travel t) {
                events.add(t);
            }
        });
        simulation.run();
        assertThat(printed).as("who listens changes nothing of what is printed").hasSize(1);
        return events;
    }

    private static List<String> kinds(List<Travel> events) {
        return events.stream().map(e -> e.lane() + " " + e.getClass().getSimpleName()).toList();
    }

    @Test
    void aBufferedControlIsProbedCopiedInAndCopiedBack() {
        List<Travel> events = travel("CODE_BUFFERED");
        assertThat(kinds(events)).containsExactly("io Probed", "io Probed", "io Begun", "io Allocated", "io Copied", "io Dispatched", "kmdf Presented", "kmdf Retrieved", "kmdf Retrieved",
                "kmdf Completed", "io Completed", "io Copied", "io Finished", "io Freed");
        Travel.Place buffer = events.stream().mapMulti((Travel e, java.util.function.Consumer<Travel.Place> out) -> {
            if (e instanceof Travel.Allocated a) {
                out.accept(a.buffer());
            }
        }).findFirst().orElseThrow();
        assertThat(events).contains(new Travel.Copied(2, "io", Travel.Why.IN, ((Travel.Begun) events.get(2)).in(), buffer, 2),
                new Travel.Retrieved(2, "kmdf", "WdfRequestRetrieveOutputBuffer", 0, "", buffer, 5), new Travel.Finished(2, 0, 3, true));
        assertThat(buffer.toString()).isEqualTo("SystemBuffer#2");
    }

    @Test
    void aDirectControlIsLockedMappedAtTheFirstUseAndUnlocked() {
        List<Travel> events = travel("CODE_OUT_DIRECT");
        assertThat(kinds(events)).containsExactly("io Probed", "io Begun", "io Allocated", "io Copied", "io Locked", "io Dispatched", "kmdf Presented", "kmdf Retrieved", "kmdf Mapped",
                "kmdf Retrieved", "kmdf Completed", "io Completed", "io Finished", "io Freed", "io Unlocked");
        assertThat(events).anySatisfy(e -> assertThat(e).isInstanceOfSatisfying(Travel.Locked.class, l -> {
            assertThat(l.forWrite()).isTrue();
            assertThat(l.length()).isEqualTo(5);
            assertThat(l.buffer().toString()).startsWith("app:OutputBuffer#");
        }));
    }

    @Test
    void theTraceIsMadeOfTheEvents() {
        List<String> lines = Scripts.run(Scripts.driver(BODY, "ioctl(h, CODE_OUT_DIRECT, x\"01\", out: 5);"), RunOptions.DEFAULT.withTrace(true)).lines();
        assertThat(lines).containsSubsequence(
                "+0us    io      #2 IRP_MJ_DEVICE_CONTROL CODE_OUT_DIRECT  METHOD_OUT_DIRECT  in 1  out 5",
                "+0us    io      #2 copy    1 byte  app:InputBuffer#1 → SystemBuffer#2",
                "+0us    io      #2 lock    1 page for writing  app:OutputBuffer#1 (5 bytes at +070)  → MDL#1",
                "+0us    kmdf    #2 present Default → EvtIoDeviceControl",
                "+0us    kmdf    #2 WdfRequestRetrieveInputBuffer → SystemBuffer#2 (1)",
                "+0us    kmdf    #2 map     MDL#1 at SystemSpace#1 (5)",
                "+0us    kmdf    #2 WdfRequestRetrieveOutputBuffer → SystemSpace#1 (5)",
                "+0us    kmdf    #2 complete STATUS_SUCCESS information 3",
                "+0us    io      #2 complete STATUS_SUCCESS information 3",
                "+0us    io      #2 free    SystemBuffer#2",
                "+0us    io      #2 unlock  MDL#1; nothing copied back");
    }

    @Test
    void theTraceTellsOfCompletionPackets() {
        List<String> lines = Scripts.run(Scripts.driver(BODY, """
                HANDLE a = CreateFile(L"\\\\\\\\.\\\\D", GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, FILE_FLAG_OVERLAPPED, NULL);
                HANDLE port = CreateIoCompletionPort(a, NULL, 0x2A, 0);
                UCHAR data[5];
                OVERLAPPED ov = { 0 };
                OVERLAPPED *done;
                DWORD n;
                ULONG_PTR key;
                DeviceIoControl(a, CODE_BUFFERED, NULL, 0, data, 5, NULL, &ov);
                GetQueuedCompletionStatus(port, &n, &key, &done, INFINITE);
                """), RunOptions.DEFAULT.withTrace(true)).lines();
        assertThat(lines.stream().map(line -> line.replaceAll("Stack#1\\+0x[0-9A-F]+", "Stack").replaceAll("0x[0-9a-f]+, Io", "HANDLE, Io").replaceAll("file 0x[0-9a-f]+", "file HANDLE")).toList()).containsSubsequence(
                "+0us    app.1   CreateIoCompletionPort → handle HANDLE, IoCompletion#1 for file HANDLE with key 0x2A",
                "+0us    io      #3 complete STATUS_SUCCESS information 3",
                "+0us    io      #3 packet  to IoCompletion#1  key 0x2A",
                "+0us    app.1   DeviceIoControl → FALSE, ERROR_IO_PENDING",
                "+0us    app.1   GetQueuedCompletionStatus → TRUE  key 0x2A  OVERLAPPED Stack  STATUS_SUCCESS, information 3");
    }

    @Test
    void theTraceTellsOfUserApcs() {
        List<String> lines = Scripts.run(Scripts.driver(BODY, """
                VOID Done(PVOID context, PIO_STATUS_BLOCK iosb, ULONG reserved) { }
                HANDLE a = open(L"\\\\\\\\.\\\\D", overlapped: true);
                UCHAR data[5];
                IO_STATUS_BLOCK iosb;
                NtDeviceIoControlFile(a, NULL, Done, NULL, &iosb, CODE_BUFFERED, NULL, 0, data, 5);
                SleepEx(INFINITE, TRUE);
                """), RunOptions.DEFAULT.withTrace(true)).lines();
        assertThat(lines).containsSubsequence("+0us    io      #3 complete STATUS_SUCCESS information 3", "+0us    io      #3 apc     to app.1", "+0us    app.1   APC Done");
    }
}
