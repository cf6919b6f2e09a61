package wdfs.decode;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The tables of names and numbers that come with wdfs, each read when it is first asked.
final class Tables {
    private final Map<String, Table> tables = new LinkedHashMap<>();

    /// Names and values of one kind, findable from both sides. Several names may have one value.
    record Table(Map<String, Integer> byName, Map<Integer, List<String>> byValue) {
        List<String> names(int value) {
            return byValue.getOrDefault(value, List.of());
        }

        /// The value of a name, whatever the case of its letters.
        Optional<Integer> value(String name) {
            return Optional.ofNullable(byName.get(name.toUpperCase(Locale.ROOT)));
        }
    }

    Table statuses() {
        return table("ntstatus.csv");
    }

    Table errors() {
        return table("win32errors.csv");
    }

    Table controlCodes() {
        return table("ioctl-public.csv");
    }

    Table deviceTypes() {
        return table("device-types.csv");
    }

    Table bugChecks() {
        return table("bugchecks.csv");
    }

    private Table table(String file) {
        return tables.computeIfAbsent(file, Tables::read);
    }

    /// The first two columns: a name, and a number in decimal or with 0x.
    private static Table read(String file) {
        Map<String, Integer> byName = new LinkedHashMap<>();
        Map<Integer, List<String>> byValue = new LinkedHashMap<>();
        InputStream stream = Tables.class.getResourceAsStream("/wdfs/data/" + file);
        if (stream == null) {
            throw new IllegalStateException("missing resource " + file);
        }
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            reader.readLine();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String[] cells = line.split(",");
                int value = (int) Long.decode(cells[1]).longValue();
                byName.putIfAbsent(cells[0].toUpperCase(Locale.ROOT), value);
                byValue.computeIfAbsent(value, _ -> new ArrayList<>()).add(cells[0]);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Table(byName, byValue);
    }
}
