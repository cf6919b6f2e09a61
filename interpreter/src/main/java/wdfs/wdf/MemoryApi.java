package wdfs.wdf;

import wdfs.kernel.PoolApi;
import wdfs.machine.Heap;
import wdfs.machine.Irql;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Lengths;
import wdfs.runtime.Native;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// DDIs of WDFMEMORY (MEM §2–4).
public final class MemoryApi {
    private static final int STATUS_ACCESS_VIOLATION = 0xC0000005;
    private static final int STATUS_INVALID_BUFFER_SIZE = 0xC0000206;

    private MemoryApi() {}

    private static FxMemory memory(Caller caller, long handle) {
        return Framework.object(caller, handle, FxMemory.class, "WDFMEMORY");
    }

    /// MEM-011, in its order.
    @Native
    public static int WdfMemoryCreate(Caller caller, long attributes, int poolType, int tag, long size, long result, long buffer) {
        Attributes read = Attributes.read(caller, attributes);
        FxObject parent = ObjectApi.parent(caller, read);
        Framework.required(caller, result, "Memory");
        Lengths.used(caller, size, "WdfMemoryCreate");
        FxDriver driver = DriverApi.current(caller);
        boolean paged = PoolApi.isPaged(poolType);
        if (!Framework.atMost(caller, paged ? Irql.APC : Irql.DISPATCH, "WdfMemoryCreate of paged memory", driver.verifier())) {                      // MEM-011
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (size == 0) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        caller.memory.store64(result, 0);
        int status = read.check(true, false, false, false);
        if (status < 0) {
            return status;
        }
        if (!driver.inHost()) {
            PoolApi.executable(caller, poolType);
        }
        Heap heap = driver.inHost() ? driver.heap : paged ? caller.machine.paged : caller.machine.nonpaged;   // UMDF-113
        Region block = caller.machine.fails("framework") ? null : heap.allocate(size, "Memory", false);
        if (block == null) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        block.owner = caller.image.name();
        block.tag = tag != 0 ? tag : DriverApi.current(caller).tag();  // MEM-013
        block.allocatedAt = "by WdfMemoryCreate at " + ScriptStack.site();
        FxMemory memory = new FxMemory(caller.machine, FxMemory.Kind.CREATED, parent, block.base, size, false, null);
        memory.block = block;
        memory.blockHeap = heap;
        status = memory.commit(caller, read);
        if (status < 0) {
            return status;
        }
        caller.memory.store64(result, memory.handle);
        if (buffer != 0) {                                            // MEM-012: only now
            caller.memory.store64(buffer, block.base);
        }
        return 0;
    }

    /// MEM-031.
    @Native
    public static int WdfMemoryCreatePreallocated(Caller caller, long attributes, long buffer, long size, long result) {
        Attributes read = Attributes.read(caller, attributes);
        FxObject parent = ObjectApi.parent(caller, read);
        Framework.required(caller, buffer, "Buffer");
        Framework.required(caller, result, "Memory");
        caller.memory.store64(result, 0);
        if (size == 0) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        int status = read.check(true, false, false, false);
        if (status < 0) {
            return status;
        }
        if (caller.machine.fails("framework")) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        FxMemory memory = new FxMemory(caller.machine, FxMemory.Kind.PREALLOCATED, parent, buffer, size, false, null);
        status = memory.commit(caller, read);
        if (status >= 0) {
            caller.memory.store64(result, memory.handle);
        }
        return status;
    }

    /// MEM-041, MEM-046.
    @Native
    public static int WdfMemoryAssignBuffer(Caller caller, long handle, long buffer, long size) {
        FxMemory memory = memory(caller, handle);
        if (memory.kind != FxMemory.Kind.PREALLOCATED && memory.kind != FxMemory.Kind.LOCKED) {
            throw Framework.badHandle(caller, handle, "WDFMEMORY of WdfMemoryCreatePreallocated");
        }
        Framework.required(caller, buffer, "Buffer");
        if (size == 0) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        if (memory.kind == FxMemory.Kind.LOCKED) {                    // MEM-046, KBUF-186
            caller.machine.violation(new Report.Builder(Report.Kind.VIOLATION, "AssignOverLockedPages", "KBUF-186",
                    memory.label() + " gets another buffer, and keeps the locked pages and the MDL of the old one").stack(ScriptStack.frames(), "")
                    .help("delete the object and make another one with WdfMemoryCreatePreallocated").build(), ScriptStack.site());
        }
        if (memory.isWithTarget()) {                                  // MEM-044
            caller.machine.violation(new Report.Builder(Report.Kind.VIOLATION, "AssignWhileInUse", "MEM-044",
                    memory.label() + " gets another buffer while a request with the old one is at its target").stack(ScriptStack.frames(), "")
                    .help("wait for the request's completion first").build(), ScriptStack.site());
        }
        memory.address = buffer;
        memory.size = size;
        return 0;
    }

    @Native
    public static long WdfMemoryGetBuffer(Caller caller, long handle, long size) {
        FxMemory memory = memory(caller, handle);
        if (size != 0) {
            caller.memory.store64(size, memory.size);
        }
        return memory.address;
    }

    /// MEM-053.
    @Native
    public static int WdfMemoryCopyFromBuffer(Caller caller, long handle, long offset, long buffer, long count) {
        FxMemory memory = memory(caller, handle);
        Framework.required(caller, buffer, "Buffer");
        if (count == 0) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        if (memory.readOnly) {
            Framework.broken(caller, "WdfMemoryCopyFromBuffer into memory that is read-only", "KBUF-210", memory.request);
            return STATUS_ACCESS_VIOLATION;
        }
        if (offset != 0 && Long.compareUnsigned(offset, memory.size) >= 0 || Long.compareUnsigned(count, memory.size - offset) > 0) {
            return STATUS_INVALID_BUFFER_SIZE;
        }
        wdfs.kernel.RtlApi.RtlCopyMemory(caller, memory.address + offset, buffer, count);
        return 0;
    }

    /// MEM-057.
    @Native
    public static int WdfMemoryCopyToBuffer(Caller caller, long handle, long offset, long buffer, long count) {
        FxMemory memory = memory(caller, handle);
        Framework.required(caller, buffer, "Buffer");
        if (count == 0 || memory.address == 0) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        if (offset != 0 && Long.compareUnsigned(offset, memory.size) >= 0 || Long.compareUnsigned(count, memory.size - offset) > 0) {
            return Framework.STATUS_BUFFER_TOO_SMALL;
        }
        wdfs.kernel.RtlApi.RtlCopyMemory(caller, buffer, memory.address + offset, count);
        return 0;
    }
}
