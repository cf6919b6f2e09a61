package wdfs.kernel;

import java.util.List;
import java.util.function.BiConsumer;
import wdfs.machine.Memory;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// SCATTER_GATHER_LIST: what a device is given of a transfer, with the transfer that it stands for.
public final class ScatterGatherList {
    public static final int HEADER = 16;
    public static final int ELEMENT = 24;

    public final long address;
    private final DmaAdapter adapter;
    private final DmaTransfer transfer;
    private final Region block;
    private final int registers;
    private final long length;

    private ScatterGatherList(DmaAdapter adapter, DmaTransfer transfer, Region block, long address, int registers, long length) {
        this.adapter = adapter;
        this.transfer = transfer;
        this.block = block;
        this.address = address;
        this.registers = registers;
        this.length = length;
    }

    /// How a list is asked for.
    /// @param buffer where the list goes, and how many bytes are there; 0 to have it allocated
    /// @param immediate now or never @param key for {@link DmaAdapter#cancel}
    public record Wish(Mdl mdl, long offset, long length, boolean toDevice, long buffer, int bufferLength, boolean immediate, Object key, String owner) {}

    /// Maps a transfer and gives its list to `then`, at DISPATCH_LEVEL: at once, or when there are map registers. @return a status
    public static int build(Caller caller, DmaAdapter adapter, Wish wish, BiConsumer<Caller, ScatterGatherList> then) {
        Machine machine = caller.machine;
        int pages = DmaTransfer.pageCount(machine, wish.mdl, wish.offset, wish.length);
        if (pages < 0) {
            return STATUS_BUFFER_TOO_SMALL;
        }
        if (wish.buffer != 0 && wish.bufferLength < size(pages)) {
            return STATUS_BUFFER_TOO_SMALL;
        }
        int registers = adapter.registersFor(pages);
        int[] status = {0};
        boolean taken = adapter.withRegisters(caller, registers, wish.immediate, wish.key, thread -> status[0] = map(thread, adapter, wish, registers, then));
        return taken ? status[0] : STATUS_INSUFFICIENT_RESOURCES;
    }

    private static final int STATUS_BUFFER_TOO_SMALL = 0xC0000023;
    private static final int STATUS_INSUFFICIENT_RESOURCES = 0xC000009A;

    private static int map(Caller caller, DmaAdapter adapter, Wish wish, int registers, BiConsumer<Caller, ScatterGatherList> then) {
        Machine machine = caller.machine;
        DmaTransfer transfer = adapter.begin(caller, wish.mdl, wish.offset, wish.length, wish.toDevice, wish.owner);
        Region block = null;
        long address = wish.buffer;
        if (transfer != null && address == 0) {
            block = machine.nonpaged.allocate(size(transfer.elements().size()), "ScatterGatherList", true);
            address = block == null ? 0 : block.base;
        }
        if (address == 0 || transfer == null) {
            if (transfer != null) {
                transfer.end(0, "for want of memory");
            }
            adapter.giveRegisters(caller, registers);
            return STATUS_INSUFFICIENT_RESOURCES;
        }
        if (block != null) {
            block.owner = caller.image == null ? "" : caller.image.name();
            block.allocatedAt = machine.siteText(machine.site());
        }
        fill(machine.memory, address, transfer.elements());
        adapter.lists++;
        then.accept(caller, new ScatterGatherList(adapter, transfer, block, address, registers, wish.length));
        return 0;
    }

    public static int size(int elements) {
        return HEADER + ELEMENT * elements;
    }

    public static void fill(Memory memory, long address, List<DmaTransfer.Element> elements) {
        memory.store(null, address, bytes(elements));
    }

    private static byte[] bytes(List<DmaTransfer.Element> elements) {
        java.nio.ByteBuffer list = java.nio.ByteBuffer.allocate(size(elements.size())).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        list.putInt(elements.size()).putInt(0).putLong(0);
        for (DmaTransfer.Element element : elements) {
            list.putLong(element.logical()).putInt((int) element.length()).putInt(0).putLong(0);
        }
        return list.array();
    }

    /// PutScatterGatherList: the whole buffer is the processor's again. @param how the routine that the driver called
    public void put(Caller caller, String how) {
        transfer.end(length, how);
        adapter.lists--;
        if (block != null) {
            caller.machine.nonpaged.free(block);
        }
        adapter.giveRegisters(caller, registers);
    }
}
