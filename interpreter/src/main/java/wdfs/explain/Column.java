package wdfs.explain;

import java.util.List;

/// What was seen of one transfer type.
/// @param own it is the script's
record Column(Transfer transfer, boolean own, Observation journey, Observation raw, Observation sight, List<Ended> endings) {
    record Ended(Scenario.Ending scenario, Observation seen) {}

    Column {
        endings = List.copyOf(endings);
    }
}
