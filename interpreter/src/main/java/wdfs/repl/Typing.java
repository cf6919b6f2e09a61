package wdfs.repl;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import wdfs.diagnostics.Diagnostic;
import wdfs.diagnostics.Findings;
import wdfs.semantics.Interactive;
import wdfs.source.SourceFile;
import wdfs.syntax.Decl;
import wdfs.syntax.Parser;
import wdfs.syntax.Stmt;
import wdfs.syntax.Words;

/// What is wrong with an input that is still being typed: only what stays wrong however it goes on. For that the input is ended
/// as well as it can be, with a hole where something is still to be typed, and checked as Enter would have it checked; what is said
/// of the last word or of what was added is dropped, and so is everything that something typed later could put right. For one input:
/// the same text may mean something else once another has been taken.
public final class Typing {
    /// What is longer, a script that was pasted, is checked by Enter: a key is to be answered within 30 ms.
    static final int MOST_CHECKED = 2_000;

    private static final String HOLE = "what_is_still_to_be_typed__";
    /// What nothing that is typed behind it puts right. The others tell of something that is missing, or are warnings.
    private static final Set<String> CERTAIN = Set.of("LANG-001", "LANG-004", "LANG-005", "LANG-009", "LANG-010", "LANG-011", "LANG-012", "LANG-013", "LANG-101", "LANG-102", "LANG-103", "LANG-104", "LANG-105",
            "LANG-106", "LANG-107", "LANG-108", "LANG-109", "LANG-110", "LANG-112", "LANG-113", "LANG-114", "LANG-117", "LANG-118", "LANG-121", "LANG-131", "LANG-135", "LANG-137", "LANG-138", "LANG-140", "IOM-022");
    /// Of these a word alone is wrong; of all others what it stands in, so that has to have ended.
    private static final Set<String> OF_WORDS = Set.of("LANG-001", "LANG-004", "LANG-005", "LANG-009", "LANG-010", "LANG-011", "LANG-012", "LANG-013", "LANG-101", "LANG-102", "LANG-103", "LANG-104", "LANG-131");
    /// In a driver that is not closed yet a name may still be declared below.
    private static final Set<String> NAMES = Set.of("LANG-101", "LANG-102", "LANG-131");
    /// A label, a body, a driver's devnode can come behind a text that is whole.
    private static final Set<String> LATER = Set.of("LANG-125", "LANG-151", "LANG-152", "LANG-157", "LANG-158");
    /// Signs that no other can be added to.
    private static final Set<String> WHOLE = Set.of(";", ",", "(", ")", "[", "]", "{", "}", "~", "?");
    private static final Set<String> HEADS = Set.of("if", "while", "for", "switch");

    /// @param start and end: offsets in the input
    public record Remark(int start, int end, Diagnostic finding) {
        /// In one line.
        public String text() {
            return (finding.isError() ? "error[" : "warning[") + finding.code() + "]: " + finding.message() + finding.help().stream().findFirst().map(help -> "; " + help).orElse("");
        }
    }

    private final Session session;
    private String known = "";
    private List<Remark> remarks = List.of();

    public Typing(Session session) {
        this.session = session;
    }

    /// The remarks on an input in the order of their places; none on the word that the cursor is at.
    public List<Remark> of(String buffer, int cursor) {
        if (!buffer.equals(known)) {
            known = buffer;
            remarks = checked(buffer);
        }
        return known(buffer, cursor);
    }

    /// The same, but none if nobody has asked for them yet.
    public List<Remark> known(String buffer, int cursor) {
        return !buffer.equals(known) ? List.of() : remarks.stream().filter(r -> cursor >= buffer.length() || cursor < r.start || cursor > r.end).toList();
    }

    private List<Remark> checked(String buffer) {
        if (buffer.isBlank() || buffer.length() > MOST_CHECKED || session.live().isDead()) {
            return List.of();
        }
        Input input = session.classify(buffer);
        if (!(input instanceof Input.Statements || input instanceof Input.Declarations)) {
            return List.of();
        }
        End end = End.of(buffer);
        if (end.isUntouchable() || end.isInAttributes() && !end.isSettled()) {
            return List.of();
        }
        boolean whole = end.isSettled() && session.isComplete(buffer);
        List<Diagnostic> found = found(input, end.ways()).stream().filter(d -> !mentionsHole(d) && (whole ? !LATER.contains(d.code()) : d.isError() && CERTAIN.contains(d.code()) && (OF_WORDS.contains(d.code()) || end.hasEnded(d.span().end())))).toList();
        if (!whole && input instanceof Input.Declarations) {
            found = found.stream().filter(d -> !NAMES.contains(d.code()) && !(end.isInType() && d.code().equals("LANG-103"))).toList();
            found = withoutWhatHangsOn(end, input, found);
        }
        if (end.isGrowing()) {
            found = common(found, found(input, List.of(end.otherSign())));
        }
        return found.stream().sorted(Comparator.comparingInt((Diagnostic d) -> d.span().start()).thenComparing(d -> !d.isError())).map(d -> new Remark(d.span().start(), d.span().end(), d)).toList();
    }

    /// What stands above the part that is being typed may mention what that part declares, half of which is not there yet: it is told only
    /// of what is wrong without it, too.
    private List<Diagnostic> withoutWhatHangsOn(End end, Input input, List<Diagnostic> found) {
        End before = end.withoutLastPart();
        if (found.isEmpty() || before.isUntouchable() || found.stream().allMatch(d -> d.span().start() >= before.kept().length())) {
            return found;
        }
        List<Diagnostic> both = common(found, found(input, before.ways()));
        return found.stream().filter(d -> d.span().start() >= before.kept().length() || both.contains(d)).toList();
    }

    private static List<Diagnostic> common(List<Diagnostic> some, List<Diagnostic> others) {
        return some.stream().filter(d -> others.stream().anyMatch(o -> o.code().equals(d.code()) && o.span().start() == d.span().start() && o.span().end() == d.span().end())).toList();
    }

    private static boolean mentionsHole(Diagnostic d) {
        return d.message().contains(HOLE) || d.help().stream().anyMatch(h -> h.contains(HOLE));
    }

    /// The findings on the first of the ways to end the input that can be read; on the first of them all if none can. None of
    /// them is about what may still become something else.
    private List<Diagnostic> found(Input input, List<Way> ways) {
        List<Diagnostic> first = null;
        for (Way way : ways) {
            SourceFile file = SourceFile.script("input", way.text());
            Findings syntax = new Findings();
            Optional<Findings> findings = tried(input, file, syntax);
            int certain = findings.isPresent() ? way.certain() : way.readTo();
            List<Diagnostic> here = findings.orElse(syntax).sorted().stream().filter(d -> d.span().file() == file && d.span().end() <= certain).toList();
            if (findings.isPresent()) {
                return here;
            }
            first = first == null ? here : first;
        }
        return first == null ? List.of() : first;
    }

    /// @return empty if the text cannot be read
    private Optional<Findings> tried(Input input, SourceFile file, Findings syntax) {
        Interactive checker = session.live().checker();
        List<Decl> declarations;
        List<Stmt> statements = List.of();
        if (input instanceof Input.Declarations) {
            declarations = Parser.parse(file, syntax, checker::isType).declarations();
        } else {
            Session.Parts parts = Session.Parts.of(Parser.parseInput(file, syntax, checker::isType));
            declarations = parts.declarations();
            statements = parts.statements();
        }
        return syntax.hasErrors() ? Optional.empty() : Optional.of(checker.tryOut(declarations, statements, file, HOLE));
    }

    /// A way to end an input.
    /// @param certain where what is certain ends
    /// @param readTo the same, if it cannot be read: what a word like `process` is, the parser knows by those behind it
    private record Way(String text, int certain, int readTo) {}

    /// The end of an input.
    /// @param kept what of the input is certain to stay: without the word or string that is being typed
    /// @param words the words of it, without comments
    /// @param typing whether something behind `kept` is being typed
    private record End(String kept, List<Words.Word> words, boolean typing) {
        static End of(String buffer) {
            List<Words.Word> words = new ArrayList<>(Words.of(buffer));
            String kept = buffer;
            if (!words.isEmpty() && words.getLast().kind() == Words.Kind.COMMENT && !words.getLast().text().endsWith("*/")) {
                kept = buffer.substring(0, words.getLast().start());
            }
            words.removeIf(word -> word.kind() == Words.Kind.COMMENT);
            if (words.isEmpty()) {
                return new End("", List.of(), false);
            }
            Words.Word last = words.getLast();
            boolean atEnd = last.end() == kept.length();
            boolean point = atEnd && last.text().equals(".") && words.size() > 1 && words.get(words.size() - 2).kind() == Words.Kind.NUMBER;
            boolean typing = point || atEnd && switch (last.kind()) {
                case WORD, KEYWORD, NUMBER, OPEN_STRING -> true;
                case STRING, COMMENT, PREPROCESSOR, OTHER, BAD -> false;
            };
            if (point) {
                words.removeLast();                                   // `1.` will be a version
            }
            if (typing) {
                kept = kept.substring(0, words.removeLast().start());
            }
            return new End(kept, words, typing);
        }

        /// Without what stands behind the last part that has ended.
        End withoutLastPart() {
            int count = words.size();
            while (count > 0 && !Set.of(";", "{", "}").contains(words.get(count - 1).text())) {
                count--;
            }
            return count == 0 ? new End("", List.of(), false) : new End(kept.substring(0, words.get(count - 1).end()), words.subList(0, count), false);
        }

        /// Whether attributes are being typed, which could be a list of lists.
        boolean isInAttributes() {
            return words.size() > 1 && words.get(0).text().equals("[") && words.get(1).text().equals("[");
        }

        /// Whether the members of a type are being typed.
        boolean isInType() {
            return open().stream().anyMatch(at -> words.get(at).text().equals("{") && (isType(at) || head(at).contains("context")));
        }

        private Words.Word last() {
            return words.getLast();
        }

        /// Whether nothing can be said: there is nothing yet, or a `#` line, which is read as a whole.
        boolean isUntouchable() {
            return words.isEmpty() || last().kind() == Words.Kind.PREPROCESSOR && !kept.endsWith("\n");
        }

        /// Whether nothing that is typed behind it belongs to what is there.
        boolean isSettled() {
            return !typing && (last().text().equals(";") || last().text().equals("}"));
        }

        /// How the input may be ended, the likeliest way first. What the last word means hangs on what follows, unless that is the hole.
        List<Way> ways() {
            int readTo = isSettled() ? last().end() : startOf(2);
            Way closed = new Way(kept + "\n" + closers(false), isSettled() ? last().end() : startOf(1), readTo);
            Way filled = new Way(kept + " " + HOLE + "\n" + closers(true), typing ? last().end() : startOf(1), readTo);
            return typing || wantsOperand() ? List.of(filled, closed) : List.of(closed, filled);
        }

        /// Whether another sign may be added to the last one: `=` may become `==`, and then what stands in front of it means something else.
        boolean isGrowing() {
            return !typing && last().kind() == Words.Kind.OTHER && last().end() == kept.length() && !WHOLE.contains(last().text());
        }

        /// The input with another sign in place of the one that grows: what is said of both hangs on neither.
        Way otherSign() {
            return new Way(kept.substring(0, last().start()) + ", " + HOLE + "\n" + closers(true), startOf(1), startOf(2));
        }

        /// Whether the expression that ends there, or goes on behind it, has come to its end.
        boolean hasEnded(int offset) {
            int depth = 0;
            for (Words.Word word : words) {
                if (word.start() >= offset && word.kind() == Words.Kind.OTHER) {
                    switch (word.text()) {
                        case "(", "[" -> depth++;
                        case ")", "]" -> depth--;
                        case ";", ",", "{", "}" -> {
                            if (depth == 0) {
                                return true;
                            }
                        }
                        default -> { }
                    }
                    if (depth < 0) {
                        return true;
                    }
                }
            }
            return false;
        }

        /// Where the last word begins, or that before it.
        private int startOf(int fromLast) {
            return words.size() < fromLast ? 0 : words.get(words.size() - fromLast).start();
        }

        private boolean wantsOperand() {
            return last().kind() == Words.Kind.OTHER && !Set.of(";", "{", "}", ")", "]", "++", "--").contains(last().text()) || last().text().equals("in");
        }

        /// What closes all that is open.
        private String closers(boolean filled) {
            StringBuilder text = new StringBuilder();
            Deque<Integer> open = open();
            boolean ended = !filled && Set.of(";", "{", "}").contains(last().text());
            while (!open.isEmpty()) {
                int at = open.pop();
                switch (words.get(at).text()) {
                    case "(" -> {
                        String head = at > 0 ? words.get(at - 1).text() : "";
                        if (head.equals("for") && words.subList(at, words.size()).stream().noneMatch(w -> w.text().equals("in"))) {
                            long semicolons = words.subList(at, words.size()).stream().filter(w -> w.text().equals(";")).count();
                            text.append(";".repeat((int) Math.max(0, 2 - semicolons)));
                        }
                        text.append(')');
                        ended = HEADS.contains(head);
                        text.append(ended ? ";" : "");
                    }
                    case "[" -> {
                        text.append(']');
                        ended = false;
                    }
                    default -> {
                        boolean value = isValue(at);
                        text.append(ended || value ? "" : ";").append('}');
                        ended = !value && !isType(at);
                    }
                }
            }
            return text.append(ended ? "" : ";").toString();
        }

        /// The brackets that are open, the innermost first.
        private Deque<Integer> open() {
            Deque<Integer> open = new ArrayDeque<>();
            for (int i = 0; i < words.size(); i++) {
                if (words.get(i).kind() == Words.Kind.OTHER) {
                    switch (words.get(i).text()) {
                        case "(", "[", "{" -> open.push(i);
                        case ")", "]", "}" -> open.poll();
                        default -> { }
                    }
                }
            }
            return open;
        }

        /// Whether that brace opens values, with commas between them: those of an initialiser or an enumeration.
        private boolean isValue(int brace) {
            String before = brace == 0 ? "" : words.get(brace - 1).text();
            return Set.of("=", ",", "(", "[", "return").contains(before) || before.equals("{") && isValue(brace - 1) || head(brace).contains("enum") && !head(brace).contains("(");
        }

        /// Whether a semicolon has to stand behind what that brace opens.
        private boolean isType(int brace) {
            List<String> head = head(brace);
            return (head.contains("struct") || head.contains("union")) && !head.contains("(") || head.contains("thread");
        }

        /// The words in front of a brace up to what ends the statement before.
        private List<String> head(int brace) {
            List<String> head = new ArrayList<>();
            for (int i = brace - 1; i >= 0 && !Set.of(";", "{", "}").contains(words.get(i).text()); i--) {
                head.add(words.get(i).text());
            }
            return head;
        }
    }
}
