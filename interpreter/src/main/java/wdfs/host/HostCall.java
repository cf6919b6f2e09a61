package wdfs.host;

import java.util.function.ToIntFunction;
import wdfs.io.Irp;
import wdfs.kernel.Waitable;
import wdfs.runtime.Caller;

/// A piece of work for a thread of a driver host, and what came of it.
final class HostCall extends Waitable {
    private final String what;
    /// The device whose drivers do it; null if it is all of them.
    final ReflectedStack stack;
    final ToIntFunction<Caller> work;
    /// The request that it is about; null for none.
    Irp subject;
    private boolean done;
    int status;

    HostCall(String what, ReflectedStack stack, ToIntFunction<Caller> work) {
        this.what = what;
        this.stack = stack;
        this.work = work;
    }

    void finished(int result) {
        if (!done) {
            done = true;
            status = result;
            changed();
        }
    }

    @Override
    public boolean isSignaled() {
        return done;
    }

    @Override
    public void satisfied() {}

    @Override
    public String waitName() {
        return what;
    }
}
