package wdfs.differential;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Writes expressions whose value C defines. Whatever an expression changes, it names nowhere else, as C leaves the order
/// of the operands open; what only pointers could reach twice is never changed inside of one.
final class Expressions {
    /// A place that can be read, and perhaps written.
    /// @param width of a bit-field, 0 otherwise
    /// @param root the variable that it is reached from
    private record Place(String text, IntType type, int precedence, int width, String root) {}

    private final Dice dice;
    private final Literals literals;
    private final Scope scope;
    private final List<String> enumerators;
    private final Set<String> read = new HashSet<>();
    private final Set<String> changed = new HashSet<>();
    private boolean statics;
    private int quiet;

    Expressions(Dice dice, Scope scope, List<String> enumerators) {
        this.dice = dice;
        this.literals = new Literals(dice);
        this.scope = scope;
        this.enumerators = enumerators;
    }

    Literals literals() {
        return literals;
    }

    /// Begins a full expression: behind the one before, all its effects are done.
    void begin() {
        read.clear();
        changed.clear();
        statics = false;
    }

    /// A full expression.
    Value full(int depth) {
        begin();
        return value(depth);
    }

    /// A full expression that changes nothing and calls nothing: for what is written once and computed many times.
    Value quiet(int depth) {
        begin();
        quiet++;
        Value value = value(depth);
        quiet--;
        return value;
    }

    // ---- values ------------------------------------------------------------------------------------------------------------

    Value value(int depth) {
        Value value = plain(depth);
        return dice.percent(8) ? new Value("(" + value.text() + ")", value.type(), Value.PRIMARY) : value;
    }

    private Value plain(int depth) {
        if (depth <= 0 || dice.percent(8)) {
            return leaf();
        }
        return switch (dice.below(20)) {
            case 0, 1, 2, 3, 4 -> arithmetic(depth);
            case 5 -> division(depth);
            case 6, 7 -> shift(depth);
            case 8, 9 -> comparison(depth);
            case 10 -> logical(depth);
            case 11 -> conditional(depth);
            case 12, 13 -> unary(depth);
            case 14, 15 -> cast(depth);
            case 16, 17 -> effect(depth);
            case 18 -> call(depth);
            default -> other(depth);
        };
    }

    private Value leaf() {
        int choice = dice.below(20);
        if (choice < 12) {
            Place place = place(false, false);
            if (place != null) {
                return read(place);
            }
        }
        if (choice == 12 && !enumerators.isEmpty()) {
            return new Value(dice.of(enumerators), IntType.INT, Value.PRIMARY);
        }
        return literals.any();
    }

    /// gcc gives wide bit-fields types of their own width; a cast makes them what they were declared as.
    private static Value read(Place place) {
        if (place.width == 0) {
            return new Value(place.text, place.type, place.precedence);
        }
        return place.type.bits == 64 ? new Value("(" + place.type.spelling + ")" + place.text, place.type, Value.UNARY)
                : new Value(place.text, place.type.promoted(place.width), place.precedence);
    }

    private Value binary(String operator, Value left, Value right, IntType type) {
        int precedence = Value.precedence(operator);
        return new Value(left.at(precedence) + " " + operator + " " + right.at(precedence + 1), type, precedence);
    }

    private Value arithmetic(int depth) {
        Value left = value(depth - 1);
        Value right = value(depth - 1);
        return binary(dice.of("+", "-", "*", "&", "|", "^", "+", "-"), left, right, IntType.arithmetic(left.type(), right.type()));
    }

    /// The divisor has bit 1 and not bit 0: it is neither 0 nor -1.
    private Value division(int depth) {
        Value left = value(depth - 1);
        Value right = divisor(depth - 1);
        return binary(dice.of("/", "%"), left, right, IntType.arithmetic(left.type(), right.type()));
    }

    private Value divisor(int depth) {
        Value some = value(depth);
        return new Value("((" + some.at(6) + " | 2) & ~1)", some.type().promoted(), Value.PRIMARY);
    }

    private Value shift(int depth) {
        Value left = value(depth - 1);
        IntType type = left.type().promoted();
        return binary(dice.of("<<", ">>"), left, count(depth - 1, type.bits), type);
    }

    private Value count(int depth, int bits) {
        if (dice.percent(40)) {
            return literals.small(bits);
        }
        Value some = value(depth);
        return new Value("(" + some.at(9) + " & " + (bits - 1) + ")", some.type().promoted(), Value.PRIMARY);
    }

    private Value comparison(int depth) {
        return binary(dice.of("==", "!=", "<", "<=", ">", ">="), value(depth - 1), value(depth - 1), IntType.INT);
    }

    private Value logical(int depth) {
        return binary(dice.of("&&", "||"), value(depth - 1), value(depth - 1), IntType.INT);
    }

    private Value conditional(int depth) {
        Value condition = value(depth - 1);
        Value yes = value(depth - 1);
        Value no = value(depth - 1);
        return new Value(condition.at(4) + " ? " + yes.text() + " : " + no.at(Value.CONDITIONAL), IntType.arithmetic(yes.type(), no.type()),
                Value.CONDITIONAL);
    }

    private Value unary(int depth) {
        Value some = value(depth - 1);
        String operator = dice.of("-", "~", "!", "-", "~", "+");
        String text = some.at(Value.UNARY);
        boolean joins = text.startsWith(operator);
        return new Value(operator + (joins ? " " : "") + text, operator.equals("!") ? IntType.INT : some.type().promoted(), Value.UNARY);
    }

    private Value cast(int depth) {
        IntType type = dice.type();
        return new Value("(" + type.spelling + ")" + value(depth - 1).at(Value.UNARY), type, Value.UNARY);
    }

    private Value other(int depth) {
        return switch (dice.below(6)) {
            case 0 -> size();
            case 3 -> sizeOfExpression(depth);
            case 4 -> literalArray(depth);
            case 1 -> addresses(depth);
            case 2 -> comma(depth);
            default -> member(depth);
        };
    }

    private Value size() {
        List<Variable> objects = scope.variables.stream()
                .filter(v -> v instanceof Variable.Array || v instanceof Variable.Struct || v instanceof Variable.Scalar).toList();
        if (objects.isEmpty() || dice.percent(30)) {
            return new Value("sizeof(" + dice.type().spelling + ")", IntType.ULONGLONG, Value.UNARY);
        }
        return new Value((dice.percent(50) ? "sizeof " : "sizeof") + "(" + dice.of(objects).name() + ")", IntType.ULONGLONG, Value.UNARY);
    }

    /// The size of a value tells its type.
    private Value sizeOfExpression(int depth) {
        quiet++;
        Value some = value(Math.min(depth - 1, 3));
        quiet--;
        boolean operation = some.precedence() > Value.ASSIGNMENT && some.precedence() < Value.POSTFIX && some.precedence() != Value.UNARY;
        return new Value("sizeof(" + (operation ? some.text() : "-" + some.at(Value.POSTFIX)) + ")", IntType.ULONGLONG, Value.UNARY);
    }

    /// An element of an array without a name, or of a string.
    private Value literalArray(int depth) {
        if (dice.percent(30)) {
            return new Value(dice.of("\"abcdefg\"", "\"\\x7f\\n\\0zz9Z\"", "\"12\" \"345\" \"67\"") + "[" + index(8) + "]", IntType.CHAR, Value.POSTFIX);
        }
        IntType type = dice.type();
        List<String> elements = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String element = value(Math.min(depth - 2, 1)).at(Value.ASSIGNMENT);
            elements.add(element);
        }
        return new Value("((" + type.spelling + "[" + dice.of("", "4") + "]){ " + String.join(", ", elements) + " })[" + index(4) + "]", type, Value.POSTFIX);
    }

    /// Differences and comparisons of pointers into one array.
    private Value addresses(int depth) {
        List<Variable.Array> arrays = scope.all(Variable.Array.class, a -> a.rows() == 0);
        if (arrays.isEmpty()) {
            return leaf();
        }
        Variable.Array array = dice.of(arrays);
        Value left = element(array.name(), array.length());
        Value right = element(array.name(), array.length());
        String operator = dice.of("-", "-", "<", "<=", ">", ">=", "==", "!=");
        return binary(operator, left, right, operator.equals("-") ? IntType.LONGLONG : IntType.INT);
    }

    /// The address of an element, or of the end.
    private Value element(String array, int length) {
        int at = dice.below(length + 1);
        return switch (dice.below(3)) {
            case 0 -> new Value("&" + array + "[" + at + "]", null, Value.UNARY);
            case 1 -> new Value(array + " + " + at, null, 12);
            default -> new Value(at + " + " + array, null, 12);
        };
    }

    /// `(x = …, … x …)`: the comma puts the two in order.
    private Value comma(int depth) {
        Set<String> before = Set.copyOf(changed);
        Value first = effect(depth - 1);
        Set<String> ordered = new HashSet<>(changed);
        ordered.removeAll(before);
        changed.removeAll(ordered);
        Value second = value(depth - 1);
        changed.addAll(ordered);
        return new Value(first.at(Value.ASSIGNMENT) + ", " + second.at(Value.ASSIGNMENT), second.type(), Value.COMMA);
    }

    /// A member of what a function returns.
    private Value member(int depth) {
        List<Function> functions = callable(f -> f.shape() != null && canCall(f));
        List<Variable.Callable> pointers = scope.all(Variable.Callable.class, c -> c.signature().shape() != null && scope.affords(c.signature().cost()));
        if (functions.isEmpty() || quiet > 0) {
            return leaf();
        }
        boolean through = !pointers.isEmpty() && dice.percent(60);
        Variable.Callable pointer = through ? dice.of(pointers) : null;
        Function function = through ? pointer.signature() : dice.of(functions);
        Shape.Member member = dice.of(function.shape().members());
        String call = through ? callThrough(pointer, depth) : call(function, function.name(), depth);
        String element = member.length() > 0 ? "[" + index(member.length()) + "]" : "";
        return read(new Place(call + member.path() + element, member.type(), Value.POSTFIX, member.width(), ""));
    }

    // ---- places ------------------------------------------------------------------------------------------------------------

    /// A place; null if there is none. A changed one is noted by whoever changes it.
    /// @param statement whether the change is the whole statement: nothing beside it can see it then
    private Place place(boolean changes, boolean statement) {
        List<Variable> fitting = scope.variables.stream().filter(v -> !(v instanceof Variable.Callable)).filter(v -> !changed.contains(v.name()))
                .filter(v -> !changes || !v.frozen() && (statement || !v.shared() && !read.contains(v.name()))).toList();
        if (fitting.isEmpty()) {
            return null;
        }
        // Inner variables are the newest, and the ones that nothing has used.
        Variable variable = fitting.get(Math.max(dice.below(fitting.size()), dice.below(fitting.size())));
        read.add(variable.name());
        return inside(variable);
    }

    private Place inside(Variable variable) {
        String name = variable.name();
        return switch (variable) {
            case Variable.Scalar s -> new Place(name, s.type(), Value.PRIMARY, 0, name);
            case Variable.Array a when a.rows() > 0 ->
                new Place(name + "[" + index(a.rows()) + "][" + index(a.length()) + "]", a.type(), Value.POSTFIX, 0, name);
            case Variable.Array a -> dice.percent(85) ? new Place(name + "[" + index(a.length()) + "]", a.type(), Value.POSTFIX, 0, name)
                    : new Place("*(" + name + " + " + dice.below(a.length()) + ")", a.type(), Value.UNARY, 0, name);
            case Variable.Pointer p -> dice.percent(40) ? new Place("*" + name, p.type(), Value.UNARY, 0, name)
                    : new Place(name + "[" + index(p.length()) + "]", p.type(), Value.POSTFIX, 0, name);
            case Variable.Struct s -> member(name, name, s.shape());
            case Variable.StructPointer p -> member(dice.percent(75) ? name + "->" : "(*" + name + ")", name, p.shape());
            case Variable.Callable _ -> throw new IllegalStateException(name);
        };
    }

    private Place member(String structure, String root, Shape shape) {
        Shape.Member member = dice.of(shape.members());
        String path = structure.endsWith("->") ? member.path().substring(1) : member.path();
        String index = member.length() > 0 ? "[" + index(member.length()) + "]" : "";
        return new Place(structure + path + index, member.type(), Value.POSTFIX, member.width(), root);
    }

    /// An index below the length.
    String index(int length) {
        List<Variable.Scalar> counters = scope.all(Variable.Scalar.class, s -> s.below() > 0 && s.below() <= length);
        if (!counters.isEmpty() && dice.percent(50)) {
            return dice.of(counters).name();
        }
        if (dice.percent(40)) {
            return Integer.toString(dice.below(length));
        }
        Value some = value(1);
        if (Integer.bitCount(length) == 1) {
            return some.at(9) + " & " + (length - 1);
        }
        return "(" + (dice.percent(50) ? "ULONG" : "UCHAR") + ")" + some.at(Value.UNARY) + " % " + length;
    }

    // ---- effects -----------------------------------------------------------------------------------------------------------

    /// An assignment or step inside of an expression.
    private Value effect(int depth) {
        if (quiet > 0) {
            return leaf();
        }
        Place place = place(true, false);
        if (place == null) {
            return leaf();
        }
        Value value = change(place, depth);
        changed.add(place.root);
        return value;
    }

    /// A statement's assignment or step.
    String assignment(int depth) {
        begin();
        Place place = place(true, true);
        return place == null ? alone(value(depth)) : change(place, depth).text();
    }

    /// A value as a statement. wdfs takes one that begins with an enumerator and `*` for a declaration with an unknown type;
    /// so it does behind the brace of a literal array.
    static String alone(Value value) {
        return value.text();
    }

    private Value change(Place place, int depth) {
        Value changing = switch (dice.below(10)) {
            case 0 -> new Value(dice.of("++", "--") + at(place, Value.UNARY), place.type, Value.UNARY);
            case 1 -> new Value(at(place, Value.POSTFIX) + dice.of("++", "--"), place.type, Value.POSTFIX);
            case 2, 3, 4 -> new Value(at(place, Value.UNARY) + " = " + value(depth - 1).at(Value.ASSIGNMENT), place.type, Value.ASSIGNMENT);
            case 5 -> shiftAssign(place, depth);
            case 6 -> divideAssign(place, depth);
            default -> new Value(at(place, Value.UNARY) + " " + dice.of("+=", "-=", "*=", "&=", "|=", "^=") + " " + value(depth - 1).at(Value.ASSIGNMENT),
                    place.type, Value.ASSIGNMENT);
        };
        // The value of a changed bit-field has the type of its declaration here, and one of its width in gcc.
        return place.width == 0 ? changing : new Value("(" + place.type.spelling + ")" + changing.at(Value.UNARY), place.type, Value.UNARY);
    }

    private static String at(Place place, int least) {
        return place.precedence >= least ? place.text : "(" + place.text + ")";
    }

    private Value shiftAssign(Place place, int depth) {
        int bits = place.width > 0 ? place.width : place.type.promoted().bits;
        Value count = place.width > 0 ? literals.small(bits) : count(depth - 1, bits);
        return new Value(at(place, Value.UNARY) + " " + dice.of("<<=", ">>=") + " " + count.at(Value.ASSIGNMENT), place.type, Value.ASSIGNMENT);
    }

    private Value divideAssign(Place place, int depth) {
        Value divisor = divisor(depth - 1);
        String cast = place.width > 0 && place.type.bits == 64 ? "(" + place.type.spelling + ")" : "";
        return new Value(at(place, Value.UNARY) + " " + dice.of("/=", "%=") + " " + cast + divisor.text(), place.type, Value.ASSIGNMENT);
    }

    // ---- calls -------------------------------------------------------------------------------------------------------------

    private List<Function> callable(java.util.function.Predicate<Function> wanted) {
        return scope.functions.stream().filter(wanted).filter(f -> f.kind() == Function.Kind.PURE || f.kind() == Function.Kind.STATEFUL && scope.calls && !statics)
                .filter(f -> scope.affords(f.cost())).toList();
    }

    private Value call(int depth) {
        if (quiet > 0) {
            return leaf();
        }
        List<Variable.Callable> pointers = scope.all(Variable.Callable.class, c -> c.signature().result() != null && scope.affords(c.signature().cost()));
        if (!pointers.isEmpty() && dice.percent(40)) {
            Variable.Callable pointer = dice.of(pointers);
            return new Value(callThrough(pointer, depth), pointer.signature().result(), Value.POSTFIX);
        }
        List<Function> functions = callable(f -> f.result() != null && canCall(f));
        if (functions.isEmpty()) {
            return leaf();
        }
        Function function = dice.of(functions);
        return new Value(call(function, function.name(), depth), function.result(), Value.POSTFIX);
    }

    private String callThrough(Variable.Callable pointer, int depth) {
        String name = pointer.length() > 0 ? pointer.name() + "[" + index(pointer.length()) + "]" : pointer.name();
        return call(pointer.signature(), dice.percent(40) ? "(*" + name + ")" : name, depth);
    }

    String call(Function function, String callee, int depth) {
        scope.charge(function.cost());
        statics |= function.kind() == Function.Kind.STATEFUL;
        List<String> arguments = new ArrayList<>();
        if (function.kind() == Function.Kind.EFFECTS) {
            arguments.add("h");
        }
        for (Function.Parameter parameter : function.parameters()) {
            arguments.add(argument(parameter, depth));
        }
        return callee + "(" + String.join(", ", arguments) + ")";
    }

    private String argument(Function.Parameter parameter, int depth) {
        return switch (parameter) {
            case Function.Parameter.Integer _ -> value(Math.min(depth - 1, 2)).at(Value.ASSIGNMENT);
            case Function.Parameter.ByValue p -> structure(p.shape(), depth);
            case Function.Parameter.Elements p -> dice.of(elements(p.type(), p.length(), p.isConst()));
            case Function.Parameter.ByAddress p -> dice.of(addresses(p.shape()));
            case Function.Parameter.Callback p -> dice.of(scope.functions.stream().filter(f -> f.sameType(p.signature())).toList()).name();
        };
    }

    /// Whether there is something to pass for each parameter.
    boolean canCall(Function function) {
        return function.parameters().stream().allMatch(p -> switch (p) {
            case Function.Parameter.Integer _, Function.Parameter.ByValue _ -> true;
            case Function.Parameter.Elements e -> !elements(e.type(), e.length(), e.isConst()).isEmpty();
            case Function.Parameter.ByAddress a -> !addresses(a.shape()).isEmpty();
            case Function.Parameter.Callback c -> scope.functions.stream().anyMatch(f -> f.sameType(c.signature()));
        });
    }

    /// Pointers to at least so many elements.
    List<String> elements(IntType type, int length, boolean isConst) {
        List<String> all = new ArrayList<>();
        for (Variable variable : scope.variables) {
            switch (variable) {
                case Variable.Scalar s when s.type() == type && length == 1 && s.shared() && !s.frozen() -> all.add("&" + s.name());
                case Variable.Array a when a.type() == type && a.length() >= length && (isConst || a.shared() && !a.frozen()) -> {
                    String row = a.rows() > 0 ? a.name() + "[" + dice.below(a.rows()) + "]" : a.name();
                    int start = dice.below(a.length() - length + 1);
                    all.add(start == 0 && dice.percent(60) ? row : "&" + row + "[" + start + "]");
                }
                case Variable.Pointer p when p.type() == type && p.length() >= length && (isConst || !p.frozen()) -> all.add(p.name());
                case Variable.Struct s when s.shared() && !s.frozen() -> s.shape().members().stream().filter(m -> m.type() == type && m.width() == 0)
                        .filter(m -> m.length() == 0 ? length == 1 : m.length() >= length)
                        .forEach(m -> all.add((m.length() == 0 ? "&" : "") + s.name() + m.path()));
                default -> { }
            }
        }
        return all;
    }

    List<String> addresses(Shape shape) {
        List<String> all = new ArrayList<>();
        scope.all(Variable.Struct.class, s -> s.shape() == shape && s.shared() && !s.frozen()).forEach(s -> all.add("&" + s.name()));
        scope.all(Variable.StructPointer.class, p -> p.shape() == shape && !p.frozen()).forEach(p -> all.add(p.name()));
        return all;
    }

    /// A structure as a value.
    String structure(Shape shape, int depth) {
        List<String> all = new ArrayList<>();
        scope.all(Variable.Struct.class, s -> s.shape() == shape && !changed.contains(s.name())).forEach(s -> all.add(s.name()));
        scope.all(Variable.StructPointer.class, p -> p.shape() == shape).forEach(p -> all.add("*" + p.name()));
        List<Function> functions = depth <= 0 || quiet > 0 ? List.of() : callable(f -> f.shape() == shape && canCall(f));
        if (!functions.isEmpty() && dice.percent(30)) {
            Function function = dice.of(functions);
            return call(function, function.name(), depth - 1);
        }
        if (all.isEmpty() || dice.percent(15)) {
            return "(" + shape.name() + ")" + braces(shape);
        }
        String chosen = dice.of(all);
        read.add(chosen.replace("*", ""));
        String other = dice.of(all);
        if (dice.percent(15)) {
            read.add(other.replace("*", ""));
            return value(Math.min(depth, 2)).at(4) + " ? " + chosen + " : " + other;
        }
        return chosen;
    }

    /// An initialiser of constants: by position or by designators.
    String braces(Shape shape) {
        if (dice.percent(20)) {
            return "{ 0 }";
        }
        List<String> parts = new ArrayList<>();
        // The first member of a union covers it.
        for (Shape.Member member : shape.whole() ? shape.members() : shape.members().subList(0, 1)) {
            if (dice.percent(70)) {
                String value = member.width() > 0 ? Integer.toString(dice.below(1 << Math.min(member.width() - 1, 20))) : literals.fitting(member.type());
                parts.add(member.path() + (member.length() > 0 ? "[" + dice.below(member.length()) + "]" : "") + " = " + value);
            }
        }
        return parts.isEmpty() ? "{ 0 }" : "{ " + String.join(", ", parts) + " }";
    }
}
