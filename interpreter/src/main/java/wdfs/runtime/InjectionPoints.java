package wdfs.runtime;

import java.util.Set;

/// The points that `inject` knows besides those of simulated hardware: what asks {@link Machine#fails} or
/// {@link Machine#takeInjected} by these names, and the callbacks of plug and play and power.
public final class InjectionPoints {
    public static final Set<String> OPERATIONS = Set.of("pool", "mdl", "map", "irp", "framework", "request", "thread", "contiguous", "adapter", "io_space",
            "host_buffer", "host_memory");

    public static final Set<String> CALLBACKS = Set.of("EvtDeviceD0Entry", "EvtDeviceD0EntryPostInterruptsEnabled", "EvtDeviceD0Exit",
            "EvtDeviceD0ExitPreInterruptsDisabled", "EvtDevicePrepareHardware", "EvtDeviceReleaseHardware", "EvtDeviceSelfManagedIoInit",
            "EvtDeviceSelfManagedIoCleanup", "EvtDeviceSelfManagedIoFlush", "EvtDeviceSelfManagedIoSuspend", "EvtDeviceSelfManagedIoRestart",
            "EvtDeviceSurpriseRemoval", "EvtDeviceQueryRemove", "EvtDeviceQueryStop", "EvtDeviceUsageNotification", "EvtDeviceUsageNotificationEx",
            "EvtDeviceRelationsQuery", "EvtDeviceArmWakeFromS0", "EvtDeviceDisarmWakeFromS0", "EvtDeviceWakeFromS0Triggered", "EvtDeviceArmWakeFromSx",
            "EvtDeviceDisarmWakeFromSx", "EvtDeviceWakeFromSxTriggered", "EvtDeviceArmWakeFromSxWithReason", "EvtDeviceEject",
            "EvtDeviceFilterAddResourceRequirements", "EvtDeviceFilterRemoveResourceRequirements", "EvtDeviceRemoveAddedResources");

    private InjectionPoints() {}
}
