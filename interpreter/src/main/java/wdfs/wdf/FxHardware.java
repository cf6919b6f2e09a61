package wdfs.wdf;

import java.util.ArrayList;
import java.util.List;
import wdfs.hardware.ResourceLists;
import wdfs.hardware.SimulatedDevice;
import wdfs.hardware.SystemBus;
import wdfs.kernel.Interrupts;
import wdfs.runtime.Caller;

/// What the framework does with the hardware of a device on its way up and down: the resource lists of
/// EvtDevicePrepareHardware, the interrupts, and what must be gone when the driver has given the device back (OBJ-170, OBJ-175,
/// OBJ-184, OBJ-185).
final class FxHardware {
    private final FxDevice device;
    private FxResourceList raw;
    private FxResourceList translated;
    /// In the order of their creation.
    private final List<FxInterrupt> interrupts = new ArrayList<>();
    private boolean started;
    private boolean preparing;

    FxHardware(FxDevice device) {
        this.device = device;
    }

    SimulatedDevice hardware() {
        return device.device.hardware();
    }

    /// Before EvtDevicePrepareHardware: the lists that it is given.
    void prepare(Caller caller) {
        free(caller);
        SimulatedDevice hardware = hardware();
        raw = new FxResourceList(device.machine, device, hardware == null ? new byte[0] : ResourceLists.list(hardware, false));
        translated = new FxResourceList(device.machine, device, hardware == null ? new byte[0] : ResourceLists.list(hardware, true));
        started = true;
        preparing = true;
        assign();
    }

    /// Interrupts that were made before the device had resources get them in the order of their creation.
    private void assign() {
        int next = 0;
        for (int i = 0; i < translated.count(); i++) {
            if (translated.type(i) == ResourceLists.TYPE_INTERRUPT && next < interrupts.size()) {
                connectTo(interrupts.get(next++), i);
            }
        }
    }

    /// Gives an interrupt the resource of a place in the list.
    void connectTo(FxInterrupt interrupt, int index) {
        Interrupts.Vector vector = Interrupts.of(device.machine).numbered(translated.vector(index));
        boolean messages = (translated.flags(index) & ResourceLists.MESSAGE) != 0;
        int message = 0;
        for (int i = index - 1; messages && i >= 0 && (translated.flags(i) & ResourceLists.MESSAGE) != 0; i--) {
            message++;
        }
        interrupt.assign(vector, message, messages, translated.disposition(index));
    }

    /// Behind EvtDevicePrepareHardware.
    void prepared() {
        preparing = false;
    }

    /// Interrupts are made before the device is started, or while its driver prepares the hardware (OBJ-340).
    boolean takesInterrupts() {
        return !started || preparing;
    }

    /// Between EvtDevicePrepareHardware and the end of EvtDeviceReleaseHardware.
    boolean hasResources() {
        return translated != null;
    }

    boolean wasStarted() {
        return started;
    }

    boolean isPreparing() {
        return preparing;
    }

    FxResourceList translated() {
        return translated;
    }

    List<FxInterrupt> interrupts() {
        return interrupts;
    }

    /// OBJ-170: behind EvtDeviceD0Entry, each in the order of creation. @return the first status that is none of success
    int connectInterrupts(Caller caller) {
        for (FxInterrupt interrupt : List.copyOf(interrupts)) {
            int status = interrupt.connect(caller);
            if (status < 0) {
                return status;
            }
        }
        return 0;
    }

    /// OBJ-175: before EvtDeviceD0Exit, in the opposite order.
    void disconnectInterrupts(Caller caller) {
        for (FxInterrupt interrupt : List.copyOf(interrupts).reversed()) {
            interrupt.disconnect(caller);
        }
    }

    long rawResources() {
        return raw.handle;
    }

    long translatedResources() {
        return translated.handle;
    }

    /// Before EvtDeviceD0Entry: the device has its power. It is the function driver's to turn on and off.
    void on() {
        if (hardware() != null && !device.init.filter) {
            hardware().switchOn();
        }
    }

    /// Behind EvtDeviceD0Exit: it has none any more.
    void off() {
        if (hardware() != null && !device.init.filter) {
            hardware().switchOff();
        }
    }

    /// Behind EvtDeviceReleaseHardware.
    void released(Caller caller) {
        List.copyOf(interrupts).stream().filter(i -> i.ofResources).forEach(i -> i.deleteNow(caller));
        off();
        if (hardware() != null) {
            SystemBus.of(device.machine).released(hardware(), device.driver.driver.image.name());
        }
        free(caller);
    }

    /// The host of the drivers is gone: the reflector takes its device's interrupts and mappings back, and nobody is blamed.
    void lost() {
        List.copyOf(interrupts).forEach(FxInterrupt::lost);
        if (hardware() != null) {
            SystemBus bus = SystemBus.of(device.machine);
            bus.mappings(hardware(), device.driver.driver.image.name()).forEach(bus::unmap);
            off();
        }
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
