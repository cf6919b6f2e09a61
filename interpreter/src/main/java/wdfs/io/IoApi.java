package wdfs.io;

import wdfs.kernel.DispatcherApi;
import wdfs.kernel.KernelApi;
import wdfs.kernel.KernelObjects;
import wdfs.kernel.Mdl;
import wdfs.kernel.Namespace;
import wdfs.kernel.RtlApi;
import wdfs.machine.Irql;
import wdfs.machine.Region;
import wdfs.machine.Shadow;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;
import wdfs.runtime.Native;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// The I/O manager's routines for drivers.
public final class IoApi {
    private IoApi() {}

    /// The device object at an address, or the end of the machine; a NULL or wild pointer faults as the load of its first field does on Windows.
    public static DeviceObject device(Caller caller, long address) {
        touch(caller, address);
        DeviceObject device = IoManager.of(caller).device(address);
        if (device == null) {
            throw isNone(caller, address, "device object");
        }
        return device;
    }

    /// The same for a driver object.
    private static DriverObject driver(Caller caller, long address) {
        touch(caller, address);
        DriverObject driver = IoManager.of(caller).driver(address);
        if (driver == null) {
            throw isNone(caller, address, "driver object");
        }
        return driver;
    }

    /// A freed or wild pointer faults here; the framework of a driver host does not reach what it is told of.
    private static void touch(Caller caller, long address) {
        if (caller.memory.isKernel()) {
            caller.memory.load16(address);
        }
    }

    /// What lies at the address is something else.
    public static RuntimeException isNone(Caller caller, long address, String what) {
        throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "PAGE_FAULT_IN_NONPAGED_AREA", "VER-033",
                caller.machine.memory.place(caller.memory.space(), address) + " is no " + what).code(0x50, address).stack(ScriptStack.frames(), "").build());
    }

    /// The IRP at an address, or the end of the machine.
    public static Irp irp(Caller caller, long address) {
        touch(caller, address);
        Irp irp = IoManager.of(caller).irp(address);
        if (irp == null) {
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "MULTIPLE_IRP_COMPLETE_REQUESTS", "VER-037",
                    caller.machine.memory.place(caller.memory.space(), address) + " is no IRP").code(0x44, address).stack(ScriptStack.frames(), "").build());
        }
        return irp;
    }

    /// The dispatch routine of every major function that a driver does not set.
    @Native
    public static int IopInvalidDeviceRequest(Caller caller, long device, long irpAddress) {
        Irp irp = irp(caller, irpAddress);
        irp.status(IoManager.STATUS_INVALID_DEVICE_REQUEST);
        irp.information(0);
        if (irp.major == 0x12 || irp.major == 2) {
            irp.status(0);                                    // nobody hears of it
        }
        IoManager.of(caller).complete(caller, irp);
        return IoManager.STATUS_INVALID_DEVICE_REQUEST;
    }

    @Native
    public static int IoCreateDevice(Caller caller, long driver, int extensionSize, long name, int type, int characteristics, int exclusive, long result) {
        IoManager io = IoManager.of(caller);
        DriverObject owner = driver(caller, driver);
        DeviceObject[] created = new DeviceObject[1];
        String text = name == 0 ? "" : RtlApi.unicode(caller.memory, name);
        int status = io.createDevice(owner, extensionSize, text, type, characteristics, exclusive != 0, created);
        caller.memory.store64(result, created[0] == null ? 0 : created[0].address());
        return status;
    }

    /// As IoCreateDevice, with a security descriptor in place of the default. The setup class is for the registry, which no
    /// script fills, to say otherwise.
    @Native
    public static int IoCreateDeviceSecure(Caller caller, long driver, int extensionSize, long name, int type, int characteristics, int exclusive, long sddl, long setupClass,
            long result) {
        int status = IoCreateDevice(caller, driver, extensionSize, name, type, characteristics, exclusive, result);
        if (status >= 0) {
            device(caller, caller.memory.load64(result)).sddl = RtlApi.unicode(caller.memory, sddl);
        }
        return status;
    }

    @Native
    public static void IoDeleteDevice(Caller caller, long device) {
        IoManager.of(caller).deleteDevice(device(caller, device));
    }

    @Native
    public static int IoCreateSymbolicLink(Caller caller, long link, long target) {
        String name = RtlApi.unicode(caller.memory, link);
        Namespace names = Namespace.of(caller.machine);
        if (!names.hasDirectory(name)) {
            return IoManager.STATUS_OBJECT_PATH_NOT_FOUND;
        }
        return names.insert(name, new Namespace.SymbolicLink(name, RtlApi.unicode(caller.memory, target))) ? 0 : IoManager.STATUS_OBJECT_NAME_COLLISION;
    }

    @Native
    public static int IoDeleteSymbolicLink(Caller caller, long link) {
        return Namespace.of(caller.machine).remove(RtlApi.unicode(caller.memory, link)) ? 0 : 0xC0000034;
    }

    @Native
    public static long IoAttachDeviceToDeviceStack(Caller caller, long source, long target) {
        IoManager io = IoManager.of(caller);
        return io.attach(device(caller, source), device(caller, target)).address();
    }

    @Native
    public static void IoDetachDevice(Caller caller, long target) {
        IoManager.of(caller).detach(device(caller, target));
    }

    @Native
    public static int IoGetDeviceObjectPointer(Caller caller, long name, int access, long fileResult, long deviceResult) {
        Namespace.Found found = Namespace.of(caller.machine).resolve(RtlApi.unicode(caller.memory, name));
        if (found == null || !(found.object() instanceof DeviceObject device)) {
            return 0xC0000034;
        }
        FileObject[] opened = new FileObject[1];
        int status = Transfers.openForKernel(caller, device, found.rest(), opened);
        if (status < 0) {
            return status;
        }
        opened[0].references = 1;
        Transfers.cleanup(caller, opened[0]);                 // the handle is closed, the reference stays
        caller.memory.store64(fileResult, opened[0].address());
        caller.memory.store64(deviceResult, device.top().address());
        return 0;
    }

    @Native
    public static void ObDereferenceObject(Caller caller, long object) {
        if (KernelObjects.of(caller.machine).dereference(object)) {
            return;
        }
        FileObject file = IoManager.of(caller).file(object);
        if (file != null && file.references > 0) {
            file.references--;
            Transfers.closeIfIdle(caller, file);
        }
    }

    @Native
    public static void ObReferenceObject(Caller caller, long object) {
        Object known = KernelObjects.at(caller, object);
        if (known != null) {
            KernelObjects.of(caller.machine).reference(known);
            return;
        }
        FileObject file = IoManager.of(caller).file(object);
        if (file != null) {
            file.references++;
        }
    }

    /// Whose request it is (ENV-084); 0 if no thread stands behind it.
    @Native
    public static int IoGetRequestorProcessId(Caller caller, long irpAddress) {
        Irp irp = irp(caller, irpAddress);
        return irp.requestor == null || irp.requestor.thread() == null ? 0 : (int) irp.requestor.thread().process.processId();
    }

    @Native
    public static long IoGetRequestorProcess(Caller caller, long irpAddress) {
        int id = IoGetRequestorProcessId(caller, irpAddress);
        return id == 0 ? 0 : KernelApi.processObject(id);
    }

    // ---- IRPs ----------------------------------------------------------------------------------------------------------------------

    @Native
    public static int IofCallDriver(Caller caller, long device, long irpAddress) {
        return IoManager.of(caller).call(caller, device(caller, device), irp(caller, irpAddress));
    }

    @Native
    public static void IofCompleteRequest(Caller caller, long irpAddress, int boost) {
        var region = caller.machine.memory.regionAt(null, irpAddress);
        if (region != null && region.freed && region.base == irpAddress && region.subject instanceof Irp again) {
            // IOM-137: an IRP that was completed and is gone. Its memory would tell as much; the name of the mistake tells more.
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "MULTIPLE_IRP_COMPLETE_REQUESTS", "IOM-137",
                    "request #" + again.number + " is completed a second time").code(0x44, irpAddress).subject(again).stack(ScriptStack.frames(), Irql.name(caller.irql()))
                    .story(again).help("return after completing a request; a request that was passed down is completed by the driver below").build());
        }
        IoManager.of(caller).complete(caller, irp(caller, irpAddress));
    }

    @Native
    public static long IoAllocateIrp(Caller caller, int stackSize, int charge) {
        Irp irp = IoManager.of(caller).allocate(stackSize);
        if (irp == null) {
            return 0;
        }
        irp.driverOwned = true;
        irp.block.owner = caller.image == null ? "" : caller.image.name();
        irp.block.allocatedAt = "at " + ScriptStack.site();
        return irp.address;
    }

    @Native
    public static void IoFreeIrp(Caller caller, long irpAddress) {
        IoManager.of(caller).free(irp(caller, irpAddress));
    }

    @Native
    public static void IoInitializeIrp(Caller caller, long address, int size, int stackSize) {
        fields(caller, address, size, stackSize);
        IoManager.of(caller).adopt(caller, address);
    }

    private static void fields(Caller caller, long address, int size, int stackSize) {
        caller.memory.fill(address, size, 0);
        caller.memory.store16(address, 6);
        caller.memory.store16(address + 2, size);
        caller.memory.store64(address + 0x20, address + 0x20);
        caller.memory.store64(address + 0x28, address + 0x20);
        caller.memory.store8(address + Irp.STACK_COUNT, stackSize);
        caller.memory.store8(address + Irp.CURRENT_LOCATION, stackSize + 1);
        caller.memory.store64(address + Irp.CURRENT_STACK_LOCATION, address + Irp.SIZE + (long) Irp.STACK_LOCATION_SIZE * stackSize);
    }

    private static final int ALLOCATION_FLAGS = 0x47;

    /// An IRP of the driver's own becomes what it was when it was made. Whose it is not, or who has it yet, would be lost: told, and done.
    @Native
    public static void IoReuseIrp(Caller caller, long address, int status) {
        Irp irp = irp(caller, address);
        boolean below = irp.sentFrom != 0 && Long.compareUnsigned(irp.stackLocation(), irp.sentFrom) < 0;
        String why = !irp.driverOwned ? irp.requestor instanceof BuilderRequestor ? "IoBuild… made it, and the I/O manager ends it" : "it is not the driver's own"
                : below ? "driver " + irp.holder + " has it" : irp.field64(Irp.CANCEL_ROUTINE) != 0 ? "it has a cancel routine" : "";
        if (!why.isEmpty()) {
            caller.machine.violation(new Report.Builder(Report.Kind.VIOLATION, "BadIrpReuse", "", "request #%d is made new by IoReuseIrp: %s".formatted(irp.number, why)).subject(irp)
                    .stack(ScriptStack.frames(), "").story(irp).help("IoReuseIrp is for IRPs of IoAllocateIrp and IoInitializeIrp, in their completion routine or behind it").build(), ScriptStack.site());
        }
        int flags = caller.memory.load8(address + ALLOCATION_FLAGS);
        fields(caller, address, caller.memory.load16(address + 2), irp.stackCount());
        caller.memory.store8(address + ALLOCATION_FLAGS, flags);
        caller.memory.store32(address + Irp.STATUS, status);
        irp.forgetJourney();
        irp.tell("reused", "with status " + caller.machine.statuses.name(status));
    }

    @Native
    public static int IoCancelIrp(Caller caller, long irpAddress) {
        return IoManager.of(caller).cancel(caller, irp(caller, irpAddress)) ? 1 : 0;
    }

    @Native
    public static long IoSetCancelRoutine(Caller caller, long irpAddress, long routine) {
        long old = caller.memory.load64(irpAddress + Irp.CANCEL_ROUTINE);
        caller.memory.store64(irpAddress + Irp.CANCEL_ROUTINE, routine);
        return old;
    }

    @Native
    public static void IoAcquireCancelSpinLock(Caller caller, long irql) {
        caller.memory.store8(irql, caller.irql());
        caller.machine.memory.irql = Irql.DISPATCH;
    }

    @Native
    public static void IoReleaseCancelSpinLock(Caller caller, int irql) {
        caller.setIrql(irql);
    }

    /// Signals and frees an IRP that IoBuild… made, when it is done.
    private static final class BuilderRequestor implements Irp.Requestor {
        final Caller thread;
        final long output;
        final long outputLength;

        BuilderRequestor(Caller thread, long output, long outputLength) {
            this.thread = thread;
            this.output = output;
            this.outputLength = outputLength;
        }

        @Override
        public Caller thread() {
            return thread;
        }

        @Override
        public void finished(Caller caller, Irp irp) {
            Machine machine = irp.machine;
            int status = irp.status();
            long information = irp.information();
            boolean buffered = (irp.flags() & (Irp.BUFFERED_IO | Irp.INPUT_OPERATION)) == (Irp.BUFFERED_IO | Irp.INPUT_OPERATION);
            if (buffered && status >>> 30 != 3 && irp.systemBuffer != null && information > 0) {
                long count = information;
                if (Long.compareUnsigned(information, outputLength) > 0) {
                    IoManager.of(machine).informationTooLarge(irp, information, outputLength);
                    count = outputLength;
                }
                count = Math.min(count, irp.systemBuffer.size);
                for (long i = 0; i < count; i++) {
                    machine.memory.mark(null, output + i, 1, machine.memory.shadowAt(null, irp.systemBuffer.base + i) & Shadow.UNWRITTEN, machine.memory.peek(null, irp.systemBuffer.base + i));
                }
            }
            long iosb = irp.field64(Irp.USER_IOSB);
            if (iosb != 0) {
                caller.memory.store64(iosb, status & 0xFFFF_FFFFL);
                caller.memory.store64(iosb + 8, information);
            }
            long event = irp.field64(Irp.USER_EVENT);
            if (event != 0) {
                DispatcherApi.set(caller, event);
            }
        }
    }

    private static Irp build(Caller caller, DeviceObject device, long iosb, long event, byte[] location, long output, long outputLength) {
        Irp irp = IoManager.of(caller).allocate(device.stackSize());
        if (irp == null) {
            return null;
        }
        irp.requestor = new BuilderRequestor(caller, output, outputLength);
        irp.put64(Irp.USER_IOSB, iosb);
        irp.put64(Irp.USER_EVENT, event);
        irp.put64(Irp.THREAD, IoManager.threadObject(caller));
        irp.major = location[0];
        caller.machine.memory.store(null, irp.stackLocation() - Irp.STACK_LOCATION_SIZE, location);
        irp.tell("created", "by driver " + (caller.image == null ? "" : caller.image.name()));
        return irp;
    }

    private static void put(byte[] bytes, int offset, long value) {
        for (int i = 0; i < 8; i++) {
            bytes[offset + i] = (byte) (value >>> 8 * i);
        }
    }

    private static boolean systemBuffer(Caller caller, Irp irp, long length, long from, long copied) {
        Region block = caller.machine.fails("pool") ? null : caller.machine.nonpaged.allocate(length, "SystemBuffer", false);
        if (block == null) {
            return false;
        }
        Region region = new Region(block.base, block.size, "SystemBuffer", irp.number);
        region.subject = irp;
        caller.machine.memory.add(null, region);
        irp.systemBuffer = region;
        irp.put64(Irp.SYSTEM_BUFFER, region.base);
        if (copied > 0) {
            caller.memory.copy(region.base, from, copied);
            irp.copiedIn = copied;
        }
        return true;
    }

    private static boolean lock(Caller caller, Irp irp, long address, long length, boolean write) {
        Mdl mdl = Mdl.allocate(caller, address, length);
        if (mdl == null) {
            return false;
        }
        if (mdl.lock(caller.process.space(), write) != Mdl.ALL_LOCKED) {
            mdl.free();
            return false;
        }
        mdl.owner = "the request's";
        mdl.subject = irp;
        mdl.block().subject = irp;
        irp.mdl = mdl;
        irp.put64(Irp.MDL_ADDRESS, mdl.address);
        return true;
    }

    @Native
    public static long IoBuildDeviceIoControlRequest(Caller caller, int code, long deviceAddress, long in, int inLength, long out, int outLength, int internal, long event, long iosb) {
        DeviceObject device = device(caller, deviceAddress);
        byte[] location = new byte[Irp.STACK_LOCATION_SIZE];
        location[0] = (byte) (internal != 0 ? 0x0F : 0x0E);
        put(location, 0x08, outLength & 0xFFFF_FFFFL);
        put(location, 0x10, inLength & 0xFFFF_FFFFL);
        put(location, 0x18, code & 0xFFFF_FFFFL);
        put(location, 0x20, (code & 3) == 3 ? in : 0);
        Irp irp = build(caller, device, iosb, event, location, out, outLength & 0xFFFF_FFFFL);
        if (irp == null) {
            return 0;
        }
        irp.code = caller.machine.ioctlName(code) + "  " + Irp.methodName(code);
        irp.lengths = "in " + inLength + "  out " + outLength;
        long length = Math.max(inLength & 0xFFFF_FFFFL, outLength & 0xFFFF_FFFFL);
        boolean fine = true;
        switch (code & 3) {
            case 0 -> {
                if (length > 0) {
                    irp.put64(Irp.USER_BUFFER, out);
                    irp.flags(Irp.BUFFERED_IO | Irp.DEALLOCATE_BUFFER | (out != 0 ? Irp.INPUT_OPERATION : 0));
                    fine = systemBuffer(caller, irp, length, in, inLength & 0xFFFF_FFFFL);
                }
            }
            case 1, 2 -> {
                if (inLength > 0) {
                    irp.flags(Irp.BUFFERED_IO | Irp.DEALLOCATE_BUFFER);
                    fine = systemBuffer(caller, irp, inLength, in, inLength);
                }
                if (outLength > 0) {
                    fine &= lock(caller, irp, out, outLength, (code & 3) == 2);
                }
            }
            default -> irp.put64(Irp.USER_BUFFER, out);
        }
        return finished(irp, fine);
    }

    /// IOM-091: an IRP whose buffers could not be set up is NULL to the driver, and leaves nothing behind.
    private static long finished(Irp irp, boolean fine) {
        if (fine) {
            return irp.address;
        }
        if (irp.systemBuffer != null) {
            irp.machine.nonpaged.free(irp.systemBuffer);
        }
        if (irp.mdl != null) {
            irp.mdl.unlock();
            irp.mdl.free();
        }
        IoManager.of(irp.machine).free(irp);
        return 0;
    }

    private static long fsd(Caller caller, int major, long deviceAddress, long buffer, int length, long offset, long event, long iosb) {
        DeviceObject device = device(caller, deviceAddress);
        byte[] location = new byte[Irp.STACK_LOCATION_SIZE];
        location[0] = (byte) major;
        boolean transfer = major == Transfers.READ || major == Transfers.WRITE;
        if (transfer) {
            put(location, 0x08, length & 0xFFFF_FFFFL);
            put(location, 0x18, offset == 0 ? 0 : caller.memory.load64(offset));
        }
        Irp irp = build(caller, device, iosb, event, location, buffer, length & 0xFFFF_FFFFL);
        if (irp == null) {
            return 0;
        }
        irp.lengths = transfer ? "length " + length : "";
        boolean fine = true;
        if (transfer && length > 0) {
            boolean read = major == Transfers.READ;
            if ((device.flags() & DeviceObject.DO_BUFFERED_IO) != 0) {
                irp.put64(Irp.USER_BUFFER, buffer);
                irp.flags(Irp.BUFFERED_IO | Irp.DEALLOCATE_BUFFER | (read ? Irp.INPUT_OPERATION : 0));
                fine = systemBuffer(caller, irp, length, buffer, read ? 0 : length);
            } else if ((device.flags() & DeviceObject.DO_DIRECT_IO) != 0) {
                fine = lock(caller, irp, buffer, length, read);
            } else {
                irp.put64(Irp.USER_BUFFER, buffer);
            }
        }
        return finished(irp, fine);
    }

    @Native
    public static long IoBuildSynchronousFsdRequest(Caller caller, int major, long device, long buffer, int length, long offset, long event, long iosb) {
        return fsd(caller, major, device, buffer, length, offset, event, iosb);
    }

    @Native
    public static long IoBuildAsynchronousFsdRequest(Caller caller, int major, long device, long buffer, int length, long offset, long iosb) {
        return fsd(caller, major, device, buffer, length, offset, 0, iosb);
    }
}
