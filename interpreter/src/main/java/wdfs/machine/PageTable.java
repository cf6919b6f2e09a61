package wdfs.machine;

import java.util.Arrays;

/// Virtual page number to entry: an open hash table without boxing, for the page walk must not allocate.
final class PageTable {
    static final long PRESENT = 1;
    static final long WRITABLE = 1 << 1;
    static final long USER = 1 << 2;
    /// At DISPATCH_LEVEL and above the page counts as absent.
    static final long PAGEABLE = 1 << 3;
    /// Never cached: each access is compared with the exact bounds of its region (edge pages of MDL mappings).
    static final long EXACT = 1 << 4;
    /// A store is a violation but goes through (memory locked for reading).
    static final long SOFT_READ_ONLY = 1 << 5;
    /// No frame yet: the first touch brings one (stacks).
    static final long LAZY = 1 << 6;
    /// Loads and stores go to the region's device.
    static final long DEVICE = 1 << 7;

    private static final int FRAME_SHIFT = 12;
    private static final long EMPTY = Long.MIN_VALUE;      // no page number: those have 52 bits

    private long[] keys = new long[64];
    private long[] values = new long[64];
    private int size;

    PageTable() {
        Arrays.fill(keys, EMPTY);
    }

    static long entry(int frame, long flags) {
        return (long) frame << FRAME_SHIFT | flags;
    }

    static int frame(long entry) {
        return (int) (entry >>> FRAME_SHIFT);
    }

    private static int slot(long key, int mask) {
        long h = key * 0x9E3779B97F4A7C15L;
        return (int) (h >>> 40) & mask;
    }

    /// The entry of a page number, 0 if there is none.
    long get(long page) {
        int mask = keys.length - 1;
        for (int i = slot(page, mask); ; i = (i + 1) & mask) {
            long key = keys[i];
            if (key == page) {
                return values[i];
            }
            if (key == EMPTY) {
                return 0;
            }
        }
    }

    void put(long page, long entry) {
        if (size * 2 >= keys.length) {
            grow();
        }
        int mask = keys.length - 1;
        int i = slot(page, mask);
        while (keys[i] != EMPTY && keys[i] != page) {
            i = (i + 1) & mask;
        }
        if (keys[i] == EMPTY) {
            keys[i] = page;
            size++;
        }
        values[i] = entry;
    }

    void remove(long page) {
        int mask = keys.length - 1;
        int i = slot(page, mask);
        while (keys[i] != page) {
            if (keys[i] == EMPTY) {
                return;
            }
            i = (i + 1) & mask;
        }
        size--;
        // The entries behind move up, so that a search never meets a hole.
        int hole = i;
        for (int j = (i + 1) & mask; keys[j] != EMPTY; j = (j + 1) & mask) {
            int home = slot(keys[j], mask);
            if (((j - home) & mask) >= ((j - hole) & mask)) {
                keys[hole] = keys[j];
                values[hole] = values[j];
                hole = j;
            }
        }
        keys[hole] = EMPTY;
    }

    /// All entries' values, in no useful order (the end of an address space gives its frames back).
    long[] entries() {
        long[] all = new long[size];
        int n = 0;
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] != EMPTY) {
                all[n++] = values[i];
            }
        }
        return all;
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = new long[oldKeys.length * 2];
        Arrays.fill(keys, EMPTY);
        size = 0;
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != EMPTY) {
                put(oldKeys[i], oldValues[i]);
            }
        }
    }
}
