package wdfs.wdf;

import java.util.ArrayDeque;
import java.util.Deque;
import wdfs.machine.Heap;
import wdfs.machine.Memory;
import wdfs.machine.Region;
import wdfs.machine.Shadow;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// WDFLOOKASIDE: buffers of one size that are kept for the next use (MEM §7). The last one returned is handed out first
/// (MEM-110); after a second without use all but four go back to the pool.
public final class FxLookaside extends FxObject {
    private static final int DEPTH = 256;
    private static final int KEPT_WHEN_IDLE = 4;
    private static final long IDLE_NANOS = 1_000_000_000L;

    final long size;
    final boolean paged;
    final Attributes memoryAttributes;
    private final int tag;
    private final String owner;
    private final Deque<Region> free = new ArrayDeque<>();
    private long lastUseNanos;
    /// How often a buffer was asked for, and how often the list had one.
    int requests;
    int hits;

    FxLookaside(Machine machine, FxObject parent, long size, boolean paged, int tag, String owner, Attributes memoryAttributes) {
        super(machine, "WDFLOOKASIDE", parent);
        this.size = size;
        this.paged = paged;
        this.tag = tag;
        this.owner = owner;
        this.memoryAttributes = memoryAttributes;
    }

    private Heap heap() {
        return paged ? machine.paged : machine.nonpaged;
    }

    private void trim() {
        if (machine.clock.nowNanos() - lastUseNanos >= IDLE_NANOS) {
            while (free.size() > KEPT_WHEN_IDLE) {
                release(free.removeLast());
            }
        }
        lastUseNanos = machine.clock.nowNanos();
    }

    private void release(Region block) {
        block.freed = false;
        heap().free(block);
    }

    /// MEM-109, MEM-111; null if the system has no memory.
    Region take(String site) {
        trim();
        requests++;
        if (machine.fails("framework")) {
            return null;
        }
        Region block = free.pollFirst();
        if (block != null) {
            hits++;
            block.freed = false;
            block.freedAt = "";
            // A small buffer is cleared at each use; a large one still holds what its last user left.
            machine.memory.mark(null, block.base, block.size, 0, size < Memory.PAGE ? 0 : -1);
        } else {
            block = heap().allocate(size, "Lookaside", size < Memory.PAGE);
            if (block == null) {
                return null;
            }
            block.owner = owner;
            block.tag = tag;
        }
        block.allocatedAt = "by WdfMemoryCreateFromLookaside at " + site;
        reference();                                                  // MEM-112
        return block;
    }

    /// MEM-108: back to the list. What still points there points to memory that is gone.
    void giveBack(Caller caller, Region block, String site) {
        trim();
        if (free.size() < DEPTH && !destroyed) {
            block.freed = true;
            block.freedAt = "back to " + label() + (site.isEmpty() ? "" : " at " + site);
            machine.memory.mark(null, block.base, block.size, Shadow.FREED, -1);
            free.addFirst(block);
        } else {
            heap().free(block);
        }
        dereference(caller);
    }

    /// MEM-115.
    @Override
    protected boolean disposesPassive() {
        return paged;
    }

    @Override
    protected void destroying(Caller caller) {
        free.forEach(this::release);
        free.clear();
    }
}
