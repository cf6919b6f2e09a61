package wdfs.wdf;

import java.nio.charset.StandardCharsets;
import java.util.List;
import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.io.PnpManager;
import wdfs.machine.Region;
import wdfs.runtime.Caller;

/// What the framework does for a physical device object of a bus driver: it answers what PnP asks of it, and knows whether its bus
/// still has it (OBJ-187).
final class FxPdo {
    private static final int QUERY_DEVICE_RELATIONS = 0x07;
    private static final int QUERY_DEVICE_TEXT = 0x0C;
    private static final int QUERY_ID = 0x13;
    private static final int TARGET_DEVICE_RELATION = 4;

    private final FxDevice device;
    final PdoInit init;
    /// The description that it stands for in a child list, static or not; null until the driver has added it to one.
    FxChildList.Entry entry;
    /// The device of its bus is being removed.
    boolean parentGoes;
    private boolean holdsParent;

    FxPdo(FxDevice device, PdoInit init) {
        this.device = device;
        this.init = init;
        this.entry = init.entry;
    }

    /// OBJ-187: what PnP removes without the bus having reported it missing stays, and can be started again.
    boolean goes() {
        return parentGoes || entry == null || entry.isReportedMissing();
    }

    // ---- the bus in D0 while the device is ---------------------------------------------------------------------------------------------

    void needParent(Caller caller) {
        if (init.powerNeedsParent && !holdsParent && init.parent.pnp.power.stopIdle(caller, true) >= 0) {
            holdsParent = true;
        }
    }

    void releaseParent(Caller caller) {
        if (holdsParent) {
            holdsParent = false;
            init.parent.pnp.power.resumeIdle(caller);
        }
    }

    // ---- what PnP asks -----------------------------------------------------------------------------------------------------------------

    /// A request that FxPnp has nothing to do with.
    int dispatch(Caller caller, Irp irp) {
        long parameter = device.machine.memory.field64(irp.stackLocation() + 8);
        switch (irp.minorFunction()) {
            case QUERY_ID -> id(irp, (int) parameter);
            case PnpManager.QUERY_CAPABILITIES -> irp.status(device.facts.capabilitiesOfPdo(caller, irp, init.raw));
            case DeviceFacts.QUERY_BUS_INFORMATION -> irp.status(init.parent.facts.busInformation(irp));
            case PnpManager.EJECT -> eject(caller, irp);
            case QUERY_DEVICE_TEXT -> text(irp, (int) parameter, (int) device.machine.memory.field64(irp.stackLocation() + 0x10));
            case QUERY_DEVICE_RELATIONS -> {
                if ((int) parameter == TARGET_DEVICE_RELATION) {
                    FxChildList.answer(irp, device.machine, List.of(device.device));
                }
            }
            default -> { }                                            // nobody handles it: its status says so
        }
        int status = irp.status();
        IoManager.of(caller).complete(caller, irp);
        return status;
    }

    /// What has been ejected is not reported again.
    private void eject(Caller caller, Irp irp) {
        int status = device.pnp.call(caller, "EvtDeviceEject", init.callbacks[PdoInit.EJECT]);
        if (status >= 0 && entry != null) {
            entry.list().markMissing(caller, entry);
        }
        irp.status(status);
    }

    private void id(Irp irp, int type) {
        switch (type) {
            case 0 -> give(irp, init.deviceId.isEmpty() ? List.of() : List.of(init.deviceId), false);
            case 1 -> give(irp, init.hardwareIds, true);
            case 2 -> give(irp, init.compatibleIds, true);
            case 3 -> give(irp, init.instanceId.isEmpty() ? List.of() : List.of(init.instanceId), false);
            case 5 -> give(irp, init.containerId.isEmpty() ? List.of() : List.of(init.containerId), false);
            default -> { }
        }
    }

    private void text(Irp irp, int type, int locale) {
        PdoInit.Text text = init.texts.containsKey(locale) ? init.texts.get(locale) : init.texts.get(init.defaultLocale);
        if (text != null && (type == 0 || type == 1)) {
            give(irp, List.of(type == 0 ? text.description() : text.location()), false);
        }
    }

    private void give(Irp irp, List<String> texts, boolean several) {
        if (texts.isEmpty()) {
            return;
        }
        byte[] bytes = ((several ? String.join("\0", texts) + "\0" : texts.getFirst()) + "\0").getBytes(StandardCharsets.UTF_16LE);
        Region block = device.machine.nonpaged.allocate(bytes.length, "Pool", true);
        if (block == null) {
            irp.status(Framework.STATUS_INSUFFICIENT_RESOURCES);
            return;
        }
        device.machine.memory.store(null, block.base, bytes);
        irp.information(block.base);
        irp.status(0);
    }
}
