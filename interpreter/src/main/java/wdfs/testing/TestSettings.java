package wdfs.testing;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.zip.CRC32;
import wdfs.engine.RunOptions;

/// How tests are chosen and run.
/// @param filter only tests whose name, with the file's path in front, contains it; `/…/` is a regular expression
/// @param only no others than these
/// @param tags only files that have one of them; empty for all
/// @param notTags no files that have one of them
/// @param shardIndex which part of the tests, from 0
/// @param golden what becomes of transcripts that differ
/// @param jobs files at a time
/// @param repeat how often each test runs
/// @param shuffle decides in which order files, and the tests in each of them, run; empty for that of names and of the text
/// @param coverage what the runs reach is added to it; the engine has to be one that counts
/// @param maxFailures the run ends with that many
/// @param rerun options for the command that repeats a failure, besides its seed, such as `--verifier full`
public record TestSettings(RunOptions run, String filter, Selection only, Set<String> tags, Set<String> notTags, int shardIndex, int shardCount, Golden.Policy golden, int jobs, int repeat,
        OptionalLong shuffle, Optional<Coverage> coverage, int maxFailures, List<Path> includes, String rerun) {
    public static final TestSettings DEFAULT = new TestSettings(RunOptions.DEFAULT, "", Selection.ALL, Set.of(), Set.of(), 0, 1, Golden.Policy.COMPARE, 1, 1, OptionalLong.empty(), Optional.empty(), Integer.MAX_VALUE, List.of(), "");

    public TestSettings {
        tags = Set.copyOf(tags);
        notTags = Set.copyOf(notTags);
        includes = List.copyOf(includes);
    }

    /// Whether the filter is a regular expression that is none.
    public static boolean isBroken(String filter) {
        try {
            pattern(filter);
            return false;
        } catch (PatternSyntaxException _) {
            return true;
        }
    }

    private static Pattern pattern(String filter) {
        return filter.length() > 2 && filter.startsWith("/") && filter.endsWith("/") ? Pattern.compile(filter.substring(1, filter.length() - 1)) : Pattern.compile(Pattern.quote(filter));
    }

    boolean wantsFile(Set<String> tagsOfFile) {
        return (tags.isEmpty() || tags.stream().anyMatch(tagsOfFile::contains)) && notTags.stream().noneMatch(tagsOfFile::contains);
    }

    /// The part that a test belongs to depends on its name alone, so that a new test moves no other. A file that does not compile may
    /// have any test, so no filter hides why.
    boolean wants(Path file, String shown, TestCase test) {
        if (!only.has(file, test.name())) {
            return false;
        }
        String id = shown + " " + test.name();
        if (!filter.isEmpty() && !test.standsForAll() && !pattern(filter).matcher(id).find()) {
            return false;
        }
        return hash(id) % shardCount == shardIndex;
    }

    private static long hash(String text) {
        CRC32 hash = new CRC32();
        hash.update(text.getBytes(StandardCharsets.UTF_8));
        return hash.getValue();
    }

    /// In the order that the seed of `--shuffle` gives their names; two that are there keep it, whatever else comes or goes.
    <T> List<T> shuffled(List<T> things, Function<T, String> name) {
        if (shuffle.isEmpty()) {
            return things;
        }
        long seed = hash("shuffle " + shuffle.getAsLong());
        return things.stream().sorted(Comparator.comparingLong((T thing) -> mixed(seed << 32 | hash(name.apply(thing)))).thenComparing(name)).toList();
    }

    /// CRCs of the same texts differ by the same bits under every seed, so they alone would always give much the same order. The
    /// finish of MurmurHash3.
    private static long mixed(long bits) {
        long mixed = (bits ^ bits >>> 33) * 0xFF51AFD7ED558CCDL;
        mixed = (mixed ^ mixed >>> 33) * 0xC4CEB9FE1A85EC53L;
        return mixed ^ mixed >>> 33;
    }
}
