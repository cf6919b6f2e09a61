package wdfs.semantics;

/// C text in the making, with its indentation.
final class LoweredText {
    private final StringBuilder text = new StringBuilder();
    private int depth;

    LoweredText line(String format, Object... arguments) {
        String line = arguments.length == 0 ? format : format.formatted(arguments);
        if (line.startsWith("}")) {
            depth--;
        }
        text.repeat("    ", depth).append(line).append('\n');
        if (line.endsWith("{")) {
            depth++;
        }
        return this;
    }

    /// A step that can fail, inside a function with a `status`.
    LoweredText step(String format, Object... arguments) {
        line("status = " + format, arguments);
        return line("if (!NT_SUCCESS(status)) return status;");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
