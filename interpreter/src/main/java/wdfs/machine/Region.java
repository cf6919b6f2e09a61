package wdfs.machine;

import java.util.ArrayList;
import java.util.List;

/// A stretch of virtual memory that came into being as one: a pool block, the mapping of an MDL, a section of an image, an
/// allocation of a process. It gives addresses their names (`SystemBuffer#3+0x10`) and knows who made and freed it.
public final class Region {
    /// One stretch of bytes and the statement that first stored to it.
    public record Written(long offset, long length, String site) {}

    private static final int SITES_KEPT = 64;

    public final long base;
    public final long size;
    /// `SystemBuffer`, `Pool`, `SystemSpace`, …
    public final String kind;
    public final int number;
    /// Whose it is: a driver's name, a process's, or empty.
    public String owner = "";
    public String allocatedAt = "";
    public String freedAt = "";
    public boolean freed;
    private static final byte HEADER_DAMAGED = 1;
    private static final byte STRUCTURE = 2;
    /// Bits, since there are many regions: two booleans more would not fit where one does.
    private byte marks;
    public boolean paged;
    /// That nobody will free it has been reported.
    public boolean told;
    /// Pool tag, 0 if none.
    public int tag;
    /// What it belongs to on the Windows side: an IRP, a memory object; used by reports only.
    public Object subject;
    private List<Written> writes;

    public Region(long base, long size, String kind, int number) {
        this.base = base;
        this.size = size;
        this.kind = kind;
        this.number = number;
    }

    /// A store ran over the end of the block in front of it while nobody watched (verifier off).
    public boolean isHeaderDamaged() {
        return (marks & HEADER_DAMAGED) != 0;
    }

    public void damageHeader() {
        marks |= HEADER_DAMAGED;
    }

    /// One of the system's own structures, for {@link Heap}.
    boolean isStructure() {
        return (marks & STRUCTURE) != 0;
    }

    void makeStructure() {
        marks |= STRUCTURE;
    }

    public String label() {
        return number == 0 ? kind : kind + "#" + number;
    }

    public boolean contains(long address) {
        return address - base >= 0 && address - base < size;
    }

    void wrote(long address, long length, String site) {
        if (writes == null) {
            writes = new ArrayList<>();
        }
        long offset = address - base;
        if (!writes.isEmpty()) {
            Written last = writes.getLast();
            if (last.site.equals(site) && last.offset + last.length == offset) {
                writes.set(writes.size() - 1, new Written(last.offset, last.length + length, site));
                return;
            }
        }
        if (writes.size() < SITES_KEPT) {
            writes.add(new Written(offset, length, site));
        }
    }

    public boolean wantsSites() {
        return writes == null || writes.size() < SITES_KEPT;
    }

    public List<Written> writes() {
        return writes == null ? List.of() : writes;
    }

    @Override
    public String toString() {
        return label();
    }
}
