package wdfs.wdf;

import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.kernel.Mdl;
import wdfs.machine.Irql;
import wdfs.machine.Memory;
import wdfs.machine.Region;
import wdfs.machine.View;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;
import wdfs.runtime.Travel;

/// DDIs of requests that only KMDF has: MDLs, raw user addresses, probe and lock, the caller's context (KBUF §6, §8).
public final class KmdfRequests {
    private static final int STATUS_ACCESS_VIOLATION = 0xC0000005;
    private static final int STATUS_INVALID_USER_BUFFER = 0xC00000E8;

    private KmdfRequests() {}

    @Native
    public static long WdfRequestWdmGetIrp(Caller caller, long handle) {
        FxRequest request = Framework.object(caller, handle, FxRequest.class, "WDFREQUEST");
        if (request.irpGone) {                                        // REQ-114
            Framework.broken(caller, request.label() + " has no IRP any more", "REQ-114", request);
            return 0;
        }
        return request.irp.address;
    }

    // ---- MDLs ------------------------------------------------------------------------------------------------------------------------

    private static int mdl(Caller caller, long handle, long result, boolean in) {
        FxRequest request = RequestApi.request(caller, handle);
        Framework.required(caller, result, "Mdl");
        caller.memory.store64(result, 0);
        long[] found = new long[1];
        int status = request.major == (in ? 0x03 : 0x04) ? Framework.STATUS_INVALID_DEVICE_REQUEST : mdl(caller, request, in, found);
        if (status >= 0) {
            caller.memory.store64(result, found[0]);
        }
        if (caller.machine.tracing) {
            Mdl mdl = status < 0 ? null : Mdl.at(caller.machine, found[0]);
            RequestApi.retrieved(caller, request, in ? "WdfRequestRetrieveInputWdmMdl" : "WdfRequestRetrieveOutputWdmMdl", status, mdl == null ? "" : mdl.label(),
                    mdl == null ? 0 : mdl.virtualAddress(), mdl == null ? 0 : mdl.byteCount());
        }
        return status;
    }

    /// The MDL of a request's buffer: of a control's first or second one, of a read's or write's only one.
    static int mdl(Caller caller, FxRequest request, boolean in, long[] found) {
        Irp irp = request.irp;
        if (request.verifier() && request.completed) {
            Framework.broken(caller, request.label() + " is completed: its buffers are gone", "KBUF-201", request);
            return Framework.STATUS_INTERNAL_ERROR;
        }
        long length;
        if (request.isControl()) {
            int method = irp.controlCode() & 3;
            if (method == 3) {
                return Framework.STATUS_INVALID_DEVICE_REQUEST;       // KBUF-059: for everybody, whatever the documentation says
            }
            if (!in && method != 0) {
                if (irp.mdlAddress() == 0) {
                    return Framework.STATUS_BUFFER_TOO_SMALL;
                }
                found[0] = irp.mdlAddress();
                return 0;
            }
            length = in ? irp.inputLength() : irp.outputLength();
        } else if (request.major != 0x03 && request.major != 0x04) {
            return switch (request.device.ioType()) {                 // KBUF-081: a create and the like, by the device's I/O type
                case 2 -> Framework.STATUS_INVALID_PARAMETER;
                case 3 -> Framework.STATUS_BUFFER_TOO_SMALL;
                default -> Framework.STATUS_INVALID_DEVICE_REQUEST;
            };
        } else {
            length = irp.transferLength();
            switch (request.device.ioType()) {
                case 3 -> {
                    if (irp.mdlAddress() == 0) {
                        return Framework.STATUS_BUFFER_TOO_SMALL;
                    }
                    found[0] = irp.mdlAddress();
                    return 0;
                }
                case 1 -> {
                    if (request.verifier()) {
                        Framework.broken(caller, "a request of a device of I/O type neither has no MDL", "KBUF-081", request);
                    }
                    return Framework.STATUS_INVALID_DEVICE_REQUEST;
                }
                default -> { }
            }
        }
        if (request.captured == 0 || length == 0) {
            return Framework.STATUS_BUFFER_TOO_SMALL;
        }
        if (request.systemMdl == null) {                              // KBUF-083, KBUF-084: one for each request
            Mdl made = Mdl.allocate(caller, request.captured, length);
            if (made == null) {
                return Framework.STATUS_INSUFFICIENT_RESOURCES;
            }
            made.buildForNonPagedPool();
            made.owner = "the request's";
            made.subject = irp;
            made.block().subject = irp;
            request.systemMdl = made;
        }
        found[0] = request.systemMdl.address;
        return 0;
    }

    @Native
    public static int WdfRequestRetrieveInputWdmMdl(Caller caller, long handle, long result) {
        return mdl(caller, handle, result, true);
    }

    @Native
    public static int WdfRequestRetrieveOutputWdmMdl(Caller caller, long handle, long result) {
        return mdl(caller, handle, result, false);
    }

    // ---- raw addresses -----------------------------------------------------------------------------------------------------------------

    private static int unsafe(Caller caller, long handle, long minimum, long buffer, long length, boolean in) {
        int status = raw(caller, handle, minimum, buffer, length, in);
        if (caller.machine.tracing && caller.machine.handles.object(handle) instanceof FxRequest request) {
            RequestApi.retrieved(caller, request, in ? "WdfRequestRetrieveUnsafeUserInputBuffer" : "WdfRequestRetrieveUnsafeUserOutputBuffer", status, "",
                    status < 0 ? 0 : caller.memory.load64(buffer), request.major == 0x0E ? in ? request.irp.inputLength() : request.irp.outputLength() : request.irp.transferLength());
        }
        return status;
    }

    /// KBUF-161, KBUF-162.
    private static int raw(Caller caller, long handle, long minimum, long buffer, long length, boolean in) {
        FxRequest request = Framework.object(caller, handle, FxRequest.class, "WDFREQUEST");
        if (request.irpGone && (!request.verifier() || request.inCallerContext)) {
            throw RequestApi.goneIrp(caller, request);                // KBUF-202: the mark of the caller's context outlives the IRP
        }
        if (request.irpGone) {
            Framework.rule(caller, "InvalidReqAccess", "VER-324", request.label() + " is used after its completion", "", request);
        }
        Framework.required(caller, buffer, in ? "InputBuffer" : "OutputBuffer");
        View m = caller.memory;
        m.store64(buffer, 0);
        if (length != 0) {
            m.store64(length, 0);
        }
        if (request.verifier()) {
            if (caller.irql() > Irql.PASSIVE) {
                return Framework.STATUS_INVALID_DEVICE_REQUEST;
            }
            if (!request.inCallerContext) {
                Framework.broken(caller, "raw user addresses are to be had in EvtIoInCallerContext only", "KBUF-161", request);
                return Framework.STATUS_INVALID_DEVICE_REQUEST;
            }
        }
        Irp irp = request.irp;
        if (request.major == (in ? 0x03 : 0x04) || request.major == 0x0F) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        long address;
        long size;
        if (request.major == 0x0E && (irp.controlCode() & 3) == 3) {
            address = in ? irp.type3InputBuffer() : irp.userBuffer();
            size = in ? irp.inputLength() : irp.outputLength();
        } else if ((request.major == 0x03 || request.major == 0x04) && request.device.ioType() == 1) {
            address = irp.userBuffer();
            size = irp.transferLength();
        } else {
            if (in && request.verifier()) {
                Framework.broken(caller, "this request's buffers are not raw: the safe DDIs give them", "KBUF-161", request);
            }
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (Long.compareUnsigned(size, minimum) < 0) {
            return Framework.STATUS_BUFFER_TOO_SMALL;
        }
        m.store64(buffer, address);
        if (length != 0) {
            m.store64(length, size);
        }
        return 0;
    }

    @Native
    public static int WdfRequestRetrieveUnsafeUserInputBuffer(Caller caller, long handle, long minimum, long buffer, long length) {
        return unsafe(caller, handle, minimum, buffer, length, true);
    }

    @Native
    public static int WdfRequestRetrieveUnsafeUserOutputBuffer(Caller caller, long handle, long minimum, long buffer, long length) {
        return unsafe(caller, handle, minimum, buffer, length, false);
    }

    // ---- probe and lock ------------------------------------------------------------------------------------------------------------------

    /// KBUF-171, in its order.
    private static int lock(Caller caller, long handle, long buffer, long fullLength, long result, boolean write) {
        FxRequest request = Framework.object(caller, handle, FxRequest.class, "WDFREQUEST");
        Framework.required(caller, buffer, "Buffer");
        Framework.required(caller, result, "MemoryObject");
        if (!write) {
            caller.memory.store64(result, 0);                         // KBUF-175
        }
        if (request.verifier()) {
            if (caller.irql() > Irql.PASSIVE) {
                return Framework.STATUS_INVALID_DEVICE_REQUEST;
            }
            if (request.irpGone) {
                Framework.rule(caller, "InvalidReqAccess", "VER-324", request.label() + " is used after its completion", "", request);
                return Framework.STATUS_INVALID_DEVICE_REQUEST;
            }
            if (!request.driverOwned) {
                Framework.broken(caller, request.label() + " is not the driver's", "KBUF-171", request);
                return Framework.STATUS_INVALID_DEVICE_REQUEST;
            }
        }
        long length = fullLength & 0xFFFF_FFFFL;                      // KBUF-184
        if (length == 0) {
            return STATUS_INVALID_USER_BUFFER;
        }
        if (request.irpGone) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        Caller requestor = request.irp.requestor == null ? null : request.irp.requestor.thread();
        if (request.verifier() && request.irp.isUserMode() && requestor != caller) {
            return STATUS_ACCESS_VIOLATION;
        }
        if (!request.verifier() && requestor != null && requestor.process != caller.process) {
            Framework.rule(caller, "WrongProcessProbe", "KBUF-181", "user memory of another process than the requestor's is locked", "", request);
            return STATUS_ACCESS_VIOLATION;
        }
        Mdl mdl = Mdl.allocate(caller, buffer, length);
        if (mdl == null) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        if (caller.irql() >= Irql.DISPATCH) {                         // KBUF-182: the verifier would have refused it
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "IRQL_NOT_LESS_OR_EQUAL", "KBUF-182", "user memory, which is pageable, is locked at " + Irql.name(caller.irql()))
                    .code(0xA, buffer, caller.irql(), 0).blank().subject(request.irp).stack(ScriptStack.frames(), Irql.name(caller.irql())).build());
        }
        mdl.owner = "the memory object's";
        mdl.subject = request.irp;
        boolean user = buffer >= 0 && buffer + length <= Memory.USER_LIMIT && buffer + length >= buffer;   // KBUF-174: as user mode always
        if (!user || mdl.lock(caller.process.space(), write) != Mdl.ALL_LOCKED) {
            mdl.free();
            return STATUS_ACCESS_VIOLATION;
        }
        long address = mdl.systemAddress();
        if (address == 0 || caller.machine.fails("framework")) {
            mdl.unlock();
            mdl.free();
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        Region owner = caller.machine.memory.regionAt(caller.process.space(), buffer);
        if (owner != null && buffer + length > owner.base + owner.size && caller.machine.verifierOn()) {   // KBUF-177
            caller.machine.violation(new Report.Builder(Report.Kind.VIOLATION, "ProbeBeyondBuffer", "KBUF-177",
                    "%d bytes are locked from %s on, which has %d".formatted(length, caller.machine.memory.place(caller.process.space(), buffer), owner.base + owner.size - buffer))
                    .blank().subject(request.irp).stack(ScriptStack.frames(), "").help("the length must come from the request, not from the application's structure alone").build(), ScriptStack.site());
        }
        FxMemory memory = new FxMemory(caller.machine, FxMemory.Kind.LOCKED, request, address, length, !write, request);
        memory.mdl = mdl;
        request.irp.tell("locked", length + " bytes of the application for " + (write ? "writing" : "reading"));
        if (caller.machine.tracing) {
            caller.machine.emit(new Travel.Locked(request.irp.number, "kmdf", Travel.Place.of(caller, buffer), length, (int) ((buffer & 0xFFF) + length + 0xFFF >>> 12), write, mdl.label(),
                    Travel.Place.system(caller.machine, address)));
        }
        caller.memory.store64(result, memory.handle);
        return 0;
    }

    @Native
    public static int WdfRequestProbeAndLockUserBufferForRead(Caller caller, long handle, long buffer, long length, long result) {
        return lock(caller, handle, buffer, length, result, false);
    }

    @Native
    public static int WdfRequestProbeAndLockUserBufferForWrite(Caller caller, long handle, long buffer, long length, long result) {
        return lock(caller, handle, buffer, length, result, true);
    }

    /// KBUF-191.
    @Native
    public static int WdfDeviceEnqueueRequest(Caller caller, long deviceHandle, long handle) {
        FxDevice device = Framework.object(caller, deviceHandle, FxDevice.class, "WDFDEVICE");
        FxRequest request = RequestApi.request(caller, handle);
        if (request.verifier() && (!request.inCallerContext || !request.driverOwned)) {
            Framework.broken(caller, "WdfDeviceEnqueueRequest is for requests that EvtIoInCallerContext got", "KBUF-191", request);
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (RequestApi.withTarget(caller, request, "enqueued")) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        FxQueue queue = request.destined != null ? request.destined : device.queueFor(request.major);
        if (device.passesOn(queue, request.major)) {
            Irp irp = request.irp;
            request.forget(caller, () -> IoManager.of(caller).passDown(caller, device.lower, irp));
            return 0;
        }
        if (queue == null) {
            Framework.broken(caller, "the device has no queue for this type of request", "KBUF-191", request);
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (!queue.accepts()) {
            return Framework.STATUS_WDF_BUSY;
        }
        request.inCallerContext = false;
        request.driverOwned = false;
        request.irp.tell("enqueued", "queue " + queue.shown());
        queue.insert(caller, request, false);
        return 0;
    }
}
