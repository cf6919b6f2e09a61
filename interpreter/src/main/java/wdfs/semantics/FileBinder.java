package wdfs.semantics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import wdfs.diagnostics.Suggestions;
import wdfs.semantics.Symbol.Entry;
import wdfs.semantics.bound.BoundProgram;
import wdfs.semantics.bound.ImageSymbol;
import wdfs.source.SourceFile;
import wdfs.source.Span;
import wdfs.syntax.Decl;
import wdfs.syntax.Expr;
import wdfs.syntax.Name;
import wdfs.types.CTypes;
import wdfs.types.Type;

/// What stands at file level: declares it, checks what is no code, and has drivers, processes and tests bound.
final class FileBinder {
    private final Analysis analysis;
    private final Scope scope;
    private final List<ImageSymbol> images = new ArrayList<>();
    private final List<BoundProgram.DevnodeInfo> devnodes = new ArrayList<>();

    FileBinder(Analysis analysis, Scope scope) {
        this.analysis = analysis;
        this.scope = scope;
    }

    /// Checks without keeping what comes out.
    void check(List<Decl> declarations) {
        bind(declarations, declarations);
    }

    /// @param main the declarations whose processes and tests belong to the program
    BoundProgram bind(List<Decl> all, List<Decl> main) {
        for (Decl d : all) {
            scope.declare(d, this::clash);
        }
        for (Decl d : all) {
            plain(d);
        }
        List<Runnable> work = new ArrayList<>();
        for (Decl d : all) {
            if (d instanceof Decl.Driver driver) {
                ImageSymbol symbol = image(kindOf(driver), driver.name().text(), driver.name().span());
                symbol.version(driver.version().orElse(""));
                symbol.startsOnDemand(says(driver, "start", "demand"));
                symbol.verifierOn(!says(driver, "verifier", "off"));
                work.add(() -> new DriverBinder(analysis, driver, symbol, scope).bind());
            }
        }
        for (Decl d : all) {
            if (d instanceof Decl.Hardware hardware) {
                if (!analysis.features.runs("hardware")) {
                    analysis.report(SemanticFindings.featureNotYet(hardware.name().span(), "hardware"));
                }
                ImageSymbol symbol = image(ImageSymbol.Kind.HARDWARE, hardware.name().text(), hardware.name().span());
                work.add(() -> new HardwareBinder(analysis, hardware, symbol, scope).bind());
            }
        }
        for (Decl d : main) {
            if (d instanceof Decl.Process process) {
                ImageSymbol symbol = image(ImageSymbol.Kind.PROCESS, process.name().text(), process.name().span());
                symbol.after(process.after().map(Name::text));
                process.after().ifPresent(name -> checkAfter(name, process, main));
                work.add(() -> new ProcessBinder(analysis).bind(symbol, process.body(), scope));
            }
        }
        Map<String, Span> titles = new HashMap<>();
        for (Decl d : main) {
            if (d instanceof Decl.Test test) {
                Span before = titles.putIfAbsent(test.title(), test.titleSpan());
                if (before != null) {
                    analysis.report(SemanticFindings.testTwice(test.titleSpan(), test.title(), before));
                }
                ImageSymbol symbol = image(ImageSymbol.Kind.TEST, test.title(), test.titleSpan());
                work.add(() -> new ProcessBinder(analysis).bind(symbol, test.body(), scope));
            }
        }
        work.forEach(Runnable::run);
        withoutDevnode(all);
        unused();
        return new BoundProgram(images, ioctls(), devnodes);
    }

    private ImageSymbol image(ImageSymbol.Kind kind, String name, Span span) {
        ImageSymbol symbol = new ImageSymbol(kind, name, analysis.nextOrdinal(), span);
        images.add(symbol);
        return symbol;
    }

    private ImageSymbol.Kind kindOf(Decl.Driver driver) {
        return switch (driver.framework().text()) {
            case "kmdf" -> ImageSymbol.Kind.KMDF_DRIVER;
            case "umdf" -> ImageSymbol.Kind.UMDF_DRIVER;
            case "wdm" -> ImageSymbol.Kind.WDM_DRIVER;
            // The parser has complained.
            case "" -> ImageSymbol.Kind.KMDF_DRIVER;
            default -> {
                analysis.report(DeclarationFindings.unknownWord(driver.framework().span(), driver.framework().text(), "a driver's framework",
                        List.of("kmdf", "umdf", "wdm")));
                yield ImageSymbol.Kind.KMDF_DRIVER;
            }
        };
    }

    /// `start demand;`, `verifier off;`.
    private static boolean says(Decl.Driver driver, String word, String value) {
        return driver.members().stream().anyMatch(member -> member instanceof Decl.Property p && p.word().text().equals(word) && !p.values().isEmpty()
                && p.values().getFirst() instanceof Decl.PropertyValue.OfExpr(Expr.NameRef n) && n.name().text().equals(value));
    }

    private void clash(Name again, Symbol before) {
        analysis.report(SemanticFindings.declaredTwice(again.span(), again.text(), before.span()));
        analysis.report(SemanticFindings.declaredTwice(before.span(), again.text(), again.span()));
    }

    private void checkAfter(Name after, Decl.Process process, List<Decl> main) {
        Set<String> names = new HashSet<>();
        for (Decl d : main) {
            if (d instanceof Decl.Process p) {
                names.add(p.name().text());
            }
        }
        if (!names.contains(after.text())) {
            analysis.report(DeclarationFindings.unknownProcess(after.span(), after.text(), Suggestions.near(after.text(), names)));
        } else if (after.text().equals(process.name().text())) {
            analysis.report(DeclarationFindings.waitsForItself(after.span(), after.text()));
        }
    }

    // ---- what is no code ---------------------------------------------------------------------------------------------------

    private void plain(Decl d) {
        switch (d) {
            case Decl.Typedef t -> {
                if (scope.own(t.name().text()) instanceof Entry e) {
                    analysis.entries.type(e);
                }
            }
            case Decl.TypeOnly t -> analysis.types.resolve(t.type(), scope, null);
            case Decl.Define define -> {
                if (define.value().isPresent() && scope.own(define.name().text()) instanceof Entry e && e.kind == Entry.Kind.MACRO) {
                    analysis.entries.macro(e, analysis.neutral);
                }
            }
            case Decl.Ioctl i -> {
                if (scope.own(i.name().text()) instanceof Entry e && e.kind == Entry.Kind.IOCTL) {
                    analysis.entries.ioctl(e);
                }
            }
            case Decl.Function f -> {
                if (scope.own(f.name().text()) instanceof Entry e && e.kind == Entry.Kind.FUNCTION) {
                    analysis.entries.prototype(e);
                }
            }
            case Decl.Variable v when !v.storage().equals("typedef") -> variable(v);
            case Decl.FormDecl f -> {
                if (Forms.promises(f.form().form().text())) {
                    Forms.promise(analysis.constantBody(scope), f.form());
                } else if (!Forms.declares(f.form().form().text())) {
                    analysis.report(SemanticFindings.formNotHere(f.span(), f.form().form().text()));
                }
            }
            case Decl.Devnode n -> devnode(n);
            case Decl.Context c -> analysis.types.struct(c.body(), scope);
            default -> { }
        }
    }

    /// A device that PnP is to find, and no devnode names its driver: it never comes into being.
    private void withoutDevnode(List<Decl> all) {
        Set<String> named = new HashSet<>();
        for (BoundProgram.DevnodeInfo node : devnodes) {
            named.add(node.function());
            named.addAll(node.upperFilters());
            named.addAll(node.lowerFilters());
        }
        for (Decl d : all) {
            if (d instanceof Decl.Driver driver && !driver.framework().text().equals("wdm") && !named.contains(driver.name().text())) {
                driver.members().stream().filter(m -> m instanceof Decl.Device device && !device.control()).findFirst().ifPresent(m ->
                        analysis.report(DeclarationFindings.deviceWithoutDevnode(((Decl.Device) m).name().span(), driver.name().text(), driver.framework().text())));
            }
        }
    }

    private void variable(Decl.Variable v) {
        if (!(scope.own(v.name().text()) instanceof Entry e) || e.kind != Entry.Kind.VARIABLE) {
            return;
        }
        Type type = analysis.entries.variableType(e);
        if (!(type instanceof Type.Function) && !CTypes.isError(type) && !analysis.entries.isConstVariable(e)) {
            analysis.report(DeclarationFindings.variableAtFileLevel(v.name().span(), v.name().text()));
        }
    }

    private void devnode(Decl.Devnode d) {
        String function = "";
        String hardware = "";
        List<String> upper = new ArrayList<>();
        List<String> lower = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        boolean unplugged = false;
        List<String> words = List.of("hardware", "hardware_id", "function", "upper_filter", "lower_filter", "unplugged");
        for (Decl.Property p : d.properties()) {
            Optional<Name> value = p.values().size() == 1 && p.values().getFirst() instanceof Decl.PropertyValue.OfExpr(Expr.NameRef n)
                    ? Optional.of(n.name()) : Optional.empty();
            if (!words.contains(p.word().text())) {
                analysis.report(DeclarationFindings.unknownProperty(p.word().span(), p.word().text(), "a devnode", Suggestions.near(p.word().text(),
                        words), words));
                continue;
            }
            if (p.word().text().equals("unplugged")) {
                if (!p.values().isEmpty()) {
                    analysis.report(DeclarationFindings.propertyWants(p.span(), "unplugged", "nothing behind it"));
                }
                unplugged = true;
                continue;
            }
            if (p.word().text().equals("hardware_id")) {
                for (Decl.PropertyValue id : p.values()) {
                    if (id instanceof Decl.PropertyValue.OfExpr(Expr.StringLiteral text) && text.wide() && !text.value().isEmpty()) {
                        ids.add(text.value());
                    } else {
                        analysis.report(DeclarationFindings.propertyWants(p.span(), "hardware_id", "a wide string, as in `hardware_id L\"toaster\\\\device\";`"));
                    }
                }
                if (p.values().isEmpty()) {
                    analysis.report(DeclarationFindings.propertyWants(p.span(), "hardware_id", "a wide string, as in `hardware_id L\"toaster\\\\device\";`"));
                }
                continue;
            }
            if (value.isEmpty()) {
                analysis.report(DeclarationFindings.propertyWants(p.span(), p.word().text(), "a name"));
                continue;
            }
            Entry.Kind kind = p.word().text().equals("hardware") ? Entry.Kind.HARDWARE : Entry.Kind.DRIVER;
            if (!(scope.lookup(value.get().text()) instanceof Entry e) || e.kind != kind) {
                List<String> candidates = new ArrayList<>();
                for (Symbol s : scope.symbols()) {
                    if (s instanceof Entry e && e.kind == kind) {
                        candidates.add(e.name);
                    }
                }
                analysis.report(DeclarationFindings.unknownPart(value.get().span(), value.get().text(), kind == Entry.Kind.DRIVER ? "driver" : "hardware",
                        Suggestions.near(value.get().text(), candidates)));
            }
            switch (p.word().text()) {
                case "hardware" -> hardware = value.get().text();
                case "function" -> function = value.get().text();
                case "upper_filter" -> upper.add(value.get().text());
                default -> lower.add(value.get().text());
            }
        }
        if (function.isEmpty()) {
            analysis.report(DeclarationFindings.devnodeWithoutFunction(d.name().span(), d.name().text()));
        }
        if (!ids.isEmpty() && (unplugged || !hardware.isEmpty())) {
            analysis.report(DeclarationFindings.propertyWants(d.name().span(), "hardware_id", "neither `hardware` nor `unplugged` beside it: the bus that reports the device says when it is there"));
        }
        devnodes.add(new BoundProgram.DevnodeInfo(d.name().text(), function, upper, lower, hardware, unplugged, ids));
    }

    // ---- the rest ------------------------------------------------------------------------------------------------------------

    /// Functions that no image calls are bound once, where everything counts as available.
    private void unused() {
        for (Symbol symbol : scope.symbols()) {
            if (symbol instanceof Entry e && e.span.file().origin() != SourceFile.Origin.LIBRARY) {
                if (e.kind == Entry.Kind.FUNCTION && !e.used && e.definition != null) {
                    analysis.neutral.function(e);
                }
                if (e.kind == Entry.Kind.VARIABLE && !e.used && analysis.entries.isConstVariable(e)
                        && !CTypes.isError(analysis.entries.variableType(e)) && !(analysis.entries.variableType(e) instanceof Type.Function)) {
                    analysis.neutral.global(e);
                }
            }
        }
        analysis.neutral.drain();
    }

    private List<BoundProgram.IoctlInfo> ioctls() {
        List<BoundProgram.IoctlInfo> list = new ArrayList<>();
        for (Symbol symbol : scope.symbols()) {
            if (symbol instanceof Entry e && (e.kind == Entry.Kind.IOCTL || e.kind == Entry.Kind.MACRO
                    && ((Decl.Define) e.node).value().map(Entries::isControlCode).orElse(false))) {
                analysis.entries.controlCode(e).ifPresent(f -> list.add(new BoundProgram.IoctlInfo(f.name(), f.code(), f.input(), f.output())));
            }
        }
        return list;
    }
}
