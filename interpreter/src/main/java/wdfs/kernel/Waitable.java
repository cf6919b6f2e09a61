package wdfs.kernel;

import java.util.ArrayList;
import java.util.List;
import wdfs.runtime.Caller;

/// A dispatcher object: what a thread can wait for.
public abstract class Waitable {
    final List<Waits.Waiter> waiters = new ArrayList<>();

    public abstract boolean isSignaled();

    /// A wait on it was satisfied: an event of the synchronization type resets itself, a semaphore counts down.
    public abstract void satisfied();

    /// Whether this thread's wait for it would end now: a mutex lets in who owns it already.
    protected boolean isSignaledFor(Caller thread) {
        return isSignaled();
    }

    /// The wait of this thread was satisfied.
    protected void satisfiedFor(Caller thread) {
        satisfied();
    }

    List<Caller> waiting() {
        return waiters.stream().map(waiter -> waiter.thread).toList();
    }

    /// `event`, `thread app.2`, for reports of stalls.
    public abstract String waitName();

    /// The state may have changed to signaled: lets waiters go, in the order in which they came.
    public void changed() {
        for (int i = 0; i < waiters.size(); ) {
            if (!waiters.get(i).tryFinish()) {
                i++;
            }
        }
    }
}
