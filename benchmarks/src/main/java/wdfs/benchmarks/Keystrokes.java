package wdfs.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import wdfs.engine.Engine;
import wdfs.engine.RunOptions;
import wdfs.repl.Colours;
import wdfs.repl.Completion;
import wdfs.repl.Session;
import wdfs.repl.Typing;

/// What a keystroke costs in a session that has loaded a script of 2,000 lines: what is wrong so far, colours, completion, the hint,
/// and whether the input is whole, each after each key; and how long an expression takes to its answer. Percentiles, not means, so it is no
/// JMH benchmark: `java -cp benchmarks/target/benchmarks.jar wdfs.benchmarks.Keystrokes`.
public final class Keystrokes {
    private static final int LINES = 2_000;
    private static final int ROUNDS = 40;
    private static final List<String> TYPED = List.of("WdfRequestRetrieveInputBuffer(request, 16, &buffer, &length)", "!wdfdevicequeues WDFDEVICE#1", "dt DEVICE_OBJECT DEVICE_OBJECT#1",
            "int twice(int n) {\n    for (int i = 0; i < n; i++) {\n        n += i * 2;\n    }\n    return n;\n}", "r = ioctl(h, IOCTL_", "DeviceIoControl(h, 0x222000, NULL, 0, NULL, 0, &count, NULL)", ".load samples/ec",
            "x = nohting(1, twcie(2), \"text\") + p->frist;",
            "driver X kmdf 1.33 {\n    context CTX { ULONG a; }\n    device control {\n        name L\"\\\\Device\\\\X\";\n        context CTX;\n        queue Default parallel {\n            EvtIoRead(Queue, Request, Length) {\n"
                    + "                PVOID data; NTSTATUS status = WdfRequestRetrieveOutputBuffer(Request, Length, &data, NULL);\n                if (!NT_SUCCESS(status)) { WdfRequestComplete(Requset, status); return; }\n"
                    + "                RtlZeroMemory(data, Length);\n                WdfRequestCompleteWithInformation(Request, STATUS_SUCCESS);\n            }\n        }\n    }\n}");

    private Keystrokes() {}

    public static void main(String[] arguments) throws IOException {
        Path script = Files.createTempFile("wdfs", ".wdfs");
        try {
            Files.writeString(script, CheckSpeed.generated(LINES));
            Session session = new Session(new Engine(), RunOptions.DEFAULT, List.of(), false, _ -> { });
            if (session.input(".load \"" + script + "\"") != 0) {
                throw new IllegalStateException("the script does not load");
            }
            Typing typing = new Typing(session);
            Colours colours = new Colours(() -> session, typing::known);
            tell("a key, at first", keys(session, typing, colours, 1));
            keys(session, typing, colours, 10);                               // warms up
            tell("a key", keys(session, typing, colours, ROUNDS));
            answers(session, 100);
            tell("an expression", answers(session, 400));
            String large = driver(1_850);
            keys(session, typing, colours, large);
            tell("a key in a driver of " + large.length(), keys(session, typing, colours, large));
            // A whole script, pasted or recalled: the longest input there is to colour.
            String pasted = Files.readString(script).lines().limit(LINES).reduce("", (all, line) -> all.length() < 19_000 ? all + line + "\n" : all);
            tell("a key in " + pasted.length() + " characters", keys(session, typing, colours, pasted));
        } finally {
            Files.delete(script);
        }
    }

    /// A driver whose last callback is being typed: the longest input that is looked at after each key.
    private static String driver(int length) {
        StringBuilder text = new StringBuilder("driver X kmdf 1.33 {\n    context CTX { ULONG a; }\n");
        for (int i = 0; text.length() < length - 350; i++) {
            text.append("    ULONG Half").append(i).append("(ULONG n) {\n        if (n % 2 != 0) return n / 2 + ").append(i).append(";\n        return n == 0 ? 0 : Half0(n - 1);\n    }\n");
        }
        return text.append("    device control {\n        name L\"\\\\Device\\\\X\";\n        queue Default parallel {\n            EvtIoRead(Queue, Request, Length) {\n                WdfRequestComplete(Request);\n                ").toString();
    }

    private static long[] keys(Session session, Typing typing, Colours colours, int rounds) {
        long[] nanos = new long[rounds * TYPED.stream().mapToInt(String::length).sum()];
        int count = 0;
        for (int round = 0; round < rounds; round++) {
            for (String text : TYPED) {
                for (int i = 1; i <= text.length(); i++) {
                    nanos[count++] = key(session, typing, colours, text.substring(0, i));
                }
            }
        }
        return nanos;
    }

    private static long[] keys(Session session, Typing typing, Colours colours, String text) {
        long[] nanos = new long[200];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = key(session, typing, colours, text + "x".repeat(i % 20));
        }
        return Arrays.copyOfRange(nanos, 50, nanos.length);
    }

    private static long key(Session session, Typing typing, Colours colours, String buffer) {
        long begin = System.nanoTime();
        typing.of(buffer, buffer.length());
        colours.highlight(null, buffer);
        new Completion(session).at(buffer, buffer.length());
        new Completion(session).hint(buffer, buffer.length());
        session.isComplete(buffer);
        return System.nanoTime() - begin;
    }

    private static long[] answers(Session session, int count) {
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            long begin = System.nanoTime();
            session.input(i + " * 2 + " + i);
            nanos[i] = System.nanoTime() - begin;
        }
        return nanos;
    }

    private static void tell(String what, long[] nanos) {
        Arrays.sort(nanos);
        System.out.printf("%-28s  median %6.2f ms   p99 %6.2f ms   most %6.2f ms%n", what, nanos[nanos.length / 2] / 1e6, nanos[nanos.length * 99 / 100] / 1e6, nanos[nanos.length - 1] / 1e6);
    }
}
