package wdfs.wdf;

import wdfs.hardware.ResourceLists;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// WDFCMRESLIST: a device's resources as the driver is given them (OBJ-184). The framework's own; drivers do not delete it.
final class FxResourceList extends FxObject {
    private final Region block;
    /// The places that are left of the block: what a driver has taken out stays where it is.
    private final java.util.List<Integer> places = new java.util.ArrayList<>();
    /// EvtDeviceRemoveAddedResources looks at it, and may take something out.
    boolean removable;
    boolean changed;
    private final wdfs.machine.Memory.Space space;

    /// @param list a CM_RESOURCE_LIST; empty for a device without resources
    FxResourceList(Machine machine, FxDevice device, byte[] list) {
        super(machine, "WDFCMRESLIST", device);
        space = device.driver.process.space();
        int count = list.length == 0 ? 0 : (list.length - ResourceLists.LIST_HEAD) / ResourceLists.DESCRIPTOR_SIZE;
        block = count == 0 ? null : device.heap.allocate((long) count * ResourceLists.DESCRIPTOR_SIZE, "Resources", true);
        for (int i = 0; i < count; i++) {
            places.add(i);
        }
        if (block != null) {
            machine.memory.store(space, block.base, java.util.Arrays.copyOfRange(list, ResourceLists.LIST_HEAD, list.length));
        }
    }

    /// A CM_RESOURCE_LIST in memory.
    static byte[] windows(Machine machine, long list) {
        int count = ResourceLists.there(machine, list + ResourceLists.LIST_HEAD, machine.memory.field32(list + 16), ResourceLists.DESCRIPTOR_SIZE);
        byte[] bytes = new byte[ResourceLists.LIST_HEAD + count * ResourceLists.DESCRIPTOR_SIZE];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) machine.memory.peek(null, list + i);
        }
        return bytes;
    }

    /// What is left of it, as Windows has it. @param head the bytes of the list that it was made of
    byte[] windows(byte[] head) {
        java.nio.ByteBuffer list = java.nio.ByteBuffer.allocate(ResourceLists.LIST_HEAD + places.size() * ResourceLists.DESCRIPTOR_SIZE).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        list.put(head, 0, ResourceLists.LIST_HEAD - 4).putInt(places.size());
        for (int i = 0; i < places.size(); i++) {
            for (int b = 0; b < ResourceLists.DESCRIPTOR_SIZE; b++) {
                list.put((byte) byteAt(i, b));
            }
        }
        return list.array();
    }

    void remove(int index) {
        places.remove(index);
        changed = true;
    }

    int count() {
        return places.size();
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
        for (int i = 0; i < places.size(); i++) {
            if (descriptor(i) == address) {
                return i;
            }
        }
        return -1;
    }

    /// The address of a descriptor; 0 behind the last one.
    long descriptor(int index) {
        return block == null || index < 0 || index >= places.size() ? 0 : block.base + (long) places.get(index) * ResourceLists.DESCRIPTOR_SIZE;
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
