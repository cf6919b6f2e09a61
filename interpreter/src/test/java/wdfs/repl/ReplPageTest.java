package wdfs.repl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import wdfs.engine.Engine;
import wdfs.engine.RunOptions;

/// The guide to sessions: what its blocks show is what a session shows, and its list of commands is the list of commands.
/// `-Dwdfs.pages=write` writes the answers and the list anew; blocks may then hold what is typed alone, without prompts.
class ReplPageTest {
    private static final Path PAGE = Path.of("..", "docs", "repl.md");
    private static final Pattern BLOCK = Pattern.compile("```session\\n(.*?)```\\n", Pattern.DOTALL);
    private static final String COMMANDS = "<!-- commands -->\n";

    @Test
    void thePageShowsWhatASessionShows() throws IOException {
        String page = Files.readString(PAGE).replace("\r\n", "\n");
        List<String> typed = new ArrayList<>();
        Matcher block = BLOCK.matcher(page);
        while (block.find()) {
            typed.add(typed(block.group(1)));
        }
        assertThat(typed).isNotEmpty();
        List<String> shown = SessionTests.transcript(new Engine(), RunOptions.DEFAULT, Path.of("..", "samples").toAbsolutePath(), String.join("", typed));
        StringBuilder made = new StringBuilder();
        int at = 0;
        int end = 0;
        block.reset();
        for (String lines : typed) {
            block.find();
            made.append(page, end, block.start()).append("```session\n");
            long prompts = lines.lines().count();
            while (at < shown.size() && (prompts > 0 || !isPrompt(shown.get(at)))) {
                prompts -= isPrompt(shown.get(at)) ? 1 : 0;
                made.append(shown.get(at++)).append('\n');
            }
            made.append("```\n");
            end = block.end();
        }
        made.append(page, end, page.indexOf(COMMANDS) + COMMANDS.length()).append(commands());
        if ("write".equals(System.getProperty("wdfs.pages"))) {
            Files.writeString(PAGE, made);
        } else {
            assertThat(page).isEqualTo(made.toString());
        }
    }

    private static boolean isPrompt(String line) {
        return line.startsWith("wdfs> ") || line.startsWith("    > ");
    }

    /// What is typed in a block: the lines behind prompts, or all lines if it has none.
    private static String typed(String block) {
        StringBuilder text = new StringBuilder();
        boolean prompts = block.startsWith("wdfs> ");
        block.lines().filter(line -> !prompts || isPrompt(line)).forEach(line -> text.append(prompts ? line.substring(6) : line).append('\n'));
        return text.toString();
    }

    private static String commands() {
        StringBuilder text = new StringBuilder("\n| command | |\n|---|---|\n");
        for (Command command : new Commands().all()) {
            String also = command.others().isEmpty() ? "" : " Also `" + String.join("`, `", command.others()) + "`.";
            text.append("| `").append(command.usage().replace("|", "\\|")).append("` | ").append(command.summary()).append(command.details().isEmpty() ? "" : " " + command.details()).append(also).append(" |\n");
        }
        return text.toString();
    }
}
