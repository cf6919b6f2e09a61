package wdfs.doc;

import java.util.ArrayList;
import java.util.List;

/// Text in lines of at most 100 columns.
final class Words {
    private static final int COLUMNS = 100;

    private Words() {}

    static List<String> wrap(String text, String indent) {
        List<String> lines = new ArrayList<>();
        String rest = indent + text;
        while (rest.length() > COLUMNS) {
            int space = rest.lastIndexOf(' ', COLUMNS);
            if (space <= indent.length()) {
                break;
            }
            lines.add(rest.substring(0, space).stripTrailing());
            rest = indent + rest.substring(space).strip();
        }
        lines.add(rest.stripTrailing());
        return lines;
    }
}
