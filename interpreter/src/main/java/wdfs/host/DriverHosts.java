package wdfs.host;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import wdfs.io.DeviceObject;
import wdfs.io.Devnode;
import wdfs.io.DriverObject;
import wdfs.io.IoManager;
import wdfs.io.PnpManager;
import wdfs.kernel.Registry;
import wdfs.kernel.SystemThread;
import wdfs.runtime.Caller;
import wdfs.runtime.CompiledImage;
import wdfs.runtime.Events;
import wdfs.runtime.ImageLayout;
import wdfs.runtime.LoadedImage;
import wdfs.runtime.Machine;
import wdfs.runtime.Report;
import wdfs.wdf.FxDriver;
import wdfs.win32.Drivers;
import wdfs.win32.Process;

/// The driver manager of UMDF: which host a device's drivers run in, the reflector's devices, and what happens after a host has
/// ended (UMDF §10). Kernel drivers it leaves to {@link Drivers}.
public final class DriverHosts implements PnpManager.Loader {
    private static final int MOST_RESTARTS = 5;
    /// UMDF-175: so long after the last failure the count begins anew.
    private static final long FORGIVEN_NANOS = 30L * 60 * 1_000_000_000L;
    private static final int DRIVER_UNABLE_TO_LOAD = 0xC000026C;

    private final Machine machine;
    private final Map<String, CompiledImage> known = new LinkedHashMap<>();
    private final List<DriverHost> hosts = new ArrayList<>();
    private final Map<Devnode, Failures> failures = new LinkedHashMap<>();
    private DriverObject reflector;
    private DriverObject below;
    private int hostsEver;

    /// What a devnode's host did so far.
    private static final class Failures {
        int count;
        long lastNanos;
        boolean isolated;
    }

    private DriverHosts(Machine machine) {
        this.machine = machine;
    }

    public static DriverHosts of(Machine machine) {
        return machine.part(DriverHosts.class, DriverHosts::new);
    }

    /// A UMDF driver of the script; it is loaded into a host when a devnode needs it.
    public void declare(CompiledImage image) {
        known.put(image.info().name(), image);
        Registry.of(machine).service(image.info().name(), image.info().parameters());
    }

    // ---- for PnP -------------------------------------------------------------------------------------------------------------------

    @Override
    public DriverObject forDevice(Caller caller, String name) {
        return Drivers.of(machine).forDevice(caller, name);
    }

    @Override
    public boolean runsInHost(String name) {
        return known.containsKey(name);
    }

    private DriverObject systemDriver(String name, String dispatch, long base) {
        DriverObject driver = IoManager.of(machine).newSystemDriver(name);
        long routine = base + 16L * machine.natives.ordinal(dispatch);
        for (int i = 0; i <= 27; i++) {
            driver.put64(DriverObject.MAJOR_FUNCTION + 8 * i, routine);
        }
        return driver;
    }

    private DeviceObject device(DriverObject driver) {
        DeviceObject[] created = new DeviceObject[1];
        return IoManager.of(machine).createDevice(driver, 0, "", 0x22, 0, false, created) < 0 ? null : created[0];
    }

    /// Makes the reflector's device and the stack in the host, from the lowest driver up.
    @Override
    public int addHosted(Caller caller, Devnode node, List<String> names, DeviceObject physical) {
        if (reflector == null) {
            reflector = systemDriver("WUDFRd", "ReflectorDispatch", ImageLayout.KERNEL_NATIVES);
            below = systemDriver("WUDFHost", "HostBottomDispatch", ImageLayout.USER_NATIVES);
        }
        IoManager io = IoManager.of(machine);
        DeviceObject device = device(reflector);
        DeviceObject bottom = device == null ? null : device(below);
        if (bottom == null) {
            return IoManager.STATUS_INSUFFICIENT_RESOURCES;
        }
        io.attach(device, physical);
        bottom.inHost = true;
        bottom.pnpName = physical.pnpName;
        bottom.node = node;
        bottom.hardware = node.hardware;
        Map<String, String> inf = new LinkedHashMap<>();
        for (String name : names) {
            inf.putAll(known.get(name).info().inf());
        }
        if (names.contains(node.function())) {                        // its INF has the last word
            inf.putAll(known.get(node.function()).info().inf());
        }
        ReflectedStack stack = new ReflectedStack(this, node, device, hostFor(node, inf), bottom, inf);
        int[] status = {0};
        for (String name : names) {
            status[0] = stack.host.call(caller, "the adding of device " + node.name, stack, thread -> add(thread, stack, name));
            if (status[0] < 0) {
                return status[0];
            }
        }
        return stack.settle();
    }

    private int add(Caller thread, ReflectedStack stack, String name) {
        DriverHost host = stack.host;
        if (host.driver(name) == null) {
            int status = host.load(thread, known.get(name));
            if (status < 0) {
                log("driver %s failed to load: DriverEntry returned %s".formatted(name, machine.statuses.name(status)));
                return DRIVER_UNABLE_TO_LOAD;
            }
        }
        DriverObject driver = host.driver(name);
        if (!(driver.framework instanceof FxDriver framework)) {
            return DRIVER_UNABLE_TO_LOAD;
        }
        LoadedImage before = thread.image;
        thread.image = driver.image;
        try {
            return framework.addDevice(thread, stack.bottom());
        } finally {
            thread.image = before;
        }
    }

    /// UMDF-008, UMDF-142, UMDF-149, UMDF-175: the pool, or a host of the device's own.
    private DriverHost hostFor(Devnode node, Map<String, String> inf) {
        boolean alone = inf.getOrDefault("UmdfHostProcessSharing", "").equals("ProcessSharingDisabled") || failures.containsKey(node) && failures.get(node).isolated;
        String name = inf.containsKey("UmdfHostPriority") ? "WUDFHost-High" : "WUDFHost";
        if (!alone) {
            for (DriverHost host : hosts) {
                if (host.pooled && !host.isTerminated() && host.processName().equals(name)) {
                    return host;
                }
            }
        }
        hostsEver++;
        String process = !alone ? name : "WUDFHost-" + node.name;
        DriverHost host = new DriverHost(this, machine, process, hostsEver, !alone);
        hosts.add(host);
        return host;
    }

    /// The hosts that there are.
    public List<Process> processes() {
        return List.copyOf(hosts);
    }

    void gone(DriverHost host) {
        hosts.remove(host);
    }

    // ---- after a failure -------------------------------------------------------------------------------------------------------------

    /// A line of the system log.
    void log(String text) {
        machine.emit(new Events.Printed("wdfs", text));
    }

    void inSystemThread(Consumer<Caller> work) {
        machine.scheduler.start(new SystemThread(machine, work));
    }

    /// UMDF-173, UMDF-175: counts, and says what will be.
    /// @param guilty its drivers ended the host, not those of a device beside it
    void failed(ReflectedStack stack, boolean guilty) {
        Devnode node = stack.node();
        Failures past = failures.computeIfAbsent(node, _ -> new Failures());
        long now = machine.clock.nowNanos();
        past.count = past.count > 0 && now - past.lastNanos >= FORGIVEN_NANOS ? 1 : past.count + 1;
        past.lastNanos = now;
        log("event 10110  device %s: a problem with a driver in its host process %s, which was ended".formatted(node.name, stack.host.processName()));
        if (stack.isRemoving()) {
            return;
        }
        if (stack.host.pooled && past.count > 1 && guilty) {
            past.isolated = true;
        }
        int left = MOST_RESTARTS + 1 - past.count;
        log(left > 0 ? "event 10111  device %s: offline; restarts when all its handles are closed (%s left)".formatted(node.name, Report.count(left, "restart"))
                : "event 10112  device %s: offline, and stays so".formatted(node.name));
    }

    /// UMDF-174: no file is open on the device any more: it starts again, in a new host.
    void restart(ReflectedStack stack) {
        Devnode node = stack.node();
        boolean again = failures.get(node).count <= MOST_RESTARTS;
        inSystemThread(caller -> PnpManager.of(machine).restart(caller, node, again));
    }
}
