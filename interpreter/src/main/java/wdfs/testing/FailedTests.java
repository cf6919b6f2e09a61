package wdfs.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Which tests failed when they last ran, kept from one run to the next in a file of the folder that runs are started in. Hears of
/// the results of a run, and hands them on. A test that did not run stays as it was.
public final class FailedTests implements TestListing {
    /// The file's name. Each line is a test: the path of its script from the folder on, a tab, its name.
    public static final String FILE = ".wdfs-failed";

    private final Path folder;
    private final TestListing next;
    private final TreeMap<String, TreeSet<String>> names;

    private FailedTests(Path folder, TestListing next, TreeMap<String, TreeSet<String>> names) {
        this.folder = folder.toAbsolutePath().normalize();
        this.next = next;
        this.names = names;
    }

    /// What the last runs left.
    public static FailedTests read(Path folder) throws IOException {
        TreeMap<String, TreeSet<String>> names = new TreeMap<>();
        Path file = folder.resolve(FILE);
        for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
            int tab = line.indexOf('\t');
            if (tab > 0) {
                names.computeIfAbsent(line.substring(0, tab), _ -> new TreeSet<>()).add(line.substring(tab + 1));
            }
        }
        return new FailedTests(folder, null, names);
    }

    /// The same tests, with a listing that gets the results behind this one.
    public FailedTests before(TestListing listing) {
        return new FailedTests(folder, listing, names);
    }

    public boolean isEmpty() {
        return names.isEmpty();
    }

    /// The files that have such tests and are still there.
    public List<Path> files() {
        Path here = Path.of("").toAbsolutePath();
        List<Path> files = new ArrayList<>();
        for (String name : names.keySet()) {
            Path file = folder.resolve(name);
            if (Files.isRegularFile(file)) {
                files.add(file.startsWith(here) ? here.relativize(file) : file);
            }
        }
        return files;
    }

    /// Those of now, whatever later results say. What a script does not compile for is always among them, and
    /// then, when it does again, all of it.
    public Selection selection() {
        Map<String, Set<String>> now = new TreeMap<>();
        names.forEach((file, tests) -> now.put(file, new HashSet<>(tests)));
        return (file, name) -> {
            Set<String> failed = now.getOrDefault(key(file), Set.of());
            return failed.contains(oneLine(name)) || !failed.isEmpty() && name.equals(ScriptFile.FINDINGS) || failed.contains(ScriptFile.FINDINGS);
        };
    }

    /// Those that failed come first; otherwise the order stays.
    public List<Path> failedFirst(List<Path> files) {
        return files.stream().sorted(Comparator.comparing(file -> !names.containsKey(key(file)))).toList();
    }

    private String key(Path file) {
        Path whole = file.toAbsolutePath().normalize();
        boolean sameRoot = whole.getRoot() != null && whole.getRoot().equals(folder.getRoot());
        return (sameRoot ? folder.relativize(whole) : whole).toString().replace('\\', '/');
    }

    private static String oneLine(String name) {
        return name.replaceAll("\\p{Cntrl}", " ");
    }

    /// Tests that are no more have not failed.
    /// @param all of the files that were looked into, the names of all tests they have
    public void keepOnly(Map<Path, Set<String>> all) {
        all.forEach((file, tests) -> {
            TreeSet<String> failed = names.getOrDefault(key(file), new TreeSet<>());
            Set<String> there = new HashSet<>(tests.stream().map(FailedTests::oneLine).toList());
            if (!there.equals(Set.of(ScriptFile.FINDINGS))) {             // else it does not compile, and the others come back
                failed.removeIf(name -> !there.contains(name));
            }
        });
        names.entrySet().removeIf(entry -> entry.getValue().isEmpty() || !Files.exists(folder.resolve(entry.getKey())));
    }

    /// Writes what is left to do; no file if that is nothing.
    public void write() throws IOException {
        Path file = folder.resolve(FILE);
        StringBuilder text = new StringBuilder();
        names.forEach((script, tests) -> tests.forEach(name -> text.append(script).append('\t').append(name).append('\n')));
        if (text.isEmpty()) {
            Files.deleteIfExists(file);
        } else {
            Files.writeString(file, text);
        }
    }

    @Override
    public void begin(int files) {
        next.begin(files);
    }

    @Override
    public void started(String shown) {
        next.started(shown);
    }

    @Override
    public void file(String shown, List<TestResult> results) {
        String key = key(Path.of(shown));
        for (TestResult result : results) {
            TreeSet<String> failed = names.computeIfAbsent(key, _ -> new TreeSet<>());
            if (result.result().isFailure()) {
                failed.add(oneLine(result.test().name()));
            } else {
                failed.remove(oneLine(result.test().name()));
            }
        }
        next.file(shown, results);
    }

    @Override
    public void end(Summary summary) {
        next.end(summary);
    }
}
