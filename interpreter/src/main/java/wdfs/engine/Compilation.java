package wdfs.engine;

import java.util.List;
import java.util.Optional;
import wdfs.codegen.Program;
import wdfs.diagnostics.Findings;
import wdfs.source.SourceFile;
import wdfs.syntax.Decl;

/// A script that was checked, and compiled if it has no errors.
/// @param units the syntax of the script and its imports
/// @param findings errors and warnings, of the script and its imports
/// @param program empty if there are errors
public record Compilation(SourceFile main, List<Decl.Unit> units, Findings findings, Optional<Program> program) {
    public Compilation {
        units = List.copyOf(units);
    }
}
