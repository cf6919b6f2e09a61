package wdfs.hardware;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import wdfs.kernel.Interrupts;
import wdfs.runtime.HardwareShape;
import wdfs.runtime.Machine;

/// What a device has of the system, as CM_PARTIAL_RESOURCE_DESCRIPTORs: its ranges in the order of the text, then its
/// interrupts, one for each message.
public final class ResourceLists {
    /// Packed to four bytes: type, disposition, flags, and 16 bytes that depend on the type.
    public static final int DESCRIPTOR_SIZE = 20;
    /// In front of the descriptors of a CM_RESOURCE_LIST: Count, InterfaceType, BusNumber, Version, Revision, Count.
    public static final int LIST_HEAD = 20;
    /// In front of the lists of an IO_RESOURCE_REQUIREMENTS_LIST: ListSize, InterfaceType, BusNumber, SlotNumber, Reserved[3], AlternativeLists.
    public static final int REQUIREMENTS_HEAD = 32;
    /// In front of the descriptors of an IO_RESOURCE_LIST: Version, Revision, Count.
    public static final int IO_LIST_HEAD = 8;
    /// Option, type, disposition, flags, and 24 bytes that depend on the type.
    public static final int IO_DESCRIPTOR_SIZE = 32;
    private static final int TYPE_PORT = 1;
    public static final int TYPE_INTERRUPT = 2;
    private static final int TYPE_MEMORY = 3;
    private static final int EXCLUSIVE = 1;
    private static final int SHARED = 3;
    private static final int PNP_BUS = 15;
    private static final int PORT_IO = 1;
    private static final int LATCHED = 1;
    public static final int MESSAGE = 2;

    private ResourceLists() {}

    /// How many of so many entries lie in memory: a driver can have written any number into a list that the system reads.
    public static int there(Machine machine, long at, int count, int size) {
        int found = 0;
        while (found < Integer.toUnsignedLong(count) && machine.memory.peek(null, at + (found + 1L) * size - 1) >= 0) {
            found++;
        }
        return found;
    }

    /// A CM_RESOURCE_LIST.
    /// @param translated as the processor sees them: an interrupt has its IRQL and vector; raw, the bus's line
    public static byte[] list(SimulatedDevice device, boolean translated) {
        List<byte[]> all = descriptors(device, translated);
        List<byte[]> descriptors = device.assigned() == null ? all : device.assigned().stream().map(all::get).toList();
        ByteBuffer list = ByteBuffer.allocate(LIST_HEAD + descriptors.size() * DESCRIPTOR_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        list.putInt(1).putInt(PNP_BUS).putInt(0).putShort((short) 1).putShort((short) 1).putInt(descriptors.size());
        descriptors.forEach(list::put);
        return list.array();
    }

    /// What a bus asks for a device: an IO_RESOURCE_REQUIREMENTS_LIST with one alternative.
    public static byte[] requirements(SimulatedDevice device) {
        List<byte[]> raw = descriptors(device, false);
        int bytes = REQUIREMENTS_HEAD + IO_LIST_HEAD + raw.size() * IO_DESCRIPTOR_SIZE;
        ByteBuffer list = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        list.putInt(bytes).putInt(PNP_BUS).putInt(0).putInt(0).putInt(0).putInt(0).putInt(0).putInt(1);
        list.putShort((short) 1).putShort((short) 1).putInt(raw.size());
        for (byte[] bytesOfRaw : raw) {
            ByteBuffer descriptor = ByteBuffer.wrap(bytesOfRaw).order(ByteOrder.LITTLE_ENDIAN);
            int type = descriptor.get(0);
            list.put((byte) 0).put((byte) type).put(descriptor.get(1)).put((byte) 0).putShort(descriptor.getShort(2)).putShort((short) 0);
            if (type == TYPE_INTERRUPT) {
                list.putInt(descriptor.getInt(8)).putInt(descriptor.getInt(8)).putInt(0).putInt(0).putLong(1);
            } else {
                long base = descriptor.getLong(4);
                int length = descriptor.getInt(12);
                list.putInt(length).putInt(1).putLong(base).putLong(base + length - 1);
            }
        }
        return list.array();
    }

    /// Which of the device's resources satisfies a requirement, an IO_RESOURCE_DESCRIPTOR; -1 if none does, or it is taken.
    /// @param device null for one without resources
    public static int matching(SimulatedDevice device, byte[] requirement, List<Integer> taken) {
        ByteBuffer wanted = ByteBuffer.wrap(requirement).order(ByteOrder.LITTLE_ENDIAN);
        List<byte[]> raw = device == null ? List.of() : descriptors(device, false);
        for (int i = 0; i < raw.size(); i++) {
            ByteBuffer has = ByteBuffer.wrap(raw.get(i)).order(ByteOrder.LITTLE_ENDIAN);
            if (has.get(0) != wanted.get(1) || taken.contains(i)) {
                continue;
            }
            boolean fits = has.get(0) == TYPE_INTERRUPT
                    ? Integer.compareUnsigned(wanted.getInt(8), has.getInt(8)) <= 0 && Integer.compareUnsigned(has.getInt(8), wanted.getInt(12)) <= 0
                    : wanted.getInt(8) == has.getInt(12) && Long.compareUnsigned(wanted.getLong(16), has.getLong(4)) <= 0
                    && Long.compareUnsigned(has.getLong(4) + has.getInt(12) - 1, wanted.getLong(24)) <= 0;
            if (fits) {
                return i;
            }
        }
        return -1;
    }

    /// Whether the device has nothing of the system.
    public static boolean isEmpty(SimulatedDevice device) {
        return device.assigned() == null ? descriptors(device, false).isEmpty() : device.assigned().isEmpty();
    }

    private static List<byte[]> descriptors(SimulatedDevice device, boolean translated) {
        List<byte[]> list = new ArrayList<>();
        for (SimulatedDevice.Range range : device.ranges()) {
            list.add(descriptor(range.space().port() ? TYPE_PORT : TYPE_MEMORY, EXCLUSIVE, range.space().port() ? PORT_IO : 0)
                    .putLong(range.base()).putInt((int) range.space().lengthBytes()).array());
        }
        for (int i = 0; i < device.shape().lines().size(); i++) {
            HardwareShape.Line line = device.shape().lines().get(i);
            int flags = switch (line.trigger()) {
                case LEVEL_SENSITIVE -> 0;
                case LATCHED -> LATCHED;
                case MESSAGE -> LATCHED | MESSAGE;
            };
            for (Interrupts.Vector vector : device.vectors(i)) {
                if (vector == null) {
                    continue;
                }
                ByteBuffer descriptor = descriptor(TYPE_INTERRUPT, line.shared() ? SHARED : EXCLUSIVE, flags);
                if (translated) {
                    descriptor.putInt(vector.irql()).putInt(vector.number());
                } else if (line.trigger() == HardwareShape.Trigger.MESSAGE) {
                    descriptor.putShort((short) 0).putShort((short) 1).putInt(vector.number());
                } else {
                    int wire = line.vector() != 0 ? line.vector() : vector.number() - 0x20;
                    descriptor.putInt(wire).putInt(wire);
                }
                list.add(descriptor.putLong(1).array());              // affinity: the one processor
            }
        }
        return list;
    }

    private static ByteBuffer descriptor(int type, int disposition, int flags) {
        return ByteBuffer.allocate(DESCRIPTOR_SIZE).order(ByteOrder.LITTLE_ENDIAN).put((byte) type).put((byte) disposition).putShort((short) flags);
    }
}
