package wdfs.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// Writes the statements of one function. Every loop ends after a few turns, by a counter that nothing else changes.
final class Statements {
    private final Dice dice;
    private final Scope scope;
    private final Expressions expressions;
    private final Templates templates;
    private final StringBuilder out = new StringBuilder();
    private final IntType result;
    private final boolean prints;
    private int indent = 1;
    private int nesting;
    private int names;
    private boolean breaks;
    private boolean continues;

    /// @param result what a `return` in the middle gives; null if there is none
    /// @param prints whether this is `main`
    Statements(Dice dice, Scope scope, Expressions expressions, IntType result, boolean prints) {
        this.dice = dice;
        this.scope = scope;
        this.expressions = expressions;
        this.result = result;
        this.prints = prints;
        this.templates = new Templates(dice, scope, expressions, this);
    }

    Templates templates() {
        return templates;
    }

    String text() {
        return out.toString();
    }

    void line(String text) {
        out.append("    ".repeat(indent)).append(text).append('\n');
        scope.charge(1);
    }

    String fresh(String letter) {
        return letter + names++;
    }

    void statements(int count, boolean declares) {
        for (int i = 0; i < count; i++) {
            statement(declares);
        }
    }

    private void statement(boolean declares) {
        // What declares something, for itself or a counter, cannot stand behind a `case`.
        int choice = dice.below(declares && nesting < 3 && scope.affords(40) ? 39 : 18);
        switch (choice) {
            case 0, 1, 2, 3 -> line(expressions.assignment(3) + ";");
            case 4, 5, 6, 7 -> line("@mix(h, " + expressions.full(4).at(Value.ASSIGNMENT) + ");");
            case 8, 9, 10 -> {
                if (declares) {
                    declare();
                } else {
                    line(expressions.assignment(4) + ";");
                }
            }
            case 11, 12 -> structures();
            case 13, 14 -> effects();
            case 15 -> leave();
            case 16 -> print();
            case 17 -> line(Expressions.alone(expressions.full(3)) + ";");
            case 18, 19, 20 -> branch();
            case 21, 22 -> forLoop();
            case 23 -> whileLoop();
            case 24 -> doLoop();
            case 25, 26, 27 -> switchStatement();
            case 28 -> forwardGoto();
            case 29 -> backwardGoto();
            case 30 -> gotoIntoLoop();
            case 31 -> block("{", dice.between(1, 4), "}");
            case 32, 33 -> templates.walk();
            case 34 -> templates.bytes();
            case 35 -> duff();
            case 36 -> templates.pun();
            case 37 -> templates.indirection();
            default -> templates.rows();
        }
    }

    // ---- blocks ------------------------------------------------------------------------------------------------------------

    void open(String head) {
        line(head);
        indent++;
        nesting++;
    }

    void close(String tail) {
        indent--;
        nesting--;
        out.append("    ".repeat(indent)).append(tail).append('\n');
    }

    private void block(String head, int count, String tail) {
        open(head);
        int mark = scope.mark();
        statements(count, true);
        scope.leave(mark);
        close(tail);
    }

    private String condition() {
        return expressions.full(3).text();
    }

    private void branch() {
        if (dice.percent(30)) {
            line("if (" + condition() + ") " + expressions.assignment(2) + ";");
            if (dice.percent(50)) {
                line("else " + expressions.assignment(2) + ";");
            }
            return;
        }
        block("if (" + condition() + ") {", dice.between(1, 3), dice.percent(50) ? "}" : "} else {");
        if (out.toString().endsWith("else {\n")) {
            indent++;
            nesting++;
            int mark = scope.mark();
            statements(dice.between(1, 3), true);
            scope.leave(mark);
            close("}");
        }
    }

    private void loop(int times, boolean canContinue, Runnable body) {
        long outer = scope.times;
        boolean outerBreaks = breaks;
        boolean outerContinues = continues;
        scope.times = outer * times;
        breaks = true;
        continues = canContinue;
        body.run();
        scope.times = outer;
        breaks = outerBreaks;
        continues = outerContinues;
    }

    private Variable.Scalar counter(IntType type, int below) {
        return new Variable.Scalar(fresh("i"), type, false, true, below);
    }

    private IntType counterType() {
        return dice.of(IntType.INT, IntType.UCHAR, IntType.CHAR, IntType.LONG, IntType.ULONG, IntType.LONGLONG, IntType.USHORT, IntType.ULONGLONG);
    }

    private void forLoop() {
        int times = dice.between(2, 5);
        Variable.Scalar counter = counter(counterType(), times);
        String name = counter.name();
        String head = switch (dice.below(4)) {
            case 0 -> "for (%2$s %1$s = 0; %1$s != %3$d; %1$s += 1) {";
            case 1 -> "for (%2$s %1$s = %3$d; %1$s-- > 0; ) {";
            case 2 -> "for (%2$s %1$s = 0; ; ++%1$s) {\n" + "    ".repeat(indent + 1) + "if (%1$s >= %3$d) break;";
            default -> "for (%2$s %1$s = 0; %1$s < %3$d; %1$s++) {";
        };
        loop(times, true, () -> {
            int mark = scope.mark();
            scope.variables.add(counter);
            block(head.formatted(name, counter.type().spelling, times), dice.between(1, 4), "}");
            scope.leave(mark);
        });
    }

    private void whileLoop() {
        int times = dice.between(2, 5);
        Variable.Scalar counter = counter(counterType(), times);
        line(counter.type().spelling + " " + counter.name() + " = " + times + ";");
        String extra = dice.percent(30) ? " && (" + expressions.quiet(2).text() + ")" : "";
        loop(times, true, () -> {
            int mark = scope.mark();
            scope.variables.add(counter);
            block("while (" + counter.name() + "-- > 0" + extra + ") {", dice.between(1, 4), "}");
            scope.leave(mark);
        });
    }

    private void doLoop() {
        int times = dice.between(1, 4);
        Variable.Scalar counter = counter(counterType(), times);
        line(counter.type().spelling + " " + counter.name() + " = 0;");
        loop(times, true, () -> {
            int mark = scope.mark();
            scope.variables.add(counter);
            block("do {", dice.between(1, 4), "} while (++" + counter.name() + " < " + times + ");");
            scope.leave(mark);
        });
    }

    private void leave() {
        if (continues && dice.percent(40)) {
            line("if (" + condition() + ") continue;");
        } else if (breaks && dice.percent(70)) {
            line("if (" + condition() + ") break;");
        } else if (result != null && nesting > 0 && dice.percent(40)) {
            line("if (" + condition() + ") return " + expressions.full(2).text() + ";");
        } else {
            line("@mix(h, " + expressions.full(3).at(Value.ASSIGNMENT) + ");");
        }
    }

    private void switchStatement() {
        Value value = expressions.full(3);
        boolean cut = dice.percent(60);
        IntType type = value.type().promoted();
        boolean outerBreaks = breaks;
        breaks = true;
        open("switch (" + (cut ? value.at(9) + " & 7" : value.text()) + ") {");
        TreeSet<Long> used = new TreeSet<>();
        int count = dice.between(1, 6);
        int defaultAt = dice.below(count + 2);
        for (int i = 0; i < count; i++) {
            if (i == defaultAt) {
                line("default:");
                caseBody();
            }
            long label = cut || dice.percent(50) ? dice.below(8) : type.bits < 64 ? dice.between(-300, 70_000) : dice.bits() >> dice.below(60);
            if (!type.signed && label < 0) {
                label = -label & Integer.MAX_VALUE;
            }
            if (used.add(label)) {
                line("case " + label + (label > Integer.MAX_VALUE || label < -Integer.MAX_VALUE ? "LL" : "") + ":");
                if (dice.percent(75)) {
                    caseBody();
                }
            }
        }
        if (defaultAt >= count && dice.percent(50)) {
            line("default:");
        }
        line(";");
        breaks = outerBreaks;
        close("}");
    }

    private void caseBody() {
        indent++;
        if (dice.percent(30)) {
            block("{", dice.between(1, 3), "}");
        } else {
            statements(dice.between(1, 2), false);
        }
        if (dice.percent(65)) {
            line("break;");
        }
        indent--;
    }

    // ---- goto --------------------------------------------------------------------------------------------------------------

    private void forwardGoto() {
        String label = fresh("L");
        line("if (" + condition() + ") goto " + label + ";");
        boolean nested = dice.percent(50);
        if (nested) {
            int times = dice.between(1, 3);
            Variable.Scalar counter = counter(IntType.INT, times);
            loop(times, true, () -> {
                open("for (int %1$s = 0; %1$s < %2$d; %1$s++) {".formatted(counter.name(), times));
                int mark = scope.mark();
                scope.variables.add(counter);
                statements(2, true);
                line("if (" + condition() + ") goto " + label + ";");
                statements(1, true);
                scope.leave(mark);
                close("}");
            });
        } else {
            block("{", dice.between(1, 3), "}");
        }
        line(label + ":");
        line(expressions.assignment(2) + ";");
    }

    private void backwardGoto() {
        int times = dice.between(1, 3);
        Variable.Scalar counter = counter(IntType.INT, times + 1);
        String label = fresh("L");
        // No break or continue in between: the counter would never come to its end.
        open("{");
        line("int " + counter.name() + " = " + times + ";");
        line(label + ": ;");
        boolean outerBreaks = breaks;
        boolean outerContinues = continues;
        long outer = scope.times;
        breaks = false;
        continues = false;
        scope.times = outer * (times + 1);
        int mark = scope.mark();
        scope.variables.add(counter);
        block("{", dice.between(1, 3), "}");
        line("if (" + counter.name() + "-- > 0) goto " + label + ";");
        scope.leave(mark);
        breaks = outerBreaks;
        continues = outerContinues;
        scope.times = outer;
        close("}");
    }

    private void gotoIntoLoop() {
        int times = dice.between(1, 3);
        String counter = fresh("i");
        String label = fresh("L");
        line("int " + counter + " = 0;");
        line("if (" + condition() + ") goto " + label + ";");
        loop(times + 1, true, () -> {
            open("for (" + counter + " = 0; " + counter + " < " + times + "; " + counter + "++) {");
            block("{", dice.between(1, 2), "}");
            indent--;
            line(label + ": ;");
            indent++;
            block("{", dice.between(1, 2), "}");
            close("}");
        });
    }

    // ---- declarations ------------------------------------------------------------------------------------------------------

    void declare() {
        switch (dice.below(15)) {
            case 0, 1, 2, 3, 4 -> scalar("");
            case 12 -> several();
            case 13 -> enumeration();
            case 14 -> string();
            case 5, 6 -> array("");
            case 7 -> matrix();
            case 8 -> pointer();
            case 9, 10 -> structure("");
            default -> structurePointer();
        }
    }

    void scalar(String storage) {
        IntType type = dice.type();
        String name = fresh("v");
        boolean shared = dice.percent(30);
        boolean isStatic = storage.startsWith("static");
        String qualifier = isStatic ? storage : !shared && dice.percent(8) ? dice.of("register ", "volatile ") : dice.percent(6) ? "const " : "";
        line(qualifier + type.spelling + " " + name + " = "
                + (isStatic ? expressions.literals().fitting(type) : expressions.full(3).at(Value.ASSIGNMENT)) + ";");
        scope.variables.add(new Variable.Scalar(name, type, shared && !qualifier.equals("const "), qualifier.equals("const "), 0));
    }

    /// Declarators that share a type, each in sight of the ones before.
    private void several() {
        IntType type = dice.type();
        String first = fresh("v");
        String second = fresh("v");
        String pointer = fresh("p");
        String value = expressions.full(2).at(Value.ASSIGNMENT);
        scope.variables.add(new Variable.Scalar(first, type, true, false, 0));
        line(type.spelling + " " + first + " = " + value + ", " + second + " = " + expressions.full(2).at(Value.ASSIGNMENT) + ", *" + pointer + " = &" + first
                + ";");
        scope.variables.add(new Variable.Scalar(second, type, false, false, 0));
        scope.variables.add(new Variable.Pointer(pointer, type, 1, false));
    }

    private void enumeration() {
        String name = fresh("e");
        line("enum @E " + name + " = " + dice.of("@E0", "@E1", expressions.full(2).at(Value.ASSIGNMENT)) + ";");
        scope.variables.add(new Variable.Scalar(name, IntType.INT, false, false, 0));
    }

    private void string() {
        String name = fresh("a");
        if (dice.percent(50)) {
            line("CHAR " + name + "[" + dice.of("8", "8", "") + "] = \"q\\tB\\\\\\0yz\";");
            scope.variables.add(new Variable.Array(name, IntType.CHAR, 0, 7, dice.percent(50), false));
        } else {
            line("const CHAR *" + name + " = \"pointer\";");
            scope.variables.add(new Variable.Pointer(name, IntType.CHAR, 8, true));
        }
    }

    void array(String storage) {
        IntType type = dice.type();
        int length = dice.of(2, 3, 4, 5, 8);
        String name = fresh("a");
        boolean open = dice.percent(20);
        line(storage + type.spelling + " " + name + "[" + (open ? "" : length) + "] = " + elements(type, length, open) + ";");
        scope.variables.add(new Variable.Array(name, type, 0, length, dice.percent(60), false));
    }

    /// @param all whether each element has a value, so that the length follows
    private String elements(IntType type, int length, boolean all) {
        List<String> parts = new ArrayList<>();
        int count = all ? length : dice.between(1, length);
        for (int i = 0; i < count; i++) {
            parts.add(expressions.literals().fitting(type));
        }
        if (!all && dice.percent(25)) {
            return "{ [" + dice.below(length) + "] = " + parts.getFirst() + " }";
        }
        return "{ " + String.join(", ", parts) + " }";
    }

    void matrix() {
        IntType type = dice.type();
        int rows = dice.between(2, 4);
        int length = dice.between(2, 4);
        String name = fresh("a");
        List<String> parts = new ArrayList<>();
        for (int i = dice.between(1, rows); i > 0; i--) {
            parts.add(elements(type, length, false));
        }
        line(type.spelling + " " + name + "[" + rows + "][" + length + "] = { " + String.join(", ", parts) + " };");
        scope.variables.add(new Variable.Array(name, type, rows, length, dice.percent(50), false));
    }

    void pointer() {
        IntType type = dice.type();
        int length = dice.between(1, 3);
        List<String> targets = expressions.elements(type, length, false);
        for (int i = 0; targets.isEmpty() && i < 12; i++) {
            type = IntType.values()[i];
            length = 1;
            targets = expressions.elements(type, length, false);
        }
        if (targets.isEmpty()) {
            scalar("");
            return;
        }
        String name = fresh("p");
        String target = dice.of(targets);
        if (dice.percent(30)) {
            target = expressions.quiet(2).at(4) + " ? " + target + " : " + dice.of(targets);
        }
        line(type.spelling + " *" + name + " = " + target + ";");
        scope.variables.add(new Variable.Pointer(name, type, length, false));
    }

    void structure(String storage) {
        if (scope.shapes.isEmpty()) {
            scalar(storage);
            return;
        }
        Shape shape = dice.of(scope.shapes);
        String name = fresh("s");
        expressions.begin();
        boolean constant = !storage.isEmpty() || dice.percent(50);
        line(storage + shape.name() + " " + name + " = " + (constant ? expressions.braces(shape) : expressions.structure(shape, 2)) + ";");
        scope.variables.add(new Variable.Struct(name, shape, dice.percent(50), false));
    }

    private void structurePointer() {
        List<Variable.Struct> targets = scope.all(Variable.Struct.class, s -> s.shared() && !s.frozen());
        if (targets.isEmpty()) {
            structure("");
            return;
        }
        Variable.Struct target = dice.of(targets);
        String name = fresh("q");
        line((dice.percent(50) ? target.shape().name() + " *" : target.shape().name().replace("@S", "@PS") + " ") + name + " = &" + target.name() + ";");
        scope.variables.add(new Variable.StructPointer(name, target.shape(), false));
    }

    void callable(Function signature, String type, List<Function> functions) {
        String name = fresh("c");
        boolean table = dice.percent(50);
        if (table) {
            int length = dice.between(2, 4);
            List<String> parts = new ArrayList<>();
            for (int i = 0; i < length; i++) {
                parts.add((dice.percent(40) ? "&" : "") + dice.of(functions).name());
            }
            line(type + " " + name + "[" + length + "] = { " + String.join(", ", parts) + " };");
            scope.variables.add(new Variable.Callable(name, signature, length));
        } else {
            line(type + " " + name + " = " + expressions.quiet(2).at(4) + " ? " + dice.of(functions).name() + " : &" + dice.of(functions).name() + ";");
            scope.variables.add(new Variable.Callable(name, signature, 0));
        }
    }

    // ---- templates ---------------------------------------------------------------------------------------------------------

    private void structures() {
        List<Variable> targets = new ArrayList<>(scope.all(Variable.Struct.class, s -> !s.frozen()));
        targets.addAll(scope.all(Variable.StructPointer.class, p -> !p.frozen()));
        if (targets.isEmpty()) {
            line(expressions.assignment(3) + ";");
            return;
        }
        expressions.begin();
        switch (dice.of(targets)) {
            case Variable.Struct s -> line(s.name() + " = " + expressions.structure(s.shape(), 3) + ";");
            case Variable.StructPointer p -> line("*" + p.name() + " = " + expressions.structure(p.shape(), 3) + ";");
            case Variable v -> throw new IllegalStateException(v.name());
        }
    }

    private void effects() {
        List<Function> functions = !scope.calls ? List.of() : scope.functions.stream().filter(f -> f.kind() == Function.Kind.EFFECTS)
                .filter(expressions::canCall).filter(f -> scope.affords(f.cost())).toList();
        if (functions.isEmpty()) {
            line(expressions.assignment(3) + ";");
            return;
        }
        Function function = dice.of(functions);
        expressions.begin();
        String call = expressions.call(function, function.name(), 3);
        if (function.result() == null) {
            line(call + ";");
            return;
        }
        String name = fresh("r");
        line("{ " + dice.type().spelling + " " + name + " = " + call + "; @mix(h, " + name + "); }");
    }

    private void print() {
        if (!prints) {
            line("@mix(h, " + expressions.full(3).at(Value.ASSIGNMENT) + ");");
            return;
        }
        StringBuilder format = new StringBuilder();
        StringBuilder values = new StringBuilder();
        expressions.begin();
        for (int i = dice.between(1, 3); i > 0; i--) {
            Value value = expressions.value(3);
            IntType type = value.type().promoted();
            String length = type.bits == 64 ? "ll" : "";
            String flags = dice.of("", "", "", "5", "-5", "05", "016");
            format.append(format.isEmpty() ? "" : " ").append('%').append(flags).append(length).append(type.signed ? "d" : dice.of("u", "x", "X"));
            values.append(", ").append(value.at(Value.ASSIGNMENT));
        }
        line("printf(\"" + format + "|\\n\"" + values + ");");
    }

    /// A loop that is entered through the cases of a switch.
    private void duff() {
        int times = dice.between(1, 3);
        Variable.Scalar counter = counter(IntType.INT, times + 1);
        String value = expressions.full(2).at(9);
        line("int " + counter.name() + " = " + times + ";");
        loop(times + 1, true, () -> {
            open("switch (" + value + " & 3) {");
            line("case 0:");
            open("do {");
            int mark = scope.mark();
            scope.variables.add(counter);
            statements(2, false);
            for (int i = 3; i > 0; i--) {
                line((i == 2 ? "default" : "case " + i) + ":");
                statements(dice.between(1, 2), false);
            }
            scope.leave(mark);
            close("} while (" + counter.name() + "-- > 0);");
            close("}");
        });
    }
}
