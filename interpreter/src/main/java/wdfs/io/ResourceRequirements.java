package wdfs.io;

import java.util.ArrayList;
import java.util.List;
import wdfs.hardware.ResourceLists;
import wdfs.hardware.SimulatedDevice;
import wdfs.runtime.Machine;

/// An IO_RESOURCE_REQUIREMENTS_LIST in memory, as the drivers of a stack have left it, and what the root bus can give of it: the
/// resources of the device's hardware.
final class ResourceRequirements {
    private static final int ALTERNATIVE_LISTS = 28;
    private static final int ALTERNATIVE = 8;

    private final Machine machine;
    private final SimulatedDevice hardware;

    ResourceRequirements(Machine machine, SimulatedDevice hardware) {
        this.machine = machine;
        this.hardware = hardware;
    }

    /// The first of the alternative lists that can be had in full. @param list 0 for none. @return null if there is none
    List<Integer> satisfied(long list) {
        if (list == 0) {
            return List.of();
        }
        long alternatives = Integer.toUnsignedLong(machine.memory.field32(list + ALTERNATIVE_LISTS));
        long at = list + ResourceLists.REQUIREMENTS_HEAD;
        for (long i = 0; i < alternatives && machine.memory.peek(null, at) >= 0; i++) {
            int count = ResourceLists.there(machine, at + ResourceLists.IO_LIST_HEAD, machine.memory.field32(at + 4), ResourceLists.IO_DESCRIPTOR_SIZE);
            List<Integer> places = of(at + ResourceLists.IO_LIST_HEAD, count);
            if (places != null) {
                return places;
            }
            at += ResourceLists.IO_LIST_HEAD + (long) count * ResourceLists.IO_DESCRIPTOR_SIZE;
        }
        return alternatives == 0 ? List.of() : null;
    }

    /// A descriptor and the alternatives behind it want one resource.
    private List<Integer> of(long at, int count) {
        List<Integer> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int place = -1;
            boolean wanted = false;
            do {
                byte[] requirement = bytes(at + (long) i * ResourceLists.IO_DESCRIPTOR_SIZE);
                wanted |= requirement[1] != 0;                        // CmResourceTypeNull asks for nothing
                place = place >= 0 ? place : ResourceLists.matching(hardware, requirement, taken);
                i++;
            } while (i < count && (bytes(at + (long) i * ResourceLists.IO_DESCRIPTOR_SIZE)[0] & ALTERNATIVE) != 0);
            i--;
            if (wanted && place < 0) {
                return null;
            }
            if (place >= 0) {
                taken.add(place);
            }
        }
        return taken;
    }

    private byte[] bytes(long at) {
        byte[] bytes = new byte[ResourceLists.IO_DESCRIPTOR_SIZE];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) machine.memory.peek(null, at + i);
        }
        return bytes;
    }
}
