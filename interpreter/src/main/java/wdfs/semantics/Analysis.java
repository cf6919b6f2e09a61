package wdfs.semantics;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import wdfs.diagnostics.Diagnostic;
import wdfs.diagnostics.Findings;
import wdfs.semantics.bound.ImageSymbol;
import wdfs.source.SourceFile;
import wdfs.source.Span;
import wdfs.syntax.Expr;
import wdfs.syntax.Initializer;
import wdfs.types.Type;

/// What all parts of one check share.
final class Analysis {
    final Library library;
    final Predicate<String> nativeImplemented;
    final Features features;
    final Scope libraryScope;
    /// What stands at file level; a session puts a new one around the last for each piece that it adds.
    Scope fileScope;
    /// The scopes of the drivers bound so far, for those who look into one.
    final java.util.List<Scope> driverScopes = new java.util.ArrayList<>();
    final TypeResolver types;
    final Entries entries;
    /// Binds what belongs to no image: constants, and functions that nothing calls. There everything counts as available.
    final Image neutral;
    /// Calls that have been found to be no constants, and the types that initialisers have completed: each is worked out
    /// once, so that nesting does not double the work at each level.
    Set<Expr> noConstants = Collections.newSetFromMap(new IdentityHashMap<>());
    Map<Initializer, Type> completed = new IdentityHashMap<>();
    private final Map<SourceFile, List<LoweredText.Place>> written = new IdentityHashMap<>();
    private Findings findings;
    private int nextOrdinal;

    Analysis(Library library, Predicate<String> nativeImplemented, Features features, Findings findings) {
        this.library = library;
        this.nativeImplemented = nativeImplemented;
        this.features = features;
        this.findings = findings;
        this.libraryScope = Scope.ofLibrary(library);
        this.fileScope = libraryScope.inner(Scope.Level.FILE);
        this.types = new TypeResolver(this);
        this.entries = new Entries(this);
        Span nowhere = new Span(new SourceFile("", "", SourceFile.Origin.GENERATED), 0, 0);
        this.neutral = new Image(this, new ImageSymbol(ImageSymbol.Kind.PROCESS, "", -1, nowhere), fileScope, true, null);
    }

    /// Text that nobody wrote is not lectured: of it only errors are told, and of what a declaration stands for only if
    /// the declaration itself was in order, for otherwise they are its echo. What is about a value of the declaration is told there.
    void report(Diagnostic finding) {
        switch (finding.span().file().origin()) {
            case SCRIPT, HEADER -> findings.add(finding);
            case LIBRARY -> {
                if (finding.isError()) {
                    findings.add(finding);
                }
            }
            case GENERATED -> {
                Optional<Span> written = written(finding.span());
                if (finding.isError() && written.isPresent() && findings.sorted().stream().noneMatch(d -> d.isError() && d.span().touches(written.get()))) {
                    findings.add(new Diagnostic(finding.severity(), finding.code(), written.get(), finding.message(), finding.labels(), finding.help()));
                } else if (finding.isError() && !findings.hasErrors()) {
                    findings.add(finding);
                }
            }
        }
    }

    /// Where it is told what is wrong with a text that stands for a declaration.
    void standsFor(SourceFile lowered, List<LoweredText.Place> places) {
        written.put(lowered, places);
    }

    private Optional<Span> written(Span generated) {
        return written.getOrDefault(generated.file(), List.of()).stream().filter(p -> p.start() < generated.end() && generated.start() < p.end()).findFirst()
                .map(LoweredText.Place::written);
    }

    /// Runs `work` with findings of its own, which it gets back: what `expect error` holds is checked in isolation.
    Findings isolated(Runnable work) {
        Findings before = findings;
        Findings own = new Findings();
        findings = own;
        try {
            work.run();
        } finally {
            findings = before;
        }
        return own;
    }

    /// The same, and whatever `work` declares is taken back: nothing remembers that it was there.
    Findings tried(Runnable work) {
        Mark before = mark();
        Set<Expr> constants = noConstants;
        Map<Initializer, Type> initializers = completed;
        noConstants = Collections.newSetFromMap(new IdentityHashMap<>());
        completed = new IdentityHashMap<>();
        try {
            return isolated(work);
        } finally {
            noConstants = constants;
            completed = initializers;
            backTo(before);
        }
    }

    boolean hasErrors() {
        return findings.hasErrors();
    }

    /// How far a session has come: what is declared, and what counts images.
    record Mark(Scope fileScope, int driverScopes, Image.Extent neutral, int nextOrdinal) {}

    Mark mark() {
        return new Mark(fileScope, driverScopes.size(), neutral.extent(), nextOrdinal);
    }

    /// Takes back what was declared since.
    void backTo(Mark mark) {
        fileScope = mark.fileScope();
        driverScopes.subList(mark.driverScopes(), driverScopes.size()).clear();
        neutral.takeBack(mark.neutral());
        nextOrdinal = mark.nextOrdinal();
    }

    int nextOrdinal() {
        return nextOrdinal++;
    }

    /// For a constant expression that stands in `scope`.
    Body constantBody(Scope scope) {
        return constantBody(scope, neutral);
    }

    Body constantBody(Scope scope, Image image) {
        return new Body(this, image, null, null, scope, Captures.NONE);
    }
}
