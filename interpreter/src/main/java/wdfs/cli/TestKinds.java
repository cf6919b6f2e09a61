package wdfs.cli;

import java.util.ArrayList;
import java.util.List;
import wdfs.engine.Engine;
import wdfs.repl.SessionTests;
import wdfs.testing.TestKind;
import wdfs.testing.TestRun;

/// All kinds of test files that wdfs knows.
public final class TestKinds {
    private TestKinds() {}

    public static List<TestKind> all(Engine engine) {
        List<TestKind> kinds = new ArrayList<>(TestRun.kinds(engine));
        kinds.add(new SessionTests.Kind(engine));
        kinds.add(new ArchiveFile.Kind(engine));
        return List.copyOf(kinds);
    }
}
