package wdfs.wdf;

import java.util.List;
import wdfs.io.Devnode;
import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.io.PowerManager;
import wdfs.kernel.Waitable;
import wdfs.kernel.Waits;
import wdfs.machine.Scheduler;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;
import wdfs.runtime.Report;

/// The power policy of a stack, in the device that owns it: turns the system's power requests into the device's, and lets an
/// idle device sleep while the system works (OBJ-154, OBJ-181).
final class FxPowerPolicy {
    private static final int POWER_STATE_INVALID = 0xC00002D3;
    private static final int D3 = 4;

    /// WdfDeviceAssignS0IdleSettings.
    record Idle(boolean enabled, boolean canWake, int state, long timeoutNanos, boolean upWithSystem) {}

    /// WdfDeviceAssignSxWakeSettings. @param capabilities null for a device that nobody has said anything of
    record Wake(boolean enabled, int state, DeviceFacts.PowerCapabilities capabilities) {}

    private enum Armed { NOT, FROM_S0, FROM_SX }

    private final FxDevice device;
    private final FxPnp pnp;
    private final FxPower power;
    private final Machine machine;
    private Idle idle = new Idle(false, false, D3, 0, false);
    private Wake wake = new Wake(false, D3, null);
    private boolean running;
    /// StopIdle less ResumeIdle, and one for each power-managed queue that has requests.
    private int references;
    private Scheduler.Due timer;
    /// SYSTEM_POWER_STATE that the system was last to sleep in.
    private int sleepState = PowerManager.WORKING;
    /// While a request for the device's power is under way that the system's is the reason for: POWER_ACTION; else 0.
    private int systemAction;
    /// The system sleeps, or is about to.
    private boolean systemAsleep;
    /// A request for D0 is on its way.
    private boolean waking;
    /// A request for a sleeping state is on its way.
    private boolean dozing;
    /// Requests of its own for the device's power that are under way.
    private int requested;
    private boolean failed;
    private Armed wanted = Armed.NOT;
    private Armed armed = Armed.NOT;
    private boolean signalled;
    private final Waitable awake = new Waitable() {
        @Override public boolean isSignaled() { return power().isInD0() && !dozing || failed || !running; }
        @Override public void satisfied() {}
        @Override public String waitName() { return "D0 of " + device.label(); }
    };

    FxPowerPolicy(FxDevice device, FxPnp pnp, FxPower power) {
        this.device = device;
        this.pnp = pnp;
        this.power = power;
        this.machine = device.machine;
    }

    private FxPower power() {
        return power;
    }

    /// WDF_DEVICE_POWER_POLICY_STATE.
    int stateNumber() {
        return !running ? pnp.state() == FxPnp.State.INIT ? 0x500 : 0x563
                : systemAsleep ? armed == Armed.NOT ? 0x52C : 0x513
                : power.isInD0() ? !idle.enabled ? 0x565 : idle.canWake ? 0x531 : 0x505 : armed == Armed.NOT ? 0x508 : 0x53E;
    }

    private int call(Caller caller, PolicyEvent event, long... arguments) {
        return pnp.call(caller, event.callback(), device.init.policyCallbacks[event.ordinal()], arguments);
    }

    // ---- the system's power ----------------------------------------------------------------------------------------------------------

    /// IRP_MN_SET_POWER for the system. The device's power follows the system's down before the request goes on, and comes back
    /// behind it.
    int system(Caller caller, Irp irp, int state) {
        irp.status(0);
        if (!running) {
            return device.onward(caller, irp);
        }
        return state == PowerManager.WORKING ? working(caller, irp) : sleeping(caller, irp);
    }

    private static int actionFor(int state) {
        return state == PowerManager.HIBERNATE ? 3 : 2;
    }

    int systemAction() {
        return systemAction;
    }

    private boolean wakesFrom(int system) {
        return wake.enabled && (wake.capabilities == null || system <= wake.capabilities.systemWake());
    }

    private int sleeping(Caller caller, Irp irp) {
        systemAsleep = true;
        sleepState = irp.powerState();
        cancelTimer();
        irp.markPending();
        if (!power.isInD0() && wakesFrom(sleepState)) {                        // idle: it is armed for another sleep than it is to sleep now
            request(caller, PowerManager.D0, (by, _) -> sleep(by, irp));
        } else if (power.isInD0()) {
            sleep(caller, irp);
        } else {
            onward(caller, irp);
        }
        return IoManager.STATUS_PENDING;
    }

    private void sleep(Caller caller, Irp irp) {
        boolean wakes = wakesFrom(sleepState);
        wanted = wakes ? Armed.FROM_SX : Armed.NOT;
        systemAction = actionFor(sleepState);
        request(caller, wakes ? wake.state : sleepingState(caller), (by, _) -> {
            systemAction = 0;
            onward(by, irp);
        });
    }

    /// How deep the device sleeps with the system if it is not to wake it: never less deep than the capabilities of its stack say.
    private int sleepingState(Caller caller) {
        int ideal = device.facts.idealState();
        return ideal == D3 ? D3 : Math.max(ideal, device.facts.ofStack(caller).states()[sleepState]);
    }

    private void onward(Caller caller, Irp irp) {
        device.onward(caller, irp);
    }

    private int working(Caller caller, Irp irp) {
        irp.markPending();
        device.sendDown(caller, irp, back -> {
            systemAsleep = false;
            boolean stays = idle.enabled && references == 0 && !idle.upWithSystem && armed != Armed.FROM_SX && !signalled;
            if (!power.isInD0() && !stays) {
                systemAction = actionFor(sleepState);
                request(back, PowerManager.D0, (_, _) -> systemAction = 0);
            }
            IoManager.of(back).complete(back, irp);
        });
        return IoManager.STATUS_PENDING;
    }

    /// PoRequestPowerIrp for this stack.
    private void request(Caller caller, int state, PowerManager.Completion then) {
        boolean up = state == PowerManager.D0;
        waking |= up;
        dozing |= !up;
        requested++;
        int status = PowerManager.of(machine).request(caller, device.device, PowerManager.SET_POWER, state, (system, result) -> inPlace(system, by -> {
            requested--;
            waking &= !up;
            dozing &= up;
            if (then != null) {
                then.done(by, result);
            }
            awake.changed();
            settle(by);
        }));
        if (status < 0) {
            requested--;
            waking &= !up;
            dozing &= up;
            if (then != null) {
                then.done(caller, status);
            }
        }
    }

    /// OBJ-154: only its owner asks for another power state of the stack.
    void check(Irp irp) {
        if (requested == 0 && !device.driver.inHost()) {
            throw machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "WDF_VIOLATION", "OBJ-154",
                    "%s of driver %s owns the power policy of its stack, and gets a request for the device's power that it has not made: another driver owns it as well"
                    .formatted(device.label(), device.driver.driver.name())).code(0x10D, 0xD, device.device.address(), irp.address, 0).subject(irp).story(irp)
                    .help("WdfDeviceInitSetPowerPolicyOwnership(DeviceInit, FALSE) in all drivers of the stack but one; the function driver owns the policy if nobody says otherwise").build());
        }
    }

    /// On a thread of the driver's host, if it runs in one.
    private void inPlace(Caller caller, java.util.function.Consumer<Caller> work) {
        if (device.driver.inHost()) {
            device.driver.process.runLater("the end of a change of power", work);
        } else {
            work.accept(caller);
        }
    }

    // ---- wake-up signals ---------------------------------------------------------------------------------------------------------------

    /// On the way out of D0, behind the queues: the device is told to signal, if it is to be able to wake itself or the system.
    void arm(Caller caller) {
        Armed what = wanted;
        wanted = Armed.NOT;
        if (what == Armed.NOT) {
            return;
        }
        int status = what == Armed.FROM_S0 ? call(caller, PolicyEvent.ARM_WAKE_FROM_S0)
                : device.init.policyCallbacks[PolicyEvent.ARM_WAKE_FROM_SX_WITH_REASON.ordinal()] != 0 ? call(caller, PolicyEvent.ARM_WAKE_FROM_SX_WITH_REASON, 1, 0)
                : call(caller, PolicyEvent.ARM_WAKE_FROM_SX);
        if (status < 0) {
            return;                                                   // it sleeps all the same, and cannot wake itself
        }
        armed = what;
        PowerManager.of(machine).request(caller, device.device, PowerManager.WAIT_WAKE, PowerManager.WORKING, (by, end) -> {
            if (end >= 0) {
                signalled = true;
                if (!systemAsleep && !power.isInD0()) {
                    request(by, PowerManager.D0, null);
                }
            }
        });
    }

    /// On the way into D0, once the hardware is on and before the queues: the driver hears of the signal, then takes the arming back.
    void disarm(Caller caller) {
        Armed what = armed;
        armed = Armed.NOT;
        boolean came = signalled;
        signalled = false;
        if (what == Armed.NOT) {
            return;
        }
        Devnode node = device.devnode();
        if (node != null && !came) {
            PowerManager.of(machine).cancelWake(caller, node);
        }
        if (came) {
            call(caller, what == Armed.FROM_S0 ? PolicyEvent.WAKE_FROM_S0_TRIGGERED : PolicyEvent.WAKE_FROM_SX_TRIGGERED);
        }
        call(caller, what == Armed.FROM_S0 ? PolicyEvent.DISARM_WAKE_FROM_S0 : PolicyEvent.DISARM_WAKE_FROM_SX);
    }

    // ---- idle while the system works -----------------------------------------------------------------------------------------------------

    void assign(Caller caller, Idle settings) {
        idle = settings;
        cancelTimer();
        if (settings.enabled) {
            watchQueues();
            settle(caller);
        } else if (running && !power.isInD0() && !systemAsleep) {
            wakeUp();
        }
    }

    void assign(Wake settings) {
        wake = settings;
    }

    boolean idles() {
        return idle.enabled;
    }

    /// REQ-269: a power-managed queue with requests keeps the device awake.
    private void watchQueues() {
        device.activity = new FxDevice.QueueActivity() {
            @Override
            public void busy(Caller caller) {
                references++;
                cancelTimer();
                if (running && !power.isInD0() && !systemAsleep && !waking && !dozing) {
                    wakeUp();
                }
            }

            @Override
            public void idle(Caller caller) {
                references--;
                settle(caller);
            }
        };
    }

    void started(Caller caller) {
        running = true;
        failed = false;
        settle(caller);
    }

    /// The device is stopped or removed, or has failed.
    void stopped(Caller caller) {
        running = false;
        cancelTimer();
        armed = Armed.NOT;
        signalled = false;
        Devnode node = device.devnode();
        if (node != null) {
            PowerManager.of(machine).cancelWake(caller, node);
        }
        awake.changed();
    }

    void leftD0(Caller caller) {
        awake.changed();
    }

    void enteredD0(Caller caller) {
        failed = !power.isInD0();
        awake.changed();
        settle(caller);
    }

    /// @return STATUS_SUCCESS in D0; else STATUS_PENDING, and D0 comes
    private int reference(Caller caller) {
        if (!running || failed) {
            return POWER_STATE_INVALID;
        }
        references++;
        cancelTimer();
        if (power.isInD0() && !dozing) {
            return 0;
        }
        if (!systemAsleep && !waking && !dozing) {
            wakeUp();
        }
        return IoManager.STATUS_PENDING;
    }

    int stopIdle(Caller caller, boolean await) {
        int status = reference(caller);
        if (status != IoManager.STATUS_PENDING || !await) {
            return status;
        }
        Waits.wait(caller, List.of(awake), false, Waits.FOREVER);
        if (failed || !running) {
            references--;
            return POWER_STATE_INVALID;
        }
        return 0;
    }

    void resumeIdle(Caller caller) {
        if (references == 0) {
            Framework.broken(caller, "WdfDeviceResumeIdle for " + device.label() + " without a WdfDeviceStopIdle before it", "OBJ-181", null);
            return;
        }
        references--;
        settle(caller);
    }

    /// In a thread of the system's own: whoever needs the device may hold a lock or run at DISPATCH_LEVEL.
    private void wakeUp() {
        waking = true;
        IoManager.of(machine).inSystemThread.accept(system -> {
            if (running && !power.isInD0() && !systemAsleep) {
                request(system, PowerManager.D0, null);
            } else {
                waking = false;
            }
        });
    }

    /// Something has changed: the device goes to sleep in a while, or wakes up because it was needed meanwhile.
    private void settle(Caller caller) {
        if (!running || failed || systemAsleep || waking || dozing) {
            return;
        }
        if (!power.isInD0()) {
            if (references > 0) {
                wakeUp();
            }
        } else if (idle.enabled && references == 0 && timer == null) {
            timer = machine.scheduler.after(idle.timeoutNanos, () -> {
                timer = null;
                IoManager.of(machine).inSystemThread.accept(this::doze);
            });
        }
    }

    private void doze(Caller caller) {
        if (running && idle.enabled && references == 0 && power.isInD0() && !systemAsleep && !waking && !dozing) {
            wanted = idle.canWake ? Armed.FROM_S0 : Armed.NOT;
            request(caller, idle.state, null);
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }
}
