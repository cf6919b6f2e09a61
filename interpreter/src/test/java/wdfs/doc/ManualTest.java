package wdfs.doc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wdfs.engine.Engine;

/// What `wdfs doc` says of names, and that the reference pages are made from the library as it is.
class ManualTest {
    private static final Engine ENGINE = new Engine();
    private final Manual manual = new Manual(ENGINE);

    private String text(String name) {
        return String.join("\n", manual.of(name).orElseThrow(() -> new AssertionError("nothing about " + name)));
    }

    @Test
    void theReferencePagesAreThoseOfTheLibrary() throws IOException {
        Path folder = Files.isDirectory(Path.of("docs")) ? Path.of("docs/reference") : Path.of("../docs/reference");
        Map<String, String> pages = new ReferencePages(ENGINE).all();
        assertThat(pages.keySet()).contains("wdf.md", "wdm.md", "win32.md");
        for (Map.Entry<String, String> page : pages.entrySet()) {
            assertThat(folder.resolve(page.getKey())).as("./wdfs doc --pages docs/reference writes it").exists();
            assertThat(Files.readString(folder.resolve(page.getKey())).replace("\r\n", "\n")).as(page.getKey() + "; ./wdfs doc --pages docs/reference writes it anew").isEqualTo(page.getValue());
        }
    }

    @Test
    void everythingThatTheLibraryDeclaresHasAText() {
        for (String name : ENGINE.library().names()) {
            assertThat(manual.of(name)).as(name).isPresent().get().satisfies(lines -> assertThat(lines.size()).as(name).isGreaterThan(1));
        }
    }

    @Test
    void aFunctionShowsItsDeclarationAndWhatItSays() {
        assertThat(text("WdfRequestRetrieveUnsafeUserInputBuffer")).contains("    _IRQL_requires_max_(PASSIVE_LEVEL)\n    _Must_inspect_result_\n", "        _Out_ PVOID *InputBuffer,\n", "for        KMDF 1.0\n",
                "IRQL       <= PASSIVE_LEVEL\n", "result     must be looked at", "rules      KBUF-160", "KBUF-160  NTSTATUS (WDFREQUEST");
        assertThat(text("WdfIoQueueRetrieveNextRequest")).contains("Takes the oldest waiting request", "KMDF 1.0, UMDF 2.0");
        assertThat(text("open")).contains("for        processes and tests");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"LANG-101 | an unknown name", "0x10D | the framework found a mistake", "infoleak | bytes returned that the driver never wrote", "PAGED_CODE | pageable code at DISPATCH_LEVEL", "WdfWaitLockRelease | WDFWAITLOCK", "lang-101 | an unknown name", "STATUS_PENDING | ERROR_IO_PENDING", "WDF_VIOLATION | INVALID_HANDLE", "ERROR_ACCESS_DENIED | STATUS_ACCESS_DENIED",
        "METHOD_NEITHER | EvtIoInCallerContext", "KBUF-160 | PASSIVE_LEVEL", "EvtIoRead | stands in  a queue", "IRP_MJ_READ | DRIVER_DISPATCH", "WDF_OBJECT_ATTRIBUTES | ParentObject",
        "WDFREQUEST | typedef PVOID WDFREQUEST", "IOCTL_DISK_GET_DRIVE_GEOMETRY | CTL_CODE(FILE_DEVICE_DISK", "FILE_DEVICE_DISK | device type", "GENERIC_READ | 0x80000000", "CTL_CODE | DeviceType"})
    void aNameOfAnyKindIsAnswered(String name, String words) {
        assertThat(text(name)).contains(words);
    }

    @Test
    void nothingIsWiderThanATerminal() {
        for (String name : List.of("LANG-031", "METHOD_NEITHER", "KBUF-171", "WdfRequestProbeAndLockUserBufferForRead", "ERROR_ACCESS_DENIED")) {
            boolean rule = Rule.ID.matcher(name).matches() && !name.startsWith("LANG");
            assertThat(text(name).lines()).as(name).allMatch(line -> line.length() <= 100 || rule && line.startsWith("    "));      // scripts are as they are
        }
    }

    @Test
    void aMisspeltNameIsAnsweredWithTheNearest() {
        assertThat(manual.of("WdfRequestComplet")).isEmpty();
        assertThat(manual.near("WdfRequestComplet")).contains("WdfRequestComplete");
        assertThat(manual.near("LANG-1O1")).isNotEmpty();
    }

    @Test
    void aRuleIsShownWithAScript() {
        assertThat(text("IOM-020")).startsWith("IOM-020\n\n  A control code has 32 bits").contains("\n    test \"IOM-020", "    }\n\n  From `conformance/", "  page: docs/reference/rules/io-manager/control-codes.md");
        assertThat(text("iom-020")).isEqualTo(text("IOM-020"));
    }

    @Test
    void aScriptThatStandsWithAnotherRuleIsShownAllTheSame() {
        assertThat(text("IOM-021")).contains("CTL_CODE(type, function, method, access)", "\n    test \"IOM-020");
    }

    @Test
    void aRuleWithoutAScriptSaysWhy() {
        assertThat(text("OBJ-018")).contains("No script: there is no DDI that could change a parent.").doesNotContain("**");
    }

    @Test
    void everyRuleIsAnsweredAndShown() throws IOException {
        Sections sections = new Sections();
        try (Stream<Path> pages = Files.list(Files.isDirectory(Path.of("docs")) ? Path.of("docs/rules") : Path.of("../docs/rules"))) {
            assertThat(pages.map(page -> page.getFileName().toString().replace(".md", "")).filter(page -> !page.equals("README"))).containsExactlyInAnyOrderElementsOf(Sections.RULES);
        }
        assertThat(sections.rules()).hasSizeGreaterThan(1000).allMatch(rule -> !sections.shownFor(rule).isEmpty());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"REQ-999 | there is no rule REQ-999; those of REQ are REQ-001 to REQ-", "VER-006 | wdfs doc WDF_VIOLATION", "CB-0001 | wdfs test conformance --filter CB-0001",
        "WdfRequestComplet | did you mean WdfRequestComplete"})
    void ofAnUnknownNameItIsSaidWhatToDo(String name, String words) {
        assertThat(manual.of(name)).isEmpty();
        assertThat(manual.unknown(name)).contains(words);
    }
}
