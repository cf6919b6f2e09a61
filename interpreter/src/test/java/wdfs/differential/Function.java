package wdfs.differential;

import java.util.List;

/// A function of a program, as its callers see it.
/// @param kind what it may touch
/// @param result null for `void` and for a structure
/// @param shape of the structure that it returns, or null
/// @param cost an estimate of its steps, so that calls in loops of calls in loops stay short
record Function(String name, Kind kind, IntType result, Shape shape, List<Parameter> parameters, long cost) {
    enum Kind {
        /// The value depends on the arguments only.
        PURE,
        /// It has static variables: one call in an expression at most.
        STATEFUL,
        /// It changes what its arguments point to: it is called by a statement of its own.
        EFFECTS
    }

    /// Whether one pointer can lead to both.
    boolean sameType(Function other) {
        return kind == other.kind && result == other.result && shape == other.shape && parameters.equals(other.parameters);
    }

    sealed interface Parameter {
        record Integer(IntType type) implements Parameter {}
        record ByValue(Shape shape) implements Parameter {}
        /// @param length elements that the function may reach
        record Elements(IntType type, int length, boolean isConst) implements Parameter {}
        record ByAddress(Shape shape) implements Parameter {}
        record Callback(Function signature) implements Parameter {}
    }
}
