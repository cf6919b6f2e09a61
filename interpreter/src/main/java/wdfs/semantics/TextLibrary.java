package wdfs.semantics;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import wdfs.diagnostics.Findings;
import wdfs.source.SourceFile;
import wdfs.source.Span;
import wdfs.syntax.Decl;
import wdfs.syntax.Parser;

/// The library as text: a light scan finds which stretch declares which names, and a stretch is parsed when one of its
/// names is first asked for, so that start-up does not grow with the library.
public final class TextLibrary implements Library {
    private static final List<String> MODULES = List.of("ntdef", "ntstatus", "winerror", "ntstrings", "ntintsafe", "wdm", "ntkernel", "ntio", "ntinline", "ntfiles", "ntpnp",
            "setupapi", "wdf", "wdfpnp", "wdfbus", "resources", "hardware", "win32", "script");
    private static final String FOLDER = "wdfs/stdlib/";

    private final Map<String, Slice> slices = new LinkedHashMap<>();
    private final Set<String> types = new HashSet<>();
    private final Findings problems = new Findings();

    private static final class Slice {
        final SourceFile file;
        final int start;
        final int end;
        Map<String, Decl> declared;

        Slice(SourceFile file, int start, int end) {
            this.file = file;
            this.start = start;
            this.end = end;
        }
    }

    public TextLibrary(List<SourceFile> files) {
        for (SourceFile file : files) {
            for (LibraryScan.Stretch stretch : LibraryScan.of(file.text())) {
                Slice slice = new Slice(file, stretch.start(), stretch.end());
                for (String name : stretch.names()) {
                    slices.putIfAbsent(name, slice);
                }
                types.addAll(stretch.types());
            }
        }
    }

    /// A device of the library. It is no part of what every script sees: two scripts may have hardware of that name.
    @Override
    public Optional<SourceFile> module(String name) {
        if (!name.matches("hw/[a-z0-9-]+")) {
            return Optional.empty();
        }
        try (InputStream in = TextLibrary.class.getClassLoader().getResourceAsStream(FOLDER + name + ".wdfs")) {
            return in == null ? Optional.empty()
                    : Optional.of(new SourceFile("stdlib/" + name + ".wdfs", new String(in.readAllBytes(), StandardCharsets.UTF_8), SourceFile.Origin.LIBRARY));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The modules on the class path.
    public static TextLibrary fromClassPath(ClassLoader loader) {
        List<SourceFile> files = new ArrayList<>();
        for (String module : MODULES) {
            String path = FOLDER + module + ".wdfs";
            try (InputStream in = loader.getResourceAsStream(path)) {
                if (in != null) {
                    files.add(new SourceFile("stdlib/" + module + ".wdfs", new String(in.readAllBytes(), StandardCharsets.UTF_8), SourceFile.Origin.LIBRARY));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return new TextLibrary(files);
    }

    @Override
    public synchronized Optional<Decl> find(String name) {
        Slice slice = slices.get(name);
        if (slice == null) {
            return Optional.empty();
        }
        if (slice.declared == null) {
            slice.declared = parse(slice);
        }
        return Optional.ofNullable(slice.declared.get(name));
    }

    private Map<String, Decl> parse(Slice slice) {
        Map<String, Decl> declared = new HashMap<>();
        Findings findings = new Findings();
        for (Decl decl : Parser.parseDeclarations(slice.file, slice.start, slice.end, findings, this::isType, false)) {
            Scope names = Scope.ofLibrary(null);
            names.declare(decl, null);
            for (String name : names.namesInSight()) {
                declared.putIfAbsent(name, decl);
            }
        }
        problems.addAll(findings);
        return declared;
    }

    @Override
    public boolean isType(String name) {
        return types.contains(name) || TypeResolver.isManagedName(name);
    }

    @Override
    public Collection<String> names() {
        return Collections.unmodifiableSet(slices.keySet());
    }

    /// What was wrong with the text of the declarations parsed so far; a test keeps it empty.
    public Findings problems() {
        return problems;
    }

    @Override
    public Optional<Span> place(String name) {
        return Optional.ofNullable(slices.get(name)).map(s -> new Span(s.file, s.start, s.end));
    }
}
