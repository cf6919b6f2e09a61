package wdfs.repl;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import wdfs.diagnostics.Diagnostic;
import wdfs.diagnostics.Findings;
import wdfs.diagnostics.TextRenderer;
import wdfs.doc.Manual;
import wdfs.engine.Engine;
import wdfs.engine.Live;
import wdfs.engine.Outcome;
import wdfs.engine.RunOptions;
import wdfs.engine.Sources;
import wdfs.machine.Clock;
import wdfs.runtime.IoResult;
import wdfs.semantics.Imports;
import wdfs.semantics.Interactive;
import wdfs.source.SourceFile;
import wdfs.syntax.Decl;
import wdfs.syntax.Parser;
import wdfs.syntax.Stmt;
import wdfs.types.Type;

/// What a person or a file of input talks to. Takes one input at a time; what comes of it goes to `out`, line by line. Whatever
/// the input is, the session goes on.
///
/// Every input that changed the machine is kept. With the same seed the same inputs give the same machine, so going back is
/// starting anew and doing them again, without a word.
public final class Session {
    /// A longer one is no input that a person wrote.
    private static final int LONGEST = 1 << 20;

    private final Engine engine;
    private RunOptions options;
    private final List<Path> includes;
    /// Where the names of files begin.
    private Path folder = Path.of("");
    private final Consumer<String> out;
    private Consumer<String> editor;
    private boolean startingUp;
    private final TextRenderer renderer;
    private final Commands commands = new Commands();
    private final List<Entry> history = new ArrayList<>();
    private final Map<Integer, String> waits = new LinkedHashMap<>();
    private Live live;
    private Manual manual;
    private int number;
    /// Nothing is shown: inputs are done again.
    private boolean silent;
    private Object lastValue;
    private boolean answered;
    private int outcome;
    private boolean quit;
    private boolean tracing;
    /// Places by the names that `.mark` gave them: the number of the last input before each.
    private final Map<String, Integer> marks = new LinkedHashMap<>();
    /// Where `.save` has written to.
    private final Set<Path> saved = new HashSet<>();
    private volatile boolean interrupted;
    /// An input is being performed: then, and only then, an interruption stops something. Guarded by {@link #interruption}.
    private boolean performing;
    private final Object interruption = new Object();
    /// Nobody wants to see the rest of what this input shows.
    private volatile boolean skipping;
    private List<String> captured;

    /// An input.
    /// @param worked it did what it says, so it belongs to what `.save` writes
    /// @param units what a file held when it was loaded; empty for other inputs
    /// @param waits the prompt came back before it had ended
    public record Entry(int number, String text, boolean worked, boolean records, List<Decl.Unit> units, long fromNanos, long toNanos, boolean waits) {
        public Entry {
            units = List.copyOf(units);
        }

        /// When it was typed.
        String at() {
            return Clock.stamp(fromNanos);
        }
    }

    /// @param includes further folders that imports may come from
    /// @param out gets each line of what is shown
    public Session(Engine engine, RunOptions options, List<Path> includes, boolean colour, Consumer<String> out) {
        this.engine = engine;
        this.options = options;
        this.includes = List.copyOf(includes);
        this.out = out;
        this.renderer = new TextRenderer(colour).withoutPages();
        this.tracing = options.trace();
        boot();
    }

    /// @param place where the names of files that `.load` and `.save` get begin
    public Session in(Path place) {
        folder = place;
        return this;
    }

    /// @param into gets a text that is to be typed next, and may be changed before Enter
    void editor(Consumer<String> into) {
        editor = into;
    }

    /// Null where nobody types.
    Consumer<String> editor() {
        return editor;
    }

    /// Whether a start-up file is being taken: it writes no files.
    void startingUp(boolean is) {
        startingUp = is;
    }

    boolean isStartingUp() {
        return startingUp;
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    private void boot() {
        live = new Live(engine, options.withTrace(tracing), this::show, this::answered);
        waits.clear();
    }

    void show(String line) {
        if (captured != null) {
            captured.add(line);
        } else if (!silent && !skipping) {
            out.accept(line);
        }
    }

    void show(List<String> lines) {
        lines.forEach(this::show);
    }

    public Live live() {
        return live;
    }

    public Engine engine() {
        return engine;
    }

    /// What `wdfs doc` knows.
    Manual manual() {
        if (manual == null) {
            manual = new Manual(engine);
        }
        return manual;
    }

    public Commands commands() {
        return commands;
    }

    public List<Entry> history() {
        return List.copyOf(history);
    }

    public boolean hasEnded() {
        return quit;
    }

    void quit() {
        quit = true;
    }

    // ---- input -------------------------------------------------------------------------------------------------------------------

    /// Whether the lines typed so far are a whole input.
    public boolean isComplete(String text) {
        if (text.length() > LONGEST) {
            return true;
        }
        return !mayGoOn(text) || Completeness.of(text) || commandBehind(text) > 0;
    }

    /// What was typed up to here, as the inputs that it is: a command in the first column of a later line leaves what is not whole
    /// yet as it stands, and is an input of its own. So nobody has to know how to get out of a line that goes on.
    List<String> inputs(String text) {
        int command = text.length() <= LONGEST && mayGoOn(text) ? commandBehind(text) : 0;
        return command > 0 ? List.of(text.substring(0, command), text.substring(command)) : List.of(text);
    }

    /// Where the last line begins, if it is a command behind lines that are not whole; else 0.
    private int commandBehind(String text) {
        String typed = text.stripTrailing();
        int start = typed.lastIndexOf('\n') + 1;
        if (start == 0 || !Input.isUnmistakablyCommand(typed.substring(start), commands, this::isNamed)) {
            return 0;
        }
        String before = typed.substring(0, start).stripTrailing();
        return before.lastIndexOf("/*") > before.lastIndexOf("*/") || Completeness.of(before) ? 0 : start;
    }

    Input classify(String text) {
        return Input.of(text, commands, this::isNamed);
    }

    /// Commands and questions are one line; only the language goes over several.
    private boolean mayGoOn(String text) {
        Input input = classify(text);
        return input instanceof Input.Statements || input instanceof Input.Declarations;
    }

    private boolean isNamed(String name) {
        return live.checker().ownNames().contains(name);
    }

    /// Takes one input. @return the exit code that it would have on its own, as `wdfs run` gives it: 0 if nothing was wrong
    public int input(String text) {
        outcome = Outcome.DONE;
        if (text.length() > LONGEST) {
            complain("the input has more than 1 MiB");
            return Outcome.USAGE;
        }
        interrupted = false;
        skipping = false;
        Input input = classify(text);
        if (input instanceof Input.Nothing) {
            return Outcome.DONE;
        }
        int mine = ++number;
        int violations = live.machine().violations;
        int failures = live.machine().failures;
        int ends = live.machine().bugChecks + live.machine().hostKills;
        boolean wasDead = live.isDead();
        long from = live.machine().clock.nowNanos();
        live.note("input " + mine + "  " + text.strip().lines().findFirst().orElse(""));
        List<Decl.Unit> units = new ArrayList<>();
        boolean records;
        synchronized (interruption) {
            performing = true;
        }
        try {
            records = perform(input, mine, text, units);
        } finally {
            synchronized (interruption) {
                performing = false;
            }
        }
        if (!records && !wasDead) {
            live.machine().goOn();                                    // a person stopped what does not run the machine
        }
        number = Math.max(number, mine);                              // going back does not use a number twice
        Live now = live;
        if (outcome == Outcome.DONE && records) {
            outcome = !now.machine().limitReached().isEmpty() && !wasDead ? Outcome.LIMIT : now.machine().bugChecks + now.machine().hostKills > ends || now.machine().violations > violations ? Outcome.FOUND
                    : now.machine().failures > failures ? Outcome.FAILED : Outcome.DONE;
        }
        boolean worked = outcome != Outcome.SCRIPT_ERRORS && outcome != Outcome.USAGE && outcome != Outcome.INTERNAL;
        history.add(new Entry(mine, text.strip(), worked, records && worked, units, from,
                now.machine().clock.nowNanos(), waits.containsKey(mine) && live.pending().stream().anyMatch(line -> line.number == mine)));
        if (!now.machine().limitReached().isEmpty() && !wasDead && records) {
            rewindTo(history.size() - 1);
            skipping = false;
            show("the input was taken back: the machine is as it was before, at " + live.now());
        }
        return outcome;
    }

    /// @return whether it belongs to what is done again
    private boolean perform(Input input, int mine, String text, List<Decl.Unit> units) {
        try {
            return switch (input) {
                case Input.Nothing _ -> false;
                case Input.Run(Command command, String words) -> {
                    boolean records = command.records();
                    run(command, words);
                    if (command.name().equals(".load") && loadedUnits != null) {
                        units.addAll(loadedUnits);
                    }
                    yield records;
                }
                case Input.Unknown(String word) -> {
                    List<String> near = wdfs.diagnostics.Suggestions.near(word, commands.words());
                    complain("there is no command " + word + (near.isEmpty() ? "" : "; did you mean " + near.getFirst() + "?") + "  (.help lists them)");
                    yield false;
                }
                case Input.Help(String name, boolean source) -> {
                    Doc doc = Help.of(this, name, source);
                    if (doc.isFailure()) {
                        complain(doc.failure());
                    } else {
                        show(doc.text(""));
                    }
                    yield false;
                }
                case Input.Declarations(String declared) -> {
                    declare(declared, mine);
                    yield true;
                }
                case Input.Statements(String statements) -> {
                    statements(statements, mine);
                    yield true;
                }
            };
        } catch (StackOverflowError _) {
            complain("the input is nested too deeply");
            outcome = Outcome.SCRIPT_ERRORS;
        } catch (RuntimeException | AssertionError e) {
            fault(e);
        } catch (OutOfMemoryError _) {
            live.machine().kill();
            complain("the memory of wdfs is used up; .reset boots the machine anew");
            outcome = Outcome.LIMIT;
        }
        return false;
    }

    private void fault(Throwable e) {
        outcome = Outcome.INTERNAL;
        live.machine().kill();
        show("a fault of wdfs itself, not of what was typed: " + e);
        StackTraceElement[] trace = e.getStackTrace();
        for (int i = 0; i < trace.length && i < 6; i++) {
            show("    at " + trace[i]);
        }
        show("the machine was stopped; .back goes back to before this input, .reset boots anew. Please report it with the session (.save FILE)");
    }

    Set<Path> saved() {
        return saved;
    }

    void complain(String why) {
        if (outcome == Outcome.DONE) {
            outcome = Outcome.USAGE;
        }
        show("wdfs: " + why);
    }

    // ---- commands ----------------------------------------------------------------------------------------------------------------

    private List<Decl.Unit> loadedUnits;

    private void run(Command command, String text) {
        loadedUnits = null;
        Pipe pipe = command.argument() == Command.Kind.EXPRESSION ? new Pipe(text, List.of()) : Pipe.of(text);
        if (pipe.stages().isEmpty()) {
            run(command, Words.of(text));
            return;
        }
        List<String> before = captured;
        List<String> lines = new ArrayList<>();
        captured = lines;
        try {
            run(command, Words.of(pipe.words()));
        } finally {
            captured = before;
        }
        try {
            show(outcome == Outcome.USAGE ? lines : pipe.through(lines));
        } catch (Command.Stop e) {
            complain(e.getMessage());
        }
    }

    private void run(Command command, Words words) {
        if (words.word(0).equals("-?") || words.word(0).equals("/?")) {
            show(Help.of(this, command.name(), false).text(""));
            return;
        }
        Doc doc;
        try {
            doc = command.act().run(this, words);
        } catch (Command.Stop e) {
            doc = Doc.failed(e.getMessage());
        }
        if (doc == null) {
            return;
        }
        if (words.json()) {
            show(doc.json());
            if (doc.isFailure()) {
                outcome = Outcome.USAGE;
            }
        } else if (doc.isFailure()) {
            complain(command.name() + ": " + doc.failure());
        } else {
            show(doc.text((command.name() + " " + words.rest()).strip()));
        }
    }

    // ---- the language ------------------------------------------------------------------------------------------------------------

    private boolean dead() {
        if (!live.isDead()) {
            return false;
        }
        complain("the machine has stopped; it can be looked at (!analyze -v), gone back from (.back), or booted anew (.reset)");
        return true;
    }

    private static String nameOf(int number) {
        return "input " + number;
    }

    private void declare(String text, int mine) {
        if (dead()) {
            return;
        }
        SourceFile file = SourceFile.script(nameOf(mine), text);
        Findings findings = new Findings();
        Decl.Unit unit = Parser.parse(file, findings, live.checker()::isType);
        load(List.of(unit), findings, true);
    }

    private void load(List<Decl.Unit> units, Findings findings, boolean typed) {
        Live.Loaded loaded = live.load(units, findings);
        findings(loaded.findings());
        if (!loaded.sound()) {
            return;
        }
        loaded.closed().forEach(what -> show("closed: " + what));
        show(Loading.lines(live, units, loaded, typed));
    }

    private void findings(Findings findings) {
        List<Diagnostic> list = findings.sorted();
        if (findings.hasErrors()) {
            outcome = Outcome.SCRIPT_ERRORS;
        }
        if (!list.isEmpty()) {
            renderer.render(list).stripTrailing().lines().forEach(this::show);
        }
    }

    private void statements(String text, int mine) {
        if (dead()) {
            return;
        }
        SourceFile file = SourceFile.script(nameOf(mine), text);
        Findings findings = new Findings();
        List<Stmt> parsed = Parser.parseInput(file, findings, live.checker()::isType);
        Parts parts = Parts.of(parsed);
        List<Decl> declarations = parts.declarations();
        List<Stmt> statements = parts.statements();
        if (findings.hasErrors()) {
            findings(findings);
            return;
        }
        if (!declarations.isEmpty()) {
            load(List.of(new Decl.Unit(file, declarations)), findings, true);
            if (outcome != Outcome.DONE) {
                return;
            }
            findings = new Findings();
        }
        if (statements.isEmpty()) {
            findings(findings);
            return;
        }
        Optional<Interactive.Line> line = live.compile(statements, file, mine, findings);
        findings(findings);
        if (line.isEmpty()) {
            return;
        }
        answered = false;
        Live.Line run = live.run(line.get(), mine);
        if (!run.hasEnded() && !live.isDead()) {
            waits.put(mine, Waiting.subject(live, run));
            show(Waiting.text(live, run));
        } else if (run.hasEnded() && !run.isWhole() && !live.isDead()) {
            outcome = outcome == Outcome.DONE ? Outcome.FOUND : outcome;
            if (live.process().ended) {
                show("the process repl has ended (exit code 0x%X); .back goes back, .reset boots the machine anew".formatted(live.process().exitCode));
            }
        }
    }

    /// A line, taken apart: what stands at file level, and the rest.
    record Parts(List<Decl> declarations, List<Stmt> statements) {
        static Parts of(List<Stmt> parsed) {
            Parts parts = new Parts(new ArrayList<>(), new ArrayList<>());
            for (Stmt statement : parsed) {
                if (statement instanceof Stmt.Local local && local.declarations().stream().anyMatch(Session::isDeclaration)) {
                    List<Decl> variables = new ArrayList<>();
                    local.declarations().forEach(d -> (isDeclaration(d) ? parts.declarations : variables).add(d));
                    if (!variables.isEmpty()) {
                        parts.statements.add(new Stmt.Local(variables, local.span()));
                    }
                } else if (!(statement instanceof Stmt.Empty)) {
                    parts.statements.add(statement);
                }
            }
            return parts;
        }
    }

    /// What stands at file level: functions, types and constants; variables are the line's.
    static boolean isDeclaration(Decl d) {
        return switch (d) {
            case Decl.Function _, Decl.Typedef _, Decl.TypeOnly _, Decl.Define _, Decl.FormDecl _ -> true;
            case Decl.Variable v -> v.storage().equals("typedef") || v.storage().equals("extern");
            default -> true;
        };
    }

    private void answered(Live.Answer answer) {
        answered = true;
        lastValue = answer.value();
        String text = Values.text(live, answer);
        if (!answer.late()) {
            show(text);
            return;
        }
        String waited = answer.line() == null ? "" : waits.getOrDefault(answer.line().number, "");
        String what = waited.startsWith("request #") ? waited.substring(8) + " completed" : "input " + (answer.line() == null ? "?" : answer.line().number) + ":";
        show("%-8s %s %s".formatted(Clock.stamp(answer.nanos()), what, text));
    }

    /// The value of `_`; null if there is none.
    Object lastValue() {
        return lastValue;
    }

    // ---- conditions --------------------------------------------------------------------------------------------------------------

    /// Compiles an expression that is to be asked again and again.
    java.util.function.BooleanSupplier condition(String text) throws Command.Stop {
        SourceFile file = SourceFile.script("condition", text);
        Findings findings = new Findings();
        List<Stmt> parsed = Parser.parseInput(file, findings, live.checker()::isType);
        Optional<Interactive.Line> line = findings.hasErrors() || parsed.size() != 1 ? Optional.empty() : live.compile(parsed, file, 0, findings);
        if (line.isEmpty()) {
            findings(findings);
            throw new Command.Stop("`%s` is no condition", text);
        }
        return () -> {
            boolean wasSilent = silent;
            silent = true;
            lastValue = null;
            try {
                live.run(line.get(), 0);
            } finally {
                silent = wasSilent;
            }
            return switch (lastValue) {
                case wdfs.runtime.Value v -> v.bits() != 0;
                case IoResult r -> r.ok();
                case null, default -> false;
            };
        };
    }

    // ---- loading files -------------------------------------------------------------------------------------------------------------

    /// Loads scripts with what they import; reads them now.
    void loadFiles(List<String> names) throws Command.Stop {
        if (live.isDead()) {
            throw new Command.Stop("the machine has stopped; .reset boots it anew");
        }
        List<Decl.Unit> all = new ArrayList<>();
        for (String name : names) {
            Findings findings = new Findings();
            List<Decl.Unit> units = replayed != null ? replayed : read(name, findings);
            load(units, findings, false);
            all.addAll(units);
        }
        loadedUnits = all;
    }

    private List<Decl.Unit> read(String name, Findings findings) throws Command.Stop {
        try {
            Path path = folder.resolve(name);
            Sources sources = Sources.of(path, includes);
            SourceFile main = sources.main(path, name.replace('\\', '/'));
            return Imports.resolve(main, sources, engine.library(), findings);
        } catch (InvalidPathException _) {
            throw new Command.Stop("`%s` is no path", name);
        } catch (Sources.Unreadable e) {
            throw new Command.Stop(e.getMessage());
        }
    }

    /// What a file held when it was first loaded, while inputs are done again.
    private List<Decl.Unit> replayed;

    // ---- going back ----------------------------------------------------------------------------------------------------------------

    /// Boots a new machine and does the first `count` inputs of the history again. What is behind them is forgotten.
    void rewindTo(int count) {
        List<Entry> kept = List.copyOf(history.subList(0, Math.max(0, Math.min(count, history.size()))));
        if (kept.size() < history.size()) {
            int gone = history.get(kept.size()).number();
            marks.values().removeIf(place -> place >= gone);
        }
        redo(kept, true, Long.MAX_VALUE);
    }

    /// @param asLoaded files as they were; otherwise they are read again
    /// @return the inputs that did not come to the same end as before
    List<Entry> redo(List<Entry> entries, boolean asLoaded, long untilNanos) {
        List<Entry> changed = new ArrayList<>();
        boolean wasSilent = silent;
        int outcomeBefore = outcome;
        silent = true;
        boot();
        history.clear();
        try {
            for (Entry entry : entries) {
                if (live.machine().clock.nowNanos() >= untilNanos) {
                    break;
                }
                number = entry.number() - 1;
                if (!entry.records()) {
                    history.add(entry);
                    number = entry.number();
                    continue;
                }
                replayed = asLoaded && !entry.units().isEmpty() ? entry.units() : null;
                goal = untilNanos;
                int code = input(entry.text());
                goal = Long.MAX_VALUE;
                replayed = null;
                if (code == Outcome.USAGE || code == Outcome.SCRIPT_ERRORS || code == Outcome.INTERNAL) {
                    changed.add(entry);
                }
            }
        } finally {
            silent = wasSilent;
            replayed = null;
            goal = Long.MAX_VALUE;
            outcome = outcomeBefore;
        }
        return changed;
    }

    /// Where going to a moment ends; time does not pass it.
    private long goal = Long.MAX_VALUE;

    long goal() {
        return goal;
    }

    /// Boots the machine anew; nothing is loaded or declared.
    void reset() {
        history.clear();
        marks.clear();
        number = 0;
        lastValue = null;
        boot();
    }

    /// Names what can be gone back to.
    Map<String, Integer> marks() {
        return marks;
    }

    /// The number of the input that is being taken.
    int number() {
        return number;
    }

    List<Path> includes() {
        return includes;
    }

    Path folder() {
        return folder;
    }

    /// For what is done in steps: whether a person wants it to end.
    boolean isInterrupted() {
        return interrupted;
    }

    /// The rest of what this input shows is left out, all but that it was taken back.
    void skip() {
        skipping = true;
    }

    /// Ctrl-C, from another thread: what runs is stopped; the input is taken back.
    public void interrupt() {
        synchronized (interruption) {
            if (performing) {
                interrupted = true;
                live.machine().stopByHand();
            }
        }
    }

    void trace(boolean on) {
        tracing = on;
        live.trace(on);
    }

    boolean isTracing() {
        return tracing;
    }

    RunOptions options() {
        return options;
    }

    /// What one command shows, as lines, without showing it.
    List<String> capture(String text) {
        List<String> before = captured;
        captured = new ArrayList<>();
        try {
            input(text);
            return captured;
        } finally {
            captured = before;
        }
    }

    /// The value of a name, as commands want it: the bits of a C variable or of `_`.
    Optional<Long> bitsOf(String name) {
        Optional<Interactive.Variable> variable = live.checker().variable(name);
        if (variable.isEmpty() || variable.get().type() instanceof Type.Managed) {
            return Optional.empty();
        }
        Interactive.Variable v = variable.get();
        if (v.type() instanceof Type.Struct || v.type() instanceof Type.Array) {
            return Optional.of(live.address(v));
        }
        return Optional.of(Bytes.number(live, live.address(v), (int) v.type().size()));
    }
}
