package wdfs.repl;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import wdfs.engine.Engine;
import wdfs.engine.RunOptions;
import wdfs.engine.TestCase;
import wdfs.engine.TestOptions;

/// Recorded sessions as tests: `x.session` holds what is typed, `x.golden` beside it the same with prompts, and the answers.
public final class SessionTests {
    private static final Pattern SEED = Pattern.compile("(?m)^// test:.*\\bseed=(\\d{1,18})");

    private SessionTests() {}

    public static Path golden(Path session) {
        String name = session.getFileName().toString();
        return session.resolveSibling(name.substring(0, name.length() - ".session".length()) + ".golden");
    }

    /// What a terminal would show: each line typed behind its prompt, and what came of it. Files are looked for beside the session.
    public static List<String> transcript(Engine engine, RunOptions options, Path folder, String typed) {
        List<String> shown = new ArrayList<>();
        Matcher seed = SEED.matcher(typed);
        Session session = new Session(engine, seed.find() ? options.withSeed(Long.parseLong(seed.group(1))) : options, List.of(), false, shown::add).in(folder);
        new Filter(session, true, shown::add).run(new BufferedReader(new StringReader(typed)));
        return shown;
    }

    public static TestCase run(Engine engine, TestOptions options, Path session) {
        try {
            Path folder = session.toAbsolutePath().getParent();
            String actual = String.join("\n", transcript(engine, options.run(), folder, Files.readString(session).replace("\r\n", "\n"))) + "\n";
            String expected = Files.exists(golden(session)) ? Files.readString(golden(session)).replace("\r\n", "\n") : "";
            if (expected.equals(actual)) {
                return new TestCase("session", true, List.of());
            }
            if (options.update()) {
                Files.writeString(golden(session), actual);
                return new TestCase("session", true, List.of("written"));
            }
            List<String> before = expected.lines().toList();
            return new TestCase("session", false, UnifiedDiffUtils.generateUnifiedDiff(golden(session).getFileName().toString(), "this run", before,
                    DiffUtils.diff(before, actual.lines().toList()), 3));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
