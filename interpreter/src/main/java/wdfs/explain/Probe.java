package wdfs.explain;

/// A driver that is asked: its framework, the transfer type of the request, and what the driver states for its device.
/// @param preference UMDF: what the driver prefers, BUFFERED or DIRECT; KMDF: the transfer type
record Probe(Framework framework, Transfer transfer, Transfer preference) {
    enum Framework { KMDF, UMDF }

    static Probe kmdf(Transfer transfer) {
        return new Probe(Framework.KMDF, transfer, transfer);
    }

    static Probe umdf(Transfer transfer, Transfer preference) {
        return new Probe(Framework.UMDF, transfer, preference);
    }

    boolean isUmdf() {
        return framework == Framework.UMDF;
    }

    /// KMDF reaches raw addresses by probing and locking; in UMDF there are none.
    boolean raw() {
        return framework == Framework.KMDF && transfer == Transfer.NEITHER;
    }
}
