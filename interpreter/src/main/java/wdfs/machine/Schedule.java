package wdfs.machine;

import java.util.Locale;
import java.util.Optional;

/// Which thread runs next, and for how long: the way in which {@link Choices} answers at scheduling points.
public enum Schedule {
    /// A thread runs until it waits or its quantum of a million steps is over, and DPCs land at once. The seed chooses among
    /// threads that are ready; seed 1 takes the one that is ready longest.
    FEWEST_SWITCHES,
    /// Threads take turns after a few steps each, in the order in which they became ready; the seed sets how many steps.
    ROUND_ROBIN,
    /// The seed decides after how many steps a thread gives way, to whom, and where a DPC or an interrupt lands.
    RANDOM;

    /// What a run does that names only a seed.
    public static Schedule of(long seed) {
        return seed == 1 ? FEWEST_SWITCHES : RANDOM;
    }

    /// `round-robin`, as the command line and directives have it.
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<Schedule> named(String word) {
        for (Schedule schedule : values()) {
            if (schedule.word().equals(word)) {
                return Optional.of(schedule);
            }
        }
        return Optional.empty();
    }

    /// Whether threads change between any two statements, and not only where they wait.
    public boolean interleaves() {
        return this != FEWEST_SWITCHES;
    }
}
