package wdfs.wdf;

import wdfs.kernel.DmaAdapter;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// WDFDMAENABLER: how a device does DMA. One of a bus master has an adapter from the beginning, or two if it is duplex; one of a
/// system profile would get its channel with the device's resources (OBJ-380).
final class FxDmaEnabler extends FxObject {
    private static final int STATUS_UNSUCCESSFUL = 0xC0000001;
    private static final long UNLIMITED = 0xFFFF_FFFFL;
    private static final int PAGE = 4096;

    /// WDF_DMA_PROFILE (OBJ-381).
    enum Profile {
        PACKET, SCATTER_GATHER, PACKET64, SCATTER_GATHER64, SCATTER_GATHER_DUPLEX, SCATTER_GATHER64_DUPLEX, SYSTEM, SYSTEM_DUPLEX;

        /// The profile of a number, which counts from 1; null if there is none.
        static Profile of(int number) {
            return number >= 1 && number <= values().length ? values()[number - 1] : null;
        }

        boolean isBusMaster() {
            return this != SYSTEM && this != SYSTEM_DUPLEX;
        }

        boolean isPacket() {
            return this == PACKET || this == PACKET64;
        }

        boolean isScatterGather() {
            return isBusMaster() && !isPacket();
        }

        boolean is64Bit() {
            return this == PACKET64 || this == SCATTER_GATHER64 || this == SCATTER_GATHER64_DUPLEX;
        }

        boolean isDuplex() {
            return this == SCATTER_GATHER_DUPLEX || this == SCATTER_GATHER64_DUPLEX || this == SYSTEM_DUPLEX;
        }
    }

    /// WDF_DMA_ENABLER_CONFIG without its size. A callback that is not set is 0.
    record Config(Profile profile, long maximumLength, long fill, long flush, long disable, long enable, long start, long stop,
                  int addressBits, int version, boolean singleTransfer) {}

    final FxDevice device;
    final Profile profile;
    private final Config config;
    final long maximumLength;
    boolean singleTransfer;
    /// 2, or 3: then map registers can be reserved, several packets can be under way, and MDLs can be chained.
    int version;
    long maximumElements = UNLIMITED;
    private DmaAdapter reads;
    private DmaAdapter writes;
    private boolean fillFailed;
    private boolean enableFailed;
    /// A mask: 0xF for 16 bytes.
    long commonBufferAlignment;

    FxDmaEnabler(Machine machine, FxDevice device, FxObject parent, Config config) {
        super(machine, "WDFDMAENABLER", parent);
        this.device = device;
        this.profile = config.profile;
        this.config = config;
        this.maximumLength = config.maximumLength & 0xFFFF_FFFFL;
    }

    /// The checks that come when the object is there already, and the adapters. @return a status
    int initialize(Caller caller) {
        int required = profile.isBusMaster() ? DmaAdapter.VERSION2 : DmaAdapter.VERSION3;
        if (config.addressBits != 0) {
            if (!profile.isBusMaster()) {
                return refused(caller, "a system profile takes its address width from the controller");
            }
            if (!profile.is64Bit() && Integer.compareUnsigned(config.addressBits, 32) > 0) {
                return refused(caller, "AddressWidthOverride is more than 32 with a 32-bit profile");
            }
            required = DmaAdapter.VERSION3;
        }
        if (config.version != 0 && Integer.compareUnsigned(config.version, required) < 0) {
            return refused(caller, "WdmDmaVersionOverride is %d, and the other settings need version %d of the DMA interfaces".formatted(config.version, required));
        }
        version = config.version != 0 ? config.version : required;
        if (config.singleTransfer) {
            if (version != DmaAdapter.VERSION3) {
                return refused(caller, "WDF_DMA_ENABLER_CONFIG_REQUIRE_SINGLE_TRANSFER needs version 3 of the DMA interfaces: set WdmDmaVersionOverride to 3");
            }
            singleTransfer = true;
        }
        if (profile.isBusMaster()) {
            if (device.lower == null || version > DmaAdapter.VERSION3) {
                return STATUS_UNSUCCESSFUL;                           // IoGetDmaAdapter needs a physical device object
            }
            int bits = config.addressBits != 0 ? config.addressBits : profile.is64Bit() ? Long.SIZE : Integer.SIZE;
            DmaAdapter.Description description = new DmaAdapter.Description(version, profile.isScatterGather(), bits, maximumLength);
            reads = DmaAdapter.create(caller, description, label());
            writes = profile.isDuplex() && reads != null ? DmaAdapter.create(caller, description, label()) : reads;
            if (writes == null) {
                putAdapters(caller);
                return STATUS_UNSUCCESSFUL;
            }
            if (profile.isScatterGather()) {                          // a packet profile's stays 0, in the framework too
                commonBufferAlignment = machine.memory.field32(device.device.address() + ALIGNMENT_REQUIREMENT) & 0xFFFF_FFFFL;
            }
        }
        device.dma.all.add(this);
        return 0;
    }

    /// DEVICE_OBJECT.AlignmentRequirement.
    private static final int ALIGNMENT_REQUIREMENT = 0x98;

    private int refused(Caller caller, String why) {
        Framework.broken(caller, why, "OBJ-380", null);
        return Framework.STATUS_INVALID_PARAMETER;
    }

    /// Null of a system profile, and when the enabler is gone.
    DmaAdapter adapter(boolean toDevice) {
        return toDevice ? writes : reads;
    }

    /// OBJ-386: what one transfer can be at most: the map registers may allow less than the driver does.
    long fragmentLength(boolean toDevice) {
        DmaAdapter adapter = adapter(toDevice);
        return adapter == null ? 0 : Math.min(maximumLength, (adapter.mapRegisters - 1L) * PAGE);
    }

    boolean isVersion3() {
        return version == DmaAdapter.VERSION3;
    }

    /// Packets of version 2 are of one MDL each.
    boolean takesChains() {
        return isVersion3() || !profile.isPacket();
    }

    // ---- power (OBJ-170, OBJ-175) -----------------------------------------------------------------------------------------------------------

    private int call(Caller caller, long callback) {
        return callback == 0 ? 0 : (int) caller.invoke(callback, handle);
    }

    /// Fill, Enable, SelfManagedIoStart; the first that fails ends it. @return a status
    int powerUp(Caller caller) {
        int status = call(caller, config.fill);
        if (status < 0) {
            fillFailed = true;
            return status;
        }
        status = call(caller, config.enable);
        if (status < 0) {
            enableFailed = true;
            return status;
        }
        return call(caller, config.start);
    }

    /// SelfManagedIoStop, Disable, Flush, whatever they return; not what has to undo something that failed. @return the first bad status
    int powerDown(Caller caller) {
        int status = Math.min(0, call(caller, config.stop));
        if (!fillFailed) {
            int disabled = Math.min(0, call(caller, config.disable));
            status = status < 0 ? status : disabled;
        }
        if (!fillFailed && !enableFailed) {
            int flushed = Math.min(0, call(caller, config.flush));
            status = status < 0 ? status : flushed;
        }
        return status;
    }

    @Override
    protected void disposing(Caller caller) {
        device.dma.all.remove(this);
    }

    /// The transactions and common buffers, its children, are disposed of before it.
    @Override
    protected void destroying(Caller caller) {
        putAdapters(caller);
    }

    private void putAdapters(Caller caller) {
        if (reads != null) {
            reads.put(caller);
        }
        if (writes != null && writes != reads) {
            writes.put(caller);
        }
        reads = null;
        writes = null;
    }

    @Override
    protected boolean disposesPassive() {
        return true;
    }
}
