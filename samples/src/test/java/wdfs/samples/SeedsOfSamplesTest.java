package wdfs.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import wdfs.engine.Compilation;
import wdfs.engine.Engine;
import wdfs.engine.RunOptions;
import wdfs.engine.SeedCampaign;
import wdfs.engine.Sources;
import wdfs.machine.Schedule;
import wdfs.testing.TestRun;

/// Whichever thread has its turn, a sample prints the same; or it says why not, in a line `// seeds: …`, and ends the same.
/// More seeds: `wdfs run FILE --seeds 1..1000`.
class SeedsOfSamplesTest {
    private static final int SEEDS = 20;

    @TestFactory
    List<DynamicTest> samples() throws Sources.Unreadable {
        Engine engine = new Engine();
        List<DynamicTest> tests = new ArrayList<>();
        for (Path script : TestRun.scripts(List.of(Path.of(".")))) {
            tests.add(dynamicTest(script.normalize().toString(), script.toUri(), () -> check(engine, script)));
        }
        assertThat(tests).isNotEmpty();
        return tests;
    }

    private static void check(Engine engine, Path script) throws Sources.Unreadable, IOException {
        Sources sources = Sources.of(script, List.of());
        Compilation compilation = engine.compile(sources.main(script, script.getFileName().toString()), sources);
        assertThat(compilation.program()).isPresent();
        boolean differs = Files.readString(script).lines().anyMatch(line -> line.startsWith("// seeds: "));
        List<SeedCampaign.Group> groups = new ArrayList<>(new SeedCampaign(engine, compilation, RunOptions.DEFAULT, false).run(1, SEEDS));
        groups.addAll(new SeedCampaign(engine, compilation, RunOptions.DEFAULT.withSchedule(Schedule.ROUND_ROBIN), true).run(1, SEEDS));
        if (differs) {
            assertThat(groups).as("exit codes").extracting(SeedCampaign.Group::exitCode).containsOnly(groups.getFirst().exitCode());
            assertThat(Files.readString(script)).as("what holds for every seed").contains("expect ");
        } else {
            assertThat(groups).as("the first group is of seed 1 and of all others").filteredOn(group -> !group.difference().isEmpty()).isEmpty();
        }
    }
}
