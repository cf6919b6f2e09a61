package wdfs.trace;

import java.util.List;
import java.util.Optional;

/// The forms in which a run is drawn.
public enum TraceFormat {
    TEXT(1_000_000), MERMAID(2_000), SVG(2_000), HTML(2_000), PERFETTO(200_000);

    /// How many steps are drawn; more make a picture that nobody can read or a program can show.
    public final int most;

    TraceFormat(int most) {
        this.most = most;
    }

    public static Optional<TraceFormat> named(String word) {
        for (TraceFormat format : values()) {
            if (format.name().toLowerCase(java.util.Locale.ROOT).equals(word)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }

    /// What was recorded, in lines.
    public List<String> draw(Recorder recorder, String title) {
        Timeline timeline = recorder.timeline(title);
        return switch (this) {
            case TEXT -> new TextTimeline(timeline).lines();
            case MERMAID -> new MermaidDiagram(timeline).lines();
            case SVG -> new SequencePicture(timeline).svg().lines().toList();
            case HTML -> new TracePage(timeline).html().lines().toList();
            case PERFETTO -> new PerfettoTrace(timeline).lines();
        };
    }
}
