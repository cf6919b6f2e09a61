package wdfs.repl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.LongPredicate;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.LineDisciplineTerminal;
import org.jline.utils.NonBlockingReader;
import org.jline.utils.ScreenTerminal;
import org.jline.utils.ScreenTerminalOutputStream;
import wdfs.engine.Engine;
import wdfs.engine.RunOptions;

/// A terminal as a person has it: what stands on it, and keys that are pressed when something has appeared and the session waits for
/// keys, so that nothing hangs on how fast anything is.
final class Screen {
    private static final Engine ENGINE = new Engine();

    /// A session that waits for keys so long waits for ever.
    private static final Duration FOR_EVER = Duration.ofSeconds(30);

    private final ScreenTerminal screen;
    private final LineDisciplineTerminal terminal;
    private final Deque<Press> waiting = new ArrayDeque<>();
    /// What stood on the screen when the keys of each step were pressed.
    final List<String> seen = new ArrayList<>();
    private final List<long[]> cells = new ArrayList<>();

    private record Press(String awaited, String keys) {}

    Screen(int columns, int rows) throws IOException {
        this("xterm-256color", columns, rows);
    }

    Screen(String type, int columns, int rows) throws IOException {
        screen = new ScreenTerminal(columns, rows);
        ScreenTerminalOutputStream.DelegateOutputStream output = new ScreenTerminalOutputStream.DelegateOutputStream();
        terminal = new LineDisciplineTerminal("screen", type, output, StandardCharsets.UTF_8) {
            @Override
            public NonBlockingReader reader() {
                return new Keys(super.reader());
            }
        };
        terminal.setSize(new Size(columns, rows));
        ScreenTerminal.wireTerminal(screen, terminal, output);
    }

    /// When `awaited` stands on the screen, these keys are pressed. The steps come one after the other.
    Screen when(String awaited, String keys) {
        waiting.add(new Press(awaited, keys));
        return this;
    }

    /// When `awaited` stands on the screen, the process gets the signal that Ctrl-C is.
    Screen interruptedAt(String awaited) {
        return when(awaited, "");
    }

    /// The session is about to wait for a key.
    private void waits() throws IOException {
        if (!waiting.isEmpty() && text().contains(waiting.peek().awaited)) {
            seen.add(text());
            cells.add(cells());
            String keys = waiting.poll().keys;
            if (keys.isEmpty()) {
                terminal.raise(Terminal.Signal.INT);
            }
            terminal.processInputBytes(keys.getBytes(StandardCharsets.UTF_8));
        }
    }

    private final class Keys extends NonBlockingReader {
        private final NonBlockingReader keys;

        Keys(NonBlockingReader keys) {
            this.keys = keys;
        }

        @Override
        protected int read(long timeout, boolean isPeek) throws IOException {
            if (isPeek) {
                return keys.peek(timeout);
            }
            if (keys.peek(1) == READ_EXPIRED) {
                waits();
            }
            return keys.read(timeout);
        }

        @Override
        public int readBuffered(char[] into, int offset, int length, long timeout) throws IOException {
            return keys.readBuffered(into, offset, length, timeout);
        }

        @Override public int available() { return keys.available(); }
        @Override public void close() throws IOException { keys.close(); }
    }

    private long[] cells() {
        long[] all = new long[screen.getColumns() * screen.getRows()];
        screen.dump(all, null);
        return all;
    }

    /// The characters at a step that look so, without what stands between them.
    String at(int step, LongPredicate looks) {
        StringBuilder text = new StringBuilder();
        for (long cell : cells.get(step)) {
            if (looks.test(cell)) {
                text.appendCodePoint(ScreenTerminal.cellCodePoint(cell));
            }
        }
        return text.toString();
    }

    /// What stands on the screen, line by line.
    String text() {
        StringBuilder text = new StringBuilder();
        long[] all = cells();
        for (int row = 0; row < screen.getRows(); row++) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < screen.getColumns(); column++) {
                int character = ScreenTerminal.cellCodePoint(all[row * screen.getColumns() + column]);
                line.appendCodePoint(character == 0 ? ' ' : character);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString().stripTrailing();
    }

    /// A session at it, until it ends.
    Screen session(String... first) throws IOException {
        return session(List.of(), null, first);
    }

    /// @param state where is kept what was agreed to
    Screen session(List<StartUp> startUps, Path state, String... first) throws IOException {
        Console console = new Console(terminal, true, null, lines -> new Session(ENGINE, RunOptions.DEFAULT, List.of(), true, lines));
        console.session();
        Thread running = Thread.ofPlatform().daemon().start(() -> {
            startUps.forEach(file -> console.startUp(file, state));
            console.run(List.of(first));
        });
        try {
            running.join(FOR_EVER);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (running.isAlive() || !waiting.isEmpty()) {
            throw new AssertionError((waiting.isEmpty() ? "it does not end" : "never shown: " + waiting.peek().awaited) + "\non the screen:\n" + text() + "\n" + waiting);
        }
        terminal.close();
        return this;
    }
}
