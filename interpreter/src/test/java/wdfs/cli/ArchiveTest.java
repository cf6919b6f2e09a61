package wdfs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Archives as tests: commands in a folder that has the archive's files.
class ArchiveTest {
    private static final String FILES = """
            -- lib/twice.h --
            ULONG Twice(ULONG n) { return 2 * n; }
            -- good.wdfs --
            import "lib/twice.h";
            process p { print(Twice(4)); }
            -- bad.wdfs --
            process p { print(nmae); }
            -- expected --
            8
            -- done at +0us: 0 requests, no violations
            """;

    @TempDir
    Path folder;

    private record Result(int exit, String out) {}

    private Result test(String head, String... options) throws IOException {
        Path archive = Files.writeString(folder.resolve("a.wdfa"), head + FILES);
        return again(archive, options);
    }

    private Result again(Path archive, String... options) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        List<String> words = new ArrayList<>(List.of("test", archive.toString()));
        words.addAll(List.of(options));
        int exit = new CommandLine(stream, stream, false).in(folder).run(words.toArray(String[]::new));
        return new Result(exit, out.toString(StandardCharsets.UTF_8));
    }

    private void passes(String head) throws IOException {
        assertThat(test(head)).as(head).satisfies(r -> assertThat(r.out()).contains("1 passed")).satisfies(r -> assertThat(r.exit()).isZero());
    }

    private void fails(String head, String... words) throws IOException {
        assertThat(test(head)).as(head).satisfies(r -> assertThat(r.exit()).isEqualTo(1)).satisfies(r -> assertThat(r.out()).contains(words));
    }

    @Test
    void commandsRunInAFolderWithTheFiles() throws IOException {
        passes("// what this is about\n\nwdfs run good.wdfs\nstdout ^8$\n! stdout VIOLATION\n! stderr .\ncmp stdout expected\nexists lib/twice.h\n! exists good.golden\n");
        passes("! wdfs run bad.wdfs\nexit 3\nstderr 'LANG-101.*: nothing here'\nstderr '^  bad.wdfs:1:19$'\n");
        assertThat(folder).as("nothing is left where the archive stands").isDirectoryNotContaining(p -> !p.getFileName().toString().equals("a.wdfa"));
    }

    @Test
    void whatIsPrintedDoesNotNameTheFolder() throws IOException {
        passes("wdfs new toaster\nstdout '^written: toaster.wdfs, toaster.golden$'\nwdfs test toaster.wdfs\nstdout '^ok   toaster.wdfs  4$'\n");
        passes("! wdfs test .\nstdout '^FAIL bad.wdfs  1$'\nstdout 'again: wdfs test bad.wdfs '\nwdfs test good.wdfs --update\nexists good.golden\ncmp good.golden expected\n");
        passes("! wdfs run nowhere.wdfs\nstderr '^wdfs: there is no file nowhere.wdfs$'\n");
    }

    @Test
    void aCommandGetsInputAndAnEnvironment() throws IOException {
        passes("stdin lib/twice.h\nwdfs fmt -\nstdout 'return 2'\nwdfs fmt -\n! stdout .\n");
        passes("env CI=true\n! wdfs test good.wdfs --update\nstderr --force\nexit 2\n");
        passes("stdin session\nwdfs repl good.wdfs\nstdout '^ULONG 14 '\n-- session --\nTwice(7)\n");
    }

    @Test
    void theFirstLineThatFailsIsTold() throws IOException {
        fails("wdfs run good.wdfs\nstdout 9\nstdout 10\n", "line 2: stdout 9\n", "standard output does not have it", "standard output:\n           8\n");
        fails("wdfs run bad.wdfs\n", "line 1: wdfs run bad.wdfs", "exit code 3", "nothing here is called nmae");
        fails("! wdfs run good.wdfs\n", "but ! says that it fails");
        fails("wdfs run good.wdfs\nexit 1\n", "exit code 0");
        fails("wdfs run good.wdfs\n! stdout 8\n", "standard output has it");
        fails("wdfs run good.wdfs\ncmp stdout lib/twice.h\n", "--- lib/twice.h\n", "+++ stdout\n", "-ULONG Twice", "+8\n", "line 2: cmp stdout lib/twice.h");
        fails("exists none\n", "there is no such file");
        fails("! exists good.wdfs\n", "it is there");
        fails("cmp none expected\n", "there is no file none");
    }

    @Test
    void aHeadWithMistakesFails() throws IOException {
        fails("// nothing\n", "has no command");
        fails("rm good.wdfs\n", "there is no command `rm`");
        fails("stdout a b\n", "wants one word");
        fails("stdout (\n", "not a regular expression");
        fails("! cmp stdout expected\n", "! cannot stand in front of cmp");
        fails("wdfs test --watch\n", "--watch has no end");
        fails("exists ../a.wdfa\n", "no path in the folder");
        fails("wdfs run good.wdfs\n-- ../out --\n", "line 2: `../out` is no path in the folder of the archive");
        fails("wdfs run good.wdfs\n-- good.wdfs --\n", "there is a file `good.wdfs` already");
    }

    @Test
    void directivesStandInTheHead() throws IOException {
        assertThat(test("// skip: later\nwdfs run bad.wdfs\n").out()).contains("skip  archive (later)");
        assertThat(test("// xfail: not yet\nwdfs run bad.wdfs\n").out()).contains("1 failed as expected");
        assertThat(test("// tags: slow\nwdfs run good.wdfs\n", "--not-tag", "slow").out()).contains("no test matched");
        assertThat(test("// requires: verifier=full\nwdfs run good.wdfs\n").out()).contains("1 skipped");
    }

    @Test
    void updateRewritesTheFilesThatDiffer() throws IOException {
        Path archive = folder.resolve("a.wdfa");
        assertThat(test("wdfs run good.wdfs\ncmp stdout expected\n").exit()).isZero();
        String right = Files.readString(archive);
        Files.writeString(archive, right.replace("\n8\n", "\n9\nmore\n"));
        assertThat(again(archive).exit()).isEqualTo(1);
        assertThat(again(archive, "--update").out()).contains("archive (written)");
        assertThat(archive).content().isEqualTo(right);
        assertThat(again(archive).exit()).isZero();
    }
}
