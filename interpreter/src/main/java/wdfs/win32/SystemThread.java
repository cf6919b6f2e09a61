package wdfs.win32;

import java.util.function.Consumer;
import wdfs.kernel.KernelApi;
import wdfs.machine.Memory;
import wdfs.runtime.Caller;
import wdfs.runtime.CompiledImage;
import wdfs.runtime.LoadedImage;
import wdfs.runtime.Machine;
import wdfs.runtime.MachineStop;
import wdfs.runtime.ProcessContext;
import wdfs.runtime.ScriptException;

/// A thread of the process System: loads and unloads drivers.
public final class SystemThread extends Caller {
    private static final ProcessContext SYSTEM = new ProcessContext() {
        @Override public String processName() { return "System"; }
        @Override public Memory.Space space() { return null; }
        @Override public LoadedImage image() { return null; }
    };

    private final Consumer<Caller> body;

    public SystemThread(Machine machine, Consumer<Caller> body) {
        super(machine, SYSTEM);
        this.body = body;
    }

    @Override
    protected void run() {
        try {
            try {
                body.accept(this);
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

    @Override
    public long startThread(CompiledImage code, int function, long frameBase, Object[] cells) {
        throw new IllegalStateException("thread blocks belong to processes");
    }

    @Override
    public void joinThreads(long frameBase, int mark) {}

    @Override
    public void startProcess(CompiledImage code) {}
}
