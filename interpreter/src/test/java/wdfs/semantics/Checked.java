package wdfs.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import wdfs.diagnostics.Diagnostic;
import wdfs.diagnostics.Findings;
import wdfs.semantics.bound.BoundProgram;
import wdfs.source.SourceFile;
import wdfs.source.Span;

/// A script checked against the tests' own library. The findings that it is to have stand in it:
///
///     int x = y;
///     //      ^ error LANG-101: nothing here is called y
///
/// Carets show the span (of one that goes over several lines, the part on the first), then severity, code, and a
/// fragment of the words.
final class Checked {
    private static final Pattern EXPECTATION = Pattern.compile("^\\s*//(\\s*)(\\^+) (error|warning) ([A-Z]+-\\d+)(?:: (.*))?$");

    /// A script that begins so is checked against the library that wdfs comes with.
    private static final String REAL = "// library: the real one\n";

    private record Expected(int line, int column, int length, String severity, String code, String fragment) {}

    final BoundProgram program;
    final List<Diagnostic> findings;
    private final SourceFile file;

    private Checked(String text, Features features, Map<String, String> others) {
        Findings collected = new Findings();
        TextLibrary library = text.startsWith(REAL) ? TextLibrary.fromClassPath(Checked.class.getClassLoader()) : library();
        Map<String, SourceFile> files = new HashMap<>();
        others.forEach((path, content) -> files.put(path,
                new SourceFile(path, content, path.endsWith(".h") ? SourceFile.Origin.HEADER : SourceFile.Origin.SCRIPT)));
        file = SourceFile.script("test.wdfs", text);
        files.put("test.wdfs", file);
        var units = Imports.resolve(file, (importing, target) -> files.containsKey(target) ? new SourceLoader.Loaded.Found(files.get(target))
                : new SourceLoader.Loaded.Refused("there is no such file"), library, collected);
        program = Checker.check(units, library, name -> !name.endsWith("NotYet"), features, collected).program();
        findings = collected.sorted();
        assertThat(library.problems().sorted()).isEmpty();
    }

    static TextLibrary library() {
        try (var in = Checked.class.getResourceAsStream("library.wdfs")) {
            return new TextLibrary(List.of(new SourceFile("library.wdfs", new String(in.readAllBytes(), StandardCharsets.UTF_8), SourceFile.Origin.LIBRARY)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Checks the script and holds its findings against those that stand in it.
    static Checked check(String text) {
        return check(text, Features.all(), Map.of());
    }

    static Checked check(String text, Features features, Map<String, String> others) {
        Checked checked = new Checked(text, features, others);
        checked.compare();
        return checked;
    }

    /// A driver's function body around `body`, with what code usually has at hand.
    static Checked inDriver(String body) {
        return check("""
                struct POINT { LONG X; LONG Y; UCHAR Tag[4]; ULONG Low : 3; ULONG High : 5; };
                driver D kmdf 1.33 {
                    ULONG Counter;
                    const UCHAR Table[] = { 1, 2, 3 };
                    NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) { return STATUS_SUCCESS; }
                    VOID Use(int value) { Counter += value; }
                    VOID Body(WDFQUEUE Queue, WDFREQUEST Request, size_t Length, PVOID pointer, int n, struct POINT *p) {
                """ + indented(body) + "    }\n}\n");
    }

    static Checked inProcess(String body) {
        return check("struct POINT { LONG X; LONG Y; };\nprocess app {\n" + indented(body) + "}\n");
    }

    private static String indented(String body) {
        return body.indent(8);
    }

    private void compare() {
        List<Expected> expected = new ArrayList<>();
        int code = 0;
        for (int line = 1; line <= file.lineCount(); line++) {
            Matcher m = EXPECTATION.matcher(file.line(line));
            if (!m.matches()) {
                code = line;
                continue;
            }
            expected.add(new Expected(code, m.start(2) + 1, m.group(2).length(), m.group(3), m.group(4), m.group(5) == null ? "" : m.group(5)));
        }
        List<String> wrong = new ArrayList<>();
        List<Expected> open = new ArrayList<>(expected);
        for (Diagnostic d : findings) {
            Expected match = open.stream().filter(e -> fits(e, d)).findFirst().orElse(null);
            if (match == null) {
                wrong.add("unexpected: " + shown(d));
            } else {
                open.remove(match);
            }
        }
        open.forEach(e -> wrong.add("missing: line " + e.line() + " column " + e.column() + " length " + e.length() + " " + e.severity() + " " + e.code() + ": "
                + e.fragment() + "\n    " + file.line(e.line())));
        assertThat(wrong).isEmpty();
    }

    private boolean fits(Expected e, Diagnostic d) {
        Span span = d.span();
        // The slashes hide the first two columns.
        return span.file() == file && span.line() == e.line() && Math.max(3, span.column()) == e.column() && visible(span) == e.length()
                && d.severity().name().equalsIgnoreCase(e.severity()) && d.code().equals(e.code()) && d.message().contains(e.fragment());
    }

    private static int visible(Span span) {
        int column = Math.max(3, span.column());
        int hidden = column - span.column();
        return Math.max(1, Math.min(span.end() - span.start() - hidden, span.file().line(span.line()).length() - column + 1));
    }

    private static String shown(Diagnostic d) {
        Span span = d.span();
        String line = span.file().line(span.line());
        String carets = "//" + " ".repeat(Math.max(0, span.column() - 3)) + "^".repeat(visible(span)) + " "
                + d.severity().name().toLowerCase(java.util.Locale.ROOT) + " " + d.code() + ": " + d.message();
        return span.place() + "\n" + line + "\n" + carets + (d.help().isEmpty() ? "" : "\n   help: " + d.help());
    }
}
