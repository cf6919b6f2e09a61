package wdfs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands, their exit codes and what they print where.
class CommandLineTest {
    @TempDir
    Path folder;

    private record Result(int exit, String out, String err) {}

    private static Result run(Object... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        String[] arguments = new String[words.length];
        for (int i = 0; i < words.length; i++) {
            arguments[i] = words[i].toString();
        }
        int exit = new CommandLine(new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8), false).run(arguments);
        return new Result(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private Path script(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void helpAndVersionGoToStandardOutput() {
        assertThat(run("--help")).satisfies(r -> assertThat(r.out()).contains("wdfs run", "Exit codes")).satisfies(r -> assertThat(r.exit()).isZero());
        assertThat(run("--version").out()).startsWith("wdfs ");
    }

    @Test
    void wrongUsageIsToldOnStandardErrorWithExitTwo() {
        for (String[] words : new String[][] {{"fly"}, {"run"}, {"run", "--sped", "x"}, {"run", "--seed"}, {"run", "nothere.wdfs"}, {"check", "."},
            {"run", "--seed", "x", "a.wdfs"}, {"run", "--verifier", "maybe", "a.wdfs"}, {"run", "--timeout", "soon", "a.wdfs"}, {"test", "nothere"}}) {
            Result result = run((Object[]) words);
            assertThat(result.exit()).as(String.join(" ", words)).isEqualTo(2);
            assertThat(result.out()).isEmpty();
            assertThat(result.err()).isNotEmpty();
        }
    }

    @Test
    void aRunPrintsItsTranscriptAndASummary() throws IOException {
        Result result = run("run", script("a.wdfs", "process a { print(6 * 7); printf(\"no line end\"); }"));
        assertThat(result).isEqualTo(new Result(0, "42\nno line end\n-- done at +0us: 0 requests, no violations\n", ""));
    }

    @Test
    void allErrorsOfAFileAreToldAtOnce() throws IOException {
        Result result = run("check", script("b.wdfs", "process a { print(nmae); ULONG name = 1; Unknwon(); }\nULONG F(VOID) { }\n"));
        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("LANG-101").contains("nmae").contains("Unknwon").contains("LANG-127").contains("b.wdfs:2").contains("^").contains("3 errors");
    }

    @Test
    void aFailedExpectationIsExitOneAndAViolationExitFour() throws IOException {
        assertThat(run("run", script("c.wdfs", "process a { expect 1 == 2; }")).exit()).isEqualTo(1);
        assertThat(run("run", script("d.wdfs", "process a { ULONG *p = NULL; *p = 1; }")).exit()).isEqualTo(4);
        assertThat(run("run", "--steps", "100000", script("e.wdfs", "process a { for (;;) { } }")).exit()).isEqualTo(5);
    }

    @Test
    void theWorstOfSeveralRunsDecides() throws IOException {
        Path good = script("f.wdfs", "process a { print(1); }");
        Path failing = script("g.wdfs", "process a { expect 1 == 2; }");
        Path wrong = script("h.wdfs", "process a { nothing; }");
        assertThat(run("run", good, failing).exit()).isEqualTo(1);
        assertThat(run("run", wrong, failing, good)).satisfies(r -> assertThat(r.exit()).isEqualTo(3)).satisfies(r -> assertThat(r.out()).contains("1\n"));
    }

    @Test
    void testsAreCountedAndFailuresShown() throws IOException {
        Path script = script("t.wdfs", "test \"one\" { expect 1 == 1; }\ntest \"two\" { ULONG n = 5; expect n == 6; }\n");
        Result result = run("test", script);
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).contains("FAIL").contains("two").contains("n == 6").contains("1 passed, 1 FAILED").doesNotContain("one");
        assertThat(run("test", "--filter", "one", script)).satisfies(r -> assertThat(r.exit()).isZero()).satisfies(r -> assertThat(r.out()).contains("1 passed"));
        assertThat(run("test", "--filter", "three", script).exit()).isEqualTo(2);
        assertThat(run("test", "--list", script).out()).contains("one").contains("two");
    }

    @Test
    void aGoldenIsWrittenComparedAndItsDifferenceShown() throws IOException {
        Path script = script("gold.wdfs", "process a { print(\"first\"); print(\"second\"); }");
        assertThat(run("test", "--update", folder).exit()).isZero();
        Path golden = folder.resolve("gold.golden");
        assertThat(golden).content().startsWith("first\nsecond\n");
        assertThat(run("test", folder).exit()).isZero();
        Files.writeString(golden, Files.readString(golden).replace("second", "other"));
        Result result = run("test", folder);
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).contains("-other").contains("+second");
        assertThat(run("test", "--update", folder).exit()).isZero();
        assertThat(golden).content().contains("second");
        assertThat(script).exists();
    }

    @Test
    void aGoldenCanExpectAnExitCode() throws IOException {
        script("fails.wdfs", "// exit: 4\nprocess a { ULONG *p = NULL; *p = 1; }");
        assertThat(run("test", "--update", folder).exit()).isZero();
        assertThat(run("test", folder).exit()).isZero();
        script("fails.wdfs", "process a { ULONG *p = NULL; *p = 1; }");
        assertThat(run("test", folder).out()).contains("exit code 4, expected 0");
    }

    @Test
    void importsStayInTheFolderOfTheScript() throws IOException {
        Files.createDirectories(folder.resolve("inner"));
        Files.createDirectories(folder.resolve("common"));
        Files.writeString(folder.resolve("common/values.wdfs"), "#define ANSWER 42\n");
        Path script = Files.writeString(folder.resolve("inner/main.wdfs"), "import \"../common/values.wdfs\";\nprocess a { print(ANSWER); }");
        assertThat(run("run", script)).satisfies(r -> assertThat(r.exit()).isEqualTo(3)).satisfies(r -> assertThat(r.err()).contains("outside"));
        assertThat(run("run", "--include", folder.resolve("common"), script).out()).startsWith("42\n");
        Path link = folder.resolve("inner/link.wdfs");
        Files.createSymbolicLink(link, folder.resolve("common/values.wdfs"));
        Path sneaky = Files.writeString(folder.resolve("inner/sneaky.wdfs"), "import \"link.wdfs\";\nprocess a { print(ANSWER); }");
        assertThat(run("run", sneaky).exit()).isEqualTo(3);
    }

    @Test
    void aMissingOrCyclicImportIsToldAtItsPlace() throws IOException {
        assertThat(run("run", script("m.wdfs", "import \"nothere.wdfs\";\nprocess a { }"))).satisfies(r -> assertThat(r.exit()).isEqualTo(3))
                .satisfies(r -> assertThat(r.err()).contains("m.wdfs:1:8"));
        script("x.wdfs", "import \"y.wdfs\";\nprocess a { }");
        script("y.wdfs", "import \"x.wdfs\";\n");
        assertThat(run("run", folder.resolve("x.wdfs")).err()).contains("import each other");
    }

    @Test
    void aFileThatIsNoTextIsRefused() throws IOException {
        Path script = Files.write(folder.resolve("z.wdfs"), new byte[] {(byte) 0xFF, (byte) 0xFE, 0, 1});
        assertThat(run("run", script)).satisfies(r -> assertThat(r.exit()).isEqualTo(2)).satisfies(r -> assertThat(r.err()).contains("UTF-8"));
    }

    @Test
    void explainTellsWhatItDoesNotKnow() throws IOException {
        Path script = script("e.wdfs", """
                ioctl IOCTL_PING { function 0x801; method buffered; access any; input ULONG; output ULONG; }
                driver P kmdf { device P control { name L"\\\\Device\\\\P"; symbolic_link L"\\\\DosDevices\\\\P";
                    queue Default sequential { handle IOCTL_PING(Request, ULONG *In, ULONG *Out) { *Out = *In; return STATUS_SUCCESS; } } } }
                """);
        for (Object[] words : new Object[][] {{"explain"}, {"explain", script}, {"explain", script, "read"}, {"explain", script, "IOCTL_PING", "P", "more"},
            {"explain", script, "IOCTL_PING", "--in", "-1"}, {"explain", script, "IOCTL_PING", "--out", "2000000"}, {"explain", script, "IOCTL_PING", "--format", "png"},
            {"explain", folder.resolve("nothere.wdfs"), "IOCTL_PING"}, {"explain", script, "IOCTL_PING", "--svg", folder.resolve("no/folder.svg")}}) {
            assertThat(run(words)).satisfies(r -> assertThat(r.exit()).isEqualTo(2)).satisfies(r -> assertThat(r.out()).isEmpty());
        }
        assertThat(run("explain", script, "IOCTL_PIGN").err()).contains("no control code `IOCTL_PIGN`", "did you mean `IOCTL_PING`?");
        assertThat(run("explain", script, "read", "Q")).satisfies(r -> assertThat(r.exit()).isEqualTo(2)).satisfies(r -> assertThat(r.err()).contains("no device `Q`", "P"));
        assertThat(run("explain", script("f.wdfs", "process a { nothing; }"), "IOCTL_PING")).satisfies(r -> assertThat(r.exit()).isEqualTo(3)).satisfies(r -> assertThat(r.err()).contains("LANG-101"));
    }

    @Test
    void explainPrintsTablesAndWritesThePicture() throws IOException {
        Path script = script("e.wdfs", """
                ioctl IOCTL_PING { function 0x801; method out_direct; access any; input ULONG; output ULONG; }
                driver P kmdf { device P control { name L"\\\\Device\\\\P"; symbolic_link L"\\\\DosDevices\\\\P";
                    queue Default sequential { handle IOCTL_PING(Request, ULONG *In, ULONG *Out) { *Out = *In; return STATUS_SUCCESS; } } } }
                """);
        Path picture = folder.resolve("e.svg");
        Result result = run("explain", script, "IOCTL_PING", "--in", "4", "--out", "4", "--svg", picture);
        assertThat(result.exit()).isZero();
        assertThat(result.out()).contains("METHOD_OUT_DIRECT *", "SystemSpace (4)", "app     → STATUS_SUCCESS, 4 bytes: 11 11 11 11");
        assertThat(picture).content().startsWith("<svg ").contains("METHOD_NEITHER");
        assertThat(run("explain", script, "IOCTL_PING", "--format", "svg").out()).isEqualTo(Files.readString(picture));
    }

    @Test
    void anOptionOfAnotherCommandIsRefused() {
        assertThat(run("decode", "--trace", "5")).satisfies(r -> assertThat(r.exit()).isEqualTo(2)).satisfies(r -> assertThat(r.err()).contains("`decode` has no option --trace"));
        assertThat(run("check", "--seed", "5", "x.wdfs").err()).contains("`check` has no option --seed");
    }

    @Test
    void decodeTellsNamesAndNumbers() {
        Result result = run("decode", "0xC0000023", "-1073741789", "IOCTL_DISK_GET_DRIVE_GEOMETRY");
        assertThat(result.exit()).isZero();
        assertThat(result.out()).contains("0xC0000023  -1073741789  3221225507\n  NTSTATUS      STATUS_BUFFER_TOO_SMALL\n", "122        ERROR_INSUFFICIENT_BUFFER", "0x00070000  458752",
                "CTL_CODE(FILE_DEVICE_DISK, 0x0, METHOD_BUFFERED, FILE_ANY_ACCESS)");
        assertThat(run("decode", "--format", "json", "5").out()).startsWith("[\n  {\n    \"text\": \"5\",").contains("\"title\": \"ERROR_ACCESS_DENIED\"", "\"value\": 5");
    }

    @Test
    void decodeKnowsNoOtherNames() {
        assertThat(run("decode", "5", "STATUS_BUFER_TOO_SMALL")).satisfies(r -> assertThat(r.exit()).isEqualTo(2)).satisfies(r -> assertThat(r.out()).contains("ERROR_ACCESS_DENIED"))
                .satisfies(r -> assertThat(r.err()).contains("did you mean STATUS_BUFFER_TOO_SMALL"));
        assertThat(run("decode").exit()).isEqualTo(2);
    }

    @Test
    void findingsAsJsonGoToStandardOutput() throws IOException {
        Path script = script("j.wdfs", "process a {\n    nothing;\n}\n");
        Result result = run("check", "--format", "json", script);
        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).contains("\"code\": \"LANG-101\"", "\"severity\": \"error\"", "\"line\": 2,\n    \"column\": 5,\n    \"endLine\": 2,\n    \"endColumn\": 12");
        assertThat(run("check", "--format", "json", script("k.wdfs", "process a { }"))).isEqualTo(new Result(0, "[]\n", ""));
        assertThat(run("check", "--format", "xml", script)).satisfies(r -> assertThat(r.exit()).isEqualTo(2)).satisfies(r -> assertThat(r.err()).contains("text, json or sarif"));
    }

    @Test
    void fmtLaysOutInPlaceAndTellsWhatItDid() throws IOException {
        Path script = script("f.wdfs", "process  a {\nprint( 1 );\n}");
        Path good = script("g.wdfs", "process a { }\n");
        assertThat(run("fmt", "--check", script, good)).satisfies(r -> assertThat(r.exit()).isEqualTo(1)).satisfies(r -> assertThat(r.out()).contains("would change: ").doesNotContain("g.wdfs"));
        assertThat(script).content().isEqualTo("process  a {\nprint( 1 );\n}");
        assertThat(run("fmt", script, good)).satisfies(r -> assertThat(r.exit()).isZero()).satisfies(r -> assertThat(r.out()).startsWith("formatted: ").doesNotContain("g.wdfs"));
        assertThat(script).content().isEqualTo("process a {\n    print(1);\n}\n");
        assertThat(run("fmt", "--check", script, good)).isEqualTo(new Result(0, "", ""));
    }

    @Test
    void fmtDoesNotTouchAFileWithMistakesOfSyntax() throws IOException {
        Path script = script("f.wdfs", "process  a { print(1;  }");
        assertThat(run("fmt", script)).satisfies(r -> assertThat(r.exit()).isEqualTo(3)).satisfies(r -> assertThat(r.err()).contains("LANG-002"));
        assertThat(script).content().isEqualTo("process  a { print(1;  }");
        assertThat(run("fmt", script("h.wdfs", "process  a { nothing; }")).exit()).isZero();
    }

    @Test
    void fmtKnowsTheTypesOfImports() throws IOException {
        script("types.h", "typedef struct _PAIR { int a; } PAIR;\n");
        Path script = script("f.wdfs", "#include \"types.h\"\nULONG F(PVOID v) { PAIR * p = (PAIR*) v; return sizeof (PAIR)*p->a; }\n");
        run("fmt", script);
        assertThat(script).content().contains("PAIR *p = (PAIR *)v; return sizeof(PAIR) * p->a;");
    }

    @Test
    void fmtReadsStandardInputAndPrints() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        var in = new java.io.ByteArrayInputStream("process  a { }".getBytes(StandardCharsets.UTF_8));
        int exit = new CommandLine(new PrintStream(out, true, StandardCharsets.UTF_8), System.err, false, in).run("fmt", "-");
        assertThat(exit).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("process a { }\n");
    }
}
