package wdfs.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectFile;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectUniqueId;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.EngineFilter;

class ScriptsEngineTest {
    private record Outcome(String name, TestExecutionResult.Status status, String message, String id) {}

    private static List<Outcome> run(DiscoverySelector selector) {
        List<Outcome> outcomes = new ArrayList<>();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request().selectors(selector).filters(EngineFilter.includeEngines("wdfs")).build();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest()) {
                    outcomes.add(new Outcome(test.getDisplayName(), result.getStatus(), result.getThrowable().map(Throwable::getMessage).orElse(""), test.getUniqueId()));
                }
            }
        });
        return outcomes;
    }

    private static Path script() throws URISyntaxException {
        return Path.of(ScriptsEngineTest.class.getResource("some.wdfs").toURI());
    }

    @Test
    void eachTestOfAFileIsOne() throws URISyntaxException {
        List<Outcome> outcomes = run(selectFile(script().toFile()));
        assertThat(outcomes).extracting(Outcome::name).containsExactly("holds", "does not hold", "golden");
        assertThat(outcomes).extracting(Outcome::status).containsExactly(TestExecutionResult.Status.SUCCESSFUL, TestExecutionResult.Status.FAILED, TestExecutionResult.Status.SUCCESSFUL);
        assertThat(outcomes.get(1).message()).contains("n == 2");
    }

    @Test
    void oneOfThemRunsAgainByItsId() throws URISyntaxException {
        String id = run(selectFile(script().toFile())).get(1).id();
        assertThat(run(selectUniqueId(id))).extracting(Outcome::name).containsExactly("does not hold");
    }
}
