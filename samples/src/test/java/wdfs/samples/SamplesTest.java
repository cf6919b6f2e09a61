package wdfs.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import wdfs.engine.Engine;
import wdfs.engine.ScriptTests;
import wdfs.engine.Sources;
import wdfs.engine.TestCase;
import wdfs.engine.TestOptions;
import wdfs.engine.TestRun;
import wdfs.repl.SessionTests;

/// The scripts of this folder: their `test` blocks, and their golden transcripts. The same as `wdfs test samples`.
class SamplesTest {
    @TestFactory
    List<DynamicContainer> scripts() throws Sources.Unreadable {
        Engine engine = new Engine();
        List<DynamicContainer> containers = new ArrayList<>();
        for (Path script : TestRun.scripts(List.of(Path.of(".")))) {
            String shown = script.normalize().toString().replace('\\', '/');
            List<DynamicTest> tests = new ArrayList<>();
            for (TestCase test : new ScriptTests(engine, TestOptions.DEFAULT, script, shown).run()) {
                tests.add(dynamicTest(test.name(), script.toUri(), () ->
                        assertThat(test.passed()).as(() -> test.name() + "\n" + String.join("\n", test.detail())).isTrue()));
            }
            containers.add(dynamicContainer(shown, tests));
        }
        for (Path session : TestRun.sessions(List.of(Path.of(".")))) {
            containers.add(dynamicContainer(session.normalize().toString().replace('\\', '/'), List.of(dynamicTest("session", session.toUri(), () -> {
                TestCase test = SessionTests.run(engine, TestOptions.DEFAULT, session);
                assertThat(test.passed()).as(() -> String.join("\n", test.detail())).isTrue();
            }))));
        }
        assertThat(containers).isNotEmpty();
        return containers;
    }
}
