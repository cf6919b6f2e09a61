package wdfs.wdf;

import wdfs.io.DriverObject;
import wdfs.io.IoManager;
import wdfs.kernel.KernelApi;
import wdfs.runtime.Caller;
import wdfs.runtime.ImageLayout;
import wdfs.runtime.Native;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// DDIs of WDFDRIVER.
public final class DriverApi {
    private static final int NON_PNP = 1;
    private static final int NO_DISPATCH_OVERRIDE = 2;
    private static final int COMPANION = 0x10;
    private static final int DRIVER_INTERNAL_ERROR = 0xC0000183;

    private DriverApi() {}

    /// The framework's driver of the code that runs.
    static FxDriver current(Caller caller) {
        DriverObject driver = IoManager.of(caller).driverOf(caller.image);
        if (driver == null) {
            throw new IllegalStateException("no driver for " + (caller.image == null ? "nothing" : caller.image.name()));
        }
        if (driver.framework instanceof FxDriver found) {
            return found;
        }
        tooEarly(caller, driver);
        throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "WDF_VIOLATION", "VER-300", "driver " + driver.name() + " calls the framework before WdfDriverCreate")
                .code(0x10D, 5).stack(ScriptStack.frames(), "").help("call WdfDriverCreate first in DriverEntry").build());
    }

    /// VER-300: told before what comes of it.
    static void tooEarly(Caller caller, DriverObject driver) {
        if (driver.image.info().verifier() && caller.machine.verifierOn()) {
            caller.machine.violation(new Report.Builder(Report.Kind.VIOLATION, "DriverCreate", "VER-300", "driver " + driver.name() + " calls the framework before WdfDriverCreate")
                    .stack(ScriptStack.frames(), "").help("WdfDriverCreate is the first call of the framework in DriverEntry").build(), driver.name());
        }
    }

    /// OBJ-061, in its order.
    @Native
    public static int WdfDriverCreate(Caller caller, long driverObject, long registryPath, long attributes, long config, long result) {
        Framework.required(caller, driverObject, "DriverObject");
        Framework.required(caller, registryPath, "RegistryPath");
        Framework.required(caller, config, "DriverConfig");
        if (caller.memory.load32(config) != Layouts.DRIVER_CONFIG) {
            return 0xC0000004;
        }
        int flags = caller.memory.load32(config + 0x18);
        if ((flags & ~(NON_PNP | NO_DISPATCH_OVERRIDE | COMPANION)) != 0) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        // In a host the DRIVER_OBJECT means nothing: the driver is known by its code.
        DriverObject driver = caller.image.isKernel() ? IoManager.of(caller).driver(driverObject) : IoManager.of(caller).driverOf(caller.image);
        if (driver == null) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        if (Framework.abovePassive(caller, driver.image.frameworkVerifier(caller.machine))) {                      // OBJ-061
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (!DeviceApi.wellFormed(caller, registryPath)) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        if (driver.framework != null) {
            return DRIVER_INTERNAL_ERROR;
        }
        if (result != 0) {
            caller.memory.store64(result, 0);
        }
        long deviceAdd = caller.memory.load64(config + 8);
        if ((flags & NO_DISPATCH_OVERRIDE) == 0 && (flags & NON_PNP) != 0 && deviceAdd != 0) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        Attributes read = Attributes.read(caller, attributes);
        int status = read.check(false, false, true, true);
        if (status < 0) {
            return status;
        }
        FxDriver object = new FxDriver(caller.machine, driver, deviceAdd, caller.memory.load64(config + 0x10), flags,
                caller.process, caller.image.isKernel() ? caller.machine.nonpaged : caller.process.frameworkHeap(), Constraints.ofDriver(read, !caller.image.isKernel()));
        object.tag(caller.memory.load32(config + 0x1C));
        status = object.commit(caller, read);
        if (status < 0) {
            return status;
        }
        driver.framework = object;
        driver.dispatcher = object;
        if (!caller.image.isKernel()) {                               // the host has set the dispatch routines
            if (result != 0) {
                caller.memory.store64(result, object.handle);
            }
            return 0;
        }
        long dispatch = ImageLayout.KERNEL_NATIVES + 16L * caller.machine.natives.ordinal("FxDispatch");
        for (int i = 0; i <= 27; i++) {
            driver.put64(DriverObject.MAJOR_FUNCTION + 8 * i, dispatch);
        }
        if (result != 0) {
            caller.memory.store64(result, object.handle);
        }
        return 0;
    }

    @Native
    public static long WdfGetDriver(Caller caller) {
        return current(caller).handle;
    }

    @Native
    public static long WdfDriverWdmGetDriverObject(Caller caller, long driver) {
        return Framework.object(caller, driver, FxDriver.class, "WDFDRIVER").driver.address();
    }

    @Native
    public static long WdfDeviceGetDriver(Caller caller, long device) {
        return Framework.object(caller, device, FxDevice.class, "WDFDEVICE").driver.handle;
    }

    // ---- the framework's version -----------------------------------------------------------------------------------------------------

    /// Of the newest framework that is there: the drivers of older ones run on it as well.
    private static final int MINOR_VERSION = 33;

    private static FxDriver driver(Caller caller, long handle) {
        return Framework.object(caller, handle, FxDriver.class, "WDFDRIVER");
    }

    @Native
    public static int WdfDriverRetrieveVersionString(Caller caller, long handle, long string) {
        FxDriver driver = driver(caller, handle);
        Framework.required(caller, string, "String");
        if (Framework.abovePassive(caller, driver.verifier())) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        FxString target = Framework.object(caller, string, FxString.class, "WDFSTRING");
        boolean assigned = target.assign("%s Mode Driver Framework %sversion %d.%d.0".formatted(driver.inHost() ? "User" : "Kernel", driver.verifier() ? "(verifier on) " : "",
                driver.inHost() ? 2 : 1, MINOR_VERSION));
        return assigned ? 0 : Framework.STATUS_INSUFFICIENT_RESOURCES;
    }

    @Native
    public static int WdfDriverIsVersionAvailable(Caller caller, long handle, long params) {
        FxDriver driver = driver(caller, handle);
        Framework.required(caller, params, "VersionAvailableParams");
        if (Framework.abovePassive(caller, driver.verifier()) || caller.memory.load32(params) != 12) {
            return 0;
        }
        return caller.memory.load32(params + 4) == (driver.inHost() ? 2 : 1) && Integer.compareUnsigned(caller.memory.load32(params + 8), MINOR_VERSION) <= 0 ? 1 : 0;
    }

    @Native
    public static void WdfVerifierKeBugCheck(Caller caller, int code, long first, long second, long third, long fourth) {
        KernelApi.KeBugCheckEx(caller, code, first, second, third, fourth);
    }

    /// The text ends with a zero and stays the framework's.
    @Native
    public static long WdfDriverGetRegistryPath(Caller caller, long handle) {
        FxDriver driver = driver(caller, handle);
        return Framework.abovePassive(caller, driver.verifier()) ? 0 : driver.registryPath();
    }
}
