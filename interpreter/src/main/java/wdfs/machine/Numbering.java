package wdfs.machine;

import java.util.HashMap;
import java.util.Map;

/// Symbolic places are numbered from 1 by kind, in the order in which they come into being: `SystemBuffer#3`.
public final class Numbering {
    private final Map<String, int[]> last = new HashMap<>();

    public int next(String kind) {
        return ++last.computeIfAbsent(kind, _ -> new int[1])[0];
    }
}
