package wdfs.wdf;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import wdfs.io.FileObject;
import wdfs.kernel.Dpcs;
import wdfs.kernel.EventObject;
import wdfs.kernel.SystemThread;
import wdfs.machine.Irql;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;
import wdfs.runtime.Report;
import wdfs.runtime.ScriptStack;
import wdfs.runtime.Travel;

/// WDFQUEUE: holds requests and presents them to the driver (REQ §4, §9). Whatever happens to it is noted here and done by the
/// event loop, {@link #visit}: the one place that calls the driver, one event after the other.
public final class FxQueue extends FxObject {
    static final int SEQUENTIAL = 1;
    static final int PARALLEL = 2;
    static final int MANUAL = 3;

    /// What a driver said of the queue when it made it.
    /// @param callbacks in WDF_IO_QUEUE_CONFIG's order
    record Settings(int dispatchType, boolean isDefault, boolean allowZeroLength, boolean powerManaged, long presentedLimit, long[] callbacks) {}

    final FxDevice device;
    final int dispatchType;
    final boolean isDefault;
    /// It presents nothing while the device is not in D0.
    final boolean powerManaged;
    final boolean allowZeroLength;
    final long presentedLimit;
    final long evtDefault;
    final long evtRead;
    final long evtWrite;
    final long evtControl;
    final long evtInternal;
    final long evtStop;
    final long evtResume;
    final long evtCanceled;
    final QueuePower power;
    /// Its requests for when memory is short; null without a policy (REQ-230).
    ForwardProgress progress;
    final Constraints constraints;
    /// Held by the queue's callbacks if {@link #synchronizes}; WdfObjectAcquireLock takes it in any case.
    final CallbackLock lock;
    private final boolean synchronizes;
    /// Callbacks belong at PASSIVE_LEVEL.
    private final boolean passive;

    private final RequestList waiting = new RequestList();
    /// What the driver owns of this queue; during a transition of power some of it lies in {@link QueuePower}'s lists.
    final RequestList held = new RequestList();
    private int owned;
    /// Numbers arrivals, and the marks of MarkCancelable.
    private long sequence;
    /// Cancelled while the driver had them: EvtRequestCancel is to be called.
    private final Deque<FxRequest> toCancel = new ArrayDeque<>(0);
    /// Cancelled here, and seen by the driver before: EvtIoCanceledOnQueue is to be called.
    private final Deque<FxRequest> canceledHere = new ArrayDeque<>(0);

    private boolean accepting = true;
    private boolean dispatching = true;
    private boolean shutDown;
    private boolean disposing;
    private boolean disposed;
    /// REQ-126: what the driver has is to be cancelled, not kept.
    private boolean cancelsDispatched;
    private Completion whenStopped;
    private Completion whenEmpty;
    private long readyNotify;
    private long readyContext;
    /// The queue has become non-empty, and the driver has not been told.
    private boolean fromEmpty;
    /// The queue keeps its device in D0 (REQ-269).
    private boolean keepsPower;
    /// The threads in the event loop; one can be there more than once.
    private final List<Caller> visitors = new ArrayList<>(1);
    private boolean deferred;
    private Dpcs.Dpc dpc;
    private final EventObject gone = new EventObject(true, false);

    /// Who hears of the end of a stop, drain or purge: a callback of the driver, or a thread that waits.
    private record Completion(long function, long context, EventObject event) {}

    FxQueue(FxDevice device, FxObject parent, Settings settings, Constraints constraints) {
        super(device.machine, "WDFQUEUE", parent);
        this.device = device;
        this.dispatchType = settings.dispatchType;
        this.isDefault = settings.isDefault;
        this.powerManaged = settings.powerManaged;
        this.allowZeroLength = settings.allowZeroLength;
        this.presentedLimit = settings.presentedLimit;
        this.evtDefault = settings.callbacks[0];
        this.evtRead = settings.callbacks[1];
        this.evtWrite = settings.callbacks[2];
        this.evtControl = settings.callbacks[3];
        this.evtInternal = settings.callbacks[4];
        this.evtStop = settings.callbacks[5];
        this.evtResume = settings.callbacks[6];
        this.evtCanceled = settings.callbacks[7];
        this.constraints = constraints;
        this.passive = constraints.isPassive() || device.device.inHost;
        this.synchronizes = constraints.scope() != Constraints.NONE;
        this.lock = constraints.scope() == Constraints.OF_DEVICE ? device.lock : new CallbackLock(this, passive);   // REQ-173, REQ-178
        this.power = new QueuePower(this, !powerManaged || device.queuesPowered());                                 // REQ-008
        if (device.queuesShutDown()) {                                // REQ-009
            shutDown = true;
            accepting = false;
        }
        device.queues.add(this);
    }

    /// As traces and stories name it.
    String shown() {
        return isDefault ? "Default" : label();
    }

    boolean accepts() {
        return accepting;
    }

    int waitingCount() {
        return waiting.size();
    }

    int ownedCount() {
        return owned;
    }

    boolean dispatches() {
        return dispatching;
    }

    /// REQ-185: a driver may take requests itself.
    boolean letsTake() {
        return dispatching && !power.isOff();
    }

    boolean cancelsDispatched() {
        return cancelsDispatched;
    }

    boolean hasHandler(int major) {
        return handler(major) != 0;
    }

    /// Whether requests of that type can come out of the queue: the driver takes them itself, or has a handler.
    boolean takes(int major) {
        return dispatchType == MANUAL || hasHandler(major);
    }

    private long specificHandler(int major) {
        return switch (major) {
            case 0x03 -> evtRead;
            case 0x04 -> evtWrite;
            case 0x0E -> evtControl;
            case 0x0F -> evtInternal;
            default -> 0;
        };
    }

    private long handler(int major) {
        long specific = specificHandler(major);
        return specific != 0 ? specific : evtDefault;                 // REQ-040
    }

    // ---- arrival ---------------------------------------------------------------------------------------------------------------------

    /// A request comes to the queue's end.
    /// @param forwarded by the driver: then it is looked at whether it is cancelled, even if it need not wait (REQ-161)
    void insert(Caller caller, FxRequest request, boolean forwarded) {
        request.queue = this;
        if (powerManaged && !keepsPower && device.activity != null) {
            keepsPower = true;
            device.activity.busy(caller);
        }
        request.arrival = sequence++;
        boolean direct = !forwarded && dispatchType != MANUAL && waiting.isEmpty() && presents() && next(visitors.size() + 1) == Step.NOTHING && !mustDefer(caller)
                && (request.reserve == null || visitors.isEmpty());
        if (!direct && request.irp.isCancelled()) {
            cancelWaiting(caller, request);                           // REQ-028
            return;
        }
        waiting.add(request);
        request.irp.tell("queued", "queue " + shown());
        if (!direct) {
            await(request);
        }
        if (request.reserve == null && request.own == null) {
            visit(caller);
        } else {
            visitIfIdle(caller);                                      // REQ-232, REQ-251: perhaps from the completion of the request before, again and again
        }
    }

    private void await(FxRequest request) {
        request.irp.javaCancel = request;
        fromEmpty |= waiting.size() == 1;
    }

    /// The driver gives a request back, to the head of its queue (REQ-135, REQ-165).
    void giveBack(Caller caller, FxRequest request) {
        disown(request);
        if (cancelsDispatched || request.irp.isCancelled()) {
            cancelWaiting(caller, request);
            return;
        }
        waiting.addFirst(request);
        request.irp.tell("requeued", "to queue " + shown());
        await(request);
    }

    // ---- cancellation ------------------------------------------------------------------------------------------------------------------

    /// A request that waits here is cancelled.
    void cancelled(Caller caller, FxRequest request) {
        request.list.remove(request);
        cancelWaiting(caller, request);
    }

    /// REQ-141, REQ-148: completed STATUS_CANCELLED without the driver, unless it saw the request before and wants to hear.
    private void cancelWaiting(Caller caller, FxRequest request) {
        request.irp.javaCancel = null;
        request.cancelled = true;
        if (evtCanceled != 0 && request.presented) {
            own(request);
            canceledHere.add(request);
        } else {
            request.finish(caller, Framework.STATUS_CANCELLED, 0, false);
        }
        visitIfIdle(caller);
    }

    /// The driver's EvtRequestCancel is to be called: by the event loop (REQ-149).
    void cancelOwned(Caller caller, FxRequest request) {
        request.cancelled = true;
        request.reference();
        toCancel.add(request);
        visitIfIdle(caller);
    }

    /// REQ-205.
    void cancelFor(Caller caller, FileObject file) {
        FxRequest next;
        for (FxRequest request = waiting.first(); request != null; request = next) {
            next = RequestList.after(request);
            if (request.irp.file == file) {
                cancelled(caller, request);
                if (next != null && !waiting.contains(next)) {
                    next = waiting.first();                           // a callback has changed the queue meanwhile
                }
            }
        }
        if (progress != null) {
            progress.cancelFor(caller, file);
        }
        visit(caller);
    }

    // ---- the event loop (REQ-050 to REQ-056) -------------------------------------------------------------------------------------------

    private enum Step { CANCEL, CANCELED_ON_QUEUE, STOPPED, EMPTIED, IDLE, POWER, GONE, READY, PRESENT, NOTHING }

    /// What is to be done first, in the order of REQ-050.
    private Step next(int visiting) {
        boolean alone = visiting == 1;
        boolean empty = owned == 0 && waiting.isEmpty();
        if (disposed) {
            return Step.NOTHING;
        } else if (!toCancel.isEmpty() && !power.tellsDriver()) {
            return Step.CANCEL;
        } else if (!canceledHere.isEmpty() && !power.tellsDriver()) {
            return Step.CANCELED_ON_QUEUE;
        } else if (whenStopped != null && alone && owned == 0) {      // REQ-122
            return Step.STOPPED;
        } else if (whenEmpty != null && alone && empty) {
            return Step.EMPTIED;
        } else if (keepsPower && alone && empty) {
            return Step.IDLE;
        } else if (power.inTransition()) {
            return power.hasWork(alone) ? Step.POWER : Step.NOTHING;
        } else if (disposing && alone && empty) {
            return Step.GONE;
        } else if (!presents()) {
            return Step.NOTHING;
        } else if (dispatchType == MANUAL) {
            return readyNotify != 0 && fromEmpty ? Step.READY : Step.NOTHING;
        }
        return waiting.isEmpty() ? Step.NOTHING : Step.PRESENT;
    }

    /// Whether the queue would present a request now.
    private boolean presents() {
        return dispatching && power.isOn() && switch (dispatchType) {
            case SEQUENTIAL -> owned == 0;                            // REQ-051
            case PARALLEL -> Integer.toUnsignedLong(owned) < presentedLimit;   // REQ-052
            default -> true;
        };
    }

    /// Does what is to be done with this thread, even if another one is at it.
    void visit(Caller caller) {
        if (next(visitors.size() + 1) == Step.NOTHING) {
            return;
        }
        if (mustDefer(caller)) {
            defer();
            return;
        }
        visitors.add(caller);
        try {
            boolean more = true;
            while (more) {
                Step step = next(visitors.size());
                more = step != Step.NOTHING && perform(caller, step);
            }
        } finally {
            visitors.remove(visitors.lastIndexOf(caller));
        }
    }

    /// Does it if nobody is at it; else whoever is will find it (REQ-056).
    void visitIfIdle(Caller caller) {
        if (visitors.isEmpty()) {
            visit(caller);
        }
    }

    /// @return whether to go on
    private boolean perform(Caller caller, Step step) {
        switch (step) {
            case CANCEL -> {
                FxRequest request = toCancel.poll();
                request.callCancel(caller, this);
                request.dereference(caller);
            }
            case CANCELED_ON_QUEUE -> {
                FxRequest request = canceledHere.poll();
                request.cancelTold = true;
                request.irp.tell("cancel", caller.functionName(evtCanceled));
                call(caller, evtCanceled, handle, request.handle);
            }
            case STOPPED -> {
                Completion done = whenStopped;
                whenStopped = null;
                tell(caller, done, false);                            // REQ-175: not under the lock
            }
            case EMPTIED -> {
                Completion done = whenEmpty;
                whenEmpty = null;
                tell(caller, done, true);
            }
            case IDLE -> {
                keepsPower = false;
                device.activity.idle(caller);
            }
            case POWER -> {
                return power.step(caller);
            }
            case GONE -> {
                disposed = true;
                gone.set();
                return false;
            }
            case READY -> {
                fromEmpty = false;
                call(caller, readyNotify, handle, readyContext);
            }
            case PRESENT -> present(caller, waiting.poll());
            case NOTHING -> { }
        }
        return true;
    }

    private void tell(Caller caller, Completion done, boolean locked) {
        cancelsDispatched = false;                                    // REQ-126
        if (done.event != null) {
            done.event.set();
        } else if (locked) {
            call(caller, done.function, handle, done.context);
        } else {
            device.driver.call(caller, done.function, handle, done.context);
        }
    }

    /// Calls the driver, with the lock that the queue's synchronization scope asks for (REQ-171, REQ-175).
    void call(Caller caller, long function, long... arguments) {
        if (!synchronizes) {
            device.driver.call(caller, function, arguments);
        } else {
            lock.call(caller, device.driver, function, arguments);
        }
    }

    /// REQ-054, REQ-055: the driver cannot be called by this thread, here.
    private boolean mustDefer(Caller caller) {
        return passive && caller.irql() > Irql.PASSIVE || lock.isHeldBy(caller);
    }

    private void defer() {
        if (deferred) {
            return;
        }
        deferred = true;
        if (device.device.inHost) {
            device.driver.process.runLater(label(), this::visitDeferred);
        } else if (passive) {
            machine.scheduler.start(new SystemThread(machine, this::visitDeferred));
        } else {
            if (dpc == null) {
                dpc = new Dpcs.Dpc(this, device.driver.driver.image, this::visitDeferred);
            }
            Dpcs.of(machine).insert(dpc);
        }
    }

    private void visitDeferred(Caller caller) {
        deferred = false;
        visit(caller);
    }

    // ---- presenting --------------------------------------------------------------------------------------------------------------------

    private void own(FxRequest request) {
        owned++;
        held.add(request);
        request.driverOwned = true;
        request.presented = true;
    }

    /// The driver has it no more.
    private void disown(FxRequest request) {
        owned--;
        request.list.remove(request);
        request.driverOwned = false;
        request.inStop = false;
    }

    private void present(Caller caller, FxRequest request) {
        request.irp.javaCancel = null;
        int major = request.major;
        long handler = handler(major);
        if (handler == 0) {
            request.finish(caller, Framework.STATUS_INVALID_DEVICE_REQUEST, 0, false);        // REQ-043, REQ-048
            return;
        }
        if (isEmptyTransfer(request)) {
            request.finish(caller, 0, 0, false);                      // REQ-044
            return;
        }
        own(request);
        request.inHandler++;
        String name = caller.functionName(handler);
        request.irp.tell("presented", "queue " + shown() + " → " + name);
        if (machine.tracing) {
            machine.emit(new Travel.Presented(request.irp.number, device.lane(), device.inTrace(shown()), name));
        }
        int probes = caller.serve(request.irp.requestorProcessId());
        Caller.Service outer = caller.serving(new Caller.Service(device.driver.driver.image, request.irp));
        try {
            if (specificHandler(major) == 0) {
                call(caller, handler, handle, request.handle);
            } else if (major == 0x03 || major == 0x04) {
                call(caller, handler, handle, request.handle, request.irp.transferLength());
            } else {
                call(caller, handler, handle, request.handle, request.irp.outputLength(), request.irp.inputLength(), request.irp.controlCode());
            }
        } finally {
            caller.served(probes);
            caller.serving(outer);
            request.inHandler--;
        }
        request.settle(caller);
    }

    private boolean isEmptyTransfer(FxRequest request) {
        return !allowZeroLength && (request.major == 0x03 || request.major == 0x04) && request.irp.transferLength() == 0;
    }

    /// A request of this queue is completed, or gone to a lower device for good. The loop goes on when {@link #visitIfIdle} says so.
    void lose(FxRequest request) {
        disown(request);
    }

    /// The driver forwards a request of this queue to another one, which accepts it.
    void forward(Caller caller, FxRequest request, FxQueue target) {
        disown(request);
        request.irp.tell("forwarded", "to queue " + target.shown());
        target.insert(caller, request, true);
        visitIfIdle(caller);                                          // REQ-162
    }

    /// WdfRequestRequeue.
    void requeue(Caller caller, FxRequest request) {
        giveBack(caller, request);
        visit(caller);
    }

    // ---- what drivers take themselves --------------------------------------------------------------------------------------------------

    /// The oldest request that waits, of one file or of any; null if there is none.
    FxRequest retrieve(Caller caller, FileObject file) {
        while (true) {
            FxRequest found = waiting.first();
            while (found != null && file != null && found.irp.file != file) {
                found = RequestList.after(found);
            }
            if (found == null || take(caller, found)) {
                return found;
            }
        }
    }

    /// @return whether the driver has it now: a transfer of no bytes is completed for it (REQ-045)
    boolean take(Caller caller, FxRequest request) {
        waiting.remove(request);
        request.irp.javaCancel = null;
        if (isEmptyTransfer(request)) {
            request.finish(caller, 0, 0, false);
            return false;
        }
        own(request);
        request.irp.tell("retrieved", "from queue " + shown());
        return true;
    }

    /// MarkCancelable.
    void marked(FxRequest request) {
        request.markedAt = sequence++;
    }

    boolean isWaiting(FxRequest request) {
        return waiting.contains(request);
    }

    FxRequest firstWaiting() {
        return waiting.first();
    }

    // ---- states (REQ-120) ----------------------------------------------------------------------------------------------------------------

    void start(Caller caller) {
        accepting = !shutDown;
        dispatching = true;
        cancelsDispatched = false;
        fromEmpty |= !waiting.isEmpty();
        visit(caller);
    }

    /// WdfIoQueueStop and WdfIoQueueStopAndPurge. @param function 0 for none
    void stop(Caller caller, boolean purges, long function, long context) {
        stop(caller, purges, function == 0 ? null : new Completion(function, context, null));
    }

    void stopAndWait(Caller caller, boolean purges) {
        EventObject stopped = new EventObject(true, false);
        stop(caller, purges, new Completion(0, 0, stopped));
        FrameworkWait.forever(caller, device.driver, stopped, "until the driver has no request of " + label());
    }

    private void stop(Caller caller, boolean purges, Completion done) {
        if (done != null) {
            refuseSecond(whenStopped);
            whenStopped = done;
        }
        accepting = !shutDown;                                        // REQ-120: opened again, even after a drain or purge
        dispatching = false;
        if (purges) {
            cancelsDispatched = true;
            cancelAll(caller);
        }
        visit(caller);
    }

    /// WdfIoQueueDrain and WdfIoQueuePurge.
    void close(Caller caller, boolean purges, long function, long context) {
        close(caller, purges, function == 0 ? null : new Completion(function, context, null));
    }

    void closeAndWait(Caller caller, boolean purges) {
        EventObject emptied = new EventObject(true, false);
        close(caller, purges, new Completion(0, 0, emptied));
        FrameworkWait.forever(caller, device.driver, emptied, "until " + label() + " is empty, and the driver has none of its requests");
    }

    private void close(Caller caller, boolean purges, Completion done) {
        if (done != null) {
            refuseSecond(whenEmpty);
            whenEmpty = done;
        }
        accepting = false;
        if (purges) {
            cancelsDispatched = true;
            cancelAll(caller);
        }
        visit(caller);
    }

    /// REQ-123.
    private void refuseSecond(Completion outstanding) {
        if (disposed || outstanding != null) {
            throw machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "WDF_VIOLATION", "VER-016",
                    disposed ? label() + " is deleted, and told to stop" : label() + " is told to stop with a callback while an earlier one has not been called")
                    .code(0x10D, 0xA, handle, 0, 0).stack(ScriptStack.frames(), "")
                    .help("wait for the callback of the first WdfIoQueueStop, Drain or Purge before the next, or pass NULL").build());
        }
    }

    /// REQ-150: what waits, then what the driver has marked cancelable, each in its order.
    private void cancelAll(Caller caller) {
        long limit = sequence;                                        // what comes from now on is not meant
        while (!waiting.isEmpty() && waiting.first().arrival < limit) {
            cancelWaiting(caller, waiting.poll());
        }
        Stream.concat(Stream.of(held), power.lists().stream()).flatMap(FxQueue::cancelable).sorted(Comparator.comparingLong(r -> r.markedAt)).toList()
                .forEach(request -> request.cancelIfCancelable(caller));
        if (progress != null) {
            progress.cancelFor(caller, null);
        }
    }

    private static Stream<FxRequest> cancelable(RequestList list) {
        return Stream.iterate(list.first(), r -> r != null, RequestList::after).filter(FxRequest::isCancelable);
    }

    /// REQ-125: the wait would be for this thread itself, which is in the queue's event loop.
    boolean isVisitedBy(Caller caller) {
        return visitors.contains(caller);
    }

    /// REQ-189. @return a status
    int readyNotify(Caller caller, long callback, long context) {
        if (disposed || disposing) {
            return STATUS_DELETE_PENDING;
        }
        boolean wrong = callback != 0 ? readyNotify != 0 : readyNotify == 0 || dispatching;
        if (wrong) {
            Framework.broken(caller, callback != 0 ? label() + " has a ready-notify callback already" : readyNotify == 0 ? label() + " has no ready-notify callback to take back"
                    : label() + " must be stopped before its ready-notify callback is taken back", "REQ-189", null);
            return Framework.STATUS_INVALID_DEVICE_REQUEST;
        }
        readyNotify = callback;
        readyContext = context;
        visit(caller);
        return 0;
    }

    /// The device is in D0 again, and all its queues know (REQ-137): presenting goes on.
    void powered(Caller caller) {
        fromEmpty |= !waiting.isEmpty();
        visit(caller);
    }

    // ---- the end -------------------------------------------------------------------------------------------------------------------------

    /// Removal: nothing is accepted any more, what waits is cancelled, and the driver hears that it must end the rest (REQ-133).
    void shutDown(Caller caller) {
        if (!shutDown) {
            shutDown = true;
            close(caller, true, null);
            power.purge(caller);
        }
    }

    /// The device, which was removed, is started again.
    void reopen(Caller caller) {
        if (shutDown) {
            shutDown = false;
            start(caller);
        }
    }

    /// OBJ-005: neither the default queue nor one that requests are routed to.
    @Override
    protected boolean mayBeDeleted() {
        return !isDefault && !device.routesTo(this);
    }

    @Override
    protected boolean disposesPassive() {
        return true;
    }

    /// REQ-014, REQ-016: the deletion waits for what the driver has.
    @Override
    protected void disposing(Caller caller) {
        if (isVisitedBy(caller)) {
            FrameworkWait.refuseDeadlock(caller, device.driver, "WdfObjectDelete", caller.threadName() + " waits until " + label() + " is in no callback, and is in one",
                    "delete the queue from a work item, or from a callback of the device");
        }
        close(caller, true, null);
        disposing = true;
        visit(caller);
        FrameworkWait.forever(caller, device.driver, gone, "until " + label() + " can be deleted: the driver has requests of it");
        if (progress != null) {
            progress.close(caller);
        }
    }

    @Override
    protected void destroying(Caller caller) {
        device.queues.remove(this);
    }
}
