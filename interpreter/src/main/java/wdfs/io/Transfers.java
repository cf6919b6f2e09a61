package wdfs.io;

import wdfs.kernel.EventObject;
import wdfs.kernel.Mdl;
import wdfs.machine.Memory;
import wdfs.machine.Poison;
import wdfs.machine.Region;
import wdfs.machine.Shadow;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;
import wdfs.runtime.Report;
import wdfs.runtime.Travel;
import wdfs.runtime.Travel.Place;
import wdfs.runtime.UserApc;

/// Reads, writes and device controls: how the buffers of a request travel. Buffered, direct and neither, each on the way in
/// (IOM-050, IOM-070) and back (IOM-120 to IOM-136).
public final class Transfers {
    private static final int ACCESS_VIOLATION = 0xC0000005;
    private static final int INSUFFICIENT_RESOURCES = 0xC000009A;
    private static final int VERIFY_REQUIRED = 0x80000016;
    public static final int READ = 0x03;
    public static final int WRITE = 0x04;
    public static final int FLUSH = 0x09;
    public static final int FILE_SYSTEM_CONTROL = 0x0D;
    public static final int DEVICE_CONTROL = 0x0E;
    static final int SHUTDOWN = 0x10;
    private static final int CLEANUP = 0x12;
    private static final int CLOSE = 0x02;

    /// What a caller in user mode asks for.
    /// @param in and out: addresses; for a read `out`, for a write `in`
    /// @param iosb the caller's status block, 0 if the caller keeps none in its memory
    /// @param event set at completion; null if none
    /// @param offset the file position that is passed on
    /// @param context what its completion packet tells; 0 if it is to have none (ENV-134)
    /// @param apc what the caller runs at its end, once it waits alertably (ENV-139); null if nothing
    public record Request(int major, int code, long in, long inLength, long out, long outLength, long iosb, EventObject event, long offset, long context, UserApc apc) {
        public Request(int major, int code, long in, long inLength, long out, long outLength, long iosb, EventObject event, long offset) {
            this(major, code, in, inLength, out, outLength, iosb, event, offset, 0, null);
        }
    }

    /// What came of it at once.
    /// @param status the final status, or STATUS_PENDING
    public static final class Outcome {
        public int status;
        public long information;
        /// The status block got both values.
        public boolean delivered;
        public boolean pended;
    }

    private Transfers() {}

    /// The part of a user-mode caller in a request: waits, or hears of the end later.
    private static final class UserRequestor implements Irp.Requestor {
        final Caller thread;
        final Request request;
        final FileObject file;
        final Outcome outcome = new Outcome();
        boolean done;
        boolean waiting;
        boolean returned;

        UserRequestor(Caller thread, Request request, FileObject file) {
            this.thread = thread;
            this.request = request;
            this.file = file;
        }

        @Override
        public Caller thread() {
            return thread;
        }

        @Override
        public void finished(Caller caller, Irp irp) {
            int status = irp.status();
            long information = irp.information();
            status = copyBack(this, irp, status, information);
            outcome.status = status;
            outcome.information = information;
            outcome.pended = irp.wasPending || returned;
            // IOM-133, ENV-153: an error reaches the status block only if the caller is asynchronous and the request was pended.
            boolean error = status >>> 30 == 3;
            outcome.delivered = !error || !file.synchronous && outcome.pended;
            if (irp.machine.tracing) {
                irp.machine.emit(new Travel.Finished(irp.number, status, information, outcome.delivered));
            }
            if (outcome.delivered && request.iosb != 0) {
                store(thread, request.iosb, status, information);
            }
            boolean signals = !error || outcome.pended;
            if (signals) {
                if (request.event != null) {
                    request.event.set();
                } else if (file.synchronous || !file.completion.skipsEvent()) {
                    file.signal(true);
                }
                if (request.apc != null) {
                    if (irp.machine.tracing) {
                        irp.machine.emit(new Travel.ApcQueued(irp.number, thread.threadName()));
                    }
                    thread.queueUserApc(request.apc);
                } else if (file.completion.tell(request.context, status, information, outcome.pended) && irp.machine.tracing) {
                    irp.machine.emit(new Travel.Packet(irp.number, file.completion.port().name(), file.completion.key()));
                }
            }
            done = true;
            if (waiting) {
                thread.wake(0);
            }
            ThreadRequests.of(irp.machine).changed();
            if (file.closeOwed) {
                file.closeOwed = false;
                IoManager.of(irp.machine).inSystemThread.accept(system -> closeIfIdle(system, file));
            }
        }
    }

    private static void store(Caller thread, long iosb, int status, long information) {
        Memory memory = thread.machine.memory;
        Memory.Space space = thread.process.space();
        if (memory.isWritable(space, iosb) && memory.isWritable(space, iosb + 15)) {
            byte[] bytes = new byte[16];
            for (int i = 0; i < 8; i++) {
                bytes[i] = (byte) ((status & 0xFFFF_FFFFL) >>> 8 * i);
                bytes[8 + i] = (byte) (information >>> 8 * i);
            }
            memory.store(space, iosb, bytes);
        }
    }

    /// The whole of a request: checked already are handle and access.
    public static Outcome perform(Caller caller, FileObject file, Request request) {
        IoManager io = IoManager.of(caller);
        Machine machine = caller.machine;
        lockFile(caller, file);
        try {
            if (request.event != null) {
                request.event.reset();
            }
            file.signal(false);
            DeviceObject top = file.device.top();
            Irp irp = io.allocate(top.stackSize());
            Outcome failed = new Outcome();
            if (irp == null) {
                failed.status = INSUFFICIENT_RESOURCES;
                return failed;
            }
            UserRequestor requestor = new UserRequestor(caller, request, file);
            irp.requestor = requestor;
            irp.file = file;
            irp.ofFile = !file.synchronous && file.completion.port() != null;
            irp.major = request.major;
            irp.put8(Irp.REQUESTOR_MODE, 1);
            irp.put64(Irp.THREAD, IoManager.threadObject(caller));
            irp.put64(Irp.USER_IOSB, request.iosb);
            describe(irp, request, machine);
            irp.tell("created", caller.threadName() + "  " + call(request, machine));
            if (machine.tracing) {
                machine.emit(new Travel.Begun(irp.number, irp.major, request.code, request.code == 0 ? "" : machine.ioctlName(request.code), Place.of(caller, request.in), request.inLength,
                        Place.of(caller, request.out), request.outLength));
            }
            int status = setUp(caller, irp, request, top);
            if (status < 0) {
                if (irp.systemBuffer != null) {                       // the input was copied before the output turned out to be bad
                    machine.nonpaged.free(irp.systemBuffer);
                }
                io.free(irp);
                failed.status = status;
                return failed;
            }
            nextLocation(irp, request, file);
            io.track(irp);
            int returned = io.call(caller, top, irp);
            if (returned == IoManager.STATUS_PENDING && !requestor.done) {
                if (irp.unmarked) {
                    failed.status = IoManager.STATUS_PENDING;
                    return failed;
                }
                requestor.returned = true;
                if (file.synchronous) {
                    requestor.waiting = true;
                    while (!requestor.done) {
                        caller.waitFor("request #" + irp.number + " (" + Irp.majorName(irp.major) + ")");
                    }
                    return requestor.outcome;
                }
                failed.status = IoManager.STATUS_PENDING;
                failed.pended = true;
                return failed;
            }
            if (!requestor.done) {
                // The dispatch routine gave a final status and did not complete the request: the caller believes it.
                neverCompleted(caller, irp, returned);
                failed.status = returned;
                return failed;
            }
            if (returned == IoManager.STATUS_PENDING && !file.synchronous && requestor.outcome.pended) {
                failed.status = IoManager.STATUS_PENDING;            // ENV-127: done already, and pending to the caller
                failed.pended = true;
                return failed;
            }
            return requestor.outcome;
        } finally {
            unlockFile(file);
        }
    }

    private static void neverCompleted(Caller caller, Irp irp, int returned) {
        caller.machine.violation(new wdfs.runtime.Report.Builder(wdfs.runtime.Report.Kind.VIOLATION, "LowerDriverReturn", "IOM-150",
                "the dispatch routine of %s returned %s without completing the request".formatted(irp.holder, caller.machine.statuses.name(returned))).subject(irp)
                .help("complete the request with IoCompleteRequest, or mark it pending and return STATUS_PENDING").story(irp).build(), irp.holder + irp.number);
    }

    private static void lockFile(Caller caller, FileObject file) {
        if (!file.synchronous) {
            return;
        }
        while (file.busy) {                                          // ENV-122: one call at a time
            file.lockWaiters.add(caller);
            caller.waitFor("another call on file " + file.name);
        }
        file.busy = true;
    }

    private static void unlockFile(FileObject file) {
        if (file.synchronous) {
            file.busy = false;
            Caller next = file.lockWaiters.poll();
            if (next != null) {
                next.wake(0);
            }
        }
    }

    private static String call(Request request, Machine machine) {
        return switch (request.major) {
            case READ -> "ReadFile(" + request.outLength + ")";
            case WRITE -> "WriteFile(" + request.inLength + ")";
            case FLUSH -> "FlushFileBuffers()";
            default -> "DeviceIoControl(" + machine.ioctlName(request.code) + ", in " + request.inLength + ", out " + request.outLength + ")";
        };
    }

    private static void describe(Irp irp, Request request, Machine machine) {
        if (request.major == FLUSH) {
            return;                                                   // it has neither buffers nor a code
        }
        if (request.major == READ || request.major == WRITE) {
            irp.lengths = machine.shared("length " + (request.major == READ ? request.outLength : request.inLength));
        } else {
            String name = machine.ioctlName(request.code);
            irp.code = machine.shared(name + "  " + Irp.methodName(request.code));
            irp.lengths = machine.shared("in " + request.inLength + "  out " + request.outLength);
        }
    }

    private static void nextLocation(Irp irp, Request request, FileObject file) {
        long stack = irp.stackLocation() - Irp.STACK_LOCATION_SIZE;
        byte[] location = new byte[Irp.STACK_LOCATION_SIZE];
        location[0] = (byte) request.major;
        switch (request.major) {
            case READ, WRITE -> {
                put(location, 0x08, request.major == READ ? request.outLength : request.inLength);
                put(location, 0x18, request.offset);
            }
            default -> {
                put(location, 0x08, request.outLength);
                put(location, 0x10, request.inLength);
                put(location, 0x18, request.code & 0xFFFF_FFFFL);
                put(location, 0x20, (request.code & 3) == 3 ? request.in : 0);
            }
        }
        put(location, 0x30, file.address());
        irp.machine.memory.store(null, stack, location);
    }

    private static void put(byte[] bytes, int offset, long value) {
        for (int i = 0; i < 8; i++) {
            bytes[offset + i] = (byte) (value >>> 8 * i);
        }
    }

    // ---- on the way in ---------------------------------------------------------------------------------------------------------------

    private static int setUp(Caller caller, Irp irp, Request request, DeviceObject top) {
        if (request.major == READ || request.major == WRITE) {
            boolean read = request.major == READ;
            long address = read ? request.out : request.in;
            long length = read ? request.outLength : request.inLength;
            int flags = top.flags();
            if ((flags & DeviceObject.DO_BUFFERED_IO) != 0) {        // IOM-044: buffered wins
                if (length == 0) {
                    return 0;                                          // IOM-060
                }
                if (!probe(caller, irp.number, address, length, read)) {
                    return ACCESS_VIOLATION;
                }
                irp.put64(Irp.USER_BUFFER, address);
                irp.flags(Irp.BUFFERED_IO | Irp.DEALLOCATE_BUFFER | (read ? Irp.INPUT_OPERATION : 0));
                return systemBuffer(caller, irp, length, read ? 0 : address, read ? 0 : length, !read);
            }
            if ((flags & DeviceObject.DO_DIRECT_IO) != 0) {
                return length == 0 ? 0 : lock(caller, irp, address, length, read);
            }
            irp.put64(Irp.USER_BUFFER, address);
            return 0;
        }
        return switch (request.code & 3) {
            case 0 -> {
                long length = Math.max(request.inLength, request.outLength);
                if (length == 0) {
                    // IOM-072; IOM-080: a pointer with length 0 is not looked at.
                    yield 0;
                }
                irp.put64(Irp.USER_BUFFER, request.out);
                irp.flags(Irp.BUFFERED_IO | Irp.DEALLOCATE_BUFFER | (request.out != 0 ? Irp.INPUT_OPERATION : 0));
                yield systemBuffer(caller, irp, length, request.in, request.inLength, false);
            }
            case 1, 2 -> {
                if (request.inLength > 0) {
                    irp.flags(Irp.BUFFERED_IO | Irp.DEALLOCATE_BUFFER);
                    int status = systemBuffer(caller, irp, request.inLength, request.in, request.inLength, true);
                    if (status < 0) {
                        yield status;
                    }
                }
                yield request.outLength > 0 ? lock(caller, irp, request.out, request.outLength, (request.code & 3) == 2) : 0;
            }
            default -> {
                irp.put64(Irp.USER_BUFFER, request.out);             // IOM-077: raw
                yield 0;
            }
        };
    }

    /// Whether every page of a user range may be read, or written.
    public static boolean range(Caller caller, long address, long length, boolean write) {
        if (length == 0) {
            return true;
        }
        if (address < 0 || address + length > Memory.USER_LIMIT || address + length < address) {
            return false;
        }
        Memory memory = caller.machine.memory;
        Memory.Space space = caller.process.space();
        for (long page = address & ~0xFFFL; page < address + length; page += Memory.PAGE) {
            if (!(write ? memory.isWritable(space, page) : memory.isMapped(space, page))) {
                return false;
            }
        }
        return true;
    }

    private static boolean probe(Caller caller, int request, long address, long length, boolean write) {
        boolean passed = range(caller, address, length, write);
        if (caller.machine.tracing) {
            caller.machine.emit(new Travel.Probed(request, "io", Place.of(caller, address), length, write, passed));
        }
        return passed;
    }

    /// The checks that come before a handle is looked at (IOM-101). @return STATUS_SUCCESS or STATUS_ACCESS_VIOLATION
    public static int probeControl(Caller caller, int code, long in, long inLength, long out, long outLength) {
        int method = code & 3;
        if (method == 0 && outLength > 0 && out != 0 && !probe(caller, 0, out, outLength, true)) {
            return ACCESS_VIOLATION;
        }
        if (method != 3 && inLength > 0 && in != 0 && !probe(caller, 0, in, inLength, false)) {
            return ACCESS_VIOLATION;
        }
        return 0;
    }

    /// @param readOnly the driver is not meant to change it: a buffered write, the input of a direct control
    private static int systemBuffer(Caller caller, Irp irp, long length, long from, long copied, boolean readOnly) {
        Machine machine = caller.machine;
        Region buffer = machine.fails("pool") ? null : machine.nonpaged.allocate(length, "SystemBuffer", false);
        if (buffer == null) {
            return INSUFFICIENT_RESOURCES;
        }
        Region named = named(machine, buffer, irp);
        irp.systemBuffer = named;
        irp.put64(Irp.SYSTEM_BUFFER, named.base);
        if (machine.tracing) {
            machine.emit(new Travel.Allocated(irp.number, "io", Place.system(machine, named.base), length));
        }
        Memory memory = machine.memory;
        if (copied > 0) {
            if (!range(caller, from, copied, false)) {
                return ACCESS_VIOLATION;
            }
            byte[] bytes = new byte[(int) copied];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) memory.peek(caller.process.space(), from + i);
            }
            memory.store(null, named.base, bytes);
            for (int i = 0; i < bytes.length; i++) {
                if ((memory.shadowAt(caller.process.space(), from + i) & Shadow.UNWRITTEN) != 0) {
                    memory.mark(null, named.base + i, 1, Shadow.UNWRITTEN, -1);
                }
            }
            irp.copiedIn = copied;
            irp.tell("copied", Report.count(copied, "byte") + " from the application to " + named.label());
            if (machine.tracing) {
                machine.emit(new Travel.Copied(irp.number, "io", Travel.Why.IN, Place.of(caller, from), Place.system(machine, named.base), copied));
            }
        }
        if (readOnly) {
            memory.mark(null, named.base, length, Shadow.READ_ONLY, -1);
        } else if (copied < length) {
            memory.mark(null, named.base + copied, length - copied, Shadow.UNWRITTEN | Shadow.TRACED, Poison.FRESH);
        }
        return 0;
    }

    /// A system buffer bears the number of its request.
    private static Region named(Machine machine, Region block, Irp irp) {
        Region region = new Region(block.base, block.size, "SystemBuffer", irp.number);
        region.subject = irp;
        machine.memory.add(null, region);
        return region;
    }

    private static int lock(Caller caller, Irp irp, long address, long length, boolean write) {
        Machine machine = caller.machine;
        Memory.Space space = caller.process.space();
        if (address < 0 || address + length > Memory.USER_LIMIT || address + length < address) {
            return ACCESS_VIOLATION;
        }
        if (length > 256L << 20) {
            return INSUFFICIENT_RESOURCES;
        }
        Mdl mdl = Mdl.allocate(caller, address, length);
        if (mdl == null) {
            return INSUFFICIENT_RESOURCES;
        }
        if (mdl.lock(space, write) != Mdl.ALL_LOCKED) {                           // IOM-102, IOM-109
            mdl.free();
            return ACCESS_VIOLATION;
        }
        mdl.owner = "the request's";
        mdl.subject = irp;
        mdl.block().subject = irp;
        irp.mdl = mdl;
        irp.put64(Irp.MDL_ADDRESS, mdl.address);
        int pages = (int) ((address & 0xFFF) + length + 0xFFF >>> 12);
        irp.tell("locked", pages + (pages == 1 ? " page for " : " pages for ") + (write ? "writing" : "reading"));
        if (machine.tracing) {
            machine.emit(new Travel.Locked(irp.number, "io", Place.of(caller, address), length, pages, write, mdl.label(), Place.NULL));
        }
        return 0;
    }

    // ---- on the way back ---------------------------------------------------------------------------------------------------------------

    /// IOM-121 to IOM-127. @return the status, replaced if the copy faults
    private static int copyBack(UserRequestor requestor, Irp irp, int status, long information) {
        Request request = requestor.request;
        Machine machine = irp.machine;
        boolean buffered = (irp.flags() & (Irp.BUFFERED_IO | Irp.INPUT_OPERATION)) == (Irp.BUFFERED_IO | Irp.INPUT_OPERATION);
        if (!buffered || status >>> 30 == 3 || status == VERIFY_REQUIRED || information == 0 || irp.systemBuffer == null) {
            if (machine.tracing) {
                machine.emit(new Travel.Completed(irp.number, "io", status, information));
            }
            return status;
        }
        long count = information;
        if (Long.compareUnsigned(information, request.outLength) > 0) {
            IoManager.of(machine).informationTooLarge(irp, information, request.outLength);
            count = request.outLength;                                         // IOM-125: capped here, reported as given
        }
        count = Math.min(count, irp.systemBuffer.size);
        Memory.Space space = requestor.thread.process.space();
        IoManager.of(machine).infoLeak(irp, irp.systemBuffer, count);
        Memory memory = machine.memory;
        if (machine.tracing) {
            machine.emit(new Travel.Completed(irp.number, "io", status, information));
        }
        byte[] bytes = new byte[(int) count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) memory.peek(null, irp.systemBuffer.base + i);
        }
        for (int done = 0; done < count; ) {
            long at = request.out + done;
            int piece = (int) Math.min(count - done, Memory.PAGE - (at & 0xFFF));
            if (!memory.isWritable(space, at)) {
                irp.tell("fault", "copying back: the application's buffer is gone");
                return ACCESS_VIOLATION;                               // IOM-126
            }
            byte[] part = java.util.Arrays.copyOfRange(bytes, done, done + piece);
            memory.store(space, at, part);
            done += piece;
        }
        for (int i = 0; i < count; i++) {
            if ((memory.shadowAt(null, irp.systemBuffer.base + i) & Shadow.UNWRITTEN) != 0) {
                memory.mark(space, request.out + i, 1, Shadow.UNWRITTEN, -1);
            }
        }
        if (machine.tracing) {
            machine.emit(new Travel.Copied(irp.number, "io", Travel.Why.BACK, Place.system(machine, irp.systemBuffer.base), Place.of(requestor.thread, request.out), count));
        }
        return status;
    }

    // ---- create, cleanup, close --------------------------------------------------------------------------------------------------------

    /// A request without buffers; waits for its end. @return status
    static int simple(Caller caller, DeviceObject device, FileObject file, int major, int access, long[] information) {
        byte[] location = new byte[Irp.STACK_LOCATION_SIZE];
        location[0] = (byte) major;
        return send(caller, device, file, location, 0, information);
    }

    /// A request whose stack location the system writes itself; to the top of the stack, and waits for its end. @return status
    /// @param information with what IoStatus.Information begins, and then what it is at the end
    static int send(Caller caller, DeviceObject device, FileObject file, byte[] location, int initialStatus, long[] information) {
        int major = location[0];
        IoManager io = IoManager.of(caller);
        DeviceObject top = device.top();
        Irp irp = tellsOfAnEnd(major, location[1]) ? io.allocateMustSucceed(top.stackSize()) : io.allocate(top.stackSize());
        if (irp == null) {
            return INSUFFICIENT_RESOURCES;
        }
        int[] result = {IoManager.STATUS_PENDING};
        boolean[] waiting = {false};
        irp.file = file;
        irp.major = major;
        irp.put8(Irp.REQUESTOR_MODE, caller.process.space() == null || file != null && file.byKernel ? 0 : 1);
        irp.put64(Irp.THREAD, IoManager.threadObject(caller));
        irp.requestor = new Irp.Requestor() {
            @Override public Caller thread() { return caller; }

            @Override public void finished(Caller by, Irp done) {
                result[0] = done.status();
                information[0] = done.information();
                if (waiting[0]) {
                    caller.wake(0);
                }
            }
        };
        irp.status(initialStatus);
        irp.information(information[0]);
        put(location, 0x30, file == null ? 0 : file.address());
        caller.machine.memory.store(null, irp.stackLocation() - Irp.STACK_LOCATION_SIZE, location);
        irp.tell("created", caller.threadName());
        io.track(irp);
        int status = io.call(caller, top, irp);
        boolean ended = irp.isCompleted();
        if (status == IoManager.STATUS_PENDING && !ended && !irp.unmarked) {
            waiting[0] = true;
            while (!irp.isCompleted()) {
                caller.waitFor("request #" + irp.number + " (" + Irp.majorName(major) + ")");
            }
        } else if (!ended) {
            neverCompleted(caller, irp, status);
            return status;
        }
        return result[0];
    }

    private static boolean tellsOfAnEnd(int major, int minor) {
        return switch (major) {
            case CLOSE, CLEANUP, SHUTDOWN -> true;
            case PnpManager.PNP -> switch (minor) {
                case PnpManager.REMOVE_DEVICE, PnpManager.CANCEL_REMOVE_DEVICE, PnpManager.STOP_DEVICE, PnpManager.CANCEL_STOP_DEVICE, PnpManager.SURPRISE_REMOVAL -> true;
                default -> false;
            };
            default -> false;
        };
    }

    /// A driver opens a device: a file without a handle, for synchronous use. @return status; on success `opened[0]` is the file
    public static int openForKernel(Caller caller, DeviceObject device, String rest, FileObject[] opened) {
        return open(caller, device, rest, device.label(), true, true, opened, new long[1]);
    }

    /// Opens a device for a process. @return status; on success `opened[0]` is the file
    public static int open(Caller caller, DeviceObject device, String rest, String path, boolean synchronous, FileObject[] opened, long[] information) {
        return open(caller, device, rest, path, synchronous, false, opened, information);
    }

    private static int open(Caller caller, DeviceObject device, String rest, String path, boolean synchronous, boolean byKernel, FileObject[] opened, long[] information) {
        IoManager io = IoManager.of(caller);
        if (device.isDeleted()) {
            return 0xC000000E;                                        // ENV-121: STATUS_NO_SUCH_DEVICE
        }
        if ((device.flags() & DeviceObject.DO_DEVICE_INITIALIZING) != 0) {
            return 0xC000000E;
        }
        Devnode node = device.devnode();
        if (node != null && !node.admitsOpens()) {                    // DOE_START_PENDING, DOE_REMOVE_PENDING
            return 0xC000000E;
        }
        if (device.driver.unloadPending) {
            return 0xC000000E;                                        // STATUS_NO_SUCH_DEVICE: the driver is on its way out
        }
        if ((device.flags() & DeviceObject.DO_EXCLUSIVE) != 0 && device.opens > 0) {
            return 0xC0000022;
        }
        Region name = rest.isEmpty() ? null : caller.machine.nonpaged.allocate(rest.length() * 2L, "FileName", true);
        FileObject file = rest.isEmpty() || name != null ? io.newFile(device, path, synchronous) : null;
        if (file == null) {
            if (name != null) {
                caller.machine.nonpaged.free(name);
            }
            return 0xC000009A;                                        // STATUS_INSUFFICIENT_RESOURCES
        }
        file.byKernel = byKernel;
        device.opens++;
        device.put32(DeviceObject.REFERENCE_COUNT, device.opens);
        if (name != null) {
            byte[] text = rest.getBytes(java.nio.charset.StandardCharsets.UTF_16LE);
            caller.machine.memory.store(null, name.base, text);
            byte[] string = new byte[16];
            put(string, 0, text.length | (long) text.length << 16);
            put(string, 8, name.base);
            caller.machine.memory.store(null, file.address() + 0x58, string);
            file.nameBlock = name;
        }
        int status = simple(caller, device, file, 0, 0, information);
        if (status < 0 || status == IoManager.STATUS_PENDING) {
            free(caller, file);
            return status;
        }
        opened[0] = file;
        return status;
    }

    /// The last handle is gone: IRP_MJ_CLEANUP, and IRP_MJ_CLOSE once nothing refers to the file.
    public static void cleanup(Caller caller, FileObject file) {
        if (file.cleanedUp) {
            return;
        }
        file.cleanedUp = true;
        long[] information = new long[1];
        simple(caller, file.device, file, CLEANUP, 0, information);
        closeIfIdle(caller, file);
    }

    /// The last user of a file in the kernel lets go of it: cleanup, then close.
    public static void closeWhenIdle(Caller caller, FileObject file) {
        if (!file.cleanedUp) {
            cleanup(caller, file);
        } else {
            closeIfIdle(caller, file);
        }
    }

    static void closeIfIdle(Caller caller, FileObject file) {
        if (!file.cleanedUp || file.closed || file.references > 0) {
            return;
        }
        if (file.pending > 0) {
            file.closeOwed = true;
            return;
        }
        long[] information = new long[1];
        simple(caller, file.device, file, CLOSE, 0, information);
        free(caller, file);
    }

    private static void free(Caller caller, FileObject file) {
        if (file.nameBlock != null) {
            caller.machine.nonpaged.free(file.nameBlock);
        }
        IoManager.of(caller).freeFile(file);
    }
}
