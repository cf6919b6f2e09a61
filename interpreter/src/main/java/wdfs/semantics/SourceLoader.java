package wdfs.semantics;

import wdfs.source.SourceFile;

/// Where imported files come from; the engine decides what of the file system a script may see.
public interface SourceLoader {
    /// What `target`, as `importing` names it, is.
    Loaded load(SourceFile importing, String target);

    sealed interface Loaded {
        /// @param file the same object, or one of the same path, each time the same file is named
        record Found(SourceFile file) implements Loaded {}

        /// @param why a few words: `there is no such file`, `it lies outside the folder of the script`
        record Refused(String why) implements Loaded {}
    }

    /// For text that stands alone.
    static SourceLoader none() {
        return (importing, target) -> new Loaded.Refused("nothing can be imported here");
    }
}
