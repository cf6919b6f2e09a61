package wdfs.wdf;

import wdfs.kernel.DmaAdapter;
import wdfs.machine.View;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;

/// DDIs of DMA enablers and common buffers (OBJ-380, OBJ-381, OBJ-391).
public final class DmaApi {
    private static final int INFO_LENGTH_MISMATCH = 0xC0000004;
    private static final int ENABLER_CONFIG = 0x50;
    private static final int REQUIRE_SINGLE_TRANSFER = 2;
    private static final int COMMON_BUFFER_CONFIG = 8;

    private DmaApi() {}

    private static FxDmaEnabler enabler(Caller caller, long handle) {
        return Framework.object(caller, handle, FxDmaEnabler.class, "WDFDMAENABLER");
    }

    /// OBJ-380, in the framework's order.
    @Native
    public static int WdfDmaEnablerCreate(Caller caller, long deviceHandle, long config, long attributes, long result) {
        FxDevice device = Framework.object(caller, deviceHandle, FxDevice.class, "WDFDEVICE");
        if (Framework.abovePassive(caller, device.verifier())) {
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
        FxDmaEnabler enabler = new FxDmaEnabler(caller.machine, device, parent, new FxDmaEnabler.Config(profile, maximumLength, m.load64(config + 0x10), m.load64(config + 0x18),
                m.load64(config + 0x20), m.load64(config + 0x28), m.load64(config + 0x30), m.load64(config + 0x38), m.load32(config + 0x40), m.load32(config + 0x44),
                (m.load32(config + 0x48) & REQUIRE_SINGLE_TRANSFER) != 0));
        status = enabler.commit(caller, read);
        if (status >= 0) {
            status = enabler.initialize(caller);
            if (status < 0) {
                enabler.unseen();
                enabler.deleteNow(caller);
            }
        }
        if (status >= 0) {
            m.store64(result, enabler.handle);
        }
        return status;
    }

    @Native
    public static long WdfDmaEnablerGetMaximumLength(Caller caller, long handle) {
        return enabler(caller, handle).maximumLength;
    }

    /// 0xFFFFFFFF (WDF_DMA_ENABLER_UNLIMITED_FRAGMENTS) until it is set.
    @Native
    public static long WdfDmaEnablerGetMaximumScatterGatherElements(Caller caller, long handle) {
        return enabler(caller, handle).maximumElements;
    }

    @Native
    public static void WdfDmaEnablerSetMaximumScatterGatherElements(Caller caller, long handle, long elements) {
        FxDmaEnabler enabler = enabler(caller, handle);
        if (!Framework.abovePassive(caller, enabler.device.verifier()) && elements != 0) {
            enabler.maximumElements = Long.compareUnsigned(elements, 0xFFFF_FFFFL) > 0 ? 0xFFFF_FFFFL : elements;
        }
    }

    private static boolean isDirection(Caller caller, FxDmaEnabler enabler, int direction) {
        boolean known = direction == 0 || direction == 1;
        if (!known) {
            Framework.broken(caller, "%s: the DMA direction %d does not exist".formatted(enabler.label(), direction), "OBJ-386", null);
        }
        return known;
    }

    @Native
    public static long WdfDmaEnablerGetFragmentLength(Caller caller, long handle, int direction) {
        FxDmaEnabler enabler = enabler(caller, handle);
        return isDirection(caller, enabler, direction) ? enabler.fragmentLength(direction == 1) : 0;
    }

    @Native
    public static long WdfDmaEnablerWdmGetDmaAdapter(Caller caller, long handle, int direction) {
        FxDmaEnabler enabler = enabler(caller, handle);
        DmaAdapter adapter = isDirection(caller, enabler, direction) ? enabler.adapter(direction == 1) : null;
        return adapter == null ? 0 : adapter.address();
    }

    // ---- common buffers (OBJ-391) --------------------------------------------------------------------------------------------------------

    @Native
    public static int WdfCommonBufferCreate(Caller caller, long handle, long length, long attributes, long result) {
        FxDmaEnabler enabler = enabler(caller, handle);
        Framework.required(caller, result, "CommonBufferHandle");
        return commonBuffer(caller, enabler, length, enabler.commonBufferAlignment, attributes, result);
    }

    @Native
    public static int WdfCommonBufferCreateWithConfig(Caller caller, long handle, long length, long config, long attributes, long result) {
        FxDmaEnabler enabler = enabler(caller, handle);
        Framework.required(caller, config, "Config");
        if (caller.memory.load32(config) != COMMON_BUFFER_CONFIG) {
            return INFO_LENGTH_MISMATCH;
        }
        Framework.required(caller, result, "CommonBufferHandle");
        return commonBuffer(caller, enabler, length, caller.memory.load32(config + 4) & 0xFFFF_FFFFL, attributes, result);
    }

    private static int commonBuffer(Caller caller, FxDmaEnabler enabler, long length, long alignment, long attributes, long result) {
        caller.memory.store64(result, 0);
        if (Framework.abovePassive(caller, enabler.device.verifier())) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (length == 0) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        Attributes read = Attributes.read(caller, attributes);
        int status = read.check(false, false, false, false);
        if (status < 0) {
            return status;
        }
        if (caller.machine.fails("framework")) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        FxCommonBuffer buffer = new FxCommonBuffer(caller.machine, enabler, alignment);
        status = buffer.commit(caller, read);
        if (status >= 0) {
            status = buffer.allocate(caller, length);
            if (status < 0) {
                buffer.unseen();
                buffer.deleteNow(caller);
            }
        }
        if (status >= 0) {
            caller.memory.store64(result, buffer.handle);
        }
        return status;
    }

    private static FxCommonBuffer buffer(Caller caller, long handle) {
        return Framework.object(caller, handle, FxCommonBuffer.class, "WDFCOMMONBUFFER");
    }

    @Native
    public static long WdfCommonBufferGetAlignedVirtualAddress(Caller caller, long handle) {
        return buffer(caller, handle).virtual();
    }

    /// The body of WdfCommonBufferGetAlignedLogicalAddress.
    @Native
    public static long CommonBufferLogicalAddress(Caller caller, long handle) {
        return buffer(caller, handle).logical();
    }

    @Native
    public static long WdfCommonBufferGetLength(Caller caller, long handle) {
        return buffer(caller, handle).length;
    }
}
