package wdfs.engine;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import wdfs.codegen.Program;
import wdfs.machine.Schedule;

/// The same script under many seeds: which transcripts come out, and which seed shows each.
public final class SeedCampaign {
    /// Runs that printed the same.
    /// @param firstSeed the first of them
    /// @param runs how many
    /// @param exitCode theirs
    /// @param difference the first line that differs from the first group's, as the first group has it and as this one has it; empty for the first
    public record Group(long firstSeed, int runs, int exitCode, List<String> difference) {}

    private record Key(int exitCode, String digest) {}

    private final Engine engine;
    private final Compilation compilation;
    private final RunOptions options;
    private final boolean scheduleGiven;

    /// @param scheduleGiven the options' schedule is meant for every seed; else each has its own
    public SeedCampaign(Engine engine, Compilation compilation, RunOptions options, boolean scheduleGiven) {
        this.engine = engine;
        this.compilation = compilation;
        this.options = options;
        this.scheduleGiven = scheduleGiven;
    }

    /// In the order of their first seeds.
    /// @param from the first seed
    /// @param to the last one
    public List<Group> run(long from, long to) {
        Map<Key, Group> groups = new LinkedHashMap<>();
        List<String> first = List.of();
        for (long seed = from; seed <= to; seed++) {
            RunOptions run = scheduleGiven ? options.withSeed(seed).withSchedule(options.schedule()) : options.withSeed(seed);
            List<String> lines = new ArrayList<>();
            Program program = compilation.program().orElseThrow().under(run.schedule());
            Outcome outcome = new Simulation(engine, program, run, lines::add).run();
            withoutSeed(lines);
            if (groups.isEmpty()) {
                first = lines;
            }
            Key key = new Key(outcome.exitCode(), digest(lines));
            Group before = groups.get(key);
            groups.put(key, before == null ? new Group(seed, 1, outcome.exitCode(), difference(first, lines))
                    : new Group(before.firstSeed(), before.runs() + 1, before.exitCode(), before.difference()));
        }
        return List.copyOf(groups.values());
    }

    /// The summary names the seed and the schedule, which is no difference.
    public static void withoutSeed(List<String> lines) {
        if (!lines.isEmpty()) {
            lines.set(lines.size() - 1, lines.getLast().replaceFirst("(, seed -?\\d+)?(, schedule [a-z-]+)?$", ""));
        }
    }

    private static List<String> difference(List<String> first, List<String> lines) {
        for (int i = 0; i < Math.max(first.size(), lines.size()); i++) {
            String one = i < first.size() ? first.get(i) : "(end)";
            String other = i < lines.size() ? lines.get(i) : "(end)";
            if (!one.equals(other)) {
                return List.of(one, other);
            }
        }
        return List.of();
    }

    private static String digest(List<String> lines) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String line : lines) {
                digest.update(line.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) '\n');
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);                       // each Java platform has SHA-256
        }
    }

    /// Which schedule a seed of this campaign runs under.
    public Schedule schedule(long seed) {
        return scheduleGiven ? options.schedule() : Schedule.of(seed);
    }
}
