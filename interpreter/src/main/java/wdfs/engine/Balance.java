package wdfs.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import wdfs.kernel.KernelHandles;
import wdfs.kernel.Mdl;
import wdfs.kernel.Waitable;
import wdfs.machine.Region;
import wdfs.runtime.Events;
import wdfs.runtime.Machine;
import wdfs.runtime.Report;
import wdfs.wdf.FxObject;

/// Whether the memory of a machine is balanced once its processes have ended and its drivers are unloaded: no block of pool,
/// MDL, lock on a page, mapping, framework object or IRP may be left. What was told already, as a leak of a driver that
/// was unloaded, is not told again.
final class Balance {
    private static final int SHOWN = 12;

    /// One thing that is left.
    /// @param what the kind of thing, in the singular: `MDL`, `IRP`, `framework object`
    /// @param detail which one, and where it was made
    record Left(String what, String detail) {}

    private Balance() {}

    /// Fails the run if something is left.
    static void check(Machine machine) {
        List<Left> left = left(machine);
        if (left.isEmpty()) {
            return;
        }
        Map<String, Long> counts = left.stream().collect(Collectors.groupingBy(Left::what, LinkedHashMap::new, Collectors.counting()));
        String headline = counts.entrySet().stream().map(e -> Report.count(e.getValue(), e.getKey())).collect(Collectors.joining(", "));
        Report.Builder report = new Report.Builder(Report.Kind.LEAK, "LeftBehind", "", "after the shutdown the machine still has " + headline);
        left.stream().limit(SHOWN).forEach(l -> report.line("  %s: %s", l.what(), l.detail()));
        if (left.size() > SHOWN) {
            report.line("  … and %d more", left.size() - SHOWN);
        }
        machine.violations++;
        machine.emit(new Events.Reported(report.build(), false));
    }

    /// All that is left, in a stable order.
    static List<Left> left(Machine machine) {
        List<Left> left = new ArrayList<>();
        for (FxObject object : machine.handles.live(FxObject.class)) {
            if (object.isTold()) {
                continue;
            }
            left.add(new Left(object.type.equals("WDFMEMORY") ? "WDFMEMORY" : "framework object", object.remains()));
        }
        int lockedByMdls = 0;
        for (Mdl mdl : Mdl.live(machine)) {
            lockedByMdls += mdl.isLocked() ? mdl.pageCount() : 0;
            if (mdl.block().told) {
                continue;
            }
            left.add(new Left("MDL", "%s, %s%s%s%s".formatted(mdl.label(), Report.count(mdl.byteCount(), "byte"), mdl.isLocked() ? ", pages locked" : "", mdl.isMapped() ? ", mapped" : "",
                    made(mdl.block()))));
        }
        int locks = machine.memory.lockedPages() - Mdl.lostLocks(machine) - lockedByMdls;
        if (locks != 0) {
            left.add(new Left("page lock", locks + " that no MDL accounts for"));
        }
        machine.memory.eachKernelRegion(region -> {
            switch (region.kind) {
                case "MDL" -> { }                                     // told above, with its state
                case "SystemSpace" -> add(left, "mapping", region);
                case "IRP" -> add(left, "IRP", region);
                case "Pool" -> add(left, "pool block", region);
                default -> add(left, "system block", region);
            }
        });
        KernelHandles.of(machine).left().forEach((handle, object) -> left.add(new Left("kernel handle", "0x%X, %s".formatted(handle, object instanceof Waitable known ? known.waitName() : "a key"))));
        return left;
    }

    private static void add(List<Left> left, String what, Region region) {
        if (!region.freed && !region.told) {
            left.add(new Left(what, "%s, %s%s".formatted(region.label(), Report.count(region.size, "byte"), made(region))));
        }
    }

    private static String made(Region region) {
        String by = region.owner.isEmpty() ? "" : " of driver " + region.owner;
        return by + (region.allocatedAt.isEmpty() ? "" : ", made " + region.allocatedAt);
    }
}
