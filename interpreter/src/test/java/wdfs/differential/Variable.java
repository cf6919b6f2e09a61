package wdfs.differential;

/// What the expressions of a block can name.
sealed interface Variable {
    String name();

    /// Whether a pointer may lead to it: then no expression changes it on the side, as C leaves the order open.
    boolean shared();

    /// Whether it only may be read: constants, and the counters that bound loops.
    boolean frozen();

    /// @param below a bound of its values if it is a counter, 0 otherwise
    record Scalar(String name, IntType type, boolean shared, boolean frozen, int below) implements Variable {}

    /// @param rows 0 unless it has two dimensions
    record Array(String name, IntType type, int rows, int length, boolean shared, boolean frozen) implements Variable {}

    /// @param length of what can be reached from it, forward
    record Pointer(String name, IntType type, int length, boolean frozen) implements Variable {
        @Override public boolean shared() { return true; }
    }

    record Struct(String name, Shape shape, boolean shared, boolean frozen) implements Variable {}

    record StructPointer(String name, Shape shape, boolean frozen) implements Variable {
        @Override public boolean shared() { return true; }
    }

    /// A pointer to a function, or a table of them.
    /// @param length of the table, 0 for one pointer
    record Callable(String name, Function signature, int length) implements Variable {
        @Override public boolean shared() { return false; }
        @Override public boolean frozen() { return true; }
    }
}
