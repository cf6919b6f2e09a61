package wdfs.wdf;

import wdfs.io.KernelSend;
import wdfs.kernel.DispatcherApi;
import wdfs.kernel.SystemCaller;
import wdfs.machine.Scheduler;
import wdfs.runtime.Caller;
import wdfs.runtime.SystemProcess;

/// The time-out of a request that was sent: when it is over, a thread of the system cancels the request (OBJ-247).
final class Deadline {
    private static final int IO_TIMEOUT = 0xC00000B5;

    private boolean passed;
    private Scheduler.Due due;

    private Deadline() {}

    /// Negative is relative, positive a point of the system's time, 0 none.
    static Deadline of(Caller caller, Options options, FxTarget target, KernelSend send) {
        Deadline deadline = new Deadline();
        if (options.timeout() != 0) {
            deadline.due = caller.machine.scheduler.after(DispatcherApi.nanosFromNow(caller, options.timeout()), () -> {
                deadline.passed = true;
                caller.machine.scheduler.start(new Canceller(caller, target, send));
            });
        }
        return deadline;
    }

    /// The request is back with that status. @return what the driver is told
    int status(int status) {
        if (due != null) {
            due.cancel();
        }
        return passed && status == Framework.STATUS_CANCELLED ? IO_TIMEOUT : status;
    }

    private static final class Canceller extends SystemCaller {
        private final FxTarget target;
        private final KernelSend send;

        Canceller(Caller like, FxTarget target, KernelSend send) {
            super(like.machine, SystemProcess.INSTANCE);
            this.target = target;
            this.send = send;
        }

        @Override
        protected void work() {
            if (!send.isSignaled()) {                                 // it may have come back since
                target.cancel(this, send);
            }
        }
    }
}
