package wdfs.io;

import wdfs.hardware.SimulatedDevice;
import wdfs.machine.Region;
import wdfs.runtime.Machine;

/// A device object: its structure is in memory, where drivers read and change it.
public final class DeviceObject {
    public static final int SIZE = 0x150;
    public static final int REFERENCE_COUNT = 0x04;
    public static final int DRIVER = 0x08;
    public static final int NEXT = 0x10;
    public static final int ATTACHED = 0x18;
    public static final int CURRENT_IRP = 0x20;
    public static final int FLAGS = 0x30;
    public static final int CHARACTERISTICS = 0x34;
    public static final int EXTENSION = 0x40;
    public static final int DEVICE_TYPE = 0x48;
    public static final int STACK_SIZE = 0x4C;

    public static final int DO_BUFFERED_IO = 0x4;
    public static final int DO_EXCLUSIVE = 0x8;
    public static final int DO_DIRECT_IO = 0x10;
    public static final int DO_DEVICE_HAS_NAME = 0x40;
    public static final int DO_DEVICE_INITIALIZING = 0x80;
    public static final int DO_POWER_PAGABLE = 0x2000;

    final Machine machine;
    public final DriverObject driver;
    final Region block;
    final Region extension;
    public final String name;
    public DeviceObject attachedTo;
    public DeviceObject attached;
    public int opens;
    boolean deleted;
    /// The name that PnP gave the device at the bottom of the stack; empty for others.
    public String pnpName = "";
    /// What PnP found, for the device at the bottom of the stack; null for others.
    public Devnode node;
    /// What PoSetPowerState was last told: D0 until then.
    int powerState = 1;
    /// Part of a stack inside a driver host: requests for it have {@link Irp#hosted}.
    public boolean inHost;
    /// Takes reads and writes in any form, whatever its flags say (UMDF-121).
    public boolean takesAnyForm;
    /// Of the device at the bottom of a stack, what it stands for; null if that is no simulated hardware.
    public SimulatedDevice hardware;
    /// Who may open it; empty for everybody.
    public String sddl = "";
    /// The framework's device.
    public Object framework;

    DeviceObject(Machine machine, DriverObject driver, Region block, Region extension, String name) {
        this.machine = machine;
        this.driver = driver;
        this.block = block;
        this.extension = extension;
        this.name = name;
    }

    /// What the stack drives; null if that is no simulated hardware.
    public SimulatedDevice hardware() {
        DeviceObject device = this;
        while (device.attachedTo != null) {
            device = device.attachedTo;
        }
        return device.hardware;
    }

    public long address() {
        return block.base;
    }

    public int flags() {
        return get32(FLAGS);
    }

    public void flags(int value) {
        put32(FLAGS, value);
    }

    public int deviceType() {
        return get32(DEVICE_TYPE);
    }

    public void characteristics(int characteristics) {
        put32(CHARACTERISTICS, characteristics);
    }

    public int characteristics() {
        return get32(CHARACTERISTICS);
    }

    public int stackSize() {
        return machine.memory.peek(null, block.base + STACK_SIZE);
    }

    public void stackSize(int locations) {
        put32(STACK_SIZE, locations);
    }

    int get32(int offset) {
        return machine.memory.field32(block.base + offset);
    }

    void put32(int offset, int value) {
        machine.memory.field32(block.base + offset, value);
    }

    void put64(int offset, long value) {
        machine.memory.field64(block.base + offset, value);
    }

    public boolean isDeleted() {
        return deleted;
    }

    /// The device at the top of the stack: requests begin there.
    public DeviceObject top() {
        DeviceObject device = this;
        while (device.attached != null) {
            device = device.attached;
        }
        return device;
    }

    /// The devnode whose stack it is part of; null for a device that PnP did not find.
    public Devnode devnode() {
        DeviceObject device = this;
        while (device.attachedTo != null) {
            device = device.attachedTo;
        }
        return device.node;
    }

    public String label() {
        return name.isEmpty() ? "the device of " + driver.name() : name;
    }
}
