package wdfs.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;

/// Goes through the transcripts that differed, and has a person decide about each: `x.golden.new` becomes `x.golden`, or is thrown
/// away, or stays.
public final class Review {
    private static final String CHOICES = "accept (a), reject (r), skip (s), whole run (w) or quit (q)?\n";   // a line of its own: in a pipe nobody sees the answer

    private final BufferedReader in;
    private final PrintStream out;
    private final boolean colour;
    private int accepted;
    private int rejected;
    private int left;

    /// @param in where the answers are typed, a line each
    public Review(BufferedReader in, PrintStream out, boolean colour) {
        this.in = in;
        this.out = out;
        this.colour = colour;
    }

    /// @param fresh the files `x.golden.new`
    /// @return how many of them are still there
    public int run(List<Path> fresh) throws IOException {
        if (fresh.isEmpty()) {
            out.append("nothing to review: no transcript differs\n");
            out.flush();
            return 0;
        }
        boolean goesOn = true;
        for (int i = 0; i < fresh.size() && goesOn; i++) {
            out.append("%d of %d  ".formatted(i + 1, fresh.size()));
            goesOn = decide(fresh.get(i));
        }
        left = fresh.size() - accepted - rejected;
        out.append("-- %d accepted, %d rejected, %d left\n".formatted(accepted, rejected, left));
        out.flush();
        return left;
    }

    /// @return whether the others are to be shown, too
    private boolean decide(Path fresh) throws IOException {
        Path golden = Golden.replacedBy(fresh);
        List<String> before = Files.exists(golden) ? Golden.read(golden).lines().toList() : List.of();
        List<String> after = Golden.read(fresh).lines().toList();
        out.append(shown(golden)).append(Files.exists(golden) ? "" : "  (new)").append('\n');
        if (isOlderThanItsTest(fresh)) {
            out.append("  the test has changed since this run: run it again first, or the answer is about something else\n");
        }
        Difference difference = Difference.between(golden.getFileName().toString(), before, fresh.getFileName().toString(), after);
        difference.lines().forEach(line -> out.append("  ").append(Difference.painted(line, colour)).append('\n'));
        while (true) {
            out.append(CHOICES);
            out.flush();
            String answer = in.readLine();
            if (answer == null) {
                return false;
            }
            switch (answer.strip().toLowerCase(Locale.ROOT)) {
                case "a", "accept" -> {
                    Files.move(fresh, golden, StandardCopyOption.REPLACE_EXISTING);
                    accepted++;
                    return told("accepted: " + shown(golden) + " is what the run printed");
                }
                case "r", "reject" -> {
                    Files.delete(fresh);
                    rejected++;
                    return told("rejected: " + shown(fresh) + " is gone, and the test still fails");
                }
                case "s", "skip" -> {
                    return told("skipped: " + shown(fresh) + " stays");
                }
                case "w", "whole", "whole run" -> after.forEach(line -> out.append("  ").append(line).append('\n'));
                case "q", "quit" -> {
                    return false;
                }
                default -> told("`" + answer.strip() + "` is none of them");
            }
        }
    }

    private boolean told(String text) {
        out.append(text).append('\n');
        return true;
    }

    private static String shown(Path file) {
        return file.normalize().toString().replace('\\', '/');
    }

    private static boolean isOlderThanItsTest(Path fresh) {
        try {
            for (Path test : Golden.owners(Golden.replacedBy(fresh))) {
                if (Files.exists(test) && Files.getLastModifiedTime(test).compareTo(Files.getLastModifiedTime(fresh)) > 0) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
