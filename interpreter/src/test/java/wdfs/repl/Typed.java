package wdfs.repl;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import wdfs.engine.Engine;
import wdfs.engine.RunOptions;

/// A session for tests: what is typed, and what comes of it.
final class Typed {
    private static final Engine ENGINE = new Engine();
    static final String ECHO = "../samples/echo.wdfs";

    final List<String> shown = new ArrayList<>();
    final Session session;
    int code;

    Typed() {
        this(RunOptions.DEFAULT);
    }

    Typed(RunOptions options) {
        session = new Session(ENGINE, options, List.of(), false, shown::add);
    }

    static String sample(String name) {
        return Path.of("..", "samples", name).toString().replace('\\', '/');
    }

    /// What the inputs show, each after the other.
    List<String> type(String... inputs) {
        shown.clear();
        for (String input : inputs) {
            code = session.input(input);
        }
        return List.copyOf(shown);
    }

    String last(String... inputs) {
        List<String> lines = type(inputs);
        return lines.isEmpty() ? "" : lines.getLast();
    }

    Typed with(String... inputs) {
        type(inputs);
        return this;
    }
}
