package wdfs.host;

import wdfs.runtime.Caller;
import wdfs.runtime.MachineStop;
import wdfs.runtime.ScriptException;

/// A thread of a driver host: takes one piece of work after the other. All of it runs at PASSIVE_LEVEL in user mode, and never
/// in a requestor's thread (UMDF-003).
final class HostThread extends Caller {
    /// What an idle thread waits for.
    static final String WORK = "work";
    private final DriverHost host;
    /// What it is at, or was last.
    HostCall doing;
    private final String name;

    HostThread(DriverHost host, int number) {
        super(host.machine, host);
        this.host = host;
        this.name = host.processName() + "." + number;
    }

    @Override
    protected void run() {
        try {
            while (true) {
                HostCall call = host.next(this);
                try {
                    call.finished(call.work.applyAsInt(this));
                } catch (ScriptException e) {
                    host.unhandled(this, e);
                } catch (StackOverflowError _) {
                    throw machine.limit("call depth");
                }
            }
        } catch (MachineStop _) {
            // the host has ended, or the machine
        }
    }

    @Override
    public boolean isIdle() {
        return isWaiting() && waitingFor().equals(WORK);
    }

    @Override
    public String threadName() {
        return name;
    }
}
