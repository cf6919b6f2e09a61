package wdfs.io;

import java.util.ArrayList;
import java.util.List;
import wdfs.kernel.NamedObjects;
import wdfs.kernel.Waitable;
import wdfs.kernel.Waits;
import wdfs.machine.Irql;
import wdfs.machine.Scheduler;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;
import wdfs.runtime.MachineStop;
import wdfs.runtime.Report;

/// The power manager: takes the system from one power state to another by IRP_MJ_POWER to every stack, and sends the requests
/// for device power that power-policy owners ask for (PoRequestPowerIrp).
public final class PowerManager {
    public static final int WAIT_WAKE = 0x00;
    public static final int SET_POWER = 0x02;
    public static final int QUERY_POWER = 0x03;
    /// SYSTEM_POWER_STATE.
    public static final int WORKING = 1;
    public static final int HIBERNATE = 5;
    /// DEVICE_POWER_STATE.
    public static final int D0 = 1;
    private static final int SYSTEM_POWER = 0;
    private static final int DEVICE_POWER = 1;
    private static final int NOT_SUPPORTED = 0xC00000BB;
    private static final int INVALID_PARAMETER = 0xC000000D;
    private static final int INVALID_DEVICE_STATE = 0xC0000184;
    private static final int NO_SUCH_DEVICE = 0xC000000E;
    private static final int POWER_STATE_INVALID = 0xC00002D3;
    /// VER-051: how long a stack may take over IRP_MJ_POWER.
    public static final long LIMIT_NANOS = 600L * 1_000_000_000;

    private final Machine machine;
    private int system = WORKING;
    private int outstanding;
    private boolean changing;
    /// POWER_ACTION of the change that is under way: PowerActionHibernate or …Sleep; 0 if there is none.
    private int action;
    private final Waitable quiet = new Waitable() {
        @Override public boolean isSignaled() { return outstanding == 0; }
        @Override public void satisfied() {}
        @Override public String waitName() { return "the devices that change their power state"; }
    };

    private PowerManager(Machine machine) {
        this.machine = machine;
    }

    public static PowerManager of(Machine machine) {
        return machine.part(PowerManager.class, PowerManager::new);
    }

    public boolean isAsleep() {
        return system != WORKING;
    }

    // ---- the system ------------------------------------------------------------------------------------------------------------------

    /// Into a sleeping state, or out of it: every stack in turn, on the way down the last one that was started first. Comes back
    /// when all devices are where their drivers want them. PASSIVE_LEVEL, in a thread of the system.
    /// @return STATUS_SUCCESS, or the status of a driver that refused IRP_MN_QUERY_POWER
    private static final String POWER_STATE_CALLBACK = "\\Callback\\PowerState";
    /// PO_CB_SYSTEM_STATE_LOCK: the system is about to leave S0 (0), or is back in it (1).
    private static final int SYSTEM_STATE_LOCK = 3;

    public int enter(Caller caller, int state) {
        if (state < WORKING || state > HIBERNATE) {
            return INVALID_PARAMETER;
        }
        if (changing || state != WORKING && system != WORKING) {
            return state == system ? 0 : INVALID_DEVICE_STATE;
        }
        if (state == system) {
            return 0;
        }
        changing = true;
        action = state == HIBERNATE ? 3 : 2;
        try {
            List<Devnode> nodes = new ArrayList<>(PnpManager.of(machine).nodes());
            if (state != WORKING) {
                NamedObjects.notify(caller, POWER_STATE_CALLBACK, SYSTEM_STATE_LOCK, 0);
            }
            int status = state == WORKING ? wake(caller, nodes) : sleep(caller, nodes.reversed(), state);
            if (system == WORKING) {
                NamedObjects.notify(caller, POWER_STATE_CALLBACK, SYSTEM_STATE_LOCK, 1);
            }
            return status;
        } finally {
            changing = false;
            action = 0;
        }
    }

    private int sleep(Caller caller, List<Devnode> nodes, int state) {
        for (int i = 0; i < nodes.size(); i++) {
            int status = send(caller, nodes.get(i), QUERY_POWER, state);
            if (status < 0) {                                         // who was asked before hears that nothing comes of it
                for (Devnode asked : nodes.subList(0, i + 1)) {
                    send(caller, asked, SET_POWER, WORKING);
                }
                return status;
            }
        }
        system = state;
        nodes.forEach(node -> send(caller, node, SET_POWER, state));
        settle(caller);
        return 0;
    }

    private int wake(Caller caller, List<Devnode> nodes) {
        system = WORKING;
        nodes.forEach(node -> send(caller, node, SET_POWER, WORKING));
        settle(caller);
        return 0;
    }

    private void settle(Caller caller) {
        Waits.wait(caller, List.of(quiet), false, Waits.FOREVER);
    }

    private int send(Caller caller, Devnode node, int minor, int state) {
        node.beginChange(caller);
        try {
            if (node.state != Devnode.State.STARTED || node.physical.attached == null) {
                return 0;
            }
            Answer answer = new Answer(node.name);
            Irp irp = make(caller, node, location(minor, SYSTEM_POWER, state, action), (_, status) -> answer.give(status));
            if (irp == null) {
                return IoManager.STATUS_INSUFFICIENT_RESOURCES;
            }
            IoManager.of(machine).call(caller, node.physical.top(), irp);
            Waits.wait(caller, List.of(answer), false, Waits.FOREVER);
            // A driver that knows nothing of power has no objection to it.
            return minor == QUERY_POWER && answer.status == NOT_SUPPORTED ? 0 : answer.status;
        } finally {
            node.endChange();
        }
    }

    /// The end of a request that the power manager waits for.
    private static final class Answer extends Waitable {
        private final String device;
        private boolean given;
        int status;

        Answer(String device) {
            this.device = device;
        }

        void give(int with) {
            given = true;
            status = with;
            changed();
        }

        @Override public boolean isSignaled() { return given; }
        @Override public void satisfied() {}
        @Override public String waitName() { return "IRP_MJ_POWER for devnode " + device; }
    }

    /// A request for the top of a stack; null without memory. VER-051: ten minutes from now on, the machine stops if it is
    /// not done.
    private Irp make(Caller caller, Devnode node, byte[] location, Completion completion) {
        Irp irp = IoManager.of(machine).allocate(node.physical.top().stackSize());
        if (irp == null) {
            return null;
        }
        boolean waits = location[1] != WAIT_WAKE;
        DeviceObject physical = node.physical;
        Scheduler.Due late = !waits ? null : machine.scheduler.after(LIMIT_NANOS + 1, () -> IoManager.of(machine).inSystemThread.accept(_ -> {
            throw tooLate(node, physical, irp);
        }));
        irp.major = PnpManager.POWER;
        irp.status(NOT_SUPPORTED);
        irp.requestor = new Irp.Requestor() {
            @Override public Caller thread() { return caller; }

            @Override public void finished(Caller by, Irp done) {
                if (late != null) {
                    late.cancel();
                }
                completion.done(by, done.status());
            }
        };
        machine.memory.store(null, irp.stackLocation() - Irp.STACK_LOCATION_SIZE, location);
        irp.tell("created", "by the power manager");
        if (waits) {
            IoManager.of(machine).track(irp);
        }
        return irp;
    }

    private MachineStop tooLate(Devnode node, DeviceObject physical, Irp irp) {
        return machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_POWER_STATE_FAILURE", "VER-051",
                "devnode %s has not changed its power state in ten minutes; driver %s has the request".formatted(node.name, irp.holder))
                .code(0x9F, 3, physical.address(), 0, irp.address).blank().subject(irp).story(irp)
                .help("complete or pass on every IRP_MJ_POWER; in EvtIoStop complete, requeue or acknowledge each request").build());
    }

    /// IO_STACK_LOCATION.Parameters.Power: Type and State stand 8 bytes apart.
    private static byte[] location(int minor, int type, int state, int action) {
        byte[] location = new byte[Irp.STACK_LOCATION_SIZE];
        location[0] = PnpManager.POWER;
        location[1] = (byte) minor;
        location[0x10] = (byte) type;
        location[0x18] = (byte) state;
        location[0x20] = (byte) action;
        return location;
    }

    // ---- devices ---------------------------------------------------------------------------------------------------------------------

    /// Hears that a request for device power is done, with its status.
    @FunctionalInterface
    public interface Completion {
        void done(Caller caller, int status);
    }

    /// PoRequestPowerIrp: the request goes to the top of the stack; of several for one stack, each waits for the one before.
    /// @return STATUS_PENDING, or why nothing was sent
    public int request(Caller caller, DeviceObject device, int minor, int state, Completion completion) {
        Devnode node = device.devnode();
        if (node == null || node.physical == null) {
            return NO_SUCH_DEVICE;
        }
        if (minor != SET_POWER && minor != QUERY_POWER && minor != WAIT_WAKE) {
            return 0xC00000F0;                                        // STATUS_INVALID_PARAMETER_2
        }
        byte[] location = location(minor, DEVICE_POWER, state, action);
        if (minor == WAIT_WAKE) {
            location[0x10] = 0;
            location[0x18] = 0;
            location[0x08] = (byte) state;                            // Parameters.WaitWake.PowerState
        }
        DeviceObject top = node.physical.top();
        Irp irp = make(caller, node, location, (by, status) -> {
            if (minor == SET_POWER) {
                node.endPower();
            }
            outstanding -= minor == WAIT_WAKE ? 0 : 1;
            quiet.changed();
            if (completion != null) {
                completion.done(by, status);
            }
        });
        if (irp == null) {
            return IoManager.STATUS_INSUFFICIENT_RESOURCES;
        }
        outstanding += minor == WAIT_WAKE ? 0 : 1;
        if (caller.irql() > Irql.PASSIVE || !caller.inKernel()) {
            IoManager.of(machine).inSystemThread.accept(by -> dispatch(by, node, top, irp, minor));
        } else {
            dispatch(caller, node, top, irp, minor);
        }
        return IoManager.STATUS_PENDING;
    }

    private void dispatch(Caller caller, Devnode node, DeviceObject top, Irp irp, int minor) {
        if (minor == SET_POWER) {
            node.beginPower(caller);
        }
        IoManager.of(machine).call(caller, top, irp);
    }

    // ---- signals to wake up ------------------------------------------------------------------------------------------------------------

    /// A bus keeps IRP_MN_WAIT_WAKE of a device until the device signals, or the request is cancelled.
    public int holdWake(Devnode node, Irp irp) {
        if (node.waitWake != null) {
            irp.status(0x80000011);                                   // STATUS_DEVICE_BUSY: one at a time
            IoManager.of(machine).complete((Caller) machine.scheduler.running(), irp);
            return 0x80000011;
        }
        node.waitWake = irp;
        irp.markPending();
        irp.javaCancel = () -> endWake(irp.cancelCaller, node, IoManager.STATUS_CANCELLED);
        return IoManager.STATUS_PENDING;
    }

    private void endWake(Caller caller, Devnode node, int status) {
        Irp irp = node.waitWake;
        node.waitWake = null;
        irp.javaCancel = null;
        irp.status(status);
        IoManager.of(machine).complete(caller, irp);
    }

    /// The device signals that it wants to be woken. @return STATUS_SUCCESS, or why nobody heard it
    public int signalWake(Caller caller, Devnode node) {
        if (node.physical == null) {
            return NO_SUCH_DEVICE;
        }
        if (node.waitWake == null) {
            return POWER_STATE_INVALID;                               // nobody has armed it
        }
        endWake(caller, node, 0);
        enter(caller, WORKING);                                       // a device that was armed for it wakes the system
        settle(caller);
        return 0;
    }

    /// The bus driver tells how the wait for the device's signal ended. @return false if nobody waits
    public boolean indicateWake(Caller caller, Devnode node, int status) {
        if (node == null || node.waitWake == null) {
            return false;
        }
        endWake(caller, node, status);
        return true;
    }

    /// The driver gives up waiting for its device's signal.
    public void cancelWake(Caller caller, Devnode node) {
        if (node.waitWake != null) {
            IoManager.of(machine).cancel(caller, node.waitWake);
        }
    }

    /// The stack goes: nobody waits for its signal any more.
    void gone(Caller caller, Devnode node) {
        cancelWake(caller, node);
    }

    // ---- time limits -------------------------------------------------------------------------------------------------------------------

    /// What a thing that must be over in ten minutes is stopped with.
    public interface Late {
        Report report();
    }

    /// Does something that may take ten minutes of virtual time at most (OBJ-183, VER-051); then the machine stops.
    public void within(Runnable work, Late late) {
        var due = machine.scheduler.after(LIMIT_NANOS, () -> IoManager.of(machine).inSystemThread.accept(caller -> {
            throw machine.bugCheck(late.report());
        }));
        try {
            work.run();
        } finally {
            due.cancel();
        }
    }
}
