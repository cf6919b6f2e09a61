package wdfs.repl;

import java.util.ArrayList;
import java.util.List;

/// The words behind a command, and the options among them.
public record Words(String rest, List<String> list, boolean json) {
    public Words {
        list = List.copyOf(list);
    }

    static Words of(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder rest = new StringBuilder();
        boolean json = false;
        for (String word : split(text)) {
            if (word.equals("--json")) {
                json = true;
            } else {
                words.add(word);
                rest.append(rest.isEmpty() ? "" : " ").append(word);
            }
        }
        return new Words(json ? rest.toString() : text.strip(), words, json);
    }

    /// At spaces; what stands in double quotes is one word.
    private static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean quoted = false;
        boolean any = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
                any = true;
            } else if (Character.isWhitespace(c) && !quoted) {
                if (any || !word.isEmpty()) {
                    words.add(word.toString());
                }
                word.setLength(0);
                any = false;
            } else {
                word.append(c);
            }
        }
        if (any || !word.isEmpty()) {
            words.add(word.toString());
        }
        return words;
    }

    int count() {
        return list.size();
    }

    boolean isEmpty() {
        return list.isEmpty();
    }

    String word(int i) {
        return i < list.size() ? list.get(i) : "";
    }

    String need(int i, String what) throws Command.Stop {
        if (i >= list.size()) {
            throw new Command.Stop("it wants " + what);
        }
        return list.get(i);
    }

    boolean has(String word) {
        return list.contains(word);
    }
}
