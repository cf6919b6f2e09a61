package wdfs.io;

import wdfs.kernel.Mdl;
import wdfs.kernel.Waitable;
import wdfs.machine.Memory;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// A request that a driver sends to another device: the IRP is made for the stack of that device, and the driver's buffers
/// are brought into the form that the device takes (OBJ-222 to OBJ-231). RequestorMode is KernelMode.
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

    private final Machine machine;
    private final Caller sender;
    private final DeviceObject device;
    public final Irp irp;
    private Buffer backTo = Buffer.NONE;
    private boolean finished;
    private Runnable whenFinished = () -> { };

    private KernelSend(Caller sender, DeviceObject device, Irp irp) {
        this.machine = sender.machine;
        this.sender = sender;
        this.device = device;
        this.irp = irp;
    }

    /// Null if memory is short.
    public static KernelSend prepare(Caller sender, DeviceObject target) {
        DeviceObject top = target.top();
        Irp irp = IoManager.of(sender).allocate(top.stackSize());
        if (irp == null) {
            return null;
        }
        KernelSend send = new KernelSend(sender, top, irp);
        irp.requestor = send;
        irp.driverOwned = true;
        return send;
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
        machine.memory.field64(at + 0x30, file == null ? 0 : file.address());
        irp.major = major;
        irp.tell("created", "by driver " + (sender.image == null ? "" : sender.image.name()));
    }

    private void converted(String text) {
        irp.tell("converted", text);
        if (machine.tracing) {
            machine.trace("kmdf", "#%d convert %s".formatted(irp.number, text));
        }
    }

    /// A read or write in the form of the device. @return a status
    public int transfer(boolean read, Buffer buffer, long deviceOffset, FileObject file) {
        location(read ? Transfers.READ : Transfers.WRITE, buffer.length(), 0, deviceOffset, 0, file);
        irp.lengths = "length " + buffer.length();
        if (buffer.length() == 0) {
            return 0;
        }
        if ((device.flags() & DeviceObject.DO_BUFFERED_IO) != 0) {
            long from = buffer.mapped();
            if (from == 0) {
                return INSUFFICIENT_RESOURCES;
            }
            if (buffer.mdl() != null) {
                converted(buffer.mdl().label() + " mapped for a buffered device");
            }
            irp.flags(Irp.BUFFERED_IO | Irp.DEALLOCATE_BUFFER | (read ? Irp.INPUT_OPERATION : 0));
            backTo = read ? buffer : Buffer.NONE;
            return systemBuffer(buffer.length(), from, read ? 0 : buffer.length());
        }
        if ((device.flags() & DeviceObject.DO_DIRECT_IO) != 0) {
            return describe(buffer, read);
        }
        long raw = buffer.mapped();
        if (raw == 0) {
            return INSUFFICIENT_RESOURCES;
        }
        if (buffer.mdl() != null) {
            converted(buffer.mdl().label() + " mapped for a device of neither");
        }
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
        location(internal ? 0x0F : 0x0E, out.length(), in.length(), code & 0xFFFF_FFFFL, method == 3 ? rawIn : 0, file);
        irp.code = machine.ioctlName(code) + "  " + Irp.methodName(code);
        irp.lengths = "in " + in.length() + "  out " + out.length();
        switch (method) {
            case 0 -> {
                long length = Math.max(in.length(), out.length());
                if (length == 0) {
                    return 0;
                }
                irp.flags(Irp.BUFFERED_IO | Irp.DEALLOCATE_BUFFER | (out.length() > 0 ? Irp.INPUT_OPERATION : 0));
                backTo = out;
                return systemBuffer(length, rawIn, in.length());
            }
            case 1, 2 -> {
                irp.put64(Irp.SYSTEM_BUFFER, rawIn);                // OBJ-229: given as it is, not copied
                return out.length() == 0 ? 0 : describe(out, method == 2);
            }
            default -> {
                long rawOut = out.length() == 0 ? 0 : out.mapped();
                if (out.length() > 0 && rawOut == 0) {
                    return INSUFFICIENT_RESOURCES;
                }
                irp.put64(Irp.USER_BUFFER, rawOut);
                return 0;
            }
        }
    }

    private int systemBuffer(long length, long from, long copied) {
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
            sender.memory.copy(region.base, from, copied);
            irp.copiedIn = copied;
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
        Mdl made = Mdl.allocate(sender, address, buffer.length());
        if (made == null) {
            return INSUFFICIENT_RESOURCES;
        }
        if (buffer.mdl() != null) {
            made.describePart(buffer.mdl(), address, buffer.length());
        } else {
            if (made.lock((Memory.Space) null, write) != Mdl.ALL_LOCKED) {
                made.free();
                return 0xC0000005;
            }
            converted("%s of %d bytes locked for a direct device".formatted(made.label(), buffer.length()));
        }
        made.owner = "the request's";
        made.subject = irp;
        irp.mdl = made;
        irp.put64(Irp.MDL_ADDRESS, made.address);
        return 0;
    }

    /// Sends it; `whenDone` runs as the last part of its completion.
    public void send(Runnable whenDone) {
        whenFinished = whenDone;
        IoManager io = IoManager.of(machine);
        io.track(irp);
        io.call(sender, device, irp);
    }

    /// Gives back what the IRP holds; the status and information are to be read before.
    public void release() {
        if (irp.systemBuffer != null && !irp.systemBuffer.freed) {
            machine.nonpaged.free(irp.systemBuffer);
        }
        if (irp.mdl != null) {
            irp.mdl.unlock();
            irp.mdl.free();
            irp.mdl = null;
        }
        IoManager.of(machine).free(irp);
    }

    @Override
    public void finished(Caller caller, Irp done) {
        if (backTo.length() > 0 && irp.systemBuffer != null) {        // OBJ-223, OBJ-228, OBJ-231: whatever the status
            long count = Math.min(Math.min(irp.information(), backTo.length()), irp.systemBuffer.size);
            long target = backTo.mapped();
            if (count > 0 && target != 0) {
                sender.memory.copy(target, irp.systemBuffer.base, count);
                if (machine.tracing) {
                    machine.trace("kmdf", "#%d copy    %d bytes back to the sender".formatted(irp.number, count));
                }
            }
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
