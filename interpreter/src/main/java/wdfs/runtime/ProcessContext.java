package wdfs.runtime;

import wdfs.machine.Memory;

/// What a thread belongs to: a process of the simulated machine. `System` has no user memory.
public interface ProcessContext {
    String processName();

    /// As PsGetCurrentProcessId gives it; 4 is the process System.
    default long processId() {
        return 4;
    }

    /// Null for System.
    Memory.Space space();

    /// The image whose functions user-mode pointers may name; null for System.
    LoadedImage image();
}
