package wdfs.wdf;

import java.util.Arrays;
import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.io.PnpManager;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// What the driver says of its device to PnP: its capabilities, its state and, of a bus, what bus it is. PnP and the drivers of the
/// stack hear it by IRP_MN_QUERY_CAPABILITIES, …QUERY_PNP_DEVICE_STATE and …QUERY_BUS_INFORMATION.
final class DeviceFacts {
    static final int QUERY_BUS_INFORMATION = 0x15;
    /// WDF_TRI_STATE.
    private static final int FALSE = 0;
    private static final int TRUE = 1;
    private static final int DEFAULT = 2;
    /// DEVICE_POWER_STATE and SYSTEM_POWER_STATE.
    private static final int D1 = 2;
    private static final int D3 = 4;
    private static final int DEVICE_MAXIMUM = 5;
    private static final int SYSTEM_MAXIMUM = 7;

    /// DEVICE_CAPABILITIES.
    private static final int SIZE = 0x40;
    private static final int FLAGS = 4;
    private static final int ADDRESS = 8;
    private static final int UI_NUMBER = 0xC;
    private static final int STATES = 0x10;
    private static final int SYSTEM_WAKE = 0x2C;
    private static final int DEVICE_WAKE = 0x30;
    private static final int LATENCIES = 0x34;
    private static final int SILENT_INSTALL = 0x80;
    private static final int RAW_DEVICE_OK = 0x100;

    /// The members of WDF_DEVICE_PNP_CAPABILITIES in their order.
    private enum Pnp {
        LOCK_SUPPORTED(0x4), EJECT_SUPPORTED(0x8), REMOVABLE(0x10), DOCK_DEVICE(0x20), UNIQUE_ID(0x40), SILENT_INSTALL(0x80), SURPRISE_REMOVAL_OK(0x200),
        HARDWARE_DISABLED(0x4000), NO_DISPLAY_IN_UI(0x2_0000);

        final int flag;

        Pnp(int flag) {
            this.flag = flag;
        }
    }

    /// Of WDF_DEVICE_POWER_CAPABILITIES: DeviceD1, DeviceD2, WakeFromD0 to WakeFromD3, as flags of DEVICE_CAPABILITIES.
    private static final int[] POWER_FLAGS = {0x1, 0x2, 0x400, 0x800, 0x1000, 0x2000};
    /// The members of WDF_DEVICE_STATE in their order, as PNP_DEVICE_STATE.
    private static final int[] STATE_FLAGS = {0x1, 0x2, 0x4, 0x20, 0x8, 0x10, 0x100};
    private static final int DONT_DISPLAY_IN_UI = 1;

    private final FxDevice device;
    private final Machine machine;
    private final int[] pnp = filled(Pnp.values().length, DEFAULT);
    private int address = -1;
    private int uiNumber = -1;
    private final int[] power = filled(POWER_FLAGS.length, DEFAULT);
    private final int[] states = filled(SYSTEM_MAXIMUM, DEVICE_MAXIMUM);
    private int deviceWake = DEVICE_MAXIMUM;
    private int systemWake = SYSTEM_MAXIMUM;
    private final int[] latencies = filled(3, -1);
    /// The device's power state while the system sleeps and the device is not armed to wake it.
    private int idealState = D3;
    private final int[] state = filled(STATE_FLAGS.length, DEFAULT);
    /// PNP_BUS_INFORMATION, for the devices of the bus; null if the driver has said nothing.
    private byte[] bus;

    DeviceFacts(FxDevice device) {
        this.device = device;
        this.machine = device.machine;
    }

    private static int[] filled(int length, int value) {
        int[] array = new int[length];
        Arrays.fill(array, value);
        return array;
    }

    private static boolean isTriState(int[] values) {
        return Arrays.stream(values).allMatch(value -> value >= FALSE && value <= DEFAULT);
    }

    private static int[] read(Caller caller, long address, int count) {
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
            values[i] = caller.memory.load32(address + 4L * i);
        }
        return values;
    }

    // ---- what the driver says ----------------------------------------------------------------------------------------------------------

    /// WDF_DEVICE_PNP_CAPABILITIES. @return why not; empty if it is noted
    String pnp(Caller caller, long capabilities) {
        int[] values = read(caller, capabilities + 4, pnp.length);
        if (!isTriState(values)) {
            return "a member of WDF_DEVICE_PNP_CAPABILITIES is no WDF_TRI_STATE";
        }
        System.arraycopy(values, 0, pnp, 0, pnp.length);
        int[] numbers = read(caller, capabilities + 4 + 4L * pnp.length, 2);
        address = numbers[0] != -1 ? numbers[0] : address;
        uiNumber = numbers[1] != -1 ? numbers[1] : uiNumber;
        return "";
    }

    /// WDF_DEVICE_POWER_CAPABILITIES.
    String power(Caller caller, long capabilities) {
        int[] flags = read(caller, capabilities + 4, power.length);
        int[] mapped = read(caller, capabilities + 0x1C, states.length);
        int[] rest = read(caller, capabilities + 0x38, 6);            // DeviceWake, SystemWake, three latencies, IdealDxStateForSx
        if (!isTriState(flags)) {
            return "a member of WDF_DEVICE_POWER_CAPABILITIES is no WDF_TRI_STATE";
        }
        if (!Arrays.stream(mapped).allMatch(each -> each >= 0 && each <= DEVICE_MAXIMUM) || rest[0] < 0 || rest[0] > DEVICE_MAXIMUM || rest[1] < 0 || rest[1] > SYSTEM_MAXIMUM) {
            return "a member of WDF_DEVICE_POWER_CAPABILITIES is no power state";
        }
        boolean owner = device.pnp.power.policy != null;
        if (rest[5] < D1 || rest[5] > DEVICE_MAXIMUM || !owner && rest[5] != DEVICE_MAXIMUM) {
            return owner ? "IdealDxStateForSx is a sleeping state of the device" : "IdealDxStateForSx is for the owner of the power policy";
        }
        System.arraycopy(flags, 0, power, 0, power.length);
        System.arraycopy(mapped, 0, states, 0, states.length);
        deviceWake = rest[0] != DEVICE_MAXIMUM ? rest[0] : deviceWake;
        systemWake = rest[1] != SYSTEM_MAXIMUM ? rest[1] : systemWake;
        System.arraycopy(rest, 2, latencies, 0, latencies.length);
        idealState = rest[5] != DEVICE_MAXIMUM ? rest[5] : idealState;
        return "";
    }

    /// WDF_DEVICE_STATE; drivers of an older framework have no AssignedToGuest.
    String state(Caller caller, long from, int count) {
        int[] values = read(caller, from + 4, count);
        if (!isTriState(values)) {
            return "a member of WDF_DEVICE_STATE is no WDF_TRI_STATE";
        }
        Arrays.fill(state, DEFAULT);
        System.arraycopy(values, 0, state, 0, count);
        return "";
    }

    void giveState(Caller caller, long to, int count) {
        for (int i = 0; i < count; i++) {
            caller.memory.store32(to + 4 + 4L * i, state[i]);
        }
    }

    void bus(byte[] information) {
        bus = information;
    }

    int idealState() {
        return idealState;
    }

    // ---- what PnP asks ---------------------------------------------------------------------------------------------------------------

    private long parameter(Irp irp) {
        return machine.memory.field64(irp.stackLocation() + 8);
    }

    private boolean isWellFormed(long capabilities) {
        return (machine.memory.field32(capabilities) & 0xFFFF) >= SIZE && machine.memory.field32(capabilities) >>> 16 == 1;
    }

    /// Of a function or filter device: some on the way down, for the drivers below to see, and the rest when those have answered.
    int capabilities(Caller caller, Irp irp) {
        long to = parameter(irp);
        if (isWellFormed(to)) {
            for (Pnp each : new Pnp[] {Pnp.LOCK_SUPPORTED, Pnp.EJECT_SUPPORTED, Pnp.REMOVABLE, Pnp.DOCK_DEVICE, Pnp.SURPRISE_REMOVAL_OK, Pnp.NO_DISPLAY_IN_UI}) {
                set(to, each.flag, pnp[each.ordinal()] == TRUE ? TRUE : DEFAULT);
            }
        }
        irp.markPending();
        device.sendDown(caller, irp, back -> {
            if (irp.status() >= 0 && isWellFormed(to)) {
                amend(to);
            }
            IoManager.of(back).complete(back, irp);
        });
        return IoManager.STATUS_PENDING;
    }

    /// A driver can only take away: let the device sleep deeper, and wake from less deep states.
    private void amend(long to) {
        for (Pnp each : new Pnp[] {Pnp.LOCK_SUPPORTED, Pnp.EJECT_SUPPORTED, Pnp.DOCK_DEVICE}) {
            set(to, each.flag, pnp[each.ordinal()] == FALSE ? FALSE : DEFAULT);
        }
        set(to, Pnp.REMOVABLE.flag, pnp[Pnp.REMOVABLE.ordinal()]);
        set(to, Pnp.SURPRISE_REMOVAL_OK.flag, pnp[Pnp.SURPRISE_REMOVAL_OK.ordinal()]);
        for (int i = 1; i < states.length; i++) {
            if (states[i] != DEVICE_MAXIMUM && states[i] > machine.memory.field32(to + STATES + 4 * i)) {
                machine.memory.field32(to + STATES + 4 * i, states[i]);
            }
        }
        if (systemWake != SYSTEM_MAXIMUM && systemWake < machine.memory.field32(to + SYSTEM_WAKE)) {
            machine.memory.field32(to + SYSTEM_WAKE, systemWake);
        }
        if (deviceWake != DEVICE_MAXIMUM && deviceWake < machine.memory.field32(to + DEVICE_WAKE)) {
            machine.memory.field32(to + DEVICE_WAKE, deviceWake);
        }
        for (int i = 0; i < latencies.length; i++) {
            if (latencies[i] != -1 && Integer.compareUnsigned(latencies[i], machine.memory.field32(to + LATENCIES + 4 * i)) > 0) {
                machine.memory.field32(to + LATENCIES + 4 * i, latencies[i]);
            }
        }
        numbers(to, address, uiNumber);
    }

    private void numbers(long to, int address, int uiNumber) {
        if (address != -1) {
            machine.memory.field32(to + ADDRESS, address);
        }
        if (uiNumber != -1) {
            machine.memory.field32(to + UI_NUMBER, uiNumber);
        }
    }

    /// Of a physical device: what its bus says of itself is what the driver leaves open. @return a status
    int capabilitiesOfPdo(Caller caller, Irp irp, boolean raw) {
        long to = parameter(irp);
        if (!isWellFormed(to)) {
            return Framework.STATUS_UNSUCCESSFUL;
        }
        int[] status = new int[1];
        int[] bus = PnpManager.of(machine).capabilities(caller, device.pdo.init.parent.init.physical, status);
        if (status[0] < 0) {
            return status[0];
        }
        for (int i = 1; i < states.length; i++) {
            machine.memory.field32(to + STATES + 4 * i, states[i] == DEVICE_MAXIMUM ? bus[STATES / 4 + i] : states[i]);
        }
        for (Pnp each : Pnp.values()) {
            set(to, each.flag, pnp[each.ordinal()]);
        }
        if (raw && pnp[Pnp.SILENT_INSTALL.ordinal()] == DEFAULT) {
            set(to, SILENT_INSTALL, TRUE);
        }
        for (int i = 0; i < power.length; i++) {
            set(to, POWER_FLAGS[i], power[i]);
        }
        if (raw) {
            set(to, RAW_DEVICE_OK, TRUE);
        }
        machine.memory.field32(to + UI_NUMBER, uiNumber);
        machine.memory.field32(to + ADDRESS, address);
        machine.memory.field32(to + SYSTEM_WAKE, systemWake != SYSTEM_MAXIMUM ? systemWake : bus[SYSTEM_WAKE / 4]);
        machine.memory.field32(to + DEVICE_WAKE, deviceWake != DEVICE_MAXIMUM ? deviceWake : bus[DEVICE_WAKE / 4]);
        for (int i = 0; i < latencies.length; i++) {
            if (latencies[i] != -1 || i < 2) {                        // of D3 the framework leaves what it finds
                machine.memory.field32(to + LATENCIES + 4 * i, latencies[i] != -1 ? latencies[i] : 0);
            }
        }
        return 0;
    }

    private void set(long to, int flag, int value) {
        int flags = machine.memory.field32(to + FLAGS);
        if (value != DEFAULT) {
            machine.memory.field32(to + FLAGS, value == TRUE ? flags | flag : flags & ~flag);
        }
    }

    /// IRP_MN_QUERY_PNP_DEVICE_STATE: what is known below, as the driver changes it.
    long state(long below, boolean failed, boolean inSpecialUse) {
        long flags = below;
        for (int i = 0; i < state.length; i++) {
            int value = state[i] == DEFAULT && i == DONT_DISPLAY_IN_UI ? pnp[Pnp.NO_DISPLAY_IN_UI.ordinal()] : state[i];
            flags = value == DEFAULT ? flags : value == TRUE ? flags | STATE_FLAGS[i] : flags & ~STATE_FLAGS[i];
        }
        flags |= inSpecialUse ? PnpManager.DEVICE_NOT_DISABLEABLE : 0;
        return flags | (failed ? PnpManager.DEVICE_FAILED : 0);
    }

    /// IRP_MN_QUERY_BUS_INFORMATION, for a device of this bus. @return a status; the one that the IRP has, if there is nothing to tell
    int busInformation(Irp irp) {
        if (bus == null || bus[0] == 0 && bus[1] == 0 && bus[2] == 0 && bus[3] == 0) {
            return irp.status();
        }
        Region block = machine.paged.allocate(bus.length, "Pool", true);
        if (block == null) {
            irp.information(0);
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        machine.memory.store(null, block.base, bus);
        irp.information(block.base);
        return 0;
    }

    // ---- what the power policy wants to know -----------------------------------------------------------------------------------------

    /// @param states the lightest device power state for each of the system's
    record PowerCapabilities(int[] states, int systemWake, int deviceWake) {
        /// The deepest state from which the device can wake a system in that state; 0 if there is none.
        int deepestWake(int system) {
            return system < 1 || system > systemWake ? 0 : deviceWake;
        }
    }

    /// Asks the stack. In a host the drivers below the reflector cannot be asked: then a device of the root bus with what this driver says.
    PowerCapabilities ofStack(Caller caller) {
        int[] status = new int[1];
        int[] found = device.driver.inHost() || caller.irql() > 0 ? null : PnpManager.of(machine).capabilities(caller, device.init.physical, status);
        if (found == null || status[0] < 0) {
            int[] mapped = new int[states.length];
            for (int i = 1; i < mapped.length; i++) {
                mapped[i] = Math.max(i == 1 ? 1 : D3, states[i] == DEVICE_MAXIMUM ? 0 : states[i]);
            }
            return new PowerCapabilities(mapped, Math.min(5, systemWake), Math.min(D3, deviceWake));
        }
        return new PowerCapabilities(Arrays.copyOfRange(found, STATES / 4, STATES / 4 + states.length), found[SYSTEM_WAKE / 4], found[DEVICE_WAKE / 4]);
    }
}
