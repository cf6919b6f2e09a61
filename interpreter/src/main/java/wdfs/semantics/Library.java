package wdfs.semantics;

import java.util.Collection;
import java.util.Optional;
import wdfs.source.SourceFile;
import wdfs.source.Span;
import wdfs.syntax.Decl;

/// The standard library as the checker sees it: declarations that are found by name and parsed when first asked for.
///
/// Conventions of its text: each declaration begins in column 0 and may have attributes, SAL and `///` comments in front.
/// - A framework handle is `[[handle]] typedef PVOID WDFREQUEST;`.
/// - A function type is `typedef VOID EVT_WDF_TIMER(_In_ WDFTIMER Timer);`, its pointer `typedef EVT_WDF_TIMER *PFN_WDF_TIMER;`.
/// - A prototype without a body has a Java method; with one it is checked as part of each image that calls it.
/// - The managed types (`string`, `bytes`, `list`, `duration`, `IoResult`) and `anything` (any value, passed boxed) may stand in
///   prototypes marked `[[script]]`.
public interface Library {
    /// The declaration that declares `name`: a typedef, tag, enumerator, `#define`, ioctl, variable or function. One declaration
    /// can be the answer for several names (`typedef struct _X { … } X, *PX;`, an enumeration and its enumerators), and is
    /// then the same object each time.
    Optional<Decl> find(String name);

    /// Whether `name` is a typedef's name or a tag.
    boolean isType(String name);

    /// A module whose declarations join those of the script that imports it: `hw/uart16550`.
    default Optional<SourceFile> module(String name) {
        return Optional.empty();
    }

    /// All names, for suggestions.
    Collection<String> names();

    /// The text that declares `name`, with the `///` lines in front; for documentation.
    Optional<Span> place(String name);
}
