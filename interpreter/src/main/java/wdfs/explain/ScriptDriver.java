package wdfs.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import wdfs.diagnostics.TextRenderer;
import wdfs.engine.Compilation;
import wdfs.engine.Engine;
import wdfs.engine.RunOptions;
import wdfs.engine.Simulation;
import wdfs.engine.TraceText;
import wdfs.io.DeviceObject;
import wdfs.kernel.Namespace;
import wdfs.runtime.CompiledImage;
import wdfs.runtime.Event;
import wdfs.runtime.Events;
import wdfs.runtime.Travel;
import wdfs.semantics.SourceLoader;
import wdfs.source.SourceFile;
import wdfs.syntax.Decl;
import wdfs.syntax.Expr;
import wdfs.wdf.HostedStack;

/// The script's own drivers, run as they stand, with an application that is written for the question in place of the script's
/// processes.
final class ScriptDriver {
    /// @param path `\\.\X`
    /// @param declared the name of its declaration; empty in C
    /// @param transfer how reads and writes come
    /// @param hosted of a UMDF driver's device
    record Device(String path, String declared, Transfer transfer, Optional<Hosted> hosted) {}

    /// What the drivers of a UMDF stack agreed on.
    record Hosted(Transfer readWrite, Transfer control) {}

    private static final int INVALID_DEVICE_REQUEST = 0xC0000010;

    private final Engine engine;
    private final Compilation compilation;
    private final RunOptions options;
    private List<Device> devices;

    ScriptDriver(Engine engine, Compilation compilation, RunOptions options) {
        this.engine = engine;
        this.compilation = compilation;
        this.options = options;
    }

    /// The devices that an application can open once all drivers are loaded.
    List<Device> devices() {
        if (devices == null) {
            List<Device> found = new ArrayList<>();
            Simulation simulation = simulation();
            simulation.listen((_, event) -> {
                if (event instanceof Events.Printed) {
                    Namespace names = Namespace.of(simulation.machine());
                    for (Namespace.SymbolicLink link : names.links()) {
                        Namespace.Found target = names.resolve(link.name());
                        if (target != null && target.object() instanceof DeviceObject device) {
                            String last = link.name().substring(link.name().lastIndexOf('\\') + 1);
                            found.add(new Device("\\\\.\\" + last, declared(last), transfer(device.top().flags()), hosted(device)));
                        }
                    }
                }
            });
            simulation.runTest(application("    print(\"ready\");\n"));
            devices = List.copyOf(found);
        }
        return devices;
    }

    private Simulation simulation() {
        return new Simulation(engine, compilation.program().orElseThrow(), options.withTrace(false), _ -> { });
    }

    private static Optional<Hosted> hosted(DeviceObject device) {
        for (DeviceObject at = device.top(); at != null; at = at.attachedTo) {
            if (at.framework instanceof HostedStack stack) {
                return Optional.of(new Hosted(Transfer.ofType(stack.readWriteType()), Transfer.ofType(stack.controlType())));
            }
        }
        return Optional.empty();
    }

    private static Transfer transfer(int flags) {
        return (flags & DeviceObject.DO_BUFFERED_IO) != 0 ? Transfer.BUFFERED : (flags & DeviceObject.DO_DIRECT_IO) != 0 ? Transfer.DIRECT : Transfer.NEITHER;
    }

    /// By the name of its declaration or of its link.
    Device device(String name) throws Explainer.Unknown {
        for (Device device : devices()) {
            if (name.equalsIgnoreCase(device.path()) || name.equals(device.declared()) || name.equalsIgnoreCase(device.path().substring(4))) {
                return device;
            }
        }
        List<String> names = devices().stream().map(d -> d.declared().isEmpty() ? d.path() : d.declared()).toList();
        throw new Explainer.Unknown("the script has no device `%s` that an application can open%s".formatted(name, Names.hint(name, names, "it has none at all", "it has ")));
    }

    /// The name of the declaration whose symbolic link ends so.
    private String declared(String last) {
        for (Decl.Unit unit : compilation.units()) {
            for (Decl declaration : unit.declarations()) {
                if (declaration instanceof Decl.Driver driver) {
                    for (Decl member : driver.members()) {
                        if (member instanceof Decl.Device device && device.members().stream().anyMatch(m -> m instanceof Decl.Property p && p.word().text().equals("symbolic_link")
                                && p.values().size() == 1 && p.values().getFirst() instanceof Decl.PropertyValue.OfExpr(Expr.StringLiteral link) && link.value().endsWith("\\" + last))) {
                            return device.name().text();
                        }
                    }
                }
            }
        }
        return "";
    }

    /// Sends the request to the first device that knows it.
    Explanation.OwnRun run(Question question, List<Device> candidates) {
        Explanation.OwnRun first = null;
        for (Device device : candidates) {
            List<Event> events = new ArrayList<>();
            Observation seen = new Observation(question.major(), question.code());
            Simulation simulation = simulation();
            simulation.listen((nanos, event) -> {
                seen.accept(nanos, event);
                if (event instanceof Events.Printed p && p.process().equals(APP) && seen.begun().isPresent()) {
                    events.add(p);
                }
            });
            simulation.runTest(application(request(question, device)));
            Explanation.OwnRun run = new Explanation.OwnRun(Optional.of(device), lines(seen, events));
            boolean known = seen.first(Travel.Finished.class, f -> f.request() == seen.begun().orElseThrow().request() && f.status() == INVALID_DEVICE_REQUEST).isEmpty();
            if (known) {
                return run;
            }
            first = first == null ? run : first;
        }
        return first != null ? first : new Explanation.OwnRun(Optional.empty(), List.of("not observed: the script has no device that an application can open"));
    }

    private List<String> lines(Observation seen, List<Event> printed) {
        if (seen.begun().isEmpty()) {
            return List.of("not observed: the request did not reach the driver");
        }
        TraceText text = new TraceText(engine.statuses());
        Travel.Begun begun = seen.begun().get();
        List<String> lines = new ArrayList<>();
        for (Event event : seen.events()) {
            switch (event) {
                case Travel t -> {
                    String line = text.of(t);
                    line = begun.inLength() == 0 ? line : line.replace(begun.in().toString(), "app's input");
                    line = begun.outLength() == 0 ? line : line.replace(begun.out().toString(), "app's output");
                    if (!line.isEmpty()) {
                        lines.add("%-8s%s".formatted(t.lane(), line));
                    }
                }
                case Events.DebugPrinted(String driver, String said) -> said.lines().forEach(l -> lines.add(driver + ": " + l));
                case Events.Reported(var report, _) -> lines.add(report.title());
                default -> { }
            }
        }
        printed.forEach(p -> lines.add("app     → " + ((Events.Printed) p).text().strip()));
        return lines;
    }

    private static final String APP = "app";

    /// A process that loads what starts on demand and does `body`; it needs nothing of the script.
    private CompiledImage application(String body) {
        StringBuilder text = new StringBuilder("process " + APP + " {\n");
        for (CompiledImage driver : compilation.program().orElseThrow().drivers()) {
            if (driver.info().startsOnDemand()) {
                text.append("    load(\"").append(driver.info().name()).append("\");\n");
            }
        }
        text.append(body).append("}\n");
        Compilation compiled = engine.compile(SourceFile.script("explain.wdfs", text.toString()), SourceLoader.none());
        return compiled.program().orElseThrow(() -> new IllegalStateException("the application has errors: " + new TextRenderer(false).render(compiled.findings().sorted()))).processes().getFirst();
    }

    private static String request(Question question, Device device) {
        String bytes = "x\"" + "11".repeat(question.in()) + "\"";
        return "    var h = open(L\"" + device.path().replace("\\", "\\\\") + "\");\n    print(" + switch (question.kind()) {
            case READ -> "read(h, %d)".formatted(question.out());
            case WRITE -> "write(h, %s)".formatted(bytes);
            case CONTROL -> "ioctl(h, 0x%08X, %s, out: %d)".formatted(question.code(), bytes, question.out());
        } + ");\n    close(h);\n";
    }
}
