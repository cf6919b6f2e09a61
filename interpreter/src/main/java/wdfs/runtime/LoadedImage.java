package wdfs.runtime;

import java.util.OptionalInt;
import wdfs.machine.Memory;

/// An image in memory: its constants, read-only, and its data, one copy for each load.
public final class LoadedImage {
    private final CompiledImage code;
    private final Memory.Space space;
    private boolean loaded;
    /// ExInitializeDriverRuntime was called: what this driver asks for as NonPagedPool is NonPagedPoolNx.
    public boolean poolNxOptIn;
    /// What the registry says of the framework's verifier for this driver; empty if it says nothing.
    private OptionalInt verifierSetting = OptionalInt.empty();

    public LoadedImage(CompiledImage code, Memory.Space space) {
        this.code = code;
        this.space = space;
    }

    public CompiledImage code() { return code; }
    public CompiledImage.Info info() { return code.info(); }
    public String name() { return code.info().name(); }
    public boolean isLoaded() { return loaded; }
    public boolean isKernel() { return code.info().isKernel(); }
    public void verifierSetting(OptionalInt setting) { verifierSetting = setting; }

    /// VER-200: the framework verifier, on unless the registry, the driver or the run says otherwise.
    public boolean frameworkVerifier(Machine machine) {
        return verifierSetting.isPresent() ? verifierSetting.getAsInt() != 0 : info().verifier() && machine.verifierOn();
    }

    /// Maps the sections and fills them.
    public void load(Machine machine) {
        section(machine, ImageLayout.constants(isKernel(), info().ordinal()), info().constants(), "constants of ", false);
        section(machine, ImageLayout.data(isKernel(), info().ordinal()), info().data(), "data of ", true);
        loaded = true;
        if (isKernel()) {
            machine.kernelImages.put(info().ordinal(), this);
        }
    }

    private void section(Machine machine, long address, byte[] bytes, String kind, boolean writable) {
        if (bytes.length == 0) {
            return;
        }
        long pages = (bytes.length + Memory.PAGE - 1) / Memory.PAGE;
        Memory memory = machine.memory;
        if (!memory.map(space, address, pages, true, false)) {
            throw new MachineStop("no memory for an image");
        }
        memory.store(space, address, bytes);
        memory.mark(space, address + bytes.length, pages * Memory.PAGE - bytes.length, wdfs.machine.Shadow.RED_ZONE, wdfs.machine.Poison.RED_ZONE);
        if (!writable) {
            memory.protect(space, address, pages, false);
        }
        wdfs.machine.Region region = new wdfs.machine.Region(address, bytes.length, kind + info().name(), 0);
        region.owner = info().name();
        memory.add(space, region);
    }

    public void unload(Machine machine) {
        loaded = false;
        unmap(machine, ImageLayout.constants(isKernel(), info().ordinal()), info().constants().length);
        unmap(machine, ImageLayout.data(isKernel(), info().ordinal()), info().data().length);
        if (isKernel()) {
            machine.kernelImages.remove(info().ordinal());
        }
    }

    private void unmap(Machine machine, long address, int length) {
        if (length > 0) {
            machine.memory.unmap(space, address, (length + Memory.PAGE - 1) / Memory.PAGE);
            wdfs.machine.Region region = machine.memory.regionAt(space, address);
            if (region != null) {
                machine.memory.remove(space, region);
            }
        }
    }

    public boolean contains(long address) {
        long base = ImageLayout.base(isKernel(), info().ordinal());
        return address >= base && address < base + ImageLayout.STRIDE;
    }

    /// The function whose address is given, or -1.
    public int functionAt(long address) {
        long offset = address - ImageLayout.base(isKernel(), info().ordinal()) - ImageLayout.TEXT_OFFSET;
        if (offset < 0 || offset % ImageLayout.FUNCTION_STRIDE != 0 || offset / ImageLayout.FUNCTION_STRIDE >= info().functionNames().size()) {
            return -1;
        }
        return (int) (offset / ImageLayout.FUNCTION_STRIDE);
    }
}
