package wdfs.differential;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// gcc's results, written down: what the lines of each seed's program come to.
final class Record {
    private Record() {}

    static Map<Long, String> load() {
        try (InputStream in = Record.class.getResourceAsStream("recorded.txt")) {
            Map<Long, String> digests = new LinkedHashMap<>();
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().filter(l -> !l.isBlank() && !l.startsWith("//")).map(l -> l.split(" "))
                    .forEach(l -> digests.put(Long.parseLong(l[0]), l[1]));
            return digests;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// FNV-1a of the lines, which is enough to see that two differ.
    static String digest(List<String> lines) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : String.join("\n", lines).getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ b & 0xFF) * 0x100000001b3L;
        }
        return "%016x".formatted(hash);
    }
}
