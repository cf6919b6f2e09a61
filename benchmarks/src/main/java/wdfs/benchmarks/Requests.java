package wdfs.benchmarks;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Requests a second, through a KMDF driver and back, 64 bytes each way: `nothing` completes each at once, `echo`
/// retrieves both buffers and copies one to the other. The boot of the machine is in it, once for COUNT requests.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = {Jvm.CONTINUATIONS, Jvm.STACK, Jvm.COLLECTOR, Jvm.QUIET})
public class Requests {
    private static final int COUNT = 100_000;

    @Param({"METHOD_BUFFERED", "METHOD_OUT_DIRECT"})
    public String method;

    private Script nothing;
    private Script echo;

    @Setup(Level.Trial)
    public void prepare() {
        Map<String, String> values = Map.of("METHOD", method, "COUNT", Integer.toString(COUNT));
        nothing = new Script("null-ioctl.wdfs", values);
        echo = new Script("echo-ioctl.wdfs", values);
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public void nothing() {
        nothing.runExpecting(Integer.toString(COUNT));
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public void echo() {
        echo.runExpecting(Integer.toString(COUNT));
    }
}
