package wdfs.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import wdfs.engine.Engine;
import wdfs.engine.Sources;
import wdfs.testing.Directives;
import wdfs.testing.TestCase;
import wdfs.testing.TestFile;
import wdfs.testing.TestKind;
import wdfs.testing.TestSettings;

/// An archive as a test, `x.wdfa`: its files are written to a folder of their own, and its head is a list of commands that are to
/// succeed there. Its directives stand in the head.
final class ArchiveFile implements TestFile {
    /// Archives, by their ending.
    record Kind(Engine engine) implements TestKind {
        @Override
        public boolean takes(String fileName) {
            return fileName.endsWith(".wdfa");
        }

        @Override
        public TestFile open(Path file, String shown, TestSettings settings) {
            return new ArchiveFile(engine, file, shown, settings);
        }
    }

    private final Engine engine;
    private final Path file;
    private final String shown;
    private final TestSettings settings;

    private ArchiveFile(Engine engine, Path file, String shown, TestSettings settings) {
        this.engine = engine;
        this.file = file;
        this.shown = shown;
        this.settings = settings;
    }

    private Archive read() throws Sources.Unreadable {
        try {
            return Archive.of(Files.readString(file));
        } catch (IOException e) {
            throw new Sources.Unreadable(shown + " cannot be read: " + e.getMessage());
        }
    }

    private Directives directives(Archive archive) {
        return Directives.of(String.join("\n", archive.head()), settings.run());
    }

    @Override
    public String shown() {
        return shown;
    }

    @Override
    public Set<String> tags() throws Sources.Unreadable {
        return directives(read()).tags();
    }

    @Override
    public Set<Path> reads() {
        return Set.of(file);
    }

    @Override
    public List<TestCase> tests() throws Sources.Unreadable {
        Archive archive = read();
        return directives(archive).applied(List.of(new TestCase("archive", 1, () -> run(archive))));
    }

    private TestCase.Result run(Archive archive) {
        if (!archive.wrong().isEmpty()) {
            return TestCase.Result.failed(archive.wrong());
        }
        try {
            Path folder = Files.createTempDirectory("wdfs").toRealPath();
            try {
                ArchiveCommands commands = new ArchiveCommands(engine, archive, folder, settings.golden().writesOver());
                List<String> wrong = commands.run();
                if (wrong.isEmpty() && commands.changed().isPresent()) {
                    Files.writeString(file, commands.changed().get().text());
                    return TestCase.Result.passed("written");
                }
                return wrong.isEmpty() ? TestCase.Result.passed() : TestCase.Result.failed(wrong);
            } finally {
                remove(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (var all = Files.walk(folder)) {
            for (Path path : all.toList().reversed()) {
                Files.delete(path);
            }
        }
    }
}
