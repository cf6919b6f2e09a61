package wdfs.runtime;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.TreeMap;
import wdfs.machine.Memory;
import wdfs.machine.Region;

/// The image of a session's process: each line adds a part, with functions, constants and variables behind those there are.
public final class GrowingImage extends CompiledImage {
    /// A variable, for the names of addresses.
    public record Named(String name, long offset, long size) {}

    /// @param code dispatches to the functions from `firstFunction` on
    /// @param constantsFrom where `constants` go, bytes from the start of that section; `dataFrom` likewise
    public record Part(CompiledImage code, int firstFunction, List<String> functionNames, long constantsFrom, byte[] constants, long dataFrom, byte[] data, List<Named> variables) {
        public Part {
            functionNames = List.copyOf(functionNames);
            variables = List.copyOf(variables);
        }
    }

    private final TreeMap<Integer, CompiledImage> parts = new TreeMap<>();
    private final List<String> functionNames = new ArrayList<>();
    private final Info info;

    public GrowingImage(String name, int ordinal) {
        info = new Info("PROCESS", name, ordinal, new byte[0], new byte[0], Collections.unmodifiableList(functionNames), -1, "", false, true, "", List.of(), name, Map.of(), Map.of(), HardwareShape.NONE);
    }

    @Override
    public Info info() {
        return info;
    }

    /// Adds the part, and maps its sections into the process.
    public void add(Machine machine, Memory.Space space, Part part) {
        parts.put(part.firstFunction(), part.code());
        functionNames.addAll(part.functionNames());
        fill(machine, space, ImageLayout.constants(false, info.ordinal()), part.constantsFrom(), part.constants(), false);
        fill(machine, space, ImageLayout.data(false, info.ordinal()), part.dataFrom(), part.data(), true);
        for (Named variable : part.variables()) {
            Region region = new Region(ImageLayout.data(false, info.ordinal()) + variable.offset(), variable.size(), variable.name(), 0);
            region.owner = info.name();
            machine.memory.add(space, region);
        }
    }

    private static void fill(Machine machine, Memory.Space space, long section, long from, byte[] bytes, boolean writable) {
        if (bytes.length == 0) {
            return;
        }
        Memory memory = machine.memory;
        long firstPage = section + from & -Memory.PAGE;
        long end = section + from + bytes.length;
        for (long page = firstPage; page < end; page += Memory.PAGE) {
            if (!memory.isMapped(space, page) && !memory.map(space, page, 1, true, false)) {
                throw machine.limit("memory");
            }
        }
        memory.store(space, section + from, bytes);
        if (!writable) {
            memory.protect(space, firstPage, (end - firstPage + Memory.PAGE - 1) / Memory.PAGE, false);
        }
    }

    @Override
    public long dispatch(int index, Caller caller, long[] arguments) {
        Entry<Integer, CompiledImage> part = parts.floorEntry(index);
        return part == null ? 0 : part.getValue().dispatch(index, caller, arguments);
    }

    @Override
    public void runBody(int index, Caller caller, long frameBase, Object[] cells) {
        Entry<Integer, CompiledImage> part = parts.floorEntry(index);
        if (part != null) {
            part.getValue().runBody(index, caller, frameBase, cells);
        }
    }
}
