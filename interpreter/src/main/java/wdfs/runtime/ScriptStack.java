package wdfs.runtime;

import java.util.List;
import wdfs.machine.ScriptFrame;

/// The script's frames of the thread that runs now, innermost first: the generated classes carry the script's file and
/// line numbers. Frames of the library and of generated code are left out.
public final class ScriptStack {
    /// The package of the generated classes.
    public static final String PACKAGE = "wdfs.script.";
    /// What the SourceFile attribute of library and generated code begins with.
    public static final String HIDDEN = "wdfs:";

    private ScriptStack() {}

    public static List<ScriptFrame> frames() {
        return StackWalker.getInstance().walk(stream -> stream
                .filter(f -> f.getClassName().startsWith(PACKAGE) && f.getFileName() != null && !f.getFileName().startsWith(HIDDEN)
                        && !f.getMethodName().equals("dispatch") && !f.getMethodName().equals("runBody"))
                .map(f -> new ScriptFrame(shown(f.getMethodName()), f.getFileName(), f.getLineNumber()))
                .limit(32).toList());
    }

    /// Those of a thread that does not run.
    public static List<ScriptFrame> frames(wdfs.machine.SimThread thread) {
        return thread.walk(stream -> stream.filter(f -> f.getClassName().startsWith(PACKAGE) && f.getFileName() != null && !f.getFileName().startsWith(HIDDEN)
                        && !f.getMethodName().equals("dispatch") && !f.getMethodName().equals("runBody"))
                .map(f -> new ScriptFrame(shown(f.getMethodName()), f.getFileName(), f.getLineNumber())).limit(32).toList());
    }

    /// `sample.wdfs:84`, the innermost place; empty outside scripts.
    public static String site() {
        return StackWalker.getInstance().walk(stream -> stream
                .filter(f -> f.getClassName().startsWith(PACKAGE) && f.getFileName() != null && !f.getFileName().startsWith(HIDDEN)
                        && !f.getMethodName().equals("dispatch") && !f.getMethodName().equals("runBody"))
                .findFirst().map(f -> f.getFileName() + ":" + f.getLineNumber()).orElse(""));
    }

    /// Names that the lowering made end in the name that the script gave: `Echo$Default$EvtIoRead`.
    public static String shown(String method) {
        int dollar = method.lastIndexOf('$');
        return dollar < 0 ? method : method.substring(dollar + 1);
    }
}
