package wdfs.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jline.terminal.Terminal;
import wdfs.engine.Engine;
import wdfs.engine.RunOptions;
import wdfs.repl.Console;
import wdfs.repl.Filter;
import wdfs.repl.Session;
import wdfs.repl.StartUp;

/// `wdfs` and `wdfs repl`: a session at a terminal, or one that reads a pipe or a file.
final class ReplCommand {
    private final Supplier<Engine> engine;
    private final PrintStream out;
    private final boolean colour;
    private final InputStream in;

    ReplCommand(Supplier<Engine> engine, PrintStream out, boolean colour, InputStream in) {
        this.engine = engine;
        this.out = out;
        this.colour = colour;
        this.in = in;
    }

    int run(Arguments arguments, List<Path> includes) throws Usage {
        if (in == System.in && System.console() != null && System.console().isTerminal()) {
            return atTerminal(arguments, includes);
        }
        Session session = new Session(engine.get(), arguments.runOptions(), includes, colour, line -> out.append(line).append('\n')).in(arguments.folder());
        int code = 0;
        for (String file : arguments.operands()) {
            code = session.input(".load \"" + file + "\"");
            if (code != 0 && !arguments.flag("keep-going")) {
                out.flush();
                return code;
            }
        }
        int ended = new Filter(session, arguments.flag("keep-going"), null).run(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
        out.flush();
        return ended != 0 ? ended : code;
    }

    private int atTerminal(Arguments arguments, List<Path> includes) throws Usage {
        RunOptions options = arguments.runOptions();
        boolean colours = colour && !"dumb".equals(System.getenv("TERM"));
        try (Terminal terminal = Console.system()) {
            Console console = new Console(terminal, colours, Console.historyFile(), lines -> new Session(engine.get(), options, includes, colours, lines));
            if (!arguments.flag("no-rc")) {
                String home = System.getProperty("user.home", "");
                StartUp.of(home.isEmpty() ? null : Path.of(home), Path.of(""), Console.stateFolder()).forEach(file -> console.startUp(file, Console.stateFolder()));
            }
            return console.run(arguments.operands().stream().map(file -> ".load \"" + file + "\"").toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
