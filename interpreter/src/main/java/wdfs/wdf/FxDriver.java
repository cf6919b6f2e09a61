package wdfs.wdf;

import wdfs.io.DriverObject;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// WDFDRIVER: what the framework knows of a driver.
public final class FxDriver extends FxObject implements DriverObject.FrameworkDriver {
    public final DriverObject driver;
    final long deviceAdd;
    final long unload;
    final int flags;

    FxDriver(Machine machine, DriverObject driver, long deviceAdd, long unload, int flags) {
        super(machine, "WDFDRIVER", null);
        this.driver = driver;
        this.deviceAdd = deviceAdd;
        this.unload = unload;
        this.flags = flags;
    }

    /// VER-200: the framework verifier, on unless the driver or the run says otherwise.
    public boolean verifier() {
        return driver.image.info().verifier() && machine.verifierOn();
    }

    @Override
    public void unload(Caller caller) {
        if (unload != 0) {
            caller.invoke(unload, handle);
        }
        delete(caller);
    }

    @Override
    protected boolean mayBeDeleted() {
        return false;
    }
}
