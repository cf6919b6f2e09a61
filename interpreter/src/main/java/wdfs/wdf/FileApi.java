package wdfs.wdf;

import wdfs.io.FileObject;
import wdfs.machine.Region;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;

/// DDIs of WDFFILEOBJECT (REQ-210).
public final class FileApi {
    /// FileName in FILE_OBJECT, a UNICODE_STRING.
    private static final int FILE_NAME = 0x58;
    private static final int FLAGS = 0x50;

    private FileApi() {}

    private static FxDevice.FxFile file(Caller caller, long handle) {
        return Framework.object(caller, handle, FxDevice.FxFile.class, "WDFFILEOBJECT");
    }

    /// What follows the device's name in the path that was opened. In the kernel it is the FILE_OBJECT's; a host gets a copy, which
    /// lives as long as the object.
    @Native
    public static long WdfFileObjectGetFileName(Caller caller, long handle) {
        FxDevice.FxFile file = file(caller, handle);
        long name = file.file.address() + FILE_NAME;
        if (caller.image.isKernel()) {
            return name;
        }
        if (file.nameInHost == null) {
            file.nameInHost = copy(caller, file, name);
        }
        return file.nameInHost == null ? 0 : file.nameInHost.base;
    }

    private static Region copy(Caller caller, FxDevice.FxFile file, long name) {
        var memory = caller.machine.memory;
        int length = memory.peek(null, name) & 0xFF | (memory.peek(null, name + 1) & 0xFF) << 8;
        long characters = memory.field64(name + 8);
        Region block = file.heap.allocate(16L + length, "FileName", true);
        if (block != null) {
            caller.memory.store16(block.base, (short) length);
            caller.memory.store16(block.base + 2, (short) length);
            caller.memory.store64(block.base + 8, block.base + 16);
            for (int i = 0; i < length; i++) {
                caller.memory.store8(block.base + 16 + i, memory.peek(null, characters + i));
            }
        }
        return block;
    }

    @Native
    public static int WdfFileObjectGetFlags(Caller caller, long handle) {
        return (int) caller.machine.memory.field64(file(caller, handle).file.address() + FLAGS);
    }

    @Native
    public static long WdfFileObjectGetDevice(Caller caller, long handle) {
        return file(caller, handle).device().handle;
    }

    @Native
    public static long WdfFileObjectWdmGetFileObject(Caller caller, long handle) {
        return file(caller, handle).file.address();
    }

    /// NULL if the device has no object for that file.
    @Native
    public static long WdfDeviceGetFileObject(Caller caller, long deviceHandle, long fileObject) {
        FxDevice device = Framework.object(caller, deviceHandle, FxDevice.class, "WDFDEVICE");
        FileObject file = wdfs.io.IoManager.of(caller).file(fileObject);
        FxDevice.FxFile found = device.fileObject(file);
        return found == null ? 0 : found.handle;
    }
}
