package wdfs.runtime;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import wdfs.machine.LongMap;
import wdfs.machine.Numbering;

/// Framework handles: 64-bit values that script memory can hold. A value names one object for ever: a stale one is known
/// as such, and for a while with what it was.
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
    /// So many closed handles are remembered with what they were, the last ones. What was closed before them is forgotten, or
    /// memory would grow with the length of the run.
    static final int REMEMBERED = 4096;

    private final Machine machine;
    private final LongMap<Entry> entries = new LongMap<>();
    private final Deque<Long> closed = new ArrayDeque<>();
    private final Numbering numbers = new Numbering();
    private long made;
    private int live;

    Handles(Machine machine) {
        this.machine = machine;
    }

    /// @param type `WDFREQUEST`
    public long create(String type, Object object) {
        return create(type, numbers.next(type), object);
    }

    /// With a number of the caller's own: that of the request, so that `#3` and `WDFREQUEST#3` are one.
    public long create(String type, int number, Object object) {
        if (live >= machine.limits.objects()) {
            throw machine.limit("handles");
        }
        live++;
        long handle = BASE + made++ * STRIDE;
        entries.put(handle, new Entry(type, number, object));
        return handle;
    }

    /// What a handle is or was; null if it is none, or one that was closed long ago.
    public Entry entry(long handle) {
        return entries.get(handle);
    }

    /// Whether the value was a handle once, whose object is gone.
    public boolean isStale(long handle) {
        long offset = handle - BASE;
        Entry entry = entry(handle);
        return offset >= 0 && offset % STRIDE == 0 && offset / STRIDE < made && (entry == null || entry.object == null);
    }

    /// The live object of a handle, or null.
    public Object object(long handle) {
        Entry entry = entry(handle);
        return entry == null ? null : entry.object;
    }

    /// The objects of a class that are alive, in the order in which their handles were made.
    public <T> List<T> live(Class<T> type) {
        return Arrays.stream(entries.sortedKeys()).mapToObj(this::object).filter(type::isInstance).map(type::cast).toList();
    }

    public void close(long handle) {
        Entry entry = entry(handle);
        if (entry != null && entry.object != null) {
            live--;
            entry.object = null;
            closed.add(handle);
            if (closed.size() > REMEMBERED) {
                entries.remove(closed.poll());
            }
        }
    }

    /// How many entries are kept: those of live handles, and the closed ones that are remembered.
    public int kept() {
        return entries.size();
    }

    public String label(long handle) {
        if (handle == 0) {
            return "NULL";
        }
        Entry entry = entry(handle);
        return entry == null ? "0x%X".formatted(handle) : entry.label();
    }
}
