package wdfs.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// What `// redact: /regex/ => NAME` lines take out of transcripts before they are compared and written: things that may change and do
/// not matter. One after the other, in the order of the lines, each within a line.
/// @param wrong lines that are no such directive
public record Redactions(List<Redaction> redactions, List<String> wrong) {
    private static final Pattern LINE = Pattern.compile("(?m)^// redact: *(.*?)\\s*$");
    private static final Pattern VALUE = Pattern.compile("/(.+)/ *=> *(\\S.*)");

    public static final Redactions NONE = new Redactions(List.of(), List.of());

    /// @param name what stands in place of what the pattern finds
    record Redaction(Pattern pattern, String name) {}

    public static Redactions of(String script) {
        List<Redaction> redactions = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        for (Matcher line = LINE.matcher(script); line.find();) {
            Matcher value = VALUE.matcher(line.group(1));
            if (!value.matches()) {
                wrong.add("`// redact: " + line.group(1) + "`: the form is `// redact: /regular expression/ => NAME`");
                continue;
            }
            try {
                redactions.add(new Redaction(Pattern.compile(value.group(1)), value.group(2)));
            } catch (PatternSyntaxException e) {
                wrong.add("`// redact: " + line.group(1) + "`: not a regular expression: " + e.getDescription());
            }
        }
        return new Redactions(redactions, wrong);
    }

    String of(List<String> lines) {
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            String redacted = line;
            for (Redaction redaction : redactions) {
                redacted = redaction.pattern().matcher(redacted).replaceAll(Matcher.quoteReplacement(redaction.name()));
            }
            text.append(redacted).append('\n');
        }
        return text.toString();
    }

    /// A text that ends without a newline keeps doing so, for that is a difference, too.
    String applied(String text) {
        if (redactions.isEmpty()) {
            return text;
        }
        String redacted = of(text.lines().toList());
        return text.endsWith("\n") || redacted.isEmpty() ? redacted : redacted.substring(0, redacted.length() - 1);
    }
}
