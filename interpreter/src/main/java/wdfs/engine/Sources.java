package wdfs.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wdfs.semantics.SourceLoader;
import wdfs.source.SourceFile;

/// The files that a script may see: those in its own folder and in the folders named by `--include`. Symbolic links are
/// followed before the question is asked, so that none leads out.
public final class Sources implements SourceLoader {
    /// More than any script that a person wrote; in bytes.
    private static final long LARGEST = 32L << 20;

    private final Path folder;
    private final List<Path> includes;
    private final Map<String, SourceFile> loaded = new HashMap<>();
    private final Map<SourceFile, Path> places = new HashMap<>();

    private Sources(Path folder, List<Path> includes) {
        this.folder = folder;
        this.includes = includes;
    }

    /// A script that could not be read; the message is fit to show.
    public static final class Unreadable extends Exception {
        public Unreadable(String message) {
            super(message);
        }
    }

    /// @param main the script that is run
    /// @param includes further folders that imports may come from
    public static Sources of(Path main, List<Path> includes) throws Unreadable {
        if (!Files.exists(main)) {
            throw new Unreadable("there is no file " + main);
        }
        if (Files.isDirectory(main)) {
            throw new Unreadable(main + " is a folder; name a script in it");
        }
        try {
            return new Sources(main.toRealPath().getParent(), includes);
        } catch (IOException _) {
            throw new Unreadable(main + " cannot be read");
        }
    }

    /// @param shown the path that findings print
    public SourceFile main(Path main, String shown) throws Unreadable {
        try {
            return read(main.toRealPath(), shown);
        } catch (IOException e) {
            throw new Unreadable(main + " cannot be read: " + reason(e));
        }
    }

    private static String reason(IOException e) {
        return e instanceof CharacterCodingException ? "it is not UTF-8 text" : e.getMessage() == null ? "the system refused" : e.getMessage();
    }

    private SourceFile read(Path real, String shown) throws IOException {
        SourceFile known = loaded.get(real.toString());
        if (known != null) {
            return known;
        }
        if (Files.size(real) > LARGEST) {
            throw new IOException("it is larger than 32 MiB");
        }
        String text = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT).onUnmappableCharacter(CodingErrorAction.REPORT)
                .decode(ByteBuffer.wrap(Files.readAllBytes(real))).toString();
        if (text.startsWith("\uFEFF")) {
            text = text.substring(1);
        }
        SourceFile file = new SourceFile(shown, text, shown.endsWith(".h") ? SourceFile.Origin.HEADER : SourceFile.Origin.SCRIPT);
        loaded.put(real.toString(), file);
        places.put(file, real);
        return file;
    }

    /// The files that were read so far.
    public java.util.Collection<Path> places() {
        return List.copyOf(places.values());
    }

    /// Where a file that was read lies; empty for one of the library.
    public Optional<Path> placeOf(SourceFile file) {
        return Optional.ofNullable(places.get(file));
    }

    @Override
    public Loaded load(SourceFile importing, String target) {
        if (target.isEmpty() || target.startsWith("/") || target.contains(":")) {
            return new Loaded.Refused("an import is a path relative to the file that imports");
        }
        Path from = places.containsKey(importing) ? places.get(importing).getParent() : folder;
        try {
            Path here = from.resolve(target);
            if (Files.exists(here)) {
                return inside(here, importing, target);
            }
            for (Path include : includes) {
                Path there = include.resolve(target);
                if (Files.exists(there)) {
                    return inside(there, importing, target);
                }
            }
        } catch (InvalidPathException _) {
            return new Loaded.Refused("that is no path");
        }
        return new Loaded.Refused("there is no such file");
    }

    private Loaded inside(Path path, SourceFile importing, String target) {
        try {
            Path real = path.toRealPath();
            boolean allowed = real.startsWith(folder);
            for (Path include : includes) {
                allowed |= real.startsWith(include.toRealPath());
            }
            if (!allowed) {
                return new Loaded.Refused("it lies outside the folder of the script; --include DIR opens another one");
            }
            if (!Files.isRegularFile(real)) {
                return new Loaded.Refused("it is not a file");
            }
            String shown = importing.path();
            Path sibling = Path.of(shown).resolveSibling(target).normalize();
            return new Loaded.Found(read(real, sibling.toString().replace('\\', '/')));
        } catch (IOException e) {
            return new Loaded.Refused(reason(e));
        }
    }
}
