package wdfs.wdf;

import wdfs.kernel.DmaAdapter;
import wdfs.kernel.DmaTransfer;
import wdfs.kernel.Mdl;
import wdfs.machine.Irql;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// WDFDMATRANSACTION: one transaction between memory that an MDL describes and a device, in as many transfers as the enabler's
/// lengths ask for. How a transfer gets to the device and back is the profile's ({@link FxPacketTransaction},
/// {@link FxScatterGatherTransaction}); the states and the counting are the same.
abstract class FxDmaTransaction extends FxObject {
    static final int STATUS_TOO_FRAGMENTED = 0xC020020A;
    static final int STATUS_TOO_MANY_TRANSFERS = 0xC0200213;
    static final int STATUS_NOT_ENOUGH_MAP_REGISTERS = 0xC0200214;
    static final int STATUS_BUFFER_TOO_SMALL = 0xC0000023;
    private static final int STATUS_MORE_PROCESSING_REQUIRED = 0xC0000016;
    private static final long PAGE = 4096;

    /// In the order of the framework's numbers, which the bug check shows.
    enum State {
        INVALID, CREATED, RESERVED, INITIALIZED, TRANSFER, TRANSFER_COMPLETED, TRANSFER_FAILED, RELEASED, DELETED
    }

    /// How a transfer is reported to be over (OBJ-387).
    enum Completion { FULL, PARTIAL, FINAL }

    final FxDmaEnabler enabler;
    State state = State.CREATED;
    /// The adapter of the direction, from the preparation to the release of the map registers.
    DmaAdapter adapter;
    boolean toDevice;
    long program;
    long context;
    Mdl start;
    long startOffset;
    long length;
    long remaining;
    long transferred;
    /// Where the transfer at hand begins, in the MDL and bytes from its beginning.
    Mdl currentMdl;
    long currentOffset;
    long currentLength;
    /// Bytes that one transfer may have.
    long fragment;
    boolean singleTransfer;
    boolean immediate;
    /// The request whose buffer it is, if WdfDmaTransactionInitializeUsingRequest prepared it.
    private FxRequest request;
    private boolean requestHeld;

    FxDmaTransaction(Machine machine, FxDmaEnabler enabler) {
        super(machine, "WDFDMATRANSACTION", enabler);
        this.enabler = enabler;
        this.singleTransfer = enabler.singleTransfer;
    }

    static FxDmaTransaction of(Machine machine, FxDmaEnabler enabler) {
        return enabler.profile.isScatterGather() ? new FxScatterGatherTransaction(machine, enabler) : new FxPacketTransaction(machine, enabler);
    }

    /// OBJ-382: a call in a state that does not allow it.
    RuntimeException fatal(Caller caller, String what, String help) {
        throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "WDF_VIOLATION", "OBJ-382", label() + " " + what + " in the state " + state)
                .code(0x10D, 8, handle, state.ordinal(), 0).stack(ScriptStack.frames(), Irql.name(caller.irql())).help(help).build());
    }

    // ---- preparation -------------------------------------------------------------------------------------------------------------------------

    /// OBJ-382, OBJ-383. The parameters are checked already. @return a status
    int initialize(Caller caller, long callback, boolean outwards, Mdl mdl, long offset, long bytes) {
        if (state != State.CREATED && state != State.RESERVED && state != State.RELEASED) {
            throw fatal(caller, "is initialized", "WdfDmaTransactionRelease first");
        }
        adapter = enabler.adapter(outwards);
        fragment = adapter == null ? enabler.maximumLength : enabler.fragmentLength(outwards);
        toDevice = outwards;
        start = mdl;
        startOffset = offset;
        currentMdl = mdl;
        currentOffset = offset;
        remaining = bytes;
        length = bytes;
        program = callback;
        int status = singleTransfer ? prepareForSingleTransfer(caller) : 0;
        if (status >= 0) {
            status = initializeResources(caller);
        }
        if (status >= 0) {
            state = State.INITIALIZED;
        } else {
            release(caller, false);
        }
        return status;
    }

    /// The whole transaction has to fit into one transfer.
    private int prepareForSingleTransfer(Caller caller) {
        fragment = Math.max(fragment, enabler.maximumLength);
        if (length > fragment) {
            return STATUS_TOO_MANY_TRANSFERS;
        }
        if (adapter == null) {
            throw caller.raise(0xC0000005, 8, 0);                     // a system profile: no channel was ever configured
        }
        int pages = pages();
        if (pages < 0) {
            return STATUS_BUFFER_TOO_SMALL;
        }
        if (adapter.registersFor(pages) > availableRegisters()) {
            return STATUS_NOT_ENOUGH_MAP_REGISTERS;
        }
        int elements = elements();
        if (elements > enabler.maximumElements || enabler.profile.isPacket() && elements > 1) {
            return STATUS_TOO_FRAGMENTED;
        }
        return 0;
    }

    int availableRegisters() {
        return adapter.mapRegisters;
    }

    private int pages() {
        return DmaTransfer.pageCount(machine, start, startOffset, length);
    }

    /// A packet is in one piece through map registers, but of one MDL.
    private int elements() {
        return enabler.profile.isPacket() ? start.mdlsOf(startOffset, length) : DmaTransfer.elementCount(machine, start, startOffset, length);
    }

    /// WdfDmaTransactionGetTransferInfo: map registers in the lower half, elements in the upper one.
    long transferInfo(Caller caller) {
        if (state != State.INITIALIZED) {
            throw fatal(caller, "is asked for its transfer", "initialize it first");
        }
        int pages = Math.max(0, pages());
        if (!enabler.isVersion3()) {
            return pages | (long) pages << 32;                        // the worst case
        }
        return adapter.registersFor(pages) | (long) Math.max(0, elements()) << 32;
    }

    void uses(FxRequest of) {
        request = of;
    }

    FxRequest request() {
        return request;
    }

    // ---- execution ---------------------------------------------------------------------------------------------------------------------------

    /// OBJ-385. @return a status
    int execute(Caller caller, long withContext) {
        if (state != State.INITIALIZED) {
            throw fatal(caller, "is executed", "WdfDmaTransactionInitialize first, and after each WdfDmaTransactionRelease");
        }
        if (adapter == null) {
            Framework.broken(caller, label() + " is of a system profile, and this machine has no system DMA controller that could be configured for it", "OBJ-381", null);
            throw caller.raise(0xC0000005, 8, 0);
        }
        holdRequest();
        state = State.TRANSFER;
        context = withContext;
        int status = startTransfer(caller);
        if (status < 0) {
            state = State.TRANSFER_FAILED;
            context = 0;
            letRequestGo(caller);
        }
        return status;
    }

    private void holdRequest() {
        if (request != null && !requestHeld) {
            requestHeld = true;
            request.bufferReferences++;                               // VER-004: completing it now ends the machine
            request.reference();
        }
    }

    void letRequestGo(Caller caller) {
        if (requestHeld) {
            requestHeld = false;
            request.bufferReferences--;
            request.dereference(caller);
        }
    }

    /// EvtProgramDma, at DISPATCH_LEVEL. What it returns does not matter (OBJ-386). Nothing of the transaction may be touched
    /// afterwards: it can be completed and deleted.
    void callProgram(Caller caller, long list) {
        var before = caller.image;
        caller.invoke(program, handle, enabler.device.handle, context, toDevice ? 1 : 0, list);
        caller.image = before;
    }

    /// OBJ-387, OBJ-388. @param status where the NTSTATUS goes @return whether the transaction is over
    boolean completed(Caller caller, long bytes, long status, Completion completion, String how) {
        if (state != State.TRANSFER) {
            throw fatal(caller, "is completed by " + how, "complete each transfer once, after EvtProgramDma was called for it");
        }
        int result = transferOver(caller, bytes, completion, how);
        boolean over = result != STATUS_MORE_PROCESSING_REQUIRED;
        if (over) {
            state = result >= 0 ? State.TRANSFER_COMPLETED : State.TRANSFER_FAILED;
            releaseResources(caller, false, how);
            letRequestGo(caller);
            currentLength = 0;
        }
        caller.memory.store32(status, result);
        return over;
    }

    private int transferOver(Caller caller, long bytes, Completion completion, String how) {
        if (Long.compareUnsigned(bytes, currentLength) > 0) {
            Framework.broken(caller, "%s: %s bytes are reported of a transfer of %d".formatted(label(), Long.toUnsignedString(bytes), currentLength), "OBJ-387", null);
            return Framework.STATUS_INVALID_PARAMETER;
        }
        if (completion == Completion.FULL) {
            transferred += currentLength;
        } else {
            transferred += bytes;
            remaining += currentLength - bytes;                       // OBJ-388: transferred again
            currentLength = bytes;
        }
        transferCompleted(caller, how);
        if (singleTransfer && remaining > 0) {
            return STATUS_TOO_MANY_TRANSFERS;
        }
        if (remaining == 0 || completion == Completion.FINAL) {
            return 0;
        }
        int status = stageTransfer(caller);
        return status >= 0 ? STATUS_MORE_PROCESSING_REQUIRED : status;
    }

    /// Whether WdfDmaTransactionCancel took it back before it had its map registers.
    boolean cancel(Caller caller) {
        if (state == State.CREATED || state == State.RELEASED || state == State.DELETED) {
            throw fatal(caller, "is cancelled", "there is nothing to cancel");
        }
        boolean waited = adapter != null && adapter.cancel(this);
        if (waited) {
            state = State.TRANSFER_FAILED;
            letRequestGo(caller);
        }
        return waited;
    }

    // ---- the end ---------------------------------------------------------------------------------------------------------------------------

    /// OBJ-390: twice is harmless.
    void release(Caller caller, boolean withReserved) {
        if (!withReserved) {
            if (state == State.RELEASED) {
                return;
            }
            stillTransferring(caller, "is released");
        }
        state = State.RELEASED;
        releaseResources(caller, withReserved, "WdfDmaTransactionRelease");
        reset(caller);
    }

    private void stillTransferring(Caller caller, String what) {
        if (state == State.TRANSFER && enabler.device.verifier()) {
            throw fatal(caller, what, "stop the device, and call WdfDmaTransactionDmaCompletedFinal first");
        }
    }

    private void reset(Caller caller) {
        if (adapter != null) {
            adapter.cancel(this);
        }
        fragment = 0;
        length = 0;
        remaining = 0;
        transferred = 0;
        start = null;
        currentMdl = null;
        currentOffset = 0;
        currentLength = 0;
        singleTransfer = enabler.singleTransfer;
        immediate = false;
        context = 0;
        program = 0;
        letRequestGo(caller);
        request = null;
    }

    @Override
    protected void disposing(Caller caller) {
        stillTransferring(caller, "is deleted");
        state = State.DELETED;
        releaseResources(caller, true, "the deletion of " + label());
        reset(caller);
    }

    @Override
    protected boolean disposesPassive() {
        return false;
    }

    // ---- the profile's part ------------------------------------------------------------------------------------------------------------------

    /// What the profile checks or prepares in advance. @return a status
    abstract int initializeResources(Caller caller);

    /// @return a status
    abstract int startTransfer(Caller caller);

    /// The next piece: maps it, and calls EvtProgramDma. @return a status
    abstract int stageTransfer(Caller caller);

    /// What the device had is the processor's again. @param how the routine that the driver called
    abstract void transferCompleted(Caller caller, String how);

    /// @param reserved map registers of WdfDmaTransactionAllocateResources too
    abstract void releaseResources(Caller caller, boolean reserved, String how);

    /// The map registers that a transfer needs at most, and how much of it can be had with those that there are: the framework's
    /// own count, which is by MDLs. @return {registers, bytes}, or null if the chain is too short for the length
    static long[] requiredRegisters(Machine machine, Mdl first, long offset, long bytes, long available) {
        Mdl mdl = first;
        long soFar = mdl.byteCount() - offset;
        long inMdl = soFar;
        long pageOffset = mdl.virtualAddress() + offset & PAGE - 1;
        long required = 0;
        long possible = 0;
        while (soFar < bytes && mdl.next() != 0) {
            required += pageOffset + inMdl + PAGE - 1 >>> 12;
            if (required <= available) {
                possible = soFar;
            }
            mdl = Mdl.at(machine, mdl.next());
            if (mdl == null) {
                return null;
            }
            pageOffset = mdl.virtualAddress() & PAGE - 1;
            inMdl = mdl.byteCount();
            soFar += inMdl;
        }
        if (soFar + PAGE < bytes + pageOffset) {                      // as loosely as the framework looks
            return null;
        }
        required += pageOffset + bytes + inMdl - soFar + PAGE - 1 >>> 12;
        if (required <= available) {
            possible = bytes;
        }
        return new long[] {required, possible};
    }
}
