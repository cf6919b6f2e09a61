package wdfs.kernel;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// The handles of the process System, which drivers get with OBJ_KERNEL_HANDLE or in a thread of the system: they are good in
/// every process.
public final class KernelHandles {
    private static final long BASE = 0xFFFF_FFFF_8000_0000L;

    private final Machine machine;
    private final TreeMap<Long, Object> handles = new TreeMap<>(Long::compareUnsigned);
    private long next = BASE + 4;

    private KernelHandles(Machine machine) {
        this.machine = machine;
    }

    public static KernelHandles of(Machine machine) {
        return machine.part(KernelHandles.class, KernelHandles::new);
    }

    public static boolean isKernel(long handle) {
        return handle < 0 && Long.compareUnsigned(handle, BASE) >= 0 && handle < -16;
    }

    public long open(Object object) {
        if (handles.size() >= machine.limits.handles()) {
            throw machine.limit("handles");
        }
        long handle = next;
        next += 4;
        handles.put(handle, object);
        if (object instanceof HandleObject known) {
            known.handleOpened();
        }
        return handle;
    }

    /// Those that nobody has closed, in the order in which they were opened.
    public Map<Long, Object> left() {
        return Collections.unmodifiableMap(handles);
    }

    public Object object(long handle) {
        return handles.get(handle);
    }

    /// @return false if there is no such handle
    public boolean close(Caller caller, long handle) {
        Object object = handles.remove(handle);
        if (object instanceof HandleObject known) {
            known.handleClosed(caller);
        }
        return object != null;
    }
}
