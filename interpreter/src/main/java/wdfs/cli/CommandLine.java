package wdfs.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import wdfs.diagnostics.TextRenderer;
import wdfs.engine.Compilation;
import wdfs.engine.Engine;
import wdfs.engine.Outcome;
import wdfs.engine.RunOptions;
import wdfs.engine.SeedCampaign;
import wdfs.engine.Simulation;
import wdfs.engine.Sources;
import wdfs.codegen.Program;
import wdfs.runtime.CompiledImage;
import wdfs.trace.Recorder;
import wdfs.trace.TraceFormat;
import wdfs.explain.Explainer;
import wdfs.explain.Explanation;
import wdfs.explain.Question;
import wdfs.machine.Schedule;
import wdfs.source.SourceFile;

/// The commands. Gives the exit code; prints to the streams it was given, so that tests can
/// call it.
public final class CommandLine {
    static final String VERSION = "0.1.0";
    private static final String HELP = """
            wdfs: describe a Windows driver and its I/O in a script, and watch what really happens

              wdfs run FILE…        runs scripts: boots a machine, loads the drivers, runs the processes
              wdfs check FILE…      tells what is wrong with scripts, without a run
              wdfs new NAME…        a script to start from, with its transcript: NAME.wdfs and NAME.golden
              wdfs fmt FILE…        lays scripts out, in place; - reads standard input and prints
              wdfs doc NAME…        what wdfs knows of a DDI, type, status, IOCTL method, rule, finding or report
              wdfs decode VALUE…    a control code, NTSTATUS, Win32 error, HRESULT or bug check: number or name
              wdfs test [PATH…]     runs the `test` blocks and golden transcripts of scripts and folders
              wdfs [repl] [FILE…]   a session: types lines on a running machine, looks into it; reads a pipe too
              wdfs explain FILE IOCTL [DEVICE]
              wdfs explain FILE read|write DEVICE
                                    which buffer is which: one request with each transfer type, side by side
              wdfs trace FILE       a run, drawn: who calls whom, and where the buffers go

            run    --trace              shows the I/O: requests, copies, locks, calls
                   --seed N             another order of threads (default 1)
                   --schedule WAY       round-robin, random or fewest-switches; seed 1 goes with the last, others
                                        with random
                   --seeds 1..1000      runs under each of these seeds, and tells which transcripts come out
                   --verifier LEVEL     off, standard (default) or full
                   --timeout TIME       virtual time the run may take: 500ms, 10s
                   --steps N            steps (calls and loop turns) the run may take
            check  --format text|json|sarif   for people (default), programs, or code scanning
            fmt    --check              changes nothing; exit code 1 if something would change
            decode --format text|json
            doc    --pages DIR          writes the reference pages
            test   --filter TEXT        only tests whose path and name contain TEXT; /…/ is a regular expression
                   --tag T, --not-tag T only files that have, or do not have, one of these words in `// tags:`
                   --shard I/N          the I-th of N parts, 1/4 to 4/4; the environment may name it, too
                   --rerun-failed       only those that failed when they last ran, as .wdfs-failed of this folder has them
                   --list               names the tests, runs none
                   --jobs N             how many files at a time
                   --repeat N           runs each test N times
                   --shuffle[=SEED]     files, and the tests in them, in another order, which the end of the run tells
                   --max-failures N     ends with the N-th failure; --fail-fast with the first
                   --update[=WHICH]     writes golden transcripts: new ones, failing ones, or all (default) that are
                                        missing or differ; where the environment says CI only with --force
                   --review             runs nothing: shows each transcript that differed in the last runs, and asks
                                        whether it is right from now on
                   --check-unused       fails for golden transcripts that no test compares, too
                   --watch              runs again what has changed, until it is interrupted
                   --format WAY         pretty (default), dots, json, tap or github
                   --coverage[=FILE]    tells which statements, control codes and rules the tests reached; FILE is a page for
                                        browsers (.html), JSON (.json) or for the tools around lcov (.info)
                   --verbose            names every test
                   --slowest N          names the N tests that took longest
                   --junit FILE         writes a report in JUnit's XML too
                   --html FILE          writes a page for browsers too, which needs nothing else
                   --seed, --schedule, --verifier, --timeout, --steps as for run
            repl   --keep-going         goes on behind an input that went wrong, where there is no terminal
                   --no-rc              reads no .wdfsrc, neither of the home nor of this folder
            explain --in N, --out N     lengths, 0 to 1048576; else those that the ioctl declares, else 16 and 64
                   --format text|svg    tables (default), or a picture on standard output
                   --svg FILE           writes the picture to FILE too
            trace  --format WAY         text (default), mermaid, svg, html or perfetto, on standard output
                   --test NAME          the `test` block of that name, in place of the processes
                   --request N          only that request
                   --seed, --schedule, --verifier, --timeout, --steps as for run
            all    --include DIR        imports may come from this folder too
                   --no-color, --help, --version

            Exit codes: 0 done; 1 a test or expectation failed; 2 wrong usage, no such file, no test; 3 the script has
            errors; 4 a bug check or violation that nothing expected; 5 a limit was reached; 70 a fault of wdfs.
            """;

    private final InputStream in;
    private final UnaryOperator<String> environment;
    private final PrintStream out;
    private final PrintStream err;
    private boolean colour;
    private Engine engine;
    private Optional<Path> folder = Optional.empty();

    public CommandLine(PrintStream out, PrintStream err, boolean colour) {
        this(out, err, colour, InputStream.nullInputStream());
    }

    /// @param in what `-` stands for
    public CommandLine(PrintStream out, PrintStream err, boolean colour, InputStream in) {
        this(out, err, colour, in, _ -> null);
    }

    /// @param environment gives the value of an environment variable, or null
    public CommandLine(PrintStream out, PrintStream err, boolean colour, InputStream in, UnaryOperator<String> environment) {
        this.in = in;
        this.environment = environment;
        this.out = out;
        this.err = err;
        this.colour = colour;
    }

    /// Uses an engine that is there already.
    CommandLine with(Engine known) {
        engine = known;
        return this;
    }

    /// Lets runs leave something for the next one.
    /// @param current the folder that wdfs was started in; paths begin there
    public CommandLine in(Path current) {
        folder = Optional.of(current);
        return this;
    }

    public int run(String... arguments) {
        try {
            return command(Arguments.of(List.of(arguments), folder.orElse(Path.of(""))));
        } catch (Usage e) {
            err.println("wdfs: " + e.getMessage());
            err.println("wdfs --help tells what there is");
            return Outcome.USAGE;
        } catch (Sources.Unreadable e) {
            err.println("wdfs: " + e.getMessage());
            return Outcome.USAGE;
        } catch (RuntimeException | Error e) {
            err.println("wdfs: a fault of wdfs itself, not of the script: " + e);
            StackTraceElement[] trace = e.getStackTrace();
            for (int i = 0; i < trace.length && i < 12; i++) {
                err.println("    at " + trace[i]);
            }
            err.println("please report it with the script");
            return Outcome.INTERNAL;
        }
    }

    private int command(Arguments arguments) throws Usage, Sources.Unreadable {
        if (arguments.flag("no-color")) {
            colour = false;
        }
        if (arguments.flag("version")) {
            out.println("wdfs " + VERSION + " (Java " + Runtime.version().feature() + ")");
            return Outcome.DONE;
        }
        if (arguments.flag("help")) {
            out.print(HELP);
            return Outcome.DONE;
        }
        if (arguments.command().isEmpty() || arguments.command().equals("repl")) {
            return new ReplCommand(() -> engine == null ? new Engine() : engine, out, colour, in).run(arguments, arguments.includePaths());
        }
        engine = engine == null ? new Engine() : engine;
        return switch (arguments.command()) {
            case "run" -> runScripts(arguments);
            case "check" -> new CheckCommand(engine, out, err, colour).run(arguments);
            case "test" -> new TestCommand(TestKinds.all(arguments.has("coverage") ? engine.counting() : engine), in, out, err, colour, environment, folder).run(arguments);
            case "explain" -> explain(arguments);
            case "trace" -> trace(arguments);
            case "new" -> new NewCommand(engine, out).run(arguments);
            case "fmt" -> new FormatCommand(engine, in, out, err, colour).run(arguments);
            case "doc" -> new DocCommand(engine, out).run(arguments);
            case "decode" -> new DecodeCommand(engine.statuses(), out).run(arguments);
            case "rehearse" -> Rehearsal.run(engine, arguments.files().getFirst().toString());     // the launcher's, once after a build
            default -> throw new Usage("there is no command `" + arguments.command() + "`");
        };
    }

    private Optional<Compilation> compile(Path path, List<Path> includes) throws Sources.Unreadable {
        Sources sources = Sources.of(path, includes);
        SourceFile main = sources.main(path, path.toString().replace('\\', '/'));
        Compilation compilation = engine.compile(main, sources);
        if (!compilation.findings().isEmpty()) {
            err.print(new TextRenderer(colour).render(compilation.findings().sorted()));
            err.flush();
        }
        return compilation.program().isPresent() ? Optional.of(compilation) : Optional.empty();
    }

    private int runScripts(Arguments arguments) throws Usage, Sources.Unreadable {
        RunOptions options = arguments.runOptions();
        int code = 0;
        for (Path path : arguments.files()) {
            Optional<Compilation> compilation = compile(path, arguments.includePaths());
            if (compilation.isEmpty()) {
                code = Outcomes.worse(code, Outcome.SCRIPT_ERRORS);
                continue;
            }
            Optional<long[]> seeds = arguments.seeds();
            if (seeds.isPresent()) {
                SeedCampaign campaign = new SeedCampaign(engine, compilation.get(), options, arguments.value("schedule").isPresent());
                code = Outcomes.worse(code, tell(path, campaign, seeds.get()[0], seeds.get()[1]));
                continue;
            }
            Simulation simulation = new Simulation(engine, compilation.get().program().get().under(options.schedule()), options, line -> out.append(line).append('\n'));
            Outcome outcome = simulation.run();
            if (outcome.exitCode() != 0 && (options.seed() != 1 || arguments.value("schedule").isPresent())) {
                out.append("   repeat: ").append(repeat(path, options.seed(), options.schedule())).append('\n');
            }
            out.flush();
            code = Outcomes.worse(code, outcome.exitCode());
        }
        return code;
    }

    private int trace(Arguments arguments) throws Usage, Sources.Unreadable {
        if (arguments.operands().size() != 1) {
            throw new Usage("`trace` wants one script: wdfs trace FILE");
        }
        String word = arguments.value("format").orElse("text");
        TraceFormat format = TraceFormat.named(word).orElseThrow(() -> new Usage("--format is text, mermaid, svg, html or perfetto, not `" + word + "`"));
        int request = arguments.number("request", Integer.MAX_VALUE);
        Path path = arguments.path(arguments.operands().getFirst());
        Optional<Compilation> compilation = compile(path, arguments.includePaths());
        if (compilation.isEmpty()) {
            return Outcome.SCRIPT_ERRORS;
        }
        RunOptions options = arguments.runOptions().withTrace(false);
        Program program = compilation.get().program().get().under(options.schedule());
        Optional<String> wanted = arguments.value("test");
        Optional<CompiledImage> test = program.tests().stream().filter(t -> t.info().name().equals(wanted.orElse(""))).findFirst();
        if (wanted.isPresent() && test.isEmpty()) {
            throw new Usage("the script has no test `" + wanted.get() + "`; wdfs test --list names them");
        }
        if (wanted.isEmpty() && program.processes().isEmpty()) {
            throw new Usage("the script has no process to run; --test NAME runs one of its tests");
        }
        Simulation simulation = new Simulation(engine, program, options, _ -> { });
        Recorder recorder = new Recorder(simulation.machine(), program, n -> request == Integer.MAX_VALUE || n == request, format.most);
        simulation.listen(recorder);
        Outcome outcome = test.isPresent() ? simulation.runTest(test.get()) : simulation.run();
        String title = path.getFileName() + wanted.map(name -> ", test \"" + name + "\"").orElse("") + (options.seed() == 1 ? "" : ", seed " + options.seed());
        format.draw(recorder, title).forEach(line -> out.append(line).append('\n'));
        out.flush();
        return outcome.exitCode();
    }

    private static String repeat(Path path, long seed, Schedule schedule) {
        return "wdfs run " + path.toString().replace('\\', '/') + " --seed " + seed + (schedule == Schedule.of(seed) ? "" : " --schedule " + schedule.word());
    }

    /// @return the worst exit code of all the runs
    private int tell(Path path, SeedCampaign campaign, long from, long to) {
        List<SeedCampaign.Group> groups = campaign.run(from, to);
        int code = 0;
        out.println(path.toString().replace('\\', '/') + ", seeds " + from + " to " + to + ": " + (groups.size() == 1 ? "one transcript" : groups.size() + " transcripts"));
        int shown = 0;
        for (SeedCampaign.Group group : groups) {
            code = Outcomes.worse(code, group.exitCode());
            if (shown++ < 20) {
                out.printf("  %7d  %s, exit code %d   %s%n", group.runs(), group.runs() == 1 ? "run" : "runs", group.exitCode(),
                        repeat(path, group.firstSeed(), campaign.schedule(group.firstSeed())));
                if (!group.difference().isEmpty()) {
                    out.println("           instead of   " + group.difference().get(0));
                    out.println("           it prints    " + group.difference().get(1));
                }
            }
        }
        if (groups.size() > 20) {
            out.println("           … and " + (groups.size() - 20) + " more");
        }
        out.flush();
        return code;
    }

    private int explain(Arguments arguments) throws Usage, Sources.Unreadable {
        List<String> words = arguments.operands();
        boolean transfer = words.size() > 1 && (words.get(1).equals("read") || words.get(1).equals("write"));
        if (words.size() < (transfer ? 3 : 2) || words.size() > 3) {
            throw new Usage("`explain` wants a script and what to explain: wdfs explain FILE IOCTL [DEVICE], or wdfs explain FILE read|write DEVICE");
        }
        String format = arguments.format(List.of("text", "svg"));
        Optional<Compilation> compilation = compile(arguments.path(words.getFirst()), arguments.includePaths());
        if (compilation.isEmpty()) {
            return Outcome.SCRIPT_ERRORS;
        }
        Explainer explainer = new Explainer(engine, compilation.get(), arguments.runOptions());
        Optional<Integer> in = arguments.length("in", Explainer.LARGEST);
        Optional<Integer> out = arguments.length("out", Explainer.LARGEST);
        try {
            Explanation explanation = transfer
                    ? explainer.transfer(words.get(1).equals("read") ? Question.Kind.READ : Question.Kind.WRITE, words.get(2), words.get(1).equals("read") ? out : in)
                    : explainer.control(words.get(1), words.stream().skip(2).findFirst(), in, out);
            if (arguments.value("svg").isPresent()) {
                Files.writeString(arguments.path(arguments.value("svg").get()), explanation.svg());
            }
            if (format.equals("svg")) {
                this.out.print(explanation.svg());
            } else {
                explanation.text().forEach(line -> this.out.append(line).append('\n'));
            }
            this.out.flush();
            return Outcome.DONE;
        } catch (Explainer.Unknown e) {
            throw new Usage(e.getMessage());
        } catch (IOException e) {
            throw new Usage("the picture cannot be written to " + arguments.value("svg").orElse("") + ": " + e.getMessage());
        }
    }
}
