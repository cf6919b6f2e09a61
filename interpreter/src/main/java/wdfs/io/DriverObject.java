package wdfs.io;

import java.util.ArrayList;
import java.util.List;
import wdfs.machine.Region;
import wdfs.runtime.LoadedImage;
import wdfs.runtime.Machine;

/// A loaded driver.
public final class DriverObject {
    public static final int SIZE = 0x150;
    public static final int DEVICE_OBJECT = 0x08;
    public static final int UNLOAD = 0x68;
    public static final int MAJOR_FUNCTION = 0x70;

    final Machine machine;
    public final LoadedImage image;
    final Region block;
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
        void unload(wdfs.runtime.Caller caller);
    }

    DriverObject(Machine machine, LoadedImage image, Region block) {
        this.machine = machine;
        this.image = image;
        this.block = block;
    }

    public String name() {
        return image.name();
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
