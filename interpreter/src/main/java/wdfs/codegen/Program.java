package wdfs.codegen;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import wdfs.runtime.CompiledImage;
import wdfs.semantics.bound.BoundProgram;

/// A compiled script: its images, in one class loader of their own, and what reports want to know of it.
public record Program(List<CompiledImage> images, BoundProgram bound, Map<String, byte[]> classBytes, List<String> siteFiles) {
    public Program {
        images = List.copyOf(images);
    }

    public List<CompiledImage> drivers() {
        return images.stream().filter(i -> i.info().isDriver()).toList();
    }

    public List<CompiledImage> processes() {
        return images.stream().filter(i -> i.info().kind().equals("PROCESS")).toList();
    }

    public List<CompiledImage> tests() {
        return images.stream().filter(i -> i.info().kind().equals("TEST")).toList();
    }

    public Optional<CompiledImage> driver(String name) {
        return drivers().stream().filter(i -> i.info().name().equals(name)).findFirst();
    }

    /// The script's name of a control code; null if it has none.
    public String ioctlName(int code) {
        for (BoundProgram.IoctlInfo ioctl : bound.ioctls()) {
            if (ioctl.code() == code) {
                return ioctl.name();
            }
        }
        return null;
    }
}
