package wdfs.machine;

import java.util.ArrayList;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Physical memory, the page tables over it, and the regions that give addresses their names. One for each machine.
public final class Memory {
    public static final int PAGE = 4096;
    /// Applications may name addresses below this one.
    public static final long USER_LIMIT = 0x0000_7FFF_FFFF_0000L;
    public static final long KERNEL_START = 0xFFFF_8000_0000_0000L;

    /// From this size on, memory grows in smaller steps than to its double: less of it lies idle.
    private static final int GROWS_BY_AN_EIGHTH = 16 << 20;

    byte[] ram = new byte[256 * PAGE];
    byte[] shadow = new byte[256 * PAGE];
    private int[] references = new int[256];
    /// Frames of processes: they have their physical addresses above 4 GiB.
    private final BitSet high = new BitSet();
    /// The same memory by physical addresses, as devices see it.
    public final Physical physical = new Physical(this);
    private int frames = 1;                       // frame 0 is never used
    private final IntStack free = new IntStack();
    private final long limitBytes;
    private final List<View> views = new ArrayList<>();
    final PageTable kernelTable = new PageTable();
    final TreeMap<Long, Region> kernelRegions = new TreeMap<>();
    public FaultHandler faults;
    /// Who answers where pages are mapped that no memory lies behind.
    public DeviceMemory devices;
    /// The IRQL of the processor; memory that can be paged out counts as absent at DISPATCH_LEVEL and above.
    public int irql;

    public Memory(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    private static final class IntStack {
        private int[] values = new int[64];
        private int size;

        void push(int value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, size * 2);
            }
            values[size++] = value;
        }

        int pop() {
            return values[--size];
        }

        /// Takes values that follow one another out; gives the first, or -1 if there is no such run.
        int takeRun(int count) {
            int[] sorted = Arrays.copyOf(values, size);
            Arrays.sort(sorted);
            int begin = 0;
            for (int i = 0; i < sorted.length; i++) {
                if (i > begin && sorted[i] != sorted[i - 1] + 1) {
                    begin = i;
                }
                if (i - begin + 1 == count) {
                    int first = sorted[begin];
                    int kept = 0;
                    for (int k = 0; k < size; k++) {
                        if (values[k] < first || values[k] >= first + count) {
                            values[kept++] = values[k];
                        }
                    }
                    size = kept;
                    return first;
                }
            }
            return -1;
        }
    }

    // ---- frames ----------------------------------------------------------------------------------------------------------------

    /// A new frame of zeros that are written; -1 if the machine's memory is used up.
    /// @param ofProcess has its physical address above 4 GiB
    int newFrame(boolean ofProcess) {
        int frame;
        if (free.size > 0) {
            frame = free.pop();
            Arrays.fill(ram, frame * PAGE, frame * PAGE + PAGE, (byte) 0);
            Arrays.fill(shadow, frame * PAGE, frame * PAGE + PAGE, (byte) 0);
        } else {
            if (!grow(1)) {
                return -1;
            }
            frame = frames++;
        }
        references[frame] = 1;
        high.set(frame, ofProcess);
        return frame;
    }

    /// Makes room for that many more frames behind those that there are.
    private boolean grow(int count) {
        while ((long) (frames + count) * PAGE > ram.length) {
            long more = ram.length < GROWS_BY_AN_EIGHTH ? ram.length : ram.length / 8 & -PAGE;
            long wanted = Math.min(ram.length + more, limitBytes);
            if (wanted <= ram.length) {
                return false;
            }
            ram = Arrays.copyOf(ram, (int) wanted);
            shadow = Arrays.copyOf(shadow, (int) wanted);
            references = Arrays.copyOf(references, (int) (wanted / PAGE));
            for (View view : views) {
                view.moved();
            }
        }
        return true;
    }

    /// Frames of the system that lie one behind the other, zeros that are written; the first of them, or -1.
    int newFrames(int count) {
        int first = free.takeRun(count);
        if (first < 0) {
            if (!grow(count)) {
                return -1;
            }
            first = frames;
            frames += count;
        }
        for (int frame = first; frame < first + count; frame++) {
            references[frame] = 1;
            high.clear(frame);
        }
        Arrays.fill(ram, first * PAGE, (first + count) * PAGE, (byte) 0);
        Arrays.fill(shadow, first * PAGE, (first + count) * PAGE, (byte) 0);
        return first;
    }

    boolean isHigh(int frame) {
        return high.get(frame);
    }

    boolean isInUse(int frame) {
        return frame > 0 && frame < frames && references[frame] > 0;
    }

    void hold(int frame) {
        references[frame]++;
    }

    void drop(int frame) {
        if (--references[frame] == 0) {
            free.push(frame);
        }
    }

    public boolean hasRoom(long bytes) {
        return (long) frames * PAGE - (long) free.size * PAGE + bytes + PAGE <= limitBytes;
    }

    // ---- address spaces ----------------------------------------------------------------------------------------------------------

    /// The user half of a process.
    public final class Space {
        final PageTable table = new PageTable();
        public final TreeMap<Long, Region> regions = new TreeMap<>();
        public final String name;
        public final View user;
        public final View kernel;
        private long nextAddress;
        /// How many of its pages are registers.
        private int devicePages;

        Space(String name, long firstAddress) {
            this.nextAddress = firstAddress;
            this.name = name;
            this.user = new View(Memory.this, this, false);
            this.kernel = new View(Memory.this, this, true);
            views.add(user);
            views.add(kernel);
        }

        /// Where the next free stretch of `size` bytes begins, on a 64 KiB boundary, with a hole behind it.
        public long reserve(long size) {
            long address = nextAddress;
            nextAddress += (size + 0x1FFFF) & ~0xFFFFL;
            return address;
        }

        /// Gives all frames back; locked ones live on until they are unlocked.
        public void close() {
            for (long entry : table.entries()) {
                if ((entry & PageTable.DEVICE) == 0) {
                    drop(PageTable.frame(entry));
                }
            }
            views.remove(user);
            views.remove(kernel);
            spaces.remove(this);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    public Space newSpace(String name) {
        return newSpace(name, 0x0000_0001_0000_0000L);
    }

    /// @param firstAddress where {@link Space#reserve} begins
    public Space newSpace(String name, long firstAddress) {
        Space space = new Space(name, firstAddress);
        spaces.add(space);
        return space;
    }

    private final java.util.List<Space> spaces = new java.util.ArrayList<>();

    /// The process that has memory at a user address where `space` has none; null if there is none.
    public Space otherOwner(Space space, long address) {
        for (Space other : spaces) {
            if (other != space && other.table.get(address >>> 12) != 0) {
                return other;
            }
        }
        return null;
    }

    private PageTable tableOf(long address, Space space) {
        return address < 0 ? kernelTable : space == null ? null : space.table;
    }

    /// Maps fresh frames under `pages` pages from `address` on. False if memory is short: then nothing is mapped.
    public boolean map(Space space, long address, long pages, boolean writable, boolean pageable) {
        if (!hasRoom(pages * PAGE)) {
            return false;
        }
        PageTable table = tableOf(address, space);
        long flags = PageTable.PRESENT | (writable ? PageTable.WRITABLE : 0) | (address >= 0 ? PageTable.USER | PageTable.PAGEABLE : pageable ? PageTable.PAGEABLE : 0);
        for (long i = 0; i < pages; i++) {
            int frame = newFrame(address >= 0);
            if (frame < 0) {
                return false;
            }
            table.put((address >>> 12) + i, PageTable.entry(frame, flags));
        }
        return true;
    }

    /// Maps pages behind which a device lies, and no memory: each load and store goes to {@link #devices}.
    /// @param space whose user-mode address it is; null for one of the kernel
    public void mapDevice(Space space, long address, long pages) {
        long flags = PageTable.PRESENT | PageTable.WRITABLE | PageTable.DEVICE | (address >= 0 ? PageTable.USER : 0);
        for (long i = 0; i < pages; i++) {
            tableOf(address, space).put((address >>> 12) + i, PageTable.entry(0, flags));
        }
        if (address >= 0) {
            space.devicePages += (int) pages;
        }
    }

    public void unmapDevice(Space space, long address, long pages) {
        for (long i = 0; i < pages; i++) {
            tableOf(address, space).remove((address >>> 12) + i);
        }
        if (address >= 0) {
            space.devicePages -= (int) pages;
        }
    }

    /// Whether a device lies behind the address, as code with this user-mode half of the address space sees it.
    boolean isDevice(Space space, long address) {
        PageTable table = address < 0 ? kernelTable : space == null || space.devicePages == 0 || address >= USER_LIMIT ? null : space.table;
        return table != null && (table.get(address >>> 12) & PageTable.DEVICE) != 0;
    }

    public void unmap(Space space, long address, long pages) {
        PageTable table = tableOf(address, space);
        for (long i = 0; i < pages; i++) {
            long page = (address >>> 12) + i;
            long entry = table.get(page);
            if (entry != 0) {
                drop(PageTable.frame(entry));
                table.remove(page);
                flush(page);
            }
        }
    }

    public void protect(Space space, long address, long pages, boolean writable) {
        PageTable table = tableOf(address, space);
        for (long i = 0; i < pages; i++) {
            long page = (address >>> 12) + i;
            long entry = table.get(page);
            if (entry != 0) {
                table.put(page, writable ? entry | PageTable.WRITABLE : entry & ~PageTable.WRITABLE);
                flush(page);
            }
        }
    }

    public boolean isMapped(Space space, long address) {
        PageTable table = tableOf(address, space);
        return table != null && table.get(address >>> 12) != 0;
    }

    public boolean isWritable(Space space, long address) {
        PageTable table = tableOf(address, space);
        return table != null && (table.get(address >>> 12) & PageTable.WRITABLE) != 0;
    }

    public boolean isPageable(Space space, long address) {
        PageTable table = tableOf(address, space);
        return table != null && (table.get(address >>> 12) & PageTable.PAGEABLE) != 0;
    }

    /// The frame number behind an address, held by one more reference (a lock on the page); 0 if there is none.
    private int lockedPages;

    /// How many locks there are on pages: one for each {@link #lockFrame} that was not undone.
    public int lockedPages() {
        return lockedPages;
    }

    public int lockFrame(Space space, long address) {
        PageTable table = tableOf(address, space);
        long entry = table == null ? 0 : table.get(address >>> 12);
        if (entry == 0 || (entry & PageTable.DEVICE) != 0) {
            return 0;
        }
        int frame = PageTable.frame(entry);
        hold(frame);
        lockedPages++;
        return frame;
    }

    public int frameOf(Space space, long address) {
        PageTable table = tableOf(address, space);
        long entry = table == null ? 0 : table.get(address >>> 12);
        return PageTable.frame(entry);
    }

    public void unlockFrame(int frame) {
        lockedPages--;
        drop(frame);
    }

    /// Maps given frames into system space, one after the other: the same bytes under another address.
    /// @param exact the mapping's first and last page hold foreign bytes too: compare each access with the region
    /// @param softReadOnly stores go through, and are reported
    public void mapFrames(long address, int[] list, boolean writable, boolean exact, boolean softReadOnly) {
        for (int i = 0; i < list.length; i++) {
            hold(list[i]);
            boolean edge = exact && (i == 0 || i == list.length - 1);
            long flags = PageTable.PRESENT | (writable ? PageTable.WRITABLE : 0) | (edge ? PageTable.EXACT : 0) | (softReadOnly ? PageTable.SOFT_READ_ONLY : 0);
            kernelTable.put((address >>> 12) + i, PageTable.entry(list[i], flags));
        }
    }

    /// Maps a frame under one page of a process as well: both see the same bytes.
    public void share(Space space, long address, int frame) {
        hold(frame);
        space.table.put(address >>> 12, PageTable.entry(frame, PageTable.PRESENT | PageTable.WRITABLE | PageTable.USER));
    }

    /// Copies bytes between address spaces as the system does it, without the rules that hold for drivers; what nobody wrote
    /// stays marked as such. Both ranges are mapped.
    public void carry(Space fromSpace, long from, Space toSpace, long to, long length) {
        for (long done = 0; done < length; ) {
            long source = from + done;
            long target = to + done;
            int piece = (int) Math.min(length - done, Math.min(PAGE - (source & PAGE - 1), PAGE - (target & PAGE - 1)));
            int out = PageTable.frame(tableOf(source, fromSpace).get(source >>> 12)) * PAGE + (int) (source & PAGE - 1);
            int in = PageTable.frame(tableOf(target, toSpace).get(target >>> 12)) * PAGE + (int) (target & PAGE - 1);
            System.arraycopy(ram, out, ram, in, piece);
            for (int i = 0; i < piece; i++) {
                shadow[in + i] = (byte) (shadow[in + i] & ~Shadow.UNWRITTEN | shadow[out + i] & Shadow.UNWRITTEN);
            }
            done += piece;
        }
    }

    private void flush(long page) {
        for (View view : views) {
            view.flush(page);
        }
    }

    // ---- regions -----------------------------------------------------------------------------------------------------------------

    public void add(Space space, Region region) {
        (region.base < 0 ? kernelRegions : space.regions).put(region.base, region);
    }

    public void remove(Space space, Region region) {
        (region.base < 0 ? kernelRegions : space.regions).remove(region.base, region);
    }

    /// Every region of the kernel, by address.
    public void eachKernelRegion(java.util.function.Consumer<Region> visit) {
        kernelRegions.values().forEach(visit);
    }

    /// The region that holds the address or, if none does, the nearest one that ends less than a page in front of it.
    public Region regionNear(Space space, long address) {
        TreeMap<Long, Region> regions = address < 0 ? kernelRegions : space == null ? null : space.regions;
        if (regions == null) {
            return null;
        }
        Map.Entry<Long, Region> entry = regions.floorEntry(address);
        if (entry != null && entry.getValue().contains(address)) {
            return entry.getValue();
        }
        Map.Entry<Long, Region> above = regions.ceilingEntry(address);
        if (entry != null) {
            long distance = address - entry.getValue().base - entry.getValue().size;
            if (distance < PAGE && (above == null || above.getKey() - address > 16 || above.getKey() - address >= distance)) {
                return entry.getValue();
            }
        }
        return above != null && above.getKey() - address <= 64 ? above.getValue() : null;
    }

    /// The next region behind an address, within a page.
    public Region regionBehind(Space space, long address) {
        TreeMap<Long, Region> regions = address < 0 ? kernelRegions : space == null ? null : space.regions;
        Map.Entry<Long, Region> above = regions == null ? null : regions.ceilingEntry(address);
        return above != null && above.getKey() - address < PAGE ? above.getValue() : null;
    }

    public Region regionAt(Space space, long address) {
        Region region = regionNear(space, address);
        return region != null && region.contains(address) ? region : null;
    }

    /// `SystemBuffer#3+0x10`, `NULL`, or the number if nobody knows the address.
    public String place(Space space, long address) {
        if (address == 0) {
            return "NULL";
        }
        Region region = regionNear(space, address);
        if (region == null) {
            return "0x%016X".formatted(address);
        }
        long offset = address - region.base;
        return region.label() + (offset == 0 ? "" : offset > 0 ? "+0x%X".formatted(offset) : "-0x%X".formatted(-offset));
    }

    // ---- shadow ------------------------------------------------------------------------------------------------------------------

    /// Sets the shadow of mapped bytes, and their values unless `value` is negative.
    public void mark(Space space, long address, long length, int bits, int value) {
        for (long done = 0; done < length; ) {
            long at = address + done;
            int piece = (int) Math.min(length - done, PAGE - (at & PAGE - 1));
            long entry = tableOf(at, space).get(at >>> 12);
            if (entry != 0) {
                int physical = PageTable.frame(entry) * PAGE + (int) (at & PAGE - 1);
                Arrays.fill(shadow, physical, physical + piece, (byte) bits);
                if (value >= 0) {
                    Arrays.fill(ram, physical, physical + piece, (byte) value);
                }
            }
            done += piece;
        }
    }

    /// Stores bytes without any check: loading an image, preparing memory that nobody has seen yet.
    public void store(Space space, long address, byte[] bytes) {
        for (int done = 0; done < bytes.length; ) {
            long at = address + done;
            int piece = (int) Math.min(bytes.length - done, PAGE - (at & PAGE - 1));
            int physical = PageTable.frame(tableOf(at, space).get(at >>> 12)) * PAGE + (int) (at & PAGE - 1);
            System.arraycopy(bytes, done, ram, physical, piece);
            Arrays.fill(shadow, physical, physical + piece, (byte) 0);
            done += piece;
        }
    }

    /// What was stored, without any check.
    public byte[] fetch(Space space, long address, int length) {
        byte[] bytes = new byte[length];
        for (int done = 0; done < length; ) {
            long at = address + done;
            int piece = (int) Math.min(length - done, PAGE - (at & PAGE - 1));
            int physical = PageTable.frame(tableOf(at, space).get(at >>> 12)) * PAGE + (int) (at & PAGE - 1);
            System.arraycopy(ram, physical, bytes, done, piece);
            done += piece;
        }
        return bytes;
    }

    /// The shadow bits of a mapped byte; RED_ZONE where nothing is mapped.
    public int shadowAt(Space space, long address) {
        PageTable table = tableOf(address, space);
        long entry = table == null ? 0 : table.get(address >>> 12);
        return entry == 0 ? Shadow.RED_ZONE : shadow[PageTable.frame(entry) * PAGE + (int) (address & PAGE - 1)] & 0xFF;
    }

    /// The value of a mapped byte, without any check; -1 where nothing is mapped. For reports and debuggers.
    public int peek(Space space, long address) {
        PageTable table = tableOf(address, space);
        long entry = table == null ? 0 : table.get(address >>> 12);
        return entry == 0 ? -1 : ram[PageTable.frame(entry) * PAGE + (int) (address & PAGE - 1)] & 0xFF;
    }

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /// Where a byte of kernel memory lies, for the system's own structures; -1 if it is not mapped.
    private int physical(long address) {
        long entry = kernelTable.get(address >>> 12);
        return entry == 0 ? -1 : PageTable.frame(entry) * PAGE + (int) (address & PAGE - 1);
    }

    /// A field of a structure of the system, without the rules that hold for drivers; it does not straddle pages.
    public long field64(long address) {
        int at = physical(address);
        return at < 0 ? 0 : (long) LONG.get(ram, at);
    }

    public int field32(long address) {
        int at = physical(address);
        return at < 0 ? 0 : (int) INT.get(ram, at);
    }

    public void field64(long address, long value) {
        int at = physical(address);
        if (at >= 0) {
            LONG.set(ram, at, value);
            Arrays.fill(shadow, at, at + 8, (byte) 0);
        }
    }

    public void field32(long address, int value) {
        int at = physical(address);
        if (at >= 0) {
            INT.set(ram, at, value);
            Arrays.fill(shadow, at, at + 4, (byte) 0);
        }
    }

    public void field8(long address, int value) {
        int at = physical(address);
        if (at >= 0) {
            ram[at] = (byte) value;
            shadow[at] = 0;
        }
    }
}
