package wdfs.runtime;

import java.util.function.Consumer;
import wdfs.machine.Heap;
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

    /// The image whose functions user-mode pointers may name; null for System, and for a host of drivers, which has several.
    LoadedImage image();

    /// The image that a user-mode address lies in; null if none does.
    default LoadedImage imageAt(long address) {
        LoadedImage own = image();
        return own != null && own.contains(address) ? own : null;
    }

    /// Where the framework allocates for drivers that run in this process; null if none do.
    default Heap frameworkHeap() {
        return null;
    }

    /// Begins a piece of work on a thread of the process; only for one with a {@link #frameworkHeap}.
    default void runLater(String what, Consumer<Caller> work) {
        throw new IllegalStateException(processName() + " hosts no drivers");
    }

    /// What would end the machine in kernel mode. A host of drivers ends itself and throws; others leave it to the caller.
    default void endInstead(Report report) {}
}
