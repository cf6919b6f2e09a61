package wdfs.hardware;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import wdfs.kernel.Interrupts;
import wdfs.runtime.HardwareShape;

/// What a device has of the system, as CM_PARTIAL_RESOURCE_DESCRIPTORs: its ranges in the order of the text, then its
/// interrupts, one for each message.
public final class ResourceLists {
    /// Packed to four bytes: type, disposition, flags, and 16 bytes that depend on the type.
    public static final int DESCRIPTOR_SIZE = 20;
    /// In front of the descriptors of a CM_RESOURCE_LIST: Count, InterfaceType, BusNumber, Version, Revision, Count.
    public static final int LIST_HEAD = 20;
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

    /// A CM_RESOURCE_LIST.
    /// @param translated as the processor sees them: an interrupt has its IRQL and vector; raw, the bus's line
    public static byte[] list(SimulatedDevice device, boolean translated) {
        List<byte[]> descriptors = descriptors(device, translated);
        ByteBuffer list = ByteBuffer.allocate(LIST_HEAD + descriptors.size() * DESCRIPTOR_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        list.putInt(1).putInt(PNP_BUS).putInt(0).putShort((short) 1).putShort((short) 1).putInt(descriptors.size());
        descriptors.forEach(list::put);
        return list.array();
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
