package wdfs.kernel;

import java.util.HashMap;
import java.util.Map;
import wdfs.machine.LongMap;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// Objects of the kernel that drivers know by an address only, such as threads and the events behind an application's handles:
/// the address is a number of its own and never memory of a script's.
public final class KernelObjects {
    private static final long BASE = 0xFFFF_8A10_0000_0000L;
    private static final long STRIDE = 0x100;

    private final LongMap<Object> objects = new LongMap<>();
    private final Map<Object, Long> addresses = new HashMap<>();
    private final Map<Long, Integer> references = new HashMap<>();
    private long made;

    /// An object that hears when nobody refers to it any more.
    public interface Referenced {
        void lastReferenceGone();
    }

    private KernelObjects() {}

    public static KernelObjects of(Machine machine) {
        return machine.part(KernelObjects.class, _ -> new KernelObjects());
    }

    /// The object at an address, or null.
    public static Object at(Caller caller, long address) {
        return address >= 0 || address < BASE ? null : of(caller.machine).object(address);
    }

    /// The object at an address, or null.
    public Object object(long address) {
        return objects.get(address);
    }

    /// The address of an object; one reference more.
    public long reference(Object object) {
        long address = addresses.computeIfAbsent(object, _ -> BASE + STRIDE * made++);
        objects.put(address, object);
        references.merge(address, 1, Integer::sum);
        return address;
    }

    /// Lets go of an object that somebody refers to.
    public void dereference(Object object) {
        Long address = addresses.get(object);
        if (address != null) {
            dereference(address.longValue());
        }
    }

    /// @return false if no such address has a reference
    public boolean dereference(long address) {
        Integer count = references.get(address);
        if (count == null) {
            return false;
        }
        if (count == 1) {
            references.remove(address);
            Object object = objects.remove(address);
            addresses.remove(object);
            if (object instanceof Referenced known) {
                known.lastReferenceGone();
            }
        } else {
            references.put(address, count - 1);
        }
        return true;
    }
}
