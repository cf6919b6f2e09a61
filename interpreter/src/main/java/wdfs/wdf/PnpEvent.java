package wdfs.wdf;

/// The callbacks of WDF_PNPPOWER_EVENT_CALLBACKS, in the order of that structure's members.
enum PnpEvent {
    D0_ENTRY("EvtDeviceD0Entry"), D0_ENTRY_POST_INTERRUPTS_ENABLED("EvtDeviceD0EntryPostInterruptsEnabled"),
    D0_EXIT("EvtDeviceD0Exit"), D0_EXIT_PRE_INTERRUPTS_DISABLED("EvtDeviceD0ExitPreInterruptsDisabled"),
    PREPARE_HARDWARE("EvtDevicePrepareHardware"), RELEASE_HARDWARE("EvtDeviceReleaseHardware"),
    SELF_MANAGED_IO_CLEANUP("EvtDeviceSelfManagedIoCleanup"), SELF_MANAGED_IO_FLUSH("EvtDeviceSelfManagedIoFlush"),
    SELF_MANAGED_IO_INIT("EvtDeviceSelfManagedIoInit"), SELF_MANAGED_IO_SUSPEND("EvtDeviceSelfManagedIoSuspend"),
    SELF_MANAGED_IO_RESTART("EvtDeviceSelfManagedIoRestart"), SURPRISE_REMOVAL("EvtDeviceSurpriseRemoval"),
    QUERY_REMOVE("EvtDeviceQueryRemove"), QUERY_STOP("EvtDeviceQueryStop"), USAGE_NOTIFICATION("EvtDeviceUsageNotification"),
    RELATIONS_QUERY("EvtDeviceRelationsQuery"), USAGE_NOTIFICATION_EX("EvtDeviceUsageNotificationEx");

    private final String callback;

    PnpEvent(String callback) {
        this.callback = callback;
    }

    String callback() {
        return callback;
    }
}
