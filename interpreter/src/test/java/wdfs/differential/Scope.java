package wdfs.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// What can be named at one point of a function: variables, innermost block last, and functions that stand before it.
final class Scope {
    final List<Variable> variables = new ArrayList<>();
    final List<Function> functions;
    final List<Shape> shapes;
    /// How often the code that is being written runs for one call of its function, at most.
    long times = 1;
    /// Steps of the function so far.
    long cost;
    /// Whether functions with static variables, and those that change things by pointers, may be called.
    boolean calls;

    Scope(List<Variable> constants, List<Function> functions, List<Shape> shapes, boolean calls) {
        variables.addAll(constants);
        this.functions = functions;
        this.shapes = shapes;
        this.calls = calls;
    }

    int mark() {
        return variables.size();
    }

    void leave(int mark) {
        variables.subList(mark, variables.size()).clear();
    }

    <V extends Variable> List<V> all(Class<V> kind, Predicate<V> wanted) {
        return variables.stream().filter(kind::isInstance).map(kind::cast).filter(wanted).toList();
    }

    /// Whether there are steps left for a call.
    boolean affords(long steps) {
        return cost + times * steps < 6_000;
    }

    void charge(long steps) {
        cost += times * steps;
    }
}
