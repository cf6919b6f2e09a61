package wdfs.trace;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.IntPredicate;
import wdfs.codegen.Program;
import wdfs.io.Irp;
import wdfs.runtime.Caller;
import wdfs.runtime.CompiledImage;
import wdfs.runtime.Event;
import wdfs.runtime.Events;
import wdfs.runtime.Machine;
import wdfs.runtime.Report;
import wdfs.runtime.Travel;
import wdfs.trace.Timeline.Kind;
import wdfs.trace.Timeline.Lane;
import wdfs.trace.Timeline.Role;
import wdfs.trace.Timeline.Step;

/// Listens to a run, and makes steps between lanes of what it hears.
public final class Recorder implements BiConsumer<Long, Event> {
    private static final Lane IO = new Lane(Role.IO, "I/O manager");
    private static final Lane SYSTEM = new Lane(Role.SYSTEM, "System");

    private final Machine machine;
    private final Map<String, String> frameworks = new HashMap<>();
    private final IntPredicate wanted;
    private final int most;
    /// Those that an arrow begins or ends at, in the order of the arrows: the drivers of a stack stand from top to bottom.
    private final Set<Lane> lanes = new LinkedHashSet<>();
    private final Set<Lane> noted = new LinkedHashSet<>();
    private final List<Step> steps = new ArrayList<>();
    private final Map<Integer, Lane> requestors = new HashMap<>();
    /// The driver that a request was last brought to.
    private final Map<Integer, Lane> holders = new HashMap<>();
    private long omitted;

    /// @param program whose drivers run
    /// @param wanted the requests to be shown; 0 stands for what belongs to none
    /// @param most steps that are kept; the others are counted
    public Recorder(Machine machine, Program program, IntPredicate wanted, int most) {
        this.machine = machine;
        this.wanted = wanted;
        this.most = most;
        for (CompiledImage driver : program.drivers()) {
            frameworks.put(driver.info().name(), driver.info().kind().substring(0, driver.info().kind().indexOf('_')));
        }
    }

    Timeline timeline(String title) {
        Set<Lane> all = new LinkedHashSet<>(lanes);
        all.addAll(noted);
        List<Lane> ordered = new ArrayList<>(all);
        ordered.sort(Comparator.comparing(Lane::role));               // stable: within a role, in the order in which they appeared
        return new Timeline(title, ordered, steps, omitted);
    }

    // ---- lanes -----------------------------------------------------------------------------------------------------------------------

    private static Lane driver(String name) {
        return new Lane(Role.DRIVER, name);
    }

    private static Lane process(String name) {
        return name.equals("System") ? SYSTEM : new Lane(Role.APPLICATION, name);
    }

    private static Lane framework(String lane) {
        return lane.equals("io") ? IO : new Lane(Role.FRAMEWORK, lane.toUpperCase(java.util.Locale.ROOT));
    }

    /// Whose code runs: a driver's, or a process's.
    private Lane running() {
        if (machine.scheduler.running() instanceof Caller caller) {
            return caller.image != null && caller.image.info().isDriver() ? driver(caller.image.name()) : process(caller.process.processName());
        }
        return SYSTEM;
    }

    /// Where a buffer is; memory of the system is with whoever handles it.
    private Lane home(Travel.Place place, Lane handler) {
        return place.owner().isEmpty() ? handler : place.owner().startsWith("WUDFHost") ? framework("umdf") : process(place.owner());
    }

    private Lane requestor(int request) {
        return requestors.getOrDefault(request, IO);
    }

    private Lane holder(int request) {
        Lane holder = holders.get(request);
        return holder != null ? holder : running();
    }

    // ---- events ----------------------------------------------------------------------------------------------------------------------

    @Override
    public void accept(Long nanos, Event event) {
        switch (event) {
            case Travel travel -> travel(nanos, travel);
            case Events.Traced(String lane, String text) -> note(nanos, Kind.NOTE, 0, process(lane.replaceFirst("\\.\\d+$", "")), text, "");
            case Events.Printed(String process, String text) -> text.lines().forEach(line -> note(nanos, Kind.PRINT, 0, process(process), line, ""));
            case Events.DebugPrinted(String driver, String text) -> text.lines().filter(line -> !line.isBlank()).forEach(line -> note(nanos, Kind.PRINT, 0, driver(driver), line, ""));
            case Events.Reported(Report report, boolean expected) -> note(nanos, Kind.REPORT, 0, running(), (expected ? "expected: " : "") + report.title().replaceFirst("^\\*\\*\\* ", ""), "");
            default -> { }
        }
    }

    private void travel(long nanos, Travel event) {
        int n = event.request();
        switch (event) {
            case Travel.Begun e -> {
                requestors.put(n, running());
                String code = e.codeName().isEmpty() ? "" : e.codeName() + "  " + Irp.methodName(e.code()) + "  ";
                String lengths = switch (e.major()) {
                    case 0x03 -> "length " + e.outLength();
                    case 0x04 -> "length " + e.inLength();
                    default -> "in " + e.inLength() + "  out " + e.outLength();
                };
                add(nanos, Kind.CALL, n, requestor(n), IO, Irp.majorName(e.major()), code + lengths);
            }
            case Travel.Probed e -> add(nanos, Kind.LOCK, n, e.byWhom().equals("io") ? IO : driver(e.byWhom()), home(e.buffer(), IO), "probe " + bytes(e.length()),
                    (e.forWrite() ? "for writing  " : "for reading  ") + e.buffer() + (e.passed() ? "" : "  refused"));
            case Travel.Allocated e -> note(nanos, Kind.NOTE, n, home(e.buffer(), framework(e.lane())), "allocate " + bytes(e.length()), e.buffer().toString());
            case Travel.Copied e -> add(nanos, Kind.COPY, n, home(e.from(), framework(e.lane())), home(e.to(), framework(e.lane())), "copy " + bytes(e.length()), e.from() + " → " + e.to());
            case Travel.Locked e -> add(nanos, Kind.LOCK, n, home(e.buffer(), framework(e.lane())), framework(e.lane()), "lock " + Report.count(e.pages(), "page"),
                    "%s  %s (%s) → %s%s".formatted(e.forWrite() ? "for writing" : "for reading", e.buffer(), bytes(e.length()), e.mdl(), e.mapped().address() == 0 ? "" : " at " + e.mapped()));
            case Travel.Mapped e -> add(nanos, Kind.MAP, n, framework(e.lane()), holder(n), "map " + bytes(e.length()), e.mdl() + " at " + e.at());
            case Travel.Dispatched e -> dispatched(nanos, e);
            case Travel.Presented e -> {
                Lane to = presented(e);
                holders.put(n, to);
                add(nanos, Kind.CALL, n, framework(e.lane()), to, e.callback(), queue(e, to));
            }
            case Travel.Retrieved e -> add(nanos, Kind.GIVE, n, framework(e.lane()), holder(n), e.ddi(), e.status() < 0 ? machine.statuses.name(e.status())
                    : (e.object().isEmpty() ? "" : e.object() + " of ") + e.buffer() + " (" + bytes(e.length()) + ")");
            case Travel.Converted e -> note(nanos, Kind.NOTE, n, framework(e.lane()), "convert", e.text());
            case Travel.Sent e -> {
                requestors.putIfAbsent(n, running());
                add(nanos, Kind.CALL, n, running(), IO, "send", (e.what().isEmpty() ? "" : e.what() + " ") + "to " + e.target());
            }
            case Travel.Passed e -> add(nanos, Kind.CALL, n, driver(e.driver()), IO, "pass down", "to " + e.target());
            case Travel.Completed e -> add(nanos, Kind.RETURN, n, e.lane().equals("io") ? below(n) : holder(n), framework(e.lane()), machine.statuses.name(e.status()), "information " + e.information());
            case Travel.Finished e -> add(nanos, Kind.RETURN, n, IO, requestor(n), machine.statuses.name(e.status()),
                    e.delivered() ? "information " + e.information() : "neither status nor information was delivered");
            case Travel.Packet e -> add(nanos, Kind.RETURN, n, IO, requestor(n), "completion packet", "%s  key 0x%X".formatted(e.port(), e.key()));
            case Travel.ApcQueued e -> add(nanos, Kind.RETURN, n, IO, requestor(n), "user APC", "to " + e.thread());
            case Travel.Freed e -> note(nanos, Kind.NOTE, n, framework(e.lane()), "free", e.buffer().toString());
            case Travel.Unlocked e -> note(nanos, Kind.LOCK, n, framework(e.lane()), "unlock", e.mdl() + "; nothing copied back");
        }
    }

    /// The I/O manager calls a driver's dispatch routine: the framework's, or the driver's own.
    private void dispatched(long nanos, Travel.Dispatched e) {
        Lane driver = driver(e.driver());
        holders.put(e.request(), driver);
        String framework = frameworks.getOrDefault(e.driver(), "WDM");
        StringBuilder fields = new StringBuilder();
        field(fields, "SystemBuffer", e.systemBuffer());
        field(fields, "MdlAddress", e.mdl());
        field(fields, "UserBuffer", e.userBuffer());
        field(fields, "Type3InputBuffer", e.type3());
        boolean own = framework.equals("WDM");
        add(nanos, Kind.CALL, e.request(), IO, own ? driver : new Lane(Role.FRAMEWORK, framework), own ? "dispatch routine" : "to " + e.driver(), fields.toString().strip());
    }

    private static void field(StringBuilder text, String name, Travel.Place place) {
        if (place.address() != 0) {
            text.append(name).append(' ').append(place).append("  ");
        }
    }

    /// In a stack the queue's name is behind its driver's.
    private Lane presented(Travel.Presented e) {
        String first = e.queue().split(" ")[0];
        return frameworks.containsKey(first) ? driver(first) : holder(e.request());
    }

    private static String queue(Travel.Presented e, Lane driver) {
        String queue = e.queue().equals(driver.name()) ? "" : e.queue().startsWith(driver.name() + " ") ? e.queue().substring(driver.name().length() + 1) : e.queue();
        return queue.isEmpty() ? "" : "from queue " + queue;
    }

    /// Who gave the request back to the I/O manager: the framework that the driver uses, or the driver itself.
    private Lane below(int request) {
        Lane driver = holder(request);
        String framework = frameworks.get(driver.name());
        return framework == null || framework.equals("WDM") ? driver : new Lane(Role.FRAMEWORK, framework);
    }

    private static String bytes(long length) {
        return Report.count(length, "byte");
    }

    private void note(long nanos, Kind kind, int request, Lane lane, String label, String detail) {
        add(nanos, kind, request, lane, lane, label, detail);
    }

    private void add(long nanos, Kind kind, int request, Lane from, Lane to, String label, String detail) {
        if (!wanted.test(request)) {
            return;
        }
        if (steps.size() >= most) {
            omitted++;
            return;
        }
        if (from.equals(to)) {
            noted.add(from);
        } else {
            lanes.add(from);
            lanes.add(to);
        }
        steps.add(new Step(nanos, kind, request, from, to, label, detail));
    }
}
