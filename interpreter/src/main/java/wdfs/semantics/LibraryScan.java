package wdfs.semantics;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Cuts the library's text into its top-level declarations and finds out which names each declares, by looking at words
/// and brackets only.
final class LibraryScan {
    private static final Set<String> FORMS = Set.of("DEFINE_GUID", "DECLARE_CONST_UNICODE_STRING");
    private static final Set<String> NO_NAMES = Set.of("const", "unsigned", "signed", "struct", "union", "enum", "void", "char", "short", "int", "long",
            "volatile", "static", "extern", "inline");

    /// @param types those of the names that are typedefs or tags
    record Stretch(int start, int end, List<String> names, List<String> types) {}

    private record Word(String text, int depth) {
        boolean isName() {
            return Character.isJavaIdentifierStart(text.charAt(0)) && !NO_NAMES.contains(text);
        }

        boolean isSal() {
            return text.length() > 2 && text.startsWith("_") && text.endsWith("_") && Character.isUpperCase(text.charAt(1));
        }
    }

    private static final Word HASH = new Word("#", 0);

    private final String text;
    private int at;

    private LibraryScan(String text) {
        this.text = text;
    }

    static List<Stretch> of(String text) {
        LibraryScan scan = new LibraryScan(text);
        List<Stretch> list = new ArrayList<>();
        while (true) {
            int start = scan.skipToDeclaration();
            if (start < 0) {
                return list;
            }
            List<Word> words = new ArrayList<>();
            int begin = scan.at;
            scan.declaration(words);
            list.add(named(start, Math.max(scan.at, begin + 1), words));
            scan.at = Math.max(scan.at, begin + 1);
        }
    }

    // ---- cutting -------------------------------------------------------------------------------------------------------------

    /// Moves to the next declaration and gives where its `///` lines begin; -1 at the end.
    private int skipToDeclaration() {
        int doc = -1;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c) || c == ';') {
                at++;
            } else if (text.startsWith("///", at)) {
                doc = doc < 0 ? at : doc;
                lineEnd();
            } else if (text.startsWith("//", at)) {
                doc = -1;
                lineEnd();
            } else if (text.startsWith("/*", at)) {
                doc = -1;
                int end = text.indexOf("*/", at + 2);
                at = end < 0 ? text.length() : end + 2;
            } else {
                return doc < 0 ? at : doc;
            }
        }
        return -1;
    }

    private void lineEnd() {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
    }

    /// Reads one declaration: to the `;` or, of a function with a body, to its `}`.
    private void declaration(List<Word> words) {
        if (text.charAt(at) == '#') {
            int start = at;
            lineEnd();
            while (at < text.length() && at > 0 && (text.charAt(at - 1) == '\\' || text.charAt(at - 1) == '\r' && text.charAt(at - 2) == '\\')) {
                at++;
                lineEnd();
            }
            // By hand: most of the library is lines like this, and each start of the program reads them all.
            int word = start + 1;
            while (word < at && text.charAt(word) <= ' ') {
                word++;
            }
            int wordEnd = identifierEnd(word);
            int name = wordEnd;
            while (name < at && text.charAt(name) <= ' ') {
                name++;
            }
            words.add(HASH);
            words.add(new Word(text.substring(word, wordEnd), 0));
            if (name < at && identifierEnd(name) > name) {
                words.add(new Word(text.substring(name, identifierEnd(name)), 0));
            }
            return;
        }
        int depth = 0;
        boolean body = false;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c)) {
                at++;
            } else if (text.startsWith("//", at)) {
                lineEnd();
            } else if (text.startsWith("/*", at)) {
                int end = text.indexOf("*/", at + 2);
                at = end < 0 ? text.length() : end + 2;
            } else if (c == '"' || c == '\'') {
                literal(c);
                words.add(new Word("\"", depth));
            } else if (c >= '0' && c <= '9') {
                at = identifierEnd(at);                  // whole, for `0xBEEF` and `1UL` hold no names
                if (!body) {
                    words.add(new Word("0", depth));
                }
            } else if (Character.isJavaIdentifierStart(c)) {
                int start = at;
                while (at < text.length() && Character.isJavaIdentifierPart(text.charAt(at))) {
                    at++;
                }
                if (!body) {
                    words.add(new Word(text.substring(start, at), depth));
                }
            } else {
                at++;
                switch (c) {
                    case '(', '[', '{' -> {
                        if (c == '{' && depth == 0 && !words.isEmpty() && words.getLast().text().equals(")")) {
                            body = true;
                        }
                        if (!body) {
                            words.add(new Word(String.valueOf(c), depth));
                        }
                        depth++;
                    }
                    case ')', ']', '}' -> {
                        depth--;
                        if (!body) {
                            words.add(new Word(String.valueOf(c), depth));
                        }
                        if (c == '}' && depth == 0 && body) {
                            return;
                        }
                    }
                    case ';' -> {
                        if (!body) {
                            words.add(new Word(";", depth));
                        }
                        if (depth == 0) {
                            return;
                        }
                    }
                    default -> {
                        if (!body) {
                            words.add(new Word(String.valueOf(c), depth));
                        }
                    }
                }
            }
        }
    }

    private int identifierEnd(int from) {
        int end = from;
        while (end < text.length() && Character.isJavaIdentifierPart(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private void literal(char quote) {
        at++;
        while (at < text.length() && text.charAt(at) != quote && text.charAt(at) != '\n') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        at++;
    }

    // ---- naming ----------------------------------------------------------------------------------------------------------------

    private static Stretch named(int start, int end, List<Word> all) {
        List<String> names = new ArrayList<>();
        List<String> types = new ArrayList<>();
        if (!all.isEmpty() && all.getFirst() == HASH) {
            return new Stretch(start, end, all.size() > 2 && all.get(1).text().equals("define") ? List.of(all.get(2).text()) : List.of(), List.of());
        }
        List<Word> words = withoutAttributes(all);
        tagsAndEnumerators(words, names, types);
        boolean isTypedef = words.stream().anyMatch(w -> w.depth() == 0 && w.text().equals("typedef"));
        String first = words.isEmpty() ? "" : words.getFirst().text();
        if (isTypedef) {
            typedefNames(words, names, types);
        } else if (first.equals("ioctl") && words.size() > 1) {
            names.add(words.get(1).text());
        } else if (FORMS.contains(first) && words.size() > 2) {
            names.add(words.get(2).text());
        } else {
            declarators(words, names);
        }
        return new Stretch(start, end, names, types);
    }

    /// Without `[[…]]`, and without SAL and its arguments.
    private static List<Word> withoutAttributes(List<Word> words) {
        List<Word> kept = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            Word word = words.get(i);
            boolean attribute = word.text().equals("[") && i + 1 < words.size() && words.get(i + 1).text().equals("[");
            if (attribute) {
                int depth = word.depth();
                i++;
                while (i < words.size() && !(words.get(i).text().equals("]") && words.get(i).depth() == depth)) {
                    i++;
                }
            } else if (word.isSal()) {
                if (i + 1 < words.size() && words.get(i + 1).text().equals("(")) {
                    int depth = words.get(i + 1).depth();
                    i += 2;
                    while (i < words.size() && !(words.get(i).text().equals(")") && words.get(i).depth() == depth)) {
                        i++;
                    }
                }
            } else {
                kept.add(word);
            }
        }
        return kept;
    }

    private static void tagsAndEnumerators(List<Word> words, List<String> names, List<String> types) {
        for (int i = 0; i + 1 < words.size(); i++) {
            String keyword = words.get(i).text();
            if (!keyword.equals("struct") && !keyword.equals("union") && !keyword.equals("enum")) {
                continue;
            }
            int open = i + 1;
            if (words.get(open).isName()) {
                // Only a body declares a tag; `struct S *` refers to one that stands elsewhere, but is a type's name too.
                types.add(words.get(open).text());
                open++;
                if (open < words.size() && words.get(open).text().equals("{")) {
                    names.add(words.get(open - 1).text());
                }
            }
            if (keyword.equals("enum") && open < words.size() && words.get(open).text().equals("{")) {
                int depth = words.get(open).depth();
                boolean expect = true;
                for (int k = open + 1; k < words.size() && words.get(k).depth() > depth; k++) {
                    Word word = words.get(k);
                    if (word.depth() == depth + 1) {
                        if (expect && word.isName()) {
                            names.add(word.text());
                        }
                        expect = word.text().equals(",");
                    }
                }
            }
        }
    }

    private static void typedefNames(List<Word> words, List<String> names, List<String> types) {
        for (int i = 1; i < words.size(); i++) {
            Word word = words.get(i);
            String next = i + 1 < words.size() ? words.get(i + 1).text() : ";";
            String before = words.get(i - 1).text();
            boolean declarator = word.depth() == 0 && word.isName() && (next.equals(";") || next.equals(",") || next.equals("[") || next.equals("("))
                    && !(next.equals("(") && i + 2 < words.size() && words.get(i + 2).text().equals("*"))
                    && !before.equals("struct") && !before.equals("union") && !before.equals("enum") && !word.text().equals("typedef");
            boolean pointer = word.depth() == 1 && word.isName() && before.equals("*") && next.equals(")")
                    && i + 2 < words.size() && words.get(i + 2).text().equals("(");
            if (declarator || pointer) {
                names.add(word.text());
                types.add(word.text());
                if (next.equals("(") || pointer) {
                    return;
                }
            }
        }
    }

    /// A function, or the names of a variable.
    private static void declarators(List<Word> words, List<String> names) {
        for (int i = 0; i < words.size(); i++) {
            Word word = words.get(i);
            if (word.depth() != 0 || !word.isName()) {
                continue;
            }
            String next = i + 1 < words.size() ? words.get(i + 1).text() : ";";
            if (next.equals("(")) {
                names.add(word.text());
                return;
            }
            if (i > 0 && (next.equals(";") || next.equals("=") || next.equals("[") || next.equals(","))) {
                names.add(word.text());
            }
        }
    }
}
