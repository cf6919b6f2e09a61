package wdfs.wdf;

import wdfs.io.Irp;
import wdfs.kernel.Mdl;
import wdfs.kernel.MdlApi;
import wdfs.machine.Irql;
import wdfs.machine.View;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;

/// DDIs of DMA as far as a transfer is prepared (OBJ-380 to OBJ-384).
public final class DmaApi {
    private static final int INFO_LENGTH_MISMATCH = 0xC0000004;
    private static final int STATUS_UNSUCCESSFUL = 0xC0000001;
    private static final int ENABLER_CONFIG = 0x50;
    private static final int REQUIRE_SINGLE_TRANSFER = 2;
    private static final int DMA_VERSION3 = 3;
    private static final int READ_FROM_DEVICE = 0;
    private static final int WRITE_TO_DEVICE = 1;

    private DmaApi() {}

    private static FxDmaEnabler enabler(Caller caller, long handle) {
        return Framework.object(caller, handle, FxDmaEnabler.class, "WDFDMAENABLER");
    }

    private static FxDmaTransaction transaction(Caller caller, long handle) {
        return Framework.object(caller, handle, FxDmaTransaction.class, "WDFDMATRANSACTION");
    }

    /// OBJ-380, in the framework's order.
    @Native
    public static int WdfDmaEnablerCreate(Caller caller, long deviceHandle, long config, long attributes, long result) {
        FxDevice device = Framework.object(caller, deviceHandle, FxDevice.class, "WDFDEVICE");
        if (device.verifier() && caller.irql() > Irql.PASSIVE) {
            Framework.broken(caller, "WdfDmaEnablerCreate at " + Irql.name(caller.irql()), "OBJ-380", null);
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        Framework.required(caller, result, "DmaEnablerHandle");
        Framework.required(caller, config, "Config");
        View m = caller.memory;
        m.store64(result, 0);
        Attributes read = Attributes.read(caller, attributes);
        int status = read.check(true, false, false, false);
        if (status < 0) {
            return status;
        }
        FxObject parent = read.parent() == 0 ? device : ObjectApi.any(caller, read.parent());
        if (FxDevice.above(parent) != device) {
            return Attributes.OBJECT_ATTRIBUTES_INVALID;
        }
        if (m.load32(config) != ENABLER_CONFIG) {
            return INFO_LENGTH_MISMATCH;
        }
        FxDmaEnabler.Profile profile = FxDmaEnabler.Profile.of(m.load32(config + 4));
        long maximumLength = m.load64(config + 8);
        if (profile == null || maximumLength == 0) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        if (caller.machine.fails("framework")) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        int width = m.load32(config + 0x40);
        int version = m.load32(config + 0x44);
        if (profile.isBusMaster()) {
            return STATUS_UNSUCCESSFUL;                               // no device has an adapter yet: IoGetDmaAdapter needs a physical device object
        }
        if (width != 0 || version != 0 && version < DMA_VERSION3) {
            Framework.broken(caller, width != 0 ? "a system profile takes its address width from the controller" : "a system profile needs version 3 of the DMA interfaces", "OBJ-380", null);
            return Framework.STATUS_INVALID_PARAMETER;
        }
        FxDmaEnabler enabler = new FxDmaEnabler(caller.machine, device, parent, profile, maximumLength & 0xFFFF_FFFFL, (m.load32(config + 0x48) & REQUIRE_SINGLE_TRANSFER) != 0);
        status = enabler.commit(caller, read);
        if (status >= 0) {
            m.store64(result, enabler.handle);
        }
        return status;
    }

    @Native
    public static long WdfDmaEnablerGetMaximumLength(Caller caller, long handle) {
        return enabler(caller, handle).maximumLength;
    }

    /// The enabler is the parent, and no other can be named (OBJ-017).
    @Native
    public static int WdfDmaTransactionCreate(Caller caller, long handle, long attributes, long result) {
        FxDmaEnabler enabler = enabler(caller, handle);
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
        FxDmaTransaction transaction = new FxDmaTransaction(caller.machine, enabler);
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
        if (!transaction.enabler.profile.takesChains() && Long.compareUnsigned(address + length, end) > 0) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        return transaction.initialize(caller, length & 0xFFFF_FFFFL);
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
        if (!transaction.enabler.profile.takesChains() && length > MdlApi.mdl(caller, found[0]).byteCount()) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        status = transaction.initialize(caller, length);
        if (status >= 0) {
            transaction.uses(request);
        }
        return status;
    }

    /// OBJ-390.
    @Native
    public static int WdfDmaTransactionRelease(Caller caller, long handle) {
        transaction(caller, handle).release();
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
}
