package wdfs.semantics;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import wdfs.diagnostics.Findings;
import wdfs.semantics.bound.BoundProgram;
import wdfs.syntax.Decl;

/// The static checker: from declarations to the bound tree. Total: whatever a user wrote, a tree and findings come back,
/// and every error of a file is told at once.
public final class Checker {
    private Checker() {}

    /// @param units in import order, the main file last; its processes and tests are the program's
    /// @param nativeImplemented whether a prototype without a body has a Java method
    /// @param features what this version can run
    public static CheckResult check(List<Decl.Unit> units, Library library, Predicate<String> nativeImplemented, Features features, Findings findings) {
        Analysis analysis = new Analysis(library, nativeImplemented, features, findings);
        FileBinder binder = new FileBinder(analysis, analysis.fileScope);
        List<Decl> all = new ArrayList<>();
        units.forEach(unit -> all.addAll(unit.declarations()));
        BoundProgram program = new BoundProgram(List.of(), List.of(), List.of());
        try {
            program = binder.bind(all, units.isEmpty() ? List.of() : units.getLast().declarations());
        } catch (StackOverflowError _) {
            // Nothing people write is as deep as this; a hostile script gets a finding, too.
            findings.add(SemanticFindings.tooDeep(units.getLast().file().span(0, 0)));
        }
        return new CheckResult(program, !findings.hasErrors());
    }

    /// As above, for a machine that runs everything the language declares.
    public static CheckResult check(List<Decl.Unit> units, Library library, Predicate<String> nativeImplemented, Findings findings) {
        return check(units, library, nativeImplemented, Features.all(), findings);
    }
}
