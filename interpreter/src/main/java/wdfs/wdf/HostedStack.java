package wdfs.wdf;

/// What the framework's part in a driver host asks of the reflector about the stack that it serves.
public interface HostedStack {
    /// UMDF §3: WDF_DEVICE_IO_TYPE for reads and writes, over all UMDF drivers of the stack so far (UMDF-021).
    int readWriteType();

    /// The same for device controls.
    int controlType();

    /// The value of an INF directive; the default of its rule if no driver gives one.
    String directive(String name, String otherwise);
}
