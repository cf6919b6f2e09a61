package wdfs.runtime;

import java.util.List;

/// The generated class of an image extends this; it holds no state, so that one program can run on many machines.
/// The code generator passes everything to the constructor of {@link Info}.
public abstract class CompiledImage {
    /// @param kind the name of an `ImageSymbol.Kind`
    /// @param constants the bytes of the read-only section, addresses in place
    /// @param data the bytes of the data section at load, addresses in place
    /// @param functionNames by index
    /// @param entryIndex DriverEntry, or the body of the process or test
    /// @param processes the processes inside a test
    public record Info(String kind, String name, int ordinal, byte[] constants, byte[] data, List<String> functionNames, int entryIndex,
            String version, boolean startsOnDemand, String after, List<CompiledImage> processes) {
        public boolean isKernel() {
            return kind.equals("KMDF_DRIVER") || kind.equals("WDM_DRIVER");
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
}
