package wdfs.io;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import wdfs.kernel.Namespace;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// Device interfaces: what a device offers by a class GUID, the symbolic links under which applications open it while it is
/// enabled, and those who want to hear of interfaces and devices that come and go (OBJ-087, OBJ-088).
public final class DeviceInterfaces {
    static final int OBJECT_NAME_EXISTS = 0x40000000;
    static final int OBJECT_NAME_NOT_FOUND = 0xC0000034;
    static final int INVALID_DEVICE_REQUEST = 0xC0000010;
    /// EventCategoryDeviceInterfaceChange, EventCategoryTargetDeviceChange.
    static final int INTERFACE_CHANGE = 2;
    static final int TARGET_CHANGE = 3;

    static final String ARRIVAL = "cb3a4004-46f0-11d0-b08f-00609713053f";
    static final String REMOVAL = "cb3a4005-46f0-11d0-b08f-00609713053f";
    static final String QUERY_REMOVE = "cb3a4006-46f0-11d0-b08f-00609713053f";
    static final String REMOVE_CANCELLED = "cb3a4007-46f0-11d0-b08f-00609713053f";
    static final String REMOVE_COMPLETE = "cb3a4008-46f0-11d0-b08f-00609713053f";

    /// One interface of one device. It is known from its registration on, also while its device is away, as the registry
    /// keeps it; it leads to the device only while it is enabled.
    public static final class Interface {
        final Devnode node;
        final String guid;
        final String reference;
        boolean enabled;
        /// Enabled before its device started: it takes effect behind the start.
        boolean wanted;

        Interface(Devnode node, String guid, String reference) {
            this.node = node;
            this.guid = guid;
            this.reference = reference;
        }

        /// The link without the reference string.
        String base() {
            return "\\??\\" + node.instancePath().replace('\\', '#') + "#{" + guid + "}";
        }

        public Devnode device() {
            return node;
        }

        /// The class GUID, as {@link Guids} writes it.
        public String type() {
            return guid;
        }

        /// It leads to its device.
        public boolean isEnabled() {
            return enabled;
        }

        /// In the form of applications: `\\?\Root#Store#0000#{…}`.
        public String path() {
            return "\\\\?\\" + link().substring(4);
        }

        public String link() {
            return reference.isEmpty() ? base() : base() + "\\" + reference;
        }
    }

    /// Somebody who wants to hear.
    static final class Listener {
        /// NotificationEntry, as the driver knows it.
        final Region entry;
        final int category;
        final String guid;
        final FileObject file;
        /// The device that the file is open on, for removals.
        final Devnode node;
        final DriverObject driver;
        final long callback;
        final long context;
        boolean gone;

        Listener(Region entry, int category, String guid, FileObject file, DriverObject driver, long callback, long context) {
            this.entry = entry;
            this.category = category;
            this.guid = guid;
            this.file = file;
            this.node = file == null ? null : file.device.devnode();
            this.driver = driver;
            this.callback = callback;
            this.context = context;
        }
    }

    /// Hears of the removal of a device that it has open: what the framework does for a driver's targets.
    public interface Watcher {
        /// @return an error keeps the device
        int queryRemove(Caller caller);

        void removeCancelled(Caller caller);

        void removeComplete(Caller caller);
    }

    private final Machine machine;
    private final Map<Watcher, Devnode> watchers = new LinkedHashMap<>();
    private final Map<String, Interface> all = new LinkedHashMap<>();
    private final Map<String, List<Interface>> byClass = new LinkedHashMap<>();
    private final Map<Devnode, List<Interface>> byNode = new LinkedHashMap<>();
    private final Map<Long, Listener> listeners = new LinkedHashMap<>();
    private final ArrayDeque<java.util.function.Consumer<Caller>> news = new ArrayDeque<>();
    private boolean telling;

    private DeviceInterfaces(Machine machine) {
        this.machine = machine;
    }

    public static DeviceInterfaces of(Machine machine) {
        return machine.part(DeviceInterfaces.class, DeviceInterfaces::new);
    }

    // ---- interfaces ------------------------------------------------------------------------------------------------------------------

    /// Registers, or finds what is registered already. Null if the device is none that PnP has found.
    public Interface register(DeviceObject physical, String guid, String reference) {
        Devnode node = physical.devnode();
        if (node == null) {
            return null;
        }
        Interface made = new Interface(node, guid, reference);
        Interface before = all.get(key(made.link()));
        if (before != null) {
            return before;
        }
        all.put(key(made.link()), made);
        byClass.computeIfAbsent(guid, _ -> new ArrayList<>()).add(made);
        byNode.computeIfAbsent(node, _ -> new ArrayList<>()).add(made);
        return made;
    }

    private static String key(String link) {
        String lower = link.toLowerCase(java.util.Locale.ROOT);
        return lower.startsWith("\\\\?\\") || lower.startsWith("\\\\.\\") ? "\\??\\" + lower.substring(4) : lower;
    }

    /// By its link, in the form of the kernel or of applications; null if nobody has registered it.
    public Interface find(String link) {
        return all.get(key(link));
    }

    /// IoSetDeviceInterfaceState. @return a status
    public int set(Interface of, boolean enable) {
        if (enable) {
            if (of.enabled || of.wanted) {
                return OBJECT_NAME_EXISTS;
            }
            if (of.node.physical == null) {
                return INVALID_DEVICE_REQUEST;
            }
            if (of.node.state == Devnode.State.STARTING) {
                of.wanted = true;
                return 0;
            }
            enable(of);
            return 0;
        }
        if (!of.enabled && !of.wanted) {
            return OBJECT_NAME_NOT_FOUND;
        }
        of.wanted = false;
        disable(of);
        return 0;
    }

    private void enable(Interface of) {
        of.wanted = false;
        of.enabled = true;
        // Interfaces that differ in their reference strings share a link: the string becomes the file's name.
        Namespace.of(machine).insert(of.base(), new Namespace.SymbolicLink(of.base(), of.node.physical.pnpName));
        tell(of, ARRIVAL);
    }

    private void disable(Interface of) {
        if (!of.enabled) {
            return;
        }
        of.enabled = false;
        if (byNode.get(of.node).stream().noneMatch(other -> other.enabled && other.base().equals(of.base()))) {
            Namespace.of(machine).remove(of.base());
        }
        tell(of, REMOVAL);
    }

    /// A device has started: what its drivers enabled before counts now (OBJ-087).
    void started(Devnode node) {
        for (Interface of : byNode.getOrDefault(node, List.of())) {
            if (of.wanted) {
                enable(of);
            }
        }
    }

    /// The stack goes: none of its interfaces leads anywhere.
    void gone(Devnode node) {
        for (Interface of : byNode.getOrDefault(node, List.of())) {
            of.wanted = false;
            disable(of);
        }
    }

    /// The links of a class, in the order of registration, in the form of applications: `\\?\Root#Store#0000#{…}`.
    /// @param present only the enabled ones
    /// @param physical of this device only; null for all
    public List<String> list(String guid, boolean present, DeviceObject physical) {
        List<String> links = new ArrayList<>();
        for (Interface of : byClass.getOrDefault(guid, List.of())) {
            if ((of.enabled || !present) && (physical == null || of.node == physical.devnode())) {
                links.add(of.path());
            }
        }
        return links;
    }

    /// In the order of registration. @param guid of this class only; null for all
    public List<Interface> all(String guid) {
        return guid == null ? List.copyOf(all.values()) : List.copyOf(byClass.getOrDefault(guid, List.of()));
    }

    // ---- who wants to hear -----------------------------------------------------------------------------------------------------------

    /// IoRegisterPlugPlayNotification for a class of interfaces. @param existing also of those that are enabled now
    void listen(Listener listener, boolean existing) {
        listeners.put(listener.entry.base, listener);
        if (existing) {
            for (Interface of : byClass.getOrDefault(listener.guid, List.of())) {
                if (of.enabled) {
                    later(caller -> call(caller, listener, of, ARRIVAL));
                }
            }
        }
    }

    /// @return whether it was registered
    Listener forget(long address) {
        Listener listener = listeners.remove(address);
        if (listener != null) {
            listener.gone = true;
        }
        return listener;
    }

    /// The registrations of a driver that is unloaded: Windows keeps a driver that has one, and here they go with it.
    /// @return how many there were
    public int forget(DriverObject driver) {
        List<Listener> left = listeners.values().stream().filter(listener -> listener.driver == driver).toList();
        for (Listener listener : left) {
            forget(listener.entry.base);
            machine.nonpaged.free(listener.entry);
        }
        return left.size();
    }

    private void tell(Interface of, String event) {
        for (Listener listener : List.copyOf(listeners.values())) {
            if (listener.category == INTERFACE_CHANGE && listener.guid.equals(of.guid)) {
                later(caller -> call(caller, listener, of, event));
            }
        }
    }

    /// In one thread of the system, one after the other: who hears of a removal has heard of the arrival.
    private void later(java.util.function.Consumer<Caller> work) {
        news.add(work);
        if (!telling) {
            telling = true;
            IoManager.of(machine).inSystemThread.accept(caller -> {
                while (!news.isEmpty()) {
                    news.poll().accept(caller);
                }
                telling = false;
            });
        }
    }

    /// DEVICE_INTERFACE_CHANGE_NOTIFICATION.
    private void call(Caller caller, Listener listener, Interface of, String event) {
        if (listener.gone) {
            return;
        }
        byte[] name = of.link().getBytes(java.nio.charset.StandardCharsets.UTF_16LE);
        Region block = machine.nonpaged.allocate(0x30 + 0x10 + name.length + 2, "Notification", true);
        if (block == null) {
            return;
        }
        long string = block.base + 0x30;
        machine.memory.store(null, block.base, new byte[] {1, 0, 0x30, 0});
        machine.memory.store(null, block.base + 4, Guids.bytes(event));
        machine.memory.store(null, block.base + 0x14, Guids.bytes(of.guid));
        machine.memory.field64(block.base + 0x28, string);
        machine.memory.store(null, string, new byte[] {(byte) name.length, (byte) (name.length >> 8), (byte) (name.length + 2), (byte) (name.length + 2 >> 8)});
        machine.memory.field64(string + 8, string + 0x10);
        machine.memory.store(null, string + 0x10, name);
        try {
            caller.invoke(listener.callback, block.base, listener.context);
        } finally {
            machine.nonpaged.free(block);
        }
    }

    // ---- the removal of a device -------------------------------------------------------------------------------------------------------

    /// GUID_TARGET_DEVICE_QUERY_REMOVE, before the drivers of the device are asked. @return the status of who said no
    int queryTargetRemoval(Caller caller, Devnode node) {
        for (Listener listener : of(node)) {
            int status = call(caller, listener, QUERY_REMOVE);
            if (status < 0) {
                return status;
            }
        }
        for (Watcher watcher : watching(node)) {
            int status = watcher.queryRemove(caller);
            if (status < 0) {
                return status;
            }
        }
        return 0;
    }

    void targetRemovalCancelled(Caller caller, Devnode node) {
        of(node).forEach(listener -> call(caller, listener, REMOVE_CANCELLED));
        watching(node).forEach(watcher -> watcher.removeCancelled(caller));
    }

    void targetRemoved(Caller caller, Devnode node) {
        of(node).forEach(listener -> call(caller, listener, REMOVE_COMPLETE));
        watching(node).forEach(watcher -> watcher.removeComplete(caller));
    }

    /// @param device is open from now on; nothing happens if PnP does not know it
    public void watch(DeviceObject device, Watcher watcher) {
        if (device.devnode() != null) {
            watchers.put(watcher, device.devnode());
        }
    }

    public void unwatch(Watcher watcher) {
        watchers.remove(watcher);
    }

    private List<Watcher> watching(Devnode node) {
        return watchers.entrySet().stream().filter(watch -> watch.getValue() == node).map(Map.Entry::getKey).toList();
    }

    private List<Listener> of(Devnode node) {
        return listeners.values().stream().filter(l -> l.category == TARGET_CHANGE && l.node == node).toList();
    }

    /// TARGET_DEVICE_REMOVAL_NOTIFICATION. @return what the callback answers
    private int call(Caller caller, Listener listener, String event) {
        Region block = listener.gone ? null : machine.nonpaged.allocate(0x20, "Notification", true);
        if (block == null) {
            return 0;
        }
        machine.memory.store(null, block.base, new byte[] {1, 0, 0x20, 0});
        machine.memory.store(null, block.base + 4, Guids.bytes(event));
        machine.memory.field64(block.base + 0x18, listener.file.address());
        try {
            return (int) caller.invoke(listener.callback, block.base, listener.context);
        } finally {
            machine.nonpaged.free(block);
        }
    }
}
