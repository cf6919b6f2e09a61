package wdfs.diagnostics;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Names that a misspelt one may have meant.
public final class Suggestions {
    private static final int MOST = 3;

    private Suggestions() {}

    /// The nearest names by edit distance, a third of the length away at most; best first.
    public static List<String> near(String name, Collection<String> candidates) {
        record Near(String name, int distance) {}
        int limit = Math.max(1, name.length() / 3);
        String wanted = name.toLowerCase(Locale.ROOT);
        List<Near> near = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String candidate : candidates) {
            if (candidate.isEmpty() || candidate.indexOf('$') >= 0 || candidate.equals(name) || Math.abs(candidate.length() - name.length()) > limit
                    || !seen.add(candidate)) {
                continue;
            }
            int distance = distance(wanted, candidate.toLowerCase(Locale.ROOT), limit);
            if (distance <= limit && distance < name.length()) {
                near.add(new Near(candidate, distance));
            }
        }
        near.sort(Comparator.comparingInt(Near::distance).thenComparing(Near::name));
        return near.stream().limit(MOST).map(Near::name).toList();
    }

    /// The number of letters to change, insert, drop or swap; anything above `limit` may come back as `limit + 1`.
    private static int distance(String a, String b, int limit) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            int best = i;
            for (int j = 1; j <= b.length(); j++) {
                int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j - 1] + 1, last[j] + 1), last[j - 1] + cost);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
                best = Math.min(best, row[j]);
            }
            if (best > limit) {
                return limit + 1;
            }
            int[] reuse = beforeLast;
            beforeLast = last;
            last = row;
            row = reuse;
        }
        return last[b.length()];
    }
}
