package wdfs.win32;

import java.util.List;
import wdfs.io.DeviceInterfaces;
import wdfs.io.Devnode;

/// A device information set: devices, and interfaces of theirs, as they were when it was made.
/// @param block what the application's HDEVINFO points to
record DeviceInfoSet(wdfs.machine.Region block, List<Devnode> devices, List<Member> interfaces) {
    /// @param active it was enabled then
    record Member(DeviceInterfaces.Interface of, boolean active) {}
}
