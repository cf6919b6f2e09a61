package wdfs.wdf;

import wdfs.hardware.ResourceLists;
import wdfs.hardware.SimulatedDevice;
import wdfs.hardware.SystemBus;
import wdfs.runtime.Caller;

/// What the framework does with the hardware of a device on its way up and down: the resource lists of
/// EvtDevicePrepareHardware, and what must be gone when the driver has given the device back (OBJ-184, OBJ-185).
final class FxHardware {
    private final FxDevice device;
    private FxResourceList raw;
    private FxResourceList translated;

    FxHardware(FxDevice device) {
        this.device = device;
    }

    private SimulatedDevice hardware() {
        return device.device.hardware();
    }

    /// Before EvtDevicePrepareHardware: the lists that it is given.
    void prepare(Caller caller) {
        free(caller);
        SimulatedDevice hardware = hardware();
        raw = new FxResourceList(device.machine, device, hardware == null ? new byte[0] : ResourceLists.list(hardware, false));
        translated = new FxResourceList(device.machine, device, hardware == null ? new byte[0] : ResourceLists.list(hardware, true));
    }

    long rawResources() {
        return raw.handle;
    }

    long translatedResources() {
        return translated.handle;
    }

    /// Before EvtDeviceD0Entry: the device has its power.
    void on() {
        if (hardware() != null) {
            hardware().switchOn();
        }
    }

    /// Behind EvtDeviceD0Exit: it has none any more.
    void off() {
        if (hardware() != null) {
            hardware().switchOff();
        }
    }

    /// Behind EvtDeviceReleaseHardware.
    void released(Caller caller) {
        if (hardware() != null) {
            SystemBus.of(device.machine).released(hardware(), device.driver.driver.image.name());
        }
        free(caller);
    }

    private void free(Caller caller) {
        if (raw != null) {
            raw.deleteNow(caller);
            translated.deleteNow(caller);
            raw = null;
            translated = null;
        }
    }
}
