package wdfs.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// The command line.
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        // Buffered: a transcript may have millions of lines. What stands in the buffer is printed also when the run is interrupted.
        PrintStream out = new PrintStream(new java.io.BufferedOutputStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), 1 << 16), false,
                StandardCharsets.UTF_8);
        Runtime.getRuntime().addShutdownHook(new Thread(out::flush));
        PrintStream err = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.err), true, StandardCharsets.UTF_8);
        int code = new CommandLine(out, err, System.console() != null && System.console().isTerminal() && System.getenv("NO_COLOR") == null, System.in, System::getenv)
                .in(Path.of("")).run(arguments);
        out.flush();
        err.flush();
        Runtime.getRuntime().halt(code);
    }
}
