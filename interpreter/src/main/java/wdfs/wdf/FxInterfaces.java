package wdfs.wdf;

import java.util.ArrayList;
import java.util.List;
import wdfs.io.DeviceInterfaces;

/// The device interfaces of a framework's device: enabled when it has started, unless the driver says otherwise, and disabled
/// when it goes (OBJ-087).
final class FxInterfaces {
    private static final class Known {
        final String guid;
        final String reference;
        /// Null while PnP does not know the physical device yet.
        DeviceInterfaces.Interface of;

        Known(String guid, String reference) {
            this.guid = guid;
            this.reference = reference;
        }
    }

    private final FxDevice device;
    private final List<Known> all = new ArrayList<>();
    /// Made before the device started and not touched since: they follow the device.
    private final List<Known> automatic = new ArrayList<>();
    private boolean running;

    FxInterfaces(FxDevice device) {
        this.device = device;
    }

    private DeviceInterfaces system() {
        return DeviceInterfaces.of(device.machine);
    }

    /// @return a status
    int create(String guid, String reference) {
        if (device.devnode() == null && device.pdo == null || find(guid, reference) != null) {
            return device.devnode() == null && device.pdo == null ? Framework.STATUS_INVALID_DEVICE_REQUEST : 0xC0000035;
        }
        Known made = new Known(guid, reference);
        register(made);
        all.add(made);
        if (!running) {
            automatic.add(made);
        }
        return 0;
    }

    private void register(Known known) {
        if (known.of == null && device.devnode() != null) {
            known.of = system().register(device.init.physical, known.guid, known.reference);
        }
    }

    private Known find(String guid, String reference) {
        for (Known known : all) {
            if (known.guid.equals(guid) && known.reference.equals(reference)) {
                return known;
            }
        }
        return null;
    }

    /// WdfDeviceSetDeviceInterfaceState, …StateEx. Before the start only the second one, with FALSE, keeps the start from enabling it.
    void set(String guid, String reference, boolean enable, boolean keeps) {
        Known known = find(guid, reference);
        if (known == null) {
            return;
        }
        if (running) {
            system().set(known.of, enable);
        } else if (keeps && !enable) {
            automatic.remove(known);
        }
    }

    /// The name of the interface in the kernel's form; null if the driver has made none.
    String link(String guid, String reference) {
        Known known = find(guid, reference);
        return known == null || known.of == null ? null : known.of.link();
    }

    void started() {
        running = true;
        all.forEach(this::register);
        automatic.forEach(known -> system().set(known.of, true));
    }

    void stopped() {
        running = false;
        all.stream().filter(known -> known.of != null).forEach(known -> system().set(known.of, false));
    }
}
