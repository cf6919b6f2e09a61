package wdfs.machine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// Runs the simulated threads one at a time, and moves virtual time on when none can run.
public final class Scheduler {
    /// Something that will happen at a point in virtual time.
    public static final class Due {
        final long atNanos;
        final long sequence;
        final Runnable event;
        boolean cancelled;

        Due(long atNanos, long sequence, Runnable event) {
            this.atNanos = atNanos;
            this.sequence = sequence;
            this.event = event;
        }

        public void cancel() {
            cancelled = true;
        }

        public long atNanos() {
            return atNanos;
        }
    }

    private final Clock clock;
    private final Choices choices;
    private final long timeoutNanos;
    private final List<SimThread> ready = new ArrayList<>();
    private final List<SimThread> alive = new ArrayList<>();
    private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.<Due>comparingLong(d -> d.atNanos).thenComparingLong(d -> d.sequence));
    private long sequence;
    private SimThread running;
    private boolean timedOut;

    public Scheduler(Clock clock, Choices choices, long timeoutNanos) {
        this.clock = clock;
        this.choices = choices;
        this.timeoutNanos = timeoutNanos;
    }

    public SimThread running() {
        return running;
    }

    public boolean timedOut() {
        return timedOut;
    }

    /// All threads that have begun and not ended, in the order in which they began.
    public List<SimThread> alive() {
        alive.removeIf(SimThread::isEnded);
        return List.copyOf(alive);
    }

    public int aliveCount() {
        return alive.size();
    }

    public void start(SimThread thread) {
        thread.scheduler = this;
        alive.add(thread);
        if (alive.size() % 1024 == 0) {
            alive.removeIf(SimThread::isEnded);
        }
        enqueue(thread);
    }

    void enqueue(SimThread thread) {
        ready.add(thread);
    }

    public Due after(long nanos, Runnable event) {
        long at = nanos > Long.MAX_VALUE - clock.nowNanos() ? Long.MAX_VALUE : clock.nowNanos() + Math.max(0, nanos);
        Due entry = new Due(at, sequence++, event);
        due.add(entry);
        return entry;
    }

    /// Code takes no time of its own: waits and stalls say what passes.
    public void spend(long nanos) {
        long end = clock.nowNanos() + nanos;
        while (!due.isEmpty() && due.peek().atNanos <= end) {
            fire(due.poll());
        }
        clock.advanceTo(end);
    }

    private void fire(Due entry) {
        if (!entry.cancelled) {
            clock.advanceTo(entry.atNanos);
            entry.event.run();
        }
    }

    /// Whether another thread could run now.
    public boolean othersReady() {
        return !ready.isEmpty();
    }

    /// Runs until nothing can happen any more, or `stop` says so after a turn.
    public void run(java.util.function.BooleanSupplier stop) {
        while (!stop.getAsBoolean()) {
            if (ready.isEmpty()) {
                while (!due.isEmpty() && due.peek().cancelled) {
                    due.poll();
                }
                if (due.isEmpty()) {
                    return;
                }
                if (due.peek().atNanos > timeoutNanos) {
                    timedOut = true;
                    return;
                }
                fire(due.poll());
                continue;
            }
            SimThread thread = ready.remove(ready.size() > 1 ? choices.choose("thread", ready.size()) : 0);
            if (thread.state == SimThread.State.ENDED) {
                continue;
            }
            thread.state = SimThread.State.RUNNING;
            running = thread;
            thread.resume();
            running = null;
        }
    }
}
