package wdfs.wdf;

import java.util.ArrayList;
import java.util.List;
import wdfs.io.DeviceObject;
import wdfs.io.Irp;
import wdfs.io.PnpManager;
import wdfs.machine.Heap;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// WDFCHILDLIST: the devices that a bus driver finds on its bus, each by an identification description that tells it from the
/// others (OBJ-155). Each device also has a list without descriptions, for those that its driver creates itself
/// (WdfFdoAddStaticChild). While somebody scans or iterates a list, changes wait.
final class FxChildList extends FxObject {
    static final int OBJECT_NAME_EXISTS = 0x40000000;
    static final int NO_SUCH_DEVICE = 0xC000000E;
    static final int RETRY = 0xC000022D;
    /// WDF_RETRIEVE_CHILD_FLAGS.
    static final int PRESENT = 1;
    static final int MISSING = 2;
    static final int PENDING = 4;

    /// The callbacks of WDF_CHILD_LIST_CONFIG, in the order of that structure's members.
    enum Callback { CREATE, SCAN, ID_COPY, ID_DUPLICATE, ID_CLEANUP, ID_COMPARE, ADDRESS_COPY, ADDRESS_DUPLICATE, ADDRESS_CLEANUP, REENUMERATED }

    /// @param idBytes and addressBytes: the sizes of descriptions, headers included; 0 for no addresses
    record Config(int idBytes, int addressBytes, long[] callbacks) {}

    /// One device of the list.
    static final class Entry {
        private final FxChildList list;
        final Region id;
        final Region address;
        FxDevice pdo;
        /// The driver has added it, and the list is not open for changes.
        private boolean waits = true;
        private boolean found = true;
        /// The driver has said that it is gone; it takes effect when the list is open for changes.
        private boolean going;
        private boolean missing;
        private boolean reportedMissing;

        private Entry(FxChildList list, Region id, Region address) {
            this.list = list;
            this.id = id;
            this.address = address;
        }

        boolean isReportedMissing() {
            return reportedMissing;
        }

        private boolean isPresent() {
            return !going && !missing;
        }

        boolean matches(int flags) {
            return (flags & (waits ? PENDING : missing ? MISSING : PRESENT)) != 0;
        }

        FxChildList list() {
            return list;
        }
    }

    final FxDevice device;
    /// Null for the list of static children.
    final Config config;
    private final List<Entry> entries = new ArrayList<>();
    /// Scans and iterations that are under way.
    private int open;

    FxChildList(FxDevice device, Config config) {
        super(device.machine, "WDFCHILDLIST", device);
        this.device = device;
        this.config = config;
    }

    private long callback(Callback which) {
        return config == null ? 0 : config.callbacks[which.ordinal()];
    }

    private long call(Caller caller, Callback which, long... arguments) {
        long[] all = new long[arguments.length + 1];
        all[0] = handle;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return device.driver.call(caller, callback(which), all);
    }

    // ---- descriptions ------------------------------------------------------------------------------------------------------------------

    /// @return the list's own copy; null without memory, or if the driver's callback fails
    private Region duplicate(Caller caller, long from, int size, Callback duplicate) {
        Region copy = device.heap.allocate(size, "ChildDescription", true);
        if (copy == null) {
            return null;
        }
        caller.machine.memory.store(null, copy.base, new byte[size]);
        if (callback(duplicate) == 0) {
            caller.memory.copy(copy.base, from, size);
        } else {
            caller.machine.memory.field32(copy.base, size);
            if ((int) call(caller, duplicate, from, copy.base) < 0) {
                device.heap.free(copy);
                return null;
            }
        }
        return copy;
    }

    private void copy(Caller caller, long to, Region from, Callback copy) {
        if (callback(copy) == 0) {
            caller.memory.copy(to, from.base, from.size);
        } else {
            call(caller, copy, from.base, to);
        }
    }

    void copyId(Caller caller, Entry entry, long to) {
        copy(caller, to, entry.id, Callback.ID_COPY);
    }

    void copyAddress(Caller caller, Entry entry, long to) {
        copy(caller, to, entry.address, Callback.ADDRESS_COPY);
    }

    /// WdfPdoUpdateAddressDescription, and a description that is reported once more.
    void updateAddress(Caller caller, Entry entry, long from) {
        if (callback(Callback.ADDRESS_COPY) == 0) {
            caller.memory.copy(entry.address.base, from, entry.address.size);
        } else {
            call(caller, Callback.ADDRESS_COPY, from, entry.address.base);
        }
    }

    private boolean same(Caller caller, long a, long b) {
        if (callback(Callback.ID_COMPARE) != 0) {
            return (call(caller, Callback.ID_COMPARE, a, b) & 0xFF) != 0;
        }
        for (int i = 0; i < config.idBytes; i++) {
            if (caller.memory.load8(a + i) != caller.memory.load8(b + i)) {
                return false;
            }
        }
        return true;
    }

    /// The newest device with this description, be it gone or not; null if there is none.
    Entry find(Caller caller, long id) {
        for (Entry entry : List.copyOf(entries).reversed()) {
            if (same(caller, id, entry.id.base)) {
                return entry;
            }
        }
        return null;
    }

    private void forget(Caller caller, Entry entry) {
        if (!entries.remove(entry)) {
            return;
        }
        free(caller, entry.id, Callback.ID_CLEANUP);
        free(caller, entry.address, Callback.ADDRESS_CLEANUP);
    }

    private void free(Caller caller, Region description, Callback cleanup) {
        if (description != null) {
            if (callback(cleanup) != 0) {
                call(caller, cleanup, description.base);
            }
            device.heap.free(description);
        }
    }

    // ---- devices that come and go --------------------------------------------------------------------------------------------------

    /// OBJ-155. @return a status
    int add(Caller caller, long id, long address) {
        Entry before = find(caller, id);
        if (before != null && before.isPresent()) {
            if (config.addressBytes != 0) {
                updateAddress(caller, before, address);
            }
            before.found = true;
            return OBJECT_NAME_EXISTS;
        }
        Region ownId = duplicate(caller, id, config.idBytes, Callback.ID_DUPLICATE);
        if (ownId == null) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        Region ownAddress = config.addressBytes == 0 ? null : duplicate(caller, address, config.addressBytes, Callback.ADDRESS_DUPLICATE);
        if (config.addressBytes != 0 && ownAddress == null) {
            free(caller, ownId, Callback.ID_CLEANUP);
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        entries.add(new Entry(this, ownId, ownAddress));
        process(caller);
        return 0;
    }

    /// A physical device that the driver has created itself. @return a status
    int addStatic(Caller caller, FxDevice pdo) {
        if (pdo.pdo.entry != null) {
            return OBJECT_NAME_EXISTS;
        }
        Entry entry = new Entry(this, null, null);
        entry.pdo = pdo;
        pdo.pdo.entry = entry;
        entries.add(entry);
        process(caller);
        return 0;
    }

    /// OBJ-155. @return a status
    int markMissing(Caller caller, long id) {
        Entry entry = find(caller, id);
        return entry == null ? NO_SUCH_DEVICE : markMissing(caller, entry);
    }

    int markMissing(Caller caller, Entry entry) {
        if (entry == null || !entries.contains(entry)) {
            return NO_SUCH_DEVICE;
        }
        entry.going |= !entry.missing;
        process(caller);
        return 0;
    }

    void markAllPresent() {
        entries.forEach(entry -> entry.found = true);
    }

    /// Changes take effect, unless the list is being scanned or iterated; then PnP is told that there is something to ask for.
    private void process(Caller caller) {
        if (open > 0) {
            return;
        }
        boolean changed = false;
        for (Entry entry : List.copyOf(entries)) {
            if (entry.going && entry.pdo == null) {                   // PnP has never heard of it
                forget(caller, entry);
                continue;
            }
            changed |= entry.waits || entry.going;
            entry.waits = false;
            entry.missing |= entry.going;
            entry.going = false;
        }
        if (changed && device.devnode() != null) {
            PnpManager.of(machine).invalidateRelations(device.devnode());
        }
    }

    void beginScan() {
        open++;
        entries.forEach(entry -> entry.found = false);
    }

    /// What the scan has not found is missing.
    void endScan(Caller caller) {
        if (closes()) {
            for (Entry entry : entries) {
                entry.going |= !entry.found && entry.isPresent();
            }
            process(caller);
        }
    }

    void beginIteration() {
        open++;
    }

    void endIteration(Caller caller) {
        if (closes()) {
            process(caller);
        }
    }

    private boolean closes() {
        open = Math.max(0, open - 1);
        return open == 0;
    }

    boolean isOpen() {
        return open > 0;
    }

    /// In the order in which an iteration shows them: what PnP knows first.
    List<Entry> ordered() {
        List<Entry> all = new ArrayList<>(entries.stream().filter(entry -> !entry.waits).toList());
        entries.stream().filter(entry -> entry.waits).forEach(all::add);
        return all;
    }

    /// EvtChildListScanForChildren: the device has entered D0 (OBJ-170).
    void scan(Caller caller) {
        if (callback(Callback.SCAN) != 0) {
            call(caller, Callback.SCAN);
        }
    }

    // ---- what PnP is told ------------------------------------------------------------------------------------------------------------

    /// IRP_MN_QUERY_DEVICE_RELATIONS: devices that are new get their physical device objects, and those that are missing are left
    /// out from now on.
    void report(Caller caller, List<DeviceObject> devices) {
        for (Entry entry : List.copyOf(entries)) {
            if (entry.waits) {
                continue;
            }
            if (entry.missing) {
                if (!entry.reportedMissing) {
                    entry.reportedMissing = true;
                    reportedMissing(caller, entry.pdo);
                }
            } else if (entry.pdo != null || create(caller, entry)) {
                devices.add(entry.pdo.device);
            }
        }
    }

    private static void reportedMissing(Caller caller, FxDevice pdo) {
        long callback = pdo.pdo.init.callbacks[PdoInit.REPORTED_MISSING];
        if (callback != 0) {
            pdo.driver.call(caller, callback, pdo.handle);
        }
    }

    /// EvtChildListCreateDevice. If it fails the description is gone, but for STATUS_RETRY: then it is asked again.
    private boolean create(Caller caller, Entry entry) {
        DeviceInit init = DeviceApi.initForChild(caller, device, entry);
        int status = init == null ? Framework.STATUS_INSUFFICIENT_RESOURCES : (int) call(caller, Callback.CREATE, entry.id.base, init.block.base);
        FxDevice made = init == null ? null : init.created;
        if (init != null && made == null) {
            DeviceApi.release(caller, init);
        }
        if (status >= 0 && made == null) {
            Framework.broken(caller, "EvtChildListCreateDevice of driver %s succeeded and has created no device".formatted(device.driver.driver.name()), "OBJ-155", null);
            status = 0xC0000369;                                      // STATUS_INVALID_DEVICE_OBJECT_PARAMETER
        }
        if (status >= 0) {
            entry.pdo = made;
            made.finished = true;
            return true;
        }
        if (made != null) {
            made.delete(caller);
        }
        if (status == RETRY) {
            PnpManager.of(machine).invalidateRelations(device.devnode());
        } else {
            forget(caller, entry);
        }
        return false;
    }

    /// Adds devices to the answer, which other drivers of the stack may have begun.
    static void answer(Irp irp, Machine machine, List<DeviceObject> devices) {
        long before = irp.information();
        int count = before == 0 ? 0 : machine.memory.field32(before);
        Region block = machine.nonpaged.allocate(8 + 8L * Math.max(1, count + devices.size()), "Pool", true);
        if (block == null) {
            irp.status(Framework.STATUS_INSUFFICIENT_RESOURCES);
            return;
        }
        machine.memory.field64(block.base, count + devices.size());
        machine.memory.field64(block.base + 8, 0);
        for (int i = 0; i < count + devices.size(); i++) {
            machine.memory.field64(block.base + 8 + 8L * i, i < count ? machine.memory.field64(before + 8 + 8L * i) : devices.get(i - count).address());
        }
        Region old = before == 0 ? null : machine.memory.regionNear(null, before);
        if (old != null && old.base == before && !old.freed) {
            Heap heap = old.paged ? machine.paged : machine.nonpaged;
            heap.free(old);
        }
        irp.information(block.base);
        irp.status(0);
    }

    // ---- the end -----------------------------------------------------------------------------------------------------------------------

    /// A physical device has gone, and with it its description.
    void gone(Caller caller, Entry entry) {
        entry.pdo = null;
        forget(caller, entry);
    }

    /// The device of the bus is removed: what it still has goes with it.
    void deleteDevices(Caller caller) {
        for (Entry entry : List.copyOf(entries)) {
            if (entry.pdo != null) {
                entry.pdo.pnp.parentGone(caller);
            } else {
                forget(caller, entry);
            }
        }
    }

    @Override
    protected void disposing(Caller caller) {
        for (Entry entry : List.copyOf(entries)) {
            forget(caller, entry);
        }
    }

    /// The list of static children, and the one of WdfFdoInitSetDefaultChildListConfig, are the framework's.
    @Override
    protected boolean mayBeDeleted() {
        return config != null && device.bus.byDefault != this;
    }
}
