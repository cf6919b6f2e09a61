package wdfs.wdf;

/// At which IRQL a driver's, device's or queue's callbacks run, and which of them exclude each other: execution level and
/// synchronization scope, with what is inherited filled in (REQ-170).
///
/// @param level WDF_EXECUTION_LEVEL: {@link #PASSIVE} or {@link #DISPATCH}
/// @param scope WDF_SYNCHRONIZATION_SCOPE: {@link #OF_DEVICE}, {@link #OF_QUEUE} or {@link #NONE}
record Constraints(int level, int scope) {
    static final int INHERIT = 1;
    static final int PASSIVE = 2;
    static final int DISPATCH = 3;
    static final int OF_DEVICE = 2;
    static final int OF_QUEUE = 3;
    static final int NONE = 4;

    /// What a driver has that asks for nothing.
    static Constraints ofDriver(Attributes attributes, boolean inHost) {
        return new Constraints(inHost ? PASSIVE : DISPATCH, NONE).with(attributes);
    }

    /// What an object below has, by its own attributes.
    Constraints with(Attributes attributes) {
        return new Constraints(attributes.executionLevel() == INHERIT ? level : attributes.executionLevel(),
                attributes.synchronizationScope() == INHERIT ? scope : attributes.synchronizationScope());
    }

    /// Whether a device of these can have files of those attributes (REQ-180): their callbacks belong at PASSIVE_LEVEL.
    boolean suitsFiles(Attributes files) {
        return files.synchronizationScope() != OF_QUEUE && !(files.synchronizationScope() == OF_DEVICE && !isPassive());
    }

    /// Whether the device's file callbacks hold its lock (REQ-173).
    boolean serializesFiles(Attributes files) {
        int own = files == null ? INHERIT : files.synchronizationScope();
        return isPassive() && (own == INHERIT ? scope : own) == OF_DEVICE;
    }

    boolean isPassive() {
        return level == PASSIVE;
    }
}
