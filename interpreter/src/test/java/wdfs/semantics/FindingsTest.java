package wdfs.semantics;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Each script of the folder `findings` has the findings that stand in it, and no others.
class FindingsTest {
    @TestFactory
    List<DynamicTest> scriptsHaveTheFindingsThatStandInThem() throws IOException, URISyntaxException {
        Path folder = Path.of(FindingsTest.class.getResource("findings").toURI());
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> Checked.check(Files.readString(file)))).toList();
        }
    }
}
