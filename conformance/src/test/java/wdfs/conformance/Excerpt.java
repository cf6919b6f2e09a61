package wdfs.conformance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.antlr.v4.runtime.Token;
import wdfs.grammar.WdfsLexer;

/// One test of a script, with what it needs of the rest: what it names, what that names, and of switches the arms that it comes through.
final class Excerpt {
    /// How much is left out. What is wrong with too little shows when the excerpt is run: then the next one is tried.
    enum Measure {
        /// Also members that nobody reads, and the stores into them.
        LEAST,
        /// Also handlers that are not called.
        CALLED,
        /// Also the ways that the test does not go.
        CHOSEN,
        /// What nobody names.
        NAMED,
        /// The same, with all drivers and devices.
        DRIVERS,
        /// Other tests only.
        ALL
    }

    private static final Pattern WORD = Pattern.compile("[A-Za-z_]\\w*");
    private static final Pattern DIRECTIVE = Pattern.compile("(?m)^// test: .*$");

    private final String text;
    private final ScriptPieces pieces;
    private final Piece test;
    private final BitSet reached;
    private final Measure measure;
    private final Set<Piece> kept = new HashSet<>();
    private final Map<Piece, Set<String>> words = new HashMap<>();
    /// The names of members that are read, and all other words.
    private final Set<String> read = new HashSet<>();

    private Excerpt(String text, ScriptPieces pieces, Piece test, BitSet reached, Measure measure) {
        this.text = text;
        this.pieces = pieces;
        this.test = test;
        this.reached = reached;
        this.measure = measure;
    }

    static String of(String text, ScriptPieces pieces, Piece test, BitSet reached, Measure measure) {
        Excerpt excerpt = new Excerpt(text, pieces, test, reached, measure);
        excerpt.keep(pieces.file);
        while (excerpt.grow(pieces.file)) {
            // until nothing names anything more
        }
        return excerpt.written();
    }

    // ---- what is kept --------------------------------------------------------------------------------------------------------

    private boolean grow(Piece piece) {
        boolean grown = false;
        for (Piece child : piece.children) {
            if (!kept.contains(child) && isWanted(child)) {
                keep(child);
                grown = true;
            }
            if (kept.contains(child)) {
                grown |= grow(child);
            }
        }
        return grown;
    }

    private boolean isWanted(Piece piece) {
        return switch (piece.keep) {
            case ALWAYS -> true;
            case TEST -> piece == test;
            case CALLED -> measure.compareTo(Measure.CALLED) > 0 || reached.get(piece.place) || isLastOfItsQueue(piece);
            case CHOSEN -> measure.compareTo(Measure.CHOSEN) > 0
                    || (piece.place == ScriptPieces.ALWAYS || reached.get(piece.place)) && (!piece.hollow || piece.children.stream().anyMatch(this::isWanted));
            case JOINT -> isWanted(piece.before) && isWanted(piece.behind);
            case READ -> measure != Measure.LEAST || piece.names.stream().anyMatch(read::contains);
            case NAMED -> {
                boolean named = words(piece.device ? pieces.file : piece.surroundings()).stream().anyMatch(piece.names::contains);
                boolean outermost = piece.parent == pieces.file;
                yield named || measure == Measure.ALL || piece.device && measure.compareTo(Measure.CALLED) > 0 || measure == Measure.DRIVERS && outermost && piece.scope && !piece.children.isEmpty();
            }
        };
    }

    /// A queue needs a callback, whether or not it is called.
    private boolean isLastOfItsQueue(Piece piece) {
        List<Piece> callbacks = piece.parent.children.stream().filter(c -> c.keep == Piece.Keep.CALLED).toList();
        return piece.parent.queue && callbacks.getFirst() == piece && callbacks.stream().noneMatch(c -> reached.get(c.place));
    }

    private Set<String> words(Piece piece) {
        return words.computeIfAbsent(piece, _ -> new HashSet<>());
    }

    private void keep(Piece piece) {
        kept.add(piece);
        Set<String> own = new HashSet<>();
        int at = piece.start;
        List<Piece> inside = new ArrayList<>(piece.children);
        inside.sort((a, b) -> Integer.compare(a.start, b.start));
        for (Piece child : inside) {
            collect(at, child.start, piece, own);
            at = Math.max(at, child.end);
        }
        collect(at, piece.end, piece, own);
        for (Piece around = piece; around != null; around = around.parent) {
            words(around).addAll(own);
        }
    }

    private void collect(int from, int to, Piece piece, Set<String> own) {
        boolean title = piece.keep == Piece.Keep.TEST;
        boolean member = false;
        for (Token token : pieces.tokens.subMap(from, Math.max(from, to)).values()) {
            int type = token.getType();
            if (title && type == WdfsLexer.StringLiteral) {
                title = false;
            } else {
                Matcher word = WORD.matcher(text.substring(token.getStartIndex(), token.getStopIndex() + 1));
                while (word.find()) {
                    if (!member) {
                        own.add(word.group());
                    }
                    boolean itself = (piece.keep == Piece.Keep.READ || piece.field) && piece.names.contains(word.group());
                    if (!itself) {
                        read.add(word.group());
                    }
                }
            }
            member = type == WdfsLexer.Dot || type == WdfsLexer.Arrow;
        }
        piece.declarators.forEach(d -> own.remove(d.name()));
    }

    // ---- the text ------------------------------------------------------------------------------------------------------------

    private String written() {
        StringBuilder out = new StringBuilder();
        DIRECTIVE.matcher(text).results().forEach(line -> out.append(line.group()).append('\n'));
        if (!out.isEmpty()) {
            out.append('\n');
        }
        write(pieces.file, out);
        return out.toString().strip() + "\n";
    }

    /// The text of a piece: what lies between its pieces as it is, in front of each kept one the comment that belongs to it.
    private void write(Piece piece, StringBuilder out) {
        int at = piece.start;
        List<Piece> inside = new ArrayList<>(piece.children);
        inside.sort((a, b) -> Integer.compare(a.start, b.start));
        String lineOfDropped = "";
        for (Piece child : inside) {
            int gap = Math.max(at, gapBefore(child));
            String before = text.substring(gap, child.start);
            if (gap > at && !text.substring(at, gap).isBlank()) {
                lineOfDropped = "";
            }
            out.append(text, at, gap);
            if (kept.contains(child)) {
                // What follows a dropped piece in its line stands in a line of its own now.
                boolean moved = !before.contains("\n") && !lineOfDropped.isEmpty();
                out.append(!moved ? lead(before) : isLineBegun(out) ? lineOfDropped : "");
                write(child, out);
                at = child.end;
                lineOfDropped = "";
            } else {
                at = Math.max(child.end, lineEndBehind(child));
                lineOfDropped = before.contains("\n") ? lead(before) : lineOfDropped;
            }
        }
        if (piece.declarators.isEmpty()) {
            out.append(text, at, piece.end);
        } else {
            variables(piece, out);
        }
    }

    private static boolean isLineBegun(StringBuilder out) {
        return !out.substring(out.lastIndexOf("\n") + 1).isBlank();
    }

    /// Where the text in front of a piece begins that is nobody else's: behind the line of the token before it.
    private int gapBefore(Piece piece) {
        Map.Entry<Integer, Token> before = pieces.tokens.lowerEntry(piece.start);
        int end = before == null ? 0 : before.getValue().getStopIndex() + 1;
        int line = text.indexOf('\n', end);
        return before == null ? 0 : line >= 0 && line < piece.start ? line : end;
    }

    /// The end of the line, if nothing but a comment follows the piece there.
    private int lineEndBehind(Piece piece) {
        int line = text.indexOf('\n', piece.end);
        int end = line < 0 ? text.length() : line;
        Map.Entry<Integer, Token> next = pieces.tokens.ceilingEntry(piece.end);
        return next != null && next.getKey() < end ? piece.end : end;
    }

    /// Of the blanks and comments in front of a piece, the comment lines right above it, and a blank line if there was one.
    private static String lead(String gap) {
        String[] lines = gap.split("\n", -1);
        int last = lines.length - 1;
        if (last == 0) {
            return gap;
        }
        int from = last;
        while (from > 1 && lines[from - 1].strip().startsWith("//")) {
            from--;
        }
        boolean apart = Arrays.asList(lines).subList(1, from).stream().anyMatch(String::isBlank);
        return (apart ? "\n\n" : "\n") + String.join("\n", Arrays.asList(lines).subList(from, lines.length));
    }

    private void variables(Piece piece, StringBuilder out) {
        Set<String> named = piece.field ? read : words(piece.surroundings());
        boolean all = measure == Measure.ALL || piece.field && measure != Measure.LEAST;
        List<Piece.Declarator> wanted = piece.declarators.stream().filter(d -> all || named.contains(d.name())).toList();
        if (wanted.isEmpty()) {
            wanted = piece.declarators;
        }
        out.append(text, piece.start, piece.declarators.getFirst().start());
        long number = 0;
        for (Piece.Declarator declarator : wanted) {
            out.append(declarator == wanted.getFirst() ? "" : ", ").append(text, declarator.start(), declarator.end());
            if (declarator.number() >= 0 && declarator.number() != number && !text.substring(declarator.start(), declarator.end()).contains("=")) {
                out.append(" = ").append(declarator.number());
            }
            number = declarator.number() + 1;
        }
        out.append(text, piece.declarators.getLast().end(), piece.end);
    }
}
