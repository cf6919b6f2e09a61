package wdfs.kernel;

import java.util.function.Consumer;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;
import wdfs.runtime.SystemProcess;

/// A thread of the process System that does one thing: loads and unloads drivers, starts and removes devices, does what was
/// put off until PASSIVE_LEVEL.
public final class SystemThread extends SystemCaller {
    private final Consumer<Caller> body;

    public SystemThread(Machine machine, Consumer<Caller> body) {
        super(machine, SystemProcess.INSTANCE);
        this.body = body;
    }

    @Override
    protected void work() {
        body.accept(this);
    }
}
