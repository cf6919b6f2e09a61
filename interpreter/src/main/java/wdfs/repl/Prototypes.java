package wdfs.repl;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import wdfs.semantics.TextLibrary;
import wdfs.source.Span;

/// A function's prototype as its declaration writes it, without annotations.
final class Prototypes {
    private static final Pattern ANNOTATION = Pattern.compile("\\b_[A-Z]\\w*_(?:\\((?:[^()]|\\([^()]*\\))*\\))?\\s*");

    private Prototypes() {}

    /// @param parameters each with its type
    record Text(String before, List<String> parameters) {
        String whole() {
            return before + "(" + String.join(", ", parameters) + ")";
        }
    }

    static Optional<Text> of(Session session, String name) {
        if (!session.live().checker().kindOf(name).equals("function")) {
            return Optional.empty();
        }
        boolean own = session.live().checker().ownNames().contains(name);
        Optional<Span> place = !own && session.engine().library() instanceof TextLibrary library ? library.place(name) : Optional.empty();
        String text = place.or(() -> session.live().checker().declaration(name)).map(Span::text).orElse("");
        text = text.replaceAll("///[^\\n]*|//[^\\n]*|(?s:/\\*.*?\\*/)", " ").replaceAll("(?s)\\[\\[.*?\\]\\]", " ");
        text = ANNOTATION.matcher(text).replaceAll("").replaceAll("\\s+", " ");
        var head = Pattern.compile("([A-Za-z_][\\w *]*?[ *])" + Pattern.quote(name) + " ?\\(").matcher(text);
        if (!head.find()) {
            return Optional.empty();
        }
        List<String> parameters = new ArrayList<>();
        int depth = 0;
        int start = head.end();
        for (int i = head.end(); i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '(') {
                depth++;
            } else if (depth == 0 && (c == ',' || c == ')')) {
                String parameter = text.substring(start, i).strip();
                if (!parameter.isEmpty() && !parameter.equals("void") && !parameter.equals("VOID")) {
                    parameters.add(parameter);
                }
                start = i + 1;
                if (c == ')') {
                    return Optional.of(new Text(head.group(1).strip().replaceFirst("^(?:inline|static|FORCEINLINE) ", "") + " " + name, parameters));
                }
            } else if (c == ')') {
                depth--;
            }
        }
        return Optional.empty();
    }
}
