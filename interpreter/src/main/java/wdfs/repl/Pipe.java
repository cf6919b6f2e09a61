package wdfs.repl;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// What stands behind a command: `| grep RE`, `| head [N]`, `| tail [N]`, `| count`, one behind the other.
/// @param words what stands in front of the first
record Pipe(String words, List<String> stages) {
    private static final Pattern STAGE = Pattern.compile("\\s*(grep|head|tail|count)(?:\\s+(.+?))?\\s*", Pattern.DOTALL);
    private static final int USUAL = 10;
    /// An expression that looks at more characters than this for one line goes round in circles.
    private static final int MOST_LOOKS = 1_000_000;

    Pipe {
        stages = List.copyOf(stages);
    }

    static Pipe of(String text) {
        List<String> parts = parts(text);
        int first = parts.size();
        while (first > 1 && STAGE.matcher(parts.get(first - 1)).matches()) {
            first--;
        }
        return new Pipe(String.join("|", parts.subList(0, first)), parts.subList(first, parts.size()));
    }

    /// At each `|` outside of double quotes.
    private static List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            quoted ^= text.charAt(i) == '"';
            if (text.charAt(i) == '|' && !quoted) {
                parts.add(text.substring(from, i));
                from = i + 1;
            }
        }
        parts.add(text.substring(from));
        return parts;
    }

    List<String> through(List<String> lines) throws Command.Stop {
        List<String> rest = lines.stream().filter(line -> !line.startsWith("  see: ")).toList();
        for (String stage : stages) {
            Matcher words = STAGE.matcher(stage);
            words.matches();
            String argument = words.group(2) == null ? "" : words.group(2).strip();
            rest = switch (words.group(1)) {
                case "grep" -> found(rest, argument);
                case "head" -> rest.subList(0, Math.min(number(argument), rest.size()));
                case "tail" -> rest.subList(Math.max(0, rest.size() - number(argument)), rest.size());
                default -> List.of(rest.size() + (rest.size() == 1 ? " line" : " lines"));
            };
        }
        return rest;
    }

    private static int number(String argument) throws Command.Stop {
        if (!argument.matches("\\d{0,6}")) {
            throw new Command.Stop("`%s` is no number of lines", argument);
        }
        return argument.isEmpty() ? USUAL : Integer.parseInt(argument);
    }

    private static List<String> found(List<String> lines, String argument) throws Command.Stop {
        String expression = argument.length() > 1 && argument.startsWith("\"") && argument.endsWith("\"") ? argument.substring(1, argument.length() - 1) : argument;
        if (expression.isEmpty()) {
            throw new Command.Stop("grep wants an expression: | grep IRP_MJ_READ");
        }
        try {
            Pattern pattern = Pattern.compile(expression, Pattern.CASE_INSENSITIVE);
            return lines.stream().filter(line -> pattern.matcher(new Looked(line)).find()).toList();
        } catch (PatternSyntaxException e) {
            throw new Command.Stop("`%s` is no regular expression: %s", expression, e.getDescription());
        } catch (TooMany _) {
            throw new Command.Stop("`%s` takes too long", expression);
        }
    }

    private static final class TooMany extends RuntimeException {
        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }

    /// A line that counts how often it is looked at.
    private static final class Looked implements CharSequence {
        private final String line;
        private int looks;

        Looked(String line) {
            this.line = line;
        }

        @Override
        public char charAt(int index) {
            if (++looks > MOST_LOOKS) {
                throw new TooMany();
            }
            return line.charAt(index);
        }

        @Override public int length() { return line.length(); }
        @Override public CharSequence subSequence(int start, int end) { return line.substring(start, end); }
        @Override public String toString() { return line; }
    }
}
