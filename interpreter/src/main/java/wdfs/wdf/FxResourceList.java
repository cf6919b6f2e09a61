package wdfs.wdf;

import wdfs.hardware.ResourceLists;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// WDFCMRESLIST: a device's resources as the driver is given them (OBJ-184). The framework's own; drivers do not delete it.
final class FxResourceList extends FxObject {
    private final Region block;
    private final int count;
    private final wdfs.machine.Memory.Space space;

    /// @param list a CM_RESOURCE_LIST; empty for a device without resources
    FxResourceList(Machine machine, FxDevice device, byte[] list) {
        super(machine, "WDFCMRESLIST", device);
        space = device.driver.process.space();
        count = list.length == 0 ? 0 : (list.length - ResourceLists.LIST_HEAD) / ResourceLists.DESCRIPTOR_SIZE;
        block = count == 0 ? null : device.heap.allocate((long) count * ResourceLists.DESCRIPTOR_SIZE, "Resources", true);
        if (block != null) {
            machine.memory.store(space, block.base, java.util.Arrays.copyOfRange(list, ResourceLists.LIST_HEAD, list.length));
        }
    }

    int count() {
        return count;
    }

    private int byteAt(int index, int offset) {
        return machine.memory.peek(space, descriptor(index) + offset);
    }

    int type(int index) { return byteAt(index, 0); }
    int disposition(int index) { return byteAt(index, 1); }
    int flags(int index) { return byteAt(index, 2) | byteAt(index, 3) << 8; }

    /// Of an interrupt.
    int vector(int index) {
        return byteAt(index, 8) | byteAt(index, 9) << 8;
    }

    /// The place of the descriptor at an address; -1 if none is there.
    int indexOf(long address) {
        for (int i = 0; i < count; i++) {
            if (descriptor(i) == address) {
                return i;
            }
        }
        return -1;
    }

    /// The address of a descriptor; 0 behind the last one.
    long descriptor(int index) {
        return block == null || index < 0 || index >= count ? 0 : block.base + (long) index * ResourceLists.DESCRIPTOR_SIZE;
    }

    @Override
    protected void destroying(Caller caller) {
        if (block != null) {
            heap.free(block);
        }
    }

    /// OBJ-004: the framework's own.
    @Override
    protected boolean mayBeDeleted() {
        return false;
    }
}
