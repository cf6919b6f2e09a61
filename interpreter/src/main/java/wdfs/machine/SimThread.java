package wdfs.machine;

import jdk.internal.vm.Continuation;
import jdk.internal.vm.ContinuationScope;

/// A simulated thread: a continuation that the {@link Scheduler} runs, one at a time.
public abstract class SimThread {
    private static final ContinuationScope SCOPE = new ContinuationScope("wdfs");

    enum State { READY, RUNNING, WAITING, ENDED }

    private final Continuation continuation;
    Scheduler scheduler;
    State state = State.READY;
    private String waitingFor = "";
    /// What woke it, for waits that can end in more than one way.
    private int wakeReason;

    protected SimThread() {
        this.continuation = new Continuation(SCOPE, this::begin);
    }

    private void begin() {
        run();
        state = State.ENDED;
    }

    /// Whether it runs before all others as soon as it is ready: the processor's DPCs do.
    protected boolean isUrgent() {
        return false;
    }

    /// The thread's life. It handles every exception itself.
    protected abstract void run();

    /// `app.1`, for reports and traces.
    public abstract String threadName();

    void resume() {
        continuation.run();
    }

    public boolean isEnded() {
        return state == State.ENDED;
    }

    public boolean isWaiting() {
        return state == State.WAITING;
    }

    public String waitingFor() {
        return waitingFor;
    }

    /// Looks at the stack of a thread that does not run.
    public final <R> R walk(java.util.function.Function<java.util.stream.Stream<StackWalker.StackFrame>, R> look) {
        return continuation.stackWalker().walk(look);
    }

    /// Waits until {@link #wake}; gives the reason that it was woken with. Only the running thread may call it.
    /// @param why for reports of stalls: `an event`, `request #3`
    public final int block(String why) {
        state = State.WAITING;
        waitingFor = why;
        Continuation.yield(SCOPE);
        waitingFor = "";
        return wakeReason;
    }

    /// Makes a waiting thread ready; without effect on others.
    public final void wake(int reason) {
        if (state == State.WAITING) {
            wakeReason = reason;
            state = State.READY;
            scheduler.enqueue(this);
        }
    }

    /// Lets other ready threads run first.
    public final void giveWay() {
        state = State.READY;
        scheduler.enqueue(this);
        Continuation.yield(SCOPE);
    }
}
