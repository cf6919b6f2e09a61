package wdfs.machine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// One address space as code of one mode sees it: all loads and stores of scripts and of DDI bodies go through a view.
/// Addresses are virtual, values little-endian. The fast path is a hit in the software TLB with a clean shadow; all else
/// takes the slow path, which reports to the {@link FaultHandler}.
///
/// User pages are never cached in a kernel view: each touch of the application's memory by a driver has to be seen.
public final class View {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int SLOTS = 256;

    private final Memory memory;
    private final Memory.Space space;
    private final boolean kernel;
    /// Page number and physical offset of the page, in turn.
    private final long[] loads = new long[SLOTS * 2];
    private final long[] stores = new long[SLOTS * 2];
    private byte[] ram;
    private byte[] shadow;
    /// While positive, the access is system code's on a driver's behalf (a DDI body), which decides between bug checks.
    public int onBehalf;
    /// A DDI of the I/O manager or a probed copy: user memory is touched knowingly.
    public boolean trusted;

    View(Memory memory, Memory.Space space, boolean kernel) {
        this.memory = memory;
        this.space = space;
        this.kernel = kernel;
        moved();
        Arrays.fill(loads, -1);
        Arrays.fill(stores, -1);
    }

    void moved() {
        ram = memory.ram;
        shadow = memory.shadow;
    }

    void flush(long page) {
        int slot = slot(page);
        if (loads[slot] == page) {
            loads[slot] = -1;
        }
        if (stores[slot] == page) {
            stores[slot] = -1;
        }
    }

    public Memory.Space space() {
        return space;
    }

    public Memory memory() {
        return memory;
    }

    public boolean isKernel() {
        return kernel;
    }

    private static int slot(long page) {
        return ((int) page ^ (int) (page >>> 8)) << 1 & (SLOTS * 2 - 2);
    }

    // ---- loads -------------------------------------------------------------------------------------------------------------------

    /// Zero-extended.
    public int load8(long address) {
        long page = address >>> 12;
        int slot = slot(page);
        if (loads[slot] == page) {
            int physical = (int) loads[slot + 1] + (int) (address & 0xFFF);
            if ((shadow[physical] & Shadow.LOAD) == 0) {
                return ram[physical] & 0xFF;
            }
        }
        return (int) slowLoad(address, 1) & 0xFF;
    }

    /// Sign-extended.
    public int load8s(long address) {
        return (byte) load8(address);
    }

    public int load16(long address) {
        long page = address >>> 12;
        int slot = slot(page);
        int offset = (int) (address & 0xFFF);
        if (loads[slot] == page && offset <= 0xFFE) {
            int physical = (int) loads[slot + 1] + offset;
            if (((short) SHORT.get(shadow, physical) & Shadow.LOAD16) == 0) {
                return (short) SHORT.get(ram, physical) & 0xFFFF;
            }
        }
        return (int) slowLoad(address, 2) & 0xFFFF;
    }

    public int load16s(long address) {
        return (short) load16(address);
    }

    public int load32(long address) {
        long page = address >>> 12;
        int slot = slot(page);
        int offset = (int) (address & 0xFFF);
        if (loads[slot] == page && offset <= 0xFFC) {
            int physical = (int) loads[slot + 1] + offset;
            if (((int) INT.get(shadow, physical) & Shadow.LOAD32) == 0) {
                return (int) INT.get(ram, physical);
            }
        }
        return (int) slowLoad(address, 4);
    }

    public long load64(long address) {
        long page = address >>> 12;
        int slot = slot(page);
        int offset = (int) (address & 0xFFF);
        if (loads[slot] == page && offset <= 0xFF8) {
            int physical = (int) loads[slot + 1] + offset;
            if (((long) LONG.get(shadow, physical) & Shadow.LOAD64) == 0) {
                return (long) LONG.get(ram, physical);
            }
        }
        return slowLoad(address, 8);
    }

    // ---- stores ------------------------------------------------------------------------------------------------------------------

    public void store8(long address, int value) {
        long page = address >>> 12;
        int slot = slot(page);
        if (stores[slot] == page) {
            int physical = (int) stores[slot + 1] + (int) (address & 0xFFF);
            if (shadow[physical] == 0) {
                ram[physical] = (byte) value;
                return;
            }
        }
        slowStore(address, 1, value);
    }

    public void store16(long address, int value) {
        long page = address >>> 12;
        int slot = slot(page);
        int offset = (int) (address & 0xFFF);
        if (stores[slot] == page && offset <= 0xFFE) {
            int physical = (int) stores[slot + 1] + offset;
            if ((short) SHORT.get(shadow, physical) == 0) {
                SHORT.set(ram, physical, (short) value);
                return;
            }
        }
        slowStore(address, 2, value);
    }

    public void store32(long address, int value) {
        long page = address >>> 12;
        int slot = slot(page);
        int offset = (int) (address & 0xFFF);
        if (stores[slot] == page && offset <= 0xFFC) {
            int physical = (int) stores[slot + 1] + offset;
            if ((int) INT.get(shadow, physical) == 0) {
                INT.set(ram, physical, value);
                return;
            }
        }
        slowStore(address, 4, value);
    }

    public void store64(long address, long value) {
        long page = address >>> 12;
        int slot = slot(page);
        int offset = (int) (address & 0xFFF);
        if (stores[slot] == page && offset <= 0xFF8) {
            int physical = (int) stores[slot + 1] + offset;
            if ((long) LONG.get(shadow, physical) == 0) {
                LONG.set(ram, physical, value);
                return;
            }
        }
        slowStore(address, 8, value);
    }

    /// Whether a load of all these bytes would find memory now.
    public boolean canRead(long address, long length) {
        for (long page = address >>> 12; page <= address + length - 1 >>> 12; page++) {
            PageTable table = address < 0 ? kernel ? memory.kernelTable : null : space == null || address >= Memory.USER_LIMIT ? null : space.table;
            long entry = table == null ? 0 : table.get(page);
            if (entry == 0) {
                return false;
            }
        }
        return true;
    }

    private boolean isDevice(long address) {
        return (kernel || address >= 0) && memory.isDevice(space, address);
    }

    // ---- many bytes ----------------------------------------------------------------------------------------------------------------

    /// Copies bytes together with the mark of what was written: not a use of them. Overlap works as memmove's does.
    public void copy(long target, long source, long length) {
        if (length <= 0) {
            return;
        }
        if (isDevice(target) || isDevice(source)) {
            for (long i = 0; i < length; i++) {
                store8(target + i, load8(source + i));
            }
            return;
        }
        touch(source, length, Access.COPY);
        touch(target, length, Access.WRITE);
        byte[] bytes = new byte[(int) length];
        byte[] marks = new byte[(int) length];
        each(source, length, (physical, offset, count) -> {
            System.arraycopy(ram, physical, bytes, offset, count);
            System.arraycopy(shadow, physical, marks, offset, count);
        });
        check(source, marks, Access.COPY);
        checkTarget(target, length);
        each(target, length, (physical, offset, count) -> {
            System.arraycopy(bytes, offset, ram, physical, count);
            for (int i = 0; i < count; i++) {
                int keep = shadow[physical + i] & ~(Shadow.UNWRITTEN | Shadow.TRACED);
                shadow[physical + i] = (byte) (keep | marks[offset + i] & Shadow.UNWRITTEN);
            }
        });
    }

    /// Sets bytes; they count as written.
    public void fill(long address, long length, int value) {
        if (length <= 0) {
            return;
        }
        if (isDevice(address)) {
            for (long i = 0; i < length; i++) {
                store8(address + i, value);
            }
            return;
        }
        touch(address, length, Access.WRITE);
        checkTarget(address, length);
        each(address, length, (physical, _, count) -> {
            Arrays.fill(ram, physical, physical + count, (byte) value);
            written(physical, count);
        });
    }

    /// Stores Java bytes; they count as written.
    public void write(long address, byte[] bytes, int from, int length) {
        if (length <= 0) {
            return;
        }
        if (isDevice(address)) {
            for (int i = 0; i < length; i++) {
                store8(address + i, bytes[from + i]);
            }
            return;
        }
        touch(address, length, Access.WRITE);
        checkTarget(address, length);
        each(address, length, (physical, offset, count) -> {
            System.arraycopy(bytes, from + offset, ram, physical, count);
            written(physical, count);
        });
    }

    /// The bytes of a range: a use of each of them. That they are there is found before room is made for so many.
    public byte[] read(long address, int length) {
        if (length <= 0 || isDevice(address)) {
            byte[] bytes = new byte[length];
            read(address, bytes, 0, length);
            return bytes;
        }
        touch(address, length, Access.READ);
        byte[] bytes = new byte[length];
        fetch(address, bytes, 0, length);
        return bytes;
    }

    /// Reads into Java bytes: a use of each of them.
    public void read(long address, byte[] bytes, int to, int length) {
        if (length <= 0) {
            return;
        }
        if (isDevice(address)) {
            for (int i = 0; i < length; i++) {
                bytes[to + i] = (byte) load8(address + i);
            }
            return;
        }
        touch(address, length, Access.READ);
        fetch(address, bytes, to, length);
    }

    private void fetch(long address, byte[] bytes, int to, int length) {
        byte[] marks = new byte[length];
        each(address, length, (physical, offset, count) -> {
            System.arraycopy(ram, physical, bytes, to + offset, count);
            System.arraycopy(shadow, physical, marks, offset, count);
        });
        check(address, marks, Access.READ);
    }

    /// The bytes get the poison of fresh memory and count as unwritten.
    public void unwritten(long address, long length) {
        memory.mark(space, address, length, Shadow.UNWRITTEN, Poison.STACK);
    }

    private void written(int physical, int count) {
        for (int i = 0; i < count; i++) {
            shadow[physical + i] &= (byte) ~(Shadow.UNWRITTEN | Shadow.TRACED);
        }
    }

    private interface Piece {
        void at(int physical, int offset, int count);
    }

    private void each(long address, long length, Piece piece) {
        for (long done = 0; done < length; ) {
            long at = address + done;
            int count = (int) Math.min(length - done, 0x1000 - (at & 0xFFF));
            long entry = table(at).get(at >>> 12);
            piece.at(PageTable.frame(entry) * Memory.PAGE + (int) (at & 0xFFF), (int) done, count);
            done += count;
        }
    }

    private PageTable table(long address) {
        return address < 0 ? memory.kernelTable : space.table;
    }

    /// Makes sure that every page of a range is there for this access.
    private void touch(long address, long length, Access access) {
        long last = address + length - 1;
        if (kernel && address >= 0) {
            memory.faults.kernelTouchesUser(this, address, length, access);
        }
        for (long page = address >>> 12; ; page++) {
            long at = Math.max(address, page << 12);
            entryFor(page == address >>> 12 ? address : at, access);
            if (page == last >>> 12) {
                break;
            }
        }
        exactBounds(address, length, access);
    }

    /// The page table entry for an access, or never returns.
    private long entryFor(long address, Access access) {
        boolean user = address >= 0;
        PageTable table = user ? space == null ? null : space.table : memory.kernelTable;
        long entry = table == null ? 0 : table.get(address >>> 12);
        boolean absent = entry == 0 || !user && !kernel || user && address >= Memory.USER_LIMIT
                || kernel && memory.irql >= Irql.DISPATCH && (entry & PageTable.PAGEABLE) != 0;
        if (absent) {
            memory.faults.absent(this, address, access, false);
            throw new IllegalStateException("a fault handler returned");
        }
        if (access == Access.WRITE && (entry & PageTable.WRITABLE) == 0) {
            memory.faults.absent(this, address, access, true);
            throw new IllegalStateException("a fault handler returned");
        }
        if (access == Access.WRITE && (entry & PageTable.SOFT_READ_ONLY) != 0) {
            memory.faults.softReadOnly(this, address, access);
        }
        return entry;
    }

    /// An access inside a mapping's page but outside the mapping itself.
    private void exactBounds(long address, long length, Access access) {
        if (address >= 0) {
            return;
        }
        boolean exact = (memory.kernelTable.get(address >>> 12) & PageTable.EXACT) != 0
                || (memory.kernelTable.get(address + length - 1 >>> 12) & PageTable.EXACT) != 0;
        if (!exact) {
            return;
        }
        Region region = memory.regionNear(space, address);
        if (region == null) {
            return;
        }
        if (address < region.base) {
            memory.faults.outside(this, address, (int) Math.min(length, region.base - address), region, access);
        } else if (address + length > region.base + region.size) {
            long from = Math.max(address, region.base + region.size);
            memory.faults.outside(this, from, (int) (address + length - from), region, access);
        }
    }

    /// Looks at the marks of bytes that are read or copied; the first stretch that is wrong is told.
    private void check(long address, byte[] marks, Access access) {
        int wrong = access == Access.COPY ? Shadow.FORBIDDEN : Shadow.LOAD & ~Shadow.DEVICE;
        boolean device = false;
        for (int i = 0; i < marks.length; i++) {
            int bits = marks[i] & wrong;
            if ((marks[i] & Shadow.DEVICE) != 0 && !device) {
                device = true;
                memory.faults.deviceHas(this, address + i, marks.length - i, Access.READ);
            }
            if (bits != 0) {
                int end = i;
                while (end < marks.length && (marks[end] & wrong) == bits) {
                    end++;
                }
                memory.faults.marked(this, address + i, end - i, bits, access);
                return;
            }
        }
    }

    private void checkTarget(long address, long length) {
        boolean traced = false;
        boolean device = false;
        long at = address;
        long end = address + length;
        while (at < end) {
            int physical = PageTable.frame(table(at).get(at >>> 12)) * Memory.PAGE + (int) (at & 0xFFF);
            int count = (int) Math.min(end - at, 0x1000 - (at & 0xFFF));
            for (int i = 0; i < count; i++) {
                int bits = shadow[physical + i];
                if ((bits & Shadow.DEVICE) != 0 && !device) {
                    device = true;
                    memory.faults.deviceHas(this, at + i, (int) (end - at - i), Access.WRITE);
                }
                if ((bits & (Shadow.FORBIDDEN | Shadow.READ_ONLY)) != 0) {
                    int from = i;
                    int kind = bits & (Shadow.FORBIDDEN | Shadow.READ_ONLY);
                    while (i < count && (shadow[physical + i] & (Shadow.FORBIDDEN | Shadow.READ_ONLY)) == kind) {
                        i++;
                    }
                    forbidden(at + from, i - from, kind, Access.WRITE);
                    return;
                }
                traced |= (bits & Shadow.TRACED) != 0;
            }
            at += count;
        }
        if (traced) {
            traceWrite(address, length);
        }
    }

    private void forbidden(long address, int count, int bits, Access access) {
        if ((bits & Shadow.FORBIDDEN) != 0) {
            memory.faults.marked(this, address, count, bits & Shadow.FORBIDDEN, access);
        } else {
            memory.faults.softReadOnly(this, address, access);
        }
    }

    private void traceWrite(long address, long length) {
        Region region = memory.regionAt(space, address);
        if (region != null && region.wantsSites()) {
            region.wrote(address, Math.min(length, region.base + region.size - address), memory.faults.site());
        }
    }

    // ---- the slow path ---------------------------------------------------------------------------------------------------------------

    private long slowLoad(long address, int size) {
        if (isDevice(address)) {
            return memory.devices.load(this, address, size);
        }
        touch(address, size, Access.READ);
        long value = 0;
        int bad = 0;
        int badAt = -1;
        int badCount = 0;
        int device = -1;
        for (int i = 0; i < size; i++) {
            long at = address + i;
            int physical = PageTable.frame(table(at).get(at >>> 12)) * Memory.PAGE + (int) (at & 0xFFF);
            int bits = shadow[physical] & Shadow.LOAD;
            if ((bits & Shadow.DEVICE) != 0) {
                device = device < 0 ? i : device;
                bits &= ~Shadow.DEVICE;
            }
            if (bits != 0) {
                bad |= bits;
                badAt = badAt < 0 ? i : badAt;
                badCount++;
            }
            value |= (ram[physical] & 0xFFL) << 8 * i;
        }
        if (device >= 0) {
            memory.faults.deviceHas(this, address + device, size - device, Access.READ);
        }
        if (bad != 0) {
            memory.faults.marked(this, address + badAt, badCount, bad, Access.READ);
        }
        cache(address, loads, false);
        return value;
    }

    private void slowStore(long address, int size, long value) {
        if (isDevice(address)) {
            memory.devices.store(this, address, size, value);
            return;
        }
        touch(address, size, Access.WRITE);
        boolean traced = false;
        boolean device = false;
        for (int i = 0; i < size; i++) {
            long at = address + i;
            int physical = PageTable.frame(table(at).get(at >>> 12)) * Memory.PAGE + (int) (at & 0xFFF);
            int bits = shadow[physical];
            if ((bits & Shadow.DEVICE) != 0 && !device) {
                device = true;
                memory.faults.deviceHas(this, at, size - i, Access.WRITE);
            }
            if ((bits & (Shadow.FORBIDDEN | Shadow.READ_ONLY)) != 0) {
                int kind = bits & (Shadow.FORBIDDEN | Shadow.READ_ONLY);
                int from = i;
                int count = 0;
                for (int k = i; k < size; k++) {
                    long next = address + k;
                    int p = PageTable.frame(table(next).get(next >>> 12)) * Memory.PAGE + (int) (next & 0xFFF);
                    count += (shadow[p] & kind) != 0 ? 1 : 0;
                }
                forbidden(address + from, count, kind, Access.WRITE);
                break;
            }
            traced |= (bits & Shadow.TRACED) != 0;
        }
        if (traced) {
            traceWrite(address, size);
        }
        for (int i = 0; i < size; i++) {
            long at = address + i;
            int physical = PageTable.frame(table(at).get(at >>> 12)) * Memory.PAGE + (int) (at & 0xFFF);
            ram[physical] = (byte) (value >>> 8 * i);
            shadow[physical] &= (byte) ~(Shadow.UNWRITTEN | Shadow.TRACED);
        }
        cache(address, stores, true);
    }

    private void cache(long address, long[] tlb, boolean store) {
        long page = address >>> 12;
        long entry = table(address).get(page);
        boolean plain = (entry & (PageTable.EXACT | PageTable.PAGEABLE & (kernel ? -1L : 0))) == 0
                && (!kernel || address < 0) && (!store || (entry & (PageTable.WRITABLE | PageTable.SOFT_READ_ONLY)) == PageTable.WRITABLE);
        if (plain) {
            int slot = slot(page);
            tlb[slot] = page;
            tlb[slot + 1] = (long) PageTable.frame(entry) * Memory.PAGE;
        }
    }
}
