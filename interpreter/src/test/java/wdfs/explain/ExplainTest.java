package wdfs.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import wdfs.engine.Compilation;
import wdfs.engine.Engine;
import wdfs.engine.RunOptions;
import wdfs.engine.Sources;
import wdfs.runtime.Natives;
import wdfs.runtime.Travel;

/// Tables and pictures of `wdfs explain`: what they are for the samples, and that they follow the events.
class ExplainTest {
    private static final Engine ENGINE = new Engine();
    private static final Path ROOT = Files.isDirectory(Path.of("samples")) ? Path.of(".") : Path.of("..");

    @TempDir
    Path folder;

    private static Explainer explainer(Engine engine, Path script) throws Sources.Unreadable {
        Compilation compilation = engine.compile(Sources.of(script, List.of()).main(script, script.getFileName().toString()), Sources.of(script, List.of()));
        assertThat(compilation.program()).as("findings: " + compilation.findings().sorted()).isPresent();
        return new Explainer(engine, compilation, RunOptions.DEFAULT);
    }

    /// What `wdfs explain` is asked: its operands and lengths.
    private static Explanation explain(Engine engine, String command) throws Sources.Unreadable, Explainer.Unknown {
        String[] words = command.split(" ");
        Explainer explainer = explainer(engine, ROOT.resolve(words[0]));
        Optional<Integer> in = option(words, "--in");
        Optional<Integer> out = option(words, "--out");
        return switch (words[1]) {
            case "read" -> explainer.transfer(Question.Kind.READ, words[2], out);
            case "write" -> explainer.transfer(Question.Kind.WRITE, words[2], in);
            default -> explainer.control(words[1], Optional.empty(), in, out);
        };
    }

    private static Optional<Integer> option(String[] words, String name) {
        int at = List.of(words).indexOf(name);
        return at < 0 ? Optional.empty() : Optional.of(Integer.valueOf(words[at + 1]));
    }

    private Explanation explain(String text, String ioctl) throws IOException, Sources.Unreadable, Explainer.Unknown {
        return explainer(ENGINE, Files.writeString(folder.resolve("script.wdfs"), text)).control(ioctl, Optional.empty(), Optional.empty(), Optional.empty());
    }

    // ---- what is printed -------------------------------------------------------------------------------------------------------------

    @TestFactory
    Stream<DynamicTest> tablesOfTheSamples() {
        return Stream.of("samples/transfer-types.wdfs IOCTL_INVERT_BUFFERED", "samples/transfer-types.wdfs IOCTL_INVERT_IN_DIRECT", "samples/transfer-types.wdfs IOCTL_INVERT_OUT_DIRECT",
                "samples/transfer-types.wdfs IOCTL_INVERT_NEITHER", "samples/read-write.wdfs read Buffered", "samples/read-write.wdfs write Direct", "samples/read-write.wdfs read Neither",
                "samples/hello.wdfs IOCTL_HELLO", "samples/transfer-types.wdfs IOCTL_INVERT_OUT_DIRECT --out 9000", "samples/read-write.wdfs write Direct --in 9000").map(command -> DynamicTest.dynamicTest(command, () -> {
                    List<String> lines = explain(ENGINE, command).text();
                    assertThat(lines).allSatisfy(line -> assertThat(line.length()).as(line).isLessThanOrEqualTo(100));
                    golden(command, String.join("\n", lines) + "\n");
                }));
    }

    /// `-Dgolden=update` writes the files anew.
    private static void golden(String command, String actual) throws IOException {
        String name = command.replaceFirst("samples/", "").replace(".wdfs", "").replace(' ', '-') + ".txt";
        Path file = ROOT.resolve("interpreter/src/test/resources/wdfs/explain").resolve(name);
        if ("update".equals(System.getProperty("golden"))) {
            Files.writeString(file, actual);
        }
        assertThat(actual).isEqualTo(Files.readString(file, StandardCharsets.UTF_8).replace("\r\n", "\n"));
    }

    /// A fenced block that begins with `$ wdfs explain …` shows lines of what that prints, in their order; `…` stands for those left out.
    @Test
    void thePagesShowWhatIsPrinted() throws IOException, Sources.Unreadable, Explainer.Unknown {
        int shown = 0;
        for (Path page : List.of(ROOT.resolve("README.md"), ROOT.resolve("docs/explain.md"))) {
            List<String> lines = Files.readAllLines(page);
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).startsWith("$ wdfs explain ")) {
                    List<String> block = new ArrayList<>();
                    for (int k = i + 1; !lines.get(k).startsWith("```"); k++) {
                        if (!lines.get(k).strip().equals("…")) {
                            block.add(lines.get(k));
                        }
                    }
                    assertThat(explain(ENGINE, lines.get(i).substring("$ wdfs explain ".length())).text()).as(page + ":" + (i + 1)).containsSubsequence(block);
                    shown++;
                }
            }
        }
        assertThat(shown).isGreaterThanOrEqualTo(2);
        String picture = explain(ENGINE, COMMAND + " --out 9000").svg();
        Path file = ROOT.resolve("docs/explain.svg");
        if ("update".equals(System.getProperty("golden"))) {
            Files.writeString(file, picture);
        }
        assertThat(picture).isEqualTo(Files.readString(file).replace("\r\n", "\n"));
    }

    // ---- it follows the machine ------------------------------------------------------------------------------------------------------

    private static final String COMMAND = "samples/transfer-types.wdfs IOCTL_INVERT_OUT_DIRECT";

    private static List<String> underOtherRules(Class<?> rules) throws Sources.Unreadable, Explainer.Unknown {
        return explain(new Engine(ENGINE.library(), new Natives(Engine.BODIES).replacedBy(rules)), COMMAND).text();
    }

    private static String row(List<String> lines, String label) {
        return lines.stream().filter(l -> l.startsWith("  " + label)).findFirst().orElseThrow();
    }

    @Test
    void anotherRuleOfRetrievalShowsInTheTable() throws Sources.Unreadable, Explainer.Unknown {
        List<String> usual = explain(ENGINE, COMMAND).text();
        assertThat(row(usual, "…InputBuffer")).contains("SystemBuffer (16)").doesNotContain("(64)");
        List<String> other = underOtherRules(OtherRules.Swapped.class);
        assertThat(row(other, "…InputBuffer")).contains("SystemBuffer (64)", "SystemSpace (64)");
        assertThat(row(other, "…OutputBuffer")).contains("SystemBuffer (16)").doesNotContain("SystemSpace");
        assertThat(toOutput(usual)).as("stores to what the driver takes for its output").containsPattern("app sees it at once.*app sees it at once");
        assertThat(toOutput(other)).containsPattern("app never sees it.*app never sees it");
    }

    private static String toOutput(List<String> lines) {
        return lines.stream().filter(l -> l.startsWith("  driver stores to")).toList().get(1);
    }

    @Test
    void anotherRuleOfCompletionShowsInTheTable() throws Sources.Unreadable, Explainer.Unknown {
        List<String> usual = explain(ENGINE, COMMAND).text();
        List<String> other = underOtherRules(OtherRules.CopiesBackOnError.class);
        assertThat(behind(usual, "  UNSUCCESSFUL, 40")).anySatisfy(l -> assertThat(l).startsWith("0 of 64 changed")).noneSatisfy(l -> assertThat(l).startsWith("40 of 64"));
        assertThat(behind(other, "  UNSUCCESSFUL, 40")).anySatisfy(l -> assertThat(l).startsWith("40 of 64 changed"));
    }

    /// The three lines behind the one that begins so, without their indent.
    private static List<String> behind(List<String> lines, String label) {
        int at = lines.indexOf(lines.stream().filter(l -> l.startsWith(label)).findFirst().orElseThrow());
        return lines.subList(at + 1, at + 4).stream().map(String::strip).toList();
    }

    @Test
    void anotherRuleOfLockingShowsInTableAndPicture() throws Sources.Unreadable, Explainer.Unknown {
        Explanation usual = explain(ENGINE, COMMAND);
        Explanation other = explain(new Engine(ENGINE.library(), new Natives(Engine.BODIES).replacedBy(OtherRules.LocksForReading.class)), COMMAND);
        assertThat(usual.svg()).contains("ProbeAndLock…ForWrite");
        assertThat(other.svg()).doesNotContain("ProbeAndLock…ForWrite");
        assertThat(other.text()).isNotEqualTo(usual.text());
    }

    // ---- UMDF ----------------------------------------------------------------------------------------------------------------------

    /// The lines from that title on, up to the next empty one.
    private static List<String> block(List<String> lines, String title) {
        List<String> rest = lines.subList(lines.indexOf(lines.stream().filter(l -> l.startsWith(title)).findFirst().orElseThrow()), lines.size());
        return rest.subList(0, rest.indexOf(""));
    }

    private static long titles(List<String> lines) {
        return lines.stream().filter(l -> l.startsWith("UMDF")).count();
    }

    @Test
    void anotherEffectiveTypeShowsInTheTable() throws Sources.Unreadable, Explainer.Unknown {
        List<String> usual = block(explain(ENGINE, COMMAND).text(), "UMDF");
        assertThat(row(usual, "effective I/O")).contains("buffered").doesNotContain("direct");
        assertThat(row(usual, "direct, if that")).contains("no length up to", "8192 bytes on");
        List<String> other = block(underOtherRules(OtherRules.LiesAboutTheType.class), "UMDF");
        assertThat(row(other, "effective I/O")).contains("direct").doesNotContain("buffered");
        assertThat(row(other, "direct, if that")).doesNotContain("8192");
    }

    @Test
    void anotherReflectorShowsInTheTable() throws Sources.Unreadable, Explainer.Unknown {
        List<String> usual = block(explain(ENGINE, COMMAND).text(), "UMDF");
        assertThat(row(usual, "success, 40")).doesNotContain("FALSE");
        List<String> other = block(underOtherRules(OtherRules.RefusesOutDirect.class), "UMDF");
        assertThat(row(other, "success, 40")).containsPattern("TRUE, 40 bytes +TRUE, 40 bytes +FALSE, 0 bytes +TRUE, 40 bytes");
        assertThat(row(other, "…OutputBuffer")).containsPattern("OutputBuffer \\(64\\).*OutputBuffer \\(64\\) +not observed +OutputBuffer");
    }

    @Test
    void anotherOutputAtFirstShowsInTheTable() throws Sources.Unreadable, Explainer.Unknown {
        assertThat(row(block(explain(ENGINE, COMMAND).text(), "UMDF"), "the output holds")).contains("garbage").doesNotContain("what the app has");
        assertThat(row(block(underOtherRules(OtherRules.FillsTheOutput.class), "UMDF"), "the output holds")).contains("what the app has").doesNotContain("garbage");
    }

    @Test
    void theTwoPreferencesAreOneTableWhereNothingDiffers() throws Sources.Unreadable, Explainer.Unknown {
        assertThat(titles(explain(ENGINE, COMMAND).text())).isEqualTo(1);
        assertThat(titles(explain(ENGINE, COMMAND + " --out 8191").text())).isEqualTo(1);
        assertThat(titles(explain(ENGINE, COMMAND + " --out 8192").text())).isEqualTo(2);
    }

    private static final String HOSTED = "ioctl IOCTL_A { function 0x801; method out_direct; access any; input ULONG; output UCHAR[8192]; }\ndriver U umdf {\n"
            + "inf { UmdfHostProcessSharing = ProcessSharingDisabled; }\ndevice U { symbolic_link L\"\\\\DosDevices\\\\U\"; io_type { read_write buffered; ioctl %s; }\n"
            + "queue Default sequential { handle IOCTL_A(Request, In, UCHAR *Out) { Out[4096] = 1; return STATUS_SUCCESS; }\n"
            + "EvtIoRead(Queue, Request, Length) { WdfRequestComplete(Request, STATUS_SUCCESS); } } } }\ndevnode N { function U; }";

    @Test
    void theScriptsOwnUmdfDriverIsMarkedInItsTableAndRun() throws Exception {
        List<String> direct = explain(HOSTED.formatted("direct"), "IOCTL_A").text();
        List<String> buffered = explain(HOSTED.formatted("buffered"), "IOCTL_A").text();
        assertThat(block(direct, "KMDF").getFirst()).doesNotContain("*");
        assertThat(direct.stream().filter(l -> l.startsWith("UMDF")).toList()).satisfiesExactly(l -> assertThat(l).doesNotContain("*"), l -> assertThat(l).contains("METHOD_OUT_DIRECT *"));
        assertThat(buffered.stream().filter(l -> l.startsWith("UMDF")).toList()).satisfiesExactly(l -> assertThat(l).contains("METHOD_OUT_DIRECT *"), l -> assertThat(l).doesNotContain("*"));
        assertThat(direct).anySatisfy(l -> assertThat(l).startsWith("the script's own driver, as it stands: \\\\.\\U")).anySatisfy(l -> assertThat(l).startsWith("  umdf    ").contains("map", "2 pages shared"));
        assertThat(buffered).anySatisfy(l -> assertThat(l).startsWith("  umdf    ").contains("copy    8192 bytes"));
    }

    @Test
    void readsOfAUmdfDeviceAreMarkedByWhatItsStackAgreedOn() throws Exception {
        Explainer explainer = explainer(ENGINE, Files.writeString(folder.resolve("script.wdfs"), HOSTED.formatted("direct")));
        List<String> lines = explainer.transfer(Question.Kind.READ, "U", Optional.of(100)).text();
        assertThat(block(lines, "KMDF").getFirst()).doesNotContain("*");
        assertThat(block(lines, "UMDF").getFirst()).contains("io_type buffered *").doesNotContain("direct *");
    }

    // ---- the picture -----------------------------------------------------------------------------------------------------------------

    private static Document parse(String svg) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        factory.setNamespaceAware(true);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    private static long arrows(Element panel, String kind) {
        NodeList paths = panel.getElementsByTagNameNS("*", "path");
        long count = 0;
        for (int i = 0; i < paths.getLength(); i++) {
            count += ((Element) paths.item(i)).getAttribute("class").equals("a-" + kind) ? 1 : 0;
        }
        return count;
    }

    private static long events(Column column, Class<? extends Travel> kind) {
        return column.journey().travel().stream().filter(kind::isInstance).count();
    }

    @Test
    void thePictureHasTheArrowsThatTheEventsHave() throws Exception {
        for (String command : List.of(COMMAND, COMMAND + " --out 9000", "samples/read-write.wdfs read Direct --out 9000", "samples/read-write.wdfs write Neither", "samples/read-write.wdfs write Neither --in 8193")) {
            Explanation explanation = explain(ENGINE, command);
            NodeList groups = parse(explanation.svg()).getElementsByTagNameNS("http://www.w3.org/2000/svg", "g");
            List<Column> columns = new Picture(explanation).panels().stream().map(Picture.Drawn::column).toList();
            assertThat(columns).hasSizeGreaterThan(explanation.blocks().getFirst().columns().size()).containsAll(explanation.blocks().getFirst().columns());
            assertThat(groups.getLength()).isEqualTo(columns.size());
            for (int i = 0; i < columns.size(); i++) {
                Column column = columns.get(i);
                Element panel = (Element) groups.item(i);
                assertThat(arrows(panel, "copy") + arrows(panel, "back")).as("copies").isEqualTo(events(column, Travel.Copied.class));
                assertThat(arrows(panel, "lock")).as("locks").isEqualTo(events(column, Travel.Locked.class));
                assertThat(arrows(panel, "map")).as("maps").isEqualTo(events(column, Travel.Mapped.class)
                        + column.journey().travel().stream().filter(t -> t instanceof Travel.Locked l && l.mapped().address() != 0).count());
                Travel.Dispatched irp = column.journey().first(Travel.Dispatched.class, _ -> true).orElseThrow();
                assertThat(arrows(panel, "field")).as("fields")
                        .isEqualTo(column.probe().isUmdf() ? 0 : Stream.of(irp.systemBuffer(), irp.mdl(), irp.userBuffer(), irp.type3()).filter(p -> p.address() != 0).count());
            }
        }
    }

    @Test
    void thePictureNeedsNothingElse() throws Exception {
        String svg = explain("ioctl IOCTL_A = CTL_CODE(0x22, 0x801, METHOD_BUFFERED, FILE_ANY_ACCESS);\ndriver D wdm { device D { name L\"\\\\Device\\\\D\"; } }", "IOCTL_A").svg();
        assertThat(svg).doesNotContain("href", "url(http", "@import", "<script");
        assertThat(parse(svg).getDocumentElement().getLocalName()).isEqualTo("svg");
    }

    // ---- lengths, and what cannot be observed ------------------------------------------------------------------------------------------

    private static final String NAMES = "name L\"\\\\Device\\\\D\"; symbolic_link L\"\\\\DosDevices\\\\D\"; ";

    @Test
    void theIoctlsOwnTypesAreTheLengths() throws Exception {
        List<String> lines = explain("ioctl IOCTL_A { function 0x801; method buffered; access any; input ULONG; output UCHAR[9]; }\ndriver D kmdf { device D control { " + NAMES
                + "queue Default sequential { handle IOCTL_A(Request, In, Out) { return STATUS_SUCCESS; } } } }", "IOCTL_A").text();
        assertThat(lines.getFirst()).isEqualTo("IOCTL_A  0x00222004  in 4  out 9");
        assertThat(String.join("\n", lines)).contains("SystemBuffer (4)", "SystemBuffer (9)", "the script's own driver, as it stands: \\\\.\\D", "InfoLeak");
    }

    @Test
    void whatWasNotObservedIsToldAsThat() throws Exception {
        List<String> lines = explain("ioctl IOCTL_A { function 0x801; method neither; access any; input ULONG; }\ndriver D kmdf { device D control { name L\"\\\\Device\\\\D\"; queue Default sequential { "
                + "EvtIoDeviceControl(Queue, Request, OutputBufferLength, InputBufferLength, IoControlCode) { WdfRequestComplete(Request, STATUS_SUCCESS); } } } }", "IOCTL_A").text();
        assertThat(row(lines, "app changes the")).contains("driver sees it");
        assertThat(lines.stream().filter(l -> l.contains("In and Out are")).findFirst().orElseThrow()).isEqualTo("  In and Out are    not observed        not observed        not observed        not observed");
        assertThat(lines.getLast()).contains("not observed: the script has no device that an application can open");
    }

    /// Codes of file systems come as another major function, which the framework refuses: there is no request to look at.
    @Test
    void aRequestThatNoDriverGetsIsNotObserved() throws Exception {
        Explanation explanation = explain("ioctl IOCTL_A = CTL_CODE(FILE_DEVICE_FILE_SYSTEM, 0x801, METHOD_BUFFERED, FILE_ANY_ACCESS);\ndriver D kmdf { device D control { " + NAMES
                + "queue Default sequential { EvtIoRead(Queue, Request, Length) { WdfRequestComplete(Request, STATUS_SUCCESS); } } } }", "IOCTL_A");
        assertThat(row(explanation.text(), "SystemBuffer")).isEqualTo("  SystemBuffer      not observed        not observed        not observed        not observed");
        assertThat(row(explanation.text(), "success, 40")).contains("FALSE, 0 bytes");
        assertThat(parse(explanation.svg()).getElementsByTagNameNS("*", "marker").getLength()).isPositive();
        assertThat(explanation.text().getLast()).contains("not observed: the request did not reach the driver");
    }

    @Test
    void aDriverInCIsFoundByItsAnswer() throws Exception {
        List<String> lines = explain(ENGINE, "samples/hello-c.wdfs IOCTL_HELLO").text();
        assertThat(lines).anySatisfy(l -> assertThat(l).startsWith("the script's own driver, as it stands: \\\\.\\Hello"));
        assertThat(lines).anySatisfy(l -> assertThat(l).contains("app     → STATUS_SUCCESS, 32 bytes"));
    }

    @Test
    void aDriverThatStopsTheMachineIsShownWithItsBugCheck() throws Exception {
        List<String> lines = explain("ioctl IOCTL_A { function 0x801; method buffered; access any; output ULONG; }\ndriver D kmdf { device D control { " + NAMES
                + "queue Default sequential { EvtIoDeviceControl(Queue, Request, OutputBufferLength, InputBufferLength, IoControlCode) { WdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, 5); } } } }",
                "IOCTL_A").text();
        assertThat(String.join("\n", lines)).contains("*** BUGCHECK 0x10D WDF_VIOLATION");
    }
}
