package wdfs.wdf;

/// Sizes of the framework's structures on x64, as the public headers have them; the library declares the same ones.
public final class Layouts {
    public static final int OBJECT_ATTRIBUTES = 0x38;
    public static final int CONTEXT_TYPE_INFO = 0x28;
    public static final int DRIVER_CONFIG = 0x20;
    public static final int IO_QUEUE_CONFIG = 0x60;
    public static final int IO_QUEUE_FORWARD_PROGRESS_POLICY = 0x28;
    public static final int IO_TYPE_CONFIG = 0x10;
    public static final int FILEOBJECT_CONFIG = 0x28;
    public static final int REQUEST_PARAMETERS = 0x28;

    private Layouts() {}
}
