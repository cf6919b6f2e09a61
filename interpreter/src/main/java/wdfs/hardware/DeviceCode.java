package wdfs.hardware;

import wdfs.machine.Irql;
import wdfs.runtime.Caller;
import wdfs.runtime.LoadedImage;
import wdfs.runtime.Machine;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptException;
import wdfs.runtime.ScriptStack;
import wdfs.runtime.SystemProcess;

/// Runs the bodies of simulated devices. They are no code of the processor: they take no virtual time, nothing interrupts
/// them, and what runs meanwhile is whoever made the access.
final class DeviceCode extends Caller {
    /// About a microsecond of the host for each call: a device that calls itself for ever ends at the limit of steps.
    private static final int CALL_STEPS = 500;

    /// The device whose body runs.
    SimulatedDevice device;

    DeviceCode(Machine machine) {
        super(machine, SystemProcess.INSTANCE);
    }

    /// @return what the function gives; 0 if it failed
    long call(SimulatedDevice owner, LoadedImage code, int function, long... arguments) {
        int irql = machine.memory.irql;
        SimulatedDevice before = device;
        machine.memory.irql = Irql.HIGH;
        device = owner;
        image = code;
        spend(CALL_STEPS);
        try {
            return code.code().dispatch(function, this, arguments);
        } catch (ScriptException e) {
            machine.violation(new Report.Builder(Report.Kind.VIOLATION, "HardwareFault", "", "the code of hardware %s ended with exception %s"
                    .formatted(owner.name(), machine.statuses.name(e.code()))).stack(raisedAt, "").help("it is the model of the device that is wrong here, not the driver").build(),
                    ScriptStack.site());
            return 0;
        } finally {
            device = before;
            machine.memory.irql = irql;
        }
    }

    @Override
    protected void run() {
        throw new IllegalStateException("the code of a device runs on the thread of whoever reaches it");
    }

    @Override
    protected boolean outsideTime() {
        return true;
    }

    @Override
    protected void overflow() {
        throw machine.limit("call depth");
    }

    @Override
    public String threadName() {
        return "hardware";
    }
}
