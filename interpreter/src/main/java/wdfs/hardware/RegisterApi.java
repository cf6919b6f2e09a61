package wdfs.hardware;

import wdfs.machine.Irql;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// How drivers reach registers and ports (OBJ-400). The functions for registers are loads and stores, as they are on x64: a
/// plain pointer into a mapping does the same.
public final class RegisterApi {
    private RegisterApi() {}

    private static SystemBus bus(Caller caller) {
        return SystemBus.of(caller.machine);
    }

    private static RuntimeException verifier(Caller caller, int subcode, String headline, String rule) {
        throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_VERIFIER_DETECTED_VIOLATION", rule, headline)
                .code(0xC4, subcode, caller.irql()).stack(ScriptStack.frames(), Irql.name(caller.irql())).build());
    }

    private static void violation(Caller caller, Report.Builder report, String help) {
        caller.machine.violation(report.stack(ScriptStack.frames(), "").help(help).build(), ScriptStack.site());
    }

    /// ENV-028: NULL on failure.
    @Native
    public static long MmMapIoSpace(Caller caller, long physicalAddress, long length, int cacheType) {
        if (caller.irql() > Irql.DISPATCH) {
            throw verifier(caller, 0x73, "MmMapIoSpace at " + Irql.name(caller.irql()), "VER-121");
        }
        if (caller.machine.takeInjected("io_space")) {
            return 0;
        }
        long physical = caller.memory.load64(physicalAddress);
        long virtual = bus(caller).map(caller, physical, length);
        if (virtual == 0) {
            violation(caller, new Report.Builder(Report.Kind.VIOLATION, "UnassignedResource", "OBJ-184", "MmMapIoSpace of %d bytes at physical address 0x%X, which no device has".formatted(length, physical)),
                    "take address and length from the translated resources that EvtDevicePrepareHardware is given");
        }
        return virtual;
    }

    @Native
    public static void MmUnmapIoSpace(Caller caller, long address, long length) {
        if (caller.irql() > Irql.APC) {                               // ENV-028
            throw verifier(caller, 0x74, "MmUnmapIoSpace at " + Irql.name(caller.irql()), "VER-121");
        }
        SystemBus.Mapping mapping = bus(caller).mapping(address);
        if (mapping == null || mapping.region().size != length) {
            violation(caller, new Report.Builder(Report.Kind.VIOLATION, "BadUnmapIoSpace", "OBJ-185", mapping == null ? "MmUnmapIoSpace of %s, which MmMapIoSpace has not given".formatted(
                    caller.machine.memory.place(null, address)) : "MmUnmapIoSpace of %d bytes, and %d are mapped".formatted(length, mapping.region().size)),
                    "pass the address that MmMapIoSpace gave, and the same number of bytes");
        }
        if (mapping != null) {
            bus(caller).unmap(mapping);
        }
    }

    @Native
    public static int READ_REGISTER_UCHAR(Caller caller, long register) {
        return caller.memory.load8(register);
    }

    @Native
    public static int READ_REGISTER_USHORT(Caller caller, long register) {
        return caller.memory.load16(register);
    }

    @Native
    public static int READ_REGISTER_ULONG(Caller caller, long register) {
        return caller.memory.load32(register);
    }

    @Native
    public static long READ_REGISTER_ULONG64(Caller caller, long register) {
        return caller.memory.load64(register);
    }

    @Native
    public static void WRITE_REGISTER_UCHAR(Caller caller, long register, int value) {
        caller.memory.store8(register, value);
    }

    @Native
    public static void WRITE_REGISTER_USHORT(Caller caller, long register, int value) {
        caller.memory.store16(register, value);
    }

    @Native
    public static void WRITE_REGISTER_ULONG(Caller caller, long register, int value) {
        caller.memory.store32(register, value);
    }

    @Native
    public static void WRITE_REGISTER_ULONG64(Caller caller, long register, long value) {
        caller.memory.store64(register, value);
    }

    @Native
    public static int READ_PORT_UCHAR(Caller caller, long port) {
        return (int) bus(caller).in(port, 1) & 0xFF;
    }

    @Native
    public static int READ_PORT_USHORT(Caller caller, long port) {
        return (int) bus(caller).in(port, 2) & 0xFFFF;
    }

    @Native
    public static int READ_PORT_ULONG(Caller caller, long port) {
        return (int) bus(caller).in(port, 4);
    }

    @Native
    public static void WRITE_PORT_UCHAR(Caller caller, long port, int value) {
        bus(caller).out(port, 1, value & 0xFF);
    }

    @Native
    public static void WRITE_PORT_USHORT(Caller caller, long port, int value) {
        bus(caller).out(port, 2, value & 0xFFFF);
    }

    @Native
    public static void WRITE_PORT_ULONG(Caller caller, long port, int value) {
        bus(caller).out(port, 4, value & 0xFFFF_FFFFL);
    }
}
