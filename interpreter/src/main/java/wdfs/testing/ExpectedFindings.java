package wdfs.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import wdfs.diagnostics.Diagnostic;
import wdfs.source.SourceFile;
import wdfs.source.Span;

/// Findings that a script says it has, each under the line that it is about:
///
///     ULONG n = nmae;
///     //        ^^^^ error LANG-101: nothing here is called nmae
///
/// Place, severity and code must be those of the finding, the words a part of its message.
final class ExpectedFindings {
    private static final Pattern LINE = Pattern.compile("^\\s*//(\\s*)(\\^+) (error|warning) ([A-Z]+-\\d+)(?:: (.*))?$");

    private record Expected(int line, int column, int length, String severity, String code, String words) {}

    private final SourceFile file;
    private final List<Expected> expected = new ArrayList<>();

    ExpectedFindings(SourceFile file) {
        this.file = file;
        int code = 0;
        for (int line = 1; line <= file.lineCount(); line++) {
            Matcher m = LINE.matcher(file.line(line));
            if (m.matches()) {
                expected.add(new Expected(code, m.start(2) + 1, m.group(2).length(), m.group(3), m.group(4), m.group(5) == null ? "" : m.group(5)));
            } else {
                code = line;
            }
        }
    }

    boolean isEmpty() {
        return expected.isEmpty();
    }

    int firstLine() {
        return expected.getFirst().line();
    }

    /// What is missing, and what nothing expected.
    List<String> compare(List<Diagnostic> findings) {
        List<Expected> open = new ArrayList<>(expected);
        List<String> wrong = new ArrayList<>();
        for (Diagnostic finding : findings) {
            Expected match = open.stream().filter(e -> fits(e, finding)).findFirst().orElse(null);
            if (match != null) {
                open.remove(match);
                continue;
            }
            wrong.add("not expected, " + finding.span().place() + ":");
            wrong.add("  " + finding.span().file().line(finding.span().line()));
            wrong.add("  " + asExpectation(finding));
        }
        for (Expected e : open) {
            wrong.add("missing, " + file.path() + ":" + e.line() + ":" + e.column() + ": " + e.severity() + " " + e.code() + (e.words().isEmpty() ? "" : ": " + e.words()));
        }
        return wrong;
    }

    private boolean fits(Expected e, Diagnostic d) {
        Span span = d.span();
        // The slashes hide the first two columns.
        return span.file() == file && span.line() == e.line() && Math.max(3, span.column()) == e.column() && visible(span) == e.length()
                && d.severity().name().equalsIgnoreCase(e.severity()) && d.code().equals(e.code()) && d.message().contains(e.words());
    }

    private static int visible(Span span) {
        int column = Math.max(3, span.column());
        int hidden = column - span.column();
        return Math.max(1, Math.min(span.end() - span.start() - hidden, span.file().line(span.line()).length() - column + 1));
    }

    /// The line that would have expected it.
    private static String asExpectation(Diagnostic d) {
        Span span = d.span();
        return "//" + " ".repeat(Math.max(0, span.column() - 3)) + "^".repeat(visible(span)) + " " + d.severity().name().toLowerCase(Locale.ROOT) + " " + d.code() + ": " + d.message();
    }
}
