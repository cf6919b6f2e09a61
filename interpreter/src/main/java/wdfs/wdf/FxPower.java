package wdfs.wdf;

import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.io.PowerManager;
import wdfs.runtime.Caller;

/// What the framework does for a device with IRP_MJ_POWER, and the way into D0 and out of it with the driver's callbacks in
/// their order (OBJ-170, OBJ-175). Going down the highest driver of a stack is the first, coming up the lowest.
final class FxPower {
    /// WDF_POWER_DEVICE_STATE.
    static final int D0 = 1;
    static final int D3_FINAL = 5;
    static final int DEVICE_POWER_FAILURE = 0xC000009E;

    private final FxDevice device;
    private final FxPnp pnp;
    final SelfManagedIo selfManaged;
    /// Only the device that owns the stack's power policy has one; null for the others (OBJ-154).
    final FxPowerPolicy policy;
    private int deviceState = D3_FINAL;
    private boolean inD0;
    private boolean moving;
    /// POWER_ACTION of the last request for the device's power: what the system was about to do then.
    private int action;

    FxPower(FxDevice device, FxPnp pnp) {
        this.device = device;
        this.pnp = pnp;
        this.selfManaged = new SelfManagedIo(pnp);
        this.policy = device.init.ownsPowerPolicy() ? new FxPowerPolicy(device, pnp, this) : null;
    }

    boolean isInD0() {
        return inD0;
    }

    /// WDF_DEVICE_POWER_STATE.
    int stateNumber() {
        return moving ? inD0 ? 0x31A : 0x333 : inD0 ? 0x307 : deviceState == D3_FINAL ? pnp.state() == FxPnp.State.INIT ? 0x300 : 0x315 : 0x31F;
    }

    /// WdfDeviceGetSystemPowerAction. Since 1.31 the owner of the policy tells whether its own request is for the system's sake.
    int systemAction() {
        boolean told = policy != null && (device.driver.inHost() ? device.driver.isSince(2, 31) : device.driver.isSince(1, 31));
        return told ? policy.systemAction() : action;
    }

    // ---- IRP_MJ_POWER ----------------------------------------------------------------------------------------------------------------

    int dispatch(Caller caller, Irp irp) {
        boolean running = pnp.state() != FxPnp.State.FAILED_WAIT_FOR_REMOVE && pnp.state() != FxPnp.State.INIT && pnp.state() != FxPnp.State.STOPPED
                && pnp.state() != FxPnp.State.REMOVED_PDO_WAIT;
        if (irp.minorFunction() == PowerManager.SET_POWER && running) {
            if (irp.isDevicePower()) {
                if (policy != null) {
                    policy.check(irp);
                }
                action = irp.powerAction();
                return irp.powerState() == D0 ? up(caller, irp) : down(caller, irp, irp.powerState());
            }
            if (policy != null) {
                return policy.system(caller, irp, irp.powerState());
            }
        }
        if (irp.minorFunction() == PowerManager.WAIT_WAKE && device.pdo != null) {
            return PowerManager.of(device.machine).holdWake(device.devnode(), irp);
        }
        if (irp.minorFunction() != PowerManager.WAIT_WAKE) {
            irp.status(0);
        }
        return device.onward(caller, irp);
    }

    private int down(Caller caller, Irp irp, int target) {
        boolean was = inD0;
        boolean well = leaveD0(caller, target);
        irp.status(0);
        if (!well) {
            pnp.powerFailed(caller);
        } else if (policy != null && was) {
            policy.leftD0(caller);
        }
        return device.onward(caller, irp);
    }

    private int up(Caller caller, Irp irp) {
        irp.markPending();
        irp.status(0);
        device.sendDown(caller, irp, back -> {
            if (!inD0 && irp.status() >= 0 && pnp.state() != FxPnp.State.FAILED_WAIT_FOR_REMOVE) {
                if (!enterD0(back, true)) {
                    pnp.powerFailed(back);
                }
                if (policy != null) {
                    policy.enteredD0(back);
                }
            }
            action = 0;
            IoManager.of(back).complete(back, irp);
        });
        return IoManager.STATUS_PENDING;
    }

    // ---- in and out of D0 --------------------------------------------------------------------------------------------------------------

    /// OBJ-170, from EvtDeviceD0Entry on. @return whether the device is in D0; if not, what was entered is left again
    /// @param explicitly by a request for power, not by the start of the device
    boolean enterD0(Caller caller, boolean explicitly) {
        if (device.pdo != null) {
            device.pdo.needParent(caller);
        }
        moving = true;
        int previous = deviceState;
        device.hardware.on();
        boolean well = pnp.call(caller, PnpEvent.D0_ENTRY, previous) >= 0;                  // OBJ-172: D0Exit is not called for it
        well = well && hardwareOn(caller, previous, explicitly);
        inD0 = well;
        moving = false;
        if (!well && device.pdo != null) {
            device.pdo.releaseParent(caller);
        }
        return well;
    }

    private boolean hardwareOn(Caller caller, int previous, boolean explicitly) {
        if (device.hardware.connectInterrupts(caller) < 0) {
            interruptsOff(caller);
            return false;
        }
        if (pnp.call(caller, PnpEvent.D0_ENTRY_POST_INTERRUPTS_ENABLED, previous) < 0) {
            interruptsOff(caller);
            return false;
        }
        if (device.dma.powerUp(caller) < 0) {
            pnp.call(caller, PnpEvent.D0_EXIT_PRE_INTERRUPTS_DISABLED, D3_FINAL);
            interruptsOff(caller);
            return false;
        }
        device.bus.scan(caller);
        // EvtDeviceD0EntryPostHardwareEnabled, which follows, is for class extensions alone: a
        // driver's table of callbacks has no place for it.
        if (policy != null && explicitly) {
            policy.disarm(caller);
        }
        device.powerUpQueues(caller);                                 // OBJ-171: before self-managed I/O begins
        if (selfManaged.start(caller) < 0) {
            device.powerDownQueues(caller);
            dmaOff(caller);
            pnp.call(caller, PnpEvent.D0_EXIT_PRE_INTERRUPTS_DISABLED, D3_FINAL);
            interruptsOff(caller);
            return false;
        }
        deviceState = D0;
        return true;
    }

    private void interruptsOff(Caller caller) {
        device.hardware.disconnectInterrupts(caller);
        pnp.call(caller, PnpEvent.D0_EXIT, D3_FINAL);
        device.hardware.off();
        deviceState = D3_FINAL;
    }

    private boolean dmaOff(Caller caller) {
        return device.dma.powerDown(caller) >= 0;
    }

    /// OBJ-175. @return whether every callback succeeded; the device has left D0 in any case
    boolean leaveD0(Caller caller, int target) {
        if (!inD0) {
            if (target == D3_FINAL) {
                deviceState = D3_FINAL;
            }
            return true;
        }
        moving = true;
        boolean well = selfManaged.suspend(caller) >= 0;
        device.powerDownQueues(caller);
        if (policy != null && target != D3_FINAL) {
            policy.arm(caller);
        }
        well &= dmaOff(caller);
        well &= pnp.call(caller, PnpEvent.D0_EXIT_PRE_INTERRUPTS_DISABLED, target) >= 0;
        device.hardware.disconnectInterrupts(caller);
        well &= pnp.call(caller, PnpEvent.D0_EXIT, target) >= 0;
        device.hardware.off();
        deviceState = target;
        inD0 = false;
        moving = false;
        if (device.pdo != null) {
            device.pdo.releaseParent(caller);
        }
        return well;
    }

    // ---- the driver's say ----------------------------------------------------------------------------------------------------------------

    /// The limit of OBJ-183 around a callback.
    void within(Runnable work, PowerManager.Late late) {
        PowerManager.of(device.machine).within(work, late);
    }

    void started(Caller caller) {
        if (policy != null) {
            policy.started(caller);
        }
    }

    /// WdfDeviceStopIdle. @return a status
    int stopIdle(Caller caller, boolean await) {
        return policy == null ? 0 : policy.stopIdle(caller, await);
    }

    void resumeIdle(Caller caller) {
        if (policy != null) {
            policy.resumeIdle(caller);
        }
    }

    /// The device is stopped or goes: it no longer idles.
    void forgetIdle(Caller caller) {
        if (policy != null) {
            policy.stopped(caller);
        }
    }
}
