package wdfs.differential;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The comparison by hand: `FROM COUNT` compares programs, `FROM COUNT --record FILE` writes gcc's results down for the
/// test (`1 250`, into `recorded.txt` beside it, whenever the generator has changed), `--show SEED` prints a program in both
/// forms, and `--trace SEED` finds its first value that differs: each call of `mix` has its number there.
public final class DifferentialMain {
    private static final int BATCH = 50;

    private DifferentialMain() {}

    public static void main(String[] arguments) throws IOException {
        switch (arguments[0]) {
            case "--show" -> show(new ProgramGenerator(Long.parseLong(arguments[1])).program());
            case "--trace" -> trace(new ProgramGenerator(Long.parseLong(arguments[1])).program().traced());
            default -> {
                long from = Long.parseLong(arguments[0]);
                long count = Long.parseLong(arguments[1]);
                Path record = arguments.length > 3 && arguments[2].equals("--record") ? Path.of(arguments[3]) : null;
                System.exit(compare(from, count, record) == 0 ? 0 : 1);
            }
        }
    }

    private static void show(Program program) {
        System.out.println(program.wdfs());
        System.out.println("// ---- C");
        System.out.println(Program.PRELUDE + program.c() + "int main(void) { " + program.prefix() + "main(); return 0; }");
    }

    private static void trace(Program program) {
        List<String> wanted = Compilers.gcc(List.of(program)).get(program.seed());
        List<String> given = Compilers.here(program);
        System.out.println(program.wdfs());
        int at = firstDifference(wanted, given);
        for (int i = Math.max(0, at - 3); i < Math.min(wanted.size(), at + 3); i++) {
            System.out.println(i + "  gcc " + wanted.get(i) + "  wdfs " + (i < given.size() ? given.get(i) : "nothing"));
        }
    }

    static int compare(long from, long count, Path record) throws IOException {
        int wrong = 0;
        List<String> recorded = new ArrayList<>();
        for (long first = from; first < from + count; first += BATCH) {
            List<Program> programs = new ArrayList<>();
            for (long seed = first; seed < Math.min(first + BATCH, from + count); seed++) {
                programs.add(new ProgramGenerator(seed).program());
            }
            Map<Long, List<String>> wanted = Compilers.gcc(programs);
            for (Program program : programs) {
                List<String> lines = wanted.getOrDefault(program.seed(), List.of("gcc's program ended before"));
                recorded.add(program.seed() + " " + Record.digest(lines));
                List<String> given = Compilers.here(program);
                if (!given.equals(lines)) {
                    wrong++;
                    note(program.seed(), lines, given);
                }
            }
        }
        System.out.println(count + " programs from " + from + ", " + wrong + " differ");
        if (record != null && wrong == 0) {
            Files.write(record, recorded);
        }
        return wrong;
    }

    private static void note(long seed, List<String> wanted, List<String> given) {
        int at = firstDifference(wanted, given);
        System.out.println("seed " + seed + ", line " + (at + 1) + " of " + wanted.size() + ": gcc " + line(wanted, at) + ", wdfs " + line(given, at)
                + (given.stream().anyMatch(l -> l.startsWith("error[")) ? " / " + given.stream().filter(l -> l.startsWith("error[")).toList() : ""));
    }

    private static String line(List<String> lines, int at) {
        return at < lines.size() ? lines.get(at) : "nothing";
    }

    private static int firstDifference(List<String> one, List<String> other) {
        int at = 0;
        while (at < one.size() && at < other.size() && one.get(at).equals(other.get(at))) {
            at++;
        }
        return at;
    }
}
