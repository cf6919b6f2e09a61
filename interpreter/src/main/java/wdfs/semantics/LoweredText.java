package wdfs.semantics;

import java.util.ArrayList;
import java.util.List;
import wdfs.source.Span;

/// C text in the making, with its indentation. What stands in the declaration itself keeps its place: a finding about it is told there.
final class LoweredText {
    /// Text that the declaration has, to be put into a line as it stands.
    record Written(Span span) {
        @Override
        public String toString() {
            return span.text();
        }
    }

    /// Where a {@link Written} came to lie.
    record Place(int start, int end, Span written) {}

    private final StringBuilder text = new StringBuilder();
    private final List<Place> places = new ArrayList<>();
    private int depth;

    LoweredText line(String format, Object... arguments) {
        String line = arguments.length == 0 ? format : format.formatted(arguments);
        if (line.startsWith("}")) {
            depth--;
        }
        text.repeat("    ", depth);
        note(format, arguments);
        text.append(line).append('\n');
        if (line.endsWith("{")) {
            depth++;
        }
        return this;
    }

    private void note(String format, Object[] arguments) {
        int at = text.length();
        int from = 0;
        for (Object argument : arguments) {
            int here = format.indexOf('%', from);
            at += here - from;
            from = here + 2;
            String put = format.substring(here, from).formatted(argument);
            if (argument instanceof Written(Span span)) {
                places.add(new Place(at, at + put.length(), span));
            }
            at += put.length();
        }
    }

    /// A step that can fail, inside a function with a `status`.
    LoweredText step(String format, Object... arguments) {
        line("status = " + format, arguments);
        return line("if (!NT_SUCCESS(status)) return status;");
    }

    List<Place> places() {
        return List.copyOf(places);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
