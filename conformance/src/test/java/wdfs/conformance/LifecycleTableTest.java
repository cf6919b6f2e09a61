package wdfs.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import wdfs.engine.Sources;
import wdfs.testing.TestRun;

/// The table of the life of requests, objects, targets and power has 301 rows, `CL-001` to `CL-301`. Each is claimed by a test of
/// `conformance/lifecycle`, whose name begins with the row's id, or stands in `lifecycle.not-yet.txt`.
class LifecycleTableTest {
    private static final Path SCRIPTS = Path.of("lifecycle");
    private static final Path NOT_YET = Path.of("lifecycle.not-yet.txt");
    private static final int ROW_COUNT = 301;

    private final Set<String> rows = new TreeSet<>(IntStream.rangeClosed(1, ROW_COUNT).mapToObj("CL-%03d"::formatted).toList());
    private final Set<String> claims = claims();
    private final TreeMap<String, String> notYet = RuleCoverageTest.reasons(NOT_YET);

    LifecycleTableTest() throws IOException, Sources.Unreadable {}

    @Test
    void everyRowIsShownOrInTheList() {
        Set<String> missing = new TreeSet<>(rows);
        missing.removeAll(claims);
        missing.removeAll(notYet.keySet());
        assertThat(missing).as("rows that no test claims and that are not in " + NOT_YET).isEmpty();
    }

    @Test
    void theListOfRowsToComeOnlyShrinks() {
        assertThat(notYet.keySet().stream().filter(claims::contains)).as("rows in " + NOT_YET + " that tests claim").isEmpty();
        assertThat(notYet.keySet().stream().filter(id -> !rows.contains(id))).as("ids in " + NOT_YET + " that the table does not have").isEmpty();
    }

    @Test
    void testsClaimRowsThatExist() {
        assertThat(claims.stream().filter(id -> !rows.contains(id))).as("claims of rows that the table does not have").isEmpty();
    }

    private static Set<String> claims() throws IOException, Sources.Unreadable {
        Set<String> claims = new TreeSet<>();
        if (Files.isDirectory(SCRIPTS)) {
            for (Path script : TestRun.scripts(List.of(SCRIPTS))) {
                RuleCoverageTest.claimsOf(Files.readString(script), RuleCoverageTest.TEST).stream()
                        .filter(id -> id.startsWith("CL-")).forEach(claims::add);
            }
        }
        return claims;
    }
}
