package wdfs.wdf;

import wdfs.io.Irp;
import wdfs.kernel.Mdl;
import wdfs.kernel.MdlApi;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;

/// DDIs of DMA transactions (OBJ-382 to OBJ-390).
public final class DmaTransactionApi {
    private static final int READ_FROM_DEVICE = 0;
    private static final int WRITE_TO_DEVICE = 1;

    private DmaTransactionApi() {}

    private static FxDmaTransaction transaction(Caller caller, long handle) {
        return Framework.object(caller, handle, FxDmaTransaction.class, "WDFDMATRANSACTION");
    }

    /// The enabler is the parent, and no other can be named (OBJ-017).
    @Native
    public static int WdfDmaTransactionCreate(Caller caller, long handle, long attributes, long result) {
        FxDmaEnabler enabler = Framework.object(caller, handle, FxDmaEnabler.class, "WDFDMAENABLER");
        Framework.required(caller, result, "DmaTransactionHandle");
        caller.memory.store64(result, 0);
        Attributes read = Attributes.read(caller, attributes);
        int status = read.check(false, false, false, false);
        if (status < 0) {
            return status;
        }
        if (caller.machine.fails("framework")) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        FxDmaTransaction transaction = FxDmaTransaction.of(caller.machine, enabler);
        status = transaction.commit(caller, read);
        if (status >= 0) {
            caller.memory.store64(result, transaction.handle);
        }
        return status;
    }

    private static boolean isDirection(int direction) {
        return direction == READ_FROM_DEVICE || direction == WRITE_TO_DEVICE;
    }

    /// OBJ-383.
    @Native
    public static int WdfDmaTransactionInitialize(Caller caller, long handle, long program, int direction, long mdlAddress, long address, long length) {
        FxDmaTransaction transaction = transaction(caller, handle);
        Framework.required(caller, program, "EvtProgramDmaFunction");
        Framework.required(caller, mdlAddress, "Mdl");
        if (length == 0 || !isDirection(direction)) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        Mdl mdl = MdlApi.mdl(caller, mdlAddress);
        long from = mdl.virtualAddress();
        long end = from + mdl.byteCount();
        if (Long.compareUnsigned(address, from) < 0 || Long.compareUnsigned(address, end) >= 0) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        if (!transaction.enabler.takesChains() && Long.compareUnsigned(address + length, end) > 0) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        return transaction.initialize(caller, program, direction == WRITE_TO_DEVICE, mdl, address - from, length & 0xFFFF_FFFFL);
    }

    /// OBJ-384. The direction is looked at before the request's handle.
    @Native
    public static int WdfDmaTransactionInitializeUsingRequest(Caller caller, long handle, long requestHandle, long program, int direction) {
        FxDmaTransaction transaction = transaction(caller, handle);
        Framework.required(caller, program, "EvtProgramDmaFunction");
        if (!isDirection(direction)) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        FxRequest request = RequestApi.request(caller, requestHandle);
        Irp irp = request.irp;
        long length;
        boolean first = true;                                         // the MDL of the first buffer, or of the one that is transferred directly
        switch (request.major) {
            case 0x03, 0x04 -> {
                if (direction != (request.major == 0x03 ? READ_FROM_DEVICE : WRITE_TO_DEVICE)) {
                    return Framework.STATUS_INVALID_DEVICE_REQUEST;
                }
                length = irp.transferLength();
            }
            case 0x0E, 0x0F -> {
                switch (irp.controlCode() & 3) {
                    case 0 -> length = direction == WRITE_TO_DEVICE ? irp.inputLength() : irp.outputLength();
                    case 1, 2 -> {
                        if (direction != ((irp.controlCode() & 3) == 1 ? WRITE_TO_DEVICE : READ_FROM_DEVICE)) {
                            return Framework.STATUS_INVALID_DEVICE_REQUEST;
                        }
                        length = irp.outputLength();
                        first = false;
                    }
                    default -> {
                        Framework.broken(caller, "a request of METHOD_NEITHER has no MDL", "OBJ-384", request);
                        return Framework.STATUS_INVALID_DEVICE_REQUEST;
                    }
                }
            }
            default -> {
                return Framework.STATUS_INVALID_DEVICE_REQUEST;
            }
        }
        long[] found = new long[1];
        int status = KmdfRequests.mdl(caller, request, first, found);
        if (status < 0) {
            return status;
        }
        if (length == 0) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (!transaction.enabler.takesChains() && length > MdlApi.mdl(caller, found[0]).byteCount()) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        status = transaction.initialize(caller, program, direction == WRITE_TO_DEVICE, MdlApi.mdl(caller, found[0]), 0, length);
        if (status >= 0) {
            transaction.uses(request);
        }
        return status;
    }

    /// OBJ-390.
    @Native
    public static int WdfDmaTransactionRelease(Caller caller, long handle) {
        transaction(caller, handle).release(caller, false);
        return 0;
    }

    @Native
    public static long WdfDmaTransactionGetRequest(Caller caller, long handle) {
        FxRequest request = transaction(caller, handle).request();
        return request == null ? 0 : request.handle;
    }

    @Native
    public static long WdfDmaTransactionGetDevice(Caller caller, long handle) {
        return transaction(caller, handle).enabler.device.handle;
    }

    @Native
    public static int WdfDmaTransactionExecute(Caller caller, long handle, long context) {
        return transaction(caller, handle).execute(caller, context);
    }

    private static int completed(Caller caller, long handle, long length, long status, FxDmaTransaction.Completion completion, String ddi) {
        FxDmaTransaction transaction = transaction(caller, handle);
        Framework.required(caller, status, "Status");
        return transaction.completed(caller, length, status, completion, ddi) ? 1 : 0;
    }

    @Native
    public static int WdfDmaTransactionDmaCompleted(Caller caller, long handle, long status) {
        return completed(caller, handle, 0, status, FxDmaTransaction.Completion.FULL, "WdfDmaTransactionDmaCompleted");
    }

    @Native
    public static int WdfDmaTransactionDmaCompletedWithLength(Caller caller, long handle, long length, long status) {
        return completed(caller, handle, length, status, FxDmaTransaction.Completion.PARTIAL, "WdfDmaTransactionDmaCompletedWithLength");
    }

    @Native
    public static int WdfDmaTransactionDmaCompletedFinal(Caller caller, long handle, long length, long status) {
        return completed(caller, handle, length, status, FxDmaTransaction.Completion.FINAL, "WdfDmaTransactionDmaCompletedFinal");
    }

    /// OBJ-389.
    @Native
    public static long WdfDmaTransactionGetBytesTransferred(Caller caller, long handle) {
        return transaction(caller, handle).transferred;
    }

    /// OBJ-389.
    @Native
    public static long WdfDmaTransactionGetCurrentDmaTransferLength(Caller caller, long handle) {
        return transaction(caller, handle).currentLength;
    }

    /// Less than the enabler's; more is ignored.
    @Native
    public static void WdfDmaTransactionSetMaximumLength(Caller caller, long handle, long length) {
        FxDmaTransaction transaction = transaction(caller, handle);
        if (transaction.adapter == null) {
            throw caller.raise(0xC0000005, 8, 0);                     // not initialized: the framework follows a NULL pointer
        }
        if (Long.compareUnsigned(length, transaction.enabler.fragmentLength(transaction.toDevice)) < 0) {
            transaction.fragment = length;
        }
    }

    /// @return false if the DDI needs version 3 of the DMA interfaces, and the enabler has version 2
    private static boolean version3(Caller caller, FxDmaTransaction transaction, String ddi) {
        boolean is = transaction.enabler.isVersion3();
        if (!is) {
            Framework.broken(caller, ddi + " needs version 3 of the DMA interfaces: set WdmDmaVersionOverride of " + transaction.enabler.label() + " to 3", "OBJ-385", null);
        }
        return is;
    }

    @Native
    public static void WdfDmaTransactionSetSingleTransferRequirement(Caller caller, long handle, int required) {
        FxDmaTransaction transaction = transaction(caller, handle);
        if (!version3(caller, transaction, "WdfDmaTransactionSetSingleTransferRequirement")) {
            return;
        }
        switch (transaction.state) {
            case CREATED, RELEASED, RESERVED -> transaction.singleTransfer = required != 0;
            case INVALID, INITIALIZED, TRANSFER, TRANSFER_COMPLETED, TRANSFER_FAILED, DELETED ->
                Framework.broken(caller, "WdfDmaTransactionSetSingleTransferRequirement of " + transaction.label() + ", which is initialized already", "OBJ-382", null);
        }
    }

    @Native
    public static void WdfDmaTransactionSetImmediateExecution(Caller caller, long handle, int immediate) {
        FxDmaTransaction transaction = transaction(caller, handle);
        if (!version3(caller, transaction, "WdfDmaTransactionSetImmediateExecution")) {
            return;
        }
        switch (transaction.state) {
            case CREATED, INITIALIZED, RELEASED -> { }
            case INVALID, RESERVED, TRANSFER, TRANSFER_COMPLETED, TRANSFER_FAILED, DELETED ->
                Framework.broken(caller, "WdfDmaTransactionSetImmediateExecution of " + transaction.label() + " after its resources were asked for", "OBJ-382", null);
        }
        transaction.immediate = immediate != 0;
    }

    private static FxPacketTransaction packet(Caller caller, FxDmaTransaction transaction, String ddi) {
        if (transaction instanceof FxPacketTransaction packet) {
            return packet;
        }
        Framework.broken(caller, ddi + " of " + transaction.label() + ", whose profile is neither a packet nor a system profile", "OBJ-385", null);
        return null;
    }

    @Native
    public static int WdfDmaTransactionAllocateResources(Caller caller, long handle, int direction, int registers, long callback, long context) {
        FxDmaTransaction transaction = transaction(caller, handle);
        String ddi = "WdfDmaTransactionAllocateResources";
        FxPacketTransaction packet = version3(caller, transaction, ddi) ? packet(caller, transaction, ddi) : null;
        if (packet == null) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (!isDirection(direction)) {
            Framework.broken(caller, "%s: the DMA direction %d does not exist".formatted(transaction.label(), direction), "OBJ-384", null);
            return Framework.STATUS_INVALID_PARAMETER;
        }
        Framework.required(caller, callback, "EvtReserveDmaFunction");
        return packet.reserve(caller, registers, direction == WRITE_TO_DEVICE, callback, context);
    }

    @Native
    public static void WdfDmaTransactionFreeResources(Caller caller, long handle) {
        FxDmaTransaction transaction = transaction(caller, handle);
        FxPacketTransaction packet = packet(caller, transaction, "WdfDmaTransactionFreeResources");
        if (packet != null && version3(caller, transaction, "WdfDmaTransactionFreeResources")) {
            packet.freeResources(caller);
        }
    }

    @Native
    public static int WdfDmaTransactionCancel(Caller caller, long handle) {
        FxDmaTransaction transaction = transaction(caller, handle);
        return version3(caller, transaction, "WdfDmaTransactionCancel") && transaction.cancel(caller) ? 1 : 0;
    }

    @Native
    public static void WdfDmaTransactionGetTransferInfo(Caller caller, long handle, long registers, long elements) {
        long info = transaction(caller, handle).transferInfo(caller);
        if (registers != 0) {
            caller.memory.store32(registers, (int) info);
        }
        if (elements != 0) {
            caller.memory.store32(elements, (int) (info >>> 32));
        }
    }

    /// There is no system DMA controller that could be stopped.
    @Native
    public static void WdfDmaTransactionStopSystemTransfer(Caller caller, long handle) {
        FxDmaTransaction transaction = transaction(caller, handle);
        if (transaction.enabler.profile.isBusMaster()) {
            Framework.broken(caller, "WdfDmaTransactionStopSystemTransfer of " + transaction.label() + ", whose profile is no system profile", "OBJ-381", null);
        }
    }
}
