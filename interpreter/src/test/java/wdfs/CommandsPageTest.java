package wdfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import wdfs.cli.CommandLine;

/// The sessions of docs/commands.md print what the page shows: blocks marked `console` are typed, in a folder that holds the scripts
/// of the blocks that name a file (`wdfs file oops.wdfs`). `-Dwdfs.pages=update` writes what is printed into the page.
class CommandsPageTest {
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

    private static final String FILE = "```wdfs file ";

    @TempDir
    Path folder;

    @Test
    void theSessionsPrintWhatThePageShows() throws IOException {
        Path page = Files.isDirectory(Path.of("docs")) ? Path.of("docs/commands.md") : Path.of("../docs/commands.md");
        String text = Files.readString(page).replace("\r\n", "\n");
        String now = String.join("\n", played(List.of(text.split("\n", -1))));
        if ("update".equals(System.getProperty("wdfs.pages"))) {
            Files.writeString(page, now);
        } else {
            assertThat(now).isEqualTo(text);
        }
    }

    private List<String> played(List<String> page) throws IOException {
        List<String> result = new ArrayList<>();
        for (int i = 0; i < page.size(); i++) {
            String line = page.get(i);
            result.add(line);
            int end = i + 1;
            while (line.startsWith(FILE) && !page.get(end).equals("```")) {
                end++;
            }
            if (line.startsWith(FILE)) {
                Files.writeString(folder.resolve(line.substring(FILE.length())), String.join("\n", page.subList(i + 1, end)) + "\n");
            } else if (line.equals("```console")) {
                for (i++; !page.get(i).equals("```"); i++) {
                    if (page.get(i).startsWith("$ wdfs ")) {
                        result.add(page.get(i));
                        result.addAll(printed(page.get(i).substring("$ wdfs ".length())));
                    }
                }
                result.add("```");
            }
        }
        return result;
    }

    private List<String> printed(String command) {
        List<String> words = new ArrayList<>();
        for (Matcher word = WORD.matcher(command); word.find();) {
            words.add(word.group(1) != null ? word.group(1) : word.group(2));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        int exit = new CommandLine(out, out, false).in(folder).run(words.toArray(String[]::new));
        String text = bytes.toString(StandardCharsets.UTF_8).replace(folder.toString().replace('\\', '/') + "/", "").replace(folder + "/", "");
        List<String> lines = new ArrayList<>(text.stripTrailing().lines().toList());
        if (exit != 0) {
            lines.add("[exit code " + exit + "]");
        }
        return lines;
    }
}
