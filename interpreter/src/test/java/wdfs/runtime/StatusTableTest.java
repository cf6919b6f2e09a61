package wdfs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What GetLastError says of each status that Windows' own table has, and of those that it has not (ENV §9).
class StatusTableTest {
    private final Statuses statuses = new Statuses();

    private record Row(int status, int error) {}

    private static List<Row> rows() throws IOException {
        try (InputStream table = Statuses.class.getResourceAsStream("/wdfs/data/ntstatus-to-win32.csv")) {
            return new String(table.readAllBytes(), StandardCharsets.UTF_8).lines().skip(1).map(line -> line.split(","))
                    .map(cells -> new Row((int) Long.decode(cells[1]).longValue(), (int) Long.parseLong(cells[3]))).toList();
        }
    }

    @Test
    void everyRowOfTheTable() throws IOException {
        List<Row> rows = rows();
        assertThat(rows).hasSizeGreaterThan(1400);
        assertThat(rows.stream().filter(row -> statuses.toWin32(row.status) != row.error)).isEmpty();
    }

    @Test
    void whatTheTableHasNot() {
        assertThat(statuses.toWin32(0xC0001234)).isEqualTo(317);      // ERROR_MR_MID_NOT_FOUND
        assertThat(statuses.toWin32(0xC0200204)).isEqualTo(317);      // ENV-171: a status of the framework
        assertThat(statuses.toWin32(0xE0001234)).isEqualTo(0xE0001234);   // a customer's
        assertThat(statuses.toWin32(0xD0000022)).isEqualTo(5);        // as 0xC0000022
        assertThat(statuses.toWin32(0xC0010005)).isEqualTo(5);
        assertThat(statuses.toWin32(0x80070006)).isEqualTo(6);
        assertThat(statuses.toWin32(0xC0070007)).isEqualTo(7);
    }

    @Test
    void exceptionsGoThroughAsTheyAre() {
        assertThat(statuses.toWin32(0x80000001)).isEqualTo(0x80000001);   // STATUS_GUARD_PAGE_VIOLATION
        assertThat(statuses.toWin32(0xC0000094)).isEqualTo(0xC0000094);   // STATUS_INTEGER_DIVIDE_BY_ZERO
    }
}
