package wdfs.doc;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import wdfs.engine.Engine;

/// The pages of docs/reference that are made from the library: one for each module, functions in the order of its text.
public final class ReferencePages {
    private static final Map<String, String> TITLES = Map.of(
            "wdf", "The framework's functions", "wdm", "Functions of the kernel", "ntdef", "Functions that drivers and processes share",
            "win32", "What processes call", "script", "Helpers of processes and tests");

    private final Declarations declarations;

    public ReferencePages(Engine engine) {
        this.declarations = new Declarations(engine);
    }

    /// File names and what the files hold.
    public Map<String, String> all() {
        Map<String, List<Entry>> byModule = new LinkedHashMap<>();
        for (String name : declarations.names()) {
            declarations.of(name).filter(e -> e.kind().equals("function")).ifPresent(e -> byModule.computeIfAbsent(e.module(), _ -> new ArrayList<>()).add(e));
        }
        Map<String, String> pages = new LinkedHashMap<>();
        byModule.forEach((module, entries) -> pages.put(module + ".md", page(module, entries)));
        return pages;
    }

    private static String page(String module, List<Entry> entries) {
        StringBuilder page = new StringBuilder("# ").append(TITLES.getOrDefault(module, module)).append("\n\n");
        page.append("Made by `wdfs doc --pages docs/reference` from `stdlib/src/main/resources/wdfs/stdlib/").append(module)
                .append(".wdfs`, the one\ndeclaration of each; do not edit. `wdfs doc NAME` prints one of them, and types and constants as well.\n");
        for (Entry entry : entries) {
            page.append("\n## ").append(entry.name()).append("\n\n```c\n");
            entry.declaration().forEach(line -> page.append(line).append('\n'));
            page.append("```\n");
            if (!entry.doc().isEmpty()) {
                page.append('\n').append(String.join("\n", entry.doc())).append('\n');
            }
            List<String> facts = entry.facts().stream().map(f -> f.name() + ": " + f.value().replace("<=", "≤")).toList();
            if (!facts.isEmpty()) {
                page.append('\n').append(String.join(" · ", facts)).append('\n');
            }
        }
        return page.toString();
    }
}
