package wdfs.win32;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import wdfs.io.DeviceInterfaces;
import wdfs.io.Devnode;
import wdfs.io.DriverObject;
import wdfs.io.IoManager;
import wdfs.io.Irp;
import wdfs.io.PnpManager;
import wdfs.io.PowerManager;
import wdfs.kernel.LookasideLists;
import wdfs.kernel.Registry;
import wdfs.kernel.SystemThread;
import wdfs.kernel.SystemThreads;
import wdfs.kernel.Waitable;
import wdfs.kernel.Waits;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.CompiledImage;
import wdfs.runtime.Events;
import wdfs.runtime.LoadedImage;
import wdfs.runtime.Machine;
import wdfs.runtime.Report;

/// Loading and unloading drivers.
public final class Drivers {
    private static final int OBJECT_NAME_NOT_FOUND = 0xC0000034;
    private static final int INVALID_DEVICE_REQUEST = 0xC0000010;

    private final Machine machine;
    private final Map<String, CompiledImage> known = new LinkedHashMap<>();
    private final Map<String, DriverObject> loaded = new LinkedHashMap<>();
    private int lost;

    public Drivers(Machine machine) {
        this.machine = machine;
        IoManager.of(machine).inSystemThread = work -> machine.scheduler.start(new SystemThread(machine, work));
    }

    public static Drivers of(Machine machine) {
        return machine.part(Drivers.class, Drivers::new);
    }

    public void declare(CompiledImage image) {
        known.put(image.info().name(), image);
        Registry.of(machine).service(image.info().name(), image.info().parameters());
    }

    /// Loads a driver: maps its image, calls DriverEntry. @return DriverEntry's status
    public int load(Caller caller, String name) {
        CompiledImage code = known.get(name);
        if (code == null) {
            return OBJECT_NAME_NOT_FOUND;
        }
        if (loaded.containsKey(name)) {
            return 0xC000010E;                                        // STATUS_IMAGE_ALREADY_LOADED
        }
        LoadedImage image = new LoadedImage(code, null);
        image.load(machine);
        IoManager io = IoManager.of(machine);
        DriverObject driver = io.newDriver(image);
        loaded.put(name, driver);
        Region path = machine.need(machine.nonpaged, 16 + 2L * (name.length() + 1), "RegistryPath");
        byte[] text = (Registry.SERVICES + name).getBytes(java.nio.charset.StandardCharsets.UTF_16LE);
        Region characters = machine.need(machine.paged, text.length + 2L, "RegistryPath");
        machine.memory.store(null, characters.base, text);
        machine.memory.store(null, path.base, new byte[] {(byte) text.length, (byte) (text.length >> 8), (byte) (text.length + 2), (byte) (text.length + 2 >> 8)});
        machine.memory.field64(path.base + 8, characters.base);
        machine.memory.store(null, path.base + 16, name.getBytes(java.nio.charset.StandardCharsets.UTF_16LE));    // ServiceKeyName
        LoadedImage before = caller.image;
        caller.image = image;
        int status;
        try {
            status = (int) code.dispatch(code.info().entryIndex(), caller, new long[] {driver.address(), path.base});
            if (driver.dispatcher != null) {
                driver.dispatcher.entered(caller, status);
            } else if (status >= 0 && code.info().kind().equals("KMDF_DRIVER")) {
                machine.violation(new Report.Builder(Report.Kind.VIOLATION, "DriverCreate", "VER-300", "DriverEntry of driver %s succeeded and has not called WdfDriverCreate".formatted(name))
                        .help("WdfDriverCreate is the first call of the framework in DriverEntry").build(), name);
            }
        } finally {
            caller.image = before;
            machine.nonpaged.free(path);
            machine.paged.free(characters);
        }
        for (var device : driver.devices) {
            if (driver.dispatcher == null) {
                device.flags(device.flags() & ~0x80);                 // the I/O manager ends the initialisation of what DriverEntry made
            }
        }
        if (status < 0) {
            machine.emit(new Events.Printed("wdfs", "driver %s failed to load: DriverEntry returned %s".formatted(name, machine.statuses.name(status))));
            release(caller, driver);
        }
        return status;
    }

    /// For PnP: a driver that starts on demand is loaded when a devnode needs it. Null if that fails.
    public DriverObject forDevice(Caller caller, String name) {
        if (!loaded.containsKey(name) && load(caller, name) < 0) {
            return null;
        }
        return loaded.get(name);
    }

    /// Unloads a driver: its unload routine, then its image goes, and what it left is told.
    public int unload(Caller caller, String name) {
        DriverObject driver = loaded.get(name);
        if (driver == null) {
            return OBJECT_NAME_NOT_FOUND;
        }
        if (PnpManager.of(machine).nodes().stream().anyMatch(n -> n.isInUse() && n.drivers().contains(name))) {
            return INVALID_DEVICE_REQUEST;                            // OBJ-064: its devices go first
        }
        if (driver.openFiles > 0) {
            // As on Windows: the call succeeds, no new file can be opened, and the driver goes when the last one is closed.
            driver.unloadPending = true;
            IoManager.of(machine).whenIdle = idle -> machine.scheduler.start(new SystemThread(machine, c -> unload(c, idle.name())));
            return 0;
        }
        LoadedImage before = caller.image;
        caller.image = driver.image;
        try {
            if (driver.dispatcher != null) {
                driver.dispatcher.unload(caller);
            } else if (driver.unloadRoutine() != 0) {
                caller.invoke(driver.unloadRoutine(), driver.address());
            }
        } finally {
            caller.image = before;
        }
        notifications(driver);
        release(caller, driver);
        leaks(driver);
        return 0;
    }

    /// Windows does not unload a driver that PnP may still call.
    private void notifications(DriverObject driver) {
        int left = DeviceInterfaces.of(machine).forget(driver);
        if (left > 0) {
            machine.violation(new Report.Builder(Report.Kind.LEAK, "NotificationLeak", "OBJ-064",
                    "driver %s unloads and leaves %s with PnP; Windows would keep it loaded".formatted(driver.name(), Report.count(left, "registration")))
                    .help("IoUnregisterPlugPlayNotification before the driver's unload routine returns").build(), "");
        }
    }

    private void release(Caller caller, DriverObject driver) {
        for (var device : new ArrayList<>(driver.devices)) {
            IoManager.of(machine).deleteDevice(device);
        }
        LookasideLists.unloading(machine, driver.image);
        SystemThreads.unloading(machine, driver.image);
        loaded.remove(driver.name());
        driver.unloaded = true;
        driver.image.unload(machine);
        IoManager.of(machine).forget(driver);
    }

    /// MEM-146, MEM-181: pool and MDLs that the driver did not free.
    private void leaks(DriverObject driver) {
        List<Region> left = new ArrayList<>();
        machine.memory.eachKernelRegion(region -> {
            if (!region.freed && (region.kind.equals("Pool") || region.kind.equals("MDL")) && region.owner.equals(driver.name())) {
                left.add(region);
            }
        });
        if (left.isEmpty()) {
            return;
        }
        left.forEach(region -> region.told = true);
        List<String> lists = LookasideLists.left(machine, driver.image);
        if (!machine.verifierOn()) {
            Report.Builder leak = new Report.Builder(Report.Kind.LEAK, "PoolLeak", "MEM-146",
                    "driver %s unloads and leaves %s of pool".formatted(driver.name(), Report.count(left.size(), "block")));
            left.stream().limit(8).forEach(r -> leak.fact("left", r.label() + ", " + Report.count(r.size, "byte") + ", allocated " + r.allocatedAt));
            lists.forEach(list -> leak.fact("list", list));
            machine.violation(leak.build(), "");
            return;
        }
        Report.Builder report = new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_VERIFIER_DETECTED_VIOLATION", "MEM-146",
                "driver %s unloads and leaves %d pool %s".formatted(driver.name(), left.size(), left.size() == 1 ? "block" : "blocks")).code(0xC4, 0x62, driver.address(), 0, left.size());
        for (int i = 0; i < left.size() && i < 8; i++) {
            report.fact(i == 0 ? "left" : "", left.get(i).label() + ", " + left.get(i).size + " bytes, allocated " + left.get(i).allocatedAt);
        }
        lists.forEach(list -> report.fact("list", list));
        throw machine.bugCheck(report.build());
    }

    public List<String> loadedNames() {
        return List.copyOf(loaded.keySet());
    }

    // ---- from scripts ----------------------------------------------------------------------------------------------------------------

    /// A system thread does it; the script's thread waits.
    private int inSystemThread(Caller caller, java.util.function.ToIntFunction<Caller> work) {
        int[] status = new int[1];
        Done done = new Done();
        SystemThread thread = new SystemThread(machine, c -> {
            status[0] = work.applyAsInt(c);
            done.ended = true;
            done.changed();
        });
        machine.scheduler.start(thread);
        Waits.wait(caller, List.of(done), false, Waits.FOREVER);
        return status[0];
    }

    private static final class Done extends Waitable {
        boolean ended;

        @Override public boolean isSignaled() { return ended; }
        @Override public void satisfied() {}
        @Override public String waitName() { return "the system"; }
    }

    /// What PnP or the power manager does for a script: with the devnode of that name. @return its status
    int withDevnode(Caller caller, String name, java.util.function.ToIntBiFunction<Caller, Devnode> work) {
        Devnode node = PnpManager.of(machine).node(name);
        return node == null ? OBJECT_NAME_NOT_FOUND : inSystemThread(caller, c -> work.applyAsInt(c, node));
    }

    int power(Caller caller, int state) {
        return inSystemThread(caller, c -> PowerManager.of(machine).enter(c, state));
    }

    int loadFrom(Caller caller, String name) {
        return inSystemThread(caller, c -> load(c, name));
    }

    int unloadFrom(Caller caller, String name) {
        return inSystemThread(caller, c -> {
            DriverObject driver = loaded.get(name);
            boolean kept = driver != null && driver.dispatcher != null && driver.dispatcher.isKeptByControlDevice();
            return kept ? INVALID_DEVICE_REQUEST : unload(c, name);      // OBJ-136: only the end of the system unloads it
        });
    }

    /// Tells of the requests that nobody completed (VER-172).
    public void neverCompleted() {
        for (Irp irp : IoManager.of(machine).pending()) {
            if (irp.reportedLost) {
                continue;
            }
            irp.reportedLost = true;
            Report report = new Report.Builder(Report.Kind.VIOLATION, "RequestNotCompleted", "VER-172",
                    "request #%d was never completed; driver %s has it".formatted(irp.number, irp.holder)).blank().subject(irp)
                    .story(irp).help("every request that a driver gets must be completed once, on every path").build();
            machine.violation(report, "irp" + irp.number);
            lost++;
        }
    }

    /// How many requests have been told of that nobody completed.
    public int lostRequests() {
        return lost;
    }
}
