package wdfs.io;

import wdfs.kernel.CompletionPort;
import wdfs.kernel.FileCompletion;
import wdfs.kernel.Waitable;
import wdfs.machine.Region;

/// An open of a device: one for each successful create (IOM-154). All its handles together keep it alive.
public final class FileObject extends Waitable {
    public final DeviceObject device;
    public final Region block;
    public final String name;
    /// Opened without FILE_FLAG_OVERLAPPED: calls are serialised and wait (ENV-122).
    public final boolean synchronous;
    public int handles;
    /// A driver opened it: its IRP_MJ_CREATE comes from kernel mode, in whatever thread that was.
    boolean byKernel;
    /// The handle is gone, and only pending requests keep the file: IRP_MJ_CLOSE follows the last of them.
    boolean closeOwed;
    /// SECURITY_IMPERSONATION_LEVEL that the opener grants; SecurityImpersonation unless CreateFile says less.
    public int impersonationLevel = 2;
    public int references;
    public boolean closed;
    /// Cleaned up: the last handle is gone.
    public boolean cleanedUp;
    /// The port that hears of its requests, and the modes that its opener has set.
    public final FileCompletion completion = new FileCompletion();
    private boolean signaled;
    /// How many requests of it somebody waits for, IRP_MJ_CLOSE aside.
    int pending;
    boolean busy;
    final java.util.ArrayDeque<wdfs.runtime.Caller> lockWaiters = new java.util.ArrayDeque<>();
    /// The name behind the device, in memory.
    Region nameBlock;

    FileObject(DeviceObject device, Region block, String name, boolean synchronous) {
        this.device = device;
        this.block = block;
        this.name = name;
        this.synchronous = synchronous;
    }

    /// What the handle may do, as the FILE_OBJECT tells drivers (IOM-107).
    public void granted(boolean read, boolean write) {
        device.machine.memory.field8(block.base + 0x4A, read ? 1 : 0);
        device.machine.memory.field8(block.base + 0x4B, write ? 1 : 0);
    }

    /// CreateIoCompletionPort: FILE_OBJECT.CompletionContext tells drivers of it. @return false if memory is short
    public boolean bind(CompletionPort port, long key) {
        boolean bound = completion.bind(device.machine, port, key);
        device.machine.memory.field64(block.base + 0xB0, completion.address());
        return bound;
    }

    public long address() {
        return block.base;
    }

    @Override
    public boolean isSignaled() {
        return signaled;
    }

    @Override
    public void satisfied() {}

    /// Another request of the file is done, not the one that is waited for.
    public void rearm() {
        signaled = false;
    }

    void signal(boolean now) {
        signaled = now;
        if (now) {
            changed();
        }
    }

    @Override
    public String waitName() {
        return "a request of file " + name;
    }
}
