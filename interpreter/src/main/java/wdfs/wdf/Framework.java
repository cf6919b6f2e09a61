package wdfs.wdf;

import wdfs.io.DriverObject;
import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.machine.Irql;
import wdfs.runtime.Caller;
import wdfs.runtime.Handles;
import wdfs.runtime.IrqlCeiling;
import wdfs.runtime.Machine;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// What all DDIs of the framework do first: look at handles and pointers (KBUF-030, KBUF-031), and tell what is wrong.
public final class Framework {
    public static final int STATUS_INVALID_DEVICE_REQUEST = 0xC0000010;
    public static final int STATUS_INVALID_PARAMETER = 0xC000000D;
    public static final int STATUS_BUFFER_TOO_SMALL = 0xC0000023;
    public static final int STATUS_INSUFFICIENT_RESOURCES = 0xC000009A;
    public static final int STATUS_INTERNAL_ERROR = 0xC00000E5;
    public static final int STATUS_INVALID_DEVICE_STATE = 0xC0000184;
    public static final int STATUS_UNSUCCESSFUL = 0xC0000001;
    public static final int STATUS_CANCELLED = 0xC0000120;
    public static final int STATUS_WDF_BUSY = 0xC0200204;
    public static final int STATUS_WDF_PAUSED = 0xC0200203;

    private Framework() {}

    /// The type numbers that bug check 0x10D gives in its third parameter.
    private static int typeCode(String type) {
        return switch (type) {
            case "WDFDRIVER" -> 0x1001;
            case "WDFDEVICE" -> 0x1002;
            case "WDFQUEUE" -> 0x1003;
            case "WDFREQUEST" -> 0x1008;
            case "WDFLOOKASIDE" -> 0x1009;
            case "WDFKEY" -> 0x1006;
            case "WDFSTRING" -> 0x1007;
            case "WDFCOLLECTION" -> 0x100E;
            case "WDFMEMORY" -> 0x100A;
            case "WDFFILEOBJECT" -> 0x1018;
            case "WDFMEMORY of WdfMemoryCreatePreallocated" -> 0x1022;
            case "WDFWAITLOCK" -> 0x1023;
            case "WDFSPINLOCK" -> 0x1024;
            case "WDFIOTARGET" -> 0x1200;
            case "WDFINTERRUPT" -> 0x1006;
            case "WDFCMRESLIST" -> 0x1016;
            case "WDFDMAENABLER" -> 0x1400;
            case "WDFDMATRANSACTION" -> 0x1401;
            case "WDFCOMMONBUFFER" -> 0x1402;
            default -> 0x1000;
        };
    }

    /// The live object of a handle, or the end of the machine (VER-006).
    public static <T extends FxObject> T object(Caller caller, long handle, Class<T> kind, String type) {
        Object found = caller.machine.handles.object(handle);
        if (kind.isInstance(found)) {
            return kind.cast(found);
        }
        throw badHandle(caller, handle, type);
    }

    public static RuntimeException badHandle(Caller caller, long handle, String type) {
        DriverObject driver = IoManager.of(caller).driverOf(caller.image);
        if (driver != null && driver.framework == null) {
            DriverApi.tooEarly(caller, driver);
        }
        Handles.Entry entry = caller.machine.handles.entry(handle);
        String what = handle == 0 ? "NULL" : entry == null ? "0x%X".formatted(handle) : entry.label();
        String why = handle == 0 ? "" : caller.machine.handles.isStale(handle) ? ", which is gone" : entry == null ? ", which is no handle" : ", a " + entry.type;
        Irp irp = entry != null && entry.was instanceof FxRequest r ? r.irp : null;
        if (entry != null && entry.object == null && entry.was instanceof FxRequest && caller.machine.verifierOn()) {
            caller.machine.violation(new Report.Builder(Report.Kind.VIOLATION, "InvalidReqAccess", "REQ-074", entry.label() + " is used after the driver gave it away")
                    .blank().subject(irp).stack(ScriptStack.frames(), "").build(), "");
        }
        throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "WDF_VIOLATION", "VER-006", "a " + type + " was expected, and the handle is " + what + why)
                .code(0x10D, 5, handle, typeCode(type), 0).blank().subject(irp).stack(ScriptStack.frames(), Irql.name(caller.irql())).story(irp).build());
    }

    /// A pointer that must not be NULL (VER-005).
    public static void required(Caller caller, long pointer, String parameter) {
        if (pointer == 0) {
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "WDF_VIOLATION", "VER-005", "the parameter " + parameter + " must not be NULL")
                    .code(0x10D, 4, 0, 0, 0).stack(ScriptStack.frames(), Irql.name(caller.irql())).build());
        }
    }

    /// VER-210: whether the verifier refuses a DDI that is for PASSIVE_LEVEL. `IrqlCeiling` has told it, by the DDI's declaration.
    static boolean abovePassive(Caller caller, boolean verifier) {
        return verifier && caller.irql() > Irql.PASSIVE;
    }

    /// The same as a status, for the running driver.
    static int passive(Caller caller) {
        return abovePassive(caller, DriverApi.current(caller).verifier()) ? STATUS_INVALID_DEVICE_REQUEST : 0;
    }

    /// A UNICODE_STRING as the framework takes one: lengths are even, and no text lies in a NULL buffer. @return a status
    static int unicode(Caller caller, long string) {
        int length = caller.memory.load16(string);
        int most = caller.memory.load16(string + 2);
        boolean bad = (length & 1) != 0 || (most & 1) != 0 || length > most || (length > 0 || most > 0) && caller.memory.load64(string + 8) == 0;
        return bad ? STATUS_INVALID_PARAMETER : 0;
    }

    /// The bytes of a UNICODE_STRING's characters.
    static byte[] characters(Caller caller, long string) {
        return caller.memory.read(caller.memory.load64(string + 8), caller.memory.load16(string));
    }

    /// A framework-verifier break: told, and the run goes on.
    public static void broken(Caller caller, String headline, String rule, FxObject about) {
        Irp irp = about instanceof FxRequest r ? r.irp : null;
        caller.machine.violation(new Report.Builder(Report.Kind.VIOLATION, "FrameworkBreak", rule, headline).blank().subject(irp).stack(ScriptStack.frames(), "").story(irp).build(),
                ScriptStack.site());
    }

    /// VER-607, for what a DDI allows at a lower IRQL than its declaration says, depending on its arguments (VER-605).
    /// @return false if the call is made above it, and the verifier refuses it
    static boolean atMost(Caller caller, int most, String call, boolean verifier) {
        if (!verifier || caller.irql() <= most) {
            return true;
        }
        if (caller.irql() <= Irql.DISPATCH) {                         // above it, the DDI's declaration has been broken
            IrqlCeiling.framework(caller, most, call);
        }
        return false;
    }

    /// A compliance rule that the documentation checks over the text of a driver: told in the run at the verifier's level `full`
    /// only, for the system answers such a call with a status, and nothing else happens (VER §6).
    static void fullRule(Caller caller, String name, String id, String headline, String help, FxRequest about) {
        if (caller.machine.verifier == Machine.Verifier.FULL && DriverApi.current(caller).verifier()) {
            rule(caller, name, id, headline, help, about);
        }
    }

    /// A break that has a compliance rule's name.
    public static void rule(Caller caller, String name, String id, String headline, String help, FxRequest about) {
        Irp irp = about == null ? null : about.irp;
        Report.Builder report = new Report.Builder(Report.Kind.VIOLATION, name, id, headline).blank().subject(irp).stack(ScriptStack.frames(), "");
        if (!help.isEmpty()) {
            report.help(help);
        }
        caller.machine.violation(report.story(irp).build(), ScriptStack.site());
    }
}
