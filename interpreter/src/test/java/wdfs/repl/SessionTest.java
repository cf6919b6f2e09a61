package wdfs.repl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import wdfs.engine.Engine;
import wdfs.engine.Outcome;
import wdfs.engine.RunOptions;
import wdfs.machine.Limits;

/// Lines of the language, time, and going back.
class SessionTest {
    @Test
    void anExpressionIsShownWithItsType() {
        Typed t = new Typed();
        assertThat(t.type("1+1")).containsExactly("int 2");
        assertThat(t.type("0x22_2400")).containsExactly("int 2237440 (0x222400)");
        assertThat(t.type("STATUS_BUFFER_TOO_SMALL")).containsExactly("NTSTATUS STATUS_BUFFER_TOO_SMALL (0xC0000023)");
        assertThat(t.type("x\"48 69\"")).containsExactly("bytes 48 69  \"Hi\"");
        assertThat(t.type("$\"a{1+1}\"")).containsExactly("string \"a2\"");
        assertThat(t.type("10ms")).containsExactly("duration 10ms");
    }

    @Test
    void variablesLastFromLineToLine() {
        Typed t = new Typed();
        assertThat(t.type("int x = 3", "x * 2")).containsExactly("int 6");
        assertThat(t.type("x = 5", "x")).containsExactly("int 5", "int 5");
        assertThat(t.type("UCHAR b[4] = x\"01 02\"", "b[1]", "b")).containsExactly("UCHAR 2", "UCHAR[4] 01 02 00 00");
        assertThat(t.type("PUCHAR p = &b[1]", "*p = 9", "b")).contains("UCHAR[4] 01 09 00 00");
        assertThat(t.type("struct S { ULONG a; USHORT c; };", "S s = S { a: 7 }", "s", "s.a++", "s.a")).containsExactly("S { a: 7, c: 0 }", "ULONG 7", "ULONG 8");
        assertThat(t.type("string text = \"abc\"", "text.length")).endsWith("long long 3");
    }

    @Test
    void anUnknownNameIsDeclaredByAnAssignment() {
        Typed t = new Typed();
        assertThat(t.type("k = 3", "k + 1")).containsExactly("int 3", "int 4");
        assertThat(t.type("d = 10ms", "d")).containsExactly("duration 10ms", "duration 10ms");
        assertThat(t.type("nobody + 1")).contains("   1 | nobody + 1").as("elsewhere an unknown name is an error");
    }

    @Test
    void theLastValuesHaveNames() {
        Typed t = new Typed();
        assertThat(t.type("6", "_ + 1", "_1 * 10")).containsExactly("int 6", "int 7", "int 60 (0x3C)");
    }

    @Test
    void aTypeMayChange() {
        Typed t = new Typed();
        assertThat(t.type("int v = 1", "string v = \"now text\"", "v")).containsExactly("string \"now text\"");
    }

    @Test
    void functionsAndTypesAreTyped() {
        Typed t = new Typed();
        assertThat(t.type("int twice(int n) { return 2 * n; }", "twice(21)")).containsExactly("int 42 (0x2A)");
        assertThat(t.type("int twice(int n) { return 3 * n; }", "twice(21)")).containsExactly("int 63 (0x3F)");
        assertThat(t.type("int counted() { static int n; return ++n; }", "counted()", "counted()")).as("its statics last").containsExactly("int 1", "int 2");
        assertThat(t.type("#define TEN 10", "TEN + 1")).containsExactly("int 11 (0xB)");
        assertThat(t.type("enum E { A, B };", "B")).containsExactly("E B");
    }

    @Test
    void whatIsWrongLeavesNothingBehind() {
        Typed t = new Typed();
        assertThat(t.last("UCHAR big[5 << 20]; nothing", "UCHAR big[5 << 20]", "big[0] = 1")).as("no room is taken").isEqualTo("UCHAR 1");
        t.type("driver Bad kmdf 1.33 { context BAD { ULONG a; } device control { name L\"\\\\Device\\\\Bad\"; queue Default parallel { EvtIoRead(Queue, Request, Length) { nothing(Request); } } } }");
        assertThat(t.code).isEqualTo(Outcome.SCRIPT_ERRORS);
        assertThat(t.type("dt BAD").getFirst()).as("nor a type declared").startsWith("wdfs: dt: ");
    }

    @Test
    void aLineThatIsWrongChangesNothing() {
        Typed t = new Typed().with("int x = 1");
        assertThat(t.last("int y = 2; x = nothing")).isNotEmpty();
        assertThat(t.code).isEqualTo(Outcome.SCRIPT_ERRORS);
        assertThat(t.type("x")).containsExactly("int 1");
        t.type("y");
        assertThat(t.code).isEqualTo(Outcome.SCRIPT_ERRORS);
    }

    @Test
    void requestsAreIssuedLive() {
        Typed t = new Typed().with(".load " + Typed.ECHO);
        assertThat(t.type("h = open(L\"\\\\\\\\.\\\\Echo\")", "write(h, x\"48 69\")", "read(h, 8)"))
                .containsExactly("HANDLE 0x4", "STATUS_SUCCESS, 2 bytes", "STATUS_SUCCESS, 2 bytes: 48 69  \"Hi\"");
    }

    @Test
    void aLineThatWouldWaitComesBackPending() {
        Typed t = new Typed().with(".load " + Typed.ECHO, "h = open(L\"\\\\\\\\.\\\\Echo\", overlapped: true)");
        assertThat(t.type("r = read(h, 8)")).singleElement().asString().isEqualTo("pending: request #2, held by Echo since +0us; .run lets time pass");
        assertThat(t.type("r.status")).containsExactly("NTSTATUS STATUS_PENDING (0x00000103)");
        assertThat(t.type(".run 5ms")).containsExactly("at +5ms; a line still waits");
        assertThat(t.type("write(h, x\"41\")")).containsExactly("STATUS_SUCCESS, 1 byte", "+5ms     #2 completed STATUS_SUCCESS, 1 byte: 41  \"A\"");
        assertThat(t.type("r.data")).containsExactly("bytes 41  \"A\"");
    }

    @Test
    void onlyALinesOwnSleepLetsTimePass() {
        Typed t = new Typed();
        assertThat(t.last("sleep(3ms)", ".time")).isEqualTo("+3ms; nothing is due");
        assertThat(t.type("thread { sleep(2ms); print(\"late\"); }")).containsExactly("pending: waits for thread repl.3; .run lets time pass");
        assertThat(t.type(".run")).containsExactly("late", "at +5ms");
    }

    @Test
    void timeMovesByCommands() {
        Typed t = new Typed();
        assertThat(t.type("int n", "HANDLE w = CreateEvent(NULL, TRUE, FALSE, NULL)", "HANDLE b = thread { for (;;) { WaitForSingleObject(w, 1000); n++; } };")).hasSize(1);
        assertThat(t.type(".run 2500ms", "n")).containsExactly("at +2500ms; a line still waits", "int 2");
        assertThat(t.type(".step", "n")).containsExactly("at +3s; a line still waits", "int 3");
        assertThat(t.type(".until n == 6", ".time")).element(0).asString().startsWith("at +6s");
    }

    @Test
    void goingBackIsDoingAgain() {
        Typed t = new Typed().with("int x = 1", "x = 2", "x = 3");
        assertThat(t.type(".back")).containsExactly("before input 3 at +0us: x = 3");
        assertThat(t.type("x")).containsExactly("int 2");
        t.with("sleep(10ms)", "x = 40");
        assertThat(t.type(".goto 1", "x")).contains("int 1");
    }

    @Test
    void goingToATime() {
        Typed t = new Typed().with("sleep(10ms)", "x = 1", ".run 10ms", "x = 2", ".run 10ms");
        assertThat(t.type(".goto +15ms", "x", ".time")).containsExactly("at +15ms", "int 1", "+15ms; nothing is due");
    }

    @Test
    void goingBackComesToTheSameBytes() {
        Typed t = new Typed(RunOptions.DEFAULT.withSeed(7)).with(".load " + Typed.ECHO, "h = open(L\"\\\\\\\\.\\\\Echo\")", "write(h, x\"01 02 03\")");
        var before = t.type("!devobj \\Device\\Echo", "db DEVICE_CONTEXT#1", "!irp #2");
        t.with("read(h, 9)", ".back");
        assertThat(t.type("!devobj \\Device\\Echo", "db DEVICE_CONTEXT#1", "!irp #2")).isEqualTo(before);
    }

    @Test
    void whatHadToBeStoppedIsTakenBack() {
        Typed t = new Typed(RunOptions.DEFAULT.withLimits(Limits.DEFAULT.withSteps(100_000))).with("int x = 1", "x = 2");
        assertThat(t.type("x = 3; for (;;) x++;")).anyMatch(l -> l.startsWith("*** LIMIT of steps")).last().asString().startsWith("the input was taken back");
        assertThat(t.code).isEqualTo(Outcome.LIMIT);
        assertThat(t.type("x")).containsExactly("int 2");
    }

    @Test
    void aPersonStopsALine() throws InterruptedException {
        Typed t = new Typed(RunOptions.DEFAULT.withLimits(Limits.DEFAULT.withSteps(Long.MAX_VALUE / 2))).with("int x = 1");
        Thread person = Thread.ofPlatform().start(() -> {
            while (!t.session.hasEnded()) {
                t.session.interrupt();
                if (t.session.live().isDead() || Thread.interrupted()) {
                    return;
                }
                Thread.onSpinWait();
            }
        });
        t.type("for (;;) x++;");
        person.interrupt();
        person.join();
        assertThat(t.type("x")).containsExactly("int 1");
    }

    @Test
    void whatALineBeganStaysPendingBehindIt() {
        Typed t = new Typed().with("driver Q kmdf 1.33 { device Q control { name L\"\\\\Device\\\\Q\"; symbolic_link L\"\\\\DosDevices\\\\Q\"; queue Default manual; } }",
                "h = open(L\"\\\\\\\\.\\\\Q\", overlapped: true)");
        assertThat(t.type("r = read(h, 4, async: true)")).containsExactly("STATUS_PENDING");
        assertThat(t.type(".run 1s", ".requests")).anyMatch(line -> line.contains("IRP_MJ_READ") && !line.contains("completed"));
        assertThat(t.last("cancel(r)")).isEqualTo("bool true");
        assertThat(t.last("wait(r).status")).contains("STATUS_CANCELLED");
    }

    @Test
    void savingOverwritesNothingThatWasThere(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("notes.txt"), "mine");
        String name = file.toString().replace('\\', '/');
        Typed t = new Typed().with("int x = 4");
        assertThat(t.last(".save " + name)).contains("is there already").contains(".save /o");
        assertThat(file).content().isEqualTo("mine");
        assertThat(t.last(".save /o " + name)).contains("inputs written");
        assertThat(t.last(".save " + name)).as("its own").contains("inputs written");
        assertThat(file).content().isEqualTo("int x = 4\n");
    }

    @Test
    void whoStopsNothingStopsNothing() {
        Typed t = new Typed().with("int x = 1");
        t.session.interrupt();
        assertThat(t.type("x")).as("between two inputs").containsExactly("int 1");
        List<String> shown = new ArrayList<>();
        Session[] session = new Session[1];
        session[0] = new Session(new Engine(), RunOptions.DEFAULT, List.of(), false, line -> {
            shown.add(line);
            if (line.contains(".load")) {
                session[0].interrupt();
            }
        });
        session[0].input(".help");
        assertThat(shown).anyMatch(line -> line.contains(".load"));
        shown.clear();
        session[0].input("1+1");
        assertThat(shown).as("during an input that does not run the machine").containsExactly("int 2");
    }

    @Test
    void aBugCheckLeavesADeadMachineToLookAt() {
        Typed t = new Typed().with(".load " + Typed.sample("bugs/complete-twice.wdfs"));
        t.with("driver Crash kmdf 1.33 { device Crash control { name L\"\\\\Device\\\\Crash\"; symbolic_link L\"\\\\DosDevices\\\\Crash\";"
                + " queue Default parallel { EvtIoWrite(Queue, Request, Length) { PUCHAR p = NULL; *p = 1; } } } }", "h = open(L\"\\\\\\\\.\\\\Crash\")");
        assertThat(t.type("write(h, x\"01\")")).anyMatch(l -> l.startsWith("*** BUGCHECK 0x7E SYSTEM_THREAD_EXCEPTION_NOT_HANDLED") || l.startsWith("*** BUGCHECK"));
        assertThat(t.code).isEqualTo(Outcome.FOUND);
        assertThat(t.last("1+1")).startsWith("wdfs: the machine has stopped");
        assertThat(t.type("!analyze -v")).anyMatch(l -> l.startsWith("Arg1: "));
        assertThat(t.type("!devobj \\Device\\Crash")).isNotEmpty();
        assertThat(t.type(".back", "1+1")).endsWith("int 2");
        assertThat(t.type(".reset", ".devices")).containsExactly("a new machine, at +0us", "no devices; .load a script with a driver");
    }

    @Test
    void aDriverThatIsTypedAgainTakesThePlaceOfTheOldOne() {
        Typed t = new Typed().with(".load " + Typed.ECHO, "h = open(L\"\\\\\\\\.\\\\Echo\")");
        var shown = t.type("driver Echo kmdf 1.33 { device Echo control { name L\"\\\\Device\\\\Echo\"; symbolic_link L\"\\\\DosDevices\\\\Echo\"; queue Default parallel {"
                + " EvtIoRead(Queue, Request, Length) { WdfRequestComplete(Request, STATUS_NOT_FOUND); } } } }");
        assertThat(shown).containsExactly("closed: HANDLE 0x4 of process repl (\\Device\\Echo)", "driver Echo (kmdf 1.33): device \\Device\\Echo, queue Default (parallel)");
        assertThat(t.type("read(open(L\"\\\\\\\\.\\\\Echo\"), 4)")).containsExactly("STATUS_NOT_FOUND");
    }

    @Test
    void whatMentionsARedeclaredNameIsDeclaredAnewWithIt() {
        Typed t = new Typed().with("#define STEP 1", "int next(int n) { return n + STEP; }", "int over(int n) { return next(next(n)); }");
        assertThat(t.type("over(1)")).containsExactly("int 3");
        assertThat(t.type("#define STEP 10")).containsExactly("declared anew with it: next, over");
        assertThat(t.type("over(1)")).containsExactly("int 21 (0x15)");
    }

    @Test
    void aDriverIsLoadedAgainWhenItsFunctionIsTypedAnew() {
        Typed t = new Typed().with("NTSTATUS answer() { return STATUS_NOT_FOUND; }",
                "driver Q kmdf 1.33 { device Q control { name L\"\\\\Device\\\\Q\"; symbolic_link L\"\\\\DosDevices\\\\Q\"; queue Default parallel {"
                        + " EvtIoRead(Queue, Request, Length) { WdfRequestComplete(Request, answer()); } } } }", "h = open(L\"\\\\\\\\.\\\\Q\")");
        assertThat(t.type("read(h, 1)")).containsExactly("STATUS_NOT_FOUND");
        assertThat(t.type("NTSTATUS answer() { return STATUS_DEVICE_BUSY; }"))
                .containsExactly("closed: HANDLE 0x4 of process repl (\\Device\\Q)", "declared anew with it: Q", "driver Q: loaded again");
        assertThat(t.type("read(open(L\"\\\\\\\\.\\\\Q\"), 1)")).containsExactly("STATUS_DEVICE_BUSY");
    }

    @Test
    void aThreadStopsAtABreak() {
        Typed t = new Typed().with(".load " + Typed.ECHO, "h = open(L\"\\\\\\\\.\\\\Echo\")", ".break EvtIoWrite");
        assertThat(t.type("write(h, x\"01\")")).containsExactly("+0us     break at EvtIoWrite in thread repl.2, PASSIVE_LEVEL; .go goes on",
                "pending: waits for the break at EvtIoWrite; .run lets time pass");
        assertThat(t.type("!irp")).anyMatch(l -> l.startsWith(">[IRP_MJ_WRITE(4), 0]"));
        assertThat(t.type("k")).anyMatch(l -> l.contains("input 4:1"));
        assertThat(t.type(".go")).containsExactly("+0us     input 4: STATUS_SUCCESS, 1 byte");
        assertThat(t.type(".break EvtIoWrite", "write(h, x\"01\")")).containsExactly("breaks: none", "STATUS_SUCCESS, 1 byte");
    }

    @Test
    void aSavedSessionRunsAgain(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("s.session");
        Typed t = new Typed().with("int x = 4", "nonsense here", "x + 1", ".vars", ".save " + file);
        assertThat(Files.readString(file)).isEqualTo("int x = 4\nx + 1\n");
    }

    @Test
    void anExceptionEndsTheLineAndNotTheProcess() {
        Typed t = new Typed().with("int zero = 0");
        assertThat(t.type("1 / zero")).anyMatch(l -> l.startsWith("*** EXCEPTION STATUS_INTEGER_DIVIDE_BY_ZERO: the line ends"));
        assertThat(t.code).isEqualTo(Outcome.FOUND);
        assertThat(t.type("zero + 1")).containsExactly("int 1");
    }

    @Test
    void noInputEndsTheSession() {
        Typed t = new Typed();
        for (String garbage : new String[] {"}", "((((", "\"", "'", "!", "!!", ".", "..", "?", "??", "\u0000\u0001", "#define", "#", "driver", "driver X", "driver X kmdf {", "struct", ";;;;", "\\",
            "x\"zz\"", "$\"{\"", "/*", "db", "db zzzz", "dt", "dt NOTHING", "!irp #99", "!irp -1", "!pool 0", "!pte 0", "eb 0 1", "eb", ".goto", ".goto x", ".back 99", ".run x", ".until", ".until )",
            ".load", ".load nothing.wdfs", ".save", "!handle 99", "!object \\nothing", "k nobody", "!thread nobody", "!process nobody", "!wdfqueue nobody", "!wdfkd.nothing", "!ioctldecode x",
            "int a[", "return 1", "break", "goto x", "case 1:", "_", "_99", "@last", "open", "int int", "a b c d", "(".repeat(100_000), "!".repeat(50_000), "1+".repeat(20_000) + "1",
            "x".repeat(2_000_000), "ExitProcess(3)", "1+1"}) {
            t.session.isComplete(garbage);
            t.type(garbage);
            assertThat(t.code).as(garbage.length() > 60 ? garbage.substring(0, 60) : garbage).isNotEqualTo(Outcome.INTERNAL);
        }
        assertThat(t.type(".reset", "1+1")).endsWith("int 2");
    }

    @Test
    void inputsAreWholeOrNot() {
        Session s = new Typed().session;
        for (String whole : new String[] {"1+1", "if (x) y();", "int f() { return 1; }", "x++", "!irp", ".load x", "driver X kmdf { }", "$\"{x}\"", "L\"\\\\\\\\.\\\\X\"", "}", "NAME?", "a ? b : c"}) {
            assertThat(s.isComplete(whole)).as(whole).isTrue();
        }
        for (String part : new String[] {"if (x) {", "int f() {", "1 +", "f(1,", "/* a", "driver X kmdf {", "if (x)", "for (int i = 0; i < 3; i++)", "else", "do", "x = ", "ioctl(h, 1,\n2"}) {
            assertThat(s.isComplete(part)).as(part).isFalse();
        }
        assertThat(s.isComplete("1 +\n\n")).as("an empty line ends it").isTrue();
    }
}
