package wdfs.wdf;

import wdfs.io.DeviceObject;
import wdfs.io.DriverObject;
import wdfs.machine.Heap;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;
import wdfs.runtime.ProcessContext;

/// WDFDRIVER: what the framework knows of a driver.
public final class FxDriver extends FxObject implements DriverObject.FrameworkDriver {
    public final DriverObject driver;
    final long deviceAdd;
    final long unload;
    final int flags;
    /// Where it runs: System, or its host.
    final ProcessContext process;

    FxDriver(Machine machine, DriverObject driver, long deviceAdd, long unload, int flags, ProcessContext process, Heap heap) {
        super(machine, "WDFDRIVER", null, heap);
        this.driver = driver;
        this.deviceAdd = deviceAdd;
        this.unload = unload;
        this.flags = flags;
        this.process = process;
    }

    /// Whether it runs in a host process (UMDF).
    public boolean inHost() {
        return !driver.image.isKernel();
    }

    /// The host is gone.
    public void lost() {
        abandon();
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
    public boolean takesDevices() {
        return deviceAdd != 0;
    }

    /// OBJ-066: EvtDriverDeviceAdd; what it created is deleted if it fails.
    @Override
    public int addDevice(Caller caller, DeviceObject physical) {
        if (deviceAdd == 0) {
            return Framework.STATUS_INVALID_DEVICE_STATE;
        }
        DeviceInit init = DeviceApi.initFor(caller, this, physical);
        if (init == null) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        int status = (int) caller.invoke(deviceAdd, handle, init.block.base);
        if (init.created == null) {
            DeviceApi.release(caller, init);
        } else if (status < 0) {
            init.created.delete(caller);
        } else {
            init.created.finishInitializing();
        }
        return status;
    }

    @Override
    protected boolean mayBeDeleted() {
        return false;
    }
}
