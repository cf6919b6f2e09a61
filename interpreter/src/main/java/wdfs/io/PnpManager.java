package wdfs.io;

import java.util.ArrayList;
import java.util.List;
import wdfs.runtime.Caller;
import wdfs.runtime.Events;
import wdfs.runtime.ImageLayout;
import wdfs.runtime.Machine;

/// The PnP manager and its root bus: makes a physical device object for each devnode, has the drivers attach to it from the
/// lowest to the highest, starts the stack and removes it.
public final class PnpManager {
    public static final int PNP = 0x1B;
    public static final int POWER = 0x16;
    public static final int SYSTEM_CONTROL = 0x17;
    public static final int START_DEVICE = 0x00;
    public static final int REMOVE_DEVICE = 0x02;
    private static final int NOT_SUPPORTED = 0xC00000BB;
    private static final int DRIVER_UNABLE_TO_LOAD = 0xC000026C;
    private static final int INVALID_DEVICE_STATE = 0xC0000184;
    private static final int BUS_ENUMERATED_DEVICE = 0x1000;

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
    private DriverObject root;

    private PnpManager(Machine machine) {
        this.machine = machine;
    }

    public static PnpManager of(Machine machine) {
        return machine.part(PnpManager.class, PnpManager::new);
    }

    public void declare(Devnode node) {
        nodes.add(node);
    }

    public List<Devnode> nodes() {
        return List.copyOf(nodes);
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

    private DeviceObject physical() {
        DeviceObject[] created = new DeviceObject[1];
        String name = IoManager.of(machine).generatedName();
        if (IoManager.of(machine).createDevice(root(), 0, name, 0x4, 0x80, false, created) < 0) {
            return null;
        }
        DeviceObject physical = created[0];
        physical.pnpName = name;
        physical.flags(physical.flags() & ~DeviceObject.DO_DEVICE_INITIALIZING | BUS_ENUMERATED_DEVICE);
        return physical;
    }

    // ---- start ---------------------------------------------------------------------------------------------------------------------

    /// Builds the stack and starts it; on failure takes it down again. PASSIVE_LEVEL, in a thread of the system.
    /// @return STATUS_SUCCESS, or the status of the driver that failed
    public int start(Caller caller, Devnode node, Loader loader) {
        node.beginChange(caller);
        try {
            return build(caller, node, loader);
        } finally {
            node.endChange();
        }
    }

    private int build(Caller caller, Devnode node, Loader loader) {
        DeviceObject physical = physical();
        if (physical == null) {
            return IoManager.STATUS_INSUFFICIENT_RESOURCES;
        }
        node.physical = physical;
        int status = attach(caller, node, loader);
        String step = "";
        if (status >= 0) {
            step = "its start";
            status = send(caller, physical, START_DEVICE);
        }
        if (status >= 0) {
            node.state = Devnode.State.STARTED;
            return status;
        }
        node.state = Devnode.State.FAILED;
        machine.emit(new Events.Printed("wdfs", "devnode %s failed: %s%s".formatted(node.name, step.isEmpty() ? "" : step + " ended with ", step.isEmpty() ? reason : machine.statuses.name(status))));
        takeDown(caller, node);
        return status;
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

    /// The orderly end of a device: no file is open on it any more.
    public void remove(Caller caller, Devnode node) {
        node.beginChange(caller);
        try {
            if (node.physical != null) {
                takeDown(caller, node);
            }
            node.state = Devnode.State.ABSENT;
        } finally {
            node.endChange();
        }
    }

    /// A driver of the stack failed for good, at any time, its start included: what is left of the stack goes, and it is built
    /// anew. A devnode that has been removed stays away.
    /// @param again or the device stays failed
    public void restart(Caller caller, Devnode node, Loader loader, boolean again) {
        node.beginChange(caller);
        try {
            if (node.state == Devnode.State.ABSENT) {
                return;
            }
            if (node.physical != null) {
                takeDown(caller, node);
            }
            node.state = Devnode.State.FAILED;
            if (again) {
                build(caller, node, loader);
            }
        } finally {
            node.endChange();
        }
    }

    private void takeDown(Caller caller, Devnode node) {
        DeviceObject physical = node.physical;
        node.physical = null;
        if (physical.attached != null) {
            send(caller, physical, REMOVE_DEVICE);
        }
        IoManager.of(caller).deleteDevice(physical);
    }

    /// IRP_MJ_PNP to the top of a stack; its status begins as STATUS_NOT_SUPPORTED, which means that nobody handled it.
    private int send(Caller caller, DeviceObject physical, int minor) {
        byte[] location = new byte[Irp.STACK_LOCATION_SIZE];
        location[0] = PNP;
        location[1] = (byte) minor;
        return Transfers.send(caller, physical, null, location, NOT_SUPPORTED, new long[1]);
    }
}
