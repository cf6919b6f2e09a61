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

/// What a keystroke costs in a session that has loaded a script of 2,000 lines: colours, completion, the hint, and whether the
/// input is whole, each after each key; and how long an expression takes to its answer. Percentiles, not means, so it is no
/// JMH benchmark: `java -cp benchmarks/target/benchmarks.jar wdfs.benchmarks.Keystrokes`.
public final class Keystrokes {
    private static final int LINES = 2_000;
    private static final int ROUNDS = 40;
    private static final List<String> TYPED = List.of("WdfRequestRetrieveInputBuffer(request, 16, &buffer, &length)", "!wdfdevicequeues WDFDEVICE#1", "dt DEVICE_OBJECT DEVICE_OBJECT#1",
            "int twice(int n) {\n    for (int i = 0; i < n; i++) {\n        n += i * 2;\n    }\n    return n;\n}", "r = ioctl(h, IOCTL_", "DeviceIoControl(h, 0x222000, NULL, 0, NULL, 0, &count, NULL)", ".load samples/ec");

    private Keystrokes() {}

    public static void main(String[] arguments) throws IOException {
        Path script = Files.createTempFile("wdfs", ".wdfs");
        try {
            Files.writeString(script, CheckSpeed.generated(LINES));
            Session session = new Session(new Engine(), RunOptions.DEFAULT, List.of(), false, _ -> { });
            if (session.input(".load \"" + script + "\"") != 0) {
                throw new IllegalStateException("the script does not load");
            }
            Colours colours = new Colours(() -> session);
            keys(session, colours, 10);                               // warms up
            tell("a key", keys(session, colours, ROUNDS));
            answers(session, 100);
            tell("an expression", answers(session, 400));
            // A whole script, pasted or recalled: the longest input there is to colour.
            String pasted = Files.readString(script).lines().limit(LINES).reduce("", (all, line) -> all.length() < 19_000 ? all + line + "\n" : all);
            tell("a key in " + pasted.length() + " characters", keys(session, colours, pasted));
        } finally {
            Files.delete(script);
        }
    }

    private static long[] keys(Session session, Colours colours, int rounds) {
        long[] nanos = new long[rounds * TYPED.stream().mapToInt(String::length).sum()];
        int count = 0;
        for (int round = 0; round < rounds; round++) {
            for (String text : TYPED) {
                for (int i = 1; i <= text.length(); i++) {
                    nanos[count++] = key(session, colours, text.substring(0, i));
                }
            }
        }
        return nanos;
    }

    private static long[] keys(Session session, Colours colours, String text) {
        long[] nanos = new long[200];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = key(session, colours, text + "x".repeat(i % 20));
        }
        return Arrays.copyOfRange(nanos, 50, nanos.length);
    }

    private static long key(Session session, Colours colours, String buffer) {
        long begin = System.nanoTime();
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
