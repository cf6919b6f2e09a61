package wdfs.runtime;

import java.util.List;
import java.util.Map;

/// The generated class of an image extends this; it holds no state, so that one program can run on many machines.
public abstract class CompiledImage {
    /// @param kind the name of an `ImageSymbol.Kind`
    /// @param constants the bytes of the read-only section, addresses in place
    /// @param data the bytes of the data section at load, addresses in place
    /// @param functionNames by index
    /// @param entryIndex DriverEntry, or the body of the process or test
    /// @param verifier whether the framework verifier is on for a driver
    /// @param processes the processes inside a test
    /// @param place where it is declared, `file:line`
    /// @param inf the directives of a UMDF driver's INF (UMDF-140 to UMDF-152): `UmdfMethodNeitherAction` → `Copy`, both in
    ///     Windows' spelling. Only what the script gives; what is missing has the default of its rule
    /// @param hardware of a simulated device, what it is; else {@link HardwareShape#NONE}
    public record Info(String kind, String name, int ordinal, byte[] constants, byte[] data, List<String> functionNames, int entryIndex,
            String version, boolean startsOnDemand, boolean verifier, String after, List<CompiledImage> processes, String place, Map<String, String> inf,
            Map<String, String> parameters, HardwareShape hardware) {
        /// Whether its addresses are the kernel's; those of a simulated device are.
        public boolean isKernel() {
            return kind.equals("KMDF_DRIVER") || kind.equals("WDM_DRIVER") || kind.equals("HARDWARE");
        }

        public boolean isHardware() {
            return kind.equals("HARDWARE");
        }

        public boolean isDriver() {
            return kind.endsWith("_DRIVER");
        }
    }

    public abstract Info info();

    /// Calls function `index` with its arguments as 64-bit values (an `int` sign-extended; a struct as the address of
    /// the callee's own copy; for a struct result the first value is the address of the place for it). The result
    /// comes back in the same form, 0 for `void`.
    public abstract long dispatch(int index, Caller caller, long[] arguments);

    /// Runs the body of a `thread` or `expect` block in sight of the frame around it.
    public abstract void runBody(int index, Caller caller, long frameBase, Object[] cells);
}
