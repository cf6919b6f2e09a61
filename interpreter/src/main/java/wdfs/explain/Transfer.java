package wdfs.explain;

import java.util.List;

/// A transfer type: the methods of control codes, and the I/O types of devices for reads and writes.
enum Transfer {
    BUFFERED("METHOD_BUFFERED", "buffered"),
    IN_DIRECT("METHOD_IN_DIRECT", ""),
    OUT_DIRECT("METHOD_OUT_DIRECT", ""),
    DIRECT("", "direct"),
    NEITHER("METHOD_NEITHER", "neither");

    private static final List<Transfer> METHODS = List.of(BUFFERED, IN_DIRECT, OUT_DIRECT, NEITHER);
    private static final List<Transfer> IO_TYPES = List.of(BUFFERED, DIRECT, NEITHER);

    private final String method;
    final String ioType;

    Transfer(String method, String ioType) {
        this.method = method;
        this.ioType = ioType;
    }

    /// Of WDF_DEVICE_IO_TYPE.
    static Transfer ofType(int type) {
        return type == Wording.DIRECT ? DIRECT : BUFFERED;
    }

    /// Those that a kind of request can have, in the order of the columns.
    static List<Transfer> of(Question.Kind kind) {
        return kind == Question.Kind.CONTROL ? METHODS : IO_TYPES;
    }

    static Transfer ofCode(int code) {
        return METHODS.get(code & 3);
    }

    /// The low bits of a control code.
    int bits() {
        return METHODS.indexOf(this);
    }

    String title(Question.Kind kind) {
        return kind == Question.Kind.CONTROL ? method : "io_type " + ioType;
    }
}
