package wdfs.runtime;

import wdfs.machine.Memory;

/// The process System: the kernel's own threads belong to it; it has no user memory.
public final class SystemProcess implements ProcessContext {
    public static final SystemProcess INSTANCE = new SystemProcess();

    private SystemProcess() {}

    @Override
    public String processName() {
        return "System";
    }

    @Override
    public Memory.Space space() {
        return null;
    }

    @Override
    public LoadedImage image() {
        return null;
    }
}
