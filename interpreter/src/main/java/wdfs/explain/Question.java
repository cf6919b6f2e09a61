package wdfs.explain;

import java.util.Optional;

/// What is to be explained.
/// @param name the control code's, or `read`, `write`
/// @param code the control code, 0 for reads and writes
/// @param in and out: bytes of the application's two buffers; a read has only `out`, a write only `in`
/// @param own the transfer type that the script itself uses; empty if it could not be found out
public record Question(Kind kind, String name, int code, int in, int out, Optional<Transfer> own) {
    public enum Kind { CONTROL, READ, WRITE }

    /// The code with another method.
    int code(Transfer transfer) {
        return kind == Kind.CONTROL ? code & ~3 | transfer.bits() : 0;
    }

    int major() {
        return switch (kind) {
            case READ -> 0x03;
            case WRITE -> 0x04;
            case CONTROL -> 0x0E;
        };
    }

    /// A number of bytes that is neither nothing nor all, if the length allows it: what the probe gives as Information.
    int some() {
        int length = kind == Kind.WRITE ? in : out;
        return length <= 1 ? length : length * 5 / 8;
    }

    String lengths() {
        return switch (kind) {
            case READ -> "length " + out;
            case WRITE -> "length " + in;
            case CONTROL -> "in " + in + "  out " + out;
        };
    }
}
