package wdfs.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import wdfs.diagnostics.TextRenderer;
import wdfs.engine.Compilation;
import wdfs.engine.Engine;
import wdfs.semantics.SourceLoader;
import wdfs.source.SourceFile;

/// Lines a second from text to classes (`Engine.compile`), for a script of 100,000 lines: many drivers, each with
/// structures, plain functions and a device that handles IOCTLs.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 5)
@Measurement(iterations = 5, time = 5)
@Fork(value = 2, jvmArgsAppend = {Jvm.CONTINUATIONS, Jvm.STACK, Jvm.COLLECTOR, Jvm.QUIET})
public class CheckSpeed {
    private static final int LINES = 100_000;

    private final Engine engine = new Engine();
    private String text;

    @Setup(Level.Trial)
    public void prepare() {
        text = generated(LINES);
    }

    @Benchmark
    @OperationsPerInvocation(LINES)
    public Compilation compile() {
        Compilation compilation = engine.compile(SourceFile.script("generated.wdfs", text), SourceLoader.none());
        if (!compilation.findings().isEmpty() || compilation.program().isEmpty()) {
            throw new IllegalStateException(new TextRenderer(false).render(compilation.findings().sorted()));
        }
        return compilation;
    }

    /// Whole drivers as long as they fit, then comments up to the count.
    static String generated(int lines) {
        StringBuilder text = new StringBuilder();
        int written = 0;
        for (int driver = 0; ; driver++) {
            String next = driver(driver);
            int its = (int) next.lines().count();
            if (written + its > lines) {
                break;
            }
            text.append(next);
            written += its;
        }
        return text.append("// end\n".repeat(lines - written)).toString();
    }

    private static final int FUNCTIONS = 60;

    private static String driver(int number) {
        StringBuilder text = new StringBuilder("""
                struct REQUEST_@ {
                    ULONG Key;
                    USHORT Count;
                    UCHAR Data[48];
                };

                #define IOCTL_RUN_@ CTL_CODE(FILE_DEVICE_UNKNOWN, 0x900, METHOD_BUFFERED, FILE_ANY_ACCESS)

                driver Driver@ kmdf 1.33 {
                    ULONG Calls;
                """);
        for (int i = 0; i < FUNCTIONS; i++) {
            text.append("""

                        // Mixes the data of a request with a key.
                        NTSTATUS Mix#(REQUEST_@ *request, ULONG *result) {
                            ULONG sum = request->Key + #;
                            if (request->Count > sizeof(request->Data)) {
                                return STATUS_INVALID_PARAMETER;
                            }
                            for (USHORT i = 0; i < request->Count; i++) {
                                sum = (sum << 5 | sum >> 27) ^ request->Data[i];
                                switch (sum & 3) {
                                case 0:
                                    sum += request->Key >> (i & 7);
                                    break;
                                case 1:
                                    sum *= 2654435761;
                                    break;
                                default:
                                    sum = ~sum;
                                }
                            }
                            Calls++;
                            *result = sum;
                            return sum == 0 ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS;
                        }
                    """.replace("#", Integer.toString(i)));
        }
        text.append("""

                    device Device@ control {
                        name          L"\\\\Device\\\\Generated@";
                        symbolic_link L"\\\\DosDevices\\\\Generated@";

                        queue Default sequential {
                            handle IOCTL_RUN_@(Request, REQUEST_@ *In, ULONG *Out) {
                                REQUEST_@ copy = *In;
                                ULONG result = 0;
                                NTSTATUS status;
                """);
        for (int i = 0; i < FUNCTIONS; i++) {
            text.append("                status = Mix").append(i).append("(&copy, &result);\n                if (!NT_SUCCESS(status)) return status;\n");
        }
        text.append("""
                                *Out = result;
                                return STATUS_SUCCESS;
                            }
                        }
                    }
                }

                """);
        return text.toString().replace("@", Integer.toString(number));
    }
}
