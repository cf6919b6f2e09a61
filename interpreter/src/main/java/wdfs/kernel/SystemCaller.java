package wdfs.kernel;

import wdfs.runtime.Caller;
import wdfs.runtime.Machine;
import wdfs.runtime.MachineStop;
import wdfs.runtime.ProcessContext;
import wdfs.runtime.ScriptException;

/// A thread of the kernel's own. An exception that its work does not handle ends the machine.
public abstract class SystemCaller extends Caller {
    protected SystemCaller(Machine machine, ProcessContext process) {
        super(machine, process);
    }

    protected abstract void work();

    @Override
    protected final void run() {
        try {
            try {
                work();
                balanced();
            } catch (ScriptException e) {
                KernelApi.unhandled(this, e, true);
            }
        } catch (MachineStop _) {
            // the machine has ended
        }
    }

    @Override
    public String threadName() {
        return "System";
    }
}
