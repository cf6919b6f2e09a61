package wdfs.machine;

/// What answers the loads and stores at addresses behind which a device lies. Each may take time and let others run.
public interface DeviceMemory {
    /// @param size 1, 2, 4 or 8 bytes
    long load(View view, long address, int size);

    void store(View view, long address, int size, long value);
}
