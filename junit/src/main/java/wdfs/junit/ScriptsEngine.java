package wdfs.junit;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.platform.engine.EngineDiscoveryRequest;
import org.junit.platform.engine.EngineExecutionListener;
import org.junit.platform.engine.ExecutionRequest;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestEngine;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.engine.discovery.DirectorySelector;
import org.junit.platform.engine.discovery.FileSelector;
import org.junit.platform.engine.discovery.UniqueIdSelector;
import org.junit.platform.engine.support.descriptor.AbstractTestDescriptor;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.EngineDescriptor;
import org.junit.platform.engine.support.descriptor.FilePosition;
import org.junit.platform.engine.support.descriptor.FileSource;
import wdfs.cli.TestKinds;
import wdfs.engine.Engine;
import wdfs.engine.Sources;
import wdfs.testing.TestCase;
import wdfs.testing.TestKind;
import wdfs.testing.TestRun;
import wdfs.testing.TestSettings;

/// Files with tests, by a class marked {@link Scripts}, a folder or a file. The tests of a file are known when it is run: to
/// discover them means to compile it.
public final class ScriptsEngine implements TestEngine {
    private static final String FILE = "file";
    private static final String TEST = "test";

    private final List<TestKind> kinds = TestKinds.all(new Engine());

    @Override
    public String getId() {
        return "wdfs";
    }

    /// A file, whose tests register themselves when it runs.
    /// @param only the names of the tests that are asked for; empty for all
    private static final class Script extends AbstractTestDescriptor {
        final Path path;
        final Optional<String> only;

        Script(UniqueId id, Path path, Optional<String> only) {
            super(id, path.normalize().toString().replace('\\', '/'), FileSource.from(path.toFile()));
            this.path = path;
            this.only = only;
        }

        @Override
        public Type getType() {
            return Type.CONTAINER;
        }

        @Override
        public boolean mayRegisterTests() {
            return true;
        }
    }

    private static final class Folder extends AbstractTestDescriptor {
        Folder(UniqueId id, Class<?> marked) {
            super(id, marked.getSimpleName(), ClassSource.from(marked));
        }

        @Override
        public Type getType() {
            return Type.CONTAINER;
        }
    }

    private static final class Case extends AbstractTestDescriptor {
        Case(UniqueId id, String name, TestSource source) {
            super(id, name, source);
        }

        @Override
        public Type getType() {
            return Type.TEST;
        }
    }

    @Override
    public TestDescriptor discover(EngineDiscoveryRequest request, UniqueId id) {
        EngineDescriptor root = new EngineDescriptor(id, "wdfs");
        for (ClassSelector selector : request.getSelectorsByType(ClassSelector.class)) {
            Scripts scripts = selector.getJavaClass().getAnnotation(Scripts.class);
            if (scripts != null) {
                Folder folder = new Folder(id.append("class", selector.getClassName()), selector.getJavaClass());
                root.addChild(folder);
                add(folder, Path.of(scripts.value()));
            }
        }
        request.getSelectorsByType(DirectorySelector.class).forEach(selector -> add(root, selector.getPath()));
        request.getSelectorsByType(FileSelector.class).forEach(selector -> add(root, selector.getPath()));
        request.getSelectorsByType(UniqueIdSelector.class).forEach(selector -> add(root, selector.getUniqueId()));
        return root;
    }

    private void add(TestDescriptor parent, Path place) {
        try {
            for (Path file : TestRun.files(List.of(place), kinds)) {
                parent.addChild(new Script(parent.getUniqueId().append(FILE, file.normalize().toString().replace('\\', '/')), file, Optional.empty()));
            }
        } catch (Sources.Unreadable e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /// A test or a file that was found before, as IDEs ask for it again.
    private static void add(TestDescriptor root, UniqueId id) {
        if (!id.getEngineId().equals(Optional.of("wdfs"))) {
            return;
        }
        Optional<String> file = id.getSegments().stream().filter(s -> s.getType().equals(FILE)).map(UniqueId.Segment::getValue).findFirst();
        Optional<String> test = id.getSegments().stream().filter(s -> s.getType().equals(TEST)).map(UniqueId.Segment::getValue).findFirst();
        file.ifPresent(f -> root.addChild(new Script(test.isPresent() ? id.removeLastSegment() : id, Path.of(f), test)));
    }

    @Override
    public void execute(ExecutionRequest request) {
        execute(request.getRootTestDescriptor(), request.getEngineExecutionListener());
    }

    private void execute(TestDescriptor descriptor, EngineExecutionListener listener) {
        listener.executionStarted(descriptor);
        if (descriptor instanceof Script script) {
            try {
                for (TestCase test : new TestRun(kinds, TestSettings.DEFAULT, System::nanoTime).tests(script.path)) {
                    if (script.only.isEmpty() || script.only.get().equals(test.name())) {
                        execute(script, test, listener);
                    }
                }
            } catch (Sources.Unreadable e) {
                listener.executionFinished(descriptor, TestExecutionResult.failed(new AssertionError(e.getMessage())));
                return;
            }
        }
        List.copyOf(descriptor.getChildren()).stream().filter(child -> !(child instanceof Case)).forEach(child -> execute(child, listener));
        listener.executionFinished(descriptor, TestExecutionResult.successful());
    }

    private static void execute(Script script, TestCase test, EngineExecutionListener listener) {
        Case descriptor = new Case(script.getUniqueId().append(TEST, test.name()), test.name(), FileSource.from(script.path.toFile(), FilePosition.from(Math.max(1, test.line()))));
        script.addChild(descriptor);
        listener.dynamicTestRegistered(descriptor);
        listener.executionStarted(descriptor);
        listener.executionFinished(descriptor, outcome(script, test));
    }

    private static TestExecutionResult outcome(Script script, TestCase test) {
        try {
            TestCase.Result result = test.run();
            return switch (result.status()) {
                case PASSED, EXPECTED_FAILURE -> TestExecutionResult.successful();
                case SKIPPED -> TestExecutionResult.aborted(null);
                case FAILED -> TestExecutionResult.failed(new Failure(script.getDisplayName() + ": " + test.name() + "\n" + String.join("\n", result.told())));
            };
        } catch (RuntimeException | Error e) {
            return TestExecutionResult.failed(e);
        }
    }

    /// Where Java stood tells nothing about a script.
    private static final class Failure extends AssertionError {
        Failure(String message) {
            super(message);
            setStackTrace(new StackTraceElement[0]);
        }
    }
}
