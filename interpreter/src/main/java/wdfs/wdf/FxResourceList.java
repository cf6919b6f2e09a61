package wdfs.wdf;

import wdfs.hardware.ResourceLists;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// WDFCMRESLIST: a device's resources as the driver is given them (OBJ-184). The framework's own; drivers do not delete it.
final class FxResourceList extends FxObject {
    private final Region block;
    private final int count;

    /// @param list a CM_RESOURCE_LIST; empty for a device without resources
    FxResourceList(Machine machine, FxDevice device, byte[] list) {
        super(machine, "WDFCMRESLIST", device);
        count = list.length == 0 ? 0 : (list.length - ResourceLists.LIST_HEAD) / ResourceLists.DESCRIPTOR_SIZE;
        block = count == 0 ? null : device.heap.allocate((long) count * ResourceLists.DESCRIPTOR_SIZE, "Resources", true);
        if (block != null) {
            machine.memory.store(device.driver.process.space(), block.base, java.util.Arrays.copyOfRange(list, ResourceLists.LIST_HEAD, list.length));
        }
    }

    int count() {
        return count;
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
