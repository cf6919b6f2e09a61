package wdfs.kernel;

import java.util.ArrayDeque;
import java.util.List;
import wdfs.machine.Scheduler;
import wdfs.runtime.Caller;
import wdfs.runtime.Crew;
import wdfs.runtime.Machine;

/// An I/O completion port (ENV-134). Packets leave it in the order in which they came; of the threads that wait, the one that
/// came last is served first, and no more of them run at a time than the port's concurrency says.
public final class CompletionPort implements HandleObject, Crew {
    public static final int ABANDONED = 0x80;
    public static final int TIMED_OUT = 0x102;
    public static final int USER_APC = 0xC0;

    /// What became of one request, or what PostQueuedCompletionStatus made up.
    /// @param key of the file, @param context the OVERLAPPED, or what the poster gave
    public record Packet(long key, long context, int status, long information) {}

    /// A thread that waits for a packet.
    private static final class Waiter {
        final Caller thread;
        Packet packet;
        int result = TIMED_OUT;
        boolean done;

        Waiter(Caller thread) {
            this.thread = thread;
        }

        /// Without effect on one that has been served and has not run since.
        void end(int status) {
            if (!done) {
                result = status;
                done = true;
                thread.wake(0);
            }
        }
    }

    private final Machine machine;
    private final String name;
    /// As drivers find it in FILE_OBJECT.CompletionContext.
    private final long address;
    private final int concurrency;
    private final ArrayDeque<Packet> packets = new ArrayDeque<>();
    /// The one that came last stands first.
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
    /// Threads that got a packet here and do not wait.
    private int active;
    private int handles;
    private int references;
    private boolean closed;

    /// @param concurrency how many threads may run; 0 for as many as there are processors, which is one
    public CompletionPort(Machine machine, int concurrency) {
        this.machine = machine;
        this.concurrency = concurrency == 0 ? 1 : concurrency < 0 ? Integer.MAX_VALUE : concurrency;
        this.name = "IoCompletion#" + machine.numbers.next("IoCompletion");
        this.address = KernelObjects.of(machine).reference(this);
    }

    public String name() {
        return name;
    }

    public long address() {
        return address;
    }

    public int concurrency() {
        return concurrency;
    }

    public int active() {
        return active;
    }

    public int handles() {
        return handles;
    }

    public List<Packet> packets() {
        return List.copyOf(packets);
    }

    /// Who waits, in the order in which packets would be given.
    public List<Caller> waiting() {
        return waiters.stream().map(waiter -> waiter.thread).toList();
    }

    /// Nobody takes packets any more: what comes for a port without handles is lost.
    public void post(Packet packet) {
        if (closed) {
            return;
        }
        packets.add(packet);
        serve();
    }

    private void serve() {
        while (!packets.isEmpty() && !waiters.isEmpty() && active < concurrency) {
            Waiter waiter = waiters.poll();
            waiter.packet = packets.poll();
            active++;
            waiter.end(0);
        }
    }

    /// Takes packets, at least one; waits if none is there, or if as many threads run as may.
    /// @param most how many at once
    /// @param timeoutNanos {@link Waits#FOREVER}, 0 to look only, or how long
    /// @param alertable a user APC ends the wait
    /// @return 0, {@link #TIMED_OUT}, {@link #USER_APC} or {@link #ABANDONED}
    public int remove(Caller caller, int most, long timeoutNanos, boolean alertable, List<Packet> removed) {
        if (caller.crew == this) {
            active--;                                                 // it is done with what it took before
        } else if (caller.crew != null) {
            caller.crew.leaves(caller);                               // a thread belongs to the port that it asked last
        }
        caller.crew = null;
        if (closed) {
            return ABANDONED;
        }
        int result = 0;
        if (!packets.isEmpty() && active < concurrency) {
            active++;
        } else {
            result = alertable && caller.hasUserApcs() ? USER_APC : timeoutNanos == 0 ? TIMED_OUT : await(caller, timeoutNanos, alertable, removed);
            if (result == ABANDONED) {
                return result;
            }
            if (result != 0) {
                active++;                                             // it runs on, and counts until it waits or asks again
            }
        }
        caller.crew = this;
        while (result == 0 && removed.size() < most && !packets.isEmpty()) {
            removed.add(packets.poll());
        }
        return result;
    }

    private int await(Caller caller, long timeoutNanos, boolean alertable, List<Packet> removed) {
        Waiter waiter = new Waiter(caller);
        waiters.addFirst(waiter);
        Scheduler.Due timeout = timeoutNanos < 0 ? null : machine.scheduler.after(timeoutNanos, () -> {
            waiters.remove(waiter);
            waiter.end(TIMED_OUT);
        });
        if (alertable) {
            caller.alertable(() -> {
                waiters.remove(waiter);
                waiter.end(USER_APC);
            });
        }
        try {
            caller.waitFor("a packet of " + name);
        } finally {
            caller.unalertable();
            waiters.remove(waiter);
            if (timeout != null) {
                timeout.cancel();
            }
        }
        if (waiter.packet != null) {
            removed.add(waiter.packet);
        }
        return waiter.result;
    }

    // ---- the threads that it counts --------------------------------------------------------------------------------------------------

    @Override
    public void waits(Caller thread) {
        active--;
        serve();
    }

    /// More of them than may can run for a while: nobody stops a thread that has what it waited for.
    @Override
    public void goesOn(Caller thread) {
        active++;
    }

    @Override
    public void leaves(Caller thread) {
        thread.crew = null;
        waits(thread);
    }

    // ---- its life --------------------------------------------------------------------------------------------------------------------

    @Override
    public void handleOpened() {
        handles++;
        references++;
    }

    /// With the last handle those who wait hear that the port is gone, though files may still refer to it.
    @Override
    public void handleClosed(Caller caller) {
        if (--handles == 0) {
            closed = true;
            packets.clear();
            List<Waiter> left = List.copyOf(waiters);
            waiters.clear();
            left.forEach(waiter -> waiter.end(ABANDONED));
        }
        dereference();
    }

    void reference() {
        references++;
    }

    void dereference() {
        if (--references == 0) {
            KernelObjects.of(machine).dereference(address);
        }
    }
}
