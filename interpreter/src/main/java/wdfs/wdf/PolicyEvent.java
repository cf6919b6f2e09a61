package wdfs.wdf;

/// The callbacks of WDF_POWER_POLICY_EVENT_CALLBACKS, in the order of that structure's members.
enum PolicyEvent {
    ARM_WAKE_FROM_S0("EvtDeviceArmWakeFromS0"), DISARM_WAKE_FROM_S0("EvtDeviceDisarmWakeFromS0"), WAKE_FROM_S0_TRIGGERED("EvtDeviceWakeFromS0Triggered"),
    ARM_WAKE_FROM_SX("EvtDeviceArmWakeFromSx"), DISARM_WAKE_FROM_SX("EvtDeviceDisarmWakeFromSx"), WAKE_FROM_SX_TRIGGERED("EvtDeviceWakeFromSxTriggered"),
    ARM_WAKE_FROM_SX_WITH_REASON("EvtDeviceArmWakeFromSxWithReason");

    private final String callback;

    PolicyEvent(String callback) {
        this.callback = callback;
    }

    String callback() {
        return callback;
    }
}
