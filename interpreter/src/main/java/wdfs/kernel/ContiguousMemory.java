package wdfs.kernel;

import java.util.ArrayDeque;
import java.util.Deque;
import wdfs.machine.LongMap;
import wdfs.machine.Memory;
import wdfs.machine.Region;
import wdfs.machine.Poison;
import wdfs.machine.Shadow;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// Memory that lies in one piece and that devices may reach as long as it exists: common buffers (OBJ-391), and what
/// MmAllocateContiguousMemory gives. Whole pages; behind the bytes that were asked for belongs nothing to anybody.
public final class ContiguousMemory {
    private static final long START = 0xFFFF_C800_0000_0000L;
    private static final int REMEMBERED = 256;

    /// One such piece.
    public static final class Block {
        public final Region region;
        public final long logical;
        /// What it was allocated of; null for MmAllocateContiguousMemory.
        final DmaAdapter adapter;
        private final int pages;
        private final DmaMappings.Mapping mapping;

        private Block(Region region, long logical, DmaAdapter adapter, int pages, DmaMappings.Mapping mapping) {
            this.region = region;
            this.logical = logical;
            this.adapter = adapter;
            this.pages = pages;
            this.mapping = mapping;
        }
    }

    private final Machine machine;
    private final LongMap<Block> blocks = new LongMap<>();
    private final Deque<Region> gone = new ArrayDeque<>();
    private long next = START;

    private ContiguousMemory(Machine machine) {
        this.machine = machine;
    }

    public static ContiguousMemory of(Machine machine) {
        return machine.part(ContiguousMemory.class, ContiguousMemory::new);
    }

    /// Null without memory that lies low enough.
    public Block allocate(Caller caller, long length, long highest, String kind, DmaAdapter adapter) {
        long count = (length + Memory.PAGE - 1) / Memory.PAGE;
        if (length <= 0 || count > Integer.MAX_VALUE / Memory.PAGE || machine.fails("contiguous") || !machine.memory.hasRoom(count * Memory.PAGE)
                || !machine.memory.physical.map(next, (int) count)) {
            return null;
        }
        long logical = machine.memory.physical.address(null, next);
        if (Long.compareUnsigned(logical + count * Memory.PAGE - 1, highest) > 0) {
            machine.memory.unmap(null, next, count);
            return null;
        }
        Region region = new Region(next, length, kind, machine.numbers.next(kind));
        region.owner = caller.image == null ? "" : caller.image.name();
        String site = machine.siteText(machine.site());
        region.allocatedAt = site.isEmpty() ? "" : "at " + site;
        machine.memory.mark(null, next, length, Shadow.UNWRITTEN, Poison.FRESH);
        machine.memory.mark(null, next + length, count * Memory.PAGE - length, Shadow.RED_ZONE, Poison.RED_ZONE);
        machine.memory.add(null, region);
        Block block = new Block(region, logical, adapter, (int) count, DmaMappings.of(machine).add(logical, length, DmaMappings.Use.BOTH, region.label()));
        blocks.put(next, block);
        next += (count + 1) * Memory.PAGE;
        if (adapter != null) {
            adapter.commonBuffers++;
        }
        return block;
    }

    /// The block that begins at a virtual address; null if none does.
    public Block at(long address) {
        return blocks.get(address);
    }

    /// @param how the routine that ended it, for the story of a device that goes on using it
    public void free(Block block, String how) {
        DmaMappings.of(machine).end(block.mapping, how);
        String site = machine.siteText(machine.site());
        block.region.freed = true;
        block.region.freedAt = site.isEmpty() ? "" : "at " + site;
        machine.memory.unmap(null, block.region.base, block.pages);
        blocks.remove(block.region.base);
        gone.add(block.region);
        if (gone.size() > REMEMBERED) {
            machine.memory.remove(null, gone.poll());
        }
        if (block.adapter != null) {
            block.adapter.commonBuffers--;
        }
    }
}
