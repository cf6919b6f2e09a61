package wdfs.semantics;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import wdfs.syntax.Expr;
import wdfs.types.Type;

/// What a function's declaration says to its callers.
/// @param places where it may be called: of `kmdf umdf wdm user script`, `kernel`; empty for everywhere
/// @param mustInspect `_Must_inspect_result_`
/// @param maxIrql the ceiling of `_IRQL_requires_max_`, if it has one
/// @param scope where it is declared: what the names in default values mean; null if it has none
record Prototype(Type.Function type, List<Parameter> parameters, Set<String> places, boolean mustInspect, Optional<Integer> maxIrql, boolean library, Scope scope) {
    /// @param name empty if unnamed
    /// @param out SAL says that the callee writes it before reading
    record Parameter(String name, Type type, Optional<Expr> defaultValue, boolean out) {}

    Prototype {
        parameters = List.copyOf(parameters);
        places = Set.copyOf(places);
    }
}
