package wdfs.machine;

/// Where an access goes that is not plainly allowed. Each method may return (the access then goes on as far as it can:
/// a violation that does not change the run), or leave by an exception (a structured one of the script, or the end of the
/// machine).
public interface FaultHandler {
    /// No page, or one that this mode or IRQL may not touch, or a store to a read-only one. Never returns.
    void absent(View view, long address, Access access, boolean readOnly);

    /// Bytes whose shadow forbids the access or that were never written; `count` bytes from `address` on.
    void marked(View view, long address, int count, int shadow, Access access);

    /// Beyond the exact bounds of a mapping, but inside its last or first page.
    void outside(View view, long address, int count, Region mapping, Access access);

    /// Kernel code touches a user address of the current process; before the access is tried.
    void kernelTouchesUser(View view, long address, long count, Access access);

    /// A store through a mapping that was locked for reading only, or to memory that a driver should not change.
    void softReadOnly(View view, long address, Access access);

    /// Bytes that a device has (OBJ-392); the access goes on.
    void deviceHas(View view, long address, int count, Access access);

    /// `sample.wdfs:84`, where the script is now; asked when traced memory is written for the first time.
    String site();
}
