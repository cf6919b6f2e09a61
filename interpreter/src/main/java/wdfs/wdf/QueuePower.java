package wdfs.wdf;

import java.util.List;
import wdfs.kernel.EventObject;
import wdfs.runtime.Caller;

/// A queue's part in its device's power: off while the device is not in D0, and what happens to the driver's requests on the
/// way there and back (REQ-130 to REQ-139). The queue's event loop runs the transitions.
final class QueuePower {
    private static final int SUSPEND = 1;
    private static final int PURGE = 2;
    private static final int CANCELABLE = 0x10000000;

    private enum State {
        ON, OFF,
        /// No more requests are presented; whoever is in the event loop leaves it.
        SETTLING,
        /// The driver hears of each of its requests by EvtIoStop.
        STOPPING,
        /// It has heard of all; some are not acknowledged.
        STOPPED,
        /// EvtIoResume is called for what it kept.
        RESUMING
    }

    private final FxQueue queue;
    private State state;
    /// How EvtIoStop is called: {@link #SUSPEND} or {@link #PURGE}.
    private int action;
    private final EventObject done = new EventObject(true, false);
    /// The driver's requests lie in the queue's list of them, but during a transition in these.
    private final RequestList toTell = new RequestList();
    private final RequestList told = new RequestList();
    private final RequestList acknowledged = new RequestList();

    QueuePower(FxQueue queue, boolean on) {
        this.queue = queue;
        this.state = on ? State.ON : State.OFF;
    }

    boolean isOn() {
        return state == State.ON;
    }

    boolean isOff() {
        return state == State.OFF;
    }

    /// REQ-136: while the driver is told of its requests, nothing is cancelled under its feet.
    boolean tellsDriver() {
        return state == State.STOPPING || state == State.RESUMING;
    }

    /// The device goes: no power returns to what the driver keeps now.
    boolean purges() {
        return inTransition() && action == PURGE;
    }

    boolean inTransition() {
        return state != State.ON && state != State.OFF;
    }

    /// @param alone no other thread is in the queue's event loop
    boolean hasWork(boolean alone) {
        return switch (state) {
            case ON, OFF -> false;
            case SETTLING -> alone && !done.isSignaled();
            case STOPPING, RESUMING -> true;
            case STOPPED -> !acknowledged.isEmpty() || told.isEmpty() && alone;
        };
    }

    /// One step of the transition. @return whether the event loop goes on
    boolean step(Caller caller) {
        switch (state) {
            case SETTLING -> done.set();
            case STOPPING -> tellNext(caller);
            case STOPPED -> settleNext(caller);
            case RESUMING -> resumeNext(caller);
            default -> { }
        }
        return state != State.ON;                                     // REQ-137: other queues are to be on before this one presents
    }

    /// The requests of the driver that are not in the queue's own list of them.
    List<RequestList> lists() {
        return List.of(toTell, told, acknowledged);
    }

    // ---- down ----------------------------------------------------------------------------------------------------------------------

    /// REQ-130, first half: nothing new is presented. Returns when no thread is in the queue's event loop any more.
    void settle(Caller caller) {
        if (state != State.ON) {
            return;
        }
        state = State.SETTLING;
        done.reset();
        queue.visit(caller);
        wait(caller, "until no thread presents requests of " + queue.label() + " any more");
    }

    /// REQ-130 to REQ-132. Returns when each request of the driver's is acknowledged, or its own no more.
    void stop(Caller caller) {
        if (state == State.SETTLING) {
            begin(caller, SUSPEND, "until the driver completes or acknowledges its requests of " + queue.label());
        }
    }

    /// REQ-133: the queue accepts nothing more and has been purged. Returns when each of the driver's requests is
    /// acknowledged, or its own no more.
    void purge(Caller caller) {
        begin(caller, PURGE, "until the driver completes or acknowledges its requests of " + queue.label());
    }

    private void begin(Caller caller, int how, String what) {
        action = how;
        state = State.STOPPING;
        done.reset();
        queue.held.moveTo(toTell);
        queue.visit(caller);
        wait(caller, what);
    }

    private void wait(Caller caller, String what) {
        FrameworkWait.forever(caller, queue.device.driver, done, what);
    }

    private void tellNext(Caller caller) {
        FxRequest request = toTell.poll();
        if (request == null) {
            state = State.STOPPED;
            return;
        }
        told.add(request);
        request.stopAnswer = FxRequest.Answer.NONE;
        if (queue.evtStop == 0 || request.cancelled) {                // REQ-132: then it must be completed
            return;
        }
        int flags = action | (request.isCancelable() ? CANCELABLE : 0);                       // REQ-131
        request.inStop = true;
        request.reference();
        request.irp.tell("told to stop", caller.functionName(queue.evtStop));
        queue.call(caller, queue.evtStop, queue.handle, request.handle, flags & 0xFFFF_FFFFL);
        request.dereference(caller);
    }

    /// WdfRequestStopAcknowledge.
    void acknowledge(Caller caller, FxRequest request, boolean requeue) {
        request.inStop = false;                                       // REQ-134: answered, once
        request.stopAnswer = requeue ? FxRequest.Answer.REQUEUE : FxRequest.Answer.KEEP;
        if (told.contains(request)) {
            told.remove(request);
            acknowledged.add(request);
        }
        queue.visitIfIdle(caller);
    }

    private void settleNext(Caller caller) {
        FxRequest request = acknowledged.poll();
        if (request == null) {
            if (told.isEmpty()) {
                state = State.OFF;
                done.set();
            }
            return;
        }
        boolean requeue = request.stopAnswer == FxRequest.Answer.REQUEUE;
        request.stopAnswer = FxRequest.Answer.NONE;
        queue.held.add(request);
        if (requeue) {
            queue.giveBack(caller, request);                          // REQ-135
        }
    }

    // ---- up ------------------------------------------------------------------------------------------------------------------------

    /// REQ-137, first half: power is on again, and the driver hears of what it kept.
    void resume(Caller caller) {
        if (state != State.OFF) {
            return;
        }
        state = State.RESUMING;
        queue.held.moveTo(toTell);
        queue.visit(caller);
    }

    private void resumeNext(Caller caller) {
        FxRequest request = toTell.poll();
        if (request == null) {
            state = State.ON;
            return;
        }
        queue.held.add(request);
        if (queue.evtResume != 0 && !request.cancelled) {
            request.reference();
            request.irp.tell("resumed", caller.functionName(queue.evtResume));
            queue.call(caller, queue.evtResume, queue.handle, request.handle);
            request.dereference(caller);
        }
    }
}
