package wdfs.repl;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jline.keymap.KeyMap;
import org.jline.reader.Binding;
import org.jline.reader.Candidate;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.MaskingCallback;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;
import org.jline.utils.NonBlockingReader;
import org.jline.utils.Status;

/// A session at a terminal: editing, completion, colours, history, paging. The only place that knows JLine.
public final class Console {
    private static final int CTRL_C = 3;
    private static final String MORE = "-- more: space for a page, Enter for a line, q to skip the rest --";

    private final Terminal terminal;
    /// It is made while the terminal is: a person sees the prompt before the library has been read.
    private final CompletableFuture<Session> making;
    private final LineReader reader;
    /// What is said of the line while it is typed; null until the session is there.
    private Typing typing;
    private final boolean colour;
    private int printed;
    private volatile boolean running;
    /// What stands behind the next prompt from the start.
    private String toEdit = "";

    /// @param make makes the session, given where its lines go
    /// @param history the file that inputs are remembered in; null for none
    public Console(Terminal terminal, boolean colour, Path history, Function<Consumer<String>, Session> make) {
        this.terminal = terminal;
        this.colour = colour;
        // The run itself is bound to no thread of the host: only what nobody has to wait for is begun on another one.
        this.making = CompletableFuture.supplyAsync(() -> {
            Session made = make.apply(this::line);
            made.editor(text -> toEdit = text);
            return made;
        });
        // While a person still types, a session that nobody sees goes the way of an expression once, so that the first answer
        // does not wait for classes to be loaded.
        making.thenRunAsync(() -> {
            Session rehearsal = make.apply(_ -> {});
            new Typing(rehearsal).of("int x = nothing(1, ", 19);
            rehearsal.input("1+1");
        });
        LineReaderBuilder builder = LineReaderBuilder.builder().terminal(terminal).appName("wdfs").parser(new Lines()).completer((_, line, into) -> complete(line, into))
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)      // `!irp` is no event of the history
                .option(LineReader.Option.HISTORY_IGNORE_SPACE, true).option(LineReader.Option.HISTORY_INCREMENTAL, true).option(LineReader.Option.AUTO_FRESH_LINE, true)
                .option(LineReader.Option.INSERT_TAB, false).option(LineReader.Option.AUTO_LIST, true).option(LineReader.Option.AUTO_MENU, true)
                .option(LineReader.Option.BRACKETED_PASTE, true)
                .variable(LineReader.SECONDARY_PROMPT_PATTERN, "    > ").variable(LineReader.INDENTATION, 0).variable(LineReader.LIST_MAX, 200)
                .variable(LineReader.BLINK_MATCHING_PAREN, 0);
        if (history != null) {
            builder.variable(LineReader.HISTORY_FILE, history).variable(LineReader.HISTORY_SIZE, 5000);
        }
        if (colour) {
            builder.highlighter(new Colours(() -> making.isDone() ? session() : null, (text, cursor) -> typing == null ? List.of() : typing.known(text, cursor)));
        }
        this.reader = builder.build();
        reader.getKeyMaps().put(LineReader.MAIN, withoutLiteralEscapes(reader.getKeyMaps().get(LineReader.MAIN)));
        hints();
        terminal.handle(Terminal.Signal.INT, _ -> {
            if (running) {
                session().interrupt();
            }
        });
    }

    /// The same keys but those that begin with a backslash and an `E`. JLine binds the report of a mouse to these very characters
    /// (`\E[<` or `\E[M`, as the terminal's description has it), where they mean Escape, and so takes the backslash of
    /// `L"\\.\Echo"` for the beginning of a key; unbinding alone leaves that beginning in the map.
    private static KeyMap<Binding> withoutLiteralEscapes(KeyMap<Binding> keys) {
        KeyMap<Binding> result = new KeyMap<>();
        keys.getBoundKeys().forEach((key, binding) -> {
            if (!key.startsWith("\\E")) {
                result.bind(binding, key);
            }
        });
        result.setUnicode(keys.getUnicode());
        result.setNomatch(keys.getNomatch());
        result.setAmbiguousTimeout(keys.getAmbiguousTimeout());
        return result;
    }

    /// The terminal of the process, made only now; its questions to the terminal are left out.
    public static Terminal system() {
        try {
            return TerminalBuilder.builder().system(true).providers("jni,ffm,exec")     // the first is ready 0.4 s before the second
                    .encoding(StandardCharsets.UTF_8).graphemeCluster(false).nativeSignals(true).build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Where inputs are remembered from session to session: `WDFS_HISTORY`, or a file of the user's state. Null for nowhere.
    public static Path historyFile() {
        String named = System.getenv("WDFS_HISTORY");
        if (named != null) {
            return named.isEmpty() ? null : Path.of(named);
        }
        Path folder = stateFolder();
        try {
            return folder == null ? null : Files.createDirectories(folder).resolve("history");
        } catch (IOException _) {
            return null;
        }
    }

    /// Where what lasts from session to session is kept; null for nowhere.
    public static Path stateFolder() {
        String state = System.getenv("XDG_STATE_HOME");
        String home = System.getProperty("user.home", "");
        if (state == null || state.isEmpty()) {
            return home.isEmpty() ? null : Path.of(home, ".local", "state", "wdfs");
        }
        return Path.of(state).resolve("wdfs");
    }

    public Session session() {
        return making.join();
    }

    /// Reads inputs until the end. @return the exit code
    public int run(List<String> first) {
        for (String input : first) {
            take(input);
        }
        String prompt = new AttributedString("wdfs> ", colour ? AttributedStyle.DEFAULT.foreground(AttributedStyle.GREEN) : AttributedStyle.DEFAULT).toAnsi(terminal);
        while (!making.isDone() || !session().hasEnded()) {
            try {
                String begun = toEdit;
                toEdit = "";
                String input = reader.readLine(prompt, null, (MaskingCallback) null, begun);
                clearHint();
                take(input);
            } catch (UserInterruptException _) {
                clearHint();                                           // the line is thrown away
            } catch (EndOfFileException _) {
                break;
            }
        }
        if (status != null) {
            status.update(List.of());
        }
        terminal.flush();
        return 0;
    }

    /// Takes the inputs of a start-up file, if its user agrees. @param state where is kept what was agreed to; null for nowhere
    public void startUp(StartUp first, Path state) {
        if (!first.unreadable().isEmpty()) {
            line("wdfs: " + first.file() + " cannot be read: " + first.unreadable());
            return;
        }
        if (!first.agreed()) {
            terminal.writer().print("%s: lines to begin with, %d. Do them, as long as they stay the same? (y/n) ".formatted(first.file(), first.text().lines().count()));
            terminal.flush();
            int key = key();
            terminal.writer().println(key == 'y' || key == 'Y' ? "yes" : "no");
            if (key != 'y' && key != 'Y') {
                return;
            }
            first.remember(state);
        }
        session().startingUp(true);
        try {
            guarded(() -> new Filter(session(), true, null).run(new BufferedReader(new StringReader(first.text()))));
        } finally {
            session().startingUp(false);
        }
    }

    private int key() {
        Attributes before = terminal.enterRawMode();
        try {
            return terminal.reader().read();
        } catch (IOException _) {
            return NonBlockingReader.EOF;
        } finally {
            terminal.setAttributes(before);
        }
    }

    private void take(String input) {
        guarded(() -> session().inputs(input).forEach(session()::input));
    }

    private void guarded(Runnable work) {
        printed = 0;
        running = true;
        try {
            work.run();
        } finally {
            typing = null;
            running = false;
        }
        terminal.flush();
    }

    // ---- output --------------------------------------------------------------------------------------------------------------------

    private void line(String text) {
        int width = Math.max(20, terminal.getWidth());
        printed += 1 + Math.max(0, text.length() - 1) / width;
        terminal.writer().println(colour ? coloured(text).toAnsi(terminal) : text);
        if (terminal.getHeight() > 5 && printed >= terminal.getHeight() - 2 - (status == null ? 0 : status.size()) && !terminal.getType().startsWith("dumb") && running && !session().isInterrupted()) {
            more();
        }
    }

    private static AttributedString coloured(String text) {
        AttributedStyle style = text.startsWith("***") ? AttributedStyle.BOLD.foreground(AttributedStyle.RED)
                : text.startsWith("wdfs: ") ? AttributedStyle.DEFAULT.foreground(AttributedStyle.YELLOW)
                : text.startsWith("pending: ") ? AttributedStyle.DEFAULT.foreground(AttributedStyle.CYAN)
                : text.startsWith("  see: ") ? AttributedStyle.DEFAULT.faint() : AttributedStyle.DEFAULT;
        return text.indexOf('\u001B') >= 0 ? AttributedString.fromAnsi(text) : new AttributedString(text, style);
    }

    /// A page is full: waits for a key.
    private void more() {
        Attributes before = terminal.enterRawMode();
        try {
            terminal.writer().print(MORE.substring(0, Math.min(MORE.length(), Math.max(20, terminal.getWidth()) - 1)));
            terminal.flush();
            int key = NonBlockingReader.READ_EXPIRED;
            while (key == NonBlockingReader.READ_EXPIRED && !session().isInterrupted()) {     // a signal ends the waiting as well
                key = terminal.reader().read(100);
            }
            terminal.writer().print("\r" + " ".repeat(Math.min(MORE.length(), Math.max(20, terminal.getWidth()) - 1)) + "\r");
            printed = key == '\r' || key == '\n' ? printed - 1 : 0;
            if (key == CTRL_C) {
                session().interrupt();                                // no signal: the terminal is read key by key
            }
            if (key == CTRL_C || key < 0 || key == 'q' || key == 'Q') {
                session().skip();
            }
        } catch (IOException _) {
            session().skip();
        } finally {
            terminal.setAttributes(before);
        }
    }

    // ---- hints ---------------------------------------------------------------------------------------------------------------------

    private Status status;
    private String shown;

    /// After each key the last line of the terminal tells what is wrong with what is typed; if nothing is, the signature of the call that
    /// the cursor stands in.
    private void hints() {
        if (!colour) {
            return;
        }
        status = Status.getStatus(terminal, true);
        clearHint();                                                   // the line is there from now on, so that nothing moves when it is needed
        Map.copyOf(reader.getWidgets()).forEach((name, widget) -> reader.getWidgets().put(name, () -> {
            boolean done = widget.apply();
            tell();
            return done;
        }));
        reader.getWidgets().put(LineReader.CALLBACK_INIT, () -> {
            tell();
            return true;
        });
    }

    private void tell() {
        if (!making.isDone() || isKeyWaiting()) {
            return;
        }
        String buffer = reader.getBuffer().toString();
        int cursor = reader.getBuffer().cursor();
        if (typing == null) {
            typing = new Typing(session());
        }
        Optional<Typing.Remark> remark = typing.of(buffer, cursor).stream().findFirst();
        if (remark.isPresent()) {
            hint(remark.get().text(), AttributedStyle.DEFAULT.foreground(remark.get().finding().isError() ? AttributedStyle.RED : AttributedStyle.YELLOW));
        } else {
            hint(new Completion(session()).hint(buffer, cursor), AttributedStyle.DEFAULT.faint());
        }
    }

    /// Whether another key follows at once: what is sent to the terminal all together is looked at when all of it is there.
    private boolean isKeyWaiting() {
        try {
            return terminal.reader().peek(1) >= 0;
        } catch (IOException _) {
            return false;
        }
    }

    private void hint(String text, AttributedStyle style) {
        if (status != null && !text.equals(shown)) {
            shown = text;
            status.update(List.of(new AttributedString(text, style)), false);
        }
    }

    private void clearHint() {
        hint("", AttributedStyle.DEFAULT);
    }

    // ---- JLine's view of an input ----------------------------------------------------------------------------------------------------

    private void complete(ParsedLine line, List<Candidate> into) {
        if (line instanceof Typed typed) {
            for (Completion.Candidate c : typed.result.candidates()) {
                into.add(new Candidate(c.value(), c.value(), null, c.about().isEmpty() ? null : shortened(c.about()), null, null, c.whole()));
            }
        }
    }

    private static String shortened(String text) {
        return text.length() > 60 ? text.substring(0, 59) + "…" : text;
    }

    private final class Lines implements Parser {
        @Override
        public ParsedLine parse(String line, int cursor, ParseContext context) {
            if (context == ParseContext.ACCEPT_LINE && !session().isComplete(line)) {
                throw new EOFError(-1, -1, "the input is not whole", "");
            }
            Completion.Result result = context == ParseContext.COMPLETE ? new Completion(session()).at(line, cursor) : new Completion.Result(cursor, List.of());
            return new Typed(line, cursor, result);
        }

        @Override
        public boolean isEscapeChar(char c) {
            return false;
        }

        @Override
        public boolean validCommandName(String name) {
            return true;
        }
    }

    /// The word at the cursor, as completion replaces it.
    private record Typed(String line, int cursor, Completion.Result result) implements CompletingParsedLine {
        @Override public String word() { return line.substring(result.start(), Math.max(result.start(), cursor)); }
        @Override public int wordCursor() { return word().length(); }
        @Override public int wordIndex() { return 0; }
        @Override public List<String> words() { return new ArrayList<>(List.of(word())); }
        @Override public CharSequence escape(CharSequence candidate, boolean complete) { return candidate; }
        @Override public int rawWordCursor() { return wordCursor(); }
        @Override public int rawWordLength() { return word().length(); }
    }
}
