package wdfs.kernel;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import wdfs.machine.Irql;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.ImageLayout;
import wdfs.runtime.Machine;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// How one device masters the bus: what IoGetDmaAdapter gives. Its DMA_ADAPTER lies in nonpaged pool, with a table of functions
/// that drivers call through.
public final class DmaAdapter {
    /// What a driver says of its device (DEVICE_DESCRIPTION).
    /// @param addressBits how many address lines the device has @param maximumLength bytes of one transfer
    public record Description(int version, boolean scatterGather, int addressBits, long maximumLength) {}

    public static final int VERSION2 = 2;
    public static final int VERSION3 = 3;
    /// Narrower devices have no adapter.
    private static final int FEWEST_ADDRESS_BITS = 24;
    /// Of an adapter that copies through map registers: transfers of 1 MiB.
    private static final int MOST_REGISTERS = 257;
    private static final int REGISTERS_OF_MACHINE = 1024;
    private static final int REMEMBERED = 64;
    private static final int PAGE = 4096;

    /// DMA_OPERATIONS of version 2, in its order; null stands for what needs a system DMA controller, or a later version.
    private static final String[] OPERATIONS = {
        "HalPutDmaAdapter", "HalAllocateCommonBuffer", "HalFreeCommonBuffer", "HalAllocateAdapterChannel", "HalFlushAdapterBuffers",
        "HalFreeAdapterChannel", "HalFreeMapRegisters", "HalMapTransfer", "HalGetDmaAlignment", "HalReadDmaCounter",
        "HalGetScatterGatherList", "HalPutScatterGatherList", "HalCalculateScatterGatherList", "HalBuildScatterGatherList", null
    };

    private final Machine machine;
    public final Description description;
    public final int mapRegisters;
    private final Region structure;
    public final String owner;
    private boolean released;
    /// What is allocated of it: at its release all must be zero (VER-160).
    int commonBuffers;
    int channels;
    int registersHeld;
    int lists;

    private DmaAdapter(Machine machine, Description description, Region structure, String owner) {
        this.machine = machine;
        this.description = description;
        this.structure = structure;
        this.owner = owner;
        int registers = (int) Math.min((description.maximumLength + PAGE - 1) / PAGE + 1, 1 << 20);
        this.mapRegisters = copies() ? Math.min(registers, MOST_REGISTERS) : registers;
    }

    // ---- the machine's adapters --------------------------------------------------------------------------------------------------------

    private static final class Known {
        final java.util.Map<Long, DmaAdapter> byAddress = new java.util.HashMap<>();
        int free = REGISTERS_OF_MACHINE;
        final Deque<Waiting> waiting = new ArrayDeque<>();
        final Deque<Region> released = new ArrayDeque<>();
        Region operations;

        static Known of(Machine machine) {
            return machine.part(Known.class, _ -> new Known());
        }
    }

    private record Waiting(DmaAdapter adapter, int count, Object key, wdfs.runtime.LoadedImage image, Consumer<Caller> then) {}

    /// Null if the device is narrower than any that the system knows, or without memory.
    public static DmaAdapter create(Caller caller, Description description, String owner) {
        Machine machine = caller.machine;
        if (description.addressBits < FEWEST_ADDRESS_BITS || machine.fails("adapter")) {
            return null;
        }
        Known known = Known.of(machine);
        if (known.operations == null) {
            known.operations = machine.nonpaged.allocate(8L + 8L * OPERATIONS.length, "DmaOperations", true);
            if (known.operations == null) {
                return null;
            }
            known.operations.told = true;                             // the system's own
            machine.memory.field32(known.operations.base, (int) known.operations.size);
            for (int i = 0; i < OPERATIONS.length; i++) {
                if (OPERATIONS[i] != null) {
                    machine.memory.field64(known.operations.base + 8 + 8L * i, ImageLayout.KERNEL_NATIVES + 16L * machine.natives.ordinal(OPERATIONS[i]));
                }
            }
        }
        Region structure = machine.nonpaged.allocate(16, "DmaAdapter", true);
        if (structure == null) {
            return null;
        }
        structure.owner = caller.image == null ? "" : caller.image.name();
        structure.allocatedAt = machine.siteText(machine.site());
        machine.memory.field32(structure.base, description.version | 16 << 16);
        machine.memory.field64(structure.base + 8, known.operations.base);
        DmaAdapter adapter = new DmaAdapter(machine, description, structure, owner);
        known.byAddress.put(structure.base, adapter);
        return adapter;
    }

    /// The adapter at an address that a driver gave; what is none, or was released, ends the machine.
    static DmaAdapter at(Caller caller, long address) {
        DmaAdapter adapter = Known.of(caller.machine).byAddress.get(address);
        if (adapter == null || adapter.released) {
            if (adapter == null) {
                caller.memory.load64(address);                        // a freed or wild pointer faults as it does there
            }
            throw violation(caller, adapter == null ? 0x19 : 0x18, adapter == null ? caller.machine.memory.place(null, address) + " is no DMA adapter"
                    : adapter.structure.label() + " is used after PutDmaAdapter", "", address);
        }
        return adapter;
    }

    public long address() {
        return structure.base;
    }

    public String label() {
        return structure.label();
    }

    /// VER-160: bug check 0xE6.
    static RuntimeException violation(Caller caller, int subcode, String headline, String help, long... more) {
        long[] parameters = new long[1 + more.length];
        parameters[0] = subcode;
        System.arraycopy(more, 0, parameters, 1, more.length);
        Report.Builder report = new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_VERIFIER_DMA_VIOLATION", "VER-160", headline).code(0xE6, parameters)
                .stack(ScriptStack.frames(), Irql.name(caller.irql()));
        if (!help.isEmpty()) {
            report.help(help);
        }
        throw caller.machine.bugCheck(report.build());
    }

    /// PutDmaAdapter: all that was allocated of it must be free.
    public void put(Caller caller) {
        if (machine.verifierOn()) {
            int subcode = commonBuffers != 0 ? 0x07 : channels != 0 ? 0x08 : registersHeld != 0 ? 0x09 : lists != 0 ? 0x0A : 0;
            if (subcode != 0) {
                String left = switch (subcode) {
                    case 0x07 -> Report.count(commonBuffers, "common buffer");
                    case 0x08 -> Report.count(channels, "adapter channel");
                    case 0x09 -> Report.count(registersHeld, "map register");
                    default -> Report.count(lists, "scatter/gather list");
                };
                throw violation(caller, subcode, label() + " is released, and " + left + " of it are left", "free what was allocated before PutDmaAdapter", address());
            }
        }
        released = true;
        Known known = Known.of(machine);
        known.released.add(structure);                                // for a while it can be seen that it was one
        structure.told = true;
        if (!machine.verifierOn() || known.released.size() > REMEMBERED) {
            machine.nonpaged.free(known.released.poll());
        }
    }

    // ---- reach -----------------------------------------------------------------------------------------------------------------------------

    /// The last address that the device can put on the bus.
    public long highest() {
        return description.addressBits >= Long.SIZE ? -1L : (1L << description.addressBits) - 1;
    }

    /// Whether its transfers may go through map registers: it takes one element only, or does not reach all memory (OBJ-381).
    public boolean copies() {
        return !description.scatterGather || description.addressBits < Long.SIZE;
    }

    /// The bytes of an MDL chain go to the device. Null if the chain ends before, or without memory.
    public DmaTransfer begin(Caller caller, Mdl mdl, long offset, long length, boolean toDevice, String transferOwner) {
        int described = Mdl.PAGES_LOCKED | Mdl.SOURCE_IS_NONPAGED_POOL | Mdl.PARTIAL;
        if ((mdl.flags() & described) == 0) {
            throw violation(caller, 0x0E, "a transfer of " + mdl.label() + ", whose pages are not locked", "MmProbeAndLockPages or MmBuildMdlForNonPagedPool first", address(), mdl.address);
        }
        return DmaTransfer.begin(machine, mdl, offset, length, toDevice, highest(), !description.scatterGather, transferOwner);
    }

    /// Of a transfer that goes through map registers, how many it needs at most.
    public int registersFor(int pages) {
        return copies() ? pages : 0;
    }

    // ---- map registers -----------------------------------------------------------------------------------------------------------------------

    /// Takes map registers and runs `then` at DISPATCH_LEVEL: at once if there are enough, else when others have given theirs back.
    /// @param key what {@link #cancel} names @param immediate now or never
    /// @return false if it is neither done nor waiting
    public boolean withRegisters(Caller caller, int count, boolean immediate, Object key, Consumer<Caller> then) {
        Known known = Known.of(machine);
        if (count > mapRegisters) {
            return false;
        }
        if (count > known.free || count > 0 && !known.waiting.isEmpty()) {
            if (!immediate) {
                known.waiting.add(new Waiting(this, count, key, caller.image, then));
            }
            return !immediate;
        }
        take(count);
        atDispatch(caller, then);
        return true;
    }

    /// Runs something at DISPATCH_LEVEL in the running thread.
    public static void atDispatch(Caller caller, Consumer<Caller> what) {
        int before = caller.irql();
        if (before < Irql.DISPATCH) {
            caller.setIrql(Irql.DISPATCH);
        }
        what.accept(caller);
        if (before < Irql.DISPATCH) {
            caller.setIrql(before);
        }
    }

    private void take(int count) {
        Known.of(machine).free -= count;
        registersHeld += count;
    }

    /// Gives map registers back; who waits for them and has enough now gets them, first come, first served.
    public void giveRegisters(Caller caller, int count) {
        Known known = Known.of(machine);
        known.free += count;
        registersHeld -= count;
        while (!known.waiting.isEmpty() && known.waiting.peek().count <= known.free) {
            Waiting next = known.waiting.poll();
            next.adapter.take(next.count);
            var image = caller.image;
            caller.image = next.image;
            atDispatch(caller, next.then);
            caller.image = image;
        }
    }

    /// @return whether it waited
    public boolean cancel(Object key) {
        return Known.of(machine).waiting.removeIf(waiting -> waiting.key == key);
    }
}
