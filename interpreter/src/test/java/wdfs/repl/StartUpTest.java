package wdfs.repl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `.wdfsrc`: what a session at a terminal begins with.
class StartUpTest {
    @TempDir
    private Path folder;
    private Path home;
    private Path here;
    private Path state;

    @BeforeEach
    void folders() throws IOException {
        home = Files.createDirectory(folder.resolve("home"));
        here = Files.createDirectory(folder.resolve("here"));
        state = folder.resolve("state");
    }

    private Screen started(Screen screen) throws IOException {
        return screen.session(StartUp.of(home, here, state), state);
    }

    private static Screen ending() throws IOException {
        return new Screen(160, 20).when("wdfs>", ".quit\r");
    }

    @Test
    void thatOfTheHomeIsTakenWithoutAQuestion() throws IOException {
        Files.writeString(home.resolve(".wdfsrc"), "// mine\nint twice(int n) {\n    return 2 * n;\n}\ntwice(21)\ntwcie(3)\nk = 7\n");
        assertThat(started(new Screen(160, 20).when("wdfs>", "k * 5\r").when("int 35", ".quit\r")).text()).contains("int 42 (0x2A)\nerror[LANG-101]: there is no function twcie", "int 7\nwdfs> k * 5");
    }

    @Test
    void thatOfTheFolderIsAskedAboutOnceForEachOfItsContents() throws IOException {
        Files.writeString(here.resolve(".wdfsrc"), "k = 7\n");
        assertThat(started(new Screen(160, 20).when("(y/n)", "n").when("wdfs>", ".quit\r")).text()).contains(".wdfsrc: lines to begin with, 1.").contains("(y/n) no\nwdfs>").doesNotContain("int 7");
        assertThat(started(new Screen(160, 20).when("(y/n)", "y").when("wdfs>", ".quit\r")).text()).contains("(y/n) yes\nint 7\nwdfs>");
        assertThat(started(ending()).text()).as("it was agreed to").contains("int 7").doesNotContain("(y/n)");
        Files.writeString(here.resolve(".wdfsrc"), "k = 8\n");
        assertThat(started(new Screen(160, 20).when("(y/n)", "\r").when("wdfs>", ".quit\r")).text()).as("it is another one").doesNotContain("int 8");
    }

    @Test
    void nothingIsAskedIfTheFolderIsTheHome() throws IOException {
        Files.writeString(home.resolve(".wdfsrc"), "k = 7\n");
        assertThat(StartUp.of(home, home, state)).hasSize(1);
        assertThat(StartUp.of(null, here, null)).isEmpty();
    }

    @Test
    void itWritesNoFile() throws IOException {
        Path target = folder.resolve("written");
        Files.writeString(home.resolve(".wdfsrc"), "k = 7\n.save " + target + "\n");
        assertThat(started(ending()).text()).contains("wdfs: .save: a start-up file writes no files");
        assertThat(target).doesNotExist();
    }

    @Test
    void whatCannotBeReadIsSaid() throws IOException {
        Files.write(home.resolve(".wdfsrc"), new byte[] {(byte) 0xFF, (byte) 0xFE, 0});
        assertThat(started(ending()).text()).contains("cannot be read: it is no text in UTF-8");
        Files.write(home.resolve(".wdfsrc"), new byte[100_000]);
        assertThat(started(ending()).text()).contains("cannot be read: it has more than 64 KiB");
    }

    @Test
    void anEndlessOneIsStoppedByControlC() throws IOException {
        Files.writeString(home.resolve(".wdfsrc"), "while (1) print(\"again\");\nk = 7\n");
        Screen screen = new Screen(160, 12).when("-- more", "\u0003").when("wdfs>", ".quit\r");
        assertThat(started(screen).text()).contains("the input was taken back", "int 7");
    }

    @Test
    void theListIsMadeOfWhatThereIs() throws IOException {
        Files.writeString(home.resolve(".wdfsrc"), "1\n");
        Files.writeString(here.resolve(".wdfsrc"), "2\n");
        assertThat(StartUp.of(home, here, null)).extracting(StartUp::text, StartUp::agreed).containsExactly(org.assertj.core.groups.Tuple.tuple("1\n", true), org.assertj.core.groups.Tuple.tuple("2\n", false));
        assertThat(List.of(StartUp.of(home, folder, state).getFirst().file())).containsExactly(home.resolve(".wdfsrc").toAbsolutePath().normalize());
    }
}
