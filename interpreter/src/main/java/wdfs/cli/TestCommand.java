package wdfs.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import wdfs.engine.Outcome;
import wdfs.engine.RunOptions;
import wdfs.engine.Sources;
import wdfs.testing.Coverage;
import wdfs.testing.CoverageReport;
import wdfs.testing.FailedTests;
import wdfs.testing.Golden;
import wdfs.testing.HtmlReport;
import wdfs.testing.JUnitReport;
import wdfs.testing.MachineListings;
import wdfs.testing.PrettyListing;
import wdfs.testing.Review;
import wdfs.testing.Selection;
import wdfs.testing.TestCase;
import wdfs.testing.TestKind;
import wdfs.testing.TestListing;
import wdfs.testing.TestRun;
import wdfs.testing.TestSettings;
import wdfs.testing.Watch;

/// `wdfs test [PATH…]`: runs the tests of scripts and folders.
final class TestCommand {
    private static final Pattern SHARD = Pattern.compile("(\\d{1,6})/(\\d{1,6})");
    /// How often `--watch` looks at the files.
    private static final long LOOKS_EVERY_MILLIS = 300;

    private final List<TestKind> kinds;
    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;
    private final boolean colour;
    private final UnaryOperator<String> environment;
    private final Optional<Path> folder;

    /// @param in where the answers of a review are typed
    /// @param folder where it stands from one run to the next which tests failed
    TestCommand(List<TestKind> kinds, InputStream in, PrintStream out, PrintStream err, boolean colour, UnaryOperator<String> environment, Optional<Path> folder) {
        this.kinds = kinds;
        this.in = in;
        this.out = out;
        this.err = err;
        this.colour = colour;
        this.environment = environment;
        this.folder = folder;
    }

    int run(Arguments arguments) throws Usage, Sources.Unreadable {
        if (arguments.flag("review")) {
            return review(arguments);
        }
        Optional<FailedTests> failed = failed();
        boolean again = arguments.flag("rerun-failed");
        if (again && failed.isPresent() && failed.get().isEmpty()) {
            out.append("no test failed the last time\n");
            out.flush();
            return Outcome.DONE;
        }
        List<Path> roots = !arguments.operands().isEmpty() ? arguments.paths(arguments.operands()) : again && failed.isPresent() ? failed.get().files() : List.of(arguments.path("."));
        TestSettings settings = settings(arguments, again && failed.isPresent() ? failed.get().selection() : Selection.ALL);
        TestRun run = new TestRun(kinds, settings, System::nanoTime);
        List<Path> files = run.files(roots);
        if (arguments.flag("list")) {
            return list(run, files);
        }
        try {
            if (arguments.flag("watch")) {
                return watch(run, roots, arguments, failed);
            }
            Reports reports = new Reports(arguments, listing(arguments));
            TestListing.Summary summary = run(run, files, reports.listing(), failed);
            reports.write();
            if (settings.coverage().isPresent()) {
                CoverageReport report = new CoverageReport(settings.coverage().get());
                reports.write(report);
                if (Set.of("pretty", "dots").contains(arguments.value("format").orElse("pretty"))) {
                    report.summary().forEach(line -> out.append(line).append('\n'));
                    out.flush();
                }
            }
            List<Path> unused = arguments.flag("check-unused") ? run.unusedGoldens(roots) : List.of();
            unused.forEach(golden -> err.println("wdfs: no test compares " + golden.normalize().toString().replace('\\', '/')));
            return summary.all() == 0 ? Outcome.USAGE : summary.failed() == 0 && unused.isEmpty() ? Outcome.DONE : Outcome.FAILED;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return 130;
        }
    }

    private int review(Arguments arguments) throws Usage, Sources.Unreadable {
        if (isUnattended(arguments)) {
            throw new Usage("--review writes nothing where the environment says CI; --force does it all the same");
        }
        List<Path> fresh = TestRun.newGoldens(arguments.operands().isEmpty() ? List.of(arguments.path(".")) : arguments.paths(arguments.operands()));
        try {
            int left = new Review(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)), out, colour).run(fresh);
            return left == 0 ? Outcome.DONE : Outcome.FAILED;
        } catch (IOException e) {
            throw new Usage("the review ended, for a file cannot be read or written: " + e.getMessage());
        }
    }

    private boolean isUnattended(Arguments arguments) {
        String ci = environment.apply("CI");
        return ci != null && !ci.isEmpty() && !ci.equals("false") && !arguments.flag("force");
    }

    /// What earlier runs left, where there is a place for it.
    private Optional<FailedTests> failed() throws Usage {
        if (folder.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(FailedTests.read(folder.get()));
        } catch (IOException e) {
            throw new Usage("the list of failed tests cannot be read: " + e.getMessage() + "; it can be removed: " + folder.get().resolve(FailedTests.FILE));
        }
    }

    private TestListing.Summary run(TestRun run, List<Path> files, TestListing listing, Optional<FailedTests> failed) throws Sources.Unreadable, InterruptedException {
        if (failed.isEmpty()) {
            return run.run(files, listing);
        }
        FailedTests record = failed.get().before(listing);
        TestListing.Summary summary = run.run(files, record);
        record.keepOnly(run.names());
        try {
            record.write();
        } catch (IOException e) {
            err.println("wdfs: " + FailedTests.FILE + " cannot be written, so --rerun-failed will not know of this run: " + e.getMessage());
        }
        return summary;
    }

    /// The files that are written besides what is printed.
    private static final class Reports {
        private final Optional<Path> junit;
        private final Optional<Path> html;
        private final Optional<Path> coverage;
        private final JUnitReport xml;
        private final HtmlReport page;

        Reports(Arguments arguments, TestListing next) throws Usage {
            junit = file(arguments, "junit");
            html = file(arguments, "html");
            coverage = file(arguments, "coverage");
            if (coverage.isPresent() && !coverage.get().toString().matches(".*\\.(html|json|info)")) {
                throw new Usage("--coverage=" + coverage.get() + ": the name ends in .html, .json or .info, which says what is written");
            }
            xml = new JUnitReport(next);
            page = new HtmlReport(xml);
        }

        private static Optional<Path> file(Arguments arguments, String option) throws Usage {
            return arguments.value(option).isPresent() ? Optional.of(arguments.path(arguments.value(option).get())) : Optional.empty();
        }

        TestListing listing() {
            return page;
        }

        void write() throws Usage {
            if (junit.isPresent()) {
                write(junit.get(), xml.xml());
            }
            if (html.isPresent()) {
                write(html.get(), page.html());
            }
        }

        void write(CoverageReport report) throws Usage {
            if (coverage.isPresent()) {
                String name = coverage.get().toString();
                write(coverage.get(), name.endsWith(".html") ? report.html() : name.endsWith(".json") ? report.json() : report.lcov());
            }
        }

        private static void write(Path file, String text) throws Usage {
            try {
                Files.writeString(file, text);
            } catch (IOException e) {
                throw new Usage("the report cannot be written to " + file + ": " + e.getMessage());
            }
        }
    }

    private TestSettings settings(Arguments arguments, Selection only) throws Usage {
        RunOptions run = arguments.runOptions();
        String filter = arguments.value("filter").orElse("");
        if (TestSettings.isBroken(filter)) {
            throw new Usage("--filter " + filter + " is no regular expression");
        }
        Shard shard = shard(arguments);
        boolean unattended = isUnattended(arguments);
        if (arguments.has("update") && unattended) {
            throw new Usage("--update writes nothing where the environment says CI; --force does it all the same");
        }
        Golden.Policy policy = arguments.has("update") ? update(arguments) : unattended ? Golden.Policy.COMPARE : Golden.Policy.KEEP_NEW;
        return new TestSettings(run, filter, only, words(arguments, "tag"), words(arguments, "not-tag"), shard.index(), shard.count(), policy, arguments.number("jobs", Runtime.getRuntime().availableProcessors()),
                arguments.number("repeat", 1), shuffle(arguments), arguments.has("coverage") ? Optional.of(new Coverage()) : Optional.empty(), maxFailures(arguments), arguments.includePaths(), rerun(arguments));
    }

    /// One of several parts of the tests.
    /// @param index from 0; people count from 1
    private record Shard(int index, int count) {}

    /// `--shard`, or what a system that starts the same job several times tells each of them: Bazel counts from 0, LLVM's lit from 1.
    private Shard shard(Arguments arguments) throws Usage {
        Optional<String> given = arguments.value("shard");
        if (given.isPresent()) {
            return shard(given.get(), 1).orElseThrow(() -> new Usage("--shard wants a part and the number of parts, 1/4 to 4/4, not `" + given.get() + "`"));
        }
        Optional<Shard> bazel = shard(environment.apply("TEST_SHARD_INDEX") + "/" + environment.apply("TEST_TOTAL_SHARDS"), 0);
        Optional<Shard> lit = shard(environment.apply("LIT_RUN_SHARD") + "/" + environment.apply("LIT_NUM_SHARDS"), 1);
        return bazel.or(() -> lit).orElse(new Shard(0, 1));
    }

    private static Optional<Shard> shard(String text, int first) {
        Matcher shard = SHARD.matcher(text);
        if (!shard.matches()) {
            return Optional.empty();
        }
        int index = Integer.parseInt(shard.group(1)) - first;
        int count = Integer.parseInt(shard.group(2));
        return index >= 0 && index < count ? Optional.of(new Shard(index, count)) : Optional.empty();
    }

    /// Without a seed, one that differs from run to run; the end of the run tells it.
    private static OptionalLong shuffle(Arguments arguments) throws Usage {
        if (arguments.value("shuffle").isPresent()) {
            return OptionalLong.of(arguments.longNumber("shuffle", 0));
        }
        return arguments.flag("shuffle") ? OptionalLong.of(Math.floorMod(System.nanoTime(), 1_000_000L)) : OptionalLong.empty();
    }

    private static Golden.Policy update(Arguments arguments) throws Usage {
        return switch (arguments.value("update").orElse("all")) {
            case "new" -> Golden.Policy.UPDATE_NEW;
            case "failing" -> Golden.Policy.UPDATE_FAILING;
            case "all" -> Golden.Policy.UPDATE_ALL;
            default -> throw new Usage("--update is --update=new, --update=failing or --update=all, which --update alone means, not --update=" + arguments.value("update").get());
        };
    }

    private static int maxFailures(Arguments arguments) throws Usage {
        return arguments.flag("fail-fast") ? 1 : arguments.number("max-failures", Integer.MAX_VALUE);
    }

    private static Set<String> words(Arguments arguments, String option) {
        Set<String> words = new HashSet<>(List.of(arguments.value(option).orElse("").split("[\\s,]+")));
        words.remove("");
        return words;
    }

    /// The options that decide how a test runs, besides the seed, for the command that repeats it.
    private static String rerun(Arguments arguments) {
        List<String> words = new ArrayList<>();
        for (String option : List.of("schedule", "verifier", "timeout", "steps")) {
            arguments.value(option).ifPresent(value -> words.add("--" + option + " " + value));
        }
        arguments.includes().forEach(folder -> words.add("--include " + folder));
        return String.join(" ", words);
    }

    private TestListing listing(Arguments arguments) throws Usage {
        return switch (arguments.format(List.of("pretty", "dots", "json", "tap", "github"))) {
            case "dots" -> new MachineListings.Dots(out);
            case "json" -> new MachineListings.JsonLines(out);
            case "tap" -> new MachineListings.Tap(out);
            case "github" -> new MachineListings.GitHub(out);
            default -> new PrettyListing(out, colour, arguments.flag("verbose"), arguments.value("slowest").isPresent() ? arguments.number("slowest", 1) : 0, colour ? err : null);
        };
    }

    private int list(TestRun run, List<Path> files) throws Sources.Unreadable {
        int count = 0;
        for (Path file : files) {
            for (TestCase test : run.tests(file)) {
                out.append(file.normalize().toString().replace('\\', '/')).append("  ").append(test.name()).append('\n');
                count++;
            }
        }
        out.append(count == 0 ? "no test matched" : count + (count == 1 ? " test" : " tests")).append('\n');
        out.flush();
        return count == 0 ? Outcome.USAGE : Outcome.DONE;
    }

    /// Runs what has changed, until somebody ends it.
    private int watch(TestRun run, List<Path> roots, Arguments arguments, Optional<FailedTests> failed) throws Usage, Sources.Unreadable, InterruptedException {
        Watch watch = new Watch();
        while (true) {
            Map<Path, Set<Path>> reads = run.reads();
            List<Path> again = watch.changed(run.files(roots), reads);
            if (!again.isEmpty()) {
                run(run, failed.map(f -> f.failedFirst(again)).orElse(again), listing(arguments), failed);
                watch.changed(run.files(roots), run.reads());             // what the run itself wrote is not news
                out.append("-- waiting for changes\n");
                out.flush();
            }
            Thread.sleep(LOOKS_EVERY_MILLIS);
        }
    }
}
