package wdfs.explain;

import java.util.List;
import java.util.Optional;

/// What was seen of one transfer type.
/// @param own it is the script's
/// @param raw KMDF only
/// @param least UMDF only
record Column(Probe probe, boolean own, Observation journey, Optional<Observation> raw, Observation sight, Optional<Observation> least, List<Ended> endings) {
    record Ended(Scenario.Ending scenario, Observation seen) {}

    Column {
        endings = List.copyOf(endings);
    }

    Transfer transfer() {
        return probe.transfer();
    }
}
