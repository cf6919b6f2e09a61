package wdfs.host;

import wdfs.io.HostBuffers;
import wdfs.io.Irp;
import wdfs.io.Transfers;
import wdfs.kernel.Mdl;
import wdfs.machine.Memory;
import wdfs.machine.Poison;
import wdfs.machine.Region;
import wdfs.machine.Shadow;
import wdfs.runtime.Caller;
import wdfs.runtime.HexDump;
import wdfs.runtime.Machine;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;
import wdfs.runtime.Travel;

/// The memory of one request in the driver host: intermediate buffers (UMDF §5), or the application's own pages with copies at
/// the ends (UMDF §4).
final class HostMemory {
    static final HostMemory NONE = new HostMemory();
    private static final int ACCESS_VIOLATION = 0xC0000005;
    private static final int INSUFFICIENT_RESOURCES = 0xC000009A;
    private static final int INVALID_BUFFER_SIZE = 0xC0000206;
    private static final int PAGE = Memory.PAGE;
    private static final String LANE = "umdf";

    private final ReflectedStack stack;
    private final Irp irp;
    private final Machine machine;
    private final Memory memory;
    private final Memory.Space requestor;
    private final Memory.Space host;
    private Region input;
    private Region output;
    private Window window;
    private HostBuffers buffers;

    /// What the request's buffer looks like from the kernel's side.
    private sealed interface Side {
        /// A system buffer, or any address of the requestor's process.
        record At(Memory.Space space, long address) implements Side {}

        record Pages(Mdl mdl) implements Side {}

        record None() implements Side {}
    }

    /// The application's pages in the host: whole ones are shared, the partial ones at the ends are copies.
    /// @param input the copies were made on the way in, and do not go back (UMDF-058)
    private record Window(Region region, Mdl mdl, boolean input) {}

    private HostMemory() {
        stack = null;
        irp = null;
        machine = null;
        memory = null;
        requestor = null;
        host = null;
    }

    HostMemory(ReflectedStack stack, Irp irp, Caller caller) {
        this.stack = stack;
        this.irp = irp;
        this.machine = stack.machine;
        this.memory = machine.memory;
        this.requestor = caller.process.space();
        this.host = stack.host.space();
    }

    /// What the driver gets; null for a request without buffers.
    HostBuffers buffers() {
        return buffers;
    }

    // ---- the kernel's side -------------------------------------------------------------------------------------------------------------

    private boolean isControl() {
        return irp.majorFunction() == Transfers.DEVICE_CONTROL;
    }

    private long inputLength() {
        return isControl() ? irp.inputLength() : irp.majorFunction() == Transfers.WRITE ? irp.transferLength() : 0;
    }

    private long outputLength() {
        return isControl() ? irp.outputLength() : irp.majorFunction() == Transfers.READ ? irp.transferLength() : 0;
    }

    /// Where the data come from.
    private Side source() {
        if (isControl()) {
            return (irp.controlCode() & 3) == 3 ? new Side.At(requestor, irp.type3InputBuffer()) : new Side.At(null, irp.systemBufferAddress());
        }
        return transferSide();
    }

    /// Where they go back to.
    private Side target() {
        if (!isControl()) {
            return transferSide();
        }
        return switch (irp.controlCode() & 3) {
            case 0 -> new Side.At(null, irp.systemBufferAddress());
            case 3 -> new Side.At(requestor, irp.userBuffer());
            default -> irp.mdlAddress() == 0 ? new Side.None() : new Side.Pages(Mdl.at(machine, irp.mdlAddress()));
        };
    }

    /// UMDF-121: reads and writes may come in any form, neither included.
    private Side transferSide() {
        if (irp.systemBufferAddress() != 0) {
            return new Side.At(null, irp.systemBufferAddress());
        }
        if (irp.mdlAddress() != 0) {
            return new Side.Pages(Mdl.at(machine, irp.mdlAddress()));
        }
        return irp.userBuffer() == 0 ? new Side.None() : new Side.At(requestor, irp.userBuffer());
    }

    /// UMDF-092: a raw address is looked at before anything is copied.
    private boolean reachable(Side side, long length, boolean write) {
        if (!(side instanceof Side.At(Memory.Space space, long address)) || space == null && address < 0) {
            return true;
        }
        if (irp.isUserMode() && (address < 0 || address + length > Memory.USER_LIMIT || address + length < address)) {
            return false;
        }
        for (long page = address & -PAGE; page < address + length; page += PAGE) {
            if (!(write ? memory.isWritable(space, page) : memory.isMapped(space, page))) {
                return false;
            }
        }
        return true;
    }

    // ---- on the way in -----------------------------------------------------------------------------------------------------------------

    /// Makes the buffers. @param direct the stack wants its pages @return a status
    int prepare(boolean direct) {
        long in = inputLength();
        long out = outputLength();
        Side source = source();
        Side target = target();
        if (in > 0 && !reachable(source, in, false) || out > 0 && !reachable(target, out, true)) {
            return ACCESS_VIOLATION;
        }
        boolean write = irp.majorFunction() == Transfers.WRITE;
        Mdl pages = direct ? shareable(write ? source : target, write ? in : out) : null;
        if (pages != null && !window(pages, write ? in : out, write)) {
            return INSUFFICIENT_RESOURCES;
        }
        if (in > 0 && !(write && pages != null)) {
            input = buffer("InputBuffer", in);
            if (input == null) {
                return INSUFFICIENT_RESOURCES;
            }
            if (machine.tracing) {
                machine.emit(new Travel.Allocated(irp.number, LANE, place(input.base), in));
            }
            copyIn(source, in);
        }
        if (out > 0 && pages == null) {
            output = buffer("OutputBuffer", out);                     // UMDF-081: nothing is copied in
            if (output == null) {
                return INSUFFICIENT_RESOURCES;
            }
            memory.mark(host, output.base, out, Shadow.UNWRITTEN | Shadow.TRACED, Poison.FRESH);
            if (machine.tracing) {
                machine.emit(new Travel.Allocated(irp.number, LANE, place(output.base), out));
            }
        }
        boolean lost = machine.fails("host_buffer");
        buffers = new HostBuffers(lost ? 0 : write && window != null ? start() : input == null ? 0 : input.base, in,
                lost ? 0 : !write && window != null ? start() : output == null ? 0 : output.base, out, pages != null);
        return 0;
    }

    /// UMDF-051 (c), (d), (e): the pages of a buffer that can be shared with the host; null if it goes by copying.
    private Mdl shareable(Side side, long length) {
        boolean code = !isControl() || (irp.controlCode() & 3) == 1 || (irp.controlCode() & 3) == 2;
        if (!code || length < stack.threshold()) {                    // UMDF-052, UMDF-069
            return null;
        }
        Mdl mdl = switch (side) {
            case Side.Pages(Mdl given) -> given;
            // UMDF-121: a raw buffer of a read or write is locked here.
            case Side.At(Memory.Space space, long address) when address != 0 && (space != null || address >= 0) -> locked(space, address, length);
            case Side.At _, Side.None _ -> null;
        };
        return mdl != null && IoTypes.hasWholePage(mdl.virtualAddress(), length) ? mdl : null;
    }

    private Mdl ownMdl;

    private Mdl locked(Memory.Space space, long address, long length) {
        Mdl mdl = Mdl.allocate((Caller) machine.scheduler.running(), address, length);
        if (mdl == null) {
            return null;
        }
        if (mdl.lock(space, irp.majorFunction() == Transfers.READ) != Mdl.ALL_LOCKED) {
            mdl.free();
            return null;
        }
        mdl.owner = "the reflector's";
        ownMdl = mdl;
        return mdl;
    }

    private Region buffer(String kind, long length) {
        Region region = machine.fails("host_memory") ? null : stack.host.heap().allocate(length, kind, false);
        if (region == null) {
            return null;
        }
        Region named = new Region(region.base, region.size, kind, irp.number);
        named.subject = irp;
        named.owner = stack.host.processName();
        memory.add(host, named);
        return named;
    }

    private Travel.Place place(long address) {
        return Travel.Place.of(machine, host, address);
    }

    private void copyIn(Side source, long length) {
        switch (source) {
            case Side.At(Memory.Space space, long address) -> {
                memory.mark(host, input.base, length, 0, -1);
                memory.carry(space, address, host, input.base, length);
                told(Travel.Why.IN, Travel.Place.of(machine, space, address), place(input.base), length);
            }
            case Side.Pages(Mdl mdl) -> {
                long address = mapped(mdl);
                if (address != 0) {
                    memory.mark(host, input.base, length, 0, -1);
                    memory.carry(null, address, host, input.base, length);
                    told(Travel.Why.IN, Travel.Place.system(machine, address), place(input.base), length);
                }
            }
            case Side.None _ -> { }
        }
    }

    /// Where the pages lie in system space; they are mapped there at the first call.
    private long mapped(Mdl mdl) {
        boolean first = !mdl.isMapped();
        long address = mdl.systemAddress();
        if (first && machine.tracing && mdl.mapping() != null) {
            machine.emit(new Travel.Mapped(irp.number, LANE, mdl.label(), Travel.Place.system(machine, address), mdl.byteCount() & 0xFFFF_FFFFL));
        }
        return address;
    }

    private void told(Travel.Why why, Travel.Place from, Travel.Place to, long length) {
        irp.tell("copied", Report.count(length, "byte") + (why == Travel.Why.IN ? " to " : " from ") + (why == Travel.Why.IN ? to : from));
        if (machine.tracing) {
            machine.emit(new Travel.Copied(irp.number, LANE, why, from, to, length));
        }
    }

    // ---- shared pages ------------------------------------------------------------------------------------------------------------------

    private long start() {
        return window.region.base;
    }

    /// UMDF-056 to UMDF-058: the buffer at the same offset in its first page; whole pages are the application's own.
    private boolean window(Mdl mdl, long length, boolean write) {
        boolean snapshot = write || isInDirect();
        int offset = (int) (mdl.virtualAddress() & PAGE - 1);
        int pages = (int) ((offset + length + PAGE - 1) / PAGE);
        long base = host.reserve((long) pages * PAGE);
        Region region = new Region(base + offset, length, "MappedBuffer", irp.number);
        region.subject = irp;
        region.owner = stack.host.processName();
        memory.add(host, region);
        window = new Window(region, mdl, snapshot);
        int shared = 0;
        for (int i = 0; i < pages; i++) {
            long from = Math.max(0, (long) i * PAGE - offset);
            long to = Math.min(length, (long) (i + 1) * PAGE - offset);
            long page = base + (long) i * PAGE;
            if (to - from == PAGE) {
                memory.share(host, page, mdl.frame(i));
                shared++;
                continue;
            }
            if (!memory.map(host, page, 1, true, false)) {
                return false;
            }
            memory.mark(host, page, PAGE, Shadow.RED_ZONE, Poison.RED_ZONE);
            memory.mark(host, base + offset + from, to - from, snapshot ? 0 : Shadow.UNWRITTEN | Shadow.TRACED, snapshot ? -1 : Poison.FRESH);
            if (snapshot) {
                long system = mapped(mdl);
                if (system == 0) {
                    return false;
                }
                memory.carry(null, system + from, host, base + offset + from, to - from);
                told(Travel.Why.IN, Travel.Place.system(machine, system + from), Travel.Place.of(machine, host, base + offset + from), to - from);
            }
        }
        if (machine.tracing) {
            machine.emit(new Travel.Mapped(irp.number, LANE, "%s (%s shared)".formatted(mdl.label(), Report.count(shared, "page")), place(region.base), length));
        }
        return true;
    }

    private boolean isInDirect() {
        return isControl() && (irp.controlCode() & 3) == 1;
    }

    /// Calls `part` with each stretch of the window that is a copy, as offset and length.
    private void copies(java.util.function.BiConsumer<Long, Long> part) {
        long length = window.region.size;
        int offset = (int) (window.region.base & PAGE - 1);
        long head = offset == 0 ? 0 : Math.min(length, PAGE - offset);
        long tail = (offset + length) % PAGE;
        if (head > 0) {
            part.accept(0L, head);
        }
        if (tail > 0 && length > head) {
            part.accept(length - tail, tail);
        }
    }

    // ---- on the way back ---------------------------------------------------------------------------------------------------------------

    /// UMDF-085, UMDF-058: what the driver put into the output goes back. @return the request's status, another if it cannot be so
    int giveBack(int status, long information) {
        if (buffers == null || outputLength() == 0 || status >>> 30 == 3) {
            return status;
        }
        if (Long.compareUnsigned(information, outputLength()) > 0 && window == null) {
            return INVALID_BUFFER_SIZE;                               // UMDF-163, UMDF-164: with the verifier on it did not come so far
        }
        long count = Long.compareUnsigned(information, outputLength()) > 0 ? outputLength() : information;
        if (count > 0 && !reachable(target(), count, true)) {         // UMDF-088, IOM-126
            irp.tell("fault", "copying back: the application's buffer is gone");
            return ACCESS_VIOLATION;
        }
        if (window != null && !window.input) {
            copies((from, length) -> {
                long piece = Math.min(length, count - from);
                if (piece > 0) {
                    put(from, start() + from, piece);
                }
            });
            return status;
        }
        if (output != null && count > 0) {
            leak(count);
            put(0, output.base, count);
        }
        return status;
    }

    /// `length` bytes of the host to offset `at` of the requestor's buffer.
    private void put(long at, long from, long length) {
        switch (target()) {
            case Side.At(Memory.Space space, long address) -> {
                memory.carry(host, from, space, address + at, length);
                told(Travel.Why.BACK, place(from), Travel.Place.of(machine, space, address + at), length);
            }
            case Side.Pages(Mdl mdl) -> {
                long address = mapped(mdl);
                if (address != 0) {
                    memory.carry(host, from, null, address + at, length);
                    told(Travel.Why.BACK, place(from), Travel.Place.system(machine, address + at), length);
                }
            }
            case Side.None _ -> { }
        }
    }

    /// UMDF-086. What goes by a system buffer is looked at by the I/O manager, with the same marks.
    private void leak(long count) {
        if (target() instanceof Side.At(Memory.Space space, _) && space == null || !machine.verifierOn()) {
            return;
        }
        long unwritten = 0;
        long first = -1;
        long last = -1;
        for (long i = 0; i < count; i++) {
            if ((memory.shadowAt(host, output.base + i) & Shadow.UNWRITTEN) != 0) {
                unwritten++;
                first = first < 0 ? i : first;
                last = i;
            }
        }
        if (unwritten == 0) {
            return;
        }
        Report.Builder report = new Report.Builder(Report.Kind.VIOLATION, "InfoLeak", "UMDF-086",
                "%d of the %d bytes returned %s never written by the driver".formatted(unwritten, count, unwritten == 1 ? "was" : "were")).blank().subject(irp)
                .fact("buffer", output.label() + ", " + output.size + " bytes, of " + stack.host.processName()).stack(ScriptStack.frames(), "").blank();
        HexDump.lines(memory, host, output, first, (int) (last - first + 1)).forEach(l -> report.line("%s", l));
        machine.violation(report.help("complete with the number of bytes that were written, or clear the rest first").build(), "#" + irp.number);
    }

    /// A kernel driver below served the request: its output becomes what the drivers of the host see.
    void fetch(int status, long information) {
        long count = buffers == null || status >>> 30 == 3 ? 0 : Math.min(information, outputLength());
        if (count <= 0) {
            return;
        }
        if (window != null && !window.input && window.mdl.systemAddress() != 0) {
            copies((at, length) -> {                                  // the shared pages have it already
                long piece = Math.min(length, count - at);
                if (piece > 0) {
                    memory.mark(host, start() + at, piece, 0, -1);
                    memory.carry(null, window.mdl.systemAddress() + at, host, start() + at, piece);
                }
            });
        }
        if (output == null) {
            return;
        }
        long from = switch (target()) {
            case Side.At(Memory.Space space, long address) when space == null -> address;
            case Side.At _, Side.None _ -> 0;
            case Side.Pages(Mdl mdl) -> mdl.systemAddress();
        };
        if (from != 0) {
            memory.mark(host, output.base, count, 0, -1);
            memory.carry(null, from, host, output.base, count);
        }
    }

    /// The buffers go; shared pages are the application's alone again.
    void release() {
        if (stack == null) {
            return;
        }
        free(input);
        free(output);
        input = null;
        output = null;
        if (window != null) {
            long base = window.region.base & -PAGE;
            long pages = (window.region.base + window.region.size - base + PAGE - 1) / PAGE;
            memory.unmap(host, base, pages);
            memory.remove(host, window.region);
            window = null;
        }
        if (ownMdl != null) {
            ownMdl.unlock();
            ownMdl.free();
            ownMdl = null;
        }
    }

    private void free(Region region) {
        if (region != null) {
            region.freedAt = "by the completion of request #" + irp.number;
            stack.host.heap().free(region);
        }
    }
}
