package wdfs.testing;

import java.nio.file.Path;

/// A kind of files that hold tests, known by their names.
public interface TestKind {
    /// Whether a file of that name is of this kind.
    boolean takes(String fileName);

    /// @param shown the path that names the file in results
    TestFile open(Path file, String shown, TestSettings settings);
}
