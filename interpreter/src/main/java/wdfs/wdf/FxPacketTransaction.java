package wdfs.wdf;

import java.util.List;
import wdfs.kernel.DmaAdapter;
import wdfs.kernel.DmaTransfer;
import wdfs.kernel.Mdl;
import wdfs.kernel.ScatterGatherList;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// A transaction of a device that takes one piece at a time. It has its map registers from its first transfer to its last one;
/// with version 3 of the DMA interfaces they can be reserved before.
final class FxPacketTransaction extends FxDmaTransaction {
    private static final int STATUS_BUSY = 0xC0200204;
    private static final long PAGE = 4096;

    private DmaTransfer transfer;
    /// Map registers that it has, or 0; reserved ones stay from transaction to transaction.
    private int registers;
    private boolean hasRegisters;
    private int reserved;
    /// EvtReserveDma, while it is waited for.
    private long reserveCallback;
    private boolean hasDevice;
    /// A piece is being staged: another one, asked for meanwhile, comes when EvtProgramDma has returned.
    private boolean staging;
    private boolean stageAgain;

    FxPacketTransaction(Machine machine, FxDmaEnabler enabler) {
        super(machine, enabler);
    }

    @Override
    int initializeResources(Caller caller) {
        return 0;
    }

    @Override
    int availableRegisters() {
        return reserved > 0 ? reserved : adapter.mapRegisters;
    }

    /// OBJ-385. With version 2 a device has one packet under way.
    @Override
    int startTransfer(Caller caller) {
        if (!enabler.isVersion3()) {
            if (enabler.device.dma.packet != null) {
                Framework.broken(caller, "%s is executed while %s is under way: a device of a packet profile has one transaction at a time"
                        .formatted(label(), enabler.device.dma.packet.label()), "OBJ-385", null);
                return STATUS_BUSY;
            }
            enabler.device.dma.packet = this;
            hasDevice = true;
        }
        currentLength = Math.min(remaining, fragment);
        currentOffset = startOffset;
        if (state == State.RESERVED) {
            return allocate(caller, reserved);
        }
        long at = currentLength == remaining ? start.virtualAddress() + startOffset & PAGE - 1 : PAGE - 1;     // later pieces may begin anywhere
        return allocate(caller, (int) (at + currentLength + PAGE - 1 >>> 12));
    }

    private int allocate(Caller caller, int count) {
        int[] status = {0};
        if (reserved > 0 && hasRegisters) {
            DmaAdapter.atDispatch(caller, thread -> status[0] = granted(thread));
            return status[0];
        }
        adapter.cancel(this);                                         // executed before its EvtReserveDma came
        boolean taken = adapter.withRegisters(caller, count, immediate, this, thread -> {
            registers = count;
            hasRegisters = true;
            status[0] = granted(thread);
        });
        if (!taken) {
            releaseDevice();
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        return status[0];
    }

    /// @return a status; on a failure the map registers are given back
    private int granted(Caller caller) {
        if (state == State.RESERVED) {
            long callback = reserveCallback;
            reserveCallback = 0;
            var before = caller.image;
            caller.invoke(callback, handle, context);
            caller.image = before;
            return 0;
        }
        int status = stageTransfer(caller);
        if (status < 0) {
            releaseResources(caller, false, "for want of memory");
        }
        return status;
    }

    @Override
    int stageTransfer(Caller caller) {
        if (staging) {
            stageAgain = true;
            return 0;
        }
        staging = true;
        reference();
        int status;
        do {
            stageAgain = false;
            status = stage(caller);
        } while (stageAgain);
        staging = false;
        dereference(caller);
        return status;
    }

    private int stage(Caller caller) {
        currentLength = Math.min(remaining, fragment);
        currentOffset = startOffset + transferred;
        Mdl mdl = start;
        long offset = currentOffset;
        while (mdl != null && offset >= mdl.byteCount()) {
            offset -= mdl.byteCount();
            mdl = Mdl.at(machine, mdl.next());
        }
        if (mdl == null) {
            return STATUS_BUFFER_TOO_SMALL;
        }
        if (!singleTransfer && reserved > 0) {
            long inPage = mdl.virtualAddress() + offset & PAGE - 1;
            currentLength = Math.min(currentLength, PAGE * reserved - inPage);
        }
        currentLength = Math.min(currentLength, mdl.byteCount() - offset);     // the system maps one MDL of a chain at a time
        remaining -= currentLength;
        transfer = adapter.begin(caller, mdl, offset, currentLength, toDevice, label());
        Region list = transfer == null ? null : machine.nonpaged.allocate(ScatterGatherList.size(1), "ScatterGatherList", true);
        if (list == null) {
            transferCompleted(caller, "for want of memory");
            remaining += currentLength;
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        ScatterGatherList.fill(machine.memory, list.base, List.of(transfer.elements().getFirst()));
        callProgram(caller, list.base);
        machine.nonpaged.free(list);                                  // on Windows it lies on the framework's stack
        return 0;
    }

    @Override
    void transferCompleted(Caller caller, String how) {
        if (transfer != null) {
            DmaTransfer over = transfer;
            transfer = null;
            over.end(currentLength, how);
        }
    }

    private void releaseDevice() {
        if (hasDevice) {
            hasDevice = false;
            enabler.device.dma.packet = null;
        }
    }

    @Override
    void releaseResources(Caller caller, boolean withReserved, String how) {
        if (transfer != null) {
            currentLength = 0;
            transferCompleted(caller, how);
        }
        if (adapter != null && !hasRegisters) {
            adapter.cancel(this);
        }
        if (!hasRegisters || reserved > 0 && !withReserved) {
            return;
        }
        hasRegisters = false;
        reserved = 0;
        DmaAdapter from = adapter;
        adapter = null;
        releaseDevice();
        from.giveRegisters(caller, registers);
    }

    /// WdfDmaTransactionAllocateResources. @param count 0 for what the transaction needs, which has to be initialized then
    int reserve(Caller caller, int count, boolean outwards, long callback, long withContext) {
        if (count == 0 ? state != State.INITIALIZED : state != State.CREATED && state != State.INITIALIZED && state != State.RELEASED) {
            throw fatal(caller, "is given resources", count == 0 ? "initialize it first, or say how many map registers" : "reserve before the execution");
        }
        if (reserved != 0) {
            throw fatal(caller, "is given resources, and has some", "WdfDmaTransactionFreeResources first");
        }
        adapter = enabler.adapter(outwards);
        if (adapter == null) {
            Framework.broken(caller, label() + " is of a system profile, and this machine has no system DMA controller that could be configured for it", "OBJ-381", null);
            throw caller.raise(0xC0000005, 8, 0);
        }
        int wanted = count;
        if (wanted == 0) {
            long[] required = requiredRegisters(machine, start, startOffset, length, adapter.mapRegisters);
            if (required == null) {
                release(caller, true);
                state = State.TRANSFER_FAILED;
                return STATUS_BUFFER_TOO_SMALL;
            }
            wanted = (int) required[0];
        }
        reserved = wanted;
        toDevice = outwards;
        start = null;
        currentMdl = null;
        remaining = 0;
        length = 0;
        reserveCallback = callback;
        context = withContext;
        state = State.RESERVED;
        int status = startTransfer(caller);
        if (status < 0) {
            state = State.TRANSFER_FAILED;
            reserveCallback = 0;
            context = 0;
            reserved = 0;
            letRequestGo(caller);
        }
        return status;
    }

    /// WdfDmaTransactionFreeResources.
    void freeResources(Caller caller) {
        if (state == State.INVALID || state == State.CREATED || state == State.TRANSFER || state == State.DELETED) {
            throw fatal(caller, "gives its resources back", "complete the transfer first");
        }
        release(caller, true);
    }
}
