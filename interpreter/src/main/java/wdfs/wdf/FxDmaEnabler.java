package wdfs.wdf;

import wdfs.runtime.Machine;

/// WDFDMAENABLER: how a device does DMA. An enabler of a system profile gets its channel with the device's resources, later; one
/// of a bus master asks for its adapter when it is created, and a device without a physical device object has none (OBJ-380).
final class FxDmaEnabler extends FxObject {
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

        /// Packets of a bus master are of one MDL each; version 3 of the DMA interfaces, which the system profiles use, has no such limit.
        boolean takesChains() {
            return this != PACKET && this != PACKET64;
        }
    }

    final FxDevice device;
    final Profile profile;
    final long maximumLength;
    final boolean singleTransfer;

    FxDmaEnabler(Machine machine, FxDevice device, FxObject parent, Profile profile, long maximumLength, boolean singleTransfer) {
        super(machine, "WDFDMAENABLER", parent);
        this.device = device;
        this.profile = profile;
        this.maximumLength = maximumLength;
        this.singleTransfer = singleTransfer;
    }

    @Override
    protected boolean disposesPassive() {
        return true;
    }
}
