package wdfs.testing;

import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import wdfs.codegen.Program;
import wdfs.engine.Simulation;
import wdfs.engine.Sources;
import wdfs.runtime.Event;
import wdfs.runtime.Events;
import wdfs.runtime.Machine;
import wdfs.runtime.Travel;
import wdfs.semantics.bound.BoundProgram;
import wdfs.source.SourceFile;
import wdfs.source.Span;

/// What tests have reached, over all their runs: the statements of drivers, processes and simulated devices, the declared control
/// codes, and the rules. Files are tested side by side, so this hears of several at a time.
public final class Coverage {
    private static final String ID = "[A-Z]{2,5}-\\d{3,4}";
    private static final Pattern CLAIMS = Pattern.compile("^" + ID + "(?:(?:, | to | )" + ID + ")*");
    private static final Pattern CLAIM = Pattern.compile("([A-Z]+)-(\\d+)(?: to \\1-(\\d+))?");

    /// A file, and how often each of its statements has run, in the order of the text.
    static final class Script {
        final String shown;
        final SourceFile text;
        /// By start and end.
        final TreeMap<Place, Long> statements = new TreeMap<>();

        Script(String shown, SourceFile text) {
            this.shown = shown;
            this.text = text;
        }

        long run() {
            return statements.values().stream().filter(count -> count > 0).count();
        }

        /// Lines with statements, and how often the one that ran most did.
        TreeMap<Integer, Long> lines() {
            TreeMap<Integer, Long> lines = new TreeMap<>();
            statements.forEach((place, count) -> lines.merge(text.lineOf(place.start()), count, Math::max));
            return lines;
        }
    }

    record Place(int start, int end) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byStart = Integer.compare(start, other.start);
            return byStart != 0 ? byStart : Integer.compare(end, other.end);
        }
    }

    /// A control code that a script declares, and what became of the requests with it that applications sent.
    static final class Ioctl {
        final String file;
        final String name;
        int requests;
        /// What they ended with, and how often; some may have ended with the machine.
        final TreeMap<String, Integer> statuses = new TreeMap<>();

        Ioctl(String file, String name) {
            this.file = file;
            this.name = name;
        }

        int unfinished() {
            return requests - statuses.values().stream().mapToInt(n -> n).sum();
        }
    }

    /// A rule of the specification.
    /// @param tests how many tests that ran are named after it
    /// @param reports how often a run reported it
    record Rule(int tests, int reports) {
        Rule plus(Rule other) {
            return new Rule(tests + other.tests, reports + other.reports);
        }
    }

    private final Map<String, Script> scripts = new TreeMap<>();
    private final Map<String, Ioctl> ioctls = new TreeMap<>();
    private final Map<String, Rule> rules = new TreeMap<>();

    synchronized Collection<Script> scripts() {
        return List.copyOf(scripts.values());
    }

    synchronized Collection<Ioctl> ioctls() {
        return List.copyOf(ioctls.values());
    }

    synchronized Map<String, Rule> rules() {
        return new TreeMap<>(rules);
    }

    /// A test with that name has run.
    synchronized void named(String test) {
        Matcher claims = CLAIMS.matcher(test);
        if (!claims.find()) {
            return;
        }
        for (Matcher claim = CLAIM.matcher(claims.group()); claim.find();) {
            int first = Integer.parseInt(claim.group(2));
            int last = claim.group(3) == null ? first : Integer.parseInt(claim.group(3));
            for (int number = first; number <= last; number++) {
                rules.merge(claim.group(1) + "-" + "%0{}d".replace("{}", String.valueOf(claim.group(2).length())).formatted(number), new Rule(1, 0), Rule::plus);
            }
        }
    }

    /// Listens to a run. To be called before it.
    /// @param shown the test file
    void listen(Simulation simulation, String shown, Program program) {
        Map<Integer, String> codes = new HashMap<>();
        for (BoundProgram.IoctlInfo ioctl : program.bound().ioctls()) {
            codes.put(ioctl.code(), ioctl.name());
            declare(shown, ioctl.name());
        }
        simulation.listen(new Listener(simulation.machine(), shown, codes));
    }

    private synchronized void declare(String shown, String name) {
        ioctls.computeIfAbsent(shown + " " + name, _ -> new Ioctl(shown, name));
    }

    private synchronized void begun(String shown, String name) {
        ioctls.get(shown + " " + name).requests++;
    }

    private synchronized void ended(String shown, String name, String status) {
        ioctls.get(shown + " " + name).statuses.merge(status, 1, Integer::sum);
    }

    private synchronized void reported(String rule) {
        rules.merge(rule, new Rule(0, 1), Rule::plus);
    }

    /// Hears of the requests and reports of one run.
    private final class Listener implements BiConsumer<Long, Event> {
        private static final int DEVICE_CONTROL = 0x0E;

        private final Machine machine;
        private final String shown;
        private final Map<Integer, String> codes;
        private final Map<Integer, String> open = new HashMap<>();

        Listener(Machine machine, String shown, Map<Integer, String> codes) {
            this.machine = machine;
            this.shown = shown;
            this.codes = codes;
        }

        @Override
        public void accept(Long nanos, Event event) {
            switch (event) {
                case Travel.Begun e when e.major() == DEVICE_CONTROL && codes.containsKey(e.code()) -> {
                    open.put(e.request(), codes.get(e.code()));
                    begun(shown, codes.get(e.code()));
                }
                case Travel.Finished e when open.containsKey(e.request()) -> ended(shown, open.remove(e.request()), machine.statuses.name(e.status()));
                case Events.Reported(var report, boolean _) when !report.rule().isEmpty() -> reported(report.rule());
                default -> { }
            }
        }
    }

    /// Adds what a run has counted.
    synchronized void add(Program program, Machine machine, Sources sources) {
        List<Span> counted = program.counted();
        for (int i = 0; i < counted.size(); i++) {
            Span span = counted.get(i);
            Path place = sources.placeOf(span.file()).orElse(null);
            if (place != null) {
                script(place, span.file()).statements.merge(new Place(span.start(), span.end()), Integer.toUnsignedLong(machine.probes[i]), Long::sum);
            }
        }
    }

    private Script script(Path place, SourceFile text) {
        Path here = Path.of("").toAbsolutePath();
        String shown = (place.startsWith(here) ? here.relativize(place) : place).toString().replace('\\', '/');
        return scripts.computeIfAbsent(shown, _ -> new Script(shown, text));
    }
}
