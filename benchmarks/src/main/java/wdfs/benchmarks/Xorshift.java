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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Workload 1 of the engine study: arithmetic on locals. Nanoseconds for one turn of the loop. The scripts' side has the
/// boot of a machine in it, which is less than a hundredth of the whole.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = {Jvm.CONTINUATIONS, Jvm.STACK, Jvm.COLLECTOR, Jvm.QUIET})
public class Xorshift {
    static final int TURNS = 50_000_000;

    private Script script;
    private String answer;

    @Setup(Level.Trial)
    public void prepare() {
        answer = "%08x".formatted(xorshift(TURNS));
        script = new Script("xorshift.wdfs", Map.of("COUNT", Integer.toString(TURNS)));
    }

    @Benchmark
    @OperationsPerInvocation(TURNS)
    public void script() {
        script.runExpecting(answer);
    }

    @Benchmark
    @OperationsPerInvocation(TURNS)
    public int java() {
        return xorshift(TURNS);
    }

    private static int xorshift(int count) {
        int x = (int) 2463534242L;
        int crc = -1;
        for (int i = 0; i < count; i++) {
            x ^= x << 13;
            x ^= x >>> 17;
            x ^= x << 5;
            crc = (crc >>> 1) ^ (0xEDB88320 & -((crc ^ x) & 1));
        }
        return crc;
    }
}
