package wdfs.runtime;

import java.util.ArrayList;
import java.util.List;

/// Framework handles: 64-bit values that script memory can hold. A value names one object for ever: a stale one is known
/// as such, with what it was.
public final class Handles {
    /// An entry lives on after its object, so that a report can say what the handle was.
    public static final class Entry {
        public final String type;
        public final int number;
        public Object object;
        public final Object was;

        Entry(String type, int number, Object object) {
            this.type = type;
            this.number = number;
            this.object = object;
            this.was = object;
        }

        public String label() {
            return type + "#" + number;
        }
    }

    private static final long BASE = 0x0000_5000_0000_0000L;
    private static final long STRIDE = 16;
    private final List<Entry> entries = new ArrayList<>();
    private final Machine machine;
    private int live;
    private final wdfs.machine.Numbering numbers = new wdfs.machine.Numbering();

    Handles(Machine machine) {
        this.machine = machine;
    }

    /// @param type `WDFREQUEST`
    public long create(String type, Object object) {
        return create(type, numbers.next(type), object);
    }

    /// With a number of the caller's own: that of the request, so that `#3` and `WDFREQUEST#3` are one.
    public long create(String type, int number, Object object) {
        if (live >= machine.limits.handles()) {
            throw machine.limit("handles");
        }
        live++;
        entries.add(new Entry(type, number, object));
        return BASE + (entries.size() - 1) * STRIDE;
    }

    public Entry entry(long handle) {
        long offset = handle - BASE;
        return offset >= 0 && offset % STRIDE == 0 && offset / STRIDE < entries.size() ? entries.get((int) (offset / STRIDE)) : null;
    }

    /// The live object of a handle, or null.
    public Object object(long handle) {
        Entry entry = entry(handle);
        return entry == null ? null : entry.object;
    }

    /// The objects of a class that are alive, in the order in which their handles were made.
    public <T> List<T> live(Class<T> type) {
        return entries.stream().filter(e -> type.isInstance(e.object)).map(e -> type.cast(e.object)).toList();
    }

    public void close(long handle) {
        Entry entry = entry(handle);
        if (entry != null && entry.object != null) {
            live--;
            entry.object = null;
        }
    }

    public String label(long handle) {
        if (handle == 0) {
            return "NULL";
        }
        Entry entry = entry(handle);
        return entry == null ? "0x%X".formatted(handle) : entry.label();
    }
}
