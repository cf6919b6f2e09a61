package wdfs.engine;

import java.util.ArrayList;
import java.util.List;
import wdfs.diagnostics.TextRenderer;
import wdfs.semantics.SourceLoader;
import wdfs.source.SourceFile;

/// Scripts as texts in tests.
public final class Scripts {
    /// One engine for all tests: it holds the parsed library.
    static final Engine ENGINE = new Engine();

    private Scripts() {}

    /// @param exit the exit code that the command would give
    public record Ran(List<String> lines, int exit, Outcome outcome) {
        public String text() {
            return String.join("\n", lines);
        }

        /// The titles of reports.
        public List<String> reports() {
            return lines.stream().filter(l -> l.startsWith("*** ")).toList();
        }
    }

    public static Compilation compile(String text) {
        return ENGINE.compile(SourceFile.script("test.wdfs", text), SourceLoader.none());
    }

    public static String findings(String text) {
        return new TextRenderer(false).render(compile(text).findings().sorted());
    }

    /// Runs the processes of a script that must be in order.
    public static Ran run(String text) {
        return run(text, RunOptions.DEFAULT);
    }

    public static Ran run(String text, RunOptions options) {
        Compilation compilation = compile(text);
        if (compilation.program().isEmpty()) {
            throw new AssertionError(new TextRenderer(false).render(compilation.findings().sorted()));
        }
        List<String> lines = new ArrayList<>();
        Outcome outcome = new Simulation(ENGINE, compilation.program().get().under(options.schedule()), options, lines::add).run();
        return new Ran(lines, outcome.exitCode(), outcome);
    }

    /// Runs the one `test` block of a script.
    public static Ran test(String text) {
        Compilation compilation = compile(text);
        if (compilation.program().isEmpty()) {
            throw new AssertionError(new TextRenderer(false).render(compilation.findings().sorted()));
        }
        List<String> lines = new ArrayList<>();
        Outcome outcome = new Simulation(ENGINE, compilation.program().get(), RunOptions.DEFAULT, lines::add)
                .runTest(compilation.program().get().tests().getFirst());
        return new Ran(lines, outcome.exitCode(), outcome);
    }

    /// A KMDF control device `\\.\D` whose default queue has `body` for its device controls, and a process `app` around `application`.
    public static String driver(String body, String application) {
        return """
                #define CODE_BUFFERED CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)
                #define CODE_OUT_DIRECT CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_OUT_DIRECT, FILE_ANY_ACCESS)
                #define CODE_IN_DIRECT CTL_CODE(FILE_DEVICE_UNKNOWN, 0x802, METHOD_IN_DIRECT, FILE_ANY_ACCESS)
                #define CODE_NEITHER CTL_CODE(FILE_DEVICE_UNKNOWN, 0x803, METHOD_NEITHER, FILE_ANY_ACCESS)
                driver D kmdf 1.33 {
                    device D control {
                        name L"\\\\Device\\\\D"; symbolic_link L"\\\\DosDevices\\\\D";
                        queue Default sequential {
                            EvtIoDeviceControl(Queue, Request, OutputBufferLength, InputBufferLength, IoControlCode) {
                                PUCHAR in = NULL, out = NULL;
                                size_t inLength = 0, outLength = 0;
                                WdfRequestRetrieveInputBuffer(Request, 1, (PVOID *)&in, &inLength);
                                WdfRequestRetrieveOutputBuffer(Request, 1, (PVOID *)&out, &outLength);
                %s
                            }
                        }
                    }
                }
                process app {
                    HANDLE h = open(L"\\\\\\\\.\\\\D");
                %s
                }
                """.formatted(body.indent(32), application.indent(4));
    }
}
