package wdfs.wdf;

import wdfs.kernel.ContiguousMemory;
import wdfs.kernel.DmaAdapter;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// WDFCOMMONBUFFER: memory that driver and device share as long as it exists (OBJ-391).
final class FxCommonBuffer extends FxObject {
    private static final long PAGE_MASK = 0xFFF;
    private final FxDmaEnabler enabler;
    private final long alignment;
    long length;
    private ContiguousMemory.Block block;

    /// @param alignment a mask
    FxCommonBuffer(Machine machine, FxDmaEnabler enabler, long alignment) {
        super(machine, "WDFCOMMONBUFFER", enabler);
        this.enabler = enabler;
        this.alignment = alignment;
    }

    /// @return a status
    int allocate(Caller caller, long bytes) {
        DmaAdapter adapter = enabler.adapter(false);
        if (adapter == null) {
            Framework.broken(caller, enabler.label() + " is of a system profile, and has no DMA adapter", "OBJ-391", null);
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        long raw = alignment > PAGE_MASK ? bytes + alignment : bytes;         // up to a page it lies right anyway
        if (raw < 0 || raw > 0xFFFF_FFFFL) {
            Framework.broken(caller, "a common buffer of %s bytes".formatted(Long.toUnsignedString(bytes)), "OBJ-391", null);
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        block = ContiguousMemory.of(machine).allocate(caller, raw, adapter.highest(), "CommonBuffer", adapter);
        if (block == null) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        block.region.subject = this;
        length = bytes;
        return 0;
    }

    long logical() {
        return block.logical + alignment & ~alignment;
    }

    /// Only the logical address is aligned to more than a page.
    long virtual() {
        return block.region.base + logical() - block.logical;
    }

    @Override
    void told() {
        super.told();
        if (block != null) {
            told(block.region);
        }
    }

    @Override
    protected void disposing(Caller caller) {
        if (block != null) {
            ContiguousMemory.of(machine).free(block, "the deletion of " + label());
            block = null;
        }
    }

    @Override
    protected boolean disposesPassive() {
        return true;
    }
}
