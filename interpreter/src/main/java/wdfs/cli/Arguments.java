package wdfs.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import wdfs.engine.RunOptions;
import wdfs.machine.Limits;
import wdfs.machine.Schedule;
import wdfs.runtime.Machine;

/// The words of the command line, taken apart.
/// @param folder what paths begin at
record Arguments(Path folder, String command, List<String> operands, Set<String> flags, Map<String, String> values, List<String> includes) {
    private static final Set<String> OF_ALL = Set.of("help", "version", "no-color", "include");
    private static final Set<String> OF_RUNS = Set.of("seed", "schedule", "verifier", "timeout", "steps");

    /// The options of each command, besides those of all.
    private static final Map<String, Set<String>> OPTIONS = Map.ofEntries(
            Map.entry("run", with(OF_RUNS, "trace", "seeds")),
            Map.entry("check", Set.of("format")),
            Map.entry("test", with(OF_RUNS, "update", "force", "filter", "tag", "not-tag", "shard", "jobs", "repeat", "shuffle", "fail-fast", "max-failures", "rerun-failed", "review", "check-unused", "list", "verbose", "watch", "format", "slowest", "junit", "html", "coverage")),
            Map.entry("explain", with(OF_RUNS, "in", "out", "format", "svg")),
            Map.entry("trace", with(OF_RUNS, "format", "test", "request")),
            Map.entry("decode", Set.of("format")),
            Map.entry("doc", Set.of("pages")),
            Map.entry("fmt", Set.of("check")),
            Map.entry("repl", with(OF_RUNS, "trace", "keep-going", "no-rc")),
            Map.entry("new", Set.of()));

    private static final Set<String> FLAGS = Set.of("check", "trace", "help", "version", "no-color", "list", "verbose", "keep-going", "no-rc", "force", "fail-fast", "rerun-failed", "review", "check-unused", "watch");

    /// Options whose value, behind an equals sign, may be left out: then they are flags.
    private static final Set<String> WITH_OR_WITHOUT_VALUE = Set.of("shuffle", "coverage", "update");

    private static Set<String> with(Set<String> some, String... more) {
        Set<String> all = new HashSet<>(some);
        all.addAll(List.of(more));
        return all;
    }

    private static boolean isKnown(String option) {
        return OF_ALL.contains(option) || OPTIONS.values().stream().anyMatch(o -> o.contains(option));
    }

    static Arguments of(List<String> words, Path folder) throws Usage {
        List<String> operands = new ArrayList<>();
        List<String> includes = new ArrayList<>();
        Set<String> flags = new HashSet<>();
        Map<String, String> values = new HashMap<>();
        boolean onlyOperands = false;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (onlyOperands || !word.startsWith("-") || word.equals("-") || word.matches("-[0-9].*")) {
                operands.add(word);
                continue;
            }
            if (word.equals("--")) {
                onlyOperands = true;
                continue;
            }
            String name = word.equals("-h") ? "help" : word.replaceFirst("^--?", "");
            String value = null;
            int equals = name.indexOf('=');
            if (equals >= 0) {
                value = name.substring(equals + 1);
                name = name.substring(0, equals);
            }
            if (!isKnown(name) || FLAGS.contains(name) && value != null) {
                throw new Usage("there is no option `" + word + "`");
            }
            if (FLAGS.contains(name) || WITH_OR_WITHOUT_VALUE.contains(name) && value == null) {
                flags.add(name);
                continue;
            }
            if (value == null) {
                if (i + 1 == words.size()) {
                    throw new Usage("--" + name + " needs a value");
                }
                value = words.get(++i);
            }
            if (name.equals("include")) {
                includes.add(value);
            } else {
                values.put(name, value);
            }
        }
        String command = operands.isEmpty() ? "" : operands.removeFirst();
        if (OPTIONS.containsKey(command)) {
            for (String option : with(flags, values.keySet().toArray(String[]::new))) {
                if (!OF_ALL.contains(option) && !OPTIONS.get(command).contains(option)) {
                    throw new Usage("`" + command + "` has no option --" + option);
                }
            }
        }
        return new Arguments(folder, command, operands, flags, values, includes);
    }

    /// The files that the command works on; there must be one.
    List<Path> files() throws Usage {
        if (operands.isEmpty()) {
            throw new Usage("`" + command + "` needs a script: wdfs " + command + " FILE…");
        }
        return paths(operands);
    }

    List<Path> includePaths() throws Usage {
        return paths(includes);
    }

    List<Path> paths(List<String> names) throws Usage {
        List<Path> paths = new ArrayList<>();
        for (String name : names) {
            paths.add(path(name));
        }
        return paths;
    }

    Path path(String name) throws Usage {
        try {
            return name.equals("-") ? Path.of(name) : folder.resolve(name);
        } catch (InvalidPathException _) {
            throw new Usage("`" + name + "` is no path");
        }
    }

    /// The value of `--format`, the first of the allowed ones unless given.
    String format(List<String> allowed) throws Usage {
        String format = values.getOrDefault("format", allowed.getFirst());
        if (!allowed.contains(format)) {
            throw new Usage("--format is " + String.join(", ", allowed.subList(0, allowed.size() - 1)) + " or " + allowed.getLast() + ", not `" + format + "`");
        }
        return format;
    }

    /// Whether an option is there, with a value or without.
    boolean has(String name) {
        return flags.contains(name) || values.containsKey(name);
    }

    boolean flag(String name) {
        return flags.contains(name);
    }

    Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name));
    }

    int number(String name, int otherwise) throws Usage {
        long value = longNumber(name, otherwise);
        if (value < 1 || value > Integer.MAX_VALUE) {
            throw new Usage("--" + name + " wants a number from 1");
        }
        return (int) value;
    }

    /// A number of bytes, from 0.
    Optional<Integer> length(String name, int most) throws Usage {
        if (!values.containsKey(name)) {
            return Optional.empty();
        }
        long value = longNumber(name, 0);
        if (value < 0 || value > most) {
            throw new Usage("--" + name + " wants a number of bytes from 0 to " + most);
        }
        return Optional.of((int) value);
    }

    long longNumber(String name, long otherwise) throws Usage {
        String text = values.get(name);
        if (text == null) {
            return otherwise;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw new Usage("--" + name + " wants a number, not `" + text + "`");
        }
    }

    RunOptions runOptions() throws Usage {
        Limits limits = Limits.DEFAULT.withSteps(Math.max(1, longNumber("steps", Limits.DEFAULT.steps())));
        if (values.containsKey("timeout")) {
            limits = limits.withVirtualNanos(nanos(values.get("timeout")));
        }
        Machine.Verifier verifier = switch (values.getOrDefault("verifier", "standard")) {
            case "off" -> Machine.Verifier.OFF;
            case "standard" -> Machine.Verifier.STANDARD;
            case "full" -> Machine.Verifier.FULL;
            default -> throw new Usage("--verifier is off, standard or full, not `" + values.get("verifier") + "`");
        };
        long seed = longNumber("seed", 1);
        return new RunOptions(seed, schedule(Schedule.of(seed)), verifier, limits, flag("trace"));
    }

    private Schedule schedule(Schedule otherwise) throws Usage {
        String word = values.get("schedule");
        if (word == null) {
            return otherwise;
        }
        return Schedule.named(word).orElseThrow(() -> new Usage("--schedule is round-robin, random or fewest-switches, not `" + word + "`"));
    }

    /// The first and the last one of `--seeds`: `1000` stands for `1..1000`.
    Optional<long[]> seeds() throws Usage {
        String text = values.get("seeds");
        if (text == null) {
            return Optional.empty();
        }
        var matcher = java.util.regex.Pattern.compile("(?:(\\d{1,18})\\.\\.)?(\\d{1,18})").matcher(text);
        if (!matcher.matches()) {
            throw new Usage("--seeds wants a number of seeds or the first and the last one, 1000 or 1..1000, not `" + text + "`");
        }
        long from = matcher.group(1) == null ? 1 : Long.parseLong(matcher.group(1));
        long to = Long.parseLong(matcher.group(2));
        if (to < from) {
            throw new Usage("--seeds " + text + " names no seed");
        }
        return Optional.of(new long[] {from, to});
    }

    private static long nanos(String text) throws Usage {
        var matcher = java.util.regex.Pattern.compile("(\\d{1,12})(ns|us|ms|s|min)").matcher(text);
        if (!matcher.matches()) {
            throw new Usage("--timeout wants a time such as 500ms or 10s, not `" + text + "`");
        }
        long unit = switch (matcher.group(2)) {
            case "ns" -> 1L;
            case "us" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            default -> 60_000_000_000L;
        };
        long number = Long.parseLong(matcher.group(1));
        return number > Long.MAX_VALUE / 4 / unit ? Long.MAX_VALUE / 4 : number * unit;
    }
}
