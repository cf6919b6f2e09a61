package wdfs.kernel;

import wdfs.machine.Irql;
import wdfs.machine.Memory;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.ImageLayout;
import wdfs.runtime.Lengths;
import wdfs.runtime.Machine;
import wdfs.runtime.Native;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// The MDL routines of drivers (MEM §9), and probing.
public final class MdlApi {
    private static final int ACCESS_VIOLATION = 0xC0000005;
    /// 4 GiB less a page.
    private static final long LARGEST = 0xFFFF_F000L;

    private MdlApi() {}

    private static RuntimeException verifier(Caller caller, int subcode, String headline, String rule, long p2) {
        throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_VERIFIER_DETECTED_VIOLATION", rule, headline)
                .code(0xC4, subcode, p2).stack(ScriptStack.frames(), Irql.name(caller.irql())).build());
    }

    /// The MDL at an address that a driver gave; what is none ends the machine.
    public static Mdl mdl(Caller caller, long address) {
        caller.memory.load16(address + Mdl.SIZE);             // a freed or wild one faults as it does there
        Mdl mdl = Mdl.at(caller.machine, address);
        if (mdl == null) {
            throw verifier(caller, 0xB3, caller.machine.memory.place(caller.memory.space(), address) + " is no MDL", "VER-132", address);
        }
        return mdl;
    }

    /// A call that Windows takes without a word, and that is wrong all the same.
    private static void badRequest(Caller caller, String rule, String headline, String help) {
        caller.machine.violation(new Report.Builder(Report.Kind.VIOLATION, "BadMdlRequest", rule, headline).stack(ScriptStack.frames(), "").help(help).build(), ScriptStack.site());
    }

    /// MEM-163. @return NULL if memory is short, or for more bytes than an MDL can describe
    @Native
    public static long IoAllocateMdl(Caller caller, long virtualAddress, int length, int secondary, int charge, long irp) {
        if ((length & 0xFFFF_FFFFL) > LARGEST) {
            return 0;
        }
        if (secondary != 0 && irp == 0) {
            badRequest(caller, "MEM-163", "IoAllocateMdl for a chain, and no IRP is given", "SecondaryBuffer is TRUE only with an IRP whose chain the MDL joins");
        }
        if (charge != 0) {
            badRequest(caller, "MEM-163", "IoAllocateMdl with ChargeQuota", "ChargeQuota is FALSE for drivers");
        }
        Mdl mdl = Mdl.allocate(caller, virtualAddress, length & 0xFFFF_FFFFL);
        if (mdl == null) {
            return 0;
        }
        mdl.madeAt = caller.machine.site();
        mdl.block().owner = caller.image == null ? "" : caller.image.name();
        mdl.block().allocatedAt = "at " + ScriptStack.site();
        if (irp != 0) {                                           // MEM-163
            long head = irp + 8;
            if (secondary == 0) {
                if (caller.memory.load64(head) != 0) {
                    badRequest(caller, "MEM-163", "Irp->MdlAddress is overwritten: its MDL is lost", "join the chain with SecondaryBuffer TRUE, or keep the old one and put it back");
                }
                caller.memory.store64(head, mdl.address);
            } else {
                long at = head;
                while (caller.memory.load64(at) != 0) {
                    at = caller.memory.load64(at);
                }
                caller.memory.store64(at, mdl.address);
            }
        }
        return mdl.address;
    }

    /// MEM-176, MEM-177.
    @Native
    public static void IoFreeMdl(Caller caller, long address) {
        Region gone = caller.machine.memory.regionAt(null, address);
        if (gone != null && gone.freed && gone.base == address && gone.kind.equals("MDL")) {
            if (caller.machine.verifierOn()) {
                throw verifier(caller, 0x13, gone.label() + " is freed twice", "MEM-177", address);
            }
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "BAD_POOL_CALLER", "MEM-177", gone.label() + " is freed twice").code(0xC2, 0x07, address)
                    .stack(ScriptStack.frames(), "").build());
        }
        Mdl mdl = mdl(caller, address);
        if (!mdl.owner.isEmpty()) {
            caller.machine.violation(new Report.Builder(Report.Kind.VIOLATION, "FreeRetrievedMdl", "KBUF-086", mdl.label() + " is " + mdl.owner + " and not the driver's to free")
                    .stack(ScriptStack.frames(), "").build(), ScriptStack.site());
        }
        if (mdl.isLocked()) {
            caller.machine.violation(new Report.Builder(Report.Kind.VIOLATION, "FreeLockedMdl", "MEM-176", mdl.label() + " is freed while its pages are locked")
                    .stack(ScriptStack.frames(), "").help("MmUnlockPages first: the pages stay locked, and the process cannot end").build(), ScriptStack.site());
        }
        if (mdl.isMapped() && (mdl.flags() & Mdl.PARTIAL) == 0 && caller.machine.verifierOn()) {
            throw verifier(caller, 0xB8, mdl.label() + " is freed while it is mapped", "VER-134", address);
        }
        mdl.unmap();
        mdl.free();
    }

    /// MEM-174, MEM-175.
    @Native
    public static void IoBuildPartialMdl(Caller caller, long source, long target, long virtualAddress, int length) {
        Mdl from = mdl(caller, source);
        Mdl part = mdl(caller, target);
        long first = virtualAddress - from.virtualAddress();
        long count = length == 0 ? from.byteCount() - first : length & 0xFFFF_FFFFL;
        if ((from.flags() & (Mdl.PAGES_LOCKED | Mdl.SOURCE_IS_NONPAGED_POOL | Mdl.PARTIAL)) == 0) {
            throw verifier(caller, 0x85, from.label() + " describes no pages yet", "VER-131", source);
        }
        if (first < 0 || count < 0 || first + count > from.byteCount()) {
            caller.machine.violation(new Report.Builder(Report.Kind.VIOLATION, "PartialMdlOutside", "MEM-174",
                    "bytes %d to %d are asked of %s, which has %d".formatted(first, first + count, from.label(), from.byteCount()))
                    .stack(ScriptStack.frames(), "").help("the address is one of MmGetMdlVirtualAddress, not of the mapping").build(), ScriptStack.site());
            return;
        }
        if (!part.describePart(from, virtualAddress, count)) {
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "TARGET_MDL_TOO_SMALL", "MEM-174",
                    part.label() + " has no room for the pages of " + count + " bytes").code(0x40).stack(ScriptStack.frames(), "").build());
        }
    }

    @Native
    public static void MmPrepareMdlForReuse(Caller caller, long address) {
        mdl(caller, address).unmap();
    }

    @Native
    public static void MmBuildMdlForNonPagedPool(Caller caller, long address) {
        Mdl mdl = mdl(caller, address);
        if (caller.machine.memory.isPageable(caller.memory.space(), mdl.virtualAddress())) {
            throw verifier(caller, 0x7F, "MmBuildMdlForNonPagedPool on memory that can be paged out", "VER-128", address);
        }
        if (mdl.virtualAddress() >= Machine.KERNEL_STACKS && mdl.virtualAddress() < ImageLayout.KERNEL_NATIVES) {          // MEM-164
            badRequest(caller, "MEM-164", "MmBuildMdlForNonPagedPool on a kernel stack", "the stack can be paged out while its thread waits: use nonpaged pool");
        }
        mdl.buildForNonPagedPool();
    }

    @Native
    public static void MmProbeAndLockPages(Caller caller, long address, int mode, int operation) {
        Mdl mdl = mdl(caller, address);
        long from = mdl.virtualAddress();
        int irql = caller.irql();
        if (irql > Irql.DISPATCH) {
            throw verifier(caller, 0x70, "MmProbeAndLockPages at " + Irql.name(irql), "VER-120", irql);
        }
        if ((mdl.flags() & (Mdl.PAGES_LOCKED | Mdl.SOURCE_IS_NONPAGED_POOL | Mdl.PARTIAL)) != 0) {
            throw verifier(caller, 0xB0, mdl.label() + " describes its pages already", "VER-132", address);
        }
        if (irql == Irql.DISPATCH && (from >= 0 || caller.machine.memory.isPageable(caller.memory.space(), from))) {
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "IRQL_NOT_LESS_OR_EQUAL", "VER-031", "MmProbeAndLockPages of pageable memory at DISPATCH_LEVEL")
                    .code(0xA, from, irql, 0).stack(ScriptStack.frames(), Irql.name(irql)).build());
        }
        long end = from + mdl.byteCount();
        if (mode != 0 && (from < 0 || end > Memory.USER_LIMIT || end < from)) {       // MEM-165
            throw caller.raise(ACCESS_VIOLATION, from, operation == 0 ? 0 : 1);
        }
        long bad = mdl.lock(caller.process.space(), operation != 0);
        if (bad != Mdl.ALL_LOCKED) {
            throw caller.raise(ACCESS_VIOLATION, bad, operation == 0 ? 0 : 1);
        }
        mdl.process = caller.process.processName();
    }

    @Native
    public static void MmUnlockPages(Caller caller, long address) {
        Mdl mdl = mdl(caller, address);
        if (caller.irql() > Irql.DISPATCH) {
            throw verifier(caller, 0x78, "MmUnlockPages at " + Irql.name(caller.irql()), "VER-123", caller.irql());
        }
        if ((mdl.flags() & Mdl.SOURCE_IS_NONPAGED_POOL) != 0) {
            throw verifier(caller, 0x7D, "MmUnlockPages of " + mdl.label() + ", which describes nonpaged pool", "VER-127", address);
        }
        if ((mdl.flags() & Mdl.PARTIAL) != 0) {
            throw verifier(caller, 0xB4, "MmUnlockPages of " + mdl.label() + ", a partial MDL", "VER-133", address);
        }
        if (!mdl.isLocked() && !caller.machine.verifierOn()) {        // MEM-168
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "PROCESS_HAS_LOCKED_PAGES", "VER-041", "MmUnlockPages of " + mdl.label() + ", which was never locked")
                    .code(0x76, 1, address).stack(ScriptStack.frames(), "").build());
        }
        if (!mdl.isLocked()) {
            throw verifier(caller, 0x7C, "MmUnlockPages of " + mdl.label() + ", which was never locked", "VER-126", address);
        }
        mdl.unlock();
    }

    @Native
    public static long MmGetSystemAddressForMdlSafe(Caller caller, long address, int priority) {
        if (address == 0) {
            caller.machine.violation(new Report.Builder(Report.Kind.VIOLATION, "NullMdl", "MEM-170", "MmGetSystemAddressForMdlSafe got NULL")
                    .stack(ScriptStack.frames(), "").help("a request of length 0 has no MDL: compare with NULL first").build(), ScriptStack.site());
            return 0;
        }
        Mdl mdl = mdl(caller, address);
        if ((mdl.flags() & (Mdl.PAGES_LOCKED | Mdl.SOURCE_IS_NONPAGED_POOL | Mdl.PARTIAL)) == 0) {
            throw verifier(caller, 0x85, mdl.label() + " is mapped before its pages are locked", "VER-131", address);
        }
        return mdl.systemAddress((priority & 0x8000_0000) != 0);
    }

    // ---- probing -------------------------------------------------------------------------------------------------------------------

    private static void range(Caller caller, long address, long length, int alignment, int write) {
        if ((address & alignment - 1) != 0) {
            throw caller.raise(0x80000002, address, write);          // ENV-043: STATUS_DATATYPE_MISALIGNMENT
        }
        if (address < 0 || address + length > Memory.USER_LIMIT || address + length < address) {
            throw caller.raise(ACCESS_VIOLATION, address, write);
        }
    }

    /// ENV-045: in the callback of a queue any process may be the current one; that it is the right one now is chance.
    private static void inQueue(Caller caller, String routine, long address) {
        if (caller.isServing() && caller.machine.verifierOn()) {
            caller.machine.violation(new Report.Builder(Report.Kind.VIOLATION, "WrongProcessContext", "VER-510",
                    "%s of 0x%X in the callback of a queue, which may run in any process".formatted(routine, address)).stack(ScriptStack.frames(), Irql.name(caller.irql()))
                    .help("take the address in EvtIoInCallerContext: WdfRequestRetrieveUnsafeUserInputBuffer and WdfRequestProbeAndLockUserBufferForRead").build(), ScriptStack.site());
        }
    }

    @Native
    public static void ProbeForRead(Caller caller, long address, long length, int alignment) {
        if (length == 0) {
            return;                                                    // ENV-043: nothing is checked
        }
        range(caller, address, length, alignment, 0);
        inQueue(caller, "ProbeForRead", address);
        Lengths.used(caller, length, "ProbeForRead");
        caller.probe(address, length);
    }

    @Native
    public static void ProbeForWrite(Caller caller, long address, long length, int alignment) {
        if (length == 0) {
            return;
        }
        range(caller, address, length, alignment, 1);
        inQueue(caller, "ProbeForWrite", address);
        Lengths.used(caller, length, "ProbeForWrite");
        Memory memory = caller.machine.memory;
        for (long page = address & ~0xFFFL; page < address + length; page += Memory.PAGE) {
            if (!memory.isWritable(caller.process.space(), page)) {    // ENV-044: each page is touched
                throw caller.raise(ACCESS_VIOLATION, Math.max(page, address), 1);
            }
        }
        caller.probe(address, length);
    }

    @Native
    public static int MmIsAddressValid(Caller caller, long address) {
        return caller.machine.memory.isMapped(caller.process.space(), address) ? 1 : 0;
    }
}
