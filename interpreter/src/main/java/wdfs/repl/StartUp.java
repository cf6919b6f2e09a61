package wdfs.repl;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Inputs that a session at a terminal takes before the first prompt: `.wdfsrc` of the user's home, and that of the current folder if
/// the user agrees. Whose folder one stands in may have been written by anybody, so its file is asked about, once for each of its
/// contents; and neither can `.save`.
/// @param agreed whether nobody has to be asked
/// @param unreadable why it cannot be read; empty if it can
public record StartUp(Path file, String text, boolean agreed, String unreadable) {
    static final String NAME = ".wdfsrc";
    private static final String REMEMBERED = "agreed";
    private static final int LARGEST = 64 << 10;

    /// What there is.
    /// @param home and state: null if there is none
    public static List<StartUp> of(Path home, Path here, Path state) {
        List<StartUp> all = new ArrayList<>();
        Path own = home == null ? null : home.resolve(NAME).toAbsolutePath().normalize();
        Path found = here.resolve(NAME).toAbsolutePath().normalize();
        if (own != null && Files.isRegularFile(own)) {
            all.add(of(own, true, List.of()));
        }
        if (!found.equals(own) && Files.isRegularFile(found)) {
            all.add(of(found, false, remembered(state)));
        }
        return all;
    }

    private static StartUp of(Path file, boolean agreed, List<String> remembered) {
        try {
            if (Files.size(file) > LARGEST) {
                return new StartUp(file, "", true, "it has more than 64 KiB");
            }
            String text = Files.readString(file);
            return new StartUp(file, text, agreed || remembered.contains(line(file, text)), "");
        } catch (CharacterCodingException _) {
            return new StartUp(file, "", true, "it is no text in UTF-8");
        } catch (IOException e) {
            return new StartUp(file, "", true, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
        }
    }

    /// The user has agreed: this content of this file is not asked about again.
    void remember(Path state) {
        if (state == null) {
            return;
        }
        try {
            Files.createDirectories(state);
            Files.writeString(state.resolve(REMEMBERED), line(file, text) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException _) {
            // it is asked again the next time
        }
    }

    private static List<String> remembered(Path state) {
        try {
            return state == null ? List.of() : Files.readAllLines(state.resolve(REMEMBERED));
        } catch (IOException _) {
            return List.of();
        }
    }

    private static String line(Path file, String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8))) + " " + file;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);                        // every Java has it
        }
    }
}
