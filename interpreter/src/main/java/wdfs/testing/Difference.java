package wdfs.testing;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.patch.Patch;
import java.util.List;

/// What two transcripts differ in, in the unified form.
/// @param first the index of the first line of the second one that differs
public record Difference(List<String> lines, int first) {
    private static final int CONTEXT = 3;

    public static Difference between(String beforeName, List<String> before, String afterName, List<String> after) {
        Patch<String> patch = DiffUtils.diff(before, after);
        int first = patch.getDeltas().stream().mapToInt(d -> d.getTarget().getPosition()).min().orElse(0);
        return new Difference(UnifiedDiffUtils.generateUnifiedDiff(beforeName, afterName, before, patch, CONTEXT), first);
    }

    /// Whether the detail of a failure is a difference.
    static boolean isOne(List<String> detail) {
        return !detail.isEmpty() && detail.getFirst().startsWith("--- ");
    }

    /// A line of the unified form, for a terminal.
    static String painted(String line, boolean colour) {
        String code = line.startsWith("-") ? "31" : line.startsWith("+") ? "32" : line.startsWith("@@") ? "36" : "";
        return !colour || code.isEmpty() ? line : "\u001B[" + code + "m" + line + "\u001B[0m";
    }
}
