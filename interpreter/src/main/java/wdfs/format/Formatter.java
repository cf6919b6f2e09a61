package wdfs.format;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.antlr.v4.runtime.CommonToken;
import wdfs.source.SourceFile;
import wdfs.syntax.ParsedText;
import wdfs.syntax.Parser;

/// Lays a script out: the same tokens and comments, in the same lines. What is laid out already comes back as it is.
public final class Formatter {
    /// A layout rests at the second attempt at the latest, save for texts that nobody writes.
    private static final int ATTEMPTS = 6;

    private Formatter() {}

    /// @param knownTypes the types that the text knows without declaring them
    /// @return empty if the text has mistakes of syntax
    public static Optional<String> format(SourceFile file, Predicate<String> knownTypes) {
        Optional<ParsedText> parsed = Parser.parsed(file, knownTypes);
        if (parsed.isEmpty()) {
            return Optional.empty();
        }
        List<String> tokens = words(parsed.get());
        String text = file.text();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Structure structure = new Structure(parsed.get().tree());
            String result = new Layout(Pieces.of(text, parsed.get(), structure.opaque), structure).text();
            if (result.equals(text)) {
                return Optional.of(result);
            }
            text = result;
            parsed = Parser.parsed(new SourceFile(file.path(), text, file.origin()), knownTypes);
            if (parsed.isEmpty() || !words(parsed.get()).equals(tokens)) {
                throw new IllegalStateException("the layout of " + file.path() + " changes its meaning");
            }
        }
        return Optional.of(text);
    }

    /// What must not change: the tokens and comments, apart from the blanks at the ends of a comment's lines.
    private static List<String> words(ParsedText parsed) {
        return parsed.tokens().stream().map(CommonToken::getText).map(text -> String.join("\n", text.lines().map(String::strip).toList())).toList();
    }
}
