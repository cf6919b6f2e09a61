package wdfs.wdf;

import java.util.ArrayList;
import java.util.List;
import wdfs.kernel.Mdl;
import wdfs.machine.Heap;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;
import wdfs.runtime.Travel;

/// WDFMEMORY: one buffer (MEM-001). Its kind says whose the buffer is and when it goes.
public final class FxMemory extends FxObject {
    enum Kind { CREATED, LOOKASIDE, PREALLOCATED, REQUEST, LOCKED }

    final Kind kind;
    long address;
    long size;
    final boolean readOnly;
    /// The request whose buffer it is; for REQUEST and LOCKED.
    final FxRequest request;
    Region block;
    /// Where the block of CREATED came from.
    Heap blockHeap;
    Mdl mdl;
    /// The IRP's MDL that a request's direct memory lies in; the I/O manager's, not this object's (KBUF-221).
    Mdl lentMdl;
    /// Where the block came from, of LOOKASIDE.
    FxLookaside list;
    /// The driver's own requests that are formatted with it (MEM-083).
    final List<Sending> users = new ArrayList<>();

    /// A memory object of its own.
    FxMemory(Machine machine, Kind kind, FxObject parent, long address, long size, boolean readOnly, FxRequest request) {
        super(machine, "WDFMEMORY", parent);
        this.kind = kind;
        this.address = address;
        this.size = size;
        this.readOnly = readOnly;
        this.request = request;
    }

    boolean isWithTarget() {
        return users.stream().anyMatch(Sending::isWithTarget);
    }

    /// MEM-018, MEM-115: of a paged buffer.
    @Override
    protected boolean disposesPassive() {
        return block != null && block.paged;
    }

    @Override
    void told() {
        super.told();
        told(block);
        told(mdl == null ? null : mdl.block());
    }

    @Override
    protected void destroying(Caller caller) {
        if (list != null) {
            list.giveBack(caller, block, wdfs.runtime.ScriptStack.site());
        } else if (block != null) {
            blockHeap.free(block);
        }
        if (mdl != null) {
            if (machine.tracing) {
                machine.emit(new Travel.Unlocked(request.irp.number, "kmdf", mdl.label()));
            }
            mdl.unlock();                                            // KBUF-180, KBUF-185
            mdl.free();
        }
    }
}
