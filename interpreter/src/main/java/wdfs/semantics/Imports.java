package wdfs.semantics;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import wdfs.diagnostics.Findings;
import wdfs.source.SourceFile;
import wdfs.source.Span;
import wdfs.syntax.Decl;
import wdfs.syntax.Parser;

/// A script with all it imports, parsed, in the order in which they depend on each other: a file after those that it
/// imports, each once, the script itself last. The type names of imports are known before a file is parsed, since they
/// decide how its bodies read.
public final class Imports {
    /// Modules of the standard library that a script may name; what they hold is there without an import as well.
    private static final Set<String> MODULES = Set.of("ntddk", "wdm", "ntifs", "wdf", "wdftypes", "windows", "winioctl", "ntstrsafe", "initguid", "devioctl",
            "ntstatus", "winerror", "stdio", "stdlib", "string", "stdint", "stddef", "strsafe", "winternl", "ntdef", "driverspecs", "wudfwdm", "wdfrequest",
            "process", "conio", "errno", "assert", "memory", "tchar", "specstrings", "cfgmgr32", "setupapi", "ntintsafe", "intsafe", "wdmsec",
                    "win32", "script");

    private final SourceLoader loader;
    private final Library library;
    private final Findings findings;
    private final Map<String, Loaded> done = new LinkedHashMap<>();
    private final Deque<String> open = new ArrayDeque<>();
    private final Map<String, Span> openedAt = new HashMap<>();

    private record Loaded(Decl.Unit unit, Set<String> types) {}

    private record Import(String target, boolean system, Span span) {}

    private Imports(SourceLoader loader, Library library, Findings findings) {
        this.loader = loader;
        this.library = library;
        this.findings = findings;
    }

    /// @return the units in import order, that of `main` last
    public static List<Decl.Unit> resolve(SourceFile main, SourceLoader loader, Library library, Findings findings) {
        Imports imports = new Imports(loader, library, findings);
        imports.visit(main);
        return imports.done.values().stream().map(Loaded::unit).toList();
    }

    /// The types that a file knows without declaring them, and so how its bodies read: those of its imports, as far as they
    /// can be found, and of the library.
    public static Predicate<String> knownTypes(SourceFile file, SourceLoader loader, Library library) {
        Set<String> types = new Imports(loader, library, new Findings()).imported(file);
        return name -> types.contains(name) || library.isType(name);
    }

    private Set<String> visit(SourceFile file) {
        Set<String> types = imported(file);
        Decl.Unit unit = Parser.parse(file, findings, name -> types.contains(name) || library.isType(name));
        types.addAll(Parser.typeNamesOf(file));
        done.put(file.path(), new Loaded(unit, types));
        return types;
    }

    private Set<String> imported(SourceFile file) {
        open.push(file.path());
        Set<String> types = new HashSet<>();
        for (Import i : importsOf(file)) {
            if (i.system()) {
                String module = i.target().replaceAll("\\.h$", "").toLowerCase(java.util.Locale.ROOT);
                Optional<SourceFile> device = library.module(module);
                if (device.isPresent()) {
                    Loaded known = done.get(device.get().path());
                    types.addAll(known != null ? known.types() : visit(device.get()));
                    continue;
                }
                if (!MODULES.contains(module)) {
                    findings.add(DeclarationFindings.importNotFound(i.span(), "<" + i.target() + ">", "the standard library has no such module"));
                }
                continue;
            }
            switch (loader.load(file, i.target())) {
                case SourceLoader.Loaded.Refused(String why) -> findings.add(DeclarationFindings.importNotFound(i.span(), i.target(), why));
                case SourceLoader.Loaded.Found(SourceFile found) -> {
                    Loaded known = done.get(found.path());
                    if (known != null) {
                        types.addAll(known.types());
                    } else if (open.contains(found.path())) {
                        cycle(found.path(), i.span());
                    } else {
                        openedAt.put(found.path(), i.span());
                        types.addAll(visit(found));
                    }
                }
            }
        }
        open.pop();
        return types;
    }

    /// Told at both places: at the import that closes the circle, and at the one that opened it.
    private void cycle(String path, Span span) {
        List<String> chain = new ArrayList<>();
        for (String file : open) {
            chain.addFirst(file);
            if (file.equals(path)) {
                break;
            }
        }
        chain.add(path);
        String words = String.join(" → ", chain);
        findings.add(DeclarationFindings.importCycle(span, words));
        Span first = chain.size() > 2 ? openedAt.get(chain.get(1)) : null;
        if (first != null) {
            findings.add(DeclarationFindings.importCycle(first, words));
        }
    }

    /// The imports of a text, found before it can be parsed: at the beginnings of lines, outside comments.
    private static List<Import> importsOf(SourceFile file) {
        List<Import> list = new ArrayList<>();
        String text = file.text();
        int i = 0;
        boolean lineStart = true;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '\n') {
                lineStart = true;
                i++;
            } else if (text.startsWith("//", i)) {
                int end = text.indexOf('\n', i);
                i = end < 0 ? text.length() : end;
            } else if (text.startsWith("/*", i)) {
                int end = text.indexOf("*/", i + 2);
                i = end < 0 ? text.length() : end + 2;
            } else if (c == '"' || c == '\'') {
                i++;
                while (i < text.length() && text.charAt(i) != c && text.charAt(i) != '\n') {
                    i += text.charAt(i) == '\\' ? 2 : 1;
                }
                i++;
                lineStart = false;
            } else if (lineStart && !Character.isWhitespace(c)) {
                lineStart = false;
                int end = text.indexOf('\n', i);
                String line = text.substring(i, end < 0 ? text.length() : end);
                var match = LINE.matcher(line);
                if (match.lookingAt()) {
                    boolean system = match.group(2) != null;
                    int group = system ? 2 : 1;
                    list.add(new Import(match.group(group).strip(), system, file.span(i + match.start(group) - 1, i + match.end(group) + 1)));
                    i += match.end();
                } else {
                    i++;
                }
            } else {
                i++;
            }
        }
        return list;
    }

    private static final java.util.regex.Pattern LINE =
            java.util.regex.Pattern.compile("(?:import|#[ \\t]*include)[ \\t]*(?:\"([^\"\\r\\n]*)\"|<([^>\\r\\n]*)>)");
}
