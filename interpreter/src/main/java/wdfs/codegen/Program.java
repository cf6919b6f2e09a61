package wdfs.codegen;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import wdfs.machine.Schedule;
import wdfs.runtime.CompiledImage;
import wdfs.semantics.bound.BoundProgram;
import wdfs.source.Span;

/// A compiled script: its images, in one class loader of their own, and what reports want to know of it.
/// @param interleaved the same script, whose threads can change between any two statements
/// @param counted the statements whose runs `Machine.probes` counts, by their numbers there; empty unless that was asked for
public record Program(List<CompiledImage> images, BoundProgram bound, Map<String, byte[]> classBytes, List<String> siteFiles, Later interleaved, List<Span> counted) {
    /// A program that is generated when somebody first asks for it.
    public static final class Later {
        private final Supplier<Program> generate;
        private Program program;

        Later(Supplier<Program> generate) {
            this.generate = generate;
        }

        synchronized Program get() {
            if (program == null) {
                program = generate.get();
                program.interleaved.program = program;
            }
            return program;
        }
    }

    public Program {
        images = List.copyOf(images);
        counted = List.copyOf(counted);
    }

    /// As it has to be for runs under that schedule. The images are others, in the same order.
    public Program under(Schedule schedule) {
        return schedule.interleaves() ? interleaved.get() : this;
    }

    public List<CompiledImage> drivers() {
        return images.stream().filter(i -> i.info().isDriver()).toList();
    }

    public List<CompiledImage> processes() {
        return images.stream().filter(i -> i.info().kind().equals("PROCESS")).toList();
    }

    public Optional<CompiledImage> hardware(String name) {
        return images.stream().filter(i -> i.info().isHardware() && i.info().name().equals(name)).findFirst();
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
