package wdfs.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import wdfs.engine.RunOptions;
import wdfs.machine.Schedule;
import wdfs.runtime.Machine;

/// The lines of a script that say how it is tested: `// exit: 4`, `// test: seed=7 verifier=off`, `// tags: slow`, `// skip: why`,
/// `// xfail: why`, `// requires: verifier=full`, `// redact: /regex/ => NAME`.
/// @param skip why its tests are not run
/// @param wrong words that mean nothing there
public record Directives(int exit, Optional<String> skip, Optional<String> expectedFailure, Set<String> tags, RunOptions run, List<String> wrong) {
    private static final Pattern LINE = Pattern.compile("(?m)^// (exit|test|tags|skip|xfail|requires): *(.*?)\\s*$");

    /// @param run how tests run that do not say it
    public static Directives of(String text, RunOptions run) {
        int exit = 0;
        Optional<String> skip = Optional.empty();
        Optional<String> expectedFailure = Optional.empty();
        Set<String> tags = new TreeSet<>();
        List<String> wrong = new ArrayList<>();
        List<String> required = new ArrayList<>();
        RunOptions options = run;
        for (Matcher line = LINE.matcher(text); line.find();) {
            String value = line.group(2);
            switch (line.group(1)) {
                case "exit" -> {
                    if (value.matches("\\d{1,3}")) {
                        exit = Integer.parseInt(value);
                    } else {
                        wrong.add("`// exit: " + value + "`: an exit code is a number");
                    }
                }
                case "skip" -> skip = Optional.of(value);
                case "xfail" -> expectedFailure = Optional.of(value);
                case "requires" -> required.addAll(List.of(value.split("\\s+")));
                case "tags" -> tags.addAll(List.of(value.split("[\\s,]+")));
                default -> {
                    for (String word : value.split("\\s+")) {
                        Optional<RunOptions> with = with(options, word);
                        if (with.isEmpty()) {
                            wrong.add("`// test: " + word + "`: known are seed=N, schedule=WAY, verifier=LEVEL, timeout=TIME and steps=N");
                        }
                        options = with.orElse(options);
                    }
                }
            }
        }
        for (String requirement : required) {
            Optional<String> unmet = unmet(requirement, options, wrong);
            skip = skip.isPresent() ? skip : unmet;
        }
        wrong.addAll(Redactions.of(text).wrong());
        return new Directives(exit, skip, expectedFailure, tags, options, wrong);
    }

    /// Why a run with these options is none that the script has tests for.
    private static Optional<String> unmet(String requirement, RunOptions run, List<String> wrong) {
        int equals = requirement.indexOf('=');
        List<String> values = List.of(requirement.substring(equals + 1).split(","));
        String name = requirement.substring(0, Math.max(0, equals));
        if (equals < 0 || !Set.of("seed", "schedule", "verifier").contains(name) || values.stream().anyMatch(value -> with(run, name + "=" + value).isEmpty())) {
            wrong.add("`// requires: " + requirement + "`: known are seed=N, schedule=WAY and verifier=LEVEL; several values are separated by commas");
            return Optional.empty();
        }
        String has = switch (name) {
            case "seed" -> String.valueOf(run.seed());
            case "schedule" -> run.schedule().word();
            default -> run.verifier().name().toLowerCase(Locale.ROOT);
        };
        return values.contains(has) ? Optional.empty() : Optional.of("requires " + requirement + ", and this run has " + has);
    }

    /// The tests of the file, as the directives have them run.
    public List<TestCase> applied(List<TestCase> tests) {
        List<TestCase> cases = new ArrayList<>();
        if (!wrong.isEmpty()) {
            cases.add(TestCase.failing("directives", 1, wrong));
        }
        for (TestCase test : tests) {
            cases.add(skip.isPresent() ? test.skipped(skip.get()) : expectedFailure.isPresent() ? test.expectedToFail(expectedFailure.get()) : test);
        }
        return cases;
    }

    private static Optional<RunOptions> with(RunOptions run, String word) {
        String value = word.substring(word.indexOf('=') + 1);
        return switch (word.substring(0, Math.max(0, word.indexOf('=')))) {
            case "seed" -> value.matches("\\d{1,18}") ? Optional.of(run.withSeed(Long.parseLong(value))) : Optional.empty();
            case "schedule" -> Schedule.named(value).map(run::withSchedule);
            case "steps" -> value.matches("[1-9]\\d{0,17}") ? Optional.of(run.withLimits(run.limits().withSteps(Long.parseLong(value)))) : Optional.empty();
            case "timeout" -> nanos(value).map(n -> run.withLimits(run.limits().withVirtualNanos(n)));
            case "verifier" -> switch (value) {
                case "off" -> Optional.of(run.withVerifier(Machine.Verifier.OFF));
                case "standard" -> Optional.of(run.withVerifier(Machine.Verifier.STANDARD));
                case "full" -> Optional.of(run.withVerifier(Machine.Verifier.FULL));
                default -> Optional.empty();
            };
            default -> Optional.empty();
        };
    }

    private static Optional<Long> nanos(String text) {
        Matcher time = Pattern.compile("(\\d{1,9})(ns|us|ms|s)").matcher(text);
        if (!time.matches()) {
            return Optional.empty();
        }
        long unit = switch (time.group(2)) {
            case "ns" -> 1L;
            case "us" -> 1_000L;
            case "ms" -> 1_000_000L;
            default -> 1_000_000_000L;
        };
        return Optional.of(Long.parseLong(time.group(1)) * unit);
    }
}
