package wdfs.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// The command line.
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), false, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.err), true, StandardCharsets.UTF_8);
        int code = new CommandLine(out, err, System.console() != null && System.console().isTerminal() && System.getenv("NO_COLOR") == null).run(arguments);
        out.flush();
        err.flush();
        Runtime.getRuntime().halt(code);
    }
}
