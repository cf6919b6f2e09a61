package wdfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import wdfs.cli.Main;

/// Holds the compiled classes against the table of packages in ARCHITECTURE.md.
class PackageMapTest {
    private static final Pattern NAME = Pattern.compile("wdfs/[a-z0-9/]+/[A-Z]");

    @Test
    void everyPackageUsesOnlyWhatTheMapAllows() throws IOException, URISyntaxException {
        Map<String, Set<String>> map = map();
        Set<String> open = map.entrySet().stream().filter(e -> e.getKey().equals("source") || e.getKey().equals("diagnostics"))
                .map(Map.Entry::getKey).collect(java.util.stream.Collectors.toSet());
        Set<String> wrong = new TreeSet<>();
        Path classes = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (Stream<Path> files = Files.walk(classes.resolve("wdfs"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
                String own = packageOf(classes.relativize(file).toString().replace('\\', '/'), map.keySet());
                if (own == null || own.equals("grammar")) {
                    continue;
                }
                Set<String> allowed = closure(own, map);
                allowed.addAll(open);
                for (String used : uses(ClassFile.of().parse(Files.readAllBytes(file)))) {
                    String other = packageOf(used, map.keySet());
                    if (other != null && !other.equals(own) && !other.equals("grammar") && !allowed.contains(other)) {
                        wrong.add(own + " uses " + other + " (in " + file.getFileName() + ")");
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    /// The table's rows: a package and what it may use.
    private static Map<String, Set<String>> map() throws IOException {
        Path page = Path.of("ARCHITECTURE.md");
        if (!Files.exists(page)) {
            page = Path.of("..", "ARCHITECTURE.md");
        }
        Map<String, Set<String>> map = new HashMap<>();
        boolean table = false;
        for (String line : Files.readAllLines(page)) {
            table |= line.contains("<!-- package-map -->");
            if (!table || !line.startsWith("| ") || line.startsWith("| package")) {
                continue;
            }
            String[] cells = line.split("\\|");
            for (String name : cells[1].strip().split("[, ]+")) {
                map.put(name, new HashSet<>(cells.length > 3 && !cells[3].isBlank() ? List.of(cells[3].strip().split(" +")) : List.of()));
            }
        }
        assertThat(map).containsKeys("cli", "engine", "codegen", "semantics", "syntax", "types", "runtime", "machine");
        return map;
    }

    /// What a package may use: its row, and what that uses.
    private static Set<String> closure(String name, Map<String, Set<String>> map) {
        Set<String> all = new HashSet<>();
        List<String> open = new ArrayList<>(map.getOrDefault(name, Set.of()));
        while (!open.isEmpty()) {
            String next = open.removeLast();
            if (all.add(next)) {
                open.addAll(map.getOrDefault(next, Set.of()));
            }
        }
        return all;
    }

    /// The longest package of the map that the class lies in.
    private static String packageOf(String path, Set<String> known) {
        int slash = path.lastIndexOf('/');
        if (slash < 0 || !path.startsWith("wdfs/")) {
            return null;
        }
        String name = path.substring("wdfs/".length(), Math.max("wdfs/".length(), slash)).replace('/', '.');
        while (!known.contains(name)) {
            int dot = name.lastIndexOf('.');
            if (dot < 0) {
                return name.equals("grammar") ? name : null;
            }
            name = name.substring(0, dot);
        }
        return name;
    }

    private static Set<String> uses(ClassModel model) {
        Set<String> used = new HashSet<>();
        for (PoolEntry entry : model.constantPool()) {
            String text = switch (entry) {
                case ClassEntry c -> c.asInternalName();
                case Utf8Entry u -> u.stringValue();
                default -> "";
            };
            Matcher matcher = NAME.matcher(text);
            while (matcher.find()) {
                used.add(matcher.group());
            }
        }
        return used;
    }
}
