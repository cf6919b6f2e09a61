package wdfs.engine;

import java.util.Optional;
import wdfs.codegen.Program;
import wdfs.diagnostics.Findings;
import wdfs.source.SourceFile;

/// A script that was checked, and compiled if it has no errors.
/// @param findings errors and warnings, of the script and its imports
/// @param program empty if there are errors
public record Compilation(SourceFile main, Findings findings, Optional<Program> program) {}
