package wdfs.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Several files in one text: a head, then each file behind a line with its name, `-- echo.wdfs --`.
/// @param parts the files, in their order
/// @param wrong what is no name of a file
record Archive(List<String> head, Map<String, String> parts, List<String> wrong) {
    private static final Pattern MARK = Pattern.compile("-- (\\S(?:.*\\S)?) --");

    static Archive of(String text) {
        List<String> head = new ArrayList<>();
        Map<String, StringBuilder> parts = new LinkedHashMap<>();
        List<String> wrong = new ArrayList<>();
        StringBuilder part = null;
        int number = 0;
        for (String line : text.replace("\r\n", "\n").lines().toList()) {
            number++;
            Matcher mark = MARK.matcher(line);
            if (mark.matches()) {
                part = new StringBuilder();
                if (!isInside(mark.group(1))) {
                    wrong.add("line " + number + ": `" + mark.group(1) + "` is no path in the folder of the archive");
                } else if (parts.putIfAbsent(mark.group(1), part) != null) {
                    wrong.add("line " + number + ": there is a file `" + mark.group(1) + "` already");
                }
            } else if (part == null) {
                head.add(line);
            } else {
                part.append(line).append('\n');
            }
        }
        Map<String, String> texts = new LinkedHashMap<>();
        parts.forEach((name, content) -> texts.put(name, content.toString()));
        return new Archive(head, texts, wrong);
    }

    /// No archive writes anywhere else.
    static boolean isInside(String name) {
        return !name.startsWith("/") && !name.contains("\\") && !name.contains(":") && List.of(name.split("/", -1)).stream().noneMatch(step -> step.isEmpty() || step.equals(".") || step.equals(".."));
    }

    String text() {
        StringBuilder text = new StringBuilder();
        head.forEach(line -> text.append(line).append('\n'));
        parts.forEach((name, content) -> text.append("-- ").append(name).append(" --\n").append(content));
        return text.toString();
    }
}
