package wdfs.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import wdfs.diagnostics.Findings;
import wdfs.diagnostics.TextRenderer;
import wdfs.engine.Engine;
import wdfs.engine.Outcome;
import wdfs.engine.Sources;
import wdfs.format.Formatter;
import wdfs.semantics.Imports;
import wdfs.semantics.SourceLoader;
import wdfs.source.SourceFile;
import wdfs.syntax.Parser;

/// `wdfs fmt FILE…`: lays scripts out, in place; `-` reads standard input and prints. A file with mistakes of syntax is not touched.
final class FormatCommand {
    private final Engine engine;
    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;
    private final boolean colour;

    FormatCommand(Engine engine, InputStream in, PrintStream out, PrintStream err, boolean colour) {
        this.engine = engine;
        this.in = in;
        this.out = out;
        this.err = err;
        this.colour = colour;
    }

    int run(Arguments arguments) throws Usage, Sources.Unreadable {
        int code = Outcome.DONE;
        for (Path path : arguments.files()) {
            code = Outcomes.worse(code, path.toString().equals("-") ? standardInput(arguments.flag("check")) : file(path, arguments));
        }
        out.flush();
        return code;
    }

    private int file(Path path, Arguments arguments) throws Usage, Sources.Unreadable {
        String shown = path.toString().replace('\\', '/');
        Sources sources = Sources.of(path, arguments.includePaths());
        SourceFile file = sources.main(path, shown);
        Optional<String> result = formatted(file, sources);
        if (result.isEmpty()) {
            return Outcome.SCRIPT_ERRORS;
        }
        if (result.get().equals(file.text())) {
            return Outcome.DONE;
        }
        if (arguments.flag("check")) {
            out.append("would change: ").append(shown).append('\n');
            return Outcome.FAILED;
        }
        try {
            Files.writeString(path, result.get());
        } catch (IOException e) {
            throw new Usage(shown + " cannot be written: " + e.getMessage());
        }
        out.append("formatted: ").append(shown).append('\n');
        return Outcome.DONE;
    }

    private int standardInput(boolean check) throws Usage {
        String text;
        try {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new Usage("standard input cannot be read: " + e.getMessage());
        }
        Optional<String> result = formatted(SourceFile.script("-", text), SourceLoader.none());
        if (result.isEmpty()) {
            return Outcome.SCRIPT_ERRORS;
        }
        if (check) {
            return result.get().equals(text) ? Outcome.DONE : Outcome.FAILED;
        }
        out.print(result.get());
        return Outcome.DONE;
    }

    private Optional<String> formatted(SourceFile file, SourceLoader loader) {
        Predicate<String> types = Imports.knownTypes(file, loader, engine.library());
        Findings findings = new Findings();
        Parser.parse(file, findings, types);
        if (findings.hasErrors()) {
            err.print(new TextRenderer(colour).render(findings.sorted()));
            err.flush();
            return Optional.empty();
        }
        return Formatter.format(file, types);
    }
}
