package wdfs.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import wdfs.diagnostics.Findings;
import wdfs.source.SourceFile;
import wdfs.syntax.Decl;

/// The checker is total: whatever a user wrote, a tree and findings come back.
class RobustnessTest {
    @Test
    void scriptsWithWordsLostDoubledAndSwappedEndInFindings() throws IOException, URISyntaxException {
        List<String> texts = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of(RobustnessTest.class.getResource("findings").toURI()))) {
            for (Path file : files.sorted().toList()) {
                texts.add(Files.readString(file));
            }
        }
        TextLibrary library = Checked.library();
        Random random = new Random(1);
        for (int round = 0; round < 400; round++) {
            String text = mangled(texts.get(round % texts.size()), random);
            Findings findings = new Findings();
            List<Decl.Unit> units;
            try {
                units = Imports.resolve(SourceFile.script("test.wdfs", text), SourceLoader.none(), library, findings);
            } catch (IllegalStateException _) {
                continue;       // the parser's own tests see to the parser
            }
            assertThatCode(() -> Checker.check(units, library, _ -> true, findings)).as(text).doesNotThrowAnyException();
        }
    }

    private static String mangled(String text, Random random) {
        List<String> words = new ArrayList<>(List.of(text.split("(?<=\\W)|(?=\\W)")));
        for (int i = 0; i < 3; i++) {
            int at = random.nextInt(words.size());
            String other = words.get(random.nextInt(words.size()));
            switch (random.nextInt(3)) {
                case 0 -> words.remove(at);
                case 1 -> words.add(at, other);
                default -> words.set(at, other);
            }
        }
        return String.join("", words);
    }

    /// Only its first digits are read, which takes no time, and no message repeats the others.
    @Test
    void aNumberOfAMillionDigitsEndsInAFinding() {
        for (String number : List.of("9".repeat(1_000_000), "0x" + "f".repeat(1_000_000), "9".repeat(1_000_000) + "ms", "0" + "7".repeat(1_000_000), "1".repeat(1_000_000) + "g")) {
            TextLibrary library = Checked.library();
            Findings findings = new Findings();
            Imports.resolve(SourceFile.script("test.wdfs", "process app { print(" + number + "); }"), SourceLoader.none(), library, findings);
            assertThat(findings.sorted()).isNotEmpty().allSatisfy(d -> assertThat(d.message()).hasSizeLessThan(200));
        }
        Findings fine = new Findings();
        Imports.resolve(SourceFile.script("test.wdfs", "process app { print(0x" + "0".repeat(1_000_000) + "1F); }"), SourceLoader.none(), Checked.library(), fine);
        assertThat(fine.sorted()).isEmpty();
    }

    @Test
    void whatNestsDeeplyOrIsHugeEndsInAFinding() {
        String calls = "NT_SUCCESS(".repeat(60) + "%s" + ")".repeat(60);
        for (String body : List.of("print(" + calls.formatted("GetLastError()") + ");", "print(" + calls.formatted("5") + ");",
                "int a[] = { " + "((int[]){ ".repeat(20) + "1" + " })[0]".repeat(20) + " }; print(a[0]);", "int n = 0; " + "n = (".repeat(300) + "1" + ")".repeat(300) + ";")) {
            TextLibrary library = Checked.library();
            Findings findings = new Findings();
            var units = Imports.resolve(SourceFile.script("test.wdfs", "process app { " + body + " }"), SourceLoader.none(), library, findings);
            assertThatCode(() -> Checker.check(units, library, _ -> true, findings)).doesNotThrowAnyException();
        }
        Checked.check("""
                process app {
                    static UCHAR Huge[64 * 1024 * 1024];
                    //           ^^^^ error LANG-116: take more than 8 MiB
                    print(Huge[0]);
                }
                """);
    }
}
