package wdfs.repl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import wdfs.engine.Outcome;
import wdfs.engine.RunOptions;
import wdfs.machine.Limits;

/// Garbage, half-typed and hostile input: nothing ends a session, and nothing is a fault of wdfs.
class GarbageTest {
    private static final int INPUTS = 2_500;
    private static final List<String> GOOD = List.of("1 + 1", "UCHAR bytes[4] = x\"01 02\"", "for (i in [1, 2, 3]) { bytes[0] += i; }", "k = 20", "_ + 1", "PUCHAR second = &bytes[1]",
            "int twice(int n) { return 2 * n; }", "twice(k)", "h = open(L\"\\\\\\\\.\\\\Echo\", overlapped: true)", "write(h, x\"48 69\")", "r = read(h, 8)", "r.data", "sleep(5ms)", ".run 10ms", ".step 2",
            ".until bytes[0] > 3", "!irp", "!irp @last 1", "!irpfind device \\Device\\Echo", "!wdfdevicequeues Echo", "!devobj \\Device\\Echo", "dt DEVICE_OBJECT DEVICE_OBJECT#1", "dt -r DEVICE_CONTEXT DEVICE_CONTEXT#1",
            "db second l2", "dps DRIVER_OBJECT#1 4", "eb bytes 41 42", "!ioctldecode 222003", "!irql --json", "WdfRequestGetInformation?", ".step?", ".back", ".goto 3", ".goto +3ms", ".mark here", ".goto here", ".timeline 5",
            ".help | grep irp | head 3 | count", ".break IRP_MJ_READ", ".go", ".trace on", ".trace off", "driver X kmdf 1.33 { device X control { name L\"\\\\Device\\\\X\"; queue Default parallel { EvtIoRead(Queue, Request, Length) { WdfRequestComplete(Request, STATUS_NOT_FOUND); } } } }",
            "ioctl IOCTL_Y { code 0x222004; }", "*(PUCHAR)0 = 1", "struct S { ULONG a; struct S *next; }", "string t = $\"a{1 + 1}b\"", "thread { Sleep(3); }", "expect k == 20;", "!pte 7ff601000000", "!pool bytes", "!error c0000005",
            "!handle h", "!process repl", "k", "!object \\Device", ".vars", ".history x", ".explain STATUS_PENDING", "!dpcs", "!timer", "!locks", "!wdfinterrupt", ".load ../samples/echo.wdfs", ".start app", "switch (k) { case 20: k++; break; default: ; }",
            "#define TEN 10", "do k--; while (k > 3)", "goto nowhere", "return 1", "!mdl MDL#1", "!analyze -v", "!verifier", "PVOID p = VirtualAlloc(NULL, 4096, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE)");
    private static final String SIGNS = "(){}[];,.\"'\\\n\t #@$%^&*!?<>=+-/|~`_0x9aZ\u00e9\u20ac\ud83d\ude00\u0000\u001b";

    @Test
    void nothingEndsASession() {
        Random random = new Random(20261126);
        Typed t = start();
        List<String> faults = new ArrayList<>();
        for (int i = 0; i < INPUTS; i++) {
            if (i % 100 == 99) {
                t = start();                                          // what is typed is kept, so a session gets slower to go back in
            }
            String input = mutated(random, GOOD.get(random.nextInt(GOOD.size())));
            if (input.matches("(?s)\\s*\\.(save|quit|exit|q)\\b.*")) {
                continue;
            }
            t.session.isComplete(input);
            new Completion(t.session).at(input, random.nextInt(input.length() + 1));
            new Completion(t.session).hint(input, input.length());
            List<String> shown = t.type(input);
            if (t.code == Outcome.INTERNAL || t.session.hasEnded()) {
                faults.add(input + "\n  → " + String.join("\n    ", shown));
                t = start();
            }
            if (t.session.live().isDead()) {
                t.type(random.nextBoolean() ? ".back" : ".reset");
            }
        }
        assertThat(faults).isEmpty();
        assertThat(start().type("1 + 1")).containsExactly("int 2");
    }

    private Typed start() {
        return new Typed(RunOptions.DEFAULT.withLimits(Limits.DEFAULT.withSteps(50_000))).with(".load " + Typed.ECHO, "UCHAR bytes[4] = x\"01 02\"", "k = 20", "h = open(L\"\\\\\\\\.\\\\Echo\", overlapped: true)");
    }

    private static String mutated(Random random, String text) {
        StringBuilder made = new StringBuilder(text);
        for (int n = random.nextInt(5); n > 0; n--) {
            int at = random.nextInt(made.length() + 1);
            switch (random.nextInt(6)) {
                case 0 -> made.insert(at, SIGNS.charAt(random.nextInt(SIGNS.length())));
                case 1 -> made.delete(at, Math.min(made.length(), at + 1 + random.nextInt(4)));
                case 2 -> {
                    String other = GOOD.get(random.nextInt(GOOD.size()));
                    made.insert(at, other, random.nextInt(other.length()), other.length());
                }
                case 3 -> made.setLength(at);
                case 4 -> made.insert(at, String.valueOf(SIGNS.charAt(random.nextInt(SIGNS.length()))).repeat(1 + random.nextInt(300)));
                default -> made.insert(at, made.substring(0, at));
            }
        }
        return made.toString();
    }
}
