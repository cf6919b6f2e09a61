package wdfs.kernel;

import wdfs.machine.Heap;
import wdfs.machine.Irql;
import wdfs.machine.Memory;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Lengths;
import wdfs.runtime.Machine;
import wdfs.runtime.Native;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// The pool routines of drivers, with what Driver Verifier says of their misuse (MEM §8).
public final class PoolApi {
    private static final int STATUS_INSUFFICIENT_RESOURCES = 0xC000009A;
    private static final int QUOTA_FAIL_INSTEAD_OF_RAISE = 8;
    private static final int RAISE_IF_ALLOCATION_FAILURE = 16;
    private static final int COLD_ALLOCATION = 256;
    private static final int NX = 512;
    private static final int BIG = 0x0047_4942;

    private PoolApi() {}

    private static RuntimeException verifier(Caller caller, int subcode, String headline, String rule, long p2, long p3, long p4) {
        throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_VERIFIER_DETECTED_VIOLATION", rule, headline)
                .code(0xC4, subcode, p2, p3, p4).stack(ScriptStack.frames(), Irql.name(caller.irql())).build());
    }

    private static RuntimeException badPool(Caller caller, int subcode, String headline, String rule, long p2, long p3, long p4) {
        throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "BAD_POOL_CALLER", rule, headline)
                .code(0xC2, subcode, p2, p3, p4).stack(ScriptStack.frames(), Irql.name(caller.irql())).build());
    }

    static String tagText(int tag) {
        StringBuilder text = new StringBuilder("'");
        for (int i = 0; i < 4; i++) {
            int c = tag >>> 8 * i & 0xFF;
            text.append(c >= 32 && c < 127 ? (char) c : '.');
        }
        return text.append('\'').toString();
    }

    private static void checkIrql(Caller caller, boolean paged, String verb) {
        int irql = caller.irql();
        if (paged && irql > Irql.APC) {                               // MEM-133
            if (caller.machine.verifierOn()) {
                throw verifier(caller, 0x01, "paged pool " + verb + " at " + Irql.name(irql), "MEM-133", irql, 1, 0);
            }
            throw badPool(caller, 0x08, "paged pool " + verb + " at " + Irql.name(irql), "MEM-133", irql, 1, 0);
        }
        if (irql > Irql.DISPATCH) {                                   // MEM-134
            if (caller.machine.verifierOn()) {
                throw verifier(caller, 0x02, "nonpaged pool " + verb + " at " + Irql.name(irql), "MEM-134", irql, 0, 0);
            }
            throw badPool(caller, 0x08, "nonpaged pool " + verb + " at " + Irql.name(irql), "MEM-134", irql, 0, 0);
        }
    }

    /// A block for a driver; 0 if there is none to be had.
    static long allocate(Caller caller, boolean paged, long size, int tag, boolean zero) {
        Machine machine = caller.machine;
        if (machine.fails("pool")) {
            return 0;
        }
        Heap heap = paged ? machine.paged : machine.nonpaged;
        Region region = heap.allocate(Math.max(1, size), "Pool", zero);
        if (region == null) {
            return 0;
        }
        region.tag = tag;
        region.owner = caller.image == null ? "" : caller.image.name();
        region.allocatedAt = "as " + tagText(tag) + " at " + ScriptStack.site();
        return region.base;
    }

    /// MEM-014: PagedPool and PagedPoolCacheAligned, whatever the modifiers; everything else counts as nonpaged.
    public static boolean isPaged(int poolType) {
        int kind = poolType & ~(QUOTA_FAIL_INSTEAD_OF_RAISE | RAISE_IF_ALLOCATION_FAILURE | COLD_ALLOCATION);
        return kind == 1 || kind == 5;
    }

    /// MEM-148: with the verifier's code-integrity checks (the level `full`), nonpaged pool that can be executed is not to be had.
    public static void executable(Caller caller, int poolType) {
        if (caller.image == null || !caller.image.poolNxOptIn) {
            notExecutable(caller, poolType);
        }
    }

    private static void notExecutable(Caller caller, int poolType) {
        if (caller.machine.verifier == Machine.Verifier.FULL && !isPaged(poolType) && (poolType & NX) == 0) {
            throw verifier(caller, 0x2000, "nonpaged pool that code can be executed in is asked for: NonPagedPoolNx", "MEM-148", 0, poolType, 0);
        }
    }

    private static final int POOL_NX_OPT_IN = 1;

    @Native
    public static void ExInitializeDriverRuntime(Caller caller, int flags) {
        caller.image.poolNxOptIn |= (flags & POOL_NX_OPT_IN) != 0;
    }

    /// MEM-126: 1 to 4 characters from 0x20 to 0x7E, a letter or digit among them.
    private static void checkTag(Caller caller, int type, long size, int tag) {
        if (tag == 0) {
            throw badPool(caller, 0x9B, "the tag is 0", "VER-080", type, size, 0);
        }
        if (tag == BIG) {
            throw badPool(caller, 0x9C, "the tag is 'BIG'", "VER-081", type, size, tag);
        }
        for (int i = 0; i < 4; i++) {
            int c = tag >>> 8 * i & 0xFF;
            if (c >= '0' && c <= '9' || (c | 0x20) >= 'a' && (c | 0x20) <= 'z') {
                return;
            }
        }
        throw badPool(caller, 0x9D, "the tag " + tagText(tag) + " holds neither a letter nor a digit", "VER-082", type, size, tag);
    }

    @Native
    public static long ExAllocatePool2(Caller caller, long flags, long size, int tag) {
        Lengths.used(caller, size, "ExAllocatePool2");
        long kinds = flags & (0x40 | 0x80 | 0x100);
        boolean raise = (flags & 0x20) != 0;
        boolean known = (flags & 0xFFFFFFFFL & ~(0x1L | 0x2 | 0x4 | 0x8 | 0x20 | 0x40 | 0x80 | 0x100)) == 0;
        boolean one = kinds == 0x40 || kinds == 0x80 || kinds == 0x100;
        long address = 0;
        if (tag != 0 && known && one && size > 0) {                   // MEM-121, MEM-124, MEM-132
            boolean paged = kinds == 0x100;
            notExecutable(caller, kinds == 0x80 ? 0 : NX);
            checkIrql(caller, paged, "allocated");
            address = allocate(caller, paged, size, tag, (flags & 0x2) == 0);
        } else if (caller.machine.verifierOn()) {
            String why = tag == 0 ? "the tag is 0" : size == 0 ? "the size is 0" : !one ? "exactly one of POOL_FLAG_NON_PAGED, NON_PAGED_EXECUTE and PAGED is needed" : "a required flag is unknown";
            caller.machine.violation(new Report.Builder(Report.Kind.VIOLATION, "BadPoolRequest", "MEM-132", "ExAllocatePool2 gives NULL: " + why)
                    .stack(ScriptStack.frames(), "").build(), ScriptStack.site());
        }
        if (address == 0 && raise) {
            throw caller.raise(STATUS_INSUFFICIENT_RESOURCES, 0, 0);  // MEM-128
        }
        return address;
    }

    @Native
    public static long ExAllocatePoolWithTag(Caller caller, int type, long size, int tag) {
        Lengths.used(caller, size, "ExAllocatePoolWithTag");
        boolean paged = isPaged(type);
        if ((type & 7) == 2) {
            throw badPool(caller, 0x9A, "NonPagedPoolMustSucceed is gone", "VER-083", type, size, tag);
        }
        checkTag(caller, type, size, tag);
        executable(caller, type);
        if (size == 0 && caller.machine.verifierOn()) {               // MEM-131
            throw verifier(caller, 0x00, "an allocation of no bytes", "MEM-131", caller.irql(), type, 0);
        }
        if (size == 0) {
            caller.machine.violation(new Report.Builder(Report.Kind.VIOLATION, "BadPoolRequest", "MEM-131", "ExAllocatePoolWithTag of no bytes gives the smallest block")
                    .stack(ScriptStack.frames(), "").build(), ScriptStack.site());
        }
        checkIrql(caller, paged, "allocated");
        long address = allocate(caller, paged, size, tag, false);
        if (address == 0 && (type & RAISE_IF_ALLOCATION_FAILURE) != 0) {
            throw caller.raise(STATUS_INSUFFICIENT_RESOURCES, 0, 0);
        }
        return address;
    }

    @Native
    public static long ExAllocatePool(Caller caller, int type, long size) {
        return ExAllocatePoolWithTag(caller, type, size, 0x656E6F4E);   // 'None'
    }

    @Native
    public static void ExFreePool(Caller caller, long address) {
        free(caller, address, 0);
    }

    @Native
    public static void ExFreePoolWithTag(Caller caller, long address, int tag) {
        free(caller, address, tag);
    }

    /// MEM-136.
    static RuntimeException freedTwice(Caller caller, long address, String headline) {
        throw caller.machine.verifierOn() ? verifier(caller, 0x13, headline, "MEM-136", address, 0, 0) : badPool(caller, 0x07, headline, "MEM-136", address, 0, 0);
    }

    /// MEM-143, MEM-144: whether bytes around a block were written that are not its own.
    static void checkEnds(Caller caller, Region region) {
        if (!region.freedAt.startsWith("!") || !caller.machine.verifierOn()) {
            return;
        }
        boolean front = region.freedAt.equals("!front");
        String place = region.label();
        if (region.size >= Memory.PAGE) {                             // MEM-149
            throw verifier(caller, 0x51, "bytes " + (front ? "in front of " : "behind the end of ") + place + " were written", "MEM-149", region.base, region.size, 0);
        }
        throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION", "VER-043",
                "bytes " + (front ? "in front of " : "behind the end of ") + place + " were written").code(0xC1, region.base, 0, 0, front ? 0x23 : 0x24)
                .stack(ScriptStack.frames(), "").build());
    }

    private static void free(Caller caller, long address, int tag) {
        Machine machine = caller.machine;
        boolean on = machine.verifierOn();
        if (address == 0) {                                           // MEM-140
            throw on ? verifier(caller, 0x10, "NULL is freed", "MEM-140", 0, 0, 0) : badPool(caller, 0x46, "NULL is freed", "MEM-140", 0, 0, 0);
        }
        if (address > 0) {                                            // MEM-139
            throw badPool(caller, 0x40, "a user-mode address is freed", "MEM-139", address, 0, 0);
        }
        Region region = machine.memory.regionNear(caller.memory.space(), address);
        String place = machine.memory.place(caller.memory.space(), address);
        if (region == null || !region.contains(address) || !region.kind.equals("Pool")) {
            if (region != null && region.contains(address) && machine.verifierOn()) {
                machine.violation(new Report.Builder(Report.Kind.VIOLATION, "FreeFrameworkBuffer", "MEM-151", place + " is not the driver's to free")
                        .stack(ScriptStack.frames(), "").build(), ScriptStack.site());
            }
            throw on ? verifier(caller, 0x10, place + " was never allocated from pool", "MEM-137", address, 0, 0)
                    : badPool(caller, 0x46, place + " was never allocated from pool", "MEM-137", address, 0, 0);
        }
        if (region.base != address) {                                 // MEM-138
            throw on ? verifier(caller, 0x16, place + " is not the beginning of its block", "MEM-138", address, 0, 0)
                    : badPool(caller, 0x99, place + " is not the beginning of its block", "MEM-138", address, 0, 0);
        }
        if (region.freed) {
            throw freedTwice(caller, address, place + " is freed twice" + (region.freedAt.isEmpty() ? "" : "; first " + region.freedAt));
        }
        int irql = caller.irql();
        if (region.paged && irql > Irql.APC || irql > Irql.DISPATCH) {  // MEM-135
            throw on ? verifier(caller, region.paged ? 0x11 : 0x12, place + " is freed at " + Irql.name(irql), "MEM-135", irql, 0, address)
                    : badPool(caller, 0x09, place + " is freed at " + Irql.name(irql), "MEM-135", irql, 0, address);
        }
        if (tag != 0 && tag != region.tag && !on && region.tag >= 0) {  // MEM-141: only a protected tag stops the machine
            machine.violation(new Report.Builder(Report.Kind.VIOLATION, "PoolTagMismatch", "MEM-141",
                    place + " was allocated as " + tagText(region.tag) + " and is freed as " + tagText(tag)).stack(ScriptStack.frames(), "").build(), ScriptStack.site());
        } else if (tag != 0 && tag != region.tag) {
            throw badPool(caller, 0x0A, place + " was allocated as " + tagText(region.tag) + " and is freed as " + tagText(tag), "MEM-141", address, region.tag, tag);
        }
        checkEnds(caller, region);
        if (region.isHeaderDamaged()) {                                   // MEM-142 without special pool
            throw machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "BAD_POOL_HEADER", "VER-047",
                    "the header of " + place + " was overwritten from the block in front of it").code(0x19, 0x20, address).stack(ScriptStack.frames(), "").build());
        }
        region.freedAt = "at " + ScriptStack.site();
        (region.paged ? machine.paged : machine.nonpaged).free(region);
    }
}
