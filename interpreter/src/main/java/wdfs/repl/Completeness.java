package wdfs.repl;

import java.util.Set;
import java.util.regex.Pattern;
import wdfs.syntax.Parser;

/// Whether an input is whole: brackets, strings and comments are closed, and it does not end in the middle of an expression
/// or behind the head of a statement.
final class Completeness {
    private static final Set<String> GO_ON = Set.of("+", "*", "/", "%", "&&", "||", "&", "|", "^", "<", ">", "<=", ">=", "==", "!=", "=", "+=", "-=", "*=", "/=", "%=", "&=", "|=",
            "^=", "<<=", ">>=", "<<", ">>", ",", "->", ".", "?", ":", "-", "!", "~", "\\");
    private static final Pattern HEAD = Pattern.compile("(?s).*(?:^|[;{}\\s])(?:else|do|__try|__finally)\\s*");
    private static final Pattern CONDITION = Pattern.compile("(?s)\\s*(?:if|while|for|switch|__except)\\s*\\(.*\\)\\s*");

    private Completeness() {}

    static boolean of(String text) {
        if (!Parser.isComplete(text)) {
            return false;
        }
        String bare = text.replaceAll("//[^\\n]*(?=\\n|$)", "").stripTrailing();
        if (text.endsWith("\n\n") || text.endsWith("\n") && bare.lines().count() < text.lines().count()) {
            return true;                                              // an empty line ends it
        }
        if (bare.endsWith("++") || bare.endsWith("--") || bare.isEmpty()) {
            return true;
        }
        for (int length = 3; length > 0; length--) {
            if (bare.length() >= length && GO_ON.contains(bare.substring(bare.length() - length))) {
                return bare.endsWith(":") && bare.matches("(?s).*\\b(?:default|[A-Za-z_]\\w*)\\s*:") && !bare.contains("?");
            }
        }
        return !HEAD.matcher(bare).matches() && !isHeadOnly(bare);
    }

    /// `if (x)` and nothing behind the closing parenthesis of its condition.
    private static boolean isHeadOnly(String text) {
        if (!CONDITION.matcher(text).matches()) {
            return false;
        }
        int depth = 0;
        for (int i = text.indexOf('('); i >= 0 && i < text.length(); i++) {
            char c = text.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (depth == 0) {
                return text.substring(i + 1).isBlank();
            }
        }
        return false;
    }
}
