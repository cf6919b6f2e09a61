package wdfs.machine;

import java.util.ArrayDeque;
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

    /// The interrupts of the processor: they land above all threads and DPCs whose IRQL is lower.
    public interface InterruptLines {
        /// Whether an interrupt waits that runs above this IRQL.
        boolean pending(int irql);

        /// Serves all that do, each inside the running thread; the IRQL is as before behind it.
        void deliver(int irql);
    }

    private final Clock clock;
    private final Choices choices;
    private final long timeoutNanos;
    private final ReadyList ready = new ReadyList();
    /// Ready, and to run before all in {@link #ready}.
    private final ArrayDeque<SimThread> urgent = new ArrayDeque<>();
    private final List<SimThread> alive = new ArrayList<>();
    private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.<Due>comparingLong(d -> d.atNanos).thenComparingLong(d -> d.sequence));
    private long sequence;
    private SimThread running;
    private boolean timedOut;
    private InterruptLines interrupts = new InterruptLines() {
        @Override public boolean pending(int irql) { return false; }
        @Override public void deliver(int irql) {}
    };

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

    public void interrupts(InterruptLines lines) {
        interrupts = lines;
    }

    public InterruptLines interrupts() {
        return interrupts;
    }

    /// An interrupt waits and may land: whether it does so here or at one of the next chances is one of the recorded choices (ENV-034).
    public boolean interruptLands() {
        return choices.choose("isr", 2) == 0;
    }

    /// Runs a thread at once, on top of the running one, until it waits or ends: as an interrupt takes the processor.
    public void runInside(SimThread thread) {
        if (thread.scheduler == null) {
            thread.scheduler = this;
            alive.add(thread);
        }
        SimThread outer = running;
        thread.state = SimThread.State.RUNNING;
        running = thread;
        try {
            thread.resume();
        } finally {
            running = outer;
        }
    }

    void enqueue(SimThread thread) {
        if (thread.isUrgent()) {
            urgent.add(thread);
        } else {
            ready.add(thread);
        }
    }

    /// Whether something waits that runs before the running thread goes on, once its IRQL lets it.
    public boolean urgentReady() {
        return !urgent.isEmpty();
    }

    /// Another thread could run now: whether the running one gives way to it is one of the recorded choices.
    public boolean preempts() {
        return !ready.isEmpty() && choices.choose("preempt", 2) == 0;
    }

    /// How many steps a thread that begins or goes on may run before others have their turn.
    public int slice(int quantum) {
        return choices.slice(quantum);
    }

    /// Threads change after each slice, and not only after a quantum.
    public boolean interleaves() {
        return choices.schedule().interleaves();
    }

    /// A DPC is queued and may run: whether it lands here or at the next chance is one of the recorded choices (ENV-034).
    public boolean lands() {
        return !urgent.isEmpty() && choices.choose("dpc", 2) == 0;
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

    /// When the next thing is due, in nanoseconds of virtual time; -1 if nothing is.
    public long nextDueNanos() {
        while (!due.isEmpty() && due.peek().cancelled) {
            due.poll();
        }
        return due.isEmpty() ? -1 : due.peek().atNanos;
    }

    /// Time passes up to that moment, and nothing else happens: all that was due has been.
    public void passUntil(long nanos) {
        clock.advanceTo(Math.min(nanos, timeoutNanos));
    }

    /// Runs until nothing can happen any more, or `stop` says so after a turn.
    public void run(java.util.function.BooleanSupplier stop) {
        run(stop, Long.MAX_VALUE);
    }

    /// As above, but nothing happens that is due later than `lastNanos`, and time does not move past it.
    public void run(java.util.function.BooleanSupplier stop, long lastNanos) {
        while (!stop.getAsBoolean()) {
            if (interrupts.pending(Irql.PASSIVE)) {
                interrupts.deliver(Irql.PASSIVE);
                continue;
            }
            if (ready.isEmpty() && urgent.isEmpty()) {
                while (!due.isEmpty() && due.peek().cancelled) {
                    due.poll();
                }
                if (due.isEmpty() || due.peek().atNanos > lastNanos) {
                    return;
                }
                if (due.peek().atNanos > timeoutNanos) {
                    timedOut = true;
                    return;
                }
                fire(due.poll());
                continue;
            }
            SimThread thread = !urgent.isEmpty() ? urgent.poll() : ready.take(ready.size() > 1 ? choices.choose("thread", ready.size()) : 0);
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
