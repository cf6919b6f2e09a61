package wdfs.benchmarks;

import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/// JMH's command line, and after its table the ratio of each script to its peer in Java.
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws CommandLineOptionException, IOException, RunnerException {
        CommandLineOptions options = new CommandLineOptions(arguments);
        Runner runner = new Runner(options);
        if (options.shouldHelp()) {
            options.showHelp();
        } else if (options.shouldList()) {
            runner.list();
        } else {
            ratios(runner.run());
        }
    }

    private static void ratios(Collection<RunResult> results) {
        Map<String, Double> scores = new TreeMap<>();
        for (RunResult result : results) {
            String name = result.getParams().getBenchmark();
            scores.put(name.substring(Main.class.getPackageName().length() + 1), result.getPrimaryResult().getScore());
        }
        System.out.println();
        scores.forEach((name, score) -> {
            String group = name.substring(0, name.indexOf('.'));
            Double java = scores.get(group + ".java");
            if (java != null && !name.equals(group + ".java")) {
                System.out.printf("%-28s %6.2f ns, %.2f times its peer in Java (%.2f ns)%n", name, score, score / java, java);
            }
        });
    }
}
