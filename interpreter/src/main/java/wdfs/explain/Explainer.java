package wdfs.explain;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import wdfs.codegen.Program;
import wdfs.engine.Compilation;
import wdfs.engine.Engine;
import wdfs.engine.RunOptions;
import wdfs.engine.Simulation;
import wdfs.engine.Sources;
import wdfs.runtime.CompiledImage;
import wdfs.runtime.Event;
import wdfs.semantics.SourceLoader;
import wdfs.semantics.bound.BoundProgram;
import wdfs.source.SourceFile;
import wdfs.types.Type;

/// Asks the machine: for each transfer type a few probes are written, run and listened to, and the script's own driver is run
/// as it stands.
public final class Explainer {
    /// Lengths that are used where the ioctl declares none, in bytes.
    public static final int DEFAULT_IN = 16;
    public static final int DEFAULT_OUT = 64;
    public static final int LARGEST = 1 << 20;

    private final Engine engine;
    private final Path path;
    private final Compilation compilation;
    private final Program program;
    private final List<Path> includes;
    private final RunOptions options;

    /// What was asked for is not there; the message is for the user.
    public static final class Unknown extends Exception {
        Unknown(String message) {
            super(message);
        }
    }

    /// @param compilation the script's, free of errors
    public Explainer(Engine engine, Path path, Compilation compilation, List<Path> includes, RunOptions options) {
        this.engine = engine;
        this.path = path;
        this.compilation = compilation;
        this.program = compilation.program().orElseThrow();
        this.includes = List.copyOf(includes);
        this.options = options;
    }

    /// @param name a control code of the script
    /// @param device which device of the script is to be run as it stands; empty for the one that takes the code
    public Explanation control(String name, Optional<String> device, Optional<Integer> in, Optional<Integer> out) throws Unknown, Sources.Unreadable {
        BoundProgram.IoctlInfo ioctl = ioctl(name);
        Question question = new Question(Question.Kind.CONTROL, ioctl.name(), ioctl.code(), in.orElseGet(() -> size(ioctl.input(), DEFAULT_IN, ioctl)),
                out.orElseGet(() -> size(ioctl.output(), DEFAULT_OUT, ioctl)), Optional.of(Transfer.ofCode(ioctl.code())));
        ScriptDriver script = new ScriptDriver(engine, path, compilation, includes, options);
        List<ScriptDriver.Device> candidates = device.isPresent() ? List.of(script.device(device.get())) : script.devices();
        return explain(question, script.run(question, candidates));
    }

    /// @param kind READ or WRITE
    public Explanation transfer(Question.Kind kind, String device, Optional<Integer> length) throws Unknown, Sources.Unreadable {
        ScriptDriver script = new ScriptDriver(engine, path, compilation, includes, options);
        ScriptDriver.Device found = script.device(device);
        boolean read = kind == Question.Kind.READ;
        Question question = new Question(kind, (read ? "read of " : "write to ") + found.path(), 0, read ? 0 : length.orElse(DEFAULT_IN), read ? length.orElse(DEFAULT_OUT) : 0,
                Optional.of(found.transfer()));
        return explain(question, script.run(question, List.of(found)));
    }

    private BoundProgram.IoctlInfo ioctl(String name) throws Unknown {
        List<BoundProgram.IoctlInfo> all = program.bound().ioctls();
        for (BoundProgram.IoctlInfo ioctl : all) {
            if (ioctl.name().equals(name)) {
                return ioctl;
            }
        }
        List<String> names = all.stream().map(BoundProgram.IoctlInfo::name).toList();
        throw new Unknown("the script has no control code `%s`%s".formatted(name, Names.hint(name, names, "it has none at all", "it has ")));
    }

    private static int size(Type type, int otherwise, BoundProgram.IoctlInfo ioctl) {
        if (ioctl.input() == null && ioctl.output() == null) {
            return otherwise;
        }
        return type == null ? 0 : (int) Math.min(LARGEST, type.size());
    }

    private Explanation explain(Question question, Explanation.OwnRun own) {
        List<Column> columns = Transfer.of(question.kind()).stream().map(t -> column(question, t)).toList();
        return new Explanation(question, List.of(new Explanation.Block("KMDF", columns)), own);
    }

    private Column column(Question question, Transfer transfer) {
        int some = question.some();
        long more = 1L + (question.kind() == Question.Kind.WRITE ? question.in() : question.out());
        List<Scenario.Ending> endings = new ArrayList<>();
        if (some > 0) {
            endings.add(new Scenario.Ending("success, " + some, "STATUS_SUCCESS", some, true));
        }
        endings.addAll(List.of(new Scenario.Ending("success, 0", "STATUS_SUCCESS", 0, true),
                new Scenario.Ending("STATUS_BUFFER_\nOVERFLOW, " + some, "STATUS_BUFFER_OVERFLOW", some, true),
                new Scenario.Ending("STATUS_\nUNSUCCESSFUL, " + some, "STATUS_UNSUCCESSFUL", some, true),
                new Scenario.Ending("success, %d: more\nthan there is".formatted(more), "STATUS_SUCCESS", more, true),
                new Scenario.Ending("the same with\n`verifier off`", "STATUS_SUCCESS", more, false)));
        List<Scenario> scenarios = new ArrayList<>(List.of(new Scenario.Journey(), new Scenario.Raw(), new Scenario.Sight()));
        scenarios.addAll(endings);
        List<Observation> seen = probe(question, transfer, scenarios);
        List<Column.Ended> ended = new ArrayList<>();
        for (int i = 0; i < endings.size(); i++) {
            ended.add(new Column.Ended(endings.get(i), seen.get(3 + i)));
        }
        return new Column(transfer, question.own().equals(Optional.of(transfer)), seen.get(0), seen.get(1), seen.get(2), ended);
    }

    /// Each scenario on a machine of its own.
    private List<Observation> probe(Question question, Transfer transfer, List<Scenario> scenarios) {
        String text = ProbeScript.of(question, transfer, scenarios);
        Compilation probe = engine.compile(SourceFile.script("probe.wdfs", text), SourceLoader.none());
        Program compiled = probe.program().orElseThrow(() -> new IllegalStateException("the probe has errors: " + probe.findings().sorted() + "\n" + text));
        List<Observation> seen = new ArrayList<>();
        for (CompiledImage test : compiled.tests()) {
            Observation observation = new Observation(question.major(), question.code(transfer));
            Simulation simulation = new Simulation(engine, compiled, options.withTrace(false), _ -> { });
            simulation.listen(observation);
            simulation.runTest(test);
            seen.add(observation);
        }
        return seen;
    }

    /// Runs a program; what it prints is heard as events.
    static void listen(Engine engine, Program program, RunOptions options, java.util.function.BiConsumer<Long, Event> listener) {
        Simulation simulation = new Simulation(engine, program, options.withTrace(false), _ -> { });
        simulation.listen(listener);
        simulation.run();
    }
}
