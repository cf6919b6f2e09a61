package wdfs.source;

import java.util.Arrays;

/// One text that was read: a script, a C header, a module of the standard library, or code made by the lowering of a
/// declaration. Offsets are UTF-16 code units, lines and columns start at 1.
public final class SourceFile {
    /// Where the text comes from; reports leave frames of generated text out unless asked.
    public enum Origin { SCRIPT, HEADER, LIBRARY, GENERATED }

    private final String path;
    private final String text;
    private final Origin origin;
    private final int[] lineStarts;

    public SourceFile(String path, String text, Origin origin) {
        this.path = path;
        this.text = text;
        this.origin = origin;
        this.lineStarts = lineStartsOf(text);
    }

    public static SourceFile script(String path, String text) {
        return new SourceFile(path, text, Origin.SCRIPT);
    }

    private static int[] lineStartsOf(String text) {
        int[] starts = new int[16];
        int count = 1;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\n') {
                if (count == starts.length) {
                    starts = Arrays.copyOf(starts, count * 2);
                }
                starts[count++] = i + 1;
            }
        }
        return Arrays.copyOf(starts, count);
    }

    /// The path as the user gave it, with `/` between its parts.
    public String path() {
        return path;
    }

    public String text() {
        return text;
    }

    public Origin origin() {
        return origin;
    }

    public int lineCount() {
        return lineStarts.length;
    }

    /// The line that holds `offset`, from 1.
    public int lineOf(int offset) {
        int found = Arrays.binarySearch(lineStarts, offset);
        return found >= 0 ? found + 1 : -found - 1;
    }

    /// The column of `offset` in its line, from 1, counted in UTF-16 code units.
    public int columnOf(int offset) {
        return offset - lineStarts[lineOf(offset) - 1] + 1;
    }

    /// The text of line `line` (from 1) without its line end; the empty string outside the file.
    public String line(int line) {
        if (line < 1 || line > lineStarts.length) {
            return "";
        }
        int start = lineStarts[line - 1];
        int end = line < lineStarts.length ? lineStarts[line] - 1 : text.length();
        if (end > start && text.charAt(end - 1) == '\r') {
            end--;
        }
        return text.substring(start, end);
    }

    public Span span(int start, int end) {
        return new Span(this, start, end);
    }

    @Override
    public String toString() {
        return path;
    }
}
