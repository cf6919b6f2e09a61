package wdfs.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import wdfs.engine.Engine;
import wdfs.engine.Outcome;
import wdfs.testing.Difference;

/// Carries out the head of an archive, line by line, until one fails.
final class ArchiveCommands {
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");
    private static final String KNOWN = "known are wdfs, ! wdfs, exit, stdout, stderr, ! stdout, ! stderr, cmp, exists, ! exists, stdin and env";

    private final Engine engine;
    private final Archive archive;
    private final Path folder;
    private final boolean update;
    private final Map<String, String> environment = new HashMap<>();
    private final Map<String, String> parts;
    private byte[] input = {};
    private String out = "";
    private String err = "";
    private int exit;

    /// @param folder an empty one, for the files
    /// @param update whether a file that `cmp` finds to differ is to be what it was compared with
    ArchiveCommands(Engine engine, Archive archive, Path folder, boolean update) {
        this.engine = engine;
        this.archive = archive;
        this.folder = folder;
        this.update = update;
        this.parts = new LinkedHashMap<>(archive.parts());
    }

    /// The archive as it is to be from now on; empty if it stays.
    Optional<Archive> changed() {
        return parts.equals(archive.parts()) ? Optional.empty() : Optional.of(new Archive(archive.head(), parts, List.of()));
    }

    /// What is wrong with the first line that fails; empty if all succeed.
    List<String> run() throws IOException {
        for (Map.Entry<String, String> part : archive.parts().entrySet()) {
            Path file = folder.resolve(part.getKey());
            Files.createDirectories(file.getParent());
            Files.writeString(file, part.getValue());
        }
        int commands = 0;
        for (int i = 0; i < archive.head().size(); i++) {
            String line = archive.head().get(i).strip();
            if (line.isEmpty() || line.startsWith("//")) {
                continue;
            }
            commands++;
            List<String> wrong = command(words(line));
            if (!wrong.isEmpty()) {
                // A difference begins with its own head, by which listings know it.
                boolean difference = wrong.getFirst().startsWith("--- ");
                List<String> detail = new ArrayList<>(difference ? wrong : List.of("line " + (i + 1) + ": " + line));
                detail.addAll(difference ? List.of("line " + (i + 1) + ": " + line) : wrong);
                return detail;
            }
        }
        return commands == 0 ? List.of("the head of the archive has no command: " + KNOWN) : List.of();
    }

    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        for (Matcher word = WORD.matcher(line); word.find();) {
            words.add(word.group(1) != null ? word.group(1) : word.group(2) != null ? word.group(2) : word.group(3));
        }
        return words;
    }

    private List<String> command(List<String> words) throws IOException {
        boolean not = words.getFirst().equals("!");
        List<String> rest = not ? words.subList(1, words.size()) : words;
        String name = rest.isEmpty() ? "" : rest.getFirst();
        List<String> operands = rest.isEmpty() ? rest : rest.subList(1, rest.size());
        int wanted = switch (name) {
            case "exit", "stdout", "stderr", "exists", "stdin", "env" -> 1;
            case "cmp" -> 2;
            default -> operands.size();
        };
        if (operands.size() != wanted) {
            return List.of(name + " wants " + (wanted == 1 ? "one word" : "two words") + " behind it; quotes make one of several");
        }
        if (not && !List.of("wdfs", "stdout", "stderr", "exists").contains(name)) {
            return List.of("! cannot stand in front of " + (name.isEmpty() ? "nothing" : name));
        }
        return switch (name) {
            case "wdfs" -> wdfs(operands, not);
            case "exit" -> operands.getFirst().equals(String.valueOf(exit)) ? List.of() : told("exit code " + exit);
            case "stdout" -> matched(out, "standard output", operands.getFirst(), not);
            case "stderr" -> matched(err, "standard error", operands.getFirst(), not);
            case "cmp" -> compared(operands.getFirst(), operands.getLast());
            case "exists" -> inside(operands.getFirst()).map(file -> Files.exists(file) != not ? List.<String>of() : List.of(not ? "it is there" : "there is no such file")).orElseGet(() -> outside(operands.getFirst()));
            case "stdin" -> {
                Optional<Path> file = inside(operands.getFirst());
                if (file.isEmpty() || !Files.isRegularFile(file.get())) {
                    yield List.of("there is no such file");
                }
                input = Files.readAllBytes(file.get());
                yield List.of();
            }
            case "env" -> {
                int equals = operands.getFirst().indexOf('=');
                if (equals <= 0) {
                    yield List.of("env wants NAME=VALUE");
                }
                environment.put(operands.getFirst().substring(0, equals), operands.getFirst().substring(equals + 1));
                yield List.of();
            }
            default -> List.of("there is no command `" + name + "`; " + KNOWN);
        };
    }

    private Optional<Path> inside(String name) {
        return Archive.isInside(name) ? Optional.of(folder.resolve(name)) : Optional.empty();
    }

    private static List<String> outside(String name) {
        return List.of("`" + name + "` is no path in the folder of the archive");
    }

    private List<String> wdfs(List<String> words, boolean fails) {
        if (words.contains("--watch")) {
            return List.of("--watch has no end, so no archive can have it");
        }
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        PrintStream outStream = new PrintStream(outBytes, true, StandardCharsets.UTF_8);
        PrintStream errStream = new PrintStream(errBytes, true, StandardCharsets.UTF_8);
        exit = new CommandLine(outStream, errStream, false, new ByteArrayInputStream(input), environment::get).with(engine).in(folder).run(words.toArray(String[]::new));
        input = new byte[0];
        out = shown(outBytes.toString(StandardCharsets.UTF_8));
        err = shown(errBytes.toString(StandardCharsets.UTF_8));
        boolean failed = exit != Outcome.DONE;
        return failed == fails ? List.of() : told("exit code " + exit + (fails ? ", but ! says that it fails" : ""));
    }

    /// As if the commands had been typed in the folder, whatever its name is this time.
    private String shown(String text) {
        return text.replace("\r\n", "\n").replace(folder.toString().replace('\\', '/') + "/", "").replace(folder + folder.getFileSystem().getSeparator(), "").replace(folder.toString(), ".");
    }

    /// With what the last command printed.
    private List<String> told(String wrong) {
        List<String> lines = new ArrayList<>(List.of(wrong));
        add(lines, "standard output", out);
        add(lines, "standard error", err);
        return lines;
    }

    private static void add(List<String> lines, String what, String text) {
        if (!text.isEmpty()) {
            lines.add(what + ":");
            text.lines().forEach(line -> lines.add(("  " + line).stripTrailing()));
        }
    }

    private List<String> matched(String text, String what, String pattern, boolean not) {
        try {
            boolean found = Pattern.compile(pattern, Pattern.MULTILINE).matcher(text).find();
            return found != not ? List.of() : told(what + (not ? " has it" : " does not have it"));
        } catch (PatternSyntaxException e) {
            return List.of("not a regular expression: " + e.getDescription());
        }
    }

    private List<String> compared(String actualName, String expectedName) throws IOException {
        Optional<String> actual = text(actualName);
        Optional<String> expected = text(expectedName);
        if (actual.isEmpty() || expected.isEmpty() && !(update && parts.containsKey(expectedName))) {
            return List.of("there is no file " + (actual.isEmpty() ? actualName : expectedName));
        }
        if (actual.equals(expected)) {
            return List.of();
        }
        if (update && parts.containsKey(expectedName)) {
            parts.put(expectedName, actual.get().isEmpty() || actual.get().endsWith("\n") ? actual.get() : actual.get() + "\n");
            return List.of();
        }
        List<String> difference = Difference.between(expectedName, expected.orElse("").lines().toList(), actualName, actual.get().lines().toList()).lines();
        return difference.isEmpty() ? List.of("they differ only in the end of the last line") : difference;
    }

    /// `stdout`, `stderr`, or a file.
    private Optional<String> text(String name) throws IOException {
        return switch (name) {
            case "stdout" -> Optional.of(out);
            case "stderr" -> Optional.of(err);
            default -> {
                Optional<Path> file = inside(name).filter(Files::isRegularFile);
                yield file.isPresent() ? Optional.of(shown(Files.readString(file.get()))) : Optional.empty();
            }
        };
    }
}
