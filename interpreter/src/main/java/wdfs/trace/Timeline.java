package wdfs.trace;

import java.util.List;

/// A run as lanes and what passed between them, in the order in which it happened.
/// @param title what was run
/// @param lanes from left to right
/// @param omitted how many steps came after the last one that is held here
record Timeline(String title, List<Lane> lanes, List<Step> steps, long omitted) {
    Timeline {
        lanes = List.copyOf(lanes);
        steps = List.copyOf(steps);
    }

    /// Who can take part, from left to right.
    enum Role { APPLICATION, SYSTEM, IO, FRAMEWORK, DRIVER, HARDWARE }

    record Lane(Role role, String name) {}

    /// What an arrow or a note is about; decides how it is drawn.
    enum Kind {
        CALL("calls, and requests on their way down", "#1d4ed8"),
        RETURN("completions, and what the requestor gets", "#15803d"),
        COPY("bytes that are copied", "#c2410c"),
        LOCK("pages that are probed, locked, unlocked", "#b45309"),
        MAP("pages that are mapped", "#0f766e"),
        GIVE("buffers that a driver is handed", "#7c3aed"),
        HARDWARE("registers, interrupts", "#be185d"),
        NOTE("what a lane does by itself", "#6b7280"),
        PRINT("printed lines", "#374151"),
        REPORT("violations and bug checks", "#b91c1c");

        final String meaning;
        final String colour;

        Kind(String meaning, String colour) {
            this.meaning = meaning;
            this.colour = colour;
        }
    }

    /// One thing that happened.
    /// @param nanos virtual time
    /// @param request its number, 0 if it belongs to none
    /// @param from and to: lanes; the same one for what a lane does by itself
    /// @param label a few words, such as `copy 4 bytes`
    /// @param detail the rest; may be empty
    record Step(long nanos, Kind kind, int request, Lane from, Lane to, String label, String detail) {
        boolean isNote() {
            return from.equals(to);
        }

        /// All that is to be said of it in one line.
        String text() {
            return (request == 0 ? "" : "#" + request + " ") + label + (detail.isEmpty() ? "" : "  " + detail);
        }
    }
}
