package wdfs.json;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// A JSON value (RFC 8259) and its text. Members stand in the order in which they were put, so that the same data give the
/// same bytes.
public sealed interface Json {
    record Text(String value) implements Json {}

    record Number(long value) implements Json {}

    record Flag(boolean value) implements Json {}

    record Array(List<Json> items) implements Json {
        public Array { items = List.copyOf(items); }
    }

    record Member(String name, Json value) {}

    record Object(List<Member> members) implements Json {
        public Object { members = List.copyOf(members); }
    }

    static Json of(String value) {
        return new Text(value);
    }

    static Json of(long value) {
        return new Number(value);
    }

    static Json of(boolean value) {
        return new Flag(value);
    }

    static Json array(Collection<? extends Json> items) {
        return new Array(List.copyOf(items));
    }

    static Json texts(Collection<String> items) {
        return new Array(items.stream().<Json>map(Text::new).toList());
    }

    static Members object() {
        return new Members();
    }

    /// An object that is being put together.
    final class Members {
        private final List<Member> members = new ArrayList<>();

        private Members() {}

        public Members put(String name, Json value) {
            members.add(new Member(name, value));
            return this;
        }

        public Members put(String name, String value) {
            return put(name, of(value));
        }

        public Members put(String name, long value) {
            return put(name, of(value));
        }

        public Members put(String name, boolean value) {
            return put(name, of(value));
        }

        /// Leaves an empty text out.
        public Members putUnlessEmpty(String name, String value) {
            return value.isEmpty() ? this : put(name, value);
        }

        public Json build() {
            return new Object(members);
        }
    }

    /// On one line, as lines of JSON are.
    default String line() {
        StringBuilder text = new StringBuilder();
        write(this, text, -1);
        return text.toString();
    }

    /// Indented by two blanks, for files that people read; ends with a newline.
    default String page() {
        StringBuilder text = new StringBuilder();
        write(this, text, 0);
        return text.append('\n').toString();
    }

    /// @param depth how deep the value stands; negative for a text without line ends
    private static void write(Json value, StringBuilder text, int depth) {
        switch (value) {
            case Text(String s) -> quote(s, text);
            case Number(long n) -> text.append(n);
            case Flag(boolean b) -> text.append(b);
            case Array(List<Json> items) -> {
                text.append('[');
                for (int i = 0; i < items.size(); i++) {
                    separate(text, i, depth);
                    write(items.get(i), text, depth < 0 ? depth : depth + 1);
                }
                close(text, items.isEmpty(), depth).append(']');
            }
            case Object(List<Member> members) -> {
                text.append('{');
                for (int i = 0; i < members.size(); i++) {
                    separate(text, i, depth);
                    quote(members.get(i).name(), text);
                    text.append(depth < 0 ? ":" : ": ");
                    write(members.get(i).value(), text, depth < 0 ? depth : depth + 1);
                }
                close(text, members.isEmpty(), depth).append('}');
            }
        }
    }

    private static void separate(StringBuilder text, int index, int depth) {
        text.append(index == 0 ? "" : ",");
        if (depth >= 0) {
            text.append('\n').repeat("  ", depth + 1);
        }
    }

    private static StringBuilder close(StringBuilder text, boolean empty, int depth) {
        return depth < 0 || empty ? text : text.append('\n').repeat("  ", depth);
    }

    private static void quote(String value, StringBuilder text) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    // Half a surrogate pair has no UTF-8; escaped it is still JSON.
                    boolean lone = Character.isHighSurrogate(c) && (i + 1 == value.length() || !Character.isLowSurrogate(value.charAt(i + 1)))
                            || Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(value.charAt(i - 1)));
                    if (c < ' ' || c == 0x7F || lone) {
                        text.append("\\u%04x".formatted((int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }
}
