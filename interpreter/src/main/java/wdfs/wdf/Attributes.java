package wdfs.wdf;

import wdfs.machine.View;
import wdfs.runtime.Caller;
import wdfs.runtime.Format;

/// A WDF_OBJECT_ATTRIBUTES as a driver gave it.
public record Attributes(int size, long cleanup, long destroy, int executionLevel, int synchronizationScope, long parent, long sizeOverride, long typeInfo,
        long uniqueType, long contextSize, String contextName, int infoSize, long typeSize) {
    public static final Attributes NONE = new Attributes(Layouts.OBJECT_ATTRIBUTES, 0, 0, 1, 1, 0, 0, 0, 0, 0, "", 0, 0);
    private static final int INFO_LENGTH_MISMATCH = 0xC0000004;
    static final int OBJECT_ATTRIBUTES_INVALID = 0xC0200209;
    static final int PARENT_ASSIGNMENT_NOT_ALLOWED = 0xC020020F;
    static final int PARENT_NOT_SPECIFIED = 0xC0200212;
    /// What the framework keeps beside each context; a size that no 64-bit number holds with it is an overflow (OBJ-031).
    private static final long BESIDE_CONTEXT = 0x50;

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
        long typeSize = 0;
        if (info != 0) {
            infoSize = m.load32(info);
            long nameAddress = m.load64(info + 8);
            name = nameAddress == 0 ? "" : Format.cString(m, nameAddress, 64);
            typeSize = m.load64(info + 0x10);
            contextSize = override != 0 ? override : typeSize;       // OBJ-020
            unique = m.load64(info + 0x18);
        }
        return new Attributes(m.load32(address), m.load64(address + 8), m.load64(address + 0x10), m.load32(address + 0x18), m.load32(address + 0x1C),
                m.load64(address + 0x20), override, info, unique, contextSize, name, infoSize, typeSize);
    }

    /// A structure of another size is refused later; until then its ParentObject is not looked at (MEM-011).
    boolean sized() {
        return size == Layouts.OBJECT_ATTRIBUTES;
    }

    boolean overflows() {
        return Long.compareUnsigned(contextSize, -1L - BESIDE_CONTEXT) > 0;
    }

    /// OBJ-040 to OBJ-048. @return a status; the first that fails decides
    int check(boolean parentAllowed, boolean parentRequired, boolean levelAllowed, boolean scopeAllowed) {
        if (!sized()) {                                               // OBJ-040
            return INFO_LENGTH_MISMATCH;
        }
        if (typeInfo != 0 && infoSize != Layouts.CONTEXT_TYPE_INFO) { // OBJ-041
            return INFO_LENGTH_MISMATCH;
        }
        if (typeSize != 0 && contextName.isEmpty()) {                 // OBJ-042
            return OBJECT_ATTRIBUTES_INVALID;
        }
        if (sizeOverride != 0 && (typeInfo == 0 || Long.compareUnsigned(sizeOverride, typeSize) < 0)) {   // OBJ-043
            return OBJECT_ATTRIBUTES_INVALID;
        }
        if (parent != 0 && !parentAllowed) {                          // OBJ-044
            return PARENT_ASSIGNMENT_NOT_ALLOWED;
        }
        if (parent == 0 && parentRequired) {                          // OBJ-045
            return PARENT_NOT_SPECIFIED;
        }
        // OBJ-046
        if (executionLevel < 1 || executionLevel > 3 || synchronizationScope < 1 || synchronizationScope > 4) {
            return OBJECT_ATTRIBUTES_INVALID;
        }
        // OBJ-047
        if (synchronizationScope > 1 && synchronizationScope < 4 && !scopeAllowed) {
            return 0xC0200210;
        }
        if (executionLevel > 1 && !levelAllowed) {                    // OBJ-048
            return 0xC0200211;
        }
        return 0;
    }
}
