package wdfs.testing;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import wdfs.engine.Sources;

/// A file with tests in it.
public interface TestFile {
    /// The path that names the file in results.
    String shown();

    /// The words of its `// tags:` lines. Reads the file.
    Set<String> tags() throws Sources.Unreadable;

    /// The seed that it says its tests run with.
    default OptionalLong seed() throws Sources.Unreadable {
        return OptionalLong.empty();
    }

    /// Its tests, in the order of the text; none has run yet.
    List<TestCase> tests() throws Sources.Unreadable;

    /// The files that its results depend on, itself among them; known when the tests are.
    Set<Path> reads();
}
