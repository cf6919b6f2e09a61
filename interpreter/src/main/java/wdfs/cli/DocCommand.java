package wdfs.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wdfs.doc.Manual;
import wdfs.doc.ReferencePages;
import wdfs.engine.Engine;
import wdfs.engine.Outcome;

/// `wdfs doc NAME…`: what wdfs knows of a name; `--pages DIR` writes the reference pages.
final class DocCommand {
    private final Engine engine;
    private final PrintStream out;

    DocCommand(Engine engine, PrintStream out) {
        this.engine = engine;
        this.out = out;
    }

    int run(Arguments arguments) throws Usage {
        if (arguments.value("pages").isPresent()) {
            return pages(arguments.path(arguments.value("pages").get()));
        }
        if (arguments.operands().isEmpty()) {
            throw new Usage("`doc` needs a name: wdfs doc WdfRequestComplete, wdfs doc LANG-031, wdfs doc STATUS_PENDING");
        }
        Manual manual = new Manual(engine);
        boolean first = true;
        String unknown = "";
        for (String name : arguments.operands()) {
            Optional<List<String>> text = manual.of(name);
            if (text.isEmpty()) {
                unknown = unknown.isEmpty() ? manual.unknown(name) : unknown;
                continue;
            }
            if (!first) {
                out.append('\n');
            }
            first = false;
            text.get().forEach(line -> out.append(line).append('\n'));
        }
        out.flush();
        if (!unknown.isEmpty()) {
            throw new Usage(unknown);
        }
        return Outcome.DONE;
    }

    private int pages(Path folder) throws Usage {
        try {
            Files.createDirectories(folder);
            for (Map.Entry<String, String> page : new ReferencePages(engine).all().entrySet()) {
                Files.writeString(folder.resolve(page.getKey()), page.getValue());
                out.append("written: ").append(folder.resolve(page.getKey()).toString().replace('\\', '/')).append('\n');
            }
        } catch (IOException e) {
            throw new Usage("the pages cannot be written to " + folder + ": " + e.getMessage());
        }
        out.flush();
        return Outcome.DONE;
    }
}
