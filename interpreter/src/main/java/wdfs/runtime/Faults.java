package wdfs.runtime;

import java.util.Set;
import wdfs.machine.Access;
import wdfs.machine.FaultHandler;
import wdfs.machine.Irql;
import wdfs.machine.Memory;
import wdfs.machine.Region;
import wdfs.machine.Shadow;
import wdfs.machine.View;

/// Decides what a bad access is: a violation that the run survives, an exception, or the end of the machine (VER-061,
/// ENV-021), and tells it with all that the machine knows about the bytes.
final class Faults implements FaultHandler {
    /// Kinds of regions that are whole pages and no pool.
    private static final Set<String> DEVICE_MEMORY = Set.of("CommonBuffer", "ContiguousMemory");

    private final Machine machine;

    Faults(Machine machine) {
        this.machine = machine;
    }

    private Caller caller() {
        return (Caller) machine.scheduler.running();
    }

    @Override
    public String site() {
        return ScriptStack.site();
    }

    @Override
    public void absent(View view, long address, Access access, boolean readOnly) {
        Caller caller = caller();
        boolean write = access == Access.WRITE;
        if (!view.isKernel() && caller.process.frameworkHeap() != null && machine.verifierOn()) {
            strayInHost(view, address, write);
        }
        if (!view.isKernel() || address >= 0 && machine.memory.irql < Irql.DISPATCH) {
            throw caller.raise(Caller.ACCESS_VIOLATION, address, write ? 1 : 0);      // VER-061: catchable by __try/__except
        }
        Region region = machine.memory.regionNear(view.space(), address);
        String verb = write ? "store to " : "load from ";
        String place = machine.memory.place(view.space(), address);
        Report.Builder report;
        if (machine.memory.irql >= Irql.DISPATCH && (address >= 0 || !machine.memory.isMapped(view.space(), address) || machine.memory.isPageable(view.space(), address))) {
            // VER-031, VER-032: at DISPATCH_LEVEL a page fault cannot be served.
            String why = address >= 0 ? "user memory" : machine.memory.isMapped(view.space(), address) ? "paged pool" : "unmapped memory";
            boolean system = view.onBehalf > 0;
            report = new Report.Builder(Report.Kind.BUGCHECK, system ? "IRQL_NOT_LESS_OR_EQUAL" : "DRIVER_IRQL_NOT_LESS_OR_EQUAL", "VER-032",
                    "a " + verb + why + " at " + Irql.name(machine.memory.irql)).code(system ? 0xA : 0xD1, address, machine.memory.irql, write ? 1 : 0);
        } else if (readOnly) {
            report = new Report.Builder(Report.Kind.BUGCHECK, "ATTEMPTED_WRITE_TO_READONLY_MEMORY", "VER-039", "a store to " + place + ", which is read-only").code(0xBE, address);
        } else if (region != null && region.freed && DEVICE_MEMORY.contains(region.kind)) {
            report = new Report.Builder(Report.Kind.BUGCHECK, "PAGE_FAULT_IN_NONPAGED_AREA", "OBJ-391", "a " + verb + place + ", which was freed")
                    .code(0x50, address, write ? 2 : 0);
        } else if (region != null && region.freed && region.kind.equals("SystemSpace")) {
            report = new Report.Builder(Report.Kind.BUGCHECK, "PAGE_FAULT_IN_NONPAGED_AREA", "KBUF-121", "a " + verb + place + ", a mapping that was removed")
                    .code(0x50, address, write ? 2 : 0);
        } else if (region != null && region.freed) {
            report = new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL", "VER-044", "a " + verb + place + ", which was freed")
                    .code(0xD5, address, write ? 1 : 0);
        } else if (region != null && !region.contains(address) && address > region.base && region.base >= Machine.NONPAGED_POOL && region.base < Machine.SYSTEM_PTES) {
            report = new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION", "VER-045", "a " + verb + place + ", behind its end")
                    .code(0xD6, address, write ? 1 : 0);
        } else {
            report = new Report.Builder(Report.Kind.BUGCHECK, "PAGE_FAULT_IN_NONPAGED_AREA", "VER-033", "a " + verb + "invalid kernel memory")
                    .code(0x50, address, write ? 2 : 0);
        }
        finish(report, caller, region);
        throw machine.bugCheck(report.build());
    }

    /// UMDF-003, UMDF-129: a driver in a host follows an address that means something to another process only.
    private void strayInHost(View view, long address, boolean write) {
        Memory.Space owner = address < 0 ? null : machine.memory.otherOwner(view.space(), address);
        if (owner == null) {
            return;
        }
        violation(new Report.Builder(Report.Kind.VIOLATION, "UserPointerInHost", "UMDF-129", "a %s %s of process %s: in %s the address is only a number"
                .formatted(write ? "store to" : "load from", machine.memory.place(owner, address), owner.name, view.space().name)), view, address, 0, null, caller(),
                "pass the data itself in the request's buffers; a driver in a host has no way to the application's memory");
    }

    private void finish(Report.Builder report, Caller caller, Region region) {
        Subject subject = region != null && region.subject instanceof Subject s ? s : null;
        if (subject != null) {
            report.blank().subject(subject);
        }
        if (region != null) {
            report.fact("buffer", describe(region));
        }
        report.stack(ScriptStack.frames(), context(caller));
        report.story(subject);
    }

    private String context(Caller caller) {
        return caller == null ? "" : "thread " + caller.threadName() + ", " + Irql.name(machine.memory.irql);
    }

    /// `SystemBuffer#2, 64 bytes, nonpaged pool; allocated by …, freed by …`.
    static String describe(Region region) {
        StringBuilder text = new StringBuilder(region.label()).append(", ").append(region.size).append(region.size == 1 ? " byte" : " bytes");
        if (region.base < 0 && !region.kind.startsWith("SystemSpace") && region.base < Machine.SYSTEM_PTES && region.base >= Machine.NONPAGED_POOL) {
            text.append(region.paged ? ", paged pool" : ", nonpaged pool");
        }
        if (!region.allocatedAt.isEmpty()) {
            text.append("; allocated ").append(region.allocatedAt);
        }
        if (region.freed) {
            text.append(region.freedAt.isEmpty() ? "; freed" : "; freed " + region.freedAt);
        }
        return text.toString();
    }

    @Override
    public void marked(View view, long address, int count, int shadow, Access access) {
        if (!machine.verifierOn() && (shadow & Shadow.FREED) == 0) {
            if ((shadow & Shadow.RED_ZONE) != 0 && access == Access.WRITE && view.isKernel()) {
                Region behind = machine.memory.regionBehind(view.space(), address);
                if (behind != null && behind.kind.equals("Pool")) {
                    behind.damageHeader();
                }
            }
            return;
        }
        Caller caller = caller();
        Region region = machine.memory.regionNear(view.space(), address);
        String place = machine.memory.place(view.space(), address);
        boolean write = access == Access.WRITE;
        if ((shadow & Shadow.FREED) != 0) {
            freed(view, address, region, place, write, caller);
        } else if ((shadow & Shadow.RED_ZONE) != 0) {
            overrun(view, address, count, region, write, caller);
        } else if ((shadow & Shadow.GONE) != 0) {
            violation(new Report.Builder(Report.Kind.VIOLATION, "UseAfterReturn", "", "a %s of a local whose function has returned".formatted(write ? "store" : "load")),
                    view, address, count, null, caller, "copy what must outlive the call into a context or into pool");
        } else if ((shadow & Shadow.UNWRITTEN) != 0) {
            String what = region == null ? "a local" : place;
            violation(new Report.Builder(Report.Kind.VIOLATION, "UninitializedRead", region != null && region.kind.equals("SystemBuffer") ? "IOM-073" : "",
                    "%d %s of %s %s used that nobody wrote".formatted(count, count == 1 ? "byte" : "bytes", what, count == 1 ? "is" : "are")),
                    view, address, count, region, caller, region != null && region.kind.equals("SystemBuffer")
                            ? "only the bytes of the input were copied in; compare the length before reading" : "write it first");
        }
    }

    private void freed(View view, long address, Region region, String place, boolean write, Caller caller) {
        String headline = "a %s %s, which was freed".formatted(write ? "store to" : "load from", place);
        if (!view.isKernel()) {
            boolean ofRequest = caller != null && caller.process.frameworkHeap() != null && region != null && region.subject instanceof Subject;
            violation(ofRequest ? new Report.Builder(Report.Kind.VIOLATION, "BufAfterReqCompleted", "UMDF-112", headline)
                    : new Report.Builder(Report.Kind.VIOLATION, "UseAfterFree", "", headline), view, address, 1, region, caller,
                    ofRequest ? "a request's buffers are gone once it is completed: take what is needed before" : "");
            return;
        }
        Report.Builder report = new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL", "VER-044", headline).code(0xD5, address, write ? 1 : 0);
        finish(report, caller, region);
        if (region != null && region.subject instanceof Subject) {
            report.help("a request's buffers are gone once it is completed: take what is needed before (IOM-132)");
        } else {
            report.help("set the pointer to NULL when the block is freed, and read what is needed before");
        }
        throw machine.bugCheck(report.build());
    }

    private void overrun(View view, long address, int count, Region region, boolean write, Caller caller) {
        if (region == null) {
            violation(new Report.Builder(Report.Kind.VIOLATION, "BufferOverrun", "IOM-190", "a %s of memory that belongs to nobody".formatted(write ? "store" : "load")),
                    view, address, count, null, caller, "");
            return;
        }
        boolean before = address < region.base;
        long distance = before ? region.base - address : address - region.base - region.size;
        String headline = "a %s %s %s %s".formatted(write ? "store" : "load",
                before ? distance + (distance == 1 ? " byte in front of" : " bytes in front of") : distance == 0 ? "just behind" : (distance + 1) + " bytes behind the end of",
                region.label(), "(" + region.size + (region.size == 1 ? " byte)" : " bytes)"));
        long slackEnd = region.size + 15 & ~15L;
        boolean special = region.size < Memory.PAGE && !DEVICE_MEMORY.contains(region.kind);     // MEM-149: larger blocks end before their last page does
        boolean fatal = special && view.isKernel() && !before && address + Math.max(1, count) - 1 - region.base >= slackEnd;
        if (write && view.isKernel() && region.freedAt.isEmpty()) {
            region.freedAt = before ? "!front" : "!behind";       // found again when the block is freed (MEM-143, MEM-144)
        }
        if (fatal) {
            Report.Builder report = new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION", "VER-045", headline).code(0xD6, address, write ? 1 : 0);
            region.freedAt = "";
            finish(report, caller, region);
            report.help("compare the length before each access (IOM-190)");
            throw machine.bugCheck(report.build());
        }
        violation(new Report.Builder(Report.Kind.VIOLATION, "BufferOverrun", "IOM-190", headline), view, address, count, region, caller,
                "compare the length before each access; in real pool this byte belongs to somebody else");
    }

    @Override
    public void outside(View view, long address, int count, Region mapping, Access access) {
        if (!machine.verifierOn()) {
            return;
        }
        boolean before = address < mapping.base;
        long distance = before ? mapping.base - address : address - mapping.base - mapping.size + 1;
        violation(new Report.Builder(Report.Kind.VIOLATION, "BufferOverrun", "IOM-059", "a %s %d %s %s %s (%d bytes)".formatted(access == Access.WRITE ? "store" : "load", distance,
                distance == 1 ? "byte" : "bytes", before ? "in front of" : "behind", mapping.label(), mapping.size)), view, address, count, mapping, caller(),
                "the page holds the application's other data: nothing faults on Windows, and that data is " + (access == Access.WRITE ? "overwritten" : "read"));
    }

    @Override
    public void kernelTouchesUser(View view, long address, long count, Access access) {
        Caller caller = caller();
        if (!view.trusted && caller != null && access == Access.READ && (count == 2 || count == 4 || count == 8) && machine.verifierOn() && machine.memory.irql < Irql.DISPATCH
                && machine.memory.isMapped(view.space(), address)) {
            doubleFetch(view, address, count, caller);
        }
        if (view.trusted || caller == null || !machine.verifierOn() || machine.memory.irql >= Irql.DISPATCH || caller.isProbed(address, count)
                || !machine.memory.isMapped(view.space(), address)) {
            return;
        }
        violation(new Report.Builder(Report.Kind.VIOLATION, "UserPointerNoProbe", "VER-062",
                "a %s user memory of process %s that was neither probed nor locked".formatted(access == Access.WRITE ? "store to" : "load from", caller.process.processName())),
                view, address, 0, null, caller,
                "WdfRequestProbeAndLockUserBufferForRead or …ForWrite in EvtIoInCallerContext; or ProbeForRead/ProbeForWrite inside __try");
    }

    /// VER-505: the application can change its memory between two reads.
    private void doubleFetch(View view, long address, long count, Caller caller) {
        String site = ScriptStack.site();
        String before = caller.fetchedBefore(address, count, site);
        if (before != null) {
            violation(new Report.Builder(Report.Kind.VIOLATION, "DoubleFetch", "VER-505", "%d bytes of process %s are read a second time; what was checked the first time may have changed"
                    .formatted(count, caller.process.processName())).fact("first", "at " + before), view, address, 0, null, caller,
                    "copy the bytes into the driver's own memory once, then check and use the copy");
        }
    }

    @Override
    public void softReadOnly(View view, long address, Access access) {
        if (!machine.verifierOn()) {
            return;
        }
        Region region = machine.memory.regionNear(view.space(), address);
        boolean mapping = region != null && region.kind.equals("SystemSpace");
        violation(new Report.Builder(Report.Kind.VIOLATION, "WriteToReadOnlyBuffer", mapping ? "IOM-196" : "KBUF-211",
                "a store to %s, which the driver got for reading".formatted(machine.memory.place(view.space(), address))), view, address, 1, region, caller(),
                mapping ? "the application's memory changes behind its back; METHOD_OUT_DIRECT is for data that the driver returns" : "the store is lost: this buffer is not copied back");
    }

    @Override
    public void deviceHas(View view, long address, int count, Access access) {
        boolean write = access == Access.WRITE;
        String holder = !view.isKernel() || !machine.verifierOn() || machine.deviceOwnership == null ? null
                : machine.deviceOwnership.holder(machine.memory.frameOf(view.space(), address), (int) (address & 0xFFF), write);
        if (holder != null) {
            violation(new Report.Builder(Report.Kind.VIOLATION, "DmaBufferTouched", "OBJ-392",
                    "a %s %s, which a device has".formatted(write ? "store to" : "load from", machine.memory.place(view.space(), address))).fact("device", holder),
                    view, address, 0, machine.memory.regionNear(view.space(), address), caller(),
                    "between WdfDmaTransactionExecute and WdfDmaTransactionDmaCompleted the buffer belongs to the device: copies in caches or map registers may be in use");
        }
    }

    private void violation(Report.Builder report, View view, long address, int count, Region region, Caller caller, String help) {
        Subject subject = region != null && region.subject instanceof Subject s ? s : null;
        report.blank().subject(subject);
        if (region != null) {
            report.fact("buffer", describe(region));
        }
        report.stack(ScriptStack.frames(), context(caller));
        if (region != null && count > 0 && region.size <= 1 << 20) {
            report.blank();
            HexDump.lines(machine.memory, view.space(), region, address - region.base, count).forEach(l -> report.line("%s", l));
        }
        if (!help.isEmpty()) {
            report.help(help);
        }
        String site = ScriptStack.site();
        machine.violation(report.build(), site.isEmpty() ? "0x%X".formatted(address) : site);
    }
}
