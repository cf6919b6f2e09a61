package wdfs.diagnostics;

import java.util.ArrayList;
import java.util.List;
import wdfs.source.Span;

/// A finding about a script before it runs. The words of a message stand in one factory method per finding, in the
/// `…Findings` class of the package that finds it; code and place stay data, so that tests and quick fixes read them.
///
/// @param code a rule id of the specification, or `LANG-nnn` for the language's own
/// @param labels further places, each with a few words
/// @param help what to write instead
public record Diagnostic(Severity severity, String code, Span span, String message, List<Label> labels, List<String> help) {
    public enum Severity { ERROR, WARNING, NOTE }

    public record Label(Span span, String text) {}

    public Diagnostic {
        labels = List.copyOf(labels);
        help = List.copyOf(help);
    }

    public static Diagnostic error(String code, Span span, String format, Object... arguments) {
        return new Diagnostic(Severity.ERROR, code, span, format.formatted(arguments), List.of(), List.of());
    }

    public static Diagnostic warning(String code, Span span, String format, Object... arguments) {
        return new Diagnostic(Severity.WARNING, code, span, format.formatted(arguments), List.of(), List.of());
    }

    public Diagnostic label(Span place, String text) {
        List<Label> more = new ArrayList<>(labels);
        more.add(new Label(place, text));
        return new Diagnostic(severity, code, span, message, more, help);
    }

    public Diagnostic help(String format, Object... arguments) {
        List<String> more = new ArrayList<>(help);
        more.add(format.formatted(arguments));
        return new Diagnostic(severity, code, span, message, labels, more);
    }

    public boolean isError() {
        return severity == Severity.ERROR;
    }
}
