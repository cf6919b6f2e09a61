package wdfs.machine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/// Allocates blocks with ground around them that belongs to nobody: 16 bytes in front, 64 or more behind (16 behind the system's
/// own structures), so that an access one byte outside is seen. Freed blocks lie in quarantine before their memory is used again.
///
/// A block is aligned to 16 bytes; one of a page or more to a page. A block smaller than a page never crosses one
/// (MEM-016, MEM-125).
public final class Heap {
    private static final int FRONT = 16;
    private static final int BEHIND = 64;
    private static final int BEHIND_STRUCTURES = 16;
    private static final int QUARANTINE_BLOCKS = 512;
    private static final long QUARANTINE_BYTES = 4L << 20;

    private final Memory memory;
    private final Memory.Space space;
    private final boolean pageable;
    private final Numbering numbers;
    private final LongMap<Deque<Long>> freeSlots = new LongMap<>();
    private final Deque<Region> quarantine = new ArrayDeque<>();
    private long quarantined;
    private long nextPage;
    private long slotPage;
    private int slotOffset = Memory.PAGE;
    private long liveBytes;
    private int liveBlocks;
    private Consumer<Region> watcher = _ -> { };

    /// Whose memory it is; null for the kernel's.
    public Memory.Space space() {
        return space;
    }

    public Heap(Memory memory, Memory.Space space, long start, boolean pageable, Numbering numbers) {
        this.memory = memory;
        this.space = space;
        this.nextPage = start;
        this.pageable = pageable;
        this.numbers = numbers;
    }

    public int liveBlocks() {
        return liveBlocks;
    }

    public long liveBytes() {
        return liveBytes;
    }

    /// A block of `size` bytes (at least 1), named by its kind; null if memory is short.
    /// @param zero cleared and written; else poison that nobody wrote
    public Region allocate(long size, String kind, boolean zero) {
        return allocate(size, false, kind, zero);
    }

    /// A structure of the system's own, cleared; there are many of them, and drivers seldom run over their ends.
    public Region allocateStructure(long size, String kind) {
        return allocate(size, true, kind, true);
    }

    private Region allocate(long size, boolean structure, String kind, boolean zero) {
        if (size <= 0 || size > 1L << 31) {
            return null;
        }
        long address = size + FRONT + behind(structure) <= Memory.PAGE ? slot(slotSize((int) size, structure)) : pages(size);
        if (address == 0) {
            return null;
        }
        Region region = new Region(address, size, kind, numbers.next(kind));
        if (structure) {
            region.makeStructure();
        }
        region.paged = pageable;
        memory.mark(space, address, size, zero ? 0 : Shadow.UNWRITTEN, zero ? 0 : Poison.FRESH);
        memory.add(space, region);
        liveBlocks++;
        liveBytes += size;
        return region;
    }

    private static int behind(boolean structure) {
        return structure ? BEHIND_STRUCTURES : BEHIND;
    }

    private static int slotSize(int size, boolean structure) {
        return FRONT + behind(structure) + (size + 15 & ~15);
    }

    private long slot(int slot) {
        Deque<Long> free = freeSlots.get(slot);
        long start;
        if (free != null && !free.isEmpty()) {
            start = free.pop();
        } else {
            if (slotOffset + slot > Memory.PAGE) {
                if (!memory.map(space, nextPage, 1, true, pageable)) {
                    return 0;
                }
                slotPage = nextPage;
                nextPage += Memory.PAGE;
                slotOffset = 0;
                memory.mark(space, slotPage, Memory.PAGE, Shadow.RED_ZONE, Poison.RED_ZONE);
            }
            start = slotPage + slotOffset;
            slotOffset += slot;
        }
        return start + FRONT;
    }

    private long pages(long size) {
        long count = (size + Memory.PAGE - 1) / Memory.PAGE;
        long address = nextPage;
        if (!memory.map(space, address, count, true, pageable)) {
            return 0;
        }
        nextPage += (count + 1) * Memory.PAGE;            // one page behind it stays unmapped
        memory.mark(space, address + size, count * Memory.PAGE - size, Shadow.RED_ZONE, Poison.RED_ZONE);
        return address;
    }

    /// The live block that begins at an address; null if none does.
    public Region blockAt(long address) {
        Region region = memory.regionAt(space, address);
        return region != null && region.base == address && !region.freed ? region : null;
    }

    /// Is told of each block before it is freed, for what may not lie in freed memory.
    public void watch(Consumer<Region> watcher) {
        this.watcher = this.watcher.andThen(watcher);
    }

    public void free(Region region) {
        watcher.accept(region);
        region.freed = true;
        liveBlocks--;
        liveBytes -= region.size;
        memory.mark(space, region.base, region.size, Shadow.FREED, Poison.FREED);
        quarantine.add(region);
        quarantined += region.size;
        while (quarantine.size() > QUARANTINE_BLOCKS || quarantined > QUARANTINE_BYTES) {
            recycle(quarantine.poll());
        }
    }

    private void recycle(Region region) {
        quarantined -= region.size;
        memory.remove(space, region);
        if (region.size + FRONT + behind(region.isStructure()) <= Memory.PAGE) {
            int slot = slotSize((int) region.size, region.isStructure());
            memory.mark(space, region.base - FRONT, slot, Shadow.RED_ZONE, Poison.RED_ZONE);
            Deque<Long> free = freeSlots.get(slot);
            if (free == null) {
                free = new ArrayDeque<>();
                freeSlots.put(slot, free);
            }
            free.push(region.base - FRONT);
        } else {
            memory.unmap(space, region.base, (region.size + Memory.PAGE - 1) / Memory.PAGE);
        }
    }
}
