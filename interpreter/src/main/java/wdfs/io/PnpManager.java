package wdfs.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import wdfs.hardware.ResourceLists;
import wdfs.hardware.SystemBus;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Events;
import wdfs.runtime.ImageLayout;
import wdfs.runtime.Machine;

/// The PnP manager and its root bus: makes a physical device object for each devnode, has the drivers attach to it from the
/// lowest to the highest, starts the stack, stops it for a rebalance, and removes it, with the device's leave or without.
public final class PnpManager {
    public static final int PNP = 0x1B;
    public static final int POWER = 0x16;
    public static final int SYSTEM_CONTROL = 0x17;
    public static final int START_DEVICE = 0x00;
    public static final int QUERY_REMOVE_DEVICE = 0x01;
    public static final int REMOVE_DEVICE = 0x02;
    public static final int CANCEL_REMOVE_DEVICE = 0x03;
    public static final int STOP_DEVICE = 0x04;
    public static final int QUERY_STOP_DEVICE = 0x05;
    public static final int CANCEL_STOP_DEVICE = 0x06;
    public static final int QUERY_INTERFACE = 0x08;
    public static final int QUERY_CAPABILITIES = 0x09;
    public static final int FILTER_RESOURCE_REQUIREMENTS = 0x0D;
    public static final int EJECT = 0x11;
    public static final int QUERY_PNP_DEVICE_STATE = 0x14;
    public static final int DEVICE_USAGE_NOTIFICATION = 0x16;
    public static final int SURPRISE_REMOVAL = 0x17;
    /// PNP_DEVICE_STATE.
    public static final int DEVICE_NOT_DISABLEABLE = 0x20;
    public static final int DEVICE_REMOVED = 0x08;
    public static final int DEVICE_FAILED = 0x04;
    private static final int NOT_SUPPORTED = 0xC00000BB;
    private static final int DRIVER_UNABLE_TO_LOAD = 0xC000026C;
    private static final int INVALID_DEVICE_STATE = 0xC0000184;
    private static final int NO_SUCH_DEVICE = 0xC000000E;
    private static final int INVALID_DEVICE_REQUEST = 0xC0000010;
    private static final int UNSUCCESSFUL = 0xC0000001;
    private static final int CONFLICTING_ADDRESSES = 0xC0000018;
    static final int BUS_ENUMERATED_DEVICE = 0x1000;

    /// Who loads the drivers that a devnode names.
    public interface Loader {
        /// The driver, loaded now if it was not; null if that fails.
        DriverObject forDevice(Caller caller, String name);

        /// Whether the driver runs in a host process: then the reflector takes its place in the stack.
        boolean runsInHost(String name);

        /// Neighbours in a stack that run in a host: one device of the reflector stands for them all. @return a status
        int addHosted(Caller caller, Devnode node, List<String> names, DeviceObject physical);
    }

    private final Machine machine;
    private final List<Devnode> nodes = new ArrayList<>();
    private final Map<String, Devnode> byName = new HashMap<>();
    /// How many devnodes each function driver has.
    private final Map<String, Integer> instances = new HashMap<>();
    private DriverObject root;
    /// Loads drivers for stacks that are built anew.
    private Loader loader;

    private final BusDevices buses;

    private PnpManager(Machine machine) {
        this.machine = machine;
        this.buses = new BusDevices(machine, this);
    }

    public static PnpManager of(Machine machine) {
        return machine.part(PnpManager.class, PnpManager::new);
    }

    public void declare(Devnode node) {
        if (!node.hardwareIds.isEmpty()) {
            buses.declare(node);
            byName.putIfAbsent(node.name, node);
            return;
        }
        if (node.hardware != null) {
            SystemBus.of(machine).onDriverWrite(caller -> AccessBits.stateChanges(caller, "a register of a device"));
        }
        nodes.removeIf(before -> before.name.equals(node.name) && before.physical == null);
        node.instance = instances.merge(node.function(), 1, Integer::sum) - 1;
        nodes.add(node);
        byName.put(node.name, node);
    }

    /// The devnode of that name; null if the script declares none.
    public Devnode node(String name) {
        return byName.get(name);
    }

    /// Which requests of PnP the root bus has an answer to; what it does not know keeps the status it came with.
    static boolean isHandled(int minor) {
        return minor <= CANCEL_STOP_DEVICE || minor == SURPRISE_REMOVAL;
    }

    /// All devices that are known; a bus comes before its devices.
    /// What its bus says of a device; one of the root bus has what its driver's name makes.
    public List<String> hardwareIds(Caller caller, Devnode node) {
        return node.isOfBus() ? buses.hardwareIds(caller, node.physical()) : List.of("Root\\" + node.function());
    }

    public List<Devnode> nodes() {
        return List.copyOf(nodes);
    }

    /// A bus has reported the device.
    void adopt(Devnode node) {
        nodes.add(node);
        byName.put(node.name, node);
    }

    void disown(Devnode node) {
        nodes.remove(node);
    }

    /// IoInvalidateDeviceRelations for the devices of a bus.
    public void invalidateRelations(Devnode bus) {
        buses.invalidate(bus);
    }

    /// DEVICE_CAPABILITIES of a stack, as 32-bit numbers. @param status gets how the stack answered
    public int[] capabilities(Caller caller, DeviceObject physical, int[] status) {
        return buses.capabilities(caller, physical, status);
    }

    void freeAnswer(long address) {
        buses.free(address);
    }

    // ---- the root bus --------------------------------------------------------------------------------------------------------------

    private DriverObject root() {
        if (root == null) {
            root = IoManager.of(machine).newSystemDriver("PnpManager");
            long dispatch = ImageLayout.KERNEL_NATIVES + 16L * machine.natives.ordinal("PnpRootDispatch");
            root.put64(DriverObject.MAJOR_FUNCTION + 8 * PNP, dispatch);
            root.put64(DriverObject.MAJOR_FUNCTION + 8 * POWER, dispatch);
        }
        return root;
    }

    private DeviceObject physical(Devnode node) {
        DeviceObject[] created = new DeviceObject[1];
        String name = IoManager.of(machine).generatedName();
        if (IoManager.of(machine).createDevice(root(), 0, name, 0x4, 0x80, false, created) < 0) {
            return null;
        }
        DeviceObject physical = created[0];
        physical.pnpName = name;
        physical.node = node;
        physical.flags(physical.flags() & ~DeviceObject.DO_DEVICE_INITIALIZING | BUS_ENUMERATED_DEVICE);
        return physical;
    }

    // ---- start ---------------------------------------------------------------------------------------------------------------------

    /// Who loads the drivers of the devices that are plugged in from now on.
    public void loadWith(Loader with) {
        loader = with;
    }

    /// Boot: builds the stacks of the devices that are there, in the order of the text.
    public void startAll(Caller caller, Loader with) {
        loadWith(with);
        for (Devnode node : nodes()) {                                // a bus that starts brings devices of its own
            if (node.isThereAtBoot()) {
                plug(caller, node);
            }
        }
    }

    /// The device is there now: builds its stack and starts it; on failure takes it down again. PASSIVE_LEVEL, in a thread of
    /// the system. A device whose start failed gets another try.
    /// @return STATUS_SUCCESS, or the status of the driver that failed
    public int plug(Caller caller, Devnode node) {
        return change(caller, node, () -> {
            if (!node.hardwareIds.isEmpty() || node.isOfBus() && node.pdo == null) {
                return NO_SUCH_DEVICE;                                // only its bus can tell that it is there
            }
            if (node.state != Devnode.State.ABSENT && node.state != Devnode.State.FAILED || node.physical != null || PowerManager.of(machine).isAsleep()) {
                return INVALID_DEVICE_STATE;
            }
            return build(caller, node);
        });
    }

    private int change(Caller caller, Devnode node, IntSupplier what) {
        node.beginChange(caller);
        try {
            return what.getAsInt();
        } finally {
            node.endChange();
        }
    }

    /// A device that its bus has just reported.
    void start(Caller caller, Devnode node) {
        change(caller, node, () -> node.pdo != null && node.physical == null ? build(caller, node) : 0);
    }

    private int build(Caller caller, Devnode node) {
        DeviceObject physical = node.isOfBus() ? node.pdo : physical(node);
        if (physical == null) {
            return IoManager.STATUS_INSUFFICIENT_RESOURCES;
        }
        node.physical = physical;
        if (!node.isOfBus()) {
            physical.hardware = node.hardware;
        }
        node.state = Devnode.State.STARTING;
        int status = attach(caller, node, loader);
        String step = "";
        if (status >= 0 && node.hardware != null && !node.hardware.conflict().isEmpty()) {
            reason = "line %s has another device, and one of them does not share it".formatted(node.hardware.conflict());
            status = CONFLICTING_ADDRESSES;
        } else if (status >= 0) {
            step = "its start";
            status = restart(caller, node);
        }
        if (status >= 0) {
            return status;
        }
        node.state = Devnode.State.FAILED;
        machine.emit(new Events.Printed("wdfs", "devnode %s failed: %s%s".formatted(node.name, step.isEmpty() ? "" : step + " ended with ", step.isEmpty() ? reason : machine.statuses.name(status))));
        takeDown(caller, node);
        return status;
    }

    private int restart(Caller caller, Devnode node) {
        node.state = Devnode.State.STARTING;
        int status = dealOut(caller, node);
        if (status >= 0) {
            status = startDevice(caller, node);
        }
        if (status >= 0) {
            node.state = Devnode.State.STARTED;
            DeviceInterfaces.of(machine).started(node);
            buses.enumerate(caller, node);
        }
        return status;
    }

    /// IRP_MN_FILTER_RESOURCE_REQUIREMENTS: what the bus asks for the device, the drivers of its stack may change; then the device gets
    /// what is asked for. @return a status: a driver's, or STATUS_CONFLICTING_ADDRESSES if something is asked for that the bus has not
    private int dealOut(Caller caller, Devnode node) {
        long list = 0;
        if (node.hardware != null) {
            byte[] asked = ResourceLists.requirements(node.hardware);
            Region block = machine.need(machine.paged, asked.length, "IO_RESOURCE_REQUIREMENTS_LIST");
            machine.memory.store(null, block.base, asked);
            list = block.base;
        }
        long[] answer = {list};
        byte[] location = location(PNP, FILTER_RESOURCE_REQUIREMENTS);
        ByteBuffer.wrap(location).order(ByteOrder.LITTLE_ENDIAN).putLong(8, list);
        int status = Transfers.send(caller, node.physical, null, location, NOT_SUPPORTED, answer);
        boolean filtered = status >= 0 || status == NOT_SUPPORTED;
        List<Integer> places = filtered ? new ResourceRequirements(machine, node.hardware).satisfied(answer[0]) : null;
        if (answer[0] != 0) {
            buses.free(answer[0]);
        }
        if (places == null) {
            return filtered ? CONFLICTING_ADDRESSES : status;
        }
        if (node.hardware != null) {
            node.hardware.assigned(places);
        }
        return 0;
    }

    /// IRP_MN_START_DEVICE: the device has its power, and the drivers are told what it has of the system (OBJ-184).
    private int startDevice(Caller caller, Devnode node) {
        if (node.hardware == null) {
            return send(caller, node.physical, START_DEVICE);
        }
        node.hardware.appear();
        node.hardware.switchOn();
        if (ResourceLists.isEmpty(node.hardware)) {
            return send(caller, node.physical, START_DEVICE);
        }
        Region raw = resources(node, false);
        Region translated = resources(node, true);
        int status = send(caller, node.physical, START_DEVICE, raw.base, translated.base);
        machine.nonpaged.free(raw);
        machine.nonpaged.free(translated);
        return status;
    }

    private Region resources(Devnode node, boolean translated) {
        byte[] list = ResourceLists.list(node.hardware, translated);
        Region block = machine.need(machine.nonpaged, list.length, "CM_RESOURCE_LIST");
        machine.memory.store(null, block.base, list);
        return block;
    }

    private String reason = "";

    /// OBJ-150: lower filters, function driver, upper filters.
    private int attach(Caller caller, Devnode node, Loader loader) {
        List<String> names = node.drivers();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            int status;
            if (loader.runsInHost(name)) {
                int end = i + 1;
                while (end < names.size() && loader.runsInHost(names.get(end))) {
                    end++;
                }
                status = loader.addHosted(caller, node, names.subList(i, end), node.physical);
                i = end - 1;
            } else {
                DriverObject driver = loader.forDevice(caller, name);
                if (driver == null || !driver.takesDevices()) {
                    reason = "driver %s %s".formatted(name, driver == null ? "did not load" : "has no EvtDriverDeviceAdd or AddDevice, so it drives no plug-and-play device");
                    return driver == null ? DRIVER_UNABLE_TO_LOAD : INVALID_DEVICE_STATE;
                }
                status = add(caller, driver, node.physical);
            }
            if (status < 0) {
                reason = "adding the device to driver %s ended with %s".formatted(name, machine.statuses.name(status));
                return status;
            }
        }
        return 0;
    }

    private int add(Caller caller, DriverObject driver, DeviceObject physical) {
        var before = caller.image;
        caller.image = driver.image;
        try {
            if (driver.dispatcher != null) {
                return driver.dispatcher.addDevice(caller, physical);
            }
            return (int) caller.invoke(driver.addDevice(), driver.address(), physical.address());
        } finally {
            caller.image = before;
        }
    }

    // ---- removal -------------------------------------------------------------------------------------------------------------------

    /// The orderly way out: the drivers are asked, and what is open keeps the device.
    /// @return STATUS_SUCCESS, or the status of whoever said no; then the device runs on
    public int remove(Caller caller, Devnode node) {
        return change(caller, node, () -> {
            if (node.physical == null) {
                boolean failed = node.state == Devnode.State.FAILED;  // then it was there, and did not run
                node.state = Devnode.State.ABSENT;
                return failed ? 0 : NO_SUCH_DEVICE;
            }
            return removeStarted(caller, node);
        });
    }

    private int removeStarted(Caller caller, Devnode node) {
        if (node.state != Devnode.State.STARTED || PowerManager.of(machine).isAsleep()) {
            return INVALID_DEVICE_STATE;
        }
        List<Devnode> below = new ArrayList<>();
        changeBelow(caller, node, below);
        try {
            return removeAll(caller, below.reversed(), node);
        } finally {
            below.reversed().forEach(Devnode::endChange);
        }
    }

    /// The button of the slot was pressed: an orderly removal, and then the bus lets go of the device, if it can.
    public void requestEject(Devnode node) {
        IoManager.of(machine).inSystemThread.accept(caller -> change(caller, node, () -> {
            int status = node.physical == null ? 0 : removeStarted(caller, node);
            if (status >= 0 && node.pdo != null) {
                status = send(caller, node.pdo, EJECT);
            }
            if (status < 0) {
                machine.emit(new Events.Printed("wdfs", "devnode %s is not ejected: %s".formatted(node.name, machine.statuses.name(status))));
            }
            return status;
        }));
    }

    /// The devices of a bus change with it: a bus comes before its devices in the list.
    private void changeBelow(Caller caller, Devnode node, List<Devnode> below) {
        for (Devnode child : List.copyOf(node.children)) {
            child.beginChange(caller);
            below.add(child);
            changeBelow(caller, child, below);
        }
    }

    /// The devices of a bus are asked before the bus, and go before it.
    private int removeAll(Caller caller, List<Devnode> below, Devnode node) {
        List<Devnode> asked = new ArrayList<>();
        List<Devnode> all = new ArrayList<>(below);
        all.add(node);
        for (Devnode each : all) {
            if (each.state != Devnode.State.STARTED) {
                continue;
            }
            int status = queryRemove(caller, each);
            if (status < 0) {
                asked.reversed().forEach(before -> cancelRemove(caller, before));
                return status;
            }
            asked.add(each);
        }
        for (Devnode each : all) {
            if (each.physical != null) {
                DeviceInterfaces.of(machine).targetRemoved(caller, each);
                takeDownOne(caller, each);
            }
            each.state = Devnode.State.ABSENT;
        }
        return 0;
    }

    private void cancelRemove(Caller caller, Devnode node) {
        send(caller, node.physical, CANCEL_REMOVE_DEVICE);
        node.state = Devnode.State.STARTED;
        DeviceInterfaces.of(machine).targetRemovalCancelled(caller, node);
    }

    private int queryRemove(Caller caller, Devnode node) {
        int status = DeviceInterfaces.of(machine).queryTargetRemoval(caller, node);
        if (status < 0) {
            DeviceInterfaces.of(machine).targetRemovalCancelled(caller, node);
            return status;
        }
        node.state = Devnode.State.QUERY_REMOVE;
        status = send(caller, node.physical, QUERY_REMOVE_DEVICE);
        if (status >= 0 && node.openFiles() > 0) {
            // PNP_VetoOutstandingOpen: whatever the drivers say, a device that somebody has open is not removed.
            status = UNSUCCESSFUL;
        }
        if (status < 0) {
            cancelRemove(caller, node);
        }
        return status;
    }

    /// The device has been pulled out (OBJ-177): the drivers hear of it at once, and IRP_MN_REMOVE_DEVICE follows when nobody
    /// has it open any more.
    public int unplug(Caller caller, Devnode node) {
        if (node.isOfBus() && node.pdo != null) {
            return INVALID_DEVICE_REQUEST;                            // only its bus notices: the bus driver reports it missing
        }
        return change(caller, node, () -> {
            if (node.hardware != null) {
                node.hardware.vanish();                               // OBJ-180: before any driver hears of it
            }
            return surpriseRemove(caller, node);
        });
    }

    private int surpriseRemove(Caller caller, Devnode node) {
        switch (node.state) {
            case ABSENT -> {
                return NO_SUCH_DEVICE;
            }
            case SURPRISE_REMOVED -> {
                node.comesBack = false;
                return 0;
            }
            case FAILED -> {
                if (node.physical == null) {
                    node.state = Devnode.State.ABSENT;
                    return 0;
                }
            }
            case STARTING, STARTED, STOPPED, QUERY_REMOVE -> { }
        }
        for (Devnode child : List.copyOf(node.children).reversed()) { // what is on a bus has gone with it
            change(caller, child, () -> surpriseRemove(caller, child));
        }
        node.state = Devnode.State.SURPRISE_REMOVED;
        send(caller, node.physical, SURPRISE_REMOVAL);
        DeviceInterfaces.of(machine).targetRemoved(caller, node);
        if (node.canFinish()) {
            finishSurprise(caller, node);
        }
        return 0;
    }

    /// A bus no longer reports the device. A device that has no stack hears of it by IRP_MN_REMOVE_DEVICE alone, as its bus does.
    void missing(Caller caller, Devnode node) {
        change(caller, node, () -> {
            if (node.physical == null) {
                node.state = Devnode.State.ABSENT;
                removePhysical(caller, node);
            } else {
                surpriseRemove(caller, node);
            }
            return 0;
        });
    }

    private void removePhysical(Caller caller, Devnode node) {
        if (node.pdo != null) {
            send(caller, node.pdo, REMOVE_DEVICE);
            buses.left(node);
        }
    }

    private void finishSurprise(Caller caller, Devnode node) {
        takeDown(caller, node);
        node.state = Devnode.State.ABSENT;
        if (node.parent != null) {
            closed(node.parent);                                      // a bus that was pulled out goes behind its devices
        }
        if (node.comesBack) {
            node.comesBack = false;
            build(caller, node);
        }
    }

    /// A file of the stack was closed.
    void closed(Devnode node) {
        if (node.state == Devnode.State.SURPRISE_REMOVED && node.canFinish()) {
            IoManager.of(machine).inSystemThread.accept(caller -> change(caller, node, () -> {
                if (node.state == Devnode.State.SURPRISE_REMOVED && node.canFinish()) {
                    finishSurprise(caller, node);
                }
                return 0;
            }));
        }
    }

    /// The end of the run: the drivers are asked as for any removal, and what they answer keeps nothing: the machine goes down.
    public void shutDown(Caller caller, Devnode node) {
        change(caller, node, () -> {
            if (node.physical != null) {
                if (node.state == Devnode.State.STARTED) {
                    send(caller, node.physical, QUERY_REMOVE_DEVICE);
                }
                takeDown(caller, node);
            }
            node.state = Devnode.State.ABSENT;
            return 0;
        });
    }

    /// OBJ-186: the resources of the device are dealt out anew. @return the status of who vetoed, or of the new start
    public int rebalance(Caller caller, Devnode node) {
        return change(caller, node, () -> {
            if (node.state != Devnode.State.STARTED || PowerManager.of(machine).isAsleep()) {
                return node.physical == null ? NO_SUCH_DEVICE : INVALID_DEVICE_STATE;
            }
            int status = send(caller, node.physical, QUERY_STOP_DEVICE);
            if (status < 0) {
                send(caller, node.physical, CANCEL_STOP_DEVICE);
                return status;
            }
            send(caller, node.physical, STOP_DEVICE);
            node.state = Devnode.State.STOPPED;
            status = restart(caller, node);
            if (status < 0) {
                surpriseRemove(caller, node);
                if (node.state == Devnode.State.ABSENT) {
                    node.state = Devnode.State.FAILED;
                }
            }
            return status;
        });
    }

    /// A driver of the stack failed for good, at any time, its start included: what is left of the stack goes, and it is built
    /// anew. A devnode that has been removed stays away.
    /// @param again or the device stays failed
    public void restart(Caller caller, Devnode node, boolean again) {
        change(caller, node, () -> {
            if (node.state == Devnode.State.ABSENT) {
                return 0;
            }
            if (node.physical != null) {
                takeDown(caller, node);
            }
            node.state = Devnode.State.FAILED;
            return again ? build(caller, node) : 0;
        });
    }

    /// IoInvalidateDeviceState: PnP asks the drivers what is the matter, in a thread of its own, and takes down a stack that
    /// says it has failed.
    public void invalidate(Devnode node) {
        DeviceObject asked = node.physical;
        IoManager.of(machine).inSystemThread.accept(caller -> change(caller, node, () -> {
            if (node.physical != asked || asked == null || node.state == Devnode.State.SURPRISE_REMOVED) {
                return 0;
            }
            long[] state = new long[1];
            int status = Transfers.send(caller, asked, null, location(PNP, QUERY_PNP_DEVICE_STATE), NOT_SUPPORTED, state);
            if (status >= 0 && (state[0] & (DEVICE_FAILED | DEVICE_REMOVED)) != 0) {
                boolean failed = (state[0] & DEVICE_FAILED) != 0;
                machine.emit(new Events.Printed("wdfs", failed ? "devnode %s failed: its drivers say so%s".formatted(node.name, node.comesBack ? ", and have it started anew" : "")
                        : "devnode %s is gone: its drivers say so".formatted(node.name)));
                boolean again = node.comesBack;
                surpriseRemove(caller, node);
                if (failed && !again && node.state == Devnode.State.ABSENT) {
                    node.state = Devnode.State.FAILED;
                }
            }
            return 0;
        }));
    }

    private static final int MOST_RESTARTS = 5;
    private static final long RESTARTS_NANOS = 60L * 1_000_000_000;

    /// OBJ-094: the drivers have failed and want to be started anew, as the bus sees to it that asks for the device again. As the
    /// framework does it: five times in a minute, and then no more.
    public void restartAfterFailure(Devnode node) {
        long now = machine.clock.nowNanos();
        if (node.restarts == 0 || now - node.firstRestartNanos > RESTARTS_NANOS) {
            node.restarts = 0;
            node.firstRestartNanos = now;
        }
        node.comesBack = ++node.restarts <= MOST_RESTARTS;
        invalidate(node);
    }

    /// The stack goes, and before it those of the devices that its bus has.
    private void takeDown(Caller caller, Devnode node) {
        for (Devnode child : List.copyOf(node.children).reversed()) {
            change(caller, child, () -> {
                if (child.physical != null) {
                    takeDown(caller, child);
                }
                child.state = Devnode.State.ABSENT;
                return 0;
            });
        }
        takeDownOne(caller, node);
    }

    private void takeDownOne(Caller caller, Devnode node) {
        DeviceObject physical = node.physical;
        DeviceInterfaces.of(machine).gone(node);
        PowerManager.of(machine).gone(caller, node);
        if (physical.attached != null || node.isOfBus()) {
            send(caller, physical, REMOVE_DEVICE);
        }
        node.physical = null;
        for (Devnode child : List.copyOf(node.children)) {            // their bus has deleted them
            buses.left(child);
        }
        if (node.isOfBus()) {
            if (node.missing) {
                buses.left(node);
            }
            return;                                                   // OBJ-187: the physical device is its bus's
        }
        if (physical.hardware != null) {
            SystemBus.of(machine).released(physical.hardware, "");
            physical.hardware.switchOff();
        }
        IoManager.of(caller).deleteDevice(physical);
    }

    private static byte[] location(int major, int minor) {
        byte[] location = new byte[Irp.STACK_LOCATION_SIZE];
        location[0] = (byte) major;
        location[1] = (byte) minor;
        return location;
    }

    /// IRP_MJ_PNP to the top of a stack; its status begins as STATUS_NOT_SUPPORTED, which means that nobody handled it.
    private int send(Caller caller, DeviceObject physical, int minor, long... parameters) {
        byte[] location = location(PNP, minor);
        for (int i = 0; i < parameters.length; i++) {
            ByteBuffer.wrap(location).order(ByteOrder.LITTLE_ENDIAN).putLong(8 + 8 * i, parameters[i]);
        }
        return Transfers.send(caller, physical, null, location, NOT_SUPPORTED, new long[1]);
    }

    /// IRP_MN_QUERY_INTERFACE to the top of a device's stack. @return a status; STATUS_NOT_SUPPORTED if nobody has it
    public int queryInterface(Caller caller, DeviceObject device, long type, int size, int version, long into, long data) {
        return send(caller, device, QUERY_INTERFACE, type, size | (long) version << 16, into, data);
    }

    /// The same for a question, with its first parameter. @param answer gets IoStatus.Information
    int ask(Caller caller, DeviceObject physical, int minor, long[] answer, long parameter) {
        return ask(caller, physical, minor, answer, parameter, 0);
    }

    /// And with a second one.
    public int ask(Caller caller, DeviceObject physical, int minor, long[] answer, long parameter, long second) {
        byte[] location = location(PNP, minor);
        ByteBuffer.wrap(location).order(ByteOrder.LITTLE_ENDIAN).putLong(8, parameter).putLong(0x10, second);
        return Transfers.send(caller, physical, null, location, NOT_SUPPORTED, answer);
    }
}
