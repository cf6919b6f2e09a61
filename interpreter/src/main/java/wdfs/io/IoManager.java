package wdfs.io;

import java.util.ArrayList;
import java.util.List;
import wdfs.kernel.EventObject;
import wdfs.kernel.KernelApi;
import wdfs.kernel.Mdl;
import wdfs.kernel.Namespace;
import wdfs.machine.Irql;
import wdfs.machine.LongMap;
import wdfs.machine.Memory;
import wdfs.machine.Region;
import wdfs.machine.Shadow;
import wdfs.runtime.Caller;
import wdfs.runtime.HexDump;
import wdfs.runtime.ImageLayout;
import wdfs.runtime.LoadedImage;
import wdfs.runtime.Machine;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;
import wdfs.runtime.Travel;

/// The I/O manager: drivers and devices, IRPs on their way down and up. How a request's buffers are set up and given back
/// is {@link Transfers}'.
public final class IoManager {
    public static final int STATUS_SUCCESS = 0;
    public static final int STATUS_PENDING = 0x103;
    private static final int FO_SYNCHRONOUS_IO = 0x2;
    private static final int FO_HANDLE_CREATED = 0x40000;
    public static final int STATUS_INVALID_DEVICE_REQUEST = 0xC0000010;
    public static final int STATUS_MORE_PROCESSING_REQUIRED = 0xC0000016;
    public static final int STATUS_OBJECT_NAME_COLLISION = 0xC0000035;
    public static final int STATUS_OBJECT_PATH_NOT_FOUND = 0xC000003A;
    public static final int STATUS_INSUFFICIENT_RESOURCES = 0xC000009A;
    public static final int STATUS_CANCELLED = 0xC0000120;

    final Machine machine;
    private final LongMap<Irp> irps = new LongMap<>();
    private final LongMap<DeviceObject> devices = new LongMap<>();
    private final LongMap<DriverObject> drivers = new LongMap<>();
    private final LongMap<FileObject> files = new LongMap<>();
    private final List<DriverObject> driverList = new ArrayList<>();
    private final PendingIrps pending = new PendingIrps();
    private int requestsEver;
    /// The last requests, the completed ones too: for those who look into the machine.
    private final java.util.ArrayDeque<Irp> recent = new java.util.ArrayDeque<>();
    private static final int RECENT = 64;
    private int namesEver;
    /// Takes a driver that waits for its unload, once no file is open on it.
    public java.util.function.Consumer<DriverObject> whenIdle;
    /// Has a thread of the system do a piece of work.
    public java.util.function.Consumer<java.util.function.Consumer<Caller>> inSystemThread;

    private IoManager(Machine machine) {
        this.machine = machine;
    }

    public static IoManager of(Machine machine) {
        return machine.part(IoManager.class, IoManager::new);
    }

    public static IoManager of(Caller caller) {
        return of(caller.machine);
    }

    // ---- drivers and devices -------------------------------------------------------------------------------------------------------

    /// A driver object whose entries all complete with STATUS_INVALID_DEVICE_REQUEST (HO-077).
    public DriverObject newDriver(LoadedImage image) {
        return newDriver(image.name(), image);
    }

    /// A driver of the system's own has no image.
    public DriverObject newSystemDriver(String name) {
        return newDriver(name, null);
    }

    /// What a driver host has for one of its drivers; it is in no directory.
    /// @param dispatch the address, in user mode, of the framework's dispatch routine
    public DriverObject newHostedDriver(LoadedImage image, long dispatch) {
        DriverObject driver = newDriver(image.name(), image);
        Namespace.of(machine).remove("\\Driver\\" + image.name());
        for (int i = 0; i <= 27; i++) {
            driver.put64(DriverObject.MAJOR_FUNCTION + 8 * i, dispatch);
        }
        return driver;
    }

    /// The driver whose code an image is; null if none is loaded from it.
    public DriverObject driverOf(LoadedImage image) {
        for (DriverObject driver : driverList) {
            if (driver.image == image) {
                return driver;
            }
        }
        return null;
    }

    private DriverObject newDriver(String name, LoadedImage image) {
        Region block = machine.need(machine.nonpaged, DriverObject.SIZE, "DRIVER_OBJECT");
        Region extension = machine.need(machine.nonpaged, DriverObject.EXTENSION_SIZE, "DRIVER_EXTENSION");
        DriverObject driver = new DriverObject(machine, name, image, block, extension);
        machine.memory.store(null, block.base, new byte[] {4, 0, 0x50, 1});
        long invalid = ImageLayout.KERNEL_NATIVES + 16L * machine.natives.ordinal("IopInvalidDeviceRequest");
        for (int i = 0; i <= 27; i++) {
            driver.put64(DriverObject.MAJOR_FUNCTION + 8 * i, invalid);
        }
        drivers.put(block.base, driver);
        driverList.add(driver);
        Namespace.of(machine).insert("\\Driver\\" + name, driver);
        return driver;
    }

    public DriverObject driver(long address) {
        return drivers.get(address);
    }

    public List<DriverObject> drivers() {
        return List.copyOf(driverList);
    }

    public void forget(DriverObject driver) {
        driverList.remove(driver);
        drivers.remove(driver.address());
        Namespace.of(machine).remove("\\Driver\\" + driver.name());
        machine.nonpaged.free(driver.extension);
        machine.nonpaged.free(driver.block);
    }

    /// The end of the run: the system's own drivers go, once no other is loaded.
    public void forgetSystemDrivers() {
        drivers().stream().filter(driver -> driver.image == null).forEach(this::forget);
    }

    /// The name of a device that was made with FILE_AUTOGENERATED_DEVICE_NAME.
    public String generatedName() {
        return "\\Device\\%08x".formatted(++namesEver);
    }

    /// IoCreateDevice. On failure the status says why; on success `created[0]` is the device.
    public int createDevice(DriverObject driver, int extensionSize, String name, int type, int characteristics, boolean exclusive, DeviceObject[] created) {
        Namespace names = Namespace.of(machine);
        if (!name.isEmpty() && !names.hasDirectory(name)) {
            return STATUS_OBJECT_PATH_NOT_FOUND;
        }
        if (!name.isEmpty() && names.find(name) != null) {
            return STATUS_OBJECT_NAME_COLLISION;
        }
        Region block = machine.nonpaged.allocate(DeviceObject.SIZE, "DEVICE_OBJECT", true);
        if (block == null) {
            return STATUS_INSUFFICIENT_RESOURCES;
        }
        Region extension = extensionSize == 0 ? null : machine.nonpaged.allocate(extensionSize & 0xFFFF_FFFFL, "DeviceExtension", true);
        if (extension != null) {
            extension.owner = driver.name();
        } else if (extensionSize != 0) {
            machine.nonpaged.free(block);
            return STATUS_INSUFFICIENT_RESOURCES;
        }
        DeviceObject device = new DeviceObject(machine, driver, block, extension, name);
        machine.memory.store(null, block.base, new byte[] {3, 0, 0x50, 1});
        device.put64(DeviceObject.DRIVER, driver.address());
        device.put64(DeviceObject.NEXT, driver.devices.isEmpty() ? 0 : driver.devices.getLast().address());
        device.put64(DeviceObject.EXTENSION, extension == null ? 0 : extension.base);
        device.put32(DeviceObject.DEVICE_TYPE, type);
        device.put32(DeviceObject.CHARACTERISTICS, characteristics);
        device.put32(DeviceObject.STACK_SIZE, 1);
        device.flags(DeviceObject.DO_DEVICE_INITIALIZING | (exclusive ? DeviceObject.DO_EXCLUSIVE : 0) | (name.isEmpty() ? 0 : DeviceObject.DO_DEVICE_HAS_NAME));
        driver.devices.add(device);
        driver.put64(DriverObject.DEVICE_OBJECT, device.address());
        devices.put(device.address(), device);
        if (!name.isEmpty()) {
            names.insert(name, device);
        }
        created[0] = device;
        return STATUS_SUCCESS;
    }

    public DeviceObject device(long address) {
        return devices.get(address);
    }

    // ---- shutdown ------------------------------------------------------------------------------------------------------------------

    private final java.util.ArrayDeque<DeviceObject> shutdown = new java.util.ArrayDeque<>();
    private final java.util.ArrayDeque<DeviceObject> lastChance = new java.util.ArrayDeque<>();

    /// The driver of the device wants IRP_MJ_SHUTDOWN. @param late behind all that want it earlier
    public void shutdownNotification(DeviceObject device, boolean late) {
        (late ? lastChance : shutdown).push(device);
    }

    void noShutdownNotification(DeviceObject device) {
        shutdown.remove(device);
        lastChance.remove(device);
    }

    /// OBJ-138: the system goes down. Who registered last hears first.
    public void shutDown(Caller caller) {
        for (java.util.ArrayDeque<DeviceObject> devices : List.of(shutdown, lastChance)) {
            while (!devices.isEmpty()) {
                DeviceObject device = devices.pop();
                if (!device.deleted) {
                    Transfers.simple(caller, device, null, Transfers.SHUTDOWN, 0, new long[1]);
                }
            }
        }
    }

    public void deleteDevice(DeviceObject device) {
        device.deleted = true;
        noShutdownNotification(device);
        DriverObject driver = device.driver;
        int at = driver.devices.indexOf(device);
        driver.devices.remove(device);
        if (at < driver.devices.size()) {
            driver.devices.get(at).put64(DeviceObject.NEXT, at == 0 ? 0 : driver.devices.get(at - 1).address());
        }
        driver.put64(DriverObject.DEVICE_OBJECT, driver.devices.isEmpty() ? 0 : driver.devices.getLast().address());
        freeIfUnused(device);
    }

    /// A deleted device object lives on while a file is open on it or another device is attached.
    private void freeIfUnused(DeviceObject device) {
        if (!device.deleted || device.opens != 0 || device.attached != null) {
            return;
        }
        if (!device.name.isEmpty()) {                                 // ENV-121: until then an open finds a device that is deleted
            Namespace.of(machine).remove(device.name);
        }
        devices.remove(device.address());
        if (device.extension != null) {
            machine.nonpaged.free(device.extension);
        }
        machine.nonpaged.free(device.block);
    }

    /// IoAttachDeviceToDeviceStack: on top of the stack of `target`; gives the device it lies on now (IOM-163).
    public DeviceObject attach(DeviceObject device, DeviceObject target) {
        DeviceObject top = target.top();
        top.attached = device;
        device.attachedTo = top;
        top.put64(DeviceObject.ATTACHED, device.address());
        machine.memory.store(null, device.address() + DeviceObject.STACK_SIZE, new byte[] {(byte) (top.stackSize() + 1)});
        return top;
    }

    public void detach(DeviceObject target) {
        if (target.attached != null) {
            target.attached.attachedTo = null;
            target.attached = null;
            target.put64(DeviceObject.ATTACHED, 0);
            freeIfUnused(target);
        }
    }

    // ---- file objects --------------------------------------------------------------------------------------------------------------

    /// A file object of the device; null if memory is short.
    FileObject newFile(DeviceObject device, String name, boolean synchronous) {
        Region block = machine.nonpaged.allocate(0xD8, "FILE_OBJECT", true);
        if (block == null) {
            return null;
        }
        FileObject file = new FileObject(device, block, name, synchronous);
        machine.memory.store(null, block.base, new byte[] {5, 0, (byte) 0xD8, 0});
        machine.memory.field64(block.base + 8, device.address());
        machine.memory.field32(block.base + 0x50, (synchronous ? FO_SYNCHRONOUS_IO : 0) | FO_HANDLE_CREATED);
        files.put(block.base, file);
        file.device.driver.openFiles++;
        return file;
    }

    public FileObject file(long address) {
        return files.get(address);
    }

    void freeFile(FileObject file) {
        file.closed = true;
        files.remove(file.address());
        DriverObject driver = file.device.driver;
        if (--driver.openFiles == 0 && driver.unloadPending && whenIdle != null) {
            whenIdle.accept(driver);
        }
        file.completion.unbind(machine);
        machine.nonpaged.free(file.block);
        file.device.opens--;
        file.device.put32(DeviceObject.REFERENCE_COUNT, file.device.opens);
        Devnode node = file.device.devnode();
        freeIfUnused(file.device);
        if (node != null && file.device.opens == 0) {
            PnpManager.of(machine).closed(node);
        }
    }

    // ---- IRPs ----------------------------------------------------------------------------------------------------------------------

    /// How many requests there have been in this run.
    private List<Irp> adopted;

    public int requestsEver() {
        return requestsEver;
    }

    /// Null if memory is short.
    public Irp allocate(int stackSize) {
        return machine.fails("irp") ? null : allocateMustSucceed(stackSize);
    }

    /// For what has to be told however short memory is, for a driver would keep forever what it was never asked to give back:
    /// the end of a handle, of a file, of a device. `inject("irp")` does not count it.
    public Irp allocateMustSucceed(int stackSize) {
        Region block = machine.nonpaged.allocateStructure(Irp.SIZE + (long) Irp.STACK_LOCATION_SIZE * stackSize, "IRP");
        if (block == null) {
            return null;
        }
        requestsEver++;
        Irp irp = new Irp(machine, block, block.number);
        recent.add(irp);
        if (recent.size() > RECENT) {
            recent.poll();
        }
        initialize(irp, stackSize);
        irps.put(irp.address, irp);
        return irp;
    }

    /// An IRP in memory of a driver's own, which IoInitializeIrp has made; it is one until its memory goes.
    void adopt(Caller caller, long address) {
        Irp known = irps.get(address);
        Region memory = machine.memory.regionAt(null, address);
        if (known != null) {
            known.forgetJourney();
        } else if (memory != null) {
            Irp irp = new Irp(machine, memory, address, machine.numbers.next("IRP"));
            irp.driverOwned = true;
            irps.put(address, irp);
            if (adopted == null) {
                adopted = new ArrayList<>();
                machine.nonpaged.watch(this::freeing);
            }
            adopted.add(irp);
        }
    }

    private void freeing(Region memory) {
        adopted.removeIf(irp -> {
            if (irp.block != memory) {
                return false;
            }
            irps.remove(irp.address);
            pending.remove(irp);
            irp.completed = true;
            return true;
        });
    }

    /// The request of a driver host that stands for one of the kernel's: with the same number and story. Null if memory is short.
    public Irp standIn(Irp kernel, int stackSize) {
        Region block = machine.nonpaged.allocateStructure(Irp.SIZE + (long) Irp.STACK_LOCATION_SIZE * stackSize, "HostRequest");
        if (block == null) {
            return null;
        }
        Irp irp = new Irp(machine, block, kernel.number);
        initialize(irp, stackSize);
        irp.standsFor = kernel;
        irp.fromUserModeDriver = kernel.fromUserModeDriver;
        irp.file = kernel.file;
        irp.code = kernel.code;
        irp.lengths = kernel.lengths;
        irp.major = kernel.major;
        irp.put8(Irp.REQUESTOR_MODE, kernel.isUserMode() ? 1 : 0);
        irps.put(irp.address, irp);
        return irp;
    }

    private static void initialize(Irp irp, int stackSize) {
        irp.put8(0, 6);
        int size = Irp.SIZE + Irp.STACK_LOCATION_SIZE * stackSize;
        irp.put8(2, size & 0xFF);
        irp.put8(3, size >>> 8);
        irp.put64(0x20, irp.address + 0x20);
        irp.put64(0x28, irp.address + 0x20);
        irp.put8(Irp.STACK_COUNT, stackSize);
        irp.put8(Irp.CURRENT_LOCATION, stackSize + 1);
        irp.put64(Irp.CURRENT_STACK_LOCATION, irp.address + Irp.SIZE + (long) Irp.STACK_LOCATION_SIZE * stackSize);
    }

    public Irp irp(long address) {
        return irps.get(address);
    }

    public void free(Irp irp) {
        irps.remove(irp.address);
        pending.remove(irp);
        irp.completed = true;
        machine.nonpaged.free(irp.block);
    }

    /// Requests that somebody waits for, in the order in which they were made.
    public List<Irp> pending() {
        return pending.all();
    }

    /// Those of them whose status block (in some process) has that address, the oldest first.
    public List<Irp> pending(long statusBlock) {
        return pending.of(statusBlock);
    }

    /// The last requests, oldest first; completed ones are only a story.
    public List<Irp> recent() {
        return List.copyOf(recent);
    }

    void track(Irp irp) {
        pending.add(irp);
    }

    /// A driver's own IRP is back where it was made.
    void untrack(Irp irp) {
        pending.remove(irp);
    }

    private RuntimeException noStack(Irp irp, String what) {
        throw machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "NO_MORE_IRP_STACK_LOCATIONS", "VER-038", what + " with no stack location left")
                .code(0x35, irp.address).subject(irp).stack(ScriptStack.frames(), "").build());
    }

    /// IoSetNextIrpStackLocation, for `what` that calls it. @return the address of the location
    public long next(Irp irp, String what) {
        int location = irp.currentLocation() - 1;
        if (location <= 0) {
            throw noStack(irp, what);
        }
        if (irp.driverOwned && irp.sentFrom == 0) {
            irp.sentFrom = irp.stackLocation();
        }
        irp.put8(Irp.CURRENT_LOCATION, location);
        long stack = irp.stackLocation() - Irp.STACK_LOCATION_SIZE;
        irp.put64(Irp.CURRENT_STACK_LOCATION, stack);
        return stack;
    }

    /// IoCallDriver: the next stack location becomes the current one, and the driver's dispatch routine runs.
    public int call(Caller caller, DeviceObject device, Irp irp) {
        long stack = next(irp, "IoCallDriver");
        machine.memory.field64(stack + 0x28, device.address());
        irp.holder = device.driver.name();
        int major = irp.majorFunction();
        irp.major = major;
        if ((major == Transfers.READ || major == Transfers.WRITE) && device.attached != null) {
            methodOfStack(device, irp);
        }
        if (machine.tracing) {
            dispatched(caller, device, irp, major);
        }
        if (machine.verifierOn() && !irp.isUserMode()) {
            kernelAddresses(device, irp, major);
        }
        LoadedImage before = caller.image;
        caller.image = device.driver.image;
        int irql = caller.irql();
        int status;
        try {
            status = (int) caller.invoke(device.driver.majorFunction(Math.min(major, 27)), device.address(), irp.address);
        } finally {
            caller.image = before;
        }
        if (caller.irql() != irql && machine.verifierOn()) {
            machine.violation(new Report.Builder(Report.Kind.VIOLATION, "IrqlReturn", "ENV-004", "a dispatch routine of %s returned at %s and was called at %s"
                    .formatted(device.driver.name(), Irql.name(caller.irql()), Irql.name(irql))).build(), device.driver.name());
            machine.memory.irql = irql;
        }
        // Whose request it is still, or who completed it: its own mark counts. If a lower driver has it, the completion routine may mark it.
        boolean lower = !irp.completed && irp.stackLocation() < stack;
        boolean marked = irp.completed ? irp.wasPending : lower || irp.isMarkedPending(stack);
        if (status == STATUS_PENDING && !marked) {
            machine.violation(new Report.Builder(Report.Kind.VIOLATION, "PendedCompletedRequest", "VER-390",
                    "the dispatch routine returned STATUS_PENDING for a request that it did not mark pending").subject(irp)
                    .help("IoMarkIrpPending before returning STATUS_PENDING; on Windows the caller can hang").story(irp).build(), device.driver.name() + irp.number);
            irp.unmarked = true;
        }
        return status;
    }

    /// Passes a request on to a lower device as it came: with the same stack location. @return what the lower driver returned
    public int passDown(Caller caller, DeviceObject lower, Irp irp) {
        irp.put8(Irp.CURRENT_LOCATION, irp.currentLocation() + 1);
        irp.put64(Irp.CURRENT_STACK_LOCATION, irp.stackLocation() + Irp.STACK_LOCATION_SIZE);
        return call(caller, lower, irp);
    }

    /// The request takes its next stack location, a copy of the current one, for a device that gets it by another way than a call.
    public void moveOn(Irp irp, DeviceObject device) {
        long from = irp.stackLocation();
        long to = from - Irp.STACK_LOCATION_SIZE;
        for (int i = 0; i < Irp.STACK_LOCATION_SIZE; i += 8) {
            machine.memory.field64(to + i, i < 0x38 ? machine.memory.field64(from + i) : 0);
        }
        machine.memory.field8(to + 3, 0);
        machine.memory.field64(to + 0x28, device.address());
        irp.put8(Irp.CURRENT_LOCATION, irp.currentLocation() - 1);
        irp.put64(Irp.CURRENT_STACK_LOCATION, to);
        irp.holder = device.driver.name();
    }

    private void dispatched(Caller caller, DeviceObject device, Irp irp, int major) {
        boolean control = major == Transfers.DEVICE_CONTROL || major == 0x0F;
        if (control || major == Transfers.READ || major == Transfers.WRITE) {
            machine.emit(new Travel.Dispatched(irp.number, device.driver.name(), Travel.Place.system(machine, irp.systemBufferAddress()), Travel.Place.system(machine, irp.mdlAddress()),
                    Travel.Place.of(caller, irp.userBuffer()), control ? Travel.Place.of(caller, irp.type3InputBuffer()) : Travel.Place.NULL, irp.flags()));
        }
    }

    /// IOM-090, VER-138: raw addresses in a request of KernelMode are trusted, so they must not be an application's.
    private void kernelAddresses(DeviceObject device, Irp irp, int major) {
        boolean raw = switch (major) {
            case Transfers.READ, Transfers.WRITE -> (device.flags() & (DeviceObject.DO_BUFFERED_IO | DeviceObject.DO_DIRECT_IO)) == 0 && irp.transferLength() > 0;
            case Transfers.DEVICE_CONTROL -> (irp.controlCode() & 3) == 3;
            default -> false;
        };
        long user = !raw ? 0 : irp.userBuffer() > 0 ? irp.userBuffer() : major == Transfers.DEVICE_CONTROL ? irp.type3InputBuffer() : 0;
        if (user > 0) {
            throw machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_VERIFIER_DETECTED_VIOLATION", "IOM-090",
                    "a request of KernelMode comes to %s with the user address 0x%X".formatted(device.label(), user)).code(0xC4, 0xE2, irp.address, user).blank().subject(irp)
                    .stack(ScriptStack.frames(), "").help("give the request a buffer of the system's, or set RequestorMode to that of the request whose address it is").story(irp).build());
        }
    }

    /// IOM-045, IOM-047: the drivers of a stack take buffers in one way, or the lower one finds none.
    private void methodOfStack(DeviceObject device, Irp irp) {
        int flags = device.flags();
        boolean buffered = (flags & DeviceObject.DO_BUFFERED_IO) != 0;
        boolean direct = !buffered && (flags & DeviceObject.DO_DIRECT_IO) != 0;
        if (device.takesAnyForm || device.inHost || irp.transferLength() == 0 || !(buffered && irp.systemBufferAddress() == 0) && !(direct && irp.mdlAddress() == 0)) {
            return;
        }
        machine.violation(new Report.Builder(Report.Kind.VIOLATION, "StackMethodMismatch", "IOM-047",
                "the request comes to %s of driver %s without %s, and its device is %s".formatted(device.label(), device.driver.name(),
                        buffered ? "a system buffer" : "an MDL", buffered ? "buffered" : "direct")).blank().subject(irp).stack(ScriptStack.frames(), "")
                .help("a filter's device has the DO_BUFFERED_IO and DO_DIRECT_IO flags of the device below it").story(irp).build(), device.driver.name());
    }

    /// IoCompleteRequest: up through the completion routines, then to the requestor.
    public void complete(Caller caller, Irp irp) {
        if (irp.completed) {
            throw machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "MULTIPLE_IRP_COMPLETE_REQUESTS", "VER-037", "request #" + irp.number + " is completed twice")
                    .code(0x44, irp.address).subject(irp).stack(ScriptStack.frames(), Irql.name(caller.irql())).story(irp).build());
        }
        if (irp.status() == STATUS_PENDING && machine.verifierOn()) {
            machine.violation(new Report.Builder(Report.Kind.VIOLATION, "CompleteRequestStatusCheck", "VER-146", "a request is completed with STATUS_PENDING, which is no final status")
                    .subject(irp).stack(ScriptStack.frames(), "").build(), ScriptStack.site());
        }
        irp.tell("completed", machine.statuses.name(irp.status()) + ", information " + irp.information());
        while (irp.currentLocation() <= irp.stackCount()) {
            long lower = irp.stackLocation();
            int control = machine.memory.peek(null, lower + 3) & 0xFF;
            long routine = machine.memory.field64(lower + 0x38);
            long context = machine.memory.field64(lower + 0x40);
            irp.put8(Irp.CURRENT_LOCATION, irp.currentLocation() + 1);
            irp.put64(Irp.CURRENT_STACK_LOCATION, lower + Irp.STACK_LOCATION_SIZE);
            boolean wasPending = (control & 1) != 0;
            irp.wasPending |= wasPending;
            irp.put8(Irp.PENDING_RETURNED, wasPending ? 1 : 0);
            if (irp.returned(caller, lower)) {
                return;
            }
            int status = irp.status();
            boolean wanted = routine != 0 && (status >= 0 && (control & 0x40) != 0 || status < 0 && (control & 0x80) != 0 || irp.isCancelled() && (control & 0x20) != 0);
            if (wanted) {
                long device = irp.currentLocation() <= irp.stackCount() ? machine.memory.field64(irp.stackLocation() + 0x28) : 0;
                int answer = (int) caller.invoke(routine, device, irp.address, context);
                if (answer == STATUS_MORE_PROCESSING_REQUIRED) {
                    return;
                }
                if (wasPending && machine.verifierOn() && irp.currentLocation() <= irp.stackCount() && !irp.isMarkedPending(irp.stackLocation())) {
                    machine.violation(new Report.Builder(Report.Kind.VIOLATION, "PendedCompletedRequest", "VER-390",
                            "the completion routine %s lets a request go on that the driver below pended, and does not mark it pending".formatted(caller.functionName(routine))).subject(irp)
                            .help("if (Irp->PendingReturned) IoMarkIrpPending(Irp); in every completion routine that returns STATUS_SUCCESS").story(irp).build(),
                            caller.functionName(routine));
                }
            } else if (wasPending && irp.currentLocation() <= irp.stackCount()) {
                irp.markPending();
            }
        }
        irp.completed = true;
        pending.remove(irp);
        if (irp.requestor != null) {
            irp.requestor.finished(caller, irp);
        }
        if (!irp.driverOwned) {
            releaseBuffers(irp);
            free(irp);
        }
    }

    /// IOM-131: the system buffer is freed, the pages are unlocked, the MDLs go.
    private void releaseBuffers(Irp irp) {
        if (irp.systemBuffer != null && !irp.systemBuffer.freed) {
            irp.systemBuffer.freedAt = "by the completion of request #" + irp.number;
            machine.nonpaged.free(irp.systemBuffer);
            if (machine.tracing) {
                machine.emit(new Travel.Freed(irp.number, "io", Travel.Place.system(machine, irp.systemBuffer.base)));
            }
        }
        long at = irp.mdlAddress();
        while (at != 0) {
            Mdl mdl = Mdl.at(machine, at);
            if (mdl == null) {
                break;
            }
            at = mdl.next();
            boolean locked = mdl.isLocked();
            if (mdl.isLocked()) {
                mdl.unlock();
            }
            mdl.free();
            if (machine.tracing && locked) {
                machine.emit(new Travel.Unlocked(irp.number, "io", mdl.label()));
            }
        }
    }

    /// IoCancelIrp: sets the flag and runs the cancel routine if one is set; false if none was.
    public boolean cancel(Caller caller, Irp irp) {
        irp.put8(Irp.CANCEL, 1);
        irp.tell("cancel", "asked for");
        long routine = irp.field64(Irp.CANCEL_ROUTINE);
        if (irp.javaCancel != null) {
            Runnable run = irp.javaCancel;
            irp.javaCancel = null;
            irp.cancelCaller = caller;
            run.run();
            return true;
        }
        if (routine == 0) {
            return false;
        }
        irp.put64(Irp.CANCEL_ROUTINE, 0);
        irp.put8(Irp.CANCEL_IRQL, caller.irql());
        int irql = caller.irql();
        machine.memory.irql = Irql.DISPATCH;
        long device = irp.currentLocation() <= irp.stackCount() ? machine.memory.field64(irp.stackLocation() + 0x28) : 0;
        LoadedImage before = caller.image;
        try {
            caller.invoke(routine, device, irp.address);
        } finally {
            caller.image = before;
        }
        if (caller.irql() != irql) {
            machine.memory.irql = irql;
        }
        return true;
    }

    // ---- reports -------------------------------------------------------------------------------------------------------------------

    /// IOM-193: bytes that go to the application and were never written.
    void infoLeak(Irp irp, Region buffer, long count) {
        long unwritten = 0;
        long first = -1;
        long last = -1;
        for (long i = 0; i < count; i++) {
            if ((machine.memory.shadowAt(null, buffer.base + i) & Shadow.UNWRITTEN) != 0) {
                unwritten++;
                first = first < 0 ? i : first;
                last = i;
            }
        }
        if (unwritten == 0 || !machine.verifierOn()) {
            return;
        }
        Report.Builder report = new Report.Builder(Report.Kind.VIOLATION, "InfoLeak", "IOM-193",
                "%d of the %d bytes returned %s never written by the driver".formatted(unwritten, count, unwritten == 1 ? "was" : "were"));
        report.blank().subject(irp).fact("buffer", buffer.label() + ", " + buffer.size + " bytes, nonpaged pool" + (irp.copiedIn > 0 ? "; bytes 0-" + (irp.copiedIn - 1) + " copied in from the application" : ""));
        report.stack(ScriptStack.frames(), "");
        report.blank();
        HexDump.lines(machine.memory, null, buffer, first, (int) (last - first + 1)).forEach(l -> report.line("%s", l));
        report.blank().line("  An application would have received what was in that pool memory before.");
        report.help(first + unwritten == count ? "complete with the number of bytes that were written (" + first + "), or clear the rest first"
                : "clear the whole structure first: its padding is returned too");
        String site = ScriptStack.site();
        machine.violation(report.build(), site.isEmpty() ? "#" + irp.number : site);
    }

    void informationTooLarge(Irp irp, long information, long length) {
        machine.violation(new Report.Builder(Report.Kind.VIOLATION, "InformationTooLarge", "IOM-125",
                "the request is completed with %d bytes, and its output buffer has %d".formatted(information, length)).blank().subject(irp).stack(ScriptStack.frames(), "")
                .help("never give more than OutputBufferLength: Windows copies as many bytes as the driver says").build(), ScriptStack.site() + irp.number);
    }

    /// Signals what a completed request signals.
    static void signal(Caller caller, EventObject event) {
        if (event != null) {
            event.set();
        }
    }

    static long threadObject(Caller caller) {
        return KernelApi.threadObject(caller);
    }

    static Memory.Space space(Caller caller) {
        return caller.process.space();
    }
}
