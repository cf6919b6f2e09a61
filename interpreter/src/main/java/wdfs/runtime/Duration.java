package wdfs.runtime;

/// A duration as `print` sees it.
public record Duration(long nanos) {
    @Override
    public String toString() {
        return wdfs.machine.Clock.text(nanos);
    }
}
