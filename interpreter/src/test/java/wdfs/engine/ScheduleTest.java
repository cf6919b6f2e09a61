package wdfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import wdfs.machine.Schedule;

/// `--schedule` and `--seed`: ENV-032, every scheduling point is one of the choices that a run records.
class ScheduleTest {
    /// Two threads that each add 1 without a lock: whoever is interrupted between its load and its store loses one.
    private static final String LOST_UPDATE = """
            process app {
                ULONG count = 0;
                thread { ULONG seen = count; seen = seen + 1; count = seen; }
                thread { ULONG seen = count; seen = seen + 1; count = seen; }
                sleep(1ms);
                print(count);
            }
            """;

    private static String run(Compilation compilation, long seed, Schedule schedule) {
        RunOptions options = RunOptions.DEFAULT.withSeed(seed).withSchedule(schedule);
        List<String> lines = new ArrayList<>();
        new Simulation(Scripts.ENGINE, compilation.program().orElseThrow().under(schedule), options, lines::add).run();
        return lines.getFirst();
    }

    @Test
    void ENV_032_threads_change_only_where_they_wait_under_fewest_switches() {
        Compilation compilation = Scripts.compile(LOST_UPDATE);
        for (long seed = 1; seed <= 50; seed++) {
            assertThat(run(compilation, seed, Schedule.FEWEST_SWITCHES)).isEqualTo("2");
        }
    }

    @Test
    void ENV_032_a_seed_of_the_random_schedule_finds_the_lost_update() {
        Compilation compilation = Scripts.compile(LOST_UPDATE);
        List<String> counts = new ArrayList<>();
        for (long seed = 2; seed <= 200; seed++) {
            counts.add(run(compilation, seed, Schedule.RANDOM));
        }
        assertThat(counts).contains("1", "2").containsOnly("1", "2");
    }

    @Test
    void ENV_032_round_robin_with_turns_of_a_few_steps_finds_it_too() {
        Compilation compilation = Scripts.compile(LOST_UPDATE);
        List<String> counts = new ArrayList<>();
        for (long seed = 1; seed <= 97; seed++) {
            counts.add(run(compilation, seed, Schedule.ROUND_ROBIN));
        }
        assertThat(counts).contains("1", "2");
    }

    @Test
    void the_same_seed_and_schedule_give_the_same_run() {
        Compilation compilation = Scripts.compile(LOST_UPDATE);
        for (long seed = 2; seed <= 40; seed++) {
            assertThat(run(compilation, seed, Schedule.RANDOM)).isEqualTo(run(compilation, seed, Schedule.RANDOM));
        }
    }

    @Test
    void a_campaign_groups_the_seeds_by_what_their_runs_print() {
        List<SeedCampaign.Group> groups = new SeedCampaign(Scripts.ENGINE, Scripts.compile(LOST_UPDATE), RunOptions.DEFAULT, false).run(1, 200);
        assertThat(groups).hasSize(2);
        assertThat(groups.get(0).firstSeed()).isEqualTo(1);
        assertThat(groups.get(0).difference()).isEmpty();
        assertThat(groups.get(1).difference()).containsExactly("2", "1");
        assertThat(groups.get(0).runs() + groups.get(1).runs()).isEqualTo(200);
    }
}
