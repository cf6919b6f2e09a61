package wdfs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import wdfs.testing.FailedTests;
import wdfs.testing.Watch;

/// `wdfs test`: which tests it finds and chooses, and in which forms it tells their results.
class TestCommandTest {
    @TempDir
    Path folder;

    private record Result(int exit, String out, String err) {}

    private Result runIn(Map<String, String> environment, boolean colour, Object... words) {
        return typing("", environment, colour, words);
    }

    private Result typing(String typed, Map<String, String> environment, boolean colour, Object... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        String[] arguments = new String[words.length + 1];
        arguments[0] = "test";
        for (int i = 0; i < words.length; i++) {
            arguments[i + 1] = words[i].toString();
        }
        int exit = new CommandLine(new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8), colour, new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)), environment::get)
                .in(folder).run(arguments);
        return new Result(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private Result run(Object... words) {
        return runIn(Map.of(), false, words);
    }

    private Path script(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static final String TWO = "test \"good one\" { expect 1 == 1; }\ntest \"it's bad\" { ULONG n = 5; expect n == 6; }\n";

    @Test
    void aFailureShowsTheCommandThatRepeatsItWithTheSeed() throws IOException {
        Path script = script("t.wdfs", TWO);
        assertThat(run(script).out()).contains("again: wdfs test " + script + " --filter 'it'\\''s bad' --seed 1\n", "1 passed, 1 FAILED");
        assertThat(run("--seed", "7", script).out()).contains(" --filter 'it'\\''s bad' --seed 7\n");
    }

    @Test
    void theCommandThatRepeatsAFailureHasTheSeedOfTheScriptWhereThatDecides() throws IOException {
        Path script = script("t.wdfs", "// test: seed=9\n" + TWO);
        assertThat(run("--seed", "7", "--verifier", "full", script).out()).contains(" --filter 'it'\\''s bad' --seed 9 --verifier full\n");
        assertThat(run("--schedule", "random", script("u.wdfs", TWO)).out()).contains(" --seed 1 --schedule random\n");
        Files.writeString(folder.resolve("s.golden"), "another\n");
        assertThat(run(script("s.session", "// test: seed=5\n1 + 1\n")).out()).contains(" --filter session --seed 5\n");
    }

    private static List<String> events(Result result) {
        return result.out().lines().dropWhile(l -> !l.endsWith("last events:")).skip(1).takeWhile(l -> !l.contains("again:")).map(String::strip).toList();
    }

    @Test
    void aFailedBlockShowsTheLastTenEventsUpToTheFailure() throws IOException {
        Path script = script("t.wdfs", "test \"a\" { for (ULONG i = 1; i <= 20; i++) { print(i); } sleep(3us); expect 1 == 2; print(\"behind\"); }\n");
        assertThat(events(run(script))).hasSize(10).startsWith("+0us    test    12").endsWith("+0us    test    20", "+3us    wdfs    EXPECTATION FAILED: 1 == 2");
        assertThat(run("--format", "json", script).out()).contains("\"+3us    wdfs    EXPECTATION FAILED: 1 == 2\"],\"again\"");
        assertThat(run("--format", "tap", script).out()).contains("  events: |\n    +0us    test    12\n");
        for (String format : List.of("dots", "github")) {
            assertThat(run("--format", format, script).out()).contains("last events:", "+0us    test    12");
        }
        assertThat(events(run(script("u.wdfs", "test \"a\" { expect 1 == 2; }\n")))).as("the failure alone, which is told above").isEmpty();
    }

    @Test
    void aLimitShowsTheLastTenEventsToo() throws IOException {
        assertThat(events(run(script("t.wdfs", "// test: timeout=1s\ntest \"a\" { print(\"once\"); sleep(5s); print(\"never\"); }\n")))).anyMatch(l -> l.endsWith("once")).noneMatch(l -> l.endsWith("never"));
    }

    @Test
    void aTranscriptThatDiffersShowsTheEventsUpToTheFirstDifference() throws IOException {
        Path script = script("g.wdfs", "process a { for (ULONG i = 1; i <= 30; i++) print(i); }\n");
        run("--update", script);
        Path golden = folder.resolve("g.golden");
        Files.writeString(golden, Files.readString(golden).replace("\n15\n", "\n15!\n"));
        assertThat(events(run(script))).hasSize(10).startsWith("+0us    a       6").endsWith("+0us    a       15");
    }

    @Test
    void aCheckThatFailsShowsTheEventsUpToWhereItCouldHold() throws IOException {
        String text = "process a { print(\"one\"); print(\"two\"); print(\"three\"); }\n";
        assertThat(events(run(script("a.wdfs", text + "// check: one\n// check-next: three\n")))).containsExactly("+0us    a       one", "+0us    a       two");
        assertThat(events(run(script("b.wdfs", text + "// check: one\n// check-not: two\n// check: three\n")))).containsExactly("+0us    a       one", "+0us    a       two");
        assertThat(events(run(script("c.wdfs", text + "// check: four\n")))).endsWith("+0us    a       three");
        assertThat(events(run(script("d.wdfs", "process a { print(\"one\"); expect 1 == 2; print(\"two\"); }\n// check: one\n")))).as("the exit code").endsWith("+0us    wdfs    EXPECTATION FAILED: 1 == 2");
    }

    @Test
    void theFilterIsTextOrARegularExpression() throws IOException {
        Path script = script("t.wdfs", TWO);
        assertThat(run("--list", "--filter", "good", script).out()).isEqualTo(script + "  good one\n1 test\n");
        assertThat(run("--list", "--filter", "/(good|bad) one$/", script).out()).contains("good one", "1 test");
        assertThat(run("--list", "--filter", "/(/", script)).satisfies(r -> assertThat(r.exit()).isEqualTo(2)).satisfies(r -> assertThat(r.err()).contains("no regular expression"));
        assertThat(run("--filter", "nothing", script)).satisfies(r -> assertThat(r.exit()).isEqualTo(2)).satisfies(r -> assertThat(r.out()).contains("no test matched"));
    }

    @Test
    void filesAreChosenByTheirTags() throws IOException {
        script("a.wdfs", "// tags: slow buffers\ntest \"a\" { }\n");
        script("b.wdfs", "// tags: slow\ntest \"b\" { }\n");
        script("c.wdfs", "test \"c\" { }\n");
        assertThat(run("--list", "--tag", "slow", "--not-tag", "buffers", folder).out()).contains("  b\n", "1 test\n");
        assertThat(run("--list", "--not-tag", "slow", folder).out()).contains("  c\n", "1 test\n");
        assertThat(run("--list", "--tag", "buffers,other", folder).out()).contains("  a\n", "1 test\n");
    }

    @Test
    void eachTestIsInOnePart() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            text.append("test \"number ").append(i).append("\" { }\n");
        }
        Path script = script("t.wdfs", text.toString());
        List<String> all = new ArrayList<>();
        for (int part = 1; part <= 3; part++) {
            List<String> lines = run("--list", "--shard", part + "/3", script).out().lines().filter(l -> l.contains("number")).toList();
            assertThat(lines).isNotEmpty().hasSizeLessThan(40);
            all.addAll(lines);
        }
        assertThat(all).hasSize(40);
        assertThat(new TreeSet<>(all)).hasSize(40);
        for (String wrong : List.of("0/3", "4/3", "1", "x/y", "1/0")) {
            assertThat(run("--shard", wrong, script).exit()).as(wrong).isEqualTo(2);
        }
    }

    @Test
    void theEnvironmentCanNameThePart() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            text.append("test \"number ").append(i).append("\" { }\n");
        }
        Path script = script("t.wdfs", text.toString());
        String second = run("--list", "--shard", "2/3", script).out();
        assertThat(runIn(Map.of("TEST_SHARD_INDEX", "1", "TEST_TOTAL_SHARDS", "3"), false, "--list", script).out()).isEqualTo(second);
        assertThat(runIn(Map.of("LIT_RUN_SHARD", "2", "LIT_NUM_SHARDS", "3"), false, "--list", script).out()).isEqualTo(second);
        assertThat(runIn(Map.of("LIT_RUN_SHARD", "1", "LIT_NUM_SHARDS", "3"), false, "--list", "--shard", "2/3", script).out()).as("the option is nearer").isEqualTo(second);
        assertThat(runIn(Map.of("LIT_RUN_SHARD", "2"), false, "--list", script).out()).contains("40 tests");
    }

    @Test
    void directivesSkipATestOrExpectItToFail() throws IOException {
        script("skipped.wdfs", "// skip: needs a printer\n" + TWO);
        script("failing.wdfs", "// xfail: not there yet\ntest \"bad\" { ULONG n = 5; expect n == 6; }\n");
        assertThat(run(folder)).satisfies(r -> assertThat(r.exit()).isZero()).satisfies(r -> assertThat(r.out()).contains("skip  good one (needs a printer)", "0 passed, 2 skipped, 1 failed as expected"));
        script("failing.wdfs", "// xfail: not there yet\ntest \"good\" { }\n");
        assertThat(run(folder.resolve("failing.wdfs"))).satisfies(r -> assertThat(r.exit()).isEqualTo(1)).satisfies(r -> assertThat(r.out()).contains("the test passes", "remove that line"));
    }

    @Test
    void directivesSayHowATestRuns() throws IOException {
        Path script = script("t.wdfs", "// test: steps=100000 timeout=1s\ntest \"endless\" { for (;;) { } }\n");
        assertThat(run(script).out()).contains("limit of steps");
        script("t.wdfs", "// test: timeout=1s\ntest \"long\" { sleep(5s); }\n");
        assertThat(run(script).out()).contains("virtual time");
        script("t.wdfs", "// test: sed=7\ntest \"a\" { }\n");
        assertThat(run(script)).satisfies(r -> assertThat(r.exit()).isEqualTo(1)).satisfies(r -> assertThat(r.out()).contains("directives", "`// test: sed=7`"));
    }

    @Test
    void checksHoldAgainstWhatTheProcessesPrint() throws IOException {
        String script = """
                process a { print("begin"); print("one  1234"); print("two"); print("mid"); print("three 1234 end"); print("x"); print("y"); }
                // check: one [[N:[0-9]+]]
                // check-next: two
                // check-not: five
                // check: three [[N]]
                // check-same: e{{n+}}d
                // check-dag: y
                // check-dag: x
                // check-not: VIOLATION
                """;
        assertThat(run(script("good.wdfs", script))).satisfies(r -> assertThat(r.out()).contains("1 passed")).satisfies(r -> assertThat(r.exit()).isZero());
        for (String[] change : new String[][] {{"check-next: two", "check-next: three"}, {"check-not: five", "check-not: m{{i}}d"}, {"three [[N]]", "three 12345"}, {"check-same: e", "check-same: x"},
            {"check-dag: x", "check-dag: z"}, {"VIOLATION", "no violations"}, {"one [[N:[0-9]+]]", "one [[N:[0-9]]]"}}) {
            String changed = script.replace(change[0], change[1]);
            assertThat(changed).isNotEqualTo(script);
            assertThat(run(script("bad.wdfs", changed))).as(change[1]).satisfies(r -> assertThat(r.exit()).isEqualTo(1)).satisfies(r -> assertThat(r.out()).contains("checks"));
        }
    }

    @Test
    void findingsStandUnderTheirLines() throws IOException {
        String script = "process a {\n    ULONG n = nmae;\n//            ^^^^ error LANG-101: called nmae\n    n + 1;\n//  ^^^^^^ warning LANG-123\n}\n";
        assertThat(run(script("good.wdfs", script)).out()).contains("1 passed");
        assertThat(run(script("bad.wdfs", script.replace("LANG-123", "LANG-124")))).satisfies(r -> assertThat(r.exit()).isEqualTo(1))
                .satisfies(r -> assertThat(r.out()).contains("not expected, bad.wdfs:4:5", "//  ^^^^^^ warning LANG-123: ", "missing, bad.wdfs:4:5: warning LANG-124"));
    }

    @Test
    void aTranscriptThatDiffersIsKeptBesideItAndGoneWhenItAgrees() throws IOException {
        Path script = script("g.wdfs", "process a { print(\"now\"); }\n");
        Path golden = script("g.golden", "before\n");
        Path fresh = folder.resolve("g.golden.new");
        assertThat(run(script)).satisfies(r -> assertThat(r.exit()).isEqualTo(1)).satisfies(r -> assertThat(r.out()).contains("-before", "+now"));
        assertThat(fresh).content().startsWith("now\n");
        assertThat(run("--update", script).out()).contains("golden (written)", "1 passed");
        assertThat(golden).content().startsWith("now\n");
        assertThat(fresh).doesNotExist();
    }

    @Test
    void onlyNewTranscriptsOrOnlyFailingOnesCanBeWritten() throws IOException {
        script("old.wdfs", "process a { print(\"now\"); }\n");
        Path old = script("old.golden", "before\n");
        script("new.wdfs", "process a { print(\"now\"); }\n");
        Path fresh = folder.resolve("new.golden");
        assertThat(run("--update=failing", folder).out()).contains("golden (written)", "1 passed");
        assertThat(old).content().startsWith("now\n");
        assertThat(fresh).doesNotExist();
        Files.writeString(old, "before\n");
        assertThat(run("--update=new", folder)).satisfies(r -> assertThat(r.exit()).isEqualTo(1)).satisfies(r -> assertThat(r.out()).contains("1 passed, 1 FAILED"));
        assertThat(old).content().isEqualTo("before\n");
        assertThat(folder.resolve("old.golden.new")).content().as("what --review asks about").startsWith("now\n");
        assertThat(fresh).content().startsWith("now\n");
        assertThat(run("--update=all", folder).exit()).isZero();
        assertThat(run("--update=some", folder).exit()).isEqualTo(2);
    }

    @Test
    void nothingIsWrittenWhereTheEnvironmentSaysCI() throws IOException {
        Path script = script("g.wdfs", "process a { print(\"now\"); }\n");
        Path golden = script("g.golden", "before\n");
        assertThat(runIn(Map.of("CI", "true"), false, "--update", script)).satisfies(r -> assertThat(r.exit()).isEqualTo(2)).satisfies(r -> assertThat(r.err()).contains("--force"));
        assertThat(runIn(Map.of("CI", "true"), false, script).exit()).isEqualTo(1);
        assertThat(folder.resolve("g.golden.new")).doesNotExist();
        assertThat(golden).content().isEqualTo("before\n");
        assertThat(runIn(Map.of("CI", "true"), false, "--update", "--force", script).exit()).isZero();
        assertThat(golden).content().startsWith("now\n");
    }

    @Test
    void transcriptsThatDifferAreReviewedOneByOne() throws IOException {
        for (String name : List.of("a", "b", "c", "d")) {
            script(name + ".wdfs", "process p { print(\"now " + name + "\"); print(\"end\"); }\n");
            script(name + ".golden", "before\n");
        }
        assertThat(typing("", Map.of(), false, "--review", folder)).satisfies(r -> assertThat(r.exit()).isZero()).satisfies(r -> assertThat(r.out()).startsWith("nothing to review"));
        run(folder);
        Result result = typing("w\na\nr\nx\nskip\n", Map.of(), false, "--review", folder);
        assertThat(result.exit()).as("two are left").isEqualTo(1);
        assertThat(result.out()).contains("1 of 4  ", "--- a.golden\n", "+++ a.golden.new\n", "-before\n", "+now a\n", "quit (q)?\n  now a\n  end\n", "accepted: ", "rejected: ", "`x` is none of them\n",
                "skipped: ", "4 of 4  ", "-- 1 accepted, 1 rejected, 2 left\n");
        assertThat(folder.resolve("a.golden")).content().startsWith("now a\nend\n");
        assertThat(folder.resolve("a.golden.new")).doesNotExist();
        assertThat(folder.resolve("b.golden")).content().isEqualTo("before\n");
        assertThat(folder.resolve("b.golden.new")).doesNotExist();
        assertThat(folder.resolve("c.golden.new")).exists();

        assertThat(typing("q\n", Map.of(), false, "--review", folder).out()).contains("1 of 2  ").doesNotContain("2 of 2").contains("0 accepted, 0 rejected, 2 left");
        assertThat(typing("a\n", Map.of(), true, "--review", folder.resolve("d.wdfs")).out()).contains("1 of 1", "\u001B[32m+now d\u001B[0m", "-- 1 accepted");
        assertThat(run(folder.resolve("d.wdfs"), folder.resolve("a.wdfs")).exit()).isZero();
    }

    @Test
    void aReviewSaysThatATestHasChangedSince() throws IOException {
        Path script = script("a.wdfs", "process p { print(\"now\"); }\n");
        script("a.golden", "before\n");
        run(script);
        assertThat(typing("q\n", Map.of(), false, "--review", script).out()).doesNotContain("has changed since");
        Files.setLastModifiedTime(script, FileTime.fromMillis(Files.getLastModifiedTime(folder.resolve("a.golden.new")).toMillis() + 5000));
        assertThat(typing("q\n", Map.of(), false, "--review", script).out()).contains("the test has changed since this run");
    }

    @Test
    void nothingIsReviewedWhereTheEnvironmentSaysCI() throws IOException {
        Path script = script("a.wdfs", "process p { print(\"now\"); }\n");
        script("a.golden", "before\n");
        run(script);
        assertThat(typing("a\n", Map.of("CI", "1"), false, "--review", script)).satisfies(r -> assertThat(r.exit()).isEqualTo(2)).satisfies(r -> assertThat(r.err()).contains("--force"));
        assertThat(folder.resolve("a.golden")).content().isEqualTo("before\n");
    }

    @Test
    void transcriptsThatNoTestComparesAreFound() throws IOException {
        script("a.wdfs", "process p { print(1); }\n");
        script("s.session", "1 + 1\n");
        run("--update", folder);
        assertThat(run("--check-unused", folder)).satisfies(r -> assertThat(r.exit()).isZero()).satisfies(r -> assertThat(r.err()).isEmpty());
        script("gone.golden", "");
        script("t.wdfs", "test \"a\" { }\n");
        script("t.golden", "");
        script("broken.wdfs", "// skip: for now\nprocess p { print(nmae); }\n");
        script("broken.golden", "");
        Result result = run("--check-unused", folder);
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err().lines().map(l -> l.substring(l.lastIndexOf('/') + 1))).containsExactly("gone.golden", "t.golden");
        assertThat(result.err()).startsWith("wdfs: no test compares ");
        assertThat(run(folder).exit()).isZero();
    }

    @Test
    void resultsComeInEachForm() throws IOException {
        script("t.wdfs", TWO);
        script("u.wdfs", "// skip: later\ntest \"c, d\" { }\n");
        assertThat(run("--format", "dots", folder).out()).startsWith(".Fs\nFAIL  ").contains("1 passed, 1 FAILED, 1 skipped");
        assertThat(run("--format", "tap", folder).out()).startsWith("TAP version 14\nok 1 - ").contains("not ok 2 - ", "  ---\n  message: |\n    ", "ok 3 - ", " # SKIP later\n").endsWith("1..3\n");
        assertThat(run("--format", "json", folder).out().lines()).hasSize(4).first().asString().startsWith("{\"file\":\"").contains("\"name\":\"good one\",\"status\":\"passed\"");
        assertThat(run("--format", "github", folder).out()).startsWith("::error file=").contains(",line=2,title=it's bad::").contains("%0A");
        assertThat(run("--format", "pretty", "--slowest", "2", folder).out().lines().filter(l -> l.contains(" ms  "))).hasSize(2);
        assertThat(run("--format", "xml", folder).exit()).isEqualTo(2);
    }

    @Test
    void aTerminalGetsColoursAndALineOfProgress() throws IOException {
        script("t.wdfs", TWO);
        Result result = runIn(Map.of(), true, folder);
        assertThat(result.out()).contains("\u001B[1;31mFAIL\u001B[0m");
        assertThat(result.err()).contains("\r\u001B[K1/1 ");
        assertThat(run(folder).err()).isEmpty();
    }

    @Test
    void theReportIsXml() throws Exception {
        script("t.wdfs", TWO.replace("good one", "a < b & c"));
        Path report = folder.resolve("report.xml");
        assertThat(run("--junit", report, folder).exit()).isEqualTo(1);
        var document = javax.xml.parsers.DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(report.toFile());
        var suite = (org.w3c.dom.Element) document.getElementsByTagName("testsuite").item(0);
        assertThat(suite.getAttribute("tests")).isEqualTo("2");
        assertThat(suite.getAttribute("failures")).isEqualTo("1");
        var cases = document.getElementsByTagName("testcase");
        assertThat(((org.w3c.dom.Element) cases.item(0)).getAttribute("name")).isEqualTo("a < b & c");
        assertThat(document.getElementsByTagName("failure").item(0).getTextContent()).contains("n == 6", "again: wdfs test");
    }

    @Test
    void thePageHasAllResultsAndNeedsNothingElse() throws IOException {
        script("t.wdfs", TWO.replace("good one", "a < b & c"));
        script("u.wdfs", "// skip: <later>\ntest \"c\" { }\n");
        script("g.wdfs", "process a { print(\"now\"); }\n");
        script("g.golden", "before\n");
        Path page = folder.resolve("page.html");
        assertThat(run("--html", page, "--junit", folder.resolve("r.xml"), folder).exit()).isEqualTo(1);
        assertThat(page).content().contains("<title>wdfs test: 1 passed, 2 FAILED, 1 skipped</title>", "<span>a &lt; b &amp; c</span>", "<small>&lt;later&gt;</small>", "n == 6", "<del>-before</del>\n<ins>+now</ins>",
                "<h3>last events</h3>", "<pre class=\"again\">wdfs test ", "--filter 'it");
        assertThat(page).content().doesNotContain("http", "src=", "@import", "url(");
        assertThat(Files.readString(page).split("class=\"test ", -1)).hasSize(5);
        assertThat(Files.exists(folder.resolve("r.xml"))).isTrue();
        assertThat(run("--html", folder.resolve("no/such/folder.html"), folder)).satisfies(r -> assertThat(r.exit()).isEqualTo(2)).satisfies(r -> assertThat(r.err()).contains("cannot be written"));
    }

    private static final String COVERED = """
            ioctl IOCTL_A = CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, FILE_ANY_ACCESS);
            ioctl IOCTL_B = CTL_CODE(FILE_DEVICE_UNKNOWN, 0x802, METHOD_BUFFERED, FILE_ANY_ACCESS);
            import "h.h";
            driver D kmdf 1.33 {
                device D control {
                    name L"\\\\Device\\\\D";
                    symbolic_link L"\\\\DosDevices\\\\D";
                    queue Default sequential {
                        handle IOCTL_A(Request) {
                            ULONG n = Twice(2);
                            while (n < 7) { n++; }
                            if (n == 7) return STATUS_SUCCESS; else n = 9;
                            for (;;) { break; }
                            return STATUS_UNSUCCESSFUL;
                        }
                        handle IOCTL_B(Request) {
                            return STATUS_SUCCESS;
                        }
                    }
                }
            }
            test "REQ-001, REQ-002: a" {
                process inner { print("of the test"); }
                HANDLE h = open(L"\\\\\\\\.\\\\D");
                expect ioctl(h, IOCTL_A).status == STATUS_SUCCESS;
                expect ioctl(h, IOCTL_A).status == STATUS_SUCCESS;
                if (h == NULL) { print("never"); }
            }
            test "KBUF-003 to KBUF-005 b" { }
            """;

    @Test
    void coverageTellsWhichStatementsAndControlCodesTestsReached() throws IOException {
        Path script = script("t.wdfs", COVERED);
        script("h.h", "ULONG Twice(ULONG n) {\n    if (n > 100) {\n        return 0;\n    }\n    return 2 * n;\n}\n");
        assertThat(run("--coverage", script).out()).contains("2 passed\ncoverage: 7 of 12 statements, 1 of 2 control codes; rules: 5 named by tests, 0 reported\n",
                "h.h  2 of 3, not line 3\n", "t.wdfs  5 of 9, not line 12-14, 17\n", "t.wdfs  no application sent IOCTL_B\n");
        Path info = folder.resolve("c.info");
        run("--coverage=" + info, script);
        assertThat(info).content().contains("/h.h\nDA:2,2\nDA:3,0\nDA:5,2\nLF:3\nLH:2\nend_of_record\n").contains("DA:10,2\nDA:11,6\nDA:12,2\nDA:13,0\nDA:14,0\nDA:17,0\nLF:6\nLH:3\n");
        Path json = folder.resolve("c.json");
        run("--coverage=" + json, script);
        assertThat(Files.readString(json).replaceAll("\\s", "")).contains("\"run\":2,\"all\":3,\"statements\":[{\"line\":2,\"column\":9,\"endLine\":2,\"endColumn\":16,\"count\":2}",
                "\"name\":\"IOCTL_A\",\"requests\":2,\"statuses\":{\"STATUS_SUCCESS\":2}", "\"name\":\"IOCTL_B\",\"requests\":0,\"statuses\":{}",
                "{\"rule\":\"KBUF-004\",\"tests\":1,\"reports\":0}", "{\"rule\":\"REQ-002\",\"tests\":1,\"reports\":0}");
        Path page = folder.resolve("c.html");
        run("--coverage=" + page, script);
        assertThat(page).content().contains("<b>n == 7</b>", "<mark>n = 9;</mark>", "<tr class=\"none\"><td>IOCTL_B</td>", "STATUS_SUCCESS 2").doesNotContain("http", "src=");
        assertThat(run("--coverage=c.txt", script)).satisfies(r -> assertThat(r.exit()).isEqualTo(2)).satisfies(r -> assertThat(r.err()).contains(".html, .json or .info"));
        assertThat(run("--coverage", "--format", "tap", script).out()).endsWith("1..2\n");
    }

    @Test
    void coverageCountsRulesThatRunsReport() throws IOException {
        Path script = script("t.wdfs", COVERED.replace("return STATUS_SUCCESS; else", "{ WdfRequestComplete(Request, STATUS_SUCCESS); WdfRequestComplete(Request, STATUS_SUCCESS); } else"));
        script("h.h", "ULONG Twice(ULONG n) { return 2 * n; }\n");
        assertThat(run("--coverage", script).out()).contains("rules: 5 named by tests, 1 reported\n");
    }

    @Test
    void whatIsCountedRunsTheSame() throws IOException {
        Path script = script("t.wdfs", COVERED.substring(0, COVERED.indexOf("test \"")) + "process p { print(ioctl(open(L\"\\\\\\\\.\\\\D\"), IOCTL_A)); for (ULONG i = 0; i < 5; i++) { thread { print(i); print(i + 100); } } }\n");
        script("h.h", "ULONG Twice(ULONG n) { return 2 * n; }\n");
        for (String seed : List.of("1", "2", "77")) {
            run("--update", "--seed", seed, script);
            assertThat(run("--seed", seed, "--coverage", script)).as(seed).satisfies(r -> assertThat(r.exit()).isZero()).satisfies(r -> assertThat(r.out()).contains("1 passed", "not line 12-14, 17\n"));
        }
    }

    @Test
    void aRunCanEndWithTheFirstFailure() throws IOException {
        script("a.wdfs", "test \"bad\" { ULONG n = 5; expect n == 6; }\ntest \"never\" { }\n");
        script("b.wdfs", "test \"never either\" { }\n");
        assertThat(run("--fail-fast", "--jobs", "1", folder).out()).contains("0 passed, 1 FAILED");
        assertThat(run("--fail-fast", "--format", "json", folder).out()).contains("\"failed\":1", "\"ended\":true");
        assertThat(run("--repeat", "3", "--filter", "never", folder).out()).contains("2 passed");
    }

    @Test
    void aRunCanEndWithTheNthFailure() throws IOException {
        String bad = "test \"%s 1\" { expect 1 == 2; }\ntest \"%s 2\" { expect 1 == 2; }\ntest \"%s 3\" { expect 1 == 1; }\n";
        for (String name : List.of("a", "b", "c")) {
            script(name + ".wdfs", bad.replace("%s", name));
        }
        for (String jobs : List.of("1", "3")) {
            Result result = run("--max-failures", "3", "--jobs", jobs, folder);
            assertThat(result.exit()).isEqualTo(1);
            assertThat(result.out()).contains("FAIL  a 1", "FAIL  a 2", "FAIL  b 1").doesNotContain("b 2", "c 1").contains("1 passed, 3 FAILED; the run ended there\n");
        }
        assertThat(run("--max-failures", "7", folder).out()).contains("3 passed, 6 FAILED\n");
        assertThat(run("--max-failures", "0", folder).exit()).isEqualTo(2);
    }

    @Test
    void whatIsRedactedIsNotCompared() throws IOException {
        Path golden = folder.resolve("g.golden");
        Path fresh = folder.resolve("g.golden.new");
        Path script = script("g.wdfs", "// redact: /b(\\d+)c/ => $NUMBER\n// redact: /\\$N/ => A N\nprocess p { print(\"ab12cb3c\"); print(\"b4\"); }\n");
        assertThat(run("--update", script).exit()).isZero();
        assertThat(golden).content().as("as it is compared").startsWith("aA NUMBERA NUMBER\nb4\n--");
        assertThat(run(script).exit()).isZero();

        Files.writeString(golden, Files.readString(golden).replaceFirst("A NUMBER", "b99c"));
        assertThat(run(script).exit()).as("both sides").isZero();
        assertThat(fresh).doesNotExist();
        assertThat(run("--update", script).out()).contains("written");
        assertThat(golden).content().startsWith("aA NUMBERA NUMBER\nb4\n");

        Files.writeString(golden, "aA NUMBERA NUMBER\nb5\n");
        assertThat(run(script)).satisfies(r -> assertThat(r.exit()).isEqualTo(1)).satisfies(r -> assertThat(r.out()).contains(" aA NUMBERA NUMBER", "-b5", "+b4"));
        assertThat(fresh).content().startsWith("aA NUMBERA NUMBER\nb4\n");
    }

    @Test
    void sessionsAreRedactedToo() throws IOException {
        Path session = script("s.session", "// redact: /\\b4\\d/ => FORTY\n40 + 2\n");
        assertThat(run("--update", session).exit()).isZero();
        assertThat(folder.resolve("s.golden")).content().contains("FORTY + 2").doesNotContain("42");
        assertThat(run(session).exit()).isZero();
    }

    @Test
    void aRedactionThatIsNoneIsAFailure() throws IOException {
        for (String wrong : List.of("b => c", "/b/ c", "/(/ => c", "/b/ =>")) {
            Path script = script("g.wdfs", "// redact: " + wrong + "\ntest \"a\" { }\n");
            assertThat(run(script)).as(wrong).satisfies(r -> assertThat(r.exit()).isEqualTo(1)).satisfies(r -> assertThat(r.out()).contains("FAIL  directives", "`// redact: " + wrong + "`"));
        }
        assertThat(run(script("s.session", "// redact: b\n1\n"))).satisfies(r -> assertThat(r.exit()).isEqualTo(1)).satisfies(r -> assertThat(r.out()).contains("`// redact: b`: the form is"));
    }

    @Test
    void testsAreSkippedInARunThatTheyAreNotMeantFor() throws IOException {
        Path script = script("t.wdfs", "// requires: verifier=standard,full seed=1\ntest \"a\" { }\n");
        assertThat(run(script).out()).contains("1 passed");
        assertThat(run("--verifier", "full", script).out()).contains("1 passed");
        assertThat(run("--verifier", "off", script)).satisfies(r -> assertThat(r.exit()).isZero())
                .satisfies(r -> assertThat(r.out()).contains("skip  a (requires verifier=standard,full, and this run has off)", "0 passed, 1 skipped"));
        assertThat(run("--seed", "2", script).out()).contains("skip  a (requires seed=1, and this run has 2)");
        script("t.wdfs", "// requires: schedule=random\ntest \"a\" { }\n");
        assertThat(run(script).out()).contains("1 skipped");
        assertThat(run("--schedule", "random", script).out()).contains("1 passed");
        for (String wrong : List.of("gcc", "verifier=much", "steps=5", "seed=1,x")) {
            script("t.wdfs", "// requires: " + wrong + "\n// skip: any reason\ntest \"a\" { }\n");
            assertThat(run(script)).as(wrong).satisfies(r -> assertThat(r.exit()).isEqualTo(1)).satisfies(r -> assertThat(r.out()).contains("FAIL  directives", "`// requires: " + wrong + "`"));
        }
    }

    @Test
    void theOrderComesFromASeed() throws IOException {
        for (String name : List.of("a", "b", "c", "d", "e")) {
            script(name + ".wdfs", "test \"%s1\" { }\ntest \"%s2\" { }\ntest \"%s3\" { }\n".replace("%s", name));
        }
        Set<String> orders = new TreeSet<>();
        Set<String> inB = new TreeSet<>();
        String usual = String.join(" ", names(run("--verbose", folder)));
        for (int seed = 0; seed < 20; seed++) {
            Result result = run("--verbose", "--shuffle=" + seed, "--jobs", "3", folder);
            assertThat(result.out()).endsWith("15 passed; this order again: --shuffle=" + seed + "\n");
            List<String> names = names(result);
            assertThat(names).hasSize(15).isEqualTo(names(run("--verbose", "--shuffle=" + seed, folder)));
            orders.add(String.join(" ", names));
            inB.add(String.join(" ", names.stream().filter(n -> n.startsWith("b")).toList()));
        }
        assertThat(orders).hasSizeGreaterThan(18).allSatisfy(order -> assertThat(new TreeSet<>(List.of(order.split(" ")))).containsExactly(usual.split(" ")));
        assertThat(inB).as("orders of three").hasSizeBetween(4, 6);
        assertThat(run("--shuffle=5", "--list", folder).out().lines().filter(l -> l.contains("  ")).map(l -> l.substring(l.length() - 2)).toList()).isEqualTo(names(run("--verbose", "--shuffle=5", folder)));
    }

    private static List<String> names(Result result) {
        return result.out().lines().filter(l -> l.startsWith("     ok    ")).map(l -> l.substring(11)).toList();
    }

    @Test
    void aSeedOfTheOrderIsToldIfNoneIsGiven() throws IOException {
        Path script = script("t.wdfs", TWO);
        assertThat(run("--shuffle", script).out()).containsPattern("; this order again: --shuffle=\\d+\n$");
        assertThat(run("--shuffle", "--format", "tap", script).out()).containsPattern("1\\.\\.2\n# this order again: --shuffle=\\d+\n$");
        assertThat(run("--shuffle=3", "--format", "json", script).out()).contains("\"shuffle\":3}");
        assertThat(run("--shuffle=x", script).exit()).isEqualTo(2);
    }

    @Test
    void thoseThatFailedRunAgain() throws IOException {
        script("a.wdfs", "test \"a good\" { }\ntest \"a bad\" { expect 1 == 2; }\n");
        script("b.wdfs", "test \"b good\" { }\n");
        Path c = script("c.wdfs", "test \"c bad\" { expect 1 == 2; }\n");
        Path list = folder.resolve(".wdfs-failed");
        assertThat(run("--rerun-failed")).satisfies(r -> assertThat(r.exit()).isZero()).satisfies(r -> assertThat(r.out()).isEqualTo("no test failed the last time\n"));
        assertThat(list).doesNotExist();

        assertThat(run(folder).out()).contains("2 passed, 2 FAILED");
        assertThat(list).content().isEqualTo("a.wdfs\ta bad\nc.wdfs\tc bad\n");
        assertThat(run("--rerun-failed", "--list").out()).contains("a bad\n", "c bad\n2 tests\n").doesNotContain("good");
        assertThat(run("--rerun-failed").out()).contains("0 passed, 2 FAILED");
        assertThat(run("--rerun-failed", c).out()).contains("0 passed, 1 FAILED");
        assertThat(list).content().as("what did not run stays").contains("a bad", "c bad");

        script("c.wdfs", "test \"c bad\" { }\n");
        assertThat(run("--rerun-failed").out()).contains("1 passed, 1 FAILED");
        assertThat(list).content().isEqualTo("a.wdfs\ta bad\n");
        script("a.wdfs", "test \"another name\" { }\n");
        assertThat(run("--rerun-failed")).satisfies(r -> assertThat(r.exit()).isEqualTo(2)).satisfies(r -> assertThat(r.out()).contains("no test matched"));
        assertThat(list).as("a test that is no more").doesNotExist();
    }

    @Test
    void aFileThatIsGoneHasNotFailed() throws IOException {
        Path script = script("a.wdfs", TWO);
        script("b.wdfs", TWO);
        run(folder);
        Files.delete(script);
        assertThat(run("--rerun-failed").out()).contains("0 passed, 1 FAILED");
        assertThat(folder.resolve(".wdfs-failed")).content().isEqualTo("b.wdfs\tit's bad\n");
    }

    @Test
    void aScriptThatDidNotCompileRunsAgainAsAWhole() throws IOException {
        script("a.wdfs", TWO);
        run(folder);
        script("a.wdfs", TWO + "process p { print(nmae); }\n");
        assertThat(run("--rerun-failed").out()).contains("nmae", "0 passed, 1 FAILED");
        assertThat(folder.resolve(".wdfs-failed")).content().isEqualTo("a.wdfs\tfindings\na.wdfs\tit's bad\n");
        script("a.wdfs", TWO);
        assertThat(run("--rerun-failed").out()).contains("1 passed, 1 FAILED");
        assertThat(folder.resolve(".wdfs-failed")).content().isEqualTo("a.wdfs\tit's bad\n");
    }

    @Test
    void noFilterHidesThatAFileDoesNotCompile() throws IOException {
        Path script = script("a.wdfs", TWO + "process p { print(nmae); }\n");
        assertThat(run("--filter", "bad", script)).satisfies(r -> assertThat(r.exit()).isEqualTo(1)).satisfies(r -> assertThat(r.out()).contains("nothing here is called nmae"));
    }

    @Test
    void aWatchedFileThatFailedComesFirst() throws IOException {
        Path a = script("a.wdfs", "test \"a\" { }\n");
        Path b = script("b.wdfs", "test \"b\" { expect 1 == 2; }\n");
        Path c = script("c.wdfs", "test \"c\" { }\n");
        run(folder);
        assertThat(FailedTests.read(folder).failedFirst(List.of(a, b, c))).containsExactly(b, a, c);
    }

    @Test
    void whatReadsAChangedFileRunsAgain() throws IOException {
        Path a = script("a.wdfs", "");
        Path b = script("b.wdfs", "");
        Path header = script("h.h", "");
        Watch watch = new Watch();
        assertThat(watch.changed(List.of(a, b), Map.of())).containsExactly(a, b);
        Map<Path, Set<Path>> reads = Map.of(a, Set.of(a, header), b, Set.of(b));
        watch.changed(List.of(a, b), reads);
        assertThat(watch.changed(List.of(a, b), reads)).isEmpty();
        Files.setLastModifiedTime(header, FileTime.fromMillis(1000));
        assertThat(watch.changed(List.of(a, b), reads)).containsExactly(a);
        Path c = script("c.wdfs", "");
        assertThat(watch.changed(List.of(a, b, c), reads)).containsExactly(c);
    }
}
