package wdfs.runtime;

import java.util.List;
import java.util.Map;

/// What a `hardware` declaration says, as the simulated device needs it: where its registers are, what an access does to
/// them, and which functions of its image are its bodies.
///
/// Registers and variables of the device lie in the data section of the image; an offset counts from its start.
/// @param events `reset`, `receive` … → the function of `on receive(value) { … }`
/// @param variables what a script may look at by name: variables, and registers that are none of a driver's
public record HardwareShape(List<Space> spaces, List<Line> lines, Map<String, Handler> events, Map<String, Cell> variables) {
    public static final HardwareShape NONE = new HardwareShape(List.of(), List.of(), Map.of(), Map.of());

    public HardwareShape {
        spaces = List.copyOf(spaces);
        lines = List.copyOf(lines);
        events = Map.copyOf(events);
        variables = Map.copyOf(variables);
    }

    /// A `registers` block: one resource of the device.
    /// @param lengthBytes what the resource takes, a power of two
    public record Space(boolean port, long lengthBytes, List<Register> registers) {
        public Space {
            registers = List.copyOf(registers);
        }
    }

    /// What an access does, of a whole register or of a field of it.
    public enum Mode { READ_WRITE, READ_ONLY, WRITE_ONLY, WRITE_1_CLEARS, WRITE_1_SETS, WRITE_0_CLEARS, READ_CLEARS, READ_SETS, RESERVED }

    /// @param offset in its space
    /// @param widthBytes of an access; of an array, of one element
    /// @param count elements; 1 unless it is an array
    /// @param anyWidth narrower and wider accesses are taken as well, as by plain device memory
    /// @param fifoDepth 0 if nothing is queued
    /// @param dataOffset where its value lies; of a queue, its head
    /// @param bits the mode of each bit, in stretches that cover the register
    /// @param fields the bits that each named one has
    /// @param onRead the function of `on read`, or -1
    /// @param readGivesValue its result takes the place of the register's own effect
    /// @param onWrite the function of `on write`, or -1
    public record Register(String name, long offset, int widthBytes, long count, boolean anyWidth, int fifoDepth, long dataOffset,
            Mode mode, List<Bits> bits, Map<String, Long> fields, int onRead, boolean readGivesValue, int onWrite) {
        public Register {
            bits = List.copyOf(bits);
            fields = Map.copyOf(fields);
        }

        public boolean isReadable() {
            return mode != Mode.WRITE_ONLY;
        }

        public boolean isWritable() {
            return mode != Mode.READ_ONLY;
        }

        public long sizeBytes() {
            return widthBytes * count;
        }
    }

    /// @param mask the bits of one mode
    public record Bits(Mode mode, long mask) {}

    public enum Trigger { LEVEL_SENSITIVE, LATCHED, MESSAGE }

    /// @param vector of a line that devices share; 0 if the system chooses
    /// @param messages how many the device can send; 1 for a line
    public record Line(String name, Trigger trigger, int irql, int vector, int messages, boolean shared) {}

    /// @param index of the function in the image; @param parameters how many it takes
    public record Handler(int index, int parameters, boolean givesValue) {}

    /// A value in the data section.
    public record Cell(long offset, int sizeBytes, boolean signed) {}
}
