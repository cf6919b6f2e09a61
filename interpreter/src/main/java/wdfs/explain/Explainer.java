package wdfs.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import wdfs.codegen.Program;
import wdfs.engine.Compilation;
import wdfs.engine.Engine;
import wdfs.engine.RunOptions;
import wdfs.engine.Simulation;
import wdfs.runtime.CompiledImage;
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
    private final Compilation compilation;
    private final Program program;
    private final RunOptions options;

    /// What was asked for is not there; the message is for the user.
    public static final class Unknown extends Exception {
        Unknown(String message) {
            super(message);
        }
    }

    /// @param compilation the script's, free of errors
    public Explainer(Engine engine, Compilation compilation, RunOptions options) {
        this.engine = engine;
        this.compilation = compilation;
        this.program = compilation.program().orElseThrow();
        this.options = options;
    }

    /// @param name a control code of the script
    /// @param device which device of the script is to be run as it stands; empty for the one that takes the code
    public Explanation control(String name, Optional<String> device, Optional<Integer> in, Optional<Integer> out) throws Unknown {
        BoundProgram.IoctlInfo ioctl = ioctl(name);
        Question question = new Question(Question.Kind.CONTROL, ioctl.name(), ioctl.code(), in.orElseGet(() -> size(ioctl.input(), DEFAULT_IN, ioctl)),
                out.orElseGet(() -> size(ioctl.output(), DEFAULT_OUT, ioctl)), Optional.of(Transfer.ofCode(ioctl.code())));
        ScriptDriver script = new ScriptDriver(engine, compilation, options);
        List<ScriptDriver.Device> candidates = device.isPresent() ? List.of(script.device(device.get())) : script.devices();
        return explain(question, script.run(question, candidates));
    }

    /// @param kind READ or WRITE
    public Explanation transfer(Question.Kind kind, String device, Optional<Integer> length) throws Unknown {
        ScriptDriver script = new ScriptDriver(engine, compilation, options);
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
        List<Explanation.Block> blocks = new ArrayList<>();
        Program kmdf = compile(question, Probe.Framework.KMDF);
        blocks.add(new Explanation.Block(Probe.Framework.KMDF, Optional.empty(), columns(question, kmdf, own, Transfer.of(question.kind()).stream().map(Probe::kmdf).toList())));
        Program umdf = compile(question, Probe.Framework.UMDF);
        if (question.kind() == Question.Kind.CONTROL) {
            for (Transfer preference : ProbeScript.UMDF_PREFERENCES) {
                List<Probe> probes = Transfer.of(question.kind()).stream().map(t -> Probe.umdf(t, preference)).toList();
                blocks.add(new Explanation.Block(Probe.Framework.UMDF, Optional.of(preference), columns(question, umdf, own, probes)));
            }
        } else {
            List<Probe> probes = ProbeScript.UMDF_PREFERENCES.stream().map(p -> Probe.umdf(p, p)).toList();
            blocks.add(new Explanation.Block(Probe.Framework.UMDF, Optional.empty(), columns(question, umdf, own, probes)));
        }
        return new Explanation(question, blocks, own);
    }

    private Program compile(Question question, Probe.Framework framework) {
        String text = ProbeScript.of(question, framework);
        Compilation probe = engine.compile(SourceFile.script("probe.wdfs", text), SourceLoader.none());
        return probe.program().orElseThrow(() -> new IllegalStateException("the probe has errors: " + probe.findings().sorted() + "\n" + text));
    }

    private List<Column> columns(Question question, Program program, Explanation.OwnRun own, List<Probe> probes) {
        return probes.stream().map(p -> column(question, program, own, p)).toList();
    }

    private Column column(Question question, Program program, Explanation.OwnRun own, Probe probe) {
        List<Column.Ended> endings = endings(question, probe).stream().map(e -> new Column.Ended(e, run(question, program, probe, e))).toList();
        return new Column(probe, isOwn(question, own, probe), run(question, program, probe, new Scenario.Journey()),
                probe.isUmdf() ? Optional.empty() : Optional.of(run(question, program, probe, new Scenario.Raw())),
                run(question, program, probe, new Scenario.Sight()),
                probe.isUmdf() && probe.preference() == Transfer.DIRECT ? Optional.of(run(question, program, probe, new Scenario.Least())) : Optional.empty(), endings);
    }

    /// Whether the script's own device does as the probe. A WDM driver has the KMDF one's buffers.
    private static boolean isOwn(Question question, Explanation.OwnRun own, Probe probe) {
        Optional<ScriptDriver.Hosted> hosted = own.device().flatMap(ScriptDriver.Device::hosted);
        return question.own().equals(Optional.of(probe.transfer())) && hosted.isPresent() == probe.isUmdf()
                && (hosted.isEmpty() || probe.preference() == (question.kind() == Question.Kind.CONTROL ? hosted.get().control() : hosted.get().readWrite()));
    }

    private static final int SUCCESS = 0;
    private static final int BUFFER_OVERFLOW = 0x80000005;
    private static final int UNSUCCESSFUL = 0xC0000001;

    private static List<Scenario.Ending> endings(Question question, Probe probe) {
        int some = question.some();
        long more = 1L + (question.kind() == Question.Kind.WRITE ? question.in() : question.out());
        List<Scenario.Ending> endings = new ArrayList<>();
        if (some > 0) {
            endings.add(new Scenario.Ending("success, " + some, SUCCESS, some, true, false));
        }
        endings.addAll(List.of(new Scenario.Ending("success, 0", SUCCESS, 0, true, false),
                new Scenario.Ending("STATUS_BUFFER_\nOVERFLOW, " + some, BUFFER_OVERFLOW, some, true, false),
                new Scenario.Ending("STATUS_\nUNSUCCESSFUL, " + some, UNSUCCESSFUL, some, true, false),
                new Scenario.Ending("success, %d: more\nthan there is".formatted(more), SUCCESS, more, true, false),
                new Scenario.Ending("the same with\n`verifier off`", SUCCESS, more, false, false)));
        if (probe.isUmdf() && question.kind() == Question.Kind.CONTROL) {
            endings.add(new Scenario.Ending("success, %d, with\nUmdfMethodNeither\nAction = Reject".formatted(some), SUCCESS, some, true, true));
        }
        return endings;
    }

    /// On a machine of its own, which has only the driver that is asked.
    private Observation run(Question question, Program program, Probe probe, Scenario scenario) {
        String name = probe.isUmdf() ? "Probe" + ProbeScript.device(question, probe) : "Probe";
        CompiledImage driver = program.driver(name).orElseThrow();
        if (scenario instanceof Scenario.Ending e && !e.verifier()) {
            driver = Variant.verifier(driver, false);
        }
        if (scenario instanceof Scenario.Ending e && e.reject()) {
            driver = Variant.inf(driver, "UmdfMethodNeitherAction", "Reject");
        }
        BoundProgram bound = program.bound();
        Program alone = new Program(List.of(driver), new BoundProgram(bound.images(), bound.ioctls(), bound.devnodes().stream().filter(d -> d.function().equals(name)).toList()),
                program.classBytes(), program.siteFiles(), program.interleaved(), program.counted());
        Observation observation = new Observation(question.major(), question.code(probe.transfer()));
        Simulation simulation = new Simulation(engine, alone, options.withTrace(false), _ -> { });
        simulation.listen(observation);
        simulation.runTest(Variant.at(program.tests().getFirst(), "Ask", ProbeScript.arguments(question, probe, scenario)));
        return observation;
    }
}
