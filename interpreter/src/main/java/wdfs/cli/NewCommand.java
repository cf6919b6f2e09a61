package wdfs.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import wdfs.engine.Compilation;
import wdfs.engine.Engine;
import wdfs.engine.Outcome;
import wdfs.engine.RunOptions;
import wdfs.engine.Simulation;
import wdfs.semantics.SourceLoader;
import wdfs.source.SourceFile;
import wdfs.testing.Golden;

/// `wdfs new NAME…`: a driver with an IOCTL, a process that uses it and tests, and the transcript that a run of it has.
final class NewCommand {
    private static final String TEMPLATE = "/wdfs/new/starter.wdfs.txt";

    private final Engine engine;
    private final PrintStream out;

    NewCommand(Engine engine, PrintStream out) {
        this.engine = engine;
        this.out = out;
    }

    int run(Arguments arguments) throws Usage {
        if (arguments.operands().isEmpty()) {
            throw new Usage("`new` needs a name: wdfs new toaster");
        }
        for (String name : arguments.operands()) {
            create(arguments.path(name.endsWith(".wdfs") ? name : name + ".wdfs"));
        }
        out.flush();
        return Outcome.DONE;
    }

    private void create(Path script) throws Usage {
        String base = script.getFileName().toString().replaceFirst("\\.wdfs$", "");
        Path golden = Golden.of(script);
        if (Files.exists(script) || Files.exists(golden)) {
            throw new Usage("there is a file " + (Files.exists(script) ? script : golden) + " already");
        }
        String text = template().replace("@FILE@", base).replace("@NAME@", driverName(base)).replace("@CONSTANT@", driverName(base).toUpperCase(Locale.ROOT));
        Compilation compilation = engine.compile(SourceFile.script(script.getFileName().toString(), text), SourceLoader.none());
        if (compilation.program().isEmpty()) {
            throw new Usage("`" + base + "` gives no names for a driver: " + compilation.findings().sorted().getFirst().message());
        }
        StringBuilder transcript = new StringBuilder();
        new Simulation(engine, compilation.program().get().under(RunOptions.DEFAULT.schedule()), RunOptions.DEFAULT, line -> transcript.append(line).append('\n')).run();
        try {
            Files.writeString(script, text);
            Files.writeString(golden, transcript.toString());
        } catch (IOException e) {
            throw new Usage(script + " cannot be written: " + e.getMessage());
        }
        out.append("written: ").append(shown(script)).append(", ").append(shown(golden)).append('\n');
        out.append("next: wdfs run ").append(shown(script)).append(" --trace, wdfs test ").append(shown(script)).append('\n');
    }

    private static String shown(Path path) {
        return path.toString().replace('\\', '/');
    }

    /// `my-toaster` gives `MyToaster`.
    private static String driverName(String base) throws Usage {
        StringBuilder name = new StringBuilder();
        for (String word : base.split("[^A-Za-z0-9]+")) {
            name.append(word.isEmpty() ? "" : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
        }
        if (name.isEmpty() || !Character.isLetter(name.charAt(0))) {
            throw new Usage("`" + base + "` gives no name for a driver: it begins with a letter, a to z");
        }
        return name.toString();
    }

    private static String template() {
        try (InputStream in = NewCommand.class.getResourceAsStream(TEMPLATE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
