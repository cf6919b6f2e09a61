package wdfs.semantics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import wdfs.semantics.Symbol.Entry;
import wdfs.semantics.bound.ImageSymbol;
import wdfs.syntax.Decl;
import wdfs.syntax.Name;
import wdfs.syntax.TypeSyntax;

/// The names of a library, a program's files, a driver, a device, a function or a block; what is not here is looked for
/// in the scope around it.
final class Scope {
    enum Level { LIBRARY, FILE, DRIVER, DEVICE, BODY }

    final Level level;
    final Scope parent;
    private final Map<String, Symbol> names = new LinkedHashMap<>();
    private final Map<String, Entry> tags = new HashMap<>();
    private final Library library;
    private ImageSymbol.Kind driver;

    private Scope(Level level, Scope parent, Library library) {
        this.level = level;
        this.parent = parent;
        this.library = library;
    }

    static Scope ofLibrary(Library library) {
        return new Scope(Level.LIBRARY, null, library);
    }

    Scope inner(Level level) {
        return new Scope(level, this, null);
    }

    /// The scope of a driver's members.
    Scope ofDriver(ImageSymbol.Kind kind) {
        Scope scope = inner(Level.DRIVER);
        scope.driver = kind;
        return scope;
    }

    /// The kind of the driver around; null outside of drivers.
    ImageSymbol.Kind driver() {
        for (Scope scope = this; scope != null; scope = scope.parent) {
            if (scope.driver != null) {
                return scope.driver;
            }
        }
        return null;
    }

    // ---- lookup ----------------------------------------------------------------------------------------------------------

    /// The nearest meaning of a name; null if it has none.
    Symbol lookup(String name) {
        for (Scope scope = this; scope != null; scope = scope.parent) {
            Symbol found = scope.own(name);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /// The meaning in this scope alone.
    Symbol own(String name) {
        Symbol found = names.get(name);
        if (found == null && library != null) {
            load(name);
            found = names.get(name);
        }
        return found;
    }

    /// A tag or, as in C++, a typedef's name used like one.
    Entry lookupTag(String name) {
        for (Scope scope = this; scope != null; scope = scope.parent) {
            if (scope.library != null && !scope.tags.containsKey(name)) {
                scope.load(name);
            }
            Entry found = scope.tags.get(name);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private void load(String name) {
        library.find(name).ifPresent(decl -> {
            if (!(names.containsKey(name) || tags.containsKey(name))) {
                declare(decl, null);
            }
        });
    }

    /// All names in sight, for suggestions.
    List<String> namesInSight() {
        List<String> list = new ArrayList<>();
        for (Scope scope = this; scope != null; scope = scope.parent) {
            list.addAll(scope.names.keySet());
            list.addAll(scope.tags.keySet());
            if (scope.library != null) {
                list.addAll(scope.library.names());
            }
        }
        return list;
    }

    /// The names of this scope alone, with what they mean.
    List<Map.Entry<String, Symbol>> entries() {
        return List.copyOf(names.entrySet());
    }

    Iterable<Symbol> symbols() {
        return new ArrayList<>(names.values());
    }

    // ---- declaring ---------------------------------------------------------------------------------------------------------

    /// Called for a second declaration of a name that is not the same thing again.
    interface Clash {
        void report(Name again, Symbol before);
    }

    void put(Symbol symbol) {
        names.put(symbol.name(), symbol);
    }

    /// A meaning under another name than its own.
    void put(String name, Symbol symbol) {
        names.put(name, symbol);
    }

    /// Puts what the declaration declares under its names. `clash` is null where none can happen.
    void declare(Decl decl, Clash clash) {
        switch (decl) {
            case Decl.Typedef d -> {
                types(d.type(), clash);
                add(Entry.Kind.TYPEDEF, d.name(), d, clash);
            }
            case Decl.Variable d -> {
                types(d.type(), clash);
                add(d.storage().equals("typedef") ? Entry.Kind.TYPEDEF : Entry.Kind.VARIABLE, d.name(), d, clash);
            }
            case Decl.TypeOnly d -> types(d.type(), clash);
            case Decl.Function d -> {
                types(d.type().returnType(), clash);
                function(d, clash);
            }
            case Decl.Define d -> add(Entry.Kind.MACRO, d.name(), d, clash);
            case Decl.Ioctl d -> add(Entry.Kind.IOCTL, d.name(), d, clash);
            case Decl.Driver d -> add(Entry.Kind.DRIVER, d.name(), d, clash);
            case Decl.Hardware d -> add(Entry.Kind.HARDWARE, d.name(), d, clash);
            case Decl.Devnode d -> add(Entry.Kind.DEVNODE, d.name(), d, clash);
            case Decl.Process d -> add(Entry.Kind.PROCESS, d.name(), d, clash);
            case Decl.Context d -> {
                types(d.body(), clash);
                pointerTypedef(d);
                d.accessor().ifPresent(name -> add(Entry.Kind.ACCESSOR, name, d.name(), clash));
                if (d.accessor().isEmpty()) {
                    add(Entry.Kind.ACCESSOR, new Name("WdfObjectGet_" + d.name().text(), d.name().span()), d.name(), clash);
                }
            }
            case Decl.FormDecl d -> Forms.declare(d, this, clash);
            default -> { }
        }
    }

    private void pointerTypedef(Decl.Context d) {
        String pointer = "P" + d.name().text();
        if (names.get(pointer) == null) {
            var type = new TypeSyntax.PointerTo(new TypeSyntax.Named(d.name(), false, d.name().span()), false, d.name().span());
            Name name = new Name(pointer, d.name().span());
            names.put(pointer, new Entry(Entry.Kind.TYPEDEF, pointer, name.span(), this, new Decl.Typedef(type, name, java.util.Optional.empty(), d.span())));
        }
    }

    void add(Entry.Kind kind, Name name, Object node, Clash clash) {
        Symbol before = names.get(name.text());
        if (before instanceof Entry function && function.kind == Entry.Kind.FUNCTION && kind == Entry.Kind.VARIABLE && !role(node).isEmpty()) {
            function.role = role(node);
            return;
        }
        if (before != null) {
            boolean sameAgain = before instanceof Entry e && e.kind == kind
                    && (e.node == node || kind == Entry.Kind.TYPEDEF && text(e.span).equals(text(name.span())) && repeats(e.node, node)
                    || kind == Entry.Kind.MACRO && repeats(e.node, node)
                    || kind == Entry.Kind.VARIABLE && (isExtern(e.node) || isExtern(node)));
            if (!sameAgain && clash != null) {
                clash.report(name, before);
            }
            if (!(before instanceof Entry e && kind == Entry.Kind.VARIABLE && isExtern(e.node))) {
                return;
            }
        }
        names.put(name.text(), new Entry(kind, name.text(), name.span(), this, node));
    }

    private static String text(wdfs.source.Span span) {
        return span.text();
    }

    private boolean isExtern(Object node) {
        return node instanceof Decl.Variable v && (v.storage().equals("extern") || !role(v).isEmpty());
    }

    /// The function type that the declaration makes a prototype with: `EVT_WDF_TIMER Tick;`. Empty if it is a variable.
    private String role(Object node) {
        return node instanceof Decl.Variable v && v.initializer().isEmpty() ? functionType(v.type(), 8) : "";
    }

    /// The function type that a name stands for, also through other names: EVT_WDF_DEVICE_CONTEXT_CLEANUP is EVT_WDF_OBJECT_CONTEXT_CLEANUP.
    private String functionType(TypeSyntax type, int depth) {
        if (depth == 0 || !(type instanceof TypeSyntax.Named n) || !(lookup(n.name().text()) instanceof Entry e) || e.kind != Entry.Kind.TYPEDEF
                || !(e.node instanceof Decl.Typedef t)) {
            return "";
        }
        return t.type() instanceof TypeSyntax.FunctionOf ? n.name().text() : functionType(t.type(), depth - 1);
    }

    /// C allows a typedef or a macro to be repeated word for word.
    private static boolean repeats(Object before, Object again) {
        return words(before).equals(words(again));
    }

    private static String words(Object node) {
        return ((Decl) node).span().text().replaceAll("//.*|/\\*(?s:.*?)\\*/", "").replaceAll("\\s+", "");
    }

    private void function(Decl.Function d, Clash clash) {
        Symbol before = names.get(d.name().text());
        if (before instanceof Entry e && (e.kind == Entry.Kind.FUNCTION || e.kind == Entry.Kind.VARIABLE && isExtern(e.node))) {
            if (e.kind == Entry.Kind.VARIABLE) {
                Entry function = new Entry(Entry.Kind.FUNCTION, e.name, e.span, this, d);
                function.definition = d.body().isPresent() ? d : null;
                function.role = role(e.node);
                names.put(e.name, function);
                return;
            }
            if (d.body().isPresent()) {
                if (e.definition != null && clash != null) {
                    clash.report(d.name(), e);
                } else {
                    e.definition = d;
                }
            }
            return;
        }
        if (before != null) {
            if (clash != null) {
                clash.report(d.name(), before);
            }
            return;
        }
        Entry entry = new Entry(Entry.Kind.FUNCTION, d.name().text(), d.name().span(), this, d);
        entry.definition = d.body().isPresent() ? d : null;
        names.put(d.name().text(), entry);
    }

    /// Declares the tags and enumerators that a type as written brings.
    void types(TypeSyntax type, Clash clash) {
        switch (type) {
            case TypeSyntax.StructBody s -> {
                s.tag().ifPresent(tag -> tag(tag, s, clash));
                for (TypeSyntax.Member member : s.members()) {
                    types(member.type(), clash);
                }
            }
            case TypeSyntax.EnumBody e -> {
                e.tag().ifPresent(tag -> tag(tag, e, clash));
                for (TypeSyntax.Enumerator enumerator : e.enumerators()) {
                    add(Entry.Kind.ENUMERATOR, enumerator.name(), e, clash);
                }
            }
            case TypeSyntax.PointerTo p -> types(p.target(), clash);
            case TypeSyntax.ArrayOf a -> types(a.element(), clash);
            case TypeSyntax.FunctionOf f -> types(f.returnType(), clash);
            default -> { }
        }
    }

    private void tag(Name tag, TypeSyntax body, Clash clash) {
        Entry before = tags.get(tag.text());
        if (before != null && before.node instanceof TypeSyntax other && !(other instanceof TypeSyntax.Tagged)) {
            if (clash != null && other != body) {
                clash.report(tag, before);
            }
            return;
        }
        tags.put(tag.text(), new Entry(Entry.Kind.TAG, tag.text(), tag.span(), this, body));
    }
}
