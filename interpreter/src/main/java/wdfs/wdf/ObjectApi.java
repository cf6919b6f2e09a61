package wdfs.wdf;

import wdfs.io.IoApi;
import wdfs.io.Irp;
import wdfs.runtime.Caller;
import wdfs.runtime.Handles;
import wdfs.runtime.Native;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// DDIs of all framework objects.
public final class ObjectApi {
    private ObjectApi() {}

    static FxObject any(Caller caller, long handle) {
        return Framework.object(caller, handle, FxObject.class, "WDFOBJECT");
    }

    /// The dispatch routine of every major function of a driver that is bound to the framework.
    @Native
    public static int FxDispatch(Caller caller, long device, long irpAddress) {
        Irp irp = IoApi.irp(caller, irpAddress);
        if (!(IoApi.device(caller, device).framework instanceof FxDevice target)) {
            throw IoApi.isNone(caller, device, "device object of the framework");
        }
        return target.dispatch(caller, irp);
    }

    @Native
    public static void WdfObjectDelete(Caller caller, long handle) {
        FxObject object = any(caller, handle);
        if (object instanceof FxMemory memory && memory.kind == FxMemory.Kind.REQUEST || object instanceof FxRequest r && r.own == null) {
            FxRequest request = object instanceof FxRequest presented ? presented : ((FxMemory) object).request;
            Framework.rule(caller, "ReqDelete", "VER-331", request.label() + " was presented by the framework and must be completed, not deleted", "WdfRequestComplete", request);
            return;
        }
        if (!object.mayBeDeleted()) {                                 // OBJ-004
            Framework.broken(caller, object.label() + " must not be deleted by the driver", "OBJ-005", object);
            return;
        }
        if (object instanceof FxRequest sent && sent.own.isWithTarget() && sent.verifier()) {
            Framework.broken(caller, sent.label() + " is deleted while a target has it", "REQ-252", sent);
        }
        if (object instanceof FxDevice device) {
            device.deleteControl(caller);
            return;
        }
        object.delete(caller);
    }

    @Native
    public static void WdfObjectReferenceActual(Caller caller, long handle, long tag, int line, long file) {
        Framework.required(caller, handle, "Handle");
        FxObject object = any(caller, handle);
        if (object instanceof FxMemory memory && memory.kind == FxMemory.Kind.REQUEST) {
            memory.request.bufferReferences++;                        // KBUF-076
            return;
        }
        if (object instanceof FxMemory memory && memory.kind == FxMemory.Kind.LOCKED) {
            memory.request.bufferReferences++;                        // KBUF-205
        }
        object.reference();
    }

    @Native
    public static void WdfObjectDereferenceActual(Caller caller, long handle, long tag, int line, long file) {
        Framework.required(caller, handle, "Handle");
        FxObject object = any(caller, handle);
        if (object instanceof FxMemory memory && memory.kind == FxMemory.Kind.REQUEST) {
            memory.request.bufferReferences--;
            return;
        }
        if (object instanceof FxMemory memory && memory.kind == FxMemory.Kind.LOCKED) {
            memory.request.bufferReferences--;
        }
        if (object.references == 1 && !object.isDeleting()) {         // OBJ-014
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "WDF_VIOLATION", "VER-008", object.label() + " is freed by its last dereference and was never deleted")
                    .code(0x10D, 7, handle, 0, 0).stack(ScriptStack.frames(), "").build());
        }
        object.dereference(caller);
    }

    @Native
    public static long WdfObjectGetTypedContextWorker(Caller caller, long handle, long typeInfo) {
        Handles.Entry entry = caller.machine.handles.entry(handle);
        // OBJ-012: a request's handle is closed when its destroy callbacks run, and its contexts are still there.
        if (entry == null || !(entry.was instanceof FxObject object) || entry.object == null && !object.isInDestroy()) {
            throw Framework.badHandle(caller, handle, "WDFOBJECT");
        }
        long unique = caller.memory.load64(typeInfo + 0x18);
        return object.context(unique);
    }

    @Native
    public static int WdfObjectAllocateContext(Caller caller, long handle, long attributes, long context) {
        Framework.required(caller, handle, "Handle");
        FxObject object = any(caller, handle);
        if (object instanceof FxMemory memory && memory.kind == FxMemory.Kind.REQUEST) {
            return 0xC0000039;                                        // OBJ-030: STATUS_OBJECT_PATH_INVALID
        }
        if (attributes == 0) {
            return Attributes.PARENT_NOT_SPECIFIED;
        }
        Attributes read = Attributes.read(caller, attributes);
        int status = read.check(true, false, false, false);
        if (status < 0) {
            return status;
        }
        if (read.parent() != 0) {
            return Attributes.PARENT_ASSIGNMENT_NOT_ALLOWED;
        }
        if (read.typeInfo() == 0) {
            return 0xC0000033;                                        // STATUS_OBJECT_NAME_INVALID
        }
        if (read.overflows()) {                                       // OBJ-031
            return FxObject.STATUS_INTEGER_OVERFLOW;
        }
        if (caller.machine.fails("framework")) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        if (object.hasContext(read.uniqueType())) {
            if (context != 0) {
                caller.memory.store64(context, object.context(read.uniqueType()));
            }
            return 0x40000000;
        }
        if (object.isDeleting()) {
            return FxObject.STATUS_DELETE_PENDING;
        }
        long address = object.addContext(read);
        if (address == 0) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        if (context != 0) {
            caller.memory.store64(context, address);
        }
        return 0;
    }

    @Native
    public static long WdfObjectContextGetObject(Caller caller, long context) {
        var region = caller.machine.memory.regionAt(context < 0 ? null : caller.process.space(), context);
        if (region == null || !(region.subject instanceof FxObject object)) {
            throw Framework.badHandle(caller, context, "context");
        }
        return object.handle;
    }

    /// OBJ-016.
    @Native
    public static int WdfObjectCreate(Caller caller, long attributes, long result) {
        Attributes read = Attributes.read(caller, attributes);
        FxObject parent = parent(caller, read);
        Framework.required(caller, result, "Object");
        int status = read.check(true, false, true, false);
        if (status < 0) {
            return status;
        }
        if (caller.machine.fails("framework")) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        FxObject object = new FxObject(caller.machine, "WDFOBJECT", parent);
        status = object.commit(caller, read);
        if (status >= 0) {
            caller.memory.store64(result, object.handle);
        }
        return status;
    }

    /// The parent that attributes name, or the driver (OBJ-017).
    static FxObject parent(Caller caller, Attributes attributes) {
        if (attributes.sized() && attributes.parent() != 0) {
            FxObject parent = any(caller, attributes.parent());
            return parent instanceof FxMemory m && m.kind == FxMemory.Kind.REQUEST ? m.request : parent;
        }
        return DriverApi.current(caller);
    }

    /// Windows knows of nothing that could be asked for.
    @Native
    public static int WdfObjectQuery(Caller caller, long handle, long guid, int length, long buffer) {
        any(caller, handle);
        return 0xC0000225;                                            // STATUS_NOT_FOUND
    }
}
