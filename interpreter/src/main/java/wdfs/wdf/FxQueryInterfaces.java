package wdfs.wdf;

import java.util.ArrayList;
import java.util.List;
import wdfs.io.Guids;
import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.io.PnpManager;
import wdfs.machine.View;
import wdfs.runtime.Caller;

/// The interfaces that a device's driver has for the others of its stack, and the framework's answer to IRP_MN_QUERY_INTERFACE.
final class FxQueryInterfaces {
    /// The bytes of an INTERFACE.
    static final int INTERFACE = 0x20;
    private static final int CONTEXT = 8;
    private static final int REFERENCE = 0x10;
    private static final int NOT_SUPPORTED = 0xC00000BB;
    private static final int INVALID_BUFFER_SIZE = 0xC0000206;

    /// @param content what is given; null if the callback fills all of it, or the parent's stack does
    /// @param imports the one who asks has filled in something, which only the callback may replace
    /// @param callback EvtDeviceProcessQueryInterfaceRequest; 0 for none
    record Exposed(String type, byte[] content, boolean toParent, boolean imports, long callback) {
        private int number(int offset) {
            return content[offset] & 0xFF | (content[offset + 1] & 0xFF) << 8;
        }

        boolean fits(int size, int version) {
            return content == null || number(0) <= size && number(2) <= version;
        }
    }

    private final FxDevice device;
    private final List<Exposed> all = new ArrayList<>();

    FxQueryInterfaces(FxDevice device) {
        this.device = device;
    }

    void add(Exposed exposed) {
        all.add(exposed);
    }

    /// The first of the type that was added; null if there is none, and the request is for the drivers below.
    Exposed find(Caller caller, Irp irp) {
        String type = Guids.read(caller.memory, caller.memory.load64(irp.stackLocation() + 8));
        return all.stream().filter(exposed -> exposed.type.equals(type)).findFirst().orElse(null);
    }

    /// Answers, and lets the lower drivers see the answer: they may change it. @return a status
    int answer(Caller caller, Irp irp, Exposed exposed) {
        View memory = caller.memory;
        long parameters = irp.stackLocation() + 8;
        long type = memory.load64(parameters);
        int size = memory.load16(parameters + 8) & 0xFFFF;
        int version = memory.load16(parameters + 10) & 0xFFFF;
        long into = memory.load64(parameters + 0x10);
        long data = memory.load64(parameters + 0x18);
        if (!exposed.fits(size, version)) {
            return end(caller, irp, INVALID_BUFFER_SIZE);
        }
        if (exposed.content != null && !exposed.imports) {
            for (int i = 0; i < exposed.content.length; i++) {
                memory.store8(into + i, exposed.content[i]);
            }
        }
        int status = exposed.callback == 0 ? 0 : (int) device.driver.call(caller, exposed.callback, device.handle, type, into, data);
        if (status < 0 && status != NOT_SUPPORTED) {
            return end(caller, irp, status);
        }
        if (exposed.toParent) {
            int answered = PnpManager.of(device.machine).queryInterface(caller, device.pdo.init.parent.device, type, size, version, into, data);
            return end(caller, irp, answered == NOT_SUPPORTED ? irp.status() : answered);
        }
        long reference = memory.load64(into + REFERENCE);
        if (reference != 0) {
            caller.invoke(reference, memory.load64(into + CONTEXT));
        }
        if (device.pdo != null) {
            return end(caller, irp, status);
        }
        irp.status(status);
        irp.markPending();
        device.sendDown(caller, irp, back -> end(back, irp, irp.status()));
        return IoManager.STATUS_PENDING;
    }

    private static int end(Caller caller, Irp irp, int status) {
        irp.status(status);
        irp.information(0);
        IoManager.of(caller).complete(caller, irp);
        return status;
    }
}
