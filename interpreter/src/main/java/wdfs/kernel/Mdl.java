package wdfs.kernel;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import wdfs.machine.LongMap;
import wdfs.machine.Memory;
import wdfs.machine.Region;
import wdfs.machine.View;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// A memory descriptor list: the structure in simulated memory at Windows' offsets, and beside it the frames that it
/// describes (MEM-160 to MEM-182).
public final class Mdl {
    public static final int MAPPED_TO_SYSTEM_VA = 0x1;
    public static final int PAGES_LOCKED = 0x2;
    public static final int SOURCE_IS_NONPAGED_POOL = 0x4;
    public static final int PARTIAL = 0x10;
    public static final int WRITE_OPERATION = 0x80;
    static final int NEXT = 0x00;
    static final int SIZE = 0x08;
    static final int FLAGS = 0x0A;
    static final int PROCESS = 0x10;
    static final int MAPPED_VA = 0x18;
    static final int START_VA = 0x20;
    static final int BYTE_COUNT = 0x28;
    static final int BYTE_OFFSET = 0x2C;
    static final int HEADER = 0x30;

    final Machine machine;
    public final long address;
    final Region block;
    public final int number;
    int[] frames;

    /// The frame of one of its locked pages, counted from 0.
    public int frame(int page) {
        return frames != null ? frames[page] : machine.memory.frameOf(space, (virtualAddress() & -Memory.PAGE) + (long) page * Memory.PAGE);
    }

    Region mapping;
    boolean locked;
    boolean write;
    private long lockedFrom;
    /// The process whose user memory is locked; for reports.
    String process = "";
    /// The address space that `virtualAddress` is meant in.
    Memory.Space space;
    public Object subject;
    /// Not the driver's to free: `the request's`.
    public String owner = "";
    boolean freed;
    /// Of a partial MDL: the one that it is a part of, whose mapping it shares.
    Mdl whole;
    /// Where its driver made it; 0 if the system did.
    int madeAt;

    private Mdl(Machine machine, Region block) {
        this.machine = machine;
        this.block = block;
        this.address = block.base;
        this.number = block.number;
    }

    private static final class Known {
        final LongMap<Mdl> all = new LongMap<>();
        /// Those that are not freed, in the order in which they were made.
        final Set<Mdl> live = new LinkedHashSet<>();
        long nextMapping = Machine.SYSTEM_PTES;
        /// Freed while their pages were locked: nobody can unlock those any more.
        final List<Mdl> lost = new ArrayList<>();
    }

    private static Known known(Machine machine) {
        return machine.part(Known.class, m -> new Known());
    }

    /// The MDL at an address; null if none was ever made there.
    public static Mdl at(Machine machine, long address) {
        return known(machine).all.get(address);
    }

    /// All that are allocated, in the order in which they were made.
    public static List<Mdl> live(Machine machine) {
        return List.copyOf(known(machine).live);
    }

    /// Pages that stay locked because their MDL was freed first; that has been told (MEM-176).
    public static int lostLocks(Machine machine) {
        return known(machine).lost.stream().mapToInt(mdl -> mdl.frames.length).sum();
    }

    /// VER-042: an MDL of a driver's making that locks memory of a process; null if none does.
    public static Mdl lockedIn(Machine machine, Memory.Space space) {
        for (List<Mdl> all : List.of(known(machine).lost, List.copyOf(known(machine).live))) {
            for (Mdl mdl : all) {
                if (mdl.locked && mdl.lockedFrom >= 0 && mdl.space == space && mdl.owner.isEmpty()) {
                    return mdl;
                }
            }
        }
        return null;
    }

    public int pageCount() {
        return frames == null ? 0 : frames.length;
    }

    static int pages(long virtualAddress, long length) {
        return (int) ((virtualAddress & 0xFFF) + length + 0xFFF >>> 12);
    }

    /// Null if memory is short (or the allocation is made to fail).
    public static Mdl allocate(Caller caller, long virtualAddress, long length) {
        Machine machine = caller.machine;
        if (machine.fails("mdl")) {
            return null;
        }
        Region block = machine.nonpaged.allocate(HEADER + 8L * Math.max(1, pages(virtualAddress, length)), "MDL", true);
        if (block == null) {
            return null;
        }
        Mdl mdl = new Mdl(machine, block);
        View memory = caller.memory;
        memory.store16(block.base + SIZE, (int) block.size);
        memory.store64(block.base + START_VA, virtualAddress & ~0xFFFL);
        memory.store32(block.base + BYTE_COUNT, (int) length);
        memory.store32(block.base + BYTE_OFFSET, (int) (virtualAddress & 0xFFF));
        known(machine).all.put(block.base, mdl);
        known(machine).live.add(mdl);
        return mdl;
    }

    private int peek32(long at) {
        return machine.memory.field32(at);
    }

    private long peek64(long at) {
        return machine.memory.field64(at);
    }

    public long virtualAddress() {
        return peek64(address + START_VA) + peek32(address + BYTE_OFFSET);
    }

    /// Bytes, up to 4 GiB.
    public long byteCount() {
        return peek32(address + BYTE_COUNT) & 0xFFFF_FFFFL;
    }

    public int flags() {
        return peek32(address + FLAGS) & 0xFFFF;
    }

    public long next() {
        return peek64(address + NEXT);
    }

    /// MEM-174: this one describes a part of another that is described itself.
    /// @return whether the place for the frames is large enough
    public boolean describePart(Mdl source, long from, long length) {
        int first = (int) ((from & ~0xFFFL) - (source.virtualAddress() & ~0xFFFL) >>> 12);
        int count = pages(from, length);
        if (HEADER + 8L * count > block.size) {
            return false;
        }
        byte[] range = new byte[16];
        for (int i = 0; i < 8; i++) {
            range[i] = (byte) ((from & ~0xFFFL) >>> 8 * i);
        }
        for (int i = 0; i < 4; i++) {
            range[8 + i] = (byte) (length >>> 8 * i);
            range[12 + i] = (byte) ((from & 0xFFF) >>> 8 * i);
        }
        machine.memory.store(null, address + START_VA, range);
        write = source.write;
        space = source.space;
        if ((source.flags() & SOURCE_IS_NONPAGED_POOL) != 0) {
            setFlags(SOURCE_IS_NONPAGED_POOL | PARTIAL, 0);
            setMapped(from);
        } else {
            frames = java.util.Arrays.copyOfRange(source.frames, first, first + count);
            whole = source;
            setFlags(PARTIAL, 0);
        }
        return true;
    }

    private void setFlags(int set, int clear) {
        int flags = flags() & ~clear | set;
        machine.memory.store(null, address + FLAGS, new byte[] {(byte) flags, (byte) (flags >>> 8)});
    }

    private void setMapped(long mapped) {
        byte[] bytes = new byte[8];
        for (int i = 0; i < 8; i++) {
            bytes[i] = (byte) (mapped >>> 8 * i);
        }
        machine.memory.store(null, address + MAPPED_VA, bytes);
    }

    /// No address of a page: NULL can fail to lock like any other.
    public static final long ALL_LOCKED = -1;

    public String label() {
        return "MDL#" + number;
    }

    /// Locks the pages of a range of `space`, or of system memory. Nothing stays locked if a page is missing (IOM-109).
    /// @return the first address that cannot be locked, or {@link #ALL_LOCKED}
    public long lock(Memory.Space memorySpace, boolean forWrite) {
        long from = virtualAddress();
        int count = pages(from, byteCount());
        int[] list = new int[count];
        Memory memory = machine.memory;
        for (int i = 0; i < count; i++) {
            long page = (from & ~0xFFFL) + 4096L * i;
            int frame = memory.isMapped(memorySpace, page) && (!forWrite || memory.isWritable(memorySpace, page)) ? memory.lockFrame(memorySpace, page) : 0;
            if (frame == 0) {
                for (int k = 0; k < i; k++) {
                    memory.unlockFrame(list[k]);
                }
                return Math.max(page, from);
            }
            list[i] = frame;
        }
        frames = list;
        locked = true;
        lockedFrom = from;
        write = forWrite;
        space = memorySpace;
        setFlags(PAGES_LOCKED | (forWrite ? WRITE_OPERATION : 0), 0);
        return ALL_LOCKED;
    }

    /// Describes memory that never moves: the mapped address is the address itself.
    public void buildForNonPagedPool() {
        setFlags(SOURCE_IS_NONPAGED_POOL, 0);
        setMapped(virtualAddress());
    }

    /// The system address of the buffer; maps it at the first call. 0 if no mapping can be made.
    public long systemAddress() {
        return systemAddress(false);
    }

    /// @param noWrite the mapping is read-only to the processor (MEM-171), if this call is the one that makes it
    public long systemAddress(boolean noWrite) {
        if (whole != null && whole.mapping != null) {
            return whole.mapping.base + (virtualAddress() - whole.virtualAddress());
        }
        if ((flags() & SOURCE_IS_NONPAGED_POOL) != 0) {
            return virtualAddress();
        }
        if (mapping != null) {
            return mapping.base;
        }
        if (frames == null || machine.fails("map")) {
            return 0;
        }
        Known known = known(machine);
        long base = known.nextMapping;
        known.nextMapping += (frames.length + 1L) * Memory.PAGE;
        machine.memory.mapFrames(base, frames, !noWrite, true, !write);
        mapping = new Region(base + (virtualAddress() & 0xFFF), byteCount(), "SystemSpace", machine.numbers.next("SystemSpace"));
        mapping.subject = subject;
        machine.memory.add(null, mapping);
        setFlags(MAPPED_TO_SYSTEM_VA, 0);
        setMapped(mapping.base);
        return mapping.base;
    }

    public boolean isMapped() {
        return mapping != null;
    }

    public Region mapping() {
        return mapping;
    }

    public boolean isLocked() {
        return locked;
    }

    void unmap() {
        if (mapping != null) {
            machine.memory.unmap(null, mapping.base & ~0xFFFL, frames.length);
            mapping.freed = true;
            setFlags(0, MAPPED_TO_SYSTEM_VA);
            mapping = null;
        }
    }

    /// Gives the pages back; a system mapping goes first.
    public void unlock() {
        stillWithDevice();
        unmap();
        if (locked && (flags() & PARTIAL) == 0) {
            for (int frame : frames) {
                machine.memory.unlockFrame(frame);
            }
        }
        locked = false;
        frames = null;
        setFlags(0, PAGES_LOCKED);
    }

    private void stillWithDevice() {
        if (machine.deviceOwnership != null && !freed) {
            DmaMappings.of(machine).unlocking(this);
        }
    }

    public void free() {
        stillWithDevice();
        freed = true;
        if (locked && (flags() & PARTIAL) == 0) {
            known(machine).lost.add(this);
        }
        block.freedAt = "";
        machine.nonpaged.free(block);
        known(machine).all.remove(address);
        known(machine).live.remove(this);
    }

    /// How many MDLs of the chain that begins here the bytes lie in.
    public int mdlsOf(long offset, long length) {
        long left = offset + length;
        long before = offset;
        int count = 0;
        for (Mdl mdl = this; mdl != null && left > 0; mdl = at(machine, mdl.next())) {
            count += before < mdl.byteCount() ? 1 : 0;
            before = Math.max(0, before - mdl.byteCount());
            left -= mdl.byteCount();
        }
        return count;
    }

    /// The place that made it, as reports show it.
    public String madeAt() {
        return machine.siteText(madeAt);
    }

    /// The process whose memory it locks; empty for system memory.
    public String process() {
        return process;
    }

    public Region block() {
        return block;
    }
}
