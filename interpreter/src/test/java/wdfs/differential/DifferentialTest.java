package wdfs.differential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// C means C: generated programs print here what gcc's printed. `DifferentialMain` compares more of them, and renews the
/// record when the generator has changed.
class DifferentialTest {
    /// Seeds that are compiled afresh; those of the record's end follow it.
    private static final int FRESH = 10;

    @Test
    void programsPrintWhatTheRecordSays() {
        Map<Long, String> recorded = Record.load();
        assertThat(recorded).hasSizeGreaterThanOrEqualTo(200);
        Map<Long, String> given = new LinkedHashMap<>();
        Map<Long, String> differing = new LinkedHashMap<>();
        recorded.forEach((seed, digest) -> {
            List<String> lines = Compilers.here(new ProgramGenerator(seed).program());
            given.put(seed, Record.digest(lines));
            if (!digest.equals(given.get(seed))) {
                differing.put(seed, String.join("\n", lines.subList(0, Math.min(lines.size(), 8))));
            }
        });
        assertThat(differing).as("DifferentialMain --trace SEED tells where it begins").isEmpty();
    }

    @Test
    void gccStillAgreesWithTheRecord() {
        assumeTrue(Compilers.gccIsThere());
        Map<Long, String> recorded = Record.load();
        List<Long> seeds = new ArrayList<>(recorded.keySet()).subList(0, FRESH);
        List<Program> programs = seeds.stream().map(s -> new ProgramGenerator(s).program()).toList();
        Map<Long, List<String>> results = Compilers.gcc(programs);
        for (long seed : seeds) {
            assertThat(Record.digest(results.get(seed))).as("seed %d", seed).isEqualTo(recorded.get(seed));
        }
    }

    /// By hand: `-Dwdfs.differential=FROM:COUNT`, about 0.15 s for a program, most of it gcc's.
    @Test
    void programsOfOtherSeedsAgreeWithGcc() throws IOException {
        String seeds = System.getProperty("wdfs.differential");
        assumeTrue(seeds != null && Compilers.gccIsThere());
        String[] range = seeds.split(":");
        assertThat(DifferentialMain.compare(Long.parseLong(range[0]), Long.parseLong(range[1]), null)).isZero();
    }

    @Test
    void aSeedMeansOneProgram() {
        assertThat(new ProgramGenerator(7).program()).isEqualTo(new ProgramGenerator(7).program());
        assertThat(new ProgramGenerator(7).program()).isNotEqualTo(new ProgramGenerator(8).program());
    }
}
