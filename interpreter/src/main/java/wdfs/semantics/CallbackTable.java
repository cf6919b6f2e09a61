package wdfs.semantics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Which function type of the WDK each callback of a declared driver has, by where it stands.
public final class CallbackTable {
    private static final Map<String, String> QUEUE = table(
            "EvtIoDefault", "EVT_WDF_IO_QUEUE_IO_DEFAULT", "EvtIoRead", "EVT_WDF_IO_QUEUE_IO_READ", "EvtIoWrite", "EVT_WDF_IO_QUEUE_IO_WRITE",
            "EvtIoDeviceControl", "EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL", "EvtIoInternalDeviceControl", "EVT_WDF_IO_QUEUE_IO_INTERNAL_DEVICE_CONTROL",
            "EvtIoStop", "EVT_WDF_IO_QUEUE_IO_STOP", "EvtIoResume", "EVT_WDF_IO_QUEUE_IO_RESUME",
            "EvtIoCanceledOnQueue", "EVT_WDF_IO_QUEUE_IO_CANCELED_ON_QUEUE",
            "EvtIoAllocateResourcesForReservedRequest", "EVT_WDF_IO_ALLOCATE_RESOURCES_FOR_RESERVED_REQUEST",
            "EvtIoAllocateRequestResources", "EVT_WDF_IO_ALLOCATE_REQUEST_RESOURCES",
            "EvtIoWdmIrpForForwardProgress", "EVT_WDF_IO_WDM_IRP_FOR_FORWARD_PROGRESS",
            "EvtCleanupCallback", "EVT_WDF_OBJECT_CONTEXT_CLEANUP", "EvtDestroyCallback", "EVT_WDF_OBJECT_CONTEXT_DESTROY");
    private static final Map<String, String> DEVICE = table(
            "EvtIoInCallerContext", "EVT_WDF_IO_IN_CALLER_CONTEXT", "EvtDeviceFileCreate", "EVT_WDF_DEVICE_FILE_CREATE",
            "EvtRequestCleanup", "EVT_WDF_OBJECT_CONTEXT_CLEANUP", "EvtRequestDestroy", "EVT_WDF_OBJECT_CONTEXT_DESTROY",
            "EvtFileClose", "EVT_WDF_FILE_CLOSE", "EvtFileCleanup", "EVT_WDF_FILE_CLEANUP",
            "EvtDeviceD0Entry", "EVT_WDF_DEVICE_D0_ENTRY", "EvtDeviceD0Exit", "EVT_WDF_DEVICE_D0_EXIT",
            "EvtDeviceD0EntryPostInterruptsEnabled", "EVT_WDF_DEVICE_D0_ENTRY_POST_INTERRUPTS_ENABLED",
            "EvtDeviceD0ExitPreInterruptsDisabled", "EVT_WDF_DEVICE_D0_EXIT_PRE_INTERRUPTS_DISABLED",
            "EvtDevicePrepareHardware", "EVT_WDF_DEVICE_PREPARE_HARDWARE", "EvtDeviceReleaseHardware", "EVT_WDF_DEVICE_RELEASE_HARDWARE",
            "EvtDeviceSelfManagedIoInit", "EVT_WDF_DEVICE_SELF_MANAGED_IO_INIT", "EvtDeviceSelfManagedIoCleanup", "EVT_WDF_DEVICE_SELF_MANAGED_IO_CLEANUP",
            "EvtDeviceSelfManagedIoFlush", "EVT_WDF_DEVICE_SELF_MANAGED_IO_FLUSH", "EvtDeviceSelfManagedIoSuspend", "EVT_WDF_DEVICE_SELF_MANAGED_IO_SUSPEND",
            "EvtDeviceSelfManagedIoRestart", "EVT_WDF_DEVICE_SELF_MANAGED_IO_RESTART",
            "EvtDeviceSurpriseRemoval", "EVT_WDF_DEVICE_SURPRISE_REMOVAL", "EvtDeviceQueryRemove", "EVT_WDF_DEVICE_QUERY_REMOVE",
            "EvtDeviceQueryStop", "EVT_WDF_DEVICE_QUERY_STOP", "EvtDeviceRelationsQuery", "EVT_WDF_DEVICE_RELATIONS_QUERY",
            "EvtDeviceUsageNotification", "EVT_WDF_DEVICE_USAGE_NOTIFICATION", "EvtDeviceUsageNotificationEx", "EVT_WDF_DEVICE_USAGE_NOTIFICATION_EX",
            "EvtDeviceShutdownNotification", "EVT_WDF_DEVICE_SHUTDOWN_NOTIFICATION",
            "EvtDeviceArmWakeFromS0", "EVT_WDF_DEVICE_ARM_WAKE_FROM_S0", "EvtDeviceDisarmWakeFromS0", "EVT_WDF_DEVICE_DISARM_WAKE_FROM_S0",
            "EvtDeviceWakeFromS0Triggered", "EVT_WDF_DEVICE_WAKE_FROM_S0_TRIGGERED", "EvtDeviceArmWakeFromSx", "EVT_WDF_DEVICE_ARM_WAKE_FROM_SX",
            "EvtDeviceDisarmWakeFromSx", "EVT_WDF_DEVICE_DISARM_WAKE_FROM_SX", "EvtDeviceWakeFromSxTriggered", "EVT_WDF_DEVICE_WAKE_FROM_SX_TRIGGERED",
            "EvtDeviceArmWakeFromSxWithReason", "EVT_WDF_DEVICE_ARM_WAKE_FROM_SX_WITH_REASON",
            "EvtCleanupCallback", "EVT_WDF_OBJECT_CONTEXT_CLEANUP", "EvtDestroyCallback", "EVT_WDF_OBJECT_CONTEXT_DESTROY");
    private static final Map<String, String> DRIVER = table(
            "EvtDriverUnload", "EVT_WDF_DRIVER_UNLOAD", "EvtDriverDeviceAdd", "EVT_WDF_DRIVER_DEVICE_ADD");
    private static final Map<String, Map<String, String>> OBJECTS = Map.of(
            "timer", table("EvtTimerFunc", "EVT_WDF_TIMER"),
            "work_item", table("EvtWorkItemFunc", "EVT_WDF_WORKITEM", "EvtWorkItem", "EVT_WDF_WORKITEM"),
            "dpc", table("EvtDpcFunc", "EVT_WDF_DPC"),
            "interrupt", table("EvtInterruptIsr", "EVT_WDF_INTERRUPT_ISR", "EvtInterruptDpc", "EVT_WDF_INTERRUPT_DPC",
                    "EvtInterruptEnable", "EVT_WDF_INTERRUPT_ENABLE", "EvtInterruptDisable", "EVT_WDF_INTERRUPT_DISABLE",
                    "EvtInterruptWorkItem", "EVT_WDF_INTERRUPT_WORKITEM"),
            "dma_enabler", table("EvtDmaEnablerFill", "EVT_WDF_DMA_ENABLER_FILL", "EvtDmaEnablerFlush", "EVT_WDF_DMA_ENABLER_FLUSH",
                    "EvtDmaEnablerEnable", "EVT_WDF_DMA_ENABLER_ENABLE", "EvtDmaEnablerDisable", "EVT_WDF_DMA_ENABLER_DISABLE",
                    "EvtDmaEnablerSelfManagedIoStart", "EVT_WDF_DMA_ENABLER_SELFMANAGED_IO_START", "EvtDmaEnablerSelfManagedIoStop", "EVT_WDF_DMA_ENABLER_SELFMANAGED_IO_STOP"),
            "lookaside", table(), "spin_lock", table(), "wait_lock", table());
    private static final Map<String, String> WDM = table("DriverUnload", "DRIVER_UNLOAD", "AddDevice", "DRIVER_ADD_DEVICE");

    /// Callbacks of a queue that stand in its forward progress policy, not in its WDF_IO_QUEUE_CONFIG.
    static final List<String> OF_FORWARD_PROGRESS = List.of("EvtIoAllocateResourcesForReservedRequest", "EvtIoAllocateRequestResources", "EvtIoWdmIrpForForwardProgress");

    private CallbackTable() {}

    private static Map<String, String> table(String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }

    /// Whether a device's callback is one of plug and play and power, a member of WDF_PNPPOWER_EVENT_CALLBACKS or of the policy's.
    static boolean isPnpEvent(String callback) {
        return callback.startsWith("EvtDevice") && DEVICE.containsKey(callback) && !callback.equals("EvtDeviceFileCreate") && !callback.equals("EvtDeviceShutdownNotification");
    }

    /// Of these, whether it is a member of WDF_POWER_POLICY_EVENT_CALLBACKS.
    static boolean isPolicyEvent(String callback) {
        return isPnpEvent(callback) && callback.contains("Wake");
    }

    static Map<String, String> ofQueue() {
        return QUEUE;
    }

    static Map<String, String> ofDevice() {
        return DEVICE;
    }

    static Map<String, String> ofDriver() {
        return DRIVER;
    }

    static Map<String, String> ofObject(String kind) {
        return OBJECTS.getOrDefault(kind, Map.of());
    }

    /// A WDM driver's routines: all major functions have one type.
    static Map<String, String> ofWdm(String name) {
        return name.startsWith("IRP_MJ_") ? Map.of(name, "DRIVER_DISPATCH") : WDM;
    }

    /// The function type of a callback, wherever it stands; empty for a name that is none.
    public static String typeOf(String name) {
        for (Map<String, String> table : List.of(QUEUE, DEVICE, DRIVER, WDM)) {
            if (table.containsKey(name)) {
                return table.get(name);
            }
        }
        for (Map<String, String> table : OBJECTS.values()) {
            if (table.containsKey(name)) {
                return table.get(name);
            }
        }
        return name.startsWith("IRP_MJ_") ? "DRIVER_DISPATCH" : "";
    }

    /// Where a callback of that name belongs, for a suggestion.
    public static String home(String name) {
        if (QUEUE.containsKey(name)) {
            return "a queue";
        }
        if (DEVICE.containsKey(name)) {
            return "a device";
        }
        if (DRIVER.containsKey(name)) {
            return "the driver";
        }
        for (var e : OBJECTS.entrySet()) {
            if (e.getValue().containsKey(name)) {
                return "a " + e.getKey();
            }
        }
        return WDM.containsKey(name) || name.startsWith("IRP_MJ_") ? "a wdm driver" : "";
    }

    /// The handle type of a declared object.
    static String handleOf(String kind) {
        return switch (kind) {
            case "queue" -> "WDFQUEUE";
            case "timer" -> "WDFTIMER";
            case "lookaside" -> "WDFLOOKASIDE";
            case "interrupt" -> "WDFINTERRUPT";
            case "work_item" -> "WDFWORKITEM";
            case "dpc" -> "WDFDPC";
            case "spin_lock" -> "WDFSPINLOCK";
            case "wait_lock" -> "WDFWAITLOCK";
            default -> "WDFDMAENABLER";
        };
    }

    /// The DDI that gives the device a handle of this type is about; empty if there is none.
    static String deviceOf(String handle) {
        return switch (handle) {
            case "WDFQUEUE" -> "WdfIoQueueGetDevice";
            case "WDFFILEOBJECT" -> "WdfFileObjectGetDevice";
            case "WDFINTERRUPT" -> "WdfInterruptGetDevice";
            case "WDFTIMER" -> "WdfTimerGetParentObject";
            case "WDFDPC" -> "WdfDpcGetParentObject";
            case "WDFWORKITEM" -> "WdfWorkItemGetParentObject";
            default -> "";
        };
    }
}
