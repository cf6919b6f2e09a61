package wdfs.io;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Events;
import wdfs.runtime.Native;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;

/// The system's log of errors, as the Event Viewer shows it: what drivers write there stands in the transcript.
public final class ErrorLog {
    private static final int MAXIMUM_SIZE = 240;
    private static final String KIND = "ErrorLogEntry";
    // IO_ERROR_LOG_PACKET
    private static final int DUMP_DATA_SIZE = 0x02;
    private static final int NUMBER_OF_STRINGS = 0x04;
    private static final int STRING_OFFSET = 0x06;
    private static final int ERROR_CODE = 0x0C;
    private static final int UNIQUE_ERROR_VALUE = 0x10;
    private static final int FINAL_STATUS = 0x14;
    private static final int DUMP_DATA = 0x28;

    private ErrorLog() {}

    /// @return NULL without memory, or for an entry that is too large
    @Native
    public static long IoAllocateErrorLogEntry(Caller caller, long object, int size) {
        caller.memory.load16(object);
        Region block = size == 0 || size > MAXIMUM_SIZE || caller.machine.fails("pool") ? null : caller.machine.nonpaged.allocate(size, KIND, true);
        if (block == null) {
            return 0;
        }
        DeviceObject device = IoManager.of(caller).device(object);
        block.owner = caller.image.name();
        block.allocatedAt = (device == null ? "for driver " + caller.image.name() : "for " + device.label()) + " at " + ScriptStack.site();
        return block.base;
    }

    private static Region entry(Caller caller, long address) {
        caller.memory.load16(address);
        Region block = caller.machine.memory.regionAt(null, address);
        if (block == null || block.base != address || !block.kind.equals(KIND)) {
            throw caller.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "BAD_POOL_CALLER", "MEM-137", caller.machine.memory.place(null, address) + " is no entry of the error log")
                    .code(0xC2, 0x46, address, 0, 0).stack(ScriptStack.frames(), "").build());
        }
        return block;
    }

    /// Writes the entry and frees it.
    @Native
    public static void IoWriteErrorLogEntry(Caller caller, long address) {
        Region block = entry(caller, address);
        StringBuilder line = new StringBuilder("error log: ").append(block.allocatedAt, 4, block.allocatedAt.lastIndexOf(" at ")).append(": ")
                .append(caller.machine.statuses.name(caller.memory.load32(address + ERROR_CODE)));
        int status = caller.memory.load32(address + FINAL_STATUS);
        int unique = caller.memory.load32(address + UNIQUE_ERROR_VALUE);
        if (status != 0) {
            line.append(", final status ").append(caller.machine.statuses.name(status));
        }
        if (unique != 0) {
            line.append(", value ").append("0x%X".formatted(unique));
        }
        strings(caller, address, block.size).forEach(text -> line.append(", \"").append(text).append('"'));
        int dump = caller.memory.load16(address + DUMP_DATA_SIZE) & 0xFFFF;
        for (int i = 0; i < dump && DUMP_DATA + i < block.size; i++) {
            line.append(i == 0 ? ", data " : " ").append("%02X".formatted(caller.memory.load8(address + DUMP_DATA + i)));
        }
        caller.machine.emit(new Events.Printed("wdfs", line.toString()));
        block.freedAt = "by IoWriteErrorLogEntry at " + ScriptStack.site();
        caller.machine.nonpaged.free(block);
    }

    private static List<String> strings(Caller caller, long address, long size) {
        List<String> texts = new ArrayList<>();
        long at = caller.memory.load16(address + STRING_OFFSET) & 0xFFFF;
        for (int i = caller.memory.load16(address + NUMBER_OF_STRINGS) & 0xFFFF; i > 0; i--) {
            java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
            for (; at + 2 <= size && caller.memory.load16(address + at) != 0; at += 2) {
                bytes.write(caller.memory.load8(address + at));
                bytes.write(caller.memory.load8(address + at + 1));
            }
            at += 2;
            texts.add(bytes.toString(StandardCharsets.UTF_16LE));
        }
        return texts;
    }

    @Native
    public static void IoFreeErrorLogEntry(Caller caller, long address) {
        Region block = entry(caller, address);
        block.freedAt = "at " + ScriptStack.site();
        caller.machine.nonpaged.free(block);
    }
}
