package wdfs.explain;

import java.util.List;
import java.util.Optional;

/// The answer: what was observed, and how it is shown.
public record Explanation(Question question, List<Block> blocks, OwnRun own) {
    /// One table's columns.
    /// @param preference UMDF: what the drivers of all columns prefer; empty for KMDF, and where it differs between the columns
    record Block(Probe.Framework framework, Optional<Transfer> preference, List<Column> columns) {
        Block {
            columns = List.copyOf(columns);
        }
    }

    /// The script's driver as it stands.
    /// @param device the one that was asked; empty if none takes the request
    /// @param lines the trace of the request, and what the application got
    record OwnRun(Optional<ScriptDriver.Device> device, List<String> lines) {
        OwnRun {
            lines = List.copyOf(lines);
        }
    }

    public Explanation {
        blocks = List.copyOf(blocks);
    }

    /// The tables, in lines of up to 100 columns.
    public List<String> text() {
        return new Page(this).lines();
    }

    /// A self-contained picture.
    public String svg() {
        return new Picture(this).svg();
    }
}
