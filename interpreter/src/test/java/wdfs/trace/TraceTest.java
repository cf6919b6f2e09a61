package wdfs.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import wdfs.codegen.Program;
import wdfs.engine.Engine;
import wdfs.engine.RunOptions;
import wdfs.engine.Simulation;
import wdfs.semantics.SourceLoader;
import wdfs.source.SourceFile;

/// `wdfs trace`: a run, drawn.
class TraceTest {
    private static final Engine ENGINE = new Engine();
    private static final String SCRIPT = """
            #define IOCTL_COPY CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)
            #define IOCTL_MAP  CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_OUT_DIRECT, FILE_ANY_ACCESS)
            driver Both kmdf 1.33 {
                device Both control {
                    name L"\\\\Device\\\\Both"; symbolic_link L"\\\\DosDevices\\\\Both";
                    queue Default parallel {
                        EvtIoDeviceControl(Queue, Request, OutputBufferLength, InputBufferLength, IoControlCode) {
                            PVOID out;
                            NTSTATUS status = WdfRequestRetrieveOutputBuffer(Request, 1, &out, NULL);
                            if (NT_SUCCESS(status)) { RtlFillMemory(out, OutputBufferLength, 0x41); }
                            DbgPrint("<%s>\\n", "a & b");
                            WdfRequestCompleteWithInformation(Request, status, OutputBufferLength);
                        }
                    }
                }
            }
            process app {
                HANDLE h = open(L"\\\\\\\\.\\\\Both");
                ioctl(h, IOCTL_COPY, x"01 02 03", out: 8);
                ioctl(h, IOCTL_MAP, x"01 02 03", out: 8);
                print("\\"done\\"; #1");
                close(h);
            }
            """;

    private static Recorder record(int most) {
        Program program = ENGINE.compile(SourceFile.script("both.wdfs", SCRIPT), SourceLoader.none()).program().orElseThrow();
        Simulation simulation = new Simulation(ENGINE, program, RunOptions.DEFAULT, _ -> { });
        Recorder recorder = new Recorder(simulation.machine(), program, _ -> true, most);
        simulation.listen(recorder);
        assertThat(simulation.run().exitCode()).isZero();
        return recorder;
    }

    private static List<String> draw(TraceFormat format) {
        return format.draw(record(format.most), "both.wdfs");
    }

    @Test
    void aBufferedControlIsCopiedInAndBackAndADirectOneIsLockedAndMapped() {
        List<String> steps = record(1000).timeline("").steps().stream().filter(s -> s.request() != 0)
                .map(s -> s.from().name() + " > " + s.to().name() + ": " + s.label()).toList();
        assertThat(steps).containsSubsequence(
                "app > I/O manager: IRP_MJ_DEVICE_CONTROL",
                "app > I/O manager: copy 3 bytes",
                "I/O manager > KMDF: to Both",
                "KMDF > Both: EvtIoDeviceControl",
                "KMDF > Both: WdfRequestRetrieveOutputBuffer",
                "Both > KMDF: STATUS_SUCCESS",
                "KMDF > I/O manager: STATUS_SUCCESS",
                "I/O manager > app: copy 8 bytes",
                "I/O manager > app: STATUS_SUCCESS",
                "app > I/O manager: IRP_MJ_DEVICE_CONTROL",
                "app > I/O manager: copy 3 bytes",
                "app > I/O manager: lock 1 page",
                "KMDF > Both: map 8 bytes",
                "I/O manager > app: STATUS_SUCCESS",
                "I/O manager > I/O manager: unlock");
        assertThat(steps.stream().filter(s -> s.startsWith("I/O manager > app: copy"))).hasSize(1);
    }

    @Test
    void theLanesStandFromTheApplicationToTheDriver() {
        assertThat(record(1000).timeline("").lanes()).extracting(Timeline.Lane::name).containsExactly("app", "I/O manager", "KMDF", "Both");
    }

    @Test
    void theTextFitsHundredColumnsAndHasAnArrowForEachStep() {
        List<String> lines = draw(TraceFormat.TEXT);
        assertThat(lines).allSatisfy(line -> assertThat(line.length()).as(line).isLessThanOrEqualTo(100));
        assertThat(lines).anyMatch(line -> line.contains("|========>|") && line.contains("copy 3 bytes")).anyMatch(line -> line.contains("|<========|") && line.contains("copy 8 bytes"));
    }

    @Test
    void thePictureIsWellFormedAndHasAGroupForEachStep() throws Exception {
        String svg = String.join("\n", draw(TraceFormat.SVG));
        Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        NodeList groups = document.getElementsByTagName("g");
        assertThat(groups.getLength()).isEqualTo(record(1000).timeline("").steps().size());
        assertThat(svg).doesNotContain("href", "<image").contains("&lt;a &amp; b&gt;");
    }

    @Test
    void thePageHoldsThePictureAndLoadsNothing() {
        String page = String.join("\n", draw(TraceFormat.HTML));
        assertThat(page).startsWith("<!DOCTYPE html>").contains("<option value=\"2\">#2</option>", "</svg>").doesNotContain("src=", "href=");
    }

    @Test
    void eachLineOfTheMermaidDiagramIsAStatementOfIt() {
        Pattern statement = Pattern.compile("sequenceDiagram| {4}(?:(?:actor|participant) L\\d as .+|L\\d-?->>L\\d: [^;#]*(?:#\\d+;[^;#]*)*|Note over L\\d(?:,L\\d)?: [^;#]*(?:#\\d+;[^;#]*)*)");
        assertThat(draw(TraceFormat.MERMAID)).allSatisfy(line -> assertThat(line).matches(statement));
    }

    @Test
    void thePerfettoTraceHasOneEventALineAndPairsItsSlices() {
        List<String> lines = draw(TraceFormat.PERFETTO);
        assertThat(lines.getFirst()).isEqualTo("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[");
        assertThat(lines.getLast()).isEqualTo("]}");
        Pattern event = Pattern.compile("\\{\"ph\":\"[A-Za-z]\",\"pid\":1,\"tid\":\\d+,\"ts\":\\d+\\.\\d{3},\"name\":\"(?:[^\"\\\\]|\\\\.)*\",.*\\},?");
        assertThat(lines.subList(1, lines.size() - 1)).allSatisfy(line -> assertThat(line).matches(event));
        assertThat(lines.stream().filter(l -> l.contains("\"ph\":\"b\""))).hasSameSizeAs(lines.stream().filter(l -> l.contains("\"ph\":\"e\"")).toList());
        assertThat(lines.stream().filter(l -> l.contains("\"ph\":\"s\""))).hasSameSizeAs(lines.stream().filter(l -> l.contains("\"ph\":\"f\"")).toList());
    }

    @Test
    void whatGoesBeyondTheMostIsCounted() {
        int all = record(1000).timeline("").steps().size();
        Timeline some = record(5).timeline("");
        assertThat(some.steps()).hasSize(5);
        assertThat(some.omitted()).isEqualTo(all - 5);
        assertThat(new TextTimeline(some).lines().getLast()).isEqualTo("… and " + (all - 5) + " more steps");
    }
}
