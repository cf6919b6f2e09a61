package wdfs.engine;

import java.util.ArrayList;
import java.util.List;

/// Reports fit 100 columns: a longer line goes on in the next one, under its text.
final class Wrapping {
    static final int COLUMNS = 100;

    private Wrapping() {}

    /// @param indent columns in front of the lines behind the first
    static List<String> of(String line, int indent) {
        List<String> lines = new ArrayList<>();
        String rest = line;
        while (rest.length() > COLUMNS) {
            int space = rest.lastIndexOf(' ', COLUMNS);
            if (space <= indent + 8) {
                break;                                  // one long word: better too wide than torn
            }
            lines.add(rest.substring(0, space).stripTrailing());
            rest = " ".repeat(indent) + rest.substring(space).strip();
        }
        lines.add(rest);
        return lines;
    }

    /// Where the text of a line stands: behind its leading blanks and, for `  at         place`, behind its first word.
    static int indentOf(String line) {
        int start = 0;
        while (start < line.length() && line.charAt(start) == ' ') {
            start++;
        }
        int gap = line.indexOf("  ", start);
        if (gap < 0 || gap - start > 12) {
            return Math.min(start + 2, 20);
        }
        while (gap < line.length() && line.charAt(gap) == ' ') {
            gap++;
        }
        return Math.min(gap, 40);
    }
}
