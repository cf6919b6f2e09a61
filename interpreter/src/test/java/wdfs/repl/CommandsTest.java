package wdfs.repl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import wdfs.engine.Outcome;
import wdfs.io.IoManager;

/// Commands: each answers as text and as JSON, from the same objects.
class CommandsTest {
    /// What a command is given, for those that want something.
    private static final Map<String, String> ARGUMENTS = Map.ofEntries(Map.entry("!ioctldecode", "222003"), Map.entry("!devobj", "\\Device\\Echo"), Map.entry("!drvobj", "Echo 7"),
            Map.entry("!devstack", "Echo"), Map.entry("!fileobj", "FILE_OBJECT#1"), Map.entry("!mdl", "MDL#1"), Map.entry("!wdfmemory", "WDFMEMORY#1"), Map.entry("!wdfhandle", "WDFQUEUE#1"),
            Map.entry("!wdfobject", "WDFQUEUE#1"), Map.entry("!pool", "SystemBuffer#2"), Map.entry("!pte", "&buffer"), Map.entry("!error", "c0000005"), Map.entry("dt", "DEVICE_OBJECT DEVICE_OBJECT#1"),
            Map.entry("db", "buffer"), Map.entry("dw", "buffer"), Map.entry("dd", "buffer"), Map.entry("dq", "buffer"), Map.entry("da", "buffer"), Map.entry("du", "buffer"), Map.entry("dps", "DRIVER_OBJECT#1"),
            Map.entry("eb", "buffer 41"), Map.entry("ed", "buffer 41"), Map.entry("eq", "buffer 41"), Map.entry(".until", "1"), Map.entry(".start", "app"), Map.entry(".goto", "1"), Map.entry(".trace", "off"), Map.entry(".break", "clear"), Map.entry(".explain", "STATUS_PENDING"));
    private static final List<String> ELSEWHERE = List.of(".load", ".save", ".quit", ".reset", ".reload", ".back", ".goto");
    /// What cannot be shown of this machine, for there is none.
    private static final List<String> NONE = List.of("!mdl", "!wdfmemory", "!wdfiotarget");

    private static Typed waiting() {
        return new Typed().with(".load " + Typed.ECHO, "UCHAR buffer[16] = x\"48 69\"", "h = open(L\"\\\\\\\\.\\\\Echo\", overlapped: true)", "r = read(h, 8)");
    }

    @Test
    void eachAnswersAsTextAndAsJson() {
        Typed t = waiting();
        for (Command command : t.session.commands().all()) {
            if (ELSEWHERE.contains(command.name())) {
                continue;
            }
            String line = (command.name() + " " + ARGUMENTS.getOrDefault(command.name(), "")).strip();
            List<String> text = t.type(line);
            int code = t.code;
            List<String> json = t.type(line + " --json");
            if (NONE.contains(command.name())) {
                assertThat(code).as(line).isEqualTo(Outcome.USAGE);
                assertThat(json.getLast()).startsWith("{\"error\":");
                continue;
            }
            assertThat(code).as(line + ": " + text).isEqualTo(Outcome.DONE);
            if (!command.name().startsWith("e") && !command.name().equals(".start")) {
                assertThat(text).as(line).isNotEmpty();
                assertThat(json.getLast()).as(line).startsWith("{").endsWith("}");
            }
        }
    }

    @Test
    void everyNameInAnAnswerIsACommandThatWorks() {
        Typed t = waiting();
        for (String line : List.of("!irp", "!wdfrequest", "!wdfqueue", "!devobj Echo", "!drvobj Echo", ".devices", "!wdfdriverinfo", "!wdfdevice", "!handle", "!process repl", "!thread", "!irpfind", "!object \\Device")) {
            for (String shown : t.type(line)) {
                if (shown.startsWith("  see: ")) {
                    for (String command : shown.substring(7).split(" · ")) {
                        List<String> answer = t.type(command);
                        assertThat(t.code).as(line + " → " + command + ": " + answer).isEqualTo(Outcome.DONE);
                    }
                }
            }
        }
    }

    @Test
    void aPendingRequestIsShownAsTheDebuggerDoes() {
        Typed t = waiting();
        assertThat(t.type("!irp")).startsWith("Irp IRP#2 is active with 1 stack 1 is current (= IRP#2+0xD0)", " No Mdl: SystemBuffer#2: Thread repl.3:")
                .contains(">[IRP_MJ_READ(3), 0]  0  1 \\Device\\Echo FILE_OBJECT#1 00000000-00000000 pending");
        assertThat(t.type("!wdfdevicequeues")).contains("        Number of waiting requests: 1", "            !wdfrequest WDFREQUEST#2");
        assertThat(t.type("!wdfkd.wdfrequest #2")).contains("  State: waits in queue WDFQUEUE#2");
        assertThat(t.type("!irpfind")).contains("IRP#2  repl.3  Echo    IRP_MJ_READ");
        assertThat(t.type("k")).anyMatch(l -> l.contains("input 4:1"));
    }

    @Test
    void whatIsChangedIsSeenByEverybody() {
        Typed t = waiting();
        assertThat(t.type("db DEVICE_CONTEXT#1 l4").getLast()).contains("00 00 00 00");
        t.type("eb DEVICE_CONTEXT#1 5A", "ed DEVICE_OBJECT#1+30 54");
        assertThat(t.type("dt DEVICE_CONTEXT DEVICE_CONTEXT#1").get(1)).contains("Data").contains("[5A 00");
        assertThat(t.type("!devobj Echo")).anyMatch(l -> l.contains("Flags 0x54 (DO_BUFFERED_IO DO_DIRECT_IO DO_DEVICE_HAS_NAME)"));
        assertThat(t.type("eq IRP#2+70 1234", "!irp")).anyMatch(l -> l.contains("UserBuffer 0x0000000000001234"));
        assertThat(t.type("eb buffer 4A", "buffer[0]")).containsExactly("UCHAR 74 (0x4A)");
    }

    @Test
    void theCurrentIrpIsTheFieldOfTheStructure() {
        Typed t = waiting();
        assertThat(t.type("!devobj Echo")).anyMatch(l -> l.startsWith("Current Irp 00000000 "));
        assertThat(t.type("eq DEVICE_OBJECT#1+20 " + Long.toHexString(IoManager.of(t.session.live().machine()).pending().getFirst().address), "!devobj Echo")).anyMatch(l -> l.startsWith("Current Irp IRP#2 "));
        assertThat(t.type("eq DEVICE_OBJECT#1+20 1234", "!devobj Echo")).anyMatch(l -> l.startsWith("Current Irp 00001234 "));
    }

    @Test
    void aRequestIsWithTheDeviceOfItsCurrentStackLocation() {
        Typed t = new Typed().with(".load " + Typed.sample("umdf-buffers.wdfs"), "h = open(L\"\\\\\\\\.\\\\Where\", overlapped: true)", "expect violation UninitializedRead { ioctl(h, IOCTL_BUFFERED, x\"01\", out: 64); }");
        assertThat(t.type("!devobj DEVICE_OBJECT#2")).as("of the reflector").contains("Device queue is not busy; requests with the driver: IRP#6");
        assertThat(t.type("!devobj Somewhere")).as("below it").contains("Device queue is not busy.");
        assertThat(t.type("!irpfind device WDFDEVICE#1")).as("in the host").anyMatch(l -> l.startsWith("IRP#6"));
        assertThat(t.type("!irpfind device Somewhere")).as("opened there").anyMatch(l -> l.startsWith("IRP#6"));
    }

    @Test
    void answersGoThroughPipes() {
        Typed t = waiting();
        assertThat(t.type(".requests | grep read")).singleElement().asString().contains("IRP_MJ_READ");
        assertThat(t.type(".requests | count")).containsExactly("2 lines");
        assertThat(t.type(".help | head 2 | count")).containsExactly("2 lines");
        assertThat(t.type(".help | grep \"irpfind|devobj\" | tail 1")).singleElement().asString().contains("!devobj");
        assertThat(t.type("!irp | grep (")).singleElement().asString().startsWith("wdfs: `(` is no regular expression");
        assertThat(t.type("!irp 77 | count")).singleElement().asString().startsWith("wdfs: !irp: ");
        assertThat(t.type("7 | 8")).containsExactly("int 15 (0xF)");
    }

    @Test
    void placesHaveNames() {
        Typed t = new Typed().with("x = 1", ".mark here", "x = 2", ".mark there", "x = 3");
        assertThat(t.type(".mark")).containsExactly("here   behind input 1", "there  behind input 3");
        assertThat(t.type(".goto here", "x")).contains("int 1");
        assertThat(t.last(".goto there")).startsWith("wdfs: .goto: `there` is neither");
    }

    @Test
    void theTimelineTellsWhatHappened() {
        Typed t = waiting();
        assertThat(t.type(".timeline")).anyMatch(l -> l.startsWith("+0us    input 4  r = read(h, 8)")).anyMatch(l -> l.contains("EvtIoRead"));
        assertThat(t.type(".timeline 1")).containsExactly("+0us    input 6  .timeline 1");
    }

    @Test
    void ofAReportTheTimelineHasTheFirstLine() {
        Typed t = new Typed().with(".load " + Typed.sample("bugs/info-leak.wdfs"), "h = open(L\"\\\\\\\\.\\\\Leaky\")", "r = ioctl(h, IOCTL_VERSION, x\"01 02\", out: 16)");
        assertThat(t.type(".timeline")).filteredOn(l -> l.contains("InfoLeak")).containsExactly("+0us    report  *** VIOLATION InfoLeak (IOM-193): 5 of the 16 bytes returned were never written by the driver");
        assertThat(t.type(".timeline")).allMatch(l -> l.startsWith("+"));
    }

    @Test
    void anIoctlIsExplained() {
        Typed t = new Typed().with(".load " + Typed.sample("transfer-types.wdfs"));
        List<String> shown = t.type(".explain " + t.session.live().checker().ioctls().getFirst().name());
        assertThat(t.code).as(shown.toString()).isEqualTo(Outcome.DONE);
        assertThat(shown).anyMatch(l -> l.contains("METHOD_OUT_DIRECT"));
        assertThat(t.type(".explain c0000005")).anyMatch(l -> l.contains("STATUS_ACCESS_VIOLATION"));
    }

    @Test
    void argumentsAreNamesNumbersAndVariables() {
        Typed t = waiting();
        for (String argument : List.of("#2", "@last", "IRP#2", "WDFREQUEST#2", "SystemBuffer#2")) {
            assertThat(t.type("!irp " + argument).getFirst()).as(argument).startsWith("Irp IRP#2 is active");
        }
        assertThat(t.type("!fileobj h").getLast()).isNotEmpty();
        assertThat(t.type("!handle h")).anyMatch(l -> l.contains("Type: File"));
        t.with("HANDLE port = CreateIoCompletionPort(open(L\"\\\\\\\\.\\\\Echo\", overlapped: true), NULL, 0x2A, 0)").with("PostQueuedCompletionStatus(port, 0, 1, NULL)");
        assertThat(t.type("!handle port")).anyMatch(l -> l.contains("Object: IoCompletion#1") && l.contains("Type: IoCompletion"))
                .anyMatch(l -> l.contains("Packets: 1  Threads: 0 of 1 run, 0 wait  HandleCount: 1"));
        assertThat(t.type("!handle")).anyMatch(l -> l.contains("Completion port: IoCompletion#1  Key: 0x2A"));
        for (String argument : List.of("port", "IoCompletion#1")) {
            assertThat(t.type("!object " + argument)).as(argument).anyMatch(l -> l.contains("Type: IoCompletion")).anyMatch(l -> l.contains("HandleCount: 1  Threads: 0 of 1 run"))
                    .anyMatch(l -> l.matches("0x1 +NULL +STATUS_SUCCESS +0"));
        }
        t.with("HANDLE e = CreateEvent(NULL, TRUE, FALSE, NULL)");
        assertThat(t.type("!object e")).anyMatch(l -> l.endsWith("Type: Event")).anyMatch(l -> l.equals("    an event"));
        assertThat(t.last("!irp #77")).isEqualTo("wdfs: !irp: nothing is named `#77`");
        assertThat(t.last("!irp Echo")).isEqualTo("wdfs: !irp: `Echo` is no request; it is driver Echo");
    }
}
