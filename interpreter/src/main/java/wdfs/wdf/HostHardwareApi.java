package wdfs.wdf;

import wdfs.hardware.SimulatedDevice;
import wdfs.hardware.SystemBus;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// How UMDF drivers reach the registers and ports of their device (OBJ-404). The reflector maps the registers into the kernel;
/// the address that the driver gets is a number to it, which it passes to the WDF_READ_… and WDF_WRITE_… functions. Only where
/// the INF says so are they mapped into the host as well (UMDF-151). What the framework refuses ends the host, as in its source.
public final class HostHardwareApi {
    private static final int REGISTER = 1;
    private static final int REGISTER_BUFFER = 2;
    private static final int PORT_BUFFER = 4;
    private static final int UCHAR = 1;
    private static final int ULONG64 = 4;
    private static final int CACHE_TYPES = 6;
    // WDF_BUGCHECK_CODES
    private static final int OBJECT_ERROR = 7;
    private static final int API_UNAVAILABLE = 0x10;

    private HostHardwareApi() {}

    /// What a driver in a host must not do, and the framework looks for: the end of the host.
    static RuntimeException refused(Caller caller, String rule, String headline, String help) {
        int mistake = rule.startsWith("UMDF") ? API_UNAVAILABLE : OBJECT_ERROR;
        throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "WDF_VIOLATION", rule, headline).code(0x10D, mistake, 0, 0, 0)
                .stack(ScriptStack.frames(), "thread " + caller.threadName()).help(help).build());
    }

    /// UMDF-150: registers, ports and interrupts only if the INF says so.
    static void allowed(Caller caller, FxDevice device, String routine) {
        if (!device.hostedStack().directive("UmdfDirectHardwareAccess", "").equals("AllowDirectHardwareAccess")) {
            throw refused(caller, "UMDF-150", routine + ": the INF of driver " + device.driver.driver.name() + " does not allow it to reach hardware",
                    "inf { UmdfDirectHardwareAccess = AllowDirectHardwareAccess; }");
        }
    }

    private static boolean inUserMode(FxDevice device) {
        return device.hostedStack().directive("UmdfRegisterAccessMode", "").equals("RegisterAccessUsingUserModeMapping");
    }

    private static FxDevice device(Caller caller, long handle, String routine) {
        FxDevice device = Framework.object(caller, handle, FxDevice.class, "WDFDEVICE");
        allowed(caller, device, routine);
        return device;
    }

    private static SystemBus bus(Caller caller) {
        return SystemBus.of(caller.machine);
    }

    /// The mapping of a driver that begins at an address; null if none does.
    private static SystemBus.Mapping mapping(Caller caller, FxDevice device, long base) {
        SimulatedDevice hardware = device.hardware.hardware();
        return hardware == null ? null : bus(caller).mappings(hardware, device.driver.driver.name()).stream().filter(m -> m.region().base == base).findFirst().orElse(null);
    }

    // ---- mappings ------------------------------------------------------------------------------------------------------------------

    @Native
    public static int WdfDeviceMapIoSpace(Caller caller, long deviceHandle, long physicalAddress, long length, int cacheType, long result) {
        FxDevice device = device(caller, deviceHandle, "WdfDeviceMapIoSpace");
        long physical = caller.memory.load64(physicalAddress);
        Framework.required(caller, physical, "PhysicalAddress");
        if (length == 0 || Integer.compareUnsigned(cacheType, CACHE_TYPES) >= 0) {
            throw refused(caller, "OBJ-404", length == 0 ? "WdfDeviceMapIoSpace of no bytes" : "WdfDeviceMapIoSpace: there is no cache type " + cacheType, "MmNonCached");
        }
        Framework.required(caller, result, "PseudoBaseAddress");
        caller.memory.store64(result, 0);
        SimulatedDevice hardware = device.hardware.hardware();
        SimulatedDevice.Range range = hardware == null || !device.hardware.hasResources() ? null : SystemBus.range(hardware, false, physical, length);
        if (range == null) {
            throw refused(caller, "OBJ-404", "WdfDeviceMapIoSpace of %d bytes at physical address 0x%X, which are not the device's".formatted(length, physical),
                    "take address and length from the translated resources that EvtDevicePrepareHardware is given");
        }
        if (bus(caller).mappings(hardware, device.driver.driver.name()).stream().anyMatch(m -> m.range() == range)) {
            throw refused(caller, "OBJ-404", "WdfDeviceMapIoSpace: the driver has mapped that resource already", "a resource is mapped once, and unmapped before it is mapped again");
        }
        if (caller.machine.takeInjected("io_space")) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        SystemBus.Mapping mapping = bus(caller).map(caller, hardware, range, physical, length, inUserMode(device) ? device.driver.process.space() : null);
        caller.memory.store64(result, mapping.region().base);
        return 0;
    }

    @Native
    public static void WdfDeviceUnmapIoSpace(Caller caller, long deviceHandle, long base, long length) {
        FxDevice device = device(caller, deviceHandle, "WdfDeviceUnmapIoSpace");
        Framework.required(caller, base, "PseudoBaseAddress");
        SystemBus.Mapping mapping = mapping(caller, device, base);
        if (mapping == null || mapping.region().size != length) {
            throw refused(caller, "OBJ-404", mapping == null ? "WdfDeviceUnmapIoSpace of an address that WdfDeviceMapIoSpace has not given"
                    : "WdfDeviceUnmapIoSpace of %d bytes, and %d are mapped".formatted(length, mapping.region().size),
                    "pass the address that WdfDeviceMapIoSpace gave, and the same number of bytes");
        }
        bus(caller).unmap(mapping);
    }

    @Native
    public static long WdfDeviceGetHardwareRegisterMappedAddress(Caller caller, long deviceHandle, long base) {
        FxDevice device = device(caller, deviceHandle, "WdfDeviceGetHardwareRegisterMappedAddress");
        if (!inUserMode(device)) {
            throw refused(caller, "UMDF-151", "WdfDeviceGetHardwareRegisterMappedAddress: registers are not mapped into the host",
                    "inf { UmdfRegisterAccessMode = RegisterAccessUsingUserModeMapping; }, or WDF_READ_REGISTER_… and WDF_WRITE_REGISTER_… with the address of WdfDeviceMapIoSpace");
        }
        Framework.required(caller, base, "PseudoBaseAddress");
        SystemBus.Mapping mapping = mapping(caller, device, base);
        if (mapping == null) {
            throw refused(caller, "OBJ-404", "WdfDeviceGetHardwareRegisterMappedAddress of an address that WdfDeviceMapIoSpace has not given", "pass the address that WdfDeviceMapIoSpace gave");
        }
        return mapping.user().base;
    }

    // ---- accesses ------------------------------------------------------------------------------------------------------------------

    /// One access, or as many as a buffer has values.
    /// @param size bytes of a value
    private record Access(boolean register, boolean buffered, int size, long target) {
        long at(int index) {
            return register ? target + (long) index * size : target;                          // a port is accessed again and again
        }
    }

    /// What both directions ask first, in the framework's order.
    private static Access access(Caller caller, long deviceHandle, int type, int size, long target, long buffer, int count, String routine) {
        FxDevice device = device(caller, deviceHandle, routine);
        if (type < REGISTER || type > PORT_BUFFER || size < UCHAR || size > ULONG64) {
            throw refused(caller, "OBJ-404", "%s: type %d, size %d".formatted(routine, type, size), "use WDF_READ_REGISTER_…, WDF_WRITE_REGISTER_… and their like for ports");
        }
        Framework.required(caller, target, "TargetAddress");
        boolean buffered = type == REGISTER_BUFFER || type == PORT_BUFFER;
        if (buffered) {
            Framework.required(caller, buffer, "Buffer");
        }
        if (buffered != (count != 0) || !buffered && buffer != 0) {
            throw refused(caller, "OBJ-404", "%s: %s".formatted(routine, buffered ? "a buffer of no values" : "a buffer for a single value"), "Buffer and Count go with the two buffer types");
        }
        boolean register = type == REGISTER || type == REGISTER_BUFFER;
        Access access = new Access(register, buffered, 1 << size - 1, target);
        long length = access.size * (register && buffered ? count & 0xFFFF_FFFFL : 1);
        SimulatedDevice hardware = device.hardware.hardware();
        boolean inside = hardware != null && (register
                ? bus(caller).mappings(hardware, device.driver.driver.name()).stream().anyMatch(m -> m.region().contains(target) && length <= m.region().base + m.region().size - target)
                : device.hardware.hasResources() && SystemBus.range(hardware, true, target, length) != null);
        if (!inside) {
            throw refused(caller, "OBJ-404", register ? "%s of %d bytes at 0x%X, which the driver has not mapped".formatted(routine, length, target)
                    : "%s of %d bytes at port 0x%X, which is not the device's".formatted(routine, length, target),
                    register ? "add the register's offset to the address that WdfDeviceMapIoSpace gave" : "a port's address comes from the translated resources: u.Port.Start.QuadPart");
        }
        return access;
    }

    private static long read(Caller caller, Access access, int index) {
        return access.register ? bus(caller).load(caller.memory, access.at(index), access.size) : bus(caller).in(access.at(index), access.size);
    }

    private static void write(Caller caller, Access access, int index, long value) {
        if (access.register) {
            bus(caller).store(caller.memory, access.at(index), access.size, value);
        } else {
            bus(caller).out(access.at(index), access.size, value);
        }
    }

    @Native
    public static long WdfDeviceReadFromHardware(Caller caller, long deviceHandle, int type, int size, long target, long buffer, int count) {
        Access access = access(caller, deviceHandle, type, size, target, buffer, count, "WdfDeviceReadFromHardware");
        if (!access.buffered) {
            return read(caller, access, 0) & mask(access.size);
        }
        for (int i = 0; i < count; i++) {
            long value = read(caller, access, i);
            byte[] bytes = new byte[access.size];
            for (int k = 0; k < bytes.length; k++) {
                bytes[k] = (byte) (value >>> 8 * k);
            }
            caller.memory.write(buffer + (long) i * access.size, bytes, 0, bytes.length);
        }
        return 0;
    }

    @Native
    public static void WdfDeviceWriteToHardware(Caller caller, long deviceHandle, int type, int size, long target, long value, long buffer, int count) {
        Access access = access(caller, deviceHandle, type, size, target, buffer, count, "WdfDeviceWriteToHardware");
        if (!access.buffered) {
            write(caller, access, 0, value & mask(access.size));
            return;
        }
        for (int i = 0; i < count; i++) {
            byte[] bytes = new byte[access.size];
            caller.memory.read(buffer + (long) i * access.size, bytes, 0, bytes.length);
            long one = 0;
            for (int k = 0; k < bytes.length; k++) {
                one |= (bytes[k] & 0xFFL) << 8 * k;
            }
            write(caller, access, i, one);
        }
    }

    private static long mask(int size) {
        return size == 8 ? -1 : (1L << 8 * size) - 1;
    }

    /// For WDF_INTERRUPT_CONFIG_INIT, whose UMDF version asks for passive-level handling.
    @Native
    public static int FxRunsInHost(Caller caller) {
        return caller.image != null && !caller.image.isKernel() ? 1 : 0;
    }
}
