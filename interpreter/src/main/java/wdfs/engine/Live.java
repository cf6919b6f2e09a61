package wdfs.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import wdfs.codegen.CodeGenerator;
import wdfs.codegen.Program;
import wdfs.codegen.SessionCode;
import wdfs.diagnostics.Diagnostic;
import wdfs.diagnostics.Findings;
import wdfs.hardware.SystemBus;
import wdfs.host.DriverHosts;
import wdfs.io.Devnode;
import wdfs.io.FileObject;
import wdfs.io.Irp;
import wdfs.io.PnpManager;
import wdfs.kernel.SystemThread;
import wdfs.machine.Choices;
import wdfs.machine.Clock;
import wdfs.machine.Irql;
import wdfs.runtime.Caller;
import wdfs.runtime.CompiledImage;
import wdfs.runtime.Duration;
import wdfs.runtime.Event;
import wdfs.runtime.Events;
import wdfs.runtime.GrowingImage;
import wdfs.runtime.IoResult;
import wdfs.runtime.Machine;
import wdfs.runtime.MachineStop;
import wdfs.runtime.Report;
import wdfs.runtime.Travel;
import wdfs.semantics.Interactive;
import wdfs.semantics.bound.BoundProgram;
import wdfs.source.SourceFile;
import wdfs.syntax.Decl;
import wdfs.syntax.Stmt;
import wdfs.types.Type;
import wdfs.win32.Drivers;
import wdfs.win32.Process;
import wdfs.win32.Processes;
import wdfs.win32.SessionProcess;
import wdfs.win32.UserThread;
import wdfs.win32.Win32Api;

/// A machine that is running, for a session: files are loaded onto it, lines run in its process `repl`, and time moves when
/// it is told to. What it was told, in the same order and with the same seed, gives the same machine again.
public final class Live {
    /// The name of the process that lines run in.
    public static final String PROCESS = "repl";

    private static final int MOST_REMEMBERED = 5_000;

    private final Engine engine;
    private final Machine machine;
    private final Transcript transcript;
    private final Interactive checker;
    private final SessionCode code;
    private final GrowingImage image;
    private final SessionProcess process;
    private final Object[] cells = new Object[Interactive.MOST_CELLS];
    private final List<String> siteFiles = new ArrayList<>();
    private final Map<String, CompiledImage> hardware = new java.util.HashMap<>();
    private final Map<String, CompiledImage> processes = new LinkedHashMap<>();
    private final Map<Integer, String> ioctlNames = new LinkedHashMap<>();
    private final Map<Caller, Line> running = new LinkedHashMap<>();
    private final boolean interleaves;
    private Report lastReport;
    private long events;
    private final Consumer<Answer> answers;

    /// A line of the session on its way. It has ended when its thread has.
    public static final class Line {
        public final int number;
        private UserThread thread;
        private boolean returned;
        /// It came to its end; an exception or the end of the machine did not end it.
        private boolean whole;
        /// The prompt came back before it ended.
        private boolean left;
        private long startedNanos;

        private Line(int number) {
            this.number = number;
        }

        public boolean hasEnded() {
            return returned;
        }

        /// Whether it did what it says, to the end.
        public boolean isWhole() {
            return whole;
        }

        /// What it waits for: `request #3`, `event`; empty if for nothing.
        public String waitsFor() {
            return thread == null || returned ? "" : thread.waitingFor();
        }

        public Caller thread() {
            return thread;
        }

        public long startedNanos() {
            return startedNanos;
        }
    }

    /// A value that a line gave.
    /// @param late the prompt had come back before
    public record Answer(Line line, String type, Object value, String text, boolean late, long nanos) {}

    /// A place at which a thread is to stop: a major function, an ioctl, a callback or a rule, by its name.
    private final Set<String> breaks = new LinkedHashSet<>();
    private final List<Caller> stopped = new ArrayList<>();
    private final Redeclared redeclared = new Redeclared();
    /// What happened last: the trace, what was printed, and what the session adds.
    private final Deque<String> timeline = new ArrayDeque<>();

    /// What loading did.
    /// @param loaded the drivers that were loaded; @param started the devnodes that were started
    /// @param again what was declared before, mentions what is declared now, and was declared anew with it
    /// @param closed what had to be closed so that a driver could go: `HANDLE 0x4 of process repl (\Device\Echo)`
    public record Loaded(Findings findings, boolean sound, List<String> loaded, List<String> failed, List<String> started, List<String> closed, List<String> processes, List<String> tests, List<String> again) {}

    /// @param out the lines that the machine prints; @param answers what lines of the session give
    public Live(Engine engine, RunOptions options, Consumer<String> out, Consumer<Answer> answers) {
        this.engine = engine;
        this.answers = answers;
        this.machine = new Machine(engine.natives(), engine.statuses(), options.limits(), new Choices(options.seed(), options.schedule(), List.of(), true), options.verifier());
        this.interleaves = options.schedule().interleaves();
        this.checker = new Interactive(PROCESS, engine.library(), engine.natives()::has, engine.features());
        this.code = new SessionCode(checker.process(), engine.natives()::find, engine.natives()::ordinal, siteFiles, interleaves);
        this.image = new GrowingImage(PROCESS, checker.process().ordinal());
        machine.tracing = true;
        machine.siteFiles(siteFiles);
        machine.ioctlNames(ioctlNames::get);
        this.transcript = new Transcript(machine, out, options.trace());
        machine.listen(transcript);
        machine.listen(new Transcript(machine, this::remember));
        machine.listen(this::heard);
        Drivers.of(machine);
        DriverHosts.of(machine);
        this.process = Processes.of(machine).session(image);
    }

    private void heard(long nanos, Event event) {
        events++;
        switch (event) {
            case Events.Answered(Caller thread, String type, Object value, String text) -> {
                Line line = running.get(thread);
                answers.accept(new Answer(line, type, value, text, line != null && line.left, nanos));
            }
            case Events.Reported(Report report, boolean expected) when !expected -> {
                lastReport = report;
                if (!isDead()) {
                    stopAt(report.name(), report.rule());
                }
            }
            case Travel.Begun b -> stopAt(Irp.majorName(b.major()), b.codeName());
            case Travel.Presented p -> stopAt(p.callback());
            default -> { }
        }
    }

    private void remember(String line) {
        if (timeline.size() == MOST_REMEMBERED) {
            timeline.removeFirst();
        }
        timeline.add(line);
    }

    /// Adds to the timeline that a session begins something.
    public void note(String what) {
        remember("%-8s%s".formatted(now(), what));
    }

    /// The last happenings, the oldest first.
    public List<String> timeline() {
        return List.copyOf(timeline);
    }

    // ---- breakpoints -------------------------------------------------------------------------------------------------------------

    private void stopAt(String... names) {
        for (String name : names) {
            if (breaks.contains(name) && machine.scheduler.running() instanceof Caller caller) {
                int irql = machine.memory.irql;
                stopped.add(caller);
                transcript.line("%-8s break at %s in thread %s, %s; .go goes on".formatted(now(), name, caller.threadName(), Irql.name(irql)));
                machine.memory.irql = Irql.PASSIVE;                   // others may run meanwhile, as they may not on Windows
                caller.block("the break at " + name);
                machine.memory.irql = irql;
                caller.afterSwitch();
                return;
            }
        }
    }

    /// The places at which threads stop; the caller changes them.
    public Set<String> breaks() {
        return breaks;
    }

    /// Lets the threads that have stopped go on. @return how many there were
    public int goOn() {
        List<Caller> all = List.copyOf(stopped);
        stopped.clear();
        machine.renewSteps();
        guarded(() -> {
            all.forEach(caller -> caller.wake(0));
            settle();
        });
        ended();
        return all.size();
    }

    public Machine machine() {
        return machine;
    }

    public Interactive checker() {
        return checker;
    }

    public SessionProcess process() {
        return process;
    }

    /// The value of a managed variable.
    public Object cell(int index) {
        return cells[index];
    }

    /// The last report that nothing expected; null if there was none.
    public Report lastReport() {
        return lastReport;
    }

    /// Events so far: what `.goto` counts.
    public long events() {
        return events;
    }

    /// Lines that have not come to their end.
    public List<Line> pending() {
        return running.values().stream().filter(line -> !line.hasEnded()).toList();
    }

    public boolean isDead() {
        return machine.isDead();
    }

    /// Shows the I/O from now on, or no more.
    public void trace(boolean on) {
        transcript.tracing(on);
    }

    // ---- loading -----------------------------------------------------------------------------------------------------------------

    /// Declares what files or typed declarations hold; loads their drivers, finds their devices. A driver of a name that is
    /// loaded already is unloaded first.
    /// @param units in import order
    public Loaded load(List<Decl.Unit> units, Findings findings) {
        List<Decl> all = new ArrayList<>();
        units.forEach(unit -> all.addAll(unit.declarations()));
        List<Decl> again = redeclared.by(all, checker.ownNames());
        List<Decl> own = List.copyOf(all);
        all.addAll(again);
        Program program;
        try {
            Optional<BoundProgram> bound = findings.hasErrors() ? Optional.empty() : checker.declare(all, units.isEmpty() ? List.of() : units.getLast().declarations(), findings);
            findings.dropEchoes();
            if (bound.isEmpty()) {
                return new Loaded(findings, false, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
            }
            program = CodeGenerator.generate(bound.get(), engine.natives()::find, engine.natives()::ordinal, siteFiles, interleaves);
        } catch (CodeGenerator.TooLarge e) {
            findings.add(Diagnostic.error("LANG-017", e.function().span(), "%s is too large: its code does not fit a method of the virtual machine", e.function().name()));
            return new Loaded(findings, false, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
        }
        redeclared.add(own);
        checker.ioctls().forEach(ioctl -> ioctlNames.put(ioctl.code(), ioctl.name()));
        List<String> closed = new ArrayList<>();
        List<String> loaded = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        List<String> started = new ArrayList<>();
        guarded(() -> bring(program, closed, loaded, failed, started));
        program.processes().forEach(p -> processes.put(p.info().name(), p));
        return new Loaded(findings, true, loaded, failed, started, closed, program.processes().stream().map(p -> p.info().name()).toList(),
                program.tests().stream().map(t -> t.info().name()).toList(), again.stream().map(Redeclared::nameOf).toList());
    }

    private void bring(Program program, List<String> closed, List<String> loaded, List<String> failed, List<String> started) {
        Drivers drivers = Drivers.of(machine);
        DriverHosts hosts = DriverHosts.of(machine);
        PnpManager pnp = PnpManager.of(machine);
        Set<String> names = new LinkedHashSet<>();
        program.drivers().forEach(d -> names.add(d.info().name()));
        List<Devnode> rebuilt = new ArrayList<>();
        for (Devnode node : pnp.nodes()) {
            boolean again = program.bound().devnodes().stream().anyMatch(d -> d.name().equals(node.name));
            if (node.physical() != null && (again || node.drivers().stream().anyMatch(names::contains))) {
                closeFiles(file -> file.device.top() == node.physical().top(), closed);
                system(caller -> pnp.remove(caller, node));
                if (!again) {
                    rebuilt.add(node);
                }
            }
        }
        for (String name : names) {
            if (drivers.loadedNames().contains(name)) {
                closeFiles(file -> file.device.driver.name().equals(name), closed);
                system(caller -> drivers.unload(caller, name));
            }
        }
        for (CompiledImage driver : program.drivers()) {
            if (driver.info().isKernel()) {
                drivers.declare(driver);
            } else {
                hosts.declare(driver);
            }
        }
        for (CompiledImage driver : program.drivers()) {
            if (driver.info().isKernel() && !driver.info().startsOnDemand()) {
                system(caller -> (drivers.load(caller, driver.info().name()) < 0 ? failed : loaded).add(driver.info().name()));
            }
        }
        program.images().stream().filter(i -> i.info().isHardware()).forEach(i -> hardware.put(i.info().name(), i));
        for (BoundProgram.DevnodeInfo d : program.bound().devnodes()) {
            CompiledImage chip = hardware.get(d.hardware());
            Devnode node = new Devnode(d.name(), d.lowerFilters(), d.function(), d.upperFilters(), d.unplugged(), d.hardwareIds(),
                    chip == null ? null : SystemBus.of(machine).add(d.name(), chip));
            pnp.declare(node);
            rebuilt.add(node);
        }
        pnp.loadWith(hosts);
        for (Devnode node : rebuilt) {
            system(caller -> {
                if (node.isThereAtBoot() && pnp.plug(caller, node) >= 0) {
                    started.add(node.name);
                }
            });
        }
    }

    /// Closes what processes have open, so that a driver can go.
    private void closeFiles(java.util.function.Predicate<FileObject> which, List<String> closed) {
        for (Process each : Processes.of(machine).all()) {
            each.handles().forEach((handle, entry) -> {
                if (entry.object() instanceof FileObject file && which.test(file)) {
                    closed.add("HANDLE 0x%X of process %s (%s)".formatted(handle, each.processName(), file.device.label()));
                    system(caller -> {
                        each.cancelPending(caller, file);
                        each.close(caller, handle);
                    });
                }
            });
        }
    }

    /// Begins a process that a file declares.
    public boolean start(String name) {
        CompiledImage found = processes.get(name);
        if (found == null || isDead()) {
            return false;
        }
        guarded(() -> {
            Processes.of(machine).start(found);
            settle();
        });
        return true;
    }

    public List<String> processNames() {
        return List.copyOf(processes.keySet());
    }

    /// What a declaration is known by when it is declared anew; empty for what has no such name.
    public static String nameOf(Decl declaration) {
        return Redeclared.nameOf(declaration);
    }

    /// A thread of the system does `work`, as far as it can be done at this moment.
    public void system(Consumer<Caller> work) {
        boolean[] done = new boolean[1];
        machine.scheduler.start(new SystemThread(machine, caller -> {
            work.accept(caller);
            done[0] = true;
        }));
        machine.scheduler.run(() -> isDead() || done[0]);
        settle();
    }

    // ---- lines -------------------------------------------------------------------------------------------------------------------

    /// Checks and compiles a line; empty with findings if it is wrong.
    public Optional<Interactive.Line> compile(List<Stmt> statements, SourceFile text, int number, Findings findings) {
        try {
            Optional<Interactive.Line> line = checker.line(statements, text, number, findings);
            if (line.isPresent()) {
                image.add(machine, process.space(), code.next());
                checker.constantsEnd(code.constantsEnd());
                line.get().variables().forEach(this::begin);
            }
            return line;
        } catch (CodeGenerator.TooLarge e) {
            findings.add(Diagnostic.error("LANG-017", e.function().span(), "the input is too large: its code does not fit a method of the virtual machine"));
            return Optional.empty();
        } catch (MachineStop _) {
            return Optional.empty();
        }
    }

    /// A managed variable has a value from the start, for a line that waits may never come to give it one.
    private void begin(Interactive.Variable variable) {
        if (variable.type() instanceof Type.Managed managed) {
            cells[variable.cell()] = switch (managed.kind()) {
                case STRING -> "";
                case BYTES -> new byte[0];
                case LIST -> List.of();
                case DURATION -> new Duration(0);
                case IO_RESULT -> IoResult.of(0x103, 0, 0, new byte[0]);
                case ANY -> null;
            };
        }
    }

    /// Runs a line until it has ended, or waits while nothing else can happen at this moment. A line that sleeps lets time pass.
    public Line run(Interactive.Line compiled, int number) {
        Line line = new Line(number);
        line.startedNanos = machine.clock.nowNanos();
        machine.renewSteps();
        guarded(() -> {
            line.thread = process.begin(compiled.function().index(), cells, whole -> line.whole = whole);
            running.put(line.thread, line);
            settle();
            while (!isDead() && !line.thread.isEnded() && line.waitsFor().equals("time")) {
                long next = machine.scheduler.nextDueNanos();
                if (next < 0) {
                    break;
                }
                machine.scheduler.run(() -> isDead() || line.thread.isEnded(), next);
                settle();
            }
        });
        ended();
        line.left = true;
        return line;
    }

    private void ended() {
        running.values().forEach(line -> line.returned |= line.thread.isEnded());
        running.values().removeIf(Line::hasEnded);
    }

    // ---- time --------------------------------------------------------------------------------------------------------------------

    /// All that can happen at this moment happens.
    private void settle() {
        Processes.of(machine).startWaiting();
        machine.scheduler.run(this::isDead, machine.clock.nowNanos());
    }

    /// Lets that much time pass.
    public void pass(long nanos) {
        passUntil(machine.clock.nowNanos() + nanos);
    }

    public void passUntil(long nanos) {
        machine.renewSteps();
        guarded(() -> {
            machine.scheduler.run(() -> {
                Processes.of(machine).startWaiting();
                return isDead();
            }, nanos);
            if (!isDead()) {
                machine.scheduler.passUntil(nanos);
            }
        });
        ended();
    }

    /// Goes to the next moment at which something is due, and lets it happen. @return false if nothing is
    public boolean step() {
        long next = machine.scheduler.nextDueNanos();
        if (next < 0 || isDead()) {
            return false;
        }
        passUntil(Math.max(next, machine.clock.nowNanos()));
        return true;
    }

    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (MachineStop _) {
            // noted in the machine
        } catch (OutOfMemoryError _) {
            machine.kill();
            try {
                machine.limit("memory");
            } catch (MachineStop _) {
                // noted
            }
        } finally {
            try {
                transcript.flush();
                Win32Api.flush(machine);
            } catch (MachineStop _) {
                // the output is full
            }
        }
    }

    /// `+10ms`: the time of the machine.
    public String now() {
        return Clock.stamp(machine.clock.nowNanos());
    }

    /// The bytes of a variable of the session lie from here on.
    public long address(Interactive.Variable variable) {
        return (variable.constant() ? wdfs.runtime.ImageLayout.constants(false, image.info().ordinal()) : wdfs.runtime.ImageLayout.data(false, image.info().ordinal())) + variable.imageOffset();
    }
}
