package wdfs.wdf;

import java.nio.charset.StandardCharsets;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// WDFSTRING: a text, and the UNICODE_STRING that describes it.
final class FxString extends FxObject {
    private Region memory;
    private int length;

    FxString(Machine machine, FxObject parent) {
        super(machine, "WDFSTRING", parent);
    }

    /// Another text. @return whether there was memory for it
    boolean assign(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_16LE);
        Region block = heap.allocate(bytes.length + 2L, "String", true);
        if (block == null) {
            return false;
        }
        machine.memory.store(heap.space(), block.base, bytes);
        free();
        memory = block;
        length = bytes.length;
        return true;
    }

    String text() {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) machine.memory.peek(heap.space(), memory.base + i);
        }
        return new String(bytes, StandardCharsets.UTF_16LE);
    }

    private void free() {
        if (memory != null) {
            heap.free(memory);
            memory = null;
        }
    }

    /// Writes the UNICODE_STRING that describes the text.
    void describe(Caller caller, long at) {
        caller.memory.store16(at, length);
        caller.memory.store16(at + 2, memory == null ? 0 : length + 2);
        caller.memory.store64(at + 8, memory == null ? 0 : memory.base);
    }

    @Override
    protected void destroying(Caller caller) {
        free();
    }
}
