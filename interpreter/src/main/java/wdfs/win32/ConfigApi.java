package wdfs.win32;

import java.util.List;
import wdfs.io.DeviceInterfaces;
import wdfs.io.Guids;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;

/// The configuration manager's functions that find device interfaces (`cfgmgr32.h`).
public final class ConfigApi {
    private static final int CR_SUCCESS = 0;
    private static final int CR_INVALID_POINTER = 3;
    private static final int CR_INVALID_FLAG = 4;
    private static final int CR_BUFFER_SMALL = 0x1A;

    private ConfigApi() {}

    /// The paths, each with a zero, and one more zero. Devices by their instance: not asked for, all are meant.
    private static String list(Caller caller, long guid, int flags) {
        List<String> paths = DeviceInterfaces.of(caller.machine).list(Guids.read(caller.memory, guid), (flags & 1) == 0, null);
        StringBuilder text = new StringBuilder();
        paths.forEach(path -> text.append(path).append('\0'));
        return text.append('\0').toString();
    }

    @Native
    public static int CM_Get_Device_Interface_List_Size(Caller caller, long length, long guid, long device, int flags) {
        if (length == 0 || guid == 0) {
            return CR_INVALID_POINTER;
        }
        if ((flags & ~1) != 0) {
            return CR_INVALID_FLAG;
        }
        caller.memory.store32(length, list(caller, guid, flags).length());
        return CR_SUCCESS;
    }

    @Native
    public static int CM_Get_Device_Interface_List(Caller caller, long guid, long device, long buffer, int length, int flags) {
        if (buffer == 0 || guid == 0 || length == 0) {
            return CR_INVALID_POINTER;
        }
        if ((flags & ~1) != 0) {
            return CR_INVALID_FLAG;
        }
        String text = list(caller, guid, flags);
        if (Integer.compareUnsigned(length, text.length()) < 0) {
            caller.memory.store16(buffer, 0);
            return CR_BUFFER_SMALL;
        }
        for (int i = 0; i < text.length(); i++) {
            caller.memory.store16(buffer + 2L * i, text.charAt(i));
        }
        return CR_SUCCESS;
    }
}
