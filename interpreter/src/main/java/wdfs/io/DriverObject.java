package wdfs.io;

import java.util.ArrayList;
import java.util.List;
import wdfs.machine.Region;
import wdfs.runtime.LoadedImage;
import wdfs.runtime.Machine;

/// A loaded driver, or one of the system's own, which has no image: its dispatch routines are Java's.
public final class DriverObject {
    public static final int SIZE = 0x150;
    public static final int DEVICE_OBJECT = 0x08;
    public static final int EXTENSION = 0x30;
    public static final int UNLOAD = 0x68;
    public static final int MAJOR_FUNCTION = 0x70;

    /// DRIVER_EXTENSION: the driver object, AddDevice, a count, the name of the service.
    static final int EXTENSION_SIZE = 0x28;
    private static final int ADD_DEVICE = 0x08;

    final Machine machine;
    private final String name;
    /// Null for a driver of the system's own.
    public final LoadedImage image;
    final Region block;
    final Region extension;
    public final List<DeviceObject> devices = new ArrayList<>();
    /// The framework's driver.
    public Object framework;
    /// The framework has it all: then every dispatch routine is the framework's.
    public FrameworkDriver dispatcher;
    public boolean unloaded;
    /// Files that are open on its devices.
    public int openFiles;
    /// Asked to unload while files were open: it goes when the last one is closed.
    public boolean unloadPending;

    /// What a framework wants to hear of the driver that is bound to it.
    public interface FrameworkDriver {
        /// DriverEntry returned that status.
        void entered(wdfs.runtime.Caller caller, int status);

        void unload(wdfs.runtime.Caller caller);

        /// Whether it has EvtDriverDeviceAdd.
        boolean takesDevices();

        /// OBJ-136: whether it is a driver of plug-and-play devices that has left a control device behind: it stays loaded.
        boolean isKeptByControlDevice();

        /// PnP found a device for the driver (OBJ-066). @return a status
        int addDevice(wdfs.runtime.Caller caller, DeviceObject physical);
    }

    DriverObject(Machine machine, String name, LoadedImage image, Region block, Region extension) {
        this.machine = machine;
        this.name = name;
        this.image = image;
        this.block = block;
        this.extension = extension;
        put64(EXTENSION, extension.base);
        machine.memory.field64(extension.base, block.base);
    }

    public String name() {
        return name;
    }

    boolean takesDevices() {
        return dispatcher != null ? dispatcher.takesDevices() : addDevice() != 0;
    }

    /// DriverExtension->AddDevice; 0 if the driver has none.
    long addDevice() {
        return machine.memory.field64(extension.base + ADD_DEVICE);
    }

    public long address() {
        return block.base;
    }

    private long get64(int offset) {
        long at = block.base + offset;
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value |= (long) (machine.memory.peek(null, at + i) & 0xFF) << 8 * i;
        }
        return value;
    }

    public void put64(int offset, long value) {
        byte[] bytes = new byte[8];
        for (int i = 0; i < 8; i++) {
            bytes[i] = (byte) (value >>> 8 * i);
        }
        machine.memory.store(null, block.base + offset, bytes);
    }

    public long majorFunction(int major) {
        return get64(MAJOR_FUNCTION + 8 * major);
    }

    public long unloadRoutine() {
        return get64(UNLOAD);
    }
}
