package wdfs.repl;

import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jline.reader.Highlighter;
import org.jline.reader.LineReader;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;
import wdfs.semantics.Interactive;
import wdfs.syntax.Words;

/// Colours what is typed, by the language's own lexer; what is wrong is underlined.
public final class Colours implements Highlighter {
    private static final AttributedStyle PLAIN = AttributedStyle.DEFAULT;
    private static final AttributedStyle KEYWORD = PLAIN.foreground(AttributedStyle.BLUE);
    private static final AttributedStyle TYPE = PLAIN.foreground(AttributedStyle.CYAN);
    private static final AttributedStyle NUMBER = PLAIN.foreground(AttributedStyle.MAGENTA);
    private static final AttributedStyle STRING = PLAIN.foreground(AttributedStyle.GREEN);
    private static final AttributedStyle COMMENT = PLAIN.faint();
    private static final AttributedStyle COMMAND = PLAIN.bold();
    private static final AttributedStyle BAD = PLAIN.foreground(AttributedStyle.RED);
    private static final AttributedStyle WRONG = BAD.underline();
    private static final AttributedStyle DOUBTFUL = PLAIN.foreground(AttributedStyle.YELLOW).underline();
    private static final Set<String> WORDS = Set.of("driver", "device", "queue", "timer", "lookaside", "context", "ioctl", "handle", "process", "thread", "test", "hardware", "devnode",
            "import", "var", "expect", "in", "sequential", "parallel", "manual", "kmdf", "umdf", "wdm", "control", "after", "true", "false", "bugcheck", "violation");

    /// What is longer, a script that was pasted, stays plain: a key is to be answered within 30 ms.
    private static final int MOST_COLOURED = 5_000;

    private final Supplier<Session> made;
    private final BiFunction<String, Integer, List<Typing.Remark>> remarks;

    /// @param made gives null while the session is being made
    /// @param remarks what is wrong with an input, and where; given the place of the cursor
    public Colours(Supplier<Session> made, BiFunction<String, Integer, List<Typing.Remark>> remarks) {
        this.made = made;
        this.remarks = remarks;
    }

    @Override
    public AttributedString highlight(LineReader reader, String buffer) {
        AttributedStringBuilder text = new AttributedStringBuilder();
        Session session = buffer.isEmpty() || buffer.length() > MOST_COLOURED ? null : made.get();
        if (session == null) {
            return text.append(buffer).toAttributedString();
        }
        Input input = session.classify(buffer);
        if (input instanceof Input.Run(Command command, String words)) {
            int at = buffer.length() - words.length();
            return text.styled(COMMAND, buffer.substring(0, at)).append(words).toAttributedString();
        }
        if (input instanceof Input.Unknown) {
            return text.styled(session.commands().words().stream().anyMatch(w -> w.startsWith(buffer.strip())) ? PLAIN : BAD, buffer).toAttributedString();
        }
        Interactive checker = session.live().checker();
        Set<String> own = Set.copyOf(checker.ownNames());
        int done = 0;
        Words.Word before = null;
        for (Words.Word word : Words.of(buffer)) {
            text.append(buffer, done, word.start());
            boolean member = before != null && (before.text().equals(".") || before.text().equals("->"));
            text.styled(style(session, word, member, own), word.text());
            done = word.end();
            before = word;
        }
        text.append(buffer.substring(done));
        return marked(text.toAttributedString(), remarks.apply(buffer, reader == null ? buffer.length() : reader.getBuffer().cursor()));
    }

    /// What is wrong is underlined: errors in red, warnings in yellow.
    private static AttributedString marked(AttributedString text, List<Typing.Remark> remarks) {
        AttributedStringBuilder marked = new AttributedStringBuilder();
        int done = 0;
        for (Typing.Remark remark : remarks) {
            int start = Math.max(done, remark.start());
            int end = Math.min(text.length(), Math.max(start, remark.end()));
            marked.append(text, done, start).styled(remark.finding().isError() ? WRONG : DOUBTFUL, text.subSequence(start, end).toString());
            done = end;
        }
        return marked.append(text, done, text.length()).toAttributedString();
    }

    private static AttributedStyle style(Session session, Words.Word word, boolean member, Set<String> own) {
        return switch (word.kind()) {
            case KEYWORD -> KEYWORD;
            case NUMBER -> NUMBER;
            case STRING -> STRING;
            case OPEN_STRING -> STRING.underline();
            case COMMENT -> COMMENT;
            case PREPROCESSOR -> TYPE;
            case BAD -> BAD;
            case OTHER -> PLAIN;
            case WORD -> member ? PLAIN : own.contains(word.text()) ? PLAIN : WORDS.contains(word.text()) ? KEYWORD : session.engine().library().isType(word.text()) ? TYPE : PLAIN;
        };
    }
}
