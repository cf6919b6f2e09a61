package wdfs.hardware;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import wdfs.hardware.SimulatedDevice.Range;
import wdfs.kernel.DmaMappings;
import wdfs.machine.DeviceMemory;
import wdfs.machine.Irql;
import wdfs.machine.Memory;
import wdfs.machine.Region;
import wdfs.machine.View;
import wdfs.runtime.Caller;
import wdfs.runtime.CompiledImage;
import wdfs.runtime.HardwareShape;
import wdfs.runtime.LoadedImage;
import wdfs.runtime.Machine;
import wdfs.runtime.MachineStop;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// Where the devices of a machine are: the physical addresses and ports that each has, and the virtual addresses under which
/// drivers have mapped them. Addresses are given out in the order of the devnodes, so they are the same in each run.
public final class SystemBus implements DeviceMemory {
    private static final long FIRST_MEMORY = 0xFE00_0000L;
    private static final long MEMORY_STRIDE = 0x1_0000L;
    private static final long FIRST_PORT = 0x1000L;
    private static final long PORT_STRIDE = 0x100L;
    /// What an access takes on the bus.
    private static final long ACCESS_NANOS = 1_000;

    /// A part of a device's addresses that a driver has mapped.
    /// @param region its virtual addresses, of the kernel
    /// @param space the driver host that sees it too; null for none
    /// @param user its virtual addresses there; null if it does not
    public record Mapping(Region region, SimulatedDevice device, Range range, long offset, Memory.Space space, Region user) {
        /// The view of it that has all those bytes; null if none has.
        private Region holding(Memory.Space viewer, long address, int size) {
            Region seen = address < 0 ? region : viewer == space ? user : null;
            return seen != null && seen.contains(address) && address + size <= seen.base + seen.size ? seen : null;
        }
    }

    private final Machine machine;
    final DeviceCode code;
    private final Map<String, SimulatedDevice> devices = new LinkedHashMap<>();
    private final Map<CompiledImage, LoadedImage> images = new IdentityHashMap<>();
    /// Whose bytes the data section of an image holds.
    final Map<LoadedImage, SimulatedDevice> attended = new IdentityHashMap<>();
    /// How many `after` blocks wait.
    int delayed;
    private final List<Mapping> mappings = new ArrayList<>();
    private long nextMemory = FIRST_MEMORY;
    private long nextPort = FIRST_PORT;
    private long nextVirtual = Machine.IO_SPACE;
    private Consumer<Caller> driverWrites = caller -> {};

    private SystemBus(Machine machine) {
        this.machine = machine;
        this.code = new DeviceCode(machine);
        machine.memory.devices = this;
    }

    public static SystemBus of(Machine machine) {
        return machine.part(SystemBus.class, SystemBus::new);
    }

    /// Who wants to hear of each register and port that a driver writes.
    public void onDriverWrite(Consumer<Caller> hears) {
        driverWrites = hears;
    }

    /// A device of a devnode; switched off, until it is started.
    public SimulatedDevice add(String node, CompiledImage hardware) {
        LoadedImage image = images.get(hardware);
        if (image == null) {
            image = new LoadedImage(hardware, null);
            image.load(machine);
            images.put(hardware, image);
        }
        List<Range> ranges = new ArrayList<>();
        for (HardwareShape.Space space : hardware.info().hardware().spaces()) {
            ranges.add(new Range(space, space.port() ? ports(space.lengthBytes()) : memory(space.lengthBytes())));
        }
        SimulatedDevice device = new SimulatedDevice(this, machine, node, image, ranges);
        devices.put(node, device);
        return device;
    }

    /// On a boundary of its own length, as a PCI device's registers are.
    private long memory(long length) {
        long base = nextMemory + length - 1 & -length;
        nextMemory = base + Math.max(length, MEMORY_STRIDE);
        return base;
    }

    private long ports(long length) {
        long base = nextPort + length - 1 & -length;
        nextPort = base + Math.max(length, PORT_STRIDE);
        return base;
    }

    /// The end of the run: what the devices are made of goes.
    public void shutDown() {
        images.values().forEach(image -> image.unload(machine));
        images.clear();
    }

    public SimulatedDevice device(String node) {
        return devices.get(node);
    }

    /// What `inject` can make go wrong in the devices.
    public List<String> injectionPoints() {
        return devices.values().stream().flatMap(device -> device.injectionPoints().stream()).toList();
    }

    // ---- mappings ------------------------------------------------------------------------------------------------------------------

    /// Maps physical addresses of a device for a driver. @return the virtual address; 0 if no device is there
    long map(Caller caller, long physical, long length) {
        for (SimulatedDevice device : devices.values()) {
            Range range = range(device, false, physical, length);
            if (range != null) {
                return map(caller, device, range, physical, length, null).region().base;
            }
        }
        return 0;
    }

    /// The addresses of a device, ports or not, that hold all of these; null if none do.
    public static Range range(SimulatedDevice device, boolean ports, long address, long length) {
        for (Range range : device.ranges()) {
            if (range.space().port() == ports && range.contains(address) && length > 0 && length <= range.space().lengthBytes() - (address - range.base())) {
                return range;
            }
        }
        return null;
    }

    /// Maps a part of a device's addresses.
    /// @param user the driver host that sees it too; null for none
    public Mapping map(Caller caller, SimulatedDevice device, Range range, long physical, long length, Memory.Space user) {
        long inPage = physical & Memory.PAGE - 1;
        long pages = (inPage + length + Memory.PAGE - 1) / Memory.PAGE;
        Region region = mapped(caller, device, null, nextVirtual, inPage, length);
        nextVirtual += (pages + 1) * Memory.PAGE;
        Region seen = user == null ? null : mapped(caller, device, user, user.reserve(pages * Memory.PAGE), inPage, length);
        Mapping mapping = new Mapping(region, device, range, physical - range.base(), user, seen);
        mappings.add(mapping);
        return mapping;
    }

    private Region mapped(Caller caller, SimulatedDevice device, Memory.Space space, long page, long inPage, long length) {
        machine.memory.mapDevice(space, page, (inPage + length + Memory.PAGE - 1) / Memory.PAGE);
        Region region = new Region(page + inPage, length, "Registers of " + device.node(), machine.numbers.next("Registers of " + device.node()));
        region.owner = caller.image == null ? "" : caller.image.name();
        region.allocatedAt = "at " + ScriptStack.site();
        machine.memory.add(space, region);
        return region;
    }

    /// What a driver has mapped of a device, in the order of the calls.
    public List<Mapping> mappings(SimulatedDevice device, String driver) {
        return mappings.stream().filter(m -> m.device() == device && (driver.isEmpty() || m.region().owner.equals(driver))).toList();
    }

    /// @return the mapping that begins at an address; null if none does
    Mapping mapping(long virtual) {
        for (Mapping mapping : mappings) {
            if (mapping.region().base == virtual) {
                return mapping;
            }
        }
        return null;
    }

    public void unmap(Mapping mapping) {
        mappings.remove(mapping);
        unmap(null, mapping.region());
        if (mapping.user() != null) {
            unmap(mapping.space(), mapping.user());
        }
    }

    private void unmap(Memory.Space space, Region region) {
        region.freed = true;
        region.freedAt = "at " + ScriptStack.site();
        long first = region.base & ~(Memory.PAGE - 1L);
        machine.memory.unmapDevice(space, first, (region.base + region.size - first + Memory.PAGE - 1) / Memory.PAGE);
    }

    /// OBJ-185: the registers of a device go, and a driver has them mapped still.
    /// @param driver whose mappings count; empty for those of all drivers
    public void released(SimulatedDevice device, String driver) {
        for (Mapping mapping : mappings(device, driver)) {
            Region region = mapping.region();
            if (!region.told) {
                region.told = true;
                machine.violation(new Report.Builder(Report.Kind.VIOLATION, "IoSpaceLeak", "OBJ-185", "driver %s gives its device back, and %s is mapped still"
                        .formatted(region.owner, region.label())).fact("mapped", region.allocatedAt + ", " + region.size + " bytes")
                        .help("MmUnmapIoSpace in EvtDeviceReleaseHardware, or in IRP_MN_REMOVE_DEVICE; WdfDeviceUnmapIoSpace in a UMDF driver").build(), "");
            }
            unmap(mapping);
        }
    }

    // ---- accesses ------------------------------------------------------------------------------------------------------------------

    @Override
    public long load(View view, long address, int size) {
        Place place = at(view, address, size, false);
        spend();
        long value = place.mapping.device().read(place.mapping.range(), place.offset, size);
        settle();
        return value;
    }

    @Override
    public void store(View view, long address, int size, long value) {
        Place place = at(view, address, size, true);
        written();
        spend();
        place.mapping.device().write(place.mapping.range(), place.offset, size, value);
        settle();
    }

    /// @param offset from the beginning of the device's range
    private record Place(Mapping mapping, long offset) {}

    /// OBJ-401: an access lies in a mapping, on a boundary of its size.
    private Place at(View view, long address, int size, boolean write) {
        for (Mapping mapping : mappings) {
            Region region = mapping.holding(view.space(), address, size);
            if (region != null) {
                if (address % size == 0) {
                    return new Place(mapping, mapping.offset() + address - region.base);
                }
                throw fault(address, write, "a %s %d bytes at %s, which is not aligned to %d".formatted(write ? "write of" : "read of", size,
                        machine.memory.place(view.space(), address), size), "a register is reached on a boundary of its own size");
            }
        }
        throw fault(address, write, "a %s %s, outside of what was mapped".formatted(write ? "write to" : "read from", machine.memory.place(view.space(), address)),
                "map as many bytes as the resource has: u.Memory.Length of its descriptor");
    }

    private MachineStop fault(long address, boolean write, String headline, String help) {
        return machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "PAGE_FAULT_IN_NONPAGED_AREA", "OBJ-401", headline).code(0x50, address, write ? 2 : 0)
                .stack(ScriptStack.frames(), Irql.name(machine.memory.irql)).help(help).build());
    }

    /// A port, which nothing maps; null if no device has it.
    private SimulatedDevice atPort(long port) {
        for (SimulatedDevice device : devices.values()) {
            if (rangeOf(device, port) != null) {
                return device;
            }
        }
        return null;
    }

    private static Range rangeOf(SimulatedDevice device, long port) {
        for (Range range : device.ranges()) {
            if (range.space().port() && range.contains(port)) {
                return range;
            }
        }
        return null;
    }

    public long in(long port, int size) {
        spend();
        SimulatedDevice device = atPort(port);
        if (device == null) {
            noPort(port, false);
            return -1;
        }
        Range range = rangeOf(device, port);
        long value = device.read(range, port - range.base(), size);
        settle();
        return value;
    }

    public void out(long port, int size, long value) {
        spend();
        SimulatedDevice device = atPort(port);
        if (device == null) {
            noPort(port, true);
            return;
        }
        Range range = rangeOf(device, port);
        written();
        device.write(range, port - range.base(), size, value);
        settle();
    }

    private void noPort(long port, boolean write) {
        machine.violation(new Report.Builder(Report.Kind.VIOLATION, "UnmappedRegister", "OBJ-401", "a %s port 0x%X, which no device has".formatted(write ? "write to" : "read from", port))
                .stack(ScriptStack.frames(), "").help("a port's address comes from the translated resources: u.Port.Start.QuadPart").build(), ScriptStack.site());
    }

    private void written() {
        if (machine.scheduler.running() instanceof Caller caller) {
            driverWrites.accept(caller);
        }
    }

    /// The access takes its time on the bus; what becomes due meanwhile happens before it is answered.
    private void spend() {
        if (machine.scheduler.running() instanceof Caller caller) {
            caller.spend(100);
            caller.spendNanos(ACCESS_NANOS);
        }
    }

    /// What the access has set off may land now.
    private void settle() {
        if (machine.scheduler.running() instanceof Caller caller) {
            caller.letDpcsRun();
        }
    }

    // ---- the bus master's way --------------------------------------------------------------------------------------------------------

    /// @return the bytes; null if the device may not go to all of them, which has been reported
    byte[] readMemory(SimulatedDevice device, long logical, int length) {
        byte[] bytes = new byte[length];
        return DmaMappings.of(machine).read(device.name(), logical, bytes, null) ? bytes : null;
    }

    /// @return whether the device may go to all of them
    boolean writeMemory(SimulatedDevice device, long logical, byte[] bytes) {
        return DmaMappings.of(machine).write(device.name(), logical, bytes);
    }
}
