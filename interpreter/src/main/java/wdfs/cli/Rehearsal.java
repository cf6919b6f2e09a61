package wdfs.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jline.terminal.Size;
import org.jline.terminal.impl.LineDisciplineTerminal;
import wdfs.engine.Engine;
import wdfs.engine.RunOptions;
import wdfs.repl.Completion;
import wdfs.repl.Console;
import wdfs.repl.Session;

/// What the launcher has done once after a build, so that the JVM keeps the classes and profiles of what people do: a script is
/// explained, and a session at a terminal that is none loads it and looks at it. Only speed depends on it.
final class Rehearsal {
    private static final List<String> INPUTS = List.of("1+1", "h = open(L\"\\\\\\\\.\\\\Transfer\")", "r = ioctl(h, IOCTL_INVERT_BUFFERED, x\"01 02\", out: 4)", "r.data", "UCHAR b[4] = x\"01\"", "b",
            "driver Y kmdf 1.33 { device control { name L\"\\\\Device\\\\Y\"; queue Default parallel { EvtIoRead(Queue, Request, Length) { WdfRequestComplete(Request, STATUS_SUCCESS); } } } }", "!irp", ".devices", "!wdfqueue", "!devobj Transfer", "db b", "dt IRP", "nothing", ".help", "WdfRequestComplete?", ".run 1ms", ".back", ".vars");

    private Rehearsal() {}

    static int run(Engine engine, String script) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        new CommandLine(nowhere, nowhere, false).run("explain", script, "IOCTL_INVERT_OUT_DIRECT");
        new CommandLine(nowhere, nowhere, false, new ByteArrayInputStream("1+1\n".getBytes(StandardCharsets.UTF_8))).run("repl", script);
        try (LineDisciplineTerminal terminal = new LineDisciplineTerminal("rehearsal", "xterm-256color", new ByteArrayOutputStream(), StandardCharsets.UTF_8)) {
            terminal.setSize(new Size(110, 1000));
            Console console = new Console(terminal, true, null, lines -> new Session(engine, RunOptions.DEFAULT, List.of(), true, lines));
            StringBuilder keys = new StringBuilder();
            for (String input : INPUTS) {
                keys.append(input).append("\r");
            }
            keys.append(".quit\r");                                   // all of it fits the terminal's buffer, so nobody has to type meanwhile
            terminal.processInputBytes(keys.toString().getBytes(StandardCharsets.UTF_8));
            console.run(List.of(".load \"" + script + "\""));
            new Completion(console.session()).at("Wdf", 3);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return 0;
    }
}
