package wdfs.wdf;

import wdfs.hardware.ResourceLists;
import wdfs.kernel.Interrupts;
import wdfs.machine.Irql;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;
import wdfs.wdf.FxInterrupt.Callbacks;

/// DDIs of interrupts (OBJ §9).
public final class InterruptApi {
    private static final int INFO_LENGTH_MISMATCH = 0xC0000004;
    private static final int INVALID_DEVICE_STATE = 0xC0000184;
    private static final int USE_DEFAULT = 2;
    // WDF_INTERRUPT_CONFIG
    private static final int SIZE = 0x68;
    private static final int SPIN_LOCK = 0x08;
    private static final int SHARE_VECTOR = 0x10;
    private static final int AUTOMATIC_SERIALIZATION = 0x15;
    private static final int ISR = 0x18;
    private static final int DPC = 0x20;
    private static final int ENABLE = 0x28;
    private static final int DISABLE = 0x30;
    private static final int WORK_ITEM = 0x38;
    private static final int RAW = 0x40;
    private static final int TRANSLATED = 0x48;
    private static final int WAIT_LOCK = 0x50;
    private static final int PASSIVE_HANDLING = 0x58;
    private static final int CAN_WAKE = 0x60;
    private static final int INFO_SIZE = 0x38;

    private InterruptApi() {}

    private static FxInterrupt interrupt(Caller caller, long handle) {
        return Framework.object(caller, handle, FxInterrupt.class, "WDFINTERRUPT");
    }

    /// OBJ-340, in its order.
    @Native
    public static int WdfInterruptCreate(Caller caller, long deviceHandle, long config, long attributes, long result) {
        FxDevice device = Framework.object(caller, deviceHandle, FxDevice.class, "WDFDEVICE");
        Framework.required(caller, config, "Configuration");
        Framework.required(caller, result, "Interrupt");
        caller.memory.store64(result, 0);
        if (caller.memory.load32(config) != SIZE) {
            return INFO_LENGTH_MISMATCH;
        }
        if (device.driver.inHost()) {                                 // OBJ-350
            HostHardwareApi.allowed(caller, device, "WdfInterruptCreate");
            if (caller.memory.load8(config + PASSIVE_HANDLING) == 0) {
                throw HostHardwareApi.refused(caller, "OBJ-350", "WdfInterruptCreate: PassiveHandling is not set, and in a driver host all interrupts are handled at PASSIVE_LEVEL",
                        "WDF_INTERRUPT_CONFIG_INIT sets it in a UMDF driver");
            }
        }
        Callbacks callbacks = new Callbacks(caller.memory.load64(config + ISR), caller.memory.load64(config + DPC), caller.memory.load64(config + WORK_ITEM),
                caller.memory.load64(config + ENABLE), caller.memory.load64(config + DISABLE));
        if (callbacks.isr() == 0) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        Attributes read = Attributes.read(caller, attributes);
        boolean serialised = caller.memory.load8(config + AUTOMATIC_SERIALIZATION) != 0;
        int status = read.check(serialised, false, false, false);
        if (status < 0) {
            return status;
        }
        if (!device.hardware.takesInterrupts()) {
            return INVALID_DEVICE_STATE;
        }
        long raw = caller.memory.load64(config + RAW);
        long translated = caller.memory.load64(config + TRANSLATED);
        boolean canWake = caller.memory.load8(config + CAN_WAKE) != 0;
        boolean preparing = device.hardware.isPreparing();
        if (!preparing && (raw != 0 || translated != 0 || canWake)) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        if (preparing && (raw == 0 || translated == 0 || caller.memory.load32(config + SHARE_VECTOR) != USE_DEFAULT)) {
            return INVALID_DEVICE_STATE;
        }
        status = handling(caller, config, callbacks, canWake);
        if (status < 0) {
            return status;
        }
        FxObject parent = serialised && read.sized() && read.parent() != 0 ? ObjectApi.parent(caller, read) : device;
        if (FxDevice.above(parent) != device) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        Deferred.Serialization serialization = Deferred.serialization(parent, serialised, callbacks.workItem() != 0);
        if (serialization.status() < 0) {
            return serialization.status();
        }
        int index = preparing ? device.hardware.translated().indexOf(translated) : -1;
        if (preparing && (index < 0 || device.hardware.translated().type(index) != ResourceLists.TYPE_INTERRUPT)) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        if (caller.machine.fails("framework")) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        FxInterrupt interrupt = new FxInterrupt(device, parent, callbacks, caller.memory.load8(config + PASSIVE_HANDLING) != 0 || device.driver.inHost(), parent,
                serialization.lock(), preparing);
        status = interrupt.commit(caller, read);
        if (status < 0) {
            return status;
        }
        device.hardware.interrupts().add(interrupt);
        if (preparing) {
            device.hardware.connectTo(interrupt, index);
        }
        long spinLock = caller.memory.load64(config + SPIN_LOCK);
        if (spinLock != 0) {
            Framework.object(caller, spinLock, LockApi.SpinLock.class, "WDFSPINLOCK").ofInterrupt = true;
        }
        caller.memory.store64(result, interrupt.handle);
        return status;
    }

    /// Which callbacks and locks go together.
    private static int handling(Caller caller, long config, Callbacks callbacks, boolean canWake) {
        boolean passive = caller.memory.load8(config + PASSIVE_HANDLING) != 0;
        if (callbacks.dpc() != 0 && callbacks.workItem() != 0) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        if (!passive && (caller.memory.load64(config + WAIT_LOCK) != 0 || canWake)) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        if (passive && caller.memory.load64(config + SPIN_LOCK) != 0) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        return canWake ? Framework.STATUS_INVALID_PARAMETER : 0;      // no simulated resource can wake a device
    }

    @Native
    public static int WdfInterruptQueueDpcForIsr(Caller caller, long handle) {
        FxInterrupt interrupt = interrupt(caller, handle);
        if (!interrupt.hasDpc()) {
            Framework.broken(caller, "WdfInterruptQueueDpcForIsr, and " + interrupt.label() + " has no EvtInterruptDpc", "OBJ-343", null);
            return 0;
        }
        return interrupt.queueDpc() ? 1 : 0;
    }

    @Native
    public static int WdfInterruptQueueWorkItemForIsr(Caller caller, long handle) {
        FxInterrupt interrupt = interrupt(caller, handle);
        if (!interrupt.hasWorkItem()) {
            Framework.broken(caller, "WdfInterruptQueueWorkItemForIsr, and " + interrupt.label() + " has no EvtInterruptWorkItem", "OBJ-342", null);
            return 0;
        }
        return interrupt.queueWorkItem() ? 1 : 0;
    }

    /// OBJ-344: the callback runs as the interrupt service routine does.
    @Native
    public static int WdfInterruptSynchronize(Caller caller, long handle, long callback, long context) {
        FxInterrupt interrupt = interrupt(caller, handle);
        Framework.required(caller, callback, "Callback");
        interrupt.lock(caller);
        int answer = (int) caller.invoke(callback, handle, context) & 0xFF;
        interrupt.unlock(caller);
        return answer;
    }

    @Native
    public static void WdfInterruptAcquireLock(Caller caller, long handle) {
        interrupt(caller, handle).lock(caller);
    }

    @Native
    public static int WdfInterruptTryToAcquireLock(Caller caller, long handle) {
        return interrupt(caller, handle).tryLock(caller) ? 1 : 0;
    }

    @Native
    public static void WdfInterruptReleaseLock(Caller caller, long handle) {
        interrupt(caller, handle).unlock(caller);
    }

    @Native
    public static void WdfInterruptEnable(Caller caller, long handle) {
        FxInterrupt interrupt = interrupt(caller, handle);
        if (caller.irql() == Irql.PASSIVE) {
            interrupt.enable(caller);
        }
    }

    @Native
    public static void WdfInterruptDisable(Caller caller, long handle) {
        FxInterrupt interrupt = interrupt(caller, handle);
        if (caller.irql() == Irql.PASSIVE) {
            interrupt.disable(caller);
        }
    }

    @Native
    public static long WdfInterruptGetDevice(Caller caller, long handle) {
        return interrupt(caller, handle).device().handle;
    }

    /// Of an interrupt that has no resource yet, all is 0.
    @Native
    public static void WdfInterruptGetInfo(Caller caller, long handle, long info) {
        FxInterrupt interrupt = interrupt(caller, handle);
        Framework.required(caller, info, "Info");
        if (caller.memory.load32(info) != INFO_SIZE) {
            Framework.broken(caller, "WdfInterruptGetInfo: Size is %d, and the structure has %d bytes".formatted(caller.memory.load32(info), INFO_SIZE), "OBJ-342", null);
            return;
        }
        Interrupts.Vector vector = interrupt.vector();
        caller.memory.fill(info + 4, INFO_SIZE - 4, 0);
        if (vector == null) {
            return;
        }
        caller.memory.store64(info + 0x10, 1);
        caller.memory.store32(info + 0x1C, interrupt.message());
        caller.memory.store32(info + 0x20, vector.number());
        caller.memory.store8(info + 0x24, interrupt.isPassive() ? Irql.PASSIVE : vector.irql());
        caller.memory.store32(info + 0x28, vector.isLevel() ? 0 : 1);
        caller.memory.store8(info + 0x30, interrupt.isMessageSignaled() ? 1 : 0);
        caller.memory.store8(info + 0x31, interrupt.shareDisposition());
    }

    // ---- policies --------------------------------------------------------------------------------------------------------------------

    private static final int EXTENDED_POLICY = 0x20;

    /// What the driver would like the PnP manager to deal out. Each devnode keeps its vectors here, and there is one processor: only what
    /// is wrong has an effect.
    private static void policy(Caller caller, int policy, int priority) {
        if (policy < 0 || policy > 5 || priority < 1 || priority > 3) {
            Framework.broken(caller, policy < 0 || policy > 5 ? "WDF_INTERRUPT_POLICY %d does not exist".formatted(policy) : "WDF_INTERRUPT_PRIORITY %d is none: it is 1 to 3".formatted(priority), "OBJ-340", null);
        }
    }

    @Native
    public static void WdfInterruptSetPolicy(Caller caller, long handle, int policy, int priority, long processors) {
        interrupt(caller, handle);
        policy(caller, policy, priority);
    }

    @Native
    public static void WdfInterruptSetExtendedPolicy(Caller caller, long handle, long policy) {
        interrupt(caller, handle);
        if (caller.memory.load32(policy) != EXTENDED_POLICY) {
            Framework.broken(caller, "WDF_INTERRUPT_EXTENDED_POLICY has the wrong Size: WDF_INTERRUPT_EXTENDED_POLICY_INIT sets it", "OBJ-340", null);
            return;
        }
        policy(caller, caller.memory.load32(policy + 4), caller.memory.load32(policy + 8));
        if (caller.memory.load32(policy + 0x1A) != 0 || caller.memory.load16(policy + 0x1E) != 0) {
            Framework.broken(caller, "the reserved members of TargetProcessorSetAndGroup are 0", "OBJ-340", null);
        }
    }
}
