package wdfs.wdf;

import wdfs.kernel.Mdl;
import wdfs.kernel.ScatterGatherList;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// A transaction of a device that takes lists of pieces.
final class FxScatterGatherTransaction extends FxDmaTransaction {
    private ScatterGatherList list;

    FxScatterGatherTransaction(Machine machine, FxDmaEnabler enabler) {
        super(machine, enabler);
    }

    /// OBJ-383: each transfer in turn, as it would be if none were partial.
    @Override
    int initializeResources(Caller caller) {
        if (singleTransfer) {
            return 0;
        }
        Mdl mdl = start;
        long offset = startOffset;
        for (long left = length; left > 0; ) {
            long bytes = Math.min(left, fragment);
            long[] required = mdl == null ? null : requiredRegisters(machine, mdl, offset, bytes, adapter.mapRegisters);
            if (required == null) {
                return STATUS_BUFFER_TOO_SMALL;
            }
            if (required[0] > enabler.maximumElements) {
                return STATUS_TOO_FRAGMENTED;
            }
            left -= bytes;
            offset += bytes;
            while (mdl != null && mdl.next() != 0 && offset >= mdl.byteCount()) {
                offset -= mdl.byteCount();
                mdl = Mdl.at(machine, mdl.next());
            }
        }
        return 0;
    }

    @Override
    int startTransfer(Caller caller) {
        return stageTransfer(caller);
    }

    @Override
    int stageTransfer(Caller caller) {
        currentOffset += currentLength;
        while (currentMdl != null && currentMdl.next() != 0 && currentOffset >= currentMdl.byteCount()) {
            currentOffset -= currentMdl.byteCount();
            currentMdl = Mdl.at(machine, currentMdl.next());
        }
        currentLength = Math.min(remaining, fragment);
        if (currentMdl == null) {
            return STATUS_BUFFER_TOO_SMALL;                           // the driver broke the chain
        }
        if (!singleTransfer) {
            long[] required = requiredRegisters(machine, currentMdl, currentOffset, currentLength, adapter.mapRegisters);
            if (required == null) {
                return STATUS_BUFFER_TOO_SMALL;
            }
            currentLength = required[1];
            if (required[0] > enabler.maximumElements) {              // partial transfers have moved the borders
                return STATUS_TOO_FRAGMENTED;
            }
        }
        long bytes = currentLength;
        remaining -= bytes;
        int status = ScatterGatherList.build(caller, adapter,
                new ScatterGatherList.Wish(currentMdl, currentOffset, bytes, toDevice, 0, 0, immediate, this, label()), (thread, built) -> {
                    list = built;
                    callProgram(thread, built.address);
                });
        if (status < 0) {
            remaining += bytes;
        }
        return status;
    }

    @Override
    void transferCompleted(Caller caller, String how) {
        if (list != null) {
            ScatterGatherList over = list;
            list = null;
            over.put(caller, how);
        }
    }

    @Override
    void releaseResources(Caller caller, boolean reserved, String how) {
        transferCompleted(caller, how);
        if (adapter != null) {
            adapter.cancel(this);
        }
        adapter = null;
    }
}
