package wdfs.wdf;

import java.util.List;
import java.util.function.ToIntFunction;
import wdfs.io.DeviceObject;
import wdfs.io.Devnode;
import wdfs.io.FileObject;
import wdfs.io.IoManager;
import wdfs.io.KernelSend;
import wdfs.io.Transfers;
import wdfs.kernel.Mdl;
import wdfs.kernel.Namespace;
import wdfs.kernel.RtlApi;
import wdfs.kernel.Waits;
import wdfs.machine.Irql;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// DDIs of I/O targets: opening a remote one, and sending to it synchronously.
public final class TargetApi {
    private static final int INFO_LENGTH_MISMATCH = 0xC0000004;
    private static final int INTEGER_OVERFLOW = 0xC0000095;
    private static final int OBJECT_NAME_NOT_FOUND = 0xC0000034;
    private static final int OPEN_PARAMS = 0x80;
    private static final int OPEN_PARAMS_1_11 = 0x70;
    // WDF_IO_TARGET_OPEN_TYPE
    private static final int OPEN_EXISTING = 1;
    private static final int OPEN_BY_NAME = 2;
    private static final int REOPEN = 3;

    private TargetApi() {}

    static FxTarget target(Caller caller, long handle) {
        return Framework.object(caller, handle, FxTarget.class, "WDFIOTARGET");
    }

    static FxMemory memory(Caller caller, long handle) {
        return Framework.object(caller, handle, FxMemory.class, "WDFMEMORY");
    }

    /// OBJ-202.
    @Native
    public static int WdfIoTargetCreate(Caller caller, long deviceHandle, long attributes, long result) {
        FxDevice device = Framework.object(caller, deviceHandle, FxDevice.class, "WDFDEVICE");
        Framework.required(caller, result, "IoTarget");
        Attributes read = Attributes.read(caller, attributes);
        FxObject parent = read.parent() == 0 ? device : ObjectApi.any(caller, read.parent());
        if (Framework.abovePassive(caller, device.verifier())) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        int status = read.check(true, false, false, false);
        if (status < 0) {
            return status;
        }
        FxObject above = parent;
        while (above != null && above != device) {
            above = above.parent();
        }
        if (above == null) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        FxTarget target = new FxTarget(caller.machine, device, parent);
        status = target.commit(caller, read);
        if (status >= 0) {
            caller.memory.store64(result, target.handle);
        }
        return status;
    }

    /// OBJ-203, OBJ-204, in that order.
    @Native
    public static int WdfIoTargetOpen(Caller caller, long handle, long parameters) {
        FxTarget target = target(caller, handle);
        Framework.required(caller, parameters, "OpenParams");
        if (Framework.abovePassive(caller, target.device.verifier())) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        int size = caller.memory.load32(parameters);
        if (size != OPEN_PARAMS && size != OPEN_PARAMS_1_11) {
            return INFO_LENGTH_MISMATCH;
        }
        int type = caller.memory.load32(parameters + 4);
        DeviceObject existing = null;
        String name = "";
        switch (type) {
            case OPEN_EXISTING -> {
                existing = IoManager.of(caller).device(caller.memory.load64(parameters + 0x20));
                boolean hears = caller.memory.load64(parameters + 8) != 0 || caller.memory.load64(parameters + 0x10) != 0 || caller.memory.load64(parameters + 0x18) != 0;
                if (existing == null || target.device.device.inHost || caller.memory.load64(parameters + 0x28) == 0 && hears) {
                    return Framework.STATUS_INVALID_PARAMETER;
                }
            }
            case OPEN_BY_NAME -> {
                name = RtlApi.unicode(caller.memory, parameters + 0x30);
                if (name.isEmpty()) {
                    return Framework.STATUS_INVALID_PARAMETER;
                }
            }
            case REOPEN -> {
                name = target.openedByName;
                if (name.isEmpty()) {
                    return Framework.STATUS_INVALID_DEVICE_REQUEST;
                }
            }
            default -> {
                return Framework.STATUS_INVALID_PARAMETER;
            }
        }
        if (target.state != FxTarget.State.CLOSED && target.state != FxTarget.State.CLOSED_FOR_QUERY_REMOVE) {
            return Framework.STATUS_INVALID_DEVICE_STATE;
        }
        target.openedByName = "";
        if (type != REOPEN) {
            for (int i = 0; i < target.callbacks.length; i++) {       // OBJ-206
                target.callbacks[i] = caller.memory.load64(parameters + 8 + 8L * i);
            }
        }
        if (existing != null) {
            target.opened(caller, existing, null);
            return 0;
        }
        int status = openByName(caller, target, name);
        if (status >= 0 || type == REOPEN) {
            target.openedByName = name;
        }
        return status;
    }

    /// OBJ-206: the removal has been called off. What cannot be opened again stays closed.
    static void reopen(Caller caller, FxTarget target) {
        if (target.openedByName.isEmpty()) {
            return;
        }
        var before = caller.image;
        caller.image = target.device.driver.driver.image;
        try {
            openByName(caller, target, target.openedByName);
        } finally {
            caller.image = before;
        }
    }

    /// OBJ-206.
    @Native
    public static void WdfIoTargetCloseForQueryRemove(Caller caller, long handle) {
        FxTarget target = target(caller, handle);
        if (waitsAllowed(caller, target, "WdfIoTargetCloseForQueryRemove")) {
            target.closeForQueryRemove(caller);
        }
    }

    private static int openByName(Caller caller, FxTarget target, String name) {
        Namespace.Found found = Namespace.of(caller.machine).resolve(name);
        if (found == null || !(found.object() instanceof DeviceObject device)) {
            return OBJECT_NAME_NOT_FOUND;
        }
        FileObject[] opened = new FileObject[1];
        int status = FxTarget.inKernel(caller, () -> caller.image.isKernel() ? Transfers.openForKernel(caller, device, found.rest(), opened)
                : Transfers.open(caller, device, found.rest(), device.label(), true, opened, new long[1]));
        if (status >= 0) {
            opened[0].references = 1;
            target.opened(caller, device, opened[0]);
        }
        return Math.min(status, 0);
    }

    @Native
    public static void WdfIoTargetClose(Caller caller, long handle) {
        FxTarget target = target(caller, handle);
        if (Framework.abovePassive(caller, target.device.verifier())) {              // OBJ-205
            return;
        }
        if (target.state != FxTarget.State.DELETED) {
            target.close(caller);
        }
    }

    // ---- states ----------------------------------------------------------------------------------------------------------------------

    /// OBJ-210. With the verifier: a call that waits for requests that were sent is refused above PASSIVE_LEVEL.
    private static boolean waitsAllowed(Caller caller, FxTarget target, String call) {
        return Framework.atMost(caller, Irql.PASSIVE, call + ", which waits,", target.device.verifier());
    }

    /// OBJ-213.
    @Native
    public static int WdfIoTargetStart(Caller caller, long handle) {
        return target(caller, handle).start(caller);
    }

    /// OBJ-210, WDF_IO_TARGET_SENT_IO_ACTION: 1 cancels what was sent and waits, 2 waits, 3 leaves it alone.
    @Native
    public static void WdfIoTargetStop(Caller caller, long handle, int action) {
        FxTarget target = target(caller, handle);
        switch (action) {
            case 1, 2 -> {
                if (waitsAllowed(caller, target, "WdfIoTargetStop")) {
                    target.stop(caller, action == 1, true);
                }
            }
            case 3 -> target.stop(caller, false, false);
            default -> { }
        }
    }

    /// OBJ-212, WDF_IO_TARGET_PURGE_IO_ACTION: 1 waits for what it cancelled, 2 does not.
    @Native
    public static void WdfIoTargetPurge(Caller caller, long handle, int action) {
        FxTarget target = target(caller, handle);
        switch (action) {
            case 1 -> {
                if (waitsAllowed(caller, target, "WdfIoTargetPurge")) {
                    target.purge(caller, true);
                }
            }
            case 2 -> target.purge(caller, false);
            default -> { }
        }
    }

    /// OBJ-201. @return WDF_IO_TARGET_STATE
    @Native
    public static int WdfIoTargetGetState(Caller caller, long handle) {
        return target(caller, handle).state.number;
    }

    @Native
    public static long WdfIoTargetWdmGetTargetDeviceObject(Caller caller, long handle) {
        FxTarget target = target(caller, handle);
        return target.destination() == null ? 0 : target.destination().address();
    }

    /// Of the stack that the target leads to; NULL if that has none, or the target is closed.
    @Native
    public static long WdfIoTargetWdmGetTargetPhysicalDevice(Caller caller, long handle) {
        Devnode node = target(caller, handle).devnode();
        return node == null || node.physical() == null ? 0 : node.physical().address();
    }

    /// What was opened by name; NULL for other targets.
    @Native
    public static long WdfIoTargetWdmGetTargetFileObject(Caller caller, long handle) {
        FxTarget target = target(caller, handle);
        return target.file == null ? 0 : target.file.address();
    }

    @Native
    public static long WdfIoTargetGetDevice(Caller caller, long handle) {
        return target(caller, handle).device.handle;
    }

    // ---- buffers ---------------------------------------------------------------------------------------------------------------------

    /// A description that is wrong; the status says how.
    static final class Refused extends Exception {
        final int status;

        Refused(int status) {
            super(null, null, false, false);
            this.status = status;
        }
    }

    /// MEM-073 to MEM-076.
    private static KernelSend.Buffer describe(Caller caller, long descriptor) throws Refused {
        if (descriptor == 0) {
            return KernelSend.Buffer.NONE;
        }
        long first = caller.memory.load64(descriptor + 8);
        switch (caller.memory.load32(descriptor)) {
            case 1 -> {
                long length = caller.memory.load32(descriptor + 0x10) & 0xFFFF_FFFFL;
                if (first == 0 && length != 0) {
                    throw new Refused(Framework.STATUS_INVALID_PARAMETER);
                }
                return new KernelSend.Buffer(first, null, 0, length);
            }
            case 2 -> {
                long length = caller.memory.load32(descriptor + 0x10) & 0xFFFF_FFFFL;
                Mdl mdl = first == 0 ? null : Mdl.at(caller.machine, first);
                if (mdl == null && (length != 0 || first != 0)) {
                    throw new Refused(Framework.STATUS_INVALID_PARAMETER);
                }
                if (mdl != null && length > mdl.byteCount()) {        // MEM-076: taken as given
                    caller.machine.violation(new Report.Builder(Report.Kind.VIOLATION, "BufferOverrun", "MEM-076",
                            "a descriptor gives %d bytes of %s, which has %d".formatted(length, mdl.label(), mdl.byteCount())).stack(ScriptStack.frames(), "")
                            .help("BufferLength is at most MmGetMdlByteCount").build(), ScriptStack.site());
                }
                return mdl == null ? KernelSend.Buffer.NONE : new KernelSend.Buffer(0, mdl, 0, length);
            }
            case 3 -> {
                if (first == 0) {
                    return KernelSend.Buffer.NONE;
                }
                return part(caller, Framework.object(caller, first, FxMemory.class, "WDFMEMORY"), caller.memory.load64(descriptor + 0x10));
            }
            default -> throw new Refused(Framework.STATUS_INVALID_PARAMETER);
        }
    }

    /// MEM-074, MEM-075: a memory object, or the part of it that a WDFMEMORY_OFFSET names.
    static KernelSend.Buffer part(Caller caller, FxMemory memory, long offsets) throws Refused {
        long offset = offsets == 0 ? 0 : caller.memory.load64(offsets);
        long length = offsets == 0 ? 0 : caller.memory.load64(offsets + 8);
        boolean wraps = Long.compareUnsigned(offset + length, offset) < 0;
        if (wraps || Long.compareUnsigned(offset + length, memory.size) > 0) {
            throw new Refused(INTEGER_OVERFLOW);
        }
        long used = length != 0 ? length : memory.size - offset;
        Mdl mdl = memory.mdl != null ? memory.mdl : memory.lentMdl;   // KBUF-221
        return mdl != null ? new KernelSend.Buffer(0, mdl, offset, used) : new KernelSend.Buffer(memory.address + offset, null, 0, used);
    }

    // ---- sending ---------------------------------------------------------------------------------------------------------------------

    /// What is sent: its descriptions are looked at before anything else is done.
    @FunctionalInterface
    private interface Plan {
        ToIntFunction<KernelSend> describe() throws Refused;
    }

    /// OBJ-260 to OBJ-265, in that order.
    /// @param requestHandle the driver's, own or received, or 0: then it can be cancelled while this call waits (OBJ-264)
    private static int synchronously(Caller caller, FxTarget target, long requestHandle, long options, long bytes, int kind, int code, Plan plan) {
        FxRequest request = requestHandle == 0 ? null : RequestApi.request(caller, requestHandle);
        if (Framework.abovePassive(caller, target.device.verifier())) {          // OBJ-266
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        Options read = options == 0 ? Options.NONE : Options.read(caller, options, request);
        if (read.status() < 0) {
            return read.status();
        }
        if (read.has(Options.SEND_AND_FORGET)) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        if (read.timeout() == 0) {
            Framework.fullRule(caller, "SyncReqSend", "VER-337", "a synchronous send without a time-out waits for ever if the target does not answer",
                    "WDF_REQUEST_SEND_OPTIONS_SET_TIMEOUT", request);
        }
        ToIntFunction<KernelSend> format;
        try {
            format = plan.describe();
        } catch (Refused e) {
            return e.status;
        }
        if (target.target == null) {
            return Framework.STATUS_INVALID_DEVICE_STATE;
        }
        if (request != null) {
            return wait(caller, target, request.sending(), read, bytes, kind, code, format);
        }
        Sending unnamed = new Sending(null);
        int status = wait(caller, target, unnamed, read, bytes, kind, code, format);
        unnamed.clear(caller);
        return status;
    }

    private static int wait(Caller caller, FxTarget target, Sending sending, Options options, long bytes, int kind, int code, ToIntFunction<KernelSend> format) {
        int status = SendApi.format(caller, target, sending, kind, code, SendApi.Part.NONE, SendApi.Part.NONE, List.of(), (send, file) -> format.applyAsInt(send));
        if (status < 0) {
            return status;
        }
        if (!target.admits(options.has(Options.IGNORE_TARGET_STATE))) {
            return Framework.STATUS_INVALID_DEVICE_STATE;
        }
        if (sending.cancelAsked) {                                    // OBJ-245
            return Framework.STATUS_CANCELLED;
        }
        Sending.Gate gate = SendApi.go(caller, sending, target, options);
        // OBJ-263, OBJ-248: until it is back, be it by the time-out's cancellation.
        Waits.wait(caller, List.of(gate), false, Waits.FOREVER);
        if (bytes != 0) {
            caller.memory.store64(bytes, sending.information);        // OBJ-262: of a failure, too
        }
        return sending.status;
    }

    private static long offset(Caller caller, long pointer) {
        return pointer == 0 ? 0 : caller.memory.load64(pointer);
    }

    private static int transfer(Caller caller, long handle, long request, boolean read, long descriptor, long deviceOffset, long options, long bytes) {
        FxTarget target = target(caller, handle);
        return synchronously(caller, target, request, options, bytes, read ? 0x03 : 0x04, 0, () -> {
            KernelSend.Buffer buffer = describe(caller, descriptor);
            long at = offset(caller, deviceOffset);
            return send -> send.transfer(read, buffer, at, target.file);
        });
    }

    private static int control(Caller caller, long handle, long request, boolean internal, int code, long input, long output, long options, long bytes) {
        FxTarget target = target(caller, handle);
        return synchronously(caller, target, request, options, bytes, internal ? 0x0F : 0x0E, code, () -> {
            KernelSend.Buffer in = describe(caller, input);
            KernelSend.Buffer out = describe(caller, output);
            return send -> send.control(internal, code, in, out, target.file);
        });
    }

    @Native
    public static int WdfIoTargetSendReadSynchronously(Caller caller, long handle, long request, long output, long deviceOffset, long options, long bytes) {
        return transfer(caller, handle, request, true, output, deviceOffset, options, bytes);
    }

    @Native
    public static int WdfIoTargetSendWriteSynchronously(Caller caller, long handle, long request, long input, long deviceOffset, long options, long bytes) {
        return transfer(caller, handle, request, false, input, deviceOffset, options, bytes);
    }

    @Native
    public static int WdfIoTargetSendIoctlSynchronously(Caller caller, long handle, long request, int code, long input, long output, long options, long bytes) {
        return control(caller, handle, request, false, code, input, output, options, bytes);
    }

    @Native
    public static int WdfIoTargetSendInternalIoctlSynchronously(Caller caller, long handle, long request, int code, long input, long output, long options, long bytes) {
        return control(caller, handle, request, true, code, input, output, options, bytes);
    }

    /// Three arguments that drivers have agreed upon, as Parameters.Others.Argument1, 2 and 4.
    @Native
    public static int WdfIoTargetSendInternalIoctlOthersSynchronously(Caller caller, long handle, long request, int code, long first, long second, long fourth, long options, long bytes) {
        FxTarget target = target(caller, handle);
        return synchronously(caller, target, request, options, bytes, 0x0F, code, () -> {
            KernelSend.Buffer one = describe(caller, first);
            KernelSend.Buffer two = describe(caller, second);
            KernelSend.Buffer four = describe(caller, fourth);
            return send -> send.others(code, one, two, four, target.file);
        });
    }
}
