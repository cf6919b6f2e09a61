package wdfs.explain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import wdfs.runtime.Event;
import wdfs.runtime.Events;
import wdfs.runtime.Report;
import wdfs.runtime.Travel;

/// What was heard of one request in one run: its events in their order, the reports among them, and what driver and
/// application printed, as `name=value`.
final class Observation implements BiConsumer<Long, Event> {
    /// What the processes of UMDF drivers are called.
    static final String HOST = "WUDFHost";

    private final int major;
    private final int code;
    private final List<Event> events = new ArrayList<>();
    private final Map<String, String> notes = new HashMap<>();
    private final List<Travel.Probed> probed = new ArrayList<>();
    private Travel.Begun begun;

    Observation(int major, int code) {
        this.major = major;
        this.code = code;
    }

    @Override
    public void accept(Long nanos, Event event) {
        switch (event) {
            case Travel.Probed p when p.request() == 0 -> probed.add(p);
            case Travel.Begun b -> {
                if (begun == null && b.major() == major && b.code() == code) {
                    begun = b;
                    events.addAll(probed);
                }
                probed.clear();
                add(b);
            }
            case Travel t -> add(t);
            case Events.Reported r -> add(r);
            case Events.DebugPrinted(_, String text) -> {
                note(text.stripTrailing());
                add(event);
            }
            case Events.Printed(String process, String text) when process.startsWith(HOST) -> {
                note(text);
                add(new Events.DebugPrinted(process, text));
            }
            case Events.Printed(_, String text) -> note(text);
            default -> { }
        }
    }

    private void add(Event event) {
        if (begun != null) {
            events.add(event);
        }
    }

    private void note(String text) {
        for (String line : text.lines().toList()) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                notes.putIfAbsent(line.substring(0, equals), line.substring(equals + 1));
            }
        }
    }

    /// The request's beginning; empty if it was never made.
    Optional<Travel.Begun> begun() {
        return Optional.ofNullable(begun);
    }

    /// Everything since the request began, other requests included.
    List<Event> events() {
        return events;
    }

    /// The request's own events.
    List<Travel> travel() {
        return events.stream().filter(Travel.class::isInstance).map(Travel.class::cast)
                .filter(t -> t.request() == begun.request() || t.request() == 0).toList();
    }

    <T extends Travel> Optional<T> first(Class<T> kind, Predicate<T> which) {
        return begun == null ? Optional.empty() : travel().stream().filter(kind::isInstance).map(kind::cast).filter(which).findFirst();
    }

    Optional<Integer> number(String name) {
        return Optional.ofNullable(notes.get(name)).map(Integer::parseUnsignedInt);
    }

    /// The end of the machine or of the driver's host.
    Optional<Report> end() {
        return events.stream().filter(Events.Reported.class::isInstance).map(e -> ((Events.Reported) e).report())
                .filter(r -> r.kind() == Report.Kind.BUGCHECK || r.kind() == Report.Kind.HOST_KILL).findFirst();
    }

    /// What a driver was given by a DDI, as it says itself.
    /// @param object the memory object or MDL through which it reaches the buffer; empty if it is the buffer
    record Given(String ddi, int status, String object, Travel.Place place, long length, List<String> violations) {}

    /// What the driver says that DDIs gave it, in the order of the calls.
    List<Given> given() {
        List<Given> list = new ArrayList<>();
        List<String> violations = new ArrayList<>();
        String object = "";
        for (Event event : events) {
            switch (event) {
                case Events.Reported(Report report, _) -> violations.add(report.name());
                case Travel.Retrieved r -> object = r.object();
                case Events.DebugPrinted(String by, String text) -> {
                    Matcher said = GIVEN.matcher(text.strip());
                    if (said.matches()) {
                        int status = Integer.parseUnsignedInt(said.group(2), 16);
                        list.add(new Given(said.group(1), status, object, placeOf(by, Long.parseUnsignedLong(said.group(3), 16)), Long.parseLong(said.group(4)), List.copyOf(violations)));
                    }
                    violations.clear();
                    object = "";
                }
                default -> { }
            }
        }
        return list;
    }

    Optional<Given> given(String ddi) {
        return given().stream().filter(g -> g.ddi().equals(ddi)).findFirst();
    }

    private static final Pattern GIVEN = Pattern.compile("(Wdf\\w+)=([0-9a-f]+) (?:0x)?([0-9A-Fa-f]+) (\\d+)");

    /// The name of an address: what the events called it. In a host it is an address of that process; a driver of the kernel may
    /// also name one of the application, in whose thread it runs.
    private Travel.Place placeOf(String by, long address) {
        if (address == 0) {
            return Travel.Place.NULL;
        }
        for (Travel event : travel()) {
            List<Travel.Place> places = switch (event) {
                case Travel.Begun b -> List.of(b.in(), b.out());
                case Travel.Allocated a -> List.of(a.buffer());
                case Travel.Copied c -> List.of(c.from(), c.to());
                case Travel.Mapped m -> List.of(m.at());
                case Travel.Locked l -> List.of(l.buffer(), l.mapped());
                case Travel.Retrieved r -> List.of(r.buffer());
                default -> List.<Travel.Place>of();
            };
            for (Travel.Place place : places) {
                if (place.address() == address && (!by.startsWith(HOST) || place.owner().equals(by))) {
                    return place;
                }
            }
        }
        return new Travel.Place("", "0x%016X".formatted(address), address);
    }

    /// A label of a table: `SystemBuffer` for `SystemBuffer#2`. If the request has two of a kind, they are numbered in their order.
    String label(String text) {
        return NUMBERED.matcher(text).replaceAll(match -> {
            List<String> kind = numbered().getOrDefault(match.group(1), List.of());
            return Matcher.quoteReplacement(kind.size() < 2 || !kind.contains(match.group()) ? match.group(1) : match.group(1) + "#" + (kind.indexOf(match.group()) + 1));
        });
    }

    private static final Pattern NUMBERED = Pattern.compile("([A-Za-z_]+)#(\\d+)");
    private Map<String, List<String>> numbered;

    /// The numbered names of the request's events by their kind, each in the order of appearance.
    private Map<String, List<String>> numbered() {
        if (numbered == null) {
            numbered = new HashMap<>();
            for (Travel event : begun == null ? List.<Travel>of() : travel()) {
                for (String name : switch (event) {
                    case Travel.Allocated a -> List.of(a.buffer().label());
                    case Travel.Copied c -> List.of(c.from().label(), c.to().label());
                    case Travel.Locked l -> List.of(l.mdl(), l.mapped().label());
                    case Travel.Mapped m -> List.of(m.mdl(), m.at().label());
                    case Travel.Dispatched d -> List.of(d.systemBuffer().label(), d.mdl().label());
                    case Travel.Retrieved r -> List.of(r.object(), r.buffer().label());
                    default -> List.<String>of();
                }) {
                    Matcher found = NUMBERED.matcher(name);
                    while (found.find()) {
                        List<String> kind = numbered.computeIfAbsent(found.group(1), _ -> new ArrayList<>());
                        if (!kind.contains(found.group())) {
                            kind.add(found.group());
                        }
                    }
                }
            }
        }
        return numbered;
    }

    /// The violations between what the driver printed and what it printed next.
    List<String> violationsAfter(String printed) {
        List<String> names = new ArrayList<>();
        boolean inside = false;
        for (Event event : events) {
            if (event instanceof Events.DebugPrinted(_, String text)) {
                inside = text.strip().equals(printed);
            } else if (inside && event instanceof Events.Reported(Report report, _)) {
                names.add(report.name());
            }
        }
        return names;
    }

    List<String> violations() {
        return events.stream().filter(Events.Reported.class::isInstance).map(e -> ((Events.Reported) e).report()).filter(r -> r.kind() == Report.Kind.VIOLATION)
                .map(Report::name).distinct().toList();
    }
}
