package wdfs.wdf;

import wdfs.io.DeviceObject;
import wdfs.io.IoManager;
import wdfs.kernel.Namespace;
import wdfs.kernel.RtlApi;
import wdfs.machine.LongMap;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;

/// DDIs of PWDFDEVICE_INIT and WDFDEVICE.
public final class DeviceApi {
    private static final int INVALID_SECURITY_DESCR = 0xC0000079;

    private DeviceApi() {}

    private static final class Inits {
        final LongMap<DeviceInit> all = new LongMap<>();
    }

    static DeviceInit init(Caller caller, long address) {
        Framework.required(caller, address, "DeviceInit");
        caller.memory.load8(address);
        DeviceInit init = caller.machine.part(Inits.class, m -> new Inits()).all.get(address);
        if (init == null || init.used) {
            Framework.required(caller, 0, "DeviceInit");
        }
        return init;
    }

    @Native
    public static long WdfControlDeviceInitAllocate(Caller caller, long driver, long sddl) {
        FxDriver owner = Framework.object(caller, driver, FxDriver.class, "WDFDRIVER");
        Framework.required(caller, sddl, "SDDLString");
        Region block = caller.machine.nonpaged.allocate(64, "WDFDEVICE_INIT", true);
        if (block == null) {
            return 0;
        }
        DeviceInit init = new DeviceInit(owner, block);
        init.sddl = RtlApi.unicode(caller.memory, sddl);
        caller.machine.part(Inits.class, m -> new Inits()).all.put(block.base, init);
        return block.base;
    }

    /// What EvtDriverDeviceAdd is given for a device of PnP's; null without memory.
    static DeviceInit initFor(Caller caller, FxDriver driver, DeviceObject physical) {
        Region block = driver.heap.allocate(64, "WDFDEVICE_INIT", true);
        if (block == null) {
            return null;
        }
        DeviceInit init = new DeviceInit(driver, block);
        init.physical = physical;
        caller.machine.part(Inits.class, m -> new Inits()).all.put(block.base, init);
        return init;
    }

    /// For a physical device object: what EvtChildListCreateDevice and the callers of WdfPdoInitAllocate get; null without memory.
    /// @param entry null for a device that the driver reports itself
    static DeviceInit initForChild(Caller caller, FxDevice parent, FxChildList.Entry entry) {
        DeviceInit init = initFor(caller, parent.driver, null);
        if (init != null) {
            init.pdo = new PdoInit(parent, entry);
        }
        return init;
    }

    static void release(Caller caller, DeviceInit init) {
        if (!init.used) {
            init.used = true;
            init.driver.heap.free(init.block);
        }
    }

    @Native
    public static void WdfDeviceInitFree(Caller caller, long address) {
        DeviceInit init = init(caller, address);
        if (init.physical != null || init.pdo != null && init.pdo.entry != null) {       // OBJ-134: EvtDriverDeviceAdd's belongs to the framework
            Framework.broken(caller, "WdfDeviceInitFree is for what WdfControlDeviceInitAllocate and WdfPdoInitAllocate gave", "OBJ-134", null);
            return;
        }
        release(caller, init);
    }

    /// OBJ-151.
    @Native
    public static void WdfFdoInitSetFilter(Caller caller, long address) {
        DeviceInit init = init(caller, address);
        if (init.physical == null) {
            Framework.broken(caller, "only a device of a plug-and-play stack can be a filter", "OBJ-151", null);
            return;
        }
        init.filter = true;
    }

    @Native
    public static long WdfFdoInitWdmGetPhysicalDevice(Caller caller, long address) {
        DeviceInit init = init(caller, address);
        return init.physical == null ? 0 : init.physical.address();
    }

    private static final int PNP_POWER_CALLBACKS = 0x90;

    @Native
    public static void WdfDeviceInitSetPnpPowerEventCallbacks(Caller caller, long address, long callbacks) {
        DeviceInit init = init(caller, address);
        Framework.required(caller, callbacks, "PnpPowerEventCallbacks");
        if (caller.memory.load32(callbacks) != PNP_POWER_CALLBACKS) {
            Framework.broken(caller, "WDF_PNPPOWER_EVENT_CALLBACKS has the wrong Size: WDF_PNPPOWER_EVENT_CALLBACKS_INIT sets it", "OBJ-090", null);
            return;
        }
        for (int i = 0; i < init.pnpCallbacks.length; i++) {
            init.pnpCallbacks[i] = caller.memory.load64(callbacks + 8 + 8L * i);
        }
    }

    @Native
    public static int WdfDeviceInitAssignName(Caller caller, long address, long name) {
        DeviceInit init = init(caller, address);
        init.name = name == 0 ? "" : RtlApi.unicode(caller.memory, name);
        return 0;
    }

    @Native
    public static int WdfDeviceInitAssignSDDLString(Caller caller, long address, long sddl) {
        DeviceInit init = init(caller, address);
        init.sddl = sddl == 0 ? "" : RtlApi.unicode(caller.memory, sddl);
        return 0;
    }

    /// OBJ-081: like a descriptor it wants a device with a name. No registry of a script has descriptors for classes.
    @Native
    public static void WdfDeviceInitSetDeviceClass(Caller caller, long address, long guid) {
        DeviceInit init = init(caller, address);
        Framework.required(caller, guid, "DeviceClassGuid");
        caller.memory.load8(guid);
        init.hasClass = true;
    }

    /// KBUF-013 in KMDF, UMDF-015 in UMDF, which has no neither, and lets the framework choose.
    private static boolean known(Caller caller, DeviceInit init, int type) {
        boolean host = init.driver.inHost();
        if (host ? type >= 2 && type <= 4 : type >= 1 && type <= 3) {
            return true;
        }
        if (init.driver.verifier()) {
            Framework.broken(caller, "the I/O type %d does not exist in %s; the setting stays as it was".formatted(type, host ? "UMDF" : "KMDF"),
                    host ? "UMDF-015" : "KBUF-013", null);
        }
        return false;
    }

    @Native
    public static void WdfDeviceInitSetIoType(Caller caller, long address, int type) {
        DeviceInit init = init(caller, address);
        if (known(caller, init, type)) {
            init.ioType = type;
            init.controlIoType = 2;                                    // UMDF-017
            init.threshold = 0;
        }
    }

    @Native
    public static void WdfDeviceInitSetIoTypeEx(Caller caller, long address, long config) {
        DeviceInit init = init(caller, address);
        if (caller.memory.load32(config) != Layouts.IO_TYPE_CONFIG) {
            return;                                                    // KBUF-012, UMDF-015: ignored without a word
        }
        int type = caller.memory.load32(config + 4);
        int control = caller.memory.load32(config + 8);
        // UMDF-016: all or nothing. KMDF looks at the first alone.
        if (known(caller, init, type) && (!init.driver.inHost() || known(caller, init, control))) {
            init.ioType = type;
            init.controlIoType = control;
            init.threshold = caller.memory.load32(config + 12);
        }
    }

    @Native
    public static void WdfDeviceInitSetExclusive(Caller caller, long address, int exclusive) {
        init(caller, address).exclusive = exclusive != 0;
    }

    @Native
    public static void WdfDeviceInitSetDeviceType(Caller caller, long address, int type) {
        init(caller, address).deviceType = type;
    }

    @Native
    public static void WdfDeviceInitSetCharacteristics(Caller caller, long address, int characteristics, int or) {
        DeviceInit init = init(caller, address);
        init.characteristics = or != 0 ? init.characteristics | characteristics : characteristics;
    }

    @Native
    public static void WdfDeviceInitSetIoInCallerContextCallback(Caller caller, long address, long callback) {
        DeviceInit init = init(caller, address);
        Framework.required(caller, callback, "EvtIoInCallerContext");    // KBUF-154
        init.callerContext = callback;
    }

    @Native
    public static void WdfDeviceInitSetRequestAttributes(Caller caller, long address, long attributes) {
        DeviceInit init = init(caller, address);
        Framework.required(caller, attributes, "RequestAttributes");
        Attributes read = Attributes.read(caller, attributes);
        if (valid(caller, read, read.check(false, false, false, false))) {
            init.requestAttributes = read;
        }
    }

    /// Attributes that are wrong are told, and the call has no effect.
    private static boolean valid(Caller caller, Attributes attributes, int status) {
        if (status < 0) {
            Framework.broken(caller, "these WDF_OBJECT_ATTRIBUTES give " + caller.machine.statuses.name(status), attributes.parent() != 0 ? "OBJ-044" : "OBJ-046", null);
        }
        return status >= 0;
    }

    @Native
    public static void WdfDeviceInitSetFileObjectConfig(Caller caller, long address, long config, long attributes) {
        DeviceInit init = init(caller, address);
        Framework.required(caller, config, "FileObjectConfig");
        Attributes files = attributes == 0 ? null : Attributes.read(caller, attributes);
        if (files != null && !valid(caller, files, files.check(true, false, true, true))) {
            return;
        }
        init.fileConfig = true;
        init.fileCreate = caller.memory.load64(config + 8);
        init.fileClose = caller.memory.load64(config + 0x10);
        init.fileCleanup = caller.memory.load64(config + 0x18);
        init.autoForward = caller.memory.load32(config + 0x20);
        init.fileClass = caller.memory.load32(config + 0x24);
        init.fileAttributes = files;
    }

    @Native
    public static int WdfDeviceCreate(Caller caller, long initPointer, long attributes, long result) {
        Framework.required(caller, initPointer, "DeviceInit");
        DeviceInit init = init(caller, caller.memory.load64(initPointer));
        Framework.required(caller, result, "Device");
        Attributes read = Attributes.read(caller, attributes);
        if (Framework.abovePassive(caller, init.driver.verifier())) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        int status = read.check(false, false, true, true);
        if (status < 0) {
            return status;
        }
        Constraints constraints = init.driver.constraints.with(read);
        if (init.fileAttributes != null && !constraints.suitsFiles(init.fileAttributes)) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;           // REQ-180
        }
        if (!init.isControl() && init.pdo == null && init.name.isEmpty() && (!init.sddl.isEmpty() || init.hasClass)) {
            return INVALID_SECURITY_DESCR;                            // OBJ-081: a descriptor needs a name; a control device is given one
        }
        DeviceObject[] created = new DeviceObject[1];
        DeviceObject below = init.physical == null ? null : init.physical.top();
        if (init.filter) {                                            // KBUF-024, IOM-046
            init.deviceType = below.deviceType();
            init.characteristics = below.characteristics();
        }
        status = IoManager.of(caller).createDevice(init.driver.driver, 0, (init.isControl() || init.pdo != null) && init.name.isEmpty() ? IoManager.of(caller).generatedName() : init.name, init.deviceType, init.characteristics, init.exclusive, created);
        if (status < 0) {
            return status;
        }
        DeviceObject device = created[0];
        device.sddl = init.sddl;
        int method = DeviceObject.DO_BUFFERED_IO | DeviceObject.DO_DIRECT_IO;
        device.inHost = init.driver.inHost();
        device.flags(device.flags() | (init.filter ? below.flags() & method
                : init.ioType == 2 ? DeviceObject.DO_BUFFERED_IO : init.ioType == 3 ? DeviceObject.DO_DIRECT_IO : 0));   // KBUF-020
        if (below != null) {
            IoManager.of(caller).attach(device, below);
        }
        if (!init.isControl() && (init.filter ? (below.flags() & DeviceObject.DO_POWER_PAGABLE) != 0 : init.powerPageable)) {       // OBJ-182
            device.flags(device.flags() | DeviceObject.DO_POWER_PAGABLE);
        }
        if (init.pdo != null) {
            init.physical = device;
            device.pnpName = device.name;
            if (init.pdo.forwardsToParent) {                          // REQ-166: the way goes through the parent's stack as well
                device.stackSize(device.stackSize() + init.pdo.parent.device.stackSize());
            }
        }
        if (!init.preprocess.isEmpty()) {                             // the driver gets a location of its own, for its completion routine
            device.stackSize(device.stackSize() + 1);
        }
        FxDevice object = new FxDevice(caller.machine, init.driver, device, init, constraints);
        init.created = object;
        status = object.commit(caller, read);
        if (status >= 0 && init.childList != null) {
            FxChildList list = new FxChildList(object, init.childList);
            status = list.commit(caller, init.childListAttributes);
            if (status >= 0) {
                object.bus.byDefault = list;
                object.bus.add(list);
            } else {
                object.unseen();
                object.delete(caller);
            }
        }
        if (status < 0) {
            init.created = null;
            return status;
        }
        if (init.shutdown != 0) {
            IoManager io = IoManager.of(caller);
            if ((init.shutdownFlags & 1) != 0) {
                io.shutdownNotification(device, false);
            }
            if ((init.shutdownFlags & 2) != 0) {
                io.shutdownNotification(device, true);
            }
        }
        if (init.pdo != null) {
            device.flags(device.flags() & ~DeviceObject.DO_DEVICE_INITIALIZING);
        }
        release(caller, init);
        caller.memory.store64(initPointer, 0);                        // OBJ-080: the init record is gone
        caller.memory.store64(result, object.handle);
        return 0;
    }

    /// A UNICODE_STRING whose lengths are even and fit, and whose buffer is there.
    static boolean wellFormed(Caller caller, long string) {
        int length = caller.memory.load16(string) & 0xFFFF;
        int maximum = caller.memory.load16(string + 2) & 0xFFFF;
        return length % 2 == 0 && maximum % 2 == 0 && length <= maximum && caller.memory.load64(string + 8) != 0;
    }

    private static FxDevice device(Caller caller, long handle) {
        return Framework.object(caller, handle, FxDevice.class, "WDFDEVICE");
    }

    @Native
    public static int WdfDeviceCreateSymbolicLink(Caller caller, long handle, long name) {
        FxDevice device = device(caller, handle);
        Framework.required(caller, name, "SymbolicLinkName");
        if (caller.memory.load16(name) == 0) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (Framework.abovePassive(caller, device.verifier())) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (!wellFormed(caller, name)) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        if (!device.links.isEmpty()) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        // OBJ-085: a function or filter device without a name of its own links to the physical device's.
        String to = device.init.name.isEmpty() && !device.isControl() ? device.init.physical.pnpName : device.init.name;
        if (to.isEmpty()) {
            return Framework.STATUS_INVALID_DEVICE_STATE;             // the name that the system made up does not count
        }
        String link = RtlApi.unicode(caller.memory, name);
        Namespace names = Namespace.of(caller.machine);
        if (!names.hasDirectory(link)) {
            return IoManager.STATUS_OBJECT_PATH_NOT_FOUND;
        }
        if (!names.insert(link, new Namespace.SymbolicLink(link, to))) {
            return IoManager.STATUS_OBJECT_NAME_COLLISION;
        }
        device.links.add(link);
        return 0;
    }

    @Native
    public static void WdfControlFinishInitializing(Caller caller, long handle) {
        FxDevice device = device(caller, handle);
        if (!device.isControl()) {                                    // OBJ-133
            Framework.broken(caller, device.label() + " is no control device: the framework itself ends its initialisation", "OBJ-133", null);
            return;
        }
        device.finishInitializing();
    }

    @Native
    public static long WdfDeviceWdmGetDeviceObject(Caller caller, long handle) {
        return device(caller, handle).device.address();
    }

    @Native
    public static long WdfWdmDeviceGetWdfDeviceHandle(Caller caller, long deviceObject) {
        DeviceObject device = IoManager.of(caller).device(deviceObject);
        return device != null && device.framework instanceof FxDevice found ? found.handle : 0;
    }

    /// The device that this one is attached to; NULL for a control device.
    @Native
    public static long WdfDeviceWdmGetAttachedDevice(Caller caller, long handle) {
        FxDevice device = device(caller, handle);
        return device.lower == null ? 0 : device.lower.address();
    }

    @Native
    public static long WdfDeviceWdmGetPhysicalDevice(Caller caller, long handle) {
        FxDevice device = device(caller, handle);
        return device.isControl() ? 0 : device.init.physical.address();
    }

    /// OBJ-093.
    @Native
    public static long WdfDeviceGetIoTarget(Caller caller, long handle) {
        FxTarget target = device(caller, handle).localTarget;
        return target == null ? 0 : target.handle;
    }

    @Native
    public static long WdfDeviceGetDefaultQueue(Caller caller, long handle) {
        FxDevice device = device(caller, handle);
        return device.defaultQueue == null ? 0 : device.defaultQueue.handle;
    }

    @Native
    public static int WdfDeviceConfigureRequestDispatching(Caller caller, long handle, long queueHandle, int type) {
        FxDevice device = device(caller, handle);
        FxQueue queue = Framework.object(caller, queueHandle, FxQueue.class, "WDFQUEUE");
        int major = switch (type) {                                   // WDF_REQUEST_TYPE is the major function
            case 0x0, 0x3, 0x4, 0xE, 0xF -> type;
            default -> -1;
        };
        if (major < 0) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        if (queue.device != device) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (device.finished) {
            return Framework.STATUS_INVALID_DEVICE_STATE;
        }
        if (queue.dispatchType != FxQueue.MANUAL && !queue.hasHandler(major) || queue.isDefault) {
            Framework.broken(caller, queue.label() + (queue.isDefault ? " is the default queue" : " has no handler for this type of request"), "REQ-035", null);
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (device.route(major) != null) {
            Framework.broken(caller, "this type of request goes to another queue already", "REQ-035", null);
            return major == 0 ? Framework.STATUS_INVALID_PARAMETER : Framework.STATUS_WDF_BUSY;   // REQ-036
        }
        device.route(major, queue);
        return 0;
    }
}
