package wdfs.io;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import wdfs.machine.Heap;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Events;
import wdfs.runtime.Machine;

/// The devices that drivers of buses report (OBJ-155): what a stack answers to IRP_MN_QUERY_DEVICE_RELATIONS becomes devnodes below
/// its own; which drivers a device gets, its hardware IDs say.
final class BusDevices {
    static final int QUERY_DEVICE_RELATIONS = 0x07;
    static final int QUERY_ID = 0x13;
    /// BUS_QUERY_ID_TYPE.
    private static final int DEVICE_ID = 0;
    private static final int HARDWARE_IDS = 1;
    private static final int COMPATIBLE_IDS = 2;
    private static final int INSTANCE_ID = 3;
    /// DEVICE_CAPABILITIES.
    private static final int CAPABILITIES = 0x40;
    static final int UNIQUE_ID = 0x40;
    private static final int RAW_DEVICE_OK = 0x100;
    private static final int TEXT_LIMIT = 4096;

    private final Machine machine;
    private final PnpManager pnp;
    /// The devnodes with a hardware ID, which say what drivers a device of a bus gets.
    private final List<Devnode> kinds = new ArrayList<>();
    /// Every device of a bus that has ever been there, by its instance path: one that comes back is the same.
    private final Map<String, Devnode> byPath = new HashMap<>();

    BusDevices(Machine machine, PnpManager pnp) {
        this.machine = machine;
        this.pnp = pnp;
    }

    void declare(Devnode kind) {
        kinds.removeIf(before -> before.name.equals(kind.name));
        kinds.add(kind);
    }

    // ---- bus relations -------------------------------------------------------------------------------------------------------------

    /// Asks the stack which devices its bus has: those that are new are started, and those that have gone are removed. Whoever
    /// calls changes the devnode.
    void enumerate(Caller caller, Devnode parent) {
        if (parent.state != Devnode.State.STARTED) {
            return;
        }
        List<DeviceObject> reported = relations(caller, parent);
        for (Devnode child : List.copyOf(parent.children).reversed()) {
            if (!reported.contains(child.pdo)) {
                child.missing = true;
                pnp.missing(caller, child);
            }
        }
        for (DeviceObject pdo : reported) {
            if (pdo.node == null || pdo.node.pdo != pdo) {
                arrived(caller, parent, pdo);
            }
        }
    }

    private List<DeviceObject> relations(Caller caller, Devnode parent) {
        long[] answer = new long[1];
        int status = pnp.ask(caller, parent.physical, QUERY_DEVICE_RELATIONS, answer, 0);
        List<DeviceObject> devices = new ArrayList<>();
        if (status < 0 || answer[0] == 0) {
            return devices;
        }
        int count = machine.memory.field32(answer[0]);
        for (int i = 0; i < count; i++) {
            DeviceObject device = IoManager.of(machine).device(machine.memory.field64(answer[0] + 8 + 8L * i));
            if (device != null && !devices.contains(device)) {
                devices.add(device);
            }
        }
        free(answer[0]);
        return devices;
    }

    /// What a driver allocated to answer a request is PnP's to free.
    void free(long address) {
        Region region = machine.memory.regionNear(null, address);
        if (region != null && region.base == address && !region.freed) {
            Heap heap = region.paged ? machine.paged : machine.nonpaged;
            heap.free(region);
        }
    }

    List<String> hardwareIds(Caller caller, DeviceObject pdo) {
        return ids(caller, pdo, HARDWARE_IDS);
    }

    /// The texts of an answer to IRP_MN_QUERY_ID, one or several.
    private List<String> ids(Caller caller, DeviceObject pdo, int type) {
        long[] answer = new long[1];
        int status = pnp.ask(caller, pdo, QUERY_ID, answer, type);
        List<String> texts = new ArrayList<>();
        if (status < 0 || answer[0] == 0) {
            return texts;
        }
        StringBuilder text = new StringBuilder();
        for (long at = answer[0]; at < answer[0] + TEXT_LIMIT; at += 2) {
            int low = machine.memory.peek(null, at);
            int high = machine.memory.peek(null, at + 1);
            char c = (char) (low & 0xFF | (high & 0xFF) << 8);
            if (low < 0 || high < 0 || c == 0) {
                if (text.isEmpty()) {
                    break;
                }
                texts.add(text.toString());
                text.setLength(0);
                if (type == DEVICE_ID || type == INSTANCE_ID) {
                    break;
                }
            } else {
                text.append(c);
            }
        }
        free(answer[0]);
        return texts;
    }

    /// DEVICE_CAPABILITIES of a stack, as 32-bit numbers. @param status gets how the stack answered
    int[] capabilities(Caller caller, DeviceObject pdo, int[] status) {
        Region block = machine.need(machine.nonpaged, CAPABILITIES, "DEVICE_CAPABILITIES");
        machine.memory.store(null, block.base, new byte[CAPABILITIES]);
        machine.memory.store(null, block.base, new byte[] {CAPABILITIES, 0, 1, 0});
        machine.memory.field64(block.base + 8, -1L);                  // Address and UINumber: unknown
        status[0] = pnp.ask(caller, pdo, PnpManager.QUERY_CAPABILITIES, new long[1], block.base);
        int[] answer = new int[CAPABILITIES / 4];
        for (int i = 0; i < answer.length; i++) {
            answer[i] = machine.memory.field32(block.base + 4 * i);
        }
        machine.nonpaged.free(block);
        return answer;
    }

    // ---- devices that come and go --------------------------------------------------------------------------------------------------

    private void arrived(Caller caller, Devnode parent, DeviceObject pdo) {
        List<String> device = ids(caller, pdo, DEVICE_ID);
        List<String> instance = ids(caller, pdo, INSTANCE_ID);
        if (device.isEmpty()) {
            tell("%s reports a device without a device ID: it is left alone", parent.name);
            return;
        }
        List<String> all = new ArrayList<>(ids(caller, pdo, HARDWARE_IDS));
        List<String> hardware = List.copyOf(all);
        List<String> compatible = ids(caller, pdo, COMPATIBLE_IDS);
        all.addAll(compatible);
        int[] answered = new int[1];
        int[] capabilities = capabilities(caller, pdo, answered);
        int flags = answered[0] < 0 ? 0 : capabilities[1];
        String path = path(parent, device.getFirst(), instance.isEmpty() ? "0000" : instance.getFirst(), (flags & UNIQUE_ID) != 0);
        Devnode kind = kindOf(all);
        Devnode node = byPath.get(path.toLowerCase(Locale.ROOT));
        if (node != null && node.pdo != null) {
            node.parent.askAgain = true;                              // the one before is not gone yet: then this one's turn comes
            return;
        }
        if (node == null || kind != null && !node.drivers().equals(kind.drivers())) {
            node = kind == null ? Devnode.ofBus(path, path, null) : Devnode.ofBus(nameFor(kind), path, kind);
            byPath.put(path.toLowerCase(Locale.ROOT), node);
        }
        node.arrive(parent, pdo);
        node.reportedHardwareIds = hardware;
        node.reportedCompatibleIds = compatible;
        pdo.node = node;
        pdo.pnpName = pdo.name;
        pdo.flags(pdo.flags() | PnpManager.BUS_ENUMERATED_DEVICE);
        pnp.adopt(node);
        if (kind == null && (flags & RAW_DEVICE_OK) == 0) {
            tell("no devnode has a hardware_id for %s, one of %s: it gets no driver", path, all.isEmpty() ? "no IDs" : String.join(", ", all));
            return;
        }
        pnp.start(caller, node);
    }

    private void tell(String format, Object... arguments) {
        machine.emit(new Events.Printed("wdfs", format.formatted(arguments)));
    }

    /// A bus that numbers its devices anew in each machine gets a prefix, which tells two of its kind apart.
    private static String path(Devnode parent, String device, String instance, boolean unique) {
        return device + "\\" + (unique ? instance : "%d&%x&0&%s".formatted(parent.depth() + 1, parent.instancePath().toLowerCase(Locale.ROOT).hashCode(), instance));
    }

    /// The IDs in their order: the first that a devnode names decides.
    private Devnode kindOf(List<String> ids) {
        for (String id : ids) {
            for (Devnode kind : kinds) {
                if (kind.hardwareIds.stream().anyMatch(id::equalsIgnoreCase)) {
                    return kind;
                }
            }
        }
        return null;
    }

    private String nameFor(Devnode kind) {
        String name = kind.name;
        for (int i = 2; isTaken(name); i++) {
            name = kind.name + "#" + i;
        }
        return name;
    }

    private boolean isTaken(String name) {
        return byPath.values().stream().anyMatch(node -> node.name.equals(name));
    }

    /// Its bus has let go of it, or has itself gone.
    void left(Devnode node) {
        Devnode parent = node.parent;
        node.leave();
        pnp.disown(node);
        if (parent.askAgain) {
            parent.askAgain = false;
            invalidate(parent);
        }
    }

    /// IoInvalidateDeviceRelations: in a thread of its own, for whoever asks may be in the middle of a change.
    void invalidate(Devnode parent) {
        if (parent.asked) {
            return;
        }
        parent.asked = true;
        IoManager.of(machine).inSystemThread.accept(caller -> {
            parent.beginChange(caller);
            parent.asked = false;
            try {
                enumerate(caller, parent);
            } finally {
                parent.endChange();
            }
        });
    }
}
