package wdfs.wdf;

import java.util.List;
import java.util.OptionalInt;
import wdfs.io.DeviceObject;
import wdfs.io.DriverObject;
import wdfs.kernel.Registry;
import wdfs.machine.Heap;
import wdfs.machine.Irql;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;
import wdfs.runtime.ProcessContext;
import wdfs.runtime.Report;

/// WDFDRIVER: what the framework knows of a driver.
public final class FxDriver extends FxObject implements DriverObject.FrameworkDriver {
    private static final int SHOWN = 8;
    /// `Kdd `, which means none.
    private static final int KDD = 0x2064_644B;
    public final DriverObject driver;
    final long deviceAdd;
    final long unload;
    final int flags;
    /// Where it runs: System, or its host.
    final ProcessContext process;
    final Constraints constraints;
    /// OBJ-067: held by EvtDriverDeviceAdd under a scope; a mutex at any level, for it runs at PASSIVE_LEVEL. Null without a scope.
    private final CallbackLock lock;
    private int tag;
    /// A copy of it, once the driver has asked; null before.
    private Region registryPath;

    FxDriver(Machine machine, DriverObject driver, long deviceAdd, long unload, int flags, ProcessContext process, Heap heap, Constraints constraints) {
        super(machine, "WDFDRIVER", null, heap);
        this.driver = driver;
        this.deviceAdd = deviceAdd;
        this.unload = unload;
        this.flags = flags;
        this.process = process;
        this.constraints = constraints;
        this.lock = constraints.scope() == Constraints.NONE ? null : new CallbackLock(this, true);
        driver.image.verifierSetting(setting("VerifierOn"));
        setting("VerifierAllocateFailCount").ifPresent(count -> machine.allocationsLeft(driver.name(), count));
    }

    /// VER-200: VerifierOn of the key Wdf in the driver's parameters; empty if it is not there.

    /// A setting of the framework's verifier, which stands in the registry as the driver is loaded (VER-204).
    private OptionalInt setting(String name) {
        Registry.Key key = Registry.of(machine).find(Registry.SERVICES + driver.name() + "\\Parameters\\Wdf");
        Registry.Value value = key == null ? null : key.value(name);
        if (value == null || value.type() != Registry.REG_DWORD || value.data().length != 4) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(java.nio.ByteBuffer.wrap(value.data()).order(java.nio.ByteOrder.LITTLE_ENDIAN).getInt());
    }

    /// Whether it runs in a host process (UMDF).
    public boolean inHost() {
        return !driver.image.isKernel();
    }

    /// The host is gone.
    public void lost() {
        for (FxObject child : children) {
            if (child instanceof FxDevice device) {
                device.hardware.lost();
            }
        }
        abandon();
    }

    /// VER-200.
    public boolean verifier() {
        return driver.image.frameworkVerifier(machine);
    }

    /// Whether it is bound to that version of the framework or a later one; a driver that says none has the latest.
    boolean isSince(int major, int minor) {
        String[] version = driver.image.info().version().split("\\.");
        if (version.length != 2) {
            return true;
        }
        int ofDriver = Integer.parseInt(version[0]);
        return ofDriver > major || ofDriver == major && Integer.parseInt(version[1]) >= minor;
    }

    /// Whether the driver of an object is verified; true for what belongs to no driver.
    static boolean verifies(Caller caller, FxObject object) {
        return object.home() == null ? caller.machine.verifierOn() : object.home().verifier();
    }

    /// Calls a callback of the driver's. VER-020, VER-021: it must leave IRQL and critical regions as it found them.
    long call(Caller caller, long function, long... arguments) {
        if (machine.verifier != Machine.Verifier.FULL || !verifier()) {
            return caller.invoke(function, arguments);
        }
        int irql = caller.irql();
        int regions = caller.criticalRegions;
        long result = caller.invoke(function, arguments);
        if (caller.irql() != irql) {
            throw machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "WDF_VIOLATION", "VER-020", "%s of %s returned at %s and was called at %s"
                    .formatted(caller.functionName(function), driver.name(), Irql.name(caller.irql()), Irql.name(irql))).code(0x10D, 0xE, irql, caller.irql(), 0)
                    .help("lower what was raised, and release each spin lock, on every path").build());
        }
        if (caller.criticalRegions != regions) {
            throw machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "WDF_VIOLATION", "VER-021", "%s of %s returned %s"
                    .formatted(caller.functionName(function), driver.name(), caller.criticalRegions > regions ? "inside a critical region that it entered" : "and left a critical region that it had not entered"))
                    .code(0x10D, 0xF, function, 0, 0).help("each KeEnterCriticalRegion needs a KeLeaveCriticalRegion, and each acquired wait lock a release, on every path").build());
        }
        return result;
    }

    /// OBJ-065: the tag of allocations that name none: the driver's own, or made from its name.
    void tag(int configured) {
        if (configured != 0 && configured != KDD) {
            tag = configured;
            return;
        }
        String name = driver.name();
        if (name.regionMatches(true, 0, "WDF", 0, 3)) {
            name = name.substring(3);
        }
        name = name.isEmpty() ? "FxDr" : name;
        for (int i = 0; i < 4 && i < name.length(); i++) {
            tag |= (name.charAt(i) & 0xFF) << 8 * i;
        }
    }

    int tag() {
        return tag;
    }

    /// The address of the text, for the driver to read; 0 without memory.
    long registryPath() {
        if (registryPath == null) {
            byte[] text = (Registry.SERVICES + driver.name() + "\0").getBytes(java.nio.charset.StandardCharsets.UTF_16LE);
            registryPath = heap.allocate(text.length, "RegistryPath", true);
            if (registryPath == null) {
                return 0;
            }
            machine.memory.store(heap.space(), registryPath.base, text);
        }
        return registryPath.base;
    }

    @Override
    protected void destroying(Caller caller) {
        if (registryPath != null) {
            heap.free(registryPath);
        }
    }

    /// OBJ-060: if DriverEntry fails, what it made is cleaned up, and EvtDriverUnload is not called.
    @Override
    public void entered(Caller caller, int status) {
        if (status < 0) {
            Disposals.of(machine).finish(caller, this);
            delete(caller);
            leaks();
        } else {
            finished("DriverEntry", "CtlDeviceFinishInitDrEntry");
        }
    }

    /// OBJ-132: a control device that was made and not finished can never be opened.
    private void finished(String routine, String rule) {
        for (FxObject child : children) {
            if (child instanceof FxDevice device && !device.finished && device.isControl() && verifier()) {
                machine.violation(new Report.Builder(Report.Kind.VIOLATION, rule, "VER-311", "%s of driver %s returns, and control device %s is not finished: nobody can open it"
                        .formatted(routine, driver.name(), device.label())).help("WdfControlFinishInitializing behind the creation of its queues").build(), device.label());
            }
        }
    }

    /// OBJ-063.
    @Override
    public void unload(Caller caller) {
        if (unload != 0) {
            call(caller, unload, handle);
        }
        Disposals.of(machine).finish(caller, this);
        delete(caller);
        leaks();
    }

    /// VER-220, OBJ-015: objects that references keep alive behind their driver.
    private void leaks() {
        List<FxObject> left = machine.handles.live(FxObject.class).stream().filter(object -> object.home() == this).toList();
        if (left.isEmpty()) {
            return;
        }
        left.forEach(FxObject::told);
        Report.Builder report = new Report.Builder(Report.Kind.LEAK, "ObjectLeak", "VER-220",
                "driver %s unloads and leaves %s".formatted(driver.name(), Report.count(left.size(), "framework object")));
        for (int i = 0; i < left.size() && i < SHOWN; i++) {
            report.fact(i == 0 ? "left" : "", left.get(i).remains());
        }
        machine.violation(report.help("WdfObjectDereference once for each WdfObjectReference").build(), "");
    }

    @Override
    protected boolean disposesPassive() {
        return true;
    }

    @Override
    public boolean takesDevices() {
        return deviceAdd != 0;
    }

    @Override
    public boolean isKeptByControlDevice() {
        return deviceAdd != 0 && children.stream().anyMatch(child -> child instanceof FxDevice device && device.isControl() && !device.device.isDeleted());
    }

    /// OBJ-066: EvtDriverDeviceAdd; what it created is deleted if it fails.
    @Override
    public int addDevice(Caller caller, DeviceObject physical) {
        if (deviceAdd == 0) {
            return Framework.STATUS_INVALID_DEVICE_STATE;
        }
        DeviceInit init = DeviceApi.initFor(caller, this, physical);
        if (init == null) {
            return Framework.STATUS_INSUFFICIENT_RESOURCES;
        }
        int status = (int) (lock == null ? call(caller, deviceAdd, handle, init.block.base) : lock.call(caller, this, deviceAdd, handle, init.block.base));
        if (init.created == null) {
            DeviceApi.release(caller, init);
        } else if (status < 0) {
            init.created.delete(caller);
        } else {
            init.created.finishInitializing();
        }
        if (status >= 0) {
            finished("EvtDriverDeviceAdd", "CtlDeviceFinishInitDeviceAdd");
        }
        return status;
    }

    @Override
    protected boolean mayBeDeleted() {
        return false;
    }
}
