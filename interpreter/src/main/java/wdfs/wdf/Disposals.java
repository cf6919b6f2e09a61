package wdfs.wdf;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import wdfs.kernel.SystemThread;
import wdfs.runtime.Caller;
import wdfs.runtime.Machine;

/// Deletions that were asked for above PASSIVE_LEVEL, of objects whose disposal belongs there (OBJ-011, MEM-018): a thread of
/// the system does them when the processor is free for it.
final class Disposals {
    private final Machine machine;
    private final Deque<FxObject> waiting = new ArrayDeque<>();
    private boolean scheduled;

    private Disposals(Machine machine) {
        this.machine = machine;
    }

    static Disposals of(Machine machine) {
        return machine.part(Disposals.class, Disposals::new);
    }

    void later(FxObject object) {
        waiting.add(object);
        if (!scheduled) {
            scheduled = true;
            machine.scheduler.start(new SystemThread(machine, this::work));
        }
    }

    private void work(Caller caller) {
        scheduled = false;
        while (!waiting.isEmpty()) {
            waiting.poll().deleteNow(caller);
        }
    }

    /// A driver that unloads waits for what it has put off.
    void finish(Caller caller, FxDriver driver) {
        Deque<FxObject> own = new ArrayDeque<>();
        for (Iterator<FxObject> i = waiting.iterator(); i.hasNext();) {
            FxObject object = i.next();
            if (object.home() == driver) {
                i.remove();
                own.add(object);
            }
        }
        own.forEach(object -> object.deleteNow(caller));
    }
}
