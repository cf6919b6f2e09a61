package wdfs.differential;

import java.util.List;

/// Statements that belong together: ways of a pointer, bytes of a structure, and what a program holds at its end.
final class Templates {
    private final Dice dice;
    private final Scope scope;
    private final Expressions expressions;
    private final Statements statements;

    Templates(Dice dice, Scope scope, Expressions expressions, Statements statements) {
        this.dice = dice;
        this.scope = scope;
        this.expressions = expressions;
        this.statements = statements;
    }

    /// A pointer's way through an array, its place known at each step.
    void walk() {
        List<Variable.Array> arrays = scope.all(Variable.Array.class, a -> a.rows() == 0 && !a.frozen() && a.length() > 2);
        if (arrays.isEmpty()) {
            statements.array("");
            return;
        }
        Variable.Array array = dice.of(arrays);
        String p = statements.fresh("p");
        int place = scope.variables.indexOf(array);
        scope.variables.remove(place);
        int end = array.length();
        statements.open("{");
        statements.line(array.type().spelling + " *" + p + " = " + dice.of(array.name(), "&" + array.name() + "[0]", "&*" + array.name()) + ";");
        int at = 0;
        for (int i = dice.between(3, 7); i > 0; i--) {
            switch (dice.below(9)) {
                case 0 -> {
                    if (at < end) {
                        statements.line("*" + p + "++ " + dice.of("=", "+=", "^=") + " " + expressions.full(2).at(Value.ASSIGNMENT) + ";");
                        at++;
                    }
                }
                case 1 -> {
                    if (at > 0) {
                        statements.line("*--" + p + " = " + expressions.full(2).at(Value.ASSIGNMENT) + ";");
                        at--;
                    }
                }
                case 2 -> {
                    int to = dice.below(end + 1);
                    statements.line(p + (to >= at ? " += " + (to - at) : " -= " + (at - to)) + dice.of("", "u", "LL", "ULL") + ";");
                    at = to;
                }
                case 3 -> {
                    int to = dice.below(end);
                    statements.line("@mix(h, " + p + "[" + (to - at) + "]);");
                }
                case 4 -> statements.line("@mix(h, " + p + " - " + array.name() + ");");
                case 5 -> {
                    if (at < end) {
                        boolean steps = dice.percent(30);
                        statements.line(steps ? "@mix(h, *" + p + "++ + 1);" : dice.of("(*" + p + ")++;", "++*" + p + ";", "--(*" + p + ");"));
                        at += steps ? 1 : 0;
                    }
                }
                case 6 -> statements.line("@mix(h, " + p + dice.of(" == ", " < ", " >= ", " != ") + array.name() + " + " + dice.below(end + 1) + ");");
                case 7 -> statements.line("@mix(h, " + array.name() + " + " + end + " - " + p + ");");
                default -> {
                    if (at < end) {
                        statements.line("*" + p + " = " + expressions.full(3).at(Value.ASSIGNMENT) + ";");
                    }
                }
            }
        }
        statements.line("while (" + p + " > " + array.name() + ") @mix(h, *--" + p + ");");
        statements.close("}");
        scope.variables.add(place, array);
    }

    /// The bytes of an array, read as another type.
    void pun() {
        List<Variable.Array> arrays = scope.all(Variable.Array.class, a -> a.rows() == 0);
        if (arrays.isEmpty()) {
            statements.array("");
            return;
        }
        Variable.Array array = dice.of(arrays);
        IntType type = dice.of(IntType.CHAR, IntType.UCHAR, IntType.SHORT, IntType.USHORT, IntType.INT, IntType.ULONG, IntType.LONGLONG, IntType.ULONGLONG);
        int size = type.bits / 8;
        int bytes = array.length() * array.type().bits / 8;
        if (size > bytes) {
            type = IntType.UCHAR;
            size = 1;
        }
        String pointer = "(" + (array.frozen() ? "const " : "") + type.spelling + " *)";
        int at = dice.below(bytes / size);
        statements.line("@mix(h, " + (dice.percent(50) ? "*(" + pointer + array.name() + " + " + at + ")" : "(" + pointer + array.name() + ")[" + at + "]") + ");");
        // What is not shared could change on the right side as well.
        if (array.type() != IntType.BOOL && array.shared() && !array.frozen()) {
            statements.line("((" + type.spelling + " *)&" + array.name() + "[0])[" + dice.below(bytes / size) + "] " + dice.of("=", "+=", "^=", "|=") + " "
                    + expressions.full(2).at(Value.ASSIGNMENT) + ";");
        }
    }

    /// A pointer to a pointer.
    void indirection() {
        List<Variable.Pointer> pointers = scope.all(Variable.Pointer.class, p -> !p.frozen());
        if (pointers.isEmpty()) {
            statements.pointer();
            return;
        }
        Variable.Pointer pointer = dice.of(pointers);
        String name = statements.fresh("p");
        statements.open("{");
        statements.line(pointer.type().spelling + " **" + name + " = &" + pointer.name() + ";");
        statements.line("**" + name + " " + dice.of("=", "+=", "-=") + " " + expressions.full(3).at(Value.ASSIGNMENT) + ";");
        statements.line("(*" + name + ")[" + dice.below(pointer.length()) + "]" + dice.of("++", "--") + ";");
        statements.line("*" + name + " += " + pointer.length() + ";");
        statements.line("@mix(h, *--*" + name + ");");
        if (pointer.length() > 1) {
            statements.line("*" + name + " -= " + (pointer.length() - 1) + ";");
        }
        statements.line("@mix(h, (**" + name + ")++);");
        statements.close("}");
    }

    /// The layout of a structure: its members over zeroed memory, byte by byte.
    void bytes() {
        List<Shape> shapes = scope.shapes;
        if (shapes.isEmpty()) {
            statements.line(expressions.assignment(3) + ";");
            return;
        }
        Shape shape = dice.of(shapes);
        String name = statements.fresh("s");
        String i = statements.fresh("i");
        statements.open("{");
        statements.line(shape.name() + " " + name + ";");
        statements.line("RtlZeroMemory(&" + name + ", sizeof(" + name + "));");
        for (Shape.Member member : shape.members()) {
            if (dice.percent(60)) {
                statements.line(name + member.path() + (member.length() > 0 ? "[" + dice.below(member.length()) + "]" : "") + " = "
                        + expressions.full(2).at(Value.ASSIGNMENT) + ";");
            }
        }
        statements.line("for (int %1$s = 0; %1$s < (int)sizeof(%2$s); %1$s++) @mix(h, ((UCHAR *)&%3$s)[%1$s]);".formatted(i, shape.name(), name));
        statements.close("}");
    }

    /// Rows of an array of two dimensions by a pointer to an array.
    void rows() {
        List<Variable.Array> arrays = scope.all(Variable.Array.class, a -> a.rows() > 0);
        if (arrays.isEmpty()) {
            statements.matrix();
            return;
        }
        Variable.Array array = dice.of(arrays);
        String p = statements.fresh("p");
        String i = statements.fresh("i");
        statements.open("{");
        statements.line(array.type().spelling + " (*" + p + ")[" + array.length() + "] = " + array.name() + ";");
        statements.line("for (int %1$s = 0; %1$s < %2$d; %1$s++, %3$s++) @mix(h, %4$s + (%3$s - %5$s));".formatted(i, array.rows(), p,
                dice.of("(*" + p + ")[1]", "*(*" + p + " + 1)", p + "[0][" + dice.below(array.length()) + "]", "**" + p), array.name()));
        statements.close("}");
    }

    /// All that the variables hold at the end.
    void dump(Variable variable) {
        switch (variable) {
            case Variable.Scalar s -> statements.line("@mix(h, " + s.name() + ");");
            case Variable.Array a when a.rows() > 0 -> statements.line("for (int x = 0; x < %1$d; x++) for (int y = 0; y < %2$d; y++) @mix(h, %3$s[x][y]);"
                    .formatted(a.rows(), a.length(), a.name()));
            case Variable.Array a -> statements.line("for (int x = 0; x < %1$d; x++) @mix(h, %2$s[x]);".formatted(a.length(), a.name()));
            case Variable.Struct s -> {
                for (Shape.Member member : s.shape().members()) {
                    String cast = member.width() > 0 && member.type().bits == 64 ? "(" + member.type().spelling + ")" : "";
                    statements.line(member.length() == 0 ? "@mix(h, " + cast + s.name() + member.path() + ");"
                            : "for (int x = 0; x < " + member.length() + "; x++) @mix(h, " + s.name() + member.path() + "[x]);");
                }
            }
            case Variable.Pointer _, Variable.StructPointer _, Variable.Callable _ -> { }
        }
    }
}
