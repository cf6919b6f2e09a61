package wdfs.win32;

import wdfs.io.ThreadRequests;
import wdfs.machine.Memory;
import wdfs.runtime.Caller;
import wdfs.runtime.Events;
import wdfs.runtime.GrowingImage;
import wdfs.runtime.LoadedImage;
import wdfs.runtime.Machine;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptException;

/// The process that a session lives in. Each of its lines runs on a thread of its own; what a line raises and does not
/// handle ends the line, not the process.
public final class SessionProcess extends Process {
    private final GrowingImage code;

    SessionProcess(Machine machine, GrowingImage code, Memory.Space space, int id) {
        super(machine, code.info().name(), new LoadedImage(code, space), space, id);
        this.code = code;
    }

    /// Begins the thread of a line.
    /// @param function of the image
    /// @param cells the managed variables of the session
    /// @param ended is told when the line has come to its end, or false if an exception ended it
    public UserThread begin(int function, Object[] cells, java.util.function.Consumer<Boolean> ended) {
        UserThread thread = new UserThread(this, false, t -> {
            try {
                code.runBody(function, t, 0, cells);
                ended.accept(true);
            } catch (ScriptException e) {
                raised(t, e);
                ended.accept(false);
            }
            ThreadRequests.leaveToFiles(t);                           // what a line began stays pending, to be looked at
            return 0;
        });
        machine.scheduler.start(thread);
        return thread;
    }

    private void raised(Caller thread, ScriptException e) {
        String what = machine.statuses.name(e.code());
        machine.emit(new Events.Reported(new Report.Builder(Report.Kind.EXCEPTION, what, "", "the line ends: " + what + " was not handled" + where(e))
                .stack(thread.raisedAt, "thread " + thread.threadName()).build(), false));
    }
}
