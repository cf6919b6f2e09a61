package wdfs.machine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The one source of chance. Everything that could go one way or another (which thread runs next, where a DPC lands,
/// which allocation fails) asks here, and the answers are recorded: the same answers give the same run.
public final class Choices {
    /// @param kind `thread`, `preempt`, `dpc`, `isr`, `slice`, `pool`
    public record Choice(String kind, int count, int taken) {}

    /// A slice of the random schedule has 1, 2, 4, … 65536 steps.
    private static final int SLICES = 17;

    private final long seed;
    private final Schedule schedule;
    private long state;
    private final boolean record;
    private final List<Choice> taken = new ArrayList<>();
    private final List<Integer> replay;
    private int replayed;
    /// What the script has settled, by kind, next one first.
    private final Map<String, Deque<Integer>> settled = new HashMap<>();

    public Choices(long seed, Schedule schedule, List<Integer> replay, boolean record) {
        this.seed = seed;
        this.schedule = schedule;
        this.state = seed * 0x9E3779B97F4A7C15L;
        this.replay = List.copyOf(replay);
        this.record = record;
    }

    public long seed() {
        return seed;
    }

    public Schedule schedule() {
        return schedule;
    }

    /// How many steps a thread runs before the next may have its turn.
    /// @param quantum where threads change only when they wait
    public int slice(int quantum) {
        return switch (schedule) {
            case FEWEST_SWITCHES -> quantum;
            case ROUND_ROBIN -> 1 + (int) Long.remainderUnsigned(seed * 7, 97);
            case RANDOM -> 1 << choose("slice", SLICES);
        };
    }

    /// One of `count` ways, from 0; way 0 is what happens when nobody interferes.
    public int choose(String kind, int count) {
        int way = 0;
        if (replayed < replay.size()) {
            way = Math.floorMod(replay.get(replayed++), count);
        } else if (count > 1 && isSettled(kind)) {
            way = Math.floorMod(settled.get(kind).poll(), count);
        } else if (count > 1 && isDrawn(kind)) {
            way = (int) Long.remainderUnsigned(next(), count);
        }
        if (record && count > 1) {
            taken.add(new Choice(kind, count, way));
        }
        return way;
    }

    /// A script decides the next choices of a kind: the one way to say who wins a race.
    public void settle(String kind, int way, int times) {
        for (int i = 0; i < times; i++) {
            settled.computeIfAbsent(kind, _ -> new ArrayDeque<>()).add(way);
        }
    }

    private boolean isSettled(String kind) {
        return !settled.isEmpty() && settled.get(kind) instanceof Deque<Integer> ways && !ways.isEmpty();
    }

    private boolean isDrawn(String kind) {
        boolean turn = switch (kind) {
            case "thread", "preempt", "dpc", "isr", "slice", "slow file" -> true;
            default -> false;
        };
        return turn && switch (schedule) {
            case FEWEST_SWITCHES -> seed != 1 && kind.equals("thread");
            case ROUND_ROBIN -> false;
            case RANDOM -> true;
        };
    }

    /// A number for scripts that ask for one (RtlRandomEx): from the seed as well.
    public long next() {
        state += 0x9E3779B97F4A7C15L;
        long z = state;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    public List<Choice> taken() {
        return List.copyOf(taken);
    }
}
