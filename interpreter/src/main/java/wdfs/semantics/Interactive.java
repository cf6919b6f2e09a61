package wdfs.semantics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import wdfs.diagnostics.Findings;
import wdfs.semantics.Symbol.Entry;
import wdfs.semantics.bound.BoundProgram;
import wdfs.semantics.bound.FunctionSymbol;
import wdfs.semantics.bound.GlobalSymbol;
import wdfs.semantics.bound.ImageSymbol;
import wdfs.source.SourceFile;
import wdfs.source.Span;
import wdfs.syntax.Decl;
import wdfs.syntax.Stmt;
import wdfs.types.CTypes;
import wdfs.types.Type;

/// The checker of a session: what is added piece by piece sees all that was there before. Files and typed declarations come
/// in by {@link #declare}, one level of scope for each, so that a later one may declare a name anew. Lines come in by
/// {@link #line}: each becomes one more function of the image of the session's process, which grows.
public final class Interactive {
    /// Managed values that a session can hold; each of them is a place in one array.
    public static final int MOST_CELLS = 1 << 16;
    private static final int FIRST_CELL = 2;

    private final Library library;
    private final Analysis analysis;
    private final ImageSymbol process;
    private final Image image;
    private final FunctionSymbol cellOwner;
    private final Map<String, BoundProgram.IoctlInfo> ioctls = new LinkedHashMap<>();
    private int cells = FIRST_CELL;
    private long constantsEnd;

    /// What the session has a name for.
    /// @param address in the process; 0 for a managed value, whose cell is `cell`
    public record Variable(String name, Type type, long imageOffset, boolean constant, int cell) {}

    /// A line that passed the checker.
    /// @param function its body; it runs as one of the session's own, with the session's cells
    /// @param variables what it declares
    public record Line(FunctionSymbol function, List<Variable> variables) {
        public Line {
            variables = List.copyOf(variables);
        }
    }

    public Interactive(String name, Library library, Predicate<String> nativeImplemented, Features features) {
        this.library = library;
        this.analysis = new Analysis(library, nativeImplemented, features, new Findings());
        Span nowhere = new Span(SourceFile.script(name, ""), 0, 0);
        this.process = new ImageSymbol(ImageSymbol.Kind.PROCESS, name, analysis.nextOrdinal(), nowhere);
        this.image = new Image(analysis, process, analysis.fileScope, false, null);
        this.cellOwner = new FunctionSymbol(name, new Type.Function(CTypes.VOID, List.of(), false), false, nowhere);
    }

    /// The process whose image grows line by line.
    public ImageSymbol process() {
        return process;
    }

    /// Whether a name that is typed is that of a type.
    public boolean isType(String name) {
        Symbol symbol = analysis.fileScope.lookup(name);
        return symbol instanceof Entry e && e.kind == Entry.Kind.TYPEDEF || symbol == null && analysis.fileScope.lookupTag(name) != null || symbol == null && library.isType(name);
    }

    // ---- declarations ------------------------------------------------------------------------------------------------------------

    /// Adds declarations: those of files and their imports, or typed ones.
    /// @param main those whose processes and tests belong to the program
    /// @return empty if there are errors; then nothing has changed
    public Optional<BoundProgram> declare(List<Decl> all, List<Decl> main, Findings findings) {
        Analysis.Mark before = analysis.mark();
        analysis.fileScope = analysis.fileScope.inner(Scope.Level.FILE);
        BoundProgram[] program = new BoundProgram[1];
        findings.addAll(analysis.isolated(() -> guarded(all.isEmpty() ? process.span() : all.getLast().span(), () -> program[0] = new FileBinder(analysis, analysis.fileScope).bind(all, main))));
        if (findings.hasErrors() || program[0] == null) {
            analysis.backTo(before);
            return Optional.empty();
        }
        program[0].ioctls().forEach(ioctl -> ioctls.put(ioctl.name(), ioctl));
        return Optional.of(program[0]);
    }

    private void guarded(Span about, Runnable work) {
        try {
            work.run();
        } catch (StackOverflowError _) {
            analysis.report(SemanticFindings.tooDeep(about));
        }
    }

    /// The ioctls of all that was declared, the newest of each name.
    public List<BoundProgram.IoctlInfo> ioctls() {
        return List.copyOf(ioctls.values());
    }

    // ---- lines -------------------------------------------------------------------------------------------------------------------

    /// Adds a line as a function of the process.
    /// @param number of `_3`, the name of its value
    public Optional<Line> line(List<Stmt> statements, SourceFile text, int number, Findings findings) {
        Image.Extent before = image.extent();
        Bound bound = bound(statements, text, number);
        findings.addAll(analysis.isolated(() -> guarded(bound.span(), () -> {
            image.finish(bound.body(), bound.block());
            image.drain();
        })));
        if (findings.hasErrors()) {
            image.takeBack(before);
            return Optional.empty();
        }
        image.layOut(before, constantsEnd);
        bound.body().session.commit(analysis.fileScope);
        List<Variable> declared = new ArrayList<>();
        bound.body().session.declared().forEach((name, symbol) -> variable(name, symbol).ifPresent(declared::add));
        return Optional.of(new Line(bound.body().function, declared));
    }

    /// A line on its way to be bound.
    private record Bound(Body body, Stmt.Block block, Span span) {}

    private Bound bound(List<Stmt> statements, SourceFile text, int number) {
        Span span = text.span(0, text.text().length());
        Stmt.Block block = new Stmt.Block(statements, span);
        FunctionSymbol function = image.bodyFunction(process.name(), cellOwner, span);
        Body body = new Body(analysis, image, function, null, analysis.fileScope.inner(Scope.Level.BODY), Captures.of(block));
        body.session = new SessionVariables(this, body, number);
        return new Bound(body, block, span);
    }

    /// What is wrong with an input that is still being typed; nothing of it stays. Functions that it would be the first to call are
    /// not looked into.
    /// @param hole a name for what is still to be typed: whatever it is taken for, nothing is said of it
    public Findings tryOut(List<Decl> declarations, List<Stmt> statements, SourceFile text, String hole) {
        Image.Extent before = image.extent();
        Span span = text.span(0, text.text().length());
        try {
            return analysis.tried(() -> guarded(span, () -> {
                analysis.fileScope = analysis.fileScope.inner(Scope.Level.FILE);
                analysis.fileScope.put(new Symbol.Value(hole, 0, CTypes.ERROR, span));
                if (!declarations.isEmpty()) {
                    new FileBinder(analysis, analysis.fileScope).check(declarations);
                }
                if (!statements.isEmpty()) {
                    Bound bound = bound(statements, text, 0);
                    image.finish(bound.body(), bound.block());
                }
            }));
        } finally {
            image.takeBack(before);
        }
    }

    /// Where the constants of the image end, once its code has been made: string literals lie behind the variables.
    public void constantsEnd(long offset) {
        constantsEnd = offset;
    }

    FunctionSymbol cellOwner() {
        return cellOwner;
    }

    int cells() {
        return cells;
    }

    void cells(int next) {
        cells = next;
    }

    // ---- what there is -------------------------------------------------------------------------------------------------------------

    /// The variables of the session, by name.
    public List<Variable> variables() {
        Map<String, Variable> found = new TreeMap<>();
        for (Scope scope = analysis.fileScope; scope != null && scope.level != Scope.Level.LIBRARY; scope = scope.parent) {
            for (Map.Entry<String, Symbol> each : scope.entries()) {
                variable(each.getKey(), each.getValue()).ifPresent(v -> found.putIfAbsent(v.name(), v));
            }
        }
        return List.copyOf(found.values());
    }

    public Optional<Variable> variable(String name) {
        return variable(name, analysis.fileScope.lookup(name));
    }

    private static Optional<Variable> variable(String name, Symbol symbol) {
        return switch (symbol) {
            case Symbol.Static(GlobalSymbol global, _) -> Optional.of(new Variable(name, global.type(), global.imageOffset(), global.isReadOnly(), 0));
            case Symbol.Local(var local, _) -> Optional.of(new Variable(name, local.type(), 0, false, (int) local.frameOffset()));
            case null, default -> Optional.empty();
        };
    }

    /// What a name is: `function`, `variable`, `type`, `macro`, `ioctl`, `driver` …; empty for an unknown one.
    public String kindOf(String name) {
        return switch (analysis.fileScope.lookup(name)) {
            case Entry e -> switch (e.kind) {
                case TYPEDEF, TAG -> "type";
                case ENUMERATOR, MACRO, GUID, UNICODE_STRING -> "constant";
                case FUNCTION, ACCESSOR -> "function";
                default -> e.kind.name().toLowerCase(java.util.Locale.ROOT);
            };
            case Symbol.Static _, Symbol.Local _ -> "variable";
            case Symbol.Value _ -> "constant";
            case null -> analysis.fileScope.lookupTag(name) != null ? "type" : "";
            default -> "name";
        };
    }

    /// Where a name is declared; empty if it is unknown or nobody's text.
    public Optional<Span> declaration(String name) {
        Symbol symbol = analysis.fileScope.lookup(name);
        if (symbol instanceof Entry e && e.node instanceof Decl d) {
            return Optional.of(d.span());
        }
        return symbol == null ? Optional.ofNullable(analysis.fileScope.lookupTag(name)).map(e -> e.span) : Optional.of(symbol.span());
    }

    /// The type of that name, complete; empty if there is none.
    public Optional<Type> type(String name) {
        Type[] found = new Type[1];
        analysis.isolated(() -> {
            Symbol symbol = analysis.fileScope.lookup(name);
            Entry entry = symbol instanceof Entry e && e.kind == Entry.Kind.TYPEDEF ? e : analysis.fileScope.lookupTag(name);
            for (int i = analysis.driverScopes.size() - 1; i >= 0 && entry == null; i--) {
                Symbol inside = analysis.driverScopes.get(i).own(name);   // a context is its driver's own
                entry = inside instanceof Entry e && e.kind == Entry.Kind.TYPEDEF ? e : analysis.driverScopes.get(i).lookupTag(name);
            }
            found[0] = entry == null ? null : analysis.entries.type(entry);
        });
        return Optional.ofNullable(found[0]).filter(t -> !CTypes.isError(t));
    }

    /// The type of a function's result and parameters, as its declaration has them; empty if the name is no function.
    public Optional<Signature> signature(String name) {
        if (!(analysis.fileScope.lookup(name) instanceof Entry e) || e.kind != Entry.Kind.FUNCTION) {
            return Optional.empty();
        }
        Prototype[] found = new Prototype[1];
        analysis.isolated(() -> found[0] = analysis.entries.prototype(e));
        if (found[0] == null) {
            return Optional.empty();
        }
        List<String> parameters = new ArrayList<>();
        for (Prototype.Parameter p : found[0].parameters()) {
            parameters.add(p.type().show() + (p.name().isEmpty() ? "" : " " + p.name()));
        }
        return Optional.of(new Signature(found[0].type().returnType().show(), name, parameters, found[0].places().stream().sorted().toList()));
    }

    /// @param places `kmdf`, `umdf`, `wdm`, `user`, …: where it can be called; empty for everywhere
    public record Signature(String result, String name, List<String> parameters, List<String> places) {
        public Signature {
            parameters = List.copyOf(parameters);
            places = List.copyOf(places);
        }
    }

    /// All names in sight, the library's too.
    public List<String> names() {
        return analysis.fileScope.namesInSight();
    }

    /// The names that files and lines have declared.
    public List<String> ownNames() {
        List<String> list = new ArrayList<>();
        for (Scope scope = analysis.fileScope; scope != null && scope.level != Scope.Level.LIBRARY; scope = scope.parent) {
            scope.entries().forEach(each -> list.add(each.getKey()));
        }
        return list;
    }

}
