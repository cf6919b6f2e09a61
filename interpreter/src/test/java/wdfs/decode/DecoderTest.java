package wdfs.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wdfs.runtime.BugChecks;
import wdfs.runtime.Statuses;

/// Numbers to names and back, over the whole tables.
class DecoderTest {
    private final Decoder decoder = new Decoder(new Statuses());

    private static List<String[]> rows(String file) throws IOException {
        try (var in = DecoderTest.class.getResourceAsStream("/wdfs/data/" + file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().skip(1).map(line -> line.split(",")).toList();
        }
    }

    private List<Reading> read(String text) {
        try {
            return decoder.read(text);
        } catch (Decoder.Unknown e) {
            throw new AssertionError(e);
        }
    }

    private Reading read(String text, String kind) {
        return read(text).stream().filter(r -> r.kind().equals(kind)).findFirst().orElseThrow(() -> new AssertionError(text + " is no " + kind));
    }

    private static String field(Reading reading, String name) {
        return reading.fields().stream().filter(f -> f.name().equals(name)).map(f -> (f.value() + " " + f.meaning()).strip()).findFirst().orElse("");
    }

    private static boolean names(Reading reading, String name) {
        return reading.title().equals(name) || field(reading, "also").contains(name) || field(reading, "also").contains(" more");
    }

    @Test
    void everyStatusIsFoundByNameAndByNumber() throws IOException {
        Statuses statuses = new Statuses();
        for (String[] row : rows("ntstatus.csv")) {
            Reading byName = read(row[0], "NTSTATUS");
            assertThat(byName.value()).as(row[0]).isEqualTo(Long.decode(row[1]));
            assertThat(read(row[1], "NTSTATUS")).isEqualTo(byName).satisfies(r -> assertThat(names(r, row[0])).as(row[0]).isTrue());
            assertThat(field(byName, "GetLastError")).startsWith(Integer.toUnsignedString(statuses.toWin32((int) byName.value())));
        }
    }

    @Test
    void everyWin32ErrorIsFoundByNameAndByNumber() throws IOException {
        for (String[] row : rows("win32errors.csv")) {
            Reading byName = read(row[0], "Win32 error");
            assertThat(byName.value()).as(row[0]).isEqualTo(Long.parseLong(row[1]));
            assertThat(read(row[1], "Win32 error")).isEqualTo(byName).satisfies(r -> assertThat(names(r, row[0])).as(row[0]).isTrue());
        }
    }

    @Test
    void everyTranslationOfAStatusStandsAtBothEnds() throws IOException {
        for (String[] row : rows("ntstatus-to-win32.csv")) {
            Reading status = read(row[1], "NTSTATUS");
            assertThat(field(status, "GetLastError")).as(row[0]).matches(row[3] + "( .*)?");
        }
        assertThat(field(read("ERROR_INSUFFICIENT_BUFFER", "Win32 error"), "comes from")).contains("STATUS_BUFFER_TOO_SMALL");
    }

    @Test
    void everyPublicControlCodeHasTheFieldsOfItsHeader() throws IOException {
        for (String[] row : rows("ioctl-public.csv")) {
            Reading reading = read(row[0], "control code");
            assertThat(reading.value()).as(row[0]).isEqualTo(Long.decode(row[1]));
            assertThat(field(reading, "device type")).as(row[0]).startsWith(row[2]);
            assertThat(field(reading, "function")).as(row[0]).startsWith(row[3] + " ");
            assertThat(field(reading, "method")).as(row[0]).contains(row[4]);
            assertThat(field(reading, "access").replace(" ", "").substring(1)).as(row[0]).isEqualTo(row[5]);
            assertThat(read(row[1], "control code")).isEqualTo(reading);
            assertThat(read(field(reading, "made by"), "control code")).as(row[0]).isEqualTo(reading);
        }
    }

    @Test
    void everyBugCheckOfWindowsIsFoundByNameAndByNumber() throws IOException {
        assertThat(rows("bugchecks.csv")).hasSizeGreaterThan(350);
        for (String[] row : rows("bugchecks.csv")) {
            Reading reading = read(row[0], "bug check");
            assertThat(reading.title()).isEqualTo(row[0]);
            assertThat(reading.value()).isEqualTo(Long.decode(row[1]));
            assertThat(read(row[1], "bug check")).isEqualTo(reading);
        }
    }

    @Test
    void theBugChecksThatWdfsReportsAreThoseOfTheTable() {
        for (String name : BugChecks.names()) {
            assertThat(read(name, "bug check").value()).as(name).isEqualTo(BugChecks.code(name).orElseThrow());
        }
    }

    @ParameterizedTest
    @CsvSource({"0xC0000023, STATUS_BUFFER_TOO_SMALL", "c0000023, STATUS_BUFFER_TOO_SMALL", "C0000023h, STATUS_BUFFER_TOO_SMALL", "-1073741789, STATUS_BUFFER_TOO_SMALL",
        "3221225507, STATUS_BUFFER_TOO_SMALL", "0xFFFFFFFFC0000023, STATUS_BUFFER_TOO_SMALL", "status_buffer_too_small, STATUS_BUFFER_TOO_SMALL", "0xc000_0023L, STATUS_BUFFER_TOO_SMALL",
        "0x80070005, HRESULT_FROM_WIN32(ERROR_ACCESS_DENIED)", "80070005, HRESULT_FROM_WIN32(ERROR_ACCESS_DENIED)", "HRESULT_FROM_WIN32(5), HRESULT_FROM_WIN32(ERROR_ACCESS_DENIED)",
        "0xD0000022, HRESULT_FROM_NT(STATUS_ACCESS_DENIED)", "HRESULT_FROM_NT(STATUS_ACCESS_DENIED), HRESULT_FROM_NT(STATUS_ACCESS_DENIED)", "0x10D, WDF_VIOLATION", "0x133, DPC_WATCHDOG_VIOLATION", "critical_process_died, CRITICAL_PROCESS_DIED", "0xC000021A, WINLOGON_FATAL_ERROR", "1, FILE_DEVICE_BEEP",
        "IOCTL_DISK_GET_DRIVE_GEOMETRY, IOCTL_DISK_GET_DRIVE_GEOMETRY", "0x70000, IOCTL_DISK_GET_DRIVE_GEOMETRY"})
    void aValueIsReadInEachWayOfWriting(String text, String title) {
        assertThat(read(text)).anyMatch(r -> r.title().equals(title));
    }

    @Test
    void whatCanMeanSeveralThingsIsToldWithAllOfThem() {
        assertThat(read("1")).extracting(Reading::title).containsExactly("STATUS_WAIT_1", "ERROR_INVALID_FUNCTION", "APC_INDEX_MISMATCH", "FILE_DEVICE_BEEP");
        assertThat(field(read("0", "NTSTATUS"), "also")).contains("STATUS_WAIT_0");
    }

    @Test
    void whatNoTableHasStillHasAStructure() {
        assertThat(read("0x9C402408")).extracting(Reading::kind).contains("control code", "NTSTATUS");
        assertThat(read("0x9C402408", "control code").title()).isEqualTo("CTL_CODE(0x9C40, 0x902, METHOD_BUFFERED, FILE_ANY_ACCESS)");
        assertThat(read("0xE0001234", "NTSTATUS")).satisfies(r -> assertThat(field(r, "customer")).isNotEmpty()).satisfies(r -> assertThat(r.known()).isFalse());
    }

    @Test
    void theParametersOfABugCheckAreNamed() {
        Reading reading = read("WDF_VIOLATION(0x5, 0x2001F, 0x1008, 0)", "bug check");
        assertThat(field(reading, "Arg1")).isEqualTo("0x5 INVALID_HANDLE");
        assertThat(field(reading, "Arg3")).isEqualTo("0x1008");
        assertThat(field(read("0x7E(0xC0000005)", "bug check"), "Arg1")).contains("STATUS_ACCESS_VIOLATION");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "0x", "0x1FFFFFFFF", "4294967296", "-2147483649", "0x0000000180000000", "STATUS_NO_SUCH_THING", "CTL_CODE(1, 2, 3)", "CTL_CODE(0x10000, 0, 0, 0)",
        "CTL_CODE(1, 2, 4, 0)", "HRESULT_FROM_WIN32()", "F(1)", "WDF_VIOLATION(1, 2, 3, 4, 5)", "WDF_VIOLATION(z)", "99999999999999999999"})
    void whatIsNoValueIsRefused(String text) {
        assertThatThrownBy(() -> decoder.read(text)).isInstanceOf(Decoder.Unknown.class);
    }

    @Test
    void aMisspeltNameIsAnsweredWithTheNearest() {
        assertThatThrownBy(() -> decoder.read("STATUS_BUFFER_TO_SMALL")).hasMessageContaining("did you mean STATUS_BUFFER_TOO_SMALL");
    }
}
