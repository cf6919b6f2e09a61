package wdfs.kernel;

import java.util.ArrayList;
import java.util.List;
import wdfs.machine.Irql;
import wdfs.machine.LongMap;
import wdfs.machine.Region;
import wdfs.machine.Shadow;
import wdfs.runtime.Caller;
import wdfs.runtime.ImageLayout;
import wdfs.runtime.LoadedImage;
import wdfs.runtime.Machine;
import wdfs.runtime.Native;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// LOOKASIDE_LIST_EX, NPAGED_LOOKASIDE_LIST and PAGED_LOOKASIDE_LIST: blocks of one size that a driver without the framework keeps for
/// the next use. The structure lies in the driver's memory at Windows' offsets, with its counters and routines, and is what decides;
/// here stands which lists there are, what each keeps ({@link SpareBlocks}), and which list each block that is out came from.
public final class LookasideLists {
    private static final int STATUS_INVALID_PARAMETER_4 = 0xC00000F2;
    private static final int STATUS_INVALID_PARAMETER_5 = 0xC00000F3;

    // GENERAL_LOOKASIDE
    private static final int LIST_HEAD = 0;
    private static final int LIST_HEAD_FIRST = 8;
    private static final int DEPTH = 0x10;
    private static final int MAXIMUM_DEPTH = 0x12;
    private static final int TOTAL_ALLOCATES = 0x14;
    private static final int ALLOCATE_MISSES = 0x18;
    private static final int TOTAL_FREES = 0x1C;
    private static final int FREE_MISSES = 0x20;
    private static final int TYPE = 0x24;
    private static final int TAG = 0x28;
    private static final int SIZE = 0x2C;
    private static final int ALLOCATE = 0x30;
    private static final int FREE = 0x38;
    private static final int STRUCTURE_SIZE = 0x60;

    private static final int RAISE_ON_FAIL = 1;
    private static final int FAIL_NO_RAISE = 2;
    private static final int POOL_QUOTA_FAIL_INSTEAD_OF_RAISE = 8;
    private static final int POOL_RAISE_IF_ALLOCATION_FAILURE = 16;
    /// Where a spare block has the pointer to the next one.
    private static final int LINK_SIZE = 8;

    private final Machine machine;
    private final LongMap<Lookaside> lists = new LongMap<>();
    /// The blocks that drivers have, by address.
    private final LongMap<Lookaside> out = new LongMap<>();

    private LookasideLists(Machine machine) {
        this.machine = machine;
        machine.nonpaged.watch(this::freeing);
        machine.paged.watch(this::freeing);
    }

    private static LookasideLists of(Machine machine) {
        return machine.part(LookasideLists.class, LookasideLists::new);
    }

    private static final class Lookaside {
        final long address;
        final LoadedImage image;
        final SpareBlocks spare;
        final String initializedAt = ScriptStack.site();

        Lookaside(Caller caller, long address) {
            this.address = address;
            this.image = caller.image;
            this.spare = new SpareBlocks(caller.machine);
        }

        String label(Machine machine) {
            return "lookaside list " + machine.memory.place(null, address);
        }
    }

    // ---- making a list ---------------------------------------------------------------------------------------------------------------

    private void initialize(Caller caller, long list, long allocate, long free, int type, long size, int tag) {
        Lookaside before = lists.get(list);
        if (before != null) {
            misuse(caller, 0xCA, before.label(machine) + " is initialised again", list, 0, 0, "ExDelete… it first; it was initialised at " + before.initializedAt);
        }
        if (Long.compareUnsigned(size, LINK_SIZE) < 0) {
            misuse(caller, 0xCD, "a lookaside list of blocks of " + Report.count(size, "byte") + ": a spare block holds the pointer to the next one", list, size, LINK_SIZE,
                    "blocks have LOOKASIDE_MINIMUM_BLOCK_SIZE bytes at least");
        }
        caller.memory.fill(list, STRUCTURE_SIZE, 0);
        Region region = machine.memory.regionAt(null, list);
        if (region != null && region.paged) {
            told(caller, "a lookaside list lies in " + machine.memory.place(null, list) + ", which is paged pool", "", "the structure of every list, also of a paged one, lies in nonpaged memory");
        }
        caller.memory.store16(list + DEPTH, SpareBlocks.DEPTH);
        caller.memory.store16(list + MAXIMUM_DEPTH, SpareBlocks.DEPTH);
        caller.memory.store32(list + TYPE, type);
        caller.memory.store32(list + TAG, tag);
        caller.memory.store32(list + SIZE, (int) size);
        caller.memory.store64(list + ALLOCATE, allocate == 0 ? kernelRoutine("ExAllocatePoolWithTag") : allocate);
        caller.memory.store64(list + FREE, free == 0 ? kernelRoutine("ExFreePool") : free);
        lists.put(list, new Lookaside(caller, list));
    }

    private long kernelRoutine(String name) {
        return ImageLayout.KERNEL_NATIVES + 16L * machine.natives.ordinal(name);
    }

    @Native
    public static int ExInitializeLookasideListEx(Caller caller, long list, long allocate, long free, int poolType, int flags, long size, int tag, int depth) {
        int kind = poolType & ~512;
        if (kind != 0 && kind != 1 && kind != 4 && kind != 5) {
            return STATUS_INVALID_PARAMETER_4;
        }
        if (flags < 0 || flags > FAIL_NO_RAISE) {
            return STATUS_INVALID_PARAMETER_5;
        }
        if (flags == FAIL_NO_RAISE && allocate == 0) {
            told(caller, "EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE is given to the system's own allocation routine", "", "the flag is for an Allocate routine that charges quota; without one pass 0");
        }
        int type = poolType | (flags == RAISE_ON_FAIL ? POOL_RAISE_IF_ALLOCATION_FAILURE : flags == FAIL_NO_RAISE ? POOL_QUOTA_FAIL_INSTEAD_OF_RAISE : 0);
        of(caller.machine).initialize(caller, list, allocate, free, type, size, tag);
        return 0;
    }

    @Native
    public static void ExInitializeNPagedLookasideList(Caller caller, long list, long allocate, long free, int flags, long size, int tag, int depth) {
        of(caller.machine).initialize(caller, list, allocate, free, flags, size, tag);
    }

    @Native
    public static void ExInitializePagedLookasideList(Caller caller, long list, long allocate, long free, int flags, long size, int tag, int depth) {
        of(caller.machine).initialize(caller, list, allocate, free, 1 | flags & ~512, size, tag);
    }

    // ---- blocks ----------------------------------------------------------------------------------------------------------------------

    private static void count(Caller caller, long at) {
        caller.memory.store32(at, caller.memory.load32(at) + 1);
    }

    /// The list at an address, null if there is none: told, and what lies there is believed, as Windows does.
    private Lookaside known(Caller caller, long list, String what) {
        Lookaside known = lists.get(list);
        if (known == null) {
            told(caller, "%s %s, which is no lookaside list: it was never initialised, or was deleted".formatted(what, machine.memory.place(null, list)), "",
                    "between ExInitialize… and ExDelete… a list is one");
        }
        return known;
    }

    private void depth(Caller caller, Lookaside list) {
        caller.memory.store16(list.address + LIST_HEAD, list.spare.count());
    }

    private long allocate(Caller caller, long list) {
        count(caller, list + TOTAL_ALLOCATES);
        Lookaside known = known(caller, list, "a block is taken from");
        long routine = caller.memory.load64(list + ALLOCATE);
        boolean systems = routine == kernelRoutine("ExAllocatePoolWithTag");
        SpareBlocks.Block spare = null;
        if (known != null) {
            known.spare.trim(block -> release(caller, list, block.address()));
            spare = known.spare.take();
            depth(caller, known);
        }
        long address;
        if (spare != null) {
            address = spare.address();
            machine.memory.mark(null, address, spare.size(), 0, -1);
            caller.memory.store64(list + LIST_HEAD_FIRST, caller.memory.load64(address));    // a paged block faults here at DISPATCH_LEVEL
            // What a driver's own routine has put into a block stays there, but for the link. Of a block of pool nobody may count on that.
            machine.memory.mark(null, address, systems ? spare.size() : LINK_SIZE, Shadow.UNWRITTEN, -1);
        } else {
            count(caller, list + ALLOCATE_MISSES);
            address = allocateNew(caller, list, routine, systems);
        }
        if (address != 0 && known != null) {
            out.put(address, known);
            Region region = machine.memory.regionAt(null, address);
            if (region != null && region.base == address && region.kind.equals("Pool")) {
                region.allocatedAt = "from " + known.label(machine) + " as " + PoolApi.tagText(region.tag) + " at " + ScriptStack.site();
            }
        }
        return address;
    }

    private long allocateNew(Caller caller, long list, long routine, boolean systems) {
        int type = caller.memory.load32(list + TYPE);
        long size = caller.memory.load32(list + SIZE) & 0xFFFF_FFFFL;
        int tag = caller.memory.load32(list + TAG);
        if (systems) {
            return PoolApi.ExAllocatePoolWithTag(caller, type, size, tag);
        }
        long address = caller.invoke(routine, type, size, tag, list);
        Region region = address == 0 ? null : machine.memory.regionAt(null, address);
        if (region != null && region.paged != PoolApi.isPaged(type)) {
            told(caller, "the Allocate routine %s of a list of %s blocks gives %s, which lies in %s pool".formatted(caller.functionName(routine), PoolApi.isPaged(type) ? "paged" : "nonpaged",
                    machine.memory.place(null, address), region.paged ? "paged" : "nonpaged"), "", "pass on the PoolType that the routine is given");
        }
        return address;
    }

    private void free(Caller caller, long list, long entry) {
        count(caller, list + TOTAL_FREES);
        Lookaside known = known(caller, list, "a block is given back to");
        Lookaside from = out.remove(entry);
        Region region = entry == 0 ? null : machine.memory.regionAt(null, entry);
        Region whole = region != null && region.base == entry ? region : null;
        if (entry != 0) {
            checkReturn(caller, known, from, entry, whole);
        }
        if (known != null) {
            known.spare.trim(block -> release(caller, list, block.address()));
        }
        if (known == null || known.spare.count() >= (caller.memory.load16(list + DEPTH) & 0xFFFF)) {
            count(caller, list + FREE_MISSES);
            release(caller, list, entry);
            return;
        }
        caller.memory.store64(entry, caller.memory.load64(list + LIST_HEAD_FIRST));
        caller.memory.store64(list + LIST_HEAD_FIRST, entry);
        known.spare.keep(new SpareBlocks.Block(entry, caller.memory.load32(list + SIZE) & 0xFFFF_FFFFL, whole), "back to " + known.label(machine) + " at " + ScriptStack.site());
        depth(caller, known);
    }

    /// What comes back is a block that came from this list, and came back once.
    private void checkReturn(Caller caller, Lookaside list, Lookaside from, long entry, Region whole) {
        String place = machine.memory.place(null, entry);
        boolean spare = false;
        for (long each : lists.sortedKeys()) {
            spare |= lists.get(each).spare.has(entry);
        }
        if (spare || whole != null && whole.freed) {
            PoolApi.freedTwice(caller, entry, place + " is given back to a lookaside list twice" + (whole == null || whole.freedAt.isEmpty() ? "" : "; first " + whole.freedAt));
        }
        if (from == null) {
            told(caller, place + " is given back to a lookaside list, and came from none", place, "a list takes blocks that ExAllocateFrom… gave");
        } else if (from != list && list != null) {
            told(caller, "%s is given back to %s, and came from %s".formatted(place, list.label(machine), from.label(machine)), place,
                    "a list hands out what comes back as blocks of its own size: to each list what came from it");
        }
        if (whole != null && whole.kind.equals("Pool")) {
            PoolApi.checkEnds(caller, whole);
        }
    }

    /// Out of the list, to where it came from.
    private void release(Caller caller, long list, long entry) {
        long routine = caller.memory.load64(list + FREE);
        if (routine == kernelRoutine("ExFreePool")) {
            PoolApi.ExFreePool(caller, entry);
        } else {
            Region region = machine.memory.regionAt(null, entry);
            machine.memory.mark(null, entry, caller.memory.load32(list + SIZE) & 0xFFFF_FFFFL, 0, -1);
            if (region != null && region.base == entry) {
                region.freed = false;
            }
            caller.invoke(routine, entry, list);
        }
    }

    // ---- the end of a list -----------------------------------------------------------------------------------------------------------

    private void flush(Caller caller, Lookaside list) {
        list.spare.drain(block -> release(caller, list.address, block.address()));
        caller.memory.store64(list.address + LIST_HEAD_FIRST, 0);
        depth(caller, list);
    }

    private void delete(Caller caller, long address) {
        caller.memory.load64(address + ALLOCATE);
        Lookaside list = lists.get(address);
        if (list == null) {
            misuse(caller, 0xCB, machine.memory.place(null, address) + " is deleted, and is no lookaside list: it was never initialised, or was deleted before", address, 0, 0, "");
            return;
        }
        flush(caller, list);
        lists.remove(address);
        List<Long> left = new ArrayList<>();
        for (long entry : out.sortedKeys()) {
            if (out.get(entry) == list) {
                left.add(entry);
                out.remove(entry);
            }
        }
        if (!left.isEmpty()) {
            Region first = machine.memory.regionAt(null, left.getFirst());
            told(caller, "%s is deleted while %s of it %s in use; the first is %s".formatted(list.label(machine), Report.count(left.size(), "block"), left.size() == 1 ? "is" : "are",
                    machine.memory.place(null, left.getFirst())), first == null ? "" : Report.count(first.size, "byte") + ", allocated " + first.allocatedAt,
                    "give all blocks back first: they cannot go to the list any more");
        }
    }

    /// Memory of the system's is freed: a list in it, and what is out of lists, is no more.
    private void freeing(Region region) {
        for (long address : lists.sortedKeys()) {
            if (region.contains(address)) {
                Lookaside list = lists.remove(address);
                String headline = "%s is freed, and %s is still in use".formatted(region.label(), list.label(machine));
                if (machine.verifierOn()) {
                    throw machine.bugCheck(inUse(new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_VERIFIER_DETECTED_VIOLATION", "VER-100", headline), list)
                            .code(0xC4, 0xCC, address, region.base, region.size).build());
                }
                machine.violation(inUse(new Report.Builder(Report.Kind.VIOLATION, "BadLookasideRequest", "", headline), list).build(), ScriptStack.site());
            }
        }
        out.remove(region.base);
    }

    private static Report.Builder inUse(Report.Builder report, Lookaside list) {
        return report.fact("list", "initialised at " + list.initializedAt).stack(ScriptStack.frames(), "").help("delete the list before its memory goes");
    }

    /// VER-052: the driver's image goes. The system's next look at all lists would find one that lies in it.
    public static void unloading(Machine machine, LoadedImage image) {
        LookasideLists all = of(machine);
        for (long address : all.lists.sortedKeys()) {
            Lookaside list = all.lists.get(address);
            Region region = machine.memory.regionAt(null, address);
            if (list.image == image && (region == null || !region.kind.equals("Pool"))) {
                throw machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS", "VER-052",
                        "driver %s unloads and leaves %s, which the system still looks at".formatted(image.name(), list.label(machine))).code(0xCE, address, 0)
                        .fact("list", "initialised at " + list.initializedAt).help("ExDeleteLookasideListEx, ExDeleteNPagedLookasideList or ExDeletePagedLookasideList in the unload routine").build());
            }
        }
    }

    /// The lists in pool that a driver leaves when it unloads, as texts for the report of what is left.
    public static List<String> left(Machine machine, LoadedImage image) {
        LookasideLists all = of(machine);
        List<String> texts = new ArrayList<>();
        for (long address : all.lists.sortedKeys()) {
            if (all.lists.get(address).image == image) {
                texts.add("%s, initialised at %s and not deleted".formatted(all.lists.get(address).label(machine), all.lists.get(address).initializedAt));
                all.lists.remove(address);
            }
        }
        return texts;
    }

    // ---- what goes wrong -------------------------------------------------------------------------------------------------------------


    /// With Driver Verifier the end, else told.
    private void misuse(Caller caller, int subcode, String headline, long p2, long p3, long p4, String help) {
        if (!machine.verifierOn()) {
            told(caller, headline, "", help);
            return;
        }
        Report.Builder report = new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_VERIFIER_DETECTED_VIOLATION", "VER-100", headline).code(0xC4, subcode, p2, p3, p4)
                .stack(ScriptStack.frames(), Irql.name(caller.irql()));
        throw machine.bugCheck((help.isEmpty() ? report : report.help(help)).build());
    }

    private static void told(Caller caller, String headline, String block, String help) {
        Report.Builder report = new Report.Builder(Report.Kind.VIOLATION, "BadLookasideRequest", "", headline);
        if (!block.isEmpty()) {
            report.fact("block", block);
        }
        report.stack(ScriptStack.frames(), "");
        caller.machine.violation((help.isEmpty() ? report : report.help(help)).build(), ScriptStack.site());
    }

    // ---- the routines ----------------------------------------------------------------------------------------------------------------

    @Native
    public static long ExAllocateFromLookasideListEx(Caller caller, long list) {
        return of(caller.machine).allocate(caller, list);
    }

    @Native
    public static void ExFreeToLookasideListEx(Caller caller, long list, long entry) {
        of(caller.machine).free(caller, list, entry);
    }

    @Native
    public static void ExFlushLookasideListEx(Caller caller, long list) {
        LookasideLists all = of(caller.machine);
        Lookaside known = all.known(caller, list, "the spare blocks are freed of");
        if (known != null) {
            all.flush(caller, known);
        }
    }

    @Native
    public static void ExDeleteLookasideListEx(Caller caller, long list) {
        of(caller.machine).delete(caller, list);
    }

    @Native
    public static long ExAllocateFromNPagedLookasideList(Caller caller, long list) {
        return of(caller.machine).allocate(caller, list);
    }

    @Native
    public static void ExFreeToNPagedLookasideList(Caller caller, long list, long entry) {
        of(caller.machine).free(caller, list, entry);
    }

    @Native
    public static void ExDeleteNPagedLookasideList(Caller caller, long list) {
        of(caller.machine).delete(caller, list);
    }

    @Native
    public static long ExAllocateFromPagedLookasideList(Caller caller, long list) {
        return of(caller.machine).allocate(caller, list);
    }

    @Native
    public static void ExFreeToPagedLookasideList(Caller caller, long list, long entry) {
        of(caller.machine).free(caller, list, entry);
    }

    @Native
    public static void ExDeletePagedLookasideList(Caller caller, long list) {
        of(caller.machine).delete(caller, list);
    }
}
