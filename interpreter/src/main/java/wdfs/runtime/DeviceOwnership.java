package wdfs.runtime;

/// What devices have of the memory at the moment; asked when the processor touches it.
public interface DeviceOwnership {
    /// How a report names what has the byte: `WDFDMATRANSACTION#2, which …`.
    /// @param write the processor stores there; a load is no mistake if the device only reads
    /// @return null if the access is in order
    String holder(int frame, int offset, boolean write);
}
