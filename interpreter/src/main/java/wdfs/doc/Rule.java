package wdfs.doc;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A rule of docs/rules, and where docs/reference/rules has it again, with a script that shows it.
/// @param page the file of docs/rules, without its ending
/// @param section the heading that it stands under
/// @param part the heading below that one; empty if there is none
/// @param text its sentences in one line, as Markdown
public record Rule(String id, String page, String section, String part, String text) {
    private static final Pattern LINE = Pattern.compile("(?m)^(?:## (?<section>.+)|### (?<part>.+)|- \\*\\*(?<id>[A-Z]+-\\d+)\\*\\* (?<text>.*(?:\\n  .*)*))");

    /// What an id of a rule looks like.
    public static final Pattern ID = Pattern.compile("[A-Z]{2,5}-\\d{3,4}");

    /// The rules of a page, in its order.
    public static List<Rule> in(String page, String markdown) {
        List<Rule> rules = new ArrayList<>();
        String section = "";
        String part = "";
        for (Matcher line = LINE.matcher(markdown.replace("\r\n", "\n")); line.find();) {
            if (line.group("section") != null) {
                section = line.group("section").strip();
                part = "";
            } else if (line.group("part") != null) {
                part = line.group("part").strip();
            } else {
                rules.add(new Rule(line.group("id"), page, section, part, line.group("text").replaceAll("\\n\\s+", " ").strip()));
            }
        }
        return rules;
    }

    /// `kmdf-buffers/what-they-give.md`, below docs/reference/rules.
    public String file() {
        return page + "/" + section.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "") + ".md";
    }
}
