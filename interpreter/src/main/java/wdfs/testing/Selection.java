package wdfs.testing;

import java.nio.file.Path;

/// Some of the tests there are.
public interface Selection {
    Selection ALL = (_, _) -> true;

    boolean has(Path file, String name);
}
