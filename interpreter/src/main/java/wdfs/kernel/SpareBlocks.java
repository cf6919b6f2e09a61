package wdfs.kernel;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import wdfs.machine.Region;
import wdfs.machine.Shadow;
import wdfs.runtime.Machine;

/// What a lookaside list keeps for the next use (MEM-109, MEM-110): the last block returned is handed out first, and after a second
/// without use all but four go back to where they came from. A block that lies here counts as freed: who still points to it is found.
public final class SpareBlocks {
    public static final int DEPTH = 256;
    private static final int KEPT_WHEN_IDLE = 4;
    private static final long IDLE_NANOS = 1_000_000_000L;

    /// @param region the allocation that is this block, null if the block is a part of one, or of none that is known
    public record Block(long address, long size, Region region) {}

    private final Machine machine;
    private final Deque<Block> blocks = new ArrayDeque<>();
    private long lastUseNanos;

    public SpareBlocks(Machine machine) {
        this.machine = machine;
    }

    public int count() {
        return blocks.size();
    }

    public boolean has(long address) {
        return blocks.stream().anyMatch(block -> block.address == address);
    }

    /// The list is used: what nobody has wanted for a second goes first.
    /// @param release what becomes of a block that is not kept any longer; it is no spare one then
    public void trim(Consumer<Block> release) {
        if (machine.clock.nowNanos() - lastUseNanos >= IDLE_NANOS) {
            while (blocks.size() > KEPT_WHEN_IDLE) {
                release(blocks.removeLast(), release);
            }
        }
        lastUseNanos = machine.clock.nowNanos();
    }

    private static void release(Block block, Consumer<Block> release) {
        if (block.region != null) {
            block.region.freed = false;
        }
        release.accept(block);
    }

    /// The last one that came back, null if there is none. Its bytes are still those of freed memory: the list says what a new user finds.
    public Block take() {
        Block block = blocks.pollFirst();
        if (block != null && block.region != null) {
            block.region.freed = false;
            block.region.freedAt = "";
        }
        return block;
    }

    /// @param freedAt where it came back, for those who go on using it
    public void keep(Block block, String freedAt) {
        if (block.region != null) {
            block.region.freed = true;
            block.region.freedAt = freedAt;
        }
        machine.memory.mark(null, block.address, block.size, Shadow.FREED, -1);
        blocks.addFirst(block);
    }

    public void drain(Consumer<Block> release) {
        while (!blocks.isEmpty()) {
            release(blocks.removeFirst(), release);
        }
    }
}
