package wdfs.semantics.bound;

import java.util.List;
import wdfs.types.Type;

/// A checked script with all its imports.
/// @param images drivers first, then processes, then tests, each in the order of the text
/// @param ioctls for traces and reports: which name a control code has
/// @param devnodes what PnP enumerates
public record BoundProgram(List<ImageSymbol> images, List<IoctlInfo> ioctls, List<DevnodeInfo> devnodes) {
    public record IoctlInfo(String name, int code, Type input, Type output) {}

    /// @param unplugged the device is not there at boot
    /// @param hardwareIds if it is about devices that buses report: which
    public record DevnodeInfo(String name, String function, List<String> upperFilters, List<String> lowerFilters, String hardware, boolean unplugged,
            List<String> hardwareIds) {
        public DevnodeInfo { upperFilters = List.copyOf(upperFilters); lowerFilters = List.copyOf(lowerFilters); hardwareIds = List.copyOf(hardwareIds); }
    }

    public BoundProgram {
        images = List.copyOf(images);
        ioctls = List.copyOf(ioctls);
        devnodes = List.copyOf(devnodes);
    }
}
