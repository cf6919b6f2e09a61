package wdfs.repl;

import wdfs.engine.Live;
import wdfs.machine.Memory;

/// Memory as a debugger reads it: without any check, in the address space of the session's process.
final class Bytes {
    private Bytes() {}

    static Memory.Space space(Live live) {
        return live.process().space();
    }

    /// A byte, or -1 where nothing is mapped.
    static int at(Live live, long address) {
        return live.machine().memory.peek(address < 0 ? null : space(live), address);
    }

    static boolean isMapped(Live live, long address) {
        return at(live, address) >= 0;
    }

    /// Little-endian; bytes that are not mapped count as zero.
    static long number(Live live, long address, int size) {
        long value = 0;
        for (int i = 0; i < size; i++) {
            value |= (long) (Math.max(0, at(live, address + i)) & 0xFF) << 8 * i;
        }
        return value;
    }

    static String place(Live live, long address) {
        return live.machine().memory.place(address < 0 ? null : space(live), address);
    }
}
