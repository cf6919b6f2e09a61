package wdfs.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import wdfs.machine.Clock;
import wdfs.runtime.Machine;

/// What happened to one request, and when. Its text is made when somebody reads it, which for most requests is never. Requests
/// repeat each other's stories, so what happened is shared by all of a machine, and a request keeps little more than the times.
final class Story {
    /// What a story is cut off at.
    private static final int MOST = 64;
    /// Details that name a buffer or a handle are each told once, so what is shared is forgotten now and then.
    private static final int MOST_SHARED = 4096;

    /// @param site where the script was, as the machine counts places
    private record Happening(String what, String detail, int site) {}

    private static final class Shared {
        final Map<Happening, Happening> all = new HashMap<>();

        Happening of(Happening happening) {
            if (all.size() >= MOST_SHARED) {
                all.clear();
            }
            Happening first = all.putIfAbsent(happening, happening);
            return first == null ? happening : first;
        }
    }

    private final Machine machine;
    private Happening[] happenings = new Happening[4];
    private long[] nanos = new long[4];
    private int count;

    Story(Machine machine) {
        this.machine = machine;
    }

    void tell(String what, String detail) {
        if (count == MOST) {
            return;
        }
        if (count == nanos.length) {
            happenings = Arrays.copyOf(happenings, count + count / 2);
            nanos = Arrays.copyOf(nanos, count + count / 2);
        }
        happenings[count] = machine.part(Shared.class, _ -> new Shared()).of(new Happening(what, detail, machine.site()));
        nanos[count++] = machine.clock.nowNanos();
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String site = machine.siteText(happenings[i].site());
            lines.add("%-8s %-10s %s%s".formatted(Clock.stamp(nanos[i]), happenings[i].what(), happenings[i].detail(), site.isEmpty() ? "" : "  " + site));
        }
        return lines;
    }
}
