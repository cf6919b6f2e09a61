package wdfs.runtime;

import java.util.Map;
import java.util.Set;
import wdfs.machine.Irql;

/// Routines that are called above the IRQL that their prototypes allow (`_IRQL_requires_max_`): what Driver Verifier says of it,
/// by the routine's name and ceiling; and what the framework's verifier says of its own DDIs. What such a DDI does then, each says for
/// itself, in its place among its other checks.
public final class IrqlCeiling {
    /// Those with a subcode of their own (VER-101 to VER-144).
    private static final Map<String, Integer> OWN = Map.ofEntries(Map.entry("KeSetEvent", 0x80), Map.entry("ExAcquireFastMutex", 0x33),
            Map.entry("MmProbeAndLockPages", 0x70), Map.entry("MmMapIoSpace", 0x73), Map.entry("MmMapIoSpaceEx", 0x73), Map.entry("MmUnlockPages", 0x78),
            Map.entry("MmUnmapIoSpace", 0x7B), Map.entry("MmMapLockedPagesSpecifyCache", 0x74), Map.entry("KeEnterCriticalRegion", 0x11A), Map.entry("KeLeaveCriticalRegion", 0x11B));
    /// Those that look at more than the IRQL, and so for themselves.
    private static final Set<String> THEMSELVES = Set.of("ExAllocatePool2", "ExAllocatePoolWithTag", "ExAllocatePool", "ExFreePool", "ExFreePoolWithTag");

    /// A compliance rule about the IRQL of a family of routines (VER-153).
    private record Rule(String family, int ceiling, int subcode, String name) {}

    private static final Rule[] RULES = {new Rule("Rtl", 0, 0x2001E, "IrqlRtlPassive"), new Rule("Zw", 0, 0x2001F, "IrqlZwPassive"), new Rule("Io", 0, 0x2000A, "IrqlIoPassive1"),
        new Rule("Io", 1, 0x20009, "IrqlIoApcLte"), new Rule("Io", 2, 0x20022, "IrqlIoDispatch"), new Rule("Ex", 0, 0x20008, "IrqlExPassive"), new Rule("Ex", 1, 0x20005, "IrqlExApcLte1"),
        new Rule("Ke", 1, 0x2000F, "IrqlKeApcLte1"), new Rule("Ke", 2, 0x20011, "IrqlKeDispatchLte"), new Rule("Mm", 1, 0x20019, "IrqlMmApcLte"), new Rule("Mm", 2, 0x2001A, "IrqlMmDispatch"),
        new Rule("Ob", 0, 0x2001B, "IrqlObPassive"), new Rule("Ps", 0, 0x2001C, "IrqlPsPassive")};

    private IrqlCeiling() {}

    /// Called by generated code in front of the routine.
    public static void check(Caller caller, int ceiling, String routine) {
        if (caller.irql() <= ceiling || !caller.inKernel()) {
            return;
        }
        if (routine.startsWith("Wdf")) {
            if (caller.image.frameworkVerifier(caller.machine)) {
                framework(caller, ceiling, routine);
            }
        } else if (caller.machine.verifierOn() && !THEMSELVES.contains(routine)) {
            tooHigh(caller, ceiling, routine);
        }
    }

    /// Breaks the framework's rule KmdfIrql, and the run goes on (VER-607).
    /// @param routine the DDI; after it may stand what of it needs the lower IRQL
    public static void framework(Caller caller, int ceiling, String routine) {
        String rule = switch (ceiling) {
            case Irql.PASSIVE -> "VER-600";
            case Irql.APC -> "VER-601";
            default -> "VER-606";
        };
        caller.machine.violation(new Report.Builder(Report.Kind.VIOLATION, "KmdfIrql", rule, "%s at %s: it may be called at %s at most".formatted(routine.replaceFirst("Actual$", ""),
                Irql.name(caller.irql()), Irql.name(ceiling))).stack(ScriptStack.frames(), Irql.name(caller.irql())).help(caller.irql() > Irql.DISPATCH
                        ? "WdfInterruptQueueDpcForIsr: EvtInterruptDpc runs at DISPATCH_LEVEL" : "queue a work item: its callback runs at PASSIVE_LEVEL").build(), ScriptStack.site());
    }

    private static void tooHigh(Caller caller, int ceiling, String routine) {
        int irql = caller.irql();
        Report.Builder report = new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_VERIFIER_DETECTED_VIOLATION", OWN.containsKey(routine) ? "VER-100" : "VER-153",
                "%s is called at %s; it may be called up to %s".formatted(routine, Irql.name(irql), Irql.name(ceiling)));
        Integer own = OWN.get(routine);
        Rule rule = rule(routine, ceiling);
        if (own != null) {
            report.code(0xC4, own, irql, 0, 0);
        } else if (rule != null) {
            report.code(0xC4, rule.subcode, 0, 0, 0).fact("rule", rule.name);
        } else {
            report.code(0xC4, 0xE5, irql, 0, 0);                      // VER-140
        }
        throw caller.machine.bugCheck(report.stack(ScriptStack.frames(), "thread " + caller.threadName()).help("a work item's routine runs at PASSIVE_LEVEL").build());
    }

    private static Rule rule(String routine, int ceiling) {
        for (Rule rule : RULES) {
            if (routine.startsWith(rule.family) && rule.ceiling == ceiling) {
                return rule;
            }
        }
        return null;
    }
}
