package wdfs.kernel;

import wdfs.machine.Region;
import wdfs.runtime.Machine;

/// How the ends of a file's requests are told, besides the events of the requests: the port that it is associated with, and the
/// modes of SetFileCompletionNotificationModes (ENV-134).
public final class FileCompletion {
    public static final int SKIP_PORT_ON_SUCCESS = 1;
    public static final int SKIP_EVENT_ON_HANDLE = 2;

    private CompletionPort port;
    private long key;
    private int modes;
    /// IO_COMPLETION_CONTEXT, what FILE_OBJECT.CompletionContext points to: the port and the key.
    private Region block;

    /// @return false if memory is short
    public boolean bind(Machine machine, CompletionPort port, long key) {
        block = machine.nonpaged.allocate(16, "CompletionContext", true);
        if (block == null) {
            return false;
        }
        machine.memory.field64(block.base, port.address());
        machine.memory.field64(block.base + 8, key);
        this.port = port;
        this.key = key;
        port.reference();
        return true;
    }

    /// The file goes.
    public void unbind(Machine machine) {
        if (port != null) {
            machine.nonpaged.free(block);
            port.dereference();
            port = null;
        }
    }

    /// 0 without a port.
    public long address() {
        return port == null ? 0 : block.base;
    }

    /// Null if the file is associated with none.
    public CompletionPort port() {
        return port;
    }

    public long key() {
        return key;
    }

    /// A mode that was set stays.
    public void addModes(int more) {
        modes |= more;
    }

    public int modes() {
        return modes;
    }

    public boolean skipsEvent() {
        return (modes & SKIP_EVENT_ON_HANDLE) != 0;
    }

    /// A request has ended with something to tell. @param context 0 if its caller wants no packet
    /// @param pended its caller has heard STATUS_PENDING
    /// @return whether a packet was queued
    public boolean tell(long context, int status, long information, boolean pended) {
        if (port == null || context == 0 || !pended && status >= 0 && (modes & SKIP_PORT_ON_SUCCESS) != 0) {
            return false;
        }
        port.post(new CompletionPort.Packet(key, context, status, information));
        return true;
    }
}
