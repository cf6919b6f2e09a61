package wdfs.repl;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import wdfs.engine.Outcome;

/// A session without a terminal: inputs from a text, what comes of them to one place, and nothing else. Ends at the first
/// input that goes wrong, unless it is told to keep going.
public final class Filter {
    private final Session session;
    private final boolean keepGoing;
    private final Consumer<String> echo;
    private int worst;

    /// @param echo gets each line of input before it is taken, with its prompt; null for none
    public Filter(Session session, boolean keepGoing, Consumer<String> echo) {
        this.session = session;
        this.keepGoing = keepGoing;
        this.echo = echo;
    }

    /// @return the exit code: that of the first input that went wrong, or the gravest one if it keeps going
    public int run(BufferedReader lines) {
        StringBuilder input = new StringBuilder();
        try {
            for (String line = lines.readLine(); line != null && !session.hasEnded(); line = lines.readLine()) {
                if (echo != null) {
                    echo.accept((input.isEmpty() ? "wdfs> " : "    > ") + line);
                }
                input.append(line).append('\n');
                if (!session.isComplete(input.toString())) {
                    continue;
                }
                String whole = input.toString();
                input.setLength(0);
                if (!take(whole)) {
                    return worst;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!input.isEmpty() && !session.hasEnded()) {
            take(input.toString());
        }
        return worst;
    }

    private boolean take(String whole) {
        for (String input : session.inputs(whole)) {
            int code = session.input(input);
            if (code != Outcome.DONE) {
                worst = worst == Outcome.DONE || rank(code) < rank(worst) ? code : worst;
                if (!keepGoing) {
                    return false;
                }
            }
        }
        return true;
    }

    private static int rank(int code) {
        return java.util.List.of(Outcome.INTERNAL, 130, Outcome.SCRIPT_ERRORS, Outcome.LIMIT, Outcome.FOUND, Outcome.FAILED, Outcome.USAGE, Outcome.DONE).indexOf(code);
    }
}
