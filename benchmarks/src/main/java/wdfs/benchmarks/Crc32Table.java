package wdfs.benchmarks;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
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
import wdfs.machine.Memory;
import wdfs.machine.View;

/// Workload 2 of the engine study: table-driven CRC-32 over 1 MiB, table and data in the same memory. Nanoseconds a byte.
/// `java` is over a `byte[]`. `javaThroughView` goes through the simulated memory as generated code does: what `script`
/// costs more than that is the generated code's, what that costs more than `java` is the memory's.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = {Jvm.CONTINUATIONS, Jvm.STACK, Jvm.COLLECTOR, Jvm.QUIET})
public class Crc32Table {
    private static final int LENGTH = 1 << 20;
    private static final int PASSES = 32;
    private static final int TABLE = LENGTH;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private Script script;
    private String answer;
    private byte[] ram;
    private View view;

    @Setup(Level.Trial)
    public void prepare() {
        ram = new byte[LENGTH + 1024];
        for (int i = 0; i < LENGTH; i++) {
            ram[i] = (byte) (i * 7 + (i >>> 8));
        }
        for (int n = 0; n < 256; n++) {
            int c = n;
            for (int k = 0; k < 8; k++) {
                c = (c & 1) != 0 ? 0xEDB88320 ^ c >>> 1 : c >>> 1;
            }
            INT.set(ram, TABLE + 4 * n, c);
        }
        CRC32 reference = new CRC32();
        for (int pass = 0; pass < PASSES; pass++) {
            reference.update(ram, 0, LENGTH);
        }
        answer = "%08x".formatted((int) reference.getValue());

        Memory memory = new Memory(16L << 20);
        Memory.Space space = memory.newSpace("benchmark");
        memory.map(null, Memory.KERNEL_START, ram.length / Memory.PAGE + 1, true, false);
        memory.mark(null, Memory.KERNEL_START, ram.length, 0, -1);
        view = space.kernel;
        view.write(Memory.KERNEL_START, ram, 0, ram.length);

        script = new Script("crc32.wdfs", Map.of("COUNT", Integer.toString(PASSES)));
    }

    @Benchmark
    @OperationsPerInvocation(LENGTH * PASSES)
    public void script() {
        script.runExpecting(answer);
    }

    @Benchmark
    @OperationsPerInvocation(LENGTH * PASSES)
    public void java() {
        int crc = -1;
        for (int pass = 0; pass < PASSES; pass++) {
            crc = crc32(crc, ram);
        }
        check(crc);
    }

    @Benchmark
    @OperationsPerInvocation(LENGTH * PASSES)
    public void javaThroughView() {
        int crc = -1;
        for (int pass = 0; pass < PASSES; pass++) {
            crc = crc32(crc, view);
        }
        check(crc);
    }

    private void check(int crc) {
        if (!"%08x".formatted(~crc).equals(answer)) {
            throw new IllegalStateException("%08x, not %s".formatted(~crc, answer));
        }
    }

    private static int crc32(int crc, byte[] ram) {
        for (int i = 0; i < LENGTH; i++) {
            crc = (int) INT.get(ram, TABLE + 4 * ((crc ^ ram[i]) & 0xFF)) ^ crc >>> 8;
        }
        return crc;
    }

    private static int crc32(int crc, View view) {
        for (long i = 0; i < LENGTH; i++) {
            crc = view.load32(Memory.KERNEL_START + TABLE + 4 * ((crc ^ view.load8(Memory.KERNEL_START + i)) & 0xFF)) ^ crc >>> 8;
        }
        return crc;
    }
}
