package wdfs.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/// A file that holds what a run is to print, byte for byte.
public final class Golden {
    /// What becomes of a transcript that is missing or differs.
    public enum Policy {
        /// It is a failure.
        COMPARE,
        /// It is a failure, and what was printed stands in a file beside it, `x.golden.new`, to look at and to rename.
        KEEP_NEW,
        /// What was printed is what it is to print from now on, where nothing says it yet.
        UPDATE_NEW,
        /// The same, where something else is said.
        UPDATE_FAILING,
        /// The same, in both cases.
        UPDATE_ALL;

        boolean writesNew() {
            return this == UPDATE_NEW || this == UPDATE_ALL;
        }

        public boolean writesOver() {
            return this == UPDATE_FAILING || this == UPDATE_ALL;
        }
    }

    private static final String NEW = ".new";

    private Golden() {}

    /// Where the transcript of a test file stands.
    public static Path of(Path file) {
        String name = file.getFileName().toString();
        return file.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".golden");
    }

    /// Which test files a transcript can be of.
    static List<Path> owners(Path golden) {
        String name = golden.getFileName().toString().replaceFirst("\\.golden$", "");
        return Stream.of(ScriptFile.ENDING, ".session").map(ending -> golden.resolveSibling(name + ending)).toList();
    }

    static String read(Path golden) throws IOException {
        return Files.readString(golden).replace("\r\n", "\n");
    }

    /// Whether a file of that name holds a transcript that differed.
    static boolean isNew(String fileName) {
        return fileName.endsWith(".golden" + NEW);
    }

    /// Where a transcript of a test file stands that differed.
    static Path newOf(Path file) {
        return of(file).resolveSibling(of(file).getFileName() + NEW);
    }

    static Path replacedBy(Path fresh) {
        String name = fresh.getFileName().toString();
        return fresh.resolveSibling(name.substring(0, name.length() - NEW.length()));
    }

    /// @param complaints what went wrong besides, an exit code mostly; then nothing is written
    public static TestCase.Result compare(Path golden, String actual, Redactions redactions, Policy policy, List<String> complaints) {
        return compare(golden, actual, redactions, policy, complaints, _ -> List.of());
    }

    /// @param events what led to the line of that index, or to the complaints where it is negative
    static TestCase.Result compare(Path golden, String run, Redactions redactions, Policy policy, List<String> complaints, IntFunction<List<String>> events) {
        if (!complaints.isEmpty()) {
            List<String> detail = new ArrayList<>(run.lines().toList());
            detail.addAll(complaints);
            return TestCase.Result.failed(detail, events.apply(-1));
        }
        Path fresh = golden.resolveSibling(golden.getFileName() + NEW);
        try {
            Optional<String> expected = Files.exists(golden) ? Optional.of(read(golden)) : Optional.empty();
            String actual = redactions.applied(run);
            // A transcript that is written is written as it is to be, so that nothing waits for the next one to change it.
            Optional<String> compared = policy.writesOver() ? expected : expected.map(redactions::applied);
            if (compared.isPresent() && compared.get().equals(actual)) {
                if (policy != Policy.COMPARE) {
                    Files.deleteIfExists(fresh);
                }
                return TestCase.Result.passed();
            }
            if (expected.isPresent() ? policy.writesOver() : policy.writesNew()) {
                Files.writeString(golden, actual);
                Files.deleteIfExists(fresh);
                return TestCase.Result.passed("written");
            }
            if (policy != Policy.COMPARE) {
                Files.writeString(fresh, actual);
            }
            List<String> before = compared.orElse("").lines().toList();
            Difference difference = Difference.between(golden.getFileName().toString(), before, "this run", actual.lines().toList());
            return TestCase.Result.failed(difference.lines(), events.apply(difference.first()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
