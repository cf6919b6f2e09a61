package wdfs.io;

import java.util.List;
import wdfs.kernel.Mdl;
import wdfs.machine.Memory;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;
import wdfs.runtime.ScriptStack;
import wdfs.runtime.Subject;

/// An I/O request packet: the structure in nonpaged memory at Windows' offsets, where drivers see and change it, and beside
/// it what only the I/O manager knows.
public final class Irp implements Subject {
    public static final int SIZE = 0xD0;
    public static final int STACK_LOCATION_SIZE = 0x48;
    public static final int MDL_ADDRESS = 0x08;
    public static final int FLAGS = 0x10;
    public static final int SYSTEM_BUFFER = 0x18;
    public static final int STATUS = 0x30;
    public static final int INFORMATION = 0x38;
    public static final int REQUESTOR_MODE = 0x40;
    public static final int PENDING_RETURNED = 0x41;
    public static final int STACK_COUNT = 0x42;
    public static final int CURRENT_LOCATION = 0x43;
    public static final int CANCEL = 0x44;
    public static final int CANCEL_IRQL = 0x45;
    public static final int USER_IOSB = 0x48;
    public static final int USER_EVENT = 0x50;
    public static final int CANCEL_ROUTINE = 0x68;
    public static final int USER_BUFFER = 0x70;
    public static final int THREAD = 0x98;
    public static final int CURRENT_STACK_LOCATION = 0xB8;

    public static final int PAGING_IO = 0x02;
    public static final int BUFFERED_IO = 0x10;
    public static final int DEALLOCATE_BUFFER = 0x20;
    public static final int INPUT_OPERATION = 0x40;

    final Machine machine;
    public final long address;
    final Region block;
    public final int number;
    public Region systemBuffer;
    public Mdl mdl;
    /// Who asked: gets the result.
    public Requestor requestor;
    public FileObject file;
    boolean completed;
    /// A driver made it (IoAllocateIrp): it is freed by the driver.
    public boolean driverOwned;
    /// Of one that a driver made: the stack location from which that driver has sent it, 0 if it has not yet.
    long sentFrom;
    private final Story story;
    final PendingIrps.Link link = new PendingIrps.Link();
    /// The framework's request for it.
    public Object framework;
    /// The names of what a report shows.
    String code = "";
    String lengths = "";
    int major;
    /// The driver that has it now.
    public String holder = "";
    public boolean dropped;
    /// Some driver on the way marked it pending.
    boolean wasPending;
    /// It belongs to its file, not to the thread that made it, which may end before it does (ENV-134).
    boolean ofFile;
    /// STATUS_PENDING was returned for it without a mark.
    boolean unmarked;
    /// Bytes of the input that were copied into the system buffer.
    long copiedIn;
    /// The buffers in the driver host, of a request that a UMDF stack gets; null for what goes through the kernel.
    public HostBuffers hosted;
    /// The request that this one stands for in a host: both have one story.
    Irp standsFor;
    /// A driver in some host made it.
    public boolean fromUserModeDriver;

    /// The process whose thread asked; 4, the System, for the kernel's own.
    public long requestorProcessId() {
        Irp asked = standsFor != null ? standsFor : this;
        return asked.requestor == null || asked.requestor.thread() == null ? 4 : asked.requestor.thread().process.processId();
    }
    /// A framework's cancel routine.
    public Runnable javaCancel;
    /// RequestNotCompleted has been told.
    public boolean reportedLost;
    /// The thread that cancels, while {@link #javaCancel} runs.
    public Caller cancelCaller;

    Irp(Machine machine, Region block, int number) {
        this(machine, block, block.base, number);
    }

    /// @param address in the block; a driver may have an IRP in memory of its own
    Irp(Machine machine, Region block, long address, int number) {
        this.machine = machine;
        this.story = new Story(machine);
        this.block = block;
        this.address = address;
        this.number = number;
        if (address == block.base) {
            block.subject = this;
        }
    }

    /// What the system itself does when a request comes back to a driver that sent it on.
    @FunctionalInterface
    public interface Returning {
        /// @return whether the driver keeps the request: it goes no further up (STATUS_MORE_PROCESSING_REQUIRED)
        boolean returned(Caller caller);
    }

    private record Return(long lowerLocation, Returning to) {}

    /// Null until the request is first sent on, which most never are.
    private java.util.ArrayDeque<Return> returns;

    /// The completion routine, in Java, of the driver that has the request now and sends it on.
    public void onReturn(Returning to) {
        if (returns == null) {
            returns = new java.util.ArrayDeque<>(2);
        }
        returns.push(new Return(stackLocation() - STACK_LOCATION_SIZE, to));
    }

    /// The request leaves the location of a lower driver. @return whether the upper one keeps it
    boolean returned(Caller caller, long lowerLocation) {
        if (returns == null || returns.isEmpty() || returns.peek().lowerLocation != lowerLocation) {
            return false;
        }
        return returns.pop().to.returned(caller);
    }

    /// It is to be as it was when it was made; its fields are the caller's affair.
    void forgetJourney() {
        completed = false;
        sentFrom = 0;
        wasPending = false;
        unmarked = false;
        dropped = false;
        reportedLost = false;
        holder = "";
        code = "";
        lengths = "";
        major = 0;
        mdl = null;
        systemBuffer = null;
        copiedIn = 0;
        javaCancel = null;
        cancelCaller = null;
        returns = null;
        file = null;
    }

    // ---- fields; read and written as the system does, without the driver's rules ---------------------------------------------------

    long field64(int offset) {
        return machine.memory.field64(address + offset);
    }

    int field32(int offset) {
        return machine.memory.field32(address + offset);
    }

    int field8(int offset) {
        return machine.memory.peek(null, address + offset);
    }

    void put64(int offset, long value) {
        machine.memory.field64(address + offset, value);
    }

    void put32(int offset, int value) {
        machine.memory.field32(address + offset, value);
    }

    public void put8(int offset, int value) {
        machine.memory.field8(address + offset, value);
    }

    public int status() {
        return field32(STATUS);
    }

    public void status(int value) {
        put32(STATUS, value);
    }

    public long information() {
        return field64(INFORMATION);
    }

    public void information(long value) {
        put64(INFORMATION, value);
    }

    public boolean isUserMode() {
        return field8(REQUESTOR_MODE) != 0;
    }

    public int flags() {
        return field32(FLAGS);
    }

    public void flags(int value) {
        put32(FLAGS, value);
    }

    public boolean isCancelled() {
        return field8(CANCEL) != 0;
    }

    public long systemBufferAddress() {
        return field64(SYSTEM_BUFFER);
    }

    public long mdlAddress() {
        return field64(MDL_ADDRESS);
    }

    public long userBuffer() {
        return field64(USER_BUFFER);
    }

    /// The caller's status block (an OVERLAPPED begins with one).
    public long statusBlock() {
        return field64(USER_IOSB);
    }

    public int stackCount() {
        return field8(STACK_COUNT);
    }

    public int currentLocation() {
        return (byte) field8(CURRENT_LOCATION);
    }

    /// Not so of one that was only allocated: its first location is the next one.
    public boolean hasCurrentLocation() {
        return currentLocation() <= stackCount();
    }

    public long stackLocation() {
        return field64(CURRENT_STACK_LOCATION);
    }

    public boolean isCompleted() {
        return completed;
    }

    // ---- the current stack location ------------------------------------------------------------------------------------------------

    private long stack64(int offset) {
        return machine.memory.field64(stackLocation() + offset);
    }

    public int majorFunction() {
        return (int) stack64(0) & 0xFF;
    }

    public int minorFunction() {
        return (int) stack64(0) >>> 8 & 0xFF;
    }

    /// Parameters.Read.Length or Parameters.Write.Length.
    public long transferLength() {
        return stack64(0x08) & 0xFFFF_FFFFL;
    }

    public long outputLength() {
        return stack64(0x08) & 0xFFFF_FFFFL;
    }

    public long inputLength() {
        return stack64(0x10) & 0xFFFF_FFFFL;
    }

    public int controlCode() {
        return (int) stack64(0x18);
    }

    public long type3InputBuffer() {
        return stack64(0x20);
    }

    public long byteOffset() {
        return stack64(0x18);
    }

    public int key() {
        return (int) stack64(0x10);
    }

    /// Parameters.Power: whether a device's state is meant, not the system's.
    public boolean isDevicePower() {
        return (int) stack64(0x10) == 1;
    }

    /// Parameters.Power.State: DEVICE_POWER_STATE or SYSTEM_POWER_STATE.
    public int powerState() {
        return (int) stack64(0x18);
    }

    /// Parameters.Power.ShutdownType: POWER_ACTION.
    public int powerAction() {
        return (int) stack64(0x20);
    }

    /// IO_STACK_LOCATION.Parameters, as 64-bit words.
    public long parameter(int index) {
        return stack64(8 + 8 * index);
    }

    public void parameter(int index, long value) {
        machine.memory.field64(stackLocation() + 8 + 8 * index, value);
    }

    public long fileObjectAddress() {
        return stack64(0x30);
    }

    /// The first stack location of a request that stands for another one (UMDF-109: the code as it came, and no raw address).
    public void describeLike(Irp other) {
        long from = other.stackLocation();
        long to = stackLocation() - STACK_LOCATION_SIZE;
        for (int i = 0; i < 0x38; i += 8) {
            machine.memory.field64(to + i, machine.memory.field64(from + i));
        }
        machine.memory.field8(to + 3, 0);
        if (other.majorFunction() == Transfers.DEVICE_CONTROL) {
            machine.memory.field64(to + 0x20, 0);
        }
    }

    /// The first stack location of a request of PnP or power inside a host; its status begins as STATUS_NOT_SUPPORTED.
    public void beginLike(Irp other) {
        describeLike(other);
        major = other.majorFunction();
        status(0xC00000BB);
    }

    public void markPending() {
        long at = stackLocation() + 3;
        int control = machine.memory.peek(null, at) & 0xFF;
        machine.memory.store(null, at, new byte[] {(byte) (control | 1)});
    }

    boolean isMarkedPending(long location) {
        return (machine.memory.peek(null, location + 3) & 1) != 0;
    }

    // ---- the story -------------------------------------------------------------------------------------------------------------------

    /// Its major function, from before it was sent anywhere.
    public int firstMajor() {
        return major;
    }

    /// The name of its control code and its lengths, as reports show them.
    public String shownCode() {
        return code;
    }

    public static String majorName(int major) {
        return switch (major) {
            case 0x00 -> "IRP_MJ_CREATE";
            case 0x01 -> "IRP_MJ_CREATE_NAMED_PIPE";
            case 0x02 -> "IRP_MJ_CLOSE";
            case 0x03 -> "IRP_MJ_READ";
            case 0x04 -> "IRP_MJ_WRITE";
            case 0x05 -> "IRP_MJ_QUERY_INFORMATION";
            case 0x06 -> "IRP_MJ_SET_INFORMATION";
            case 0x07 -> "IRP_MJ_QUERY_EA";
            case 0x08 -> "IRP_MJ_SET_EA";
            case 0x09 -> "IRP_MJ_FLUSH_BUFFERS";
            case 0x0A -> "IRP_MJ_QUERY_VOLUME_INFORMATION";
            case 0x0B -> "IRP_MJ_SET_VOLUME_INFORMATION";
            case 0x0C -> "IRP_MJ_DIRECTORY_CONTROL";
            case 0x0D -> "IRP_MJ_FILE_SYSTEM_CONTROL";
            case 0x0E -> "IRP_MJ_DEVICE_CONTROL";
            case 0x0F -> "IRP_MJ_INTERNAL_DEVICE_CONTROL";
            case 0x10 -> "IRP_MJ_SHUTDOWN";
            case 0x11 -> "IRP_MJ_LOCK_CONTROL";
            case 0x12 -> "IRP_MJ_CLEANUP";
            case 0x13 -> "IRP_MJ_CREATE_MAILSLOT";
            case 0x14 -> "IRP_MJ_QUERY_SECURITY";
            case 0x15 -> "IRP_MJ_SET_SECURITY";
            case 0x16 -> "IRP_MJ_POWER";
            case 0x17 -> "IRP_MJ_SYSTEM_CONTROL";
            case 0x18 -> "IRP_MJ_DEVICE_CHANGE";
            case 0x19 -> "IRP_MJ_QUERY_QUOTA";
            case 0x1A -> "IRP_MJ_SET_QUOTA";
            case 0x1B -> "IRP_MJ_PNP";
            default -> "IRP_MJ_0x%02X".formatted(major);
        };
    }

    public static String methodName(int code) {
        return switch (code & 3) {
            case 0 -> "METHOD_BUFFERED";
            case 1 -> "METHOD_IN_DIRECT";
            case 2 -> "METHOD_OUT_DIRECT";
            default -> "METHOD_NEITHER";
        };
    }

    /// Adds to the story: what happened, and where the script was.
    public void tell(String what, String detail) {
        if (standsFor != null) {
            standsFor.tell(what, detail);
            return;
        }
        story.tell(what, detail);
    }

    @Override
    public List<String> description() {
        return List.of("  %-10s #%d  %s%s%s".formatted("request", number, majorName(major), code.isEmpty() ? "" : "  " + code, lengths.isEmpty() ? "" : "  " + lengths));
    }

    @Override
    public String storyTitle() {
        return "what happened to request #" + number;
    }

    @Override
    public List<String> story() {
        if (standsFor != null) {
            return standsFor.story();
        }
        return story.lines();
    }

    /// Who asked for a request, and how the answer gets back.
    public interface Requestor {
        /// The last part of completion, in the requesting thread's context.
        void finished(Caller caller, Irp irp);

        Caller thread();
    }
}
