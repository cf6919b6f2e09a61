package wdfs.hardware;

import wdfs.runtime.Caller;
import wdfs.runtime.HardwareShape;
import wdfs.runtime.Native;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// What the code of devices can do besides C, and what scripts can do to devices.
public final class HardwareApi {
    private static final int MOST_BYTES = 1 << 24;

    private HardwareApi() {}

    private static SimulatedDevice device(Caller caller) {
        return ((DeviceCode) caller).device;
    }

    private static SystemBus bus(Caller caller) {
        return SystemBus.of(caller.machine);
    }

    // ---- for devices ---------------------------------------------------------------------------------------------------------------

    /// `after 50us { … }`: the function runs then, with the values given now.
    @Native
    public static void HardwareAfter(Caller caller, long nanos, long function, long[] values, String kinds) {
        device(caller).later(nanos, function, values);
    }

    /// `raise Line;`, `lower Line;`, `raise Messages[2];`
    @Native
    public static void HardwareLine(Caller caller, int line, int message, int raise) {
        device(caller).line(line, message, raise != 0);
    }

    @Native
    public static int BusRead(Caller caller, long address, long to, long length) {
        if (length < 0 || length > MOST_BYTES) {
            return 0;
        }
        byte[] bytes = bus(caller).readMemory(device(caller), address, (int) length);
        if (bytes != null) {
            caller.memory.write(to, bytes, 0, bytes.length);
        }
        return bytes == null ? 0 : 1;
    }

    @Native
    public static int BusWrite(Caller caller, long address, long from, long length) {
        if (length < 0 || length > MOST_BYTES) {
            return 0;
        }
        return bus(caller).writeMemory(device(caller), address, caller.memory.read(from, (int) length)) ? 1 : 0;
    }

    /// Virtual nanoseconds since boot.
    @Native
    public static long HardwareTime(Caller caller) {
        return caller.machine.clock.nowNanos();
    }

    // ---- for scripts ---------------------------------------------------------------------------------------------------------------

    private static SimulatedDevice named(Caller caller, String node, String what) {
        SimulatedDevice device = bus(caller).device(node);
        if (device == null) {
            wrong(caller, "%s: devnode %s has no hardware".formatted(what, node));
        }
        return device;
    }

    private static void wrong(Caller caller, String headline) {
        caller.machine.violation(new Report.Builder(Report.Kind.VIOLATION, "HardwareScript", "", headline).stack(ScriptStack.frames(), "").build(), ScriptStack.site());
    }

    @Native
    public static long hardware_event(Caller caller, String node, String event, long a, long b, long c, long d) {
        SimulatedDevice device = named(caller, node, "hardware_event");
        if (device == null) {
            return 0;
        }
        if (!device.shape().events().containsKey(event)) {
            wrong(caller, "hardware_event: %s has no `on %s`".formatted(device.name(), event));
            return 0;
        }
        long value = device.event(event, a, b, c, d);
        caller.letDpcsRun();
        return value;
    }

    @Native
    public static long hardware_value(Caller caller, String node, String name) {
        SimulatedDevice device = named(caller, node, "hardware_value");
        HardwareShape.Cell cell = device == null ? null : device.shape().variables().get(name);
        if (device != null && cell == null) {
            wrong(caller, "hardware_value: %s has no variable or register %s".formatted(device.name(), name));
        }
        return cell == null ? 0 : device.value(cell);
    }
}
