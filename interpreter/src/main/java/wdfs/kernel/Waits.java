package wdfs.kernel;

import java.util.List;
import wdfs.machine.Scheduler;
import wdfs.runtime.Caller;

/// Waiting for dispatcher objects.
public final class Waits {
    /// No time-out.
    public static final long FOREVER = -1;
    public static final int TIMED_OUT = -1;

    private Waits() {}

    /// One thread's wait for one or several objects.
    static final class Waiter {
        final Caller thread;
        final List<? extends Waitable> objects;
        final boolean all;
        int result = TIMED_OUT;
        boolean finished;
        Scheduler.Due timeout;

        Waiter(Caller thread, List<? extends Waitable> objects, boolean all) {
            this.thread = thread;
            this.objects = objects;
            this.all = all;
        }

        /// Ends the wait if it is satisfied now.
        boolean tryFinish() {
            if (finished || !check()) {
                return false;
            }
            finish();
            thread.wake(result);
            return true;
        }

        boolean check() {
            if (all) {
                for (Waitable object : objects) {
                    if (!object.isSignaledFor(thread)) {
                        return false;
                    }
                }
                objects.forEach(object -> object.satisfiedFor(thread));
                result = 0;
                return true;
            }
            for (int i = 0; i < objects.size(); i++) {
                if (objects.get(i).isSignaledFor(thread)) {
                    objects.get(i).satisfiedFor(thread);
                    result = i;
                    return true;
                }
            }
            return false;
        }

        void finish() {
            finished = true;
            for (Waitable object : objects) {
                object.waiters.remove(this);
            }
            if (timeout != null) {
                timeout.cancel();
            }
        }
    }

    /// Waits; gives the index of the object that satisfied it, or {@link #TIMED_OUT}.
    /// @param timeoutNanos {@link #FOREVER}, 0 to look only, or how long
    public static int wait(Caller caller, List<? extends Waitable> objects, boolean all, long timeoutNanos) {
        Waiter waiter = new Waiter(caller, objects, all);
        if (waiter.check()) {
            return waiter.result;
        }
        if (timeoutNanos == 0) {
            return TIMED_OUT;
        }
        for (Waitable object : objects) {
            object.waiters.add(waiter);
        }
        if (timeoutNanos > 0) {
            waiter.timeout = caller.machine.scheduler.after(timeoutNanos, () -> {
                waiter.finish();
                caller.wake(TIMED_OUT);
            });
        }
        StringBuilder why = new StringBuilder();
        for (Waitable object : objects) {
            why.append(why.isEmpty() ? "" : ", ").append(object.waitName());
        }
        try {
            return caller.waitFor(why.toString());
        } finally {
            if (!waiter.finished) {
                waiter.finish();
            }
        }
    }
}
