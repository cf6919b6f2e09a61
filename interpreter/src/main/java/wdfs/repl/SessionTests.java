package wdfs.repl;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import wdfs.engine.Engine;
import wdfs.engine.RunOptions;
import wdfs.engine.Sources;
import wdfs.testing.Golden;
import wdfs.testing.Redactions;
import wdfs.testing.TestCase;
import wdfs.testing.TestFile;
import wdfs.testing.TestKind;
import wdfs.testing.TestSettings;

/// Recorded sessions as tests: `x.session` holds what is typed, `x.golden` beside it the same with prompts, and the answers.
public final class SessionTests {
    private static final Pattern SEED = Pattern.compile("(?m)^// test:.*\\bseed=(\\d{1,18})");

    private SessionTests() {}

    /// What a terminal would show: each line typed behind its prompt, and what came of it. Files are looked for beside the session.
    public static List<String> transcript(Engine engine, RunOptions options, Path folder, String typed) {
        List<String> shown = new ArrayList<>();
        Matcher seed = SEED.matcher(typed);
        Session session = new Session(engine, seed.find() ? options.withSeed(Long.parseLong(seed.group(1))) : options, List.of(), false, shown::add).in(folder);
        new Filter(session, true, shown::add).run(new BufferedReader(new StringReader(typed)));
        return shown;
    }

    /// Recorded sessions, by their ending.
    public record Kind(Engine engine) implements TestKind {
        @Override
        public boolean takes(String fileName) {
            return fileName.endsWith(".session");
        }

        @Override
        public TestFile open(Path file, String shown, TestSettings settings) {
            return new Recorded(engine, file, shown, settings);
        }
    }

    private record Recorded(Engine engine, Path session, String shown, TestSettings settings) implements TestFile {
        @Override
        public Set<String> tags() {
            return Set.of();
        }

        @Override
        public OptionalLong seed() throws Sources.Unreadable {
            try {
                Matcher seed = SEED.matcher(Files.readString(session));
                return seed.find() ? OptionalLong.of(Long.parseLong(seed.group(1))) : OptionalLong.empty();
            } catch (IOException e) {
                throw new Sources.Unreadable(shown + " cannot be read: " + e.getMessage());
            }
        }

        @Override
        public List<TestCase> tests() {
            return List.of(new TestCase("session", 1, this::run));
        }

        @Override
        public Set<Path> reads() {
            return Set.of(session, Golden.of(session));
        }

        private TestCase.Result run() {
            try {
                Path folder = session.toAbsolutePath().getParent();
                String typed = Files.readString(session).replace("\r\n", "\n");
                Redactions redactions = Redactions.of(typed);
                String actual = String.join("\n", transcript(engine, settings.run(), folder, typed)) + "\n";
                return Golden.compare(Golden.of(session), actual, redactions, settings.golden(), redactions.wrong());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
