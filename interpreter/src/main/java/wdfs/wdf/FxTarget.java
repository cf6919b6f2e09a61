package wdfs.wdf;

import wdfs.io.DeviceObject;
import wdfs.io.FileObject;
import wdfs.io.Transfers;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// WDFIOTARGET: where a driver sends requests (OBJ §6). A remote one is closed until it is opened; the local one of a device
/// leads to the next lower device and is started from the beginning.
public final class FxTarget extends FxObject {
    enum State { CLOSED, STARTED, STOPPED, PURGED, DELETED }

    final FxDevice device;
    DeviceObject target;
    FileObject file;
    State state = State.CLOSED;

    FxTarget(Machine machine, FxDevice device, FxObject parent) {
        super(machine, "WDFIOTARGET", parent);
        this.device = device;
    }

    /// OBJ-200: what lies below the device.
    static FxTarget local(FxDevice device, DeviceObject lower) {
        FxTarget target = new FxTarget(device.machine, device, device);
        target.target = lower;
        target.local = true;
        target.state = State.STARTED;
        return target;
    }

    private boolean local;

    /// The device that gets the requests: of a remote target the top of its stack. Null while the target is closed.
    DeviceObject destination() {
        return target == null || local ? target : target.top();
    }

    void opened(DeviceObject to, FileObject through) {
        target = to;
        file = through;
        state = State.STARTED;
    }

    void close(Caller caller) {
        state = State.CLOSED;
        target = null;
        if (file != null) {
            FileObject closing = file;
            file = null;
            closing.references--;
            Transfers.closeWhenIdle(caller, closing);
        }
    }

    /// OBJ-005.
    @Override
    protected boolean mayBeDeleted() {
        return !local;
    }

    @Override
    protected boolean disposesPassive() {
        return true;
    }

    @Override
    protected void disposing(Caller caller) {
        close(caller);
        state = State.DELETED;
    }
}
