package wdfs.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import wdfs.runtime.Report;
import wdfs.runtime.Statuses;
import wdfs.runtime.Travel;

/// Events and observations as the words of a cell. Nothing is known here but what the events say.
final class Wording {
    static final String NOT_OBSERVED = "not observed";
    /// WdfDeviceIoBuffered and WdfDeviceIoDirect.
    static final int BUFFERED = 2;
    static final int DIRECT = 3;
    private final Statuses statuses = new Statuses();

    /// A place as the reader of a table knows it: the application's two buffers by their part in the request.
    static String name(Observation seen, Travel.Place place) {
        return seen.begun().map(b -> {
            if (within(place, b.in(), b.inLength())) {
                return "app's input" + offset(place, b.in());
            }
            return within(place, b.out(), b.outLength()) ? "app's output" + offset(place, b.out()) : other(seen, place);
        }).orElseGet(() -> other(seen, place));
    }

    private static String other(Observation seen, Travel.Place place) {
        return seen.label(place.owner().startsWith(Observation.HOST) ? place.label() : place.toString());
    }

    private static boolean within(Travel.Place place, Travel.Place buffer, long length) {
        return place.address() != 0 && place.owner().equals(buffer.owner()) && place.address() >= buffer.address() && place.address() < buffer.address() + Math.max(1, length);
    }

    private static String offset(Travel.Place place, Travel.Place buffer) {
        return place.address() == buffer.address() ? "" : "+" + (place.address() - buffer.address());
    }

    /// What the system did to the buffers; empty for events of other kinds.
    String step(Observation seen, Travel event) {
        return switch (event) {
            case Travel.Probed p -> "probe %s\n%d%s%s".formatted(name(seen, p.buffer()), p.length(), p.forWrite() ? ", for writing" : "", p.passed() ? "" : ": refused");
            case Travel.Allocated a -> "new %s\nof %d".formatted(name(seen, a.buffer()), a.length());
            case Travel.Copied c -> "copy %d %s\n→ %s".formatted(c.length(), name(seen, c.from()), name(seen, c.to()));
            case Travel.Locked l -> "lock %s\n%d, for %s\n→ %s%s".formatted(name(seen, l.buffer()), l.length(), l.forWrite() ? "writing" : "reading", seen.label(l.mdl()),
                    l.mapped().address() == 0 ? "" : "\nat " + name(seen, l.mapped()));
            case Travel.Mapped m -> "map %s\nat %s%s".formatted(seen.label(m.mdl()), name(seen, m.at()), m.lane().equals("umdf") ? "\n" + m.length() : "");
            case Travel.Freed f -> "free " + name(seen, f.buffer());
            case Travel.Unlocked u -> "unlock " + seen.label(u.mdl());
            case Travel.Begun _, Travel.Dispatched _, Travel.Presented _, Travel.Retrieved _, Travel.Converted _, Travel.Sent _, Travel.Passed _, Travel.Completed _, Travel.Finished _, Travel.Packet _, Travel.ApcQueued _ -> "";
        };
    }

    /// What a DDI gave.
    String given(Observation seen, Observation.Given given) {
        String gave = given.status() < 0 ? statuses.name(given.status())
                : "%s%s (%d)".formatted(given.object().isEmpty() ? "" : seen.label(given.object()) + " over ", name(seen, given.place()), given.length());
        return gave + violations(given.violations());
    }

    /// The flags of an IRP that tell what is to become of its buffers.
    static String flags(int flags) {
        List<String> names = new ArrayList<>();
        for (String[] flag : new String[][] {{"10", "BUFFERED_IO"}, {"20", "DEALLOCATE_BUFFER"}, {"40", "INPUT_OPERATION"}}) {
            int bit = Integer.parseInt(flag[0], 16);
            if ((flags & bit) != 0) {
                names.add(flag[1]);
            }
        }
        return names.isEmpty() ? "none of these" : String.join("\n", names);
    }

    static String violations(List<String> names) {
        return names.isEmpty() ? "" : "\nviolation\n" + String.join(",\n", names);
    }

    /// What the application got for an ending.
    String ended(Question question, Observation seen) {
        Optional<Report> end = seen.end();
        String stop = end.map(r -> "%s\n%s\n(0x%X, 0x%X, …)\n".formatted(r.kind() == Report.Kind.HOST_KILL ? "host terminated" : "BUGCHECK", r.name(), r.parameters()[0], r.parameters()[1])).orElse("");
        Optional<Integer> ok = seen.number("ok");
        if (ok.isEmpty()) {
            return stop.isEmpty() ? NOT_OBSERVED : stop.strip();
        }
        String result = "%s, %d bytes%s".formatted(ok.get() != 0 ? "TRUE" : "FALSE", seen.number("returned").orElse(0),
                ok.get() != 0 ? "" : "\n" + statuses.errorName(seen.number("error").orElse(0)));
        return stop + result + seen.number("changed").map(n -> "\n%d of %d changed".formatted(n, question.out())).orElse("") + violations(seen.violations());
    }

    /// What the driver was told about how its buffers came.
    static String effective(Observation seen) {
        return seen.number("type").map(n -> switch (n) {
            case BUFFERED -> "buffered";
            case DIRECT -> "direct";
            default -> "WDF_DEVICE_IO_TYPE " + n;
        }).orElse(NOT_OBSERVED);
    }

    /// From which length on requests are direct.
    static String least(Observation seen) {
        return seen.number("least").map(n -> n == 0 ? "no length up to\n%d bytes".formatted(ProbeScript.MOST_LEAST) : n + " bytes on").orElse(NOT_OBSERVED);
    }
}
