package wdfs.wdf;

import wdfs.runtime.Caller;

/// WDF_REQUEST_SEND_OPTIONS, as the framework looks at them (OBJ-240). A time-out without its flag is ignored.
/// @param status STATUS_SUCCESS, or why they are refused
record Options(int status, int flags, long timeout) {
    static final int TIMEOUT = 1;
    static final int SYNCHRONOUS = 2;
    static final int IGNORE_TARGET_STATE = 4;
    static final int SEND_AND_FORGET = 8;
    static final int IMPERSONATE_CLIENT = 0x1_0000;
    static final int IMPERSONATION_IGNORE_FAILURE = 0x2_0000;
    private static final int IMPERSONATION = IMPERSONATE_CLIENT | IMPERSONATION_IGNORE_FAILURE;
    static final Options NONE = new Options(0, 0, 0);
    private static final int SIZE = 0x10;
    private static final int INFO_LENGTH_MISMATCH = 0xC0000004;

    /// @param request what is sent; null for a send without a request of the driver's
    static Options read(Caller caller, long address, FxRequest request) {
        if (caller.memory.load32(address) != SIZE) {
            return new Options(INFO_LENGTH_MISMATCH, 0, 0);
        }
        int flags = caller.memory.load32(address + 4);
        int impersonation = caller.image.isKernel() ? 0 : flags & IMPERSONATION;
        int plain = flags & ~impersonation;
        if ((plain & ~0xF) != 0 || (plain & SEND_AND_FORGET) != 0 && plain != SEND_AND_FORGET
                || impersonation != 0 && (impersonation == IMPERSONATION_IGNORE_FAILURE || request == null || !request.isCreate)) {
            return new Options(Framework.STATUS_INVALID_PARAMETER, 0, 0);
        }
        return new Options(0, flags, (flags & TIMEOUT) == 0 ? 0 : caller.memory.load64(address + 8));
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }
}
