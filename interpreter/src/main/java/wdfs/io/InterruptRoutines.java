package wdfs.io;

import java.util.LinkedHashMap;
import java.util.Map;
import wdfs.hardware.SimulatedDevice;
import wdfs.kernel.Interrupts;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.HardwareShape;
import wdfs.runtime.Machine;
import wdfs.runtime.Native;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// The interrupt routines of WDM drivers.
public final class InterruptRoutines {
    private static final int INVALID_PARAMETER = 0xC000000D;
    private static final int NOT_FOUND = 0xC0000225;
    private static final int FULLY_SPECIFIED = 1;
    private static final int LINE_BASED = 2;
    private static final int FULLY_SPECIFIED_GROUP = 4;

    private final Map<Long, InterruptObject> connected = new LinkedHashMap<>();

    private InterruptRoutines(Machine machine) {}

    private static InterruptRoutines of(Caller caller) {
        return caller.machine.part(InterruptRoutines.class, InterruptRoutines::new);
    }

    private int connect(Caller caller, long result, Interrupts.Vector vector, long routine, long context, int synchronizeIrql, boolean share) {
        if (vector == null || routine == 0 || vector.isConnected() && !(share && vector.isShared())) {
            return INVALID_PARAMETER;
        }
        Region block = caller.machine.nonpaged.allocate(0x130, "KINTERRUPT", true);
        if (block == null) {
            return IoManager.STATUS_INSUFFICIENT_RESOURCES;
        }
        block.owner = caller.image.name();
        block.allocatedAt = "at " + ScriptStack.site();
        InterruptObject object = new InterruptObject(caller, block, vector, routine, context, synchronizeIrql, -1);
        connected.put(block.base, object);
        caller.memory.store64(result, block.base);                    // before the first interrupt
        vector.connect(object);
        caller.letDpcsRun();
        return 0;
    }

    private InterruptObject object(Caller caller, long address, String routine) {
        InterruptObject object = connected.get(address);
        if (object == null) {
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_VERIFIER_DETECTED_VIOLATION", "VER-140", routine + ": "
                    + caller.machine.memory.place(caller.memory.space(), address) + " is no interrupt that is connected").code(0xC4, 0xE5, address).stack(ScriptStack.frames(), "").build());
        }
        return object;
    }

    @Native
    public static int IoConnectInterrupt(Caller caller, long result, long routine, long context, long spinLock, int vector, int irql, int synchronizeIrql, int mode,
            int share, long affinity, int floatingSave) {
        Interrupts.Vector found = Interrupts.of(caller.machine).numbered(vector);
        if (found == null || found.irql() != (irql & 0xFF) || found.isLevel() != (mode == 0)) {
            return INVALID_PARAMETER;
        }
        return of(caller).connect(caller, result, found, routine, context, synchronizeIrql & 0xFF, share != 0);
    }

    /// IO_CONNECT_INTERRUPT_PARAMETERS: Version, and behind it, from 8 on, what belongs to it.
    @Native
    public static int IoConnectInterruptEx(Caller caller, long parameters) {
        int version = caller.memory.load32(parameters);
        long at = parameters + 8;
        DeviceObject physical = IoManager.of(caller).device(caller.memory.load64(at));
        SimulatedDevice hardware = physical == null ? null : physical.hardware();
        long result = caller.memory.load64(at + 0x08);
        long routine = caller.memory.load64(at + 0x10);
        long context = caller.memory.load64(at + 0x18);
        int synchronizeIrql = caller.memory.load8(at + 0x28);
        switch (version) {
            case FULLY_SPECIFIED, FULLY_SPECIFIED_GROUP -> {
                Interrupts.Vector vector = Interrupts.of(caller.machine).numbered(caller.memory.load32(at + 0x2C));
                if (vector == null || vector.irql() != caller.memory.load8(at + 0x30) || vector.isLevel() != (caller.memory.load32(at + 0x34) == 0)) {
                    return INVALID_PARAMETER;
                }
                return of(caller).connect(caller, result, vector, routine, context, synchronizeIrql, caller.memory.load8(at + 0x2A) != 0);
            }
            case LINE_BASED -> {
                for (int i = 0; hardware != null && i < hardware.shape().lines().size(); i++) {
                    if (hardware.shape().lines().get(i).trigger() != HardwareShape.Trigger.MESSAGE) {
                        return of(caller).connect(caller, result, hardware.vectors(i).getFirst(), routine, context, synchronizeIrql, true);
                    }
                }
                return NOT_FOUND;
            }
            default -> {
                // A driver that asks for something the system does not know is told what it does know, and tries again.
                caller.memory.store32(parameters, LINE_BASED);
                return 0xC00000BB;                                    // STATUS_NOT_SUPPORTED
            }
        }
    }

    @Native
    public static void IoDisconnectInterrupt(Caller caller, long interrupt) {
        InterruptObject object = of(caller).object(caller, interrupt, "IoDisconnectInterrupt");
        object.vector.disconnect(object);
        of(caller).connected.remove(interrupt);
        caller.machine.nonpaged.free(object.block);
    }

    /// IO_DISCONNECT_INTERRUPT_PARAMETERS: Version and the interrupt.
    @Native
    public static void IoDisconnectInterruptEx(Caller caller, long parameters) {
        IoDisconnectInterrupt(caller, caller.memory.load64(parameters + 8));
    }

    @Native
    public static int KeSynchronizeExecution(Caller caller, long interrupt, long routine, long context) {
        InterruptObject object = of(caller).object(caller, interrupt, "KeSynchronizeExecution");
        int before = object.acquire(caller, "KeSynchronizeExecution");
        int answer = (int) caller.invoke(routine, context) & 0xFF;
        object.release(caller, before);
        return answer;
    }

    @Native
    public static int KeAcquireInterruptSpinLock(Caller caller, long interrupt) {
        return of(caller).object(caller, interrupt, "KeAcquireInterruptSpinLock").acquire(caller, "KeAcquireInterruptSpinLock");
    }

    @Native
    public static void KeReleaseInterruptSpinLock(Caller caller, long interrupt, int irql) {
        of(caller).object(caller, interrupt, "KeReleaseInterruptSpinLock").release(caller, irql & 0xFF);
    }
}
