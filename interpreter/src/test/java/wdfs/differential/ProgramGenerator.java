package wdfs.differential;

import java.util.ArrayList;
import java.util.List;

/// Makes a C program of a seed. Everything in it has one meaning in C (with wrapping arithmetic, and the widths of the
/// prelude's types), so that wdfs and a C compiler have to print the same.
public final class ProgramGenerator {
    private final long seed;
    private final Dice dice;
    private final Shapes makesShapes;
    private final List<Shape> shapes = new ArrayList<>();
    private final List<Function> functions = new ArrayList<>();
    private final List<Variable> constants = new ArrayList<>();
    private final List<String> enumerators = new ArrayList<>();
    private final StringBuilder file = new StringBuilder(Program.MIX);
    private Function signature;

    public ProgramGenerator(long seed) {
        this.seed = seed;
        this.dice = new Dice(seed);
        this.makesShapes = new Shapes(dice);
    }

    public Program program() {
        enumeration();
        for (int i = dice.between(1, 3); i > 0; i--) {
            add(makesShapes.structure(shapes.size(), List.copyOf(shapes)));
        }
        if (dice.percent(50)) {
            add(makesShapes.union(shapes.size()));
        }
        constants();
        pointedTo();
        if (dice.percent(50)) {
            recursion();
        }
        for (int i = dice.between(2, 5); i > 0; i--) {
            anyFunction();
        }
        return new Program(seed, file.toString(), main());
    }

    private void add(Shape shape) {
        shapes.add(shape);
        file.append(shape.declaration());
    }

    /// One enumerator is negative: then gcc's enumerations are of `int`, as all of them are here.
    private void enumeration() {
        StringBuilder text = new StringBuilder("enum @E { @E0 = -").append(dice.between(1, 99));
        enumerators.add("@E0");
        for (int i = 1; i < 5; i++) {
            String name = "@E" + i;
            text.append(", ").append(name).append(switch (dice.below(4)) {
                case 0 -> " = " + dice.below(1000);
                case 1 -> " = " + dice.of(enumerators) + " + " + dice.below(9);
                case 2 -> " = (1 << " + dice.below(9) + ") | " + dice.below(4);
                default -> "";
            });
            enumerators.add(name);
        }
        file.append(text).append(" };\n");
        file.append("#define @D ").append("(@E1 * 3 - ").append(dice.below(70)).append(")\n");
        enumerators.add("@D");
    }

    private void constants() {
        Literals literals = new Literals(dice);
        IntType type = dice.type();
        file.append("const ").append(type.spelling).append(" @k0 = ").append(literals.fitting(type)).append(";\n");
        constants.add(new Variable.Scalar("@k0", type, false, true, 0));
        type = dice.type();
        List<String> values = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            values.add(literals.fitting(type));
        }
        file.append("const ").append(type.spelling).append(" @k1[8] = { ").append(String.join(", ", values)).append(" };\n");
        constants.add(new Variable.Array("@k1", type, 0, 8, false, true));
        Shape shape = dice.of(shapes);
        file.append("const ").append(shape.name()).append(" @k2 = ").append(new Expressions(dice, scope(false), List.of()).braces(shape)).append(";\n");
        constants.add(new Variable.Struct("@k2", shape, false, true));
    }

    private Scope scope(boolean calls) {
        return new Scope(constants, functions, shapes, calls);
    }

    // ---- functions ---------------------------------------------------------------------------------------------------------

    private void anyFunction() {
        List<Function.Parameter> parameters = new ArrayList<>();
        for (int i = dice.between(0, 4); i > 0; i--) {
            parameters.add(dice.percent(75) ? new Function.Parameter.Integer(dice.type()) : new Function.Parameter.ByValue(dice.of(shapes)));
        }
        switch (dice.below(6)) {
            case 0 -> function(Function.Kind.PURE, null, dice.of(shapes), parameters);
            case 1 -> {
                if (dice.percent(60)) {
                    parameters.add(new Function.Parameter.Callback(signature));
                }
                function(Function.Kind.PURE, dice.type(), null, parameters);
            }
            case 2 -> {
                parameters.add(new Function.Parameter.Elements(dice.type(), dice.between(1, 3), true));
                function(Function.Kind.PURE, dice.type(), null, parameters);
            }
            case 3 -> function(Function.Kind.STATEFUL, dice.type(), null, parameters);
            default -> {
                parameters.add(dice.of(new Function.Parameter.Elements(dice.type(), dice.between(1, 2), false), new Function.Parameter.ByAddress(dice.of(shapes))));
                function(Function.Kind.EFFECTS, dice.percent(50) ? dice.type() : null, null, parameters);
            }
        }
    }

    private void function(Function.Kind kind, IntType result, Shape shape, List<Function.Parameter> parameters) {
        Scope scope = scope(kind != Function.Kind.PURE);
        Expressions expressions = new Expressions(dice, scope, enumerators);
        Statements statements = new Statements(dice, scope, expressions, result, false);
        Function function = new Function("@f" + functions.size(), kind, result, shape, List.copyOf(parameters), 0);
        for (int i = 0; i < parameters.size(); i++) {
            scope.variables.add(variable(parameters.get(i), "x" + i));
        }
        boolean effects = kind == Function.Kind.EFFECTS;
        if (!effects) {
            statements.line("ULONGLONG hash = " + dice.below(1000) + ";");
            statements.line("ULONGLONG *h = &hash;");
        }
        if (kind == Function.Kind.STATEFUL) {
            statements.scalar("static ");
            statements.scalar(dice.of("static ", ""));
            statements.array("static ");
            statements.structure(dice.of("static ", ""));
        }
        statements.statements(dice.between(3, 8), true);
        if (shape != null) {
            statements.line("{");
            statements.line(shape.name() + " result = " + expressions.braces(shape) + ";");
            for (Shape.Member member : shape.members()) {
                String target = "result" + member.path() + (member.length() > 0 ? "[" + dice.below(member.length()) + "]" : "");
                statements.line(target + " = " + expressions.full(2).at(Value.ASSIGNMENT) + ";");
            }
            statements.line("return result;");
            statements.line("}");
        } else if (result != null) {
            statements.line("return " + (effects ? "" : "hash + ") + expressions.full(3).at(13) + ";");
        }
        String gives = shape != null ? shape.name() : result != null ? result.spelling : "void";
        String head = "static " + gives + " " + function.name() + "(" + parameters(function, true) + ")";
        if (dice.percent(20)) {
            // A prototype in front, with its parameters unnamed.
            file.append(head.replaceFirst("\\(.*", "(").replace("\n", "")).append(parameters(function, false)).append(");\n");
        }
        file.append(head).append(" {\n").append(statements.text()).append("}\n");
        functions.add(new Function(function.name(), kind, result, shape, function.parameters(), scope.cost + 5));
    }

    /// The functions that pointers lead to, all of one type.
    private void pointedTo() {
        List<Function.Parameter> parameters = new ArrayList<>();
        parameters.add(new Function.Parameter.Integer(dice.type()));
        parameters.add(new Function.Parameter.Integer(dice.type()));
        if (dice.percent(40)) {
            parameters.add(dice.below(2), new Function.Parameter.ByValue(dice.of(shapes)));
        }
        boolean structure = dice.percent(25);
        IntType result = structure ? null : dice.type();
        Shape shape = structure ? dice.of(shapes) : null;
        signature = new Function("@FN", Function.Kind.PURE, result, shape, List.copyOf(parameters), 0);
        file.append("typedef ").append(structure ? shape.name() : result.spelling).append(" (*@FN)(").append(parameters(signature, false)).append(");\n");
        for (int i = dice.between(2, 3); i > 0; i--) {
            function(Function.Kind.PURE, result, shape, signature.parameters());
        }
        long cost = functions.stream().mapToLong(Function::cost).max().orElse(0);
        signature = new Function("@FN", Function.Kind.PURE, result, shape, signature.parameters(), cost);
    }

    private Variable variable(Function.Parameter parameter, String name) {
        return switch (parameter) {
            case Function.Parameter.Integer p -> new Variable.Scalar(name, p.type(), dice.percent(30), false, 0);
            case Function.Parameter.ByValue p -> new Variable.Struct(name, p.shape(), dice.percent(30), false);
            case Function.Parameter.Elements p -> new Variable.Pointer(name, p.type(), p.length(), p.isConst());
            case Function.Parameter.ByAddress p -> new Variable.StructPointer(name, p.shape(), false);
            case Function.Parameter.Callback p -> new Variable.Callable(name, p.signature(), 0);
        };
    }

    private static String parameters(Function function, boolean named) {
        List<String> all = new ArrayList<>();
        if (function.kind() == Function.Kind.EFFECTS) {
            all.add("ULONGLONG *" + (named ? "h" : ""));
        }
        for (int i = 0; i < function.parameters().size(); i++) {
            String name = named ? "x" + i : "";
            all.add(switch (function.parameters().get(i)) {
                case Function.Parameter.Integer p -> p.type().spelling + " " + name;
                case Function.Parameter.ByValue p -> p.shape().name() + " " + name;
                case Function.Parameter.Elements p when p.length() == 2 && named -> (p.isConst() ? "const " : "") + p.type().spelling + " " + name + "[2]";
                case Function.Parameter.Elements p -> (p.isConst() ? "const " : "") + p.type().spelling + " *" + name;
                case Function.Parameter.ByAddress p -> p.shape().name() + " *" + name;
                case Function.Parameter.Callback _ -> "@FN " + name;
            });
        }
        return all.isEmpty() ? "void" : String.join(", ", all).replace(" ,", ",").strip();
    }

    /// Two functions that call each other a few times.
    private void recursion() {
        IntType type = dice.type();
        IntType other = dice.type();
        List<Function.Parameter> parameters = List.of(new Function.Parameter.Integer(type), new Function.Parameter.Integer(other));
        int depth = dice.between(3, 9);
        Scope scope = scope(false);
        scope.variables.add(new Variable.Scalar("a", type, false, false, 0));
        scope.variables.add(new Variable.Scalar("b", other, false, false, 0));
        scope.times = 100;
        Expressions expressions = new Expressions(dice, scope, enumerators);
        String name = "@f" + functions.size();
        String head = "static LONGLONG %s%s(int depth, %s a, %s b)";
        file.append(head.formatted(name, "_odd", type.spelling, other.spelling)).append(";\n");
        for (String half : List.of("_even", "_odd")) {
            file.append(head.formatted(name, half, type.spelling, other.spelling)).append(" {\n    if (depth <= 0) return ").append(expressions.full(2).text())
                    .append(";\n    return ").append(name).append(half.equals("_odd") ? "_even" : "_odd").append("(depth - 1, ")
                    .append(expressions.full(2).at(Value.ASSIGNMENT)).append(", ").append(expressions.value(2).at(Value.ASSIGNMENT)).append(") ")
                    .append(dice.of("+", "^", "-")).append(' ').append(dice.below(99)).append(";\n}\n");
        }
        file.append("static LONGLONG %s(%s a, %s b) {\n    return %1$s_even(%4$d, a, b);\n}\n".formatted(name, type.spelling, other.spelling, depth));
        functions.add(new Function(name, Function.Kind.PURE, IntType.LONGLONG, null, parameters, 200));
    }

    private String main() {
        Scope scope = scope(true);
        Expressions expressions = new Expressions(dice, scope, enumerators);
        Statements statements = new Statements(dice, scope, expressions, null, true);
        statements.line("ULONGLONG hash = 1;");
        statements.line("ULONGLONG *h = &hash;");
        statements.array("");
        statements.structure("");
        statements.scalar("");
        statements.callable(signature, "@FN", functions.stream().filter(f -> f.sameType(signature)).toList());
        for (int i = dice.between(4, 8); i > 0; i--) {
            statements.declare();
        }
        for (int i = dice.between(3, 6); i > 0; i--) {
            statements.statements(dice.between(3, 5), true);
            statements.line("printf(\"%016llx\\n\", hash);");
        }
        scope.variables.subList(constants.size(), scope.variables.size()).forEach(statements.templates()::dump);
        statements.line("printf(\"%016llx\\n\", hash);");
        return statements.text();
    }
}
