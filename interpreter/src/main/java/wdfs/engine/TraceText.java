package wdfs.engine;

import wdfs.io.Irp;
import wdfs.machine.Clock;
import wdfs.runtime.Report;
import wdfs.runtime.Statuses;
import wdfs.runtime.Travel;

/// The lines of `--trace`: the one place where the travel of buffers is put into words.
public final class TraceText {
    private final Statuses statuses;

    public TraceText(Statuses statuses) {
        this.statuses = statuses;
    }

    /// A line with its time and lane.
    static String line(long nanos, String lane, String text) {
        return "%-8s%-8s%s".formatted(Clock.stamp(nanos), lane, text);
    }

    /// One line without time and lane; empty for what a trace leaves out.
    public String of(Travel event) {
        String text = switch (event) {
            case Travel.Begun e -> "%s%s  %s".formatted(Irp.majorName(e.major()), control(e), lengths(e));
            case Travel.Probed _, Travel.Allocated _, Travel.Dispatched _, Travel.Finished _ -> "";
            case Travel.Copied e -> "copy    %s  %s → %s".formatted(Report.count(e.length(), "byte"), e.from(), e.to());
            case Travel.Locked e when e.mapped().address() == 0 -> "lock    %s for %s  %s (%s at +%03X)  → %s".formatted(Report.count(e.pages(), "page"), access(e), e.buffer(),
                    Report.count(e.length(), "byte"), e.buffer().address() & 0xFFF, e.mdl());
            case Travel.Locked e -> "lock    %s for %s  %s → %s at %s".formatted(Report.count(e.length(), "byte"), access(e), e.buffer(), e.mdl(), e.mapped());
            case Travel.Mapped e -> "map     %s at %s (%d)".formatted(e.mdl(), e.at(), e.length());
            case Travel.Presented e -> "present %s→ %s".formatted(e.queue().isEmpty() ? "" : e.queue() + " ", e.callback());
            case Travel.Retrieved e when e.status() < 0 -> "%s → %s".formatted(e.ddi(), statuses.name(e.status()));
            case Travel.Retrieved e -> "%s → %s%s (%d)".formatted(e.ddi(), e.object().isEmpty() ? "" : e.object() + " of ", e.buffer(), e.length());
            case Travel.Converted e -> "convert " + e.text();
            case Travel.Sent e -> "send    %sto %s".formatted(e.what().isEmpty() ? "" : e.what() + " ", e.target());
            case Travel.Passed e -> "pass    from %s down to %s".formatted(e.driver(), e.target());
            case Travel.Completed e -> "complete %s information %d".formatted(statuses.name(e.status()), e.information());
            case Travel.Packet e -> "packet  to %s  key 0x%X".formatted(e.port(), e.key());
            case Travel.ApcQueued e -> "apc     to " + e.thread();
            case Travel.Freed e -> "free    " + e.buffer();
            case Travel.Unlocked e -> "unlock  %s; nothing copied back".formatted(e.mdl());
        };
        return text.isEmpty() ? "" : "#" + event.request() + " " + text;
    }

    private static String control(Travel.Begun e) {
        return e.codeName().isEmpty() ? "" : " " + e.codeName() + "  " + Irp.methodName(e.code());
    }

    private static String lengths(Travel.Begun e) {
        return switch (e.major()) {
            case 0x03 -> "length " + e.outLength();
            case 0x04 -> "length " + e.inLength();
            default -> "in " + e.inLength() + "  out " + e.outLength();
        };
    }

    private static String access(Travel.Locked e) {
        return e.forWrite() ? "writing" : "reading";
    }
}
