package wdfs.semantics;

import java.util.Set;

/// What this version can run. A declaration outside it is checked in full and then refused by name.
///
/// @param missing of: `umdf driver`, `wdm driver`, `hardware`, `timer`, `lookaside`, `interrupt`,
///     `work_item`, `dpc`, `spin_lock`, `wait_lock`, `dma_enabler`
public record Features(Set<String> missing) {
    public Features {
        missing = Set.copyOf(missing);
    }

    public static Features all() {
        return new Features(Set.of());
    }

    public boolean runs(String feature) {
        return !missing.contains(feature);
    }
}
