package wdfs.wdf;

import java.util.List;
import wdfs.io.DeviceObject;
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
import wdfs.runtime.Travel;

/// DDIs of I/O targets: opening a remote one, and sending to it synchronously.
public final class TargetApi {
    private static final int INFO_LENGTH_MISMATCH = 0xC0000004;
    private static final int INTEGER_OVERFLOW = 0xC0000095;
    private static final int OBJECT_NAME_NOT_FOUND = 0xC0000034;
    private static final int IO_TIMEOUT = 0xC00000B5;
    private static final int OPEN_PARAMS = 0x80;
    private static final int SEND_OPTIONS = 0x10;

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
        if (device.verifier() && caller.irql() > Irql.PASSIVE) {
            Framework.broken(caller, "WdfIoTargetCreate at " + Irql.name(caller.irql()), "OBJ-202", null);
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

    /// OBJ-203, OBJ-204.
    @Native
    public static int WdfIoTargetOpen(Caller caller, long handle, long parameters) {
        FxTarget target = target(caller, handle);
        Framework.required(caller, parameters, "OpenParams");
        if (caller.memory.load32(parameters) != OPEN_PARAMS) {
            return INFO_LENGTH_MISMATCH;
        }
        if (target.state != FxTarget.State.CLOSED) {
            return Framework.STATUS_INVALID_DEVICE_STATE;
        }
        return switch (caller.memory.load32(parameters + 4)) {
            case 1 -> {
                DeviceObject device = IoManager.of(caller).device(caller.memory.load64(parameters + 0x20));
                if (device == null) {
                    yield Framework.STATUS_INVALID_PARAMETER;
                }
                target.opened(device, null);
                yield 0;
            }
            case 2 -> {
                String name = RtlApi.unicode(caller.memory, parameters + 0x30);
                if (name.isEmpty()) {
                    yield Framework.STATUS_INVALID_PARAMETER;
                }
                Namespace.Found found = Namespace.of(caller.machine).resolve(name);
                if (found == null || !(found.object() instanceof DeviceObject device)) {
                    yield OBJECT_NAME_NOT_FOUND;
                }
                FileObject[] opened = new FileObject[1];
                int status = Transfers.open(caller, device, found.rest(), device.label(), true, opened, new long[1]);
                if (status < 0) {
                    yield status;
                }
                opened[0].references = 1;
                target.opened(device, opened[0]);
                yield 0;
            }
            default -> Framework.STATUS_INVALID_PARAMETER;
        };
    }

    @Native
    public static void WdfIoTargetClose(Caller caller, long handle) {
        target(caller, handle).close(caller);
    }

    @Native
    public static long WdfIoTargetWdmGetTargetDeviceObject(Caller caller, long handle) {
        FxTarget target = target(caller, handle);
        return target.destination() == null ? 0 : target.destination().address();
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

    @FunctionalInterface
    private interface Format {
        int into(KernelSend send) throws Refused;
    }

    /// OBJ-260, in its order.
    private static int synchronously(Caller caller, long handle, long options, long bytes, Format format) {
        FxTarget target = target(caller, handle);
        if (target.device.verifier() && caller.irql() > Irql.PASSIVE) {
            Framework.broken(caller, "a synchronous send at " + Irql.name(caller.irql()), "OBJ-266", null);
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        long timeout = 0;
        if (options != 0) {
            if (caller.memory.load32(options) != SEND_OPTIONS) {
                return INFO_LENGTH_MISMATCH;
            }
            int flags = caller.memory.load32(options + 4);
            timeout = caller.memory.load64(options + 8);
            if ((flags & ~0x7) != 0 || (flags & 0x8) != 0 || timeout != 0 && (flags & 1) == 0) {
                return Framework.STATUS_INVALID_PARAMETER;
            }
        }
        if (target.state != FxTarget.State.STARTED) {
            return Framework.STATUS_INVALID_DEVICE_STATE;
        }
        KernelSend send = KernelSend.prepare(caller, target.destination());
        if (send == null) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        int status;
        try {
            status = format.into(send);
        } catch (Refused e) {
            status = e.status;
        }
        if (status < 0) {
            send.release();
            return status;
        }
        if (caller.machine.tracing) {
            caller.machine.emit(new Travel.Sent(send.irp.number, target.device.lane(), "", target.label()));
        }
        send.send(() -> { });
        boolean late = false;
        if (!send.isSignaled()) {
            long nanos = timeout < 0 ? -timeout * 100 : timeout > 0 ? Math.max(1, timeout * 100 - caller.machine.clock.nowNanos()) : Waits.FOREVER;
            if (Waits.wait(caller, List.of(send), false, nanos) == Waits.TIMED_OUT) {
                late = true;
                IoManager.of(caller).cancel(caller, send.irp);
                if (!send.isSignaled()) {                             // OBJ-248: a target that ignores the cancellation holds the sender
                    Waits.wait(caller, List.of(send), false, Waits.FOREVER);
                }
            }
        }
        status = send.irp.status();
        if (bytes != 0) {
            caller.memory.store64(bytes, send.irp.information());     // OBJ-262
        }
        send.release();
        return late && status == Framework.STATUS_CANCELLED ? IO_TIMEOUT : status;
    }

    private static long offset(Caller caller, long pointer) {
        return pointer == 0 ? 0 : caller.memory.load64(pointer);
    }

    @Native
    public static int WdfIoTargetSendReadSynchronously(Caller caller, long handle, long request, long output, long deviceOffset, long options, long bytes) {
        return synchronously(caller, handle, options, bytes, send -> send.transfer(true, describe(caller, output), offset(caller, deviceOffset), target(caller, handle).file));
    }

    @Native
    public static int WdfIoTargetSendWriteSynchronously(Caller caller, long handle, long request, long input, long deviceOffset, long options, long bytes) {
        return synchronously(caller, handle, options, bytes, send -> send.transfer(false, describe(caller, input), offset(caller, deviceOffset), target(caller, handle).file));
    }

    @Native
    public static int WdfIoTargetSendIoctlSynchronously(Caller caller, long handle, long request, int code, long input, long output, long options, long bytes) {
        return synchronously(caller, handle, options, bytes, send -> send.control(false, code, describe(caller, input), describe(caller, output), target(caller, handle).file));
    }

    @Native
    public static int WdfIoTargetSendInternalIoctlSynchronously(Caller caller, long handle, long request, int code, long input, long output, long options, long bytes) {
        return synchronously(caller, handle, options, bytes, send -> send.control(true, code, describe(caller, input), describe(caller, output), target(caller, handle).file));
    }
}
