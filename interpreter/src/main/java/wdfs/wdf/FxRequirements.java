package wdfs.wdf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import wdfs.hardware.ResourceLists;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// WDFIORESREQLIST: what a device may have of the system, while a driver looks at it and changes it (OBJ-170). The framework's own.
final class FxRequirements extends FxObject {
    /// WDFIORESLIST: one alternative, a list of IO_RESOURCE_DESCRIPTORs.
    static final class Alternative extends FxObject {
        final FxRequirements of;
        final List<byte[]> descriptors = new ArrayList<>();
        /// What drivers have got of it: copies, which live as long as the list.
        private final List<Region> shown = new ArrayList<>();

        Alternative(Machine machine, FxRequirements of) {
            super(machine, "WDFIORESLIST", of);
            this.of = of;
        }

        /// The address of a copy; 0 behind the last one, or without memory.
        long show(int index) {
            if (index < 0 || index >= descriptors.size()) {
                return 0;
            }
            Region copy = heap.allocate(ResourceLists.IO_DESCRIPTOR_SIZE, "IO_RESOURCE_DESCRIPTOR", true);
            if (copy == null) {
                return 0;
            }
            shown.add(copy);
            machine.memory.store(null, copy.base, descriptors.get(index));
            return copy.base;
        }

        @Override
        protected void destroying(Caller caller) {
            shown.forEach(heap::free);
        }
    }

    final List<Alternative> alternatives = new ArrayList<>();
    int interfaceType;
    int slot;
    private int bus;
    boolean changed;

    /// @param list an IO_RESOURCE_REQUIREMENTS_LIST; 0 for a device that needs nothing
    FxRequirements(Machine machine, FxDevice device, long list) {
        super(machine, "WDFIORESREQLIST", device);
        if (list == 0) {
            return;
        }
        interfaceType = machine.memory.field32(list + 4);
        bus = machine.memory.field32(list + 8);
        slot = machine.memory.field32(list + 12);
        long count = Integer.toUnsignedLong(machine.memory.field32(list + 28));
        long at = list + ResourceLists.REQUIREMENTS_HEAD;
        for (long i = 0; i < count && machine.memory.peek(null, at) >= 0; i++) {
            Alternative alternative = new Alternative(machine, this);
            int descriptors = ResourceLists.there(machine, at + ResourceLists.IO_LIST_HEAD, machine.memory.field32(at + 4), ResourceLists.IO_DESCRIPTOR_SIZE);
            at += ResourceLists.IO_LIST_HEAD;
            for (int d = 0; d < descriptors; d++, at += ResourceLists.IO_DESCRIPTOR_SIZE) {
                byte[] bytes = new byte[ResourceLists.IO_DESCRIPTOR_SIZE];
                for (int b = 0; b < bytes.length; b++) {
                    bytes[b] = (byte) machine.memory.peek(null, at + b);
                }
                alternative.descriptors.add(bytes);
            }
            alternatives.add(alternative);
        }
    }

    /// As Windows has it, in paged pool; null without memory.
    Region windows() {
        int bytes = ResourceLists.REQUIREMENTS_HEAD
                + alternatives.stream().mapToInt(a -> ResourceLists.IO_LIST_HEAD + a.descriptors.size() * ResourceLists.IO_DESCRIPTOR_SIZE).sum();
        Region block = machine.paged.allocate(bytes, "IO_RESOURCE_REQUIREMENTS_LIST", true);
        if (block == null) {
            return null;
        }
        ByteBuffer list = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        list.putInt(bytes).putInt(interfaceType).putInt(bus).putInt(slot).putInt(0).putInt(0).putInt(0).putInt(alternatives.size());
        for (Alternative alternative : alternatives) {
            list.putShort((short) 1).putShort((short) 1).putInt(alternative.descriptors.size());
            alternative.descriptors.forEach(list::put);
        }
        machine.memory.store(null, block.base, list.array());
        return block;
    }

    void remove(Caller caller, Alternative alternative) {
        alternatives.remove(alternative);
        changed = true;
        alternative.deleteNow(caller);
    }

    /// OBJ-004: the framework's own.
    @Override
    protected boolean mayBeDeleted() {
        return false;
    }
}
