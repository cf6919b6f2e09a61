package wdfs.kernel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import wdfs.machine.Irql;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;

/// What the pointers of DMA_OPERATIONS lead to. A structure that a driver passes arrives as the address of its copy, and one that
/// it gets goes to an address that comes first, and that is returned.
public final class HalDmaApi {
    private static final int STATUS_INSUFFICIENT_RESOURCES = 0xC000009A;
    private static final int STATUS_BUFFER_TOO_SMALL = 0xC0000023;
    /// IO_ALLOCATION_ACTION.
    private static final int KEEP_OBJECT = 1;
    private static final int DEALLOCATE_OBJECT_KEEP_REGISTERS = 3;
    private static final int CURRENT_IRP = 0x20;

    private HalDmaApi() {}

    /// The map registers that a driver has for a transfer, under the MapRegisterBase that it was given.
    private static final class Channel {
        final DmaAdapter adapter;
        final Region token;
        final int wanted;
        final int taken;
        final List<Mapped> mapped = new ArrayList<>();
        /// Not only the registers: no other transfer of the adapter has its turn.
        boolean exclusive = true;

        Channel(DmaAdapter adapter, Region token, int wanted, int taken) {
            this.adapter = adapter;
            this.token = token;
            this.wanted = wanted;
            this.taken = taken;
        }
    }

    private record Mapped(DmaTransfer transfer, long length) {}

    private static final class Known {
        final Map<Long, Channel> channels = new HashMap<>();
        final Map<DmaAdapter, Channel> exclusive = new HashMap<>();
        final Map<DmaAdapter, Deque<Runnable>> waiting = new HashMap<>();
        final Map<Long, ScatterGatherList> lists = new HashMap<>();
        int putLists;

        static Known of(Caller caller) {
            return caller.machine.part(Known.class, _ -> new Known());
        }
    }

    private static void exactly(Caller caller, String routine, int irql) {
        if (caller.irql() != irql && caller.machine.verifierOn()) {
            throw DmaAdapter.violation(caller, 0x13, routine + " at " + Irql.name(caller.irql()), "it is called at " + Irql.name(irql) + ": KeRaiseIrql first", caller.irql(), irql);
        }
    }

    private static Mdl mdl(Caller caller, long address) {
        return MdlApi.mdl(caller, address);
    }

    private static long offset(Caller caller, DmaAdapter adapter, Mdl mdl, long address, long length) {
        long offset = address - mdl.virtualAddress();
        if (offset < 0 || offset > mdl.byteCount()) {
            throw DmaAdapter.violation(caller, 0x1B, caller.machine.memory.place(caller.memory.space(), address) + " lies outside " + mdl.label(),
                    "CurrentVa is an address of MmGetMdlVirtualAddress and what follows it, not of the mapping", adapter.address(), address, mdl.address);
        }
        return offset;
    }

    @Native
    public static void HalPutDmaAdapter(Caller caller, long address) {
        DmaAdapter.at(caller, address).put(caller);
    }

    @Native
    public static int HalGetDmaAlignment(Caller caller, long address) {
        DmaAdapter.at(caller, address);
        return 1;
    }

    /// Bus masters count for themselves.
    @Native
    public static int HalReadDmaCounter(Caller caller, long address) {
        DmaAdapter.at(caller, address);
        return 0;
    }

    // ---- common buffers ---------------------------------------------------------------------------------------------------------------

    @Native
    public static long HalAllocateCommonBuffer(Caller caller, long address, int length, long logical, int cached) {
        DmaAdapter adapter = DmaAdapter.at(caller, address);
        exactly(caller, "AllocateCommonBuffer", Irql.PASSIVE);
        ContiguousMemory.Block block = ContiguousMemory.of(caller.machine).allocate(caller, length & 0xFFFF_FFFFL, adapter.highest(), "CommonBuffer", adapter);
        if (block == null) {
            return 0;
        }
        caller.memory.store64(logical, block.logical);
        return block.region.base;
    }

    @Native
    public static void HalFreeCommonBuffer(Caller caller, long address, int length, long logical, long virtual, int cached) {
        DmaAdapter adapter = DmaAdapter.at(caller, address);
        exactly(caller, "FreeCommonBuffer", Irql.PASSIVE);
        ContiguousMemory.Block block = ContiguousMemory.of(caller.machine).at(virtual);
        if (block == null || block.adapter != adapter) {
            Region was = caller.machine.memory.regionAt(null, virtual);
            throw DmaAdapter.violation(caller, 0x03, was != null && was.freed ? was.label() + " is freed twice" : "FreeCommonBuffer of what is no common buffer of this adapter", "", 1);
        }
        if (block.logical != caller.memory.load64(logical) || block.region.size != (length & 0xFFFF_FFFFL)) {
            throw DmaAdapter.violation(caller, 0x03, "FreeCommonBuffer of " + block.region.label() + " with another length or logical address than it was allocated with",
                    "keep what AllocateCommonBuffer was given and gave", 1);
        }
        ContiguousMemory.of(caller.machine).free(block, "FreeCommonBuffer");
    }

    // ---- scatter/gather lists -----------------------------------------------------------------------------------------------------------

    @Native
    public static int HalGetScatterGatherList(Caller caller, long address, long device, long mdlAddress, long current, int length, long routine, long context, int toDevice) {
        return list(caller, "GetScatterGatherList", address, device, mdlAddress, current, length, routine, context, toDevice, 0, 0);
    }

    @Native
    public static int HalBuildScatterGatherList(Caller caller, long address, long device, long mdlAddress, long current, int length, long routine, long context, int toDevice,
            long buffer, int bufferLength) {
        return list(caller, "BuildScatterGatherList", address, device, mdlAddress, current, length, routine, context, toDevice, buffer, bufferLength);
    }

    private static int list(Caller caller, String name, long address, long device, long mdlAddress, long current, int length, long routine, long context, int toDevice,
            long buffer, int bufferLength) {
        DmaAdapter adapter = DmaAdapter.at(caller, address);
        exactly(caller, name, Irql.DISPATCH);
        Mdl mdl = mdl(caller, mdlAddress);
        long offset = offset(caller, adapter, mdl, current, length);
        ScatterGatherList.Wish wish = new ScatterGatherList.Wish(mdl, offset, length & 0xFFFF_FFFFL, toDevice != 0, buffer, bufferLength, false, new Object(),
                "the transfer of " + mdl.label() + " by " + name);
        return ScatterGatherList.build(caller, adapter, wish, (thread, list) -> {
            Known.of(thread).lists.put(list.address, list);
            thread.invoke(routine, device, thread.machine.memory.field64(device + CURRENT_IRP), list.address, context);
        });
    }

    @Native
    public static void HalPutScatterGatherList(Caller caller, long address, long listAddress, int toDevice) {
        DmaAdapter.at(caller, address);
        exactly(caller, "PutScatterGatherList", Irql.DISPATCH);
        Known known = Known.of(caller);
        ScatterGatherList list = known.lists.remove(listAddress);
        if (list == null) {
            throw DmaAdapter.violation(caller, 0x06, "PutScatterGatherList of a list that is not allocated, or was put back before", "put each list back once", known.putLists, known.putLists + 1);
        }
        known.putLists++;
        list.put(caller, "PutScatterGatherList");
    }

    @Native
    public static int HalCalculateScatterGatherList(Caller caller, long address, long mdlAddress, long current, int length, long size, long registers) {
        DmaAdapter adapter = DmaAdapter.at(caller, address);
        long bytes = length & 0xFFFF_FFFFL;
        long pages;
        if (mdlAddress == 0) {
            pages = (current & 0xFFF) + bytes + 0xFFF >>> 12;
        } else {
            Mdl mdl = mdl(caller, mdlAddress);
            pages = DmaTransfer.pageCount(caller.machine, mdl, offset(caller, adapter, mdl, current, bytes), bytes);
            if (pages < 0) {
                return STATUS_BUFFER_TOO_SMALL;
            }
        }
        if (pages > adapter.mapRegisters) {
            return STATUS_INSUFFICIENT_RESOURCES;
        }
        caller.memory.store32(size, ScatterGatherList.size((int) pages));
        if (registers != 0) {
            caller.memory.store32(registers, (int) pages);
        }
        return 0;
    }

    // ---- channels ---------------------------------------------------------------------------------------------------------------------------

    @Native
    public static int HalAllocateAdapterChannel(Caller caller, long address, long device, int count, long routine, long context) {
        DmaAdapter adapter = DmaAdapter.at(caller, address);
        exactly(caller, "AllocateAdapterChannel", Irql.DISPATCH);
        Known known = Known.of(caller);
        if (Integer.compareUnsigned(count, adapter.mapRegisters) > 0) {
            if (caller.machine.verifierOn()) {
                throw DmaAdapter.violation(caller, 0x0C, "AllocateAdapterChannel with %d map registers, and IoGetDmaAdapter gave %d".formatted(count & 0xFFFF_FFFFL, adapter.mapRegisters),
                        "divide the transfer", count & 0xFFFF_FFFFL, adapter.mapRegisters);
            }
            return STATUS_INSUFFICIENT_RESOURCES;
        }
        Region token = caller.machine.nonpaged.allocate(16, "MapRegisters", true);
        if (token == null) {
            return STATUS_INSUFFICIENT_RESOURCES;
        }
        token.owner = caller.image == null ? "" : caller.image.name();
        token.allocatedAt = caller.machine.siteText(caller.machine.site());
        int taken = adapter.copies() ? count : 0;
        Channel channel = new Channel(adapter, token, count, taken);
        Runnable turn = () -> {
            known.exclusive.put(adapter, channel);
            Caller now = (Caller) caller.machine.scheduler.running();
            adapter.withRegisters(now, taken, false, channel, thread -> granted(thread, channel, device, routine, context));
        };
        if (known.exclusive.containsKey(adapter)) {
            if (caller.machine.verifierOn()) {
                throw DmaAdapter.violation(caller, 0x0B, "a second channel of " + adapter.label() + " is allocated while one is", "wait for FreeAdapterChannel: a device uses one at a time", adapter.channels);
            }
            known.waiting.computeIfAbsent(adapter, _ -> new ArrayDeque<>()).add(turn);
        } else {
            turn.run();
        }
        return 0;
    }

    private static void granted(Caller caller, Channel channel, long device, long routine, long context) {
        Known known = Known.of(caller);
        channel.adapter.channels++;
        known.channels.put(channel.token.base, channel);
        int action = (int) caller.invoke(routine, device, caller.machine.memory.field64(device + CURRENT_IRP), channel.token.base, context);
        if (action == KEEP_OBJECT) {
            return;                                                   // until FreeAdapterChannel
        }
        passOn(caller, channel);
        if (action != DEALLOCATE_OBJECT_KEEP_REGISTERS) {
            free(caller, channel);
        }
    }

    /// The next transfer of the adapter has its turn.
    private static void passOn(Caller caller, Channel channel) {
        Known known = Known.of(caller);
        if (channel.exclusive) {
            channel.exclusive = false;
            channel.adapter.channels--;
            known.exclusive.remove(channel.adapter);
            Deque<Runnable> waiting = known.waiting.get(channel.adapter);
            if (waiting != null && !waiting.isEmpty()) {
                waiting.poll().run();
            }
        }
    }

    private static void free(Caller caller, Channel channel) {
        if (!channel.mapped.isEmpty()) {
            throw DmaAdapter.violation(caller, 0x0D, "map registers are freed, and " + channel.mapped.size() + " of the transfers through them were not flushed",
                    "FlushAdapterBuffers after each transfer: only then is the data where it belongs", channel.mapped.size());
        }
        Known.of(caller).channels.remove(channel.token.base);
        caller.machine.nonpaged.free(channel.token);
        channel.adapter.giveRegisters(caller, channel.taken);
    }

    private static Channel channel(Caller caller, DmaAdapter adapter, long base) {
        Channel channel = Known.of(caller).channels.get(base);
        if (channel == null || channel.adapter != adapter) {
            throw DmaAdapter.violation(caller, 0x05, "the MapRegisterBase is none of this adapter's, or its map registers were freed", "", 1);
        }
        return channel;
    }

    @Native
    public static void HalFreeAdapterChannel(Caller caller, long address) {
        DmaAdapter adapter = DmaAdapter.at(caller, address);
        exactly(caller, "FreeAdapterChannel", Irql.DISPATCH);
        Channel channel = Known.of(caller).exclusive.get(adapter);
        if (channel == null || adapter.channels == 0) {
            throw DmaAdapter.violation(caller, 0x04, "FreeAdapterChannel, and no channel of " + adapter.label() + " is allocated", "free it once, and only after KeepObject", 1);
        }
        free(caller, channel);
        passOn(caller, channel);
    }

    @Native
    public static void HalFreeMapRegisters(Caller caller, long address, long base, int count) {
        DmaAdapter adapter = DmaAdapter.at(caller, address);
        exactly(caller, "FreeMapRegisters", Irql.DISPATCH);
        Channel channel = channel(caller, adapter, base);
        if (count != channel.wanted) {
            throw DmaAdapter.violation(caller, 0x05, "FreeMapRegisters of %d map registers, and %d were allocated".formatted(count, channel.wanted), "", count - channel.wanted);
        }
        free(caller, channel);
    }

    /// @param result where the PHYSICAL_ADDRESS goes @param length in: how much; out: how much of it follows one another on the bus
    @Native
    public static long HalMapTransfer(Caller caller, long result, long address, long mdlAddress, long base, long current, long length, int toDevice) {
        DmaAdapter adapter = DmaAdapter.at(caller, address);
        Mdl mdl = mdl(caller, mdlAddress);
        Channel channel = channel(caller, adapter, base);
        long wanted = caller.memory.load32(length) & 0xFFFF_FFFFL;
        long offset = offset(caller, adapter, mdl, current, wanted);
        long run = adapter.description.scatterGather() ? DmaTransfer.firstRun(caller.machine, mdl, offset, wanted) : Math.min(wanted, mdl.byteCount() - offset);
        long pages = (current & 0xFFF) + run + 0xFFF >>> 12;
        if (pages > channel.wanted && caller.machine.verifierOn()) {
            throw DmaAdapter.violation(caller, 0x00, "MapTransfer of %d pages with %d map registers".formatted(pages, channel.wanted), "", 2, pages, channel.wanted);
        }
        DmaTransfer transfer = run <= 0 ? null : adapter.begin(caller, mdl, offset, run, toDevice != 0, "the transfer of " + mdl.label() + " by MapTransfer");
        if (transfer == null) {
            caller.memory.store32(length, 0);
            caller.memory.store64(result, 0);
            return result;
        }
        channel.mapped.add(new Mapped(transfer, run));
        caller.memory.store32(length, (int) run);
        caller.memory.store64(result, transfer.elements().getFirst().logical());
        return result;
    }

    @Native
    public static int HalFlushAdapterBuffers(Caller caller, long address, long mdlAddress, long base, long current, int length, int toDevice) {
        DmaAdapter adapter = DmaAdapter.at(caller, address);
        mdl(caller, mdlAddress);
        Channel channel = channel(caller, adapter, base);
        if (channel.mapped.isEmpty()) {
            if (caller.machine.verifierOn()) {
                throw DmaAdapter.violation(caller, 0x16, "FlushAdapterBuffers, and nothing is mapped", "flush once for what MapTransfer mapped");
            }
            return 0;
        }
        long left = length & 0xFFFF_FFFFL;
        for (Mapped mapped : List.copyOf(channel.mapped)) {
            long count = Math.min(left, mapped.length);
            mapped.transfer.end(count, "FlushAdapterBuffers");
            left -= count;
        }
        channel.mapped.clear();
        return 1;
    }
}
