package wdfs.runtime;

/// A structured exception of the simulated machine on its way up the script's frames. `__except` and `__finally` see
/// it; nothing else of a script does. It carries no Java stack trace: the script's stack is taken when it is raised.
public final class ScriptException extends RuntimeException {
    private final int code;
    private final long address;
    private final long information;

    /// @param code NTSTATUS
    /// @param address what was touched, or 0
    /// @param information 0 read, 1 write, 8 execute for an access violation
    public ScriptException(int code, long address, long information) {
        super(null, null, false, false);
        this.code = code;
        this.address = address;
        this.information = information;
    }

    public int code() { return code; }
    public long address() { return address; }
    public long information() { return information; }
}
