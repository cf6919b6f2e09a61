package wdfs.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import wdfs.engine.Engine;
import wdfs.semantics.SourceLoader;
import wdfs.source.SourceFile;

/// Findings as text: each code names the command that tells more, once.
class TextRendererTest {
    private static final List<Diagnostic> FINDINGS = new Engine().compile(SourceFile.script("a.wdfs", "process a { print(one); print(two); ULONG n = 1; if (n = 2) print(n); }\n"), SourceLoader.none())
            .findings().sorted();

    @Test
    void theFirstOfEachCodeNamesTheCommandThatTellsMore() {
        List<String> lines = new TextRenderer(false).render(FINDINGS).lines().toList();
        assertThat(lines).filteredOn(line -> line.startsWith("error[LANG-101]")).hasSize(2);
        assertThat(lines).filteredOn(line -> line.contains("more: ")).containsExactly("  more: wdfs doc LANG-101", "  more: wdfs doc LANG-122");
        assertThat(lines.subList(0, 5)).contains("  more: wdfs doc LANG-101");
    }

    @Test
    void aSessionIsToldNoCommand() {
        assertThat(new TextRenderer(false).withoutPages().render(FINDINGS)).contains("LANG-101").doesNotContain("more: ");
    }
}
