package wdfs.win32;

import wdfs.io.DeviceInterfaces;
import wdfs.io.Guids;
import wdfs.runtime.Caller;
import wdfs.runtime.Format;
import wdfs.runtime.Native;

/// The configuration manager's functions that find device interfaces (`cfgmgr32.h`).
public final class ConfigApi {
    private static final int CR_SUCCESS = 0;
    private static final int CR_INVALID_POINTER = 3;
    private static final int CR_INVALID_FLAG = 4;
    private static final int CR_BUFFER_SMALL = 0x1A;
    private static final int ALL_DEVICES = 1;
    private static final int MAX_DEVICE_ID_LEN = 200;

    private ConfigApi() {}

    /// The paths, each with a zero, and one more zero. @param device the instance ID of one device; 0 for all
    private static String list(Caller caller, long guid, long device, int flags) {
        String instance = device == 0 ? "" : Format.wideString(caller.memory, device, MAX_DEVICE_ID_LEN);
        StringBuilder text = new StringBuilder();
        for (DeviceInterfaces.Interface of : DeviceInterfaces.of(caller.machine).all(Guids.read(caller.memory, guid))) {
            if ((of.isEnabled() || (flags & ALL_DEVICES) != 0) && (instance.isEmpty() || of.device().instancePath().equalsIgnoreCase(instance))) {
                text.append(of.path()).append('\0');
            }
        }
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
        caller.memory.store32(length, list(caller, guid, device, flags).length());
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
        String text = list(caller, guid, device, flags);
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
