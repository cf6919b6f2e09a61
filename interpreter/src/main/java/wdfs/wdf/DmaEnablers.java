package wdfs.wdf;

import java.util.ArrayList;
import java.util.List;
import wdfs.runtime.Caller;

/// The DMA enablers of a device, in the order in which they were made, as power goes on and off.
final class DmaEnablers {
    final List<FxDmaEnabler> all = new ArrayList<>();
    /// The transaction of a packet profile that is under way, of a driver that uses version 2 of the DMA interfaces.
    FxDmaTransaction packet;

    /// OBJ-170: behind EvtDeviceD0EntryPostInterruptsEnabled; the first enabler that fails ends it. @return a status
    int powerUp(Caller caller) {
        for (FxDmaEnabler enabler : List.copyOf(all)) {
            int status = enabler.powerUp(caller);
            if (status < 0) {
                powerDown(caller);                                    // the framework does so for all, those that had no turn too
                return status;
            }
        }
        return 0;
    }

    /// OBJ-175: in front of EvtDeviceD0ExitPreInterruptsDisabled; all of them, whatever they return. @return the first bad status
    int powerDown(Caller caller) {
        int status = 0;
        for (FxDmaEnabler enabler : List.copyOf(all)) {
            int one = enabler.powerDown(caller);
            status = status < 0 ? status : one;
        }
        return status;
    }
}
