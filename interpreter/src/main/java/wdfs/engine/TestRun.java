package wdfs.engine;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/// `wdfs test`: finds scripts, runs their tests, prints what failed and a count. Files run side by side; what is printed
/// is in the order of their names all the same.
public final class TestRun {
    private final Engine engine;
    private final TestOptions options;
    private final PrintStream out;

    private final Sessions sessions;

    /// @param sessions runs recorded sessions; null to leave them out
    public TestRun(Engine engine, TestOptions options, PrintStream out, Sessions sessions) {
        this.sessions = sessions;
        this.engine = engine;
        this.options = options;
        this.out = out;
    }

    /// What runs a recorded session, `x.session`.
    public interface Sessions {
        TestCase run(Engine engine, TestOptions options, Path session);
    }

    /// The scripts under `roots`, in the order of their paths; build folders and hidden ones are left out.
    public static List<Path> scripts(List<Path> roots) throws Sources.Unreadable {
        return files(roots, ".wdfs");
    }

    /// The recorded sessions under `roots`.
    public static List<Path> sessions(List<Path> roots) throws Sources.Unreadable {
        return files(roots, ".session");
    }

    private static List<Path> files(List<Path> roots, String ending) throws Sources.Unreadable {
        Set<Path> found = new LinkedHashSet<>();
        for (Path root : roots) {
            if (Files.isRegularFile(root)) {
                if (root.toString().endsWith(ending) || ending.equals(".wdfs") && !root.toString().endsWith(".session")) {
                    found.add(root);
                }
                continue;
            }
            if (!Files.isDirectory(root)) {
                throw new Sources.Unreadable("there is no file or folder " + root);
            }
            try (Stream<Path> all = Files.walk(root)) {
                all.filter(p -> p.toString().endsWith(ending) && Files.isRegularFile(p)).filter(p -> {
                    for (Path part : root.relativize(p)) {
                        if (part.toString().equals("target") || part.toString().startsWith(".")) {
                            return false;
                        }
                    }
                    return true;
                }).sorted(java.util.Comparator.comparing(Path::toString)).forEach(found::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return List.copyOf(found);
    }

    /// @return the exit code
    public int run(List<Path> roots) throws Sources.Unreadable {
        List<Path> scripts = new ArrayList<>(scripts(roots));
        if (sessions != null) {
            scripts.addAll(sessions(roots));
        }
        int passed = 0;
        int failed = 0;
        try (ExecutorService pool = Executors.newFixedThreadPool(Math.max(1, options.jobs()), Thread.ofPlatform().daemon().factory())) {
            List<Future<List<TestCase>>> results = new ArrayList<>();
            for (Path script : scripts) {
                results.add(pool.submit(() -> script.toString().endsWith(".session") ? session(script) : new ScriptTests(engine, options, script, shown(script)).run()));
            }
            for (int i = 0; i < scripts.size(); i++) {
                List<TestCase> cases = results.get(i).get();
                for (TestCase test : cases) {
                    passed += test.passed() ? 1 : 0;
                    failed += test.passed() ? 0 : 1;
                }
                print(scripts.get(i), cases);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 130;
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case Sources.Unreadable u -> throw u;
                case RuntimeException r -> throw r;
                case Error r -> throw r;
                default -> throw new IllegalStateException(e.getCause());
            }
        }
        if (passed + failed == 0) {
            out.println("no test matched");
            return Outcome.USAGE;
        }
        out.println(options.listOnly() ? passed + (passed == 1 ? " test" : " tests") : failed == 0 ? passed + " passed" : passed + " passed, " + failed + " FAILED");
        out.flush();
        return failed == 0 ? Outcome.DONE : Outcome.FAILED;
    }

    private List<TestCase> session(Path script) {
        if (!options.filter().isEmpty() && !(shown(script) + " session").contains(options.filter())) {
            return List.of();
        }
        return List.of(options.listOnly() ? new TestCase("session", true, List.of()) : sessions.run(engine, options, script));
    }

    private static String shown(Path script) {
        return script.normalize().toString().replace('\\', '/');
    }

    private void print(Path script, List<TestCase> cases) {
        long failures = cases.stream().filter(c -> !c.passed()).count();
        if (cases.isEmpty()) {
            return;
        }
        if (!options.listOnly()) {
            out.printf("%-4s %s  %d%n", failures == 0 ? "ok" : "FAIL", shown(script), cases.size());
        }
        for (TestCase test : cases) {
            if (options.verbose() && test.passed()) {
                out.println((options.listOnly() ? shown(script) + "  " : "     ok    ") + test.name() + (test.detail().isEmpty() ? "" : " (" + test.detail().getFirst() + ")"));
            } else if (!test.passed()) {
                out.println("     FAIL  " + test.name());
                test.detail().stream().limit(200).forEach(line -> out.println("         " + line));
            }
        }
    }
}
