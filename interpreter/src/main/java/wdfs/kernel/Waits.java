package wdfs.kernel;

import java.util.List;
import wdfs.machine.Scheduler;
import wdfs.runtime.Caller;

/// Waiting for dispatcher objects.
public final class Waits {
    /// No time-out.
    public static final long FOREVER = -1;
    public static final int TIMED_OUT = -1;
    /// A user APC ended the wait; whoever waited has the thread run it.
    public static final int ALERTED = -2;

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
        return wait(caller, objects, all, timeoutNanos, false);
    }

    /// As above, or {@link #ALERTED}: an object that is signaled comes before an APC that is queued.
    public static int wait(Caller caller, List<? extends Waitable> objects, boolean all, long timeoutNanos, boolean alertable) {
        Waiter waiter = new Waiter(caller, objects, all);
        if (waiter.check()) {
            return waiter.result;
        }
        if (alertable && caller.hasUserApcs()) {
            return ALERTED;
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
        if (alertable) {
            caller.alertable(() -> {
                waiter.finish();
                caller.wake(ALERTED);
            });
        }
        StringBuilder why = new StringBuilder();
        for (Waitable object : objects) {
            why.append(why.isEmpty() ? "" : ", ").append(object.waitName());
        }
        try {
            return caller.waitFor(why.toString());
        } finally {
            caller.unalertable();
            if (!waiter.finished) {
                waiter.finish();
            }
        }
    }

    /// Lets time pass for the thread. @return {@link #ALERTED} or {@link #TIMED_OUT}
    public static int sleep(Caller caller, long nanos, boolean alertable) {
        if (alertable && caller.hasUserApcs()) {
            return ALERTED;
        }
        if (alertable) {
            caller.alertable(() -> caller.wake(ALERTED));
        }
        Scheduler.Due due = nanos < 0 ? null : caller.machine.scheduler.after(nanos, () -> caller.wake(TIMED_OUT));
        try {
            return caller.waitFor("time");
        } finally {
            caller.unalertable();
            if (due != null) {
                due.cancel();
            }
        }
    }
}
