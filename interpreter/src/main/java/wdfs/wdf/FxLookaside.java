package wdfs.wdf;

import wdfs.kernel.SpareBlocks;
import wdfs.machine.Heap;
import wdfs.machine.Memory;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// WDFLOOKASIDE: buffers of one size that are kept for the next use (MEM §7). The last one returned is handed out first
/// (MEM-110); after a second without use all but four go back to the pool.
public final class FxLookaside extends FxObject {
    final long size;
    final boolean paged;
    final Attributes memoryAttributes;
    private final int tag;
    private final String owner;
    private final SpareBlocks spare;
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
        this.spare = new SpareBlocks(machine);
    }

    private Heap heap() {
        return paged ? machine.paged : machine.nonpaged;
    }

    private void release(SpareBlocks.Block block) {
        heap().free(block.region());
    }

    /// MEM-109, MEM-111; null if the system has no memory.
    Region take(String site) {
        spare.trim(this::release);
        requests++;
        if (machine.fails("framework")) {
            return null;
        }
        SpareBlocks.Block kept = spare.take();
        Region block;
        if (kept != null) {
            hits++;
            block = kept.region();
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
        spare.trim(this::release);
        if (spare.count() < SpareBlocks.DEPTH && !destroyed) {
            spare.keep(new SpareBlocks.Block(block.base, block.size, block), "back to " + label() + (site.isEmpty() ? "" : " at " + site));
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
        spare.drain(this::release);
    }
}
