package wdfs.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import wdfs.diagnostics.Diagnostic;
import wdfs.diagnostics.JsonRenderer;
import wdfs.diagnostics.SarifRenderer;
import wdfs.diagnostics.TextRenderer;
import wdfs.engine.Compilation;
import wdfs.engine.Engine;
import wdfs.engine.Outcome;
import wdfs.engine.Sources;
import wdfs.source.SourceFile;

/// `wdfs check FILE…`: the findings of scripts. As text they go to standard error, as `run` gives them; as data to standard output.
final class CheckCommand {
    private final Engine engine;
    private final PrintStream out;
    private final PrintStream err;
    private final boolean colour;

    CheckCommand(Engine engine, PrintStream out, PrintStream err, boolean colour) {
        this.engine = engine;
        this.out = out;
        this.err = err;
        this.colour = colour;
    }

    int run(Arguments arguments) throws Usage, Sources.Unreadable {
        String format = arguments.format(List.of("text", "json", "sarif"));
        int code = Outcome.DONE;
        List<Diagnostic> all = new ArrayList<>();
        List<Path> includes = arguments.includePaths();
        for (Path path : arguments.files()) {
            Sources sources = Sources.of(path, includes);
            SourceFile main = sources.main(path, path.toString().replace('\\', '/'));
            Compilation compilation = engine.compile(main, sources);
            List<Diagnostic> findings = compilation.findings().sorted();
            if (format.equals("text") && !findings.isEmpty()) {
                err.print(new TextRenderer(colour).render(findings));
            }
            all.addAll(findings);
            if (compilation.program().isEmpty()) {
                code = Outcome.SCRIPT_ERRORS;
            }
        }
        switch (format) {
            case "json" -> out.print(JsonRenderer.render(all));
            case "sarif" -> out.print(SarifRenderer.render(all, CommandLine.VERSION));
            default -> { }
        }
        out.flush();
        err.flush();
        return code;
    }
}
