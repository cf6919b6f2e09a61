package wdfs.wdf;

import wdfs.io.DeviceObject;
import wdfs.io.FileObject;
import wdfs.io.Transfers;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// WDFIOTARGET: where a driver sends requests (OBJ §6). A remote one is closed until it is opened.
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

    @Override
    protected void disposing(Caller caller) {
        close(caller);
        state = State.DELETED;
    }
}
