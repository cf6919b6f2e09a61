package wdfs.wdf;

import wdfs.io.DeviceProperties;
import wdfs.io.Devnode;
import wdfs.io.Guids;
import wdfs.machine.Irql;
import wdfs.runtime.Caller;
import wdfs.runtime.Native;

/// DDIs of what PnP knows of a device.
public final class PropertyApi {
    private static final int INFO_LENGTH_MISMATCH = 0xC0000004;
    private static final int PROPERTY_DATA = 0x18;

    private PropertyApi() {}

    private static FxDevice device(Caller caller, long handle) {
        return Framework.object(caller, handle, FxDevice.class, "WDFDEVICE");
    }

    /// Who is asked about: a device, or what is to become a function or filter device.
    /// @param node null if PnP does not know the device yet
    private record Subject(boolean plugAndPlay, Devnode node, boolean verifier) {
        static Subject of(Caller caller, long handle) {
            FxDevice device = device(caller, handle);
            return new Subject(!device.isControl(), device.devnode(), device.verifier());
        }

        static Subject target(Caller caller, long handle) {
            FxTarget target = Framework.object(caller, handle, FxTarget.class, "WDFIOTARGET");
            return new Subject(target.devnode() != null, target.devnode(), target.device.verifier());
        }

        static Subject init(Caller caller, long address) {
            DeviceInit init = DeviceApi.init(caller, address);
            boolean function = init.physical != null && init.pdo == null;
            return new Subject(function, function ? init.physical.devnode() : null, init.driver.verifier());
        }
    }

    // ---- by DEVICE_REGISTRY_PROPERTY -------------------------------------------------------------------------------------------------

    private static int query(Caller caller, Subject subject, int property, int length, long buffer, long resultLength) {
        Framework.required(caller, resultLength, "ResultLength");
        if (length != 0) {
            Framework.required(caller, buffer, "PropertyBuffer");
        }
        if (Framework.abovePassive(caller, subject.verifier) || !subject.plugAndPlay) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (subject.node == null) {
            return Framework.STATUS_INVALID_DEVICE_STATE;
        }
        DeviceProperties.Answer answer = DeviceProperties.get(caller, subject.node, property);
        return answer.status() < 0 ? answer.status() : give(caller, answer.value().data(), length, buffer, resultLength);
    }

    private static int give(Caller caller, byte[] data, int length, long buffer, long resultLength) {
        caller.memory.store32(resultLength, data.length);
        if (Integer.compareUnsigned(length, data.length) < 0) {
            return Framework.STATUS_BUFFER_TOO_SMALL;
        }
        caller.memory.write(buffer, data, 0, data.length);
        return 0;
    }

    @Native
    public static int WdfDeviceQueryProperty(Caller caller, long handle, int property, int length, long buffer, long resultLength) {
        return query(caller, Subject.of(caller, handle), property, length, buffer, resultLength);
    }

    @Native
    public static int WdfFdoInitQueryProperty(Caller caller, long init, int property, int length, long buffer, long resultLength) {
        return query(caller, Subject.init(caller, init), property, length, buffer, resultLength);
    }

    private static int allocate(Caller caller, Subject subject, int property, int pool, long attributes, long result) {
        Framework.required(caller, result, "PropertyMemory");
        caller.memory.store64(result, 0);
        if (Framework.abovePassive(caller, subject.verifier)) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        int status = Attributes.read(caller, attributes).check(true, false, false, false);
        if (status < 0 || !subject.plugAndPlay) {
            return status < 0 ? status : Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (subject.node == null) {
            return Framework.STATUS_INVALID_DEVICE_STATE;
        }
        DeviceProperties.Answer answer = DeviceProperties.get(caller, subject.node, property);
        return answer.status() < 0 ? answer.status() : memory(caller, answer.value().data(), pool, attributes, result);
    }

    private static int memory(Caller caller, byte[] data, int pool, long attributes, long result) {
        int status = MemoryApi.WdfMemoryCreate(caller, attributes, pool, 0, data.length, result, 0);
        if (status >= 0) {
            FxMemory memory = Framework.object(caller, caller.memory.load64(result), FxMemory.class, "WDFMEMORY");
            caller.memory.write(memory.address, data, 0, data.length);
        }
        return status;
    }

    @Native
    public static int WdfDeviceAllocAndQueryProperty(Caller caller, long handle, int property, int pool, long attributes, long result) {
        return allocate(caller, Subject.of(caller, handle), property, pool, attributes, result);
    }

    @Native
    public static int WdfFdoInitAllocAndQueryProperty(Caller caller, long init, int property, int pool, long attributes, long result) {
        return allocate(caller, Subject.init(caller, init), property, pool, attributes, result);
    }

    @Native
    public static int WdfIoTargetQueryTargetProperty(Caller caller, long target, int property, int length, long buffer, long resultLength) {
        return query(caller, Subject.target(caller, target), property, length, buffer, resultLength);
    }

    @Native
    public static int WdfIoTargetAllocAndQueryTargetProperty(Caller caller, long target, int property, int pool, long attributes, long result) {
        return allocate(caller, Subject.target(caller, target), property, pool, attributes, result);
    }

    // ---- by key ----------------------------------------------------------------------------------------------------------------------

    private record Key(String name, int locale) {}

    private static Key key(Caller caller, long data) {
        long key = caller.memory.load64(data + 8);
        return new Key(DeviceProperties.key(Guids.read(caller.memory, key), caller.memory.load32(key + 16)), caller.memory.load32(data + 16));
    }

    private static boolean isSized(Caller caller, long data) {
        Framework.required(caller, data, "DeviceProperty");
        return caller.memory.load32(data) == PROPERTY_DATA;
    }

    private static boolean above(Caller caller, int most, boolean verifier) {
        return verifier && caller.irql() > most;
    }

    private static int queryEx(Caller caller, Subject subject, long data, int length, long buffer, long required, long type) {
        caller.memory.store32(required, 0);
        caller.memory.store32(type, 0);
        if (subject.node == null) {
            return Framework.STATUS_INVALID_DEVICE_STATE;
        }
        Key key = key(caller, data);
        DeviceProperties.Answer answer = DeviceProperties.get(caller, subject.node, key.name, key.locale);
        if (answer.status() < 0) {
            return answer.status();
        }
        caller.memory.store32(type, answer.value().type());
        return give(caller, answer.value().data(), length, buffer, required);
    }

    @Native
    public static int WdfDeviceQueryPropertyEx(Caller caller, long handle, long data, int length, long buffer, long required, long type) {
        Subject subject = Subject.of(caller, handle);
        if (!isSized(caller, data)) {
            return INFO_LENGTH_MISMATCH;
        }
        if (above(caller, Irql.APC, subject.verifier)) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        Framework.required(caller, required, "RequiredSize");
        Framework.required(caller, type, "Type");
        return (length == 0) != (buffer == 0) ? Framework.STATUS_INVALID_PARAMETER : queryEx(caller, subject, data, length, buffer, required, type);
    }

    @Native
    public static int WdfFdoInitQueryPropertyEx(Caller caller, long init, long data, int length, long buffer, long required, long type) {
        Subject subject = Subject.init(caller, init);
        if (!isSized(caller, data)) {
            return INFO_LENGTH_MISMATCH;
        }
        Framework.required(caller, required, "ResultLength");
        if (length != 0) {
            Framework.required(caller, buffer, "PropertyBuffer");
        }
        if (above(caller, Irql.PASSIVE, subject.verifier) || !subject.plugAndPlay) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        return queryEx(caller, subject, data, length, buffer, required, type);
    }

    private static int allocateEx(Caller caller, Subject subject, int most, long data, int pool, long attributes, long result, long type) {
        if (!isSized(caller, data)) {
            return INFO_LENGTH_MISMATCH;
        }
        if (above(caller, most, subject.verifier)) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        Framework.required(caller, result, "PropertyMemory");
        Framework.required(caller, type, "Type");
        caller.memory.store64(result, 0);
        int status = Attributes.read(caller, attributes).check(true, false, false, false);
        if (status < 0) {
            return status;
        }
        if (subject.node == null) {
            return subject.plugAndPlay ? Framework.STATUS_INVALID_DEVICE_STATE : Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        Key key = key(caller, data);
        DeviceProperties.Answer answer = DeviceProperties.get(caller, subject.node, key.name, key.locale);
        status = answer.status() < 0 ? answer.status() : memory(caller, answer.value().data(), pool, attributes, result);
        if (status >= 0) {
            caller.memory.store32(type, answer.value().type());
        }
        return status;
    }

    @Native
    public static int WdfDeviceAllocAndQueryPropertyEx(Caller caller, long handle, long data, int pool, long attributes, long result, long type) {
        return allocateEx(caller, Subject.of(caller, handle), Irql.APC, data, pool, attributes, result, type);
    }

    @Native
    public static int WdfFdoInitAllocAndQueryPropertyEx(Caller caller, long init, long data, int pool, long attributes, long result, long type) {
        return allocateEx(caller, Subject.init(caller, init), Irql.PASSIVE, data, pool, attributes, result, type);
    }

    @Native
    public static int WdfDeviceAssignProperty(Caller caller, long handle, long data, int type, int length, long buffer) {
        Subject subject = Subject.of(caller, handle);
        if (!isSized(caller, data)) {
            return INFO_LENGTH_MISMATCH;
        }
        if (above(caller, Irql.APC, subject.verifier)) {
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        if (length == 0 && buffer != 0) {
            return Framework.STATUS_INVALID_PARAMETER;
        }
        if (subject.node == null) {
            return Framework.STATUS_INVALID_DEVICE_STATE;
        }
        Key key = key(caller, data);
        byte[] value = buffer == 0 ? null : new byte[length];
        if (value != null) {
            caller.memory.read(buffer, value, 0, length);
        }
        return DeviceProperties.set(subject.node, key.name, key.locale, type, value);
    }
}
