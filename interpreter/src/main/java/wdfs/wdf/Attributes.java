package wdfs.wdf;

import wdfs.machine.View;
import wdfs.runtime.Caller;
import wdfs.runtime.Format;

/// A WDF_OBJECT_ATTRIBUTES as a driver gave it.
public record Attributes(int size, long cleanup, long destroy, int executionLevel, int synchronizationScope, long parent, long sizeOverride, long typeInfo,
        long uniqueType, long contextSize, String contextName, int infoSize) {
    public static final Attributes NONE = new Attributes(Layouts.OBJECT_ATTRIBUTES, 0, 0, 1, 1, 0, 0, 0, 0, 0, "", 0);
    private static final int INFO_LENGTH_MISMATCH = 0xC0000004;
    static final int OBJECT_ATTRIBUTES_INVALID = 0xC0200209;

    public static Attributes read(Caller caller, long address) {
        if (address == 0) {
            return NONE;
        }
        View m = caller.memory;
        long info = m.load64(address + 0x30);
        long override = m.load64(address + 0x28);
        long unique = 0;
        long contextSize = 0;
        String name = "";
        int infoSize = 0;
        if (info != 0) {
            infoSize = m.load32(info);
            long nameAddress = m.load64(info + 8);
            name = nameAddress == 0 ? "" : Format.cString(m, nameAddress, 64);
            contextSize = override != 0 ? override : m.load64(info + 0x10);
            unique = m.load64(info + 0x18);
        }
        return new Attributes(m.load32(address), m.load64(address + 8), m.load64(address + 0x10), m.load32(address + 0x18), m.load32(address + 0x1C),
                m.load64(address + 0x20), override, info, unique, contextSize, name, infoSize);
    }

    /// OBJ-040 to OBJ-048. @return a status; the first that fails decides
    int check(boolean parentAllowed, boolean parentRequired, boolean levelAllowed, boolean scopeAllowed) {
        if (size != Layouts.OBJECT_ATTRIBUTES) {
            return INFO_LENGTH_MISMATCH;
        }
        if (typeInfo != 0 && infoSize != Layouts.CONTEXT_TYPE_INFO) {
            return INFO_LENGTH_MISMATCH;
        }
        if (contextSize > 0 && contextName.isEmpty()) {
            return OBJECT_ATTRIBUTES_INVALID;
        }
        if (sizeOverride > 0 && typeInfo == 0) {
            return OBJECT_ATTRIBUTES_INVALID;
        }
        if (parent != 0 && !parentAllowed) {
            return 0xC020020F;
        }
        if (parent == 0 && parentRequired) {
            return 0xC0200212;
        }
        if (executionLevel < 1 || executionLevel > 3 || synchronizationScope < 1 || synchronizationScope > 4) {
            return OBJECT_ATTRIBUTES_INVALID;
        }
        if (synchronizationScope > 1 && synchronizationScope < 4 && !scopeAllowed) {
            return 0xC0200210;
        }
        if (executionLevel > 1 && !levelAllowed) {
            return 0xC0200211;
        }
        return 0;
    }
}
