package wdfs.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which test files have to run again: new ones, and those that read a file which has changed since.
public final class Watch {
    private final Map<Path, String> seen = new HashMap<>();

    /// Compares with what was there the last time.
    /// @param files all test files there are now
    /// @param reads what each of them read when it last ran
    public List<Path> changed(List<Path> files, Map<Path, Set<Path>> reads) {
        Set<Path> watched = new LinkedHashSet<>(files);
        reads.values().forEach(watched::addAll);
        Set<Path> changed = new LinkedHashSet<>();
        for (Path path : watched) {
            String now = state(path);
            if (!now.equals(seen.put(path, now))) {
                changed.add(path);
            }
        }
        List<Path> again = new ArrayList<>();
        for (Path file : files) {
            if (!reads.containsKey(file) || changed.contains(file) || reads.get(file).stream().anyMatch(changed::contains)) {
                again.add(file);
            }
        }
        return again;
    }

    private static String state(Path path) {
        try {
            return Files.getLastModifiedTime(path).toMillis() + " " + Files.size(path);
        } catch (IOException _) {
            return "";
        }
    }
}
