package wdfs.machine;

import java.util.Arrays;

/// Memory by physical addresses, which are what devices put on the bus. Frames of the system lie below 4 GiB, in the order of
/// their numbers; those of processes above it, in runs of two pages, so that a buffer of an application is neither in one piece
/// nor wholly scattered. Devices without an IOMMU see the same addresses.
public final class Physical {
    /// No memory has this address.
    public static final long NONE = -1;
    private static final int PAGE = Memory.PAGE;
    private static final long HIGH = 1L << 32;
    private static final int PAIR = 2;

    private final Memory memory;

    Physical(Memory memory) {
        this.memory = memory;
    }

    /// Where a frame begins.
    public long address(int frame) {
        return memory.isHigh(frame) ? HIGH + (long) (frame ^ PAIR) * PAGE : (long) frame * PAGE;
    }

    /// The physical address of a virtual one, or {@link #NONE}.
    public long address(Memory.Space space, long virtualAddress) {
        int frame = memory.frameOf(space, virtualAddress);
        return frame == 0 ? NONE : address(frame) + (virtualAddress & PAGE - 1);
    }

    /// The frame at a physical address; 0 if no memory is there.
    public int frameAt(long physical) {
        boolean high = physical >= HIGH;
        long number = high ? (physical - HIGH) / PAGE ^ PAIR : physical / PAGE;
        return physical >= 0 && number <= Integer.MAX_VALUE && memory.isInUse((int) number) && memory.isHigh((int) number) == high ? (int) number : 0;
    }

    public void hold(int frame) {
        memory.hold(frame);
    }

    public void drop(int frame) {
        memory.drop(frame);
    }

    /// Frames below 4 GiB that lie one behind the other, held once; the first of them, or -1 without memory.
    public int take(int count) {
        return memory.newFrames(count);
    }

    /// Maps frames of {@link #take} under an address of the system; they live until they are unmapped. False without memory.
    public boolean map(long address, int count) {
        int first = memory.newFrames(count);
        if (first < 0) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            memory.kernelTable.put((address >>> 12) + i, PageTable.entry(first + i, PageTable.PRESENT | PageTable.WRITABLE));
        }
        return true;
    }

    /// Bytes of one frame as a device reads them, with the mark of what nobody wrote.
    public void read(int frame, int offset, byte[] to, byte[] marks, int at, int count) {
        int from = frame * PAGE + offset;
        System.arraycopy(memory.ram, from, to, at, count);
        for (int i = 0; marks != null && i < count; i++) {
            marks[at + i] = (byte) (memory.shadow[from + i] & Shadow.UNWRITTEN);
        }
    }

    /// Bytes that a device writes into one frame; they count as written.
    public void write(int frame, int offset, byte[] from, int at, int count) {
        int to = frame * PAGE + offset;
        System.arraycopy(from, at, memory.ram, to, count);
        for (int i = 0; i < count; i++) {
            memory.shadow[to + i] &= (byte) ~(Shadow.UNWRITTEN | Shadow.TRACED);
        }
    }

    /// Copies bytes from frame to frame, together with the mark of what nobody wrote.
    public void carry(int fromFrame, int fromOffset, int toFrame, int toOffset, int count) {
        int from = fromFrame * PAGE + fromOffset;
        int to = toFrame * PAGE + toOffset;
        System.arraycopy(memory.ram, from, memory.ram, to, count);
        for (int i = 0; i < count; i++) {
            memory.shadow[to + i] = (byte) (memory.shadow[to + i] & ~(Shadow.UNWRITTEN | Shadow.TRACED) | memory.shadow[from + i] & Shadow.UNWRITTEN);
        }
    }

    /// The bytes hold what was there before, and nobody wrote them.
    public void poison(int frame, int offset, int count) {
        int from = frame * PAGE + offset;
        Arrays.fill(memory.ram, from, from + count, (byte) Poison.FRESH);
        Arrays.fill(memory.shadow, from, from + count, (byte) Shadow.UNWRITTEN);
    }

    /// A device has the bytes now, or has them no more: what the processor does with them in between is told.
    public void deviceHas(int frame, int offset, int count, boolean has) {
        int from = frame * PAGE + offset;
        for (int i = from; i < from + count; i++) {
            memory.shadow[i] = (byte) (has ? memory.shadow[i] | Shadow.DEVICE : memory.shadow[i] & ~Shadow.DEVICE);
        }
    }
}
