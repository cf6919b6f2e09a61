package wdfs.io;

import wdfs.kernel.KernelApi;
import wdfs.kernel.Mdl;
import wdfs.kernel.Waitable;
import wdfs.machine.Memory;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;
import wdfs.runtime.ScriptException;
import wdfs.runtime.Travel;
import wdfs.runtime.Travel.Place;

/// A request that a driver sends to another device, with the driver's buffers brought into the form that the device takes
/// (OBJ-222 to OBJ-231). Its IRP is made for the stack of that device, and then RequestorMode is KernelMode; or it is one that
/// the driver received and sends on: then the mode stays its sender's (IOM-095), the next stack location is used, and the
/// fields that all drivers of a stack share are put back when it returns (IOM-162).
public final class KernelSend extends Waitable implements Irp.Requestor {
    /// How a driver describes a buffer: a system address, or an MDL of which `length` bytes from `offset` are meant.
    public record Buffer(long address, Mdl mdl, long offset, long length) {
        public static final Buffer NONE = new Buffer(0, null, 0, 0);

        /// The bytes as a system address; 0 if the MDL cannot be mapped.
        long mapped() {
            if (mdl == null) {
                return address;
            }
            long base = mdl.systemAddress();
            return base == 0 ? 0 : base + offset;
        }
    }

    private static final int INSUFFICIENT_RESOURCES = 0xC000009A;
    private static final int ACCESS_VIOLATION = 0xC0000005;

    private final Machine machine;
    private final Caller sender;
    private DeviceObject device;
    public final Irp irp;
    private Buffer backTo = Buffer.NONE;
    private boolean finished;
    private Runnable whenFinished = () -> { };
    /// What a received request's IRP held before it was formatted; null for an IRP of the driver's own.
    private final Shared before;
    /// The IRP is one that the driver made itself and keeps: its next stack location is written as that of one made here.
    private boolean ofDriver;

    /// The part of an IRP that all drivers of a stack see.
    private record Shared(long systemBuffer, long mdl, long userBuffer, int flags, Region region, Mdl mdlObject, HostBuffers hosted, long copiedIn, int major) {
        static Shared of(Irp irp) {
            return new Shared(irp.systemBufferAddress(), irp.mdlAddress(), irp.userBuffer(), irp.flags(), irp.systemBuffer, irp.mdl, irp.hosted, irp.copiedIn, irp.major);
        }

        void putBack(Irp irp) {
            irp.put64(Irp.SYSTEM_BUFFER, systemBuffer);
            irp.put64(Irp.MDL_ADDRESS, mdl);
            irp.put64(Irp.USER_BUFFER, userBuffer);
            irp.flags(flags);
            irp.systemBuffer = region;
            irp.mdl = mdlObject;
            irp.hosted = hosted;
            irp.copiedIn = copiedIn;
            irp.major = major;
        }
    }

    /// The address space of a driver host that sends; null for drivers of the kernel. Its buffers are user memory there.
    private final Memory.Space host;

    private KernelSend(Caller sender, DeviceObject device, Irp irp, Shared before) {
        // A kernel driver may send from a host's thread; then its own image runs.
        this.host = sender.process.frameworkHeap() == null || sender.image != null && sender.image.isKernel() ? null : sender.process.space();
        this.machine = sender.machine;
        this.sender = sender;
        this.device = device;
        this.irp = irp;
        this.before = before;
    }

    /// With an IRP of its own; null if memory is short.
    /// @param device gets the request itself, whatever is attached to it
    public static KernelSend prepare(Caller sender, DeviceObject device) {
        Irp irp = IoManager.of(sender).allocate(device.stackSize());
        if (irp == null) {
            return null;
        }
        KernelSend send = new KernelSend(sender, device, irp, null);
        irp.requestor = send;
        irp.driverOwned = true;
        if (send.host != null) {                                      // to the I/O manager a host is a process like any other
            irp.fromUserModeDriver = true;
            irp.put8(Irp.REQUESTOR_MODE, 1);
            irp.put64(Irp.THREAD, IoManager.threadObject(sender));
        }
        return send;
    }

    /// Inside a host: the received request that this one is sent for, which cannot leave it. Null if there is none.
    private Irp sentFor;

    /// For a received request, or null for one of the driver's own. A request inside a host stays there: a device outside gets
    /// one of its own, whose status and Information the received one takes. Null if memory is short.
    public static KernelSend to(Caller sender, DeviceObject device, Irp received) {
        if (received != null && !leavesHost(received, device)) {
            return onward(sender, device, received);
        }
        KernelSend send = prepare(sender, device);
        if (send != null) {
            send.sentFor = received;
        }
        return send;
    }

    private static boolean leavesHost(Irp received, DeviceObject device) {
        return received.standsFor != null && device != null && !device.inHost;
    }

    /// Whether the device can get it: a received request that is sent as it is does not leave its host.
    public boolean canReach(DeviceObject to) {
        return before == null || !leavesHost(irp, to);
    }

    /// Whether a received request has a stack location for each device from this one down.
    public static boolean hasRoom(Irp irp, DeviceObject device) {
        return leavesHost(irp, device) || irp.currentLocation() - 1 >= device.stackSize();
    }

    /// Sends a received request on, once its next stack location is written: by {@link #transfer}, {@link #control} or {@link #asItIs}.
    public static KernelSend onward(Caller sender, DeviceObject device, Irp received) {
        return new KernelSend(sender, device, received, Shared.of(received));
    }

    /// Sends an IRP of the driver's own, which stays the driver's.
    public static KernelSend given(Caller sender, DeviceObject device, Irp irp) {
        KernelSend send = onward(sender, device, irp);
        send.ofDriver = true;
        return send;
    }

    /// OBJ-233: the current stack location once more for the next driver, without its completion routine.
    public void asItIs() {
        long from = irp.stackLocation();
        long to = from - Irp.STACK_LOCATION_SIZE;
        for (int i = 0; i < 0x38; i += 8) {
            machine.memory.field64(to + i, machine.memory.field64(from + i));
        }
        machine.memory.field8(to + 3, 0);
        machine.memory.field64(to + 0x38, 0);
        machine.memory.field64(to + 0x40, 0);
    }

    private void location(int major, long first, long second, long third, long fourth, FileObject file) {
        long at = irp.stackLocation() - Irp.STACK_LOCATION_SIZE;
        for (int i = 0; i < Irp.STACK_LOCATION_SIZE; i += 8) {
            machine.memory.field64(at + i, 0);
        }
        machine.memory.field8(at, major);
        machine.memory.field64(at + 0x08, first);
        machine.memory.field64(at + 0x10, second);
        machine.memory.field64(at + 0x18, third);
        machine.memory.field64(at + 0x20, fourth);
        irp.major = major;
        if (before != null && !ofDriver) {
            machine.memory.field64(at + 0x30, file == null ? irp.fileObjectAddress() : file.address());
            return;
        }
        machine.memory.field64(at + 0x30, file == null ? 0 : file.address());
        irp.file = file;
        if (ofDriver) {
            irp.tell("formatted", "by driver " + (sender.image == null ? "" : sender.image.name()));
            return;
        }
        irp.tell("created", "by driver " + (sender.image == null ? "" : sender.image.name()));
    }

    /// Reports show a received request as its sender made it.
    private void shown(String code, String lengths) {
        if (before == null || ofDriver) {
            irp.code = code;
            irp.lengths = lengths;
        }
    }

    private void converted(String text) {
        irp.tell("converted", text);
        if (machine.tracing) {
            machine.emit(new Travel.Converted(irp.number, "kmdf", text));
        }
    }

    /// A read or write in the form of the device. @return a status
    public int transfer(boolean read, Buffer buffer, long deviceOffset, FileObject file) {
        location(read ? Transfers.READ : Transfers.WRITE, buffer.length(), 0, deviceOffset, 0, file);
        shown("", "length " + buffer.length());
        if (device.inHost) {                                          // UMDF-155: no conversion inside a host
            irp.hosted = read ? new HostBuffers(0, 0, buffer.mapped(), buffer.length(), false) : new HostBuffers(buffer.mapped(), buffer.length(), 0, 0, false);
            return 0;
        }
        if ((device.flags() & DeviceObject.DO_BUFFERED_IO) != 0) {
            irp.put64(Irp.USER_BUFFER, 0);
            if (buffer.length() == 0) {                              // OBJ-223: none, and not a received request's either
                irp.put64(Irp.SYSTEM_BUFFER, 0);
                return 0;
            }
            long from = buffer.mapped();
            if (from == 0) {
                return INSUFFICIENT_RESOURCES;
            }
            mapped(buffer, "a buffered device");
            irp.flags(Irp.BUFFERED_IO | Irp.DEALLOCATE_BUFFER | (read ? Irp.INPUT_OPERATION : 0));
            backTo = read ? buffer : Buffer.NONE;
            return systemBuffer(buffer.length(), from, read ? 0 : buffer.length());
        }
        if ((device.flags() & DeviceObject.DO_DIRECT_IO) != 0) {
            irp.put64(Irp.MDL_ADDRESS, 0);
            return buffer.length() == 0 ? 0 : describe(buffer, read);
        }
        long raw = buffer.length() == 0 ? 0 : buffer.mapped();
        if (raw == 0 && buffer.length() > 0) {
            return INSUFFICIENT_RESOURCES;
        }
        mapped(buffer, "a device of neither");
        irp.put64(Irp.USER_BUFFER, raw);
        return 0;
    }

    /// A device control in the form that its code's method wants. @return a status
    public int control(boolean internal, int code, Buffer in, Buffer out, FileObject file) {
        int method = code & 3;
        long rawIn = in.length() == 0 ? 0 : in.mapped();
        if (in.length() > 0 && rawIn == 0) {
            return INSUFFICIENT_RESOURCES;
        }
        location(internal ? 0x0F : 0x0E, out.length(), in.length(), code & 0xFFFF_FFFFL, method == 3 && !device.inHost ? rawIn : 0, file);
        shown(machine.ioctlName(code) + "  " + Irp.methodName(code), "in " + in.length() + "  out " + out.length());
        if (device.inHost) {
            irp.hosted = new HostBuffers(rawIn, in.length(), out.length() == 0 ? 0 : out.mapped(), out.length(), false);
            return 0;
        }
        mapped(in, "the input of " + Irp.methodName(code));
        irp.put64(Irp.SYSTEM_BUFFER, 0);
        switch (method) {
            case 0 -> {
                long length = Math.max(in.length(), out.length());
                if (length == 0) {
                    return 0;
                }
                irp.flags(Irp.BUFFERED_IO | Irp.DEALLOCATE_BUFFER | (out.length() > 0 ? Irp.INPUT_OPERATION : 0));
                mapped(out, "the output of " + Irp.methodName(code));
                irp.put64(Irp.USER_BUFFER, 0);
                backTo = out;
                return systemBuffer(length, rawIn, in.length());
            }
            case 1, 2 -> {
                if (host != null && in.length() > 0) {              // no address of a host is a system address
                    int status = systemBuffer(in.length(), rawIn, in.length());
                    if (status < 0) {
                        return status;
                    }
                    irp.flags(Irp.BUFFERED_IO | Irp.DEALLOCATE_BUFFER);
                } else {
                    irp.put64(Irp.SYSTEM_BUFFER, rawIn);            // OBJ-229: given as it is, not copied
                }
                irp.put64(Irp.MDL_ADDRESS, 0);
                return out.length() == 0 ? 0 : describe(out, method == 2);
            }
            default -> {
                long rawOut = out.length() == 0 ? 0 : out.mapped();
                if (out.length() > 0 && rawOut == 0) {
                    return INSUFFICIENT_RESOURCES;
                }
                mapped(out, "the output of " + Irp.methodName(code));
                irp.put64(Irp.USER_BUFFER, rawOut);
                return 0;
            }
        }
    }

    /// An internal device control whose arguments are the driver's own affair: the addresses go into Parameters.Others (IOM-092).
    public int others(int code, Buffer first, Buffer second, Buffer fourth, FileObject file) {
        long[] raw = new long[3];
        Buffer[] all = {first, second, fourth};
        for (int i = 0; i < all.length; i++) {
            raw[i] = all[i].length() == 0 ? 0 : all[i].mapped();
            if (raw[i] == 0 && all[i].length() > 0) {
                return INSUFFICIENT_RESOURCES;
            }
            mapped(all[i], "an argument of Parameters.Others");
        }
        location(0x0F, raw[0], raw[1], code & 0xFFFF_FFFFL, raw[2], file);
        shown(machine.ioctlName(code), "Others");
        return 0;
    }

    /// KBUF-220: an MDL where the target wants an address.
    private void mapped(Buffer buffer, String what) {
        if (buffer.mdl() != null && buffer.length() > 0) {
            converted(buffer.mdl().label() + " mapped for " + what);
        }
    }

    /// Whether a buffer of a host is all there; the kernel's drivers find out by the access itself.
    private boolean reachable(long address, long length, boolean write) {
        if (host == null) {
            return true;
        }
        for (long page = address & -Memory.PAGE; page < address + length; page += Memory.PAGE) {
            if (!(write ? machine.memory.isWritable(host, page) : machine.memory.isMapped(host, page))) {
                return false;
            }
        }
        return true;
    }

    private int systemBuffer(long length, long from, long copied) {
        if (copied > 0 && !reachable(from, copied, false)) {
            return ACCESS_VIOLATION;
        }
        Region block = machine.nonpaged.allocate(length, "SystemBuffer", false);
        if (block == null) {
            return INSUFFICIENT_RESOURCES;
        }
        Region region = new Region(block.base, block.size, "SystemBuffer", irp.number);
        region.subject = irp;
        machine.memory.add(null, region);
        irp.systemBuffer = region;
        irp.put64(Irp.SYSTEM_BUFFER, region.base);
        if (copied > 0) {
            if (host != null) {
                machine.memory.mark(null, region.base, copied, 0, -1);
                machine.memory.carry(host, from, null, region.base, copied);
            } else {
                sender.memory.copy(region.base, from, copied);
            }
            irp.copiedIn = copied;
            if (machine.tracing) {
                machine.emit(new Travel.Copied(irp.number, "kmdf", Travel.Why.IN, Place.of(sender, from), Place.system(machine, region.base), copied));
            }
        }
        return 0;
    }

    /// The buffer as an MDL: its own, a part of it, or one that is made over the address and locked.
    private int describe(Buffer buffer, boolean write) {
        if (buffer.mdl() != null && buffer.offset() == 0 && buffer.length() == (buffer.mdl().byteCount() & 0xFFFF_FFFFL)) {
            irp.put64(Irp.MDL_ADDRESS, buffer.mdl().address);
            return 0;
        }
        long address = buffer.mdl() != null ? buffer.mdl().virtualAddress() + buffer.offset() : buffer.address();
        Mdl[] allocated = new Mdl[1];
        whereItIs(sender, () -> allocated[0] = Mdl.allocate(sender, address, buffer.length()));
        Mdl made = allocated[0];
        if (made == null) {
            return INSUFFICIENT_RESOURCES;
        }
        if (buffer.mdl() != null) {
            made.describePart(buffer.mdl(), address, buffer.length());
        } else {
            if (made.lock(host, write) != Mdl.ALL_LOCKED) {
                made.free();
                return ACCESS_VIOLATION;
            }
            converted("%s of %d bytes locked for a direct device".formatted(made.label(), buffer.length()));
        }
        made.owner = "the request's";
        made.subject = irp;
        irp.mdl = made;
        irp.put64(Irp.MDL_ADDRESS, made.address);
        return 0;
    }

    /// Another device of the same form gets it than the one it was formatted for.
    public void redirect(DeviceObject to) {
        device = to;
    }

    /// `whenDone` runs as the last part of its completion, or when it is given up unsent.
    public void whenDone(Runnable whenDone) {
        whenFinished = whenDone;
    }

    /// Sends it from the thread that prepared it.
    public void send(Runnable whenDone) {
        whenDone(whenDone);
        send(sender);
    }

    /// Sends it from the running thread.
    public void send(Caller caller) {
        IoManager io = IoManager.of(machine);
        if (before == null) {
            io.track(irp);
        } else {
            if (ofDriver) {
                io.track(irp);
            }
            irp.onReturn(back -> {
                if (ofDriver) {
                    io.untrack(irp);
                }
                finished(back, irp);
                return true;
            });
        }
        whereItIs(caller, () -> io.call(caller, device, irp));
    }

    /// IoCancelIrp. @return whether anybody was there to cancel it
    public boolean cancel(Caller caller) {
        boolean[] done = new boolean[1];
        whereItIs(caller, () -> done[0] = IoManager.of(caller).cancel(caller, irp));
        return done[0];
    }

    /// A driver host that has to do with a device of the kernel does it in kernel mode.
    private void whereItIs(Caller caller, Runnable work) {
        boolean enters = !device.inHost && !caller.inKernel();
        if (enters) {
            caller.enterKernel();
        }
        try {
            work.run();
        } catch (ScriptException e) {
            throw enters ? KernelApi.unhandled(caller, e, false) : e;  // of a kernel driver below: the machine's end, not the host's
        } finally {
            if (enters) {
                caller.leaveKernel();
            }
        }
    }

    /// It was to be sent and never will be: ends with that status, as if it had come back (OBJ-250).
    public void giveUp(Caller caller, int status) {
        irp.status(status);
        irp.information(0);
        backTo = Buffer.NONE;
        finished(caller, irp);
    }

    /// Whether a driver host sent it, and not a driver of the kernel.
    public boolean isOfHost(wdfs.runtime.ProcessContext process) {
        return host != null && sender.process == process;
    }

    /// The host that sent it is gone: a device inside it answers no more, one of the kernel sees the request cancelled.
    public void abandon(Caller caller) {
        abandoned = true;
        whenFinished = this::release;
        if (device.inHost) {
            release();
        } else {
            IoManager.of(caller).cancel(caller, irp);
        }
    }

    /// Gives back what the IRP holds; the status and information are to be read before.
    public void release() {
        if (before != null) {
            putBack();
            return;
        }
        giveBack();
        IoManager.of(machine).free(irp);
    }

    private void giveBack() {
        if (irp.systemBuffer != null && !irp.systemBuffer.freed) {
            machine.nonpaged.free(irp.systemBuffer);
        }
        if (irp.mdl != null) {
            irp.mdl.unlock();
            irp.mdl.free();
            irp.mdl = null;
        }
    }

    private boolean back;

    /// A received request has its own buffers again; those that the conversion made go.
    private void putBack() {
        if (back) {
            return;
        }
        back = true;
        if (irp.systemBuffer == before.region) {
            irp.systemBuffer = null;
        }
        if (irp.mdl == before.mdlObject) {
            irp.mdl = null;
        }
        giveBack();
        before.putBack(irp);
    }

    @Override
    public void finished(Caller caller, Irp done) {
        if (backTo.length() > 0 && irp.systemBuffer != null) {        // OBJ-223, OBJ-228, OBJ-231: whatever the status
            long count = Math.min(Math.min(irp.information(), backTo.length()), irp.systemBuffer.size);
            long target = backTo.mapped();
            if (count > 0 && target != 0 && reachable(target, count, true)) {
                if (host != null) {
                    machine.memory.carry(null, irp.systemBuffer.base, host, target, count);
                } else {
                    caller.memory.copy(target, irp.systemBuffer.base, count);
                }
                if (machine.tracing) {
                    machine.emit(new Travel.Copied(irp.number, "kmdf", Travel.Why.BACK, Place.system(machine, irp.systemBuffer.base), Place.of(caller, target), count));
                }
            }
        }
        if (before != null) {
            putBack();
        }
        if (host != null && before == null && !device.inHost && !abandoned) {
            // What a driver of a host hears of it, it hears on a thread of the host.
            sender.process.runLater("the end of request #" + irp.number, _ -> ended());
        } else {
            ended();
        }
    }

    private boolean abandoned;

    private void ended() {
        if (sentFor != null && !abandoned) {
            sentFor.status(irp.status());
            sentFor.information(irp.information());
        }
        finished = true;
        whenFinished.run();
        changed();
    }

    @Override
    public Caller thread() {
        return sender;
    }

    @Override
    public boolean isSignaled() {
        return finished;
    }

    @Override
    public void satisfied() {}

    @Override
    public String waitName() {
        return "request #" + irp.number + " that it sent";
    }
}
