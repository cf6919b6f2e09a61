package wdfs.hardware;

import java.util.ArrayList;
import java.util.List;
import wdfs.kernel.Interrupts;
import wdfs.machine.Scheduler;
import wdfs.runtime.HardwareShape;
import wdfs.runtime.HardwareShape.Mode;
import wdfs.runtime.HardwareShape.Register;
import wdfs.runtime.ImageLayout;
import wdfs.runtime.LoadedImage;
import wdfs.runtime.Machine;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// One device of a `hardware` declaration, as a devnode has it: its registers, its state, what it has still to do.
///
/// All devices of one declaration share an image; the bytes of its data section are those of the device that ran last
/// ({@link #attend}). A device that is switched on begins with what the image holds at first.
public final class SimulatedDevice {
    /// The addresses that a `registers` block has on the bus.
    public record Range(HardwareShape.Space space, long base) {
        boolean contains(long address) {
            return address >= base && address - base < space.lengthBytes();
        }
    }

    private final SystemBus bus;
    private final Machine machine;
    private final String node;
    private final LoadedImage image;
    private final HardwareShape shape;
    private final List<Range> ranges;
    private final List<Scheduler.Due> waiting = new ArrayList<>();
    /// For each line, or for each message of one, where it reaches the processor.
    private final List<List<Interrupts.Vector>> vectors = new ArrayList<>();
    private byte[] state;
    private boolean on;
    private boolean present = true;

    SimulatedDevice(SystemBus bus, Machine machine, String node, LoadedImage image, List<Range> ranges) {
        this.bus = bus;
        this.machine = machine;
        this.node = node;
        this.image = image;
        this.shape = image.info().hardware();
        this.ranges = List.copyOf(ranges);
        this.state = image.info().data();
        Interrupts interrupts = Interrupts.of(machine);
        for (HardwareShape.Line line : shape.lines()) {
            List<Interrupts.Vector> list = new ArrayList<>();
            for (int i = 0; i < line.messages(); i++) {
                list.add(interrupts.vector(node + "." + line.name() + (line.messages() > 1 ? "[" + i + "]" : ""), line.vector(), line.irql(),
                        line.trigger() == HardwareShape.Trigger.LEVEL_SENSITIVE, line.shared()));
            }
            vectors.add(list);
        }
    }

    /// The vectors of a line: as many as it has messages. One is null if the system could not give it: another device has it,
    /// and one of them does not share.
    public List<Interrupts.Vector> vectors(int line) {
        return vectors.get(line);
    }

    /// A line that another device has, and one of them does not share; empty if all is well.
    public String conflict() {
        for (int i = 0; i < vectors.size(); i++) {
            if (vectors.get(i).contains(null)) {
                return shape.lines().get(i).name();
            }
        }
        return "";
    }

    /// `FifoChip of FifoNode`.
    String name() {
        return image.name() + " of " + node;
    }

    public String node() {
        return node;
    }

    public HardwareShape shape() {
        return shape;
    }

    public List<Range> ranges() {
        return ranges;
    }

    private List<Integer> assigned;

    /// What of its resources the system has dealt out, by their places in {@link ResourceLists}; null for all.
    public void assigned(List<Integer> places) {
        assigned = places;
    }

    List<Integer> assigned() {
        return assigned;
    }

    /// What `inject` can make go wrong in it.
    List<String> injectionPoints() {
        List<String> points = new ArrayList<>(List.of("late " + node));
        shape.lines().forEach(line -> points.add("drop " + node + "." + line.name()));
        for (HardwareShape.Space space : shape.spaces()) {
            for (Register register : space.registers()) {
                String name = node + "." + register.name();
                points.addAll(List.of("ones " + name, "garbage " + name, "lost " + name));
                register.fields().keySet().stream().sorted().forEach(field -> points.addAll(List.of("high " + name + "." + field, "low " + name + "." + field)));
            }
        }
        return points;
    }

    // ---- power and presence --------------------------------------------------------------------------------------------------------

    /// D0 is entered: registers and variables have their first values, nothing is under way.
    public void switchOn() {
        if (on || !present) {
            return;
        }
        on = true;
        stopAll();
        bus.attended.remove(image, this);                             // what the data section holds of it is not kept
        state = image.info().data().clone();
        event("reset");
    }

    /// The device is off: it forgets what it held, and answers with all ones (OBJ-402).
    public void switchOff() {
        on = false;
        stopAll();
    }

    /// Somebody put the device back.
    public void appear() {
        present = true;
    }

    /// OBJ-180: somebody took the device away.
    public void vanish() {
        present = false;
        switchOff();
    }

    public boolean isOn() {
        return on;
    }

    private void stopAll() {
        vectors.forEach(line -> line.forEach(vector -> {
            if (vector != null) {
                vector.release(this);
            }
        }));
        waiting.forEach(Scheduler.Due::cancel);
        bus.delayed -= waiting.size();
        waiting.clear();
    }

    // ---- its code ------------------------------------------------------------------------------------------------------------------

    private long address(long offset) {
        return ImageLayout.data(true, image.info().ordinal()) + offset;
    }

    /// Makes the data section that of this device.
    private void attend() {
        SimulatedDevice before = bus.attended.put(image, this);
        if (before == this) {
            return;
        }
        if (before != null) {
            before.state = machine.memory.fetch(null, address(0), state.length);
        }
        if (state.length > 0) {
            machine.memory.store(null, address(0), state);
        }
    }

    private long call(int function, long... arguments) {
        attend();
        return bus.code.call(this, image, function, arguments);
    }

    /// `on NAME(…)`. @return what it gives; 0 if there is no such event
    public long event(String name, long... arguments) {
        HardwareShape.Handler handler = shape.events().get(name);
        return handler == null ? 0 : call(handler.index(), java.util.Arrays.copyOf(arguments, handler.parameters()));
    }

    /// A variable or register by its name, as the device has it; no access of a driver.
    public long value(HardwareShape.Cell cell) {
        attend();
        long value = load(cell.offset(), cell.sizeBytes());
        int unused = 64 - 8 * cell.sizeBytes();
        return cell.signed() ? value << unused >> unused : value;
    }

    /// `raise Line;`, `lower Line;`: a level stays up until it is lowered, of all others each `raise` is one interrupt.
    void line(int index, int message, boolean raise) {
        HardwareShape.Line line = shape.lines().get(index);
        if (Integer.compareUnsigned(message, line.messages()) >= 0) {
            violation(new Report.Builder(Report.Kind.VIOLATION, "HardwareFault", "", "%s raises message %d of %s, which has %d".formatted(name(), message & 0xFFFF_FFFFL, line.name(), line.messages())),
                    "it is the model of the device that is wrong here, not the driver");
            return;
        }
        Interrupts.Vector vector = vectors.get(index).get(message);
        if (vector == null || raise && machine.takeInjected("drop " + node + "." + line.name())) {
            return;
        }
        if (!raise) {
            vector.release(this);
        } else {
            vector.raise(this);
        }
    }

    /// `after 50us { … }`.
    void later(long nanos, long function, long[] arguments) {
        if (++bus.delayed > machine.limits.threads()) {
            throw machine.limit("hardware events");
        }
        Scheduler.Due[] due = new Scheduler.Due[1];
        due[0] = machine.scheduler.after(nanos, () -> {
            waiting.remove(due[0]);
            bus.delayed--;
            if (!machine.isDead() && !machine.takeInjected("late " + node)) {
                call(image.functionAt(function), arguments);
            }
        });
        waiting.add(due[0]);
    }

    private long load(long offset, int size) {
        byte[] bytes = machine.memory.fetch(null, address(offset), size);
        long value = 0;
        for (int i = 0; i < size; i++) {
            value |= (bytes[i] & 0xFFL) << 8 * i;
        }
        return value;
    }

    private void store(long offset, int size, long value) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (value >>> 8 * i);
        }
        machine.memory.store(null, address(offset), bytes);
    }

    // ---- an access of a driver -------------------------------------------------------------------------------------------------------

    private static long ones(int size) {
        return size == 8 ? -1 : (1L << 8 * size) - 1;
    }

    /// Whether the device answers; what a driver should know of that it does not, it is told.
    private boolean answers(Range range, long offset, boolean write) {
        if (present && !on) {
            violation(new Report.Builder(Report.Kind.VIOLATION, "HardwareOff", "OBJ-402", "a %s %s while the device is off".formatted(write ? "write to" : "read from", place(range, offset))),
                    "registers answer from EvtDevicePrepareHardware to EvtDeviceD0Exit, and not in a low-power state");
        }
        return present && on;
    }

    long read(Range range, long offset, int size) {
        if (!answers(range, offset, false)) {
            return ones(size);
        }
        Register register = find(range, offset, size, false);
        if (register == null) {
            return ones(size);
        }
        String name = node + "." + register.name();
        if (machine.takeInjected("ones " + name)) {
            return ones(size);
        }
        if (machine.takeInjected("garbage " + name)) {
            return machine.choices.next() & ones(size);
        }
        attend();
        long value = take(register, offset, size);
        for (var field : register.fields().entrySet()) {
            if (machine.takeInjected("high " + name + "." + field.getKey())) {
                value |= field.getValue();
            } else if (machine.takeInjected("low " + name + "." + field.getKey())) {
                value &= ~field.getValue();
            }
        }
        return value & ones(size);
    }

    private long take(Register register, long offset, int size) {
        long index = (offset - register.offset()) / register.widthBytes();
        if (register.onRead() >= 0) {
            long given = register.count() > 1 ? call(register.onRead(), index) : call(register.onRead());
            if (register.readGivesValue()) {
                return given;
            }
        }
        if (register.fifoDepth() > 0) {
            return pop(register);
        }
        long at = register.dataOffset() + offset - register.offset();
        long value = load(at, size);
        long after = value;
        long readable = -1;
        for (HardwareShape.Bits bits : register.bits()) {
            switch (bits.mode()) {
                case READ_CLEARS -> after &= ~bits.mask();
                case READ_SETS -> after |= bits.mask();
                case WRITE_ONLY -> readable &= ~bits.mask();
                case READ_WRITE, READ_ONLY, WRITE_1_CLEARS, WRITE_1_SETS, WRITE_0_CLEARS, RESERVED -> { }
            }
        }
        if (after != value) {
            store(at, size, after);
        }
        return value & readable;
    }

    void write(Range range, long offset, int size, long value) {
        if (!answers(range, offset, true)) {
            return;
        }
        Register register = find(range, offset, size, true);
        if (register == null || machine.takeInjected("lost " + node + "." + register.name())) {
            return;
        }
        attend();
        if (register.fifoDepth() > 0) {
            push(register, value);
        } else {
            put(register, offset, size, value);
        }
        if (register.onWrite() >= 0) {
            long index = (offset - register.offset()) / register.widthBytes();
            if (register.count() > 1) {
                call(register.onWrite(), index, value);
            } else {
                call(register.onWrite(), value);
            }
        }
    }

    private void put(Register register, long offset, int size, long value) {
        long at = register.dataOffset() + offset - register.offset();
        long before = load(at, size);
        long after = before;
        for (HardwareShape.Bits bits : register.bits()) {
            long mask = register.anyWidth() ? -1 : bits.mask();
            after = switch (bits.mode()) {
                case READ_WRITE, WRITE_ONLY -> after & ~mask | value & mask;
                case WRITE_1_CLEARS -> after & ~(value & mask);
                case WRITE_1_SETS -> after | value & mask;
                case WRITE_0_CLEARS -> after & (value | ~mask);
                case READ_ONLY, READ_CLEARS, READ_SETS, RESERVED -> after;
            };
        }
        if (after != before) {
            store(at, size, after);
        }
    }

    // ---- queues: HARDWARE_FIFO is Capacity, Width, First, Count ------------------------------------------------------------------------

    private long pop(Register register) {
        long first = load(register.dataOffset() + 8, 4);
        long count = load(register.dataOffset() + 12, 4);
        if (count == 0) {
            return 0;
        }
        store(register.dataOffset() + 8, 4, (first + 1) % register.fifoDepth());
        store(register.dataOffset() + 12, 4, count - 1);
        return load(register.dataOffset() + 16 + first * register.widthBytes(), register.widthBytes());
    }

    private void push(Register register, long value) {
        long first = load(register.dataOffset() + 8, 4);
        long count = load(register.dataOffset() + 12, 4);
        if (count < register.fifoDepth()) {
            store(register.dataOffset() + 16 + (first + count) % register.fifoDepth() * register.widthBytes(), register.widthBytes(), value);
            store(register.dataOffset() + 12, 4, count + 1);
        }
    }

    // ---- which register ----------------------------------------------------------------------------------------------------------------

    private Register find(Range range, long offset, int size, boolean write) {
        Register near = null;
        for (Register register : range.space().registers()) {
            if (offset < register.offset() || offset >= register.offset() + register.sizeBytes()) {
                continue;
            }
            if (!(write ? register.isWritable() : register.isReadable())) {
                near = near == null ? register : near;
                continue;
            }
            near = register;
            boolean fits = register.anyWidth() ? offset + size <= register.offset() + register.sizeBytes()
                    : size == register.widthBytes() && (offset - register.offset()) % size == 0;
            if (fits) {
                return register;
            }
        }
        if (near == null) {
            violation(new Report.Builder(Report.Kind.VIOLATION, "UnmappedRegister", "OBJ-401", "a %s %d bytes at %s, where the device has no register".formatted(write ? "write of" : "read of", size, place(range, offset))),
                    "nothing answers there: reads give all ones, writes are lost");
        } else if (!(write ? near.isWritable() : near.isReadable())) {
            violation(new Report.Builder(Report.Kind.VIOLATION, "RegisterMode", "OBJ-403", "a %s %s, which is %s".formatted(write ? "write to" : "read from", near.name(), near.mode() == Mode.READ_ONLY ? "read_only" : "write_only")),
                    write ? "the write is lost" : "the read gives all ones");
        } else {
            violation(new Report.Builder(Report.Kind.VIOLATION, "RegisterWidth", "OBJ-400", "a %s %d %s at %s: %s takes accesses of %d".formatted(write ? "write of" : "read of", size, size == 1 ? "byte" : "bytes",
                    place(range, offset), near.name(), near.widthBytes())), "use the function of the register's width: %s_%s_%s".formatted(write ? "WRITE" : "READ",
                    range.space().port() ? "PORT" : "REGISTER", switch (near.widthBytes()) {
                        case 1 -> "UCHAR";
                        case 2 -> "USHORT";
                        case 4 -> "ULONG";
                        default -> "ULONG64";
                    }));
        }
        return null;
    }

    /// `offset 0x14 of FifoChip of FifoNode`.
    private String place(Range range, long offset) {
        return (range.space().port() ? "port 0x%X, offset 0x%X of %s".formatted(range.base() + offset, offset, name()) : "offset 0x%X of %s".formatted(offset, name()));
    }

    private void violation(Report.Builder report, String help) {
        machine.violation(report.stack(ScriptStack.frames(), "").help(help).build(), ScriptStack.site());
    }
}
