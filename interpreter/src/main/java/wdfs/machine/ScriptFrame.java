package wdfs.machine;

/// A place in a script: a function and the line it has come to.
/// @param file the path as the user gave it
public record ScriptFrame(String function, String file, int line) {
    /// `sample.wdfs:84`, as reports print it.
    public String place() {
        return file + ":" + line;
    }

    @Override
    public String toString() {
        return place() + "  " + function;
    }
}
