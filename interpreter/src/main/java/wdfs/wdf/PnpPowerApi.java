package wdfs.wdf;

import wdfs.io.IoManager;
import wdfs.io.PowerManager;
import wdfs.machine.Irql;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;

/// DDIs of plug and play and power.
public final class PnpPowerApi {
    private static final int INFO_LENGTH_MISMATCH = 0xC0000004;
    private static final int POWER_STATE_INVALID = 0xC00002D3;
    private static final int POLICY_CALLBACKS = 0x40;
    private static final int IDLE_SETTINGS = 0x24;
    private static final int WAKE_SETTINGS = 0x14;
    /// DEVICE_POWER_STATE.
    private static final int D1 = 2;
    private static final int D3 = 4;
    private static final int MAXIMUM = 5;
    private static final long DEFAULT_IDLE_NANOS = 5_000_000_000L;

    private PnpPowerApi() {}

    private static FxDevice device(Caller caller, long handle) {
        return Framework.object(caller, handle, FxDevice.class, "WDFDEVICE");
    }

    // ---- what is said before the device is created -----------------------------------------------------------------------------------

    @Native
    public static void WdfDeviceInitSetPowerPolicyEventCallbacks(Caller caller, long address, long callbacks) {
        DeviceInit init = DeviceApi.init(caller, address);
        Framework.required(caller, callbacks, "PowerPolicyEventCallbacks");
        if (caller.memory.load32(callbacks) != POLICY_CALLBACKS) {
            Framework.broken(caller, "WDF_POWER_POLICY_EVENT_CALLBACKS has the wrong Size: WDF_POWER_POLICY_EVENT_CALLBACKS_INIT sets it", "OBJ-090", null);
            return;
        }
        for (int i = 0; i < init.policyCallbacks.length; i++) {
            init.policyCallbacks[i] = caller.memory.load64(callbacks + 8 + 8L * i);
        }
    }

    @Native
    public static void WdfDeviceInitSetPowerPolicyOwnership(Caller caller, long address, int owner) {
        DeviceInit init = DeviceApi.init(caller, address);
        if (init.isControl()) {
            Framework.rule(caller, "NonPnPDrvPowerPolicyOwnerAPI", "VER-319", "a control device has no power policy", "", null);
            return;
        }
        init.powerPolicyOwner = owner != 0;
    }

    @Native
    public static void WdfControlDeviceInitSetShutdownNotification(Caller caller, long address, long callback, int flags) {
        DeviceInit init = DeviceApi.init(caller, address);
        Framework.required(caller, callback, "Notification");
        if ((flags & ~3) != 0 || !init.isControl()) {
            Framework.broken(caller, !init.isControl() ? "only a control device is told of the system's shutdown this way" : "WDF_DEVICE_SHUTDOWN_FLAGS are 1 and 2", "OBJ-138", null);
            return;
        }
        init.shutdown = callback;
        init.shutdownFlags = flags;
    }

    /// OBJ-182: whether the device may be needed for paging; nothing is paged here.
    @Native
    public static void WdfDeviceInitSetPowerPageable(Caller caller, long address) {
        DeviceApi.init(caller, address).powerPageable = true;
    }

    @Native
    public static void WdfDeviceInitSetPowerNotPageable(Caller caller, long address) {
        DeviceApi.init(caller, address).powerPageable = false;
    }

    // ---- idle and wake -----------------------------------------------------------------------------------------------------------------

    private static FxPowerPolicy policy(FxDevice device) {
        return device.pnp == null ? null : device.pnp.power.policy;
    }

    @Native
    public static int WdfDeviceAssignS0IdleSettings(Caller caller, long handle, long settings) {
        FxDevice device = device(caller, handle);
        Framework.required(caller, settings, "Settings");
        FxPowerPolicy policy = policy(device);
        if (policy == null) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (caller.memory.load32(settings) != IDLE_SETTINGS) {
            return INFO_LENGTH_MISMATCH;
        }
        int caps = caller.memory.load32(settings + 4);
        int state = caller.memory.load32(settings + 8);
        int user = caller.memory.load32(settings + 0x10);
        int enabled = caller.memory.load32(settings + 0x14);
        int up = caller.memory.load32(settings + 0x18);
        int type = caller.memory.load32(settings + 0x1C);
        if (state < D1 || state > MAXIMUM || caps < 1 || caps > 3 || user < 1 || user > 2 || enabled < 0 || enabled > 2 || up < 0 || up > 2 || caps != 1 && up == 1 || type < 0 || type > 2) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        if (caps == 3) {
            return POWER_STATE_INVALID;                               // selective suspend is the USB bus's
        }
        if (caps == 2) {
            int deepest = device.facts.ofStack(caller).deepestWake(PowerManager.WORKING);
            if (state == MAXIMUM ? deepest < D1 || deepest > D3 : state > deepest) {
                return POWER_STATE_INVALID;                           // it could not signal from there
            }
            state = state == MAXIMUM ? deepest : state;
        }
        long timeout = caller.memory.load32(settings + 0xC) & 0xFFFF_FFFFL;
        policy.assign(caller, new FxPowerPolicy.Idle(enabled != 0, caps == 2, state == MAXIMUM ? D3 : state, timeout == 0 ? DEFAULT_IDLE_NANOS : timeout * 1_000_000, up == 1));
        return 0;
    }

    @Native
    public static int WdfDeviceAssignSxWakeSettings(Caller caller, long handle, long settings) {
        FxDevice device = device(caller, handle);
        Framework.required(caller, settings, "Settings");
        FxPowerPolicy policy = policy(device);
        if (policy == null) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (caller.memory.load32(settings) != WAKE_SETTINGS) {
            return INFO_LENGTH_MISMATCH;
        }
        int state = caller.memory.load32(settings + 4);
        int user = caller.memory.load32(settings + 8);
        int enabled = caller.memory.load32(settings + 0xC);
        if (state < D1 || state > MAXIMUM || user < 1 || user > 2 || enabled < 0 || enabled > 2) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        DeviceFacts.PowerCapabilities capabilities = device.facts.ofStack(caller);
        int deepest = capabilities.deepestWake(capabilities.systemWake());
        if (state == MAXIMUM ? deepest < D1 || deepest > D3 : state > deepest) {
            return POWER_STATE_INVALID;
        }
        policy.assign(new FxPowerPolicy.Wake(enabled != 0, state == MAXIMUM ? deepest : state, capabilities));
        return 0;
    }

    @Native
    public static int WdfDeviceStopIdleActual(Caller caller, long handle, int await, long tag, int line, long file) {
        FxDevice device = device(caller, handle);
        if (await != 0 && !Framework.atMost(caller, Irql.PASSIVE, "WdfDeviceStopIdle with WaitForD0", device.verifier())) {                        // OBJ-181
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        FxPowerPolicy policy = policy(device);
        return policy == null ? Framework.STATUS_INVALID_DEVICE_STATE : policy.stopIdle(caller, await != 0);
    }

    @Native
    public static void WdfDeviceResumeIdleActual(Caller caller, long handle, long tag, int line, long file) {
        FxPowerPolicy policy = policy(device(caller, handle));
        if (policy != null) {
            policy.resumeIdle(caller);
        }
    }

    // ---- states --------------------------------------------------------------------------------------------------------------------------

    @Native
    public static int WdfDeviceGetDevicePnpState(Caller caller, long handle) {
        FxDevice device = device(caller, handle);
        return device.pnp == null ? 0 : device.pnp.state().number;
    }

    @Native
    public static int WdfDeviceGetDevicePowerState(Caller caller, long handle) {
        FxDevice device = device(caller, handle);
        return device.pnp == null ? 0 : device.pnp.power.stateNumber();
    }

    @Native
    public static int WdfDeviceGetDevicePowerPolicyState(Caller caller, long handle) {
        FxPowerPolicy policy = policy(device(caller, handle));
        return policy == null ? 0 : policy.stateNumber();
    }

    @Native
    public static void WdfDeviceSetFailed(Caller caller, long handle, int action) {
        FxDevice device = device(caller, handle);
        if (action < 1 || action > 2 || device.pnp == null) {
            Framework.broken(caller, device.pnp == null ? "a control device cannot fail for PnP" : "WDF_DEVICE_FAILED_ACTION is 1 or 2", "OBJ-094", null);
            return;
        }
        device.pnp.setFailed(action == 1);
    }

    @Native
    public static void WdfDeviceSetStaticStopRemove(Caller caller, long handle, int stoppable) {
        FxDevice device = device(caller, handle);
        if (device.pnp != null) {
            device.pnp.unstoppable(stoppable != 0);
        }
    }

    // ---- what the driver says of its device --------------------------------------------------------------------------------------------

    private static final int PNP_CAPABILITIES = 0x30;
    private static final int POWER_CAPABILITIES = 0x50;
    private static final int DEVICE_STATE = 0x20;
    private static final int DEVICE_STATE_V1_27 = 0x1C;
    private static final int BUS_INFORMATION = 0x18;
    private static final int SECURE_OPEN = 0x100;

    private static FxDevice plugAndPlay(Caller caller, long handle, String ddi) {
        FxDevice device = device(caller, handle);
        if (device.pnp == null) {
            Framework.broken(caller, ddi + " is for devices of plug and play, and " + device.label() + " is a control device", "OBJ-094", null);
        }
        return device;
    }

    private static void told(Caller caller, String why) {
        if (!why.isEmpty()) {
            Framework.broken(caller, why + ": nothing is changed", "OBJ-090", null);
        }
    }

    private static boolean isSized(Caller caller, long structure, String name, int... sizes) {
        int size = caller.memory.load32(structure);
        boolean fits = java.util.Arrays.stream(sizes).anyMatch(each -> each == size);
        told(caller, fits ? "" : "%s has the wrong Size, which %s_INIT sets".formatted(name, name));
        return fits;
    }

    @Native
    public static void WdfDeviceSetPnpCapabilities(Caller caller, long handle, long capabilities) {
        FxDevice device = plugAndPlay(caller, handle, "WdfDeviceSetPnpCapabilities");
        Framework.required(caller, capabilities, "PnpCapabilities");
        if (device.pnp != null && isSized(caller, capabilities, "WDF_DEVICE_PNP_CAPABILITIES", PNP_CAPABILITIES)) {
            told(caller, device.facts.pnp(caller, capabilities));
        }
    }

    @Native
    public static void WdfDeviceSetPowerCapabilities(Caller caller, long handle, long capabilities) {
        FxDevice device = plugAndPlay(caller, handle, "WdfDeviceSetPowerCapabilities");
        Framework.required(caller, capabilities, "PowerCapabilities");
        if (device.pnp != null && isSized(caller, capabilities, "WDF_DEVICE_POWER_CAPABILITIES", POWER_CAPABILITIES)) {
            told(caller, device.facts.power(caller, capabilities));
        }
    }

    @Native
    public static void WdfDeviceSetDeviceState(Caller caller, long handle, long state) {
        FxDevice device = plugAndPlay(caller, handle, "WdfDeviceSetDeviceState");
        Framework.required(caller, state, "DeviceState");
        if (device.pnp == null || !isSized(caller, state, "WDF_DEVICE_STATE", DEVICE_STATE_V1_27, DEVICE_STATE)) {
            return;
        }
        String why = device.facts.state(caller, state, caller.memory.load32(state) / 4 - 1);
        told(caller, why);
        if (why.isEmpty()) {
            device.pnp.invalidate(false);
        }
    }

    @Native
    public static void WdfDeviceGetDeviceState(Caller caller, long handle, long state) {
        FxDevice device = plugAndPlay(caller, handle, "WdfDeviceGetDeviceState");
        Framework.required(caller, state, "DeviceState");
        if (device.pnp != null && isSized(caller, state, "WDF_DEVICE_STATE", DEVICE_STATE_V1_27, DEVICE_STATE)) {
            device.facts.giveState(caller, state, caller.memory.load32(state) / 4 - 1);
        }
    }

    @Native
    public static void WdfDeviceSetBusInformationForChildren(Caller caller, long handle, long information) {
        FxDevice device = plugAndPlay(caller, handle, "WdfDeviceSetBusInformationForChildren");
        Framework.required(caller, information, "BusInformation");
        byte[] copy = new byte[BUS_INFORMATION];
        caller.memory.read(information, copy, 0, copy.length);
        device.facts.bus(copy);
    }

    @Native
    public static void WdfDeviceSetCharacteristics(Caller caller, long handle, int characteristics) {
        device(caller, handle).device.characteristics(characteristics | SECURE_OPEN);
    }

    @Native
    public static int WdfDeviceGetCharacteristics(Caller caller, long handle) {
        return device(caller, handle).device.characteristics();
    }

    @Native
    public static int WdfDeviceGetSystemPowerAction(Caller caller, long handle) {
        FxDevice device = device(caller, handle);
        return device.pnp == null ? 0 : device.pnp.power.systemAction();
    }

    /// Of a physical device: its bus has seen the signal, or tells that there will be none.
    @Native
    public static int WdfDeviceIndicateWakeStatus(Caller caller, long handle, int status) {
        FxDevice device = device(caller, handle);
        if (status == IoManager.STATUS_PENDING || status == IoManager.STATUS_CANCELLED) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        if (device.pdo == null) {
            return Framework.STATUS_INVALID_DEVICE_STATE;             // who waits for the signal is not this device
        }
        return PowerManager.of(caller.machine).indicateWake(caller, device.devnode(), status) ? 0 : Framework.STATUS_INVALID_DEVICE_REQUEST;
    }

    /// Which special files the system may put on the device.
    @Native
    public static void WdfDeviceSetSpecialFileSupport(Caller caller, long handle, int type, int supported) {
        FxDevice device = plugAndPlay(caller, handle, "WdfDeviceSetSpecialFileSupport");
        boolean old = type > 4 && !device.driver.isSince(1, 29);      // WdfSpecialFileBoot is the last that older drivers know
        if (device.pnp != null && (old || !device.specialFiles.support(type, supported != 0))) {
            told(caller, "a driver can say nothing of the special file " + type);
        }
    }
}
