package wdfs.wdf;

import wdfs.kernel.Dpcs;
import wdfs.kernel.Interrupts;
import wdfs.kernel.SystemThread;
import wdfs.kernel.Waitable;
import wdfs.kernel.Waits;
import wdfs.machine.Irql;
import wdfs.runtime.Caller;
import wdfs.runtime.LoadedImage;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// WDFINTERRUPT (OBJ §9): one interrupt of a device, or one of its messages. The framework connects it when the device has
/// entered D0 and disconnects it before the device leaves.
///
/// Its routine runs at the interrupt's IRQL with the interrupt's lock held; with passive-level handling at PASSIVE_LEVEL, and
/// the lock is one that is waited for. In a driver host it is always so, and the interrupt itself is the reflector's
/// ({@link ReflectedInterrupt}).
final class FxInterrupt extends FxObject implements Interrupts.Connection {
    /// The driver's callbacks; 0 where it has none.
    record Callbacks(long isr, long dpc, long workItem, long enable, long disable) {}

    private static final class Lock extends Waitable {
        private boolean held;

        @Override public boolean isSignaled() { return !held; }
        @Override public void satisfied() { held = true; }
        @Override public String waitName() { return "the lock of an interrupt"; }
    }

    private final FxDevice device;
    private final Callbacks callbacks;
    private final boolean passive;
    private final FxObject associated;
    /// What its DPC or work item holds, and never its routine (OBJ-348); null without automatic serialization.
    private final CallbackLock serialization;
    private final Dpcs.Dpc dpc;
    private final Lock gate = new Lock();
    /// Made in EvtDevicePrepareHardware: it goes with the resources.
    final boolean ofResources;
    /// The reflector's part; null in KMDF.
    private final ReflectedInterrupt reflected;
    private Interrupts.Vector vector;
    private int message;
    private boolean messageSignaled;
    private int shareDisposition;
    private boolean connected;
    private boolean workQueued;
    private int workRunning;
    /// Whether nothing of it runs on other threads: what its disconnection waits for.
    private final Waitable quiet = new Waitable() {
        @Override public boolean isSignaled() { return !workQueued && workRunning == 0 && (reflected == null || reflected.isQuiet()); }
        @Override public void satisfied() {}
        @Override public String waitName() { return "what an interrupt has queued"; }
    };
    private int lockedFrom;
    private Caller holder;

    /// @param associated what its DPC is given: the device, or the object whose callbacks it is serialised with
    FxInterrupt(FxDevice device, FxObject parent, Callbacks callbacks, boolean passive, FxObject associated, CallbackLock serialization, boolean ofResources) {
        super(device.machine, "WDFINTERRUPT", parent);
        this.device = device;
        this.callbacks = callbacks;
        this.passive = passive;
        this.associated = associated;
        this.serialization = serialization;
        this.ofResources = ofResources;
        this.reflected = device.driver.inHost() ? new ReflectedInterrupt(this) : null;
        this.dpc = new Dpcs.Dpc(this, device.driver.driver.image, this::runDpc);
    }

    FxDevice device() {
        return device;
    }

    Interrupts.Vector vector() {
        return vector;
    }

    /// The resource that it has of the system.
    void assign(Interrupts.Vector where, int messageNumber, boolean messages, int disposition) {
        vector = where;
        message = messageNumber;
        messageSignaled = messages;
        shareDisposition = disposition;
    }

    int message() { return message; }
    boolean isMessageSignaled() { return messageSignaled; }
    int shareDisposition() { return shareDisposition; }

    /// OBJ-350: a host's level is held until the host has answered; its messages and edges the reflector takes at once.
    @Override
    public boolean isPassive() {
        return passive && (reflected == null || vector.isLevel());
    }

    boolean isConnected() {
        return connected;
    }

    Callbacks callbacks() { return callbacks; }
    boolean hasDpc() { return callbacks.dpc != 0; }
    boolean hasWorkItem() { return callbacks.workItem != 0; }

    // ---- with the device's power ---------------------------------------------------------------------------------------------------

    /// OBJ-170: connected, then EvtInterruptEnable at the interrupt's IRQL with its lock held. @return a status
    int connect(Caller caller) {
        if (vector == null) {
            return 0;
        }
        vector.connect(this);
        connected = true;
        return enable(caller);
    }

    /// OBJ-175: EvtInterruptDisable, then it is disconnected; what it has queued runs before the device goes on.
    void disconnect(Caller caller) {
        if (!connected) {
            return;
        }
        disable(caller);
        connected = false;
        vector.disconnect(this);
        if (dpc.isQueued() || dpc.isRunning()) {
            caller.letAllDpcsRun();
        }
        if (passive) {
            Waits.wait(caller, java.util.List.of(quiet), false, Waits.FOREVER);
        }
    }

    /// The host that its routine ran in is gone.
    void lost() {
        if (connected) {
            connected = false;
            vector.disconnect(this);
        }
        if (reflected != null) {
            reflected.lost();
        }
    }

    /// Something of it that ran on another thread is over.
    void settled() {
        quiet.changed();
    }

    int enable(Caller caller) {
        return callbacks.enable == 0 ? 0 : (int) locked(caller, () -> caller.invoke(callbacks.enable, handle, device.handle));
    }

    int disable(Caller caller) {
        return callbacks.disable == 0 ? 0 : (int) locked(caller, () -> caller.invoke(callbacks.disable, handle, device.handle));
    }

    // ---- an interrupt ----------------------------------------------------------------------------------------------------------------

    @Override
    public boolean service(Caller caller) {
        return reflected == null ? routine(caller) : reflected.service(caller);
    }

    /// EvtInterruptIsr, with the lock held. @return whether it says that the interrupt is its own
    boolean routine(Caller caller) {
        if (passive) {
            return locked(caller, () -> caller.invoke(callbacks.isr, handle, message)) << 56 != 0;
        }
        take(caller);
        try {
            return caller.invoke(callbacks.isr, handle, message) << 56 != 0;
        } finally {
            gate.held = false;                                        // VER-054: the IRQL stays, for Interrupts to compare
            holder = null;
        }
    }

    @Override
    public LoadedImage image() {
        return device.driver.driver.image;
    }

    @Override
    public String described() {
        return label() + " of driver " + device.driver.driver.name();
    }

    /// OBJ-343. In a host its callback runs as a work item does (OBJ-350).
    /// @return false if it is queued already, and has not begun
    boolean queueDpc() {
        return reflected != null ? queueWorkItem() : Dpcs.of(machine).insert(dpc);
    }

    private void runDpc(Caller caller) {
        serialised(caller, callbacks.dpc);
    }

    private void serialised(Caller caller, long callback) {
        if (serialization == null) {
            device.driver.call(caller, callback, handle, associated.handle);
        } else {
            serialization.call(caller, device.driver, callback, handle, associated.handle);
        }
    }

    boolean queueWorkItem() {
        if (workQueued) {
            return false;
        }
        workQueued = true;
        if (device.driver.inHost()) {
            device.driver.process.runLater(label(), this::runWorkItem);
        } else {
            machine.scheduler.start(new SystemThread(machine, caller -> {
                caller.image = image();
                runWorkItem(caller);
            }));
        }
        return true;
    }

    private void runWorkItem(Caller caller) {
        workQueued = false;
        workRunning++;
        try {
            serialised(caller, callbacks.workItem != 0 ? callbacks.workItem : callbacks.dpc);
        } finally {
            workRunning--;
            settled();
        }
    }

    // ---- its lock --------------------------------------------------------------------------------------------------------------------

    private interface Work {
        long run();
    }

    private long locked(Caller caller, Work work) {
        lock(caller);
        try {
            return work.run();
        } finally {
            if (!machine.isDead()) {
                unlock(caller);
            }
        }
    }

    /// OBJ-344.
    void lock(Caller caller) {
        if (passive) {
            if (holder == caller) {
                throw deadlock(caller);
            }
            Waits.wait(caller, java.util.List.of(gate), false, Waits.FOREVER);
            holder = caller;
            return;
        }
        take(caller);
        machine.memory.irql = Math.max(lockedFrom, vector == null ? Irql.DISPATCH : vector.irql());
    }

    private void take(Caller caller) {
        if (gate.held) {
            throw deadlock(caller);
        }
        lockedFrom = caller.irql();
        gate.held = true;
        holder = caller;
    }

    /// @return false if somebody else holds it
    boolean tryLock(Caller caller) {
        if (gate.held) {
            return false;
        }
        lock(caller);
        return true;
    }

    void unlock(Caller caller) {
        if (!gate.held || holder != caller) {
            Framework.broken(caller, "the lock of " + label() + " is released, and " + (gate.held ? "somebody else holds it" : "nobody holds it"), "VER-366", null);
            return;
        }
        gate.held = false;
        holder = null;
        if (passive) {
            gate.changed();
        } else {
            caller.setIrql(lockedFrom);
        }
    }

    private RuntimeException deadlock(Caller caller) {
        throw machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_VERIFIER_DETECTED_VIOLATION", "VER-150", "the lock of " + label() + " is acquired, and "
                + (holder == caller ? "this thread holds it already" : "whoever holds it cannot run any more")).code(0xC4, 0x1000, handle)
                .stack(ScriptStack.frames(), Irql.name(caller.irql())).help("an interrupt service routine holds the lock of its interrupt when it is called").build());
    }

    // ---- its end ---------------------------------------------------------------------------------------------------------------------

    /// OBJ-004: the framework's own once the device has been started.
    @Override
    protected boolean mayBeDeleted() {
        return !device.hardware.wasStarted();
    }

    @Override
    protected void disposing(Caller caller) {
        if (connected) {
            connected = false;
            vector.disconnect(this);
        }
        Dpcs.of(machine).remove(dpc);
        device.hardware.interrupts().remove(this);
    }
}
