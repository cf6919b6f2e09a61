package wdfs.repl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import wdfs.json.Json;

/// What a command shows: blocks, each with its data and the way to write it as text. The JSON form has the same data, so
/// that the two cannot disagree.
public final class Doc {
    /// An object of the machine, by its name, with the command that shows it.
    public record Ref(String name, long address, String command) {
        @Override public String toString() { return name; }
    }

    /// A number that people read as something else: its text, with the number itself for programs.
    public record Num(long value, String text) {
        @Override public String toString() { return text; }
    }

    sealed interface Block {}

    /// A line of text with named values: `{state}` in the template stands for the value of that name.
    record Say(String template, Map<String, Object> values) implements Block {}

    record Table(String key, List<String> columns, List<List<Object>> rows, boolean header) implements Block {}

    /// A document inside, on lines of their own.
    record Part(String key, int indent, Doc inside) implements Block {}

    /// Several of a kind.
    record Parts(String key, int indent, List<Doc> list) implements Block {}

    /// Lines as they are.
    record Lines(String key, int indent, List<String> lines) implements Block {}

    private final List<Block> blocks = new ArrayList<>();
    private String failure = "";

    /// An answer that says why there is none.
    static Doc failed(String why, Object... arguments) {
        Doc doc = new Doc();
        doc.failure = arguments.length == 0 ? why : why.formatted(arguments);
        return doc;
    }

    boolean isFailure() {
        return !failure.isEmpty();
    }

    String failure() {
        return failure;
    }

    /// @param values names and values, in turns
    Doc say(String template, Object... values) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i + 1 < values.length; i += 2) {
            map.put((String) values[i], values[i + 1]);
        }
        blocks.add(new Say(template, map));
        return this;
    }

    Doc table(String key, List<String> columns, List<List<Object>> rows) {
        blocks.add(new Table(key, columns, rows, true));
        return this;
    }

    /// Without a line of titles.
    Doc plainTable(String key, List<String> columns, List<List<Object>> rows) {
        blocks.add(new Table(key, columns, rows, false));
        return this;
    }

    Doc part(String key, int indent, Doc inside) {
        blocks.add(new Part(key, indent, inside));
        return this;
    }

    Doc parts(String key, int indent, List<Doc> list) {
        blocks.add(new Parts(key, indent, list));
        return this;
    }

    Doc lines(String key, List<String> lines) {
        return lines(key, 0, lines);
    }

    Doc lines(String key, int indent, List<String> lines) {
        blocks.add(new Lines(key, indent, List.copyOf(lines)));
        return this;
    }

    // ---- text --------------------------------------------------------------------------------------------------------------------

    /// The lines; the last names the commands that show the objects which occur, other than `self`.
    List<String> text(String self) {
        List<String> lines = new ArrayList<>();
        Set<String> commands = new LinkedHashSet<>();
        write(lines, "", commands);
        commands.removeIf(command -> command.isEmpty() || command.equals(self));
        if (!commands.isEmpty()) {
            StringBuilder line = new StringBuilder("  see:");
            int count = 0;
            for (String command : commands) {
                if (line.length() + command.length() > 96 || count == 8) {
                    break;
                }
                line.append(count++ == 0 ? " " : " · ").append(command);
            }
            if (count > 0) {
                lines.add(line.toString());
            }
        }
        return lines;
    }

    private void write(List<String> into, String indent, Set<String> commands) {
        for (Block block : blocks) {
            switch (block) {
                case Say say -> into.add((indent + filled(say, commands)).stripTrailing());
                case Table table -> table(table, into, indent, commands);
                case Part part -> part.inside.write(into, indent + " ".repeat(part.indent), commands);
                case Parts parts -> parts.list.forEach(doc -> doc.write(into, indent + " ".repeat(parts.indent), commands));
                case Lines text -> text.lines.forEach(line -> into.add((indent + " ".repeat(text.indent) + line).stripTrailing()));
            }
        }
    }

    private static String filled(Say say, Set<String> commands) {
        StringBuilder text = new StringBuilder();
        String template = say.template;
        int i = 0;
        while (i < template.length()) {
            char c = template.charAt(i);
            int end = c == '{' ? template.indexOf('}', i) : -1;
            if (end > 0 && say.values.containsKey(template.substring(i + 1, end))) {
                text.append(shown(say.values.get(template.substring(i + 1, end)), commands));
                i = end + 1;
            } else {
                text.append(c);
                i++;
            }
        }
        return text.toString();
    }

    private static String shown(Object value, Set<String> commands) {
        if (value instanceof Ref ref) {
            commands.add(ref.command);
        }
        if (value instanceof List<?> list) {
            List<String> parts = new ArrayList<>();
            list.forEach(each -> parts.add(shown(each, commands)));
            return String.join(", ", parts);
        }
        return String.valueOf(value);
    }

    private static void table(Table table, List<String> into, String indent, Set<String> commands) {
        int columns = table.columns.size();
        int[] widths = new int[columns];
        List<List<String>> rows = new ArrayList<>();
        if (table.header) {
            rows.add(table.columns);
        }
        for (List<Object> row : table.rows) {
            List<String> cells = new ArrayList<>();
            row.forEach(cell -> cells.add(shown(cell, commands)));
            rows.add(cells);
        }
        for (List<String> row : rows) {
            for (int i = 0; i < columns && i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(indent);
            for (int i = 0; i < row.size(); i++) {
                boolean number = i < columns && !table.rows.isEmpty() && table.rows.getFirst().size() > i && table.rows.getFirst().get(i) instanceof Number;
                String cell = row.get(i);
                String pad = " ".repeat(Math.max(0, (i < columns ? widths[i] : 0) - cell.length()));
                line.append(number ? pad + cell : cell + pad).append("  ");
            }
            into.add(line.toString().stripTrailing());
        }
    }

    // ---- JSON --------------------------------------------------------------------------------------------------------------------

    String json() {
        return json(isFailure() ? Map.of("error", failure) : data()).line();
    }

    private static Json json(Object value) {
        return switch (value) {
            case Boolean b -> Json.of(b);
            case Number n -> Json.of(n.longValue());
            case Num n -> Json.of(n.value);
            case Ref r -> Json.object().put("name", r.name).put("address", "0x%x".formatted(r.address)).put("command", r.command).build();
            case Map<?, ?> map -> {
                Json.Members members = Json.object();
                map.forEach((name, each) -> members.put(String.valueOf(name), json(each)));
                yield members.build();
            }
            case List<?> list -> Json.array(list.stream().map(Doc::json).toList());
            case null -> Json.of("");
            default -> Json.of(value.toString());
        };
    }

    Map<String, Object> data() {
        Map<String, Object> map = new LinkedHashMap<>();
        for (Block block : blocks) {
            switch (block) {
                case Say say -> map.putAll(say.values);
                case Table table -> {
                    List<Object> rows = new ArrayList<>();
                    for (List<Object> row : table.rows) {
                        Map<String, Object> cells = new LinkedHashMap<>();
                        for (int i = 0; i < row.size() && i < table.columns.size(); i++) {
                            cells.put(table.columns.get(i), row.get(i));
                        }
                        rows.add(cells);
                    }
                    map.put(table.key, rows);
                }
                case Part part -> map.put(part.key, part.inside.data());
                case Parts parts -> map.put(parts.key, parts.list.stream().map(Doc::data).toList());
                case Lines lines -> map.put(lines.key, lines.lines);
            }
        }
        return map;
    }
}
