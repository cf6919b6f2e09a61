package wdfs.wdf;

import wdfs.kernel.KernelHandles;
import wdfs.kernel.Registry;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// WDFKEY: an open key of the registry (OBJ-442).
final class FxKey extends FxObject {
    final Registry.Key key;
    final int access;
    private long kernelHandle;

    FxKey(Machine machine, FxObject parent, Registry.Key key, int access) {
        super(machine, "WDFKEY", parent);
        this.key = key;
        this.access = access;
    }

    /// The handle that Zw routines take; it is closed with the object.
    long kernelHandle() {
        if (kernelHandle == 0) {
            kernelHandle = KernelHandles.of(machine).open(new Registry.Opened(key, access));
        }
        return kernelHandle;
    }

    @Override
    protected boolean disposesPassive() {
        return true;
    }

    @Override
    protected void destroying(Caller caller) {
        if (kernelHandle != 0) {
            KernelHandles.of(machine).close(caller, kernelHandle);
        }
    }
}
