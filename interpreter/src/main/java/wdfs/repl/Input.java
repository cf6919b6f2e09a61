package wdfs.repl;

import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What kind a typed line is. A line that begins with `.` or `!` and a known word is that command; `dt`, `db` … `k` only if
/// nothing of that name is in scope and no operator follows; `NAME?` as a whole line asks for help; a line whose first word
/// begins a declaration of the language declares; all else is statements.
sealed interface Input {
    record Nothing() implements Input {}

    record Run(Command command, String words) implements Input {}

    /// A word with a dot in front that is no command.
    record Unknown(String word) implements Input {}

    record Help(String name, boolean source) implements Input {}

    record Declarations(String text) implements Input {}

    record Statements(String text) implements Input {}

    Pattern HELP = Pattern.compile("\\s*([!.]?[A-Za-z_][A-Za-z0-9_.]*|[A-Z]+-\\d+)\\s*(\\?{1,2})\\s*");
    Pattern DOT = Pattern.compile("\\s*(\\.[A-Za-z][A-Za-z0-9]*)(.*)", Pattern.DOTALL);
    Pattern BANG = Pattern.compile("\\s*!((?:wdfkd\\.)?[A-Za-z_][A-Za-z0-9_]*)(.*)", Pattern.DOTALL);
    Pattern WORD = Pattern.compile("\\s*([A-Za-z]+)(\\s+.*|)", Pattern.DOTALL);
    /// Comments may stand in front of it, as they do where a declaration was copied from.
    Pattern DECLARATION = Pattern.compile("(?:\\s|//[^\\n]*+\\n|/\\*(?:[^*]|\\*(?!/))*+\\*/)*+(?:(?:driver|hardware|devnode|ioctl|process|context)\\s+[A-Za-z_]\\w*|test\\s*\"|import\\s*[\"<]|#|extern\\s*\"|"
            + "(?:typedef|DEFINE_GUID|WDF_DECLARE_\\w+)\\b).*", Pattern.DOTALL);
    /// Behind the name of a command, these make it an expression.
    Pattern OPERATOR = Pattern.compile("\\s*(?:[=(\\[;,?:+*/%&|^<>.-]).*", Pattern.DOTALL);

    /// @param isNamed whether a name has a meaning in the session already, the library's names left out
    static Input of(String text, Commands commands, Predicate<String> isNamed) {
        if (text.isBlank() || onlyComments(text)) {
            return new Nothing();
        }
        Matcher help = HELP.matcher(text);
        if (help.matches()) {
            return new Help(help.group(1), help.group(2).length() == 2);
        }
        Matcher dot = DOT.matcher(text);
        if (dot.matches()) {
            Optional<Command> command = commands.find(dot.group(1));
            return command.isPresent() ? new Run(command.get(), dot.group(2)) : new Unknown(dot.group(1));
        }
        Matcher bang = BANG.matcher(text);
        if (bang.matches() && !isCall(bang.group(2))) {
            Optional<Command> command = commands.find("!" + bang.group(1));
            if (command.isPresent()) {
                return new Run(command.get(), bang.group(2));
            }
        }
        Matcher word = WORD.matcher(text);
        if (word.matches() && !isNamed.test(word.group(1)) && !operatorFollows(word.group(2))) {
            Optional<Command> command = commands.find(word.group(1));
            if (command.isPresent()) {
                return new Run(command.get(), word.group(2));
            }
        }
        return DECLARATION.matcher(text).matches() ? new Declarations(text) : new Statements(text);
    }

    /// Whether a line behind others is a command, and neither a member `.load = 1` of an initializer nor the rest of an expression.
    static boolean isUnmistakablyCommand(String line, Commands commands, Predicate<String> isNamed) {
        Matcher word = (line.startsWith(".") ? DOT : BANG).matcher(line);
        if (line.isEmpty() || Character.isWhitespace(line.charAt(0)) || !word.matches()) {
            return false;
        }
        String name = word.group(1);
        return commands.find(line.startsWith(".") ? name : "!" + name).isPresent() && (line.startsWith(".") || !isNamed.test(name))
                && !word.group(2).stripLeading().matches("(?s)[=(\\[;,].*");
    }

    private static boolean isCall(String rest) {
        return rest.stripLeading().startsWith("(");
    }

    private static boolean operatorFollows(String rest) {
        String next = rest.stripLeading();
        if (next.matches("(?s)--?[A-Za-z].*") && rest.startsWith(" ")) {
            return false;                                             // `dt -r NAME`
        }
        if (next.startsWith("&") && next.length() > 1 && (Character.isLetter(next.charAt(1)) || next.charAt(1) == '_') && rest.startsWith(" ") && !next.startsWith("&&")) {
            return false;                                             // `db &name`
        }
        return OPERATOR.matcher(next).matches();
    }

    private static boolean onlyComments(String text) {
        String bare = text.replaceAll("//[^\\n]*", "").replaceAll("(?s)/\\*.*?\\*/", "");
        return bare.isBlank();
    }
}
