package wdfs.differential;

/// The text of an expression, with what is needed to use it in a larger one.
/// @param precedence of its outermost operator: see the constants
record Value(String text, IntType type, int precedence) {
    static final int COMMA = 1;
    static final int ASSIGNMENT = 2;
    static final int CONDITIONAL = 3;
    static final int UNARY = 14;
    static final int POSTFIX = 15;
    static final int PRIMARY = 16;

    /// How tightly a binary operator of C binds.
    static int precedence(String operator) {
        return switch (operator) {
            case "||" -> 4;
            case "&&" -> 5;
            case "|" -> 6;
            case "^" -> 7;
            case "&" -> 8;
            case "==", "!=" -> 9;
            case "<", "<=", ">", ">=" -> 10;
            case "<<", ">>" -> 11;
            case "+", "-" -> 12;
            default -> 13;
        };
    }

    /// The text for a place that wants at least this precedence.
    String at(int least) {
        return precedence >= least ? text : "(" + text + ")";
    }
}
