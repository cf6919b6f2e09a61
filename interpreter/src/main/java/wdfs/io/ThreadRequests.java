package wdfs.io;

import java.util.List;
import wdfs.kernel.Waitable;
import wdfs.kernel.Waits;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;
import wdfs.runtime.Report;

/// What a thread that ends waits for: that none of its requests is under way any more (ENV-036, VER-173).
public final class ThreadRequests extends Waitable {
    private static final long PATIENCE_NANOS = 300_000_000_000L;

    private final Machine machine;

    private ThreadRequests(Machine machine) {
        this.machine = machine;
    }

    static ThreadRequests of(Machine machine) {
        return machine.part(ThreadRequests.class, ThreadRequests::new);
    }

    private static List<Irp> of(Caller thread) {
        // ENV-134: a request of a file with a completion port belongs to the file, and outlives the thread.
        return IoManager.of(thread).pending().stream().filter(irp -> irp.requestor != null && irp.requestor.thread() == thread && !irp.ofFile).toList();
    }

    /// The requests of the running thread outlive it, as those of a file with a completion port do.
    public static void leaveToFiles(Caller thread) {
        of(thread).forEach(irp -> irp.ofFile = true);
    }

    /// Cancels the requests of the running thread and waits for their ends. A driver that lets none come for five minutes is told of.
    public static void cancelAndWait(Caller thread) {
        List<Irp> mine = of(thread);
        if (mine.isEmpty()) {
            return;
        }
        for (Irp irp : mine) {
            IoManager.of(thread).cancel(thread, irp);
        }
        if (Waits.wait(thread, List.of(of(thread.machine)), false, PATIENCE_NANOS) != Waits.TIMED_OUT) {
            return;
        }
        Irp stuck = of(thread).getFirst();
        String headline = "thread %s cannot end: request #%d was cancelled five minutes ago, and driver %s has not completed it".formatted(thread.threadName(), stuck.number, stuck.holder);
        if (!thread.machine.verifierOn()) {
            return;
        }
        throw thread.machine.bugCheck(new Report.Builder(Report.Kind.BUGCHECK, "DRIVER_VERIFIER_DETECTED_VIOLATION", "VER-149", headline).code(0xC4, 0x135, stuck.address)
                .subject(stuck).story(stuck).help("WdfRequestMarkCancelable, or a queue that keeps the request; what cannot be cancelled ends by itself in time").build());
    }

    /// Keeps a thread that has nothing else to do until none of its requests is under way.
    /// @param alertable it runs its user APCs meanwhile
    public static void awaitEnds(Caller thread, boolean alertable) {
        Waits.wait(thread, List.of(of(thread.machine)), false, Waits.FOREVER, alertable);
        while (alertable && thread.hasUserApcs()) {
            thread.runUserApcs();
            Waits.wait(thread, List.of(of(thread.machine)), false, Waits.FOREVER, true);
        }
    }

    @Override
    public boolean isSignaled() {
        return false;
    }

    @Override
    protected boolean isSignaledFor(Caller thread) {
        return of(thread).isEmpty();
    }

    @Override
    public void satisfied() {}

    @Override
    public String waitName() {
        return "the ends of its requests";
    }
}
