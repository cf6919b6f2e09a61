package wdfs.io;

import wdfs.kernel.ContiguousMemory;
import wdfs.kernel.DmaAdapter;
import wdfs.machine.Physical;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// Adapters of WDM drivers, and the memory that devices can reach without one.
public final class DmaAdapterApi {
    private static final int DESCRIPTION_WIDTH32 = 0x08;
    private static final int DESCRIPTION_WIDTH64 = 0x0B;
    private static final int BUS_ENUMERATED_DEVICE = 0x1000;

    private DmaAdapterApi() {}

    /// @return NULL for a device that is no bus master: there is no system DMA controller
    @Native
    public static long IoGetDmaAdapter(Caller caller, long physicalDevice, long description, long registers) {
        caller.memory.load32(physicalDevice);
        DeviceObject device = IoManager.of(caller).device(physicalDevice);
        if (device == null || (device.flags() & BUS_ENUMERATED_DEVICE) == 0) {
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "PNP_DETECTED_FATAL_ERROR", "OBJ-380",
                    "IoGetDmaAdapter for " + (device == null ? caller.machine.memory.place(null, physicalDevice) : device.label()) + ", which is no physical device object")
                    .code(0xCA, 2, physicalDevice).stack(ScriptStack.frames(), "").help("pass the PhysicalDeviceObject that AddDevice got").build());
        }
        int version = caller.memory.load32(description);
        boolean master = caller.memory.load8(description + 4) != 0;
        boolean scatterGather = caller.memory.load8(description + 5) != 0;
        int bits = caller.memory.load8(description + DESCRIPTION_WIDTH64) != 0 ? 64 : caller.memory.load8(description + DESCRIPTION_WIDTH32) != 0 ? 32 : 24;
        long length = caller.memory.load32(description + 0x20) & 0xFFFF_FFFFL;
        if (version >= DmaAdapter.VERSION3 && caller.memory.load32(description + 0x28) != 0) {
            bits = caller.memory.load32(description + 0x28);
        }
        if (!master || version > DmaAdapter.VERSION3) {
            return 0;
        }
        DmaAdapter adapter = DmaAdapter.create(caller, new DmaAdapter.Description(version, scatterGather, bits, length), device.label());
        if (adapter == null) {
            return 0;
        }
        caller.memory.store32(registers, adapter.mapRegisters);
        return adapter.address();
    }

    /// The body of MmGetPhysicalAddress.
    /// @return 0 for an address without memory
    @Native
    public static long MmPhysicalAddressOf(Caller caller, long address) {
        long physical = caller.machine.memory.physical.address(caller.process.space(), address);
        return physical == Physical.NONE ? 0 : physical;
    }

    private static long contiguous(Caller caller, long length, long highest) {
        ContiguousMemory.Block block = ContiguousMemory.of(caller.machine).allocate(caller, length, highest, "ContiguousMemory", null);
        return block == null ? 0 : block.region.base;
    }

    /// @param highest where the PHYSICAL_ADDRESS lies
    @Native
    public static long MmAllocateContiguousMemory(Caller caller, long length, long highest) {
        return contiguous(caller, length, caller.memory.load64(highest));
    }

    /// The lowest address is no wish that can be met above 4 GiB, and a boundary none that a small piece crosses.
    @Native
    public static long MmAllocateContiguousMemorySpecifyCache(Caller caller, long length, long lowest, long highest, long boundary, int cacheType) {
        long base = contiguous(caller, length, caller.memory.load64(highest));
        if (base == 0) {
            return 0;
        }
        long multiple = caller.memory.load64(boundary);
        long logical = caller.machine.memory.physical.address(null, base);
        boolean crosses = multiple != 0 && logical / multiple != (logical + length - 1) / multiple;
        if (crosses || Long.compareUnsigned(logical, caller.memory.load64(lowest)) < 0) {
            ContiguousMemory.of(caller.machine).free(ContiguousMemory.of(caller.machine).at(base), "MmAllocateContiguousMemorySpecifyCache");
            return 0;
        }
        return base;
    }

    @Native
    public static void MmFreeContiguousMemory(Caller caller, long base) {
        ContiguousMemory.Block block = ContiguousMemory.of(caller.machine).at(base);
        if (block == null) {
            caller.memory.load8(base);
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "BAD_POOL_CALLER", "OBJ-391",
                    "MmFreeContiguousMemory of " + caller.machine.memory.place(null, base) + ", which is no contiguous memory").code(0xC2, 0x46, base).stack(ScriptStack.frames(), "").build());
        }
        ContiguousMemory.of(caller.machine).free(block, "MmFreeContiguousMemory");
    }
}
