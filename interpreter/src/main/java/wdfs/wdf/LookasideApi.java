package wdfs.wdf;

import wdfs.kernel.PoolApi;
import wdfs.machine.Irql;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;
import wdfs.runtime.ScriptStack;

/// DDIs of lookaside lists (MEM §7).
public final class LookasideApi {
    /// What the framework keeps beside each buffer; a size that no 64-bit number holds with it is an overflow.
    private static final long BESIDE_BUFFER = 0x100;

    private LookasideApi() {}

    /// MEM-101, in its order.
    @Native
    public static int WdfLookasideListCreate(Caller caller, long attributes, long size, int poolType, long memoryAttributes, int tag, long result) {
        Attributes own = Attributes.read(caller, attributes);
        Attributes memories = Attributes.read(caller, memoryAttributes);
        FxObject parent = ObjectApi.parent(caller, own);
        if (!(own.sized() && own.parent() != 0) && memories.sized() && memories.parent() != 0) {
            ObjectApi.any(caller, memories.parent());
        }
        Framework.required(caller, result, "Lookaside");
        caller.memory.store64(result, 0);
        if (size == 0) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        int status = own.check(true, false, false, false);
        if (status >= 0) {
            status = memories.check(true, false, false, false);
        }
        if (status < 0) {
            return status;
        }
        boolean paged = PoolApi.isPaged(poolType);
        PoolApi.executable(caller, poolType);
        if (paged && !Framework.atMost(caller, Irql.PASSIVE, "WdfLookasideListCreate of paged memory", DriverApi.current(caller).verifier())) {       // MEM-102
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (paged && own.parent() != 0 && memories.parent() != 0) {   // MEM-103: asked of paged lists only
            FxDevice first = FxDevice.above(ObjectApi.parent(caller, own));
            FxDevice second = FxDevice.above(ObjectApi.parent(caller, memories));
            if (first != null && second != null && first != second) {
                return Framework.STATUS_INVALID_PARAMETER;
            }
        }
        if (caller.machine.fails("framework")) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        if (Long.compareUnsigned(size, -1L - BESIDE_BUFFER) > 0) {
            return FxObject.STATUS_INTEGER_OVERFLOW;
        }
        FxLookaside list = new FxLookaside(caller.machine, parent, size, paged, tag != 0 ? tag : DriverApi.current(caller).tag(), caller.image.name(), memories);
        status = list.commit(caller, own);
        if (status >= 0) {
            caller.memory.store64(result, list.handle);
        }
        return status;
    }

    /// MEM-106, MEM-107: the object's attributes are those that were given at the creation of the list.
    @Native
    public static int WdfMemoryCreateFromLookaside(Caller caller, long handle, long result) {
        FxLookaside list = Framework.object(caller, handle, FxLookaside.class, "WDFLOOKASIDE");
        Framework.required(caller, result, "Memory");
        caller.memory.store64(result, 0);
        FxObject parent = ObjectApi.parent(caller, list.memoryAttributes);
        Region block = list.take(ScriptStack.site());
        if (block == null) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        FxMemory memory = new FxMemory(caller.machine, FxMemory.Kind.LOOKASIDE, parent, block.base, list.size, false, null);
        memory.block = block;
        memory.list = list;
        int status = memory.commit(caller, list.memoryAttributes);
        if (status >= 0) {
            caller.memory.store64(result, memory.handle);
        }
        return status;
    }
}
