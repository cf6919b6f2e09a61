package wdfs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wdfs.machine.Limits;

/// No script, however wrong, crashes or hangs the interpreter.
class HostileScriptsTest {
    private static final RunOptions SMALL = RunOptions.DEFAULT.withLimits(Limits.DEFAULT.withSteps(3_000_000).withMemoryBytes(64L << 20)
            .withOutputBytes(1 << 20).withThreads(1000));

    @ParameterizedTest
    @ValueSource(strings = {"process a { for (;;) { } }", "process a { Again: goto Again; }", "process a { while (1) Sleep(0); }",
        "VOID F() { F(); } process a { for (;;) F(); }", "process a { bool b = true; do { } while (b); }"})
    void endlessLoopsEndAtTheLimitOfSteps(String script) {
        assertThat(Scripts.run(script, SMALL).exit()).isEqualTo(Outcome.LIMIT);
    }

    @Test
    void endlessRecursionEndsAtTheLimitOfCallDepth() {
        Scripts.Ran ran = Scripts.run("int F(int n) { return F(n + 1) + 1; } process a { print(F(0)); }");
        assertThat(ran.exit()).isEqualTo(Outcome.LIMIT);
        assertThat(ran.text()).contains("LIMIT of call depth").contains("test.wdfs:1");
    }

    @Test
    void allMemoryIsGivenUntilThereIsNone() {
        Scripts.Ran ran = Scripts.run("process a { ULONG n = 0; while (malloc(1 << 20) != NULL) n++; print(n > 10); }", SMALL);
        assertThat(ran.lines().getFirst()).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"process a { string s = \"x\"; for (;;) s = s + s; }", "process a { for (;;) print(\"again and again\"); }",
        "process a { for (;;) thread { sleep(1s); } }"})
    void whatGrowsWithoutEndMeetsALimit(String script) {
        assertThat(Scripts.run(script, SMALL).exit()).isEqualTo(Outcome.LIMIT);
    }

    @Test
    void aRunEndsAtItsVirtualTime() {
        Scripts.Ran ran = Scripts.run("process a { for (;;) sleep(1s); }", RunOptions.DEFAULT.withLimits(Limits.DEFAULT.withVirtualNanos(5_000_000_000L)));
        assertThat(ran.exit()).isEqualTo(Outcome.LIMIT);
    }

    @Test
    void aBodyTooLargeForAMethodIsAFinding() {
        String script = "int F(int n) { return n; } process a { int x = 0; " + "x = x * 3 + F(x); ".repeat(9000) + "print(x); }";
        assertThat(Scripts.findings(script)).contains("LANG-017");
    }

    /// Its constants alone are more than a class of the virtual machine has room for.
    @Test
    void aBodyWithTooManyConstantsIsAFinding() {
        StringBuilder script = new StringBuilder("driver D kmdf { device D control { name L\"\\\\Device\\\\D\"; } int F(int n) {");
        for (int i = 0; i < 80_000; i++) {
            script.append("n^=").append(100_000 + i).append(";\n");
        }
        assertThat(Scripts.findings(script.append("return n; } }").toString())).contains("LANG-017");
    }

    @Test
    void manyBodiesWithManyConstantsRun() {
        StringBuilder script = new StringBuilder("process a { print(F7(0)); }\n");
        for (int f = 0; f < 60; f++) {
            script.append("int F").append(f).append("(int n) { ");
            for (int i = 0; i < 2_000; i++) {
                script.append("n^=").append(1_000_000 + f * 2_000 + i).append("; ");
            }
            script.append(f < 59 ? "return F" + (f + 1) + "(n) + 0; }\n" : "return n; }\n");
        }
        assertThat(Scripts.run(script.toString()).exit()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"for (;;) CreateEvent(NULL, TRUE, FALSE, NULL);", "HANDLE h = open(L\"\\\\\\\\.\\\\G\"); for (;;) ioctl(h, 0x222000);",
        "for (;;) open(L\"\\\\\\\\.\\\\G\");", "ioctl(open(L\"\\\\\\\\.\\\\G\"), 0x222004);", "for (;;) { __try { *(int *)0 = 1; } __except (1) { } }"})
    void whatTakesTheHostsTimeOrMemoryMeetsALimitToo(String body) {
        String driver = """
                driver G kmdf 1.33 {
                    device G control {
                        name L"\\\\Device\\\\G"; symbolic_link L"\\\\DosDevices\\\\G";
                        queue Default sequential {
                            EvtIoDeviceControl(Queue, Request, OutputBufferLength, InputBufferLength, IoControlCode) {
                                WDFOBJECT object;
                                while (IoControlCode == 0x222004 && NT_SUCCESS(WdfObjectCreate(WDF_NO_OBJECT_ATTRIBUTES, &object))) { }
                                WdfRequestComplete(Request, STATUS_SUCCESS);
                            }
                        }
                    }
                }
                """;
        Scripts.Ran ran = Scripts.run(driver + "process a { " + body + " }", RunOptions.DEFAULT.withLimits(SMALL.limits().withSteps(30_000_000).withHandles(20_000)));
        assertThat(ran.exit()).isEqualTo(Outcome.LIMIT);
    }

    private static final String FILLS = """
                VOID Fill() {
                    SIZE_T size = 1 << 20;
                    while (size >= 16) { if (ExAllocatePool2(POOL_FLAG_NON_PAGED, size, 'lluF') == NULL) size /= 2; }
                }
            """;

    /// What the system cannot do without, and cannot refuse.
    @Test
    void aCompletionRoutineFindsThePoolFull() {
        Scripts.Ran ran = Scripts.run("""
                driver Low kmdf 1.33 {
                    device Low control {
                        name L"\\\\Device\\\\Low";
                        queue Default parallel { EvtIoRead(Queue, Request, Length) { WdfRequestComplete(Request, STATUS_SUCCESS); } }
                    }
                }
                driver Up kmdf 1.33 {
                """ + FILLS + """
                    VOID Done(WDFREQUEST Request, WDFIOTARGET Target, PWDF_REQUEST_COMPLETION_PARAMS Params, WDFCONTEXT Context) { }
                    device Up control {
                        name L"\\\\Device\\\\Up"; symbolic_link L"\\\\DosDevices\\\\Up";
                        queue Default parallel {
                            EvtIoRead(Queue, Request, Length) {
                                WDFIOTARGET target; WDFREQUEST own; WDF_IO_TARGET_OPEN_PARAMS parameters; WDFMEMORY memory;
                                DECLARE_CONST_UNICODE_STRING(name, L"\\\\Device\\\\Low");
                                NTSTATUS status = WdfIoTargetCreate(WdfIoQueueGetDevice(Queue), NULL, &target);
                                WDF_IO_TARGET_OPEN_PARAMS_INIT_OPEN_BY_NAME(&parameters, &name, GENERIC_READ);
                                status = WdfIoTargetOpen(target, &parameters);
                                status = WdfRequestCreate(NULL, target, &own);
                                status = WdfMemoryCreate(NULL, NonPagedPoolNx, 0, 8, &memory, NULL);
                                status = WdfIoTargetFormatRequestForRead(target, own, memory, NULL, NULL);
                                WdfRequestSetCompletionRoutine(own, Done, NULL);
                                Fill();
                                if (!WdfRequestSend(own, target, NULL)) DbgPrint("not sent");
                                WdfRequestComplete(Request, STATUS_SUCCESS);
                            }
                        }
                    }
                }
                process app { read(open(L"\\\\\\\\.\\\\Up"), 8); }
                """, SMALL);
        assertThat(ran.exit()).isEqualTo(Outcome.LIMIT);
    }

    @Test
    void FlushFileBuffersFindsTheHeapFull() {
        Scripts.Ran ran = Scripts.run("process a { HANDLE h = CreateFile(L\"C:\\\\f\", GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);"
                + " SIZE_T n = 1 << 20; while (n >= 1) { if (malloc(n) == NULL) n /= 2; } FlushFileBuffers(h); }", SMALL);
        assertThat(ran.exit()).isEqualTo(Outcome.LIMIT);
    }

    /// The bytes are looked for before room is made for so many.
    @ParameterizedTest
    @ValueSource(strings = {
        "WDFKEY key; DECLARE_CONST_UNICODE_STRING(name, L\"V\"); NTSTATUS s = WdfDriverOpenParametersRegistryKey(WdfGetDriver(), KEY_ALL_ACCESS, NULL, &key);"
            + " s = WdfRegistryAssignValue(key, &name, REG_BINARY, 0x7FFFFFFF, block);",
        "HANDLE file; OBJECT_ATTRIBUTES of; IO_STATUS_BLOCK iosb; DECLARE_CONST_UNICODE_STRING(name, L\"\\\\??\\\\C:\\\\f\");"
            + " InitializeObjectAttributes(&of, (PUNICODE_STRING)&name, OBJ_KERNEL_HANDLE, NULL, NULL);"
            + " NTSTATUS s = ZwCreateFile(&file, GENERIC_WRITE | SYNCHRONIZE, &of, &iosb, NULL, 0, 0, FILE_OVERWRITE_IF, FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0);"
            + " s = ZwWriteFile(file, NULL, NULL, NULL, &iosb, block, 0x7FFFFFFF, NULL, NULL);"})
    void aLengthBeyondAllMemoryIsAMistakeOfTheDriver(String body) {
        Scripts.Ran ran = Scripts.run("driver D kmdf 1.33 { device D control { name L\"\\\\Device\\\\D\"; symbolic_link L\"\\\\DosDevices\\\\D\"; queue Default sequential {"
                + " EvtIoRead(Queue, Request, Length) { PVOID block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 4096, 'kclB'); " + body + " WdfRequestComplete(Request, s); } } } }"
                + " process app { read(open(L\"\\\\\\\\.\\\\D\"), 8); }", SMALL);
        assertThat(ran.outcome().bugChecks()).as(ran.text()).isEqualTo(1);
        assertThat(ran.text()).doesNotContain("LIMIT");
    }

    @Test
    void memoryThatIsUsedUpMakesCreateFileFail() {
        Scripts.Ran ran = Scripts.run("driver G kmdf 1.33 { device G control { name L\"\\\\Device\\\\G\"; symbolic_link L\"\\\\DosDevices\\\\G\"; queue Default manual; } } "
                + "process a { while (open(L\"\\\\\\\\.\\\\G\") != INVALID_HANDLE_VALUE) { } print(GetLastError()); }",
                RunOptions.DEFAULT.withLimits(Limits.DEFAULT.withMemoryBytes(8 << 20)));
        assertThat(ran.lines().getFirst()).isEqualTo("1450");
    }

    @Test
    void oneMistakeInALongLineIsToldWithoutEchoes() {
        assertThat(Scripts.findings("process a { int x = " + "1 ".repeat(20_000) + "; }").lines().count()).isLessThan(10);
        assertThat(Scripts.findings("process a { " + "Nothing(); ".repeat(20_000) + "}")).contains("20000 errors; the first 1000 are shown");
    }

    @ParameterizedTest
    @ValueSource(strings = {"__asm { int 3 }", "__asm int 3", "_asm { mov eax, 1\n ret }"})
    void inlineAssemblyIsRefusedByNameOnce(String text) {
        assertThat(Scripts.findings("VOID F(VOID) { " + text + " }\nprocess a { F(); }")).contains("error[LANG-133]: inline assembly").doesNotContain("errors", "warning");
    }

    @Test
    void aDriverWithoutFrameworkAndAMacroOfStatementsAreToldInTheirWords() {
        assertThat(Scripts.findings("driver D { }\n")).contains("error[LANG-142]").contains("kmdf | umdf | wdm");
        assertThat(Scripts.findings("#define ONCE do { } while (0)\n")).contains("error[LANG-009]: the macro ONCE stands for statements");
        assertThat(Scripts.findings("process a { prnt(1); }")).contains("did you mean print?").doesNotContain("PINT");
    }

    @Test
    void aDriverOfThousandsOfFunctionsIsCompiledAndTheirPointersWork() {
        StringBuilder functions = new StringBuilder();
        StringBuilder calls = new StringBuilder();
        for (int i = 0; i < 3000; i++) {
            functions.append("int F").append(i).append("(int a, int b, ULONG64 c) { return a * ").append(i).append(" + b + (int)c; }\n");
            if (i % 61 == 0 || i == 2999) {
                calls.append("f = F").append(i).append("; sum += f(2, 1, 3); expected += ").append(2 * i + 4).append(";\n");
            }
        }
        Scripts.Ran ran = Scripts.run(functions + "process a { int (*f)(int, int, ULONG64); int sum = 0, expected = 0;\n" + calls + "print(sum == expected); print(sum); }");
        assertThat(ran.lines()).startsWith("1", "155652");
    }

    @Test
    void aFunctionThatTakesManagedValuesIsCalledAndHasNoAddress() {
        assertThat(Scripts.run("string Join(string s, bytes b, int n) { return $\"{s} {b.length} {n}\"; } VOID Show(IoResult r) { print(r.ok); } "
                + "process a { print(Join(\"x\", x\"00 11\", 5)); Show(read(NULL, 4)); }").lines()).startsWith("x 2 5", "false");
        for (String use : new String[] {"VOID (*f)(string) = Show;", "PVOID p = (PVOID)Show;", "var p = &Show;", "print(Show);"}) {
            assertThat(Scripts.findings("VOID Show(string s) { print(s); } process a { " + use + " }")).as(use).contains("error[LANG-135]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "{", "-", "if (1) ", "x[", "f(", "*", "struct { ", "/*", "$\"{", "[[", "sizeof(", "(ULONG)"})
    void nestingWithoutEndIsAFinding(String piece) {
        for (String around : new String[] {"process a { int x = %s1; }", "%s", "driver D kmdf 1.33 { %s }", "ULONG F(VOID) { return %s; }"}) {
            Compilation compilation = Scripts.compile(around.formatted(piece.repeat(50_000)));
            assertThat(compilation.program()).isEmpty();
            assertThat(compilation.findings().hasErrors()).isTrue();
        }
    }

    @Test
    void garbageIsRefusedWithPlaces() {
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            StringBuilder text = new StringBuilder();
            for (int k = 0; k < 400; k++) {
                text.append((char) (random.nextInt(20) == 0 ? '\n' : 32 + random.nextInt(95)));
            }
            Compilation compilation = Scripts.compile(text.toString());
            if (compilation.program().isEmpty()) {
                assertThat(compilation.findings().sorted()).allSatisfy(f -> assertThat(f.span().line()).isPositive());
            }
        }
    }

    @Test
    void aScriptWithPiecesMissingIsCheckedWithoutAFault() {
        String script = Scripts.driver("if (inLength > 3) { out[0] = in[1]; } WdfRequestComplete(Request, STATUS_SUCCESS);",
                "ULONG n[4] = { 1, 2 }; var r = ioctl(h, CODE_BUFFERED, n, out: 4); expect r.ok; thread { print(r); }");
        Random random = new Random(11);
        for (int i = 0; i < 2000; i++) {
            int from = random.nextInt(script.length());
            int until = Math.min(script.length(), from + 1 + random.nextInt(12));
            String text = script.substring(0, from) + script.substring(until);
            Compilation compilation;
            try {
                compilation = Scripts.compile(text);
            } catch (RuntimeException e) {
                throw new AssertionError(text, e);
            }
            assertThat(compilation.findings().hasErrors() || compilation.program().isPresent()).isTrue();
        }
    }
}
