package wdfs.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import wdfs.engine.Engine;
import wdfs.engine.Sources;

/// Finds files with tests and runs them. Files run side by side; their results are told in the order of their names all the same.
public final class TestRun {
    private final List<TestKind> kinds;
    private final TestSettings settings;
    private final LongSupplier nanos;
    private final Map<Path, Set<Path>> reads = new ConcurrentHashMap<>();
    private final Map<Path, Set<String>> names = new ConcurrentHashMap<>();

    /// @param nanos the time on this computer, for how long tests took
    public TestRun(List<TestKind> kinds, TestSettings settings, LongSupplier nanos) {
        this.kinds = List.copyOf(kinds);
        this.settings = settings;
        this.nanos = nanos;
    }

    /// The kinds of test files that need nothing but the engine.
    public static List<TestKind> kinds(Engine engine) {
        return List.of(new ScriptFile.Kind(engine));
    }

    /// The scripts under `roots`, in the order of their paths.
    public static List<Path> scripts(List<Path> roots) throws Sources.Unreadable {
        return files(roots, List.of(new ScriptFile.Kind(null)));
    }

    /// The files under the roots that one of the kinds takes, in the order of their paths; build folders and hidden ones are left
    /// out.
    public static List<Path> files(List<Path> roots, List<TestKind> kinds) throws Sources.Unreadable {
        Set<Path> found = new LinkedHashSet<>();
        for (Path root : roots) {
            if (Files.isRegularFile(root)) {
                found.add(root);
            } else {
                found.addAll(under(root, name -> kinds.stream().anyMatch(k -> k.takes(name))));
            }
        }
        return List.copyOf(found);
    }

    /// The transcripts that differed when their tests last ran, in folders, or of test files.
    public static List<Path> newGoldens(List<Path> roots) throws Sources.Unreadable {
        Set<Path> found = new LinkedHashSet<>();
        for (Path root : roots) {
            if (Files.isRegularFile(root)) {
                Path fresh = Golden.isNew(root.getFileName().toString()) ? root : Golden.newOf(root);
                if (Files.exists(fresh)) {
                    found.add(fresh);
                }
            } else {
                found.addAll(under(root, Golden::isNew));
            }
        }
        return List.copyOf(found);
    }

    /// Transcripts under the roots that no test compares: their script is gone, or runs nothing any more. Of scripts whose tests were
    /// not looked into, or that do not compile, it is not known.
    public List<Path> unusedGoldens(List<Path> roots) throws Sources.Unreadable {
        List<Path> unused = new ArrayList<>();
        for (Path root : roots) {
            List<Path> goldens = Files.isRegularFile(root) ? List.of(Golden.of(root)).stream().filter(Files::exists).toList() : under(root, name -> name.endsWith(".golden"));
            for (Path golden : goldens) {
                List<Path> owners = Golden.owners(golden).stream().filter(Files::exists).toList();
                if (owners.stream().noneMatch(this::mayCompare)) {
                    unused.add(golden);
                }
            }
        }
        return unused;
    }

    private boolean mayCompare(Path file) {
        Set<String> tests = names.get(file);
        return tests == null || tests.contains(ScriptFile.GOLDEN) || tests.contains(ScriptFile.FINDINGS) || !file.getFileName().toString().endsWith(ScriptFile.ENDING);
    }

    private static List<Path> under(Path root, Predicate<String> name) throws Sources.Unreadable {
        if (!Files.isDirectory(root)) {
            throw new Sources.Unreadable("there is no file or folder " + root);
        }
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(p -> name.test(p.getFileName().toString()) && Files.isRegularFile(p) && isVisible(root.relativize(p))).sorted(Comparator.comparing(Path::toString)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isVisible(Path path) {
        for (Path part : path) {
            if (part.toString().equals("target") || part.toString().startsWith(".")) {
                return false;
            }
        }
        return true;
    }

    public List<Path> files(List<Path> roots) throws Sources.Unreadable {
        return settings.shuffled(files(roots, kinds), TestRun::shown);
    }

    private TestFile open(Path file) {
        TestKind kind = kinds.stream().filter(k -> k.takes(file.getFileName().toString())).findFirst().orElse(kinds.getFirst());
        return kind.open(file, shown(file), settings);
    }

    private static String shown(Path file) {
        return file.normalize().toString().replace('\\', '/');
    }

    /// The tests of a file that the settings let through.
    public List<TestCase> tests(Path path) throws Sources.Unreadable {
        return tests(path, open(path));
    }

    private List<TestCase> tests(Path path, TestFile file) throws Sources.Unreadable {
        if (!settings.wantsFile(file.tags())) {
            return List.of();
        }
        List<TestCase> all = file.tests();
        reads.put(path, file.reads());
        names.put(path, new HashSet<>(all.stream().map(TestCase::name).toList()));
        return settings.shuffled(all.stream().filter(test -> settings.wants(path, file.shown(), test)).toList(), TestCase::name);
    }

    /// What the results of each file depended on when it was last run.
    public Map<Path, Set<Path>> reads() {
        return Map.copyOf(reads);
    }

    /// The names of all tests of each file that was looked into, also of those that the settings do not let through.
    public Map<Path, Set<String>> names() {
        return Map.copyOf(names);
    }

    public TestListing.Summary run(List<Path> files, TestListing listing) throws Sources.Unreadable, InterruptedException {
        boolean ended = false;
        int[] counts = new int[TestCase.Status.values().length];
        listing.begin(files.size());
        ExecutorService pool = Executors.newFixedThreadPool(Math.max(1, settings.jobs()), Thread.ofPlatform().daemon().factory());
        try {
            Map<Path, Future<List<TestListing.TestResult>>> results = new LinkedHashMap<>();
            for (Path file : files) {
                results.put(file, pool.submit(() -> results(file, listing)));
            }
            for (Map.Entry<Path, Future<List<TestListing.TestResult>>> entry : results.entrySet()) {
                List<TestListing.TestResult> of = upToLastFailure(entry.getValue().get(), settings.maxFailures() - counts[TestCase.Status.FAILED.ordinal()]);
                of.forEach(result -> counts[result.result().status().ordinal()]++);
                if (!of.isEmpty()) {
                    listing.file(of.getFirst().file(), of);
                }
                if (counts[TestCase.Status.FAILED.ordinal()] >= settings.maxFailures()) {
                    ended = true;
                    break;
                }
            }
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case Sources.Unreadable u -> throw u;
                case RuntimeException r -> throw r;
                case Error r -> throw r;
                default -> throw new IllegalStateException(e.getCause());
            }
        } finally {
            pool.shutdownNow();
        }
        TestListing.Summary summary = new TestListing.Summary(counts[0], counts[1], counts[2], counts[3], ended, settings.shuffle());
        listing.end(summary);
        return summary;
    }

    /// Files that run side by side have each found up to that many failures; what is told does not depend on who was first.
    private static List<TestListing.TestResult> upToLastFailure(List<TestListing.TestResult> results, int failures) {
        int left = failures;
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i).result().isFailure() && --left == 0) {
                return results.subList(0, i + 1);
            }
        }
        return results;
    }

    private List<TestListing.TestResult> results(Path path, TestListing listing) throws Sources.Unreadable {
        TestFile file = open(path);
        String shown = file.shown();
        listing.started(shown);
        List<TestListing.TestResult> results = new ArrayList<>();
        int failures = 0;
        for (TestCase test : tests(path, file)) {
            long begin = nanos.getAsLong();
            TestCase.Result result = test.repeated(settings.repeat()).run();
            results.add(new TestListing.TestResult(shown, test, result, nanos.getAsLong() - begin, again(file, test.name())));
            if (result.isFailure() && ++failures == settings.maxFailures()) {
                break;
            }
        }
        return results;
    }

    private String again(TestFile file, String name) throws Sources.Unreadable {
        return "wdfs test " + quoted(file.shown()) + " --filter " + quoted(name) + " --seed " + file.seed().orElse(settings.run().seed()) + (settings.rerun().isEmpty() ? "" : " " + settings.rerun());
    }

    /// As shells take it for one word.
    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:=+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
