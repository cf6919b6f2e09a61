package wdfs.runtime;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/// NTSTATUS names, and their translation to Win32 errors (ENV §9). The tables are read when first asked. Several machines may
/// ask at the same time: a table is seen whole or not at all.
public final class Statuses {
    private volatile Map<Integer, String> names;
    private volatile Map<Integer, Integer> errors;
    /// Filled before {@link #errors} is there.
    private final Map<Integer, String> errorNames = new HashMap<>();
    /// What {@link #errors} becomes, while the table is read.
    private Map<Integer, Integer> reading;

    /// Every name, in no order.
    public Collection<String> names() {
        return table().values();
    }

    public String name(int status) {
        String name = table().get(status);
        return name != null ? name : "0x%08X".formatted(status);
    }

    private Map<Integer, String> table() {
        Map<Integer, String> known = names;
        return known != null ? known : readNames();
    }

    private synchronized Map<Integer, String> readNames() {
        if (this.names == null) {
            Map<Integer, String> names = new HashMap<>();
            rows("ntstatus.csv", (name, value) -> names.putIfAbsent((int) Long.decode(value).longValue(), name));
            names.put(0, "STATUS_SUCCESS");
            this.names = names;
        }
        return this.names;
    }

    /// What GetLastError gives for a status (RtlNtStatusToDosError).
    public int toWin32(int status) {
        Map<Integer, Integer> table = errors;
        Integer known = (table != null ? table : readErrors()).get(status);
        if (known != null) {
            return known;
        }
        if ((status & 0x2000_0000) != 0) {
            return status;
        }
        if ((status & 0xF000_0000) == 0xD000_0000) {
            return toWin32(status & ~0x1000_0000);
        }
        int facility = status >>> 16;
        if (facility == 0xC001 || facility == 0x8007 || facility == 0xC007) {
            return status & 0xFFFF;
        }
        return 317;
    }

    private synchronized Map<Integer, Integer> readErrors() {
        if (errors == null) {
            reading = new HashMap<>();
            rows("ntstatus-to-win32.csv", (_, _) -> { });
            errors = reading;
            reading = null;
        }
        return errors;
    }

    /// `ERROR_MORE_DATA`; the number if no status leads to it.
    public String errorName(int error) {
        toWin32(0);
        String name = errorNames.get(error);
        return name != null ? name : "error " + Integer.toUnsignedString(error);
    }

    private interface Row {
        void take(String name, String value);
    }

    private void rows(String file, Row row) {
        InputStream stream = Statuses.class.getResourceAsStream("/wdfs/data/" + file);
        if (stream == null) {
            throw new IllegalStateException("missing resource " + file);
        }
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            String header = reader.readLine();
            boolean translation = header.split(",").length > 2 && file.startsWith("ntstatus-to");
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String[] cells = line.split(",");
                if (translation) {
                    translationRow(header.split(","), cells);
                } else {
                    row.take(cells[0], cells[1]);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void translationRow(String[] header, String[] cells) {
        int status = 0;
        int error = 0;
        boolean translated = false;
        String errorName = "";
        for (int i = 0; i < header.length && i < cells.length; i++) {
            String name = header[i].toLowerCase(java.util.Locale.ROOT);
            if (name.contains("status") && cells[i].startsWith("0x")) {
                status = (int) Long.decode(cells[i]).longValue();
            } else if ((name.contains("value") || name.contains("dec") || name.contains("error")) && cells[i].matches("[0-9]+")) {
                error = (int) Long.parseLong(cells[i]);
                translated = true;
            } else if (name.contains("win32")) {
                errorName = cells[i];
            }
        }
        if (translated) {
            reading.putIfAbsent(status, error);
            errorNames.putIfAbsent(error, errorName);
        }
    }
}
