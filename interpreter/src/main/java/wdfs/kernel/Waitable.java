package wdfs.kernel;

import java.util.ArrayList;
import java.util.List;

/// A dispatcher object: what a thread can wait for.
public abstract class Waitable {
    final List<Waits.Waiter> waiters = new ArrayList<>();

    public abstract boolean isSignaled();

    /// A wait on it was satisfied: an event of the synchronization type resets itself, a semaphore counts down.
    public abstract void satisfied();

    /// `event`, `thread app.2`, for reports of stalls.
    public abstract String waitName();

    /// The state may have changed to signaled: lets waiters go, in the order in which they came.
    public void changed() {
        for (int i = 0; i < waiters.size(); ) {
            if (!isSignaled()) {
                return;
            }
            if (!waiters.get(i).tryFinish()) {
                i++;
            }
        }
    }
}
