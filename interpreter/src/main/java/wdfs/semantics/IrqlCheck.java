package wdfs.semantics;

import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import wdfs.semantics.bound.BoundExpr;
import wdfs.semantics.bound.BoundStmt;
import wdfs.semantics.bound.FunctionSymbol;
import wdfs.source.SourceFile;
import wdfs.source.Span;

/// Routines with a ceiling on the IRQL, held against callbacks that are known to run above it: timers, DPCs, interrupts, and
/// the functions of the driver that these call. A function that asks for the IRQL or changes it is believed to know.
final class IrqlCheck {
    private static final Map<String, Integer> LEVELS = Map.of("EVT_WDF_TIMER", 2, "EVT_WDF_DPC", 2, "EVT_WDF_INTERRUPT_DPC", 2, "EVT_WDF_PROGRAM_DMA", 2, "EVT_WDF_RESERVE_DMA", 2,
            "EVT_WDF_INTERRUPT_ISR", 3, "KDEFERRED_ROUTINE", 2, "KSERVICE_ROUTINE", 3);
    private static final Set<String> KNOWING = Set.of("KeGetCurrentIrql", "KeLowerIrql", "KeRaiseIrql", "KeRaiseIrqlToDpcLevel");

    private final Analysis analysis;
    private final Image image;

    /// @param certain the level is the callback's own; otherwise its execution level may have been set to passive
    private record Root(FunctionSymbol function, int level, boolean certain, Span span) {}

    IrqlCheck(Analysis analysis, Image image) {
        this.analysis = analysis;
        this.image = image;
    }

    /// The IRQL that callbacks of this function type run at; empty if it varies.
    static Optional<Integer> level(String functionType) {
        return Optional.ofNullable(LEVELS.get(functionType));
    }

    void check(FunctionSymbol callback, int level, boolean certain) {
        walk(new Root(callback, level, certain, callback.span()), callback, new HashSet<>(List.of(callback)));
    }

    private void walk(Root root, FunctionSymbol function, Set<FunctionSymbol> seen) {
        BoundStmt body = function.body().orElse(null);
        if (body == null || function.span().file().origin() == SourceFile.Origin.LIBRARY) {
            return;
        }
        Map<FunctionSymbol, Span> calls = new IdentityHashMap<>();
        boolean[] knows = {false};
        BoundTrees.visit(body, node -> {
            FunctionSymbol callee = switch (node) {
                case BoundExpr.NativeCall c -> c.callee();
                case BoundExpr.Call c -> c.callee();
                default -> null;
            };
            if (callee != null) {
                knows[0] |= KNOWING.contains(callee.name());
                calls.putIfAbsent(callee, ((BoundExpr) node).span());
            }
        });
        if (knows[0]) {
            return;
        }
        calls.forEach((callee, span) -> {
            Optional<Integer> ceiling = image.prototypeOf(callee).flatMap(Prototype::maxIrql);
            if (ceiling.isPresent() && ceiling.get() < root.level()) {
                analysis.report(SemanticFindings.irqlTooHigh(span, callee.name(), ceiling.get(), root.level(), root.span(), root.certain()));
            } else if (seen.add(callee)) {
                walk(root, callee, seen);
            }
        });
    }

}
