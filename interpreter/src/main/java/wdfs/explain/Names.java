package wdfs.explain;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// Names that were meant.
final class Names {
    private Names() {}

    /// `; did you mean X?`, or what there is.
    static String hint(String name, List<String> all, String none, String some) {
        if (all.isEmpty()) {
            return ": " + none;
        }
        String nearest = all.stream().min(Comparator.comparingInt(other -> distance(name, other))).orElseThrow();
        if (distance(name, nearest) <= Math.max(2, name.length() / 4)) {
            return "; did you mean `" + nearest + "`?";
        }
        List<String> shown = all.size() > 12 ? all.subList(0, 12) : all;
        return ": " + some + String.join(", ", shown) + (all.size() > 12 ? ", …" : "");
    }

    /// Edits between two names, without regard to case.
    private static int distance(String first, String second) {
        String a = first.toLowerCase(Locale.ROOT);
        String b = second.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                row[j] = Math.min(Math.min(row[j], row[j - 1]) + 1, diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1));
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
