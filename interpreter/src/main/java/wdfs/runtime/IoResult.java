package wdfs.runtime;

/// What a helper of scripts (`open`, `read`, `write`, `ioctl`) gives back.
public final class IoResult {
    public int status;
    public int error;
    public long information;
    public byte[] data = new byte[0];
    /// Which bytes of `data` nobody ever wrote; null if all are known.
    public boolean[] unknown;
    /// A request that is still under way (`async: true`): win32 completes it.
    public Object pending;

    public boolean ok() {
        return status >= 0 && status != 0x103;
    }

    public static IoResult of(int status, int error, long information, byte[] data) {
        IoResult result = new IoResult();
        result.status = status;
        result.error = error;
        result.information = information;
        result.data = data;
        return result;
    }
}
