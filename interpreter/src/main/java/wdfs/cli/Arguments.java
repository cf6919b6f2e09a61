package wdfs.cli;

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
record Arguments(String command, List<String> operands, Set<String> flags, Map<String, String> values, List<String> includes) {
    private static final Set<String> FLAGS = Set.of("trace", "help", "version", "no-color", "update", "list", "verbose");
    private static final Set<String> VALUES = Set.of("seed", "seeds", "schedule", "verifier", "timeout", "steps", "filter", "jobs", "include", "in", "out", "format", "svg", "test", "request");

    /// An option that does not exist or a value that does not fit.
    static final class Wrong extends Exception {
        Wrong(String message) {
            super(message);
        }
    }

    static Arguments of(List<String> words) throws Wrong {
        List<String> operands = new ArrayList<>();
        List<String> includes = new ArrayList<>();
        Set<String> flags = new HashSet<>();
        Map<String, String> values = new HashMap<>();
        boolean onlyOperands = false;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (onlyOperands || !word.startsWith("-") || word.equals("-")) {
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
            if (FLAGS.contains(name) && value == null) {
                flags.add(name);
            } else if (VALUES.contains(name)) {
                if (value == null) {
                    if (i + 1 == words.size()) {
                        throw new Wrong("--" + name + " needs a value");
                    }
                    value = words.get(++i);
                }
                if (name.equals("include")) {
                    includes.add(value);
                } else {
                    values.put(name, value);
                }
            } else {
                throw new Wrong("there is no option `" + word + "`");
            }
        }
        String command = operands.isEmpty() ? "" : operands.removeFirst();
        return new Arguments(command, operands, flags, values, includes);
    }

    boolean flag(String name) {
        return flags.contains(name);
    }

    Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name));
    }

    int number(String name, int otherwise) throws Wrong {
        long value = longNumber(name, otherwise);
        if (value < 1 || value > Integer.MAX_VALUE) {
            throw new Wrong("--" + name + " wants a number from 1");
        }
        return (int) value;
    }

    /// A number of bytes, from 0.
    Optional<Integer> length(String name, int most) throws Wrong {
        if (!values.containsKey(name)) {
            return Optional.empty();
        }
        long value = longNumber(name, 0);
        if (value < 0 || value > most) {
            throw new Wrong("--" + name + " wants a number of bytes from 0 to " + most);
        }
        return Optional.of((int) value);
    }

    private long longNumber(String name, long otherwise) throws Wrong {
        String text = values.get(name);
        if (text == null) {
            return otherwise;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw new Wrong("--" + name + " wants a number, not `" + text + "`");
        }
    }

    RunOptions runOptions() throws Wrong {
        Limits limits = Limits.DEFAULT.withSteps(Math.max(1, longNumber("steps", Limits.DEFAULT.steps())));
        if (values.containsKey("timeout")) {
            limits = limits.withVirtualNanos(nanos(values.get("timeout")));
        }
        Machine.Verifier verifier = switch (values.getOrDefault("verifier", "standard")) {
            case "off" -> Machine.Verifier.OFF;
            case "standard" -> Machine.Verifier.STANDARD;
            case "full" -> Machine.Verifier.FULL;
            default -> throw new Wrong("--verifier is off, standard or full, not `" + values.get("verifier") + "`");
        };
        long seed = longNumber("seed", 1);
        return new RunOptions(seed, schedule(Schedule.of(seed)), verifier, limits, flag("trace"));
    }

    private Schedule schedule(Schedule otherwise) throws Wrong {
        String word = values.get("schedule");
        if (word == null) {
            return otherwise;
        }
        return Schedule.named(word).orElseThrow(() -> new Wrong("--schedule is round-robin, random or fewest-switches, not `" + word + "`"));
    }

    /// The first and the last one of `--seeds`: `1000` stands for `1..1000`.
    Optional<long[]> seeds() throws Wrong {
        String text = values.get("seeds");
        if (text == null) {
            return Optional.empty();
        }
        var matcher = java.util.regex.Pattern.compile("(?:(\\d{1,18})\\.\\.)?(\\d{1,18})").matcher(text);
        if (!matcher.matches()) {
            throw new Wrong("--seeds wants a number of seeds or the first and the last one, 1000 or 1..1000, not `" + text + "`");
        }
        long from = matcher.group(1) == null ? 1 : Long.parseLong(matcher.group(1));
        long to = Long.parseLong(matcher.group(2));
        if (to < from) {
            throw new Wrong("--seeds " + text + " names no seed");
        }
        return Optional.of(new long[] {from, to});
    }

    private static long nanos(String text) throws Wrong {
        var matcher = java.util.regex.Pattern.compile("(\\d{1,12})(ns|us|ms|s|min)").matcher(text);
        if (!matcher.matches()) {
            throw new Wrong("--timeout wants a time such as 500ms or 10s, not `" + text + "`");
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
