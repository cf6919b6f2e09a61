package wdfs.runtime;

/// Something that happened in a run; the only output of a machine. Each package has records of its own kinds.
public interface Event {
    /// Who: `app.1`, `io`, `kmdf`, a driver's name.
    String lane();
}
