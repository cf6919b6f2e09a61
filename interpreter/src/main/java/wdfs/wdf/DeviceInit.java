package wdfs.wdf;

import java.util.HashMap;
import java.util.Map;
import wdfs.io.DeviceObject;
import wdfs.machine.Region;

/// What PWDFDEVICE_INIT points to.
final class DeviceInit {
    final FxDriver driver;
    final Region block;
    String name = "";
    String sddl = "";
    /// WdfDeviceInitSetDeviceClass: the registry may have a descriptor for devices of that class.
    boolean hasClass;
    int ioType = 2;                                  // KBUF-007, UMDF-014: buffered
    /// UMDF: for device controls, and from how many bytes on direct transfer is wanted.
    int controlIoType = 2;
    int threshold;
    boolean exclusive;
    int deviceType = 0x22;
    int characteristics;
    long callerContext;
    Attributes requestAttributes;
    boolean fileConfig;
    long fileCreate;
    long fileClose;
    long fileCleanup;
    Attributes fileAttributes;
    /// WDF_FILEOBJECT_CLASS.
    int fileClass;
    /// 0 no, 1 yes, 2 yes for filters (REQ-209).
    int autoForward = 2;
    /// The device at the bottom of the stack that this one joins, or that it is; null for a control device.
    DeviceObject physical;
    /// For a physical device object of a bus driver; null for others.
    PdoInit pdo;
    /// WdfFdoInitSetDefaultChildListConfig, and the attributes of the list; null if the driver wants none.
    FxChildList.Config childList;
    Attributes childListAttributes;
    /// WdfFdoInitSetFilter was called.
    boolean filter;
    /// The addresses in WDF_PNPPOWER_EVENT_CALLBACKS, by {@link PnpEvent}.
    final long[] pnpCallbacks = new long[PnpEvent.values().length];
    /// The addresses in WDF_FDO_EVENT_CALLBACKS: EvtDeviceFilterAddResourceRequirements, …FilterRemoveResourceRequirements, …RemoveAddedResources.
    final long[] fdoCallbacks = new long[3];
    /// The addresses in WDF_POWER_POLICY_EVENT_CALLBACKS, by {@link PolicyEvent}.
    final long[] policyCallbacks = new long[PolicyEvent.values().length];
    /// WdfDeviceInitSetPowerPolicyOwnership; null if the driver leaves it to the framework.
    Boolean powerPolicyOwner;
    /// EvtDeviceShutdownNotification of a control device, and its WDF_DEVICE_SHUTDOWN_FLAGS.
    long shutdown;
    int shutdownFlags;
    boolean powerPageable = true;
    /// WdfDeviceInitAssignWdmIrpPreprocessCallback, by major function.
    final Map<Integer, WdmDispatch.Preprocess> preprocess = new HashMap<>();
    /// What was made of it.
    FxDevice created;
    boolean used;

    DeviceInit(FxDriver driver, Region block) {
        this.driver = driver;
        this.block = block;
    }

    boolean isControl() {
        return physical == null && pdo == null;
    }

    /// OBJ-154: by default the function device, never a filter; without a function driver the physical device.
    boolean ownsPowerPolicy() {
        return pdo != null ? powerPolicyOwner != null ? powerPolicyOwner : pdo.raw : physical != null && (powerPolicyOwner != null ? powerPolicyOwner : !filter);
    }
}
