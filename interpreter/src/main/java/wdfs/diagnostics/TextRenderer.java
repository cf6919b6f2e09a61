package wdfs.diagnostics;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import wdfs.source.SourceFile;
import wdfs.source.Span;

/// Findings as people read them: what, where, the lines with carets and labels, and what to do.
public final class TextRenderer {
    private static final int WIDEST = 160;
    /// Nobody reads more, and each costs time.
    private static final int MOST = 1000;

    private final boolean colour;
    private final boolean pages;

    /// @param colour whether the output is a terminal that shows colours
    public TextRenderer(boolean colour) {
        this(colour, true);
    }

    private TextRenderer(boolean colour, boolean pages) {
        this.colour = colour;
        this.pages = pages;
    }

    /// The same without the commands that tell more, for a session, where a finding is about the line that was just typed.
    public TextRenderer withoutPages() {
        return new TextRenderer(colour, false);
    }

    /// All findings, errors and warnings as they stand in the text, and a line that counts them. The first of each code names the
    /// command that tells more.
    public String render(List<Diagnostic> findings) {
        StringBuilder text = new StringBuilder();
        Set<String> codes = new HashSet<>();
        int errors = 0;
        int warnings = 0;
        for (Diagnostic finding : findings) {
            if (errors + warnings < MOST) {
                text.append(render(finding));
                if (pages && codes.add(finding.code())) {
                    text.append("  ").append(paint("36", "more: ")).append("wdfs doc ").append(finding.code()).append('\n');
                }
                text.append('\n');
            }
            if (finding.isError()) {
                errors++;
            } else if (finding.severity() == Diagnostic.Severity.WARNING) {
                warnings++;
            }
        }
        if (errors + warnings > 1) {
            List<String> parts = new ArrayList<>();
            if (errors > 0) {
                parts.add(errors + (errors == 1 ? " error" : " errors"));
            }
            if (warnings > 0) {
                parts.add(warnings + (warnings == 1 ? " warning" : " warnings"));
            }
            text.append(String.join(", ", parts)).append(errors + warnings > MOST ? "; the first " + MOST + " are shown" : "").append('\n');
        }
        return text.toString();
    }

    public String render(Diagnostic finding) {
        StringBuilder text = new StringBuilder();
        String severity = finding.severity().name().toLowerCase(java.util.Locale.ROOT);
        text.append(paint(finding.isError() ? "1;31" : "1;33", severity + "[" + finding.code() + "]")).append(paint("1", ": " + finding.message())).append('\n');
        Span span = finding.span();
        if (!span.file().path().isEmpty()) {
            text.append("  ").append(span.place()).append('\n');
            List<Mark> marks = new ArrayList<>();
            marks.add(new Mark(span, "", true));
            for (Diagnostic.Label label : finding.labels()) {
                if (label.span().file() == span.file()) {
                    marks.add(new Mark(label.span(), label.text(), false));
                }
            }
            excerpt(text, span.file(), marks);
            for (Diagnostic.Label label : finding.labels()) {
                if (label.span().file() != span.file() && !label.span().file().path().isEmpty()) {
                    text.append("  ").append(label.span().place()).append("  ").append(label.text()).append('\n');
                }
            }
        }
        for (String help : finding.help()) {
            text.append("  ").append(paint("36", "help: ")).append(help).append('\n');
        }
        return text.toString();
    }

    private record Mark(Span span, String text, boolean primary) {}

    private void excerpt(StringBuilder text, SourceFile file, List<Mark> marks) {
        marks.sort(java.util.Comparator.comparingInt((Mark m) -> m.span().line()).thenComparing(m -> m.primary()));
        int width = String.valueOf(marks.getLast().span().line()).length() + 3;
        int before = -1;
        for (int i = 0; i < marks.size(); i++) {
            Mark mark = marks.get(i);
            int line = mark.span().line();
            String source = file.line(line);
            if (source.isBlank() && mark.span().start() >= file.text().length()) {
                continue;
            }
            if (line != before) {
                if (before >= 0 && line > before + 1) {
                    text.append(" ".repeat(width)).append(" …\n");
                }
                text.append(("%" + width + "d").formatted(line)).append(" | ").append(clipped(source)).append('\n');
                before = line;
            }
            int from = Math.max(1, mark.span().column());
            int length = mark.span().end() - mark.span().start();
            int until = mark.span().file().lineOf(Math.max(mark.span().start(), mark.span().end() - 1)) > line ? source.stripTrailing().length() - from + 1 : length;
            int carets = Math.max(1, Math.min(until, WIDEST - from));
            if (from > WIDEST) {
                continue;
            }
            String line2 = (mark.primary() ? "^" : "-").repeat(carets);
            text.append(" ".repeat(width)).append(" | ").append(indent(source, from - 1))
                    .append(paint(mark.primary() ? "1;31" : "34", line2 + (mark.text().isEmpty() ? "" : " " + mark.text()))).append('\n');
        }
    }

    /// White space as wide as the first `columns` characters of the line; tabs stay tabs.
    private static String indent(String source, int columns) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < columns; i++) {
            text.append(i < source.length() && source.charAt(i) == '\t' ? '\t' : ' ');
        }
        return text.toString();
    }

    private static String clipped(String line) {
        StringBuilder text = new StringBuilder();
        int end = Math.min(line.length(), WIDEST);
        for (int i = 0; i < end; i++) {
            char c = line.charAt(i);
            text.append(c < ' ' && c != '\t' || c == 0x7F ? '\u00B7' : c);
        }
        return line.length() > WIDEST ? text + "…" : text.toString();
    }

    private String paint(String code, String text) {
        return colour ? "\u001B[" + code + "m" + text + "\u001B[0m" : text;
    }
}
